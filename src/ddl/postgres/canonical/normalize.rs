//! Rewrites a [`Canon`] by type: the casts that parse analysis adds or that change nothing are taken away, constants get one spelling.
//!
//! What is wanted where: parse_coerce.c (unknown literals take the other operand's type) and ruleutils.c (what of it is printed).

use super::constant;
use super::tree::{Canon, without_default_schema};
use crate::model::TypeName;

/// Gives the type of a column of the table that an expression stands on.
pub(super) type Columns<'a> = &'a dyn Fn(&str) -> Option<TypeName>;

/// The canonical form of `tree` where a value of type `wanted` is expected.
pub(super) fn normalize(tree: Canon, wanted: Option<&TypeName>, columns: Columns<'_>) -> Canon {
    let tree = inner(tree, columns);
    match wanted {
        Some(ty) => coerce(tree, &without_default_schema(ty.clone()), columns),
        None => settle(tree),
    }
}

/// Normalises the operands of a tree, not the tree's own casts.
fn inner(tree: Canon, columns: Columns<'_>) -> Canon {
    let all = |items: Vec<Canon>| items.into_iter().map(|item| inner(item, columns)).collect::<Vec<_>>();
    match tree {
        Canon::And(items) => Canon::And(all(items).into_iter().map(|i| truth(i, columns)).collect()),
        Canon::Or(items) => Canon::Or(all(items).into_iter().map(|i| truth(i, columns)).collect()),
        Canon::Not(item) => Canon::Not(Box::new(truth(inner(*item, columns), columns))),
        Canon::Array(items) => Canon::Array(all(items)),
        Canon::Cast(item, ty) => cast(inner(*item, columns), ty, columns),
        Canon::Call(name, args) => call(name, all(args), columns),
        Canon::Op(op, args) => operator(op, all(args), columns),
        Canon::Quantified { op, all, left, right } => {
            quantified(op, all, inner(*left, columns), inner(*right, columns), columns)
        }
        other => other,
    }
}

fn truth(tree: Canon, columns: Columns<'_>) -> Canon {
    coerce(tree, &TypeName::built_in("boolean"), columns)
}

fn call(name: String, args: Vec<Canon>, columns: Columns<'_>) -> Canon {
    let args: Vec<Canon> = match name.as_str() {
        "coalesce" | "greatest" | "least" | "nullif" => agree(args, columns),
        // Sequence names: 'public.t_id_seq'::regclass and "t_id_seq".
        "nextval" | "currval" | "setval" => args.into_iter().map(constant::regclass).collect(),
        // Arguments of built-in text functions: a varchar column is relabelled to text, and so is a literal.
        "lower" | "upper" | "length" | "char_length" | "btrim" | "ltrim" | "rtrim" | "concat" | "md5" | "left"
        | "right" | "substring" | "substr" | "replace" | "to_tsvector" | "regexp_replace" | "regexp_match"
        | "starts_with" | "split_part" | "position" => {
            args.into_iter().map(|arg| strip_text_cast(arg, columns)).collect()
        }
        _ => args.into_iter().map(settle).collect(),
    };
    Canon::Call(name, args)
}

fn is_comparison(op: &str) -> bool {
    matches!(
        op,
        "=" | "<>"
            | "<"
            | "<="
            | ">"
            | ">="
            | "~~"
            | "!~~"
            | "~~*"
            | "!~~*"
            | "~"
            | "!~"
            | "~*"
            | "!~*"
            | "IS DISTINCT FROM"
            | "IS NOT DISTINCT FROM"
    )
}

fn operator(op: String, args: Vec<Canon>, columns: Columns<'_>) -> Canon {
    if args.len() == 1 {
        if let ("-", [Canon::Number(number, ty)]) = (op.as_str(), args.as_slice()) {
            return Canon::Number(constant::negate(number), ty.clone());
        }
        if op == "IS NULL" || op == "IS NOT NULL" {
            return Canon::Op(op, args.into_iter().map(|arg| strip_text_cast(arg, columns)).collect());
        }
    }
    if is_comparison(&op) || matches!(op.as_str(), "+" | "-" | "*" | "/" | "%" | "&&" | "@>" | "<@") {
        return Canon::Op(op, agree(args, columns));
    }
    if op == "||" {
        return Canon::Op(op, args.into_iter().map(|arg| strip_text_cast(arg, columns)).collect());
    }
    Canon::Op(op, args.into_iter().map(settle).collect())
}

fn quantified(op: String, all: bool, left: Canon, right: Canon, columns: Columns<'_>) -> Canon {
    let right = match right {
        // (ARRAY['a'::varchar])::text[] and '{a}'::text[]
        Canon::Cast(items, ty) if ty.array && matches!(*items, Canon::Array(_)) => *items,
        Canon::Text(text, Some(ty)) if ty.array => constant::array_items(&text).unwrap_or(Canon::Text(text, Some(ty))),
        right => right,
    };
    let Canon::Array(items) = right else {
        return Canon::Quantified {
            op,
            all,
            left: Box::new(strip_text_cast(left, columns)),
            right: Box::new(settle(right)),
        };
    };
    let mut operands = vec![left];
    operands.extend(items);
    let mut operands = agree(operands, columns).into_iter();
    let left = operands.next().unwrap_or(Canon::Null);
    Canon::Quantified { op, all, left: Box::new(left), right: Box::new(Canon::Array(operands.collect())) }
}

/// Operands that are brought to one type: the first whose type is known tells what constants become.
fn agree(operands: Vec<Canon>, columns: Columns<'_>) -> Vec<Canon> {
    let operands: Vec<Canon> = operands.into_iter().map(|o| strip_text_cast(o, columns)).collect();
    let common =
        operands.iter().filter(|o| !matches!(o, Canon::Text(..) | Canon::Number(..))).find_map(|o| type_of(o, columns));
    match common {
        Some(ty) => operands.into_iter().map(|o| if is_constant(&o) { coerce(o, &ty, columns) } else { o }).collect(),
        None => operands.into_iter().map(settle).collect(),
    }
}

fn is_constant(tree: &Canon) -> bool {
    matches!(tree, Canon::Text(..) | Canon::Number(..) | Canon::Bool(_))
}

/// A value where `ty` is wanted: a cast to that very type says nothing, a constant takes its spelling.
fn coerce(tree: Canon, ty: &TypeName, columns: Columns<'_>) -> Canon {
    match tree {
        Canon::Text(text, given) if given.as_ref().is_none_or(|given| same_kind(given, ty)) => {
            constant::spell(&text, ty)
        }
        Canon::Number(number, given) if is_number(ty) && given.as_ref().is_none_or(is_number) => {
            constant::spell(&number, ty)
        }
        Canon::Bool(value) if is_text(ty) => Canon::Text(value.to_string(), None),
        Canon::Cast(arg, cast) if same_kind(&cast, ty) => coerce_cast(*arg, cast, ty, columns),
        Canon::Array(items) if ty.array => {
            let element = ty.element();
            Canon::Array(items.into_iter().map(|item| coerce(item, &element, columns)).collect())
        }
        other => settle(other),
    }
}

/// `x::ty` where `ty` is wanted anyway.
fn coerce_cast(arg: Canon, cast: TypeName, ty: &TypeName, columns: Columns<'_>) -> Canon {
    let changes_value = !cast.modifiers.is_empty() && cast.modifiers != ty.modifiers;
    if changes_value { Canon::Cast(Box::new(arg), cast) } else { coerce(arg, ty, columns) }
}

/// A cast inside an expression.
fn cast(arg: Canon, ty: TypeName, columns: Columns<'_>) -> Canon {
    if ty.name == "regclass" {
        return constant::regclass(Canon::Cast(Box::new(arg), ty));
    }
    match arg {
        Canon::Array(items) if ty.array => Canon::Cast(Box::new(coerce(Canon::Array(items), &ty, columns)), ty),
        Canon::Bool(value) if ty.name == "boolean" => Canon::Bool(value),
        arg if type_of(&arg, columns).is_some_and(|of| of == ty) => arg,
        arg => Canon::Cast(Box::new(arg), ty),
    }
}

/// Takes away what only relabels: text on varchar.
fn strip_text_cast(tree: Canon, columns: Columns<'_>) -> Canon {
    match tree {
        Canon::Cast(arg, ty)
            if is_text(&ty)
                && ty.modifiers.is_empty()
                && !ty.array
                && type_of(&arg, columns).is_none_or(|of| is_text(&of) || of.name == "character varying")
                && is_relabelled(&arg, columns) =>
        {
            *arg
        }
        Canon::Text(text, Some(ty)) if is_text(&ty) && ty.modifiers.is_empty() && !ty.array => Canon::Text(text, None),
        other => other,
    }
}

/// Whether a cast to text of this is known to change nothing.
fn is_relabelled(arg: &Canon, columns: Columns<'_>) -> bool {
    type_of(arg, columns).is_some_and(|ty| is_text(&ty) && !ty.array)
}

/// Constants at a place that wants no type in particular.
fn settle(tree: Canon) -> Canon {
    match tree {
        Canon::Text(text, Some(ty)) => match constant::spell(&text, &ty) {
            Canon::Text(text, None) if !is_text(&ty) => Canon::Text(text, Some(ty)),
            spelled => spelled,
        },
        Canon::Number(number, ty) => Canon::Number(constant::number(&number).unwrap_or(number), ty),
        other => other,
    }
}

/// The type of a tree, where it can be told.
fn type_of(tree: &Canon, columns: Columns<'_>) -> Option<TypeName> {
    match tree {
        Canon::Column(name) => columns(name).map(without_default_schema),
        Canon::Text(_, ty) | Canon::Number(_, ty) => ty.clone(),
        Canon::Cast(_, ty) => Some(ty.clone()),
        Canon::Bool(_) | Canon::And(_) | Canon::Or(_) | Canon::Not(_) | Canon::Quantified { .. } => {
            Some(TypeName::built_in("boolean"))
        }
        Canon::Op(op, args) => match op.as_str() {
            "||" => args.iter().find_map(|arg| type_of(arg, columns)),
            "->" => Some(TypeName::built_in("jsonb")),
            "->>" | "#>>" => Some(TypeName::built_in("text")),
            "+" | "-" | "*" | "/" | "%" => args.iter().find_map(|arg| type_of(arg, columns)),
            op if is_comparison(op) || op.starts_with("IS ") => Some(TypeName::built_in("boolean")),
            _ => None,
        },
        Canon::Call(name, args) => match name.as_str() {
            "lower" | "upper" | "btrim" | "ltrim" | "rtrim" | "concat" | "md5" | "substring" | "replace"
            | "current_setting" => Some(TypeName::built_in("text")),
            "length" | "char_length" | "octet_length" | "cardinality" | "array_length" | "num_nonnulls"
            | "num_nulls" | "jsonb_array_length" => Some(TypeName::built_in("integer")),
            "now" | "clock_timestamp" | "statement_timestamp" => Some(TypeName::built_in("timestamp with time zone")),
            "gen_random_uuid" | "uuid_generate_v4" => Some(TypeName::built_in("uuid")),
            "jsonb_typeof" | "json_typeof" => Some(TypeName::built_in("text")),
            "coalesce" | "greatest" | "least" | "nullif" => args.iter().find_map(|arg| type_of(arg, columns)),
            _ => None,
        },
        Canon::Array(items) => items.iter().find_map(|item| type_of(item, columns)).map(TypeName::array_of),
        Canon::Null | Canon::Other(_) => None,
    }
}

fn is_text(ty: &TypeName) -> bool {
    !ty.array && ty.schema.is_none() && matches!(ty.name.as_str(), "text" | "character varying" | "citext")
}

pub(super) fn is_number(ty: &TypeName) -> bool {
    !ty.array && matches!(ty.name.as_str(), "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision")
}

/// Whether a constant of type `given` is, where `ty` is wanted, the constant that the bare literal would be.
fn same_kind(given: &TypeName, ty: &TypeName) -> bool {
    let names =
        given.array == ty.array && given.name == ty.name && (given.schema == ty.schema || given.schema.is_none());
    let texts = given.array == ty.array
        && matches!(given.name.as_str(), "text" | "character varying" | "character" | "bpchar")
        && matches!(ty.name.as_str(), "text" | "character varying" | "character" | "bpchar" | "citext");
    names || texts || (is_number(given) && is_number(ty))
}
