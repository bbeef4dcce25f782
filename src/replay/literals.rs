//! String constants that a type's input function does not take (src/backend/utils/adt/), as far as that is certain: the server reads a constant as
//! soon as it knows its type, so a default or a partition's bound is refused with its statement.

use super::casts::string_constant;
use super::state::State;
use crate::model::{Expr, TypeName};

/// Words that dates and times are read from without a digit in them.
const TIMES: &[&str] = &["now", "today", "tomorrow", "yesterday", "epoch", "infinity", "noon", "midnight", "allballs"];

impl State {
    /// What the server says of a constant that a type does not take. `None` where it takes it, or that cannot be told.
    pub(super) fn literal_flaw(&self, ty: &TypeName, expr: &Expr) -> Option<String> {
        let text = string_constant(&expr.sql)?;
        let base = self.base_type(ty);
        if base.array {
            return (!text.trim_start().starts_with(['{', '[']))
                .then(|| format!("malformed array literal: \"{text}\""));
        }
        if let Some(name) = base.qualified() {
            let is_row = self.catalog.composites.contains_key(&name) || self.catalog.tables.contains_key(&name);
            let labels = self.catalog.enums.get(&name).and_then(|e| e.labels.known());
            if labels.is_some_and(|labels| !labels.iter().any(|l| l.value == text)) {
                return Some(format!("invalid input value for enum {}: \"{text}\"", name.name));
            }
            let is_malformed = is_row && !text.trim_start().starts_with('(');
            return is_malformed.then(|| format!("malformed record literal: \"{text}\""));
        }
        if let Some(said) = out_of_range(&base.name, text.trim()) {
            return Some(said);
        }
        let shown = if base.name == "jsonb" { "json" } else { base.name.as_str() };
        is_no_value(&base.name, text.trim())
            .then(|| format!("invalid input syntax for type {shown}: \"{text}\""))
            .map(|said| if shown == "json" { "invalid input syntax for type json".to_owned() } else { said })
    }
}

fn is_no_value(ty: &str, text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let has_digit = text.bytes().any(|b| b.is_ascii_digit());
    match ty {
        "smallint" | "integer" | "bigint" => {
            // Since 16 there are other bases, and underscores.
            !has_digit || !text.trim_start_matches(['+', '-']).bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        }
        "numeric" | "real" | "double precision" => {
            let bare = lower.trim_start_matches(['+', '-']);
            !has_digit && !matches!(bare, "nan" | "inf" | "infinity")
        }
        "boolean" => {
            let is_start = |word: &str| !lower.is_empty() && word.starts_with(&lower);
            let is_word = ["true", "false", "yes", "no"].into_iter().any(is_start);
            !is_word && !matches!(lower.as_str(), "on" | "of" | "off" | "1" | "0")
        }
        "uuid" => {
            let hex = lower.bytes().filter(u8::is_ascii_hexdigit).count();
            hex != 32 || lower.bytes().any(|b| !(b.is_ascii_hexdigit() || matches!(b, b'-' | b'{' | b'}')))
        }
        "json" | "jsonb" => {
            let starts_a_value =
                text.starts_with(['{', '[', '"', '-']) || text.starts_with(|c: char| c.is_ascii_digit());
            !starts_a_value && !matches!(text, "true" | "false" | "null")
        }
        "date" | "timestamp without time zone" | "timestamp with time zone" => {
            // Punctuation means nothing: `'now()'` is `'now'`.
            let word: String = lower.chars().filter(|c| !c.is_ascii_punctuation()).collect();
            !has_digit && !word.trim().contains(char::is_whitespace) && !TIMES.contains(&word.trim())
        }
        "interval" => !has_digit && !lower.contains("infinity"),
        _ => false,
    }
}

fn out_of_range(ty: &str, text: &str) -> Option<String> {
    let (least, most) = super::sequence_bounds::bounds_of(ty)?;
    let number: i128 = text.parse().ok()?;
    let fits = (i128::from(least)..=i128::from(most)).contains(&number);
    (!fits).then(|| format!("value \"{text}\" is out of range for type {ty}"))
}
