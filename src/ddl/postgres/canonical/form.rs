//! The canonical form of an expression: a text that two expressions share when they mean the same.

use pg_query::NodeEnum;
use pg_query::protobuf::{BoolExprType, CaseExpr, MinMaxOp, Node, NullTestType, TypeCast};

use super::constant::{Literal, constant};
use super::kind::{Kind, is_evident, is_plain_text, is_transparent, kind};
use super::subquery::Level;
use crate::ddl::postgres::lower::strings;
use crate::ddl::postgres::print::Printer;
use crate::ddl::postgres::types::lower_type;
use crate::dialect::Resolver;
use crate::model::TypeName;

/// How far down types are looked for; deeper ones are not known.
const TYPES_WITHIN: usize = 6;

pub(super) struct Canon<'c> {
    pub(super) names: &'c dyn Resolver,
    /// The query within the expression that is being read.
    pub(super) level: Option<&'c Level<'c>>,
}

impl Canon<'_> {
    /// The form of an expression whose value is assigned to something of type `want`.
    pub(super) fn assigned(&self, node: &Node, want: Option<&TypeName>) -> String {
        if let (Some(NodeEnum::TypeCast(cast)), Some(want)) = (node.node.as_ref(), want) {
            let ty = cast.type_name.as_ref().map(|raw| lower_type(raw).ty);
            if let (Some(arg), true) = (cast.arg.as_deref(), ty.as_ref() == Some(want) && constant(node).is_none()) {
                // The assignment would cast all the same.
                return self.form(arg, Some(want));
            }
        }
        self.form(node, want)
    }

    /// The form where a value of type `want` is expected, if one is known.
    pub(super) fn form(&self, node: &Node, want: Option<&TypeName>) -> String {
        if let Some(constant) = constant(node) {
            return constant.form(want);
        }
        let Some(inner) = node.node.as_ref() else { return String::new() };
        match inner {
            NodeEnum::ColumnRef(column) => self.column(column),
            NodeEnum::TypeCast(cast) => self.cast(cast, want),
            NodeEnum::AExpr(expr) => self.operator(expr, node),
            NodeEnum::BoolExpr(_) => self.boolean(node),
            NodeEnum::FuncCall(call) => self.call(call, node),
            NodeEnum::SqlvalueFunction(value) => self.value_function(value, node),
            NodeEnum::AArrayExpr(array) => {
                let element = want.map(TypeName::element).or_else(|| self.common_type(&array.elements));
                let items = array.elements.iter().map(|item| match item.node.as_ref() {
                    Some(NodeEnum::AArrayExpr(_)) => self.form(item, want),
                    _ => self.form(item, element.as_ref()),
                });
                format!("array[{}]", items.collect::<Vec<_>>().join(","))
            }
            NodeEnum::NullTest(test) => {
                let word = if test.nulltesttype == NullTestType::IsNull as i32 { "isnull" } else { "notnull" };
                format!("{word}({})", self.optional(test.arg.as_deref()))
            }
            NodeEnum::BooleanTest(test) => {
                format!("istest{}({})", test.booltesttype, self.optional(test.arg.as_deref()))
            }
            NodeEnum::CoalesceExpr(coalesce) => {
                let ty = want.cloned().or_else(|| self.common_type(&coalesce.args));
                format!("coalesce({})", self.list(&coalesce.args, ty.as_ref()))
            }
            NodeEnum::MinMaxExpr(expr) => {
                let ty = want.cloned().or_else(|| self.common_type(&expr.args));
                let word = if expr.op == MinMaxOp::IsGreatest as i32 { "greatest" } else { "least" };
                format!("{word}({})", self.list(&expr.args, ty.as_ref()))
            }
            NodeEnum::CaseExpr(case) => self.case(case, want),
            NodeEnum::RowExpr(row) => format!("row({})", self.list(&row.args, None)),
            NodeEnum::List(list) => format!("({})", self.list(&list.items, None)),
            NodeEnum::CollateClause(collate) => {
                let name = strings(&collate.collname).pop().unwrap_or_default();
                format!("{} collate {name}", self.form_of(collate.arg.as_deref(), want))
            }
            NodeEnum::SubLink(link) => self.sub_link(link, node),
            NodeEnum::SortBy(sort) => {
                format!("{} {} {}", self.optional(sort.node.as_deref()), sort.sortby_dir, sort.sortby_nulls)
            }
            _ => printed(node),
        }
    }

    pub(super) fn optional(&self, node: Option<&Node>) -> String {
        self.form_of(node, None)
    }

    fn form_of(&self, node: Option<&Node>, want: Option<&TypeName>) -> String {
        node.map(|node| self.form(node, want)).unwrap_or_default()
    }

    pub(super) fn list(&self, nodes: &[Node], want: Option<&TypeName>) -> String {
        nodes.iter().map(|node| self.form(node, want)).collect::<Vec<_>>().join(",")
    }

    fn cast(&self, cast: &TypeCast, want: Option<&TypeName>) -> String {
        let (Some(arg), Some(raw)) = (cast.arg.as_deref(), cast.type_name.as_ref()) else { return String::new() };
        let ty = lower_type(raw).ty;
        if let Some(NodeEnum::AArrayExpr(array)) = arg.node.as_ref() {
            return match want {
                Some(want) if is_transparent(want, &ty) => self.form(arg, Some(want)),
                _ if is_evident(&ty) && !array.elements.is_empty() => self.form(arg, Some(&ty)),
                _ => format!("{}::{ty}", self.form(arg, Some(&ty))),
            };
        }
        let inner = self.type_of(arg, TYPES_WITHIN);
        let is_same = inner.as_ref() == Some(&ty);
        let is_text = is_plain_text(&ty) && ty.modifiers.is_empty() && inner.as_ref().is_some_and(is_plain_text);
        let is_text_array = ty.array
            && is_plain_text(&ty.element())
            && inner.as_ref().is_some_and(|inner| inner.array && is_plain_text(&inner.element()));
        if is_same || is_text || is_text_array {
            return self.form(arg, want);
        }
        format!("{}::{ty}", self.form(arg, None))
    }

    /// AND and OR of one kind in a row, in their order, and NOT.
    fn boolean(&self, node: &Node) -> String {
        let Some(NodeEnum::BoolExpr(expr)) = node.node.as_ref() else { return self.form(node, None) };
        let kind = BoolExprType::try_from(expr.boolop).unwrap_or_default();
        let mut parts = Vec::new();
        match kind {
            BoolExprType::NotExpr => return format!("not({})", self.optional(expr.args.first())),
            kind => self.operands(node, kind, &mut parts),
        }
        let word = if kind == BoolExprType::OrExpr { "or" } else { "and" };
        format!("{word}({})", parts.join(","))
    }

    fn operands(&self, node: &Node, kind: BoolExprType, parts: &mut Vec<String>) {
        match node.node.as_ref() {
            Some(NodeEnum::BoolExpr(expr)) if expr.boolop == kind as i32 => {
                for arg in &expr.args {
                    self.operands(arg, kind, parts);
                }
            }
            Some(NodeEnum::AExpr(expr)) => match self.between(expr) {
                Some((between_kind, bounds)) if between_kind == kind => parts.extend(bounds),
                _ => parts.push(self.form(node, None)),
            },
            _ => parts.push(self.form(node, None)),
        }
    }

    fn case(&self, case: &CaseExpr, want: Option<&TypeName>) -> String {
        let whens = || {
            case.args.iter().filter_map(|arg| match arg.node.as_ref() {
                Some(NodeEnum::CaseWhen(when)) => Some(when),
                _ => None,
            })
        };
        let results = whens().filter_map(|when| when.result.as_deref()).chain(case.defresult.as_deref());
        let ty = want.cloned().or_else(|| results.into_iter().find_map(|node| self.type_of(node, TYPES_WITHIN)));
        let tested = case.arg.as_deref().and_then(|arg| self.type_of(arg, TYPES_WITHIN));
        let mut out = format!("case({}", self.optional(case.arg.as_deref()));
        for when in whens() {
            let condition = self.form_of(when.expr.as_deref(), tested.as_ref());
            let result = self.form_of(when.result.as_deref(), ty.as_ref());
            out += &format!(";{condition}:{result}");
        }
        // ELSE NULL is what is meant where nothing is written.
        let otherwise = case.defresult.as_deref().map_or_else(|| "null".into(), |node| self.form(node, ty.as_ref()));
        out + &format!(";{otherwise})")
    }

    /// The type of the first of several expressions that has a known one, constants last.
    fn common_type(&self, nodes: &[Node]) -> Option<TypeName> {
        nodes.iter().filter(|node| constant(node).is_none()).find_map(|node| self.type_of(node, TYPES_WITHIN))
    }

    /// The type of an expression's value, as far as it shows.
    pub(super) fn type_of(&self, node: &Node, depth: usize) -> Option<TypeName> {
        let depth = depth.checked_sub(1)?;
        match node.node.as_ref()? {
            NodeEnum::ColumnRef(column) => self.type_of_column(column),
            NodeEnum::SubLink(link) => self.type_of_query(link, depth),
            NodeEnum::TypeCast(cast) => Some(lower_type(cast.type_name.as_ref()?).ty),
            NodeEnum::AConst(_) => match constant(node)?.literal {
                Literal::Boolean(_) => Some(TypeName::built_in("boolean")),
                Literal::Number(n) => {
                    Some(TypeName::built_in(if n.contains(['.', 'e', 'E']) { "numeric" } else { "integer" }))
                }
                _ => None,
            },
            NodeEnum::BoolExpr(_) | NodeEnum::NullTest(_) | NodeEnum::BooleanTest(_) => {
                Some(TypeName::built_in("boolean"))
            }
            NodeEnum::AExpr(expr) => self.type_of_operator(expr, depth),
            NodeEnum::FuncCall(call) => self.type_of_call(call, depth),
            NodeEnum::SqlvalueFunction(value) => super::call::type_of_value_function(value),
            NodeEnum::CoalesceExpr(coalesce) => coalesce.args.iter().find_map(|arg| self.type_of(arg, depth)),
            NodeEnum::MinMaxExpr(expr) => expr.args.iter().find_map(|arg| self.type_of(arg, depth)),
            NodeEnum::CollateClause(collate) => self.type_of(collate.arg.as_deref()?, depth),
            NodeEnum::AArrayExpr(array) => {
                let element = array.elements.iter().find_map(|item| self.type_of(item, depth))?;
                Some(element.array_of())
            }
            _ => None,
        }
    }

    pub(super) fn known_type(&self, node: &Node) -> Option<TypeName> {
        self.type_of(node, TYPES_WITHIN)
    }

    /// The operand of a cast to text that a comparison for equality does not need: of a label's type with a label.
    pub(super) fn without_text_cast<'n>(&self, node: &'n Node) -> &'n Node {
        let Some(NodeEnum::TypeCast(cast)) = node.node.as_ref() else { return node };
        let (Some(arg), Some(raw)) = (cast.arg.as_deref(), cast.type_name.as_ref()) else { return node };
        let is_label = || self.known_type(arg).is_some_and(|ty| ty.schema.is_some() && kind(&ty) == Kind::Other);
        if is_plain_text(&lower_type(raw).ty) && is_label() { arg } else { node }
    }
}

/// What is not looked into is compared as it is written.
pub(super) fn printed(node: &Node) -> String {
    let mut printer = Printer::new();
    printer.expr(node);
    printer.into_sql()
}
