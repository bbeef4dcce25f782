//! Rows of tables, where all their writes were constant.
//!
//! Some runners keep a version in a small table and guard every step by it; then the rows decide what the schema becomes. A table that nobody
//! wrote to is empty, for migrations are judged on a new database. What is written by constants is kept; everything else makes the
//! table's rows unknown, never wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::Host;
use super::frame::Frame;
use super::interpret::Interpreter;
use super::statement::evaluate_write;
use crate::ddl::postgres::eval::{Answer, Row, Rows, Stop};
use crate::ddl::{Op, Statement, WriteVerb};
use crate::model::{Known, QualifiedName, Table};
use crate::source::Span;

/// More rows than this are not kept.
const ROWS: usize = 200;

/// Longer statements are not read.
const TEXT: usize = 8_000;

/// What is known of the rows of all tables. Cheap to clone: a host keeps old versions for its undo.
#[derive(Clone, Debug, Default)]
pub struct TableData {
    /// By the statement that made the table, which survives renames.
    tables: Arc<BTreeMap<Span, Entry>>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// One statement in a loop can make several tables.
    name: String,
    contents: Contents,
}

#[derive(Clone, Debug)]
enum Contents {
    /// Column names and values.
    Rows(Arc<Vec<NamedRow>>),
    Unknown(String),
}

/// A row as columns with their values.
pub(super) type NamedRow = Vec<(String, Answer)>;

impl TableData {
    fn get(&self, table: &Table) -> Option<&Entry> {
        self.tables.get(&table.origin.created)
    }

    fn with(&self, table: &Table, contents: Contents) -> Self {
        let mut tables = (*self.tables).clone();
        let contents = match tables.get(&table.origin.created) {
            Some(old) if old.name != table.name.name && !matches!(contents, Contents::Unknown(_)) => {
                Contents::Unknown("its rows were not followed through a change of name".into())
            }
            _ => contents,
        };
        tables.insert(table.origin.created, Entry { name: table.name.name.clone(), contents });
        Self { tables: Arc::new(tables) }
    }
}

/// The rows of a table as they are known; views and everything else have none that are.
pub(super) fn rows(host: &dyn Host, key: &QualifiedName) -> Answer<Rows> {
    let Some(table) = host.catalog().tables.get(key) else {
        return Err(Stop::Unknown(format!("the rows of `{key}` are not worked out here")));
    };
    let Some(columns) = host.columns(key) else {
        return Err(Stop::Unknown(format!("the columns of `{key}` are not known")));
    };
    let columns: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
    let named = named_rows(host, table)?;
    let mut out = Rows::new(&columns);
    for row in named.iter() {
        let value = |column: &String| {
            let found = row.iter().find(|(name, _)| name == column).map(|(_, value)| value.clone());
            found.unwrap_or_else(|| {
                Err(Stop::Unknown(format!("the value of `{column}` was set by a change of the table")))
            })
        };
        out.rows.push(Row { values: columns.iter().map(value).collect(), doubt: None });
    }
    Ok(out)
}

pub(super) fn named_rows(host: &dyn Host, table: &Table) -> Answer<Arc<Vec<NamedRow>>> {
    if !host.knows_all() {
        return Err(Stop::unknown("an earlier statement may have written any row"));
    }
    if table.partition.is_some()
        || !table.inherits.is_empty()
        || !matches!(table.kind, crate::model::TableKind::Ordinary)
    {
        return Err(Stop::unknown("rows of partitions and of inherited tables are not followed"));
    }
    match host.data().get(table) {
        None => Ok(Arc::default()),
        Some(entry) if entry.name != table.name.name => {
            Err(Stop::unknown("its rows were not followed through a change of name"))
        }
        Some(Entry { contents: Contents::Rows(rows), .. }) => Ok(Arc::clone(rows)),
        Some(Entry { contents: Contents::Unknown(why), .. }) => Err(Stop::Unknown(why.clone())),
    }
}

pub(super) fn set_rows(host: &mut dyn Host, key: &QualifiedName, rows: Answer<Vec<NamedRow>>) {
    let Some(table) = host.catalog().tables.get(key) else { return };
    let contents = match rows {
        Ok(rows) if rows.len() <= ROWS => Contents::Rows(Arc::new(rows)),
        Ok(_) => Contents::Unknown("it holds too many rows".into()),
        Err(Stop::Unknown(why)) => Contents::Unknown(why),
        Err(Stop::Raised { message, .. }) => Contents::Unknown(message),
    };
    let unknown_already = matches!(
        (host.data().get(table), &contents),
        (Some(Entry { contents: Contents::Unknown(_), .. }), Contents::Unknown(_))
    );
    if !unknown_already {
        let data = host.data().with(table, contents);
        host.set_data(data);
    }
}

/// Follows a write at the top level of a migration.
pub(super) fn record(host: &mut dyn Host, statement: &Statement, text: &str) {
    let mut interpreter = Interpreter::new(host, statement.span);
    follow(&mut interpreter, statement, text, &Frame::default());
}

/// Follows a write anywhere: works out the table's new rows, or makes them unknown.
pub(super) fn follow(interpreter: &mut Interpreter<'_>, statement: &Statement, text: &str, frame: &Frame) {
    let Op::Write(write) = &statement.op else { return };
    let Some(key) = interpreter.host.relation(&write.relation) else { return };
    let Some(table) = interpreter.host.catalog().tables.get(&key) else { return };
    let writes_elsewhere = has_writing_trigger(interpreter.host, table);
    let unknown = |why: &str| Err(Stop::unknown(why));
    let rows = if text.len() > TEXT {
        unknown("it was written by a long statement")
    } else if write.verb == WriteVerb::Copy {
        unknown("it was written by COPY")
    } else if writes_elsewhere {
        unknown("its triggers change rows")
    } else if write.verb == WriteVerb::Truncate {
        Ok(Vec::new())
    } else {
        let table = table.clone();
        named_rows(interpreter.host, &table).and_then(|rows| evaluate_write(interpreter, text, &table, &rows, frame))
    };
    set_rows(interpreter.host, &key, rows);
    for other in write.reads.iter().filter(|_| write.verb == WriteVerb::Truncate) {
        if let Some(key) = interpreter.host.relation(other) {
            set_rows(interpreter.host, &key, Ok(Vec::new()));
        }
    }
    if matches!(write.verb, WriteVerb::Delete | WriteVerb::Truncate | WriteVerb::Update) {
        referencing(interpreter.host, &key);
    }
}

/// A trigger may change the row or write to other tables; which, nobody can tell from outside.
fn has_writing_trigger(host: &dyn Host, table: &Table) -> bool {
    let may_write = |body: &str| {
        let lower = body.to_ascii_lowercase();
        ["insert", "update", "delete", "new.", "execute", "perform"].iter().any(|word| lower.contains(word))
    };
    table.triggers.iter().any(|trigger| {
        let function = trigger.function.as_ref();
        let bodies = host.catalog().functions.iter().filter(|f| Some(&f.name) == function);
        bodies.filter_map(|f| f.body.as_deref()).any(may_write)
    })
}

/// Foreign keys carry deletes and updates to rows of other tables.
fn referencing(host: &mut dyn Host, key: &QualifiedName) {
    let data = host.data();
    if data.tables.is_empty() {
        return;
    }
    let touched = host.catalog().tables.iter().filter(|(name, table)| {
        *name != key && data.get(table).is_some() && table.foreign_keys.iter().any(|f| f.ref_table == *key)
    });
    let touched: Vec<QualifiedName> = touched.map(|(name, _)| name.clone()).collect();
    for name in touched {
        set_rows(host, &name, Err(Stop::unknown("a foreign key may have changed its rows")));
    }
}

/// The default of a column where it is a constant.
pub(super) fn default_of(interpreter: &mut Interpreter<'_>, table: &Table, column: &str) -> Answer {
    let found = table.column(column);
    match found.map(|c| &c.default) {
        Some(Known::Known(Some(default))) => {
            let sql = default.expr.sql.clone();
            interpreter.evaluate(&sql, &Frame::default())
        }
        Some(Known::Known(None)) if found.is_some_and(|c| c.identity.is_none()) => {
            Ok(crate::ddl::postgres::eval::Value::Null)
        }
        _ => Err(Stop::unknown("the server made the value")),
    }
}
