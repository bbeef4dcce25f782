//! ALTER TABLE, and ALTER TYPE … ADD VALUE.

use super::cursor::Cursor;
use super::expr::expression;
use super::table::{at_clause_end, begins_constraint, column_def, table_constraint};
use super::types::type_use;
use crate::ddl::{AlterAction, EnumPosition, Name, Op, RelationKind, RenameTarget};

/// After ALTER.
pub(super) fn alter(cursor: &mut Cursor<'_>) -> Option<Op> {
    if cursor.word("table") {
        alter_table(cursor)
    } else if cursor.word("type") {
        add_value(cursor)
    } else {
        None
    }
}

fn alter_table(cursor: &mut Cursor<'_>) -> Option<Op> {
    let if_exists = cursor.if_exists();
    let only = cursor.word("only");
    let relation = cursor.qualified()?;
    if cursor.word("rename") {
        return rename(cursor, relation, only, if_exists);
    }
    let mut actions = Vec::with_capacity(1);
    loop {
        actions.push(action(cursor)?);
        if !at_clause_end(cursor) {
            return None;
        }
        if !cursor.symbol(",") {
            break;
        }
    }
    Some(Op::AlterTable { relation, kind: RelationKind::Table, if_exists, only, actions })
}

/// After RENAME.
fn rename(cursor: &mut Cursor<'_>, relation: Name, only: bool, if_exists: bool) -> Option<Op> {
    let what = if cursor.word("to") {
        RenameTarget::Relation { kind: RelationKind::Table, name: relation }
    } else if cursor.word("column") {
        let column = cursor.column()?;
        if !cursor.word("to") {
            return None;
        }
        RenameTarget::Column { relation, column, only }
    } else if cursor.word("constraint") {
        let constraint = cursor.column()?;
        if !cursor.word("to") {
            return None;
        }
        RenameTarget::Constraint { relation, constraint, only }
    } else {
        return None;
    };
    Some(Op::Rename { what, to: cursor.column()?, if_exists })
}

fn action(cursor: &mut Cursor<'_>) -> Option<AlterAction> {
    let start = cursor.offset();
    if cursor.word("add") {
        return add(cursor, start);
    }
    if cursor.word("drop") {
        let column = cursor.word("column");
        if !column && !cursor.word("constraint") {
            return None;
        }
        let if_exists = cursor.if_exists();
        let name = cursor.column()?;
        let cascade = cursor.cascade();
        let span = cursor.span_from(start);
        return Some(if column {
            AlterAction::DropColumn { name, if_exists, cascade, span }
        } else {
            AlterAction::DropConstraint { name, if_exists, cascade, span }
        });
    }
    if cursor.words(&["alter", "column"]) {
        return alter_column(cursor, start);
    }
    let security = |enabled| Some(AlterAction::RowLevelSecurity { enabled: Some(enabled), forced: None });
    if cursor.words(&["enable", "row", "level", "security"]) {
        return security(true);
    }
    if cursor.words(&["disable", "row", "level", "security"]) {
        return security(false);
    }
    None
}

fn add(cursor: &mut Cursor<'_>, start: usize) -> Option<AlterAction> {
    if begins_constraint(cursor) {
        return table_constraint(cursor).map(AlterAction::AddConstraint);
    }
    if !cursor.word("column") {
        return None;
    }
    let if_not_exists = cursor.if_not_exists();
    let column = column_def(cursor)?;
    Some(AlterAction::AddColumn { column, if_not_exists, span: cursor.span_from(start) })
}

/// After ALTER COLUMN.
fn alter_column(cursor: &mut Cursor<'_>, start: usize) -> Option<AlterAction> {
    let column = cursor.column()?;
    if cursor.words(&["set", "default"]) {
        return Some(AlterAction::SetDefault { column, expr: expression(cursor, false)? });
    }
    if cursor.words(&["drop", "default"]) {
        return Some(AlterAction::DropDefault { column });
    }
    if cursor.words(&["set", "not", "null"]) {
        return Some(AlterAction::SetNotNull { column });
    }
    if cursor.words(&["drop", "not", "null"]) {
        return Some(AlterAction::DropNotNull { column });
    }
    if !cursor.words(&["set", "data", "type"]) && !cursor.word("type") {
        return None;
    }
    let (ty, _) = type_use(cursor)?;
    let using = if cursor.word("using") { Some(expression(cursor, true)?) } else { None };
    Some(AlterAction::SetType { column, ty, collation: None, using, span: cursor.span_from(start) })
}

/// After ALTER TYPE.
fn add_value(cursor: &mut Cursor<'_>) -> Option<Op> {
    let name = cursor.qualified()?;
    if !cursor.words(&["add", "value"]) {
        return None;
    }
    let if_not_exists = cursor.if_not_exists();
    let (value, _) = cursor.string()?;
    let position = if cursor.word("before") {
        Some(EnumPosition::Before(label(cursor)?))
    } else if cursor.word("after") {
        Some(EnumPosition::After(label(cursor)?))
    } else {
        None
    };
    Some(Op::AddEnumValue { name, value, if_not_exists, position })
}

/// A label that is not empty: the grammar's tree has an empty one where none is written.
fn label(cursor: &mut Cursor<'_>) -> Option<String> {
    cursor.string().map(|(label, _)| label).filter(|label| !label.is_empty())
}
