//! pg_constraint, and what information_schema needs of it.

use super::{Source, Table, not_known};
use crate::ddl::postgres::eval::{Answer, Filter, ObjectClass, Rows, Value};
use crate::model::{Action, Deferrable, QualifiedName};

pub(super) fn rows(source: &Source<'_>, relation: &str, filter: &Filter) -> Option<Rows> {
    (relation == "pg_constraint").then(|| constraints(source, filter))
}

/// A constraint of a table.
pub(super) struct Constraint<'c> {
    pub(super) table: &'c QualifiedName,
    pub(super) name: &'c str,
    /// `p u f c x`
    pub(super) kind: char,
    pub(super) columns: &'c [String],
    pub(super) references: Option<(&'c QualifiedName, &'c [String])>,
    /// Of a foreign key: the index that it rests on, where that is known.
    pub(super) ref_index: Option<&'c str>,
    pub(super) actions: (Action, Action),
    pub(super) deferrable: Deferrable,
    pub(super) valid: bool,
}

pub(super) fn all<'c>(source: &Source<'c>) -> (Vec<Constraint<'c>>, Option<&'static str>) {
    let mut out = Vec::new();
    let mut doubt = None;
    for (name, table) in &source.catalog.tables {
        if !table.unknown_constraints.is_empty() {
            doubt = Some("not all constraints of a table are known");
        }
        let plain = |constraint, kind, columns| Constraint {
            table: name,
            name: constraint,
            kind,
            columns,
            references: None,
            ref_index: None,
            actions: (Action::NoAction, Action::NoAction),
            deferrable: Deferrable::No,
            valid: true,
        };
        let key = |k: &'c crate::model::Key, kind| Constraint {
            deferrable: k.deferrable,
            ..plain(k.name.as_str(), kind, k.columns.as_slice())
        };
        out.extend(table.primary_key.iter().map(|k| key(k, 'p')));
        out.extend(table.uniques.iter().map(|k| key(k, 'u')));
        out.extend(table.foreign_keys.iter().map(|f| Constraint {
            references: Some((&f.ref_table, f.ref_columns.as_slice())),
            ref_index: f.ref_index.as_deref(),
            actions: (f.on_update, f.on_delete),
            deferrable: f.deferrable,
            valid: !f.not_valid,
            ..plain(f.name.as_str(), 'f', f.columns.as_slice())
        }));
        out.extend(
            table.checks.iter().map(|c| Constraint { valid: !c.not_valid, ..plain(c.name.as_str(), 'c', &[][..]) }),
        );
        out.extend(
            table
                .exclusions
                .iter()
                .map(|e| Constraint { deferrable: e.deferrable, ..plain(e.name.as_str(), 'x', &[][..]) }),
        );
    }
    (out, doubt)
}

pub(super) fn action_letter(action: Action) -> &'static str {
    match action {
        Action::NoAction => "a",
        Action::Restrict => "r",
        Action::Cascade => "c",
        Action::SetNull => "n",
        Action::SetDefault => "d",
    }
}

/// Positions of columns in their table, as `conkey` has them.
fn positions(source: &Source<'_>, table: &QualifiedName, columns: &[String]) -> Answer {
    let Some(model) = source.catalog.tables.get(table) else { return not_known() };
    let at = |c: &String| model.columns.iter().position(|k| k.name == *c).map(|i| Value::Int(i as i64 + 1));
    columns.iter().map(at).collect::<Option<Vec<_>>>().map_or_else(not_known, |v| Ok(Value::Array(v)))
}

fn constraints(source: &Source<'_>, filter: &Filter) -> Rows {
    let columns = [
        "oid",
        "conname",
        "connamespace",
        "contype",
        "conrelid",
        "contypid",
        "confrelid",
        "convalidated",
        "condeferrable",
        "condeferred",
        "confupdtype",
        "confdeltype",
        "conkey",
        "confkey",
        "conindid",
    ];
    let mut table = Table::new(&columns, filter);
    let (all, doubt) = all(source);
    for constraint in &all {
        let relation = source.relation(constraint.table);
        if !table.wants("conname", constraint.name) || !table.wants_object("conrelid", &relation) {
            continue;
        }
        let (name, schema) = (constraint.name, &constraint.table.schema);
        let keys = if matches!(constraint.kind, 'c' | 'x') {
            not_known()
        } else {
            positions(source, constraint.table, constraint.columns)
        };
        let letter = |action| Ok(Value::text(if constraint.kind == 'f' { action_letter(action) } else { " " }));
        table.push_answers(vec![
            Ok(source.object(ObjectClass::Constraint, schema, &format!("{}.{name}", constraint.table.name))),
            Ok(Value::text(name)),
            Ok(source.namespace(schema)),
            Ok(Value::text(constraint.kind)),
            Ok(relation),
            Ok(Value::Null),
            Ok(constraint.references.map_or(Value::Null, |(table, _)| source.relation(table))),
            Ok(Value::Bool(constraint.valid)),
            Ok(Value::Bool(constraint.deferrable != Deferrable::No)),
            Ok(Value::Bool(constraint.deferrable == Deferrable::InitiallyDeferred)),
            letter(constraint.actions.0),
            letter(constraint.actions.1),
            keys,
            constraint.references.map_or(Ok(Value::Null), |(table, columns)| positions(source, table, columns)),
            index_behind(source, constraint),
        ]);
    }
    domain_checks(source, &mut table);
    super::relations::with_doubt(table.done(source), doubt)
}

/// The index that a constraint has, or a foreign key uses; 0 where there is none.
fn index_behind(source: &Source<'_>, constraint: &Constraint<'_>) -> Answer {
    let index = |table: &QualifiedName, name: &str| Ok(source.object(ObjectClass::Relation, &table.schema, name));
    match (constraint.kind, constraint.references) {
        ('c', _) => Ok(Value::Int(0)),
        ('f', Some((table, _))) => constraint.ref_index.map_or_else(not_known, |name| index(table, name)),
        _ => index(constraint.table, constraint.name),
    }
}

fn domain_checks(source: &Source<'_>, table: &mut Table<'_>) {
    for (domain, model) in &source.catalog.domains {
        for check in &model.checks {
            if !table.wants("conname", &check.name) {
                continue;
            }
            let name = format!("{}.{}", domain.name, check.name);
            table.push_answers(vec![
                Ok(source.object(ObjectClass::Constraint, &domain.schema, &name)),
                Ok(Value::text(&check.name)),
                Ok(source.namespace(&domain.schema)),
                Ok(Value::text('c')),
                Ok(Value::Null),
                Ok(source.object(ObjectClass::Type, &domain.schema, &domain.name)),
                Ok(Value::Null),
                Ok(Value::Bool(!check.not_valid)),
                Ok(Value::Bool(false)),
                Ok(Value::Bool(false)),
                Ok(Value::text(" ")),
                Ok(Value::text(" ")),
                not_known(),
                Ok(Value::Null),
                Ok(Value::Int(0)),
            ]);
        }
    }
}
