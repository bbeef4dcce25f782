//! Statements of the language that hold no others.

use super::super::Touches;
use super::code::code_of;
use super::control::{Flow, Raised, split};
use super::frame::Frame;
use super::interpret::Interpreter;
use super::loops::row_values;
use super::touches::literal_head;
use crate::ddl::postgres::eval::{Answer, Row, Rows, Stop, Value};
use crate::ddl::postgres::plpgsql::{Assignment, Cursor, Diagnostic, Level, Program, Raise, Sql, Step, Target, Work};
use crate::ddl::postgres::{Parsed, parse_computed};
use crate::ddl::{Call, Op};
use crate::model::Unknown;

impl Interpreter<'_> {
    pub(super) fn simple(&mut self, program: &Program, step: &Step, frame: &mut Frame) -> Result<Flow, Raised> {
        match &step.work {
            Work::Static { sql, into: None } => self.run_sql(sql, frame)?,
            Work::Static { sql, into: Some(into) } => self.select_into(&sql.text, sql, into, frame)?,
            Work::Execute { query, using, into } => self.execute(query, using, into.as_ref(), frame)?,
            Work::Perform(sql) => self.perform(sql, frame)?,
            Work::Call(sql) => self.run_sql(sql, frame)?,
            Work::Assign(assignment) => self.assign(program, assignment, frame)?,
            Work::Return(value) => {
                let answer = match value {
                    Some(sql) => self.value_as(sql, "", frame)?,
                    None => Ok(Value::Null),
                };
                return Ok(Flow::Return(answer));
            }
            Work::ReturnRows(Some(sql)) => {
                let value = self.evaluate(&sql.text, frame);
                self.return_rows(value.map(one_row))?;
            }
            Work::ReturnRows(None) => self.lose_rows("what RETURN NEXT gives is not followed"),
            Work::ReturnQuery(sql) => {
                let rows = self.query(&sql.text, frame);
                self.return_rows(rows)?;
            }
            Work::Raise(raise) => self.raise(raise, frame)?,
            Work::Assert { condition, message } => self.assert(condition, message.as_ref(), frame)?,
            Work::Diagnostics(items) => diagnostics(items, &self.changed, frame),
            Work::Cursor(Cursor::Fetch { into: Some(into), .. }) => forget_all(into, frame, "cursors are not followed"),
            Work::Other(name) => {
                let unknown = Unknown::new(self.place(step.span), format!("the statement `{name}` is not known"));
                self.opaque(unknown, Touches::Anything);
            }
            _ => {}
        }
        Ok(Flow::Next)
    }

    /// Rows of RETURN NEXT and RETURN QUERY. Where nobody asks for them, functions that they call may still have changed the schema.
    fn return_rows(&mut self, rows: Answer<Rows>) -> Result<(), Raised> {
        let rows = match rows {
            Ok(rows) => rows,
            Err(Stop::Raised { code, message }) => return Err(Raised::new(&code, message)),
            Err(Stop::Unknown(why)) => {
                self.lose_rows(&why);
                return Ok(());
            }
        };
        if let Some(Ok(all)) = &mut self.returned {
            if all.columns.is_empty() {
                all.columns = rows.columns;
            }
            all.rows.extend(rows.rows);
            all.more = all.more.take().or(rows.more);
        }
        Ok(())
    }

    /// The rows that the running function returns are not known.
    pub(super) fn lose_rows(&mut self, why: &str) {
        if let Some(Ok(_)) = &self.returned {
            self.returned = Some(Err(Stop::unknown(why)));
        }
    }

    fn assign(&mut self, program: &Program, assignment: &Assignment, frame: &mut Frame) -> Result<(), Raised> {
        let name = &assignment.variable;
        let declared = program.variables.iter().rev().find(|v| v.name == *name);
        let ty = if assignment.path.is_none() { declared.map_or("", |v| v.ty.as_str()) } else { "" };
        let value = self.value_as(&assignment.value, ty, frame)?;
        match assignment.path.as_deref() {
            None => {
                if let Ok(Value::Record(fields)) = &value {
                    for (field, value) in fields.clone() {
                        frame.set(&format!("{name}.{field}"), Ok(value));
                    }
                }
                frame.set(name, value);
            }
            Some(path) => match path.strip_prefix('.').map(str::trim).filter(|p| !p.contains(['.', '['])) {
                Some(field) => {
                    frame.set(&format!("{name}.{field}"), value.clone());
                    frame.set_field(name, field, value);
                }
                None => frame.forget(name, "a part of it was assigned"),
            },
        }
        Ok(())
    }

    /// A statement whose row goes into variables.
    fn select_into(&mut self, text: &str, sql: &Sql, into: &Target, frame: &mut Frame) -> Result<(), Raised> {
        let parsed = parse_computed(self.at, text);
        if matches!(parsed.first(), Some((Parsed::Statement(statement), _)) if matches!(statement.op, Op::Select { .. }))
        {
            let rows = self.query(text, frame);
            return self.assign_row(rows, text, sql, into, frame);
        }
        // INSERT … RETURNING and the like.
        if text == sql.text {
            self.run_sql(sql, frame)?;
        } else {
            self.run_text(text, sql.span, frame)?;
        }
        forget_all(into, frame, "what a statement returns is not followed");
        Ok(())
    }

    fn assign_row(
        &mut self,
        rows: Answer<Rows>,
        text: &str,
        sql: &Sql,
        into: &Target,
        frame: &mut Frame,
    ) -> Result<(), Raised> {
        let rows = match rows {
            Ok(rows) => rows,
            Err(Stop::Raised { code, message }) => return Err(Raised::new(&code, message).at(self.place(sql.span))),
            Err(Stop::Unknown(why)) => {
                self.lost_calls(text, &why);
                forget_all(into, frame, &why);
                return Ok(());
            }
        };
        if let Some(why) = rows.doubt().map(str::to_owned) {
            forget_all(into, frame, &why);
            return Ok(());
        }
        match (rows.rows.len(), into.strict) {
            (0, true) => return Err(Raised::new("P0002", "query returned no rows")),
            (2.., true) => return Err(Raised::new("P0003", "query returned more than one row")),
            _ => {}
        }
        frame.set("found", Ok(Value::Bool(!rows.rows.is_empty())));
        self.changed = Ok(rows.rows.len().min(1));
        let nulls = || vec![Ok(Value::Null); rows.columns.len()];
        let values = rows.rows.first().map_or_else(nulls, |row| row.values.clone());
        for (name, value) in row_values(into, &rows.columns, values) {
            frame.set(&name, value);
        }
        Ok(())
    }

    fn execute(&mut self, query: &Sql, using: &[Sql], into: Option<&Target>, frame: &mut Frame) -> Result<(), Raised> {
        let text = match split(self.evaluate(&query.text, frame))? {
            Ok(value) => match value.to_text() {
                Some(text) => text,
                None => return Err(Raised::new("22004", "query string argument of EXECUTE is null")),
            },
            Err(why) => {
                self.unknown_text(query, frame, &why);
                if let Some(into) = into {
                    forget_all(into, frame, &why);
                }
                return Ok(());
            }
        };
        let depth = frame.depth();
        self.declare_using(using, frame);
        let used = frame.clone();
        frame.leave(depth);
        let mut inner = used;
        match into {
            None => self.run_text(&text, query.span, &mut inner),
            Some(into) => {
                self.select_into(&text, query, into, &mut inner)?;
                inner.leave(depth);
                *frame = inner;
                Ok(())
            }
        }
    }

    /// PERFORM: the query is run for what its functions do.
    fn perform(&mut self, sql: &Sql, frame: &mut Frame) -> Result<(), Raised> {
        let parsed = parse_computed(self.at, &sql.text);
        let Some((Parsed::Statement(statement), _)) = parsed.first() else { return self.run_sql(sql, frame) };
        let Op::Select { calls, .. } = &statement.op else { return self.run_sql(sql, frame) };
        if self.own_function(calls).is_none() {
            let found = self.query(&sql.text, frame).and_then(|rows| rows.exists()).map(Value::Bool);
            frame.set("found", found.map_err(|stop| Stop::unknown(reason(&stop))));
            return Ok(());
        }
        self.select(calls, &sql.text, frame)
    }

    /// A query that is run for what its functions do.
    pub(super) fn select(&mut self, calls: &[Call], text: &str, frame: &mut Frame) -> Result<(), Raised> {
        let Some(name) = self.own_function(calls) else { return Ok(()) };
        let rows = self.query(text, frame);
        let stop = match &rows {
            Ok(rows) => rows.rows.iter().flat_map(|r| &r.values).find_map(|v| v.as_ref().err()).cloned(),
            Err(stop) => Some(stop.clone()),
        };
        match stop {
            Some(Stop::Raised { code, message }) => {
                return Err(self.raised.take().unwrap_or_else(|| Raised::new(&code, message)));
            }
            Some(Stop::Unknown(why)) => self.lost_call(&name, &why),
            None => {}
        }
        frame.set("found", rows.and_then(|rows| rows.exists()).map(Value::Bool));
        Ok(())
    }

    /// The first function of the project's own among calls.
    fn own_function(&self, calls: &[Call]) -> Option<String> {
        let own = |call: &&Call| !self.host.functions(&call.function, call.arguments.len()).is_empty();
        calls.iter().find(own).map(|call| call.function.name.clone())
    }

    fn lost_calls(&mut self, text: &str, why: &str) {
        let parsed = parse_computed(self.at, text);
        if let Some((Parsed::Statement(statement), _)) = parsed.first()
            && let Op::Select { calls, .. } = &statement.op
            && let Some(name) = self.own_function(calls)
        {
            self.lost_call(&name, why);
        }
    }

    /// A query whose functions may have run or not.
    fn lost_call(&mut self, name: &str, why: &str) {
        let functions = self.host.catalog().functions.iter().filter(|f| f.name.name == name);
        let changes = functions.filter_map(|f| f.body.as_deref()).any(super::value_call::may_change_model);
        if changes && self.effect != super::super::Effect::Opaque {
            let reason = format!("what the function `{name}` does here is not known: {why}");
            self.opaque(Unknown::new(self.at, reason), Touches::Anything);
        }
    }

    fn raise(&mut self, raise: &Raise, frame: &mut Frame) -> Result<(), Raised> {
        if raise.level == Level::Message {
            return Ok(());
        }
        if raise.again {
            return match &frame.handled {
                Some((code, message)) => Err(Raised::new(code, message)),
                None => {
                    Err(Raised::new("0Z002", "RAISE without parameters cannot be used outside an exception handler"))
                }
            };
        }
        let written = raise.condition.clone().or_else(|| {
            let sql = raise.code.as_ref()?;
            self.evaluate(&sql.text, frame).ok()?.to_text()
        });
        let code = match &written {
            Some(name) => code_of(name).unwrap_or(name).to_owned(),
            None => "P0001".to_owned(),
        };
        let mut message = String::new();
        let mut parameters = raise.parameters.iter();
        let template = raise.message.clone().unwrap_or_default();
        let mut characters = template.chars().peekable();
        while let Some(c) = characters.next() {
            match c {
                '%' if characters.peek() == Some(&'%') => {
                    characters.next();
                    message.push('%');
                }
                '%' => {
                    let value = parameters.next().map(|sql| self.evaluate(&sql.text, frame));
                    message.push_str(&match value {
                        Some(Ok(value)) => value.to_text().unwrap_or_else(|| "<NULL>".to_owned()),
                        _ => "…".to_owned(),
                    });
                }
                other => message.push(other),
            }
        }
        if let Some(sql) = &raise.text {
            message = self.evaluate(&sql.text, frame).ok().and_then(|v| v.to_text()).unwrap_or(message);
        }
        if message.is_empty() {
            message = written.unwrap_or(code.clone());
        }
        Err(Raised::new(&code, message))
    }

    fn assert(&mut self, condition: &Sql, message: Option<&Sql>, frame: &mut Frame) -> Result<(), Raised> {
        let setting = self.host.setting("plpgsql.check_asserts");
        if setting.is_some_and(|value| matches!(value.as_str(), "off" | "false" | "no" | "0")) {
            return Ok(());
        }
        match split(self.evaluate(&condition.text, frame))? {
            Ok(Value::Bool(true)) | Err(_) => Ok(()),
            Ok(_) => {
                let text = message.and_then(|sql| self.evaluate(&sql.text, frame).ok()).and_then(|v| v.to_text());
                Err(Raised::new("P0004", text.unwrap_or_else(|| "assertion failed".to_owned())))
            }
        }
    }

    /// The beginning of the text that EXECUTE would run.
    pub(super) fn known_head(&mut self, expression: &str, frame: &Frame) -> String {
        let literal = literal_head(expression);
        if !literal.is_empty() {
            return literal;
        }
        // `format(variable, …)` and `variable || …` begin with a variable's text.
        let word: String = expression.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        match frame.get(&word) {
            Some(Ok(Value::Text(text))) => text.clone(),
            _ => String::new(),
        }
    }
}

/// A value of RETURN NEXT as a row: a record's fields are its columns.
fn one_row(value: Value) -> Rows {
    match value {
        Value::Record(fields) => {
            let (columns, values): (Vec<String>, Vec<Value>) = fields.into_iter().unzip();
            Rows { columns, rows: vec![Row::new(values)], more: None }
        }
        value => Rows { columns: vec![String::new()], rows: vec![Row::new(vec![value])], more: None },
    }
}

fn reason(stop: &Stop) -> String {
    match stop {
        Stop::Unknown(why) => why.clone(),
        Stop::Raised { message, .. } => message.clone(),
    }
}

fn forget_all(into: &Target, frame: &mut Frame, why: &str) {
    frame.set("found", Err(Stop::unknown(why)));
    for target in &into.targets {
        frame.forget(target, why);
    }
}

fn diagnostics(items: &[Diagnostic], changed: &Answer<usize>, frame: &mut Frame) {
    for item in items {
        let handled = frame.handled.clone();
        let value = match (item.item.as_str(), handled) {
            ("RETURNED_SQLSTATE", Some((code, _))) => Ok(Value::Text(code)),
            ("MESSAGE_TEXT", Some((_, message))) => Ok(Value::Text(message)),
            ("ROW_COUNT", _) => changed.clone().map(|count| Value::Int(count as i64)),
            _ => Err(Stop::unknown("what GET DIAGNOSTICS gives is not known")),
        };
        frame.set(&item.variable, value);
    }
}
