//! Enums, domains, composite types.

use std::collections::HashSet;

use super::{Maker, Phase};
use crate::diff::Pair;
use crate::model::{Column, CompositeType, Default, Domain, EnumType, QualifiedName, Table, TypeName};

impl Maker<'_> {
    pub(super) fn create_enum(&mut self, ty: &EnumType) {
        self.comment(&format!("TYPE {}", self.sql.relation(&ty.name)), ty.comment.as_ref());
        if let Some(sql) = self.enum_definition(ty) {
            self.step(Phase::CreateType, sql);
        }
    }

    fn enum_definition(&self, ty: &EnumType) -> Option<String> {
        let labels = self.sql.literals(ty.labels.known()?.iter().map(|label| label.value.as_str()));
        Some(format!("CREATE TYPE {} AS ENUM({labels});", self.sql.qualified(&ty.name)))
    }

    pub(super) fn drop_type(&mut self, word: &str, name: &QualifiedName) {
        let name = self.sql.qualified(name);
        self.step(Phase::DropType, format!("DROP {word} {name};"));
    }

    /// New labels are added in their places; labels cannot be taken away or moved, so then the type is made anew.
    pub(super) fn alter_enum(&mut self, enums: Pair<&EnumType>) {
        let Some(labels) = enums.map(|x| &x.labels).known() else { return };
        let values = labels.map(|labels| labels.iter().map(|label| label.value.as_str()).collect::<Vec<_>>());
        let known: HashSet<&str> = values.migrated.iter().copied().collect();
        let kept: Vec<&str> = values.declared.iter().copied().filter(|value| known.contains(value)).collect();
        if kept != values.migrated {
            return self.recreate_enum(enums);
        }
        let name = self.sql.qualified(&enums.migrated.name);
        for (at, value) in values.declared.iter().enumerate().filter(|(_, value)| !known.contains(*value)) {
            let next = values.declared[at + 1..].iter().find(|value| known.contains(*value));
            let place = next.map_or_else(String::new, |next| format!(" BEFORE {}", self.sql.literal(next)));
            let value = self.sql.literal(value);
            self.step(Phase::AlterType, format!("ALTER TYPE {name} ADD VALUE {value}{place};"));
        }
    }

    fn recreate_enum(&mut self, enums: Pair<&EnumType>) {
        let Some(definition) = self.enum_definition(enums.declared) else { return };
        self.comment(&format!("TYPE {}", self.sql.relation(&enums.declared.name)), enums.declared.comment.as_ref());
        let users: Vec<(&Table, &Column, &TypeName)> = self
            .catalogs
            .migrated
            .tables
            .values()
            .flat_map(|table| table.columns.iter().map(move |column| (table, column)))
            .filter_map(|(table, column)| Some((table, column, column.ty.known()?)))
            .filter(|(_, _, ty)| ty.qualified().as_ref() == Some(&enums.migrated.name))
            .collect();
        let alter = |(table, column, _): &(&Table, &Column, &TypeName)| {
            format!("ALTER TABLE {} ALTER COLUMN {}", self.sql.relation(&table.name), self.sql.name(&column.name))
        };
        let mut steps = Vec::new();
        for user in &users {
            if user.1.default.known().is_some_and(Option::is_some) {
                steps.push(format!("{} DROP DEFAULT;", alter(user)));
            }
            let text = if user.2.array { "text[]" } else { "text" };
            steps.push(format!("{} SET DATA TYPE {text};", alter(user)));
        }
        steps.push(format!("DROP TYPE {};", self.sql.qualified(&enums.migrated.name)));
        steps.push(definition);
        for user in &users {
            let ty = self.sql.ty(user.2);
            steps.push(format!("{} SET DATA TYPE {ty} USING {}::{ty};", alter(user), self.sql.name(&user.1.name)));
            if let Some(Some(default)) = self.default_after(user.0, user.1) {
                steps.push(format!("{} SET DEFAULT {};", alter(user), default.expr.sql));
            }
        }
        for sql in steps {
            self.step(Phase::AlterType, sql);
        }
    }

    /// The default that a column is to have, as far as it is declared; a label of the old one may be gone.
    fn default_after<'a>(&'a self, table: &Table, column: &'a Column) -> Option<&'a Option<Default>> {
        let declared = self.catalogs.declared.tables.get(&table.name).and_then(|t| t.column(&column.name));
        declared.and_then(|c| c.default.known()).or(column.default.known())
    }

    pub(super) fn create_domain(&mut self, domain: &Domain) {
        let mut sql = format!("CREATE DOMAIN {} AS {}", self.sql.qualified(&domain.name), self.sql.ty(&domain.base));
        if let Some(collation) = &domain.collation {
            sql += &format!(" COLLATE {collation}");
        }
        if let Some(default) = &domain.default {
            sql += &format!(" DEFAULT {}", default.sql);
        }
        if domain.not_null {
            sql += " NOT NULL";
        }
        for check in &domain.checks {
            let Some(expr) = check.expr.known() else { return };
            sql += &format!(" CONSTRAINT {} CHECK ({})", self.sql.name(&check.name), expr.sql);
        }
        self.comment(&format!("DOMAIN {}", self.sql.relation(&domain.name)), domain.comment.as_ref());
        self.step(Phase::CreateType, sql + ";");
    }

    pub(super) fn alter_domain(&mut self, domains: Pair<&Domain>) {
        let prefix = format!("ALTER DOMAIN {}", self.sql.qualified(&domains.migrated.name));
        if domains.map(|d| &d.base).differs() {
            return;
        }
        for check in &domains.migrated.checks {
            let name = self.sql.name(&check.name);
            self.step(Phase::AlterType, format!("{prefix} DROP CONSTRAINT {name};"));
        }
        for check in &domains.declared.checks {
            let Some(expr) = check.expr.known() else { continue };
            let name = self.sql.name(&check.name);
            self.step(Phase::AlterType, format!("{prefix} ADD CONSTRAINT {name} CHECK ({});", expr.sql));
        }
        if domains.map(|d| d.not_null).differs() {
            let word = if domains.declared.not_null { "SET" } else { "DROP" };
            self.step(Phase::AlterType, format!("{prefix} {word} NOT NULL;"));
        }
        match &domains.declared.default {
            Some(default) => self.step(Phase::AlterType, format!("{prefix} SET DEFAULT {};", default.sql)),
            None if domains.migrated.default.is_some() => {
                self.step(Phase::AlterType, format!("{prefix} DROP DEFAULT;"));
            }
            None => {}
        }
    }

    pub(super) fn create_composite(&mut self, ty: &CompositeType) {
        let attributes: Option<Vec<String>> = ty
            .attributes
            .iter()
            .map(|(name, ty)| Some(format!("{} {}", self.sql.name(name), self.sql.ty(ty.known()?))))
            .collect();
        if let Some(attributes) = attributes {
            self.comment(&format!("TYPE {}", self.sql.relation(&ty.name)), ty.comment.as_ref());
            let name = self.sql.qualified(&ty.name);
            self.step(Phase::CreateType, format!("CREATE TYPE {name} AS ({});", attributes.join(", ")));
        }
    }

    pub(super) fn alter_composite(&mut self, types: Pair<&CompositeType>) {
        let prefix = format!("ALTER TYPE {}", self.sql.qualified(&types.migrated.name));
        let names = types.map(|ty| ty.attributes.iter().map(|(name, _)| name).collect::<HashSet<_>>());
        for (name, _) in types.migrated.attributes.iter().filter(|(name, _)| !names.declared.contains(name)) {
            let name = self.sql.name(name);
            self.step(Phase::AlterType, format!("{prefix} DROP ATTRIBUTE {name};"));
        }
        for (name, ty) in &types.declared.attributes {
            let Some(ty) = ty.known() else { continue };
            let (quoted, ty) = (self.sql.name(name), self.sql.ty(ty));
            let sql = if names.migrated.contains(name) {
                format!("{prefix} ALTER ATTRIBUTE {quoted} SET DATA TYPE {ty};")
            } else {
                format!("{prefix} ADD ATTRIBUTE {quoted} {ty};")
            };
            self.step(Phase::AlterType, sql);
        }
    }
}
