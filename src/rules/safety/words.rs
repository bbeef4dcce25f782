//! Words that the safety rules share.

use super::drops::Drop;
use crate::diagnostic::{Diagnostic, Label};
use crate::model::{Dropped, ObjectKind, ObjectRef};
use crate::rules::Rule;

/// Dependents shown at most.
const SHOWN: usize = 8;

/// A finding at the statement that drops, with the places where the thing was made and what goes along.
pub(super) fn finding(rule: &Rule, drop: &Drop<'_>, message: String) -> Diagnostic {
    let primary = Label::new(drop.stone.dropped, "dropped here");
    let mut finding = Diagnostic::new(rule.id, rule.severity, message, primary);
    finding.object = Some(drop.stone.object.clone());
    finding.related.push(Label::new(drop.stone.origin.created, format!("{} was made here", named(&drop.stone.object))));
    let parts = dependents(drop);
    for stone in parts.iter().take(SHOWN) {
        finding.related.push(Label::new(stone.origin.created, format!("{} goes along", named(&stone.object))));
    }
    finding
}

/// What goes along and is not merely a column or index of the dropped table.
pub(super) fn dependents<'a>(drop: &Drop<'a>) -> Vec<&'a Dropped> {
    drop.along.iter().copied().filter(|s| !is_part(drop, s)).collect()
}

/// A column or index of the table that is dropped.
pub(super) fn is_part(drop: &Drop<'_>, stone: &Dropped) -> bool {
    let head = &drop.stone.object;
    head.kind == ObjectKind::Table
        && matches!(stone.object.kind, ObjectKind::Column | ObjectKind::Index)
        && stone.object.table.as_ref() == Some(&head.name)
        && stone.object.schema == head.schema
}

/// `, and with it the index `a`, the view `b` and 3 more`; empty when nothing goes along.
pub(super) fn and_with_it(drop: &Drop<'_>) -> String {
    let parts = dependents(drop);
    if parts.is_empty() {
        return String::new();
    }
    let mut shown: Vec<String> = parts.iter().take(3).map(|s| format!("the {}", named(&s.object))).collect();
    if parts.len() > shown.len() {
        shown.push(format!("{} more", parts.len() - shown.len()));
    }
    let last = shown.pop().unwrap_or_default();
    let list = if shown.is_empty() { last } else { format!("{} and {last}", shown.join(", ")) };
    format!(", and with it {list}")
}

/// `foreign key `orders_user_id_fkey``, with its table where it has one.
pub(super) fn named(object: &ObjectRef) -> String {
    let kind = object.kind.as_str().replace('_', " ");
    match &object.table {
        Some(table) if object.kind != ObjectKind::Column => format!("{kind} `{}` of `{table}`", object.name),
        _ => format!("{kind} `{object}`"),
    }
}

/// `one column`, `12 columns`
pub(super) fn count(n: usize, what: &str) -> String {
    let plural = if what.ends_with('x') { "es" } else { "s" };
    if n == 1 { format!("one {what}") } else { format!("{n} {what}{plural}") }
}
