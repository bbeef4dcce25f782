//! Values, and rows of them.

use std::fmt;

use super::{Answer, Stop, Time};
use crate::ddl::postgres::print::quote_if_needed;

/// A value as far as it matters which type it has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    Null,
    Bool(bool),
    /// Any integer type.
    Int(i64),
    /// Any type that is text to the outside.
    Text(String),
    Array(Vec<Value>),
    /// A row with its column names.
    Record(Vec<(String, Value)>),
    /// An oid of a system catalog, or one of its alias types (`regclass`).
    Object(Object),
    /// A date, a timestamp or an interval.
    Time(Time),
}

/// An object of the catalog, in place of its oid.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Object {
    pub class: ObjectClass,
    /// Empty for what lives in no schema.
    pub schema: String,
    /// Unique within the class and schema (`table.constraint` for a constraint).
    pub name: String,
    /// Names are written without a schema because the search path finds them.
    pub visible: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ObjectClass {
    Relation,
    Type,
    Namespace,
    Function,
    Role,
    Constraint,
    Trigger,
    Policy,
    Extension,
    Other,
}

impl Object {
    pub fn new(class: ObjectClass, schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self { class, schema: schema.into(), name: name.into(), visible: false }
    }

    /// Whether both are the same object.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.class == other.class && self.schema == other.schema && self.name == other.name
    }
}

/// As the `reg…` types print it.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.class == ObjectClass::Type && self.schema == "pg_catalog" {
            return f.write_str(&self.name);
        }
        if !self.visible && !self.schema.is_empty() && self.schema != "pg_catalog" {
            write!(f, "{}.", quote_if_needed(&self.schema))?;
        }
        // A function's name has its arguments' types with it, an array's its brackets.
        let end = match self.class {
            ObjectClass::Function => self.name.find('('),
            ObjectClass::Type => self.name.find("[]"),
            _ => None,
        };
        let (name, arguments) = self.name.split_at(end.unwrap_or(self.name.len()));
        write!(f, "{}{arguments}", quote_if_needed(name))
    }
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// `None` as NULL.
    pub fn optional(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Null, |t| Self::Text(t.into()))
    }

    #[must_use]
    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// Whether its bytes of text and its elements, those within them too, are no more than `limit`.
    pub(super) fn fits(&self, limit: usize) -> bool {
        self.take_from(limit).is_some()
    }

    fn take_from(&self, limit: usize) -> Option<usize> {
        let left = limit.checked_sub(1)?;
        match self {
            Self::Text(text) => left.checked_sub(text.len()),
            Self::Array(items) => items.iter().try_fold(left, |left, item| item.take_from(left)),
            Self::Record(fields) => fields.iter().try_fold(left, |left, (_, item)| item.take_from(left)),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Object(_) | Self::Time(_) => Some(left),
        }
    }

    /// Its text form, as a cast to `text` gives it; `None` for NULL.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(b) => if *b { "true" } else { "false" }.to_owned(),
            Self::Int(i) => i.to_string(),
            Self::Text(text) => text.clone(),
            Self::Object(object) => object.to_string(),
            Self::Time(time) => time.to_string(),
            Self::Array(items) => {
                let items: Vec<String> = items.iter().map(array_element).collect();
                format!("{{{}}}", items.join(","))
            }
            Self::Record(fields) => {
                let fields: Vec<String> = fields.iter().map(|(_, v)| record_field(v)).collect();
                format!("({})", fields.join(","))
            }
        })
    }
}

/// array_out: quoted where empty, NULL-like, or with special characters.
fn array_element(value: &Value) -> String {
    let text = match value {
        Value::Null => return "NULL".into(),
        Value::Bool(b) => if *b { "t" } else { "f" }.to_owned(),
        Value::Array(_) => return value.to_text().unwrap_or_default(),
        other => other.to_text().unwrap_or_default(),
    };
    let special = |c: char| matches!(c, '"' | '\\' | '{' | '}' | ',') || c.is_ascii_whitespace();
    if text.is_empty() || text.eq_ignore_ascii_case("null") || text.contains(special) {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        text
    }
}

/// record_out: NULL is nothing, quotes are doubled.
fn record_field(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::Bool(b) => if *b { "t" } else { "f" }.to_owned(),
        other => other.to_text().unwrap_or_default(),
    };
    let special = |c: char| matches!(c, '"' | '\\' | '(' | ')' | ',') || c.is_ascii_whitespace();
    if text.is_empty() || text.contains(special) {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\"\""))
    } else {
        text
    }
}

/// One row; each value may be unknown by itself.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    pub values: Vec<Answer>,
    /// Why it is not certain that the row is there.
    pub doubt: Option<String>,
}

impl Row {
    #[must_use]
    pub fn new(values: Vec<Value>) -> Self {
        Self { values: values.into_iter().map(Ok).collect(), doubt: None }
    }
}

/// Rows of a relation or query.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Rows {
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
    /// Why there may be rows that are not listed.
    pub more: Option<String>,
}

impl Rows {
    pub fn new<S: AsRef<str>>(columns: &[S]) -> Self {
        Self { columns: columns.iter().map(|c| c.as_ref().to_owned()).collect(), ..Self::default() }
    }

    /// Why the number of rows is not certain.
    #[must_use]
    pub fn doubt(&self) -> Option<&str> {
        self.more.as_deref().or_else(|| self.rows.iter().find_map(|r| r.doubt.as_deref()))
    }

    /// EXISTS: one certain row is enough.
    ///
    /// # Errors
    /// Unknown when there may be rows and none is certain.
    pub fn exists(&self) -> Answer<bool> {
        if self.rows.iter().any(|r| r.doubt.is_none()) {
            return Ok(true);
        }
        self.doubt().map_or(Ok(false), |why| Err(Stop::unknown(why)))
    }

    /// What a function in SQL gives that returns one value: its last query's first row.
    ///
    /// # Errors
    /// Unknown when the rows are uncertain.
    pub fn first_value(mut self) -> Answer {
        self.rows.truncate(1);
        self.scalar()
    }

    /// The value of a scalar query: NULL without a row.
    ///
    /// # Errors
    /// Unknown when the rows are uncertain; raised when there are several.
    pub fn scalar(mut self) -> Answer {
        if let Some(why) = self.doubt() {
            return Err(Stop::unknown(why));
        }
        match self.rows.len() {
            0 => Ok(Value::Null),
            1 => self.rows.remove(0).values.into_iter().next().unwrap_or(Ok(Value::Null)),
            _ => Err(Stop::raised("21000", "more than one row returned by a subquery used as an expression")),
        }
    }
}
