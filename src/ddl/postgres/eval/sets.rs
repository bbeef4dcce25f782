//! Functions that return sets, in FROM and among the columns of a query.

use pg_query::NodeEnum;
use pg_query::protobuf::{FuncCall, Node};

use super::scope::{Evaluator, Scope};
use super::{Answer, Row, Rows, Stop, Value, cast, pattern, time};
use crate::ddl::postgres::lower::{argument_names, strings};

/// Those that are built in.
const BUILT_IN: &[&str] =
    &["unnest", "generate_series", "generate_subscripts", "string_to_table", "regexp_split_to_table", "regexp_matches"];

impl Evaluator<'_> {
    /// A function in FROM.
    pub(super) fn set_returning(&mut self, call: &FuncCall, scope: &Scope<'_>) -> Answer<Rows> {
        let mut parts = strings(&call.funcname);
        let name = parts.pop().unwrap_or_default();
        let schema = parts.pop();
        let arguments = self.list(&call.args, scope)?;
        if self.environment.returns_set(schema.as_deref(), &name, arguments.len()) {
            return self.environment.call_set(schema.as_deref(), &name, &arguments, &argument_names(call));
        }
        let mut rows = Rows::new(&[name.as_str()]);
        let values = match (name.as_str(), arguments.as_slice()) {
            ("unnest", [Value::Array(items)]) => items.clone(),
            ("unnest", [Value::Text(text)]) => cast::parse_array(text)?,
            (name, values) if BUILT_IN.contains(&name) && values.iter().any(Value::is_null) => Vec::new(),
            ("generate_series", [Value::Int(from), Value::Int(to), rest @ ..]) => {
                let step = match rest.first() {
                    None => 1,
                    Some(Value::Int(step)) if *step != 0 => *step,
                    _ => return Err(Stop::unknown("generate_series() has no known step")),
                };
                series(*from, *to, step)?
            }
            ("generate_series", [from @ Value::Time(_), to, step]) => time_series(from, to, step)?,
            ("string_to_table", [Value::Text(text), Value::Text(delimiter)]) if !delimiter.is_empty() => {
                if text.is_empty() { Vec::new() } else { text.split(delimiter.as_str()).map(Value::text).collect() }
            }
            ("generate_subscripts", [Value::Array(items), Value::Int(1)]) => {
                (1..=items.len() as i64).map(Value::Int).collect()
            }
            _ => match pattern::rows(&name, &arguments) {
                Some(rows) => rows?,
                None => vec![self.apply(schema.as_deref(), &name, &arguments, &argument_names(call))?],
            },
        };
        rows.rows = values.into_iter().map(|v| Row::new(vec![v])).collect();
        Ok(rows)
    }

    /// Whether a column of a query is a function that returns a set.
    pub(super) fn is_set(&mut self, node: &Node) -> bool {
        let Some(NodeEnum::FuncCall(call)) = node.node.as_ref() else { return false };
        let mut parts = strings(&call.funcname);
        let name = parts.pop().unwrap_or_default();
        BUILT_IN.contains(&name.as_str())
            || self.environment.returns_set(parts.pop().as_deref(), &name, call.args.len())
    }

    /// The rows that one row becomes by the sets among its columns: they go side by side, the shorter ones filled up with NULL.
    pub(super) fn with_sets(
        &mut self,
        columns: &[Option<&Node>],
        values: Vec<Answer>,
        scope: &Scope<'_>,
    ) -> Answer<Vec<Vec<Answer>>> {
        let mut sets: Vec<(usize, Vec<Answer>)> = Vec::new();
        for (index, node) in columns.iter().enumerate() {
            let Some(NodeEnum::FuncCall(call)) = node.and_then(|node| node.node.as_ref()) else { continue };
            let rows = self.set_returning(call, scope)?;
            if let Some(why) = rows.doubt() {
                return Err(Stop::unknown(why));
            }
            let names = rows.columns;
            sets.push((index, rows.rows.into_iter().map(|row| one_value(&names, row.values)).collect()));
        }
        if sets.is_empty() {
            return Ok(vec![values]);
        }
        let longest = sets.iter().map(|(_, set)| set.len()).max().unwrap_or(0);
        let mut out = Vec::with_capacity(longest);
        for turn in 0..longest {
            let mut row = values.clone();
            for (index, set) in &sets {
                if let Some(slot) = row.get_mut(*index) {
                    *slot = set.get(turn).cloned().unwrap_or(Ok(Value::Null));
                }
            }
            out.push(row);
        }
        Ok(out)
    }
}

/// A row as one column's value.
fn one_value(names: &[String], mut values: Vec<Answer>) -> Answer {
    if values.len() == 1 {
        return values.swap_remove(0);
    }
    let fields = names.iter().cloned().zip(values).map(|(name, value)| value.map(|value| (name, value)));
    fields.collect::<Answer<Vec<_>>>().map(Value::Record)
}

/// `generate_series(from, to, interval)`: timestamps.
fn time_series(from: &Value, to: &Value, step: &Value) -> Answer<Vec<Value>> {
    let step = time::cast(step, "interval").unwrap_or_else(|| Err(Stop::unknown("its step is no interval")))?;
    let mut at = time::binary("+", from, &time::no_time())?;
    let mut values = Vec::new();
    while time::compare(&at, to)? != std::cmp::Ordering::Greater {
        let next = time::binary("+", &at, &step)?;
        if values.len() > 10_000 || time::compare(&next, &at)? != std::cmp::Ordering::Greater {
            return Err(Stop::unknown("it makes too many rows"));
        }
        values.push(std::mem::replace(&mut at, next));
    }
    Ok(values)
}

fn series(from: i64, to: i64, step: i64) -> Answer<Vec<Value>> {
    let mut values = Vec::new();
    let mut at = from;
    while (step > 0 && at <= to) || (step < 0 && at >= to) {
        values.push(Value::Int(at));
        if values.len() > 10_000 {
            return Err(Stop::unknown("it makes too many rows"));
        }
        let Some(next) = at.checked_add(step) else { break };
        at = next;
    }
    Ok(values)
}
