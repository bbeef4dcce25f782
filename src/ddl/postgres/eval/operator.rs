//! Operators.

use std::cmp::Ordering;

use pg_query::NodeEnum;
use pg_query::protobuf::{AExpr, AExprKind, Node};

use super::literal::{as_name, as_names, is_untyped};
use super::scope::{Evaluator, Scope};
use super::{Answer, Row, Rows, Stop, Value, pattern, time};
use crate::ddl::postgres::lower::strings;

impl Evaluator<'_> {
    pub(super) fn operator(&mut self, expr: &AExpr, scope: &Scope<'_>) -> Answer {
        let (Some(right), left) = (expr.rexpr.as_deref(), expr.lexpr.as_deref()) else {
            return Err(Stop::unknown("an operator lacks its operand"));
        };
        let name = strings(&expr.name).pop().unwrap_or_default();
        let kind = AExprKind::try_from(expr.kind).unwrap_or_default();
        let Some(left) = left else {
            return match (name.as_str(), self.expr(right, scope)?) {
                (_, Value::Null) => Ok(Value::Null),
                ("-", Value::Int(i)) => i.checked_neg().map(Value::Int).ok_or_else(overflow),
                ("+", value @ Value::Int(_)) => Ok(value),
                _ => Err(Stop::Unknown(format!("the operator `{name}` is not worked out here"))),
            };
        };
        let left_node = left;
        let left = self.expr(left, scope)?;
        match kind {
            AExprKind::AexprIn => self.in_list(left_node, &left, &name, right, scope),
            AExprKind::AexprBetween | AExprKind::AexprNotBetween => {
                let Some(NodeEnum::List(bounds)) = right.node.as_ref() else {
                    return Err(Stop::unknown("BETWEEN lacks its bounds"));
                };
                let bounds = self.list(&bounds.items, scope)?;
                let [low, high] = bounds.as_slice() else { return Err(Stop::unknown("BETWEEN lacks its bounds")) };
                let (above, below) = (binary(">=", &left, low)?, binary("<=", &left, high)?);
                let inside = match (above, below) {
                    (Value::Bool(false), _) | (_, Value::Bool(false)) => Value::Bool(false),
                    (Value::Bool(true), Value::Bool(true)) => Value::Bool(true),
                    _ => Value::Null,
                };
                Ok(if kind == AExprKind::AexprNotBetween { negate(inside) } else { inside })
            }
            AExprKind::AexprOpAny | AExprKind::AexprOpAll => {
                let array = self.expr(right, scope)?;
                let array = as_names(&array, right, left_node, &left);
                any_or_all(&left, &name, &array, kind == AExprKind::AexprOpAny)
            }
            AExprKind::AexprDistinct | AExprKind::AexprNotDistinct => {
                let right = self.expr(right, scope)?;
                let distinct = match (left.is_null(), right.is_null()) {
                    (true, true) => false,
                    (false, false) => equal(&left, &right)? != Some(true),
                    _ => true,
                };
                Ok(Value::Bool(distinct == (kind == AExprKind::AexprDistinct)))
            }
            AExprKind::AexprNullif => {
                let right = self.expr(right, scope)?;
                Ok(if equal(&left, &right)? == Some(true) { Value::Null } else { left })
            }
            AExprKind::AexprOp | AExprKind::AexprLike | AExprKind::AexprIlike => {
                let value = self.expr(right, scope)?;
                if kind != AExprKind::AexprOp || !matches!(name.as_str(), "=" | "<>" | "<" | "<=" | ">" | ">=") {
                    return binary(&name, &left, &value);
                }
                let right_value = as_name(&value, right, left_node, &left);
                binary(&name, &as_name(&left, left_node, right, &value), &right_value)
            }
            _ => Err(Stop::Unknown(format!("the operator `{name}` is not worked out here"))),
        }
    }

    fn in_list(&mut self, left_node: &Node, left: &Value, name: &str, right: &Node, scope: &Scope<'_>) -> Answer {
        let Some(NodeEnum::List(items)) = right.node.as_ref() else { return Err(Stop::unknown("IN lacks its list")) };
        // One item of another type makes all of them text.
        let is_untyped = items.items.iter().all(is_untyped);
        let mut rows = Rows::new(&["value"]);
        for item in &items.items {
            let answer = self.expr(item, scope);
            let answer = match answer {
                Ok(value) if is_untyped => Ok(as_name(&value, item, left_node, left).into_owned()),
                other => other,
            };
            rows.rows.push(Row { values: vec![answer], doubt: None });
        }
        let found = super::expr::quantified(left, "=", &rows, true)?;
        Ok(if name == "<>" { negate(found) } else { found })
    }
}

pub(super) fn any_or_all(left: &Value, name: &str, array: &Value, any: bool) -> Answer {
    let items = match array {
        Value::Null => return Ok(Value::Null),
        Value::Array(items) => items.clone(),
        Value::Text(text) => super::cast::parse_array(text)?,
        _ => return Err(Stop::raised("42809", "op ANY/ALL (array) requires array on right side")),
    };
    let mut rows = Rows::new(&["value"]);
    rows.rows = items.into_iter().map(|v| Row::new(vec![v])).collect();
    super::expr::quantified(left, name, &rows, any)
}

fn negate(value: Value) -> Value {
    match value {
        Value::Bool(b) => Value::Bool(!b),
        other => other,
    }
}

fn overflow() -> Stop {
    Stop::raised("22003", "integer out of range")
}

/// `left op right` for values; NULL operands give NULL (all operators here are strict).
pub(super) fn binary(name: &str, left: &Value, right: &Value) -> Answer {
    if name == "||" {
        return concatenate(left, right);
    }
    if left.is_null() || right.is_null() {
        return Ok(Value::Null);
    }
    let times = matches!(left, Value::Time(_)) || matches!(right, Value::Time(_));
    match name {
        "+" | "-" | "*" if times => time::binary(name, left, right),
        "=" => Ok(equal(left, right)?.map_or(Value::Null, Value::Bool)),
        "<>" | "!=" => Ok(equal(left, right)?.map_or(Value::Null, |b| Value::Bool(!b))),
        "<" | ">" | "<=" | ">=" => {
            let order = compare(left, right)?;
            Ok(Value::Bool(match name {
                "<" => order == Ordering::Less,
                ">" => order == Ordering::Greater,
                "<=" => order != Ordering::Greater,
                _ => order != Ordering::Less,
            }))
        }
        "+" | "-" | "*" | "/" | "%" => arithmetic(name, left, right),
        "~~" | "!~~" | "~~*" | "!~~*" => like(name, left, right),
        "~" | "!~" | "~*" | "!~*" => pattern::matches(name, left, right),
        "@>" => match (left, right) {
            (Value::Array(all), Value::Array(some)) => contains(all, some).map(Value::Bool),
            _ => Err(Stop::unknown("the operator `@>` is only worked out for arrays")),
        },
        _ => Err(Stop::Unknown(format!("the operator `{name}` is not worked out here"))),
    }
}

fn contains(all: &[Value], some: &[Value]) -> Answer<bool> {
    for item in some {
        let mut found = false;
        for candidate in all {
            found |= equal(candidate, item)? == Some(true);
        }
        if !found {
            return Ok(false);
        }
    }
    Ok(true)
}

fn concatenate(left: &Value, right: &Value) -> Answer {
    match (left, right) {
        (Value::Array(a), Value::Array(b)) => Ok(Value::Array(a.iter().chain(b).cloned().collect())),
        (Value::Array(a), Value::Null) => Ok(Value::Array(a.clone())),
        (Value::Null, Value::Array(b)) => Ok(Value::Array(b.clone())),
        (Value::Array(a), b) => Ok(Value::Array(a.iter().cloned().chain([b.clone()]).collect())),
        (a, Value::Array(b)) => Ok(Value::Array([a.clone()].into_iter().chain(b.iter().cloned()).collect())),
        _ => match (left.to_text(), right.to_text()) {
            (Some(a), Some(b)) => Ok(Value::Text(a + &b)),
            _ => Ok(Value::Null),
        },
    }
}

fn arithmetic(name: &str, left: &Value, right: &Value) -> Answer {
    let (Some(a), Some(b)) = (as_int(left), as_int(right)) else {
        return Err(Stop::unknown("it reckons with something other than integers"));
    };
    if b == 0 && matches!(name, "/" | "%") {
        return Err(Stop::raised("22012", "division by zero"));
    }
    let result = match name {
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        "/" => a.checked_div(b),
        _ => a.checked_rem(b),
    };
    result.map(Value::Int).ok_or_else(overflow)
}

fn as_int(value: &Value) -> Option<i64> {
    match value {
        Value::Int(i) => Some(*i),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// `None` where NULLs keep it open.
pub(super) fn equal(left: &Value, right: &Value) -> Answer<Option<bool>> {
    Ok(Some(match (left, right) {
        (Value::Null, _) | (_, Value::Null) => return Ok(None),
        (Value::Object(a), Value::Object(b)) => a.is(b),
        (Value::Object(_), Value::Text(_) | Value::Int(_)) | (Value::Text(_) | Value::Int(_), Value::Object(_)) => {
            return Err(Stop::unknown("it compares an oid with something else"));
        }
        (Value::Bool(a), Value::Text(text)) | (Value::Text(text), Value::Bool(a)) => {
            *a == super::cast::parse_bool(text)?
        }
        (Value::Int(a), Value::Text(text)) | (Value::Text(text), Value::Int(a)) => match text.trim().parse::<i64>() {
            Ok(b) => *a == b,
            Err(_) => return Err(Stop::Unknown(format!("it compares a number with `{text}`"))),
        },
        (Value::Array(a), Value::Text(text)) | (Value::Text(text), Value::Array(a)) => {
            return equal(&Value::Array(a.clone()), &Value::Array(super::cast::parse_array(text)?));
        }
        (Value::Array(a), Value::Array(b)) => {
            if a.len() != b.len() {
                return Ok(Some(false));
            }
            for (a, b) in a.iter().zip(b) {
                // Arrays compare NULLs as equal.
                let same = a.is_null() && b.is_null() || equal(a, b)? == Some(true);
                if !same {
                    return Ok(Some(false));
                }
            }
            true
        }
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Time(_), _) | (_, Value::Time(_)) => time::compare(left, right)? == Ordering::Equal,
        _ => return Err(Stop::unknown("it compares values of different kinds")),
    }))
}

/// Texts compare by the database's collation, which is not known; only what every collation agrees on is told.
pub(super) fn compare(left: &Value, right: &Value) -> Answer<Ordering> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Ok(a.cmp(b)),
        (Value::Time(_), _) | (_, Value::Time(_)) => time::compare(left, right),
        (Value::Bool(a), Value::Bool(b)) => Ok(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) if a == b => Ok(Ordering::Equal),
        (Value::Text(a), Value::Text(b)) if same_digits(a, b) => Ok(a.cmp(b)),
        (Value::Int(_), Value::Text(_)) | (Value::Text(_), Value::Int(_)) => match (as_int(left), as_int(right)) {
            (Some(a), Some(b)) => Ok(a.cmp(&b)),
            _ => Err(Stop::unknown("it compares a number with a text")),
        },
        (Value::Array(a), Value::Array(b)) => {
            for (a, b) in a.iter().zip(b) {
                let order = compare(a, b)?;
                if order != Ordering::Equal {
                    return Ok(order);
                }
            }
            Ok(a.len().cmp(&b.len()))
        }
        _ => Err(Stop::unknown("the order of its values is not known")),
    }
}

/// Both are digits and the same separators, as two dates in one format.
fn same_digits(a: &str, b: &str) -> bool {
    let shape = |c: char| if c.is_ascii_digit() { '0' } else { c };
    a.len() == b.len() && a.is_ascii() && a.chars().map(shape).eq(b.chars().map(shape))
}

pub(super) fn extreme(values: Vec<Value>, greatest: bool) -> Answer {
    let mut best: Option<Value> = None;
    for value in values.into_iter().filter(|v| !v.is_null()) {
        best = Some(match best {
            None => value,
            Some(old) => {
                let wanted = if greatest { Ordering::Greater } else { Ordering::Less };
                if compare(&value, &old)? == wanted { value } else { old }
            }
        });
    }
    Ok(best.unwrap_or(Value::Null))
}

fn like(name: &str, left: &Value, right: &Value) -> Answer {
    let (Some(mut text), Some(mut pattern)) = (left.to_text(), right.to_text()) else { return Ok(Value::Null) };
    if name.ends_with('*') {
        if !text.is_ascii() || !pattern.is_ascii() {
            return Err(Stop::unknown("ILIKE depends on the database's collation"));
        }
        text.make_ascii_lowercase();
        pattern.make_ascii_lowercase();
    }
    let text: Vec<char> = text.chars().collect();
    let matches = like_matches(&text, &pattern_parts(&pattern));
    Ok(Value::Bool(matches != name.starts_with('!')))
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Any,
    One,
    Char(char),
}

fn pattern_parts(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        parts.push(match c {
            '%' => Part::Any,
            '_' => Part::One,
            '\\' => characters.next().map_or(Part::Char('\\'), Part::Char),
            other => Part::Char(other),
        });
    }
    parts
}

/// Greedy matching with one point to return to, linear for each `%`.
fn like_matches(text: &[char], parts: &[Part]) -> bool {
    let (mut t, mut p, mut back) = (0, 0, None);
    while t < text.len() {
        let fits = match parts.get(p) {
            Some(Part::Any) => {
                back = Some((p + 1, t));
                p += 1;
                continue;
            }
            Some(Part::One) => true,
            Some(Part::Char(c)) => *c == text[t],
            None => false,
        };
        if fits {
            t += 1;
            p += 1;
        } else if let Some((after, from)) = back {
            p = after;
            t = from + 1;
            back = Some((after, from + 1));
        } else {
            return false;
        }
    }
    parts[p..].iter().all(|part| *part == Part::Any)
}
