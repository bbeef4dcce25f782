//! Constants that are no values of the types they are to have: the server reads them while it reads the statement, whatever rows there are
//! (`coerce_type` in src/backend/parser/parse_coerce.c, `enum_in` in src/backend/utils/adt/enum.c).

use super::IssueKind;
use super::casts::string_constant;
use super::host::Host;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::postgres::{array_elements, filled_in_by_template, format_type};
use crate::ddl::{Constant, ConstantTo, TypeUse, Write, WriteVerb};
use crate::dialect::{InputError, LiteralOf, SqlForm};
use crate::model::{EnumLabel, Expr, Known, ObjectKind, ObjectRef, QualifiedName, TypeName};
use crate::source::{Span, nearest};

impl State {
    /// Refuses a string constant that a type does not take, or whose enum label may not be used yet.
    pub(super) fn check_literal(&mut self, ty: &TypeName, text: &str, span: Span) -> Ran<()> {
        self.check_value(ty, text, span)?;
        let base = self.base_type(ty);
        let Some(name) = base.qualified() else { return Ok(()) };
        let labels = if base.array { array_elements(text).unwrap_or_default() } else { vec![text] };
        let is_new = |label: &&str| self.new_labels.iter().any(|(n, l)| *n == name && l == label);
        let Some(label) = labels.into_iter().find(is_new) else { return Ok(()) };
        let message = format!("unsafe use of new value \"{label}\" of enum type {}", name.name);
        let refusal = Refusal::new(IssueKind::InTransaction, "55P04", message).at(span);
        self.fails_in_transaction(refusal)
    }

    /// Refuses a string constant that a type does not take.
    pub(super) fn check_value(&self, ty: &TypeName, text: &str, span: Span) -> Ran<()> {
        if filled_in_by_template(text).is_some() {
            return Ok(());
        }
        let base = self.base_type(ty);
        let refuse =
            |error: InputError| Err(self.refuse(IssueKind::InvalidDefinition, error.code, error.message).at(span));
        let Some(name) = base.qualified() else {
            return self.dialect.input_error(&base, text).map_or(Ok(()), refuse);
        };
        if base.array {
            return match array_elements(text) {
                Ok(elements) => elements.into_iter().try_for_each(|element| self.check_label(&name, element, span)),
                Err(error) => error.map_or(Ok(()), refuse),
            };
        }
        let is_row = self.catalog.composites.contains_key(&name) || self.catalog.tables.contains_key(&name);
        if is_row && !text.trim_start().starts_with('(') {
            return refuse(InputError { code: "22P02", message: format!("malformed record literal: \"{text}\"") });
        }
        self.check_label(&name, text, span)
    }

    /// A string constant for an enum must be one of its labels.
    fn check_label(&self, name: &QualifiedName, text: &str, span: Span) -> Ran<()> {
        let Some(labels) = self.catalog.enums.get(name).and_then(|e| e.labels.known()) else { return Ok(()) };
        if !labels.iter().any(|l| l.value == text) {
            let message = format!("invalid input value for enum {}: \"{text}\"", name.name);
            let refusal = self.refuse(IssueKind::InvalidDefinition, "22P02", message).at(span);
            let unsure = self.is_doubtful(&name.name);
            let refusal = refusal.hint(labels_of(labels, text));
            return Err(refusal.of(ObjectRef::top(ObjectKind::Enum, name)).uncertain_if(unsure));
        }
        Ok(())
    }

    /// The constants of a default: one that is nothing else has the type of its column.
    pub(super) fn check_default_literal(&mut self, ty: &TypeName, expr: &Expr) -> Ran<()> {
        match string_constant(&expr.sql) {
            Some(text) => self.check_literal(ty, &text, expr.span),
            None => self.check_literals(&expr.sql, SqlForm::Expression, None, expr.span),
        }
    }

    /// The constants of an expression or query that take their types from casts and from columns; `on` is the table of an expression.
    pub(super) fn check_literals(
        &mut self,
        sql: &str,
        form: SqlForm,
        on: Option<&QualifiedName>,
        span: Span,
    ) -> Ran<()> {
        if !sql.contains('\'') {
            return Ok(());
        }
        let Some(names) = self.names_in(sql, form) else { return Ok(()) };
        for literal in &names.literals {
            let type_of = |parts: &[String], scope| {
                let meant = self.column_meant(&names, scope, parts, on).ok().flatten();
                meant.and_then(|(relation, column)| self.column_type(&relation, &column))
            };
            let ty = match &literal.of {
                LiteralOf::Type(ty) => self.type_written(ty, span),
                LiteralOf::Column(parts) => type_of(parts, literal.scope),
                LiteralOf::ElementsLike(parts) => type_of(parts, literal.scope)
                    .map(|ty| self.base_type(&ty))
                    .filter(|ty| !ty.array)
                    .map(TypeName::array_of),
            };
            if let Some(ty) = ty {
                self.check_literal(&ty, &literal.text, span)?;
            }
        }
        Ok(())
    }

    fn type_written(&self, ty: &TypeName, span: Span) -> Option<TypeName> {
        let written = TypeUse { ty: ty.clone(), serial: false, copied_from: None, span };
        self.resolve_type(&written).ok()?.into_known()
    }

    /// The constants that a statement gives to the columns of a table, and those in its conditions. `text` is the statement.
    pub(super) fn check_written_constants(&mut self, table: &QualifiedName, write: &Write, text: &str) -> Ran<()> {
        let Some(found) = self.table(table).filter(|t| self.knows_columns(t)) else { return Ok(()) };
        let types: Vec<(String, Option<TypeName>)> =
            found.columns.iter().map(|c| (c.name.clone(), c.ty.known().map(|ty| self.base_type(ty)))).collect();
        for given in &write.constants {
            let named = |name: &str| types.iter().find(|(column, _)| column == name);
            let column = match &given.to {
                ConstantTo::Column(name) => named(name),
                ConstantTo::Listed(place) => write.columns.get(*place as usize).and_then(|(name, _)| named(name)),
                ConstantTo::Place(place) => types.get(*place as usize),
            };
            let Some((column, Some(ty))) = column else { continue };
            match &given.constant {
                Constant::Text(text) => {
                    self.check_literal(ty, text, given.span)?;
                    self.check_text_fits(ty, text, given.span)?;
                }
                Constant::Cast(cast) => {
                    let (to, text) = &**cast;
                    if let Some(to) = self.type_written(to, given.span) {
                        self.check_literal(&to, text, given.span)?;
                    }
                }
                Constant::Number(number) => {
                    self.check_stored_as(column, type_of_number(number), ty, given.span)?;
                    if let Some(error) = self.dialect.number_error(ty, number) {
                        return Err(self
                            .refuse(IssueKind::InvalidDefinition, error.code, error.message)
                            .at(given.span));
                    }
                }
                Constant::Boolean => self.check_stored_as(column, "boolean", ty, given.span)?,
            }
        }
        let has_condition = write.verb != WriteVerb::Insert || !write.reads.is_empty();
        if has_condition {
            self.check_literals(text, SqlForm::Statement, None, self.now)?;
        }
        Ok(())
    }

    /// A constant of a type of its own has to be one that the column takes (`transformAssignedExpr`).
    fn check_stored_as(&self, column: &str, from: &str, to: &TypeName, span: Span) -> Ran<()> {
        if self.assignable(&TypeName::built_in(from), to) != Some(false) {
            return Ok(());
        }
        let to = format_type(to);
        let message = format!("column \"{column}\" is of type {to} but expression is of type {from}");
        Err(self.refuse(IssueKind::InvalidType, "42804", message).at(span))
    }

    /// A text has to fit a column of limited length, spaces at its end aside (`varchar_input`).
    pub(super) fn check_text_fits(&self, ty: &TypeName, text: &str, span: Span) -> Ran<()> {
        if !matches!(ty.name.as_str(), "character" | "character varying") || ty.schema.is_some() || ty.array {
            return Ok(());
        }
        let limit = ty.modifiers.first().and_then(|m| m.parse::<usize>().ok());
        if limit.is_none_or(|limit| text.trim_end_matches(' ').chars().count() <= limit) {
            return Ok(());
        }
        Err(self.refuse(IssueKind::InvalidDefinition, "22001", format!("value too long for type {ty}")).at(span))
    }

    /// A default that is added with its column is reckoned out at once (`ATExecAddColumn`).
    pub(super) fn check_added_default(&self, table: &QualifiedName, column: &crate::model::Column) -> Ran<()> {
        let (Some(ty), Known::Known(Some(default))) = (column.ty.known(), &column.default) else { return Ok(()) };
        if self.is_partitioned(table) {
            return Ok(());
        }
        let (sql, span) = (default.expr.sql.as_str(), default.expr.span);
        let base = self.base_type(ty);
        if let Some(text) = sql.split("::").next().and_then(string_constant) {
            return self.check_text_fits(&base, &text, span);
        }
        let is_number = sql.strip_prefix('-').unwrap_or(sql).bytes().all(|b| b.is_ascii_digit());
        match self.dialect.number_error(&base, sql).filter(|_| is_number) {
            Some(error) => Err(self.refuse(IssueKind::InvalidDefinition, error.code, error.message).at(span)),
            None => Ok(()),
        }
    }
}

/// The smallest type that a numeric constant fits (`make_const` in src/backend/parser/parse_node.c).
fn type_of_number(number: &str) -> &'static str {
    match number.parse::<i64>() {
        Ok(value) if i32::try_from(value).is_ok() => "integer",
        Ok(_) => "bigint",
        Err(_) => "numeric",
    }
}

/// The label that was meant, where one is near, or what there is to choose from.
fn labels_of(labels: &[EnumLabel], text: &str) -> String {
    const SHOWN: usize = 12;
    let all: Vec<&str> = labels.iter().map(|label| label.value.as_str()).collect();
    if let Some(near) = nearest(text, &all) {
        return format!("did you mean '{near}'?");
    }
    let shown: Vec<String> = all.iter().take(SHOWN).map(|label| format!("'{label}'")).collect();
    let more = if all.len() > SHOWN { ", …" } else { "" };
    format!("its labels are {}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant() {
        let check = |labels: &[&str], text: &str, expect: &str| {
            let at = Span::nowhere();
            let labels: Vec<EnumLabel> =
                labels.iter().map(|label| EnumLabel { value: (*label).to_owned(), span: at }).collect();
            assert_eq!(labels_of(&labels, text), expect);
        };
        check(&["pending", "paid"], "Paid", "did you mean 'paid'?");
        check(&["a", "b"], "zero", "its labels are 'a', 'b'");
    }
}
