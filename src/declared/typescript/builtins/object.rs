//! Functions of `Object` and `JSON`, and methods of objects, sets and maps.

use std::rc::Rc;
use std::sync::Arc;

use super::{Outcome, argument, computed, item};
use crate::declared::typescript::eval::MAX_ITEMS;
use crate::declared::typescript::load::Evaluator;
use crate::declared::typescript::value::{Item, Member, Object, Value};
use crate::declared::typescript::{date, number};
use crate::model::Unknown;
use crate::source::Span;

/// `Object.name(...args)`
pub(super) fn function(evaluator: &mut Evaluator<'_>, name: &str, args: &[Item], span: Span) -> Outcome {
    let first = argument(args, 0);
    match name {
        "freeze" | "seal" | "preventExtensions" => Ok(first),
        "keys" | "getOwnPropertyNames" => {
            let members = evaluator.own_members(&first, span)?;
            Ok(Value::array(members.into_iter().map(|(key, member)| item(Value::String(key), member.span)).collect()))
        }
        "values" => {
            let members = evaluator.own_members(&first, span)?;
            Ok(Value::array(members.into_iter().map(|(_, member)| item(member.value, member.span)).collect()))
        }
        "entries" => {
            let members = evaluator.own_members(&first, span)?;
            let pair = |(key, member): (Arc<str>, Member)| {
                let at = member.span;
                item(Value::array(vec![item(Value::String(key), at), item(member.value, at)]), at)
            };
            Ok(Value::array(members.into_iter().map(pair).collect()))
        }
        "fromEntries" => {
            let mut object = Object::default();
            for (key, value) in evaluator.pairs(&first, span)? {
                let key = evaluator.to_text(&key, span)?;
                object.members.insert(key, Member { value, span });
            }
            Ok(Value::object(object))
        }
        "assign" => assign(evaluator, args, span),
        "is" => evaluator.equal(&first, &argument(args, 1), true, span).map(Value::Bool),
        "hasOwn" => has_own(evaluator, &first, &argument(args, 1), span),
        "create" if first.is_nullish() => Ok(Value::object(Object::default())),
        _ => Err(computed(span, &format!("Object.{name}"))),
    }
}

fn assign(evaluator: &mut Evaluator<'_>, args: &[Item], span: Span) -> Outcome {
    let target = argument(args, 0);
    let Value::Object(object) = &target else { return Err(computed(span, "Object.assign")) };
    let mut merged = Object::default();
    evaluator.spread_into(&mut merged, target.clone(), span);
    for arg in &args[1..] {
        evaluator.spread_into(&mut merged, arg.value.clone(), arg.span);
    }
    *object.borrow_mut() = merged;
    Ok(target)
}

fn has_own(evaluator: &mut Evaluator<'_>, object: &Value, key: &Value, span: Span) -> Outcome {
    let key = evaluator.to_text(key, span)?;
    let members = evaluator.own_members(object, span)?;
    Ok(Value::Bool(members.iter().any(|(name, _)| *name == key)))
}

/// `object.name(...args)` of a method that every object has.
pub(super) fn method(evaluator: &mut Evaluator<'_>, object: &Value, name: &str, args: &[Item], span: Span) -> Outcome {
    match name {
        "hasOwnProperty" | "propertyIsEnumerable" => has_own(evaluator, object, &argument(args, 0), span),
        "toString" => Ok(Value::text("[object Object]")),
        _ => Err(computed(span, name)),
    }
}

/// Methods of sets and maps.
pub(super) fn collection(
    evaluator: &mut Evaluator<'_>,
    receiver: &Value,
    name: &str,
    args: Vec<Item>,
    span: Span,
) -> Outcome {
    let key = argument(&args, 0);
    match (receiver, name) {
        (Value::Set(set), "has" | "add" | "delete") => {
            let mut position = None;
            for (index, known) in set.borrow().iter().enumerate() {
                if evaluator.equal(known, &key, true, span)? {
                    position = Some(index);
                    break;
                }
            }
            match (name, position) {
                ("has", _) => return Ok(Value::Bool(position.is_some())),
                ("add", None) if set.borrow().len() < MAX_ITEMS => set.borrow_mut().push(key),
                ("delete", Some(index)) => {
                    set.borrow_mut().remove(index);
                }
                _ => {}
            }
            Ok(receiver.clone())
        }
        (Value::Map(map), "get" | "has" | "set" | "delete") => {
            let mut position = None;
            for (index, (known, _)) in map.borrow().iter().enumerate() {
                if evaluator.equal(known, &key, true, span)? {
                    position = Some(index);
                    break;
                }
            }
            match (name, position) {
                ("has", _) => return Ok(Value::Bool(position.is_some())),
                ("get", Some(index)) => return Ok(map.borrow()[index].1.clone()),
                ("get", None) => return Ok(Value::Undefined),
                ("set", Some(index)) => map.borrow_mut()[index].1 = argument(&args, 1),
                ("set", None) if map.borrow().len() < MAX_ITEMS => map.borrow_mut().push((key, argument(&args, 1))),
                ("delete", Some(index)) => {
                    map.borrow_mut().remove(index);
                }
                _ => {}
            }
            Ok(receiver.clone())
        }
        (Value::Map(map), "keys" | "values") => {
            let parts = map
                .borrow()
                .iter()
                .map(|(k, v)| item(if name == "keys" { k.clone() } else { v.clone() }, span))
                .collect();
            Ok(Value::array(parts))
        }
        (_, "values" | "keys" | "entries") => evaluator.iterate(receiver, span).map(Value::array),
        (_, "forEach") => {
            for found in evaluator.iterate(receiver, span)? {
                let pair = match receiver {
                    Value::Map(_) => evaluator.iterate(&found.value, span)?.into_iter().rev().collect(),
                    _ => vec![found],
                };
                evaluator.call(key.clone(), pair, span);
            }
            Ok(Value::Undefined)
        }
        _ => Err(computed(span, name)),
    }
}

/// `JSON.stringify(value)` without a replacer.
pub(super) fn stringify(evaluator: &Evaluator<'_>, value: &Value, span: Span) -> Outcome {
    json(evaluator, value, span).map(|text| text.map_or(Value::Undefined, Value::text))
}

/// A value as JSON; `None` for what JSON leaves out.
pub(in crate::declared) fn json(
    evaluator: &Evaluator<'_>,
    value: &Value,
    span: Span,
) -> Result<Option<String>, Rc<Unknown>> {
    Ok(Some(match value {
        Value::Undefined | Value::Function(_) | Value::Method(_) => return Ok(None),
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(n) if n.is_finite() => number::to_text(*n),
        Value::Number(_) => "null".into(),
        Value::String(text) => quoted(text),
        Value::Date(ms) => date::to_iso(*ms).map_or_else(|| "null".into(), |text| quoted(&text)),
        Value::Array(array) => {
            let array = array.borrow();
            let parts = array
                .complete()?
                .iter()
                .map(|found| Ok(json(evaluator, &found.value, found.span)?.unwrap_or_else(|| "null".into())));
            let parts = evaluator.nested(span, || parts.collect::<Result<Vec<_>, Rc<Unknown>>>())?;
            format!("[{}]", parts.join(","))
        }
        Value::Object(object) => {
            let object = object.borrow();
            if let Some((_, value, span)) = object.spreads.first() {
                return Err(evaluator.unknown_of(value, *span));
            }
            let mut parts = Vec::new();
            for (key, member) in in_order(&object) {
                if let Some(text) = evaluator.nested(span, || json(evaluator, &member.value, member.span))? {
                    parts.push(format!("{}:{text}", quoted(key)));
                }
            }
            format!("{{{}}}", parts.join(","))
        }
        Value::Set(_) | Value::Map(_) | Value::RegExp(..) => "{}".into(),
        Value::BigInt(_) => return Err(Rc::new(Unknown::new(span, "JSON has no bigint"))),
        other => return Err(evaluator.unknown_of(other, span)),
    }))
}

/// Members in JavaScript's order: array indexes ascending, then the rest as inserted.
fn in_order(object: &Object) -> Vec<(&Arc<str>, &Member)> {
    let index = |key: &Arc<str>| key.parse::<u32>().ok().filter(|n| n.to_string() == **key);
    let mut members: Vec<_> = object.members.iter().collect();
    members.sort_by_key(|(key, _)| index(key).map_or((1, 0), |n| (0, n)));
    members
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_else(|_| String::from("\"\""))
}
