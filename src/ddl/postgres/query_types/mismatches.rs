//! Expressions that the server refuses for the types within them: operators and functions that do not take their operands, conditions that are
//! no booleans, values that have no type in common (`make_op`, `ParseFuncOrColumn`, `coerce_to_boolean` and `select_common_type` in
//! src/backend/parser/). Only what is certain is said: of types that are known, and on which extensions define no operators.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    AExpr, AExprKind, BoolExprType, CaseExpr, FuncCall, Node, RangeVar, ResTarget, SelectStmt, SubLink, SubLinkType,
};

use super::super::lower::strings;
use super::super::parse::raw_parse_kept;
use super::super::print::quote_if_needed;
use super::super::signatures::{self, Ty};
use super::super::types::format_type;
use super::super::walk::children;
use super::classes::{Class, class_of, is_implicit};
use super::{DEPTH, Level, Reader, aliased};
use crate::dialect::{SchemaObjects, StatementTypes, TypeMismatch};
use crate::model::TypeName;

/// What is wrong with the types in a query, an UPDATE, a DELETE or an INSERT, and the types of what an UPDATE gives its columns.
pub(in crate::ddl::postgres) fn statement_types(sql: &str, objects: &dyn SchemaObjects) -> StatementTypes {
    let mut reader = Reader { objects, with: Vec::new(), depth: 0, looks: true, mismatch: None };
    let mut sets = Vec::new();
    let statements = raw_parse_kept(sql).unwrap_or_default();
    if let [statement] = statements.as_slice() {
        match statement.stmt.as_deref().and_then(|n| n.node.as_ref()) {
            Some(NodeEnum::SelectStmt(select)) => {
                reader.select(select, None);
            }
            Some(NodeEnum::InsertStmt(n)) if n.with_clause.is_none() => {
                if let Some(NodeEnum::SelectStmt(select)) = n.select_stmt.as_deref().and_then(|n| n.node.as_ref()) {
                    reader.select(select, None);
                }
            }
            Some(NodeEnum::UpdateStmt(n)) if n.with_clause.is_none() => {
                let level = reader.written(n.relation.as_ref(), &n.from_clause);
                for target in &n.target_list {
                    let Some(NodeEnum::ResTarget(target)) = target.node.as_ref() else { continue };
                    sets.extend(reader.set(target, &level));
                }
                reader.look_at_condition(n.where_clause.as_deref(), "WHERE", &level);
            }
            Some(NodeEnum::DeleteStmt(n)) if n.with_clause.is_none() => {
                let level = reader.written(n.relation.as_ref(), &n.using_clause);
                reader.look_at_condition(n.where_clause.as_deref(), "WHERE", &level);
            }
            _ => {}
        }
    }
    StatementTypes { mismatch: reader.mismatch, sets }
}

/// A type in a message, as `format_type_be` gives it: without modifiers.
fn words(ty: &Ty) -> Option<String> {
    match ty {
        Ty::Literal => Some("unknown".to_owned()),
        Ty::NotKnown => None,
        Ty::Is(ty) => Some(format_type(ty)),
    }
}

const COMPARISONS: &[&str] = &["=", "<>", "<", ">", "<=", ">="];

/// Functions that take nothing but text first.
const OF_TEXT: &[&str] = &[
    "ascii",
    "char_length",
    "character_length",
    "initcap",
    "length",
    "lower",
    "lpad",
    "regexp_match",
    "regexp_matches",
    "regexp_replace",
    "repeat",
    "replace",
    "reverse",
    "rpad",
    "split_part",
    "starts_with",
    "strpos",
    "translate",
    "upper",
];

impl<'o> Reader<'o> {
    /// Runs something that asks for types only.
    pub(super) fn quietly<T>(&mut self, ask: impl FnOnce(&mut Self) -> T) -> T {
        let looks = std::mem::replace(&mut self.looks, false);
        let answer = ask(self);
        self.looks = looks;
        answer
    }

    fn say(&mut self, code: &'static str, message: String) {
        if self.mismatch.is_none() {
            self.mismatch = Some(TypeMismatch { code, message });
        }
    }

    fn type_of(&mut self, node: &Node, level: &Level<'_>) -> Ty {
        self.quietly(|reader| reader.expr(node, level))
    }

    /// The level of a statement on rows: the relation that it writes, and those beside it.
    pub(super) fn written(&mut self, relation: Option<&RangeVar>, beside: &[Node]) -> Level<'static> {
        let mut level = Level { sources: Vec::new(), merged: Vec::new(), is_natural: false, parent: None };
        if let Some(relation) = relation {
            let name = relation.alias.as_ref().map_or(&relation.relname, |alias| &alias.aliasname).clone();
            // The name of a WITH query is no table that could be written.
            let schema = Some(&relation.schemaname).filter(|s| !s.is_empty());
            let parts: Vec<String> = schema.into_iter().chain([&relation.relname]).cloned().collect();
            let columns = self.objects.relation(&parts);
            level.sources.push(aliased(Some(name), columns, relation.alias.as_ref()));
        }
        beside.iter().for_each(|item| self.item(item, &mut level));
        level
    }

    fn set(&mut self, target: &ResTarget, level: &Level<'_>) -> Option<(String, TypeName)> {
        let value = target.val.as_deref()?;
        self.look_at(value, level);
        match self.type_of(value, level) {
            Ty::Is(ty) if target.indirection.is_empty() => Some((target.name.clone(), ty)),
            _ => None,
        }
    }

    /// The clauses of one select level, in the order in which the server reads them.
    pub(super) fn look_at_clauses(&mut self, select: &SelectStmt, level: &Level<'_>) {
        select.from_clause.iter().for_each(|item| self.look_at_joins(item, level));
        for target in &select.target_list {
            if let Some(NodeEnum::ResTarget(target)) = target.node.as_ref()
                && let Some(value) = target.val.as_deref()
            {
                self.look_at(value, level);
            }
        }
        self.look_at_condition(select.where_clause.as_deref(), "WHERE", level);
        self.look_at_condition(select.having_clause.as_deref(), "HAVING", level);
    }

    fn look_at_joins(&mut self, item: &Node, level: &Level<'_>) {
        if let Some(NodeEnum::JoinExpr(join)) = item.node.as_ref() {
            let sides = [join.larg.as_deref(), join.rarg.as_deref()];
            sides.into_iter().flatten().for_each(|side| self.look_at_joins(side, level));
            self.look_at_condition(join.quals.as_deref(), "JOIN/ON", level);
        }
    }

    fn look_at_condition(&mut self, node: Option<&Node>, what: &str, level: &Level<'_>) {
        let Some(node) = node else { return };
        self.look_at(node, level);
        let ty = self.type_of(node, level);
        if class_of(&ty, self.objects).is_some_and(|class| class != Class::Boolean) {
            let shown = words(&ty).unwrap_or_default();
            self.say("42804", format!("argument of {what} must be type boolean, not type {shown}"));
        }
    }

    fn look_at(&mut self, node: &Node, level: &Level<'_>) {
        if let Some(node) = node.node.as_ref() {
            self.look_at_node(node, level);
        }
    }

    fn look_at_node(&mut self, node: &NodeEnum, level: &Level<'_>) {
        if self.mismatch.is_some() || self.depth > DEPTH {
            return;
        }
        self.depth += 1;
        match node {
            NodeEnum::SelectStmt(select) => {
                self.select(select, Some(level));
            }
            NodeEnum::SubLink(link) => self.look_at_sublink(link, level),
            NodeEnum::BoolExpr(n) => {
                let what = match n.boolop() {
                    BoolExprType::OrExpr => "OR",
                    BoolExprType::NotExpr => "NOT",
                    _ => "AND",
                };
                n.args.iter().for_each(|arg| self.look_at_condition(Some(arg), what, level));
            }
            NodeEnum::CaseExpr(n) => self.look_at_case(n, level),
            _ => {
                children(node, &mut |child| self.look_at_node(child, level));
                match node {
                    NodeEnum::AExpr(n) => self.look_at_operator(n, level),
                    NodeEnum::FuncCall(call) => self.look_at_call(call, level),
                    NodeEnum::CoalesceExpr(n) => {
                        self.look_for_common("COALESCE", &n.args.iter().collect::<Vec<_>>(), level)
                    }
                    _ => {}
                }
            }
        }
        self.depth -= 1;
    }

    fn look_at_case(&mut self, case: &CaseExpr, level: &Level<'_>) {
        if let Some(arg) = case.arg.as_deref() {
            self.look_at(arg, level);
        }
        let mut results: Vec<&Node> = case.defresult.as_deref().into_iter().collect();
        for when in &case.args {
            let Some(NodeEnum::CaseWhen(when)) = when.node.as_ref() else { continue };
            match (case.arg.is_none(), when.expr.as_deref()) {
                (true, condition) => self.look_at_condition(condition, "CASE/WHEN", level),
                (false, Some(value)) => self.look_at(value, level),
                _ => {}
            }
            results.extend(when.result.as_deref());
        }
        results.iter().for_each(|result| self.look_at(result, level));
        self.look_for_common("CASE", &results, level);
    }

    /// Values of which the server makes one type.
    fn look_for_common(&mut self, what: &str, nodes: &[&Node], level: &Level<'_>) {
        let types: Vec<Ty> = nodes.iter().map(|node| self.type_of(node, level)).collect();
        let types: Vec<Ty> = types.into_iter().map(|ty| self.based(ty)).collect();
        self.look_at_common(what, &types);
    }

    pub(super) fn look_at_common(&mut self, what: &str, types: &[Ty]) {
        let mut first: Option<&Ty> = None;
        for ty in types.iter().filter(|ty| **ty != Ty::Literal) {
            let Some(class) = class_of(ty, self.objects) else { return };
            let Some(before) = first else {
                first = Some(ty);
                continue;
            };
            let Some(other) = class_of(before, self.objects) else { return };
            if class.category() != other.category() {
                if let (Some(a), Some(b)) = (words(before), words(ty)) {
                    self.say("42804", format!("{what} types {a} and {b} cannot be matched"));
                }
                return;
            }
            // Which of several types of one kind is named is not followed.
            if before != ty {
                return;
            }
        }
    }

    fn look_at_operator(&mut self, n: &AExpr, level: &Level<'_>) {
        use AExprKind as K;
        let Some(left) = n.lexpr.as_deref() else { return };
        let name = strings(&n.name).pop().unwrap_or_default();
        let right: Vec<&Node> = match n.rexpr.as_deref().map(|r| (r, r.node.as_ref())) {
            Some((_, Some(NodeEnum::List(list)))) => list.items.iter().collect(),
            Some((one, _)) => vec![one],
            None => return,
        };
        let left = self.type_of(left, level);
        match n.kind() {
            K::AexprOp | K::AexprDistinct | K::AexprNotDistinct | K::AexprNullif | K::AexprLike | K::AexprIlike => {
                let [right] = right.as_slice() else { return };
                let right = self.type_of(right, level);
                self.look_at_operands(&name, &left, &right);
            }
            K::AexprIn => {
                let types: Vec<Ty> = right.iter().map(|node| self.type_of(node, level)).collect();
                // Values of one type are compared as an array of them.
                if let [first, rest @ ..] = types.as_slice()
                    && rest.iter().all(|ty| ty == first)
                {
                    self.look_at_operands(&name, &left, first);
                }
            }
            K::AexprBetween => {
                if let Some(least) = right.first() {
                    let least = self.type_of(least, level);
                    self.look_at_operands(">=", &left, &least);
                }
            }
            K::AexprOpAny | K::AexprOpAll => {
                let [right] = right.as_slice() else { return };
                if let Ty::Is(array) = self.type_of(right, level)
                    && array.array
                {
                    self.look_at_operands(&name, &left, &Ty::Is(array.element()));
                }
            }
            _ => {}
        }
    }

    fn look_at_operands(&mut self, name: &str, left: &Ty, right: &Ty) {
        if self.has_no_operator(name, left, right)
            && let (Some(a), Some(b)) = (words(left), words(right))
        {
            self.say("42883", format!("operator does not exist: {a} {name} {b}"));
        }
    }

    fn has_no_operator(&self, name: &str, left: &Ty, right: &Ty) -> bool {
        let (of_left, of_right) = (class_of(left, self.objects), class_of(right, self.objects));
        let plain =
            |class: Class| matches!(class, Class::Boolean | Class::Uuid | Class::Enum | Class::Text | Class::Number);
        match name {
            _ if COMPARISONS.contains(&name) => match (of_left, of_right) {
                // There is none even for two of them.
                (Some(Class::Json), _) => *right == Ty::Literal || of_right.is_some(),
                (_, Some(Class::Json)) => *left == Ty::Literal || of_left.is_some(),
                (Some(Class::Enum), Some(Class::Enum)) => self.based(left.clone()) != self.based(right.clone()),
                (Some(Class::Time | Class::Interval), Some(Class::Time | Class::Interval)) => false,
                (Some(a), Some(b)) => a != b,
                _ => false,
            },
            "~~" | "!~~" | "~~*" | "!~~*" | "~" | "!~" | "~*" | "!~*" => {
                let is_text = matches!(of_right, Some(Class::Text)) || *right == Ty::Literal;
                is_text && of_left.is_some_and(|class| !matches!(class, Class::Text | Class::Bytea))
            }
            "+" | "-" | "*" | "/" => match (of_left, of_right) {
                (Some(Class::Number), Some(Class::Number)) => false,
                (Some(a), Some(b)) => plain(a) && plain(b),
                _ => false,
            },
            _ => false,
        }
    }

    fn look_at_sublink(&mut self, link: &SubLink, level: &Level<'_>) {
        if let Some(test) = link.testexpr.as_deref() {
            self.look_at(test, level);
        }
        let Some(NodeEnum::SelectStmt(select)) = link.subselect.as_deref().and_then(|s| s.node.as_ref()) else {
            return;
        };
        let columns = self.select(select, Some(level));
        let compares = matches!(link.sub_link_type(), SubLinkType::AnySublink | SubLinkType::AllSublink);
        if let (true, Some(test), Some([only])) = (compares, link.testexpr.as_deref(), columns.as_deref()) {
            let right = only.ty.clone().settled().map_or(Ty::NotKnown, Ty::Is);
            let left = self.type_of(test, level);
            let name = strings(&link.oper_name).pop().unwrap_or_else(|| "=".to_owned());
            self.look_at_operands(&name, &left, &right);
        }
    }

    fn look_at_call(&mut self, call: &FuncCall, level: &Level<'_>) {
        if call.func_variadic || call.agg_within_group || call.agg_star {
            return;
        }
        let mut name = strings(&call.funcname);
        let types: Vec<Ty> = call.args.iter().map(|arg| self.type_of(arg, level)).collect();
        let own = self.objects.functions(&name);
        if name.first().is_some_and(|schema| schema == "pg_catalog") {
            name.remove(0);
        }
        let takes = match (own.as_slice(), name.as_slice()) {
            ([], [name]) => self.built_in_takes(name, &types),
            // What bears no such name is an extension's or a platform's.
            ([_, ..], [.., name])
                if !signatures::is_built_in(name) && self.objects.type_meant(&TypeName::built_in(name)).is_none() =>
            {
                let fits = |signature: &crate::dialect::Signature| {
                    let is_variadic = signature.arguments.last().is_some_and(|ty| ty.array);
                    let pairs = signature.arguments.iter().zip(&types);
                    let fit = pairs.map(|(to, from)| is_implicit(from, to, self.objects));
                    // Defaults and VARIADIC are not followed.
                    is_variadic
                        || signature.arguments.len() != types.len()
                        || !fit.into_iter().any(|fit| fit == Some(false))
                };
                own.iter().any(fits)
            }
            _ => true,
        };
        if takes {
            return;
        }
        let shown: Option<Vec<String>> = types.iter().map(words).collect();
        if let Some(shown) = shown {
            let name = strings(&call.funcname);
            let name: Vec<String> = name.iter().map(|part| quote_if_needed(part)).collect();
            self.say("42883", format!("function {}({}) does not exist", name.join("."), shown.join(", ")));
        }
    }

    /// Whether a built-in function may take arguments; `true` of those that are not known here.
    fn built_in_takes(&self, name: &str, types: &[Ty]) -> bool {
        let Some(class) = types.first().and_then(|ty| class_of(ty, self.objects)) else { return true };
        match name {
            "length" if class == Class::Bytea => true,
            "reverse" if class == Class::Bytea => true,
            _ if OF_TEXT.contains(&name) => class == Class::Text,
            "jsonb_typeof"
            | "jsonb_array_length"
            | "jsonb_array_elements"
            | "jsonb_array_elements_text"
            | "jsonb_each"
            | "jsonb_each_text"
            | "jsonb_object_keys"
            | "jsonb_pretty"
            | "jsonb_set" => class == Class::Jsonb,
            "json_typeof"
            | "json_array_length"
            | "json_array_elements"
            | "json_array_elements_text"
            | "json_each"
            | "json_each_text"
            | "json_object_keys" => class == Class::Json,
            "array_length" | "cardinality" | "array_upper" | "array_lower" | "array_ndims" => class == Class::Array,
            _ => true,
        }
    }
}
