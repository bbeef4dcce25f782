//! Constraints: checks, keys and exclusion constraints; foreign keys have a file of their own.

use super::IssueKind;
use super::builtin::is_system_column;
use super::equal_keys::merge_equal_keys;
use super::expression_rules::Place;
use super::naming::named_apart;
use super::partitions::check_partition_key;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::{ConstraintDef, ConstraintKind};
use crate::dialect::SqlForm;
use crate::model::{
    Check, Exclusion, IndexKey, IndexKeyPart, Key, Known, ObjectKind, ObjectRef, QualifiedName, SortOrder, Table,
    TableKind,
};
use crate::source::Span;

/// A primary key or unique constraint as written.
struct KeyDef<'a> {
    columns: &'a [String],
    include: &'a [String],
    nulls_not_distinct: bool,
    using_index: Option<&'a str>,
    options: &'a [(String, String)],
}

impl State {
    /// Adds the constraints of a CREATE TABLE or ADD COLUMN in the server's order: checks, primary key, other indexes, foreign keys.
    pub(super) fn add_constraints(
        &mut self,
        table: &QualifiedName,
        constraints: Vec<ConstraintDef>,
        creating: bool,
    ) -> Ran<()> {
        let rank = |c: &ConstraintDef| match c.kind {
            ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } => 0,
            ConstraintKind::PrimaryKey { .. } => 1,
            ConstraintKind::Unique { .. } | ConstraintKind::Exclude { .. } => 2,
            ConstraintKind::ForeignKey { .. } => 3,
        };
        let mut ordered = merge_equal_keys(constraints);
        ordered.sort_by_key(rank);
        let mut primary = false;
        for constraint in &ordered {
            if creating && rank(constraint) == 1 && std::mem::replace(&mut primary, true) {
                return Err(self.second_primary_key(table, constraint.span));
            }
            // A table that is being made has no rows to be looked at (`transformCheckConstraints`, `transformFKConstraints`).
            let not_valid = constraint.not_valid && !creating;
            self.add_constraint(table, &ConstraintDef { not_valid, ..constraint.clone() }, false)?;
        }
        Ok(())
    }

    /// `only` leaves partitions out (`ALTER TABLE ONLY`).
    pub(super) fn add_constraint(&mut self, table: &QualifiedName, def: &ConstraintDef, only: bool) -> Ran<()> {
        let unsupported = match &def.kind {
            ConstraintKind::PrimaryKey { .. } => Some("primary key"),
            ConstraintKind::Unique { .. } => Some("unique"),
            ConstraintKind::ForeignKey { .. } => Some("foreign key"),
            ConstraintKind::Exclude { .. } => Some("exclusion"),
            _ => None,
        };
        if let Some(what) = unsupported
            && self.table(table).is_some_and(|t| matches!(t.kind, TableKind::Foreign { .. }))
        {
            let message = format!("{what} constraints are not supported on foreign tables");
            return Err(self.refuse(IssueKind::InvalidDefinition, "0A000", message).at(def.span));
        }
        match &def.kind {
            ConstraintKind::Check { expr, columns } => self.add_check(table, def, expr, columns),
            ConstraintKind::PrimaryKey { columns, include, using_index, options } => {
                let key = KeyDef {
                    columns,
                    include,
                    nulls_not_distinct: false,
                    using_index: using_index.as_deref(),
                    options,
                };
                self.add_primary_key(table, def, &key, only)
            }
            ConstraintKind::Unique { columns, include, nulls_not_distinct, using_index, options } => {
                let nulls_not_distinct = *nulls_not_distinct;
                let key = KeyDef { columns, include, nulls_not_distinct, using_index: using_index.as_deref(), options };
                self.add_unique(table, def, &key, only)
            }
            ConstraintKind::ForeignKey { ref_table, .. } if only && self.is_partitioned(table) => {
                let message = format!(
                    "cannot use ONLY for foreign key on partitioned table \"{}\" referencing relation \"{}\"",
                    table.name, ref_table.name
                );
                Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(def.span))
            }
            ConstraintKind::ForeignKey { .. } => self.add_foreign_key(table, def),
            ConstraintKind::Exclude { .. } if self.is_partitioned(table) && self.version.is_none_or(|v| v < 17) => {
                let message = "exclusion constraints are not supported on partitioned tables";
                Err(self.refuse(IssueKind::InvalidDefinition, "0A000", message).at(def.span))
            }
            ConstraintKind::Exclude { method, elements, include, predicate } => {
                let keys: Vec<IndexKey> = elements.iter().map(|(k, _)| k.clone()).collect();
                self.check_index_columns(table, &keys, include, def.span)?;
                self.check_key_opclasses(table, &keys, method, def.span)?;
                let name = match &def.name {
                    Some(name) => self.free_key_name(table, name, def.span)?,
                    None => self.choose_index_name(table, &self.index_column_names(&keys, include), "excl"),
                };
                let exclusion = Exclusion {
                    name,
                    named: def.name.is_some(),
                    method: method.clone(),
                    elements: elements.clone(),
                    include: include.clone(),
                    predicate: predicate.clone(),
                    deferrable: def.deferrable,
                    comment: None,
                    column_names: None,
                    index_comment: None,
                    origin: self.origin_of_part(def.span),
                };
                self.put_exclusion(table, exclusion);
                Ok(())
            }
            ConstraintKind::NotNull { column } => self.set_not_null(table, column, true),
        }
    }

    fn add_check(
        &mut self,
        table: &QualifiedName,
        def: &ConstraintDef,
        expr: &crate::model::Expr,
        columns: &[String],
    ) -> Ran<()> {
        self.check_literals(&expr.sql, SqlForm::Expression, Some(table), expr.span)?;
        let Some(found) = self.table(table) else { return Ok(()) };
        if def.no_inherit && matches!(found.kind, TableKind::Partitioned(_)) {
            let message = format!("cannot add NO INHERIT constraint to partitioned table \"{}\"", table.name);
            return Err(self.refuse(IssueKind::InvalidDefinition, "42P16", message).at(def.span));
        }
        if let Some(missing) =
            columns.iter().find(|c| self.lacks_column(found, c) && !is_system_column(c) && **c != found.name.name)
        {
            let message = format!("column \"{missing}\" does not exist");
            return Err(self.missing_column_as(found, missing, message).at(def.span));
        }
        if let Some(column) = columns.iter().find(|c| is_system_column(c) && !matches!(c.as_str(), "tableoid" | "oid"))
        {
            let message = format!("system column \"{column}\" reference in check constraint is invalid");
            return Err(Refusal::new(IssueKind::InvalidDefinition, "42P10", message).at(def.span));
        }
        self.check_functions(&expr.sql, expr.span)?;
        self.check_place(&expr.sql, expr.span, Place::Check)?;
        self.check_expression_types(table, &expr.sql, Place::Check, expr.span)?;
        let name = match &def.name {
            Some(name) => {
                if let Some(same) = found.checks.iter().find(|c| c.name == *name) {
                    // A check that a parent has already is merged with the one written here.
                    if same.inherited && same.expr.known().is_some_and(|e| e.sql == expr.sql) {
                        return Ok(());
                    }
                }
                if self.has_constraint(found, name) {
                    return Err(self.duplicate_constraint(table, name, def.span));
                }
                name.clone()
            }
            None => {
                let mut named: Vec<&String> = columns.iter().collect();
                named.dedup();
                let addition = if named.len() == 1 { Some(named[0].as_str()) } else { None };
                self.choose_constraint_name(table, addition, "check", &[])
            }
        };
        if !def.not_valid {
            self.check_rows_hold(table, &name, &expr.sql)?;
        }
        let check = Check {
            name,
            named: def.name.is_some(),
            expr: Known::Known(expr.clone()),
            no_inherit: def.no_inherit,
            not_valid: def.not_valid,
            set_for: Vec::new(),
            comment: None,
            inherited: false,
            origin: self.origin_of_part(def.span),
        };
        self.put_check(table, check.clone());
        if check.no_inherit { Ok(()) } else { self.check_to_children(table, &check, def.span) }
    }

    /// Children get the check, or have it already (`MergeWithExistingConstraint`, src/backend/catalog/heap.c).
    fn check_to_children(&mut self, table: &QualifiedName, check: &Check, span: Span) -> Ran<()> {
        for child in self.children_of(table) {
            if let Some(own) = self.table(&child).and_then(|t| t.checks.iter().find(|c| c.name == check.name)) {
                let what = if own.no_inherit {
                    "non-inherited constraint"
                } else if own.not_valid && !check.not_valid {
                    "NOT VALID constraint"
                } else {
                    continue;
                };
                let message =
                    format!("constraint \"{}\" conflicts with {what} on relation \"{}\"", check.name, child.name);
                return Err(self.refuse(IssueKind::InvalidDefinition, "42P17", message).at(span));
            }
            let inherited = Check { inherited: true, ..check.clone() };
            self.put_check(&child, inherited);
            self.check_to_children(&child, check, span)?;
        }
        Ok(())
    }

    fn add_primary_key(&mut self, table: &QualifiedName, def: &ConstraintDef, key: &KeyDef<'_>, only: bool) -> Ran<()> {
        let Some(found) = self.table(table) else { return Ok(()) };
        if found.primary_key.is_some() {
            return Err(self.second_primary_key(table, def.span));
        }
        let built = self.build_key(table, def, key, true)?;
        let known = |c: &&String| self.table(table).is_some_and(|t| t.column(c).is_some());
        let columns: Vec<String> = built.columns.iter().filter(known).cloned().collect();
        for column in &columns {
            self.set_not_null(table, column, true)?;
        }
        self.put_primary_key(table, built.clone());
        if only { Ok(()) } else { self.key_to_partitions(table, &built, true) }
    }

    fn add_unique(&mut self, table: &QualifiedName, def: &ConstraintDef, key: &KeyDef<'_>, only: bool) -> Ran<()> {
        let built = self.build_key(table, def, key, false)?;
        self.put_unique(table, built.clone());
        if only { Ok(()) } else { self.key_to_partitions(table, &built, false) }
    }

    fn build_key(&mut self, table: &QualifiedName, def: &ConstraintDef, key: &KeyDef<'_>, primary: bool) -> Ran<Key> {
        if let Some(index) = key.using_index {
            return self.key_of_index(table, def, index, primary);
        }
        let Some(found) = self.table(table) else { return Err(self.gone(table)) };
        for column in key.columns.iter().chain(key.include) {
            if self.lacks_column(found, column) && !is_system_column(column) {
                let message = format!("column \"{column}\" named in key does not exist");
                return Err(self.missing_column_as(found, column, message).at(def.span));
            }
        }
        for (i, column) in key.columns.iter().enumerate() {
            if key.columns[..i].contains(column) {
                let what = if primary { "primary key" } else { "unique" };
                let message = format!("column \"{column}\" appears twice in {what} constraint");
                return Err(Refusal::new(IssueKind::InvalidDefinition, "42701", message).at(def.span));
            }
        }
        self.check_key_types(found, key.columns, def.span)?;
        self.check_partitions_take_unique(table, def.span)?;
        check_partition_key(found, key.columns, if primary { "PRIMARY KEY" } else { "UNIQUE" }, def.span)?;
        let name = match &def.name {
            Some(name) => self.free_key_name(table, name, def.span)?,
            None if primary => self.choose_primary_key_name(table),
            None => {
                let columns = named_apart(key.columns.iter().chain(key.include));
                self.choose_index_name(table, &columns, "key")
            }
        };
        if primary {
            for column in key.columns {
                self.check_rows_not_null(table, column)?;
            }
        }
        self.check_rows_unique(table, &name, key.columns, key.nulls_not_distinct)?;
        Ok(Key {
            name,
            named: def.name.is_some(),
            columns: key.columns.to_vec(),
            include: key.include.to_vec(),
            nulls_not_distinct: key.nulls_not_distinct,
            deferrable: def.deferrable,
            options: key.options.to_vec(),
            comment: None,
            column_names: None,
            index_comment: None,
            inherited: false,
            origin: self.origin_of_part(def.span),
        })
    }

    /// ADD CONSTRAINT … USING INDEX: the index becomes the constraint's and takes its name.
    fn key_of_index(&mut self, table: &QualifiedName, def: &ConstraintDef, index: &str, primary: bool) -> Ran<Key> {
        let Some(found) = self.table(table) else { return Err(self.gone(table)) };
        let Some(place) = found.indexes.iter().position(|i| i.name == index) else {
            return Err(Refusal::new(IssueKind::UnknownIndex, "42704", format!("index \"{index}\" does not exist"))
                .at(def.span)
                .of(ObjectRef::top(ObjectKind::Index, &QualifiedName::new(&table.schema, index)))
                .uncertain_if(!self.knows_all));
        };
        let made = found.indexes[place].clone();
        if !made.unique {
            return Err(Refusal::new(
                IssueKind::InvalidDefinition,
                "42809",
                format!("\"{index}\" is not a unique index"),
            )
            .at(def.span));
        }
        let columns: Option<Vec<String>> = made
            .keys
            .iter()
            .map(|k| match &k.part {
                IndexKeyPart::Column(c) => Some(c.clone()),
                IndexKeyPart::Expr(_) => None,
            })
            .collect();
        let Some(columns) = columns else {
            return Err(Refusal::new(
                IssueKind::InvalidDefinition,
                "42809",
                format!("index \"{index}\" contains expressions"),
            )
            .at(def.span));
        };
        if made.predicate.known().is_some_and(Option::is_some) {
            return Err(Refusal::new(IssueKind::InvalidDefinition, "42809", format!("\"{index}\" is a partial index"))
                .at(def.span));
        }
        let plain = |key: &IndexKey, column: &String| {
            let own = found.column(column).and_then(|c| c.collation.as_ref());
            let opclass = key.opclass.as_deref().is_some_and(|name| name.ends_with("_pattern_ops"));
            let sorted = key.order == SortOrder::Ascending && !key.nulls_first();
            sorted && !opclass && key.collation.as_ref().is_none_or(|c| Some(c) == own)
        };
        if let Some(place) = made.keys.iter().zip(&columns).position(|(key, column)| !plain(key, column)) {
            let message =
                format!("index \"{index}\" column number {} does not have default sorting behavior", place + 1);
            return Err(self.refuse(IssueKind::InvalidDefinition, "42809", message).at(def.span));
        }
        let old = QualifiedName::new(&table.schema, index);
        let relation = self.relations.get(&old).cloned();
        self.set_relation(&old, None);
        let name = match &def.name {
            Some(name) => self.free_key_name(table, name, def.span)?,
            None => index.to_owned(),
        };
        self.set_relation(&QualifiedName::new(&table.schema, &name), relation);
        self.rename_ref_index(table, index, &name);
        if let Some(table) = self.table_mut(table) {
            table.indexes.remove(place);
        }
        let named = def.name.is_some() || made.named;
        if primary {
            for column in &columns {
                self.set_not_null(table, column, true)?;
            }
        }
        Ok(Key {
            name,
            named,
            columns,
            include: made.include,
            nulls_not_distinct: made.nulls_not_distinct,
            deferrable: def.deferrable,
            options: made.options,
            comment: None,
            column_names: made.column_names,
            index_comment: made.comment,
            inherited: false,
            origin: self.origin_of_part(def.span),
        })
    }

    pub(super) fn second_primary_key(&self, table: &QualifiedName, span: Span) -> Refusal {
        Refusal::new(
            IssueKind::InvalidDefinition,
            "42P16",
            format!("multiple primary keys for table \"{}\" are not allowed", table.name),
        )
        .at(span)
        .of(ObjectRef::top(ObjectKind::Table, table))
        .uncertain_if(!self.knows_all)
    }

    /// A table that went away while a statement ran; cannot happen, and is no reason to stop.
    fn gone(&self, table: &QualifiedName) -> Refusal {
        Refusal::new(IssueKind::UnknownTable, "42P01", format!("relation \"{table}\" does not exist"))
            .uncertain_if(true)
    }

    /// A constraint of any kind by name.
    pub(super) fn has_constraint(&self, table: &Table, name: &str) -> bool {
        table.primary_key.iter().any(|k| k.name == name)
            || table.uniques.iter().any(|k| k.name == name)
            || table.foreign_keys.iter().any(|k| k.name == name)
            || table.checks.iter().any(|k| k.name == name)
            || table.exclusions.iter().any(|k| k.name == name)
    }

    pub(super) fn duplicate_constraint(&self, table: &QualifiedName, name: &str, span: Span) -> Refusal {
        Refusal::new(
            IssueKind::DuplicateConstraint,
            "42710",
            format!("constraint \"{name}\" for relation \"{}\" already exists", table.name),
        )
        .at(span)
        .of(ObjectRef::part(ObjectKind::Check, table, name))
        .uncertain_if(!self.knows_all)
    }

    /// The name of a constraint that has an index: free among relations and among the table's constraints.
    fn free_key_name(&self, table: &QualifiedName, name: &str, span: Span) -> Ran<String> {
        let key = QualifiedName::new(&table.schema, name);
        if self.relations.contains_key(&key) {
            return Err(Refusal::new(
                IssueKind::DuplicateConstraint,
                "42P07",
                format!("relation \"{name}\" already exists"),
            )
            .at(span)
            .of(ObjectRef::part(ObjectKind::Unique, table, name))
            .uncertain_if(!self.knows_all));
        }
        if self.table(table).is_some_and(|t| self.has_constraint(t, name)) {
            return Err(self.duplicate_constraint(table, name, span));
        }
        Ok(name.to_owned())
    }

    pub(super) fn put_check(&mut self, table: &QualifiedName, check: Check) {
        self.add_constraint_name(&table.schema, &check.name);
        self.note_made(|| ObjectRef::part(ObjectKind::Check, table, &check.name));
        self.add_to_table(table, |table| table.checks.push(check));
    }

    pub(super) fn put_primary_key(&mut self, table: &QualifiedName, key: Key) {
        self.register_index(table, &key.name, true);
        self.add_to_table(table, |table| table.primary_key = Some(key));
    }

    pub(super) fn put_unique(&mut self, table: &QualifiedName, key: Key) {
        self.register_index(table, &key.name, true);
        self.add_to_table(table, |table| table.uniques.push(key));
    }

    pub(super) fn put_exclusion(&mut self, table: &QualifiedName, exclusion: Exclusion) {
        self.register_index(table, &exclusion.name, true);
        self.add_to_table(table, |table| table.exclusions.push(exclusion));
    }
}
