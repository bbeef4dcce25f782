//! The constants that the schemas of validators hold, since projects declare their enums by them: `z.enum([…]).options`,
//! `z.object({ … }).shape`, `.keyof()`, `v.object({ … }).entries`.

use std::rc::Rc;
use std::sync::Arc;

use super::load::Evaluator;
use super::packages::external;
use super::syntax::Atom;
use super::value::{Item, Member, NodeId, NodeKind, Object, Value};
use crate::source::Span;

/// Schemas within schemas.
const MAX_DEPTH: usize = 64;

/// A property of a validator's schema that is a constant or another schema.
pub(super) fn member(evaluator: &mut Evaluator<'_>, id: NodeId, name: &str, span: Span) -> Option<Value> {
    match name {
        "options" => match parts_of(evaluator, id) {
            Some(parts) => Some(parts),
            None => {
                let values = enum_values(evaluator, id, span, 0)?;
                as_list(evaluator, values, span)
            }
        },
        "enum" | "Enum" | "Values" => {
            let values = enum_values(evaluator, id, span, 0)?;
            as_object(evaluator, values, span)
        }
        "shape" | "entries" => shape(evaluator, id, span, 0),
        "value" => function_of(evaluator, id, &["literal"])?.first().map(|arg| arg.value.clone()),
        "element" => function_of(evaluator, id, &["array"])?.first().map(|arg| arg.value.clone()),
        _ => None,
    }
}

fn is_validator(module: &str) -> bool {
    module.starts_with("zod") || module == "valibot" || module.contains("/zod")
}

/// The arguments of a call of one of a validator's functions.
fn function_of(evaluator: &Evaluator<'_>, id: NodeId, names: &[&str]) -> Option<Vec<Item>> {
    let NodeKind::Call { callee: Value::Symbol(callee), args } = &evaluator.node(id).kind else { return None };
    let (module, name) = external(evaluator, *callee)?;
    (is_validator(&module) && names.contains(&&*name)).then(|| args.to_vec())
}

/// The object, name and arguments of `object.name(…)`.
fn method_of(evaluator: &Evaluator<'_>, id: NodeId) -> Option<(NodeId, Atom, Vec<Item>)> {
    let NodeKind::Call { callee: Value::Symbol(callee), args } = &evaluator.node(id).kind else { return None };
    let NodeKind::Member { object: Value::Symbol(object), name } = &evaluator.node(*callee).kind else { return None };
    Some((*object, Arc::clone(name), args.to_vec()))
}

/// The parts of `z.union([…])` and `z.discriminatedUnion("key", […])`.
fn parts_of(evaluator: &Evaluator<'_>, id: NodeId) -> Option<Value> {
    if let Some(args) = function_of(evaluator, id, &["union"]) {
        return args.first().map(|arg| arg.value.clone());
    }
    function_of(evaluator, id, &["discriminatedUnion", "variant"])?.get(1).map(|arg| arg.value.clone())
}

/// The argument of `z.enum(…)`, `z.nativeEnum(…)`, `v.picklist(…)` under whatever was chained on it, and the keys of `z.object(…).keyof()`.
fn enum_values(evaluator: &mut Evaluator<'_>, id: NodeId, span: Span, depth: usize) -> Option<Value> {
    const ENUMS: [&str; 5] = ["enum", "nativeEnum", "picklist", "enum_", "zodEnum"];
    if depth > MAX_DEPTH {
        return None;
    }
    if let Some(args) = function_of(evaluator, id, &ENUMS) {
        return args.first().map(|arg| arg.value.clone());
    }
    let (object, name, args) = method_of(evaluator, id)?;
    match &*name {
        "keyof" => {
            let shape = shape(evaluator, object, span, depth + 1)?;
            let Value::Object(shape) = shape else { return None };
            let keys = shape.borrow().members.keys().map(|key| item(Value::String(Arc::clone(key)), span)).collect();
            Some(Value::array(keys))
        }
        "extract" | "exclude" => {
            let values = enum_values(evaluator, object, span, depth + 1)?;
            let values = as_list(evaluator, values, span)?;
            let chosen = texts(evaluator, &args.first()?.value, span)?;
            let is_chosen = |item: &Item| item.value.as_str().map(|text| chosen.iter().any(|known| &**known == text));
            let mut kept = Vec::new();
            for item in evaluator.iterate(&values, span).ok()? {
                if is_chosen(&item)? == (&*name == "extract") {
                    kept.push(item);
                }
            }
            Some(Value::array(kept))
        }
        _ => enum_values(evaluator, object, span, depth + 1),
    }
}

/// The fields of an object's schema.
fn shape(evaluator: &mut Evaluator<'_>, id: NodeId, span: Span, depth: usize) -> Option<Value> {
    if depth > MAX_DEPTH {
        return None;
    }
    if let Some(args) = function_of(evaluator, id, &["object", "strictObject", "looseObject"]) {
        return known_object(args.first()?.value.clone());
    }
    let (object, name, args) = method_of(evaluator, id)?;
    let fields = shape(evaluator, object, span, depth + 1)?;
    match &*name {
        "strict" | "passthrough" | "loose" | "strip" | "describe" | "meta" | "catchall" => Some(fields),
        "extend" | "safeExtend" => merged(evaluator, fields, known_object(args.first()?.value.clone())?, span),
        "merge" => {
            let Value::Symbol(other) = args.first()?.value else { return None };
            let other = shape(evaluator, other, span, depth + 1)?;
            merged(evaluator, fields, other, span)
        }
        "pick" | "omit" => {
            let mask = evaluator.own_members(&args.first()?.value, span).ok()?;
            let chosen: Vec<Atom> = mask.into_iter().map(|(key, _)| key).collect();
            let Value::Object(fields) = fields else { return None };
            let mut object = Object::default();
            for (key, member) in &fields.borrow().members {
                if chosen.contains(key) == (&*name == "pick") {
                    object.members.insert(Arc::clone(key), member.clone());
                }
            }
            Some(Value::object(object))
        }
        _ => None,
    }
}

/// An object all of whose members are known by name.
fn known_object(value: Value) -> Option<Value> {
    let Value::Object(object) = &value else { return None };
    let is_known = object.borrow().spreads.is_empty();
    is_known.then_some(value)
}

fn merged(evaluator: &mut Evaluator<'_>, first: Value, second: Value, span: Span) -> Option<Value> {
    let mut object = Object::default();
    evaluator.spread_into(&mut object, first, span);
    evaluator.spread_into(&mut object, second, span);
    known_object(Value::object(object))
}

fn as_list(evaluator: &mut Evaluator<'_>, values: Value, span: Span) -> Option<Value> {
    match &values {
        Value::Array(_) => Some(values),
        Value::Object(_) => {
            let members = evaluator.own_members(&values, span).ok()?;
            Some(Value::array(members.into_iter().map(|(_, member)| item(member.value, member.span)).collect()))
        }
        _ => None,
    }
}

fn as_object(evaluator: &mut Evaluator<'_>, values: Value, span: Span) -> Option<Value> {
    match &values {
        Value::Object(_) => Some(values),
        Value::Array(_) => {
            let mut object = Object::default();
            for item in evaluator.iterate(&values, span).ok()? {
                let key: Atom = item.value.as_str()?.into();
                object.members.insert(key, Member { value: item.value, span: item.span });
            }
            Some(Value::object(object))
        }
        _ => None,
    }
}

fn texts(evaluator: &mut Evaluator<'_>, values: &Value, span: Span) -> Option<Vec<Rc<str>>> {
    let items = evaluator.iterate(values, span).ok()?;
    items.iter().map(|item| item.value.as_str().map(Rc::from)).collect()
}

fn item(value: Value, span: Span) -> Item {
    Item { value, span, spread: false }
}
