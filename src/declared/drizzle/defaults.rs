//! Defaults as drizzle-kit writes them (`drizzle-kit/src/serializer/pgSerializer.ts`).

use std::rc::Rc;

use super::Loader;
use super::sql::{Columns, Text};
use crate::declared::typescript::value::{Item, Value};
use crate::declared::typescript::{number_to_text, to_iso, to_json};
use crate::model::Unknown;
use crate::source::Span;

impl Loader<'_, '_> {
    /// The SQL of `.default(value)` for a column of a type as Drizzle writes it (`numeric(10, 2)`).
    pub(super) fn default_text(&mut self, value: &Value, span: Span, written: &str) -> Text {
        let written = written.to_lowercase();
        let is_json = matches!(written.as_str(), "json" | "jsonb");
        let is_array = written.contains('[');
        match value {
            Value::String(text) => Ok(self.dialect.quote_literal(text)),
            Value::Symbol(_) if self.is_sql(value) => self.sql_text(value, span, Columns::Qualified),
            Value::Date(ms) => self.date_default(*ms, span, &written),
            _ if is_json => {
                let json = to_json(self.evaluator, value, span)?.unwrap_or_else(|| "null".into());
                Ok(format!("{}::{written}", self.dialect.quote_literal(&json)))
            }
            Value::Array(array) => {
                let items: Vec<Item> = array.borrow().complete()?.to_vec();
                let element = written.split('[').next().unwrap_or_default();
                let text = if is_array || element == "line" {
                    self.array_literal(&items, element)?
                } else {
                    // `vector` and `point`, which Drizzle writes so from v1 on; earlier nothing valid came out.
                    let numbers =
                        items.iter().map(|item| self.array_item(item, element)).collect::<Result<Vec<_>, _>>()?;
                    let joined = numbers.join(",");
                    if matches!(element, "point" | "geometry(point)") {
                        format!("({joined})")
                    } else {
                        format!("[{joined}]")
                    }
                };
                Ok(self.dialect.quote_literal(&text))
            }
            Value::Null => Ok("null".into()),
            Value::Bool(value) => Ok(value.to_string()),
            Value::Number(n) if n.is_finite() => Ok(number_to_text(*n)),
            Value::BigInt(digits) => Ok(digits.to_string()),
            Value::Object(_) => Err(Rc::new(Unknown::new(span, "it is an object, and the column is not json"))),
            other => Err(self.evaluator.unknown_of(other, span)),
        }
    }

    fn date_default(&self, ms: f64, span: Span, written: &str) -> Text {
        let Some(iso) = to_iso(ms) else { return Err(Rc::new(Unknown::new(span, "it is no valid date"))) };
        Ok(self.dialect.quote_literal(&date_text(&iso, written)))
    }

    fn array_literal(&self, items: &[Item], element: &str) -> Text {
        let parts = items.iter().map(|item| self.array_item(item, element));
        Ok(format!("{{{}}}", parts.collect::<Result<Vec<_>, _>>()?.join(",")))
    }

    fn array_item(&self, item: &Item, element: &str) -> Text {
        Ok(match &item.value {
            Value::Number(n) => number_to_text(*n),
            Value::BigInt(digits) => digits.to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Null => "null".into(),
            Value::Array(inner) => self.array_literal(inner.borrow().complete()?, element)?,
            Value::Date(ms) => {
                let iso = to_iso(*ms).ok_or_else(|| Rc::new(Unknown::new(item.span, "it is no valid date")))?;
                format!("\"{}\"", date_text(&iso, element))
            }
            Value::Object(_) => {
                let json = to_json(self.evaluator, &item.value, item.span)?.unwrap_or_default();
                format!("\"{}\"", json.replace('\\', "\\\\").replace('"', "\\\""))
            }
            Value::String(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            other => return Err(self.evaluator.unknown_of(other, item.span)),
        })
    }
}

/// A time as Drizzle writes it into a column of a type: only plain `date` and `timestamp` are cut.
fn date_text(iso: &str, written: &str) -> String {
    match written {
        "date" => iso.split('T').next().unwrap_or_default().to_owned(),
        "timestamp" => iso.replacen('T', " ", 1).chars().take(23).collect(),
        _ => iso.to_owned(),
    }
}
