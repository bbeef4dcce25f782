//! What a written name means now: search path, system catalogs, types; and the refusal when it means nothing.

use super::IssueKind;
use super::builtin;
use super::refusal::{Ran, Refusal};
use super::state::{Relation, State};
use crate::ddl::{Name, RelationKind, TypeUse};
use crate::model::{Known, ObjectKind, ObjectRef, Persistence, QualifiedName, Table, TypeName, Unknown};
use crate::source::Span;

/// The schema that stands for a session's temporary one.
pub(super) const TEMP: &str = "pg_temp";

/// What a relation's name means.
pub(super) enum Found {
    Is(QualifiedName, Relation),
    /// In pg_catalog or information_schema, or a member of an extension: exists, and the model holds nothing of it.
    Outside,
    Missing,
}

/// How the server writes a name in a message: as it was written.
pub(super) fn written(name: &Name) -> String {
    match &name.schema {
        Some(schema) => format!("{schema}.{}", name.name),
        None => name.name.clone(),
    }
}

pub(super) fn is_system_schema(schema: &str) -> bool {
    matches!(schema, "pg_catalog" | "information_schema" | "pg_toast")
}

impl State {
    /// The schemas in which names without one are looked up.
    pub(super) fn searched(&self) -> impl Iterator<Item = &str> {
        std::iter::once(TEMP)
            .chain(self.search_path.iter().map(String::as_str))
            .filter(|s| *s == TEMP || self.catalog.schemas.contains_key(*s))
    }

    pub(super) fn find_relation(&self, name: &Name) -> Found {
        if let Some(schema) = &name.schema {
            if is_system_schema(schema) {
                return Found::Outside;
            }
            let key = QualifiedName::new(schema, &name.name);
            return match self.relations.get(&key) {
                Some(relation) => Found::Is(key, relation.clone()),
                None if self.is_extension_relation(&name.name) => Found::Outside,
                None => Found::Missing,
            };
        }
        for schema in self.searched() {
            let key = QualifiedName::new(schema, &name.name);
            if let Some(relation) = self.relations.get(&key) {
                return Found::Is(key, relation.clone());
            }
        }
        if builtin::is_system_relation(&name.name) || self.is_extension_relation(&name.name) {
            return Found::Outside;
        }
        Found::Missing
    }

    fn is_extension_relation(&self, name: &str) -> bool {
        self.catalog.extensions.keys().any(|e| match builtin::extension(e) {
            Some(known) => known.relations.contains(&name),
            None => true,
        })
    }

    /// Whether every extension that was created is one whose members are known.
    pub(super) fn extensions_known(&self) -> bool {
        self.catalog.extensions.keys().all(|e| builtin::extension(e).is_some())
    }

    /// The refusal for a relation that is not there; `word` is `relation`, or `table`, `view` … where DROP says so.
    pub(super) fn missing_relation(&self, name: &Name, word: &str) -> Refusal {
        if let Some(schema) = &name.schema
            && !self.catalog.schemas.contains_key(schema)
        {
            return self.missing_schema(schema, name.span);
        }
        let kind = if word == "index" { IssueKind::UnknownIndex } else { IssueKind::UnknownTable };
        let object = if word == "index" { ObjectKind::Index } else { ObjectKind::Table };
        Refusal::new(kind, "42P01", format!("{word} \"{}\" does not exist", written(name)))
            .at(name.span)
            .of(ObjectRef::top(object, &self.would_be(name)))
            .uncertain_if(!self.knows_all)
    }

    /// The key that a name would have if it existed where it would be created.
    pub(super) fn would_be(&self, name: &Name) -> QualifiedName {
        let schema = name.schema.clone().or_else(|| self.first_schema()).unwrap_or_else(|| "public".to_owned());
        QualifiedName::new(schema, &name.name)
    }

    fn first_schema(&self) -> Option<String> {
        self.search_path.iter().find(|s| self.catalog.schemas.contains_key(*s)).cloned()
    }

    pub(super) fn missing_schema(&self, schema: &str, span: Span) -> Refusal {
        Refusal::new(IssueKind::UnknownSchema, "3F000", format!("schema \"{schema}\" does not exist"))
            .at(span)
            .of(ObjectRef::bare(ObjectKind::Schema, schema))
            .uncertain_if(!self.knows_all)
    }

    /// Where an object by this name is created.
    pub(super) fn creation_name(&self, name: &Name) -> Ran<QualifiedName> {
        match &name.schema {
            Some(schema) if is_system_schema(schema) || schema == TEMP => Ok(QualifiedName::new(schema, &name.name)),
            Some(schema) if self.catalog.schemas.contains_key(schema) => Ok(QualifiedName::new(schema, &name.name)),
            Some(schema) => Err(self.missing_schema(schema, name.span)),
            None => match self.first_schema() {
                Some(schema) => Ok(QualifiedName::new(schema, &name.name)),
                None => {
                    Err(Refusal::new(IssueKind::UnknownSchema, "3F000", "no schema has been selected to create in")
                        .at(name.span)
                        .uncertain_if(!self.knows_all))
                }
            },
        }
    }

    pub(super) fn creation_name_as(&self, name: &Name, persistence: Persistence) -> Ran<QualifiedName> {
        let is_in_temp = name.schema.as_deref() == Some(TEMP);
        if persistence == Persistence::Temporary {
            if let Some(schema) = name.schema.as_deref().filter(|schema| !schema.starts_with(TEMP)) {
                if !self.catalog.schemas.contains_key(schema) {
                    return Err(self.missing_schema(schema, name.span));
                }
                let message = "cannot create temporary relation in non-temporary schema";
                return Err(self.refuse(IssueKind::InvalidDefinition, "42P16", message).at(name.span));
            }
            return Ok(QualifiedName::new(TEMP, &name.name));
        }
        if persistence == Persistence::Unlogged && is_in_temp {
            let message = "only temporary relations may be created in temporary schemas";
            return Err(Refusal::new(IssueKind::InvalidDefinition, "42P16", message).at(name.span));
        }
        self.creation_name(name)
    }

    /// Refuses a name that a relation bears already.
    pub(super) fn free_relation_name(&self, name: &QualifiedName, span: Span) -> Ran<()> {
        let Some(relation) = self.relations.get(name) else { return self.free_type_name(name, span) };
        let (kind, object) = match relation {
            Relation::Index { .. } => (IssueKind::DuplicateIndex, ObjectKind::Index),
            _ => (IssueKind::DuplicateTable, ObjectKind::Table),
        };
        Err(Refusal::new(kind, "42P07", format!("relation \"{}\" already exists", name.name))
            .at(span)
            .of(ObjectRef::top(object, name))
            .uncertain_if(!self.knows_all))
    }

    /// Refuses a name that a type of its own (not a table's row type) bears already.
    pub(super) fn free_type_name(&self, name: &QualifiedName, span: Span) -> Ran<()> {
        let own = self.catalog.enums.contains_key(name)
            || self.catalog.domains.contains_key(name)
            || self.other_types.contains(name);
        if !own {
            return Ok(());
        }
        Err(self.duplicate_type(name, span))
    }

    pub(super) fn duplicate_type(&self, name: &QualifiedName, span: Span) -> Refusal {
        Refusal::new(IssueKind::DuplicateType, "42710", format!("type \"{}\" already exists", name.name))
            .at(span)
            .of(ObjectRef::top(ObjectKind::Type, name))
            .uncertain_if(!self.knows_all)
    }

    /// The table that a statement works on; `Ok(None)` for one that the model does not hold (a system's or an extension's).
    pub(super) fn find_table(&self, name: &Name) -> Ran<Option<QualifiedName>> {
        match self.find_relation(name) {
            Found::Is(key, Relation::Table) => Ok(Some(key)),
            Found::Is(key, _) => {
                Err(Refusal::new(IssueKind::InvalidReference, "42809", format!("\"{}\" is not a table", key.name))
                    .at(name.span)
                    .uncertain_if(!self.knows_all))
            }
            Found::Outside => Ok(None),
            Found::Missing => Err(self.missing_relation(name, "relation")),
        }
    }

    pub(super) fn table(&self, name: &QualifiedName) -> Option<&Table> {
        self.catalog.tables.get(name)
    }

    /// Whether the columns of a table are all known, so that a missing one is missing.
    pub(super) fn knows_columns(&self, table: &Table) -> bool {
        table.unknown_columns.is_empty() && self.knows_all
    }

    /// Whether a table has no such column, for certain.
    pub(super) fn lacks_column(&self, table: &Table, column: &str) -> bool {
        table.column(column).is_none() && self.knows_columns(table)
    }

    /// `column "x" of relation "t" does not exist`
    pub(super) fn missing_column(&self, table: &Table, column: &str, span: Option<Span>) -> Refusal {
        Refusal::new(
            IssueKind::UnknownColumn,
            "42703",
            format!("column \"{column}\" of relation \"{}\" does not exist", table.name.name),
        )
        .at_opt(span)
        .of(ObjectRef::part(ObjectKind::Column, &table.name, column))
        .uncertain_if(!self.knows_columns(table))
    }

    /// The same with another wording, where the server has one.
    pub(super) fn missing_column_as(&self, table: &Table, column: &str, message: String) -> Refusal {
        let mut refusal = self.missing_column(table, column, None);
        refusal.message = message;
        refusal
    }

    /// A user-defined type by name.
    pub(super) fn find_type(&self, name: &Name) -> Option<QualifiedName> {
        let is = |key: &QualifiedName| {
            self.catalog.enums.contains_key(key)
                || self.catalog.domains.contains_key(key)
                || self.other_types.contains(key)
                || matches!(self.relations.get(key), Some(Relation::Composite | Relation::Table | Relation::View))
        };
        match &name.schema {
            Some(schema) => Some(QualifiedName::new(schema, &name.name)).filter(is),
            None => self.searched().map(|s| QualifiedName::new(s, &name.name)).find(is),
        }
    }

    /// ALTER TYPE is not for the row type of a table or view.
    pub(super) fn check_is_own_type(&self, key: &QualifiedName, span: Span) -> Ran<()> {
        if !matches!(self.relations.get(key), Some(Relation::Table | Relation::View)) {
            return Ok(());
        }
        let message = format!("{} is a table's row type", super::sequences::quote_if_needed(&key.name));
        Err(self.refuse(IssueKind::InvalidType, "42809", message).at(span))
    }

    /// `type "x" does not exist`
    pub(super) fn missing_type(&self, name: &Name) -> Refusal {
        if let Some(schema) = &name.schema
            && !self.catalog.schemas.contains_key(schema)
            && !is_system_schema(schema)
        {
            return self.missing_schema(schema, name.span);
        }
        Refusal::new(IssueKind::UnknownType, "42704", format!("type \"{}\" does not exist", written(name)))
            .at(name.span)
            .of(ObjectRef::top(ObjectKind::Type, &self.would_be(name)))
            .uncertain_if(!self.knows_all || !self.extensions_known())
    }

    /// A type that is not there: refused, unless an extension that is not known may have brought it, of which the model holds nothing.
    pub(super) fn no_such_type<T>(&self, name: &Name) -> Ran<Option<T>> {
        if self.extensions_known() { Err(self.missing_type(name)) } else { Ok(None) }
    }

    /// The type that was written. Types that come from an extension keep their bare name.
    pub(super) fn resolve_type(&self, written: &TypeUse) -> Ran<Known<TypeName>> {
        if let Some(source) = &written.copied_from {
            return Ok(Known::Unknown(Unknown::new(
                written.span,
                format!("its type is copied from `{}`", source.name),
            )));
        }
        let ty = &written.ty;
        if ty.schema.is_none() && builtin::is_type(&ty.name) {
            return Ok(Known::Known(ty.clone()));
        }
        let name = Name { schema: ty.schema.clone(), name: ty.name.clone(), span: written.span };
        if let Some(found) = self.find_type(&name) {
            if !self.catalog.enums.contains_key(&found) {
                self.holds_types.set(true);
            }
            let schema = Some(found.schema);
            return Ok(Known::Known(TypeName { schema, name: found.name, ..ty.clone() }));
        }
        // `_x` is the array of `x`.
        if let Some(element) = ty.name.strip_prefix('_')
            && builtin::is_type(element)
        {
            return Ok(Known::Known(TypeName::built_in(element).array_of()));
        }
        let from_extension = self
            .catalog
            .extensions
            .keys()
            .filter_map(|e| builtin::extension(e))
            .any(|known| known.types.contains(&ty.name.as_str()));
        let outside = ty.schema.as_deref().is_some_and(is_system_schema);
        if from_extension || outside {
            return Ok(Known::Known(TypeName { schema: None, ..ty.clone() }));
        }
        let refusal = self.missing_type(&name);
        if refusal.uncertain {
            return Ok(Known::Known(TypeName { schema: None, ..ty.clone() }));
        }
        Err(refusal)
    }

    /// What a written relation kind is called in messages.
    pub(super) fn kind_word(kind: RelationKind) -> &'static str {
        match kind {
            RelationKind::Table => "table",
            RelationKind::ForeignTable => "foreign table",
            RelationKind::View => "view",
            RelationKind::MaterializedView => "materialized view",
            RelationKind::Index => "index",
            RelationKind::Sequence => "sequence",
            RelationKind::Composite => "type",
        }
    }
}
