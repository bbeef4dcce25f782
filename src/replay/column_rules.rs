//! What a column may be: its number, its type within types, what a generated one may name
//! (src/backend/commands/tablecmds.c, src/backend/catalog/heap.c).

use super::IssueKind;
use super::expression_rules::Place;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::ColumnDef;
use crate::dialect::{NameKind, SqlForm};
use crate::model::{Column, Expr, Generated, Known, ObjectKind, ObjectRef, QualifiedName, Table, TableKind, TypeName};
use crate::source::Span;

/// `MaxHeapAttributeNumber`
const MOST_COLUMNS: usize = 1600;

impl State {
    pub(super) fn check_column_count(&self, count: usize, span: Span) -> Ran<()> {
        if count <= MOST_COLUMNS {
            return Ok(());
        }
        let message = format!("tables can have at most {MOST_COLUMNS} columns");
        Err(Refusal::new(IssueKind::InvalidDefinition, "54011", message).at(span))
    }

    /// Whether a type holds values of another within: as elements, fields, or a domain's base.
    fn holds(&self, ty: &TypeName, wanted: &QualifiedName, depth: usize) -> bool {
        let Some(name) = ty.qualified() else { return false };
        if name == *wanted {
            return true;
        }
        if depth > 16 {
            return false;
        }
        let below = |ty: &TypeName| self.holds(ty, wanted, depth + 1);
        if let Some(domain) = self.catalog.domains.get(&name) {
            return below(&domain.base);
        }
        if let Some(composite) = self.catalog.composites.get(&name) {
            return composite.attributes.iter().any(|(_, ty)| ty.known().is_some_and(below));
        }
        if let Some(subtype) = self.range_subtype(&name) {
            return below(&subtype);
        }
        self.table(&name).is_some_and(|t| t.columns.iter().any(|c| c.ty.known().is_some_and(below)))
    }

    /// `composite type t cannot be made a member of itself`
    pub(super) fn check_no_member_of_itself(&self, table: &QualifiedName, ty: &TypeName, span: Span) -> Ran<()> {
        if !self.holds(ty, table, 0) {
            return Ok(());
        }
        let message = format!("composite type {} cannot be made a member of itself", table.name);
        Err(self.refuse(IssueKind::InvalidDefinition, "42P16", message).at(span))
    }

    /// A stored column whose values hold those of a type; the type itself counts only where `itself` is asked for.
    fn column_holding(&self, wanted: &QualifiedName, itself: bool) -> Option<(&Table, &Column)> {
        if !self.holds_types.get() {
            return None;
        }
        let stored = self.catalog.tables.values().filter(|t| !matches!(t.kind, TableKind::Foreign { .. }));
        stored.flat_map(|t| t.columns.iter().map(move |c| (t, c))).find(|(_, column)| {
            column.ty.known().filter(|ty| ty.schema.is_some()).is_some_and(|ty| {
                let plain = TypeName { modifiers: Vec::new(), ..ty.clone() };
                let is_itself = !plain.array && self.base_chain(&plain).contains(wanted);
                self.holds(&plain, wanted, 0) && (itself || !is_itself)
            })
        })
    }

    /// The type and the domains that it stands for.
    pub(super) fn base_chain(&self, ty: &TypeName) -> Vec<QualifiedName> {
        let mut chain = Vec::new();
        let mut next = ty.qualified();
        while let Some(name) = next.filter(|name| !chain.contains(name)) {
            next = self.catalog.domains.get(&name).filter(|d| !d.base.array).and_then(|d| d.base.qualified());
            chain.push(name);
        }
        chain
    }

    /// Rows of a table are not written anew where another table holds such rows (`find_composite_type_dependencies`).
    pub(super) fn check_row_type_unused(&self, table: &Table, span: Span) -> Ran<()> {
        let Some((user, column)) = self.column_holding(&table.name, true) else { return Ok(()) };
        let kind = if matches!(table.kind, TableKind::Foreign { .. }) { "foreign table" } else { "table" };
        let message = format!(
            "cannot alter {kind} \"{}\" because column \"{}.{}\" uses its row type",
            table.name.name, user.name.name, column.name
        );
        let refusal = self.refuse(IssueKind::DependentObjects, "0A000", message).at(span);
        Err(refusal.of(ObjectRef::top(ObjectKind::Table, &table.name)))
    }

    /// The same for a composite type, and for a domain within other types.
    pub(super) fn check_type_unused(&self, ty: &QualifiedName, itself: bool, span: Span) -> Ran<()> {
        let Some((user, column)) = self.column_holding(ty, itself) else { return Ok(()) };
        let message =
            format!("cannot alter type \"{}\" because column \"{}.{}\" uses it", ty.name, user.name.name, column.name);
        Err(self.refuse(IssueKind::DependentObjects, "0A000", message).at(span))
    }

    /// What a generated column may be made of.
    pub(super) fn check_generated(&self, table: &Table, column: &str, generated: &Generated) -> Ran<()> {
        let (sql, span) = (&generated.expr.sql, generated.expr.span);
        let Some(names) = self.names_in(sql, SqlForm::Expression) else { return Ok(()) };
        let refuse = |code: &'static str, message: String| {
            Err(self.refuse(IssueKind::InvalidDefinition, code, message).at(span))
        };
        if names.scopes.len() > 1 {
            return refuse("0A000", "cannot use subquery in column generation expression".to_owned());
        }
        for name in names.uses.iter().filter(|n| n.kind == NameKind::Column) {
            let [used] = name.parts.as_slice() else { continue };
            match table.column(used) {
                Some(other) if other.name == column || matches!(other.generated, Known::Known(Some(_))) => {
                    return refuse(
                        "42P17",
                        format!("cannot use generated column \"{used}\" in column generation expression"),
                    );
                }
                None if super::builtin::is_system_column(used) && used != "tableoid" && used != "oid" => {
                    return refuse(
                        "42P10",
                        format!("cannot use system column \"{used}\" in column generation expression"),
                    );
                }
                None if *used == table.name.name => {
                    return refuse("42P17", "cannot use whole-row variable in column generation expression".to_owned());
                }
                None if self.lacks_column(table, used) && !super::builtin::is_system_column(used) => {
                    let message = format!("column \"{used}\" does not exist");
                    return Err(self.missing_column_as(table, used, message).at(span));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The same of all that a new table generates, once the types of its columns can be asked for.
    pub(super) fn check_generated_immutable(&mut self, table: &QualifiedName) -> Ran<()> {
        let columns = self.table(table).map(|t| t.columns.as_slice()).unwrap_or_default();
        let generated = columns.iter().filter(|c| !c.inherited).filter_map(|c| c.generated.known().cloned().flatten());
        for expr in generated.map(|generated| generated.expr).collect::<Vec<_>>() {
            self.check_literals(&expr.sql, SqlForm::Expression, Some(table), expr.span)?;
            self.check_expression_types(table, &expr.sql, Place::Generated, expr.span)?;
            self.check_immutable(table, &expr.sql, expr.span, "generation expression is not immutable")?;
        }
        Ok(())
    }

    pub(super) fn set_expression(
        &mut self,
        table: &QualifiedName,
        column: &str,
        expr: Option<&Expr>,
        if_exists: bool,
    ) -> Ran<()> {
        let Some(found) = self.table(table) else { return Ok(()) };
        let Some(old) = found.column(column) else { return Err(self.missing_column(found, column, None)) };
        let stored = match &old.generated {
            Known::Known(Some(generated)) => generated.stored,
            Known::Known(None) if if_exists => return Ok(()),
            Known::Known(None) => {
                let message =
                    format!("column \"{column}\" of relation \"{}\" is not a stored generated column", table.name);
                return Err(Refusal::new(IssueKind::InvalidDefinition, "55000", message).uncertain_if(!self.knows_all));
            }
            Known::Unknown(_) => true,
        };
        let generated = expr.map(|e| Generated { expr: e.clone(), stored });
        self.alter_column(table, column, &|c| c.generated = Known::Known(generated.clone()))
    }

    /// COMPRESSION takes a method that there is, for a type that may be long (`GetAttributeCompression`).
    pub(super) fn check_compression(&self, def: &ColumnDef, ty: Option<&TypeName>) -> Ran<()> {
        let Some(method) = def.compression.as_deref().filter(|method| *method != "default") else { return Ok(()) };
        let fixed = ty.map(|ty| self.base_type(ty)).filter(|ty| !ty.array && is_fixed(&ty.name) && ty.schema.is_none());
        if let Some(ty) = fixed {
            let message = format!("column data type {ty} does not support compression");
            return Err(Refusal::new(IssueKind::InvalidDefinition, "0A000", message).at(def.span));
        }
        if !matches!(method, "pglz" | "lz4") {
            let message = format!("invalid compression method \"{method}\"");
            return Err(Refusal::new(IssueKind::InvalidDefinition, "22023", message).at(def.span));
        }
        Ok(())
    }
}

/// Built-in types of a fixed length.
fn is_fixed(ty: &str) -> bool {
    let names = [
        "smallint",
        "integer",
        "bigint",
        "real",
        "double precision",
        "boolean",
        "uuid",
        "date",
        "interval",
        "money",
        "oid",
    ];
    names.contains(&ty) || ty.starts_with("time")
}
