//! The names in statements on rows: what their queries see, what they return, and what WITH calls it.

use pg_query::NodeEnum;
use pg_query::protobuf::{CommonTableExpr, DeleteStmt, InsertStmt, ReturningClause, UpdateStmt};

use super::lower::strings;
use super::names::Collector;
use super::walk::children;

impl Collector<'_> {
    /// The level from which queries of a statement see names from without: its own where a rule's rows are in sight there.
    fn outside(&self, scope: usize) -> Option<usize> {
        let level = &self.out.scopes[scope];
        if level.sources.is_empty() { level.parent } else { Some(scope) }
    }

    /// The names that a WITH query gives to its columns. Behind a star it is not known whose they are, and SEARCH and CYCLE add some.
    pub(super) fn alias_outputs(&mut self, cte: &CommonTableExpr, level: usize) {
        let aliases = strings(&cte.aliascolnames);
        let outputs = &mut self.out.scopes[level].outputs;
        let is_open = !aliases.is_empty() && outputs.contains(&None);
        if is_open || cte.search_clause.is_some() || cte.cycle_clause.is_some() {
            outputs.clear();
        }
        outputs.iter_mut().zip(aliases).for_each(|(output, alias)| *output = Some(alias));
    }

    /// The query of an INSERT sees nothing of the table that is written.
    pub(super) fn insert(&mut self, insert: &InsertStmt, scope: usize) {
        let outside = self.outside(scope);
        let before = self.with.len();
        self.with_clause(insert.with_clause.as_ref(), outside);
        let also: &[&str] = if insert.on_conflict_clause.is_some() { &["excluded"] } else { &[] };
        self.target_relation(insert.relation.as_ref(), scope, also);
        self.assigned_names(&insert.cols, scope);
        match insert.select_stmt.as_deref().and_then(|query| query.node.as_ref()) {
            Some(NodeEnum::SelectStmt(select)) => {
                self.select(select, outside, false);
            }
            Some(other) => self.visit(other, scope),
            None => {}
        }
        if let Some(conflict) = insert.on_conflict_clause.as_deref() {
            self.assigned_names(&conflict.target_list, scope);
            children(&NodeEnum::OnConflictClause(Box::new(conflict.clone())), &mut |node| self.visit(node, scope));
        }
        self.returning(insert.returning_clause.as_ref(), scope);
        self.with.truncate(before);
    }

    /// What a statement returns: columns for a query around it.
    fn returning(&mut self, clause: Option<&ReturningClause>, scope: usize) {
        for node in clause.map_or(&[][..], |clause| &clause.exprs) {
            if let Some(NodeEnum::ResTarget(target)) = node.node.as_ref() {
                self.target(target, scope, true);
            }
        }
    }

    pub(super) fn update(&mut self, update: &UpdateStmt, scope: usize) {
        let before = self.with.len();
        self.with_clause(update.with_clause.as_ref(), self.outside(scope));
        self.target_relation(update.relation.as_ref(), scope, &[]);
        self.sources(&update.from_clause, scope);
        self.assigned(&update.target_list, scope);
        self.child(update.where_clause.as_deref(), scope);
        self.returning(update.returning_clause.as_ref(), scope);
        self.with.truncate(before);
    }

    pub(super) fn delete(&mut self, delete: &DeleteStmt, scope: usize) {
        let before = self.with.len();
        self.with_clause(delete.with_clause.as_ref(), self.outside(scope));
        self.target_relation(delete.relation.as_ref(), scope, &[]);
        self.sources(&delete.using_clause, scope);
        self.child(delete.where_clause.as_deref(), scope);
        self.returning(delete.returning_clause.as_ref(), scope);
        self.with.truncate(before);
    }
}
