//! A table with all that belongs to it.

use std::rc::Rc;

use super::Loader;
use super::builders::BuilderId;
use super::columns::{UniqueCall, owned};
use super::problems::table_object;
use super::symbols::{Chain, Root, chain};
use super::tables::TableShape;
use crate::declared::typescript::value::{Item, Value};
use crate::model::{Key, Origin, Table, Unknown};
use crate::replay::make_object_name;
use crate::source::Span;

impl Loader<'_, '_> {
    /// Lowers a table into the catalog.
    pub(super) fn table(&mut self, shape: &Rc<TableShape>) {
        let mut table = Table::new(shape.name.clone(), Origin::at(shape.span));
        table.row_level_security.enabled = shape.row_level_security || self.secured.contains(&shape.id);
        let mut keys = Vec::new();
        for column in &shape.columns {
            let lowered = self.column(shape, column);
            if let Some(span) = lowered.primary_key {
                keys.push((lowered.column.name.clone(), span));
            }
            if let Some(unique) = lowered.unique {
                let key = self.column_unique(shape, column.builder, &column.raw_name, &lowered.column.name, unique);
                table.uniques.push(key);
            }
            for call in &lowered.references {
                self.reference(&mut table, shape, column, call);
            }
            if let Some(sequence) = lowered.sequence {
                self.catalog.sequences.insert(sequence.name.clone(), sequence);
            }
            table.columns.push(lowered.column);
        }
        if let Some((_, span)) = keys.first() {
            let columns: Vec<String> = keys.iter().map(|(name, _)| name.clone()).collect();
            let name = make_object_name(&shape.name.name, None, "pkey");
            table.primary_key = Some(key(name, false, columns, *span));
        }
        let extras = shape.extras.clone();
        if let Some(extras) = extras {
            self.extras(&mut table, shape, &extras);
        }
        for unknown in &shape.unknown {
            self.problems.unresolved_parts(&table_object(&shape.name), "columns", unknown);
            table.unknown_columns.push(unknown.clone());
        }
        table.row_level_security.enabled |= !table.policies.is_empty();
        // drizzle-kit names the key in SQL but where it stands at the column.
        let at_column = |key: &Key| keys.first().is_some_and(|(_, span)| key.origin == Origin::at(*span));
        let key_is_named = !table.primary_key.as_ref().is_some_and(at_column);
        merge_equal_keys(&mut table, key_is_named);
        // Growing leaves room for more, which nothing takes here.
        table.indexes.shrink_to_fit();
        table.foreign_keys.shrink_to_fit();
        self.catalog.tables.insert(shape.name.clone(), table);
    }

    fn column_unique(
        &mut self,
        shape: &TableShape,
        builder: BuilderId,
        raw_name: &str,
        column: &str,
        unique: UniqueCall,
    ) -> Key {
        let named = unique.name.is_some();
        // The first table that holds a builder also gives its unique constraint the name.
        let default = if self.settings.v1 {
            // drizzle-kit leaves the name to the server.
            make_object_name(&shape.name.name, Some(column), "key")
        } else {
            let fresh = format!("{}_{raw_name}_unique", shape.raw_name);
            self.builder_mut(builder).unique_name.get_or_insert(fresh).clone()
        };
        let name = unique.name.filter(|name| !name.is_empty()).unwrap_or(default);
        let mut key = key(self.cut(&name), named, vec![column.to_owned()], unique.span);
        key.nulls_not_distinct = unique.nulls_not_distinct;
        key
    }

    /// The third argument of `pgTable`.
    fn extras(&mut self, table: &mut Table, shape: &Rc<TableShape>, extras: &Item) {
        let value = match &extras.value {
            Value::Function(closure) => {
                let argument = Item { value: Value::Symbol(shape.id), span: extras.span, spread: false };
                self.evaluator.call_closure(closure, None, vec![argument], extras.span)
            }
            other => other.clone(),
        };
        for item in self.extra_items(table, &value, extras.span) {
            self.extra(table, shape, &item);
        }
    }

    fn extra_items(&mut self, table: &mut Table, value: &Value, span: Span) -> Vec<Item> {
        let (mut items, mut unknown): (Vec<Item>, Vec<Item>) = (Vec::new(), Vec::new());
        match value {
            Value::Array(array) => {
                for item in &array.borrow().items {
                    match &item.value {
                        _ if item.spread => unknown.push(item.clone()),
                        // `getTableConfig` flattens one level.
                        Value::Array(inner) => items.extend(inner.borrow().items.iter().cloned()),
                        _ => items.push(item.clone()),
                    }
                }
            }
            Value::Object(object) => {
                let object = object.borrow();
                items.extend(object.members.values().map(|m| Item {
                    value: m.value.clone(),
                    span: m.span,
                    spread: false,
                }));
                unknown.extend(object.spreads.iter().map(|(_, value, span)| Item {
                    value: value.clone(),
                    span: *span,
                    spread: true,
                }));
            }
            Value::Undefined | Value::Null => {}
            other => unknown.push(Item { value: other.clone(), span, spread: true }),
        }
        for item in unknown {
            // A helper of Drizzle's may give several policies at once.
            if let Some(more) = self.policies_of_helper(&item) {
                items.extend(more);
                continue;
            }
            self.unknown_constraint(table, &self.evaluator.unknown_of(&item.value, item.span));
        }
        items
    }

    pub(super) fn unknown_constraint(&mut self, table: &mut Table, unknown: &Rc<Unknown>) {
        self.problems.unresolved_parts(&table_object(&table.name), "constraints or indexes", unknown);
        table.unknown_constraints.push(owned(unknown));
    }

    fn extra(&mut self, table: &mut Table, shape: &Rc<TableShape>, item: &Item) {
        let Value::Symbol(id) = &item.value else {
            if let Value::Unknown(_) | Value::Environment(_) = &item.value {
                let unknown = self.evaluator.unknown_of(&item.value, item.span);
                self.unknown_constraint(table, &unknown);
            }
            return;
        };
        let chain = chain(self.evaluator, *id);
        let Chain { root: Root::Function { name, args }, steps, .. } = chain else {
            // drizzle-kit passes over what is no builder of a constraint or an index.
            if let Root::Template = chain.root {
                return;
            }
            let unknown = self.unknown(*id, item.span);
            self.unknown_constraint(table, &unknown);
            return;
        };
        let span = self.evaluator.node(*id).span;
        let result = match &*name {
            "index" | "uniqueIndex" => {
                self.index(shape, &*name == "uniqueIndex", &args, &steps, span).map(|index| table.indexes.extend(index))
            }
            "unique" => self.unique(shape, &args, &steps, span).map(|unique| table.uniques.extend(unique)),
            "primaryKey" => self.primary_key(shape, &args, span).map(|key| table.primary_key = Some(key)),
            "foreignKey" => self.foreign_key(shape, &args, &steps, span).map(|key| add_foreign_key(table, key)),
            "check" => self.check(table, &args, span),
            "pgPolicy" => self.policy(&shape.name, &args, span).map(|policy| table.policies.push(policy)),
            "crudPolicy" => {
                for item in self.policies_of_helper(item).unwrap_or_default() {
                    self.extra(table, shape, &item);
                }
                Ok(())
            }
            name if name.starts_with("sql.") => Ok(()),
            _ => Err(self.unknown(*id, item.span)),
        };
        if let Err(unknown) = result {
            self.unknown_constraint(table, &unknown);
        }
        key_columns_are_not_null(table);
    }
}

/// The server makes the columns of a primary key NOT NULL.
pub(super) fn key_columns_are_not_null(table: &mut Table) {
    let Some(key) = &table.primary_key else { return };
    for name in key.columns.clone() {
        if let Some(column) = table.column_mut(&name) {
            column.not_null = true.into();
        }
    }
}

/// Of the keys in one CREATE TABLE that would make equal indexes the server makes only the first; an unnamed primary key then takes the
/// name of the unique constraint that falls away (parse_utilcmd.c, transformIndexConstraints).
pub(super) fn merge_equal_keys(table: &mut Table, key_is_named: bool) {
    let mut kept: Vec<Key> = Vec::new();
    for unique in std::mem::take(&mut table.uniques) {
        let equals = |key: &Key| key.columns == unique.columns && key.nulls_not_distinct == unique.nulls_not_distinct;
        match table.primary_key.as_mut().filter(|key| equals(key)) {
            Some(key) if !key_is_named => {
                key.name = unique.name;
                key.named = true;
            }
            Some(_) => {}
            None if kept.iter().any(equals) => {}
            None => kept.push(unique),
        }
    }
    table.uniques = kept;
}

/// drizzle-kit keeps foreign keys by name: a second one of the same name replaces the first.
pub(super) fn add_foreign_key(table: &mut Table, key: crate::model::ForeignKey) {
    match table.foreign_keys.iter_mut().find(|known| known.name == key.name) {
        Some(known) => *known = key,
        None => table.foreign_keys.push(key),
    }
}

/// A key without anything special.
pub(super) fn key(name: String, named: bool, columns: Vec<String>, span: Span) -> Key {
    Key {
        name,
        named,
        columns,
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: crate::model::Deferrable::No,
        options: Vec::new(),
        comment: None,
        column_names: None,
        index_comment: None,
        inherited: false,
        origin: Origin::at(span),
    }
}
