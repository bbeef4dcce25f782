//! CREATE TABLE with its columns and constraints.

use super::cursor::Cursor;
use super::expr::expression;
use super::types::type_use;
use crate::ddl::{ColumnDef, ConstraintDef, ConstraintKind, CreateTable, Op, TableElement};
use crate::model::{Action, Deferrable, MatchKind, Persistence};

/// After `CREATE TABLE`.
pub(super) fn create_table(cursor: &mut Cursor<'_>) -> Option<Op> {
    let if_not_exists = cursor.if_not_exists();
    let name = cursor.qualified()?;
    let elements = cursor.parenthesised(element)?;
    Some(Op::CreateTable(Box::new(CreateTable {
        name,
        if_not_exists,
        persistence: Persistence::Permanent,
        elements,
        inherits: Vec::new(),
        partition_by: None,
        partition_of: None,
        of_type: None,
        options: Vec::new(),
        access_method: None,
        foreign: None,
        on_commit_drop: false,
    })))
}

fn element(cursor: &mut Cursor<'_>) -> Option<TableElement> {
    if begins_constraint(cursor) {
        return table_constraint(cursor).map(TableElement::Constraint);
    }
    column_def(cursor).map(TableElement::Column)
}

pub(super) fn begins_constraint(cursor: &Cursor<'_>) -> bool {
    let word = cursor.text().unwrap_or_default();
    ["constraint", "primary", "unique", "foreign"].iter().any(|first| word.eq_ignore_ascii_case(first))
}

/// `name type …` up to the comma or parenthesis that ends it.
pub(super) fn column_def(cursor: &mut Cursor<'_>) -> Option<ColumnDef> {
    let start = cursor.offset();
    let name = cursor.column()?;
    let (ty, _) = type_use(cursor)?;
    let mut column = ColumnDef {
        name,
        ty: Some(ty),
        collation: None,
        compression: None,
        not_null: false,
        null: false,
        default: None,
        identity: None,
        generated: None,
        constraints: Vec::new(),
        repeated: None,
        span: cursor.span_from(start),
    };
    while !at_clause_end(cursor) {
        column_constraint(cursor, &mut column)?;
    }
    column.span = cursor.span_from(start);
    for constraint in &mut column.constraints {
        constraint.span.end = column.span.end;
    }
    Some(column)
}

/// A clause ends here: what it spans is known.
pub(super) fn at_clause_end(cursor: &Cursor<'_>) -> bool {
    cursor.at_end() || matches!(cursor.text(), Some("," | ")"))
}

fn column_constraint(cursor: &mut Cursor<'_>, column: &mut ColumnDef) -> Option<()> {
    let start = cursor.offset();
    let name = if cursor.word("constraint") { Some(cursor.column()?) } else { None };
    let kind = if cursor.words(&["primary", "key"]) {
        ConstraintKind::PrimaryKey {
            columns: vec![column.name.clone()],
            include: Vec::new(),
            using_index: None,
            options: Vec::new(),
        }
    } else if cursor.word("unique") {
        ConstraintKind::Unique {
            columns: vec![column.name.clone()],
            include: Vec::new(),
            nulls_not_distinct: nulls_not_distinct(cursor),
            using_index: None,
            options: Vec::new(),
        }
    } else if cursor.word("references") {
        references(cursor, vec![column.name.clone()])?
    } else if name.is_some() {
        return None;
    } else if cursor.words(&["not", "null"]) {
        column.not_null = true;
        return Some(());
    } else if cursor.word("null") {
        column.null = true;
        return Some(());
    } else if cursor.word("default") && column.default.is_none() {
        column.default = Some(expression(cursor, false)?);
        return Some(());
    } else {
        return None;
    };
    column.constraints.push(constraint(name, kind, cursor.span_from(start)));
    Some(())
}

fn constraint(name: Option<String>, kind: ConstraintKind, span: crate::source::Span) -> ConstraintDef {
    ConstraintDef { name, kind, deferrable: Deferrable::No, not_valid: false, no_inherit: false, span }
}

/// `[CONSTRAINT name] PRIMARY KEY | UNIQUE | FOREIGN KEY …` up to the comma or parenthesis that ends it.
pub(super) fn table_constraint(cursor: &mut Cursor<'_>) -> Option<ConstraintDef> {
    let start = cursor.offset();
    let name = if cursor.word("constraint") { Some(cursor.column()?) } else { None };
    let kind = if cursor.words(&["primary", "key"]) {
        ConstraintKind::PrimaryKey {
            columns: cursor.columns()?,
            include: Vec::new(),
            using_index: None,
            options: Vec::new(),
        }
    } else if cursor.word("unique") {
        let nulls_not_distinct = nulls_not_distinct(cursor);
        ConstraintKind::Unique {
            columns: cursor.columns()?,
            include: Vec::new(),
            nulls_not_distinct,
            using_index: None,
            options: Vec::new(),
        }
    } else if cursor.words(&["foreign", "key"]) {
        let columns = cursor.columns()?;
        if !cursor.word("references") {
            return None;
        }
        references(cursor, columns)?
    } else {
        return None;
    };
    let foreign_key = matches!(kind, ConstraintKind::ForeignKey { .. });
    let not_valid = foreign_key && cursor.words(&["not", "valid"]);
    let constraint = ConstraintDef { not_valid, ..constraint(name, kind, cursor.span_from(start)) };
    at_clause_end(cursor).then_some(constraint)
}

fn nulls_not_distinct(cursor: &mut Cursor<'_>) -> bool {
    cursor.words(&["nulls", "not", "distinct"])
}

/// What stands after REFERENCES.
fn references(cursor: &mut Cursor<'_>, columns: Vec<String>) -> Option<ConstraintKind> {
    let ref_table = cursor.qualified()?;
    let ref_columns = if cursor.text() == Some("(") { cursor.columns()? } else { Vec::new() };
    let (mut on_delete, mut on_update) = (None, None);
    while cursor.word("on") {
        let side = if cursor.word("delete") {
            &mut on_delete
        } else if cursor.word("update") {
            &mut on_update
        } else {
            return None;
        };
        // Written twice, it is refused.
        if side.replace(action(cursor)?).is_some() {
            return None;
        }
    }
    Some(ConstraintKind::ForeignKey {
        columns,
        ref_table,
        ref_columns,
        on_delete: on_delete.unwrap_or(Action::NoAction),
        on_update: on_update.unwrap_or(Action::NoAction),
        on_delete_columns: Vec::new(),
        match_kind: MatchKind::Simple,
    })
}

fn action(cursor: &mut Cursor<'_>) -> Option<Action> {
    let action = if cursor.word("cascade") {
        Action::Cascade
    } else if cursor.word("restrict") {
        Action::Restrict
    } else if cursor.words(&["no", "action"]) {
        Action::NoAction
    } else if cursor.words(&["set", "null"]) {
        Action::SetNull
    } else if cursor.words(&["set", "default"]) {
        Action::SetDefault
    } else {
        return None;
    };
    // A list of columns to set.
    (cursor.text() != Some("(")).then_some(action)
}
