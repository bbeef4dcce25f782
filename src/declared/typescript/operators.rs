//! What JavaScript's operators and conversions give.

use std::rc::Rc;
use std::sync::Arc;

use super::eval::MAX_TEXT;
use super::load::Evaluator;
use super::number;
use super::syntax::{Atom, BinaryOp};
use super::value::{Item, Value};
use crate::model::Unknown;
use crate::source::Span;

/// `typeof value`, where it is known.
pub(super) fn type_of(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::Undefined => "undefined",
        Value::Null
        | Value::Array(_)
        | Value::Object(_)
        | Value::Date(_)
        | Value::RegExp(..)
        | Value::Set(_)
        | Value::Map(_)
        | Value::Namespace(_) => "object",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::BigInt(_) => "bigint",
        Value::String(_) => "string",
        Value::Function(_) | Value::Method(_) => "function",
        Value::Global(name) if matches!(&**name, "window" | "document" | "Deno" | "Bun") => "undefined",
        Value::Global(_) | Value::Symbol(_) | Value::Environment(_) | Value::Getter(_) | Value::Unknown(_) => {
            return None;
        }
    })
}

impl Evaluator<'_> {
    /// Whether a condition holds; `None` when that is not known.
    pub(super) fn truthy(&self, value: &Value) -> Option<bool> {
        Some(match value {
            Value::Undefined | Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(n) => *n != 0.0 && !n.is_nan(),
            Value::BigInt(digits) => &**digits != "0",
            Value::String(text) => !text.is_empty(),
            Value::Symbol(_) | Value::Environment(_) | Value::Getter(_) | Value::Unknown(_) | Value::Global(_) => {
                return None;
            }
            _ => true,
        })
    }

    /// `String(value)`
    pub(in crate::declared) fn to_text(&self, value: &Value, span: Span) -> Result<Atom, Rc<Unknown>> {
        Ok(match value {
            Value::String(text) | Value::BigInt(text) => Arc::clone(text),
            Value::Undefined => "undefined".into(),
            Value::Null => "null".into(),
            Value::Bool(value) => value.to_string().into(),
            Value::Number(n) => number::to_text(*n).into(),
            Value::Array(array) => {
                let array = array.borrow();
                let parts = array.complete()?.iter().map(|item| match &item.value {
                    Value::Undefined | Value::Null => Ok("".into()),
                    value => self.to_text(value, span),
                });
                self.nested(span, || parts.collect::<Result<Vec<_>, _>>())?.join(",").into()
            }
            Value::Object(_) => "[object Object]".into(),
            other => return Err(self.unknown_of(other, span)),
        })
    }

    /// `Number(value)`
    pub(super) fn to_number(&self, value: &Value, span: Span) -> Result<f64, Rc<Unknown>> {
        Ok(match value {
            Value::Number(n) | Value::Date(n) => *n,
            Value::Bool(value) => f64::from(u8::from(*value)),
            Value::Null => 0.0,
            Value::Undefined => f64::NAN,
            Value::String(text) | Value::BigInt(text) => number::from_text(text),
            other => return Err(self.unknown_of(other, span)),
        })
    }

    pub(super) fn operate(&mut self, op: BinaryOp, left: &Value, right: &Value, span: Span) -> Value {
        let result = match op {
            BinaryOp::Add => self.add(left, right, span),
            BinaryOp::Equal { strict } => self.equal(left, right, strict, span).map(Value::Bool),
            BinaryOp::NotEqual { strict } => self.equal(left, right, strict, span).map(|equal| Value::Bool(!equal)),
            BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => {
                self.compare(op, left, right, span)
            }
            BinaryOp::In => self.contains_key(left, right, span),
            BinaryOp::InstanceOf => match left {
                Value::Undefined | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                    Ok(Value::Bool(false))
                }
                other => Err(self.unknown_of(other, span)),
            },
            _ if matches!((left, right), (Value::BigInt(_), Value::BigInt(_))) => big_arithmetic(op, left, right, span),
            _ => self.arithmetic(op, left, right, span),
        };
        let value = result.unwrap_or_else(Value::Unknown);
        self.charged(value, span)
    }

    fn add(&self, left: &Value, right: &Value, span: Span) -> Result<Value, Rc<Unknown>> {
        for value in [left, right] {
            if matches!(value, Value::Unknown(_) | Value::Symbol(_) | Value::Environment(_) | Value::Global(_)) {
                return Err(self.unknown_of(value, span));
            }
        }
        let textual = |value: &Value| matches!(value, Value::String(_) | Value::Array(_) | Value::Object(_));
        if textual(left) || textual(right) {
            let text = format!("{}{}", self.to_text(left, span)?, self.to_text(right, span)?);
            if text.len() > MAX_TEXT {
                return Err(Rc::new(Unknown::new(span, "it is too long")));
            }
            return Ok(Value::text(text));
        }
        if matches!((left, right), (Value::BigInt(_), Value::BigInt(_))) {
            return big_arithmetic(BinaryOp::Add, left, right, span);
        }
        Ok(Value::Number(self.to_number(left, span)? + self.to_number(right, span)?))
    }

    fn arithmetic(&self, op: BinaryOp, left: &Value, right: &Value, span: Span) -> Result<Value, Rc<Unknown>> {
        let (a, b) = (self.to_number(left, span)?, self.to_number(right, span)?);
        let (i, shift) = (number::to_int32(a), number::to_int32(b) as u32 & 31);
        let j = number::to_int32(b);
        Ok(Value::Number(match op {
            BinaryOp::Subtract => a - b,
            BinaryOp::Multiply => a * b,
            BinaryOp::Divide => a / b,
            BinaryOp::Remainder => a % b,
            BinaryOp::Power => a.powf(b),
            BinaryOp::ShiftLeft => f64::from(i.wrapping_shl(shift)),
            BinaryOp::ShiftRight => f64::from(i.wrapping_shr(shift)),
            BinaryOp::ShiftRightUnsigned => f64::from((i as u32).wrapping_shr(shift)),
            BinaryOp::BitAnd => f64::from(i & j),
            BinaryOp::BitOr => f64::from(i | j),
            BinaryOp::BitXor => f64::from(i ^ j),
            _ => return Err(Rc::new(Unknown::new(span, "it is computed at run time"))),
        }))
    }

    fn compare(&self, op: BinaryOp, left: &Value, right: &Value, span: Span) -> Result<Value, Rc<Unknown>> {
        let order = match (left, right) {
            (Value::String(a), Value::String(b)) => Some(a.encode_utf16().cmp(b.encode_utf16())),
            _ => self.to_number(left, span)?.partial_cmp(&self.to_number(right, span)?),
        };
        Ok(Value::Bool(order.is_some_and(|order| match op {
            BinaryOp::Less => order.is_lt(),
            BinaryOp::LessEqual => order.is_le(),
            BinaryOp::Greater => order.is_gt(),
            _ => order.is_ge(),
        })))
    }

    fn contains_key(&self, key: &Value, object: &Value, span: Span) -> Result<Value, Rc<Unknown>> {
        let key = self.to_text(key, span)?;
        match object {
            Value::Object(object) => {
                let object = object.borrow();
                match (object.members.contains_key(&key), object.spreads.first()) {
                    (true, _) => Ok(Value::Bool(true)),
                    (false, None) => Ok(Value::Bool(false)),
                    (false, Some((_, value, span))) => Err(self.unknown_of(value, *span)),
                }
            }
            other => Err(self.unknown_of(other, span)),
        }
    }

    /// `==` or `===`
    pub(super) fn equal(&self, left: &Value, right: &Value, strict: bool, span: Span) -> Result<bool, Rc<Unknown>> {
        use Value as V;
        for value in [left, right] {
            if matches!(value, V::Unknown(_) | V::Environment(_)) {
                return Err(self.unknown_of(value, span));
            }
        }
        Ok(match (left, right) {
            (V::Undefined, V::Undefined) | (V::Null, V::Null) => true,
            (V::Undefined | V::Null, V::Undefined | V::Null) => !strict,
            (V::Bool(a), V::Bool(b)) => a == b,
            (V::Number(a), V::Number(b)) => a == b,
            (V::String(a), V::String(b)) | (V::BigInt(a), V::BigInt(b)) => a == b,
            (V::Number(a), V::String(b)) | (V::String(b), V::Number(a)) if !strict => *a == number::from_text(b),
            (V::Array(a), V::Array(b)) => Rc::ptr_eq(a, b),
            (V::Object(a), V::Object(b)) => Rc::ptr_eq(a, b),
            (V::Function(a), V::Function(b)) => Rc::ptr_eq(a, b),
            (V::Namespace(a), V::Namespace(b)) => a == b,
            (V::Symbol(a), V::Symbol(b)) if a == b => true,
            (V::Symbol(_), _) => return Err(self.unknown_of(left, span)),
            (_, V::Symbol(_)) => return Err(self.unknown_of(right, span)),
            _ => false,
        })
    }

    /// The items of something iterable, all of them known to be there.
    pub(super) fn iterate(&mut self, value: &Value, span: Span) -> Result<Vec<Item>, Rc<Unknown>> {
        let item = |value: Value| Item { value, span, spread: false };
        match value {
            Value::Array(array) => {
                let array = array.borrow();
                array.complete().map(<[Item]>::to_vec)
            }
            Value::String(text) => Ok(text.chars().map(|c| item(Value::text(c.to_string()))).collect()),
            Value::Set(set) => Ok(set.borrow().iter().cloned().map(item).collect()),
            Value::Map(map) => {
                let pairs = map.borrow();
                Ok(pairs.iter().map(|(k, v)| item(Value::array(vec![item(k.clone()), item(v.clone())]))).collect())
            }
            other => Err(self.unknown_of(other, span)),
        }
    }
}

fn big_arithmetic(op: BinaryOp, left: &Value, right: &Value, span: Span) -> Result<Value, Rc<Unknown>> {
    let digits = |value: &Value| match value {
        Value::BigInt(digits) => digits.parse::<i128>().ok(),
        _ => None,
    };
    let result = digits(left).zip(digits(right)).and_then(|(a, b)| match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Subtract => a.checked_sub(b),
        BinaryOp::Multiply => a.checked_mul(b),
        BinaryOp::Divide => a.checked_div(b),
        BinaryOp::Remainder => a.checked_rem(b),
        BinaryOp::Power => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
        _ => None,
    });
    match result {
        Some(n) => Ok(Value::BigInt(n.to_string().into())),
        None => Err(Rc::new(Unknown::new(span, "it is a number too large to compute"))),
    }
}
