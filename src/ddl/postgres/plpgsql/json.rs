//! The parser's JSON of a whole statement.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;

use super::super::older_words;
use super::ProgramError;
use super::readable::{with_scalars, without_schemas};

/// The tree, and the types that were written for variables where the text had to be made readable for the parser.
pub(super) fn read(text: &str) -> Result<(Value, Vec<(String, String)>), ProgramError> {
    let unread = |result: &Result<Value, ProgramError>| matches!(result, Err(ProgramError::NotRead(_)));
    let first = parse(text);
    if !unread(&first) {
        return Ok((first?, Vec::new()));
    }
    let text = without_schemas(text);
    let second = parse(&text);
    if !unread(&second) {
        return Ok((second?, Vec::new()));
    }
    let (text, types) = with_scalars(&text);
    Ok((parse(&text)?, types))
}

/// Beginnings of what the parser says by the text alone (pl_gram.y). The rest may be for lack of a catalog: variables of composite types and
/// the like.
const CERTAIN: &[&str] = &[
    "syntax error",
    "unterminated",
    "RETURN cannot have a parameter",
    "RETURN NEXT cannot have a parameter",
    "cannot use RETURN NEXT in a non-SETOF function",
    "cannot use RETURN QUERY in a non-SETOF function",
    "missing expression at or near",
    "duplicate declaration at or near",
    "too few parameters specified for RAISE",
    "too many parameters specified for RAISE",
    "unrecognized exception condition",
    "there is no label",
];

pub(super) fn parse(text: &str) -> Result<Value, ProgramError> {
    match catch_unwind(AssertUnwindSafe(|| pg_query::parse_plpgsql(text))) {
        Ok(Ok(json)) => Ok(json),
        Ok(Err(pg_query::Error::Parse(message))) => {
            if let Some(json) = catch_unwind(|| older_words::parse_plpgsql(text)).ok().flatten() {
                return Ok(json);
            }
            let certain = CERTAIN.iter().any(|beginning| message.starts_with(beginning))
                || message.starts_with("variable \"") && message.ends_with("is declared CONSTANT");
            Err(if certain { ProgramError::Syntax(message) } else { ProgramError::NotRead(message) })
        }
        Ok(Err(error)) => Err(ProgramError::NotRead(error.to_string())),
        Err(_) => Err(ProgramError::NotRead("the parser failed on this text".into())),
    }
}
