//! Functions, triggers, policies, extensions, roles, and carried objects.

use super::{Source, Table, not_known};
use crate::ddl::postgres::eval::{Filter, Object, ObjectClass, Rows, Value};
use crate::ddl::postgres::{PublicationChange, PublicationObject, publication_changes};
use crate::model::{Function, FunctionKind, Known, OpaqueObject, Policy, QualifiedName, Trigger};

pub(super) fn rows(source: &Source<'_>, relation: &str, filter: &Filter) -> Option<Rows> {
    Some(match relation {
        "pg_proc" => functions(source, filter),
        "pg_trigger" => triggers(source, filter),
        "pg_policy" => policies(source, filter),
        "pg_policies" => policy_view(source, filter),
        "pg_extension" => extensions(source, filter),
        "pg_roles" | "pg_authid" | "pg_user" | "pg_shadow" | "pg_group" => roles(source, relation, filter),
        "pg_event_trigger" => carried(source, filter, "event trigger", "evtname"),
        "pg_publication" => carried(source, filter, "publication", "pubname"),
        "pg_subscription" => carried(source, filter, "subscription", "subname"),
        "pg_foreign_server" => carried(source, filter, "server", "srvname"),
        "pg_foreign_data_wrapper" => carried(source, filter, "foreign data wrapper", "fdwname"),
        "pg_ts_config" => carried(source, filter, "text search configuration", "cfgname"),
        "pg_publication_tables" => publication_tables(source, filter),
        "pg_rules" => rules(source, filter),
        _ => return None,
    })
}

pub(in crate::replay::plpgsql) fn function_object(source: &Source<'_>, function: &Function) -> Value {
    let arguments: Vec<String> = function.arguments.iter().map(ToString::to_string).collect();
    let name = format!("{}({})", function.name.name, arguments.join(","));
    source.object(ObjectClass::Function, &function.name.schema, &name)
}

/// Names by which functions of the usual extensions, and of the server, can be told from a project's own.
fn may_be_foreign(name: &str) -> bool {
    let prefixes =
        ["pg_", "uuid_", "st_", "_st_", "gen_", "pgp_", "hstore", "citext", "vector_", "halfvec", "gin_", "gist_"];
    let names = [
        "crypt",
        "digest",
        "hmac",
        "armor",
        "dearmor",
        "encrypt",
        "decrypt",
        "similarity",
        "show_trgm",
        "word_similarity",
        "unaccent",
        "levenshtein",
        "soundex",
        "metaphone",
        "dmetaphone",
        "crosstab",
        "moddatetime",
        "cosine_distance",
        "l2_distance",
        "inner_product",
        "now",
        "lower",
        "upper",
        "length",
        "count",
        "nextval",
        "to_tsvector",
        "array_agg",
        "random",
        "format",
        "concat",
        "md5",
        "sha256",
        "jsonb_build_object",
        "row_to_json",
        "to_json",
        "to_jsonb",
    ];
    prefixes.iter().any(|p| name.starts_with(p)) || names.contains(&name)
}

fn functions(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table =
        Table::new(&["oid", "proname", "pronamespace", "prokind", "pronargs", "proargtypes", "prosrc"], filter);
    for function in &source.catalog.functions {
        if !table.wants("proname", &function.name.name) {
            continue;
        }
        table.push(vec![
            function_object(source, function),
            Value::text(&function.name.name),
            source.namespace(&function.name.schema),
            Value::text(match function.kind {
                FunctionKind::Function => 'f',
                FunctionKind::Procedure => 'p',
                FunctionKind::Aggregate => 'a',
                FunctionKind::Window => 'w',
            }),
            Value::Int(function.arguments.len() as i64),
            Value::Array(function.arguments.iter().map(|ty| super::types::type_value(source, ty)).collect()),
            Value::optional(function.body.as_deref()),
        ]);
    }
    let asked = filter.iter().find(|(column, _)| column == "proname").and_then(|(_, v)| v.to_text());
    let mut rows = table.done(source);
    // The server's own functions and those of extensions are not listed one by one.
    if rows.rows.is_empty() && asked.as_deref().is_some_and(may_be_foreign) {
        rows.more = Some("the functions that the server and extensions bring are not listed".into());
    }
    rows
}

fn each_trigger<'c>(source: &Source<'c>) -> impl Iterator<Item = (&'c QualifiedName, &'c Trigger)> {
    let tables = source.catalog.tables.iter().flat_map(|(name, t)| t.triggers.iter().map(move |g| (name, g)));
    let views = source.catalog.views.iter().flat_map(|(name, v)| v.triggers.iter().map(move |g| (name, g)));
    tables.chain(views)
}

fn triggers(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["oid", "tgname", "tgrelid", "tgisinternal", "tgenabled"], filter);
    for (of, trigger) in each_trigger(source) {
        if !table.wants("tgname", &trigger.name) {
            continue;
        }
        table.push(vec![
            source.object(ObjectClass::Trigger, &of.schema, &format!("{}.{}", of.name, trigger.name)),
            Value::text(&trigger.name),
            source.relation(of),
            Value::Bool(false),
            Value::text(trigger.enabled),
        ]);
    }
    table.done(source)
}

fn each_policy<'c>(source: &Source<'c>) -> impl Iterator<Item = (&'c QualifiedName, &'c Policy)> {
    source.catalog.tables.iter().flat_map(|(name, t)| t.policies.iter().map(move |p| (name, p)))
}

fn policies(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["oid", "polname", "polrelid", "polpermissive"], filter);
    for (of, policy) in each_policy(source) {
        table.push(vec![
            source.object(ObjectClass::Policy, &of.schema, &format!("{}.{}", of.name, policy.name)),
            Value::text(&policy.name),
            source.relation(of),
            Value::Bool(policy.permissive),
        ]);
    }
    table.done(source)
}

fn policy_view(source: &Source<'_>, filter: &Filter) -> Rows {
    let columns = ["schemaname", "tablename", "policyname", "permissive", "roles", "cmd", "qual", "with_check"];
    let mut table = Table::new(&columns, filter);
    for (of, policy) in each_policy(source) {
        if !table.wants("policyname", &policy.name) || !table.wants("tablename", &of.name) {
            continue;
        }
        let roles = match &policy.roles {
            Known::Known(roles) => Ok(Value::Array(roles.iter().map(Value::text).collect())),
            Known::Unknown(_) => not_known(),
        };
        table.push_answers(vec![
            Ok(Value::text(&of.schema)),
            Ok(Value::text(&of.name)),
            Ok(Value::text(&policy.name)),
            Ok(Value::text(if policy.permissive { "PERMISSIVE" } else { "RESTRICTIVE" })),
            roles,
            Ok(Value::text(policy.command.as_str().to_ascii_uppercase())),
            not_known(),
            not_known(),
        ]);
    }
    table.done(source)
}

fn extensions(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["oid", "extname", "extnamespace", "extversion"], filter);
    let own = source.catalog.extensions.values();
    for extension in own {
        let schema = extension.schema.as_deref().unwrap_or("public");
        table.push_answers(vec![
            Ok(source.object(ObjectClass::Extension, "", &extension.name)),
            Ok(Value::text(&extension.name)),
            Ok(source.namespace(schema)),
            extension.version.as_ref().map_or_else(not_known, |v| Ok(Value::text(v))),
        ]);
    }
    if !source.catalog.extensions.contains_key("plpgsql") {
        table.push_answers(vec![
            Ok(source.object(ObjectClass::Extension, "", "plpgsql")),
            Ok(Value::text("plpgsql")),
            Ok(source.namespace("pg_catalog")),
            Ok(Value::text("1.0")),
        ]);
    }
    table.done(source)
}

/// Roles of the server itself; who else is there nobody can tell from files, and counts as absent.
const SERVER_ROLES: [&str; 4] = ["postgres", "pg_read_all_data", "pg_write_all_data", "pg_monitor"];

fn roles(source: &Source<'_>, relation: &str, filter: &Filter) -> Rows {
    let name = match relation {
        "pg_user" | "pg_shadow" => "usename",
        "pg_group" => "groname",
        _ => "rolname",
    };
    let mut table = Table::new(&["oid", name], filter);
    let own = source.catalog.roles.keys().map(String::as_str);
    let server = SERVER_ROLES.into_iter().filter(|r| !source.catalog.roles.contains_key(*r));
    for role in own.chain(server).collect::<Vec<_>>() {
        table.push(vec![source.object(ObjectClass::Role, "", role), Value::text(role)]);
    }
    table.done(source)
}

fn carried(source: &Source<'_>, filter: &Filter, what: &str, column: &str) -> Rows {
    let mut table = Table::new(&["oid", column], filter);
    for object in source.catalog.opaque.iter().filter(|o| o.what == what) {
        let oid = Object::new(ObjectClass::Other, "", format!("{what} {}", object.name));
        table.push(vec![Value::Object(oid), Value::text(&object.name)]);
    }
    table.done(source)
}

fn publication_tables(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["pubname", "schemaname", "tablename"], filter);
    let mut doubt = None;
    for publication in source.catalog.opaque.iter().filter(|o| o.what == "publication") {
        if !table.wants("pubname", &publication.name) {
            continue;
        }
        match published(source, publication) {
            Some(tables) => {
                for name in tables {
                    table.push(vec![
                        Value::text(&publication.name),
                        Value::text(&name.schema),
                        Value::text(&name.name),
                    ]);
                }
            }
            None => doubt = Some("the tables of a publication are not known"),
        }
    }
    super::relations::with_doubt(table.done(source), doubt)
}

/// The tables of a publication, by the statements that made it.
fn published(source: &Source<'_>, publication: &OpaqueObject) -> Option<Vec<QualifiedName>> {
    let mut tables: Vec<QualifiedName> = Vec::new();
    let resolve = |objects: &[PublicationObject]| {
        let mut found = Vec::new();
        for object in objects {
            match object {
                PublicationObject::Table((Some(schema), name)) => found.push(QualifiedName::new(schema, name)),
                PublicationObject::Table((None, name)) => {
                    let schemas = source.search_path.iter().chain(&publication.search_path);
                    let names = schemas.map(|schema| QualifiedName::new(schema, name));
                    found.extend(names.into_iter().find(|n| source.catalog.tables.contains_key(n)));
                }
                PublicationObject::TablesInSchema(schema) => {
                    found.extend(source.catalog.tables.keys().filter(|n| n.schema == *schema).cloned());
                }
            }
        }
        found
    };
    for change in publication_changes(&publication.definition)? {
        match change {
            PublicationChange::AllTables => return Some(source.catalog.tables.keys().cloned().collect()),
            PublicationChange::Add(objects) => tables.extend(resolve(&objects)),
            PublicationChange::Set(objects) => tables = resolve(&objects),
            PublicationChange::Drop(objects) => {
                let gone = resolve(&objects);
                tables.retain(|t| !gone.contains(t));
            }
        }
    }
    // A table that was dropped left the publication.
    tables.retain(|t| source.catalog.tables.contains_key(t));
    Some(tables)
}

fn rules(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["schemaname", "tablename", "rulename"], filter);
    for object in source.catalog.opaque.iter().filter(|o| o.what == "rule") {
        if let Some((_, on)) = &object.on {
            table.push(vec![Value::text(&on.schema), Value::text(&on.name), Value::text(&object.name)]);
        }
    }
    table.done(source)
}
