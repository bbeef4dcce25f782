//! CREATE TABLE in all its forms.
//!
//! The order is the server's (`transformCreateStmt`, `DefineRelation`): sequences of serial columns, the table, checks, keys with the primary key
//! first, foreign keys. Names given to what has none depend on it.

use super::IssueKind;
use super::expression_rules::Place;
use super::lookup::Found;
use super::merging::conflicting_defaults;
use super::refusal::{Effect, Ran, Refusal};
use super::state::{Relation, State};
use super::storage_parameters::Storage;
use crate::ddl::{ColumnDef, ConstraintDef, ConstraintKind, CreateTable, Name, TableElement};
use crate::dialect::{NameKind, SqlForm};
use crate::model::{
    Catalog, Column, Default, Generated, Known, ObjectKind, ObjectRef, Partition, PartitionKey, QualifiedName, Table,
    TableKind, TypeName,
};
use crate::source::Span;

impl State {
    pub(super) fn create_table(&mut self, def: &CreateTable) -> Ran {
        let name = self.creation_name_as(&def.name, def.persistence)?;
        if def.if_not_exists && self.relations.contains_key(&name) {
            return Ok(Effect::Carried);
        }
        self.free_relation_name(&name, def.name.span)?;
        self.check_version(def)?;
        let mut table = Table::new(name.clone(), self.origin());
        table.persistence = def.persistence;
        table.options.clone_from(&def.options);
        if let Some(by) = &def.partition_by {
            table.kind = TableKind::Partitioned(PartitionKey { sql: by.sql.clone(), columns: by.columns.clone() });
        } else if let Some((server, options)) = &def.foreign {
            table.kind = TableKind::Foreign { server: server.clone(), options: options.clone() };
        }
        if let Some((server, _)) = &def.foreign
            && !self.catalog.opaque.iter().any(|o| o.what == "server" && o.name == *server)
        {
            let message = format!("server \"{server}\" does not exist");
            let refusal = self.refuse(IssueKind::UnknownObject, "42704", message).at(def.name.span);
            return Err(refusal.uncertain_if(!self.extensions_known()));
        }
        let of = if def.partition_by.is_some() { Storage::PartitionedTable } else { Storage::Table };
        if def.partition_by.is_some() && def.access_method.is_some() && self.version.is_none_or(|v| v < 17) {
            let message = "specifying a table access method is not supported on a partitioned table";
            return Err(Refusal::new(IssueKind::InvalidDefinition, "0A000", message).at(def.name.span));
        }
        // Another access method has parameters of its own.
        if def.access_method.as_deref().is_none_or(|method| method == "heap") {
            self.check_storage(&def.options, of, def.name.span)?;
        }
        let (parents, open) = self.take_parents(def, &mut table)?;
        if let Some(of) = &def.of_type {
            self.columns_of_type(of, &mut table)?;
        }
        check_added_once(def)?;
        let mut constraints = Vec::new();
        let mut copied = Vec::new();
        for element in &def.elements {
            match element {
                TableElement::Column(column) => self.element_column(&mut table, column, &mut constraints)?,
                TableElement::Constraint(constraint) => constraints.push(constraint.clone()),
                TableElement::Like { source, including } => {
                    if let Some(from) = self.copy_like_columns(&mut table, source, *including)? {
                        copied.push((from, *including));
                    }
                }
            }
        }
        for column in open {
            let says = |e: &TableElement| matches!(e, TableElement::Column(c) if c.name == column && (c.default.is_some() || c.generated.is_some()));
            if !def.elements.iter().any(says) {
                let generated = table.column(&column).is_some_and(|c| c.generated != Known::Known(None));
                return Err(conflicting_defaults(&column, generated, def.name.span));
            }
        }
        self.check_partition_columns(&table)?;
        self.check_column_count(table.columns.len(), def.name.span)?;
        for column in table.columns.iter().filter(|c| !c.inherited) {
            if let Known::Known(Some(generated)) = &column.generated {
                self.check_generated(&table, &column.name, generated)?;
            }
        }
        let is_temporary = table.persistence == crate::model::Persistence::Temporary;
        self.insert_table(name.clone(), table);
        if is_temporary {
            // ON COMMIT DELETE ROWS
            self.doubt_rows(&name);
        }
        self.set_relation(&name, Some(Relation::Table));
        self.check_generated_immutable(&name)?;
        self.note_made(|| ObjectRef::top(ObjectKind::Table, &name));
        for parent in &parents {
            let mut children = self.children_of(parent);
            children.push(name.clone());
            self.set_children(parent, children);
        }
        for (from, including) in &copied {
            self.copy_like_checks(&name, from, *including);
        }
        let is_foreign = |c: &ConstraintDef| matches!(c.kind, ConstraintKind::ForeignKey { .. });
        let (foreign, own): (Vec<ConstraintDef>, Vec<ConstraintDef>) = constraints.into_iter().partition(is_foreign);
        self.add_constraints(&name, own, true)?;
        for (from, including) in &copied {
            self.copy_like_indexes(&name, from, *including)?;
        }
        self.add_constraints(&name, foreign, true)?;
        if def.partition_of.is_some()
            && let Some(parent) = parents.first()
        {
            self.clone_to_partition(parent, &name)?;
        }
        Ok(Effect::Applied)
    }

    /// Columns and checks of the parents (INHERITS, PARTITION OF) come first; gives the parents, and the columns about whose defaults they differ.
    fn take_parents(&mut self, def: &CreateTable, table: &mut Table) -> Ran<(Vec<QualifiedName>, Vec<String>)> {
        let (mut parents, mut open) = (Vec::new(), Vec::new());
        for parent in &def.inherits {
            let Some(key) = self.find_table(parent)? else {
                table.unknown_columns.push(unknown_parent(parent));
                continue;
            };
            if parents.contains(&key) {
                let message = format!("relation \"{}\" would be inherited from more than once", key.name);
                return Err(self.refuse(IssueKind::InvalidDefinition, "42P07", message).at(parent.span));
            }
            if let Some(found) = self.table(&key) {
                self.check_may_have_children(found, parent.span)?;
                self.check_parent_persistence(found, table, "", parent.span)?;
            }
            open.extend(self.inherit_from(&key, table, parent.span)?);
            table.inherits.push(key.clone());
            parents.push(key);
        }
        let Some((parent, bound)) = &def.partition_of else { return Ok((parents, open)) };
        let Some(key) = self.find_table(parent)? else {
            table.unknown_columns.push(unknown_parent(parent));
            return Ok((parents, open));
        };
        if self.table(&key).is_some_and(|t| !matches!(t.kind, TableKind::Partitioned(_))) {
            return Err(Refusal::new(
                IssueKind::InvalidDefinition,
                "42809",
                format!("\"{}\" is not partitioned", key.name),
            )
            .at(parent.span)
            .uncertain_if(!self.knows_all));
        }
        if def.foreign.is_some()
            && let Some(from) = self.table(&key)
        {
            self.check_foreign_partition(from, &table.name, false).map_err(|r| r.at(parent.span))?;
        }
        if let Some(from) = self.table(&key) {
            self.check_parent_persistence(from, table, "create", parent.span)?;
        }
        self.inherit_from(&key, table, parent.span)?;
        self.check_bound(&key, &table.name, bound, parent.span)?;
        table.partition = Some(Partition { parent: key.clone(), bound: Known::Known(bound.sql.clone()) });
        parents.push(key);
        Ok((parents, open))
    }

    /// Merges a parent's columns and checks into a table that is being made. Gives the columns that have another default from another parent.
    fn inherit_from(&self, parent: &QualifiedName, table: &mut Table, span: Span) -> Ran<Vec<String>> {
        let mut open = Vec::new();
        let Some(from) = self.table(parent) else { return Ok(open) };
        table.unknown_columns.extend(from.unknown_columns.iter().cloned());
        for column in &from.columns {
            if let Some(own) = table.column_mut(&column.name) {
                if self.check_parents_agree(own, column, span)? {
                    open.push(column.name.clone());
                }
                if column.not_null == Known::Known(true) {
                    own.not_null = Known::Known(true);
                }
                continue;
            }
            let identity = None;
            let comment = None;
            table.columns.push(Column { inherited: true, identity, comment, origin: self.origin(), ..column.clone() });
        }
        for check in from.checks.iter().filter(|c| !c.no_inherit) {
            if !table.checks.iter().any(|c| c.name == check.name) {
                let mut check = check.clone();
                check.inherited = true;
                // There are no rows yet.
                check.not_valid = false;
                check.comment = None;
                check.origin = self.origin();
                table.checks.push(check);
            }
        }
        Ok(open)
    }

    fn columns_of_type(&self, of: &Name, table: &mut Table) -> Ran<()> {
        let Some(key) = self.find_type(of) else {
            let refusal = self.missing_type(of);
            if !refusal.uncertain {
                return Err(refusal);
            }
            table.unknown_columns.push(unknown_parent(of));
            return Ok(());
        };
        let Some(composite) = self.catalog.composites.get(&key) else {
            return Err(Refusal::new(
                IssueKind::InvalidType,
                "42809",
                format!("type {} is not a composite type", key.name),
            )
            .at(of.span));
        };
        table.of_type = Some(key.clone());
        for (name, ty) in &composite.attributes {
            table.columns.push(plain_column(name, ty.clone(), self.origin()));
        }
        Ok(())
    }

    /// One column of CREATE TABLE: a new one, or one inherited that is given more.
    fn element_column(&mut self, table: &mut Table, def: &ColumnDef, constraints: &mut Vec<ConstraintDef>) -> Ran<()> {
        constraints.extend(def.constraints.iter().cloned());
        let place = table.columns.iter().position(|c| c.name == def.name);
        let column = match (place, &def.ty) {
            (Some(place), None) => {
                self.check_clauses(&table.name, def)?;
                self.check_added_clauses(table, def)?;
                let Some(column) = table.columns.get_mut(place) else { return Ok(()) };
                if def.not_null {
                    column.not_null = Known::Known(true);
                }
                if let Some(default) = &def.default {
                    column.default = Known::Known(Some(Default::new(default.clone())));
                }
                return Ok(());
            }
            (None, None) => {
                return Err(Refusal::new(
                    IssueKind::UnknownColumn,
                    "42703",
                    format!("column \"{}\" does not exist", def.name),
                )
                .at(def.span)
                .uncertain_if(!table.unknown_columns.is_empty() || !self.knows_all));
            }
            (Some(place), Some(_)) if !table.columns[place].inherited => {
                return Err(Refusal::new(
                    IssueKind::DuplicateColumn,
                    "42701",
                    format!("column \"{}\" specified more than once", def.name),
                )
                .at(def.span));
            }
            _ => self.build_column(&table.name.clone(), def)?,
        };
        let Some(place) = place else {
            table.columns.push(column);
            return Ok(());
        };
        // Merged with the parent's: the definition here wins, NOT NULL adds up.
        let inherited = &table.columns[place];
        self.check_merge(inherited, &column, def)?;
        let not_null = inherited.not_null == Known::Known(true);
        let mut column = column;
        if not_null {
            column.not_null = Known::Known(true);
        }
        if column.default == Known::Known(None) && column.generated == Known::Known(None) {
            column.default = inherited.default.clone();
            column.generated = inherited.generated.clone();
        }
        table.columns[place] = column;
        Ok(())
    }

    /// The column that a definition makes, with its sequence; constraints are added apart.
    pub(super) fn build_column(&mut self, table: &QualifiedName, def: &ColumnDef) -> Ran<Column> {
        let Some(written) = &def.ty else {
            return Err(Refusal::new(IssueKind::Syntax, "42601", "column has no type").at(def.span));
        };
        let ty = match &written.copied_from {
            Some(_) => self.resolve_type(written)?,
            None => self.resolve_type(written).map_err(|r| r.at_opt(Some(written.span)))?,
        };
        if def.null && (def.not_null || written.serial || def.identity.is_some()) {
            return Err(Refusal::new(
                IssueKind::InvalidDefinition,
                "42601",
                format!(
                    "conflicting NULL/NOT NULL declarations for column \"{}\" of table \"{}\"",
                    def.name, table.name
                ),
            )
            .at(def.span));
        }
        self.check_clauses(table, def)?;
        self.check_column_name(&def.name, def.span)?;
        let mut column = plain_column(&def.name, ty, self.origin_of_part(def.span));
        self.check_storable(&def.name, column.ty.known(), def.span)?;
        self.check_collatable(column.ty.known(), def.collation.as_deref(), def.span)?;
        self.check_compression(def, column.ty.known())?;
        column.collation.clone_from(&def.collation);
        column.not_null = Known::Known(def.not_null || written.serial || def.identity.is_some());
        if let Some(default) = &def.default {
            self.check_default(&def.name, column.ty.known(), default)?;
            column.default = Known::Known(stored_default(&self.catalog, column.ty.known(), default));
        }
        if let Some((expr, stored)) = &def.generated {
            self.check_functions(&expr.sql, expr.span)?;
            self.check_place(&expr.sql, expr.span, Place::Generated)?;
            column.generated = Known::Known(Some(Generated { expr: expr.clone(), stored: *stored }));
        }
        if written.serial
            && let Some(ty) = column.ty.known().cloned()
        {
            let sequence = self.create_serial_sequence(table, &def.name, &ty);
            column.default = Known::Known(Some(self.nextval(&sequence, written.span)));
        }
        if let Some(identity) = &def.identity
            && let Some(ty) = column.ty.known().cloned()
        {
            column.identity = Some(Box::new(self.create_identity(table, &def.name, &ty, identity)?));
        }
        self.note_made(|| ObjectRef::part(ObjectKind::Column, table, &def.name));
        Ok(column)
    }

    fn check_partition_columns(&self, table: &Table) -> Ran<()> {
        let TableKind::Partitioned(key) = &table.kind else { return Ok(()) };
        if key.sql.starts_with("LIST") && key.columns.len() > 1 {
            let message = "cannot use \"list\" partition strategy with more than one column";
            return Err(Refusal::new(IssueKind::InvalidDefinition, "42P17", message));
        }
        for column in &key.columns {
            if table.column(column).is_none() && table.unknown_columns.is_empty() {
                return Err(self.missing_column_as(
                    table,
                    column,
                    format!("column \"{column}\" named in partition key does not exist"),
                ));
            }
        }
        let generated = |column: &Column| matches!(column.generated, Known::Known(Some(_)));
        let elements = key.sql.find('(').map_or("", |open| &key.sql[open..]);
        let within = self.names_in(elements, SqlForm::Expression);
        let within = within.iter().flat_map(|names| &names.uses).filter(|name| name.kind == NameKind::Column);
        let mut used = key.columns.iter().chain(within.filter_map(|name| name.parts.last()));
        if used.any(|name| table.column(name).is_some_and(generated)) {
            let message = "cannot use generated column in partition key";
            return Err(Refusal::new(IssueKind::InvalidDefinition, "42P17", message));
        }
        Ok(())
    }

    /// The columns of a relation by name; for LIKE, which takes views and composite types as well.
    pub(super) fn relation_columns(&self, name: &Name) -> Ran<Option<(QualifiedName, Option<Vec<Column>>)>> {
        match self.find_relation(name) {
            Found::Is(key, Relation::Table) => {
                let columns = self.table(&key).filter(|t| t.unknown_columns.is_empty()).map(|t| t.columns.clone());
                Ok(Some((key, columns)))
            }
            Found::Is(key, Relation::View) => {
                let columns = self.catalog.views.get(&key).and_then(|v| v.columns.known().cloned());
                Ok(Some((key, columns)))
            }
            Found::Is(key, Relation::Composite) => {
                let composite = self.catalog.composites.get(&key);
                let columns = composite
                    .map(|c| c.attributes.iter().map(|(n, t)| plain_column(n, t.clone(), c.origin.clone())).collect());
                Ok(Some((key, columns)))
            }
            Found::Is(..) | Found::Outside => Ok(None),
            Found::Missing => Err(self.missing_relation(name, "relation")),
        }
    }
}

/// A typed table or a partition adds to each column once.
fn check_added_once(def: &CreateTable) -> Ran<()> {
    let mut seen: Vec<&str> = Vec::new();
    for element in &def.elements {
        let TableElement::Column(column) = element else { continue };
        if column.ty.is_none() && seen.contains(&column.name.as_str()) {
            let message = format!("column \"{}\" specified more than once", column.name);
            return Err(Refusal::new(IssueKind::DuplicateColumn, "42701", message).at(column.span));
        }
        seen.push(&column.name);
    }
    Ok(())
}

fn unknown_parent(name: &Name) -> crate::model::Unknown {
    crate::model::Unknown::new(name.span, format!("it takes columns from `{}`, which is not known", name.name))
}

/// A nullable column without anything.
pub(super) fn plain_column(name: &str, ty: Known<TypeName>, origin: crate::model::Origin) -> Column {
    Column {
        name: name.to_owned(),
        ty,
        not_null: Known::Known(false),
        default: Known::Known(None),
        identity: None,
        generated: Known::Known(None),
        collation: None,
        comment: None,
        inherited: false,
        origin,
    }
}

/// A default as the server keeps it: `NULL` is none, unless a length or precision makes it a function call or a domain has to see it
/// (`AddRelationNewConstraints`, src/backend/catalog/heap.c: only a bare constant is left out).
pub(super) fn stored_default(catalog: &Catalog, ty: Option<&TypeName>, expr: &crate::model::Expr) -> Option<Default> {
    let is_domain = |ty: &TypeName| !ty.array && ty.qualified().is_some_and(|name| catalog.domains.contains_key(&name));
    let converted = ty.is_some_and(|ty| !ty.modifiers.is_empty() || is_domain(ty));
    if expr.sql.trim().eq_ignore_ascii_case("null") && !converted {
        return None;
    }
    Some(Default::new(expr.clone()))
}
