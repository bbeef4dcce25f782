//! What ALTER TABLE makes of the rows that are remembered of a table (`ATRewriteTable` in src/backend/commands/tablecmds.c).

use super::super::Host;
use super::data::{NamedRow, default_of, named_rows, set_rows};
use super::frame::Frame;
use super::interpret::Interpreter;
use super::stored::{generate, known_or_stop, value_of, with_base_types};
use crate::ddl::postgres::eval::Answer;
use crate::model::{Expr, Known, QualifiedName, Table};

/// A table with the rows that it is known to have; `None` where it has none, or none that are known.
fn remembered(host: &dyn Host, key: &QualifiedName) -> Option<(Table, Vec<NamedRow>)> {
    let table = host.catalog().tables.get(key)?;
    let rows = named_rows(host, table).ok().filter(|rows| !rows.is_empty())?;
    Some((table.clone(), rows.to_vec()))
}

/// A column that the table has now: every row gets its default, or what it generates.
pub(in crate::replay) fn column_added(host: &mut dyn Host, key: &QualifiedName, column: &str) {
    let Some((table, mut rows)) = remembered(host, key) else { return };
    let is_generated = table.column(column).is_none_or(|c| c.generated != Known::Known(None));
    let mut interpreter = Interpreter::new(host, table.origin.created);
    for row in &mut rows {
        row.retain(|(name, _)| name != column);
        if is_generated {
            generate(&mut interpreter, &table, row);
        } else {
            let value = default_of(&mut interpreter, &table, column);
            row.push((column.to_owned(), value));
        }
    }
    set_rows(host, key, Ok(rows));
}

pub(in crate::replay) fn column_dropped(host: &mut dyn Host, key: &QualifiedName, column: &str) {
    let Some((_, mut rows)) = remembered(host, key) else { return };
    rows.iter_mut().for_each(|row| row.retain(|(name, _)| name != column));
    set_rows(host, key, Ok(rows));
}

pub(in crate::replay) fn column_renamed(host: &mut dyn Host, key: &QualifiedName, from: &str, to: &str) {
    let Some((_, mut rows)) = remembered(host, key) else { return };
    let renamed = rows.iter_mut().flatten().filter(|(name, _)| name == from);
    renamed.for_each(|(name, _)| to.clone_into(name));
    set_rows(host, key, Ok(rows));
}

/// A column that is about to get another type: its values are those that USING makes of the old ones, or the old ones themselves.
pub(in crate::replay) fn column_retyped(host: &mut dyn Host, key: &QualifiedName, column: &str, using: Option<&Expr>) {
    let Some((table, mut rows)) = remembered(host, key) else { return };
    let table = with_base_types(host, &table);
    let mut interpreter = Interpreter::new(host, table.origin.created);
    for row in &mut rows {
        let old = known_or_stop(value_of(&table, row, column));
        let new: Answer = match using {
            None => old,
            Some(expr) => {
                let mut frame = Frame::default();
                frame.declare(column, old);
                interpreter.evaluate(&expr.sql, &frame)
            }
        };
        row.retain(|(name, _)| name != column);
        row.push((column.to_owned(), new));
    }
    set_rows(host, key, Ok(rows));
}
