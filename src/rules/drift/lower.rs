//! A change as a finding: words, places on both sides, severity, and the SQL that closes it.

use std::collections::HashMap;

use super::severity::renames_data;
use super::{consequence, rule_of, severity, words};
use crate::diagnostic::{Aspect, Diagnostic, Fix, Label};
use crate::diff::{Change, Delta, Item, Language, Owner, Pair};
use crate::fix::{Fixes, Phase};
use crate::model::{Catalog, Dropped, ObjectKind, ObjectRef, Origin, View};
use crate::source::Span;

/// What every finding of a comparison is made from.
pub(super) struct Context<'a> {
    pub(super) catalogs: Pair<&'a Catalog>,
    pub(super) language: &'a Language,
    pub(super) fixes: Fixes<'a>,
    /// What migrations dropped, the last of each name.
    pub(super) dropped: HashMap<&'a ObjectRef, &'a Dropped>,
}

/// The finding, and the phase in which the SQL that closes it has run.
pub(super) fn lower(
    change: &Change<'_>,
    maybe_renamed: Option<&Change<'_>>,
    context: &Context<'_>,
) -> Option<(Option<Phase>, Diagnostic)> {
    let dropped = context.dropped.get(&change.object).copied();
    let view = view_in_its_place(change, context.catalogs.migrated);
    let severity = severity::of(change, context.language);
    let refused = match change.delta {
        Delta::Missing(_) => refused(&change.object, context.catalogs.migrated),
        _ => None,
    };
    let message = match (view, refused) {
        (Some(view), _) => instead(change, view),
        (None, Some(_)) => format!("{}, and the statement that creates it is refused", declared_subject(change)),
        (None, None) => message(change, dropped),
    };
    let mut finding = Diagnostic::new(rule_of(change).id, severity, message, primary(change, context.catalogs)?);
    finding.consequence = match view {
        Some(view) => Some(consequence::of_a_view_instead(&view.name.name)),
        None => consequence::of(change, context.language),
    };
    finding.help = match view {
        Some(_) => Some("declare it as a view, if it is to stay one".to_owned()),
        None => maybe_renamed.map(|other| rename_hint(change, other)),
    };
    finding.object = Some(change.object.clone());
    finding.aspects = change.delta.aspects().to_vec();
    match &change.delta {
        Delta::Missing(item) => finding.declared = words::whole(*item),
        Delta::Undeclared(item) => finding.migrated = words::whole(*item),
        Delta::Changed { pair, aspects } => {
            finding.declared = Some(words::side(pair.declared, pair.migrated, aspects));
            finding.migrated = Some(words::side(pair.migrated, pair.declared, aspects));
        }
    }
    finding.related = related(change, dropped);
    if let Some(statement) = refused {
        finding.related.push(Label::new(statement, "refused here"));
        finding.help = Some("mend the refused statement: once it runs, there is nothing to close".to_owned());
        return Some((None, finding));
    }
    if let Some(view) = view {
        push_history(&mut finding.related, &view.origin, &format!("view `{}` is created here", view.name));
    }
    let steps = context.fixes.steps(change);
    let mut phases = steps.iter().rev().map(|step| step.phase);
    let phase = phases.find(|&phase| phase != Phase::Comment).or_else(|| steps.last().map(|step| step.phase));
    if !steps.is_empty() {
        let sql: Vec<String> = steps.into_iter().map(|step| step.sql).collect();
        finding.fix = Some(Fix { sql: Some(sql.join("\n")), command: None });
    }
    Some((phase, finding))
}

/// `column `deposit_amount` of `invoices``
pub(super) fn subject(object: &ObjectRef, item: Item<'_>) -> String {
    let kind = match item {
        Item::Exclusion(_) => "exclusion constraint",
        Item::Check(_) => "check constraint",
        Item::Composite(_) => "composite type",
        Item::Other(other) => &other.what,
        Item::Unique(_) => "unique constraint",
        Item::Index(index) if index.unique => "unique index",
        _ => &word(object.kind),
    };
    match &object.table {
        Some(_) => format!("{kind} `{}` of `{}`", object.name, owner_name(object)),
        None => format!("{kind} `{object}`"),
    }
}

fn owner_name(object: &ObjectRef) -> String {
    let table = object.table.as_deref().unwrap_or_default();
    match object.schema.as_deref() {
        Some(schema) if schema != "public" => format!("{schema}.{table}"),
        _ => table.to_owned(),
    }
}

fn word(kind: ObjectKind) -> String {
    kind.as_str().replace('_', " ")
}

/// The refused statement that would have made an object which is missing.
pub(crate) fn refused(object: &ObjectRef, migrated: &Catalog) -> Option<Span> {
    migrated.refused.get(&object.name_key()).copied()
}

/// The migrated view that bears the name of a declared table.
fn view_in_its_place<'a>(change: &Change<'_>, migrated: &'a Catalog) -> Option<&'a View> {
    match change.delta {
        Delta::Missing(Item::Table(table)) => migrated.views.get(&table.name),
        _ => None,
    }
}

fn instead(change: &Change<'_>, view: &View) -> String {
    let kind = if view.materialized { "materialized view" } else { "view" };
    format!("table `{}` is declared, and in the migrations it is a {kind}", change.object)
}

/// `table `users` is declared`
fn declared_subject(change: &Change<'_>) -> String {
    match &change.delta {
        Delta::Missing(item) => format!("{} is declared", subject(&change.object, *item)),
        _ => format!("`{}` is declared", change.object),
    }
}

fn message(change: &Change<'_>, dropped: Option<&Dropped>) -> String {
    let object = &change.object;
    match &change.delta {
        Delta::Missing(item) if dropped.is_some() => {
            format!("{} is declared, and the migrations have dropped it", subject(object, *item))
        }
        Delta::Missing(_) => format!("{}, and no migration creates it", declared_subject(change)),
        Delta::Undeclared(item) => {
            format!("{} is in the migrations, and the schema does not declare it", subject(object, *item))
        }
        Delta::Changed { pair, aspects } => {
            let subject = match object.kind {
                ObjectKind::Column => format!("`{object}`"),
                _ if aspects.contains(&Aspect::Form) => format!("`{object}`"),
                _ => subject(object, pair.declared),
            };
            let declared = words::side(pair.declared, pair.migrated, aspects);
            let migrated = words::side(pair.migrated, pair.declared, aspects);
            if renames_data(pair.declared, aspects) {
                let subject = self::subject(object, pair.declared);
                return format!("{subject} is called `{migrated}` in the migrations, and none renames it");
            }
            if *aspects == [Aspect::Name] {
                let kind = word(object.kind);
                return format!(
                    "{kind} of `{}` is called `{declared}` in the schema and `{migrated}` in the migrations",
                    owner_name(object)
                );
            }
            if *aspects == [Aspect::ValuesOrder] {
                return format!("{subject} has its labels in another order in the schema than in the migrations");
            }
            if object.kind == ObjectKind::Column || aspects.contains(&Aspect::Form) {
                let facts = [Aspect::Default, Aspect::Identity, Aspect::Comment];
                let verb = if aspects.iter().all(|aspect| facts.contains(aspect)) { "has" } else { "is" };
                return format!("{subject} {verb} {declared} in the schema and {migrated} in the migrations");
            }
            format!("{subject} differs: {declared} in the schema, {migrated} in the migrations")
        }
    }
}

fn rename_hint(change: &Change<'_>, other: &Change<'_>) -> String {
    let (hint, from, to) = match change.delta {
        Delta::Missing(_) => {
            let hint =
                format!("possibly renamed from `{}`, which is in the migrations and not declared", other.object.name);
            (hint, &other.object, &change.object)
        }
        _ => {
            let hint = format!("possibly renamed to `{}`, which is declared and in no migration", other.object.name);
            (hint, &change.object, &other.object)
        }
    };
    // The answer can be given for what a table or column is called.
    if !matches!(from.kind, ObjectKind::Table | ObjectKind::Column) {
        return hint;
    }
    format!("{hint}: if so, say `--rename {from}={}`, or `renames` in undrift.toml", to.name)
}

/// The declaration; of what is not declared the statement that created it. `None` only where nothing at all has a place.
fn primary(change: &Change<'_>, catalogs: Pair<&Catalog>) -> Option<Label> {
    let (item, owner, catalog, text) = match &change.delta {
        Delta::Missing(item) | Delta::Changed { pair: Pair { declared: item, .. }, .. } => {
            (*item, change.owner.map(|o| owner_origin(o).declared), catalogs.declared, "declared here")
        }
        Delta::Undeclared(item) => {
            (*item, change.owner.map(|o| owner_origin(o).migrated), catalogs.migrated, "created here")
        }
    };
    let origin = item.origin().or(owner).or_else(|| match item {
        Item::Schema(name, _) => first_in_schema(catalog, name),
        _ => None,
    });
    Some(Label::new(origin?.created, text))
}

/// The first object that makes a schema count as declared.
fn first_in_schema<'a>(catalog: &'a Catalog, schema: &str) -> Option<&'a Origin> {
    let tables = catalog.tables.values().map(|x| (&x.name, &x.origin));
    let enums = catalog.enums.values().map(|x| (&x.name, &x.origin));
    let views = catalog.views.values().map(|x| (&x.name, &x.origin));
    let sequences = catalog.sequences.values().map(|x| (&x.name, &x.origin));
    let mut all = tables.chain(enums).chain(views).chain(sequences);
    all.find(|(name, _)| name.schema == schema).map(|(_, origin)| origin)
}

fn owner_origin(owner: Owner<'_>) -> Pair<&Origin> {
    match owner {
        Owner::Table(tables) => tables.map(|table| &table.origin),
        Owner::View(views) => views.map(|view| &view.origin),
    }
}

fn related(change: &Change<'_>, dropped: Option<&Dropped>) -> Vec<Label> {
    let mut labels = Vec::new();
    match &change.delta {
        Delta::Missing(_) => {
            if let Some(owner) = change.owner {
                let name = owner.names().migrated;
                push_history(&mut labels, owner_origin(owner).migrated, &format!("`{name}` is created here"));
            }
        }
        Delta::Undeclared(item) => {
            if let Some(last) =
                item.origin().map(Origin::last).filter(|&span| Some(span) != item.origin().map(|o| o.created))
            {
                labels.push(Label::new(last, "last changed here"));
            }
            if let Some(owner) = change.owner {
                let declared = owner_origin(owner).declared.created;
                labels.push(Label::new(declared, format!("`{}` is declared here", owner.names().declared)));
            }
        }
        Delta::Changed { pair, .. } => match (pair.migrated.origin(), change.owner) {
            (Some(origin), _) => push_history(&mut labels, origin, "created here"),
            (None, Some(owner)) => push_history(&mut labels, owner_origin(owner).migrated, "created here"),
            (None, None) => {}
        },
    }
    if let (Some(dropped), Delta::Missing(_)) = (dropped, &change.delta) {
        labels.push(Label::new(dropped.origin.created, "was created here"));
        labels.push(Label::new(dropped.dropped, "dropped here"));
    }
    labels
}

fn push_history(labels: &mut Vec<Label>, origin: &Origin, created: &str) {
    labels.push(Label::new(origin.created, created));
    if origin.last() != origin.created {
        labels.push(Label::new(origin.last(), "last changed here"));
    }
}
