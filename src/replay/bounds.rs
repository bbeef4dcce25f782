//! Bounds of partitions: whether they fit the parent's key, and leave its other partitions what is theirs
//! (`transformPartitionBound` in src/backend/parser/parse_utilcmd.c, `check_new_partition_bound` in src/backend/partitioning/partbounds.c).

use std::cmp::Ordering;

use super::IssueKind;
use super::casts::string_constant;
use super::refusal::Ran;
use super::state::State;
use crate::ddl::Bound;
use crate::model::{Expr, PartitionKey, QualifiedName, Table, TableKind, TypeName};
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
        let Some(above) = self.table(parent) else { return Ok(()) };
        let TableKind::Partitioned(key) = &above.kind else { return Ok(()) };
        let strategy = key.sql.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        let new = Values::of(&bound.sql);
        let fits = match new {
            Values::Default if strategy == "hash" => {
                return refuse("42P16", "a hash-partitioned table may not have a default partition".to_owned());
            }
            Values::Default | Values::Other => true,
            Values::List(_) => strategy == "list",
            Values::Range(..) => strategy == "range",
            Values::Hash(..) => strategy == "hash",
        };
        if !fits {
            return refuse("42P16", format!("invalid bound specification for a {strategy} partition"));
        }
        let keys = key_columns(above, key);
        self.check_values(&new, &keys).map_err(|r| r.at(span))?;
        if let Some(flaw) = bound.flaw {
            return refuse("42804", flaw.to_owned());
        }
        let types: Vec<Option<TypeName>> =
            keys.iter().map(|key| key.as_ref().map(|(_, ty)| self.base_type(ty))).collect();
        if let Values::Range(from, to) = &new
            && matches!(compare(from, to, &types), Some(Ordering::Equal | Ordering::Greater))
        {
            return refuse("42P17", format!("empty range bound specified for partition \"{}\"", child.name));
        }
        let others: Vec<(&QualifiedName, Values<'_>)> = self
            .partitions_of(parent)
            .into_iter()
            .filter(|other| other != child)
            .filter_map(|other| {
                let table = self.table(&other)?;
                Some((&table.name, Values::of(table.partition.as_ref()?.bound.known()?)))
            })
            .collect();
        if others.iter().any(|(_, there)| !new.is_factor(there)) {
            return refuse(
                "42P16",
                "every hash partition modulus must be a factor of the next larger modulus".to_owned(),
            );
        }
        for (other, there) in &others {
            if let (Values::Default, Values::Default) = (&new, there) {
                let message = format!(
                    "partition \"{}\" conflicts with existing default partition \"{}\"",
                    child.name, other.name
                );
                return refuse("42P17", message);
            }
            if new.overlaps(there, &types) {
                let message = format!("partition \"{}\" would overlap partition \"{}\"", child.name, other.name);
                return refuse("42P17", message);
            }
        }
        Ok(())
    }

    /// Each value is one for the column of the key that it is for.
    fn check_values(&self, values: &Values<'_>, keys: &[Option<(&str, &TypeName)>]) -> Ran<()> {
        let refuse =
            |code: &'static str, message: String| Err(self.refuse(IssueKind::InvalidDefinition, code, message));
        if let Values::Hash(modulus, remainder) = values {
            return match () {
                () if *modulus <= 0 => {
                    refuse("42P16", "modulus for hash partition must be an integer value greater than zero".to_owned())
                }
                () if *remainder < 0 => refuse(
                    "42P16",
                    "remainder for hash partition must be an integer value greater than or equal to zero".to_owned(),
                ),
                () if remainder >= modulus => {
                    refuse("42P16", "remainder for hash partition must be less than modulus".to_owned())
                }
                () => Ok(()),
            };
        }
        if let Values::Range(from, to) = values {
            for (word, values) in [("FROM", from), ("TO", to)] {
                if values.len() != keys.len() {
                    let message = format!("{word} must specify exactly one value per partitioning column");
                    return refuse("42P16", message);
                }
            }
        }
        let pairs: Vec<(&str, &Option<(&str, &TypeName)>)> = match values {
            Values::List(list) => list.iter().copied().zip(std::iter::repeat(keys.first().unwrap_or(&None))).collect(),
            Values::Range(from, to) => {
                let both = from.iter().zip(keys).chain(to.iter().zip(keys));
                both.map(|(value, key)| (*value, key)).collect()
            }
            _ => Vec::new(),
        };
        for (value, key) in pairs {
            let Some((column, ty)) = key.filter(|_| !matches!(value, "MINVALUE" | "MAXVALUE")) else { continue };
            let expr = Expr::new(value, self.now);
            match self.type_of_simple(&expr) {
                Some(None) => {
                    if let Some(text) = string_constant(value) {
                        self.check_value(ty, &text, self.now)?;
                    }
                }
                Some(Some(from)) if self.assignable(&from, ty) == Some(false) => {
                    let bare = TypeName { modifiers: Vec::new(), ..ty.clone() };
                    let message = format!("specified value cannot be cast to type {bare} for column \"{column}\"");
                    return refuse("42804", message);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The columns of a key with their types, in its order; `None` for an expression.
fn key_columns<'t>(table: &'t Table, key: &'t PartitionKey) -> Vec<Option<(&'t str, &'t TypeName)>> {
    let inner = key.sql.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or_default();
    let mut columns = key.columns.iter();
    items(inner)
        .into_iter()
        .map(|item| {
            // A column may be called so; an expression stands in parentheses or is a call.
            let is_expression = item.contains('(') && !item.starts_with('"');
            let name = if is_expression { None } else { columns.next() }?;
            Some((name.as_str(), table.column(name)?.ty.known()?))
        })
        .collect()
}

/// A bound's values, each as SQL.
#[derive(PartialEq)]
enum Values<'a> {
    Default,
    List(Vec<&'a str>),
    /// FROM and TO.
    Range(Vec<&'a str>, Vec<&'a str>),
    /// Modulus and remainder.
    Hash(i64, i64),
    Other,
}

impl<'a> Values<'a> {
    fn of(sql: &'a str) -> Self {
        let list = |text: &'a str| text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).map(items);
        if sql == "DEFAULT" {
            return Self::Default;
        }
        if let Some(rest) = sql.strip_prefix("FOR VALUES IN ") {
            return list(rest).map_or(Self::Other, Self::List);
        }
        if let Some(rest) = sql.strip_prefix("FOR VALUES WITH ") {
            let numbers: Vec<i64> =
                rest.split(|c: char| !(c.is_ascii_digit() || c == '-')).filter_map(|word| word.parse().ok()).collect();
            return match numbers.as_slice() {
                [modulus, remainder] => Self::Hash(*modulus, *remainder),
                _ => Self::Other,
            };
        }
        let range = sql.strip_prefix("FOR VALUES FROM ").and_then(|rest| rest.split_once(") TO ("));
        match range {
            Some((from, to)) => {
                let from = from.strip_prefix('(').map(items).unwrap_or_default();
                let to = to.strip_suffix(')').map(items).unwrap_or_default();
                Self::Range(from, to)
            }
            None => Self::Other,
        }
    }

    /// Whether the moduli of two hash partitions divide each other; `true` for others.
    fn is_factor(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Hash(a, _), Self::Hash(b, _)) => a.max(b).checked_rem(*a.min(b)) == Some(0),
            _ => true,
        }
    }

    /// Only where that is certain.
    fn overlaps(&self, other: &Self, types: &[Option<TypeName>]) -> bool {
        let ty = types.first().and_then(Option::as_ref);
        match (self, other) {
            (Self::List(a), Self::List(b)) => {
                a.iter().any(|value| b.iter().any(|other| compare_one(value, other, ty) == Some(Ordering::Equal)))
            }
            (Self::Range(from, to), Self::Range(other_from, other_to)) => {
                compare(from, other_to, types) == Some(Ordering::Less)
                    && compare(other_from, to, types) == Some(Ordering::Less)
                    || from == other_from && to == other_to
            }
            (Self::Hash(a, remainder), Self::Hash(b, other)) => {
                let least = *a.min(b);
                remainder.checked_rem(least) == other.checked_rem(least)
            }
            _ => false,
        }
    }
}

/// Items between commas, outside quotes and brackets.
pub(super) fn items(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut start) = (0_u32, None, 0);
    let mut found = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' | b'"' if quoted.is_none() => quoted = Some(byte),
            byte if quoted == Some(byte) => quoted = None,
            b'(' | b'[' if quoted.is_none() => depth += 1,
            b')' | b']' if quoted.is_none() => depth = depth.saturating_sub(1),
            b',' if quoted.is_none() && depth == 0 => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(text[start..].trim());
    found
}

/// The order of two bounds, column by column.
fn compare(a: &[&str], b: &[&str], types: &[Option<TypeName>]) -> Option<Ordering> {
    for ((a, b), ty) in a.iter().zip(b).zip(types) {
        match compare_one(a, b, ty.as_ref())? {
            Ordering::Equal if matches!(*a, "MINVALUE" | "MAXVALUE") => return Some(Ordering::Equal),
            Ordering::Equal => {}
            other => return Some(other),
        }
    }
    Some(Ordering::Equal)
}

/// The order of two values of a column of the key, each as SQL.
fn compare_one(a: &str, b: &str, ty: Option<&TypeName>) -> Option<Ordering> {
    if a == b {
        return Some(Ordering::Equal);
    }
    match (a, b) {
        ("MINVALUE", _) | (_, "MAXVALUE") => return Some(Ordering::Less),
        ("MAXVALUE", _) | (_, "MINVALUE") => return Some(Ordering::Greater),
        _ => {}
    }
    let plain = |text: &'_ str| text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')).unwrap_or(text).to_owned();
    let (a, b) = (plain(a), plain(b));
    let name = ty.filter(|ty| !ty.array).map(|ty| ty.name.as_str());
    match name {
        Some("boolean") => Some(truth(&a)?.cmp(&truth(&b)?)),
        Some("uuid") => {
            let digits = |text: &str| text.chars().filter(char::is_ascii_hexdigit).collect::<String>();
            Some(digits(&a.to_ascii_lowercase()).cmp(&digits(&b.to_ascii_lowercase())))
        }
        Some("text" | "character varying") => compare_texts(&a, &b),
        Some("date" | "timestamp without time zone" | "timestamp with time zone") => compare_times(&a, &b),
        _ => {
            if let (Ok(a), Ok(b)) = (a.parse::<i64>(), b.parse::<i64>()) {
                return Some(a.cmp(&b));
            }
            (is_date(&a) && is_date(&b)).then(|| a.cmp(&b))
        }
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// Texts are ordered by a collation; all agree about those that differ in digits alone.
fn compare_texts(a: &str, b: &str) -> Option<Ordering> {
    let same = a.len() == b.len() && a.is_ascii();
    let mut pairs = a.bytes().zip(b.bytes());
    let differ_in_digits = pairs.all(|(a, b)| a == b || a.is_ascii_digit() && b.is_ascii_digit());
    (same && differ_in_digits).then(|| a.cmp(b))
}

/// Days, with or without a time, as ISO 8601 writes them; zones only where they are the same.
fn compare_times(a: &str, b: &str) -> Option<Ordering> {
    let parts = |text: &str| {
        let (day, rest) = (text.get(..10)?.to_owned(), text.get(10..)?.trim_start_matches(['T', ' ']));
        let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(rest.len());
        let (time, zone) = rest.split_at(end);
        let midnight = "00:00:00.000000";
        let padded = if time.len() >= 5 && time.len() <= midnight.len() {
            format!("{time}{}", &midnight[time.len()..])
        } else if time.is_empty() {
            midnight.to_owned()
        } else {
            return None;
        };
        is_date(&day).then(|| (day, padded, zone.trim().to_owned()))
    };
    let ((day, time, zone), (other_day, other_time, other_zone)) = (parts(a)?, parts(b)?);
    (zone == other_zone).then(|| (day, time).cmp(&(other_day, other_time)))
}

fn is_date(text: &str) -> bool {
    let digits = |b: &u8| b.is_ascii_digit();
    let inner = text.as_bytes();
    inner.len() == 10
        && inner[4] == b'-'
        && inner[7] == b'-'
        && inner[..4].iter().chain(&inner[5..7]).chain(&inner[8..]).all(digits)
}
