//! What the language itself brings: methods of arrays, texts and numbers, and functions of `Object`, `Array`, `Math`, ….

mod array;
mod object;
mod text;

pub(in crate::declared) use object::json as to_json;

use std::rc::Rc;

use super::load::Evaluator;
use super::packages::SYMBOLS;
use super::syntax::Atom;
use super::value::{Item, Value};
use super::{date, number};
use crate::model::Unknown;
use crate::source::Span;

/// Methods that every object has.
pub(super) const OBJECT_METHODS: [&str; 3] = ["hasOwnProperty", "toString", "propertyIsEnumerable"];

/// What a built-in gives, or why that is not known.
type Outcome = Result<Value, Rc<Unknown>>;

fn computed(span: Span, what: &str) -> Rc<Unknown> {
    Rc::new(Unknown::new(span, format!("`{what}` is computed at run time")))
}

fn item(value: Value, span: Span) -> Item {
    Item { value, span, spread: false }
}

fn argument(args: &[Item], index: usize) -> Value {
    args.get(index).map_or(Value::Undefined, |arg| arg.value.clone())
}

/// `receiver.name(...args)`
pub(super) fn method(
    evaluator: &mut Evaluator<'_>,
    receiver: &Value,
    name: &str,
    args: Vec<Item>,
    span: Span,
) -> Value {
    let outcome = match receiver {
        Value::Array(array) => array::method(evaluator, array, name, args, span),
        Value::String(text) => text::method(evaluator, text, name, &args, span),
        Value::Object(_) => object::method(evaluator, receiver, name, &args, span),
        Value::Set(_) | Value::Map(_) => object::collection(evaluator, receiver, name, args, span),
        Value::Number(n) => number_method(evaluator, *n, name, &args, span),
        Value::Date(ms) => match name {
            "toISOString" | "toJSON" => date::to_iso(*ms).map(Value::text).ok_or_else(|| computed(span, name)),
            "getTime" | "valueOf" => Ok(Value::Number(*ms)),
            _ => Err(computed(span, name)),
        },
        Value::Bool(_) | Value::BigInt(_) if name == "toString" => evaluator.to_text(receiver, span).map(Value::String),
        Value::RegExp(regex) => text::regex_method(evaluator, &regex.0, &regex.1, name, &args, span),
        Value::Function(closure) => match name {
            "call" => {
                let this = argument(&args, 0);
                Ok(evaluator.call_closure(closure, Some(this), args.into_iter().skip(1).collect(), span))
            }
            "bind" => Ok(receiver.clone()),
            _ => Err(computed(span, name)),
        },
        _ => Err(computed(span, name)),
    };
    outcome.unwrap_or_else(Value::Unknown)
}

/// A call of something global: `Object.values`, `String`, `Math.max`.
pub(super) fn global(evaluator: &mut Evaluator<'_>, name: &Atom, args: &[Item], span: Span) -> Value {
    if let Some(spread) = args.iter().find(|arg| arg.spread) {
        return Value::Unknown(evaluator.unknown_of(&spread.value, spread.span));
    }
    let first = argument(args, 0);
    let outcome = match &**name {
        "Array.isArray" => match &first {
            Value::Unknown(_) | Value::Symbol(_) | Value::Environment(_) => Err(evaluator.unknown_of(&first, span)),
            other => Ok(Value::Bool(matches!(other, Value::Array(_)))),
        },
        "Array.of" => Ok(Value::array(args.to_vec())),
        "Array.from" => array::from(evaluator, &first, args.get(1), span),
        "Array" => Ok(Value::array(args.to_vec())),
        "String" if args.is_empty() => Ok(Value::text("")),
        "String" => evaluator.to_text(&first, span).map(Value::String),
        "Number" => evaluator.to_number(&first, span).map(Value::Number),
        "BigInt" => evaluator.to_text(&first, span).map(Value::BigInt),
        "Boolean" => evaluator.truthy(&first).map(Value::Bool).ok_or_else(|| evaluator.unknown_of(&first, span)),
        "parseInt" | "Number.parseInt" => parse_int(evaluator, &first, args.get(1), span),
        "parseFloat" | "Number.parseFloat" => {
            evaluator.to_text(&first, span).map(|text| Value::Number(leading_number(&text)))
        }
        "isNaN" | "Number.isNaN" => evaluator.to_number(&first, span).map(|n| Value::Bool(n.is_nan())),
        "Number.isInteger" => Ok(Value::Bool(first.as_number().is_some_and(|n| n.fract() == 0.0))),
        "JSON.stringify" => object::stringify(evaluator, &first, span),
        "process.cwd" => Ok(evaluator.current_directory()),
        "Symbol.for" => match &first {
            Value::String(key) => Ok(evaluator.external(&SYMBOLS.into(), key, span)),
            _ => Err(Rc::new(Unknown::new(span, "it is a symbol"))),
        },
        "Symbol" => Err(Rc::new(Unknown::new(span, "it is a symbol"))),
        name => match name.split_once('.') {
            Some(("Object", function)) => object::function(evaluator, function, args, span),
            Some(("Math", function)) => math(evaluator, function, args, span),
            _ if name.starts_with("console.") => Ok(Value::Undefined),
            _ => Err(computed(span, name)),
        },
    };
    outcome.unwrap_or_else(Value::Unknown)
}

fn math(evaluator: &Evaluator<'_>, name: &str, args: &[Item], span: Span) -> Outcome {
    let numbers = args.iter().map(|arg| evaluator.to_number(&arg.value, arg.span)).collect::<Result<Vec<_>, _>>()?;
    let first = numbers.first().copied().unwrap_or(f64::NAN);
    Ok(Value::Number(match name {
        "max" => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "min" => numbers.iter().copied().fold(f64::INFINITY, f64::min),
        "floor" => first.floor(),
        "ceil" => first.ceil(),
        // JavaScript rounds halves up, also below zero.
        "round" => (first + 0.5).floor(),
        "trunc" => first.trunc(),
        "abs" => first.abs(),
        "sqrt" => first.sqrt(),
        "log2" => first.log2(),
        "log10" => first.log10(),
        "pow" => first.powf(numbers.get(1).copied().unwrap_or(f64::NAN)),
        _ => return Err(computed(span, &format!("Math.{name}"))),
    }))
}

fn parse_int(evaluator: &Evaluator<'_>, value: &Value, radix: Option<&Item>, span: Span) -> Outcome {
    let text = evaluator.to_text(value, span)?;
    let radix =
        radix.and_then(|radix| radix.value.as_number()).filter(|n| (2.0..=36.0).contains(n)).unwrap_or(10.0) as u32;
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    let number =
        digits[..end].chars().filter_map(|c| c.to_digit(radix)).fold(0.0, |n, d| n * f64::from(radix) + f64::from(d));
    Ok(Value::Number(if end == 0 { f64::NAN } else { sign * number }))
}

fn leading_number(text: &str) -> f64 {
    let text = text.trim_start();
    let end = text.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+' | 'e' | 'E')).unwrap_or(text.len());
    (0..=end).rev().filter_map(|end| text.get(..end)?.parse().ok()).next().unwrap_or(f64::NAN)
}

fn number_method(evaluator: &Evaluator<'_>, n: f64, name: &str, args: &[Item], span: Span) -> Outcome {
    let digits = match args.first() {
        Some(arg) => Some(evaluator.to_number(&arg.value, arg.span)?),
        None => None,
    };
    match (name, digits) {
        ("toString", None | Some(10.0)) => Ok(Value::text(number::to_text(n))),
        ("toString", Some(16.0)) if n >= 0.0 && n.fract() == 0.0 && n < 9e15 => {
            Ok(Value::text(format!("{:x}", n as u64)))
        }
        ("toFixed", digits) => Ok(Value::text(format!("{n:.*}", digits.unwrap_or(0.0).clamp(0.0, 100.0) as usize))),
        ("valueOf", _) => Ok(Value::Number(n)),
        _ => Err(computed(span, name)),
    }
}
