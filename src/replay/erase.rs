//! Taking things out of the catalog, each with its gravestone. Whether that is allowed has been asked before.

use super::dependencies::Thing;
use super::drop::known_type;
use super::plpgsql::row_changes;
use super::state::State;
use crate::model::{Known, ObjectKind, ObjectRef, QualifiedName};

impl State {
    /// Ends the session: what is temporary goes, and what was made of it.
    pub(super) fn drop_temporary(&mut self) {
        let now = self.now;
        for thing in self.objects_in_schema(super::lookup::TEMP) {
            // No statement drops it: it is gone with the session of the one that made it. What went with another is not there any more.
            let created = self.created(&thing);
            if created.is_none() && !matches!(&thing, Thing::Type(name) if self.other_types.contains(name)) {
                continue;
            }
            self.now = created.unwrap_or(now);
            let _ = self.drop_things(vec![thing], true, None);
        }
        self.now = now;
    }

    pub(super) fn erase(&mut self, thing: &Thing) {
        match thing {
            Thing::Table(name) => self.erase_table(name),
            Thing::View(name) => self.erase_view(name),
            Thing::Sequence(name) => self.erase_sequence(name),
            Thing::Type(name) => self.erase_type(name),
            Thing::Column(table, column) => {
                row_changes::column_dropped(self, table, column);
                self.erase_column(table, column);
            }
            Thing::Default(table, column) => {
                let now = self.now;
                if let Some(column) = self.table_mut(table).and_then(|t| t.column_mut(column)) {
                    column.default = Known::Known(None);
                    column.origin.touch(now);
                }
            }
            Thing::Constraint(table, name) => self.erase_constraint(table, name),
            Thing::Index(table, name) => self.erase_index(table, name),
            Thing::Policy(table, name) => self.erase_policy(table, name),
            Thing::Trigger(table, name) => self.erase_trigger(table, name),
            Thing::Function(name, arguments) => {
                let place = self.catalog.functions.iter().position(|f| f.name == *name && f.arguments == *arguments);
                if let Some(function) = place.and_then(|p| self.remove_function(p)) {
                    self.bury(ObjectRef::top(ObjectKind::Function, name), function.origin, None);
                }
            }
            Thing::Schema(name) => {
                if let Some(namespace) = self.remove_schema(name) {
                    let origin = namespace.origin.unwrap_or_else(|| self.origin());
                    self.bury(ObjectRef::bare(ObjectKind::Schema, name), origin, None);
                }
            }
            Thing::Extension(name) => {
                if let Some(extension) = self.remove_extension(name) {
                    self.bury(ObjectRef::bare(ObjectKind::Extension, name), extension.origin, None);
                }
            }
            Thing::Opaque(what, name, on) => {
                let place = self.catalog.opaque.iter().position(|o| {
                    o.what == *what && o.name == *name && (on.is_none() || o.on.as_ref().map(|(_, q)| q) == on.as_ref())
                });
                if let Some(place) = place {
                    self.remove_opaque(place);
                }
            }
        }
    }

    fn erase_table(&mut self, name: &QualifiedName) {
        let Some(table) = self.remove_table(name) else { return };
        self.set_relation(name, None);
        let keys = table.primary_key.iter().chain(&table.uniques).map(|k| &k.name);
        let with_index = keys.chain(table.exclusions.iter().map(|e| &e.name));
        let (mut indexes, mut constraints): (Vec<&String>, Vec<&String>) = (Vec::new(), Vec::new());
        for constraint in with_index {
            indexes.push(constraint);
            constraints.push(constraint);
        }
        indexes.extend(table.indexes.iter().map(|i| &i.name));
        constraints.extend(table.checks.iter().map(|c| &c.name).chain(table.foreign_keys.iter().map(|k| &k.name)));
        for index in indexes {
            self.set_relation(&QualifiedName::new(&name.schema, index), None);
        }
        for constraint in constraints {
            self.remove_constraint_name(&name.schema, constraint);
        }
        let parents = table.inherits.iter().chain(table.partition.iter().map(|p| &p.parent));
        for parent in parents {
            let mut children = self.children_of(parent);
            children.retain(|c| c != name);
            self.set_children(parent, children);
        }
        self.set_children(name, Vec::new());
        self.bury(ObjectRef::top(ObjectKind::Table, name), table.origin.clone(), None);
        for column in table.columns {
            let ty = known_type(&column.ty);
            self.bury(ObjectRef::part(ObjectKind::Column, name, &column.name), column.origin, ty);
        }
        for index in table.indexes {
            self.bury(ObjectRef::part(ObjectKind::Index, name, &index.name), index.origin, None);
        }
    }

    pub(super) fn erase_view(&mut self, name: &QualifiedName) {
        let Some(view) = self.remove_view(name) else { return };
        self.set_relation(name, None);
        self.set_uses(name, None);
        for index in &view.indexes {
            self.set_relation(&QualifiedName::new(&name.schema, &index.name), None);
        }
        let kind = if view.materialized { ObjectKind::MaterializedView } else { ObjectKind::View };
        self.bury(ObjectRef::top(kind, name), view.origin, None);
    }

    fn erase_type(&mut self, name: &QualifiedName) {
        if let Some(found) = self.remove_enum(name) {
            self.bury(ObjectRef::top(ObjectKind::Enum, name), found.origin, None);
            let labels = found.labels.into_known().unwrap_or_default();
            if let Some(stone) = self.catalog.dropped.last_mut() {
                stone.labels = labels.into_iter().map(|label| label.value).collect();
            }
        } else if let Some(found) = self.remove_domain(name) {
            for check in &found.checks {
                self.remove_constraint_name(&name.schema, &check.name);
            }
            self.bury(ObjectRef::top(ObjectKind::Domain, name), found.origin, None);
        } else if let Some(found) = self.remove_composite(name) {
            self.set_relation(name, None);
            self.bury(ObjectRef::top(ObjectKind::Type, name), found.origin, None);
        } else if self.other_types.contains(name) {
            if let Some(multirange) = self.multirange_of(name) {
                self.set_other_type(&multirange, false);
            }
            self.set_other_type(name, false);
            // The shell, and what filled it.
            while let Some(place) = self.catalog.opaque.iter().position(|o| o.what == "type" && o.name == name.name) {
                self.remove_opaque(place);
            }
        }
    }

    fn erase_column(&mut self, table: &QualifiedName, column: &str) {
        let now = self.now;
        let Some(found) = self.table_mut(table) else { return };
        let Some(place) = found.columns.iter().position(|c| c.name == column) else { return };
        let old = found.columns.remove(place);
        found.origin.touch(now);
        self.bury(ObjectRef::part(ObjectKind::Column, table, column), old.origin, known_type(&old.ty));
    }

    pub(super) fn erase_constraint(&mut self, table: &QualifiedName, name: &str) {
        let now = self.now;
        let Some(found) = self.table_mut(table) else { return };
        found.origin.touch(now);
        let (kind, origin, index) = if found.primary_key.as_ref().is_some_and(|k| k.name == name) {
            let Some(key) = found.primary_key.take() else { return };
            (ObjectKind::PrimaryKey, key.origin, true)
        } else if let Some(place) = found.uniques.iter().position(|k| k.name == name) {
            (ObjectKind::Unique, found.uniques.remove(place).origin, true)
        } else if let Some(place) = found.foreign_keys.iter().position(|k| k.name == name) {
            (ObjectKind::ForeignKey, found.foreign_keys.remove(place).origin, false)
        } else if let Some(place) = found.checks.iter().position(|k| k.name == name) {
            (ObjectKind::Check, found.checks.remove(place).origin, false)
        } else if let Some(place) = found.exclusions.iter().position(|k| k.name == name) {
            (ObjectKind::Check, found.exclusions.remove(place).origin, true)
        } else {
            return;
        };
        self.remove_constraint_name(&table.schema, name);
        if index {
            self.set_relation(&QualifiedName::new(&table.schema, name), None);
        }
        self.bury(ObjectRef::part(kind, table, name), origin, None);
    }

    fn erase_index(&mut self, table: &QualifiedName, name: &str) {
        let now = self.now;
        let indexes = if self.catalog.tables.contains_key(table) {
            self.table_mut(table).map(|t| {
                t.origin.touch(now);
                &mut t.indexes
            })
        } else {
            self.view_mut(table).map(|v| &mut v.indexes)
        };
        let Some(indexes) = indexes else { return };
        let Some(place) = indexes.iter().position(|i| i.name == name) else { return };
        let index = indexes.remove(place);
        let key = QualifiedName::new(&table.schema, name);
        self.set_relation(&key, None);
        self.bury(ObjectRef::part(ObjectKind::Index, table, name), index.origin, None);
    }

    fn erase_policy(&mut self, table: &QualifiedName, name: &str) {
        let now = self.now;
        let Some(found) = self.table_mut(table) else { return };
        let Some(place) = found.policies.iter().position(|p| p.name == name) else { return };
        let policy = found.policies.remove(place);
        found.origin.touch(now);
        self.bury(ObjectRef::part(ObjectKind::Policy, table, name), policy.origin, None);
    }

    fn erase_trigger(&mut self, table: &QualifiedName, name: &str) {
        let triggers = if self.catalog.tables.contains_key(table) {
            self.table_mut(table).map(|t| &mut t.triggers)
        } else {
            self.view_mut(table).map(|v| &mut v.triggers)
        };
        let Some(triggers) = triggers else { return };
        let Some(place) = triggers.iter().position(|t| t.name == name) else { return };
        let trigger = triggers.remove(place);
        self.bury(ObjectRef::part(ObjectKind::Trigger, table, name), trigger.origin, None);
    }
}
