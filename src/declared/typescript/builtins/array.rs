//! Methods of arrays.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Outcome, argument, computed, item};
use crate::declared::typescript::eval::MAX_ITEMS;
use crate::declared::typescript::load::Evaluator;
use crate::declared::typescript::value::{Array, Item, Value};
use crate::model::Unknown;
use crate::source::Span;

type Shared = Rc<RefCell<Array>>;

/// `array.name(...args)`
pub(super) fn method(
    evaluator: &mut Evaluator<'_>,
    array: &Shared,
    name: &str,
    args: Vec<Item>,
    span: Span,
) -> Outcome {
    if matches!(name, "push" | "unshift" | "pop" | "shift") {
        return change(array, name, args, span);
    }
    let items = array.borrow().complete()?.to_vec();
    match name {
        "map" | "flatMap" => {
            let mut mapped = Vec::with_capacity(items.len());
            for (index, found) in items.iter().enumerate() {
                mapped.push(item(callback(evaluator, array, &args, found, index, span), found.span));
            }
            let mapped = Value::array(mapped);
            if name == "map" { Ok(mapped) } else { flat(evaluator, &mapped, 1.0, span) }
        }
        "forEach" => {
            for (index, found) in items.iter().enumerate() {
                callback(evaluator, array, &args, found, index, span);
            }
            Ok(Value::Undefined)
        }
        "filter" => {
            let mut kept = Vec::new();
            for (index, found) in items.into_iter().enumerate() {
                if holds(evaluator, array, &args, &found, index, span)? {
                    kept.push(found);
                }
            }
            Ok(Value::array(kept))
        }
        "find" | "findIndex" | "findLast" | "some" | "every" => search(evaluator, array, name, &items, &args, span),
        "reduce" | "reduceRight" => reduce(evaluator, array, name == "reduceRight", items, &args, span),
        "includes" | "indexOf" => {
            let wanted = argument(&args, 0);
            let mut position = None;
            for (index, found) in items.iter().enumerate() {
                if evaluator.equal(&found.value, &wanted, true, span)? {
                    position = Some(index);
                    break;
                }
            }
            Ok(match name {
                "includes" => Value::Bool(position.is_some()),
                _ => Value::Number(position.map_or(-1.0, |index| index as f64)),
            })
        }
        "join" => {
            let separator = match args.first() {
                Some(arg) => evaluator.to_text(&arg.value, arg.span)?,
                None => ",".into(),
            };
            let texts = items.iter().map(|found| match &found.value {
                Value::Undefined | Value::Null => Ok("".into()),
                value => evaluator.to_text(value, found.span),
            });
            Ok(Value::text(texts.collect::<Result<Vec<_>, _>>()?.join(&*separator)))
        }
        "concat" => {
            let mut all = items;
            for arg in args {
                match &arg.value {
                    Value::Array(_) => all.extend(evaluator.iterate(&arg.value, arg.span)?),
                    _ => all.push(arg),
                }
            }
            Ok(Value::array(all))
        }
        "flat" => {
            let depth = args.first().and_then(|arg| arg.value.as_number()).unwrap_or(1.0).min(64.0);
            flat(evaluator, &Value::array(items), depth, span)
        }
        "slice" | "at" => slice(name, items, &args),
        "reverse" | "toReversed" | "sort" | "toSorted" => order(evaluator, array, name, items, &args, span),
        "keys" => Ok(Value::array((0..items.len()).map(|index| item(Value::Number(index as f64), span)).collect())),
        "values" => Ok(Value::array(items)),
        "entries" => {
            let pairs = items.into_iter().enumerate().map(|(index, found)| {
                let at = found.span;
                item(Value::array(vec![item(Value::Number(index as f64), at), found]), at)
            });
            Ok(Value::array(pairs.collect()))
        }
        "fill" => {
            let value = argument(&args, 0);
            let filled: Vec<Item> = items.iter().map(|_| item(value.clone(), span)).collect();
            array.borrow_mut().items.clone_from(&filled);
            Ok(Value::array(filled))
        }
        "toString" => evaluator.to_text(&Value::array(items), span).map(Value::String),
        _ => Err(computed(span, name)),
    }
}

fn change(array: &Shared, name: &str, args: Vec<Item>, span: Span) -> Outcome {
    let mut array = array.borrow_mut();
    match name {
        "push" | "unshift" => {
            if array.items.len() + args.len() > MAX_ITEMS {
                return Err(Rc::new(Unknown::new(span, "it has too many items")));
            }
            if name == "push" {
                array.items.extend(args);
            } else {
                array.items.splice(0..0, args);
            }
            Ok(Value::Number(array.items.len() as f64))
        }
        "pop" => Ok(array.items.pop().map_or(Value::Undefined, |last| last.value)),
        _ if array.items.is_empty() => Ok(Value::Undefined),
        _ => Ok(array.items.remove(0).value),
    }
}

fn callback(
    evaluator: &mut Evaluator<'_>,
    array: &Shared,
    args: &[Item],
    found: &Item,
    index: usize,
    span: Span,
) -> Value {
    let at = found.span;
    let args_ = vec![found.clone(), item(Value::Number(index as f64), at), item(Value::Array(Rc::clone(array)), at)];
    let callee = argument(args, 0);
    // `map(String)` and the like take the item alone.
    let args_ = if matches!(callee, Value::Global(_)) { args_[..1].to_vec() } else { args_ };
    evaluator.call(callee, args_, span)
}

fn holds(
    evaluator: &mut Evaluator<'_>,
    array: &Shared,
    args: &[Item],
    found: &Item,
    index: usize,
    span: Span,
) -> Result<bool, Rc<Unknown>> {
    let value = callback(evaluator, array, args, found, index, span);
    evaluator.truthy(&value).ok_or_else(|| evaluator.unknown_of(&value, span))
}

fn search(
    evaluator: &mut Evaluator<'_>,
    array: &Shared,
    name: &str,
    items: &[Item],
    args: &[Item],
    span: Span,
) -> Outcome {
    let mut position = None;
    let order: Vec<usize> =
        if name == "findLast" { (0..items.len()).rev().collect() } else { (0..items.len()).collect() };
    for index in order {
        if holds(evaluator, array, args, &items[index], index, span)? != (name == "every") {
            position = Some(index);
            break;
        }
    }
    Ok(match name {
        "find" | "findLast" => position.map_or(Value::Undefined, |index| items[index].value.clone()),
        "findIndex" => Value::Number(position.map_or(-1.0, |index| index as f64)),
        "some" => Value::Bool(position.is_some()),
        _ => Value::Bool(position.is_none()),
    })
}

fn reduce(
    evaluator: &mut Evaluator<'_>,
    array: &Shared,
    backwards: bool,
    items: Vec<Item>,
    args: &[Item],
    span: Span,
) -> Outcome {
    let mut items: Vec<(usize, Item)> = items.into_iter().enumerate().collect();
    if backwards {
        items.reverse();
    }
    let mut items = items.into_iter();
    let mut state = match args.get(1) {
        Some(initial) => initial.value.clone(),
        None => items.next().map(|(_, first)| first.value).ok_or_else(|| computed(span, "reduce"))?,
    };
    for (index, found) in items {
        let at = found.span;
        let args_ = vec![
            item(state, at),
            found,
            item(Value::Number(index as f64), at),
            item(Value::Array(Rc::clone(array)), at),
        ];
        state = evaluator.call(argument(args, 0), args_, span);
    }
    Ok(state)
}

fn flat(evaluator: &mut Evaluator<'_>, value: &Value, depth: f64, span: Span) -> Outcome {
    let mut flattened = Vec::new();
    for found in evaluator.iterate(value, span)? {
        match &found.value {
            Value::Array(_) if depth > 1.0 => {
                let inner = flat(evaluator, &found.value, depth - 1.0, span)?;
                flattened.extend(evaluator.iterate(&inner, found.span)?);
            }
            Value::Array(_) => flattened.extend(evaluator.iterate(&found.value, found.span)?),
            Value::Unknown(unknown) => return Err(Rc::clone(unknown)),
            _ => flattened.push(found),
        }
    }
    Ok(Value::array(flattened))
}

/// A JavaScript index from the end or the start, within a length.
pub(super) fn relative(index: f64, length: usize) -> usize {
    let index = if index < 0.0 { index + length as f64 } else { index };
    index.clamp(0.0, length as f64) as usize
}

fn slice(name: &str, items: Vec<Item>, args: &[Item]) -> Outcome {
    let number = |index: usize| args.get(index).and_then(|arg| arg.value.as_number());
    if name == "at" {
        let index = number(0).unwrap_or(0.0);
        let inside = index < items.len() as f64 && index >= -(items.len() as f64);
        return Ok(if inside { items[relative(index, items.len())].value.clone() } else { Value::Undefined });
    }
    let start = relative(number(0).unwrap_or(0.0), items.len());
    let end = relative(number(1).unwrap_or(items.len() as f64), items.len());
    Ok(Value::array(items.get(start..end).unwrap_or_default().to_vec()))
}

fn order(
    evaluator: &mut Evaluator<'_>,
    array: &Shared,
    name: &str,
    mut items: Vec<Item>,
    args: &[Item],
    span: Span,
) -> Outcome {
    if name.to_lowercase().contains("reverse") {
        items.reverse();
    } else if args.is_empty() {
        let mut keyed = Vec::with_capacity(items.len());
        for found in items {
            let text = evaluator.to_text(&found.value, found.span)?;
            keyed.push((text.encode_utf16().collect::<Vec<u16>>(), found));
        }
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
        items = keyed.into_iter().map(|(_, found)| found).collect();
    } else {
        // An insertion sort calls the comparison only on neighbours, and stops at the first answer that is not known.
        for end in 1..items.len() {
            let mut at = end;
            while at > 0 {
                let order = evaluator.call(argument(args, 0), vec![items[at - 1].clone(), items[at].clone()], span);
                if evaluator.to_number(&order, span)? <= 0.0 {
                    break;
                }
                items.swap(at - 1, at);
                at -= 1;
            }
        }
    }
    if !name.starts_with("to") {
        array.borrow_mut().items.clone_from(&items);
        return Ok(Value::Array(Rc::clone(array)));
    }
    Ok(Value::array(items))
}

/// `Array.from(source, map)`
pub(super) fn from(evaluator: &mut Evaluator<'_>, source: &Value, map: Option<&Item>, span: Span) -> Outcome {
    let items = match source {
        Value::Object(object) => {
            let length =
                object.borrow().members.get("length").and_then(|member| member.value.as_number()).unwrap_or(0.0);
            if length > MAX_ITEMS as f64 {
                return Err(Rc::new(Unknown::new(span, "it has too many items")));
            }
            vec![item(Value::Undefined, span); length as usize]
        }
        other => evaluator.iterate(other, span)?,
    };
    let array = Rc::new(RefCell::new(Array { items }));
    match map {
        Some(map) => method(evaluator, &array, "map", vec![map.clone()], span),
        None => Ok(Value::Array(array)),
    }
}
