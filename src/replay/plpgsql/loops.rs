//! Loops: how often they turn, and with which values.

use super::control::{Flow, Raised, split};
use super::frame::Frame;
use super::interpret::{Interpreter, STEPS};
use crate::ddl::postgres::eval::{Answer, Rows, Stop, Value};
use crate::ddl::postgres::plpgsql::{LoopSource, Program, Sql, Step, Target, Work};

impl Interpreter<'_> {
    pub(super) fn repeat(
        &mut self,
        program: &Program,
        label: Option<&str>,
        source: &LoopSource,
        steps: &[Step],
        frame: &mut Frame,
    ) -> Result<Flow, Raised> {
        let depth = frame.depth();
        let result = match source {
            LoopSource::Forever | LoopSource::While(_) => self.conditional_loop(program, label, source, steps, frame),
            _ => match self.turns(program, source, frame)? {
                Ok(turns) => self.counted_loop(program, label, turns, steps, frame),
                Err((sql, why)) => Ok(self.undecided(program, &sql, &why, &[steps], frame)),
            },
        };
        frame.leave(depth);
        result
    }

    pub(super) fn conditional_loop(
        &mut self,
        program: &Program,
        label: Option<&str>,
        source: &LoopSource,
        steps: &[Step],
        frame: &mut Frame,
    ) -> Result<Flow, Raised> {
        loop {
            self.step()?;
            if let LoopSource::While(sql) = source {
                match self.condition(sql, frame)? {
                    Ok(true) => {}
                    Ok(false) => return Ok(Flow::Next),
                    Err(why) => return Ok(self.undecided(program, sql, &why, &[steps], frame)),
                }
            }
            let flow = self.steps(program, steps, frame)?;
            if let Some(flow) = after_turn(flow, label) {
                return Ok(flow);
            }
        }
    }

    pub(super) fn counted_loop(
        &mut self,
        program: &Program,
        label: Option<&str>,
        turns: Vec<Turn>,
        steps: &[Step],
        frame: &mut Frame,
    ) -> Result<Flow, Raised> {
        let any = !turns.is_empty();
        for turn in turns {
            self.step()?;
            for (name, value) in turn {
                frame.set(&name, value);
            }
            let flow = self.steps(program, steps, frame)?;
            if let Some(flow) = after_turn(flow, label) {
                frame.set("found", Ok(Value::Bool(true)));
                return Ok(flow);
            }
        }
        frame.set("found", Ok(Value::Bool(any)));
        Ok(Flow::Next)
    }

    /// The values that the loop's variables take, turn by turn.
    pub(super) fn turns(
        &mut self,
        program: &Program,
        source: &LoopSource,
        frame: &mut Frame,
    ) -> Result<Result<Vec<Turn>, (Sql, String)>, Raised> {
        match source {
            LoopSource::Integers { variable, lower, upper, step, reverse } => {
                frame.declare(variable, Ok(Value::Null));
                let mut numbers = Vec::new();
                for sql in [Some(lower), Some(upper), step.as_ref()].into_iter().flatten() {
                    match split(self.evaluate(&sql.text, frame))? {
                        Ok(Value::Int(i)) => numbers.push(i),
                        Ok(_) => return Err(Raised::new("22004", "lower bound of FOR loop cannot be null")),
                        Err(why) => return Ok(Err((sql.clone(), why))),
                    }
                }
                Ok(Ok(integers(variable, &numbers, *reverse)))
            }
            LoopSource::Array { variable, array, slice } => match split(self.evaluate(&array.text, frame))? {
                Ok(Value::Array(items)) => match slices(items, *slice) {
                    Some(values) => Ok(Ok(values.into_iter().map(|v| vec![(variable.clone(), Ok(v))]).collect())),
                    None => Err(Raised::new(
                        "2202E",
                        format!("slice dimension ({slice}) is out of the valid range of the array's dimensions"),
                    )),
                },
                Ok(Value::Null) => Err(Raised::new("22004", "FOREACH expression must not be null")),
                Ok(_) => Ok(Err((array.clone(), "it goes through something that is no known array".into()))),
                Err(why) => Ok(Err((array.clone(), why))),
            },
            LoopSource::Query { into, query } => self.row_turns(into, query, &query.text, frame),
            LoopSource::Dynamic { into, query, using } => {
                let depth = frame.depth();
                self.declare_using(using, frame);
                let turns = match split(self.evaluate(&query.text, frame))? {
                    Ok(value) => match value.to_text() {
                        Some(text) => self.row_turns(into, query, &text, frame),
                        None => Err(Raised::new("22004", "query string argument of EXECUTE is null")),
                    },
                    Err(why) => Ok(Err((query.clone(), why))),
                };
                frame.leave(depth);
                turns
            }
            LoopSource::Cursor { into, cursor } => {
                let query = program.variables.iter().rev().find(|v| v.name == *cursor).and_then(|v| v.cursor.clone());
                match query {
                    Some(query) => self.row_turns(into, &query, &query.text, frame),
                    None => {
                        let sql = Sql { text: cursor.clone(), span: self.at };
                        Ok(Err((sql, "it goes through a cursor that is opened at run time".into())))
                    }
                }
            }
            LoopSource::Forever | LoopSource::While(_) => Ok(Ok(Vec::new())),
        }
    }

    pub(super) fn row_turns(
        &mut self,
        into: &Target,
        place: &Sql,
        text: &str,
        frame: &mut Frame,
    ) -> Result<Result<Vec<Turn>, (Sql, String)>, Raised> {
        let rows = match self.query(text, frame) {
            Ok(rows) => rows,
            Err(Stop::Unknown(why)) => return Ok(Err((place.clone(), why))),
            Err(Stop::Raised { code, message }) => return Err(Raised::new(&code, message).at(self.place(place.span))),
        };
        if let Some(why) = rows.doubt() {
            return Ok(Err((place.clone(), why.to_owned())));
        }
        let Rows { columns, rows, .. } = rows;
        Ok(Ok(rows.into_iter().map(|row| row_values(into, &columns, row.values)).collect()))
    }
}

/// What the variables of a loop become in one turn.
pub(super) type Turn = Vec<(String, Answer)>;

/// The values of the turns of FOREACH … SLICE: parts of an array that have so many dimensions. `None` when it has fewer.
fn slices(items: Vec<Value>, slice: u64) -> Option<Vec<Value>> {
    fn dimensions(items: &[Value]) -> u64 {
        match items.first() {
            Some(Value::Array(inner)) => 1 + dimensions(inner),
            _ => 1,
        }
    }
    let deep = dimensions(&items);
    if items.is_empty() {
        return Some(items);
    }
    if slice > deep {
        return None;
    }
    if slice == deep {
        return Some(vec![Value::Array(items)]);
    }
    let mut out = items;
    for _ in slice + 1..deep {
        let inner = out.into_iter().flat_map(|item| match item {
            Value::Array(items) => items,
            item => vec![item],
        });
        out = inner.collect();
    }
    Some(out)
}

fn integers(variable: &str, numbers: &[i64], reverse: bool) -> Vec<Turn> {
    let &[from, to, ref step @ ..] = numbers else { return Vec::new() };
    let step = step.first().copied().unwrap_or(1).max(1);
    let mut turns = Vec::new();
    let mut at = from;
    while if reverse { at >= to } else { at <= to } {
        turns.push(vec![(variable.to_owned(), Ok(Value::Int(at)))]);
        // The limit on steps ends it before this many.
        if turns.len() > STEPS as usize {
            break;
        }
        at = if reverse { at.saturating_sub(step) } else { at.saturating_add(step) };
    }
    turns
}

/// The variables that a row sets: a record and its fields, or one for each column.
pub(super) fn row_values(into: &Target, columns: &[String], values: Vec<Answer>) -> Turn {
    if !into.record {
        let nulls = std::iter::repeat(Ok(Value::Null));
        return into.targets.iter().cloned().zip(values.into_iter().chain(nulls)).collect();
    }
    let Some(name) = into.targets.first() else { return Vec::new() };
    let mut turn: Turn =
        columns.iter().zip(&values).map(|(column, value)| (format!("{name}.{column}"), value.clone())).collect();
    let fields = columns.iter().cloned().zip(values);
    let record: Answer<Vec<(String, Value)>> = fields.map(|(n, v)| v.map(|v| (n, v))).collect();
    turn.push((name.clone(), record.map(Value::Record)));
    turn
}

/// What a turn's end means for the loop: `None` to go on.
fn after_turn(flow: Flow, label: Option<&str>) -> Option<Flow> {
    let own = |l: &Option<String>| l.is_none() || l.as_deref() == label;
    match flow {
        Flow::Next => None,
        Flow::Continue(ref l) if own(l) => None,
        Flow::Exit(ref l) if own(l) => Some(Flow::Next),
        other => Some(other),
    }
}

/// Whether steps hold a RETURN NEXT or RETURN QUERY.
pub(super) fn returns_rows(steps: &[Step]) -> bool {
    steps.iter().any(|step| match &step.work {
        Work::ReturnRows(_) | Work::ReturnQuery(_) => true,
        Work::Block(block) => returns_rows(&block.steps) || block.handlers.iter().any(|h| returns_rows(&h.steps)),
        Work::If { branches, otherwise } | Work::Case { branches, otherwise, .. } => {
            branches.iter().any(|b| returns_rows(&b.steps)) || otherwise.as_deref().is_some_and(returns_rows)
        }
        Work::Loop { steps, .. } => returns_rows(steps),
        _ => false,
    })
}

/// Whether steps hold a RETURN, or an EXIT or CONTINUE of a loop around them.
pub(super) fn may_leave(steps: &[Step]) -> bool {
    steps.iter().any(|step| match &step.work {
        Work::Return(_) | Work::Exit { .. } => true,
        Work::Block(block) => may_leave(&block.steps) || block.handlers.iter().any(|h| may_leave(&h.steps)),
        Work::If { branches, otherwise } | Work::Case { branches, otherwise, .. } => {
            branches.iter().any(|b| may_leave(&b.steps)) || otherwise.as_deref().is_some_and(may_leave)
        }
        Work::Loop { steps, .. } => steps.iter().any(|s| matches!(s.work, Work::Return(_))),
        _ => false,
    })
}
