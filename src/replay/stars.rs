//! `*` in queries: the columns that it stands for, and what is left of it in views once their tables change.

use super::rewrite::splice;
use super::state::State;
use super::uses::Uses;
use crate::dialect::{NameKind, NamesIn, SqlForm};
use crate::model::{Known, QualifiedName, Unknown};

impl State {
    /// What `*` or `t.*` of a level stands for: the qualifier to write, the column, its type.
    #[allow(clippy::type_complexity)] // used twice, here and below
    pub(super) fn expand_star(
        &self,
        names: &NamesIn,
        scope: usize,
        qualifier: &[String],
        depth: usize,
    ) -> Option<Vec<(String, String, Option<crate::model::TypeName>)>> {
        let level = names.scopes.get(scope)?;
        if level.sources.is_empty() {
            return None;
        }
        let (mut expanded, mut is_met) = (Vec::new(), false);
        for source in &level.sources {
            let called = source.alias.as_ref().or(source.relation.as_ref().and_then(|r| r.last()));
            if !qualifier.is_empty() && called != qualifier.last() {
                continue;
            }
            is_met = true;
            if qualifier.is_empty() && (!source.using.is_empty() || source.natural) {
                return None;
            }
            let Some(parts) = &source.relation else {
                let inner = source.subquery?;
                let outputs = self.outputs_of(names, inner, depth + 1)?;
                for (i, name) in outputs.into_iter().enumerate() {
                    let name = source.column_aliases.get(i).cloned().unwrap_or(name);
                    expanded.push((called?.clone(), name, None));
                }
                continue;
            };
            let relation = self.relation_of(parts)?;
            for (i, column) in self.columns_of_relation(&relation)?.into_iter().enumerate() {
                let ty = self.column_type(&relation, &column);
                let name = source.column_aliases.get(i).cloned().unwrap_or(column);
                expanded.push((called?.clone(), name, ty));
            }
        }
        is_met.then_some(expanded)
    }

    /// The names of the columns that a select level gives.
    pub(super) fn outputs_of(&self, names: &NamesIn, scope: usize, depth: usize) -> Option<Vec<String>> {
        if depth > 16 {
            return None;
        }
        let level = names.scopes.get(scope)?;
        let mut outputs = Vec::new();
        let mut stars = names.uses.iter().filter(|n| n.kind == NameKind::Star && n.scope == scope && n.names_output);
        for output in &level.outputs {
            match output {
                Some(name) => outputs.push(name.clone()),
                None => {
                    let star = stars.next()?;
                    let columns = self.expand_star(names, scope, &star.parts, depth + 1)?;
                    outputs.extend(columns.into_iter().map(|(_, name, _)| name));
                }
            }
        }
        Some(outputs)
    }

    /// The text with every star over known relations written out, and whether none is left; `None` when there is none or it cannot be told.
    fn without_stars(&self, sql: &str) -> Option<(String, bool)> {
        let names = self.names_in(sql, SqlForm::Statement)?;
        let mut edits = Vec::new();
        let mut all = true;
        // Elsewhere, as in `f(t.*)`, a star is a whole row.
        for star in names.uses.iter().filter(|n| n.kind == NameKind::Star && n.names_output) {
            let Some(expanded) = self.expand_star(&names, star.scope, &star.parts, 0) else {
                all = false;
                continue;
            };
            let quote = |s: &str| self.dialect.quote_identifier(s);
            let columns: Vec<String> = expanded.iter().map(|(q, c, _)| format!("{}.{}", quote(q), quote(c))).collect();
            edits.push((star.range.clone(), columns.join(", ")));
        }
        Some((splice(sql, edits)?, all))
    }

    /// Before a relation gets or renames a column: `*` over it in views means the columns of their creation.
    pub(super) fn expand_stars_over(&mut self, relation: &QualifiedName) {
        self.doubt_natural_joins(relation);
        let has_star = |view: &QualifiedName| self.uses.get(view).is_some_and(|uses| uses.has_star);
        let views: Vec<QualifiedName> =
            self.views_using_relation(relation).into_iter().filter(|view| has_star(view)).collect();
        for name in views {
            let query = self.catalog.views.get(&name).and_then(|v| v.query.known());
            let Some((new, all)) = query.and_then(|q| self.without_stars(&q.sql)) else { continue };
            if let Some(view) = self.view_mut(&name)
                && let Known::Known(query) = &mut view.query
            {
                query.sql = new;
            }
            if all && let Some(uses) = self.uses.get(&name).cloned() {
                self.set_uses(&name, Some(Uses { has_star: false, ..uses }));
            }
        }
    }

    /// NATURAL joins by the columns that there were; the text does not say by which.
    fn doubt_natural_joins(&mut self, relation: &QualifiedName) {
        for name in self.views_using_relation(relation) {
            let query = self.catalog.views.get(&name).and_then(|v| v.query.known());
            let Some(query) = query.filter(|q| q.sql.to_ascii_lowercase().contains("natural")) else { continue };
            let names = self.names_in(&query.sql, SqlForm::Statement);
            let is_natural =
                names.is_none_or(|names| names.scopes.iter().any(|scope| scope.sources.iter().any(|s| s.natural)));
            let unknown = Unknown::new(query.span, "it joins by the columns that its tables had when it was made");
            if is_natural && let Some(view) = self.view_mut(&name) {
                view.query = Known::Unknown(unknown);
            }
        }
    }
}
