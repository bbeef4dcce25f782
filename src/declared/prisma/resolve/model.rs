//! Models, views and enums as wholes.

use std::collections::{HashMap, HashSet};

use super::super::ast::{Arity, Attribute, Block, BlockKind};
use super::super::connector::{Connector, IndexedField};
use super::super::constraint_names;
use super::super::problems::Problems;
use super::super::schema::{Enum, EnumLabel, Field, Key, KeyKind, Model, ScalarType, Schema};
use super::super::version::Version;
use super::args::Args;
use super::field::{self, once};
use super::{Scope, key, key_names};
use crate::source::Spanned;

/// The first version that refuses ids and indexes of views.
const STRICT_VIEWS_SINCE: u32 = 7;

/// Reads a model or view without its relations.
pub(super) fn read(block: &Block, scope: &Scope<'_>) -> Model {
    let mut model = Model {
        name: block.name.clone(),
        table: block.name.value.clone(),
        mapped: None,
        schema: None,
        is_view: block.kind == BlockKind::View,
        is_ignored: false,
        fields: Vec::new(),
        primary_key: None,
        indexes: Vec::new(),
        unread: block.unread.clone(),
        span: block.span,
    };
    for (index, declared) in block.fields().enumerate() {
        let read = field::read(declared, index, block, scope);
        model.fields.push(read.field);
        if let Some(key) = read.primary_key {
            set_primary_key(&mut model, key, scope.problems);
        }
        model.indexes.extend(read.unique);
    }
    read_attributes(&mut model, block, scope);
    if let Some(key) = &model.primary_key {
        check_primary_key(key, &model, scope.problems);
    }
    check_ignored(&model, scope.problems);
    model
}

fn read_attributes(model: &mut Model, block: &Block, scope: &Scope<'_>) {
    let repeated = |a: &Attribute| matches!(a.name.value.as_str(), "unique" | "index" | "fulltext");
    let single = |a: &Attribute| matches!(a.name.value.as_str(), "ignore" | "id" | "map" | "schema" | "shardKey");
    for attribute in once(block.attributes().filter(|a| !repeated(a)), "@@", scope, single) {
        if attribute.name.value == "id" {
            match key::read(KeyKind::Primary, attribute, block, scope) {
                Some(key) => set_primary_key(model, key, scope.problems),
                None => model.unread.push(attribute.span),
            }
            continue;
        }
        let args = Args::of_block_attribute(attribute, scope.problems);
        match attribute.name.value.as_str() {
            "ignore" => model.is_ignored = true,
            "shardKey" => {
                field::shard_key(&args, scope);
                args.discard();
                continue;
            }
            "map" => {
                model.mapped = Some(attribute.span);
                if let Some(name) = args.required_text("name") {
                    model.table = name;
                }
            }
            _ => model.schema = schema_argument(&args),
        }
        args.finish();
    }
    for attribute in block.attributes().filter(|a| repeated(a)) {
        let kind = match attribute.name.value.as_str() {
            "unique" => KeyKind::Unique,
            "index" => KeyKind::Index,
            _ => KeyKind::Fulltext,
        };
        if kind == KeyKind::Fulltext && scope.connector.is_some() {
            scope.problems.invalid(attribute.span, "this database has no fulltext indexes of this kind");
            continue;
        }
        match key::read(kind, attribute, block, scope) {
            Some(key) => model.indexes.push(key),
            None => model.unread.push(attribute.span),
        }
    }
}

fn schema_argument(args: &Args<'_>) -> Option<Spanned<String>> {
    let span = args.main("map").map_or(args.span, |value| value.span);
    Some(Spanned { value: args.required_string("map")?, span })
}

fn set_primary_key(model: &mut Model, key: Key, problems: &Problems) {
    if model.primary_key.is_some() {
        let message =
            format!("the {} `{}` has more than one id: one `@id` or one `@@id`", model.word(), model.name.value);
        problems.invalid(model.name.span, message);
        check_primary_key(&key, model, problems);
        return;
    }
    model.primary_key = Some(key);
}

fn check_ignored(model: &Model, problems: &Problems) {
    for field in model.fields.iter().filter(|f| model.is_ignored && f.is_ignored && f.scalar().is_some()) {
        let message = format!("`{}` needs no `@ignore`: the whole {} is ignored", field.name.value, model.word());
        problems.invalid(field.span, message);
    }
}

fn check_primary_key(key: &Key, model: &Model, problems: &Problems) {
    if model.is_ignored {
        return;
    }
    for part in &key.parts {
        let field = &model.fields[part.field];
        if field.arity != Arity::Required {
            problems.invalid(key.span, format!("the field `{}` of an id has to be required", field.name.value));
        }
    }
}

pub(super) fn read_enum(block: &Block, scope: &Scope<'_>) -> Enum {
    let mut declared = Enum {
        name: block.name.clone(),
        db_name: block.name.value.clone(),
        schema: None,
        values: Vec::new(),
        unread: block.unread.clone(),
        span: block.span,
    };
    for value in block.enum_values() {
        let mut label = value.name.value.clone();
        for attribute in once(value.attributes.iter(), "@", scope, |a| a.name.value == "map") {
            let args = Args::of_field_attribute(attribute, scope.problems);
            label = args.required_text("name").unwrap_or(label);
            args.finish();
        }
        declared.values.push(EnumLabel { name: value.name.value.clone(), label, span: value.span });
    }
    for attribute in once(block.attributes(), "@@", scope, |a| matches!(a.name.value.as_str(), "map" | "schema")) {
        let args = Args::of_block_attribute(attribute, scope.problems);
        if attribute.name.value == "schema" {
            declared.schema = schema_argument(&args);
        } else if let Some(name) = args.required_text("name") {
            declared.db_name = name;
        }
        args.finish();
    }
    if declared.values.is_empty() && declared.unread.is_empty() {
        scope.problems.invalid(block.name.span, format!("the enum `{}` has no values", block.name.value));
    }
    declared
}

/// What can only be told of all models together, or of one when its fields and keys are known.
pub(super) fn check_all(schema: &Schema, version: Version, problems: &Problems) {
    check_schemas(schema, problems);
    let mut tables: HashMap<(Option<&str>, &str), &Model> = HashMap::new();
    for model in &schema.models {
        let place = (model.schema.as_ref().map(|s| s.value.as_str()), model.table.as_str());
        if let Some(first) = tables.insert(place, model) {
            // The one that was renamed is the one to rename again.
            let place = model.mapped.or(first.mapped).unwrap_or(model.name.span);
            let message = format!(
                "the {} `{}` cannot be declared: `{}` is already the table of `{}`",
                model.word(),
                model.name.value,
                model.table,
                first.name.value
            );
            problems.invalid(place, message);
        }
        check_columns(model, problems);
        check_identified(model, problems);
        check_keys(model, schema, problems);
        check_view(model, schema, version, problems);
    }
    check_enum_names(schema, problems);
}

fn check_enum_names(schema: &Schema, problems: &Problems) {
    let mut names: HashMap<(Option<&str>, &str), &Enum> = HashMap::new();
    for declared in &schema.enums {
        let place = (declared.schema.as_ref().map(|s| s.value.as_str()), declared.db_name.as_str());
        if let Some(first) = names.insert(place, declared) {
            let message =
                format!("`{}` is already the database's name of the enum `{}`", declared.db_name, first.name.value);
            problems.invalid(declared.name.span, message);
        }
    }
}

fn check_schemas(schema: &Schema, problems: &Problems) {
    let models = schema.models.iter().map(|m| (m.word(), &m.name, m.schema.as_ref()));
    let enums = schema.enums.iter().map(|e| ("enum", &e.name, e.schema.as_ref()));
    for (word, name, place) in models.chain(enums) {
        match (&schema.config.schemas, place) {
            (Some(_), None) => {
                let message =
                    format!("the {word} `{}` needs `@@schema`, since the datasource names schemas", name.value);
                problems.invalid(name.span, message);
            }
            (None, Some(place)) if schema.config.connector.is_some() => {
                problems.invalid(place.span, "`@@schema` needs `schemas` in the datasource");
            }
            (Some(known), Some(place)) if !known.iter().any(|s| s.value == place.value) => {
                problems
                    .invalid(place.span, format!("the schema `{}` is not among those of the datasource", place.value));
            }
            _ => {}
        }
    }
}

fn check_columns(model: &Model, problems: &Problems) {
    let mut columns: HashMap<&str, &Field> = HashMap::new();
    // Prisma takes a field's name for taken until it has met that field's own `@map`.
    let mut later: HashSet<&str> =
        model.fields.iter().filter(|f| f.scalar().is_some()).map(|f| f.name.value.as_str()).collect();
    for field in &model.fields {
        later.remove(field.name.value.as_str());
        let Some(scalar) = field.scalar() else {
            continue;
        };
        if scalar.column != field.name.value && later.contains(scalar.column.as_str()) {
            let message =
                format!("the column `{}` bears the name of another field of `{}`", scalar.column, model.name.value);
            problems.invalid(field.span, message);
        }
        let Some(first) = columns.insert(&scalar.column, field) else {
            continue;
        };
        if first.name.value != field.name.value {
            let message = format!("the column `{}` is already that of the field `{}`", scalar.column, first.name.value);
            problems.invalid(field.span, message);
        }
    }
}

/// A row has to be found again: by an id or a unique key of required fields.
fn check_identified(model: &Model, problems: &Problems) {
    if model.is_view || model.is_ignored || !model.unread.is_empty() {
        return;
    }
    let mut keys = model.primary_key.iter().chain(&model.indexes);
    if !keys.any(|key| key_names::identifies(key, model)) {
        let message =
            format!("the model `{}` needs an `@id`, an `@@id`, or a unique key of required fields", model.name.value);
        problems.invalid(model.name.span, message);
    }
}

fn check_keys(model: &Model, schema: &Schema, problems: &Problems) {
    let limit = constraint_names::limit(schema.config.connector);
    for key in model.primary_key.iter().chain(&model.indexes) {
        if let Some(name) = key.mapped.as_ref().filter(|name| name.len() > limit) {
            problems.invalid(
                key.span,
                format!("the name `{name}` is longer than the {limit} bytes that the database takes"),
            );
        }
        if key.method == Some("hash") && key.parts.iter().any(|p| p.descending) {
            problems.invalid(key.span, "a hash index has no order");
        }
        if key.kind == KeyKind::Unique && key.parts.iter().any(|p| p.opclass.is_some()) {
            problems.invalid(key.span, "only an index takes operator classes");
        }
    }
}

/// Takes out the indexes that their fields do not go with: they are reported, and what they may be is open.
pub(super) fn check_indexes(schema: &mut Schema, problems: &Problems) {
    let Some(connector) = schema.config.connector else {
        return;
    };
    for model in &mut schema.models {
        let fits: Vec<bool> = model.indexes.iter().map(|key| index_fits(key, model, connector, problems)).collect();
        let mut fits = fits.into_iter();
        let Model { indexes, unread, .. } = model;
        indexes.retain(|key| {
            let stays = fits.next().unwrap_or(true);
            if !stays {
                unread.push(key.span);
            }
            stays
        });
    }
}

/// Whether the index method and the operator classes go with the fields.
fn index_fits(key: &Key, model: &Model, connector: &Connector, problems: &Problems) -> bool {
    let method = key.method.unwrap_or("btree");
    if key.parts.len() > 1 && connector.single_column_methods.contains(&method) {
        problems.invalid(key.span, format!("a {method} index takes one field"));
        return false;
    }
    let mut fits = true;
    for part in &key.parts {
        let field = &model.fields[part.field];
        let Some(scalar) = field.scalar() else {
            continue;
        };
        let built_in = match scalar.ty {
            ScalarType::BuiltIn(built_in) => Some(built_in),
            ScalarType::Enum(_) => None,
            ScalarType::Composite(_) | ScalarType::Unsupported(_) => continue,
        };
        let native = scalar.native.as_ref().map(|n| n.name);
        if let Some(native) = native.filter(|native| connector.never_indexed.contains(native)) {
            let message = format!("the native type `{native}` has no order: no unique key and no index takes it");
            problems.invalid(field.span, message);
            fits = false;
            continue;
        }
        let problem = (connector.index_problem)(&IndexedField {
            name: &field.name.value,
            method,
            scalar: built_in,
            native,
            is_list: field.arity == Arity::List,
            opclass: part.opclass.as_ref(),
        });
        if let Some(message) = problem {
            problems.invalid(key.span, message);
            fits = false;
        }
    }
    fits
}

/// Views are a preview feature, and since Prisma 7 they have unique keys only.
fn check_view(model: &Model, schema: &Schema, version: Version, problems: &Problems) {
    if !model.is_view {
        return;
    }
    if !schema.config.has_preview("views") {
        let message = format!("the view `{}` needs the preview feature `views`", model.name.value);
        problems.invalid(model.name.span, message);
    }
    if version.major < STRICT_VIEWS_SINCE {
        return;
    }
    if let Some(key) = &model.primary_key {
        problems.invalid(key.span, "a view has no primary key; `@unique` says by what its rows are told apart");
    }
    for key in &model.indexes {
        if key.kind == KeyKind::Index {
            problems.invalid(key.span, "a view has no indexes");
        }
        if key.mapped.is_some() {
            problems.invalid(key.span, "a unique key of a view is no index in the database, and has no name there");
        }
    }
}
