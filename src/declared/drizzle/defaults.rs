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
            // v1 doubles backslashes, though the server takes them as they are.
            Value::String(text) if self.settings.v1 && is_text(&written) => {
                Ok(format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''")))
            }
            // From v1 on a text is JSON's too.
            Value::String(text) if !(is_json && self.settings.v1) => Ok(self.dialect.quote_literal(text)),
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
            Value::Object(_) => self.object_default(value, span, &written),
            other => Err(self.evaluator.unknown_of(other, span)),
        }
    }

    /// `{ x, y }` of a point, `{ a, b, c }` of a line.
    fn object_default(&self, value: &Value, span: Span, written: &str) -> Text {
        let config = Item { value: value.clone(), span, spread: false };
        let (names, open, close): (&[&str], _, _) = match written {
            "point" | "geometry(point)" => (&["x", "y"], '(', ')'),
            "line" => (&["a", "b", "c"], '{', '}'),
            _ => return Err(Rc::new(Unknown::new(span, "it is an object, and the column is not json"))),
        };
        let mut numbers = Vec::new();
        for name in names {
            let Some(item) = self.option(Some(&config), name)? else {
                return Err(Rc::new(Unknown::new(span, format!("it has no `{name}`"))));
            };
            numbers.push(self.evaluator.to_text(&item.value, item.span)?.to_string());
        }
        Ok(self.dialect.quote_literal(&format!("{open}{}{close}", numbers.join(","))))
    }

    fn date_default(&self, ms: f64, span: Span, written: &str) -> Text {
        let Some(iso) = to_iso(ms) else { return Err(Rc::new(Unknown::new(span, "it is no valid date"))) };
        Ok(self.dialect.quote_literal(&self.date_text(&iso, written)))
    }

    fn array_literal(&self, items: &[Item], element: &str) -> Text {
        let parts = items.iter().map(|item| self.array_item(item, element));
        Ok(format!("{{{}}}", parts.collect::<Result<Vec<_>, _>>()?.join(",")))
    }

    fn array_item(&self, item: &Item, element: &str) -> Text {
        Ok(match &item.value {
            Value::Number(n) => number_to_text(*n),
            Value::BigInt(digits) => digits.to_string(),
            Value::Bool(value) if self.settings.v1 => if *value { "t" } else { "f" }.to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Null => "null".into(),
            Value::Array(inner) => {
                self.evaluator.nested(item.span, || self.array_literal(inner.borrow().complete()?, element))?
            }
            Value::Date(ms) => {
                let iso = to_iso(*ms).ok_or_else(|| Rc::new(Unknown::new(item.span, "it is no valid date")))?;
                format!("\"{}\"", self.date_text(&iso, element))
            }
            Value::Object(_) => {
                let json = to_json(self.evaluator, &item.value, item.span)?.unwrap_or_default();
                self.quoted_item(&json)
            }
            Value::String(text) if self.settings.v1 && !needs_quotes(text) => text.to_string(),
            Value::String(text) => self.quoted_item(text),
            other => return Err(self.evaluator.unknown_of(other, item.span)),
        })
    }

    /// An item in quotes. 0.x leaves backslashes as they are.
    fn quoted_item(&self, text: &str) -> String {
        let text = if self.settings.v1 { text.replace('\\', "\\\\") } else { text.to_owned() };
        format!("\"{}\"", text.replace('"', "\\\""))
    }

    /// A time as Drizzle writes it into a column of a type: 0.x cuts only plain `date` and `timestamp`.
    fn date_text(&self, iso: &str, written: &str) -> String {
        let plain: String = iso.replacen('T', " ", 1).chars().take(23).collect();
        match written {
            "date" => iso.split('T').next().unwrap_or_default().to_owned(),
            "timestamp" => plain,
            _ if self.settings.v1 && written.ends_with("with time zone") => format!("{plain}+00"),
            _ if self.settings.v1 => plain,
            _ => iso.to_owned(),
        }
    }
}

fn is_text(written: &str) -> bool {
    written == "text" || written.starts_with("varchar") || written.starts_with("char")
}

/// Whether an item of an array literal must stand in quotes.
fn needs_quotes(text: &str) -> bool {
    text.is_empty()
        || text.eq_ignore_ascii_case("null")
        || text.contains(|c: char| c.is_whitespace() || ",{}\"\\".contains(c))
}
