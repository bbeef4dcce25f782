//! `@default(…)`.

use super::super::ast::{self, Argument, Arity, Block, Value};
use super::super::schema::{BuiltIn, DefaultValue, ScalarType};
use super::Scope;
use super::args::Args;
use crate::source::Spanned;

/// Reads a default and checks that it fits the field's type.
pub(super) fn read(
    field: &ast::Field,
    ty: &ScalarType,
    block: &Block,
    args: &Args<'_>,
    scope: &Scope<'_>,
) -> Option<Spanned<DefaultValue>> {
    let value = args.required("value")?;
    if args.string("map").is_some() && scope.connector.is_some() {
        args.invalid(args.span, "only SQL Server has names for defaults");
    }
    let checker = Checker { field, ty, block, args, scope };
    let default = match &value.value {
        Value::Function { name, arguments } => checker.function(&name.value, arguments, value)?,
        constant => {
            checker.constant(constant, value)?;
            DefaultValue::Constant(constant.clone())
        }
    };
    Some(Spanned { value: default, span: value.span })
}

struct Checker<'a> {
    field: &'a ast::Field,
    ty: &'a ScalarType,
    block: &'a Block,
    args: &'a Args<'a>,
    scope: &'a Scope<'a>,
}

impl Checker<'_> {
    fn wrong<T>(&self, at: &Spanned<Value>, message: impl Into<String>) -> Option<T> {
        self.args.invalid(at.span, message);
        None
    }

    fn function(&self, name: &str, arguments: &[Argument], at: &Spanned<Value>) -> Option<DefaultValue> {
        if name == "dbgenerated" {
            return self.db_generated(arguments, at);
        }
        if let ScalarType::Unsupported(_) = self.ty {
            return self.wrong(at, "a field of an `Unsupported` type takes only `dbgenerated(\"…\")` as its default");
        }
        let scalar = match self.ty {
            ScalarType::BuiltIn(scalar) => *scalar,
            ScalarType::Enum(_) => {
                return self.wrong(at, format!("the default of an enum is one of its values, not `{name}()`"));
            }
            _ => return self.wrong(at, "a field of a composite type takes no default"),
        };
        let (fits, default): (&[BuiltIn], _) = match name {
            "autoincrement" => (&[BuiltIn::Int, BuiltIn::BigInt], DefaultValue::AutoIncrement),
            "now" => (&[BuiltIn::DateTime], DefaultValue::Now),
            "uuid" | "cuid" | "ulid" | "nanoid" => (&[BuiltIn::String], DefaultValue::Client),
            "sequence" | "auto" => {
                return self.wrong(at, format!("this database has no `{name}()` as a default"));
            }
            other => return self.wrong(at, format!("no function `{other}` can be a default")),
        };
        if !fits.contains(&scalar) {
            let message = format!("`{name}()` cannot be the default of a field of the type `{}`", scalar.name());
            return self.wrong(at, message);
        }
        self.check_arguments(name, arguments, at)?;
        Some(default)
    }

    fn check_arguments(&self, name: &str, arguments: &[Argument], at: &Spanned<Value>) -> Option<()> {
        let number = |argument: &Argument| match &argument.value.value {
            Value::Number(text) => text.parse::<u8>().ok(),
            _ => None,
        };
        let allowed = match name {
            "uuid" => "4 or 7",
            "cuid" => "1 or 2",
            "nanoid" => "a length from 2 to 255",
            _ if arguments.is_empty() => return Some(()),
            _ => return self.wrong(at, format!("`{name}()` takes no argument")),
        };
        let fits = match arguments {
            [] => true,
            [one] => number(one).is_some_and(|n| match name {
                "uuid" => n == 4 || n == 7,
                "cuid" => n == 1 || n == 2,
                _ => n >= 2,
            }),
            _ => false,
        };
        if fits { Some(()) } else { self.wrong(at, format!("`{name}()` takes at most one argument, {allowed}")) }
    }

    fn db_generated(&self, arguments: &[Argument], at: &Spanned<Value>) -> Option<DefaultValue> {
        match arguments {
            [] => Some(DefaultValue::DbGenerated(None)),
            [one] => match one.value.value.as_str() {
                Some("") | None => {
                    self.wrong(&one.value, "`dbgenerated()` takes a string that is not empty, or nothing")
                }
                Some(sql) => Some(DefaultValue::DbGenerated(Some(sql.to_owned()))),
            },
            _ => self.wrong(at, "`dbgenerated()` takes one string"),
        }
    }

    fn constant(&self, value: &Value, at: &Spanned<Value>) -> Option<()> {
        if self.field.ty.arity != Arity::List {
            if matches!(value, Value::Array(_)) {
                return self.wrong(at, "the default of a field that is no list cannot be a list");
            }
            return self.single(value, at);
        }
        let Value::Array(items) = value else {
            return self.wrong(at, format!("the default of a list is a list, not `{}`", value.describe()));
        };
        let all: Vec<_> = items.iter().map(|item| self.single(&item.value, item)).collect();
        all.into_iter().collect()
    }

    fn single(&self, value: &Value, at: &Spanned<Value>) -> Option<()> {
        match self.ty {
            ScalarType::BuiltIn(scalar) => self.scalar(*scalar, value, at),
            ScalarType::Enum(i) => self.enum_value(self.scope.enums[*i], value, at),
            ScalarType::Composite(_) => self.wrong(at, "a field of a composite type takes no default"),
            ScalarType::Unsupported(_) => {
                self.wrong(at, "a field of an `Unsupported` type takes only `dbgenerated(\"…\")` as its default")
            }
        }
    }

    fn enum_value(&self, declared: &Block, value: &Value, at: &Spanned<Value>) -> Option<()> {
        let Some(name) = value.as_constant() else {
            return self.wrong(at, format!("the default of an enum is one of its values, not `{}`", value.describe()));
        };
        if declared.enum_values().any(|v| v.name.value == name) {
            return Some(());
        }
        let message = format!(
            "`{name}` is no value of the enum `{}`, the type of `{}.{}`",
            declared.name.value, self.block.name.value, self.field.name.value
        );
        self.wrong(at, message)
    }

    fn scalar(&self, scalar: BuiltIn, value: &Value, at: &Spanned<Value>) -> Option<()> {
        let fits = match (scalar, value) {
            (BuiltIn::Int, Value::Number(text)) => text.parse::<i64>().is_ok(),
            (BuiltIn::BigInt, Value::Number(text)) => text.parse::<i64>().is_ok(),
            (BuiltIn::Float | BuiltIn::Decimal, Value::Number(_)) => true,
            (BuiltIn::Decimal, Value::String(text)) => text.parse::<f64>().is_ok(),
            (BuiltIn::Boolean, Value::Constant(word)) => word == "true" || word == "false",
            (BuiltIn::String, Value::String(_)) => true,
            (BuiltIn::DateTime, Value::String(text)) => is_rfc3339(text),
            (BuiltIn::Json, Value::String(text)) => serde_json::from_str::<serde_json::Value>(text).is_ok(),
            (BuiltIn::Bytes, Value::String(text)) => decode_base64(text).is_some(),
            _ => false,
        };
        if fits {
            return Some(());
        }
        let hint = match (scalar, value) {
            (BuiltIn::DateTime, Value::String(_)) => " (a time is written `2006-01-02T15:04:05Z`)",
            (BuiltIn::Json, Value::String(_)) => " (it is no JSON)",
            (BuiltIn::Bytes, Value::String(_)) => " (it is no Base64)",
            _ => "",
        };
        self.wrong(
            at,
            format!("a default of the type `{}` is expected, not `{}`{hint}", scalar.name(), value.describe()),
        )
    }
}

/// `2006-01-02T15:04:05.999Z` or with an offset.
fn is_rfc3339(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|b| b.iter().all(u8::is_ascii_digit));
    let is = |at: usize, allowed: &[u8]| bytes.get(at).is_some_and(|b| allowed.contains(b));
    let date = digits(0..4) && is(4, b"-") && digits(5..7) && is(7, b"-") && digits(8..10);
    let time = is(10, b"Tt ") && digits(11..13) && is(13, b":") && digits(14..16) && is(16, b":") && digits(17..19);
    if !date || !time || !is_in_range(text) {
        return false;
    }
    let mut rest = &text[19..];
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    let zone = rest.as_bytes();
    matches!(zone, b"Z" | b"z") || zone.len() == 6 && matches!(zone[0], b'+' | b'-') && zone[3] == b':'
}

/// Whether the digits of a date and time are ones that a calendar has.
fn is_in_range(text: &str) -> bool {
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<u16>().ok());
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
        return false;
    };
    let is_leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u16::from(is_leap_year),
        _ => 0,
    };
    let is_time = number(11..13).is_some_and(|hour| hour < 24)
        && number(14..16).is_some_and(|minute| minute < 60)
        // A leap second is one.
        && number(17..19).is_some_and(|second| second <= 60);
    (1..=days).contains(&day) && is_time
}

/// The bytes of standard Base64 with padding.
pub(in crate::declared::prisma) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let trimmed = text.trim_end_matches('=');
    if !text.len().is_multiple_of(4) || text.len() - trimmed.len() > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut buffer, mut bits) = (0u32, 0);
    for c in trimmed.bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        buffer = buffer << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits) as u8);
        }
    }
    Some(bytes)
}
