//! What the server prints of an object: `pg_get_constraintdef` and its like (src/backend/utils/adt/ruleutils.c), as far as no expression is in it.

use super::types::type_value;
use super::{Source, not_known};
use crate::ddl::Op;
use crate::ddl::postgres::eval::{Answer, Object, ObjectClass, Value};
use crate::ddl::postgres::{Parsed, parse_computed, quote_if_needed};
use crate::model::{Action, Deferrable, ForeignKey, Function, Index, IndexKey, IndexKeyPart, Key, Known, MatchKind};
use crate::model::{QualifiedName, Table};

/// The text that one of these functions gives; `None` when it is not followed here.
pub(in crate::replay::plpgsql) fn describe(source: &Source<'_>, function: &str, object: &Object) -> Option<Answer> {
    Some(match (function, object.class) {
        ("pg_get_constraintdef", ObjectClass::Constraint) => constraint(source, object),
        ("pg_get_indexdef", ObjectClass::Relation) => index(source, object),
        ("pg_get_function_identity_arguments" | "pg_get_function_arguments", ObjectClass::Function) => {
            arguments(source, object, function == "pg_get_function_arguments")
        }
        _ => return None,
    })
}

fn names(names: &[String]) -> String {
    names.iter().map(|name| quote_if_needed(name)).collect::<Vec<_>>().join(", ")
}

fn qualified(name: &QualifiedName) -> String {
    format!("{}.{}", quote_if_needed(&name.schema), quote_if_needed(&name.name))
}

fn constraint(source: &Source<'_>, object: &Object) -> Answer {
    let found = source.catalog.tables.iter().find_map(|(name, table)| {
        let own = object.name.strip_prefix(&name.name)?.strip_prefix('.')?;
        (name.schema == object.schema).then(|| constraint_of(source, table, own))?
    });
    found.map_or_else(not_known, |text| Ok(Value::Text(text)))
}

fn constraint_of(source: &Source<'_>, table: &Table, name: &str) -> Option<String> {
    if let Some(key) = table.primary_key.as_ref().filter(|k| k.name == name) {
        return Some(key_text("PRIMARY KEY", key));
    }
    if let Some(key) = table.uniques.iter().find(|k| k.name == name) {
        return Some(key_text(if key.nulls_not_distinct { "UNIQUE NULLS NOT DISTINCT" } else { "UNIQUE" }, key));
    }
    foreign_key(source, table.foreign_keys.iter().find(|k| k.name == name)?)
}

fn key_text(kind: &str, key: &Key) -> String {
    let mut text = format!("{kind} ({})", names(&key.columns));
    if !key.include.is_empty() {
        text += &format!(" INCLUDE ({})", names(&key.include));
    }
    text + deferrable(key.deferrable)
}

fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

fn foreign_key(source: &Source<'_>, key: &ForeignKey) -> Option<String> {
    let to = source.catalog.tables.get(&key.ref_table)?;
    let own = to.primary_key.as_ref().map(|k| k.columns.as_slice()).unwrap_or_default();
    let columns = if key.ref_columns.is_empty() { own } else { &key.ref_columns };
    let table = source.found(ObjectClass::Relation, &key.ref_table.schema, &key.ref_table.name);
    let mut text = format!("FOREIGN KEY ({}) REFERENCES {table}({})", names(&key.columns), names(columns));
    if key.match_kind == MatchKind::Full {
        text += " MATCH FULL";
    }
    for (clause, action) in [("UPDATE", key.on_update), ("DELETE", key.on_delete)] {
        if action != Action::NoAction {
            text += &format!(" ON {clause} {}", action.as_str().to_uppercase());
        }
    }
    if !key.on_delete_columns.is_empty() {
        text += &format!(" ({})", names(&key.on_delete_columns));
    }
    text += deferrable(key.deferrable);
    Some(if key.not_valid { text + " NOT VALID" } else { text })
}

fn index(source: &Source<'_>, object: &Object) -> Answer {
    let same_schema = |name: &&QualifiedName| name.schema == object.schema;
    let tables = source.catalog.tables.iter().filter(|(name, _)| same_schema(name));
    let mut texts = tables.filter_map(|(name, table)| index_of(name, table, &object.name));
    let views = source.catalog.views.iter().filter(|(name, _)| same_schema(name));
    let of_views = views.filter_map(|(name, view)| {
        view.indexes.iter().find(|i| i.name == object.name).and_then(|index| index_text(name, index))
    });
    texts.next().or_else(|| of_views.into_iter().next()).map_or_else(not_known, |text| Ok(Value::Text(text)))
}

/// The text of a table's index, made by a constraint or not; `None` also where it cannot be told.
pub(super) fn index_of(name: &QualifiedName, table: &Table, index: &str) -> Option<String> {
    if let Some(found) = table.indexes.iter().find(|i| i.name == index) {
        return index_text(name, found);
    }
    let key = table.primary_key.iter().chain(&table.uniques).find(|k| k.name == index)?;
    let mut text = head(name, index, true, "btree");
    text += &format!(" ({})", names(&key.columns));
    if !key.include.is_empty() {
        text += &format!(" INCLUDE ({})", names(&key.include));
    }
    Some(if key.nulls_not_distinct { text + " NULLS NOT DISTINCT" } else { text })
}

fn head(of: &QualifiedName, index: &str, unique: bool, method: &str) -> String {
    let unique = if unique { "UNIQUE " } else { "" };
    format!("CREATE {unique}INDEX {} ON {} USING {method}", quote_if_needed(index), qualified(of))
}

pub(super) fn index_text(of: &QualifiedName, index: &Index) -> Option<String> {
    let plain = index.predicate == Known::Known(None) && index.options.is_empty() && !index.only;
    let columns: Vec<String> = index.keys.iter().map(plain_key).collect::<Option<_>>().filter(|_| plain)?;
    let mut text = head(of, &index.name, index.unique, &index.method) + &format!(" ({})", names(&columns));
    if !index.include.is_empty() {
        text += &format!(" INCLUDE ({})", names(&index.include));
    }
    Some(if index.nulls_not_distinct { text + " NULLS NOT DISTINCT" } else { text })
}

/// The column of a key that has nothing else to it.
fn plain_key(key: &IndexKey) -> Option<String> {
    let IndexKeyPart::Column(column) = &key.part else { return None };
    (*key == IndexKey::column(column)).then(|| column.clone())
}

/// The columns of an index as `indkey` has them: 0 for an expression.
pub(super) fn index_columns(table: &Table, index: &str) -> Option<Value> {
    let position = |name: &String| table.columns.iter().position(|c| c.name == *name).map(|i| i as i64 + 1);
    let found = table.indexes.iter().find(|i| i.name == index);
    let numbers: Vec<i64> = match found {
        Some(index) => {
            let keys = index.keys.iter().map(|key| match &key.part {
                IndexKeyPart::Column(column) => position(column),
                IndexKeyPart::Expr(_) => Some(0),
            });
            keys.chain(index.include.iter().map(position)).collect::<Option<_>>()?
        }
        None => {
            let key = table.primary_key.iter().chain(&table.uniques).find(|k| k.name == index)?;
            key.columns.iter().chain(&key.include).map(position).collect::<Option<_>>()?
        }
    };
    Some(Value::Array(numbers.into_iter().map(Value::Int).collect()))
}

fn arguments(source: &Source<'_>, object: &Object, with_defaults: bool) -> Answer {
    let own = |f: &&Function| matches!(super::function_object(source, f), Value::Object(found) if found.is(object));
    let function = source.catalog.functions.iter().find(own);
    let text = function.and_then(|function| arguments_of(source, function, with_defaults));
    text.map_or_else(not_known, |text| Ok(Value::Text(text)))
}

/// `name type, INOUT name type, …`, without the columns of RETURNS TABLE.
fn arguments_of(source: &Source<'_>, function: &Function, with_defaults: bool) -> Option<String> {
    let (parsed, _) = parse_computed(function.origin.created, &function.definition).into_iter().next()?;
    let Parsed::Statement(statement) = parsed else { return None };
    let Op::CreateFunction(definition) = statement.op else { return None };
    let mut types = function.arguments.iter();
    let mut out = Vec::new();
    for argument in definition.arguments.iter().filter(|a| a.mode != 't') {
        if with_defaults && argument.default.is_some() {
            return None;
        }
        let (mode, ty) = match argument.mode {
            'o' => return None,
            'b' => ("INOUT ", types.next()?),
            'v' => ("VARIADIC ", types.next()?),
            _ => ("", types.next()?),
        };
        let name = argument.name.as_deref().map_or_else(String::new, |name| quote_if_needed(name) + " ");
        out.push(format!("{mode}{name}{}", type_value(source, ty).to_text()?));
    }
    Some(out.join(", "))
}
