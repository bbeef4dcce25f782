//! Rows of tables, where all their writes were constant.
//!
//! Some runners keep a version in a small table and guard every step by it; then the rows decide what the schema becomes. A table that nobody
//! wrote to is empty, for migrations are judged on a new database. What is written by constants is kept; everything else makes the
//! table's rows unknown, never wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::Refusal;
use super::super::{Host, Touches};
use super::frame::Frame;
use super::integrity::judge_new_rows;
use super::interpret::Interpreter;
use super::statement::evaluate_write;
use crate::ddl::postgres::eval::{Answer, Row, Rows, Stop};
use crate::ddl::{Op, Statement, WriteVerb};
use crate::model::{Known, QualifiedName, Table, Unknown};
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
    /// Tables whose rows may be others than those remembered, which are good enough for a guard and not for a refusal.
    unsure: Arc<BTreeSet<Span>>,
    /// Tables whose foreign keys a migration has switched off, with all their triggers.
    unchecked: Arc<BTreeSet<Span>>,
    /// Rows came from where nobody looks: `\copy`, prepared statements.
    all_unsure: bool,
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
    /// Whether nobody has written to a table since it was made.
    fn is_unwritten(&self, table: &Table) -> bool {
        match self.get(table) {
            None => true,
            Some(Entry { name, contents: Contents::Rows(rows) }) => *name == table.name.name && rows.is_empty(),
            Some(_) => false,
        }
    }

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
        Self { tables: Arc::new(tables), ..self.clone() }
    }

    /// Whether a table's rows are surely those remembered.
    pub(super) fn is_sure(&self, table: &Table) -> bool {
        !self.all_unsure && !self.unsure.contains(&table.origin.created)
    }

    /// The same data, a table's rows being doubtful.
    pub(in crate::replay) fn doubting(&self, table: &Table) -> Self {
        let mut unsure = (*self.unsure).clone();
        unsure.insert(table.origin.created);
        Self { unsure: Arc::new(unsure), ..self.clone() }
    }

    /// The same data, a column of a table having another name.
    pub(in crate::replay) fn with_column_renamed(&self, table: &Table, from: &str, to: &str) -> Self {
        let mut tables = (*self.tables).clone();
        if let Some(Entry { contents: Contents::Rows(rows), .. }) = tables.get_mut(&table.origin.created) {
            let names = Arc::make_mut(rows).iter_mut().flatten().map(|(name, _)| name);
            names.filter(|name| *name == from).for_each(|name| to.clone_into(name));
        }
        Self { tables: Arc::new(tables), ..self.clone() }
    }

    /// Whether the server looks at a table's foreign keys when rows come.
    pub(super) fn is_checked(&self, table: &Table) -> bool {
        !self.unchecked.contains(&table.origin.created)
    }

    /// The same data, foreign keys of a table not being looked at from here on: when they are again is not followed.
    pub(in crate::replay) fn unchecked(&self, table: &Table) -> Self {
        let mut unchecked = (*self.unchecked).clone();
        unchecked.insert(table.origin.created);
        Self { unchecked: Arc::new(unchecked), ..self.clone() }
    }

    /// The same data, all rows being doubtful.
    pub(in crate::replay) fn doubting_all(&self) -> Self {
        Self { all_unsure: true, ..self.clone() }
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

/// Whether a table that shares rows with others holds none: nobody wrote to it, to a table above it, or to one below.
pub(in crate::replay) fn is_family_empty(host: &dyn Host, table: &Table) -> bool {
    let tables = &host.catalog().tables;
    let ancestors = |of: &Table| {
        let mut found: Vec<&Table> = Vec::new();
        let parents =
            |of: &Table| of.partition.iter().map(|p| &p.parent).chain(&of.inherits).cloned().collect::<Vec<_>>();
        let mut open = parents(of);
        while let Some(name) = open.pop() {
            if let Some(parent) = tables.get(&name)
                && !found.iter().any(|known| known.name == name)
            {
                open.extend(parents(parent));
                found.push(parent);
            }
        }
        found
    };
    let is_unwritten = |member: &Table| host.data().is_unwritten(member);
    let is_below = |other: &Table| ancestors(other).iter().any(|above| above.name == table.name);
    is_unwritten(table)
        && ancestors(table).into_iter().all(is_unwritten)
        && tables.values().all(|other| is_unwritten(other) || !is_below(other))
}

pub(super) fn named_rows(host: &dyn Host, table: &Table) -> Answer<Arc<Vec<NamedRow>>> {
    if !host.knows_all() {
        return Err(Stop::unknown("an earlier statement may have written any row"));
    }
    if host.is_doubtful(&table.name.name) {
        return Err(Stop::unknown("an earlier statement may have changed the table"));
    }
    if table.partition.is_some()
        || !table.inherits.is_empty()
        || !matches!(table.kind, crate::model::TableKind::Ordinary)
    {
        return if is_family_empty(host, table) {
            Ok(Arc::default())
        } else {
            Err(Stop::unknown("rows of partitions and of inherited tables are not followed"))
        };
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
pub(super) fn record(host: &mut dyn Host, statement: &Statement, text: &str) -> Result<(), Refusal> {
    let mut interpreter = Interpreter::new(host, statement.span);
    follow(&mut interpreter, statement, text, &Frame::default()).map(|_| ())
}

/// Follows a write anywhere: works out the table's new rows, or makes them unknown. Gives how many rows the statement changed; refused is
/// what its constraints surely do not let in.
pub(super) fn follow(
    interpreter: &mut Interpreter<'_>,
    statement: &Statement,
    text: &str,
    frame: &Frame,
) -> Result<Answer<usize>, Refusal> {
    let unknown = |why: &str| Ok(Err(Stop::unknown(why)));
    let Op::Write(write) = &statement.op else { return unknown("it is no write") };
    let Some(key) = interpreter.host.relation(&write.relation) else { return unknown("the table is not known") };
    let Some(table) = interpreter.host.catalog().tables.get(&key).cloned() else {
        // Which tables get the rows is for the view's query to say, or its triggers.
        let data = interpreter.host.data().doubting_all();
        interpreter.host.set_data(data);
        return unknown("it writes to a view");
    };
    let empty = named_rows(interpreter.host, &table).is_ok_and(|rows| rows.is_empty());
    if empty && matches!(write.verb, WriteVerb::Update | WriteVerb::Delete) && !writes_in_with(text) {
        return Ok(Ok(0));
    }
    let fires = fired_by(interpreter.host, &table, write.verb);
    if fires.changes_model {
        let reason = format!("a trigger of `{key}` changes the schema");
        interpreter.opaque(Unknown::new(interpreter.place(statement.span), reason), Touches::Anything);
    }
    let result = if text.len() > TEXT {
        unknown_write("it was written by a long statement")
    } else if write.verb == WriteVerb::Copy {
        unknown_write("it was written by COPY")
    } else if fires.changes_rows {
        unknown_write("its triggers change rows")
    } else if write.verb == WriteVerb::Truncate {
        Ok((Vec::new(), Err(Stop::unknown("TRUNCATE counts no rows"))))
    } else {
        named_rows(interpreter.host, &table).and_then(|rows| evaluate_write(interpreter, text, &table, &rows, frame))
    };
    let (rows, count) = match result {
        Ok((rows, count)) => (Ok(rows), count),
        Err(stop) => (Err(stop.clone()), Err(stop)),
    };
    // A rule may write other rows instead.
    let has_rules = interpreter.host.catalog().opaque.iter().any(|o| o.what == "rule");
    let is_sure = match (&rows, write.verb) {
        _ if has_rules => false,
        (Ok(rows), WriteVerb::Insert) => {
            let before = named_rows(interpreter.host, &table).map_or(0, |rows| rows.len());
            judge_new_rows(interpreter.host, &table, rows, before)? && table.triggers.is_empty()
        }
        // A condition that is not known has made the rows unknown; a foreign key may keep them.
        (Ok(rows), WriteVerb::Delete) => {
            let refers = |t: &Table| t.foreign_keys.iter().any(|f| f.ref_table == key);
            table.triggers.is_empty() && (rows.is_empty() || !interpreter.host.catalog().tables.values().any(refers))
        }
        (Ok(rows), _) => rows.is_empty() && table.triggers.is_empty(),
        (Err(_), _) => true,
    };
    if !is_sure {
        let data = interpreter.host.data().doubting(&table);
        interpreter.host.set_data(data);
    }
    set_rows(interpreter.host, &key, rows);
    if write.verb == WriteVerb::Truncate {
        for other in &write.reads {
            if let Some(key) = interpreter.host.relation(other) {
                set_rows(interpreter.host, &key, Ok(Vec::new()));
            }
        }
    } else if writes_in_with(text) {
        for other in &write.reads {
            if let Some(key) = interpreter.host.relation(other) {
                set_rows(interpreter.host, &key, Err(Stop::unknown("it was written within WITH")));
            }
        }
    }
    if matches!(write.verb, WriteVerb::Delete | WriteVerb::Truncate | WriteVerb::Update) {
        referencing(interpreter.host, &key);
    }
    Ok(count)
}

/// New rows, and how many of them the statement changed.
pub(super) type Written = (Vec<NamedRow>, Answer<usize>);

fn unknown_write(why: &str) -> Answer<Written> {
    Err(Stop::unknown(why))
}

/// A WITH query may write to other tables.
fn writes_in_with(text: &str) -> bool {
    let lower = text.get(..4).map(str::to_ascii_lowercase);
    lower.as_deref() == Some("with") && {
        let lower = text.to_ascii_lowercase();
        ["insert ", "update ", "delete "].iter().map(|word| lower.matches(word).count()).sum::<usize>() > 1
    }
}

/// What the triggers of a write may do; the row they see may be changed, or other tables, or the schema.
struct Fired {
    changes_rows: bool,
    changes_model: bool,
}

fn fired_by(host: &dyn Host, table: &Table, verb: WriteVerb) -> Fired {
    let events: &[&str] = match verb {
        WriteVerb::Insert | WriteVerb::Copy => &["insert"],
        WriteVerb::Update => &["update"],
        WriteVerb::Delete => &["delete"],
        WriteVerb::Truncate => &["truncate"],
        WriteVerb::Merge => &["insert", "update", "delete"],
    };
    let fires = |trigger: &&crate::model::Trigger| match &trigger.definition {
        Known::Known(text) => {
            let lower = text.to_ascii_lowercase();
            let head = lower.split(" on ").next().unwrap_or_default();
            trigger.enabled != 'D' && events.iter().any(|event| head.contains(event))
        }
        Known::Unknown(_) => true,
    };
    let mut fired = Fired { changes_rows: false, changes_model: false };
    for trigger in table.triggers.iter().filter(fires) {
        let function = trigger.function.as_ref();
        for body in
            host.catalog().functions.iter().filter(|f| Some(&f.name) == function).filter_map(|f| f.body.as_deref())
        {
            let lower = body.to_ascii_lowercase();
            let words = ["insert", "update", "delete", "new.", "execute", "perform"];
            fired.changes_rows |= words.iter().any(|word| lower.contains(word));
            fired.changes_model |= ["create ", "alter ", "drop "].iter().any(|word| lower.contains(word));
        }
    }
    fired
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
        Some(Known::Known(None))
            if found.is_some_and(|c| {
                // A domain may have a default of its own.
                let is_plain = c.ty.known().is_some_and(|ty| ty.schema.is_none() || ty.array);
                is_plain && c.identity.is_none() && c.generated == Known::Known(None)
            }) =>
        {
            Ok(crate::ddl::postgres::eval::Value::Null)
        }
        _ => Err(Stop::unknown("the server made the value")),
    }
}
