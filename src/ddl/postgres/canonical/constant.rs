//! Constants, read as their type reads them.

use pg_query::NodeEnum;
use pg_query::protobuf::{AConst, AExprKind, Node, a_const::Val};

use super::array;
use super::kind::{Kind, is_evident, is_transparent, kind};
use super::time;
use crate::ddl::postgres::lower::strings;
use crate::ddl::postgres::print::quote_literal;
use crate::ddl::postgres::types::lower_type;
use crate::model::TypeName;

/// A constant and the casts around it, the outermost first.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Constant {
    pub(super) literal: Literal,
    pub(super) casts: Vec<TypeName>,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Literal {
    Null,
    Boolean(bool),
    Number(String),
    Text(String),
    /// With the letter before its digits.
    Bits(String),
}

/// A constant, with a sign or casts around it; `None` for anything else.
pub(super) fn constant(node: &Node) -> Option<Constant> {
    match node.node.as_ref()? {
        NodeEnum::AConst(constant) => Some(Constant { literal: literal(constant), casts: Vec::new() }),
        NodeEnum::TypeCast(cast) => {
            let mut inner = constant(cast.arg.as_deref()?)?;
            inner.casts.insert(0, lower_type(cast.type_name.as_ref()?).ty);
            Some(inner)
        }
        NodeEnum::AExpr(expr) if expr.kind == AExprKind::AexprOp as i32 && expr.lexpr.is_none() => {
            let mut inner = constant(expr.rexpr.as_deref()?)?;
            let Literal::Number(number) = &inner.literal else { return None };
            inner.literal = match (strings(&expr.name).last()?.as_str(), number.strip_prefix('-')) {
                ("+", _) => inner.literal.clone(),
                ("-", Some(positive)) => Literal::Number(positive.to_owned()),
                ("-", None) => Literal::Number(format!("-{number}")),
                _ => return None,
            };
            Some(inner)
        }
        _ => None,
    }
}

fn literal(constant: &AConst) -> Literal {
    match constant.val.as_ref() {
        None => Literal::Null,
        Some(Val::Ival(i)) => Literal::Number(i.ival.to_string()),
        Some(Val::Fval(f)) => Literal::Number(f.fval.clone()),
        Some(Val::Boolval(b)) => Literal::Boolean(b.boolval),
        Some(Val::Sval(s)) => Literal::Text(s.sval.clone()),
        Some(Val::Bsval(b)) => Literal::Bits(b.bsval.to_ascii_lowercase()),
    }
}

impl Constant {
    /// Its form where a value of type `want` is expected.
    pub(super) fn form(&self, want: Option<&TypeName>) -> String {
        if self.literal == Literal::Null {
            return "null".into();
        }
        let cast = self.casts.first();
        let (ty, kept) = match (want, cast) {
            (Some(want), Some(cast)) if is_transparent(want, cast) => (Some(want), None),
            (_, Some(cast)) => (Some(cast), (!is_evident(cast)).then_some(cast)),
            (want, None) => (want, None),
        };
        let form = value(&self.literal, ty);
        match kept {
            Some(cast) => format!("{form}::{cast}"),
            None => form,
        }
    }
}

/// A constant as its type stores it.
pub(super) fn value(literal: &Literal, ty: Option<&TypeName>) -> String {
    let text = match literal {
        Literal::Null => return "null".into(),
        Literal::Boolean(b) => return b.to_string(),
        Literal::Bits(bits) => return format!("'{bits}'"),
        Literal::Number(number) => {
            let is_text = ty.is_some_and(|ty| kind(ty) == Kind::Text);
            return if is_text { quote_literal(number) } else { self::number(number, ty) };
        }
        Literal::Text(text) => text.as_str(),
    };
    let Some(ty) = ty else { return quote_literal(text) };
    match kind(ty) {
        Kind::Number if is_number(text.trim()) => number(text.trim(), Some(ty)),
        Kind::Boolean => boolean(text).map_or_else(|| quote_literal(text), |b| b.to_string()),
        Kind::Time => quote_literal(&time::normal_time(text, ty)),
        Kind::Interval => quote_literal(&time::normal_interval(text)),
        Kind::Jsonb => quote_literal(&jsonb(text)),
        Kind::Uuid => quote_literal(&uuid(text)),
        Kind::Array => array::literal_form(text, ty).unwrap_or_else(|| quote_literal(text)),
        // The scanner keeps the letter of a bit string before its digits.
        _ if ty.schema.is_none() && matches!(ty.name.as_str(), "bit" | "bit varying") => format!("'b{text}'"),
        _ => quote_literal(text),
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok() && text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
}

/// Without signs and zeros that say nothing. Zeros after the point do, unless the type fixes how many there are.
fn number(text: &str, ty: Option<&TypeName>) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let plain = without_exponent(digits);
    let digits = plain.as_deref().unwrap_or(digits);
    if digits.contains(['e', 'E', 'x', 'X', '_']) {
        return format!("{sign}{}", digits.to_ascii_lowercase());
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fixed = ty.is_some_and(|ty| ty.name != "numeric" || !ty.modifiers.is_empty());
    let fraction = if fixed { fraction.trim_end_matches('0') } else { fraction };
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let sign = if whole == "0" && fraction.is_empty() { "" } else { sign };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// `1.5e3` as the server's `numeric` prints it: `1500`. `None` where there is no exponent, or one that would make it long.
fn without_exponent(number: &str) -> Option<String> {
    const LONGEST: i32 = 64;
    let (digits, exponent) = number.split_once(['e', 'E'])?;
    let exponent: i32 = exponent.parse().ok().filter(|exponent: &i32| exponent.abs() <= LONGEST)?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let point = whole.len() as i32 + exponent;
    let all = format!("{whole}{fraction}");
    let (before, zeros) = (usize::try_from(point).unwrap_or(0), usize::try_from(-point).unwrap_or(0));
    let whole: String = all.chars().chain(std::iter::repeat('0')).take(before).collect();
    let fraction: String = all.chars().skip(before).collect();
    Some(format!("{whole}.{}{fraction}", "0".repeat(zeros)))
}

/// As `boolin` reads it: any unique beginning of a word.
fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "t" | "tr" | "tru" | "true" | "y" | "ye" | "yes" | "on" | "1" => Some(true),
        "f" | "fa" | "fal" | "fals" | "false" | "n" | "no" | "of" | "off" | "0" => Some(false),
        _ => None,
    }
}

fn uuid(text: &str) -> String {
    text.trim().trim_matches(['{', '}']).chars().filter(|&c| c != '-').map(|c| c.to_ascii_lowercase()).collect()
}

/// Without white space, keys in order and the last of each: what `jsonb` keeps. The text itself where it is no JSON.
fn jsonb(text: &str) -> String {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else { return text.to_owned() };
    let mut out = String::new();
    write_json(&value, &mut out);
    out
}

fn write_json(value: &serde_json::Value, out: &mut String) {
    match value {
        serde_json::Value::Array(items) => {
            out.push('[');
            for item in items {
                write_json(item, out);
                out.push(',');
            }
            out.push(']');
        }
        serde_json::Value::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(key, _)| key.as_str());
            out.push('{');
            for (key, value) in entries {
                out.push_str(&serde_json::Value::from(key.as_str()).to_string());
                out.push(':');
                write_json(value, out);
                out.push(',');
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}
