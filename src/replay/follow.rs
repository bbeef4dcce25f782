//! What follows an object that gets another name or schema: everything that refers to it by name.

use super::Host;
use super::rewrite::Change;
use super::state::{Relation, State};
use crate::model::{ForeignKey, Known, ObjectKind, ObjectRef, QualifiedName, TypeName};

impl State {
    /// Gives a relation another name or schema, with everything that refers to it.
    pub(super) fn move_relation(&mut self, from: &QualifiedName, relation: &Relation, to: &QualifiedName) {
        let now = self.now;
        match relation {
            Relation::Index { of, .. } => {
                self.rename_index_in(of, &from.name, &to.name);
                self.set_relation(from, None);
                self.set_relation(to, Some(relation.clone()));
                self.note_made(|| ObjectRef::top(ObjectKind::Index, to));
                return;
            }
            Relation::Composite => return self.move_type(from, to),
            _ => {}
        }
        self.rewrite_everywhere(&Change::Relation { from: from.clone(), to: to.clone() });
        self.set_relation(from, None);
        self.set_relation(to, Some(relation.clone()));
        match relation {
            Relation::Table => {
                self.rekey_table(from, to);
                self.follow_table(from, to);
                if let Some(data) = self.table(to).map(|table| self.data.renamed(table, &from.name)) {
                    self.set_data(data);
                }
                if let Some(table) = self.table_mut(to) {
                    table.origin.touch(now);
                }
                self.note_made(|| ObjectRef::top(ObjectKind::Table, to));
                let columns: Vec<String> =
                    self.table(to).map(|t| t.columns.iter().map(|c| c.name.clone()).collect()).unwrap_or_default();
                for column in columns {
                    self.note_made(|| ObjectRef::part(ObjectKind::Column, to, column));
                }
            }
            Relation::View => {
                self.rekey_view(from, to);
                if let Some(view) = self.view_mut(to) {
                    view.origin.touch(now);
                }
                self.note_made(|| ObjectRef::top(ObjectKind::Table, to));
                self.follow_indexes(from, to);
            }
            Relation::Sequence => self.move_sequence(from, to),
            Relation::Composite | Relation::Index { .. } => {}
        }
        self.follow_row_type(from, to);
        let places: Vec<usize> = (0..self.catalog.opaque.len())
            .filter(|&i| self.catalog.opaque[i].on.as_ref().is_some_and(|(_, on)| on == from))
            .collect();
        for place in places {
            if let Some(object) = self.opaque_mut(place)
                && let Some((_, on)) = &mut object.on
            {
                *on = to.clone();
            }
        }
    }

    pub(super) fn move_sequence(&mut self, from: &QualifiedName, to: &QualifiedName) {
        let now = self.now;
        let Some(mut sequence) = self.remove_sequence(from) else { return };
        sequence.name = to.clone();
        sequence.origin.touch(now);
        let owner = sequence.owned_by.clone();
        let identity = sequence.identity;
        self.insert_sequence(to.clone(), sequence);
        self.note_made(|| ObjectRef::top(ObjectKind::Sequence, to));
        if let (true, Some((table, column))) = (identity, owner)
            && let Some(column) = self.table_mut(&table).and_then(|t| t.column_mut(&column))
            && let Some(identity) = &mut column.identity
        {
            identity.sequence = to.clone();
        }
    }

    /// Everything that refers to a table by name.
    pub(super) fn follow_table(&mut self, from: &QualifiedName, to: &QualifiedName) {
        self.follow_indexes(from, to);
        let referring: Vec<QualifiedName> = self
            .catalog
            .tables
            .values()
            .filter(|t| {
                t.foreign_keys.iter().any(|k| k.ref_table == *from)
                    || t.inherits.contains(from)
                    || t.partition.as_ref().is_some_and(|p| p.parent == *from)
            })
            .map(|t| t.name.clone())
            .collect();
        for name in referring {
            let Some(table) = self.table_mut(&name) else { continue };
            table.foreign_keys.iter_mut().filter(|k| k.ref_table == *from).for_each(|k| k.ref_table = to.clone());
            table.inherits.iter_mut().filter(|p| *p == from).for_each(|p| *p = to.clone());
            if let Some(partition) = table.partition.as_mut().filter(|p| p.parent == *from) {
                partition.parent = to.clone();
            }
        }
        let children = self.children_of(from);
        if !children.is_empty() {
            self.set_children(from, Vec::new());
            self.set_children(to, children);
        }
        let parents: Vec<QualifiedName> = self
            .table(to)
            .map(|t| t.inherits.iter().chain(t.partition.iter().map(|p| &p.parent)).cloned().collect())
            .unwrap_or_default();
        for parent in parents {
            let mut children = self.children_of(&parent);
            children.iter_mut().filter(|c| *c == from).for_each(|c| *c = to.clone());
            self.set_children(&parent, children);
        }
        for sequence in self.sequences_owned_by(from, None) {
            if let Some(sequence) = self.sequence_mut(&sequence)
                && let Some((table, _)) = &mut sequence.owned_by
            {
                *table = to.clone();
            }
        }
    }

    /// The indexes' owner, and their schema with it.
    pub(super) fn follow_indexes(&mut self, from: &QualifiedName, to: &QualifiedName) {
        let names = self.index_names(to);
        for name in names {
            let old = QualifiedName::new(&from.schema, &name);
            let Some(Relation::Index { made, .. }) = self.relations.get(&old).cloned() else { continue };
            if from.schema != to.schema {
                self.set_relation(&old, None);
            }
            self.set_relation(&QualifiedName::new(&to.schema, &name), Some(Relation::Index { of: to.clone(), made }));
        }
    }

    /// Names of all indexes of a table or materialized view, constraints' among them.
    pub(super) fn index_names(&self, relation: &QualifiedName) -> Vec<String> {
        match self.table(relation) {
            Some(t) => (t.primary_key.iter().chain(&t.uniques).map(|k| &k.name))
                .chain(t.exclusions.iter().map(|e| &e.name))
                .chain(t.indexes.iter().map(|i| &i.name))
                .cloned()
                .collect(),
            None => self
                .catalog
                .views
                .get(relation)
                .map(|v| v.indexes.iter().map(|i| i.name.clone()).collect())
                .unwrap_or_default(),
        }
    }

    pub(super) fn rename_index_in(&mut self, of: &QualifiedName, from: &str, to: &str) {
        let now = self.now;
        let constraint = self.table(of).is_some_and(|t| self.has_constraint(t, from));
        if constraint {
            self.remove_constraint_name(&of.schema, from);
            self.add_constraint_name(&of.schema, to);
            self.note_made(|| ObjectRef::part(ObjectKind::Unique, of, to));
        }
        let renamed_parent = QualifiedName::new(&of.schema, from);
        for child in self.partitions_of(of) {
            if let Some(table) = self.table_mut(&child) {
                for index in table.indexes.iter_mut().filter(|i| i.partition_of.as_ref() == Some(&renamed_parent)) {
                    index.partition_of = Some(QualifiedName::new(&of.schema, to));
                }
            }
        }
        self.rename_ref_index(of, from, to);
        let rename = |name: &mut String, named: &mut bool, origin: &mut crate::model::Origin| {
            if name == from {
                to.clone_into(name);
                *named = true;
                origin.touch(now);
            }
        };
        if let Some(table) = self.table_mut(of) {
            for key in table.primary_key.iter_mut().chain(&mut table.uniques) {
                rename(&mut key.name, &mut key.named, &mut key.origin);
            }
            for exclusion in &mut table.exclusions {
                rename(&mut exclusion.name, &mut exclusion.named, &mut exclusion.origin);
            }
            for index in &mut table.indexes {
                rename(&mut index.name, &mut index.named, &mut index.origin);
            }
        } else if let Some(view) = self.view_mut(of) {
            for index in &mut view.indexes {
                rename(&mut index.name, &mut index.named, &mut index.origin);
            }
        }
    }

    /// Foreign keys stay on an index that gets another name.
    pub(super) fn rename_ref_index(&mut self, of: &QualifiedName, from: &str, to: &str) {
        let rests = |k: &ForeignKey| k.ref_table == *of && k.ref_index.as_deref() == Some(from);
        let tables = self.catalog.tables.values().filter(|t| t.foreign_keys.iter().any(rests));
        let names: Vec<QualifiedName> = tables.map(|t| t.name.clone()).collect();
        for name in names {
            let Some(table) = self.table_mut(&name) else { continue };
            table.foreign_keys.iter_mut().filter(|k| rests(k)).for_each(|k| k.ref_index = Some(to.to_owned()));
        }
    }

    /// Gives a type another name or schema, with everything of that type.
    pub(super) fn move_type(&mut self, from: &QualifiedName, to: &QualifiedName) {
        let now = self.now;
        self.rewrite_everywhere(&Change::Type { from: from.clone(), to: to.clone() });
        if let Some(mut found) = self.remove_enum(from) {
            found.name = to.clone();
            found.origin.touch(now);
            self.insert_enum(to.clone(), found);
        } else if let Some(mut found) = self.remove_domain(from) {
            found.name = to.clone();
            found.origin.touch(now);
            self.insert_domain(to.clone(), found);
        } else if let Some(mut found) = self.remove_composite(from) {
            found.name = to.clone();
            found.origin.touch(now);
            self.insert_composite(to.clone(), found);
            self.set_relation(from, None);
            self.set_relation(to, Some(Relation::Composite));
        } else if self.other_types.contains(from) {
            self.set_other_type(from, false);
            self.set_other_type(to, true);
        }
        self.new_labels.iter_mut().filter(|(n, _)| n == from).for_each(|(n, _)| *n = to.clone());
        self.note_made(|| ObjectRef::top(ObjectKind::Type, to));
        self.follow_row_type(from, to);
    }

    /// Columns, arguments, domains and attributes of a type that has another name now.
    pub(super) fn follow_row_type(&mut self, from: &QualifiedName, to: &QualifiedName) {
        let is = |ty: &TypeName| ty.name == from.name && ty.schema.as_deref() == Some(&from.schema);
        let follow = |ty: &mut TypeName| {
            if is(ty) {
                ty.schema = Some(to.schema.clone());
                ty.name.clone_from(&to.name);
            }
        };
        let column_is = |c: &crate::model::Column| {
            c.ty.known().is_some_and(is)
                || matches!(&c.default, Known::Known(Some(d)) if d.set_for.as_deref().is_some_and(is))
        };
        let tables: Vec<QualifiedName> =
            self.catalog.tables.values().filter(|t| t.columns.iter().any(column_is)).map(|t| t.name.clone()).collect();
        let follow_column = |c: &mut crate::model::Column| {
            if let Known::Known(ty) = &mut c.ty {
                follow(ty);
            }
            if let Known::Known(Some(default)) = &mut c.default
                && let Some(ty) = &mut default.set_for
            {
                follow(ty);
            }
        };
        for table in tables {
            if let Some(table) = self.table_mut(&table) {
                table.columns.iter_mut().for_each(follow_column);
            }
        }
        let views: Vec<QualifiedName> = self
            .catalog
            .views
            .values()
            .filter(|v| v.columns.known().is_some_and(|c| c.iter().any(column_is)))
            .map(|v| v.name.clone())
            .collect();
        for view in views {
            if let Some(view) = self.view_mut(&view)
                && let Known::Known(columns) = &mut view.columns
            {
                columns.iter_mut().for_each(follow_column);
            }
        }
        let functions: Vec<usize> = (0..self.catalog.functions.len())
            .filter(|&i| {
                let f = &self.catalog.functions[i];
                f.arguments.iter().chain(&f.returns).any(is)
            })
            .collect();
        for place in functions {
            if let Some(function) = self.function_mut(place) {
                function.arguments.iter_mut().chain(&mut function.returns).for_each(follow);
            }
        }
        let domains: Vec<QualifiedName> =
            self.catalog.domains.values().filter(|d| is(&d.base)).map(|d| d.name.clone()).collect();
        for domain in domains {
            if let Some(domain) = self.domain_mut(&domain) {
                follow(&mut domain.base);
            }
        }
        let composites: Vec<QualifiedName> = self
            .catalog
            .composites
            .values()
            .filter(|c| c.attributes.iter().any(|(_, t)| t.known().is_some_and(is)))
            .map(|c| c.name.clone())
            .collect();
        for composite in composites {
            if let Some(composite) = self.composite_mut(&composite) {
                composite.attributes.iter_mut().filter_map(|(_, t)| t.known_mut()).for_each(follow);
            }
        }
    }

    pub(super) fn move_function(&mut self, from: &QualifiedName, arguments: &[TypeName], to: &QualifiedName) {
        let now = self.now;
        self.rewrite_everywhere(&Change::Function { from: from.clone(), to: to.clone() });
        let place = self.catalog.functions.iter().position(|f| f.name == *from && f.arguments == arguments);
        let dialect = self.dialect;
        if let Some(function) = place.and_then(|p| self.function_mut(p)) {
            function.name = to.clone();
            let name = format!("{}.{}", dialect.quote_identifier(&to.schema), dialect.quote_identifier(&to.name));
            function.definition = super::functions::with_name(&function.definition, &name);
            function.origin.touch(now);
        }
        let tables: Vec<QualifiedName> = self
            .catalog
            .tables
            .values()
            .filter(|t| t.triggers.iter().any(|g| g.function.as_ref() == Some(from)))
            .map(|t| t.name.clone())
            .collect();
        for table in tables {
            if let Some(table) = self.table_mut(&table) {
                for trigger in table.triggers.iter_mut().filter(|g| g.function.as_ref() == Some(from)) {
                    trigger.function = Some(to.clone());
                }
            }
        }
        self.note_made(|| ObjectRef::top(ObjectKind::Function, to));
    }
}
