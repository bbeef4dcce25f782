//! What is written behind a column's name: clauses that exclude each other, names and types that no stored column may have
//! (`transformColumnDefinition` in src/backend/parser/parse_utilcmd.c, `CheckAttributeNamesTypes` and `CheckAttributeType` in heap.c).

use super::IssueKind;
use super::builtin::is_system_column;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::ColumnDef;
use crate::model::{QualifiedName, Table, TypeName};
use crate::source::Span;

/// Pseudo-types (`typtype = 'p'`); no column is of one.
const PSEUDO_TYPES: &[&str] = &[
    "any",
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anycompatiblemultirange",
    "anycompatiblenonarray",
    "anycompatiblerange",
    "anyelement",
    "anyenum",
    "anymultirange",
    "anynonarray",
    "anyrange",
    "cstring",
    "event_trigger",
    "fdw_handler",
    "index_am_handler",
    "internal",
    "language_handler",
    "record",
    "table_am_handler",
    "trigger",
    "tsm_handler",
    "unknown",
    "void",
];

/// Built-in types whose values have a collation (`typcollation` in pg_type.dat).
const WITH_COLLATION: &[&str] = &["text", "character varying", "character", "bpchar", "name"];

impl State {
    /// Clauses of a column that exclude each other.
    pub(super) fn check_clauses(&self, table: &QualifiedName, def: &ColumnDef) -> Ran<()> {
        let serial = def.ty.as_ref().is_some_and(|ty| ty.serial);
        let has_default = serial || def.default.is_some();
        let what = if let Some(repeated) = def.repeated {
            repeated
        } else if serial && def.default.is_some() {
            "multiple default values specified"
        } else if has_default && def.identity.is_some() {
            "both default and identity specified"
        } else if has_default && def.generated.is_some() {
            "both default and generation expression specified"
        } else if def.identity.is_some() && def.generated.is_some() {
            "both identity and generation expression specified"
        } else {
            return Ok(());
        };
        let message = format!("{what} for column \"{}\" of table \"{}\"", def.name, table.name);
        Err(Refusal::new(IssueKind::InvalidDefinition, "42601", message).at(def.span))
    }

    /// Clauses that a column of a typed table or of a partition may not add.
    pub(super) fn check_added_clauses(&self, table: &Table, def: &ColumnDef) -> Ran<()> {
        let place = if table.of_type.is_some() {
            "typed tables"
        } else if table.partition.is_some() {
            "partitions"
        } else {
            return Ok(());
        };
        let what = if def.identity.is_some() {
            "identity"
        } else if def.generated.is_some() && (table.of_type.is_some() || self.version.is_none_or(|v| v <= 15)) {
            "generated"
        } else {
            return Ok(());
        };
        let message = format!("{what} columns are not supported on {place}");
        Err(Refusal::new(IssueKind::InvalidDefinition, "0A000", message).at(def.span))
    }

    /// A name that every table has for a column of the server's own.
    pub(super) fn check_column_name(&self, column: &str, span: Span) -> Ran<()> {
        // Since 12 a column may be called `oid`.
        if !is_system_column(column) || column == "oid" {
            return Ok(());
        }
        let message = format!("column name \"{column}\" conflicts with a system column name");
        Err(Refusal::new(IssueKind::DuplicateColumn, "42701", message).at(span))
    }

    /// A stored column is of no pseudo-type.
    pub(super) fn check_storable(&self, column: &str, ty: Option<&TypeName>, span: Span) -> Ran<()> {
        let Some(ty) = ty.filter(|ty| ty.schema.is_none() && PSEUDO_TYPES.contains(&ty.name.as_str())) else {
            return Ok(());
        };
        let shown = if ty.array { format!("{}[]", ty.name) } else { ty.name.clone() };
        let message = format!("column \"{column}\" has pseudo-type {shown}");
        Err(Refusal::new(IssueKind::InvalidType, "42P16", message).at(span))
    }

    /// COLLATE stands behind a type that has one (`GetColumnDefCollation`).
    pub(super) fn check_collatable(&self, ty: Option<&TypeName>, collation: Option<&str>, span: Span) -> Ran<()> {
        let (Some(ty), Some(_)) = (ty, collation) else { return Ok(()) };
        let base = self.base_type(ty);
        if let Some(name) = base.qualified()
            && (self.catalog.enums.contains_key(&name) || self.catalog.composites.contains_key(&name))
        {
            let message = format!("collations are not supported by type {}", crate::ddl::postgres::format_type(ty));
            return Err(self.refuse(IssueKind::InvalidType, "42804", message).at(span));
        }
        if base.schema.is_some() || WITH_COLLATION.contains(&base.name.as_str()) || !super::builtin::is_type(&base.name)
        {
            return Ok(());
        }
        let bare = TypeName { modifiers: Vec::new(), ..ty.clone() };
        let message = format!("collations are not supported by type {bare}");
        Err(Refusal::new(IssueKind::InvalidType, "42804", message).at(span))
    }
}
