//! What the server reads of a function when it is made: the body of one in SQL, and the settings that it runs under.

use super::IssueKind;
use super::lookup::{Found, written};
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::postgres::{Parsed, RowWrite, parse_computed, read_write};
use crate::ddl::{CreateFunction, FunctionArgument, Op, WriteVerb};
use crate::dialect::{NameKind, SqlForm};
use crate::model::TypeName;
use crate::source::Span;

/// Text search configurations of pg_catalog (src/backend/snowball/snowball_create.sql).
const TEXT_SEARCH_CONFIGURATIONS: &[&str] = &[
    "arabic",
    "armenian",
    "basque",
    "catalan",
    "danish",
    "dutch",
    "english",
    "finnish",
    "french",
    "german",
    "greek",
    "hindi",
    "hungarian",
    "indonesian",
    "irish",
    "italian",
    "lithuanian",
    "nepali",
    "norwegian",
    "portuguese",
    "romanian",
    "russian",
    "serbian",
    "simple",
    "spanish",
    "swedish",
    "tamil",
    "turkish",
    "yiddish",
];

impl State {
    /// `check_function_bodies`
    fn checks_bodies(&self) -> bool {
        let setting = self.settings.get("check_function_bodies").map(String::as_str);
        !matches!(setting, Some("off" | "false" | "0" | "no"))
    }

    /// The text search configuration of `SET default_text_search_config` must be there.
    pub(super) fn check_function_settings(&self, def: &CreateFunction) -> Ran<()> {
        let Some((_, value)) = def.settings.iter().find(|(name, _)| name == "default_text_search_config") else {
            return Ok(());
        };
        let bare = value.rsplit('.').next().unwrap_or(value);
        let exists = TEXT_SEARCH_CONFIGURATIONS.contains(&bare)
            || self.catalog.opaque.iter().any(|o| o.what == "text search configuration" && o.name == bare)
            || !self.catalog.extensions.is_empty();
        if exists || !self.checks_bodies() {
            return Ok(());
        }
        let message = format!("invalid value for parameter \"default_text_search_config\": \"{value}\"");
        Err(self.refuse(IssueKind::UnknownObject, "22023", message).at(def.name.span))
    }

    /// The server reads the body of a SQL function when it is made (`fmgr_sql_validator`), unless `check_function_bodies` is off.
    pub(super) fn check_sql_body(&self, def: &CreateFunction, only_qualified: bool) -> Ran<()> {
        let is_sql = def.language.as_deref() == Some("sql");
        let Some((body, span)) = def.body.as_ref().filter(|_| is_sql && self.checks_bodies()) else {
            return Ok(());
        };
        // What the body makes itself is not there yet either, but that is a rare and an odd function.
        if super::data::may_change_model(body) {
            return Ok(());
        }
        let Some(names) = self.names_in(body, SqlForm::Statement) else { return Ok(()) };
        let certain = |parts: &[String]| parts.len() > 1 || !only_qualified;
        for name in names.uses.iter().filter(|n| n.kind == NameKind::Relation && certain(&n.parts)) {
            let Some(relation) = super::dependencies::name_of(&name.parts, *span) else { continue };
            if matches!(self.find_relation(&relation), Found::Missing) {
                let mut refusal = self.missing_relation(&relation, "relation");
                refusal.message = format!("relation \"{}\" does not exist", written(&relation));
                return Err(refusal);
            }
        }
        for name in names.uses.iter().filter(|n| n.kind == NameKind::Function && certain(&n.parts)) {
            // A function may call itself.
            if let Some(function) = super::dependencies::name_of(&name.parts, *span).filter(|f| f.name != def.name.name)
            {
                self.check_call(&function)?;
            }
        }
        self.check_inserted_parameters(def, body, *span)
    }

    /// A parameter that is inserted as it is has to fit its column.
    fn check_inserted_parameters(&self, def: &CreateFunction, body: &str, span: Span) -> Ran<()> {
        for (parsed, text) in parse_computed(span, body) {
            let Parsed::Statement(statement) = parsed else { return Ok(()) };
            let Op::Write(write) = &statement.op else { continue };
            if write.verb != WriteVerb::Insert {
                continue;
            }
            let Some(table) = self.relation_of_name(&write.relation).and_then(|key| self.table(&key)) else { continue };
            let Some(RowWrite::Insert { columns, query: Some(query), .. }) = read_write(&text) else { continue };
            let Some(row) = single_row(&query).filter(|_| self.knows_columns(table)) else { continue };
            for (place, value) in super::bounds::items(row).into_iter().enumerate() {
                let column = match columns.get(place) {
                    Some(name) => table.column(name),
                    None if columns.is_empty() => table.columns.get(place),
                    None => None,
                };
                let types = (column.and_then(|c| c.ty.known()), parameter(def, value));
                let (Some(column), (Some(to), Some(given))) = (column, types) else { continue };
                let from = self.signature_type(&given.ty);
                if self.is_row(&from) && super::casts::is_scalar(&self.base_type(to))
                    || self.assignable(&from, to) == Some(false)
                {
                    let to = TypeName { modifiers: Vec::new(), ..to.clone() };
                    let message =
                        format!("column \"{}\" is of type {to} but expression is of type {}", column.name, from.name);
                    return Err(Refusal::new(IssueKind::InvalidType, "42804", message)
                        .at(span)
                        .uncertain_if(!self.knows_all));
                }
            }
        }
        Ok(())
    }

    /// Whether a type is a composite one or that of a table's rows.
    fn is_row(&self, ty: &TypeName) -> bool {
        let name = ty.qualified().filter(|_| !ty.array);
        name.is_some_and(|n| self.catalog.composites.contains_key(&n) || self.catalog.tables.contains_key(&n))
    }
}

/// The items of `VALUES (…)`, where it is one row.
fn single_row(query: &str) -> Option<&str> {
    let inner = query.trim().strip_prefix("VALUES (")?.strip_suffix(')')?;
    (!inner.contains("), (")).then_some(inner)
}

/// The parameter that an expression is, by name or by number.
fn parameter<'d>(def: &'d CreateFunction, value: &str) -> Option<&'d FunctionArgument> {
    let mut inputs = def.arguments.iter().filter(|a| matches!(a.mode, 'i' | 'b' | 'v'));
    match value.strip_prefix('$').and_then(|number| number.parse::<usize>().ok()) {
        Some(number) => inputs.nth(number.checked_sub(1)?),
        None => inputs.find(|a| a.name.as_deref() == Some(value)),
    }
}
