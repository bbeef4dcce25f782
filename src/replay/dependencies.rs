//! What depends on what, as pg_depend would say: asked when something is dropped or retyped.
//!
//! Nothing is kept beside the model but what views use; the rest is found in the texts of those objects that name the thing at all.

use super::lookup::Found;
use super::refusal::Ran;
use super::state::{Relation, State};
use super::uses::Uses;
use crate::ddl::Name;
use crate::dialect::{NameKind, NamesIn, Source, SqlForm};
use crate::model::{Expr, Function, IndexKeyPart, Known, QualifiedName, Table, TypeName};
use crate::source::Span;

/// An object, or a part of one, that can be dropped.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Thing {
    Table(QualifiedName),
    View(QualifiedName),
    Sequence(QualifiedName),
    /// Enum, domain, composite, or another type.
    Type(QualifiedName),
    Column(QualifiedName, String),
    Default(QualifiedName, String),
    Constraint(QualifiedName, String),
    Index(QualifiedName, String),
    Policy(QualifiedName, String),
    Trigger(QualifiedName, String),
    /// By name and argument types.
    Function(QualifiedName, Vec<TypeName>),
    Schema(String),
    Extension(String),
    /// A carried object: what it is, its name.
    Opaque(String, String, Option<QualifiedName>),
}

/// How a dependent goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum How {
    /// With what it depends on, unasked.
    Auto,
    /// Only by CASCADE.
    Normal,
}

/// Splits a name's parts into schema and name.
pub(super) fn name_of(parts: &[String], span: Span) -> Option<Name> {
    match parts {
        [name] => Some(Name { schema: None, name: name.clone(), span }),
        [schema, name] => Some(Name { schema: Some(schema.clone()), name: name.clone(), span }),
        _ => None,
    }
}

impl State {
    /// The relation that dotted parts mean now.
    pub(super) fn relation_of(&self, parts: &[String]) -> Option<QualifiedName> {
        match self.find_relation(&name_of(parts, self.now)?) {
            Found::Is(key, Relation::Table | Relation::View | Relation::Sequence) => Some(key),
            _ => None,
        }
    }

    /// Whether a relation has a column; `None` when its columns are not known.
    fn relation_has(&self, relation: &QualifiedName, column: &str) -> Option<bool> {
        if let Some(table) = self.table(relation) {
            let has = table.column(column).is_some();
            return if has || self.knows_columns(table) { Some(has) } else { None };
        }
        let columns = self.catalog.views.get(relation)?.columns.known()?;
        Some(columns.iter().any(|c| c.name == column))
    }

    /// The relation and column that a column reference means. `on` is the table of an expression. `Err` when that cannot be told.
    pub(super) fn column_meant(
        &self,
        names: &NamesIn,
        scope: usize,
        parts: &[String],
        on: Option<&QualifiedName>,
    ) -> Result<Option<(QualifiedName, String)>, ()> {
        let Some((column, qualifier)) = parts.split_last() else { return Err(()) };
        let mut level = Some(scope);
        let mut depth = 0;
        while let Some(at) = level
            && depth < 64
        {
            depth += 1;
            let Some(scope) = names.scopes.get(at) else { return Err(()) };
            for source in &scope.sources {
                if !qualifier.is_empty() && !self.source_is(source, qualifier) {
                    continue;
                }
                match self.source_column(names, source, column) {
                    Some(Some(found)) => return Ok(Some(found)),
                    Some(None) if qualifier.is_empty() => {}
                    Some(None) => return Ok(None),
                    None => return Err(()),
                }
            }
            level = scope.parent;
        }
        let Some(on) = on else { return Ok(None) };
        let own = qualifier.is_empty() || qualifier.last() == Some(&on.name);
        if own && self.relation_has(on, column) != Some(false) {
            return Ok(Some((on.clone(), column.clone())));
        }
        Ok(None)
    }

    pub(super) fn source_is(&self, source: &Source, qualifier: &[String]) -> bool {
        match (&source.alias, &source.relation, qualifier) {
            (Some(alias), _, [q]) => alias == q,
            (None, Some(relation), [q]) => relation.last() == Some(q),
            (None, Some(relation), [schema, q]) => {
                relation.last() == Some(q) && self.relation_of(relation).is_some_and(|r| r.schema == *schema)
            }
            _ => false,
        }
    }

    /// `Some(Some(_))`: the source has this column of that relation; `Some(None)`: it has not, or it is no relation's; `None`: unknown.
    #[allow(clippy::option_option)] // three answers
    fn source_column(&self, names: &NamesIn, source: &Source, column: &str) -> Option<Option<(QualifiedName, String)>> {
        if let Some(parts) = &source.relation {
            let relation = self.relation_of(parts)?;
            let real = match source.column_aliases.iter().position(|a| a == column) {
                Some(place) => self.nth_column(&relation, place)?,
                None => column.to_owned(),
            };
            return self.relation_has(&relation, &real).map(|has| has.then_some((relation, real)));
        }
        let _ = names;
        // A subquery's own columns are found in its own level.
        Some(None)
    }

    /// The constants of an expression that name relations (`nextval('s')`) are looked up once, where it is written.
    pub(super) fn check_regclasses(&self, expr: &Expr) -> Ran<()> {
        if !expr.sql.contains('\'') {
            return Ok(());
        }
        let Some(names) = self.names_in(&expr.sql, SqlForm::Expression) else { return Ok(()) };
        let named = names.uses.iter().filter(|name| name.kind == NameKind::RegClass);
        for name in named.filter_map(|name| name_of(&name.parts, expr.span)) {
            if matches!(self.find_relation(&name), Found::Missing) {
                return Err(self.missing_relation(&name, "relation"));
            }
        }
        Ok(())
    }

    fn nth_column(&self, relation: &QualifiedName, place: usize) -> Option<String> {
        match self.table(relation) {
            Some(table) => table.columns.get(place).map(|c| c.name.clone()),
            None => self.catalog.views.get(relation)?.columns.known()?.get(place).map(|c| c.name.clone()),
        }
    }

    /// Everything that a piece of SQL uses, as its names are understood now.
    pub(super) fn uses_in(&self, sql: &str, form: SqlForm, on: Option<&QualifiedName>) -> Uses {
        let mut uses = Uses { columns_known: true, ..Uses::default() };
        let Some(names) = self.names_in(sql, form) else {
            uses.columns_known = false;
            return uses;
        };
        for name in &names.uses {
            match name.kind {
                NameKind::Relation | NameKind::RegClass => {
                    if let Some(relation) = self.relation_of(&name.parts) {
                        uses.relations.push(relation);
                    }
                }
                NameKind::Column => match self.column_meant(&names, name.scope, &name.parts, on) {
                    Ok(Some(column)) => uses.columns.push(column),
                    // `row.f` may be `f(row)`.
                    Ok(None) => {
                        if let [_, function] = name.parts.as_slice() {
                            uses.functions.extend(self.function_meant(std::slice::from_ref(function)));
                        }
                    }
                    Err(()) => uses.columns_known = false,
                },
                NameKind::Star => {
                    uses.has_star |= name.names_output;
                    self.star_uses(&names, name.scope, &name.parts, &mut uses);
                }
                NameKind::Function => {
                    if let Some(function) = self.function_meant(&name.parts) {
                        uses.functions.push(function);
                    }
                }
                NameKind::Type => {
                    if let Some(ty) = name_of(&name.parts, self.now).and_then(|n| self.find_type(&n)) {
                        uses.types.push(ty);
                    }
                }
            }
        }
        for scope in &names.scopes {
            for source in scope.sources.iter().filter(|s| !s.using.is_empty()) {
                let relations: Vec<QualifiedName> = scope
                    .sources
                    .iter()
                    .filter_map(|s| s.relation.as_ref())
                    .filter_map(|p| self.relation_of(p))
                    .collect();
                for column in &source.using {
                    for relation in relations.iter().filter(|r| self.relation_has(r, column) == Some(true)) {
                        uses.columns.push((relation.clone(), column.clone()));
                    }
                }
            }
        }
        uses.relations.sort();
        uses.relations.dedup();
        uses.columns.sort();
        uses.columns.dedup();
        uses
    }

    fn star_uses(&self, names: &NamesIn, scope: usize, qualifier: &[String], uses: &mut Uses) {
        let Some(level) = names.scopes.get(scope) else { return };
        for source in level.sources.iter().filter(|s| qualifier.is_empty() || self.source_is(s, qualifier)) {
            let Some(relation) = source.relation.as_ref().and_then(|p| self.relation_of(p)) else { continue };
            match self.columns_of_relation(&relation) {
                Some(columns) => uses.columns.extend(columns.into_iter().map(|c| (relation.clone(), c))),
                None => uses.columns_known = false,
            }
        }
    }

    /// The names of a table's or view's columns, where known.
    pub(super) fn columns_of_relation(&self, relation: &QualifiedName) -> Option<Vec<String>> {
        if let Some(table) = self.table(relation) {
            return self.knows_columns(table).then(|| table.columns.iter().map(|c| c.name.clone()).collect());
        }
        let columns = self.catalog.views.get(relation)?.columns.known()?;
        Some(columns.iter().map(|c| c.name.clone()).collect())
    }

    /// The model's function of this name, when there is but one.
    fn function_meant(&self, parts: &[String]) -> Option<QualifiedName> {
        let name = name_of(parts, self.now)?;
        let mut found = self.functions_named(&name);
        let first = found.next()?.name.clone();
        found.next().is_none().then_some(first)
    }

    /// Functions by a written name, along the search path.
    pub(super) fn functions_named<'a, 'n>(
        &'a self,
        name: &'n Name,
    ) -> impl Iterator<Item = &'a Function> + use<'a, 'n> {
        self.catalog.functions.iter().filter(move |f| {
            f.name.name == name.name
                && match &name.schema {
                    Some(schema) => f.name.schema == *schema,
                    None => self.searched().any(|s| s == f.name.schema),
                }
        })
    }

    /// Tables with a foreign key to this one, this one left out.
    pub(super) fn tables_referring_to(&self, table: &QualifiedName) -> Vec<QualifiedName> {
        let refers = |t: &&Table| t.name != *table && t.foreign_keys.iter().any(|k| k.ref_table == *table);
        self.catalog.tables.values().filter(refers).map(|t| t.name.clone()).collect()
    }

    pub(super) fn views_using_relation(&self, relation: &QualifiedName) -> Vec<QualifiedName> {
        self.users_where(relation, |view, uses| view != relation && uses.relations.contains(relation))
    }

    pub(super) fn views_using_column(&self, relation: &QualifiedName, column: &str) -> Vec<QualifiedName> {
        self.users_where(relation, |_, uses| uses.columns.iter().any(|(r, c)| r == relation && c == column))
    }

    /// The views of a relation that fit, in the order of their creation.
    fn users_where(
        &self,
        relation: &QualifiedName,
        fits: impl Fn(&QualifiedName, &Uses) -> bool,
    ) -> Vec<QualifiedName> {
        let fitting =
            self.uses.users_of(relation).filter(|view| self.uses.get(view).is_some_and(|uses| fits(view, uses)));
        let mut found: Vec<(usize, &QualifiedName)> =
            fitting.filter_map(|view| Some((self.catalog.views.get_index_of(view)?, view))).collect();
        found.sort();
        found.into_iter().map(|(_, view)| view.clone()).collect()
    }

    fn expression_uses_column(&self, expr: &Expr, on: &QualifiedName, table: &QualifiedName, column: &str) -> bool {
        if !expr.sql.contains(column) {
            return false;
        }
        if on == table && self.names_in(&expr.sql, SqlForm::Expression).is_none() {
            return self.dialect.columns_of(&expr.sql).iter().any(|c| c == column);
        }
        self.uses_in(&expr.sql, SqlForm::Expression, Some(on)).columns.iter().any(|(t, c)| t == table && c == column)
    }

    /// Policies of any table whose expressions use a column.
    pub(super) fn policies_using_column(&self, table: &QualifiedName, column: &str) -> Vec<(QualifiedName, String)> {
        let mut found = Vec::new();
        for other in self.catalog.tables.values() {
            // An expression of another table reaches this one only by naming it.
            for policy in &other.policies {
                let uses =
                    [&policy.using, &policy.with_check].into_iter().filter_map(|e| e.known()).flatten().any(|e| {
                        (other.name == *table || e.sql.contains(&table.name))
                            && self.expression_uses_column(e, &other.name, table, column)
                    });
                if uses {
                    found.push((other.name.clone(), policy.name.clone()));
                }
            }
        }
        found
    }

    pub(super) fn policies_using_relation(&self, relation: &QualifiedName) -> Vec<(QualifiedName, String)> {
        let mut found = Vec::new();
        for other in self.catalog.tables.values().filter(|t| t.name != *relation) {
            for policy in &other.policies {
                let uses =
                    [&policy.using, &policy.with_check].into_iter().filter_map(|e| e.known()).flatten().any(|e| {
                        e.sql.contains(&relation.name)
                            && self.uses_in(&e.sql, SqlForm::Expression, Some(&other.name)).relations.contains(relation)
                    });
                if uses {
                    found.push((other.name.clone(), policy.name.clone()));
                }
            }
        }
        found
    }

    /// Triggers of the table with UPDATE OF or WHEN on the column.
    pub(super) fn triggers_using_column(&self, table: &QualifiedName, column: &str) -> Vec<String> {
        let Some(found) = self.table(table) else { return Vec::new() };
        let uses = |definition: &str| {
            definition.contains(column)
                && self.names_in(definition, SqlForm::Statement).is_some_and(|names| {
                    names.uses.iter().any(|n| n.kind == NameKind::Column && n.parts.last().is_some_and(|c| c == column))
                })
        };
        found
            .triggers
            .iter()
            .filter(|t| t.definition.known().is_some_and(|d| uses(d)))
            .map(|t| t.name.clone())
            .collect()
    }

    pub(super) fn generated_from_column(&self, table: &QualifiedName, column: &str) -> Vec<String> {
        let Some(found) = self.table(table) else { return Vec::new() };
        let uses = |e: &Expr| e.sql.contains(column) && self.dialect.columns_of(&e.sql).iter().any(|c| c == column);
        found
            .columns
            .iter()
            .filter(|c| c.name != column && matches!(&c.generated, Known::Known(Some(g)) if uses(&g.expr)))
            .map(|c| c.name.clone())
            .collect()
    }

    /// Indexes and constraints of the table that go with a column.
    pub(super) fn parts_over_column(&self, table: &QualifiedName, column: &str) -> Vec<Thing> {
        let Some(found) = self.table(table) else { return Vec::new() };
        let is = |columns: &[String]| columns.iter().any(|c| c == column);
        let uses = |e: &Expr| e.sql.contains(column) && self.dialect.columns_of(&e.sql).iter().any(|c| c == column);
        let key_uses = |k: &crate::model::IndexKey| match &k.part {
            IndexKeyPart::Column(c) => c == column,
            IndexKeyPart::Expr(e) => e.known().is_some_and(uses),
        };
        let constraint = |name: &str| Thing::Constraint(table.clone(), name.to_owned());
        let mut parts = Vec::new();
        parts.extend(
            found
                .primary_key
                .iter()
                .chain(&found.uniques)
                .filter(|k| is(&k.columns) || is(&k.include))
                .map(|k| constraint(&k.name)),
        );
        parts.extend(found.foreign_keys.iter().filter(|k| is(&k.columns)).map(|k| constraint(&k.name)));
        parts.extend(found.checks.iter().filter(|c| c.expr.known().is_some_and(uses)).map(|c| constraint(&c.name)));
        parts.extend(
            found
                .exclusions
                .iter()
                .filter(|e| {
                    e.elements.iter().any(|(k, _)| key_uses(k))
                        || is(&e.include)
                        || e.predicate.as_ref().is_some_and(uses)
                })
                .map(|e| constraint(&e.name)),
        );
        parts.extend(
            found
                .indexes
                .iter()
                .filter(|i| {
                    i.keys.iter().any(key_uses)
                        || is(&i.include)
                        || i.predicate.known().and_then(Option::as_ref).is_some_and(uses)
                })
                .map(|i| Thing::Index(table.clone(), i.name.clone())),
        );
        parts
    }

    /// Foreign keys that rest on a key or unique index of a table.
    pub(super) fn foreign_keys_on(&self, table: &QualifiedName, index: &str) -> Vec<Thing> {
        let mut found = Vec::new();
        for other in self.catalog.tables.values() {
            let keys = other.foreign_keys.iter();
            for key in keys.filter(|k| k.ref_table == *table && k.ref_index.as_deref() == Some(index)) {
                found.push(Thing::Constraint(other.name.clone(), key.name.clone()));
            }
        }
        found
    }
}
