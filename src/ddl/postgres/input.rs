//! What the input functions of built-in types refuse, as far as that is the same in every version and under every setting
//! (`int4in`, `boolin`, `uuid_in`, `json_in`, `numeric_in`, `float8in` and `date_in` in src/backend/utils/adt/).

use crate::dialect::InputError;
use crate::model::TypeName;

/// Why a string constant cannot become a value of a type; `None` where it can, or where that is not told here.
pub(super) fn input_error(ty: &TypeName, text: &str) -> Option<InputError> {
    if ty.array {
        let element = TypeName { array: false, modifiers: Vec::new(), ..ty.clone() };
        return match array_elements(text) {
            Ok(elements) => elements.into_iter().find_map(|text| input_error(&element, text)),
            Err(error) => error,
        };
    }
    let syntax =
        |name: &str| InputError { code: "22P02", message: format!("invalid input syntax for type {name}: \"{text}\"") };
    let name = ty.name.as_str();
    match name {
        "smallint" | "integer" | "bigint" => match integer(text) {
            Number::Is(value) if fits(name, value) => None,
            Number::Is(_) => {
                Some(InputError { code: "22003", message: format!("value \"{text}\" is out of range for type {name}") })
            }
            Number::IsNone => Some(syntax(name)),
            Number::NotTold => None,
        },
        "numeric" | "real" | "double precision" => (!may_be_number(text)).then(|| syntax(name)),
        "boolean" => (!is_boolean(text)).then(|| syntax(name)),
        "uuid" => (!is_uuid(text)).then(|| syntax(name)),
        "json" | "jsonb" => {
            let message = "invalid input syntax for type json".to_owned();
            is_no_json(text).then_some(InputError { code: "22P02", message })
        }
        "interval" => {
            let is_empty =
                !text.contains(|c: char| c.is_ascii_digit()) && !text.to_ascii_lowercase().contains("infinity");
            is_empty.then(|| InputError { code: "22007", ..syntax(name) })
        }
        "date" | "timestamp without time zone" | "timestamp with time zone" => date_error(text, name),
        _ => None,
    }
}

/// The elements of an array constant that are not NULL.
///
/// # Errors
/// `Some` where it is no array constant, `None` where its elements are not taken apart here (`array_in` in
/// src/backend/utils/adt/arrayfuncs.c).
pub fn array_elements(text: &str) -> Result<Vec<&str>, Option<InputError>> {
    let trimmed = text.trim_matches(is_space);
    if trimmed.starts_with('[') && trimmed.contains("]=") {
        return Err(None);
    }
    let Some(inner) = trimmed.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return Err(Some(InputError { code: "22P02", message: format!("malformed array literal: \"{text}\"") }));
    };
    if inner.contains(['"', '\\', '{', '}']) {
        return Err(None);
    }
    let elements = inner.split(',').map(|element| element.trim_matches(is_space));
    Ok(elements.filter(|element| !element.is_empty() && !element.eq_ignore_ascii_case("null")).collect())
}

enum Number {
    Is(i128),
    IsNone,
    /// Later versions take digits of other bases, and underscores between digits.
    NotTold,
}

fn integer(text: &str) -> Number {
    let trimmed = text.trim_matches(is_space);
    let digits = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
    if digits.contains('_') || digits.len() > 2 && digits.starts_with('0') && !digits.as_bytes()[1].is_ascii_digit() {
        return Number::NotTold;
    }
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Number::IsNone;
    }
    Number::Is(trimmed.parse().unwrap_or(i128::MAX))
}

/// Whether an integer type holds a value.
fn fits(ty: &str, value: i128) -> bool {
    match ty {
        "smallint" => i16::try_from(value).is_ok(),
        "integer" => i32::try_from(value).is_ok(),
        _ => i64::try_from(value).is_ok(),
    }
}

/// Why a numeric constant cannot be stored in a column of a type of numbers; `text` is as it is written, with its sign.
pub(super) fn number_error(ty: &TypeName, text: &str) -> Option<InputError> {
    if ty.array {
        return None;
    }
    let whole = text.trim_start_matches(['-', '+']).split('.').next().unwrap_or_default();
    if text.contains(['e', 'E', 'x', 'X', '_', 'o', 'b']) {
        return None;
    }
    let out_of_range = |message: String| Some(InputError { code: "22003", message });
    match ty.name.as_str() {
        name @ ("smallint" | "integer" | "bigint") => {
            // A fraction is rounded.
            let value = if text.contains('.') { return None } else { text.parse().unwrap_or(i128::MAX) };
            if fits(name, value) { None } else { out_of_range(format!("{name} out of range")) }
        }
        "numeric" => {
            let modifier = |place: usize| ty.modifiers.get(place).map_or(Some(0), |m| m.parse::<usize>().ok());
            let precision = modifier(0).filter(|precision| *precision > 0)?;
            let room = precision.checked_sub(modifier(1)?)?;
            let digits = whole.trim_start_matches('0').len();
            if digits > room { out_of_range("numeric field overflow".to_owned()) } else { None }
        }
        _ => None,
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

/// Whether a text may be a number, a special one or one of a base that some versions take.
fn may_be_number(text: &str) -> bool {
    let trimmed = text.trim_matches(is_space);
    let body = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
    let lower = body.to_ascii_lowercase();
    matches!(lower.as_str(), "nan" | "inf" | "infinity") || body.starts_with(|c: char| c.is_ascii_digit() || c == '.')
}

/// `parse_bool_with_len`: an unambiguous beginning of a word will do.
fn is_boolean(text: &str) -> bool {
    let word = text.trim_matches(is_space).to_ascii_lowercase();
    let begins = |whole: &str, least: usize| word.len() >= least && whole.starts_with(word.as_str());
    begins("true", 1)
        || begins("false", 1)
        || begins("yes", 1)
        || begins("no", 1)
        || begins("on", 2)
        || begins("off", 2)
        || word == "1"
        || word == "0"
}

/// `string_to_uuid`: 32 digits, with a hyphen allowed behind every fourth, in braces or not.
fn is_uuid(text: &str) -> bool {
    let inner = match text.strip_prefix('{') {
        Some(rest) => rest.strip_suffix('}'),
        None => Some(text),
    };
    let Some(inner) = inner else { return false };
    let mut digits = 0;
    let mut hyphen_before = true;
    for b in inner.bytes() {
        match b {
            b'-' if !hyphen_before && digits % 4 == 0 && digits < 32 => hyphen_before = true,
            b if b.is_ascii_hexdigit() => {
                digits += 1;
                hyphen_before = false;
            }
            _ => return false,
        }
    }
    digits == 32 && !hyphen_before
}

fn is_no_json(text: &str) -> bool {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err();
    // Text that is nested too deeply for the one reader is none that the other refuses.
    error.is_some_and(|e| (e.is_syntax() || e.is_eof()) && !e.to_string().contains("recursion limit"))
}

fn date_error(text: &str, ty: &str) -> Option<InputError> {
    let lower = text.trim_matches(is_space).to_ascii_lowercase();
    let special = ["now", "today", "tomorrow", "yesterday", "epoch", "infinity", "allballs", "noon", "midnight"];
    if !lower.contains(|c: char| c.is_ascii_digit()) && !special.iter().any(|word| lower.contains(word)) {
        let message = format!("invalid input syntax for type {ty}: \"{text}\"");
        return Some(InputError { code: "22007", message });
    }
    // `yyyy-mm-dd` reads alike under every DateStyle.
    let date = lower.split([' ', 't']).next()?;
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = |part: &str, least: usize, most: usize| {
        (least..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    if parts.next().is_some() || !is_number(year, 4, 4) || !is_number(month, 1, 2) || !is_number(day, 1, 2) {
        return None;
    }
    let (year, month, day): (u32, u32, u32) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let exists = year > 0 && (1..=12).contains(&month) && (1..=days).contains(&day);
    let message = format!("date/time field value out of range: \"{text}\"");
    (!exists).then_some(InputError { code: "22008", message })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ty: &str, text: &str, expect: Option<&str>) {
        let ty = crate::ddl::postgres::types::parse_type(ty).expect("a type").ty;
        let message = input_error(&ty, text).map(|error| error.message);
        assert_eq!(message.as_deref(), expect, "{text} as {ty}");
    }

    #[test]
    fn constants_become_values() {
        for (ty, texts) in [
            ("int", &["1", " 12 ", "-5", "+7", "0x1F", "1_000"][..]),
            ("smallint", &["32767"]),
            ("numeric(4,1)", &["1.5", "NaN", "-Infinity", ".5", "1e10"]),
            ("boolean", &["t", "TR", "yes", "of", "on", "1", " no "]),
            (
                "uuid",
                &[
                    "{a0000000-0000-0000-0000-000000000000}",
                    "a0000000000000000000000000000000",
                    "A000-0000-0000-0000-0000-0000-0000-0000",
                ],
            ),
            ("jsonb", &["{\"a\": [1, null]}", " \"x\" ", "1e5"]),
            ("date", &["2024-02-29", "tomorrow", "Feb 3 2024", "20240203", "-infinity"]),
            ("timestamptz", &["2024-01-01T00:00:00Z", "now"]),
            ("text[]", &["{a,b}", "[1:2]={a,b}", " {} "]),
            ("inet", &["nonsense"]),
        ] {
            texts.iter().for_each(|text| check(ty, text, None));
        }
    }

    #[test]
    fn constants_that_are_refused() {
        check("int", "abc", Some("invalid input syntax for type integer: \"abc\""));
        check("int", "", Some("invalid input syntax for type integer: \"\""));
        check("int", "3000000000", Some("value \"3000000000\" is out of range for type integer"));
        check("float8", "x1", Some("invalid input syntax for type double precision: \"x1\""));
        check("bool", "maybe", Some("invalid input syntax for type boolean: \"maybe\""));
        check("bool", "o", Some("invalid input syntax for type boolean: \"o\""));
        for uuid in ["g0000000-0000-0000-0000-000000000000", "a0000000-0000-0000-0000-00000000000", "{a0", "nope"] {
            check("uuid", uuid, Some(&format!("invalid input syntax for type uuid: \"{uuid}\"")));
        }
        check("json", "{a: 1}", Some("invalid input syntax for type json"));
        check("jsonb", "", Some("invalid input syntax for type json"));
        check("date", "2023-02-29", Some("date/time field value out of range: \"2023-02-29\""));
        check("date", "hello", Some("invalid input syntax for type date: \"hello\""));
        check("timestamptz", "2024-13-01", Some("date/time field value out of range: \"2024-13-01\""));
        check("int[]", "{1, b, NULL}", Some("invalid input syntax for type integer: \"b\""));
        check("text[]", "[\"a\"]", Some("malformed array literal: \"[\"a\"]\""));
    }

    #[test]
    fn numbers_that_are_too_large() {
        let check = |ty: &str, text: &str, expect: Option<&str>| {
            let ty = crate::ddl::postgres::types::parse_type(ty).expect("a type").ty;
            assert_eq!(number_error(&ty, text).map(|error| error.message).as_deref(), expect, "{text} as {ty}");
        };
        check("smallint", "40000", Some("smallint out of range"));
        check("integer", "-2147483648", None);
        check("integer", "1.5", None);
        check("bigint", "99999999999999999999", Some("bigint out of range"));
        check("numeric(4,1)", "12345", Some("numeric field overflow"));
        check("numeric(4,1)", "123.45", None);
        check("numeric", "12345", None);
    }
}
