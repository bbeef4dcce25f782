//! Renames carried into SQL text: the server keeps parse trees, so its views, checks and policies follow every rename; the model keeps text.

use super::dependencies::name_of;
use super::state::State;
use crate::dialect::{NameKind, NameUse, NamesIn, SqlForm};
use crate::model::{Expr, IndexKeyPart, Known, QualifiedName};

/// One rename, of what has been resolved.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Also SET SCHEMA, when only the schema differs.
    Relation {
        from: QualifiedName,
        to: QualifiedName,
    },
    Column {
        table: QualifiedName,
        from: String,
        to: String,
    },
    Type {
        from: QualifiedName,
        to: QualifiedName,
    },
    Function {
        from: QualifiedName,
        to: QualifiedName,
    },
}

impl Change {
    /// The word that a text must hold to be touched at all.
    fn word(&self) -> &str {
        match self {
            Self::Relation { from, .. } | Self::Type { from, .. } | Self::Function { from, .. } => &from.name,
            Self::Column { from, .. } => from,
        }
    }
}

/// Parts of a table that have text.
#[derive(Clone, Copy)]
pub(super) enum Slot {
    Default(usize),
    Generated(usize),
    Check(usize),
    IndexKey(usize, usize),
    Predicate(usize),
    Using(usize),
    WithCheck(usize),
    Trigger(usize),
    Exclusion(usize),
}

impl State {
    /// Carries a rename into every text of the catalog. Called before the objects themselves are renamed, so that names still mean what they meant.
    pub(super) fn rewrite_everywhere(&mut self, change: &Change) {
        let word = change.word();
        let mut edits: Vec<(QualifiedName, Vec<(Slot, String)>)> = Vec::new();
        for table in self.catalog.tables.values() {
            let own: Vec<(Slot, String)> = texts_of(table)
                .into_iter()
                .filter(|(_, sql, _)| sql.contains(word))
                .filter_map(|(slot, sql, form)| {
                    // An expression of another table can name a column only through a query.
                    self.rewritten(sql, form, Some(&table.name), change).map(|new| (slot, new))
                })
                .collect();
            if !own.is_empty() {
                edits.push((table.name.clone(), own));
            }
        }
        for (table, own) in edits {
            if let Some(table) = self.table_mut(&table) {
                for (slot, sql) in own {
                    put_text(table, slot, sql);
                }
            }
        }
        self.rewrite_views(change);
        self.rewrite_domains(change);
        self.rewrite_signatures(change);
    }

    /// Types in the signatures of functions, whose bodies stay as they are.
    fn rewrite_signatures(&mut self, change: &Change) {
        let (Change::Type { from, .. } | Change::Relation { from, .. }) = change else { return };
        let edits: Vec<(usize, String)> = self
            .catalog
            .functions
            .iter()
            .enumerate()
            .filter(|(_, f)| f.definition.contains(&from.name))
            .filter_map(|(i, f)| self.rewritten(&f.definition, SqlForm::Statement, None, change).map(|new| (i, new)))
            .collect();
        for (i, new) in edits {
            if let Some(function) = self.function_mut(i) {
                function.definition = new;
            }
        }
    }

    fn rewrite_views(&mut self, change: &Change) {
        let word = change.word();
        let mut edits = Vec::new();
        for view in self.catalog.views.values() {
            let query = view.query.known().filter(|q| q.sql.contains(word));
            let new = query.and_then(|q| self.rewritten(&q.sql, SqlForm::Statement, None, change));
            let triggers: Vec<(usize, String)> = view
                .triggers
                .iter()
                .enumerate()
                .filter_map(|(i, t)| t.definition.known().filter(|d| d.contains(word)).map(|d| (i, d)))
                .filter_map(|(i, d)| self.rewritten(d, SqlForm::Statement, Some(&view.name), change).map(|n| (i, n)))
                .collect();
            if new.is_some() || !triggers.is_empty() {
                edits.push((view.name.clone(), new, triggers));
            }
        }
        for (name, query, triggers) in edits {
            if let Some(view) = self.view_mut(&name) {
                if let (Some(new), Known::Known(old)) = (query, &mut view.query) {
                    old.sql = new;
                }
                for (i, new) in triggers {
                    view.triggers[i].definition = Known::Known(new);
                }
            }
        }
        // What views use bears the new names from now on.
        let views: Vec<QualifiedName> = match change {
            Change::Relation { from: relation, .. } | Change::Column { table: relation, .. } => {
                self.uses.users_of(relation).cloned().collect()
            }
            Change::Type { .. } | Change::Function { .. } => self.uses.views(),
        };
        for view in views {
            let Some(mut now) = self.uses.get(&view).cloned() else { continue };
            let before = now.clone();
            match change {
                Change::Relation { from, to } => {
                    let columns = now.columns.iter_mut().map(|(r, _)| r);
                    for relation in now.relations.iter_mut().chain(columns).chain(&mut now.keys).filter(|r| *r == from)
                    {
                        *relation = to.clone();
                    }
                }
                Change::Column { table, from, to } => {
                    for (_, column) in now.columns.iter_mut().filter(|(r, c)| r == table && c == from) {
                        column.clone_from(to);
                    }
                }
                Change::Type { from, to } => now.types.iter_mut().filter(|t| *t == from).for_each(|t| *t = to.clone()),
                Change::Function { from, to } => {
                    now.functions.iter_mut().filter(|f| *f == from).for_each(|f| *f = to.clone());
                }
            }
            if now != before {
                self.set_uses(&view, Some(now));
            }
        }
    }

    fn rewrite_domains(&mut self, change: &Change) {
        let word = change.word();
        let mut edits = Vec::new();
        for domain in self.catalog.domains.values() {
            for (i, check) in domain.checks.iter().enumerate() {
                let sql = check.expr.known().filter(|e| e.sql.contains(word));
                if let Some(new) = sql.and_then(|e| self.rewritten(&e.sql, SqlForm::Expression, None, change)) {
                    edits.push((domain.name.clone(), i, new));
                }
            }
        }
        for (name, i, new) in edits {
            if let Some(domain) = self.domain_mut(&name)
                && let Known::Known(expr) = &mut domain.checks[i].expr
            {
                expr.sql = new;
            }
        }
    }

    /// The text with a rename carried into it; `None` when nothing changes.
    pub(super) fn rewritten(
        &self,
        sql: &str,
        form: SqlForm,
        on: Option<&QualifiedName>,
        change: &Change,
    ) -> Option<String> {
        let names = self.names_in(sql, form)?;
        let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
        for name in &names.uses {
            if let Some(new) = self.replacement(&names, name, on, change) {
                edits.push((name.range.clone(), new));
            }
        }
        splice(sql, edits)
    }

    fn replacement(
        &self,
        names: &NamesIn,
        name: &NameUse,
        on: Option<&QualifiedName>,
        change: &Change,
    ) -> Option<String> {
        let quote = |s: &str| self.dialect.quote_identifier(s);
        let qualified = |q: &QualifiedName| format!("{}.{}", quote(&q.schema), quote(&q.name));
        match change {
            Change::Relation { from, to } => match name.kind {
                NameKind::Relation if self.relation_of(&name.parts).as_ref() == Some(from) => {
                    let moved = name.parts.len() > 1 || from.schema != to.schema;
                    Some(if moved { qualified(to) } else { quote(&to.name) })
                }
                // Its row type bears its name.
                NameKind::Type
                    if name_of(&name.parts, self.now).and_then(|n| self.find_type(&n)).as_ref() == Some(from) =>
                {
                    let moved = name.parts.len() > 1 || from.schema != to.schema;
                    Some(if moved { qualified(to) } else { quote(&to.name) })
                }
                NameKind::RegClass if self.relation_of(&name.parts).as_ref() == Some(from) => {
                    let plain = super::sequences::quote_if_needed;
                    let text = if name.parts.len() > 1 || from.schema != to.schema || to.schema != "public" {
                        format!("{}.{}", plain(&to.schema), plain(&to.name))
                    } else {
                        plain(&to.name)
                    };
                    Some(self.dialect.quote_literal(&text))
                }
                NameKind::Column | NameKind::Star => self.requalified(names, name, on, from, to),
                NameKind::Function | NameKind::Type | NameKind::Relation | NameKind::RegClass => None,
            },
            Change::Column { table, from, to } => {
                if name.kind != NameKind::Column || name.parts.last() != Some(from) {
                    return None;
                }
                let meant = self.column_meant(names, name.scope, &name.parts, on).ok()??;
                if meant != (table.clone(), from.clone()) {
                    return None;
                }
                let mut parts: Vec<String> =
                    name.parts[..name.parts.len() - 1].iter().map(|p| self.shown_qualifier(p)).collect();
                parts.push(quote(to));
                let written = parts.join(".");
                Some(if name.names_output { format!("{written} AS {}", quote(from)) } else { written })
            }
            Change::Type { from, to } => {
                let meant = name_of(&name.parts, self.now)
                    .filter(|_| name.kind == NameKind::Type)
                    .and_then(|n| self.find_type(&n));
                (meant.as_ref() == Some(from)).then(|| {
                    if name.parts.len() > 1 || from.schema != to.schema { qualified(to) } else { quote(&to.name) }
                })
            }
            Change::Function { from, to } => {
                let written = name_of(&name.parts, self.now).filter(|_| name.kind == NameKind::Function)?;
                let meant = self.functions_named(&written).next().map(|f| f.name.clone());
                (meant.as_ref() == Some(from)).then(|| {
                    if name.parts.len() > 1 || from.schema != to.schema { qualified(to) } else { quote(&to.name) }
                })
            }
        }
    }

    /// `t.a`, `s.t.a` and `t.*` where `t` is the relation's own name, not an alias.
    fn requalified(
        &self,
        names: &NamesIn,
        name: &NameUse,
        on: Option<&QualifiedName>,
        from: &QualifiedName,
        to: &QualifiedName,
    ) -> Option<String> {
        let qualifier = match name.kind {
            NameKind::Star => name.parts.as_slice(),
            _ => name.parts.split_last()?.1,
        };
        if qualifier.last() != Some(&from.name) {
            return None;
        }
        let mut level = Some(name.scope);
        let mut source = None;
        for _ in 0..64 {
            let Some(scope) = level.and_then(|l| names.scopes.get(l)) else { break };
            source = scope.sources.iter().find(|s| self.source_is(s, qualifier));
            if source.is_some() {
                break;
            }
            level = scope.parent;
        }
        let own = match source {
            Some(source) => {
                source.alias.is_none()
                    && source.relation.as_ref().and_then(|r| self.relation_of(r)).as_ref() == Some(from)
            }
            None => on == Some(from),
        };
        if !own {
            return None;
        }
        let quote = |s: &str| self.dialect.quote_identifier(s);
        let mut parts: Vec<String> = Vec::new();
        if qualifier.len() > 1 {
            parts.push(quote(&to.schema));
        }
        parts.push(quote(&to.name));
        parts.push(if name.kind == NameKind::Star { "*".to_owned() } else { quote(name.parts.last()?) });
        Some(parts.join("."))
    }

    /// `NEW` and `OLD` of trigger conditions are no identifiers to be quoted.
    fn shown_qualifier(&self, part: &str) -> String {
        if matches!(part, "new" | "old" | "excluded") {
            part.to_uppercase()
        } else {
            self.dialect.quote_identifier(part)
        }
    }
}

/// Replaces byte ranges; `None` when there is nothing to replace.
pub(super) fn splice(sql: &str, mut edits: Vec<(std::ops::Range<usize>, String)>) -> Option<String> {
    if edits.is_empty() {
        return None;
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut text = String::with_capacity(sql.len() + 32);
    let mut at = 0;
    for (range, new) in edits {
        if range.start < at || sql.get(range.clone()).is_none() {
            continue;
        }
        text.push_str(&sql[at..range.start]);
        text.push_str(&new);
        at = range.end;
    }
    text.push_str(&sql[at..]);
    Some(text)
}

pub(super) fn texts_of(table: &crate::model::Table) -> Vec<(Slot, &str, SqlForm)> {
    let mut texts: Vec<(Slot, &str, SqlForm)> = Vec::new();
    for (i, column) in table.columns.iter().enumerate() {
        if let Known::Known(Some(default)) = &column.default {
            texts.push((Slot::Default(i), &default.expr.sql, SqlForm::Expression));
        }
        if let Known::Known(Some(generated)) = &column.generated {
            texts.push((Slot::Generated(i), &generated.expr.sql, SqlForm::Expression));
        }
    }
    for (i, check) in table.checks.iter().enumerate() {
        if let Known::Known(expr) = &check.expr {
            texts.push((Slot::Check(i), &expr.sql, SqlForm::Expression));
        }
    }
    for (i, index) in table.indexes.iter().enumerate() {
        for (j, key) in index.keys.iter().enumerate() {
            if let IndexKeyPart::Expr(Known::Known(expr)) = &key.part {
                texts.push((Slot::IndexKey(i, j), &expr.sql, SqlForm::Expression));
            }
        }
        if let Known::Known(Some(predicate)) = &index.predicate {
            texts.push((Slot::Predicate(i), &predicate.sql, SqlForm::Expression));
        }
    }
    for (i, policy) in table.policies.iter().enumerate() {
        if let Known::Known(Some(expr)) = &policy.using {
            texts.push((Slot::Using(i), &expr.sql, SqlForm::Expression));
        }
        if let Known::Known(Some(expr)) = &policy.with_check {
            texts.push((Slot::WithCheck(i), &expr.sql, SqlForm::Expression));
        }
    }
    for (i, trigger) in table.triggers.iter().enumerate() {
        if let Known::Known(definition) = &trigger.definition {
            texts.push((Slot::Trigger(i), definition, SqlForm::Statement));
        }
    }
    for (i, exclusion) in table.exclusions.iter().enumerate() {
        if let Some(predicate) = &exclusion.predicate {
            texts.push((Slot::Exclusion(i), &predicate.sql, SqlForm::Expression));
        }
    }
    texts
}

pub(super) fn put_text(table: &mut crate::model::Table, slot: Slot, sql: String) {
    let put = |expr: &mut Expr, sql: String| expr.sql = sql;
    match slot {
        Slot::Default(i) => {
            if let Known::Known(Some(default)) = &mut table.columns[i].default {
                put(&mut default.expr, sql);
            }
        }
        Slot::Generated(i) => {
            if let Known::Known(Some(generated)) = &mut table.columns[i].generated {
                put(&mut generated.expr, sql);
            }
        }
        Slot::Check(i) => {
            if let Known::Known(expr) = &mut table.checks[i].expr {
                put(expr, sql);
            }
        }
        Slot::IndexKey(i, j) => {
            if let IndexKeyPart::Expr(Known::Known(expr)) = &mut table.indexes[i].keys[j].part {
                put(expr, sql);
            }
        }
        Slot::Predicate(i) => {
            if let Known::Known(Some(expr)) = &mut table.indexes[i].predicate {
                put(expr, sql);
            }
        }
        Slot::Using(i) => {
            if let Known::Known(Some(expr)) = &mut table.policies[i].using {
                put(expr, sql);
            }
        }
        Slot::WithCheck(i) => {
            if let Known::Known(Some(expr)) = &mut table.policies[i].with_check {
                put(expr, sql);
            }
        }
        Slot::Trigger(i) => table.triggers[i].definition = Known::Known(sql),
        Slot::Exclusion(i) => {
            if let Some(predicate) = &mut table.exclusions[i].predicate {
                put(predicate, sql);
            }
        }
    }
}
