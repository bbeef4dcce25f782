//! Rows of pg_catalog and information_schema, made from the catalog that replay has.
//!
//! Columns that nothing here can fill are left out: asking for one ends as "not known". Rows that a filter rules out may be left out too.

mod constraints;
mod definitions;
mod information_schema;
mod inheritance;
mod programs;
mod relations;
mod types;

pub(super) use definitions::describe;
pub(super) use programs::function_object;
pub(super) use types::is_built_in as is_built_in_type;

use crate::ddl::postgres::eval::{Answer, Filter, Object, ObjectClass, Row, Rows, Stop, Value};
use crate::model::{Catalog, QualifiedName};
use crate::replay::Host;

/// What rows are made of.
#[derive(Clone, Copy)]
pub(super) struct Source<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) search_path: &'c [String],
    /// Who knows what may be there and is not here.
    pub(super) host: &'c dyn Host,
}

impl Source<'_> {
    /// A relation's oid.
    fn relation(&self, name: &QualifiedName) -> Value {
        self.object(ObjectClass::Relation, &name.schema, &name.name)
    }

    fn namespace(&self, name: &str) -> Value {
        Value::Object(Object { visible: true, ..Object::new(ObjectClass::Namespace, "", name) })
    }

    fn object(&self, class: ObjectClass, schema: &str, name: &str) -> Value {
        Value::Object(self.found(class, schema, name))
    }

    /// An object, printed without its schema where the search path finds it.
    pub(super) fn found(&self, class: ObjectClass, schema: &str, name: &str) -> Object {
        let visible = self.search_path.iter().any(|s| s == schema);
        Object { visible, ..Object::new(class, schema, name) }
    }
}

/// Collects rows of one relation.
struct Table<'f> {
    rows: Rows,
    filter: &'f Filter,
}

impl<'f> Table<'f> {
    fn new(columns: &[&str], filter: &'f Filter) -> Self {
        Self { rows: Rows::new(columns), filter }
    }

    /// Whether a row with this text in a column may be wanted.
    fn wants(&self, column: &str, text: &str) -> bool {
        self.filter.iter().filter(|(c, _)| c == column).all(|(_, v)| match v {
            Value::Text(wanted) => wanted == text,
            _ => true,
        })
    }

    /// Whether a row of this object may be wanted.
    fn wants_object(&self, column: &str, object: &Value) -> bool {
        self.filter.iter().filter(|(c, _)| c == column).all(|(_, v)| match (v, object) {
            (Value::Object(wanted), Value::Object(object)) => wanted.is(object),
            _ => true,
        })
    }

    fn push(&mut self, values: Vec<Value>) {
        debug_assert_eq!(values.len(), self.rows.columns.len());
        self.rows.rows.push(Row::new(values));
    }

    fn push_answers(&mut self, values: Vec<Answer>) {
        self.rows.rows.push(Row { values, doubt: None });
    }

    fn done(self, source: &Source<'_>) -> Rows {
        let mut rows = self.rows;
        if !source.host.knows_all() {
            rows.more = Some("an earlier statement may have changed any object".into());
        } else if source.host.has_doubts() {
            if self.filter.iter().all(|condition| may_be_doubtful(source.host, condition)) {
                rows.more = Some("an earlier statement may have made an object like this".into());
            }
            for row in &mut rows.rows {
                let touched = row.values.iter().flatten().find(|value| is_doubtful(source.host, value));
                row.doubt = touched.map(|value| {
                    format!("an earlier statement may have changed `{}`", value.to_text().unwrap_or_default())
                });
            }
        }
        rows
    }
}

/// Columns of system relations that name an object which migrations make.
const NAMES: &[&str] = &[
    "attname",
    "column_name",
    "conname",
    "constraint_name",
    "domain_name",
    "event_object_table",
    "indexname",
    "matviewname",
    "polname",
    "policyname",
    "proname",
    "relname",
    "routine_name",
    "sequence_name",
    "sequencename",
    "table_name",
    "tablename",
    "tgname",
    "trigger_name",
    "typname",
    "udt_name",
    "viewname",
];

/// Whether a condition lets through rows of an object that something opaque may have made.
fn may_be_doubtful(host: &dyn Host, (column, value): &(String, Value)) -> bool {
    match value {
        Value::Text(name) if NAMES.contains(&column.as_str()) => host.is_doubtful(name),
        Value::Object(_) => is_doubtful(host, value),
        _ => true,
    }
}

fn is_doubtful(host: &dyn Host, value: &Value) -> bool {
    match value {
        Value::Text(name) => host.is_doubtful(name),
        Value::Object(object) => match object.class {
            ObjectClass::Namespace | ObjectClass::Role | ObjectClass::Extension => false,
            _ => object.name.split(['.', '(', '[']).any(|part| host.is_doubtful(part)),
        },
        _ => false,
    }
}

fn yes_no(yes: bool) -> Value {
    Value::text(if yes { "YES" } else { "NO" })
}

fn not_known() -> Answer {
    Err(Stop::unknown("it asks for a text that only the server makes"))
}

/// The rows of a system relation; `None` when there is no such relation, `Unknown` where it is not modelled.
pub(super) fn rows(source: &Source<'_>, schema: &str, relation: &str, filter: &Filter) -> Option<Answer<Rows>> {
    if schema == "information_schema" {
        return Some(information_schema::rows(source, relation, filter).ok_or_else(|| not_modelled(schema, relation)));
    }
    let found = relations::rows(source, relation, filter)
        .or_else(|| inheritance::rows(source, relation, filter))
        .or_else(|| types::rows(source, relation, filter))
        .or_else(|| constraints::rows(source, relation, filter))
        .or_else(|| programs::rows(source, relation, filter));
    match found {
        Some(rows) => Some(Ok(rows)),
        None if relation.starts_with("pg_") => Some(Err(not_modelled(schema, relation))),
        None => None,
    }
}

fn not_modelled(schema: &str, relation: &str) -> Stop {
    Stop::Unknown(format!("it reads `{schema}.{relation}`"))
}
