//! What operators and functions give for arguments of known types (pg_operator, pg_proc, and select_common_type in parse_coerce.c).

use crate::dialect::Signature;
use crate::model::TypeName;

/// The type of an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Ty {
    /// A string or NULL that takes the type of its surroundings, else `text`.
    Literal,
    Is(TypeName),
    NotKnown,
}

impl Ty {
    pub(super) fn of(ty: Option<TypeName>) -> Self {
        ty.map_or(Self::NotKnown, Self::Is)
    }

    pub(super) fn built_in(name: &str) -> Self {
        Self::Is(TypeName::built_in(name))
    }

    pub(super) fn settled(self) -> Option<TypeName> {
        match self {
            Self::Literal => Some(TypeName::built_in("text")),
            Self::Is(ty) => Some(ty),
            Self::NotKnown => None,
        }
    }

    /// The name of a built-in type that is no array.
    fn name(&self) -> Option<&str> {
        match self {
            Self::Is(ty) if ty.schema.is_none() && !ty.array => Some(&ty.name),
            _ => None,
        }
    }

    /// The same type as a function returns it: modifiers are lost. (`character` and `bit` without one are other types.)
    fn bare(&self) -> Self {
        match self {
            Self::Is(ty) if matches!(ty.name.as_str(), "character" | "bit") => Self::NotKnown,
            Self::Is(ty) => Self::Is(TypeName { modifiers: Vec::new(), ..ty.clone() }),
            other => other.clone(),
        }
    }
}

/// Numeric types, each cast implicitly to those after it.
const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric", "real", "double precision"];

fn number(ty: &Ty) -> Option<usize> {
    ty.name().and_then(|name| NUMBERS.iter().position(|n| *n == name))
}

/// The type of COALESCE, CASE, UNION and VALUES over these.
pub(super) fn common(types: &[Ty]) -> Ty {
    if types.contains(&Ty::NotKnown) {
        return Ty::NotKnown;
    }
    let Some(first) = types.iter().find(|ty| **ty != Ty::Literal) else { return Ty::Literal };
    if types.iter().all(|ty| ty == first) {
        return first.clone();
    }
    let typed: Vec<&Ty> = types.iter().filter(|ty| **ty != Ty::Literal).collect();
    if typed.iter().all(|ty| ty.bare() == first.bare()) {
        return first.bare();
    }
    let widest = typed.iter().map(|ty| number(ty)).collect::<Option<Vec<_>>>().and_then(|n| n.into_iter().max());
    widest.map_or(Ty::NotKnown, |widest| Ty::built_in(NUMBERS[widest]))
}

/// The type of `left name right`.
pub(super) fn operator(name: &str, left: &Ty, right: &Ty) -> Ty {
    match name {
        "=" | "<>" | "!=" | "<" | ">" | "<=" | ">=" if [left, right].iter().all(|ty| comparable(ty)) => {
            Ty::built_in("boolean")
        }
        "+" | "-" | "*" | "/" => match (number(left), number(right)) {
            // Only int2, int4 and int8 have operators across types; numeric takes them in.
            (Some(a), Some(b)) if a.max(b) <= 3 => Ty::built_in(NUMBERS[a.max(b)]),
            (Some(a), Some(b)) if a == b => Ty::built_in(NUMBERS[a]),
            // Where one is real or double precision, double precision is preferred.
            (Some(_), Some(_)) => Ty::built_in(NUMBERS[5]),
            _ => of_times(name, left, right),
        },
        "%" => match (number(left), number(right)) {
            (Some(a), Some(b)) if a.max(b) <= 3 => Ty::built_in(NUMBERS[a.max(b)]),
            _ => Ty::NotKnown,
        },
        "||" => concatenated(left, right),
        "->" | "#>" if is_json(left) => left.clone(),
        "->>" | "#>>" if is_json(left) => Ty::built_in("text"),
        "@>" | "<@" | "?" | "?|" | "?&" if left.name() == Some("jsonb") => Ty::built_in("boolean"),
        "~" | "~*" | "!~" | "!~*" if is_text(left) => Ty::built_in("boolean"),
        _ => Ty::NotKnown,
    }
}

/// The type of `name operand`.
pub(super) fn prefix_operator(name: &str, operand: &Ty) -> Ty {
    match name {
        "-" | "+" if number(operand).is_some() => operand.bare(),
        "-" if operand.name() == Some("interval") => operand.bare(),
        _ => Ty::NotKnown,
    }
}

fn is_text(ty: &Ty) -> bool {
    matches!(ty.name(), Some("text" | "character varying" | "character"))
}

fn is_json(ty: &Ty) -> bool {
    matches!(ty.name(), Some("json" | "jsonb"))
}

fn concatenated(left: &Ty, right: &Ty) -> Ty {
    let is_any_text = |ty: &Ty| is_text(ty) || *ty == Ty::Literal;
    // A text takes anything that is no array beside it.
    let is_scalar = |ty: &Ty| ty.name().is_some();
    if is_any_text(left) && is_any_text(right)
        || is_any_text(left) && number(right).is_some()
        || number(left).is_some() && is_any_text(right)
        || is_text(left) && is_scalar(right)
        || is_scalar(left) && is_text(right)
    {
        return Ty::built_in("text");
    }
    let is_jsonb = |ty: &Ty| ty.name() == Some("jsonb");
    match (left, right) {
        (left, right) if is_jsonb(left) && (is_jsonb(right) || *right == Ty::Literal) => left.clone(),
        (Ty::Literal, right) if is_jsonb(right) => right.clone(),
        (Ty::Is(a), Ty::Is(b)) if a.array && a == b => left.clone(),
        _ => Ty::NotKnown,
    }
}

/// Sums and differences of days and times.
fn of_times(operator: &str, left: &Ty, right: &Ty) -> Ty {
    const TIMESTAMPS: [&str; 2] = ["timestamp without time zone", "timestamp with time zone"];
    let (Some(a), Some(b)) = (left.name(), right.name()) else { return Ty::NotKnown };
    match (a, operator, b) {
        ("date", "+" | "-", "integer") | ("integer", "+", "date") => Ty::built_in("date"),
        ("date", "-", "date") => Ty::built_in("integer"),
        ("date", "+" | "-", "interval") | ("interval", "+", "date") => Ty::built_in(TIMESTAMPS[0]),
        (a, "+" | "-", "interval") if TIMESTAMPS.contains(&a) => Ty::built_in(a),
        ("interval", "+", b) if TIMESTAMPS.contains(&b) => Ty::built_in(b),
        (a, "-", b) if a == b && TIMESTAMPS.contains(&a) => Ty::built_in("interval"),
        ("interval", "+" | "-", "interval") => Ty::built_in("interval"),
        _ => Ty::NotKnown,
    }
}

/// Built-in types and literals, whose comparisons are the server's own.
fn comparable(ty: &Ty) -> bool {
    *ty == Ty::Literal || ty.name().is_some()
}

/// Functions that give one type whatever they are called with, as far as their names are not taken otherwise.
const FIXED: &[(&str, &str)] = &[
    ("count", "bigint"),
    ("row_number", "bigint"),
    ("rank", "bigint"),
    ("dense_rank", "bigint"),
    ("ntile", "integer"),
    ("percent_rank", "double precision"),
    ("cume_dist", "double precision"),
    ("bool_and", "boolean"),
    ("bool_or", "boolean"),
    ("every", "boolean"),
    ("now", "timestamp with time zone"),
    ("to_timestamp", "timestamp with time zone"),
    ("to_date", "date"),
    ("date_part", "double precision"),
    ("extract", "numeric"),
    ("gen_random_uuid", "uuid"),
    ("to_char", "text"),
    ("md5", "text"),
    ("replace", "text"),
    ("split_part", "text"),
    ("regexp_replace", "text"),
    ("initcap", "text"),
    ("length", "integer"),
    ("char_length", "integer"),
    ("array_length", "integer"),
    ("cardinality", "integer"),
    ("jsonb_array_length", "integer"),
    ("jsonb_typeof", "text"),
    ("concat", "text"),
    ("concat_ws", "text"),
    ("clock_timestamp", "timestamp with time zone"),
    ("statement_timestamp", "timestamp with time zone"),
    ("transaction_timestamp", "timestamp with time zone"),
    ("age", "interval"),
    ("random", "double precision"),
    ("pi", "double precision"),
    ("nextval", "bigint"),
    ("quote_ident", "text"),
    ("quote_literal", "text"),
    ("format", "text"),
    ("array_to_string", "text"),
    ("encode", "text"),
    ("jsonb_build_object", "jsonb"),
    ("jsonb_build_array", "jsonb"),
    ("jsonb_agg", "jsonb"),
    ("jsonb_object_agg", "jsonb"),
    ("to_jsonb", "jsonb"),
    ("json_build_object", "json"),
    ("json_agg", "json"),
    ("json_object_agg", "json"),
    ("row_to_json", "json"),
];

/// Functions whose type depends on their argument's, as [`built_in_call`] knows them.
const BY_ARGUMENT: &[&str] =
    &["max", "min", "sum", "avg", "first_value", "last_value", "lag", "lead", "lower", "upper", "date_trunc", "abs"];

/// Functions of numbers: of numeric for numeric, of double precision for all others.
const OF_NUMBERS: &[&str] = &["round", "ceil", "ceiling", "floor", "trunc", "sign", "sqrt", "exp", "ln"];

/// Functions that give text for text, and other things for others.
const OF_TEXT: &[&str] =
    &["substr", "substring", "left", "right", "btrim", "ltrim", "rtrim", "lpad", "rpad", "reverse", "repeat"];

pub(super) fn is_built_in(name: &str) -> bool {
    FIXED.iter().any(|(known, _)| *known == name)
        || [BY_ARGUMENT, OF_NUMBERS, OF_TEXT].iter().any(|names| names.contains(&name))
}

/// What a built-in function gives.
pub(super) fn built_in_call(name: &str, arguments: &[Ty]) -> Ty {
    if let Some((_, ty)) = FIXED.iter().find(|(known, _)| *known == name) {
        return Ty::built_in(ty);
    }
    if let ("date_trunc", [_, of]) = (name, arguments) {
        return match of.name() {
            // A date is cast to the preferred type of its kind.
            Some("date" | "timestamp with time zone") => Ty::built_in("timestamp with time zone"),
            Some("timestamp without time zone" | "interval") => of.bare(),
            _ => Ty::NotKnown,
        };
    }
    if let ("round" | "trunc", [of, digits]) = (name, arguments) {
        let both = (number(of), number(digits));
        return if matches!(both, (Some(0..=3), Some(0..=1))) { Ty::built_in("numeric") } else { Ty::NotKnown };
    }
    if let [first, ..] = arguments
        && OF_TEXT.contains(&name)
    {
        return if is_text(first) || *first == Ty::Literal { Ty::built_in("text") } else { Ty::NotKnown };
    }
    let [argument] = arguments else { return Ty::NotKnown };
    if OF_NUMBERS.contains(&name) {
        return match number(argument) {
            Some(3) => Ty::built_in("numeric"),
            Some(_) => Ty::built_in("double precision"),
            None => Ty::NotKnown,
        };
    }
    match (name, argument.name()) {
        ("abs", Some(_)) if number(argument).is_some() => argument.bare(),
        ("lower" | "upper", None) if *argument == Ty::Literal => Ty::built_in("text"),
        ("lower" | "upper", Some("character")) => Ty::built_in("text"),
        ("max" | "min" | "lower" | "upper", Some("text" | "character varying")) => Ty::built_in("text"),
        (
            "max" | "min",
            Some(
                "smallint"
                | "integer"
                | "bigint"
                | "numeric"
                | "real"
                | "double precision"
                | "date"
                | "interval"
                | "timestamp without time zone"
                | "timestamp with time zone",
            ),
        ) => argument.bare(),
        ("sum", Some("smallint" | "integer")) => Ty::built_in("bigint"),
        ("sum", Some("bigint" | "numeric")) | ("avg", Some("smallint" | "integer" | "bigint" | "numeric")) => {
            Ty::built_in("numeric")
        }
        ("sum", Some("real" | "double precision" | "interval")) => argument.bare(),
        ("avg", Some("real" | "double precision")) => Ty::built_in("double precision"),
        ("first_value" | "last_value" | "lag" | "lead", Some(_)) => argument.bare(),
        _ => Ty::NotKnown,
    }
}

/// What a function of the project's own gives, the only one by its name.
pub(super) fn own_call(function: &Signature, arguments: &[Ty]) -> Ty {
    let Some(returns) = &function.returns else { return Ty::NotKnown };
    if function.arguments.len() != arguments.len() {
        return Ty::NotKnown;
    }
    let is_polymorphic = |ty: &TypeName| ty.schema.is_none() && ty.name.starts_with("any");
    if !is_polymorphic(returns) {
        return if returns.name == "record" { Ty::NotKnown } else { Ty::Is(returns.clone()).bare() };
    }
    if returns.name != "anyelement" || returns.array {
        return Ty::NotKnown;
    }
    let mut element = Ty::Literal;
    for (written, given) in function.arguments.iter().zip(arguments).filter(|(written, _)| is_polymorphic(written)) {
        if written.name != "anyelement" || written.array || *given == Ty::NotKnown {
            return Ty::NotKnown;
        }
        match (&element, given.bare()) {
            (_, Ty::Literal) => {}
            (Ty::Literal, given) => element = given,
            (known, given) if *known == given => {}
            _ => return Ty::NotKnown,
        }
    }
    if element == Ty::Literal { Ty::NotKnown } else { element }
}
