//! Properties of the comparison: a catalog does not differ from itself, both directions say the same, and no single change goes unseen or is
//! told twice.

mod catalogs;
mod fixes;
mod forms;
#[path = "../support/server.rs"]
mod server;

use std::collections::BTreeSet;

use catalogs::{
    Choices, a_catalog, a_check, a_column, a_foreign_key, a_key, a_policy, a_sequence, a_type, a_view, a_whole_catalog,
    an_enum, an_index, expr,
};
use proptest::prelude::*;
use undrift::ddl::postgres::PostgreSql;
use undrift::diff::{Change, Delta, Language, NameDrift, Pair, Scope, diff};
use undrift::model::{
    Action, Catalog, Default, Deferrable, EnumLabel, Generated, Identity, IndexKey, IndexKeyPart, Known, MatchKind,
    Namespace, NullsOrder, ObjectKind, OpaqueObject, Partition, PartitionKey, Persistence, PolicyCommand,
    QualifiedName, SequenceOptions, SortOrder, Table, TableKind, TypeName,
};
use undrift::rules::drift;

fn numbers() -> impl Strategy<Value = Vec<u16>> {
    proptest::collection::vec(any::<u16>(), 0..120)
}

/// What differs, in short: direction, object, aspects.
fn compared(declared: &Catalog, migrated: &Catalog, language: &Language) -> BTreeSet<String> {
    let diff = diff(Pair::new(declared, migrated), language, &PostgreSql, &Scope::default());
    let words = |change: &Change<'_>| {
        let direction = match change.delta {
            Delta::Missing(_) => "missing",
            Delta::Undeclared(_) => "undeclared",
            Delta::Changed { .. } => "changed",
        };
        let aspects: Vec<&str> = change.delta.aspects().iter().map(|a| a.as_str()).collect();
        format!("{direction} {} {} {}", change.object.kind.as_str(), change.object, aspects.join(","))
    };
    let out: BTreeSet<String> = diff.changes.iter().map(words).collect();
    assert_eq!(out.len(), diff.changes.len(), "nothing is told twice");
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_catalog_does_not_differ_from_itself(numbers in numbers()) {
        let catalog = a_whole_catalog(&numbers);
        prop_assert_eq!(compared(&catalog, &catalog, &Language::everything()), BTreeSet::new());
    }

    #[test]
    fn both_directions_say_the_same(one in numbers(), other in numbers()) {
        let (one, other) = (a_catalog(&one), a_catalog(&other));
        let there = compared(&one, &other, &Language::everything());
        let swapped = |line: &String| match line.split_once(' ') {
            Some(("missing", rest)) => format!("undeclared {rest}"),
            Some(("undeclared", rest)) => format!("missing {rest}"),
            _ => line.clone(),
        };
        // A view that is materialized on one side only bears the declared side's kind.
        let there: BTreeSet<String> = there.iter().map(|line| line.replace("materialized_", "")).collect();
        let back: BTreeSet<String> = compared(&other, &one, &Language::everything()).iter().map(swapped).collect();
        let back: BTreeSet<String> = back.iter().map(|line| line.replace("materialized_", "")).collect();
        prop_assert_eq!(there, back);
    }

    #[test]
    fn a_single_change_is_one_finding(numbers in numbers(), which in any::<prop::sample::Index>(), more in numbers()) {
        let mutation = which.get(MUTATIONS);
        if let Some(rules) = reported(mutation, &a_whole_catalog(&numbers), &more) {
            prop_assert_eq!(rules, vec![mutation.rule], "{}", mutation.name);
        }
    }

    #[test]
    fn what_is_not_known_is_never_a_difference(one in numbers(), other in numbers(), at in any::<prop::sample::Index>()) {
        let (mut declared, migrated) = (a_catalog(&one), a_catalog(&other));
        let before = compared(&declared, &migrated, &Language::everything());
        let unknown = || undrift::model::Unknown::new(catalogs::span(), "a test hides it");
        if let Some(table) = declared.tables.values_mut().next() {
            match at.index(4) {
                0 => table.columns[0].ty = Known::Unknown(unknown()),
                1 => table.columns[0].default = Known::Unknown(unknown()),
                2 => table.unknown_columns.push(unknown()),
                _ => table.unknown_constraints.push(unknown()),
            }
        }
        let after = compared(&declared, &migrated, &Language::everything());
        // An aspect may go; nothing may come.
        let strip = |line: &String| line.rsplit_once(' ').map_or_else(String::new, |(head, _)| head.to_owned());
        let before: BTreeSet<String> = before.iter().map(strip).collect();
        prop_assert!(after.iter().map(strip).all(|line| before.contains(&line)));
    }
}

/// A single change of a catalog, and the rule that has to see it. `None` where the catalog has nothing to change so.
struct Mutation {
    name: &'static str,
    rule: &'static str,
    apply: fn(&mut Catalog, &mut Choices<'_>) -> Option<()>,
}

/// The rules that report a mutation of a catalog; `None` where it has nothing to change so.
fn reported(mutation: &Mutation, migrated: &Catalog, choices: &[u16]) -> Option<Vec<&'static str>> {
    let mut declared = migrated.clone();
    (mutation.apply)(&mut declared, &mut Choices::new(choices))?;
    let language = Language { names: NameDrift::Renamed, ..Language::everything() };
    let catalogs = Pair::new(&declared, migrated);
    let diff = diff(catalogs, &language, &PostgreSql, &Scope::default());
    let findings = drift::check(&diff, catalogs, &language, &PostgreSql);
    Some(findings.iter().map(|finding| finding.rule).collect())
}

macro_rules! mutations {
    ($($name:literal, $rule:literal, $apply:expr;)*) => {
        &[$(Mutation { name: $name, rule: $rule, apply: $apply }),*]
    };
}

fn table<'a>(catalog: &'a mut Catalog, choices: &mut Choices<'_>) -> Option<&'a mut Table> {
    let at = choices.below(catalog.tables.len());
    catalog.tables.values_mut().nth(at)
}

const MUTATIONS: &[Mutation] = mutations! {
    "a table more", "drift/missing-table", |c, choices| {
        let table = catalogs::a_table(QualifiedName::public("fresh"), &[], choices);
        c.tables.insert(table.name.clone(), table).map_or(Some(()), |_| None)
    };
    "a table less", "drift/undeclared-table", |c, _| {
        let name = c.tables.keys().last()?.clone();
        // Its schema must stay declared by itself.
        c.tables.shift_remove(&name).map(|_| ())
    };
    "row level security", "drift/changed-table", |c, choices| {
        let security = &mut table(c, choices)?.row_level_security;
        security.enabled = !security.enabled;
        Some(())
    };
    "a comment on a table", "drift/changed-table", |c, choices| { table(c, choices)?.comment = Some("new".into()); Some(()) };
    "a column more", "drift/missing-column", |c, choices| {
        let column = a_column("fresh", choices);
        table(c, choices)?.columns.push(column);
        Some(())
    };
    "a column less", "drift/undeclared-column", |c, choices| { table(c, choices)?.columns.pop(); Some(()) };
    "a column's type", "drift/changed-column", |c, choices| {
        let (ty, _) = a_type(choices);
        let column = table(c, choices)?.columns.last_mut()?;
        let same = column.ty == Known::Known(ty.clone());
        column.ty = Known::Known(ty);
        column.default = Known::Known(None);
        (!same).then_some(())
    };
    "a column's modifier", "drift/changed-column", |c, choices| {
        let column = table(c, choices)?.columns.iter_mut().find(|x| x.ty.known().is_some_and(|t| t.name == "numeric"))?;
        column.ty.known_mut()?.modifiers = vec!["12".into(), "2".into()];
        Some(())
    };
    "nullability", "drift/changed-column", |c, choices| {
        let fact = table(c, choices)?.columns.last_mut()?.not_null.known_mut()?;
        *fact = !*fact;
        Some(())
    };
    "a default", "drift/changed-column", |c, choices| {
        let default = table(c, choices)?.columns.last_mut()?.default.known_mut()?;
        *default = if default.is_some() { None } else { Some(Default::new(expr("gen_random_uuid()"))) };
        Some(())
    };
    "a collation", "drift/changed-column", |c, choices| {
        table(c, choices)?.columns.last_mut()?.collation = Some("C".into());
        Some(())
    };
    "a primary key less", "drift/undeclared-primary-key", |c, choices| table(c, choices)?.primary_key.take().map(|_| ());
    "a primary key's columns", "drift/changed-primary-key", |c, choices| {
        table(c, choices)?.primary_key.as_mut()?.columns.push("b".into());
        Some(())
    };
    "a primary key's name", "drift/changed-primary-key", |c, choices| {
        table(c, choices)?.primary_key.as_mut()?.name = "fresh".into();
        Some(())
    };
    "a unique more", "drift/missing-unique", |c, choices| { table(c, choices)?.uniques.push(a_key("fresh", &["id"])); Some(()) };
    "a unique less", "drift/undeclared-unique", |c, choices| table(c, choices)?.uniques.pop().map(|_| ());
    "a unique's columns", "drift/changed-unique", |c, choices| {
        table(c, choices)?.uniques.last_mut()?.columns.push("id".into());
        Some(())
    };
    "nulls in a unique", "drift/changed-unique", |c, choices| {
        table(c, choices)?.uniques.last_mut()?.nulls_not_distinct = true;
        Some(())
    };
    "a unique constraint as an index", "drift/changed-unique", |c, choices| {
        let table = table(c, choices)?;
        let key = table.uniques.pop()?;
        let keys = key.columns.iter().map(IndexKey::column).collect();
        let index = an_index(&key.name, "b", &mut Choices::new(&[]));
        table.indexes.push(undrift::model::Index { unique: true, keys, ..index });
        Some(())
    };
    "a foreign key more", "drift/missing-foreign-key", |c, choices| {
        let target = c.tables.keys().next()?.clone();
        let fk = a_foreign_key("fresh", &target, choices);
        table(c, choices)?.foreign_keys.push(fk);
        Some(())
    };
    "a foreign key less", "drift/undeclared-foreign-key", |c, choices| table(c, choices)?.foreign_keys.pop().map(|_| ());
    "a foreign key's action", "drift/changed-foreign-key", |c, choices| {
        table(c, choices)?.foreign_keys.last_mut()?.on_update = Action::SetNull;
        Some(())
    };
    "a foreign key's columns", "drift/changed-foreign-key", |c, choices| {
        table(c, choices)?.foreign_keys.last_mut()?.columns = vec!["b".into()];
        Some(())
    };
    "a deferrable foreign key", "drift/changed-foreign-key", |c, choices| {
        table(c, choices)?.foreign_keys.last_mut()?.deferrable = Deferrable::InitiallyDeferred;
        Some(())
    };
    "a foreign key not valid", "drift/changed-foreign-key", |c, choices| {
        table(c, choices)?.foreign_keys.last_mut()?.not_valid = true;
        Some(())
    };
    "a foreign key's name", "drift/changed-foreign-key", |c, choices| {
        table(c, choices)?.foreign_keys.last_mut()?.name = "fresh".into();
        Some(())
    };
    "a check more", "drift/missing-check", |c, choices| { table(c, choices)?.checks.push(a_check("fresh", 9)); Some(()) };
    "a check less", "drift/undeclared-check", |c, choices| table(c, choices)?.checks.pop().map(|_| ());
    "a check's expression", "drift/changed-check", |c, choices| {
        table(c, choices)?.checks.last_mut()?.expr = Known::Known(expr("id > 100"));
        Some(())
    };
    "a check's name", "drift/changed-check", |c, choices| { table(c, choices)?.checks.last_mut()?.name = "fresh".into(); Some(()) };
    "an index more", "drift/missing-index", |c, choices| {
        let index = an_index("fresh", "id", choices);
        table(c, choices)?.indexes.push(index);
        Some(())
    };
    "an index less", "drift/undeclared-index", |c, choices| table(c, choices)?.indexes.pop().map(|_| ());
    "an index's name", "drift/changed-index", |c, choices| { table(c, choices)?.indexes.last_mut()?.name = "fresh".into(); Some(()) };
    "an index's method", "drift/changed-index", |c, choices| { table(c, choices)?.indexes.last_mut()?.method = "hash".into(); Some(()) };
    "an index's keys", "drift/changed-index", |c, choices| {
        table(c, choices)?.indexes.last_mut()?.keys.push(IndexKey::column("id"));
        Some(())
    };
    "an index's order", "drift/changed-index", |c, choices| {
        let key = table(c, choices)?.indexes.last_mut()?.keys.first_mut()?;
        key.order = if key.order == SortOrder::Ascending { SortOrder::Descending } else { SortOrder::Ascending };
        Some(())
    };
    "an index's nulls", "drift/changed-index", |c, choices| {
        let key = table(c, choices)?.indexes.last_mut()?.keys.first_mut()?;
        key.nulls = Some(if key.nulls_first() { NullsOrder::Last } else { NullsOrder::First });
        Some(())
    };
    "an index's operator class", "drift/changed-index", |c, choices| {
        let table = table(c, choices)?;
        let name = table.columns.iter().find(|x| x.ty.known().is_some_and(|t| t.name == "text"))?.name.clone();
        let index = table.indexes.iter_mut().find(|x| x.keys[0] == IndexKey::column(&name))?;
        index.keys[0].opclass = Some("text_pattern_ops".into());
        Some(())
    };
    "an index's INCLUDE", "drift/changed-index", |c, choices| {
        table(c, choices)?.indexes.last_mut()?.include.push("id".into());
        Some(())
    };
    "an index's predicate", "drift/changed-index", |c, choices| {
        let predicate = table(c, choices)?.indexes.last_mut()?.predicate.known_mut()?;
        *predicate = if predicate.is_some() { None } else { Some(expr("id > 3")) };
        Some(())
    };
    "a unique index", "drift/changed-index", |c, choices| {
        let index = table(c, choices)?.indexes.last_mut()?;
        index.unique = !index.unique;
        Some(())
    };
    "a policy more", "drift/missing-policy", |c, choices| {
        let policy = a_policy("fresh", choices);
        table(c, choices)?.policies.push(policy);
        Some(())
    };
    "a policy less", "drift/undeclared-policy", |c, choices| table(c, choices)?.policies.pop().map(|_| ());
    "a policy's command", "drift/changed-policy", |c, choices| {
        table(c, choices)?.policies.last_mut()?.command = PolicyCommand::Update;
        Some(())
    };
    "a policy's roles", "drift/changed-policy", |c, choices| {
        table(c, choices)?.policies.last_mut()?.roles = Known::Known(vec!["admin".into()]);
        Some(())
    };
    "a policy's condition", "drift/changed-policy", |c, choices| {
        table(c, choices)?.policies.last_mut()?.using = Known::Known(None);
        Some(())
    };
    "a restrictive policy", "drift/changed-policy", |c, choices| {
        let policy = table(c, choices)?.policies.last_mut()?;
        policy.permissive = !policy.permissive;
        Some(())
    };
    "an enum more", "drift/missing-enum", |c, choices| {
        let ty = an_enum(QualifiedName::public("fresh"), choices);
        c.enums.insert(ty.name.clone(), ty);
        Some(())
    };
    "an enum's label", "drift/changed-enum", |c, _| {
        let labels = c.enums.values_mut().next()?.labels.known_mut()?;
        labels.push(EnumLabel { value: "fresh".into(), span: catalogs::span() });
        Some(())
    };
    "the order of labels", "drift/changed-enum", |c, _| { c.enums.values_mut().next()?.labels.known_mut()?.reverse(); Some(()) };
    "a sequence more", "drift/missing-sequence", |c, choices| {
        let sequence = a_sequence(QualifiedName::public("fresh"), choices);
        c.sequences.insert(sequence.name.clone(), sequence);
        Some(())
    };
    "a sequence's options", "drift/changed-sequence", |c, _| {
        c.sequences.values_mut().next()?.options.max = Some(99);
        Some(())
    };
    "a view more", "drift/missing-view", |c, _| {
        let view = a_view(QualifiedName::public("fresh"), &mut Choices::new(&[]));
        c.views.insert(view.name.clone(), view);
        Some(())
    };
    "a view's query", "drift/changed-view", |c, _| {
        let view = c.views.values_mut().find(|view| !view.materialized)?;
        view.query = Known::Known(expr("SELECT 5 AS one"));
        Some(())
    };
    "a materialized view", "drift/changed-materialized-view", |c, _| {
        c.views.values_mut().find(|view| !view.materialized)?.materialized = true;
        Some(())
    };
    "a view no more materialized", "drift/changed-view", |c, _| {
        c.views.values_mut().find(|view| view.materialized)?.materialized = false;
        Some(())
    };
    "a view's check option", "drift/changed-view", |c, _| {
        c.views.values_mut().find(|view| !view.materialized)?.check_option = Some("LOCAL".into());
        Some(())
    };
    "a view's options", "drift/changed-view", |c, _| {
        let view = c.views.values_mut().find(|view| !view.materialized)?;
        view.options.push(("security_invoker".into(), "true".into()));
        Some(())
    };
    "the names of a view's columns", "drift/changed-view", |c, _| {
        let view = c.views.values_mut().find(|view| !view.materialized)?;
        view.columns.known_mut()?.first_mut()?.name = "fresh".into();
        Some(())
    };
    "a comment on a view", "drift/changed-view", |c, _| {
        c.views.values_mut().find(|view| !view.materialized)?.comment = Some("new".into());
        Some(())
    };
    "an unlogged table", "drift/changed-table", |c, choices| {
        table(c, choices)?.persistence = Persistence::Unlogged;
        Some(())
    };
    "a storage parameter", "drift/changed-table", |c, choices| {
        table(c, choices)?.options.push(("fillfactor".into(), "70".into()));
        Some(())
    };
    "a table's parent", "drift/changed-table", |c, choices| {
        table(c, choices)?.inherits.push(QualifiedName::public("base"));
        Some(())
    };
    "a partitioned table", "drift/changed-table", |c, choices| {
        let key = PartitionKey { sql: "RANGE (id)".into(), columns: vec!["id".into()] };
        table(c, choices)?.kind = TableKind::Partitioned(key);
        Some(())
    };
    "a partition", "drift/changed-table", |c, choices| {
        let bound = Known::Known("DEFAULT".into());
        table(c, choices)?.partition = Some(Partition { parent: QualifiedName::public("base"), bound });
        Some(())
    };
    "forced row level security", "drift/changed-table", |c, choices| {
        table(c, choices)?.row_level_security.forced = true;
        Some(())
    };
    "an identity", "drift/changed-column", |c, choices| {
        let column = table(c, choices)?.columns.first_mut()?;
        let sequence = QualifiedName::public("fresh_seq");
        column.identity = Some(Identity { always: true, sequence, options: SequenceOptions::default() });
        Some(())
    };
    "a generated column", "drift/changed-column", |c, choices| {
        let column = table(c, choices)?.columns.last_mut().filter(|x| x.default == Known::Known(None))?;
        column.generated = Known::Known(Some(Generated { expr: expr("id + 1"), stored: true }));
        Some(())
    };
    "a comment on a column", "drift/changed-column", |c, choices| {
        table(c, choices)?.columns.last_mut()?.comment = Some("new".into());
        Some(())
    };
    "a primary key's INCLUDE", "drift/changed-primary-key", |c, choices| {
        table(c, choices)?.primary_key.as_mut()?.include.push("b".into());
        Some(())
    };
    "a deferrable primary key", "drift/changed-primary-key", |c, choices| {
        table(c, choices)?.primary_key.as_mut()?.deferrable = Deferrable::InitiallyImmediate;
        Some(())
    };
    "a primary key's options", "drift/changed-primary-key", |c, choices| {
        table(c, choices)?.primary_key.as_mut()?.options.push(("fillfactor".into(), "70".into()));
        Some(())
    };
    "a comment on a primary key", "drift/changed-primary-key", |c, choices| {
        table(c, choices)?.primary_key.as_mut()?.comment = Some("new".into());
        Some(())
    };
    "a unique's INCLUDE", "drift/changed-unique", |c, choices| {
        table(c, choices)?.uniques.last_mut()?.include.push("id".into());
        Some(())
    };
    "a deferrable unique", "drift/changed-unique", |c, choices| {
        table(c, choices)?.uniques.last_mut()?.deferrable = Deferrable::InitiallyDeferred;
        Some(())
    };
    "a unique's options", "drift/changed-unique", |c, choices| {
        table(c, choices)?.uniques.last_mut()?.options.push(("fillfactor".into(), "70".into()));
        Some(())
    };
    "what a foreign key refers to", "drift/changed-foreign-key", |c, choices| {
        table(c, choices)?.foreign_keys.last_mut()?.ref_columns = vec!["b".into()];
        Some(())
    };
    "a foreign key's match", "drift/changed-foreign-key", |c, choices| {
        table(c, choices)?.foreign_keys.last_mut()?.match_kind = MatchKind::Full;
        Some(())
    };
    "the columns that ON DELETE sets", "drift/changed-foreign-key", |c, choices| {
        table(c, choices)?.foreign_keys.last_mut()?.on_delete_columns.push("id".into());
        Some(())
    };
    "a comment on a foreign key", "drift/changed-foreign-key", |c, choices| {
        table(c, choices)?.foreign_keys.last_mut()?.comment = Some("new".into());
        Some(())
    };
    "a check not valid", "drift/changed-check", |c, choices| {
        table(c, choices)?.checks.last_mut()?.not_valid = true;
        Some(())
    };
    "a check that is not inherited", "drift/changed-check", |c, choices| {
        table(c, choices)?.checks.last_mut()?.no_inherit = true;
        Some(())
    };
    "an index's options", "drift/changed-index", |c, choices| {
        table(c, choices)?.indexes.last_mut()?.options.push(("fillfactor".into(), "70".into()));
        Some(())
    };
    "an index's collation", "drift/changed-index", |c, choices| {
        table(c, choices)?.indexes.last_mut()?.keys.first_mut()?.collation = Some("C".into());
        Some(())
    };
    "an index's expression", "drift/changed-index", |c, choices| {
        let key = table(c, choices)?.indexes.last_mut()?.keys.first_mut()?;
        let IndexKeyPart::Expr(part) = &mut key.part else { return None };
        *part = Known::Known(expr("id + 2"));
        Some(())
    };
    "a comment on an index", "drift/changed-index", |c, choices| {
        table(c, choices)?.indexes.last_mut()?.comment = Some("new".into());
        Some(())
    };
    "an exclusion's method", "drift/changed-exclusion", |c, choices| {
        table(c, choices)?.exclusions.last_mut()?.method = "spgist".into();
        Some(())
    };
    "an exclusion's operator", "drift/changed-exclusion", |c, choices| {
        table(c, choices)?.exclusions.last_mut()?.elements.first_mut()?.1 = "&&".into();
        Some(())
    };
    "an exclusion's order", "drift/changed-exclusion", |c, choices| {
        table(c, choices)?.exclusions.last_mut()?.elements.first_mut()?.0.order = SortOrder::Descending;
        Some(())
    };
    "an exclusion's predicate", "drift/changed-exclusion", |c, choices| {
        table(c, choices)?.exclusions.last_mut()?.predicate = Some(expr("id > 1"));
        Some(())
    };
    "a deferrable exclusion", "drift/changed-exclusion", |c, choices| {
        table(c, choices)?.exclusions.last_mut()?.deferrable = Deferrable::InitiallyImmediate;
        Some(())
    };
    "a policy's check", "drift/changed-policy", |c, choices| {
        table(c, choices)?.policies.last_mut()?.with_check = Known::Known(Some(expr("id > 2")));
        Some(())
    };
    "a comment on a policy", "drift/changed-policy", |c, choices| {
        table(c, choices)?.policies.last_mut()?.comment = Some("new".into());
        Some(())
    };
    "a trigger less", "drift/undeclared-trigger", |c, choices| table(c, choices)?.triggers.pop().map(|_| ());
    "a trigger's event", "drift/changed-trigger", |c, choices| {
        let definition = table(c, choices)?.triggers.last_mut()?.definition.known_mut()?;
        *definition = definition.replace("BEFORE", "AFTER");
        Some(())
    };
    "a disabled trigger", "drift/changed-trigger", |c, choices| {
        table(c, choices)?.triggers.last_mut()?.enabled = 'D';
        Some(())
    };
    "a comment on a trigger", "drift/changed-trigger", |c, choices| {
        table(c, choices)?.triggers.last_mut()?.comment = Some("new".into());
        Some(())
    };
    "a function more", "drift/missing-function", |c, choices| {
        let function = catalogs::a_function(QualifiedName::public("fresh"), choices);
        c.functions.push(function);
        Some(())
    };
    "a function's body", "drift/changed-function", |c, _| {
        c.functions.last_mut()?.body = Some(" SELECT 99 ".into());
        Some(())
    };
    "whose rights a function has", "drift/changed-function", |c, _| {
        c.functions.last_mut()?.definition.push_str(" SECURITY DEFINER");
        Some(())
    };
    "what a function returns", "drift/changed-function", |c, _| {
        c.functions.last_mut()?.returns = Some(TypeName::built_in("bigint"));
        Some(())
    };
    "a comment on a function", "drift/changed-function", |c, _| {
        c.functions.last_mut()?.comment = Some("new".into());
        Some(())
    };
    "a domain's type", "drift/changed-domain", |c, _| {
        c.domains.values_mut().next()?.base = TypeName::built_in("bigint");
        Some(())
    };
    "a domain's nullability", "drift/changed-domain", |c, _| {
        let domain = c.domains.values_mut().next()?;
        domain.not_null = !domain.not_null;
        Some(())
    };
    "a domain's default", "drift/changed-domain", |c, _| {
        c.domains.values_mut().next()?.default = Some(expr("99"));
        Some(())
    };
    "a domain's check", "drift/changed-domain", |c, _| {
        c.domains.values_mut().next()?.checks.first_mut()?.expr = Known::Known(expr("VALUE > 9"));
        Some(())
    };
    "a domain's collation", "drift/changed-domain", |c, _| {
        c.domains.values_mut().next()?.collation = Some("C".into());
        Some(())
    };
    "an attribute of a composite type", "drift/changed-type", |c, _| {
        c.composites.values_mut().next()?.attributes.first_mut()?.1 = Known::Known(TypeName::built_in("text"));
        Some(())
    };
    "a comment on an enum", "drift/changed-enum", |c, _| {
        c.enums.values_mut().next()?.comment = Some("new".into());
        Some(())
    };
    "a sequence's owner", "drift/changed-sequence", |c, _| {
        let table = c.tables.keys().next()?.clone();
        c.sequences.values_mut().next()?.owned_by = Some((table, "id".into()));
        Some(())
    };
    "a rule more", "drift/missing-object", |c, _| {
        let table = c.tables.keys().next()?.clone();
        c.opaque.push(OpaqueObject {
            what: "rule".into(),
            name: "kept".into(),
            definition: format!("CREATE RULE kept AS ON DELETE TO {}.{} DO INSTEAD NOTHING", table.schema, table.name),
            on: Some((ObjectKind::Table, table)),
            search_path: vec!["public".into()],
            origin: catalogs::origin(),
        });
        Some(())
    };
    "an extension less", "drift/undeclared-extension", |c, _| c.extensions.pop().map(|_| ());
    "a schema more", "drift/missing-schema", |c, _| {
        c.schemas.insert("fresh".into(), Namespace { name: "fresh".into(), comment: None, origin: Some(catalogs::origin()) });
        Some(())
    };
};

#[test]
fn every_mutation_is_reported_in_several_catalogs() {
    for mutation in MUTATIONS {
        let mut applied = 0;
        for seed in 0..400_u16 {
            let numbers: Vec<u16> = (0..400).map(|i: u16| i.wrapping_mul(seed | 1).wrapping_add(seed) >> 3).collect();
            if let Some(rules) = reported(mutation, &a_whole_catalog(&numbers), &numbers) {
                assert_eq!(rules, [mutation.rule], "{} {seed}", mutation.name);
                applied += 1;
            }
            if applied == 8 {
                break;
            }
        }
        assert!(applied > 0, "{} never applies", mutation.name);
    }
}
