//! Enum types, schemas, DROP, and DO.

use super::cursor::Cursor;
use crate::ddl::postgres::lexer::Kind;
use crate::ddl::{DropTarget, Name, Op, RelationKind};

/// After `CREATE TYPE`.
pub(super) fn create_enum(cursor: &mut Cursor<'_>) -> Option<Op> {
    let name = cursor.qualified()?;
    if !cursor.words(&["as", "enum"]) {
        return None;
    }
    let labels = cursor.parenthesised(|cursor| {
        let (label, token) = cursor.string()?;
        Some((label, cursor.source.span(token.start..token.end)))
    })?;
    Some(Op::CreateEnum { name, labels })
}

/// After `CREATE SCHEMA`.
pub(super) fn create_schema(cursor: &mut Cursor<'_>) -> Option<Op> {
    let if_not_exists = cursor.if_not_exists();
    let name = Some(cursor.column()?);
    Some(Op::CreateSchema { name, if_not_exists, owner: None, elements: Vec::new() })
}

/// After DROP, where tables, indexes or types are dropped.
pub(super) fn drop(cursor: &mut Cursor<'_>) -> Option<Op> {
    let kind = if cursor.word("table") {
        Some(RelationKind::Table)
    } else if cursor.word("index") {
        Some(RelationKind::Index)
    } else if cursor.word("type") {
        None
    } else {
        return None;
    };
    let concurrently = kind == Some(RelationKind::Index) && cursor.word("concurrently");
    let if_exists = cursor.if_exists();
    let mut names: Vec<Name> = vec![cursor.qualified()?];
    while cursor.symbol(",") {
        names.push(cursor.qualified()?);
    }
    let what = match kind {
        Some(kind) => DropTarget::Relations { kind, names },
        None => DropTarget::Types { names, domain: false },
    };
    Some(Op::Drop { what, if_exists, cascade: cursor.cascade(), concurrently })
}

/// After DO, where a block in the default language follows.
pub(super) fn do_block(cursor: &mut Cursor<'_>) -> Option<Op> {
    let token = cursor.take(Kind::DollarString)?;
    let written = cursor.text_of(token);
    let tag = written[1..].find('$')? + 2;
    let source = written.get(tag..written.len() - tag)?.to_owned();
    let body = cursor.source.span(token.start + tag..token.end - tag);
    Some(Op::Do { language: "plpgsql".into(), source, body })
}
