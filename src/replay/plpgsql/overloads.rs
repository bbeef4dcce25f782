//! Which of several functions of one name a call means (`func_get_detail` in src/backend/parser/parse_func.c), as far as values tell their types.

use crate::ddl::postgres::eval::{Answer, Value};
use crate::ddl::{CreateFunction, FunctionArgument};
use crate::model::TypeName;

fn inputs(function: &CreateFunction) -> impl Iterator<Item = &FunctionArgument> {
    function.arguments.iter().filter(|a| !matches!(a.mode, 'o' | 't'))
}

/// Whether a function can be called with these arguments: neither more nor fewer than it takes, each of a type that it may have.
pub(super) fn takes(function: &CreateFunction, arguments: &[Answer]) -> bool {
    let required = inputs(function).filter(|a| a.default.is_none() && a.mode != 'v').count();
    let variadic = inputs(function).any(|a| a.mode == 'v');
    let number = arguments.len();
    number >= required
        && (variadic || number <= inputs(function).count())
        && inputs(function).filter(|a| a.mode != 'v').zip(arguments).all(|(a, given)| fits(&a.ty.ty, given) > 0)
}

/// Those that the server would take among functions that can be called: without defaults where one is, then whose types are nearest.
pub(super) fn best<T>(fitting: Vec<T>, of: impl Fn(&T) -> &CreateFunction, arguments: &[Answer]) -> Vec<T> {
    let exact = |f: &T| inputs(of(f)).count() == arguments.len();
    let any_exact = fitting.iter().any(exact);
    let mut best = Vec::new();
    let mut most = 0;
    for candidate in fitting.into_iter().filter(|f| !any_exact || exact(f)) {
        let nearness: u32 = inputs(of(&candidate)).zip(arguments).map(|(a, given)| fits(&a.ty.ty, given)).sum();
        if nearness > most {
            best.clear();
        }
        if nearness >= most {
            most = nearness;
            best.push(candidate);
        }
    }
    best
}

/// How well a value fits a type: 0 where it does not. A literal is a text before it is anything else.
fn fits(ty: &TypeName, given: &Answer) -> u32 {
    let Ok(value) = given else { return 1 };
    let is_any = ty.name.starts_with("any");
    let is_text = matches!(ty.name.as_str(), "text" | "character varying" | "character" | "name" | "citext");
    let is_number =
        matches!(ty.name.as_str(), "integer" | "bigint" | "smallint" | "numeric" | "real" | "double precision" | "oid");
    match value {
        Value::Null => 1,
        Value::Array(_) => u32::from(ty.array || is_any) * 2,
        _ if ty.array => u32::from(matches!(value, Value::Text(_))),
        _ if is_any => 1,
        Value::Int(_) if ty.name == "integer" => 3,
        Value::Int(_) => u32::from(is_number) * 2,
        Value::Bool(_) => u32::from(ty.name == "boolean") * 2,
        Value::Text(_) => 1 + u32::from(is_text),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_types() {
        let check = |ty: &TypeName, value: Value, expect: u32| assert_eq!(fits(ty, &Ok(value)), expect, "{ty}");
        let text = TypeName::built_in("text");
        check(&text, Value::text("a"), 2);
        check(&text, Value::Bool(true), 0);
        check(&text, Value::Array(Vec::new()), 0);
        check(&text.clone().array_of(), Value::text("{a}"), 1);
        check(&text.array_of(), Value::Array(Vec::new()), 2);
        check(&TypeName::built_in("uuid"), Value::text("a"), 1);
        check(&TypeName::built_in("bigint"), Value::Int(1), 2);
    }
}
