//! Calls of functions that migrations have defined.

use std::rc::Rc;

use super::super::Touches;
use super::control::Raised;
use super::frame::Frame;
use super::interpret::{DEPTH, Interpreter};
use super::overloads::{self, Arranged, Given};
use crate::ddl::postgres::eval::{Answer, Rows, Stop, Value};
use crate::ddl::postgres::plpgsql::{Program, ProgramError, parse_program};
use crate::ddl::postgres::{Parsed, parse_computed};
use crate::ddl::{Call, CreateFunction, FunctionArgument, Name, Op};
use crate::model::Unknown;

/// A function, read.
pub(super) struct Callable {
    definition: CreateFunction,
    body: Body,
}

enum Body {
    Program(Program),
    Sql(String),
    /// Why it cannot be followed.
    Unknown(String),
}

impl Interpreter<'_> {
    /// Calls at the top level, each with arguments as SQL.
    pub(super) fn calls(&mut self, calls: &[Call]) -> Result<(), Raised> {
        self.calls_with(calls, &Frame::default())
    }

    pub(super) fn calls_with(&mut self, calls: &[Call], frame: &Frame) -> Result<(), Raised> {
        for call in calls {
            if self.host.functions(&call.function, call.arguments.len()).is_empty() {
                continue;
            }
            let arguments: Vec<Answer> = call.arguments.iter().map(|sql| self.evaluate(sql, frame)).collect();
            match self.call_function(&call.function, Given { values: &arguments, names: &call.named }) {
                Some(Err(Stop::Raised { code, message })) => {
                    return Err(self.raised.take().unwrap_or_else(|| Raised::new(&code, message)));
                }
                _ => continue,
            }
        }
        Ok(())
    }

    /// A call within an expression; `None` when no migration has defined such a function.
    pub(super) fn value_call(&mut self, name: &Name, arguments: &[Value], named: &[String]) -> Option<Answer> {
        let values: Vec<Answer> = arguments.iter().cloned().map(Ok).collect();
        self.call_function(name, Given { values: &values, names: named })
    }

    fn call_function(&mut self, name: &Name, given: Given<'_>) -> Option<Answer> {
        let (callable, arguments) = match self.called(name, given)? {
            Ok(found) => found,
            Err(stop) => return Some(Err(stop)),
        };
        // Rows that the calling function collects are none of this one's business.
        let outer = self.returned.take();
        let answer = self.run_callable(&callable, arguments, &name.name);
        self.returned = outer;
        Some(answer)
    }

    /// The functions that a call may mean, each with its arguments: one where it can be told.
    fn candidates(&mut self, name: &Name, given: Given<'_>) -> Vec<(Rc<Callable>, Arranged)> {
        let found = self.host.functions(name, given.values.len());
        let definitions: Vec<String> = found.into_iter().map(|f| f.definition.clone()).collect();
        let callables: Vec<Rc<Callable>> = definitions.iter().filter_map(|d| self.callable(d)).collect();
        let arranged = callables.iter().filter_map(|c| Some((Rc::clone(c), overloads::arrange(&c.definition, given)?)));
        let best = overloads::best(arranged.collect(), |c| &c.definition);
        if !best.is_empty() {
            return best;
        }
        // One that the server would not take is a mistake for others to find.
        let as_written: Arranged = given.values.iter().cloned().map(Some).collect();
        callables.into_iter().map(|c| (c, as_written.clone())).collect()
    }

    /// The function that a call means; `None` when no migration has defined such a function.
    fn called(&mut self, name: &Name, given: Given<'_>) -> Option<Answer<(Rc<Callable>, Arranged)>> {
        let mut candidates = self.candidates(name, given);
        if candidates.len() <= 1 {
            return candidates.pop().map(Ok);
        }
        let why = format!("which of the functions `{}` is meant is not known", name.name);
        let changes = |c: &Callable| c.definition.body.as_ref().is_some_and(|(body, _)| may_change_model(body));
        if candidates.iter().any(|(callable, _)| changes(callable)) {
            self.opaque(Unknown::new(self.at, why.clone()), Touches::Anything);
        }
        Some(Err(Stop::Unknown(why)))
    }

    /// Whether a call gives rows.
    pub(super) fn returns_set(&mut self, name: &Name, arguments: usize) -> bool {
        let unknown = vec![Err(Stop::unknown("only their number is known")); arguments];
        let candidates = self.candidates(name, Given { values: &unknown, names: &[] });
        !candidates.is_empty() && candidates.iter().all(|(callable, _)| callable.definition.returns_set)
    }

    /// A call of a function that returns a set.
    pub(super) fn rows_call(&mut self, name: &Name, arguments: &[Value], named: &[String]) -> Answer<Rows> {
        let lost = || Stop::Unknown(format!("the rows of `{}` are not followed", name.name));
        let values: Vec<Answer> = arguments.iter().cloned().map(Ok).collect();
        let (callable, given) = self.called(name, Given { values: &values, names: named }).ok_or_else(lost)??;
        let outer = self.returned.replace(Ok(Rows::default()));
        let result = self.run_callable(&callable, given, &name.name);
        let rows = std::mem::replace(&mut self.returned, outer);
        // That its one value is unknown says nothing of its rows.
        if let Err(stop @ Stop::Raised { .. }) = result {
            return Err(stop);
        }
        let mut rows = rows.unwrap_or_else(|| Err(lost()))?;
        rows.columns = set_columns(&callable.definition, rows.columns);
        Ok(rows)
    }

    fn callable(&mut self, definition: &str) -> Option<Rc<Callable>> {
        if let Some(known) = self.functions.get(definition) {
            return Some(Rc::clone(known));
        }
        // Options that ALTER FUNCTION added stand after the first statement.
        let (parsed, text) = parse_computed(self.at, definition).into_iter().next()?;
        let Parsed::Statement(statement) = parsed else { return None };
        let Op::CreateFunction(function) = statement.op else { return None };
        let body = match (function.language.as_deref(), &function.body) {
            (Some("plpgsql"), _) => match parse_program(&text, self.at, None) {
                Ok(mut program) => {
                    // The parser, which knows no calls, takes polymorphic parameters for integers.
                    let polymorphic = |a: &&FunctionArgument| a.ty.ty.name.starts_with("any");
                    for argument in function.arguments.iter().filter(polymorphic) {
                        let own = program.variables.iter_mut().filter(|v| Some(&v.name) == argument.name.as_ref());
                        own.for_each(|variable| variable.ty.clear());
                    }
                    Body::Program(program)
                }
                Err(ProgramError::Syntax(why) | ProgramError::NotRead(why)) => Body::Unknown(why),
            },
            (Some("sql"), Some((source, _))) => Body::Sql(source.clone()),
            _ => Body::Unknown("its language is not followed".into()),
        };
        let callable = Rc::new(Callable { definition: function, body });
        self.functions.insert(definition.to_owned(), Rc::clone(&callable));
        Some(callable)
    }

    fn run_callable(&mut self, callable: &Callable, arguments: Arranged, name: &str) -> Answer {
        if self.depth >= DEPTH {
            return Err(Stop::unknown("its functions call each other too deeply"));
        }
        let mut frame = self.parameters(&callable.definition, arguments);
        let placed = std::mem::replace(&mut self.placed, false);
        self.depth += 1;
        let result = match &callable.body {
            Body::Program(program) => self.program(program, &mut frame),
            Body::Sql(source) => self.sql_body(source, &mut frame),
            Body::Unknown(why) => {
                self.lose_rows(why);
                let body = callable.definition.body.as_ref().map(|(body, _)| body.as_str());
                if body.is_some_and(may_change_model) {
                    let reason = format!("what the function `{name}` does is not known: {why}");
                    self.opaque(Unknown::new(self.at, reason), Touches::Anything);
                }
                Ok(Err(Stop::Unknown(format!("what the function `{name}` gives is not known: {why}"))))
            }
        };
        self.depth -= 1;
        self.placed = placed;
        match result {
            Ok(_) if callable.definition.returns_set => {
                Err(Stop::Unknown(format!("the rows of `{name}` are not followed")))
            }
            Ok(answer) => output(&callable.definition, &frame).unwrap_or(answer),
            Err(raised) => {
                let stop = Stop::raised(&raised.code, raised.message.clone());
                // The refusal of a statement says more than its code.
                self.raised = Some(raised);
                Err(stop)
            }
        }
    }

    fn parameters(&mut self, definition: &CreateFunction, arguments: Arranged) -> Frame {
        let mut frame = Frame::default();
        let mut given = arguments.into_iter();
        let mut number = 0;
        for argument in &definition.arguments {
            let value = if matches!(argument.mode, 'o' | 't') {
                Ok(Value::Null)
            } else {
                number += 1;
                match (given.next().flatten(), &argument.default) {
                    (Some(Ok(Value::Text(text))), _) if argument.ty.ty.array && argument.ty.ty.schema.is_none() => {
                        let literal = text.replace('\'', "''");
                        self.evaluate(&format!("'{literal}'::{}", argument.ty.ty), &Frame::default())
                    }
                    (Some(value), _) => value,
                    (None, Some(default)) => self.evaluate(&default.sql, &Frame::default()),
                    (None, None) => Ok(Value::Null),
                }
            };
            if !matches!(argument.mode, 'o' | 't') {
                frame.declare(&format!("${number}"), value.clone());
            }
            if let Some(name) = &argument.name {
                frame.declare(name, value);
            }
        }
        frame
    }

    /// A function in SQL: its statements, and the value of the last one.
    fn sql_body(&mut self, source: &str, frame: &mut Frame) -> Result<Answer, Raised> {
        let statements = parse_computed(self.at, source);
        let last = statements.len().saturating_sub(1);
        let mut answer = Ok(Value::Null);
        for (i, (parsed, text)) in statements.into_iter().enumerate() {
            let Parsed::Statement(statement) = parsed else { continue };
            if i == last && matches!(statement.op, Op::Select { .. }) {
                let rows = self.query(&text, frame);
                if self.returned.is_some() {
                    self.returned = Some(rows.clone());
                }
                answer = match rows {
                    Ok(rows) => rows.first_value(),
                    Err(Stop::Raised { code, message }) => return Err(Raised::new(&code, message)),
                    Err(unknown) => Err(unknown),
                };
            } else {
                self.run_statement(&statement, &text, frame)?;
            }
        }
        Ok(answer)
    }
}

/// The names of a set's columns: those that the function declares, its own name for a single value's, else the query's.
fn set_columns(definition: &CreateFunction, given: Vec<String>) -> Vec<String> {
    let declared: Vec<&String> = definition
        .arguments
        .iter()
        .filter(|a| matches!(a.mode, 'o' | 'b' | 't'))
        .filter_map(|a| a.name.as_ref())
        .collect();
    match given.as_slice() {
        [_] if declared.is_empty() => vec![definition.name.name.clone()],
        _ if declared.len() == given.len() => declared.into_iter().cloned().collect(),
        _ => given,
    }
}

/// The value of OUT parameters.
fn output(definition: &CreateFunction, frame: &Frame) -> Option<Answer> {
    let out: Vec<&str> =
        definition.arguments.iter().filter(|a| matches!(a.mode, 'o' | 'b')).filter_map(|a| a.name.as_deref()).collect();
    let value = |name: &str| frame.get(name).cloned().unwrap_or(Ok(Value::Null));
    match out.as_slice() {
        [] => None,
        [only] => Some(value(only)),
        several => {
            let fields = several.iter().map(|n| value(n).map(|v| ((*n).to_owned(), v)));
            Some(fields.collect::<Answer<Vec<_>>>().map(Value::Record))
        }
    }
}

/// Whether a body holds a word that begins a statement on the model.
pub(super) fn may_change_model(body: &str) -> bool {
    let lower = body.to_ascii_lowercase();
    ["create", "alter", "drop", "execute", "call", "perform", "comment"].iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| {
            let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            !part(lower[..at].chars().next_back()) && !part(lower[at + word.len()..].chars().next())
        })
    })
}
