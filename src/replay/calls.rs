//! Calls of functions that do not exist, those of an extension that was not created among them.

use super::IssueKind;
use super::dependencies::name_of;
use super::function_names::{brings, is_built_in, is_some_extensions, own_schema};
use super::host::Host;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::Name;
use crate::dialect::{NameKind, SqlForm};
use crate::model::{ObjectKind, ObjectRef};
use crate::source::Span;

/// Functions of well-known extensions that migrations call, and whose names no built-in function bears.
const FUNCTIONS: &[(&str, &str)] = &[
    ("uuid_generate_v1", "uuid-ossp"),
    ("uuid_generate_v1mc", "uuid-ossp"),
    ("uuid_generate_v3", "uuid-ossp"),
    ("uuid_generate_v4", "uuid-ossp"),
    ("uuid_generate_v5", "uuid-ossp"),
    ("uuid_nil", "uuid-ossp"),
    ("gen_random_bytes", "pgcrypto"),
    ("gen_salt", "pgcrypto"),
    ("crypt", "pgcrypto"),
    ("pgp_sym_encrypt", "pgcrypto"),
    ("pgp_sym_decrypt", "pgcrypto"),
    ("similarity", "pg_trgm"),
    ("word_similarity", "pg_trgm"),
    ("unaccent", "unaccent"),
    ("levenshtein", "fuzzystrmatch"),
    ("dmetaphone", "fuzzystrmatch"),
];

/// The extension and the function of the first such call in a text.
pub(super) fn extension_called(sql: &str) -> Option<(&'static str, &'static str)> {
    // Most expressions call nothing, or one function.
    let mut rest = 0;
    while let Some(open) = sql[rest..].find('(').map(|at| rest + at) {
        rest = open + 1;
        let before = sql[..open].trim_end().trim_end_matches('"');
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let name = &before[before.trim_end_matches(is_part).len()..];
        if let Some(&(function, extension)) = FUNCTIONS.iter().find(|(function, _)| *function == name) {
            return Some((extension, function));
        }
    }
    None
}

/// Names that are called in a text, by the look of it: what stands before a parenthesis.
fn called(sql: &str) -> impl Iterator<Item = &str> {
    sql.match_indices('(').filter_map(|(open, _)| {
        let before = sql[..open].trim_end().trim_end_matches('"');
        let name = &before[before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len()..];
        (!name.is_empty()).then_some(name)
    })
}

impl State {
    /// Refuses an expression that calls a function which does not exist.
    pub(super) fn check_functions(&self, sql: &str, span: Span) -> Ran<()> {
        self.check_extension_functions(sql, span)?;
        // Few expressions call anything but built-in functions, and those need not be parsed.
        if called(sql).all(is_built_in) {
            return Ok(());
        }
        let Some(names) = self.names_in(sql, SqlForm::Expression) else { return Ok(()) };
        for name in names.uses.iter().filter(|name| name.kind == NameKind::Function) {
            if let Some(name) = name_of(&name.parts, span) {
                self.check_call(&name)?;
            }
        }
        Ok(())
    }

    /// Refuses a call of an extension's function while neither the extension nor a function of that name exists.
    pub(super) fn check_extension_functions(&self, sql: &str, span: Span) -> Ran<()> {
        let Some((extension, function)) = extension_called(sql) else { return Ok(()) };
        let own = self.catalog.functions.iter().any(|f| f.name.name == function);
        if own || self.catalog.extensions.contains_key(extension) || !self.extensions_known() {
            return Ok(());
        }
        let message = format!("function {function}() does not exist");
        Err(Refusal::new(IssueKind::UnknownFunction, "42883", message)
            .at(span)
            .of(ObjectRef::bare(ObjectKind::Extension, extension))
            .uncertain_if(!self.knows_all))
    }

    /// Refuses a call by a name that no function bears. Which of several functions is meant, and whether the arguments fit, is not asked.
    pub(super) fn check_call(&self, name: &Name) -> Ran<()> {
        if self.function_may_exist(name) {
            return Ok(());
        }
        if let Some(schema) = &name.schema
            && !self.catalog.schemas.contains_key(schema)
        {
            return Err(self.missing_schema(schema, name.span));
        }
        let message = format!("function {}() does not exist", super::lookup::written(name));
        Err(Refusal::new(IssueKind::UnknownFunction, "42883", message)
            .at(name.span)
            .of(ObjectRef::top(ObjectKind::Function, &self.would_be(name)))
            .uncertain_if(!self.knows_all))
    }

    /// Whether a call by this name may mean something: a function, an extension's or the server's own, a cast in the form of a call, or a column
    /// of a row (`f(row)` is `row.f`).
    pub(super) fn function_may_exist(&self, name: &Name) -> bool {
        self.catalog.functions.iter().any(|f| f.name.name == name.name) || self.may_come_from_outside(name)
    }

    /// Whether a function of this name may exist that the catalog does not hold.
    pub(super) fn may_come_from_outside(&self, name: &Name) -> bool {
        let function = name.name.as_str();
        if !self.knows_all || self.is_doubtful(function) {
            return true;
        }
        let by_extension = self.catalog.extensions.keys().any(|e| brings(e, function).unwrap_or(true));
        if by_extension || self.is_type_name(function) || function.contains("multirange") {
            return true;
        }
        match &name.schema {
            None => {
                let of_platform = self.searched().any(|schema| self.platform_schemas.contains(schema));
                is_built_in(function) || of_platform && is_some_extensions(function) || self.is_some_column(function)
            }
            Some(schema) => {
                self.is_outside_function(name)
                    || schema.starts_with("pg_")
                    || self.platform_schemas.contains(schema)
                    || !self.platform_schemas.is_empty() && !self.catalog.schemas.contains_key(schema)
                    || self.catalog.extensions.keys().any(|e| own_schema(e) == Some(schema))
            }
        }
    }

    fn is_type_name(&self, name: &str) -> bool {
        let catalog = &self.catalog;
        super::builtin::is_type(name)
            || catalog.enums.keys().any(|key| key.name == name)
            || catalog.domains.keys().any(|key| key.name == name)
            || catalog.composites.keys().any(|key| key.name == name)
            || catalog.tables.keys().any(|key| key.name == name)
            || catalog.views.keys().any(|key| key.name == name)
            || self.other_types.iter().any(|key| key.name == name)
    }

    fn is_some_column(&self, name: &str) -> bool {
        self.catalog.tables.values().any(|t| t.column(name).is_some() || !t.unknown_columns.is_empty())
            || self
                .catalog
                .views
                .values()
                .any(|v| v.columns.known().is_none_or(|columns| columns.iter().any(|c| c.name == name)))
            || self.catalog.composites.values().any(|c| c.attributes.iter().any(|(a, _)| a == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_recognised() {
        let check = |sql: &str, expect: Option<&str>| assert_eq!(extension_called(sql).map(|c| c.0), expect, "{sql}");
        check("uuid_generate_v4()", Some("uuid-ossp"));
        check("extensions.uuid_generate_v4 ()", Some("uuid-ossp"));
        check("my_uuid_generate_v4()", None);
        check("'uuid_generate_v4'", None);
        check("similarity > 0.3", None);
    }
}
