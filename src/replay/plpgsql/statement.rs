//! SQL statements within a program: parsing them, applying them, and working out what they write.

use super::super::{Effect, Refusal, Touches};
use super::control::Raised;
use super::data::{NamedRow, Written, default_of, follow};
use super::frame::Frame;
use super::integrity::meets_conflict;
use super::interpret::Interpreter;
use super::stored::generate;
use super::touches::touches_of;
use crate::ddl::postgres::eval::{self, Answer, Stop, Value};
use crate::ddl::postgres::plpgsql::Sql;
use crate::ddl::postgres::{
    OnConflict, Parsed, RowWrite, filled_in_by_template, parse_computed, parse_text, read_write,
};
use crate::ddl::{Op, Statement};
use crate::model::{Table, Unknown};

impl Interpreter<'_> {
    /// The statements of a piece of SQL, each with its text.
    fn parse(&self, sql: &Sql) -> Vec<(Parsed, String)> {
        if self.placed {
            let parsed = parse_text(sql.span.file, sql.span.start as usize, &sql.text);
            let base = sql.span.start as usize;
            let text = |p: &Parsed| {
                let range = p.span().range();
                sql.text
                    .get(range.start.saturating_sub(base)..range.end.saturating_sub(base))
                    .unwrap_or_default()
                    .to_owned()
            };
            return parsed.into_iter().map(|p| (text(&p), p)).map(|(t, p)| (p, t)).collect();
        }
        parse_computed(self.at, &sql.text)
    }

    /// Runs a static statement of the program.
    pub(super) fn run_sql(&mut self, sql: &Sql, frame: &mut Frame) -> Result<(), Raised> {
        let statements = self.parse(sql);
        self.run_statements(statements, frame)
    }

    /// Runs text that was put together at run time.
    pub(super) fn run_text(&mut self, text: &str, span: crate::source::Span, frame: &mut Frame) -> Result<(), Raised> {
        let statements = parse_computed(if self.placed { span } else { self.at }, text);
        self.run_statements(statements, frame)
    }

    fn run_statements(&mut self, statements: Vec<(Parsed, String)>, frame: &mut Frame) -> Result<(), Raised> {
        for (parsed, text) in statements {
            match parsed {
                Parsed::Error(error) => {
                    if let Some(reason) = filled_in_by_template(&text) {
                        self.opaque(Unknown::new(self.place(error.span), reason), Touches::Anything);
                        continue;
                    }
                    let refusal = Refusal::new(super::super::IssueKind::Syntax, "42601", error.message).at(error.span);
                    return Err(Raised::refused(refusal));
                }
                Parsed::Statement(statement) => self.run_statement(&statement, &text, frame)?,
            }
        }
        Ok(())
    }

    pub(super) fn run_statement(&mut self, statement: &Statement, text: &str, frame: &mut Frame) -> Result<(), Raised> {
        self.step()?;
        match &statement.op {
            Op::Do { source, .. } => {
                let source = source.clone();
                return self.nested_do(text, &source);
            }
            // Queries outside of programs may call functions that change the schema.
            Op::Select { calls, .. } => return self.select(calls, text, frame),
            Op::Call(call) => return self.calls_with(std::slice::from_ref(call), frame),
            _ => {}
        }
        let effect = match &statement.op {
            Op::Write(write) => {
                // What is no column may be a variable.
                let mut write = write.clone();
                write.uses.retain(|(name, _)| frame.get(name).is_none());
                let statement = Statement { span: statement.span, op: Op::Write(write) };
                self.host.apply(&statement, text)
            }
            _ => self.host.apply(statement, text),
        };
        self.note(effect.map_err(Raised::refused)?);
        if let Op::Write(write) = &statement.op {
            if !write.calls.is_empty() {
                self.calls_with(&write.calls, frame)?;
            }
            self.changed = follow(self, statement, text, frame).map_err(Raised::refused)?;
            frame.set("found", self.changed.clone().map(|count| Value::Bool(count > 0)));
        }
        Ok(())
    }

    pub(super) fn note(&mut self, effect: Effect) {
        match (self.effect, effect) {
            (Effect::Opaque, _) | (_, Effect::Opaque) => self.effect = Effect::Opaque,
            (_, Effect::Applied) => self.effect = Effect::Applied,
            _ => {}
        }
    }

    /// Records that a statement's text is not known.
    pub(super) fn unknown_text(&mut self, query: &Sql, frame: &Frame, why: &str) {
        let head = self.known_head(&query.text, frame);
        let touches = touches_of(self.host, &head, query.span);
        let reason = format!("the text that EXECUTE runs is not known: {why}");
        self.opaque(Unknown::new(self.place(query.span), reason), touches);
    }
}

/// The rows of a table after an INSERT, UPDATE or DELETE of constants.
pub(super) fn evaluate_write(
    interpreter: &mut Interpreter<'_>,
    text: &str,
    table: &Table,
    rows: &[NamedRow],
    frame: &Frame,
) -> Answer<Written> {
    match read_write(text) {
        Some(RowWrite::Insert { columns, query, on_conflict }) => {
            let new = insert(interpreter, table, rows, &columns, query.as_deref(), on_conflict.as_ref(), frame)?;
            let count = new.len() - rows.len();
            Ok((new, Ok(count)))
        }
        Some(RowWrite::Update { alias, assignments, condition }) => {
            let mut out = Vec::with_capacity(rows.len());
            let mut count = Ok(0);
            for row in rows {
                let verdict = holds(interpreter, row, &alias, condition.as_deref(), frame);
                count = match (&verdict, count) {
                    (Ok(holds), Ok(count)) => Ok(count + usize::from(*holds)),
                    (Err(stop), _) => Err(stop.clone()),
                    (_, Err(stop)) => Err(stop),
                };
                let mut updated = update_row(interpreter, row, &alias, &assignments, verdict, frame);
                generate(interpreter, table, &mut updated);
                out.push(updated);
            }
            Ok((out, count))
        }
        Some(RowWrite::Delete { alias, condition }) => {
            let mut out = Vec::new();
            for row in rows {
                if !holds(interpreter, row, &alias, condition.as_deref(), frame)? {
                    out.push(row.clone());
                }
            }
            let count = rows.len() - out.len();
            Ok((out, Ok(count)))
        }
        None => Err(Stop::unknown("it was written by a statement that is not followed")),
    }
}

fn insert(
    interpreter: &mut Interpreter<'_>,
    table: &Table,
    rows: &[NamedRow],
    columns: &[String],
    query: Option<&str>,
    on_conflict: Option<&OnConflict>,
    frame: &Frame,
) -> Answer<Vec<NamedRow>> {
    let all: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
    let names: &[String] = if columns.is_empty() { &all } else { columns };
    let new = match query {
        // DEFAULT VALUES
        None => vec![Vec::new()],
        Some(sql) => {
            let found = interpreter.query(sql, frame)?;
            if let Some(why) = found.doubt() {
                return Err(Stop::unknown(why));
            }
            found.rows.into_iter().map(|r| r.values).collect()
        }
    };
    let mut out = rows.to_vec();
    for values in new {
        let mut row: NamedRow = names.iter().cloned().zip(values).collect();
        for column in &all {
            if !row.iter().any(|(name, _)| name == column) {
                let value = default_of(interpreter, table, column);
                row.push((column.clone(), value));
            }
        }
        generate(interpreter, table, &mut row);
        let meets = match on_conflict {
            Some(clause) => meets_conflict(interpreter.host, table, &out, &row, clause),
            None => Some(false),
        };
        match meets {
            Some(true) => {}
            Some(false) => out.push(row),
            None => return Err(Stop::unknown("ON CONFLICT decides about its rows")),
        }
    }
    Ok(out)
}

/// The frame with the columns of a row, plain and under the table's name.
fn row_frame(frame: &Frame, row: &NamedRow, alias: &str) -> Frame {
    let mut inner = frame.clone();
    let known: Vec<(String, Value)> =
        row.iter().filter_map(|(n, v)| v.as_ref().ok().map(|v| (n.clone(), v.clone()))).collect();
    inner.declare(alias, Ok(Value::Record(known)));
    for (name, value) in row {
        inner.declare(name, value.clone());
    }
    inner
}

fn holds(
    interpreter: &mut Interpreter<'_>,
    row: &NamedRow,
    alias: &str,
    condition: Option<&str>,
    frame: &Frame,
) -> Answer<bool> {
    let Some(condition) = condition else { return Ok(true) };
    let inner = row_frame(frame, row, alias);
    Ok(interpreter.evaluate(condition, &inner)? == Value::Bool(true))
}

fn update_row(
    interpreter: &mut Interpreter<'_>,
    row: &NamedRow,
    alias: &str,
    assignments: &[(String, String)],
    verdict: Answer<bool>,
    frame: &Frame,
) -> NamedRow {
    let mut out = row.clone();
    if verdict == Ok(false) {
        return out;
    }
    let inner = row_frame(frame, row, alias);
    for (column, sql) in assignments {
        let value = match &verdict {
            Ok(_) => interpreter.evaluate(sql, &inner),
            Err(stop) => Err(stop.clone()),
        };
        match out.iter_mut().find(|(name, _)| name == column) {
            Some((_, slot)) => *slot = value,
            None => out.push((column.clone(), value)),
        }
    }
    out
}

impl Interpreter<'_> {
    pub(super) fn evaluate(&mut self, sql: &str, frame: &Frame) -> Answer {
        let mut world = super::world::World { interpreter: self, frame };
        eval::evaluate(sql, &mut world)
    }

    pub(super) fn query(&mut self, sql: &str, frame: &Frame) -> Answer<eval::Rows> {
        let mut world = super::world::World { interpreter: self, frame };
        eval::query(sql, &mut world)
    }
}
