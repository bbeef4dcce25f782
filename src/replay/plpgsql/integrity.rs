//! Rows against constraints, where both are known: what an INSERT may not write, and what a new constraint finds in a table
//! (`ExecConstraints` in src/backend/executor/execMain.c, `ATRewriteTable` in tablecmds.c).
//!
//! Nothing is said of rows that are not surely there as they are remembered; see [`TableData`](super::TableData).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::{Host, IssueKind, Refusal};
use super::data::{NamedRow, has_some, named_rows};
use super::frame::Frame;
use super::interpret::Interpreter;
use super::stored::{domains_of, frame_of, known_or_stop, value_of, with_base_types};
use crate::ddl::postgres::eval::Value;
use crate::ddl::postgres::{ConflictTarget, OnConflict};
use crate::model::{Column, Deferrable, Domain, ForeignKey, IndexKeyPart, Key, Known, QualifiedName, Table};

/// Whether a constraint holds; `None` where that cannot be told.
type Holds = Option<bool>;

/// Whether two rows have the same key.
fn same_key(table: &Table, a: &NamedRow, b: &NamedRow, columns: &[String], nulls_equal: bool) -> Holds {
    let mut unknown = false;
    for column in columns {
        match (value_of(table, a, column), value_of(table, b, column)) {
            (Some(Value::Null), _) | (_, Some(Value::Null)) if !nulls_equal => return Some(false),
            (Some(a), Some(b)) if a != b => return Some(false),
            (Some(_), Some(_)) => {}
            _ => unknown = true,
        }
    }
    (!unknown).then_some(true)
}

/// The rows of a table, where they are surely all that it has.
fn sure_rows<'h>(host: &'h dyn Host, key: &QualifiedName) -> Option<(&'h Table, Arc<Vec<NamedRow>>)> {
    let table = host.catalog().tables.get(key)?;
    if !host.data().is_sure(table) {
        return None;
    }
    Some((table, named_rows(host, table).ok()?))
}

/// The same where there are any, with the types that their values are stored as.
fn some_rows(host: &dyn Host, key: &QualifiedName) -> Option<(Table, Arc<Vec<NamedRow>>)> {
    let (table, rows) = sure_rows(host, key)?;
    (!rows.is_empty()).then(|| (with_base_types(host, table), rows))
}

pub(in crate::replay) fn has_rows(host: &dyn Host, key: &QualifiedName) -> bool {
    let table = host.catalog().tables.get(key);
    table.is_some_and(|table| host.data().is_sure(table) && has_some(host, table))
}

pub(in crate::replay) fn has_null(host: &dyn Host, key: &QualifiedName, column: &str) -> bool {
    some_rows(host, key)
        .is_some_and(|(table, rows)| rows.iter().any(|row| value_of(&table, row, column) == Some(Value::Null)))
}

pub(in crate::replay) fn has_duplicates(
    host: &dyn Host,
    key: &QualifiedName,
    columns: &[String],
    nulls_equal: bool,
) -> bool {
    let Some((table, rows)) = some_rows(host, key) else { return false };
    let again = |(place, row): (usize, &NamedRow)| {
        rows[..place].iter().any(|before| same_key(&table, before, row, columns, nulls_equal) == Some(true))
    };
    rows.iter().enumerate().any(again)
}

/// Whether a row surely makes a condition of its table false.
fn breaks(host: &mut dyn Host, table: &Table, row: &NamedRow, sql: &str) -> Holds {
    is_false(host, table, sql, &frame_of(table, row))
}

/// Whether a row's value in a column surely makes a condition of the column's domain false.
fn breaks_domain(host: &mut dyn Host, table: &Table, row: &NamedRow, column: &str, sql: &str) -> Holds {
    let mut frame = Frame::default();
    frame.declare("value", known_or_stop(value_of(table, row, column)));
    is_false(host, table, sql, &frame)
}

fn is_false(host: &mut dyn Host, table: &Table, sql: &str, frame: &Frame) -> Holds {
    match Interpreter::new(host, table.origin.created).evaluate(sql, frame) {
        Ok(Value::Bool(holds)) => Some(!holds),
        Ok(Value::Null) => Some(false),
        _ => None,
    }
}

pub(in crate::replay) fn violates_check(host: &mut dyn Host, key: &QualifiedName, sql: &str) -> bool {
    let Some((table, rows)) = some_rows(host, key) else { return false };
    rows.iter().any(|row| breaks(host, &table, row, sql) == Some(true))
}

/// The same of a domain's check, for a column of that domain.
pub(in crate::replay) fn violates_domain(host: &mut dyn Host, key: &QualifiedName, column: &str, sql: &str) -> bool {
    let Some((table, rows)) = some_rows(host, key) else { return false };
    rows.iter().any(|row| breaks_domain(host, &table, row, column, sql) == Some(true))
}

/// Whether a row surely refers to nothing.
fn dangles(host: &dyn Host, table: &Table, row: &NamedRow, key: &ForeignKey, own: &[NamedRow]) -> Holds {
    // Foreign keys are triggers to the server, and a replica fires none.
    let replicates = host.setting("session_replication_role").is_some_and(|role| !role.eq_ignore_ascii_case("origin"));
    if replicates || !host.data().is_checked(table) {
        return None;
    }
    let mut values = Vec::with_capacity(key.columns.len());
    for column in &key.columns {
        match value_of(table, row, column) {
            Some(Value::Null) => return Some(false),
            value => values.push(value?),
        }
    }
    let others;
    let (referenced, rows) = if key.ref_table == table.name {
        (table, own)
    } else {
        let (referenced, rows) = sure_rows(host, &key.ref_table)?;
        others = (with_base_types(host, referenced), rows);
        (&others.0, others.1.as_slice())
    };
    // Somebody else may have written to it.
    let called = |body: &str| body.to_ascii_lowercase().contains(&referenced.name.name.to_ascii_lowercase());
    if host.catalog().functions.iter().filter_map(|f| f.body.as_deref()).any(called) {
        return None;
    }
    for other in rows {
        let theirs: Option<Vec<Value>> = key.ref_columns.iter().map(|c| value_of(referenced, other, c)).collect();
        if theirs? == values {
            return Some(false);
        }
    }
    Some(true)
}

pub(in crate::replay) fn violates_foreign_key(host: &dyn Host, key: &QualifiedName, foreign: &ForeignKey) -> bool {
    let Some((table, rows)) = some_rows(host, key) else { return false };
    rows.iter().any(|row| dangles(host, &table, row, foreign, &rows) == Some(true))
}

/// Whether a table surely has rows that refer to something by a foreign key.
pub(in crate::replay) fn refers_at_all(host: &dyn Host, key: &QualifiedName, foreign: &ForeignKey) -> bool {
    let Some((table, rows)) = some_rows(host, key) else { return false };
    let refers = |row: &NamedRow| {
        foreign.columns.iter().all(|c| value_of(&table, row, c).is_some_and(|value| value != Value::Null))
    };
    rows.iter().any(refers)
}

/// What the domains of a column say of a row's value: a refusal, or whether they surely let it in. `table` has the types below its domains.
fn judge_domains(host: &mut dyn Host, table: &Table, row: &NamedRow, column: &Column) -> Result<bool, Refusal> {
    let Known::Known(ty) = &column.ty else { return Ok(true) };
    let domains: Vec<Domain> = domains_of(host, ty).0.into_iter().cloned().collect();
    // The column's own domain is named, whichever of those below it refuses.
    let Some(outermost) = domains.first().map(|domain| &domain.name.name) else { return Ok(true) };
    let refuse = |code: &'static str, message: String| Err(Refusal::new(IssueKind::InvalidDefinition, code, message));
    let mut sure = true;
    if domains.iter().any(|domain| domain.not_null) {
        match value_of(table, row, &column.name) {
            Some(Value::Null) => return refuse("23502", format!("domain {outermost} does not allow null values")),
            value => sure &= value.is_some(),
        }
    }
    for check in domains.iter().flat_map(|domain| &domain.checks) {
        let held = match &check.expr {
            Known::Known(expr) => breaks_domain(host, table, row, &column.name, &expr.sql),
            Known::Unknown(_) => None,
        };
        if held == Some(true) {
            let message = format!("value for domain {outermost} violates check constraint \"{}\"", check.name);
            return refuse("23514", message);
        }
        sure &= held.is_some();
    }
    Ok(sure)
}

/// A new column of a domain, with what it puts into the rows that there are.
pub(in crate::replay) fn judge_new_column(
    host: &mut dyn Host,
    key: &QualifiedName,
    column: &str,
) -> Result<(), Refusal> {
    let Some((table, rows)) = some_rows(host, key) else { return Ok(()) };
    let Some(added) = host.catalog().tables.get(key).and_then(|t| t.column(column)).cloned() else { return Ok(()) };
    rows.iter().try_for_each(|row| judge_domains(host, &table, row, &added).map(|_| ()))
}

/// What the server says of new rows of a table: a refusal, or `None`; and whether they are surely in it then.
pub(super) fn judge_new_rows(
    host: &mut dyn Host,
    table: &Table,
    rows: &[NamedRow],
    first_new: usize,
) -> Result<bool, Refusal> {
    let refuse = |code: &'static str, message: String| Err(Refusal::new(IssueKind::InvalidDefinition, code, message));
    let name = &table.name.name;
    let written = table;
    let table = &with_base_types(host, table);
    let was_sure = host.data().is_sure(table);
    let mut sure =
        table.exclusions.is_empty() && table.unknown_constraints.is_empty() && table.unknown_columns.is_empty();
    let keys = unique_keys(table);
    sure &= keys.is_some();
    let keys = keys.unwrap_or_default();
    for (place, row) in rows.iter().enumerate().skip(first_new) {
        // What the server could not generate it would refuse.
        let generated = table.columns.iter().filter(|c| c.generated != Known::Known(None));
        sure &= generated.into_iter().all(|c| value_of(table, row, &c.name).is_some());
        for column in table.columns.iter().filter(|c| c.not_null == Known::Known(true)) {
            match row.iter().find(|(n, _)| *n == column.name).map(|(_, value)| value) {
                Some(Ok(Value::Null)) => {
                    return refuse("23502", null_in_column(&column.name, name));
                }
                // What the server makes is there.
                Some(_) if column.identity.is_some() => {}
                Some(Ok(_)) => {}
                _ => sure &= matches!(column.default, Known::Known(Some(_))),
            }
        }
        for column in &written.columns {
            sure &= judge_domains(host, table, row, column)?;
        }
        sure &= judge_checks(host, table, row)?;
        for (key, columns, nulls_equal) in &keys {
            // Whether the older ones are there has to be sure, too.
            let from = if was_sure { 0 } else { first_new };
            for before in &rows[from..place] {
                match same_key(table, before, row, columns, *nulls_equal) {
                    Some(true) => {
                        return refuse("23505", format!("duplicate key value violates unique constraint \"{key}\""));
                    }
                    Some(false) => {}
                    None => sure &= columns.iter().any(|c| is_made_anew(table, c, before, row)),
                }
            }
        }
        for key in &table.foreign_keys {
            let dangling = dangles(host, table, row, key, rows);
            if dangling == Some(true) && key.deferrable == Deferrable::No {
                let message =
                    format!("insert or update on table \"{name}\" violates foreign key constraint \"{}\"", key.name);
                return refuse("23503", message);
            }
            sure &= dangling == Some(false);
        }
    }
    Ok(sure)
}

/// The same of rows that were changed in their places. A refusal is certain only where the old rows are.
pub(super) fn judge_updated_rows(
    host: &mut dyn Host,
    table: &Table,
    before: &[NamedRow],
    rows: &[NamedRow],
) -> Result<bool, Refusal> {
    if before.len() != rows.len() || !host.data().is_sure(table) {
        return Ok(false);
    }
    let refuse = |code: &'static str, message: String| Err(Refusal::new(IssueKind::InvalidDefinition, code, message));
    let (name, written, table) = (&table.name.name, table, &with_base_types(host, table));
    let mut sure = table.unknown_constraints.is_empty() && table.unknown_columns.is_empty();
    let mut changed = BTreeSet::new();
    for (old, row) in before.iter().zip(rows).filter(|(old, row)| old != row) {
        let is_new = |column: &&Column| {
            let of = |row: &NamedRow| row.iter().find(|(n, _)| *n == column.name).map(|(_, value)| value.clone());
            of(old) != of(row)
        };
        for column in written.columns.iter().filter(is_new) {
            changed.insert(column.name.as_str());
            if column.not_null == Known::Known(true) {
                match row.iter().find(|(n, _)| *n == column.name) {
                    Some((_, Ok(Value::Null))) => {
                        return refuse("23502", null_in_column(&column.name, name));
                    }
                    value => sure &= value.is_some_and(|(_, value)| value.is_ok()),
                }
            }
            sure &= judge_domains(host, table, row, column)?;
            sure &= column.generated == Known::Known(None) || value_of(table, row, &column.name).is_some();
        }
        sure &= judge_checks(host, table, row)?;
    }
    for (key, columns, nulls_equal) in unique_keys(table).unwrap_or_default() {
        if !columns.iter().any(|c| changed.contains(c.as_str())) {
            continue;
        }
        let again = |(place, row): (usize, &NamedRow)| {
            rows[..place].iter().any(|other| same_key(table, other, row, &columns, nulls_equal) == Some(true))
        };
        if rows.iter().enumerate().any(again) {
            return refuse("23505", format!("duplicate key value violates unique constraint \"{key}\""));
        }
    }
    // Rows that get other keys may meet each other on the way, or be referred to.
    let is_changed = |column: &String| changed.contains(column.as_str());
    let of_keys =
        unique_keys(table).is_none_or(|keys| keys.iter().any(|(_, columns, _)| columns.iter().any(is_changed)));
    let refers = table.foreign_keys.iter().any(|key| key.columns.iter().any(is_changed));
    let others = host.catalog().tables.values().flat_map(|other| &other.foreign_keys);
    let referred = others.filter(|key| key.ref_table == table.name).any(|key| key.ref_columns.iter().any(is_changed));
    Ok(sure && (changed.is_empty() || !(of_keys || refers || referred || !table.exclusions.is_empty())))
}

fn null_in_column(column: &str, table: &str) -> String {
    format!("null value in column \"{column}\" of relation \"{table}\" violates not-null constraint")
}

/// What the checks of a table say of a row: a refusal, or whether they surely let it in.
fn judge_checks(host: &mut dyn Host, table: &Table, row: &NamedRow) -> Result<bool, Refusal> {
    let mut sure = true;
    for check in &table.checks {
        let held = match &check.expr {
            Known::Known(expr) => breaks(host, table, row, &expr.sql),
            Known::Unknown(_) => None,
        };
        if held == Some(true) {
            let name = &table.name.name;
            let message = format!("new row for relation \"{name}\" violates check constraint \"{}\"", check.name);
            return Err(Refusal::new(IssueKind::InvalidDefinition, "23514", message));
        }
        sure &= held.is_some();
    }
    Ok(sure)
}

/// Whether `ON CONFLICT … DO NOTHING` leaves out a new row of a table; `None` where that cannot be told, or where it would change the older row.
pub(super) fn meets_conflict(
    host: &dyn Host,
    table: &Table,
    rows: &[NamedRow],
    row: &NamedRow,
    clause: &OnConflict,
) -> Holds {
    if rows.is_empty() {
        return Some(false);
    }
    if !host.data().is_sure(table) {
        return None;
    }
    let table = &with_base_types(host, table);
    let mut met = false;
    for (name, columns, nulls_equal) in unique_keys(table)? {
        for before in rows {
            match same_key(table, before, row, &columns, nulls_equal) {
                Some(false) => {}
                Some(true) => {
                    let is_meant = match &clause.target {
                        ConflictTarget::Any => true,
                        ConflictTarget::Columns(of) => {
                            of.len() == columns.len() && of.iter().all(|c| columns.contains(c))
                        }
                        ConflictTarget::Constraint(of) => of == name,
                        ConflictTarget::Other => false,
                    };
                    if !is_meant || !clause.does_nothing {
                        return None;
                    }
                    met = true;
                }
                None if columns.iter().any(|c| is_made_anew(table, c, before, row)) => {}
                None => return None,
            }
        }
    }
    Some(met)
}

/// Whether the server makes the value of a column anew for a row: a random UUID, or a counter's next, which only differs from what it made before.
fn is_made_anew(table: &Table, column: &str, before: &NamedRow, row: &NamedRow) -> bool {
    let Some(found) = table.column(column) else { return false };
    let default = match &found.default {
        Known::Known(Some(default)) => default.expr.sql.as_str(),
        _ => "",
    };
    let made = |row: &NamedRow| value_of(table, row, column).is_none();
    if ["gen_random_uuid", "uuid_generate_v"].iter().any(|maker| default.contains(maker)) {
        return made(before) || made(row);
    }
    (found.identity.is_some() || default.contains("nextval")) && made(before) && made(row)
}

/// Names and columns of the table's unique keys; `None` where one is over an expression or over some rows only.
#[allow(clippy::type_complexity)] // used here alone
fn unique_keys(table: &Table) -> Option<Vec<(&str, Vec<String>, bool)>> {
    let of_key = |key: &'_ Key| key.deferrable == Deferrable::No;
    let constraints = table.primary_key.iter().chain(&table.uniques);
    let mut keys: Vec<(&str, Vec<String>, bool)> = constraints
        .filter(|key| of_key(key))
        .map(|key| (key.name.as_str(), key.columns.clone(), key.nulls_not_distinct))
        .collect();
    for index in table.indexes.iter().filter(|index| index.unique) {
        let columns: Option<Vec<String>> = index
            .keys
            .iter()
            .map(|key| match &key.part {
                IndexKeyPart::Column(column) => Some(column.clone()),
                IndexKeyPart::Expr(_) => None,
            })
            .collect();
        if index.predicate != Known::Known(None) {
            return None;
        }
        keys.push((index.name.as_str(), columns?, index.nulls_not_distinct));
    }
    Some(keys)
}
