//! SQL that closes a difference: brings a database from the migrated state to the declared one.
//!
//! Every [`Change`] gives its steps, each with the phase in which it can run when all differences are closed together: what stands in the way
//! is dropped first, then types, tables and columns are made, then what is built on them. [`Fixes::script`] puts all steps in that order. The
//! style is drizzle-kit's.

mod column;
mod comment;
mod constraint;
mod dependents;
mod foreign_keys;
mod index;
mod relation;
mod retype;
mod sql;
mod table;
mod types;
mod views;

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::dialect::Dialect;
use crate::diff::{Change, Delta, Diff, Item, Owner, Pair};
use crate::model::Catalog;
use dependents::Dependents;
use sql::Sql;

/// When a step can run, seen from all others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Phase {
    DropTrigger,
    DropView,
    DropPolicy,
    DropForeignKey,
    DropCheck,
    DropIndex,
    DropConstraint,
    CreateSchema,
    CreateExtension,
    Rename,
    CreateType,
    AlterType,
    CreateSequence,
    AlterSequence,
    CreateFunction,
    CreateTable,
    AddColumn,
    AlterColumn,
    DropColumn,
    DropTable,
    AddConstraint,
    AddIndex,
    AddForeignKey,
    AddCheck,
    AlterTable,
    CreatePolicy,
    CreateView,
    CreateTrigger,
    DropFunction,
    DropSequence,
    DropType,
    DropExtension,
    DropSchema,
    Comment,
}

/// One statement, with its semicolon.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    pub phase: Phase,
    pub sql: String,
}

/// What closes the changes between two catalogs.
pub struct Fixes<'a> {
    catalogs: Pair<&'a Catalog>,
    dialect: &'a dyn Dialect,
    /// Of the migrated side; made when they are first asked for.
    dependents: OnceLock<Dependents>,
}

/// Makes the steps of one change.
struct Maker<'a> {
    catalogs: Pair<&'a Catalog>,
    sql: Sql<'a>,
    fixes: &'a Fixes<'a>,
    steps: Vec<Step>,
}

impl<'a> Fixes<'a> {
    #[must_use]
    pub fn new(catalogs: Pair<&'a Catalog>, dialect: &'a dyn Dialect) -> Self {
        Self { catalogs, dialect, dependents: OnceLock::new() }
    }

    /// The steps that close one change, in the order in which they run. Empty where SQL cannot say it or the facts are not known.
    #[must_use]
    pub fn steps(&self, change: &Change<'_>) -> Vec<Step> {
        let sql = Sql { dialect: self.dialect };
        let mut maker = Maker { catalogs: self.catalogs, sql, fixes: self, steps: Vec::new() };
        maker.change(change);
        maker.steps.sort_by_key(|step| step.phase);
        foreign_keys::once(&mut maker.steps);
        maker.steps
    }

    /// All steps of a comparison as one script that a server runs from top to bottom.
    #[must_use]
    pub fn script(&self, diff: &Diff<'_>) -> Vec<String> {
        let mut all: Vec<Step> = diff.changes.iter().flat_map(|change| self.steps(change)).collect();
        all.sort_by_key(|step| step.phase);
        foreign_keys::once(&mut all);
        // Two changes may have to rebuild the same view.
        let mut views = HashSet::new();
        all.retain(|step| !matches!(step.phase, Phase::DropView | Phase::CreateView) || views.insert(step.sql.clone()));
        all.into_iter().map(|step| step.sql).collect()
    }

    /// What stands on the migrated side's tables, columns and views.
    fn dependents(&self) -> &Dependents {
        self.dependents.get_or_init(|| Dependents::of(self.catalogs.migrated, self.dialect))
    }
}

impl Maker<'_> {
    fn step(&mut self, phase: Phase, sql: impl Into<String>) {
        self.steps.push(Step { phase, sql: sql.into() });
    }

    fn change(&mut self, change: &Change<'_>) {
        match &change.delta {
            Delta::Missing(item) => self.create(*item, change.owner),
            Delta::Undeclared(item) => self.drop(*item, change.owner),
            Delta::Changed { pair, aspects } => self.alter(*pair, aspects, change.owner),
        }
    }

    fn create(&mut self, item: Item<'_>, owner: Option<Owner<'_>>) {
        let owner = owner.map(|o| o.names().migrated);
        match (item, owner) {
            (Item::Schema(name, _), _) => self.create_schema(name),
            (Item::Extension(x), _) => self.create_extension(x),
            (Item::Enum(x), _) => self.create_enum(x),
            (Item::Domain(x), _) => self.create_domain(x),
            (Item::Composite(x), _) => self.create_composite(x),
            (Item::Sequence(x), _) => self.create_sequence(x),
            (Item::Table(x), _) => self.create_table(x),
            (Item::View(x), _) => self.create_view(x),
            (Item::Function(x), _) => self.create_function(x),
            (Item::Other(x), _) => self.step(Phase::CreateTrigger, sql::statement(&x.definition)),
            (Item::Column(x), Some(table)) => self.add_column(table, x),
            (Item::PrimaryKey(x), Some(table)) => self.add_primary_key(table, x),
            (Item::Unique(x), Some(table)) => self.add_unique(table, x),
            (Item::ForeignKey(x), Some(table)) => self.add_foreign_key(table, x),
            (Item::Check(x), Some(table)) => self.add_check(table, x),
            (Item::Exclusion(x), Some(table)) => self.add_exclusion(table, x),
            (Item::Index(x), Some(table)) => self.create_index(table, x),
            (Item::Policy(x), Some(table)) => self.create_policy(table, x),
            (Item::Trigger(x), Some(table)) => self.create_trigger(table, x),
            (_, None) => {}
        }
    }

    fn drop(&mut self, item: Item<'_>, owner: Option<Owner<'_>>) {
        let owner = owner.map(|o| o.names().migrated);
        let q = |name: &str| self.sql.name(name);
        match (item, owner) {
            (Item::Schema(name, _), _) => self.step(Phase::DropSchema, format!("DROP SCHEMA {};", q(name))),
            (Item::Extension(x), _) => self.step(Phase::DropExtension, format!("DROP EXTENSION {};", q(&x.name))),
            (Item::Enum(x), _) => self.drop_type("TYPE", &x.name),
            (Item::Domain(x), _) => self.drop_type("DOMAIN", &x.name),
            (Item::Composite(x), _) => self.drop_type("TYPE", &x.name),
            (Item::Sequence(x), _) => {
                let name = self.sql.relation(&x.name);
                self.step(Phase::DropSequence, format!("DROP SEQUENCE {name};"));
            }
            (Item::Table(x), _) => {
                let phase = if self.lends_a_name(x) { Phase::DropConstraint } else { Phase::DropTable };
                let name = self.sql.relation(&x.name);
                self.step(phase, format!("DROP TABLE {name} CASCADE;"));
            }
            (Item::View(x), _) => self.drop_view(x),
            (Item::Function(x), _) => self.drop_function(x),
            // Nothing drops them: they are unmanaged where only the migrations have them.
            (Item::Other(_), _) => {}
            (Item::Column(x), Some(table)) => {
                let table = self.sql.relation(table);
                let column = q(&x.name);
                self.step(Phase::DropColumn, format!("ALTER TABLE {table} DROP COLUMN {column};"));
            }
            (Item::PrimaryKey(x) | Item::Unique(x), Some(table)) => {
                let columns: Vec<&str> = x.columns.iter().map(String::as_str).collect();
                self.remake_foreign_keys_to(table, &columns);
                self.drop_constraint(Phase::DropConstraint, table, &x.name);
            }
            (Item::ForeignKey(x), Some(table)) => self.drop_constraint(Phase::DropForeignKey, table, &x.name),
            (Item::Check(x), Some(table)) => self.drop_constraint(Phase::DropCheck, table, &x.name),
            (Item::Exclusion(x), Some(table)) => self.drop_constraint(Phase::DropConstraint, table, &x.name),
            (Item::Index(x), Some(table)) => {
                self.remake_foreign_keys_to_index(table, x);
                self.drop_index(table, &x.name);
            }
            (Item::Policy(x), Some(table)) => self.drop_policy(table, &x.name),
            (Item::Trigger(x), Some(table)) => {
                let sql = format!("DROP TRIGGER {} ON {};", q(&x.name), self.sql.relation(table));
                self.step(Phase::DropTrigger, sql);
            }
            (_, None) => {}
        }
    }
}
