//! pg_namespace, pg_class, pg_attribute, pg_index and the views over them.

use super::definitions::{index_columns, index_of, index_text};
use super::{Source, Table, not_known};
use crate::ddl::postgres::eval::{Answer, Filter, ObjectClass, Rows, Stop, Value};
use crate::model::{Column, Index, Known, Persistence, QualifiedName, Table as ModelTable, TableKind};

pub(super) fn rows(source: &Source<'_>, relation: &str, filter: &Filter) -> Option<Rows> {
    Some(match relation {
        "pg_namespace" => namespaces(source, filter),
        "pg_class" => classes(source, filter),
        "pg_attribute" => attributes(source, filter),
        "pg_attrdef" => defaults(source, filter),
        "pg_index" => indexes(source, filter),
        "pg_indexes" => index_view(source, filter),
        "pg_tables" => tables(source, filter),
        "pg_views" => views(source, filter),
        "pg_matviews" => materialized_views(source, filter),
        "pg_sequences" => sequences(source, filter),
        _ => return None,
    })
}

/// Schemas that every database has.
pub(super) const SYSTEM_SCHEMAS: [&str; 3] = ["pg_catalog", "information_schema", "pg_toast"];

fn namespaces(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["oid", "nspname"], filter);
    for name in source.catalog.schemas.keys().map(String::as_str).chain(SYSTEM_SCHEMAS) {
        table.push(vec![source.namespace(name), Value::text(name)]);
    }
    table.done(source)
}

/// One row of pg_class.
pub(super) struct Class {
    pub(super) name: QualifiedName,
    pub(super) kind: char,
    persistence: char,
    partition: bool,
    /// The bound of a partition, as `pg_get_expr` prints it.
    bound: Answer,
    security: (bool, bool),
    has_indexes: bool,
}

fn persistence(persistence: Persistence) -> char {
    match persistence {
        Persistence::Permanent => 'p',
        Persistence::Unlogged => 'u',
        Persistence::Temporary => 't',
    }
}

pub(super) fn table_kind(table: &ModelTable) -> char {
    match table.kind {
        TableKind::Ordinary => 'r',
        TableKind::Partitioned(_) => 'p',
        TableKind::Foreign { .. } => 'f',
    }
}

/// An index of a table, made by a constraint or not.
pub(super) struct IndexRow<'c> {
    pub(super) name: &'c str,
    pub(super) unique: bool,
    pub(super) primary: bool,
    pub(super) exclusion: bool,
    pub(super) valid: bool,
    pub(super) keys: usize,
    pub(super) partial: Option<bool>,
}

pub(super) fn table_indexes(table: &ModelTable) -> Vec<IndexRow<'_>> {
    let plain = |name, primary, keys| IndexRow {
        name,
        unique: true,
        primary,
        exclusion: false,
        valid: true,
        keys,
        partial: Some(false),
    };
    let mut out: Vec<IndexRow<'_>> = Vec::new();
    out.extend(table.primary_key.iter().map(|k| plain(k.name.as_str(), true, k.columns.len())));
    out.extend(table.uniques.iter().map(|k| plain(k.name.as_str(), false, k.columns.len())));
    out.extend(table.exclusions.iter().map(|e| IndexRow {
        exclusion: true,
        unique: false,
        partial: Some(e.predicate.is_some()),
        ..plain(e.name.as_str(), false, e.elements.len())
    }));
    out.extend(table.indexes.iter().map(index_row));
    out
}

pub(super) fn index_row(index: &Index) -> IndexRow<'_> {
    IndexRow {
        name: &index.name,
        unique: index.unique,
        primary: false,
        exclusion: false,
        valid: !index.only,
        keys: index.keys.len(),
        partial: match &index.predicate {
            Known::Known(predicate) => Some(predicate.is_some()),
            Known::Unknown(_) => None,
        },
    }
}

pub(super) fn all_classes(source: &Source<'_>) -> Vec<Class> {
    let catalog = source.catalog;
    let mut out = Vec::new();
    let plain = |name: &QualifiedName, kind| Class {
        name: name.clone(),
        kind,
        persistence: 'p',
        partition: false,
        bound: Ok(Value::Null),
        security: (false, false),
        has_indexes: false,
    };
    for (name, table) in &catalog.tables {
        let indexes = table_indexes(table);
        out.push(Class {
            persistence: persistence(table.persistence),
            partition: table.partition.is_some(),
            bound: super::inheritance::bound(source, table),
            security: (table.row_level_security.enabled, table.row_level_security.forced),
            has_indexes: !indexes.is_empty(),
            ..plain(name, table_kind(table))
        });
        let kind = if matches!(table.kind, TableKind::Partitioned(_)) { 'I' } else { 'i' };
        for index in indexes {
            let index = QualifiedName::new(&name.schema, index.name);
            out.push(plain(&index, kind));
        }
    }
    for (name, view) in &catalog.views {
        out.push(Class {
            has_indexes: !view.indexes.is_empty(),
            ..plain(name, if view.materialized { 'm' } else { 'v' })
        });
        for index in &view.indexes {
            let index = QualifiedName::new(&name.schema, &index.name);
            out.push(plain(&index, 'i'));
        }
    }
    out.extend(catalog.sequences.keys().map(|name| plain(name, 'S')));
    out.extend(catalog.composites.keys().map(|name| plain(name, 'c')));
    out
}

fn classes(source: &Source<'_>, filter: &Filter) -> Rows {
    let columns = [
        "oid",
        "relname",
        "relnamespace",
        "relkind",
        "relpersistence",
        "relispartition",
        "relrowsecurity",
        "relforcerowsecurity",
        "relhasindex",
        "relpartbound",
    ];
    let mut table = Table::new(&columns, filter);
    for class in all_classes(source) {
        if !table.wants("relname", &class.name.name) {
            continue;
        }
        table.push_answers(vec![
            Ok(source.relation(&class.name)),
            Ok(Value::text(&class.name.name)),
            Ok(source.namespace(&class.name.schema)),
            Ok(Value::text(class.kind)),
            Ok(Value::text(class.persistence)),
            Ok(Value::Bool(class.partition)),
            Ok(Value::Bool(class.security.0)),
            Ok(Value::Bool(class.security.1)),
            Ok(Value::Bool(class.has_indexes)),
            class.bound,
        ]);
    }
    table.done(source)
}

/// The columns of tables, views and composite types, where they are known; else why not.
pub(super) fn relation_columns<'c>(
    source: &Source<'c>,
) -> impl Iterator<Item = (&'c QualifiedName, &'c [Column], Option<&'static str>)> {
    let open = "not all columns of a table are known";
    let tables = source.catalog.tables.iter().map(move |(name, table)| {
        (name, table.columns.as_slice(), (!table.unknown_columns.is_empty()).then_some(open))
    });
    let views = source.catalog.views.iter().map(|(name, view)| match &view.columns {
        Known::Known(columns) => (name, columns.as_slice(), None),
        Known::Unknown(_) => (name, &[][..], Some("the columns of a view are not known")),
    });
    tables.chain(views)
}

fn known<T>(known: &Known<T>, value: impl Fn(&T) -> Value) -> Answer {
    match known {
        Known::Known(fact) => Ok(value(fact)),
        Known::Unknown(unknown) => Err(Stop::unknown(&unknown.reason)),
    }
}

pub(super) fn not_null(column: &Column) -> Answer {
    known(&column.not_null, |b| Value::Bool(*b))
}

pub(super) fn has_default(column: &Column) -> Answer {
    known(&column.default, |d| Value::Bool(d.is_some()))
}

pub(super) fn is_generated(column: &Column) -> Answer {
    known(&column.generated, |g| Value::Bool(g.is_some()))
}

fn attributes(source: &Source<'_>, filter: &Filter) -> Rows {
    let columns = [
        "attrelid",
        "attname",
        "atttypid",
        "attnum",
        "attnotnull",
        "atthasdef",
        "attisdropped",
        "attidentity",
        "attgenerated",
        "atttypmod",
    ];
    let mut table = Table::new(&columns, filter);
    let mut doubt = None;
    for (name, columns, open) in relation_columns(source) {
        let relation = source.relation(name);
        if !table.wants_object("attrelid", &relation) {
            continue;
        }
        doubt = doubt.or(open);
        for (number, column) in
            columns.iter().enumerate().filter(|(_, c)| table.wants("attname", &c.name)).collect::<Vec<_>>()
        {
            let ty = known(&column.ty, |ty| super::types::type_value(source, ty));
            let identity = column.identity.as_ref().map_or("", |i| if i.always { "a" } else { "d" });
            table.push_answers(vec![
                Ok(relation.clone()),
                Ok(Value::text(&column.name)),
                ty,
                Ok(Value::Int(number as i64 + 1)),
                not_null(column),
                has_default(column),
                Ok(Value::Bool(false)),
                Ok(Value::text(identity)),
                known(&column.generated, |g| Value::text(g.as_ref().map_or("", |g| if g.stored { "s" } else { "v" }))),
                column.ty.known().and_then(super::types::modifier).map(Value::Int).ok_or_else(not_told),
            ]);
        }
    }
    with_doubt(table.done(source), doubt)
}

fn not_told() -> Stop {
    Stop::unknown("a type's modifier is not known")
}

pub(super) fn with_doubt(mut rows: Rows, doubt: Option<&str>) -> Rows {
    rows.more = rows.more.or_else(|| doubt.map(str::to_owned));
    rows
}

fn defaults(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["adrelid", "adnum"], filter);
    for (name, columns, _) in relation_columns(source) {
        for (number, column) in columns.iter().enumerate() {
            if has_default(column) != Ok(Value::Bool(false)) {
                table.push(vec![source.relation(name), Value::Int(number as i64 + 1)]);
            }
        }
    }
    table.done(source)
}

fn each_index<'c>(source: &Source<'c>) -> impl Iterator<Item = (&'c QualifiedName, IndexRow<'c>)> {
    let tables =
        source.catalog.tables.iter().flat_map(|(name, t)| table_indexes(t).into_iter().map(move |i| (name, i)));
    let views =
        source.catalog.views.iter().flat_map(|(name, v)| v.indexes.iter().map(index_row).map(move |i| (name, i)));
    tables.chain(views)
}

fn indexes(source: &Source<'_>, filter: &Filter) -> Rows {
    let columns = [
        "indexrelid",
        "indrelid",
        "indisunique",
        "indisprimary",
        "indisexclusion",
        "indisvalid",
        "indisready",
        "indislive",
        "indnkeyatts",
        "indpred",
        "indkey",
    ];
    let mut table = Table::new(&columns, filter);
    for (of, index) in each_index(source) {
        let relation = source.relation(of);
        if !table.wants_object("indrelid", &relation) {
            continue;
        }
        table.push_answers(vec![
            Ok(source.object(ObjectClass::Relation, &of.schema, index.name)),
            Ok(relation),
            Ok(Value::Bool(index.unique)),
            Ok(Value::Bool(index.primary)),
            Ok(Value::Bool(index.exclusion)),
            Ok(Value::Bool(index.valid)),
            Ok(Value::Bool(true)),
            Ok(Value::Bool(true)),
            Ok(Value::Int(index.keys as i64)),
            if index.partial == Some(false) { Ok(Value::Null) } else { not_known() },
            source.catalog.tables.get(of).and_then(|t| index_columns(t, index.name)).map_or_else(not_known, Ok),
        ]);
    }
    table.done(source)
}

fn index_view(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["schemaname", "tablename", "indexname", "tablespace", "indexdef"], filter);
    for (of, index) in each_index(source) {
        if table.wants("indexname", index.name) && table.wants("tablename", &of.name) {
            let text = match (source.catalog.tables.get(of), source.catalog.views.get(of)) {
                (Some(table), _) => index_of(of, table, index.name),
                (None, Some(view)) => {
                    view.indexes.iter().find(|i| i.name == index.name).and_then(|i| index_text(of, i))
                }
                (None, None) => None,
            };
            table.push_answers(vec![
                Ok(Value::text(&of.schema)),
                Ok(Value::text(&of.name)),
                Ok(Value::text(index.name)),
                Ok(Value::Null),
                text.map_or_else(not_known, |text| Ok(Value::Text(text))),
            ]);
        }
    }
    table.done(source)
}

fn tables(source: &Source<'_>, filter: &Filter) -> Rows {
    let columns = ["schemaname", "tablename", "hasindexes", "hasrules", "hastriggers", "rowsecurity"];
    let mut table = Table::new(&columns, filter);
    for (name, model) in source.catalog.tables.iter().filter(|(_, t)| table_kind(t) != 'f') {
        if !table.wants("tablename", &name.name) {
            continue;
        }
        let has_rules =
            source.catalog.opaque.iter().any(|o| o.what == "rule" && o.on.as_ref().is_some_and(|(_, on)| on == name));
        table.push(vec![
            Value::text(&name.schema),
            Value::text(&name.name),
            Value::Bool(!table_indexes(model).is_empty()),
            Value::Bool(has_rules),
            Value::Bool(!model.triggers.is_empty() || !model.foreign_keys.is_empty()),
            Value::Bool(model.row_level_security.enabled),
        ]);
    }
    table.done(source)
}

fn views(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["schemaname", "viewname", "definition"], filter);
    for name in source.catalog.views.iter().filter(|(_, v)| !v.materialized).map(|(name, _)| name) {
        table.push_answers(vec![Ok(Value::text(&name.schema)), Ok(Value::text(&name.name)), not_known()]);
    }
    // The system's own views are never asked for by name without their schema.
    table.done(source)
}

fn materialized_views(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["schemaname", "matviewname", "hasindexes", "ispopulated", "definition"], filter);
    for (name, view) in source.catalog.views.iter().filter(|(_, v)| v.materialized) {
        table.push_answers(vec![
            Ok(Value::text(&name.schema)),
            Ok(Value::text(&name.name)),
            Ok(Value::Bool(!view.indexes.is_empty())),
            Ok(Value::Bool(view.with_data)),
            not_known(),
        ]);
    }
    table.done(source)
}

fn sequences(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["schemaname", "sequencename"], filter);
    for name in source.catalog.sequences.keys() {
        table.push(vec![Value::text(&name.schema), Value::text(&name.name)]);
    }
    table.done(source)
}
