//! Which of several functions of one name a call means (`func_get_detail` in src/backend/parser/parse_func.c), as far as values tell their types.

use crate::ddl::postgres::eval::{Answer, Value};
use crate::ddl::{CreateFunction, FunctionArgument};
use crate::model::TypeName;

fn inputs(function: &CreateFunction) -> impl Iterator<Item = &FunctionArgument> {
    function.arguments.iter().filter(|a| !matches!(a.mode, 'o' | 't'))
}

/// The arguments of a call, the last ones by name.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) values: &'a [Answer],
    /// Names of the last values (`f(1, b => 2)`).
    pub(super) names: &'a [String],
}

/// A function's input parameters with what a call gives them; `None` stands for a default.
pub(super) type Arranged = Vec<Option<Answer>>;

/// The arguments in the order of a function's parameters; `None` when it cannot be called with them: it takes fewer or needs more, or one is of a
/// type that its parameter does not take.
pub(super) fn arrange(function: &CreateFunction, given: Given<'_>) -> Option<Arranged> {
    let parameters: Vec<&FunctionArgument> = inputs(function).collect();
    let (positional, named) = given.values.split_at(given.values.len().saturating_sub(given.names.len()));
    let mut out: Arranged = vec![None; parameters.len()];
    for (i, value) in positional.iter().enumerate() {
        match out.get_mut(i) {
            Some(slot) => *slot = Some(value.clone()),
            None if parameters.last().is_some_and(|p| p.mode == 'v') => out.push(Some(value.clone())),
            None => return None,
        }
    }
    for (name, value) in given.names.iter().zip(named) {
        let place = parameters.iter().position(|p| p.name.as_ref() == Some(name))?;
        if out[place].replace(value.clone()).is_some() {
            return None;
        }
    }
    let takes = |(parameter, value): (&&FunctionArgument, &Option<Answer>)| match value {
        Some(value) => parameter.mode == 'v' || fits(&parameter.ty.ty, value) > 0,
        None => parameter.mode == 'v' || parameter.default.is_some(),
    };
    parameters.iter().zip(&out).all(takes).then_some(out)
}

/// Those that the server would take among functions that can be called: without defaults where one is, then whose types are nearest.
pub(super) fn best<T>(fitting: Vec<(T, Arranged)>, of: impl Fn(&T) -> &CreateFunction) -> Vec<(T, Arranged)> {
    let exact = |(_, arranged): &(T, Arranged)| arranged.iter().all(Option::is_some);
    let any_exact = fitting.iter().any(exact);
    let mut best = Vec::new();
    let mut most = 0;
    for candidate in fitting.into_iter().filter(|f| !any_exact || exact(f)) {
        let pairs = inputs(of(&candidate.0)).zip(&candidate.1);
        let nearness: u32 = pairs.filter_map(|(p, value)| Some(fits(&p.ty.ty, value.as_ref()?))).sum();
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
