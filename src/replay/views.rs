//! Views, materialized views, and tables made of a query.

use std::collections::HashSet;

use super::IssueKind;
use super::lookup::{Found, TEMP};
use super::refusal::{Effect, Ran, Refusal};
use super::state::{Relation, State};
use super::storage_parameters::Storage;
use super::tables::plain_column;
use crate::ddl::{CreateTableAs, CreateView, OutputColumn, Query};
use crate::dialect::SqlForm;
use crate::model::{Column, Expr, Known, ObjectKind, ObjectRef, Persistence, QualifiedName, Table, Unknown, View};
use crate::source::Span;

impl State {
    pub(super) fn create_view(&mut self, def: &CreateView) -> Ran {
        // A view of what goes with the session goes with it.
        let persistence = if def.temporary || self.uses_temporary(&def.query) {
            Persistence::Temporary
        } else {
            Persistence::Permanent
        };
        let key = self.creation_name_as(&def.name, persistence)?;
        let old = match self.relations.get(&key) {
            Some(Relation::View) if def.replace && self.catalog.views.get(&key).is_some_and(|v| !v.materialized) => {
                true
            }
            Some(_) if def.replace => {
                return Err(Refusal::new(
                    IssueKind::DuplicateTable,
                    "42809",
                    format!("\"{}\" is not a view", key.name),
                )
                .at(def.name.span)
                .uncertain_if(!self.knows_all));
            }
            _ => {
                self.free_relation_name(&key, def.name.span)?;
                false
            }
        };
        self.check_storage(&def.options, Storage::View, def.name.span)?;
        self.check_query(&def.query)?;
        if def.check_option.is_some() && !self.is_updatable(def) {
            let message = "WITH CHECK OPTION is supported only on automatically updatable views";
            return Err(self.refuse(IssueKind::InvalidDefinition, "0A000", message).at(def.name.span));
        }
        let columns = self.query_columns(&def.query);
        let more = "CREATE VIEW specifies more column names than columns";
        check_count(&columns, &def.column_names, more, def.name.span)?;
        let columns = named(columns, &def.column_names);
        check_names_once(&columns, def.name.span)?;
        if old {
            self.check_replaced_columns(&key, &columns, def.name.span)?;
        }
        let mut view = self.new_view(&key, &def.query, columns);
        view.options.clone_from(&def.options);
        view.check_option.clone_from(&def.check_option);
        if old {
            let before = self.catalog.views.get(&key).cloned();
            if let Some(before) = before {
                view.origin = before.origin;
                view.origin.touch(self.now);
                view.triggers = before.triggers;
                view.comment = before.comment;
            }
        }
        self.put_view(&key, view, &def.query);
        Ok(Effect::Applied)
    }

    fn uses_temporary(&self, query: &Query) -> bool {
        query.relations.iter().any(|name| matches!(self.find_relation(name), Found::Is(key, _) if key.schema == TEMP))
    }

    /// Whether rows may be written through a view; a materialized view takes none.
    fn is_updatable(&self, def: &CreateView) -> bool {
        let is_materialized = |name| match self.find_relation(name) {
            Found::Is(key, _) => self.catalog.views.get(&key).is_some_and(|v| v.materialized),
            _ => false,
        };
        def.updatable && !def.query.relations.first().is_some_and(is_materialized)
    }

    fn new_view(&self, key: &QualifiedName, query: &Query, columns: Known<Vec<Column>>) -> View {
        View {
            name: key.clone(),
            materialized: false,
            query: Known::Known(Expr::new(query.sql.clone(), query.span)),
            columns,
            options: Vec::new(),
            check_option: None,
            with_data: true,
            existing: false,
            indexes: Vec::new(),
            triggers: Vec::new(),
            comment: None,
            origin: self.origin(),
        }
    }

    fn put_view(&mut self, key: &QualifiedName, view: View, query: &Query) {
        let mut uses = self.uses_in(&query.sql, SqlForm::Statement, None);
        for name in &query.relations {
            if let Found::Is(relation, _) = self.find_relation(name)
                && !uses.relations.contains(&relation)
            {
                uses.relations.push(relation);
            }
        }
        uses.keys = self.keys_relied_on(query).unwrap_or_default();
        let kind = if view.materialized { ObjectKind::MaterializedView } else { ObjectKind::View };
        self.set_relation(key, Some(Relation::View));
        self.insert_view(key.clone(), view);
        self.set_uses(key, Some(uses));
        self.note_made(|| ObjectRef::top(kind, key));
    }

    pub(super) fn create_table_as(&mut self, def: &CreateTableAs) -> Ran {
        // A query may give whole rows.
        self.holds_types.set(true);
        let key = self.creation_name_as(&def.name, def.persistence)?;
        if def.if_not_exists && self.relations.contains_key(&key) {
            return Ok(Effect::Carried);
        }
        self.free_relation_name(&key, def.name.span)?;
        self.check_storage(&def.options, Storage::Table, def.name.span)?;
        self.check_query(&def.query)?;
        let columns = self.query_columns(&def.query);
        check_count(&columns, &def.column_names, "too many column names were specified", def.name.span)?;
        let columns = named(columns, &def.column_names);
        check_names_once(&columns, def.name.span)?;
        if def.with_data {
            self.check_populated(&def.query)?;
        }
        if def.with_data && !def.query.sql.to_ascii_lowercase().contains(" from ") {
            let at = self.now;
            super::plpgsql::check_query(self, at, &def.query.sql)?;
        }
        if def.materialized {
            let mut view = self.new_view(&key, &def.query, columns);
            view.materialized = true;
            view.with_data = def.with_data;
            view.options.clone_from(&def.options);
            self.put_view(&key, view, &def.query);
            return Ok(Effect::Applied);
        }
        let mut table = Table::new(key.clone(), self.origin());
        table.persistence = def.persistence;
        table.options.clone_from(&def.options);
        match columns {
            Known::Known(columns) => {
                for column in &columns {
                    self.note_made(|| ObjectRef::part(ObjectKind::Column, &key, &column.name));
                }
                table.columns = columns;
            }
            Known::Unknown(unknown) => table.unknown_columns.push(unknown),
        }
        self.insert_table(key.clone(), table);
        if def.with_data {
            self.doubt_rows(&key);
        }
        self.set_relation(&key, Some(Relation::Table));
        self.note_made(|| ObjectRef::top(ObjectKind::Table, &key));
        Ok(Effect::Applied)
    }

    /// The columns that a query gives, `*` expanded with what there is now.
    fn query_columns(&self, query: &Query) -> Known<Vec<Column>> {
        let unknown = |why: &str| Known::Unknown(Unknown::new(query.span, why.to_owned()));
        let names = self.names_in(&query.sql, SqlForm::Statement);
        let mut columns = Vec::new();
        for output in &query.columns {
            match output {
                OutputColumn::Column { relation, column, name } => {
                    let qualifier = relation.iter().cloned();
                    let parts: Vec<String> = qualifier.chain(std::iter::once(column.clone())).collect();
                    let meant = names.as_ref().and_then(|n| self.column_meant(n, 0, &parts, None).ok().flatten());
                    let ty = meant.as_ref().and_then(|(relation, column)| self.column_type(relation, column));
                    let collation = meant.and_then(|(relation, column)| self.column_collation(&relation, &column));
                    columns.push(Column { collation, ..self.output_column(name, ty, query.span) });
                }
                OutputColumn::Expr { name, ty } => {
                    let ty = ty.as_ref().and_then(|t| self.resolve_type(t).ok()).and_then(Known::into_known);
                    columns.push(self.output_column(name, ty, query.span));
                }
                OutputColumn::Star { relation } => {
                    let Some(names) = &names else { return unknown("`*` cannot be expanded") };
                    let qualifier: Vec<String> = relation.iter().cloned().collect();
                    let Some(expanded) = self.expand_star(names, 0, &qualifier, 0) else {
                        return unknown("`*` stands for columns that are not known");
                    };
                    for (source, name, ty) in expanded {
                        let meant = self.column_meant(names, 0, &[source, name.clone()], None).ok().flatten();
                        let collation = meant.and_then(|(relation, column)| self.column_collation(&relation, &column));
                        columns.push(Column { collation, ..self.output_column(&name, ty, query.span) });
                    }
                }
            }
        }
        self.infer_types(&query.sql, &mut columns);
        Known::Known(columns)
    }

    pub(super) fn column_collation(&self, relation: &QualifiedName, column: &str) -> Option<String> {
        let of_view = || self.catalog.views.get(relation)?.columns.known()?.iter().find(|c| c.name == column);
        self.table(relation).and_then(|table| table.column(column)).or_else(of_view)?.collation.clone()
    }

    fn output_column(&self, name: &str, ty: Option<crate::model::TypeName>, span: Span) -> Column {
        let ty = match ty {
            Some(ty) => Known::Known(ty),
            None => Known::Unknown(Unknown::new(span, "it is the type of an expression")),
        };
        plain_column(name, ty, self.origin())
    }

    pub(super) fn column_type(&self, relation: &QualifiedName, column: &str) -> Option<crate::model::TypeName> {
        let found = match self.table(relation) {
            Some(table) => table.column(column)?,
            None => self.catalog.views.get(relation)?.columns.known()?.iter().find(|c| c.name == column)?,
        };
        found.ty.known().cloned()
    }

    /// CREATE OR REPLACE VIEW may only append columns.
    fn check_replaced_columns(&self, key: &QualifiedName, new: &Known<Vec<Column>>, span: Span) -> Ran<()> {
        let old = self.catalog.views.get(key).and_then(|v| v.columns.known());
        let (Some(old), Some(new)) = (old, new.known()) else { return Ok(()) };
        let refuse = |message: String| {
            Err(Refusal::new(IssueKind::InvalidDefinition, "42P16", message)
                .at(span)
                .of(ObjectRef::top(ObjectKind::View, key))
                .uncertain_if(!self.knows_all))
        };
        for (was, now) in old.iter().zip(new) {
            if was.name != now.name {
                return refuse(format!("cannot change name of view column \"{}\" to \"{}\"", was.name, now.name));
            }
            if let (Some(a), Some(b)) = (was.ty.known(), now.ty.known())
                && a != b
            {
                return refuse(format!("cannot change data type of view column \"{}\" from {a} to {b}", was.name));
            }
        }
        if new.len() < old.len() {
            return refuse("cannot drop columns from view".to_owned());
        }
        Ok(())
    }
}

/// Not more names than columns.
fn check_count(columns: &Known<Vec<Column>>, names: &[String], message: &str, span: Span) -> Ran<()> {
    match columns.known() {
        Some(columns) if names.len() > columns.len() => {
            Err(Refusal::new(IssueKind::InvalidDefinition, "42601", message).at(span))
        }
        _ => Ok(()),
    }
}

/// A relation's columns have names of their own.
fn check_names_once(columns: &Known<Vec<Column>>, span: Span) -> Ran<()> {
    let mut seen = HashSet::new();
    match columns.known().and_then(|columns| columns.iter().find(|c| !seen.insert(c.name.as_str()))) {
        Some(twice) => {
            let message = format!("column \"{}\" specified more than once", twice.name);
            Err(Refusal::new(IssueKind::DuplicateColumn, "42701", message).at(span))
        }
        None => Ok(()),
    }
}

/// The columns under the names given after the view's own.
fn named(columns: Known<Vec<Column>>, names: &[String]) -> Known<Vec<Column>> {
    columns.map(|mut columns| {
        for (column, name) in columns.iter_mut().zip(names) {
            column.name.clone_from(name);
        }
        columns
    })
}
