//! Joins on an equality of two columns: the rows of the right side are looked up by its value, since joins of whole catalogs are too many pairs to
//! go through.

use std::collections::HashMap;
use std::rc::Rc;

use pg_query::NodeEnum;
use pg_query::protobuf::{AExprKind, BoolExprType, Node};

use super::from::Joined;
use super::scope::Source;
use super::{Answer, ObjectClass, Value};
use crate::ddl::postgres::lower::strings;

/// Pairs of rows that are gone through one by one all the same.
const FEW: usize = 4096;

/// A value whose equality is that of its text.
#[derive(PartialEq, Eq, Hash)]
enum Key<'v> {
    Object(ObjectClass, &'v str, &'v str),
    Int(i64),
    Text(&'v str),
}

/// The rows of the right side by the value that one of its columns has.
pub(super) struct Lookup<'j> {
    rows: HashMap<Key<'j>, Vec<usize>>,
    left: (usize, usize),
}

impl<'j> Lookup<'j> {
    /// `None` where the condition holds no such equality, or the columns hold values that compare in another way.
    pub(super) fn of(condition: Option<&Node>, left: &'j Joined, right: &'j Joined) -> Option<Self> {
        if left.rows.len().saturating_mul(right.rows.len()) <= FEW {
            return None;
        }
        let (left_at, right_at) = equated(condition?, &left.sources, &right.sources)?;
        let mut kind = None;
        let mut is_of_one_kind = |key: &Option<Key<'_>>| {
            let own = match key {
                None => return true,
                Some(Key::Object(..)) => 'o',
                Some(Key::Int(_)) => 'i',
                Some(Key::Text(_)) => 't',
            };
            *kind.get_or_insert(own) == own
        };
        let mut rows: HashMap<Key<'j>, Vec<usize>> = HashMap::new();
        for (i, (tuple, _)) in right.rows.iter().enumerate() {
            let key = key(tuple.get(right_at.0)?.get(right_at.1)?)?;
            if !is_of_one_kind(&key) {
                return None;
            }
            if let Some(key) = key {
                rows.entry(key).or_default().push(i);
            }
        }
        for (tuple, _) in &left.rows {
            if !is_of_one_kind(&key(tuple.get(left_at.0)?.get(left_at.1)?)?) {
                return None;
            }
        }
        Some(Self { rows, left: left_at })
    }

    /// The rows of the right side that may go with a row of the left one.
    pub(super) fn matching<'l>(&'l self, left: &'l [Rc<Vec<Answer>>]) -> &'l [usize] {
        let value = left.get(self.left.0).and_then(|values| values.get(self.left.1));
        let key = value.and_then(key).flatten();
        key.and_then(|key| self.rows.get(&key)).map_or(&[], Vec::as_slice)
    }
}

/// `Some(None)` for NULL, which equals nothing; `None` for a value that is not known or compares in another way.
#[allow(clippy::option_option)] // three answers
fn key(value: &Answer) -> Option<Option<Key<'_>>> {
    match value.as_ref().ok()? {
        Value::Null => Some(None),
        Value::Object(object) => Some(Some(Key::Object(object.class, &object.schema, &object.name))),
        Value::Int(number) => Some(Some(Key::Int(*number))),
        Value::Text(text) => Some(Some(Key::Text(text))),
        _ => None,
    }
}

/// Where the columns of an equality stand, that of the left side first: source and place in its row.
fn equated(condition: &Node, left: &[Source], right: &[Source]) -> Option<((usize, usize), (usize, usize))> {
    match condition.node.as_ref()? {
        NodeEnum::BoolExpr(all) if all.boolop() == BoolExprType::AndExpr => {
            all.args.iter().find_map(|one| equated(one, left, right))
        }
        NodeEnum::AExpr(e) if e.kind() == AExprKind::AexprOp && strings(&e.name) == ["="] => {
            let (a, b) = (place(e.lexpr.as_deref()?, left, right)?, place(e.rexpr.as_deref()?, left, right)?);
            match (a, b) {
                (Side::Left(a), Side::Right(b)) | (Side::Right(b), Side::Left(a)) => Some((a, b)),
                _ => None,
            }
        }
        _ => None,
    }
}

enum Side {
    Left((usize, usize)),
    Right((usize, usize)),
}

/// The first source that has the column, as the row at hand is asked.
fn place(node: &Node, left: &[Source], right: &[Source]) -> Option<Side> {
    let Some(NodeEnum::ColumnRef(column)) = node.node.as_ref() else { return None };
    let parts = strings(&column.fields);
    let (name, qualifier) = match parts.as_slice() {
        [name] if column.fields.len() == 1 => (name, None),
        [qualifier, name] if column.fields.len() == 2 => (name, Some(qualifier)),
        _ => return None,
    };
    let find = |sources: &[Source]| {
        sources
            .iter()
            .enumerate()
            .filter(|(_, source)| qualifier.is_none_or(|q| *q == source.alias))
            .find_map(|(at, source)| Some((at, source.columns.iter().position(|c| c == name)?)))
    };
    find(left).map(Side::Left).or_else(|| find(right).map(Side::Right))
}
