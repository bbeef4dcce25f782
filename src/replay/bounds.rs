//! Bounds of partitions: whether they fit the parent's key, and leave its other partitions what is theirs
//! (`check_new_partition_bound`, src/backend/partitioning/partbounds.c). Values are compared as written, where that tells.

use std::cmp::Ordering;

use super::IssueKind;
use super::refusal::Ran;
use super::state::State;
use crate::ddl::Bound;
use crate::model::{Known, QualifiedName, TableKind};
use crate::source::Span;

impl State {
    pub(super) fn check_bound(
        &self,
        parent: &QualifiedName,
        child: &QualifiedName,
        bound: &Bound,
        span: Span,
    ) -> Ran<()> {
        let refuse = |code: &'static str, message: String| {
            Err(self.refuse(IssueKind::InvalidDefinition, code, message).at(span))
        };
        let Some(TableKind::Partitioned(key)) = self.table(parent).map(|t| &t.kind) else { return Ok(()) };
        let strategy = key.sql.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        let new = Values::of(&bound.sql);
        let fits = match new {
            Values::Default if strategy == "hash" => {
                return refuse("42P16", "a hash-partitioned table may not have a default partition".to_owned());
            }
            Values::Default | Values::Other(_) => true,
            Values::List(_) => strategy == "list",
            Values::Range(..) => strategy == "range",
            Values::Hash(_) => strategy == "hash",
        };
        if !fits {
            return refuse("42P16", format!("invalid bound specification for a {strategy} partition"));
        }
        if let Some(flaw) = bound.flaw {
            return refuse("42804", flaw.to_owned());
        }
        if let Values::Range(from, to) = &new
            && matches!(compare(from, to), Some(Ordering::Equal | Ordering::Greater))
        {
            return refuse("42P17", format!("empty range bound specified for partition \"{}\"", child.name));
        }
        for other in self.partitions_of(parent).iter().filter(|other| *other != child) {
            let partition = self.table(other).and_then(|t| t.partition.as_ref());
            let Some(Known::Known(sql)) = partition.map(|p| &p.bound) else { continue };
            let there = Values::of(sql);
            if let (Values::Default, Values::Default) = (&new, &there) {
                let message = format!(
                    "partition \"{}\" conflicts with existing default partition \"{}\"",
                    child.name, other.name
                );
                return refuse("42P17", message);
            }
            if new.overlaps(&there) {
                let message = format!("partition \"{}\" would overlap partition \"{}\"", child.name, other.name);
                return refuse("42P17", message);
            }
        }
        Ok(())
    }
}

/// A bound's values, each as SQL.
#[derive(PartialEq)]
enum Values<'a> {
    Default,
    List(Vec<&'a str>),
    /// FROM and TO.
    Range(Vec<&'a str>, Vec<&'a str>),
    Hash(&'a str),
    Other(&'a str),
}

impl<'a> Values<'a> {
    fn of(sql: &'a str) -> Self {
        let list = |text: &'a str| text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).map(items);
        if sql == "DEFAULT" {
            return Self::Default;
        }
        if let Some(rest) = sql.strip_prefix("FOR VALUES IN ") {
            return list(rest).map_or(Self::Other(sql), Self::List);
        }
        if sql.starts_with("FOR VALUES WITH ") {
            return Self::Hash(sql);
        }
        let range = sql.strip_prefix("FOR VALUES FROM ").and_then(|rest| rest.split_once(") TO ("));
        match range {
            Some((from, to)) => {
                let from = from.strip_prefix('(').map(items).unwrap_or_default();
                let to = to.strip_suffix(')').map(items).unwrap_or_default();
                Self::Range(from, to)
            }
            None => Self::Other(sql),
        }
    }

    /// Only where that is certain.
    fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(a), Self::List(b)) => a.iter().any(|value| b.contains(value)),
            (Self::Range(from, to), Self::Range(other_from, other_to)) => {
                compare(from, other_to) == Some(Ordering::Less) && compare(other_from, to) == Some(Ordering::Less)
                    || from == other_from && to == other_to
            }
            (Self::Hash(a), Self::Hash(b)) => a == b,
            _ => false,
        }
    }
}

/// Items between commas, outside quotes and brackets.
pub(super) fn items(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut start) = (0_u32, false, 0);
    let mut found = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'(' | b'[' if !quoted => depth += 1,
            b')' | b']' if !quoted => depth = depth.saturating_sub(1),
            b',' if !quoted && depth == 0 => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(text[start..].trim());
    found
}

/// The order of two bounds of one column: whole numbers, and dates as ISO 8601 writes them.
fn compare(a: &[&str], b: &[&str]) -> Option<Ordering> {
    let ([a], [b]) = (a, b) else { return None };
    match (*a, *b) {
        ("MINVALUE", "MINVALUE") | ("MAXVALUE", "MAXVALUE") => return Some(Ordering::Equal),
        ("MINVALUE", _) | (_, "MAXVALUE") => return Some(Ordering::Less),
        ("MAXVALUE", _) | (_, "MINVALUE") => return Some(Ordering::Greater),
        _ => {}
    }
    if let (Ok(a), Ok(b)) = (a.parse::<i64>(), b.parse::<i64>()) {
        return Some(a.cmp(&b));
    }
    (is_date(a) && is_date(b)).then(|| a.cmp(b))
}

fn is_date(text: &str) -> bool {
    let digits = |b: &u8| b.is_ascii_digit();
    let inner = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')).unwrap_or_default().as_bytes();
    inner.len() == 10
        && inner[4] == b'-'
        && inner[7] == b'-'
        && inner[..4].iter().chain(&inner[5..7]).chain(&inner[8..]).all(digits)
}
