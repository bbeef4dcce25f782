//! Statements that make triggers and functions, apart from their bodies.
//!
//! The server keeps what such a statement says, not how it says it: `OR REPLACE`, the order of options, options that only name the default,
//! `EXECUTE PROCEDURE` and schemas that the search path would have found are no difference. Sources: src/backend/commands/functioncmds.c
//! (`compute_function_attributes`: the defaults), src/backend/commands/trigger.c, ruleutils.c (`pg_get_triggerdef`, `pg_get_functiondef`).

use std::collections::BTreeMap;

use pg_query::NodeEnum;
use pg_query::protobuf::{
    AlterFunctionStmt, CreateFunctionStmt, CreateTrigStmt, DefElem, FunctionParameter, FunctionParameterMode, Node,
    RawStmt, VariableSetKind, VariableSetStmt,
};

use super::form::{Canon, printed};
use crate::ddl::postgres::lower::strings;
use crate::ddl::postgres::types::lower_type;

/// A canonical form; `None` for what is no trigger, function or aggregate.
pub(super) fn definition(statements: &[RawStmt], canon: &Canon<'_>) -> Option<String> {
    let mut nodes = statements.iter().filter_map(|statement| statement.stmt.as_deref()?.node.as_ref());
    match nodes.next()? {
        NodeEnum::CreateTrigStmt(trigger) => Some(self::trigger(trigger, canon)),
        NodeEnum::CreateFunctionStmt(function) => {
            let mut options = Options::of(function);
            for node in nodes {
                let NodeEnum::AlterFunctionStmt(alter) = node else { return None };
                options.alter(alter);
            }
            Some(self::function(function, &options, canon))
        }
        NodeEnum::DefineStmt(define) => {
            let options = define.definition.iter().filter_map(|node| match node.node.as_ref()? {
                NodeEnum::DefElem(option) => {
                    Some((option.defname.to_ascii_lowercase(), option.arg.as_deref()?.node.as_ref().map(text)))
                }
                _ => None,
            });
            Some(format!("{:?}", options.collect::<BTreeMap<_, _>>()))
        }
        _ => None,
    }
}

fn trigger(raw: &CreateTrigStmt, canon: &Canon<'_>) -> String {
    let mut columns = strings(&raw.columns);
    columns.sort_unstable();
    let transitions: Vec<String> = raw
        .transition_rels
        .iter()
        .filter_map(|node| match node.node.as_ref()? {
            NodeEnum::TriggerTransition(t) => Some(format!("{} {} {}", t.name, t.is_new, t.is_table)),
            _ => None,
        })
        .collect();
    let when = raw.when_clause.as_deref().map(|when| canon.assigned(when, None));
    let other = raw.constrrel.as_ref().map(|relation| relation.relname.as_str());
    format!(
        "{} {} {} {columns:?} {} {when:?} {transitions:?} {} {} {other:?} {:?} {:?}",
        raw.timing,
        raw.events,
        raw.row,
        raw.isconstraint,
        raw.deferrable,
        raw.initdeferred,
        strings(&raw.funcname).pop(),
        strings(&raw.args),
    )
}

fn function(raw: &CreateFunctionStmt, options: &Options, canon: &Canon<'_>) -> String {
    let parameters: Vec<String> = raw.parameters.iter().filter_map(|node| parameter(node, canon)).collect();
    let is_set = raw.return_type.as_ref().is_some_and(|ty| ty.setof);
    let body = raw.sql_body.as_deref().map(printed);
    format!("{} {parameters:?} {is_set} {:?} {body:?}", raw.is_procedure, options.0)
}

/// Mode, name, default; and the type of what is given back, since those of the arguments name the function.
fn parameter(node: &Node, canon: &Canon<'_>) -> Option<String> {
    let NodeEnum::FunctionParameter(raw) = node.node.as_ref()? else { return None };
    let FunctionParameter { name, arg_type, mode, defexpr, .. } = &**raw;
    let mode = match FunctionParameterMode::try_from(*mode).unwrap_or_default() {
        FunctionParameterMode::FuncParamDefault => FunctionParameterMode::FuncParamIn,
        mode => mode,
    };
    let ty = arg_type.as_ref().map(|ty| lower_type(ty).ty);
    let gives = matches!(mode, FunctionParameterMode::FuncParamOut | FunctionParameterMode::FuncParamTable);
    let given = ty.as_ref().filter(|_| gives).map(|ty| (ty.name.clone(), ty.array));
    let default = defexpr.as_deref().map(|expr| canon.assigned(expr, ty.as_ref()));
    Some(format!("{mode:?} {name} {given:?} {default:?}"))
}

/// The options of a function other than language and body, as they stand after its ALTERs; those that only name the default are not there.
struct Options(BTreeMap<String, String>);

impl Options {
    fn of(raw: &CreateFunctionStmt) -> Self {
        let mut options = Self(BTreeMap::new());
        raw.options.iter().for_each(|option| options.put(option));
        options
    }

    fn alter(&mut self, raw: &AlterFunctionStmt) {
        raw.actions.iter().for_each(|action| self.put(action));
    }

    fn put(&mut self, node: &Node) {
        let Some(NodeEnum::DefElem(option)) = node.node.as_ref() else { return };
        let DefElem { defname, arg, .. } = &**option;
        let value = arg.as_deref().and_then(|arg| arg.node.as_ref());
        if let Some(NodeEnum::VariableSetStmt(set)) = value {
            return self.set(set);
        }
        let value = value.map(text).unwrap_or_default();
        let is_default = matches!(
            (defname.as_str(), value.as_str()),
            ("volatility", "volatile")
                | ("strict" | "security" | "leakproof" | "window", "false")
                | ("parallel", "unsafe")
                | ("cost", "100")
                | ("rows", "1000")
        );
        match defname.as_str() {
            "as" | "language" => {}
            _ if is_default => drop(self.0.remove(defname)),
            _ => drop(self.0.insert(defname.clone(), value)),
        }
    }

    /// `SET name TO value`, `RESET name`, `RESET ALL`.
    fn set(&mut self, set: &VariableSetStmt) {
        let key = format!("set {}", set.name.to_ascii_lowercase());
        match VariableSetKind::try_from(set.kind).unwrap_or_default() {
            VariableSetKind::VarResetAll => self.0.retain(|key, _| !key.starts_with("set ")),
            VariableSetKind::VarReset | VariableSetKind::VarSetDefault => drop(self.0.remove(&key)),
            kind => {
                let values: Vec<String> = set.args.iter().filter_map(|arg| Some(text(arg.node.as_ref()?))).collect();
                self.0.insert(key, format!("{kind:?} {values:?}"));
            }
        }
    }
}

/// The value of an option, whose places say nothing.
fn text(node: &NodeEnum) -> String {
    match node {
        NodeEnum::String(string) => string.sval.clone(),
        NodeEnum::Boolean(value) => value.boolval.to_string(),
        NodeEnum::Integer(value) => value.ival.to_string(),
        NodeEnum::Float(value) => value.fval.clone(),
        NodeEnum::List(list) => strings(&list.items).join("."),
        NodeEnum::TypeName(ty) => lower_type(ty).ty.to_string(),
        NodeEnum::AConst(_) | NodeEnum::TypeCast(_) => printed(&Node { node: Some(node.clone()) }),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::ddl::postgres::canonical::same_program;

    fn check(a: &str, b: &str, expect: bool) {
        assert_eq!(same_program(a, b, &|_: &str| None), expect, "{a}\n{b}");
    }

    #[test]
    fn a_trigger_is_what_it_says() {
        let one = "CREATE TRIGGER t BEFORE UPDATE OF a, b ON x FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a) EXECUTE FUNCTION f('1')";
        let other = "create or replace trigger t before update of b, a\n on public.x for each row when (old.a is distinct from (new.a))\n \
                     execute procedure public.f('1')";
        check(one, other, true);
        for (from, to) in [
            ("BEFORE", "AFTER"),
            ("UPDATE OF a, b", "UPDATE"),
            ("UPDATE OF a, b", "INSERT"),
            ("ROW", "STATEMENT"),
            ("f('1')", "g('1')"),
            ("f('1')", "f('2')"),
            ("NEW.a", "NEW.b"),
            ("WHEN (OLD.a IS DISTINCT FROM NEW.a) ", ""),
        ] {
            check(one, &one.replace(from, to), false);
        }
    }

    #[test]
    fn a_function_is_what_it_says() {
        let one = "CREATE FUNCTION f(a integer, b text DEFAULT 'x') RETURNS SETOF integer LANGUAGE sql STABLE SECURITY DEFINER \
                   SET search_path TO 'public' AS $$ SELECT 1 $$";
        let other = "create or replace function public.f(in a int, b text default 'x'::text) returns setof int4 as 'SELECT 1' \
                     security definer language sql called on null input stable cost 100 set search_path = 'public' parallel unsafe";
        check(one, other, true);
        for (from, to) in [
            ("SECURITY DEFINER", ""),
            ("STABLE", "IMMUTABLE"),
            ("STABLE", "STABLE STRICT"),
            ("SETOF ", ""),
            ("SET search_path TO 'public'", ""),
            ("'public'", "''"),
            ("DEFAULT 'x'", "DEFAULT 'y'"),
            ("a integer", "z integer"),
        ] {
            check(one, &one.replace(from, to), false);
        }
        let plain = "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'";
        let altered =
            format!("{plain};\nALTER FUNCTION f() SECURITY DEFINER;\nALTER FUNCTION f() SET search_path TO public");
        check(plain, &altered, false);
        check(&format!("{altered};\nALTER FUNCTION f() SECURITY INVOKER RESET ALL"), plain, true);
    }
}
