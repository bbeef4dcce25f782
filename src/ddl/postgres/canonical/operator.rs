//! Operators.

use pg_query::NodeEnum;
use pg_query::protobuf::{AExpr, AExprKind, BoolExprType, Node};

use super::array::literal_elements;
use super::constant::{Constant, Literal, constant};
use super::form::{Canon, printed};
use super::kind::{Kind, is_wider, kind};
use crate::ddl::postgres::lower::strings;
use crate::ddl::postgres::types::lower_type;
use crate::model::TypeName;

/// Operators whose operands are of one type.
fn is_comparison(operator: &str) -> bool {
    matches!(operator, "=" | "<>" | "!=" | "<" | ">" | "<=" | ">=" | "@>" | "<@" | "&&")
}

impl Canon<'_> {
    pub(super) fn operator(&self, expr: &AExpr, node: &Node) -> String {
        let Ok(kind) = AExprKind::try_from(expr.kind) else { return printed(node) };
        let name = strings(&expr.name).pop().unwrap_or_default();
        match kind {
            AExprKind::AexprOp | AExprKind::AexprLike | AExprKind::AexprIlike | AExprKind::AexprSimilar => {
                self.binary(&name, expr)
            }
            AExprKind::AexprDistinct => format!("distinct{}", self.binary("=", expr)),
            AExprKind::AexprNotDistinct => format!("notdistinct{}", self.binary("=", expr)),
            AExprKind::AexprNullif => format!("nullif{}", self.binary("=", expr)),
            AExprKind::AexprIn => {
                let items = match expr.rexpr.as_deref().and_then(|n| n.node.as_ref()) {
                    Some(NodeEnum::List(list)) => list.items.iter().map(Element::Node).collect(),
                    _ => return printed(node),
                };
                self.one_of(expr, &name, if name == "<>" { "all" } else { "any" }, items)
            }
            AExprKind::AexprOpAny | AExprKind::AexprOpAll => {
                let word = if kind == AExprKind::AexprOpAny { "any" } else { "all" };
                match expr.rexpr.as_deref().and_then(elements) {
                    Some(items) => self.one_of(expr, &name, word, items),
                    None => {
                        let (left, right) = (expr.lexpr.as_deref(), expr.rexpr.as_deref());
                        format!("({} {name} {word} {})", self.optional(left), self.optional(right))
                    }
                }
            }
            AExprKind::AexprBetween | AExprKind::AexprNotBetween => match self.between(expr) {
                Some((BoolExprType::OrExpr, bounds)) => format!("or({})", bounds.join(",")),
                Some((_, bounds)) => format!("and({})", bounds.join(",")),
                None => printed(node),
            },
            _ => printed(node),
        }
    }

    /// The two comparisons that the server makes of BETWEEN, and what joins them.
    pub(super) fn between(&self, expr: &AExpr) -> Option<(BoolExprType, [String; 2])> {
        let (word, operators) = match AExprKind::try_from(expr.kind).ok()? {
            AExprKind::AexprBetween => (BoolExprType::AndExpr, [">=", "<="]),
            AExprKind::AexprNotBetween => (BoolExprType::OrExpr, ["<", ">"]),
            _ => return None,
        };
        let left = expr.lexpr.as_deref()?;
        let NodeEnum::List(list) = expr.rexpr.as_deref()?.node.as_ref()? else { return None };
        let [low, high] = list.items.as_slice() else { return None };
        Some((word, [self.compare(operators[0], left, low), self.compare(operators[1], left, high)]))
    }

    fn binary(&self, name: &str, expr: &AExpr) -> String {
        match (expr.lexpr.as_deref(), expr.rexpr.as_deref()) {
            (Some(left), Some(right)) => self.compare(name, left, right),
            (None, Some(right)) => format!("({name} {})", self.optional(Some(right))),
            (left, None) => format!("({} {name})", self.optional(left)),
        }
    }

    fn compare(&self, name: &str, left: &Node, right: &Node) -> String {
        let (mut left, mut right) = (left, right);
        if is_comparison(name) {
            (left, right) = (self.without_widening(left), self.without_widening(right));
        }
        if matches!(name, "=" | "<>") && (constant(left).is_some() || constant(right).is_some()) {
            (left, right) = (self.without_text_cast(left), self.without_text_cast(right));
        }
        let wants = [(right, left), (left, right)].map(|(other, own)| self.wanted(name, other, own));
        format!("({} {name} {})", self.form(left, wants[0].as_ref()), self.form(right, wants[1].as_ref()))
    }

    /// The type that a constant operand takes from the other one.
    fn wanted(&self, name: &str, other: &Node, own: &Node) -> Option<TypeName> {
        if constant(other).is_some() {
            return None;
        }
        let ty = self.known_type(other)?;
        let is_taken = match kind(&ty) {
            _ if is_comparison(name) => true,
            Kind::Number => matches!(name, "+" | "-" | "*" | "/" | "%"),
            Kind::Jsonb => name == "||" && constant(own).is_some(),
            _ => false,
        };
        is_taken.then_some(ty)
    }

    /// A number cast to a wider type compares as it does without.
    fn without_widening<'n>(&self, node: &'n Node) -> &'n Node {
        let Some(NodeEnum::TypeCast(cast)) = node.node.as_ref() else { return node };
        let (Some(arg), Some(raw)) = (cast.arg.as_deref(), cast.type_name.as_ref()) else { return node };
        let widens = self.known_type(arg).is_some_and(|from| is_wider(&from, &lower_type(raw).ty));
        if widens { arg } else { node }
    }

    /// `x IN (…)`, `x = ANY (ARRAY[…])`, `x = ANY ('{…}')`. One element is a plain comparison.
    fn one_of(&self, expr: &AExpr, name: &str, word: &str, items: Vec<Element<'_>>) -> String {
        let Some(left) = expr.lexpr.as_deref() else { return String::new() };
        let left = if matches!(name, "=" | "<>") { self.without_text_cast(left) } else { left };
        let ty = self.known_type(left);
        let items: Vec<String> = items
            .iter()
            .map(|item| match item {
                Element::Node(node) => self.form(node, ty.as_ref()),
                Element::Constant(constant) => constant.form(ty.as_ref()),
            })
            .collect();
        match items.as_slice() {
            [one] => format!("({} {name} {one})", self.form(left, None)),
            _ => format!("({} {name} {word}[{}])", self.form(left, None), items.join(",")),
        }
    }

    pub(super) fn type_of_operator(&self, expr: &AExpr, depth: usize) -> Option<TypeName> {
        if expr.kind != AExprKind::AexprOp as i32 {
            return Some(TypeName::built_in("boolean"));
        }
        let name = strings(&expr.name).pop()?;
        match name.as_str() {
            "->>" | "#>>" => Some(TypeName::built_in("text")),
            "->" | "#>" => self.type_of(expr.lexpr.as_deref()?, depth),
            "||" => [&expr.lexpr, &expr.rexpr].into_iter().find_map(|side| self.type_of(side.as_deref()?, depth)),
            "+" | "-" | "*" | "/" | "%" => {
                let sides = [&expr.lexpr, &expr.rexpr];
                let known =
                    sides.into_iter().filter_map(|side| side.as_deref()).filter(|side| constant(side).is_none());
                known.into_iter().find_map(|side| self.type_of(side, depth))
            }
            "=" | "<>" | "<" | ">" | "<=" | ">=" | "~" | "~*" | "!~" | "!~*" | "~~" | "!~~" | "@>" | "<@" | "&&"
            | "?" => Some(TypeName::built_in("boolean")),
            _ => None,
        }
    }
}

enum Element<'n> {
    Node(&'n Node),
    Constant(Constant),
}

/// The elements of an array that is written out, in whatever form; casts of the array are its elements' casts.
fn elements(node: &Node) -> Option<Vec<Element<'_>>> {
    match node.node.as_ref()? {
        NodeEnum::AArrayExpr(array) => Some(array.elements.iter().map(Element::Node).collect()),
        NodeEnum::TypeCast(cast) => {
            let ty = lower_type(cast.type_name.as_ref()?).ty;
            if !ty.array {
                return None;
            }
            let arg = cast.arg.as_deref()?;
            let Some(Constant { literal: Literal::Text(text), .. }) = constant(arg) else { return elements(arg) };
            let casts = vec![ty.element()];
            let literals = literal_elements(&text)?.into_iter();
            Some(literals.map(|literal| Element::Constant(Constant { literal, casts: casts.clone() })).collect())
        }
        NodeEnum::AConst(_) => match constant(node)?.literal {
            Literal::Text(text) => {
                let literals = literal_elements(&text)?.into_iter();
                Some(literals.map(|literal| Element::Constant(Constant { literal, casts: Vec::new() })).collect())
            }
            _ => None,
        },
        _ => None,
    }
}
