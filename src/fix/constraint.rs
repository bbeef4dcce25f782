//! Primary keys, uniques, foreign keys, checks, exclusions.

use super::sql::with_options;
use super::{Maker, Phase};
use crate::model::{Action, Check, Deferrable, Exclusion, ForeignKey, Key, MatchKind, QualifiedName};

impl Maker<'_> {
    fn add_constraint(
        &mut self,
        phase: Phase,
        table: &QualifiedName,
        name: &str,
        clause: &str,
        comment: Option<&String>,
    ) {
        self.comment(&self.part("CONSTRAINT", table, name), comment);
        let sql = format!("ALTER TABLE {} ADD CONSTRAINT {} {clause};", self.sql.relation(table), self.sql.name(name));
        self.step(phase, sql);
    }

    pub(super) fn drop_constraint(&mut self, phase: Phase, table: &QualifiedName, name: &str) {
        let sql = format!("ALTER TABLE {} DROP CONSTRAINT {};", self.sql.relation(table), self.sql.name(name));
        self.step(phase, sql);
    }

    pub(super) fn rename_constraint(&mut self, table: &QualifiedName, from: &str, to: &str) {
        let names = [from, to].map(|name| self.sql.name(name));
        let sql = format!("ALTER TABLE {} RENAME CONSTRAINT {} TO {};", self.sql.relation(table), names[0], names[1]);
        self.step(Phase::Rename, sql);
    }

    pub(super) fn add_primary_key(&mut self, table: &QualifiedName, key: &Key) {
        let clause = self.key_clause("PRIMARY KEY", key);
        self.add_constraint(Phase::AddConstraint, table, &key.name, &clause, key.comment.as_ref());
    }

    pub(super) fn add_unique(&mut self, table: &QualifiedName, key: &Key) {
        let clause = self.key_clause("UNIQUE", key);
        self.add_constraint(Phase::AddConstraint, table, &key.name, &clause, key.comment.as_ref());
    }

    /// `UNIQUE NULLS NOT DISTINCT("a","b") INCLUDE ("c")`
    pub(super) fn key_clause(&self, word: &str, key: &Key) -> String {
        let nulls = if key.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
        let mut clause = format!("{word}{nulls}({})", self.sql.names(&key.columns));
        if !key.include.is_empty() {
            clause += &format!(" INCLUDE ({})", self.sql.names(&key.include));
        }
        clause + &with_options(&key.options) + deferrable(key.deferrable)
    }

    pub(super) fn add_foreign_key(&mut self, table: &QualifiedName, fk: &ForeignKey) {
        let columns = self.sql.names(&fk.columns);
        let referenced = self.sql.qualified(&fk.ref_table);
        let mut clause = format!("FOREIGN KEY ({columns}) REFERENCES {referenced}");
        if !fk.ref_columns.is_empty() {
            clause += &format!("({})", self.sql.names(&fk.ref_columns));
        }
        if fk.match_kind == MatchKind::Full {
            clause += " MATCH FULL";
        }
        clause += &format!(" ON DELETE {}", fk.on_delete.as_str());
        if !fk.on_delete_columns.is_empty() && matches!(fk.on_delete, Action::SetNull | Action::SetDefault) {
            clause += &format!(" ({})", self.sql.names(&fk.on_delete_columns));
        }
        clause += &format!(" ON UPDATE {}", fk.on_update.as_str());
        clause += deferrable(fk.deferrable);
        if fk.not_valid {
            clause += " NOT VALID";
        }
        self.add_constraint(Phase::AddForeignKey, table, &fk.name, &clause, fk.comment.as_ref());
    }

    pub(super) fn add_check(&mut self, table: &QualifiedName, check: &Check) {
        let Some(expr) = check.expr.known() else { return };
        let no_inherit = if check.no_inherit { " NO INHERIT" } else { "" };
        let not_valid = if check.not_valid { " NOT VALID" } else { "" };
        let clause = format!("CHECK ({}){no_inherit}{not_valid}", expr.sql);
        self.add_constraint(Phase::AddCheck, table, &check.name, &clause, check.comment.as_ref());
    }

    pub(super) fn add_exclusion(&mut self, table: &QualifiedName, exclusion: &Exclusion) {
        let keys: Option<Vec<String>> = exclusion
            .elements
            .iter()
            .map(|(key, operator)| Some(format!("{} WITH {operator}", self.index_key(key)?)))
            .collect();
        let Some(keys) = keys else { return };
        let mut clause = format!("EXCLUDE USING {} ({})", exclusion.method, keys.join(", "));
        if !exclusion.include.is_empty() {
            clause += &format!(" INCLUDE ({})", self.sql.names(&exclusion.include));
        }
        if let Some(predicate) = &exclusion.predicate {
            clause += &format!(" WHERE ({})", predicate.sql);
        }
        clause += deferrable(exclusion.deferrable);
        self.add_constraint(Phase::AddConstraint, table, &exclusion.name, &clause, exclusion.comment.as_ref());
    }
}

fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}
