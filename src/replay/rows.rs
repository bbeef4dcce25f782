//! New constraints and the rows that a table has, where these are known.

use super::IssueKind;
use super::plpgsql::integrity;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::{ColumnDef, ConstraintKind};
use crate::model::{ForeignKey, QualifiedName, TypeName};

fn refuse(code: &'static str, message: String) -> Ran<()> {
    Err(Refusal::new(IssueKind::InvalidDefinition, code, message))
}

impl State {
    pub(super) fn check_rows_hold(&mut self, table: &QualifiedName, check: &str, sql: &str) -> Ran<()> {
        if !integrity::violates_check(self, table, sql) {
            return Ok(());
        }
        refuse("23514", format!("check constraint \"{check}\" of relation \"{}\" is violated by some row", table.name))
    }

    pub(super) fn check_rows_refer(&self, table: &QualifiedName, key: &ForeignKey) -> Ran<()> {
        if !integrity::violates_foreign_key(self, table, key) {
            return Ok(());
        }
        let message =
            format!("insert or update on table \"{}\" violates foreign key constraint \"{}\"", table.name, key.name);
        refuse("23503", message)
    }

    pub(super) fn check_rows_unique(
        &self,
        table: &QualifiedName,
        index: &str,
        columns: &[String],
        nulls_equal: bool,
    ) -> Ran<()> {
        if !integrity::has_duplicates(self, table, columns, nulls_equal) {
            return Ok(());
        }
        refuse("23505", format!("could not create unique index \"{index}\""))
    }

    pub(super) fn check_rows_not_null(&self, table: &QualifiedName, column: &str) -> Ran<()> {
        if !integrity::has_null(self, table, column) {
            return Ok(());
        }
        self.nulls_found(table, column)
    }

    /// A column that is NOT NULL and gets no value.
    pub(super) fn check_rows_take(&self, table: &QualifiedName, def: &ColumnDef) -> Ran<()> {
        let is_key = def.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::PrimaryKey { .. }));
        let is_serial = def.ty.as_ref().is_some_and(|ty| ty.serial);
        let has_value = def.default.is_some() || def.identity.is_some() || def.generated.is_some() || is_serial;
        if has_value || !(def.not_null || is_key) || !integrity::has_rows(self, table) {
            return Ok(());
        }
        // A domain may have a default of its own.
        let plain = def.ty.as_ref().is_some_and(|ty| super::builtin::is_type(&ty.ty.name) || ty.ty.array);
        if plain { self.nulls_found(table, &def.name) } else { Ok(()) }
    }

    fn nulls_found(&self, table: &QualifiedName, column: &str) -> Ran<()> {
        refuse("23502", format!("column \"{column}\" of relation \"{}\" contains null values", table.name))
    }

    /// The stored columns of a domain, or of a domain over it.
    fn columns_of_domain(&self, domain: &QualifiedName) -> Vec<(QualifiedName, String)> {
        let is = |ty: &TypeName| !ty.array && self.base_chain(ty).contains(domain);
        let columns = self.catalog.tables.values().flat_map(|t| t.columns.iter().map(move |c| (t, c)));
        let of_domain = columns.filter(|(_, c)| c.ty.known().is_some_and(is));
        of_domain.map(|(t, c)| (t.name.clone(), c.name.clone())).collect()
    }

    /// A domain that is to be NOT NULL, against all columns of the domain.
    pub(super) fn check_domain_not_null(&self, domain: &QualifiedName) -> Ran<()> {
        for (table, column) in self.columns_of_domain(domain) {
            if integrity::has_null(self, &table, &column) {
                let message = format!("column \"{column}\" of table \"{}\" contains null values", table.name);
                return refuse("23502", message);
            }
        }
        Ok(())
    }

    /// A domain's new check, against all columns of the domain.
    pub(super) fn check_domain_rows(&mut self, domain: &QualifiedName, sql: &str) -> Ran<()> {
        for (table, column) in self.columns_of_domain(domain) {
            if integrity::violates_domain(self, &table, &column, sql) {
                let message = format!(
                    "column \"{column}\" of table \"{}\" contains values that violate the new constraint",
                    table.name
                );
                return refuse("23514", message);
            }
        }
        Ok(())
    }
}
