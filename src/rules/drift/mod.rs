//! Where the declared schema and the migrations disagree.
//!
//! [`check`] turns the differences of a comparison into findings; each kind of object has a file with its rules. A new kind of [`Item`] does
//! not compile until it has them.

pub(crate) mod check;
pub(crate) mod column;
pub(crate) mod composite_type;
mod consequence;
pub(crate) mod domain;
pub(crate) mod enums;
pub(crate) mod exclusion;
pub(crate) mod extension;
pub(crate) mod foreign_key;
pub(crate) mod function;
pub(crate) mod index;
mod lower;
pub(crate) mod materialized_view;
pub(crate) mod other;
pub(crate) mod policy;
pub(crate) mod primary_key;
mod rename;
pub(crate) mod schema;
pub(crate) mod sequence;
mod severity;
pub(crate) mod table;
#[cfg(test)]
mod tests;
pub(crate) mod trigger;
pub(crate) mod unique;
pub(crate) mod unmanaged;
pub(crate) mod view;
mod words;

use std::collections::{BTreeMap, HashMap};

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::dialect::Dialect;
use crate::diff::{Change, Delta, Diff, Item, Language, Pair, Unmanaged};
use crate::fix::Fixes;
use crate::model::Catalog;
use crate::rules::Rule;
use lower::Context;
pub(crate) use lower::refused;

/// How many unmanaged objects are named in the finding itself.
const NAMED_AT_MOST: usize = 20;

/// All findings of a comparison, in the order in which their SQL runs, and one that counts what is unmanaged.
#[must_use]
pub fn check(diff: &Diff<'_>, catalogs: Pair<&Catalog>, language: &Language, dialect: &dyn Dialect) -> Vec<Diagnostic> {
    let dropped = catalogs.migrated.dropped.iter().map(|dropped| (&dropped.object, dropped)).collect::<HashMap<_, _>>();
    let context = Context { catalogs, language, fixes: Fixes::new(catalogs, dialect), dropped };
    let renames = rename::possible_renames(&diff.changes);
    let lowered = diff.changes.iter().enumerate().filter_map(|(at, change)| {
        let maybe_renamed = renames.get(&at).map(|&other| &diff.changes[other]);
        lower::lower(change, maybe_renamed, &context)
    });
    let mut findings: Vec<_> = lowered.collect();
    findings.sort_by_key(|(phase, _)| *phase);
    findings.into_iter().map(|(_, finding)| finding).chain(unmanaged_finding(&diff.unmanaged)).collect()
}

/// The rules of one kind of object.
struct Rules {
    missing: &'static Rule,
    undeclared: &'static Rule,
    /// Schemas and extensions have nothing in which they could differ.
    changed: &'static Rule,
}

/// The rule that a change breaks.
pub(crate) fn rule_of(change: &Change<'_>) -> &'static Rule {
    let (item, pick): (Item<'_>, fn(Rules) -> &'static Rule) = match &change.delta {
        Delta::Missing(item) => (*item, |rules| rules.missing),
        Delta::Undeclared(item) => (*item, |rules| rules.undeclared),
        Delta::Changed { pair, .. } => (pair.declared, |rules| rules.changed),
    };
    // The contract knows a unique index as `unique` where the tool makes no difference between the two, and where only the form differs.
    let is_unique = matches!(item, Item::Index(_)) && change.object.kind == crate::model::ObjectKind::Unique;
    pick(if is_unique { rules_of_uniques() } else { rules_of(item) })
}

fn rules_of_uniques() -> Rules {
    Rules { missing: &unique::MISSING_UNIQUE, undeclared: &unique::UNDECLARED_UNIQUE, changed: &unique::CHANGED_UNIQUE }
}

fn rules_of(item: Item<'_>) -> Rules {
    macro_rules! rules {
        ($file:ident, $missing:ident, $undeclared:ident, $changed:ident) => {
            Rules { missing: &$file::$missing, undeclared: &$file::$undeclared, changed: &$file::$changed }
        };
    }
    match item {
        Item::Schema(..) => rules!(schema, MISSING_SCHEMA, UNDECLARED_SCHEMA, UNDECLARED_SCHEMA),
        Item::Extension(_) => rules!(extension, MISSING_EXTENSION, UNDECLARED_EXTENSION, UNDECLARED_EXTENSION),
        Item::Enum(_) => rules!(enums, MISSING_ENUM, UNDECLARED_ENUM, CHANGED_ENUM),
        Item::Domain(_) => rules!(domain, MISSING_DOMAIN, UNDECLARED_DOMAIN, CHANGED_DOMAIN),
        Item::Composite(_) => rules!(composite_type, MISSING_TYPE, UNDECLARED_TYPE, CHANGED_TYPE),
        Item::Sequence(_) => rules!(sequence, MISSING_SEQUENCE, UNDECLARED_SEQUENCE, CHANGED_SEQUENCE),
        Item::Table(_) => rules!(table, MISSING_TABLE, UNDECLARED_TABLE, CHANGED_TABLE),
        Item::Column(_) => rules!(column, MISSING_COLUMN, UNDECLARED_COLUMN, CHANGED_COLUMN),
        Item::PrimaryKey(_) => rules!(primary_key, MISSING_PRIMARY_KEY, UNDECLARED_PRIMARY_KEY, CHANGED_PRIMARY_KEY),
        Item::ForeignKey(_) => rules!(foreign_key, MISSING_FOREIGN_KEY, UNDECLARED_FOREIGN_KEY, CHANGED_FOREIGN_KEY),
        Item::Check(_) => rules!(check, MISSING_CHECK, UNDECLARED_CHECK, CHANGED_CHECK),
        Item::Exclusion(_) => rules!(exclusion, MISSING_EXCLUSION, UNDECLARED_EXCLUSION, CHANGED_EXCLUSION),
        Item::Index(_) => rules!(index, MISSING_INDEX, UNDECLARED_INDEX, CHANGED_INDEX),
        Item::Policy(_) => rules!(policy, MISSING_POLICY, UNDECLARED_POLICY, CHANGED_POLICY),
        Item::Trigger(_) => rules!(trigger, MISSING_TRIGGER, UNDECLARED_TRIGGER, CHANGED_TRIGGER),
        Item::Function(_) => rules!(function, MISSING_FUNCTION, UNDECLARED_FUNCTION, CHANGED_FUNCTION),
        // Neither of the others is ever said of them.
        Item::Other(_) => rules!(other, MISSING_OBJECT, MISSING_OBJECT, MISSING_OBJECT),
        Item::Unique(_) => rules_of_uniques(),
        Item::View(view) if view.materialized => rules!(
            materialized_view,
            MISSING_MATERIALIZED_VIEW,
            UNDECLARED_MATERIALIZED_VIEW,
            CHANGED_MATERIALIZED_VIEW
        ),
        Item::View(_) => rules!(view, MISSING_VIEW, UNDECLARED_VIEW, CHANGED_VIEW),
    }
}

/// `3 triggers, 1 extension live in SQL only: …`
fn unmanaged_finding(objects: &[Unmanaged<'_>]) -> Option<Diagnostic> {
    let first = objects.iter().find_map(|object| object.origin)?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for object in objects {
        *counts.entry(object.what.as_str()).or_default() += 1;
    }
    let counted: Vec<String> = counts.into_iter().map(|(what, n)| counted(n, what)).collect();
    let names: Vec<String> = objects.iter().take(NAMED_AT_MOST).map(|x| format!("{} `{}`", x.what, x.object)).collect();
    let more = objects.len().saturating_sub(NAMED_AT_MOST);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!("{} in SQL only, beyond what the schema declares", lives(objects.len(), &counted.join(", ")));
    let mut finding = Diagnostic::new(
        unmanaged::UNMANAGED.id,
        Severity::Info,
        message,
        Label::new(first.created, "the first is created here"),
    );
    finding.help = Some(format!("{}{rest}", names.join(", ")));
    finding.related = objects
        .iter()
        .filter_map(|x| Some(Label::new(x.origin?.created, format!("{} `{}`", x.what, x.object))))
        .skip(1)
        .collect();
    Some(finding)
}

fn lives(count: usize, things: &str) -> String {
    if count == 1 { format!("{things} lives") } else { format!("{things} live") }
}

fn counted(count: usize, what: &str) -> String {
    let plural = match what {
        _ if count == 1 => what.to_owned(),
        "schema for extensions" => "schemas for extensions".to_owned(),
        _ if what.ends_with("index") => format!("{what}es"),
        _ => match what.strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None => format!("{what}s"),
        },
    };
    format!("{count} {plural}")
}
