//! [`Dialect`] for PostgreSQL.

use super::parse::raw_parse_with;
use super::{canonical, grouping, lexer, names, opclass, print, query_types, refactor, types};
use crate::dialect::{
    ColumnText, Dialect, GroupedSource, InputError, NamesIn, QueryColumn, Resolver, SchemaObjects, SqlForm,
    StatementTypes,
};
use crate::model::{Expr, TypeName};
use crate::source::Span;

/// PostgreSQL's answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PostgreSql;

impl Dialect for PostgreSql {
    fn name(&self) -> &'static str {
        "postgresql"
    }

    fn truncate_identifier<'a>(&self, name: &'a str) -> &'a str {
        lexer::truncate(name)
    }

    fn quote_identifier(&self, name: &str) -> String {
        print::quote_always(name)
    }

    fn quote_literal(&self, text: &str) -> String {
        print::quote_literal(text)
    }

    fn parse_type(&self, text: &str) -> Option<TypeName> {
        let lowered = types::parse_type(text)?;
        (!lowered.serial && lowered.copied_from.is_none()).then_some(lowered.ty)
    }

    fn parse_column(&self, text: &str, at: Span) -> Option<ColumnText> {
        types::parse_column(text, at)
    }

    fn type_to_sql(&self, ty: &TypeName) -> String {
        types::type_to_ddl(ty)
    }

    fn check_expression(&self, sql: &str) -> Result<(), String> {
        let statements = raw_parse_with(sql, pg_query::ParserOptions::PLPGSQL_EXPR)?;
        match refactor::single_expression(&statements) {
            Some(_) => Ok(()),
            None => Err("this is not one expression".into()),
        }
    }

    fn same_expression(&self, a: &Expr, b: &Expr, ty: Option<&TypeName>, names: &dyn Resolver) -> bool {
        canonical::same_expression(a, b, ty, names)
    }

    fn canonical_expression(&self, expr: &Expr, ty: Option<&TypeName>, names: &dyn Resolver) -> String {
        canonical::canonical_expression(expr, ty, names)
    }

    fn same_query(&self, a: &Expr, b: &Expr) -> Option<bool> {
        canonical::same_query(a, b)
    }

    fn same_program(&self, a: &str, b: &str, names: &dyn Resolver) -> bool {
        canonical::same_program(a, b, names)
    }

    fn same_tokens(&self, a: &str, b: &str) -> bool {
        lexer::same_tokens(a, b)
    }

    fn columns_of(&self, sql: &str) -> Vec<String> {
        refactor::names_of_expression(sql).map(|names| names.columns).unwrap_or_default()
    }

    fn rename_column(&self, sql: &str, from: &str, to: &str) -> String {
        refactor::rename_column(sql, None, from, to)
    }

    fn is_default_opclass(&self, method: &str, opclass: &str, ty: &TypeName) -> bool {
        opclass::is_default_opclass(method, opclass, ty)
    }

    fn expression_name(&self, sql: &str) -> Option<String> {
        refactor::expression_name(sql)
    }

    fn names_in(&self, sql: &str, form: SqlForm) -> Option<NamesIn> {
        names::names_in(sql, form)
    }

    fn query_columns(&self, sql: &str, objects: &dyn SchemaObjects) -> Option<Vec<QueryColumn>> {
        query_types::query_columns(sql, objects)
    }

    fn statement_types(&self, sql: &str, objects: &dyn SchemaObjects) -> StatementTypes {
        query_types::statement_types(sql, objects)
    }

    fn grouped_sources(&self, sql: &str, objects: &dyn SchemaObjects) -> Vec<GroupedSource> {
        grouping::grouped_sources(sql, objects)
    }

    fn input_error(&self, ty: &TypeName, text: &str) -> Option<InputError> {
        super::input::input_error(ty, text)
    }

    fn number_error(&self, ty: &TypeName, text: &str) -> Option<InputError> {
        super::input::number_error(ty, text)
    }

    fn default_schema(&self) -> &'static str {
        "public"
    }
}
