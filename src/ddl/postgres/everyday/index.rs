//! CREATE INDEX over plain columns.

use super::cursor::Cursor;
use crate::ddl::postgres::print::quote_if_needed;
use crate::ddl::{CreateIndex, Op};
use crate::model::{IndexKey, IndexKeyPart, NullsOrder, SortOrder};

/// After `CREATE [UNIQUE] INDEX`.
pub(super) fn create_index(cursor: &mut Cursor<'_>, unique: bool) -> Option<Op> {
    let concurrently = cursor.word("concurrently");
    let if_not_exists = cursor.if_not_exists();
    let name = if cursor.word("on") {
        None
    } else {
        let name = cursor.column()?;
        if !cursor.word("on") {
            return None;
        }
        Some(name)
    };
    if if_not_exists && name.is_none() {
        return None;
    }
    let only = cursor.word("only");
    let table = cursor.qualified()?;
    let method = if cursor.word("using") { cursor.column()? } else { "btree".to_owned() };
    let keys = cursor.parenthesised(key)?;
    Some(Op::CreateIndex(CreateIndex {
        name,
        table,
        unique,
        nulls_not_distinct: false,
        concurrently,
        if_not_exists,
        only,
        method,
        keys,
        include: Vec::new(),
        predicate: None,
        columns: Vec::new(),
        options: Vec::new(),
    }))
}

/// `column [operator class] [ASC | DESC] [NULLS FIRST | LAST]`
fn key(cursor: &mut Cursor<'_>) -> Option<IndexKey> {
    let column = cursor.column()?;
    let mut key = IndexKey {
        part: IndexKeyPart::Column(column),
        opclass: None,
        opclass_options: Vec::new(),
        collation: None,
        order: SortOrder::Ascending,
        nulls: None,
    };
    let ends = |cursor: &Cursor<'_>| matches!(cursor.text(), Some("," | ")"));
    let sorts = |cursor: &Cursor<'_>| {
        let word = cursor.text().unwrap_or_default();
        ["asc", "desc", "nulls"].iter().any(|first| word.eq_ignore_ascii_case(first))
    };
    if !ends(cursor) && !sorts(cursor) {
        key.opclass = Some(quote_if_needed(&cursor.column()?));
    }
    if cursor.word("desc") {
        key.order = SortOrder::Descending;
    } else {
        cursor.word("asc");
    }
    if cursor.words(&["nulls", "first"]) {
        key.nulls = Some(NullsOrder::First);
    } else if cursor.words(&["nulls", "last"]) {
        key.nulls = Some(NullsOrder::Last);
    }
    ends(cursor).then_some(key)
}
