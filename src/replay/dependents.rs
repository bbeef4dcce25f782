//! The dependents of each kind of thing, for DROP.

use super::dependencies::{How, Thing};
use super::state::State;
use crate::dialect::{NameKind, SqlForm};
use crate::model::{Expr, IndexKeyPart, Known, QualifiedName, Table, TableKind, TypeName};
use crate::source::Span;

impl State {
    /// What depends on a thing directly, in a fixed order.
    pub(super) fn dependents_of(&self, thing: &Thing) -> Vec<(Thing, How)> {
        match thing {
            Thing::Table(name) => self.dependents_of_table(name),
            Thing::View(name) => self.dependents_of_view(name),
            Thing::Sequence(name) => self
                .defaults_using_sequence(name)
                .into_iter()
                .map(|(t, c)| (Thing::Default(t, c), How::Normal))
                .collect(),
            Thing::Type(name) => self.dependents_of_type(name),
            Thing::Column(table, column) => self.dependents_of_column(table, column),
            Thing::Constraint(table, name) => self.dependents_of_constraint(table, name),
            Thing::Index(table, name) => self.dependents_of_index(table, name),
            Thing::Function(name, arguments) => self.dependents_of_function(name, arguments),
            Thing::Schema(name) => self.objects_in_schema(name).into_iter().map(|t| (t, How::Normal)).collect(),
            Thing::Extension(name) => self.dependents_of_extension(name),
            Thing::Default(..) | Thing::Policy(..) | Thing::Trigger(..) | Thing::Opaque(..) => Vec::new(),
        }
    }

    fn dependents_of_table(&self, name: &QualifiedName) -> Vec<(Thing, How)> {
        let mut found: Vec<(Thing, How)> = Vec::new();
        for child in self.children_of(name) {
            let partition = self.table(&child).is_some_and(|t| t.partition.is_some());
            found.push((Thing::Table(child), if partition { How::Auto } else { How::Normal }));
        }
        found.extend(self.sequences_owned_by(name, None).into_iter().map(|s| (Thing::Sequence(s), How::Auto)));
        // A key that leads to a partitioned table leads to each of its partitions.
        for referenced in std::iter::once(name.clone()).chain(self.partitioned_above(name)) {
            for other in self.tables_referring_to(&referenced) {
                let Some(table) = self.table(&other) else { continue };
                for key in table.foreign_keys.iter().filter(|k| k.ref_table == referenced) {
                    found.push((Thing::Constraint(other.clone(), key.name.clone()), How::Normal));
                }
            }
        }
        found.extend(self.dependents_of_relation(name));
        found
    }

    fn dependents_of_view(&self, name: &QualifiedName) -> Vec<(Thing, How)> {
        self.dependents_of_relation(name)
    }

    fn dependents_of_relation(&self, name: &QualifiedName) -> Vec<(Thing, How)> {
        let mut found: Vec<(Thing, How)> =
            self.views_using_relation(name).into_iter().map(|v| (Thing::View(v), How::Normal)).collect();
        found.extend(self.policies_using_relation(name).into_iter().map(|(t, p)| (Thing::Policy(t, p), How::Normal)));
        found.extend(self.dependents_of_type(name));
        for object in &self.catalog.opaque {
            if object.on.as_ref().is_some_and(|(_, on)| on == name) {
                found.push((Thing::Opaque(object.what.clone(), object.name.clone(), Some(name.clone())), How::Auto));
            }
        }
        found
    }

    /// Columns, domains, functions, views and casts of a type; a table's row type counts as one.
    fn dependents_of_type(&self, name: &QualifiedName) -> Vec<(Thing, How)> {
        let is = |ty: &TypeName| ty.name == name.name && ty.schema.as_deref() == Some(&name.schema);
        let mut found = Vec::new();
        for table in self.catalog.tables.values() {
            if table.of_type.as_ref() == Some(name) {
                found.push((Thing::Table(table.name.clone()), How::Normal));
            }
            for column in &table.columns {
                if column.ty.known().is_some_and(is) {
                    found.push((Thing::Column(table.name.clone(), column.name.clone()), How::Normal));
                }
            }
            if table.name != *name {
                found.extend(self.casts_to_type(table, name));
            }
        }
        found.extend(self.types_made_of(&Thing::Type(name.clone())));
        for domain in self.catalog.domains.values().filter(|d| is(&d.base)) {
            found.push((Thing::Type(domain.name.clone()), How::Normal));
        }
        for view in self.catalog.views.values() {
            let column = view.columns.known().is_some_and(|c| c.iter().any(|c| c.ty.known().is_some_and(is)));
            let cast = self.uses.get(&view.name).is_some_and(|u| u.types.contains(name));
            if view.name != *name && (column || cast) {
                found.push((Thing::View(view.name.clone()), How::Normal));
            }
        }
        for function in &self.catalog.functions {
            if function.arguments.iter().chain(&function.returns).any(is) {
                found.push((Thing::Function(function.name.clone(), function.arguments.clone()), How::Normal));
            }
        }
        found
    }

    /// Expressions of a table that are of the type or cast to it, though their column is of another.
    fn casts_to_type(&self, table: &Table, name: &QualifiedName) -> Vec<(Thing, How)> {
        let casts = |expr: &Expr| {
            expr.sql.contains(&name.name)
                && self.uses_in(&expr.sql, SqlForm::Expression, Some(&table.name)).types.contains(name)
        };
        let mut found = self.things_by_expression(table, &casts);
        // A constant that was set while the column was still of the type keeps it.
        let is = |ty: &TypeName| ty.qualified().as_ref() == Some(name);
        for column in &table.columns {
            if let Known::Known(Some(default)) = &column.default
                && default.set_for.as_deref().is_some_and(is)
                && self.type_of_simple(&default.expr) == Some(None)
            {
                found.push((Thing::Default(table.name.clone(), column.name.clone()), How::Normal));
            }
        }
        found
    }

    /// Parts of a table one of whose expressions satisfies `is`.
    fn things_by_expression(&self, table: &Table, is: &dyn Fn(&Expr) -> bool) -> Vec<(Thing, How)> {
        let own = |name: &str| (table.name.clone(), name.to_owned());
        let mut found = Vec::new();
        for column in &table.columns {
            if matches!(&column.default, Known::Known(Some(d)) if is(&d.expr)) {
                let (table, column) = own(&column.name);
                found.push((Thing::Default(table, column), How::Normal));
            }
            if matches!(&column.generated, Known::Known(Some(g)) if is(&g.expr)) {
                let (table, column) = own(&column.name);
                found.push((Thing::Column(table, column), How::Normal));
            }
        }
        for check in table.checks.iter().filter(|c| c.expr.known().is_some_and(is)) {
            let (table, name) = own(&check.name);
            found.push((Thing::Constraint(table, name), How::Normal));
        }
        for index in &table.indexes {
            let keys = index.keys.iter().any(|k| matches!(&k.part, IndexKeyPart::Expr(Known::Known(e)) if is(e)));
            if keys || matches!(&index.predicate, Known::Known(Some(p)) if is(p)) {
                let (table, name) = own(&index.name);
                found.push((Thing::Index(table, name), How::Normal));
            }
        }
        for policy in &table.policies {
            let uses =
                [&policy.using, &policy.with_check].into_iter().any(|e| matches!(e, Known::Known(Some(e)) if is(e)));
            if uses {
                let (table, name) = own(&policy.name);
                found.push((Thing::Policy(table, name), How::Normal));
            }
        }
        found
    }

    fn dependents_of_column(&self, table: &QualifiedName, column: &str) -> Vec<(Thing, How)> {
        let mut found: Vec<(Thing, How)> =
            self.parts_over_column(table, column).into_iter().map(|t| (t, How::Auto)).collect();
        found.extend(self.sequences_owned_by(table, Some(column)).into_iter().map(|s| (Thing::Sequence(s), How::Auto)));
        for child in self.children_losing_column(table, column) {
            found.push((Thing::Column(child, column.to_owned()), How::Auto));
        }
        // A partitioned table goes with a column that it is partitioned by.
        if self
            .table(table)
            .is_some_and(|t| matches!(&t.kind, TableKind::Partitioned(key) if key.columns.iter().any(|c| c == column)))
        {
            found.push((Thing::Table(table.clone()), How::Normal));
        }
        let normal = |things: Vec<Thing>| things.into_iter().map(|t| (t, How::Normal));
        found.extend(normal(self.views_using_column(table, column).into_iter().map(Thing::View).collect()));
        found.extend(normal(
            self.policies_using_column(table, column).into_iter().map(|(t, p)| Thing::Policy(t, p)).collect(),
        ));
        found.extend(normal(
            self.triggers_using_column(table, column).into_iter().map(|t| Thing::Trigger(table.clone(), t)).collect(),
        ));
        found.extend(normal(
            self.generated_from_column(table, column).into_iter().map(|c| Thing::Column(table.clone(), c)).collect(),
        ));
        found
    }

    fn dependents_of_constraint(&self, table: &QualifiedName, name: &str) -> Vec<(Thing, How)> {
        let Some(found) = self.table(table) else { return Vec::new() };
        let primary = found.primary_key.as_ref().filter(|k| k.name == name);
        let mut dependents: Vec<(Thing, How)> = Vec::new();
        if primary.is_some() || found.uniques.iter().any(|k| k.name == name) {
            dependents.extend(self.foreign_keys_on(table, name).into_iter().map(|t| (t, How::Normal)));
        }
        if primary.is_some() {
            let relies = |v: &&QualifiedName| self.uses.get(v).is_some_and(|u| u.keys.contains(table));
            let views = self.catalog.views.keys().filter(relies);
            dependents.extend(views.map(|v| (Thing::View(v.clone()), How::Normal)));
        }
        // Copies on partitions, and checks that children inherited.
        for child in self.children_of(table) {
            let Some(below) = self.table(&child) else { continue };
            let constraint = |name: &str| (Thing::Constraint(child.clone(), name.to_owned()), How::Auto);
            if let Some(key) = primary
                && let Some(own) = below.primary_key.as_ref().filter(|k| k.inherited && k.columns == key.columns)
            {
                dependents.push(constraint(&own.name));
            }
            if let Some(key) = found.uniques.iter().find(|k| k.name == name) {
                let own = below.uniques.iter().find(|k| k.inherited && k.columns == key.columns);
                dependents.extend(own.map(|k| constraint(&k.name)));
            }
            if let Some(key) = found.foreign_keys.iter().find(|k| k.name == name) {
                let own = below
                    .foreign_keys
                    .iter()
                    .find(|k| k.inherited && k.columns == key.columns && k.ref_table == key.ref_table);
                dependents.extend(own.map(|k| constraint(&k.name)));
            }
            let checks = below
                .checks
                .iter()
                .filter(|c| c.inherited && c.name == name && found.checks.iter().any(|p| p.name == name));
            dependents.extend(checks.map(|c| constraint(&c.name)));
        }
        dependents
    }

    fn dependents_of_index(&self, table: &QualifiedName, name: &str) -> Vec<(Thing, How)> {
        let Some(found) = self.table(table) else { return Vec::new() };
        let Some(index) = found.indexes.iter().find(|i| i.name == name) else { return Vec::new() };
        let mut dependents = Vec::new();
        if index.unique {
            dependents.extend(self.foreign_keys_on(table, name).into_iter().map(|t| (t, How::Normal)));
        }
        let own = QualifiedName::new(&table.schema, name);
        for child in self.partitions_of(table) {
            let Some(below) = self.table(&child) else { continue };
            let copies = below.indexes.iter().filter(|i| i.partition_of.as_ref() == Some(&own));
            dependents.extend(copies.map(|i| (Thing::Index(child.clone(), i.name.clone()), How::Auto)));
        }
        dependents
    }

    fn dependents_of_function(&self, name: &QualifiedName, arguments: &[TypeName]) -> Vec<(Thing, How)> {
        let mut found = self.types_made_of(&Thing::Function(name.clone(), arguments.to_vec()));
        // Which of several functions of one name a text calls is not told by the text.
        let alone = self.catalog.functions.iter().filter(|f| f.name == *name).count() == 1;
        let trigger_function = self.catalog.functions.iter().any(|f| f.name == *name && f.arguments.is_empty());
        for table in self.catalog.tables.values() {
            for trigger in table.triggers.iter().filter(|t| trigger_function && t.function.as_ref() == Some(name)) {
                found.push((Thing::Trigger(table.name.clone(), trigger.name.clone()), How::Normal));
            }
            if alone {
                let calls = |expr: &Expr| {
                    expr.sql.contains(&name.name)
                        && self.names_in(&expr.sql, SqlForm::Expression).is_some_and(|n| {
                            n.uses.iter().any(|u| {
                                u.kind == NameKind::Function
                                    && super::dependencies::name_of(&u.parts, self.now)
                                        .is_some_and(|n| self.functions_named(&n).any(|f| f.name == *name))
                            })
                        })
                };
                found.extend(self.things_by_expression(table, &calls));
            }
        }
        for view in self.catalog.views.values() {
            if alone && self.uses.get(&view.name).is_some_and(|u| u.functions.contains(name)) {
                found.push((Thing::View(view.name.clone()), How::Normal));
            }
            for trigger in view.triggers.iter().filter(|t| t.function.as_ref() == Some(name)) {
                found.push((Thing::Trigger(view.name.clone(), trigger.name.clone()), How::Normal));
            }
        }
        found
    }

    /// Columns whose default takes values from a sequence; identity columns are not among them.
    pub(super) fn defaults_using_sequence(&self, sequence: &QualifiedName) -> Vec<(QualifiedName, String)> {
        let mut found = Vec::new();
        for table in self.catalog.tables.values() {
            for column in &table.columns {
                let Known::Known(Some(default)) = &column.default else { continue };
                if default.expr.sql.contains(&sequence.name)
                    && self
                        .uses_in(&default.expr.sql, SqlForm::Expression, Some(&table.name))
                        .relations
                        .contains(sequence)
                {
                    found.push((table.name.clone(), column.name.clone()));
                }
            }
        }
        found
    }

    /// The statement that made an object of a schema.
    pub(super) fn created(&self, thing: &Thing) -> Option<Span> {
        let catalog = &self.catalog;
        let origin = match thing {
            Thing::Table(name) => &catalog.tables.get(name)?.origin,
            Thing::View(name) => &catalog.views.get(name)?.origin,
            Thing::Sequence(name) => &catalog.sequences.get(name)?.origin,
            Thing::Type(name) => match (catalog.enums.get(name), catalog.domains.get(name)) {
                (Some(ty), _) => &ty.origin,
                (None, Some(domain)) => &domain.origin,
                (None, None) => &catalog.composites.get(name)?.origin,
            },
            Thing::Function(name, arguments) => {
                &catalog.functions.iter().find(|f| f.name == *name && f.arguments == *arguments)?.origin
            }
            _ => return None,
        };
        Some(origin.created)
    }

    /// Everything in a schema.
    pub(super) fn objects_in_schema(&self, schema: &str) -> Vec<Thing> {
        let catalog = &self.catalog;
        let here = |name: &&QualifiedName| name.schema == schema;
        let mut found: Vec<Thing> = Vec::new();
        found.extend(catalog.tables.keys().filter(here).cloned().map(Thing::Table));
        found.extend(catalog.views.keys().filter(here).cloned().map(Thing::View));
        found.extend(catalog.sequences.keys().filter(here).cloned().map(Thing::Sequence));
        found.extend(catalog.enums.keys().filter(here).cloned().map(Thing::Type));
        found.extend(catalog.domains.keys().filter(here).cloned().map(Thing::Type));
        found.extend(catalog.composites.keys().filter(here).cloned().map(Thing::Type));
        let mut others: Vec<&QualifiedName> = self.other_types.iter().filter(here).collect();
        others.sort();
        found.extend(others.into_iter().cloned().map(Thing::Type));
        found.extend(
            catalog
                .functions
                .iter()
                .filter(|f| f.name.schema == schema)
                .map(|f| Thing::Function(f.name.clone(), f.arguments.clone())),
        );
        found.extend(
            catalog
                .extensions
                .values()
                .filter(|e| e.schema.as_deref() == Some(schema))
                .map(|e| Thing::Extension(e.name.clone())),
        );
        found
    }

    /// Columns of an extension's types. What else may depend on its members is not asked.
    fn dependents_of_extension(&self, name: &str) -> Vec<(Thing, How)> {
        let Some(members) = super::builtin::extension(name) else { return Vec::new() };
        let is = |ty: &TypeName| ty.schema.is_none() && members.types.contains(&ty.name.as_str());
        let mut found = Vec::new();
        for table in self.catalog.tables.values() {
            for column in table.columns.iter().filter(|c| c.ty.known().is_some_and(is)) {
                found.push((Thing::Column(table.name.clone(), column.name.clone()), How::Normal));
            }
            let calls =
                |expr: &Expr| super::calls::extension_called(&expr.sql).is_some_and(|(extension, _)| extension == name);
            found.extend(self.things_by_expression(table, &calls));
        }
        found
    }
}
