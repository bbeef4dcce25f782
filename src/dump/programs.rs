//! Functions, views, triggers, and what is carried as text.

use std::collections::{HashMap, HashSet};

use super::writer::{Writer, list_options, with_options};
use crate::dialect::{NameKind, SqlForm};
use crate::model::{Function, FunctionKind, Known, OpaqueObject, QualifiedName, Trigger, View};

impl Writer<'_> {
    pub(super) fn function(&mut self, function: &Function) {
        self.under(&function.search_path.clone());
        self.statement(&function.definition);
        let kind = match function.kind {
            FunctionKind::Procedure => "PROCEDURE",
            FunctionKind::Aggregate => "AGGREGATE",
            FunctionKind::Function | FunctionKind::Window => "FUNCTION",
        };
        let types: Vec<String> = function.arguments.iter().map(|t| self.ty(t)).collect();
        let types = types.join(", ");
        let on = format!("{kind} {}({types})", self.qualified(&function.name));
        self.comment(&on, function.comment.as_ref());
    }

    /// Whether a function's own statement, not its body as text, names tables or views: row types, `%TYPE`, a body in standard SQL.
    pub(super) fn needs_relations(&self, function: &Function) -> bool {
        let of_rows = super::order::of_rows(self.catalog);
        let relation = |name: &str| {
            self.catalog.tables.keys().chain(self.catalog.views.keys()).chain(&of_rows).any(|q| q.name == name)
        };
        // A body in standard SQL: any of its words may name a relation.
        if function.body.is_none() {
            let words = function.definition.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            return words.into_iter().any(|w| relation(w) || relation(&w.to_ascii_lowercase()));
        }
        if function.definition.to_ascii_lowercase().contains("%type") {
            return true;
        }
        let Some(names) = self.dialect.names_in(&function.definition, SqlForm::Statement) else { return true };
        names.uses.iter().any(|n| match n.kind {
            NameKind::Type => n.parts.last().is_some_and(|p| relation(p)),
            NameKind::Relation => n.parts.last().is_some_and(|p| relation(p)),
            // Columns are those of the relations named, or of what functions and sub-queries give.
            NameKind::Function | NameKind::RegClass | NameKind::Column | NameKind::Star => false,
        })
    }

    /// Relations that views read, by the names in their queries.
    pub(super) fn reads_of_views(&self) -> HashMap<&QualifiedName, Vec<QualifiedName>> {
        let mut reads = HashMap::new();
        for view in self.catalog.views.values() {
            let Known::Known(query) = &view.query else { continue };
            let Some(names) = self.dialect.names_in(&query.sql, SqlForm::Statement) else { continue };
            let path = self.path_of(query.span);
            let mut found = Vec::new();
            for name in names.uses.iter().filter(|n| n.kind == NameKind::Relation) {
                match name.parts.as_slice() {
                    [name] => found.extend(
                        path.iter().map(|s| QualifiedName::new(s, name)).find(|q| self.catalog.views.contains_key(q)),
                    ),
                    [schema, name] => found.push(QualifiedName::new(schema, name)),
                    _ => {}
                }
            }
            reads.insert(&view.name, found);
        }
        reads
    }

    /// Whether a query names a function of the schema, as far as words tell.
    fn calls_own_function(&self, sql: &str) -> bool {
        let words: HashSet<&str> = sql.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        self.catalog.functions.iter().any(|f| words.contains(f.name.name.as_str()))
    }

    /// The rows of materialized views that were made without them.
    pub(super) fn refresh_views(&mut self) {
        let views =
            self.catalog.views.values().filter(|v| v.materialized && v.with_data && !self.is_prelude(&v.origin));
        for view in views.collect::<Vec<_>>() {
            let Known::Known(query) = &view.query else { continue };
            if self.calls_own_function(&query.sql) {
                let sql = format!("REFRESH MATERIALIZED VIEW {}", self.qualified(&view.name));
                self.statement(&sql);
            }
        }
    }

    pub(super) fn view(&mut self, view: &View) {
        let Known::Known(query) = &view.query else { return };
        let path = self.path_of(query.span).to_vec();
        self.under(&path);
        let columns = match &view.columns {
            Known::Known(columns) if !columns.is_empty() => {
                let names: Vec<String> = columns.iter().map(|c| c.name.clone()).collect();
                format!(" ({})", self.names(&names))
            }
            _ => String::new(),
        };
        let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
        let mut sql =
            format!("CREATE {kind} {}{columns}{} AS\n", self.qualified(&view.name), with_options(&view.options));
        sql.push_str(query.sql.trim_end().trim_end_matches(';'));
        // Its functions may read what stands further down: rows come at the end, as in a pg_dump.
        let later = view.materialized && view.with_data && self.calls_own_function(&query.sql);
        if view.materialized && (!view.with_data || later) {
            sql.push_str("\nWITH NO DATA");
        }
        if let Some(option) = view.check_option.as_deref() {
            sql.push_str(&format!("\nWITH {} CHECK OPTION", option.to_uppercase()));
        }
        self.statement(&sql);
        self.comment(&format!("{kind} {}", self.qualified(&view.name)), view.comment.as_ref());
        if let Known::Known(columns) = &view.columns {
            for column in columns {
                let on = format!("COLUMN {}.{}", self.qualified(&view.name), self.quote(&column.name));
                self.comment(&on, column.comment.as_ref());
                if let Known::Known(Some(default)) = &column.default {
                    let sql = format!(
                        "ALTER VIEW {} ALTER COLUMN {} SET DEFAULT {}",
                        self.qualified(&view.name),
                        self.quote(&column.name),
                        self.expr(&default.expr)
                    );
                    self.statement(&sql);
                }
            }
        }
    }

    pub(super) fn trigger(&mut self, relation: &QualifiedName, trigger: &Trigger) {
        let Known::Known(definition) = &trigger.definition else { return };
        self.under_path_of(trigger.origin.created);
        self.statement(definition);
        let state = match trigger.enabled {
            'D' => "DISABLE",
            'R' => "ENABLE REPLICA",
            'A' => "ENABLE ALWAYS",
            _ => return,
        };
        let sql = format!("ALTER TABLE {} {state} TRIGGER {}", self.qualified(relation), self.quote(&trigger.name));
        self.statement(&sql);
    }

    pub(super) fn carried(&mut self, object: &OpaqueObject) {
        self.under(&object.search_path.clone());
        self.statement(&object.definition);
    }

    /// Options that ALTER gave to a prelude's view.
    pub(super) fn view_options(&mut self, view: &View) {
        if !view.options.is_empty() {
            let sql = format!("ALTER VIEW {} SET ({})", self.qualified(&view.name), list_options(&view.options));
            self.statement(&sql);
        }
    }
}
