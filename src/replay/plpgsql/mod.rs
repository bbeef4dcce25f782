//! PL/pgSQL run against the catalog: `DO` blocks, and functions that migrations call.
//!
//! Statements that a program comes to are applied through [`Host`], with the server's own rules for branches, loops, EXECUTE and exception
//! handlers. What a branch depends on is worked out from the catalog, the settings, and rows whose every write was constant. Where that cannot be
//! told, nothing is guessed: the branch is not taken and what it might have changed is recorded as opaque.

mod catalog;
mod code;
mod control;
mod data;
mod frame;
pub(super) mod integrity;
mod interpret;
mod loops;
mod overloads;
pub(super) mod row_changes;
mod simple;
mod statement;
mod stored;
mod touches;
mod value_call;
mod world;
mod writes;

#[cfg(test)]
mod tests;

pub use data::TableData;
pub(super) use data::is_family_empty;

use super::{Effect, Host, IssueKind, Refusal, Touches};
use crate::ddl::postgres::eval::Stop;
use crate::ddl::postgres::filled_in_by_template;
use crate::ddl::postgres::plpgsql::program_syntax_error;
use crate::ddl::{Call, CreateFunction, Statement};
use crate::source::Span;
use interpret::Interpreter;

/// Runs a `DO` block. `text` is the statement; `source` and `body` are those of [`crate::ddl::Op::Do`].
///
/// # Errors
/// What the server would raise.
pub fn run_do(host: &mut dyn Host, at: Span, text: &str, source: &str, body: Span) -> Result<Effect, Refusal> {
    let mut interpreter = Interpreter::new(host, at);
    let result = interpreter.do_block(text, source, body);
    interpreter.finish(result)
}

/// Runs the functions that a query or `CALL` at the top level calls, in order, as far as migrations have defined them.
///
/// # Errors
/// What the server would raise.
pub fn run_calls(host: &mut dyn Host, at: Span, calls: &[Call]) -> Result<Effect, Refusal> {
    let mut interpreter = Interpreter::new(host, at);
    let result = interpreter.calls(calls);
    interpreter.finish(result)
}

/// Runs a query at the top level for what the functions do that migrations have defined. `text` is the query.
///
/// # Errors
/// What the server would raise.
pub fn run_select(host: &mut dyn Host, at: Span, calls: &[Call], text: &str) -> Result<Effect, Refusal> {
    let mut interpreter = Interpreter::new(host, at);
    let result = interpreter.select(calls, text, &mut frame::Frame::default());
    interpreter.finish(result)
}

/// What a query raises when it is run, as far as its values are known: a division by zero.
///
/// # Errors
/// The refusal.
pub fn check_query(host: &mut dyn Host, at: Span, sql: &str) -> Result<(), Refusal> {
    let mut interpreter = Interpreter::new(host, at);
    let stops: Vec<Stop> = match interpreter.query(sql, &frame::Frame::default()) {
        Err(stop) => vec![stop],
        Ok(rows) => rows.rows.into_iter().flat_map(|row| row.values).filter_map(Result::err).collect(),
    };
    let raised = stops.into_iter().find_map(|stop| match stop {
        Stop::Raised { code, message } if code == "22012" => Some(message),
        _ => None,
    });
    raised.map_or(Ok(()), |message| Err(Refusal::new(IssueKind::InvalidDefinition, "22012", message)))
}

/// What the server says of a function's body when it is created, unless `check_function_bodies` is off: errors of syntax.
///
/// # Errors
/// The refusal.
pub fn check_body(host: &dyn Host, function: &CreateFunction, text: &str) -> Result<(), Refusal> {
    let off = host.setting("check_function_bodies").is_some_and(|v| matches!(v.as_str(), "off" | "false" | "0" | "no"));
    if off || function.language.as_deref() != Some("plpgsql") {
        return Ok(());
    }
    match program_syntax_error(text).filter(|_| filled_in_by_template(text).is_none()) {
        Some(message) => {
            let refusal = Refusal::new(IssueKind::Syntax, "42601", message);
            Err(refusal.at_opt(function.body.as_ref().map(|(_, span)| *span)))
        }
        None => Ok(()),
    }
}

/// What one statement changes in the model, when it cannot be told how it ran.
#[must_use]
pub(super) fn touches(host: &dyn Host, statement: &Statement) -> Touches {
    touches::of_statement(host, statement)
}

/// Follows a statement that writes rows, so that constant rows can be read later. To be called after the statement was accepted.
///
/// # Errors
/// What a constraint surely does not let in.
pub fn record_write(host: &mut dyn Host, statement: &Statement, text: &str) -> Result<(), Refusal> {
    data::record(host, statement, text)
}
