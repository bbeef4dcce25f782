//! Words that PostgreSQL 16 and 17 took for keywords, and that are plain names to servers before: a text that the grammar refuses is read once
//! more with them as names.
//!
//! Source: src/include/parser/kwlist.h of 15, 16 (`SYSTEM_USER` reserved) and 17 (the others no name of a function, type or parameter).

use pg_query::protobuf::{ParseResult, RawStmt};
use prost::Message as _;

use super::lexer::{Kind, Tokens};

const SINCE_16: &[&str] = &[
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "merge_action",
    "system_user",
];

/// The trees of a text with these words as names; `None` where it has none of them, or is refused all the same.
pub(super) fn parse(text: &str, options: pg_query::ParserOptions) -> Option<Vec<RawStmt>> {
    let (read_as, stand_ins) = as_names(text)?;
    let tree = pg_query::parse(&read_as, options).ok()?.protobuf;
    let mut bytes = tree.encode_to_vec();
    for (word, name) in &stand_ins {
        replace(&mut bytes, name.as_bytes(), word.as_bytes());
    }
    Some(ParseResult::decode(&*bytes).ok()?.stmts)
}

/// The same for a function in PL/pgSQL, as the parser gives its tree.
pub(super) fn parse_plpgsql(text: &str) -> Option<serde_json::Value> {
    let (read_as, stand_ins) = as_names(text)?;
    let mut tree = pg_query::parse_plpgsql(&read_as).ok()?.to_string();
    for (word, name) in &stand_ins {
        tree = tree.replace(name, word);
    }
    serde_json::from_str(&tree).ok()
}

/// The text with other names for the words, and those names by word; `None` where there are none.
fn as_names(text: &str) -> Option<(String, Vec<(&'static str, String)>)> {
    let lower = text.to_ascii_lowercase();
    let mut read_as = text.to_owned();
    let mut stand_ins: Vec<(&str, String)> = Vec::new();
    for word in SINCE_16.iter().filter(|word| lower.contains(*word)) {
        let name = stand_in(word, &lower)?;
        if replace_words(text, &mut read_as, 0, word, &name) {
            stand_ins.push((word, name));
        }
    }
    (!stand_ins.is_empty()).then_some((read_as, stand_ins))
}

/// Puts a name of the same length in for every token that is the word, in function bodies, too.
fn replace_words(text: &str, into: &mut String, base: usize, word: &str, name: &str) -> bool {
    let mut found = false;
    for token in Tokens::new(text) {
        let written = &text[token.start..token.end];
        match token.kind {
            Kind::Word if written.eq_ignore_ascii_case(word) => {
                into.replace_range(base + token.start..base + token.end, name);
                found = true;
            }
            Kind::DollarString => {
                let tag = written[1..].find('$').map_or(written.len(), |end| end + 2);
                if let Some(body) = written.get(tag..written.len().saturating_sub(tag)) {
                    found |= replace_words(body, into, base + token.start + tag, word, name);
                }
            }
            _ => {}
        }
    }
    found
}

/// A name of the same length, so that every place in the text and in the tree stays where it is, and that does not occur in the text.
fn stand_in(word: &str, lower: &str) -> Option<String> {
    let head = &word[..word.len() - 1];
    ('a'..='z').map(|last| format!("{head}{last}")).find(|name| !lower.contains(name.as_str()))
}

fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    let mut at = 0;
    while at + from.len() <= bytes.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + from.len()].copy_from_slice(to);
            at += from.len();
        } else {
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::raw_parse;

    /// The names of columns and parameters in the tree; `!` and the message where the grammar refuses the text.
    fn check(sql: &str, expect: &str) {
        let told = raw_parse(sql).map(|statements| {
            let text = format!("{statements:?}");
            let names = ["system_user", "json", "json_value"].into_iter().filter(|name| {
                ["colname", "relname", "name", "sval"]
                    .iter()
                    .any(|field| text.contains(&format!("{field}: \"{name}\"")))
            });
            names.collect::<Vec<_>>().join(" ")
        });
        assert_eq!(told.unwrap_or_else(|message| format!("! {message}")), expect, "{sql}");
    }

    #[test]
    fn names_of_older_servers() {
        check("CREATE TABLE system_user (json jsonb, a json)", "system_user json");
        check("CREATE FUNCTION f() RETURNS TABLE (json jsonb) LANGUAGE sql AS $$ SELECT json FROM t $$", "json");
        check("SELECT json_value(1)", "json_value");
        check("SELECT json_value('{}', '$')", "");
        check("SELECT json FROM FROM system_user", "! syntax error at or near \"FROM\"");
    }
}
