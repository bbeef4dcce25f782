//! Functions, procedures and aggregates as statements name them, and what their parameters must be
//! (`LookupFuncWithArgs` in src/backend/parser/parse_func.c, `interpret_function_parameter_list` in functioncmds.c, `ProcedureCreate`).

use super::IssueKind;
use super::functions::KindWord;
use super::lookup::written;
use super::polymorphism::determines;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::postgres::{Parsed, parse_computed};
use crate::ddl::{CreateFunction, FunctionArgument, Op, Routine, TypeUse};
use crate::model::{Function, FunctionKind, ObjectKind, ObjectRef, QualifiedName, TypeName};
use crate::source::Span;

impl State {
    /// The routine that is meant; `None` where it is built in or may be an extension's.
    pub(super) fn find_routine(&self, routine: &Routine) -> Ran<Option<&Function>> {
        match self.routine(routine) {
            // Whose functions are not listed here.
            Err(refusal) if refusal.code == "42883" && !self.catalog.extensions.is_empty() => Ok(None),
            found => found,
        }
    }

    /// As [`Self::find_routine`], but no member of an extension: such cannot be dropped.
    pub(super) fn routine(&self, routine: &Routine) -> Ran<Option<&Function>> {
        let name = &routine.name;
        let word = routine.kind.as_ref().map_or("function", KindWord::word);
        let mut found = self.functions_by_signature(name, routine.arguments.as_deref());
        if routine.arguments.is_none() {
            found.retain(|f| match routine.kind {
                Some(FunctionKind::Procedure) => f.kind == FunctionKind::Procedure,
                Some(_) => f.kind != FunctionKind::Procedure,
                None => true,
            });
        } else if matches!(routine.kind, Some(FunctionKind::Procedure) | None) && !routine.has_modes {
            found.extend(self.procedures_by_all_arguments(routine));
            found.dedup_by(|a, b| a.name == b.name && a.arguments == b.arguments);
        }
        let function = match found.as_slice() {
            [only] => *only,
            [] => return self.no_such_routine(routine, word),
            _ => {
                let message = format!("{word} name \"{}\" is not unique", written(name));
                return Err(self.refuse(IssueKind::InvalidReference, "42725", message).at(name.span));
            }
        };
        let is_wrong = match routine.kind {
            Some(FunctionKind::Procedure) => function.kind != FunctionKind::Procedure,
            Some(FunctionKind::Aggregate) => function.kind != FunctionKind::Aggregate,
            Some(_) => function.kind == FunctionKind::Procedure,
            None => false,
        };
        if is_wrong {
            let arguments: Vec<String> = function.arguments.iter().map(ToString::to_string).collect();
            let signature = format!("{}({})", written(name), arguments.join(", "));
            let message = match word {
                "aggregate" => format!("function {signature} is not an aggregate"),
                word => format!("{signature} is not a {word}"),
            };
            return Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(name.span));
        }
        Ok(Some(function))
    }

    /// Procedures whose list of all arguments, OUT ones among them, is the one written.
    fn procedures_by_all_arguments(&self, routine: &Routine) -> Vec<&Function> {
        let Some(types) = &routine.arguments else { return Vec::new() };
        let wanted: Vec<TypeName> = types.iter().map(|t| self.signature_type(t)).collect();
        let all = |f: &Function| {
            let definition = definition_of(f, self.now)?;
            Some(definition.arguments.iter().map(|a| self.signature_type(&a.ty)).collect::<Vec<_>>())
        };
        let procedures = self.functions_named(&routine.name).filter(|f| f.kind == FunctionKind::Procedure);
        procedures.filter(|f| f.arguments.len() < wanted.len() && all(f).as_ref() == Some(&wanted)).collect()
    }

    fn no_such_routine<T>(&self, routine: &Routine, word: &str) -> Ran<Option<T>> {
        let name = &routine.name;
        if self.is_outside_function(name) || !self.extensions_known() {
            return Ok(None);
        }
        if let Some(schema) = &name.schema
            && !self.catalog.schemas.contains_key(schema)
        {
            return Err(self.missing_schema(schema, name.span));
        }
        let message = match &routine.arguments {
            Some(types) => {
                let types: Vec<String> = types.iter().map(|t| t.ty.to_string()).collect();
                format!("{word} {}({}) does not exist", written(name), types.join(", "))
            }
            None => {
                let article = if word == "aggregate" { "an" } else { "a" };
                format!("could not find {article} {word} named \"{}\"", written(name))
            }
        };
        let refusal = self.refuse(IssueKind::UnknownFunction, "42883", message).at(name.span);
        Err(refusal.of(ObjectRef::top(ObjectKind::Function, &self.would_be(name))))
    }

    /// Refuses a name that a function with the same arguments bears already.
    pub(super) fn free_signature(&self, name: &QualifiedName, arguments: &[TypeName], span: Span) -> Ran<()> {
        if !self.catalog.functions.iter().any(|f| f.name == *name && f.arguments == arguments) {
            return Ok(());
        }
        let types: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        let message =
            format!("function {}({}) already exists in schema \"{}\"", name.name, types.join(", "), name.schema);
        let refusal = self.refuse(IssueKind::DuplicateObject, "42723", message).at(span);
        Err(refusal.of(ObjectRef::top(ObjectKind::Function, name)))
    }

    /// RETURNS and OUT parameters say the same.
    pub(super) fn check_result_type(&self, def: &CreateFunction) -> Ran<()> {
        if !matches!(def.kind, FunctionKind::Function | FunctionKind::Window) {
            return Ok(());
        }
        let out: Vec<&FunctionArgument> = def.arguments.iter().filter(|a| matches!(a.mode, 'o' | 'b')).collect();
        let refuse =
            |message: String| Err(Refusal::new(IssueKind::InvalidDefinition, "42P13", message).at(def.name.span));
        match (out.as_slice(), &def.returns) {
            ([], None) => refuse("function result type must be specified".to_owned()),
            ([only], Some(returns)) => {
                let (wanted, written) = (self.signature_type(&only.ty), self.signature_type(returns));
                if wanted == written || self.resolve_type(&only.ty).is_err() {
                    return Ok(());
                }
                refuse(format!("function result type must be {wanted} because of OUT parameters"))
            }
            ([_, _, ..], Some(returns)) if returns.ty.name != "record" => {
                refuse("function result type must be record because of OUT parameters".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// A polymorphic result follows from polymorphic arguments.
    pub(super) fn check_polymorphic_result(&self, def: &CreateFunction, arguments: &[TypeName]) -> Ran<()> {
        let outputs = def.arguments.iter().filter(|a| matches!(a.mode, 'o' | 't')).map(|a| &a.ty);
        let undetermined = |ty: &&TypeUse| !determines(arguments, &ty.ty);
        if def.returns.iter().chain(outputs).any(|ty| undetermined(&ty)) {
            let message = "cannot determine result data type";
            return Err(Refusal::new(IssueKind::InvalidDefinition, "42P13", message).at(def.name.span));
        }
        Ok(())
    }

    /// What CREATE OR REPLACE may not change beside the result's type.
    pub(super) fn check_replaced(&self, old: &Function, def: &CreateFunction) -> Ran<()> {
        let Some(was) = definition_of(old, self.now) else { return Ok(()) };
        let refuse =
            |message: String| Err(self.refuse(IssueKind::InvalidDefinition, "42P13", message).at(def.name.span));
        let outputs = |def: &CreateFunction| -> Vec<(Option<String>, TypeName)> {
            let is_output = |a: &&FunctionArgument| matches!(a.mode, 'o' | 'b' | 't');
            def.arguments.iter().filter(is_output).map(|a| (a.name.clone(), self.signature_type(&a.ty))).collect()
        };
        let (before, after) = (outputs(&was), outputs(def));
        if before != after && (before.len() > 1 || after.len() > 1) && def.kind != FunctionKind::Procedure {
            return refuse("cannot change return type of existing function".to_owned());
        }
        let inputs = |def: &CreateFunction| -> Vec<(Option<String>, bool)> {
            let is_input = |a: &&FunctionArgument| matches!(a.mode, 'i' | 'b' | 'v');
            def.arguments.iter().filter(is_input).map(|a| (a.name.clone(), a.default.is_some())).collect()
        };
        let (before, after) = (inputs(&was), inputs(def));
        for ((was, _), (now, _)) in before.iter().zip(&after) {
            if let Some(was) = was
                && now.as_ref() != Some(was)
            {
                return refuse(format!("cannot change name of input parameter \"{was}\""));
            }
        }
        let defaults = |list: &[(Option<String>, bool)]| list.iter().filter(|(_, has)| *has).count();
        if defaults(&after) < defaults(&before) {
            return refuse("cannot remove parameter defaults from existing function".to_owned());
        }
        Ok(())
    }
}

/// The statement that made a function, read again.
pub(super) fn definition_of(function: &Function, at: Span) -> Option<CreateFunction> {
    match parse_computed(at, &function.definition).into_iter().next()?.0 {
        Parsed::Statement(statement) => match statement.op {
            Op::CreateFunction(definition) => Some(definition),
            _ => None,
        },
        Parsed::Error(_) => None,
    }
}

/// Names, defaults and the order of parameters.
pub(super) fn check_parameters(def: &CreateFunction) -> Ran<()> {
    let refuse = |message: String| Err(Refusal::new(IssueKind::InvalidDefinition, "42P13", message).at(def.name.span));
    let is_input = |mode: char| matches!(mode, 'i' | 'b' | 'v');
    let mut variadic = false;
    let mut has_default = false;
    for (place, parameter) in def.arguments.iter().enumerate() {
        let input = is_input(parameter.mode);
        if input && variadic {
            return refuse("VARIADIC parameter must be the last input parameter".to_owned());
        }
        variadic |= parameter.mode == 'v';
        let clashes = |other: &&FunctionArgument| {
            // A pure input and a pure output may share a name.
            let (a, b) = (parameter.mode, other.mode);
            let apart =
                matches!(a, 'i' | 'v') && matches!(b, 'o' | 't') || matches!(b, 'i' | 'v') && matches!(a, 'o' | 't');
            parameter.name.is_some() && other.name == parameter.name && !apart
        };
        if let (Some(name), Some(_)) = (&parameter.name, def.arguments[..place].iter().find(clashes)) {
            return refuse(format!("parameter name \"{name}\" used more than once"));
        }
        match (&parameter.default, input) {
            (Some(_), false) => return refuse("only input parameters can have default values".to_owned()),
            (Some(_), true) => has_default = true,
            (None, true) if has_default => {
                return refuse("input parameters after one with a default value must also have defaults".to_owned());
            }
            (None, false) if has_default && def.kind == FunctionKind::Procedure => {
                return refuse("procedure OUT parameters cannot appear after one with a default value".to_owned());
            }
            (None, _) => {}
        }
    }
    Ok(())
}
