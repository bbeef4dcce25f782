//! The views of information_schema.

use super::constraints::all as all_constraints;
use super::relations::{SYSTEM_SCHEMAS, has_default, is_generated, not_null, relation_columns, table_kind, with_doubt};
use super::{Source, Table, not_known, yes_no};
use crate::ddl::postgres::eval::{Answer, Filter, Rows, Stop, Value};
use crate::model::{Column, Deferrable, FunctionKind, Known, QualifiedName, TypeName};

pub(super) fn rows(source: &Source<'_>, relation: &str, filter: &Filter) -> Option<Rows> {
    Some(match relation {
        "schemata" => schemata(source, filter),
        "tables" => tables(source, filter),
        "views" => views(source, filter),
        "columns" => columns(source, filter),
        "table_constraints" => table_constraints(source, filter),
        "key_column_usage" => key_columns(source, filter),
        "constraint_column_usage" => constraint_columns(source, filter),
        "referential_constraints" => referential(source, filter),
        "check_constraints" => checks(source, filter),
        "sequences" => sequences(source, filter),
        "routines" => routines(source, filter),
        "triggers" => triggers(source, filter),
        "domains" => domains(source, filter),
        _ => return None,
    })
}

fn schemata(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["schema_name"], filter);
    for name in source.catalog.schemas.keys().map(String::as_str).chain(SYSTEM_SCHEMAS) {
        table.push(vec![Value::text(name)]);
    }
    table.done(source)
}

fn tables(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["table_schema", "table_name", "table_type", "is_insertable_into"], filter);
    let base = source
        .catalog
        .tables
        .iter()
        .map(|(name, t)| (name, if table_kind(t) == 'f' { "FOREIGN" } else { "BASE TABLE" }));
    let views = source.catalog.views.iter().filter(|(_, v)| !v.materialized).map(|(name, _)| (name, "VIEW"));
    for (name, kind) in base.chain(views) {
        if table.wants("table_name", &name.name) && table.wants("table_schema", &name.schema) {
            let insertable = if kind == "VIEW" { not_known() } else { Ok(yes_no(true)) };
            table.push_answers(vec![
                Ok(Value::text(&name.schema)),
                Ok(Value::text(&name.name)),
                Ok(Value::text(kind)),
                insertable,
            ]);
        }
    }
    table.done(source)
}

fn views(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["table_schema", "table_name", "view_definition"], filter);
    for name in source.catalog.views.iter().filter(|(_, v)| !v.materialized).map(|(name, _)| name) {
        table.push_answers(vec![Ok(Value::text(&name.schema)), Ok(Value::text(&name.name)), not_known()]);
    }
    table.done(source)
}

fn columns(source: &Source<'_>, filter: &Filter) -> Rows {
    let names = [
        "table_schema",
        "table_name",
        "column_name",
        "ordinal_position",
        "column_default",
        "is_nullable",
        "data_type",
        "udt_schema",
        "udt_name",
        "character_maximum_length",
        "numeric_precision",
        "numeric_scale",
        "is_identity",
        "identity_generation",
        "is_generated",
    ];
    let mut table = Table::new(&names, filter);
    let mut doubt = None;
    for (name, columns, open) in relation_columns(source) {
        let materialized = source.catalog.views.get(name).is_some_and(|v| v.materialized);
        if materialized || !table.wants("table_name", &name.name) || !table.wants("table_schema", &name.schema) {
            continue;
        }
        doubt = doubt.or(open);
        for (number, column) in columns.iter().enumerate() {
            if table.wants("column_name", &column.name) {
                let row = column_row(source, name, column, number);
                table.push_answers(row);
            }
        }
    }
    with_doubt(table.done(source), doubt)
}

fn column_row(source: &Source<'_>, table: &QualifiedName, column: &Column, number: usize) -> Vec<Answer> {
    let ty = |fact: &dyn Fn(&TypeName) -> Value| match &column.ty {
        Known::Known(ty) => Ok(fact(ty)),
        Known::Unknown(unknown) => Err(Stop::unknown(&unknown.reason)),
    };
    let modifier = |ty: &TypeName, names: &[&str], at: usize| -> Value {
        let fits = !ty.array && ty.schema.is_none() && names.contains(&ty.name.as_str());
        let value = ty.modifiers.get(at).filter(|_| fits).and_then(|m| m.parse().ok());
        value.map_or(Value::Null, Value::Int)
    };
    let precision = |ty: &TypeName| match ty.name.as_str() {
        "smallint" => Value::Int(16),
        "integer" => Value::Int(32),
        "bigint" => Value::Int(64),
        _ => modifier(ty, &["numeric"], 0),
    };
    let identity = column.identity.as_ref();
    vec![
        Ok(Value::text(&table.schema)),
        Ok(Value::text(&table.name)),
        Ok(Value::text(&column.name)),
        Ok(Value::Int(number as i64 + 1)),
        match has_default(column) {
            Ok(Value::Bool(false)) => Ok(Value::Null),
            // Its text is the server's; that there is one is known.
            _ => not_known(),
        },
        not_null(column).map(|v| yes_no(v != Value::Bool(true))),
        ty(&|t| Value::text(data_type(source, t))),
        ty(&|t| Value::text(t.schema.as_deref().unwrap_or("pg_catalog"))),
        ty(&|t| Value::text(udt_name(t))),
        ty(&|t| modifier(t, &["character varying", "character"], 0)),
        ty(&precision),
        ty(&|t| modifier(t, &["numeric"], 1)),
        Ok(yes_no(identity.is_some())),
        Ok(identity.map_or(Value::Null, |i| Value::text(if i.always { "ALWAYS" } else { "BY DEFAULT" }))),
        is_generated(column).map(|v| Value::text(if v == Value::Bool(true) { "ALWAYS" } else { "NEVER" })),
    ]
}

/// `data_type`: ARRAY and USER-DEFINED where the type is no built-in one; domains show what they are made of.
fn data_type(source: &Source<'_>, ty: &TypeName) -> String {
    if ty.array {
        return "ARRAY".into();
    }
    match ty.qualified() {
        Some(name) => match source.catalog.domains.get(&name) {
            Some(domain) => data_type(source, &domain.base),
            None => "USER-DEFINED".into(),
        },
        None if super::types::is_built_in(&ty.name) => ty.name.clone(),
        None => "USER-DEFINED".into(),
    }
}

/// The name in pg_type: `int4`, `_text`.
fn udt_name(ty: &TypeName) -> String {
    let name = match ty.name.as_str() {
        _ if ty.schema.is_some() => &ty.name,
        "smallint" => "int2",
        "integer" => "int4",
        "bigint" => "int8",
        "real" => "float4",
        "double precision" => "float8",
        "boolean" => "bool",
        "character varying" => "varchar",
        "character" => "bpchar",
        "bit varying" => "varbit",
        "time without time zone" => "time",
        "time with time zone" => "timetz",
        "timestamp without time zone" => "timestamp",
        "timestamp with time zone" => "timestamptz",
        other => other,
    };
    format!("{}{name}", if ty.array { "_" } else { "" })
}

fn constraint_type(kind: char) -> Option<&'static str> {
    match kind {
        'p' => Some("PRIMARY KEY"),
        'u' => Some("UNIQUE"),
        'f' => Some("FOREIGN KEY"),
        'c' => Some("CHECK"),
        _ => None,
    }
}

fn table_constraints(source: &Source<'_>, filter: &Filter) -> Rows {
    let names = [
        "constraint_schema",
        "constraint_name",
        "table_schema",
        "table_name",
        "constraint_type",
        "is_deferrable",
        "initially_deferred",
    ];
    let mut table = Table::new(&names, filter);
    let (all, doubt) = all_constraints(source);
    for constraint in &all {
        let Some(kind) = constraint_type(constraint.kind) else { continue };
        if !table.wants("constraint_name", constraint.name) || !table.wants("table_name", &constraint.table.name) {
            continue;
        }
        let schema = Value::text(&constraint.table.schema);
        table.push(vec![
            schema.clone(),
            Value::text(constraint.name),
            schema,
            Value::text(&constraint.table.name),
            Value::text(kind),
            yes_no(constraint.deferrable != Deferrable::No),
            yes_no(constraint.deferrable == Deferrable::InitiallyDeferred),
        ]);
    }
    with_doubt(table.done(source), doubt)
}

fn key_columns(source: &Source<'_>, filter: &Filter) -> Rows {
    let names =
        ["constraint_schema", "constraint_name", "table_schema", "table_name", "column_name", "ordinal_position"];
    let mut table = Table::new(&names, filter);
    let (all, doubt) = all_constraints(source);
    for constraint in all.iter().filter(|c| matches!(c.kind, 'p' | 'u' | 'f')) {
        for (i, column) in constraint.columns.iter().enumerate() {
            let schema = Value::text(&constraint.table.schema);
            table.push(vec![
                schema.clone(),
                Value::text(constraint.name),
                schema,
                Value::text(&constraint.table.name),
                Value::text(column),
                Value::Int(i as i64 + 1),
            ]);
        }
    }
    with_doubt(table.done(source), doubt)
}

/// For a foreign key these are the columns that it refers to.
fn constraint_columns(source: &Source<'_>, filter: &Filter) -> Rows {
    let names = ["table_schema", "table_name", "column_name", "constraint_schema", "constraint_name"];
    let mut table = Table::new(&names, filter);
    let (all, mut doubt) = all_constraints(source);
    for constraint in &all {
        if matches!(constraint.kind, 'c' | 'x') {
            if table.wants("constraint_name", constraint.name) {
                doubt = doubt.or(Some("which columns a check uses is not worked out here"));
            }
            continue;
        }
        let (of, columns) = constraint.references.unwrap_or((constraint.table, constraint.columns));
        for column in columns {
            table.push(vec![
                Value::text(&of.schema),
                Value::text(&of.name),
                Value::text(column),
                Value::text(&constraint.table.schema),
                Value::text(constraint.name),
            ]);
        }
    }
    with_doubt(table.done(source), doubt)
}

fn referential(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["constraint_schema", "constraint_name", "update_rule", "delete_rule"], filter);
    let (all, doubt) = all_constraints(source);
    for constraint in all.iter().filter(|c| c.kind == 'f') {
        table.push(vec![
            Value::text(&constraint.table.schema),
            Value::text(constraint.name),
            Value::text(constraint.actions.0.as_str().to_ascii_uppercase()),
            Value::text(constraint.actions.1.as_str().to_ascii_uppercase()),
        ]);
    }
    with_doubt(table.done(source), doubt)
}

fn checks(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["constraint_schema", "constraint_name", "check_clause"], filter);
    let (all, doubt) = all_constraints(source);
    for constraint in all.iter().filter(|c| c.kind == 'c') {
        let schema = Ok(Value::text(&constraint.table.schema));
        table.push_answers(vec![schema, Ok(Value::text(constraint.name)), not_known()]);
    }
    with_doubt(table.done(source), doubt)
}

fn sequences(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["sequence_schema", "sequence_name"], filter);
    // Sequences of identity columns are not shown.
    for name in source.catalog.sequences.iter().filter(|(_, s)| !s.identity).map(|(name, _)| name) {
        table.push(vec![Value::text(&name.schema), Value::text(&name.name)]);
    }
    table.done(source)
}

fn routines(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["routine_schema", "routine_name", "routine_type"], filter);
    for function in &source.catalog.functions {
        let kind = match function.kind {
            FunctionKind::Procedure => Value::text("PROCEDURE"),
            FunctionKind::Function => Value::text("FUNCTION"),
            _ => Value::Null,
        };
        table.push(vec![Value::text(&function.name.schema), Value::text(&function.name.name), kind]);
    }
    table.done(source)
}

/// One row for each event of a trigger; the events are in its text, so the rows stand once.
fn triggers(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table =
        Table::new(&["trigger_schema", "trigger_name", "event_object_schema", "event_object_table"], filter);
    for (name, model) in &source.catalog.tables {
        for trigger in &model.triggers {
            let schema = Value::text(&name.schema);
            table.push(vec![schema.clone(), Value::text(&trigger.name), schema, Value::text(&name.name)]);
        }
    }
    table.done(source)
}

fn domains(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["domain_schema", "domain_name"], filter);
    for name in source.catalog.domains.keys() {
        table.push(vec![Value::text(&name.schema), Value::text(&name.name)]);
    }
    table.done(source)
}
