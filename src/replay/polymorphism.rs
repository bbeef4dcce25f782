//! Polymorphic pseudo-types: what they must be told by, and which arguments agree about them (`check_valid_polymorphic_signature`,
//! `check_generic_type_consistency` in src/backend/parser/parse_coerce.c).

use crate::model::TypeName;

const SIMPLE: &[&str] = &["anyelement", "anyarray", "anynonarray", "anyenum", "anyrange", "anymultirange"];
const COMPATIBLE: &[&str] =
    &["anycompatible", "anycompatiblearray", "anycompatiblenonarray", "anycompatiblerange", "anycompatiblemultirange"];

fn pseudo(ty: &TypeName) -> Option<&str> {
    (ty.schema.is_none() && !ty.array).then_some(ty.name.as_str())
}

/// Whether a result of this type follows from arguments of those; every other type does.
pub(super) fn determines(arguments: &[TypeName], result: &TypeName) -> bool {
    let Some(result) = pseudo(result) else { return true };
    let has = |names: &[&str]| arguments.iter().filter_map(pseudo).any(|name| names.contains(&name));
    match result {
        "anyrange" | "anymultirange" => has(&["anyrange", "anymultirange"]),
        "anycompatiblerange" | "anycompatiblemultirange" => has(&["anycompatiblerange", "anycompatiblemultirange"]),
        name if SIMPLE.contains(&name) => has(SIMPLE),
        name if COMPATIBLE.contains(&name) => has(COMPATIBLE),
        _ => true,
    }
}

/// Whether a function with these parameters may take arguments of those types: `false` only where that is certain.
pub(super) fn may_accept(parameters: &[TypeName], arguments: &[TypeName]) -> bool {
    if parameters.len() < arguments.len() {
        // The last parameter may be variadic.
        return parameters.last().is_some_and(|last| last.array || pseudo(last).is_some_and(|n| n.ends_with("array")));
    }
    let mut element: Option<TypeName> = None;
    let is_polymorphic = |ty: &TypeName| pseudo(ty).is_some_and(|n| SIMPLE.contains(&n) || COMPATIBLE.contains(&n));
    for (parameter, argument) in parameters.iter().zip(arguments) {
        if is_polymorphic(argument) && !is_polymorphic(parameter) && pseudo(parameter) != Some("any") {
            return false;
        }
        let given = match pseudo(parameter) {
            Some("anyarray") if argument.array => TypeName { array: false, ..argument.clone() },
            Some("anyarray") => match pseudo(argument) {
                // Of an argument that is itself polymorphic only its like is known to fit.
                Some("anyarray") => continue,
                _ if argument.schema.is_none() => return false,
                _ => continue,
            },
            Some("anyelement" | "anynonarray") => argument.clone(),
            _ => continue,
        };
        match &element {
            Some(other) if *other != given && other.schema.is_none() && given.schema.is_none() => return false,
            _ => element = Some(given),
        }
    }
    true
}
