//! Tables, and what is altered in them.

use std::collections::HashSet;

use super::sql::with_options;
use super::{Maker, Phase};
use crate::diagnostic::Aspect;
use crate::diff::{Item, Owner, Pair};
use crate::model::{Persistence, QualifiedName, Sequence, Table, TableKind};

impl Maker<'_> {
    pub(super) fn create_table(&mut self, table: &Table) {
        if self.catalogs.migrated.views.contains_key(&table.name) {
            // The view gives its name to the table.
            self.rebuild_view(&table.name);
        }
        let columns: Option<Vec<String>> =
            table.columns.iter().map(|column| self.column_definition(&table.name, column)).collect();
        let Some(mut lines) = columns else { return };
        if let Some(key) = &table.primary_key {
            lines.push(format!("CONSTRAINT {} {}", self.sql.name(&key.name), self.key_clause("PRIMARY KEY", key)));
        }
        for key in &table.uniques {
            lines.push(format!("CONSTRAINT {} {}", self.sql.name(&key.name), self.key_clause("UNIQUE", key)));
        }
        let name = self.sql.relation(&table.name);
        let partition = match &table.kind {
            TableKind::Partitioned(key) => format!(" PARTITION BY {}", key.sql),
            _ => String::new(),
        };
        let unlogged = if table.persistence == Persistence::Unlogged { "UNLOGGED " } else { "" };
        let options = with_options(&table.options);
        let sql = format!("CREATE {unlogged}TABLE {name} (\n\t{}\n){partition}{options};", lines.join(",\n\t"));
        self.step(Phase::CreateTable, sql);
        self.comments_of(table);
        for check in &table.checks {
            self.add_check(&table.name, check);
        }
        for exclusion in &table.exclusions {
            self.add_exclusion(&table.name, exclusion);
        }
        for index in &table.indexes {
            self.create_index(&table.name, index);
        }
        for fk in &table.foreign_keys {
            self.add_foreign_key(&table.name, fk);
        }
        if table.row_level_security.enabled {
            self.step(Phase::AlterTable, format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;"));
        }
        if table.row_level_security.forced {
            self.step(Phase::AlterTable, format!("ALTER TABLE {name} FORCE ROW LEVEL SECURITY;"));
        }
        for policy in &table.policies {
            self.create_policy(&table.name, policy);
        }
        for trigger in &table.triggers {
            self.create_trigger(&table.name, trigger);
        }
    }

    /// Whether an index or sequence of a table that goes bears a name that one of another table is to bear: a schema's relations have unique names.
    pub(super) fn lends_a_name(&self, table: &Table) -> bool {
        fn keys(table: &Table) -> impl Iterator<Item = &str> {
            let keys = table.primary_key.iter().chain(&table.uniques).map(|key| key.name.as_str());
            let exclusions = table.exclusions.iter().map(|exclusion| exclusion.name.as_str());
            keys.chain(exclusions).chain(table.indexes.iter().map(|index| index.name.as_str()))
        }
        let Pair { declared, migrated } = self.catalogs;
        let comes_with_a_column =
            |name: &QualifiedName| declared.sequences.get(name).is_some_and(|sequence| sequence.owned_by.is_some());
        let own = |sequence: &&Sequence| sequence.owned_by.as_ref().is_some_and(|(owner, _)| *owner == table.name);
        if migrated.sequences.values().filter(own).any(|sequence| comes_with_a_column(&sequence.name)) {
            return true;
        }
        let lent: HashSet<&str> = keys(table).collect();
        let mut others = declared.tables.values().filter(|other| other.name.schema == table.name.schema);
        others.any(|other| keys(other).any(|name| lent.contains(name)))
    }

    pub(super) fn alter(&mut self, pair: Pair<Item<'_>>, aspects: &[Aspect], owner: Option<Owner<'_>>) {
        if aspects.contains(&Aspect::Comment) {
            self.alter_comment(pair.declared, owner);
        }
        if aspects == [Aspect::Comment] {
            return;
        }
        match (pair.declared, pair.migrated, owner) {
            (Item::Table(_) | Item::Column(_), _, _) if aspects == [Aspect::Name] => self.rename_data(pair, owner),
            (Item::Table(declared), Item::Table(migrated), _) => {
                self.alter_table(Pair::new(declared, migrated), aspects)
            }
            (Item::Enum(declared), Item::Enum(migrated), _) => self.alter_enum(Pair::new(declared, migrated)),
            (Item::Sequence(declared), Item::Sequence(migrated), _) => {
                self.alter_sequence(Pair::new(declared, migrated));
            }
            (Item::Column(declared), Item::Column(migrated), Some(owner)) => {
                self.alter_column(owner.names().migrated, Pair::new(declared, migrated), aspects);
            }
            (Item::Domain(declared), Item::Domain(migrated), _) => self.alter_domain(Pair::new(declared, migrated)),
            (Item::Composite(declared), Item::Composite(migrated), _) => {
                self.alter_composite(Pair::new(declared, migrated));
            }
            (Item::View(_), Item::View(migrated), _) => self.rebuild_view(&migrated.name),
            (Item::Function(declared), Item::Function(migrated), _) if declared.returns == migrated.returns => {
                self.replace_function(declared);
            }
            (_, _, owner) if aspects == [Aspect::Name] => self.rename(pair, owner),
            (_, _, owner) if aspects == [Aspect::Validity] => self.validate(pair, owner),
            (_, _, owner) => {
                self.drop(pair.migrated, owner);
                self.create(pair.declared, owner);
            }
        }
    }

    fn rename(&mut self, pair: Pair<Item<'_>>, owner: Option<Owner<'_>>) {
        let Some(owner) = owner else { return };
        let (table, names) = (owner.names().migrated, pair.map(|item| item.name()));
        match pair.migrated {
            Item::Index(_) => self.rename_index(table, names.migrated, names.declared),
            _ => self.rename_constraint(table, names.migrated, names.declared),
        }
    }

    /// A table or column.
    fn rename_data(&mut self, pair: Pair<Item<'_>>, owner: Option<Owner<'_>>) {
        let to = self.sql.name(pair.declared.name());
        let sql = match (pair.migrated, owner) {
            (Item::Table(table), _) => format!("ALTER TABLE {} RENAME TO {to};", self.sql.relation(&table.name)),
            (column, Some(owner)) => {
                let table = self.sql.relation(owner.names().migrated);
                format!("ALTER TABLE {table} RENAME COLUMN {} TO {to};", self.sql.name(column.name()))
            }
            _ => return,
        };
        self.step(Phase::Rename, sql);
    }

    /// A constraint that is to hold for all rows is validated; one that need not is left as good as it is.
    fn validate(&mut self, pair: Pair<Item<'_>>, owner: Option<Owner<'_>>) {
        let is_lax = |item: Item<'_>| match item {
            Item::ForeignKey(fk) => fk.not_valid,
            Item::Check(check) => check.not_valid,
            _ => false,
        };
        let Some(owner) = owner else { return };
        if is_lax(pair.migrated) {
            let table = self.sql.relation(owner.names().migrated);
            let name = self.sql.name(pair.migrated.name());
            self.step(Phase::AddCheck, format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name};"));
        } else {
            self.drop(pair.migrated, Some(owner));
            self.create(pair.declared, Some(owner));
        }
    }

    fn alter_table(&mut self, tables: Pair<&Table>, aspects: &[Aspect]) {
        let name = self.sql.relation(&tables.migrated.name);
        let security = tables.map(|table| table.row_level_security);
        if security.map(|rls| rls.enabled).differs() {
            let word = if security.declared.enabled { "ENABLE" } else { "DISABLE" };
            self.step(Phase::AlterTable, format!("ALTER TABLE {name} {word} ROW LEVEL SECURITY;"));
        }
        if aspects.contains(&Aspect::RowLevelSecurity) && security.map(|rls| rls.forced).differs() {
            let word = if security.declared.forced { "FORCE" } else { "NO FORCE" };
            self.step(Phase::AlterTable, format!("ALTER TABLE {name} {word} ROW LEVEL SECURITY;"));
        }
        if aspects.contains(&Aspect::Options) {
            self.alter_storage(&name, tables);
        }
        if aspects.contains(&Aspect::Definition) {
            self.alter_parents(&name, tables);
        }
    }

    fn alter_storage(&mut self, name: &str, tables: Pair<&Table>) {
        if tables.map(|table| table.persistence).differs() {
            let word = if tables.declared.persistence == Persistence::Unlogged { "UNLOGGED" } else { "LOGGED" };
            self.step(Phase::AlterTable, format!("ALTER TABLE {name} SET {word};"));
        }
        let has = |table: &Table, parameter: &str| table.options.iter().any(|(name, _)| name == parameter);
        let gone = tables.migrated.options.iter().filter(|(parameter, _)| !has(tables.declared, parameter));
        let gone: Vec<&str> = gone.map(|(parameter, _)| parameter.as_str()).collect();
        if !gone.is_empty() {
            self.step(Phase::AlterTable, format!("ALTER TABLE {name} RESET ({});", gone.join(", ")));
        }
        let set = tables.declared.options.iter().filter(|option| !tables.migrated.options.contains(option));
        let set: Vec<String> = set.map(|(parameter, value)| format!("{parameter} = {value}")).collect();
        if !set.is_empty() {
            self.step(Phase::AlterTable, format!("ALTER TABLE {name} SET ({});", set.join(", ")));
        }
    }

    /// Which tables it inherits from or is a part of. Whether it is divided itself cannot be altered.
    fn alter_parents(&mut self, name: &str, tables: Pair<&Table>) {
        if tables.map(|table| &table.kind).differs() {
            return;
        }
        let parents = tables.map(|table| &table.inherits);
        for parent in parents.migrated.iter().filter(|parent| !parents.declared.contains(parent)) {
            let parent = self.sql.relation(parent);
            self.step(Phase::AlterTable, format!("ALTER TABLE {name} NO INHERIT {parent};"));
        }
        for parent in parents.declared.iter().filter(|parent| !parents.migrated.contains(parent)) {
            let parent = self.sql.relation(parent);
            self.step(Phase::AlterTable, format!("ALTER TABLE {name} INHERIT {parent};"));
        }
        let partitions = tables.map(|table| table.partition.as_ref());
        if !partitions.differs() {
            return;
        }
        if let Some(old) = partitions.migrated {
            let parent = self.sql.relation(&old.parent);
            self.step(Phase::AlterTable, format!("ALTER TABLE {parent} DETACH PARTITION {name};"));
        }
        if let Some((new, bound)) = partitions.declared.and_then(|new| Some((new, new.bound.known()?))) {
            let parent = self.sql.relation(&new.parent);
            self.step(Phase::AlterTable, format!("ALTER TABLE {parent} ATTACH PARTITION {name} {bound};"));
        }
    }
}
