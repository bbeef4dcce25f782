//! What no longer holds together once a column has another type: a cast that does not exist, an operator for which there is none.

use std::ops::Range;

use super::IssueKind;
use super::casts::Family;
use super::refusal::Ran;
use super::state::State;
use crate::dialect::{NameKind, SqlForm};
use crate::model::{Expr, IndexKeyPart, Known, QualifiedName, TypeName};

impl State {
    /// `USING (…)::type`: the cast must exist.
    pub(super) fn check_cast(&self, table: &QualifiedName, using: &Expr) -> Ran<()> {
        let Some((inner, ty)) = using.sql.trim().rsplit_once("::") else { return Ok(()) };
        let Some(ty) = self.dialect.parse_type(ty) else { return Ok(()) };
        let is_literal = inner.ends_with('\'') || inner.eq_ignore_ascii_case("null");
        if !is_one(inner) || is_literal {
            return Ok(());
        }
        let written = crate::ddl::TypeUse { ty, serial: false, copied_from: None, span: using.span };
        let Some(to) = self.resolve_type(&written)?.into_known() else { return Ok(()) };
        let Some(from) = self.type_of_expression(table, inner) else { return Ok(()) };
        if self.castable(&from, &to) != Some(false) {
            return Ok(());
        }
        let bare = |ty: &TypeName| TypeName { modifiers: Vec::new(), ..ty.clone() };
        let message = format!("cannot cast type {} to {}", bare(&from), bare(&to));
        Err(self.refuse(IssueKind::InvalidType, "42846", message).at(using.span))
    }

    /// A check or an index that compares the column with a constant, as the server reads it again for the new type: the constant has the type that
    /// it took from the old one.
    pub(super) fn check_operators_after(
        &self,
        table: &QualifiedName,
        column: &str,
        from: &TypeName,
        to: &TypeName,
    ) -> Ran<()> {
        let (was, is) = (self.base_type(from), self.base_type(to));
        let Some(constant) = constant_of(&was) else { return Ok(()) };
        let family = self.family(&is);
        let is_number = matches!(constant, "integer" | "numeric" | "double precision");
        let takes_it = match family {
            None => true,
            Some(Family::Number | Family::Money) if is_number => true,
            Some(other) => {
                Some(other) == self.family(&was)
                    && (was.name == is.name || other != Family::Json && other != Family::Alone)
            }
        };
        // An operator that somebody defines may be the one.
        if !is.array && takes_it || self.catalog.opaque.iter().any(|o| o.what == "operator") {
            return Ok(());
        }
        let Some(found) = self.table(table) else { return Ok(()) };
        let mut texts: Vec<&str> = found.checks.iter().filter_map(|c| Some(c.expr.known()?.sql.as_str())).collect();
        for index in &found.indexes {
            texts.extend(index.predicate.known().and_then(|p| Some(p.as_ref()?.sql.as_str())));
            texts.extend(index.keys.iter().filter_map(|key| match &key.part {
                IndexKeyPart::Expr(Known::Known(expr)) => Some(expr.sql.as_str()),
                _ => None,
            }));
        }
        for sql in texts {
            let Some(names) = self.names_in(sql, SqlForm::Expression) else { continue };
            let uses =
                names.uses.iter().filter(|n| n.kind == NameKind::Column && n.parts.last().is_some_and(|p| p == column));
            for operator in uses.filter_map(|n| operator_with_constant(sql, &n.range, is_number)) {
                if is.name == "json" && matches!(operator, "->" | "->>") {
                    continue;
                }
                let is_arithmetic = matches!(operator, "+" | "-" | "*" | "/" | "%");
                // A date and a number make a date.
                if is_arithmetic && !matches!(family, Some(Family::String | Family::Alone | Family::Enum)) {
                    continue;
                }
                let bare = TypeName { modifiers: Vec::new(), ..to.clone() };
                // Keys of an object are text.
                let constant = if matches!(operator, "?" | "->" | "->>") { "text" } else { constant };
                let message = format!("operator does not exist: {bare} {operator} {constant}");
                return Err(self.refuse(IssueKind::InvalidType, "42883", message));
            }
        }
        Ok(())
    }
}

/// Whether a text is one operand: a name, a call, or something in parentheses.
fn is_one(text: &str) -> bool {
    let mut depth = 0_i32;
    let mut quoted = None;
    for c in text.trim().chars() {
        match (quoted, c) {
            (Some(quote), c) if c == quote => quoted = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quoted = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth -= 1,
            (None, c) if depth == 0 && !(c.is_alphanumeric() || matches!(c, '_' | '.' | ':')) => return false,
            _ => {}
        }
    }
    depth == 0
}

/// The type of a constant that is compared with a column of a type. A varchar is compared as text, which every type can be cast to.
fn constant_of(ty: &TypeName) -> Option<&str> {
    if ty.array || ty.schema.is_some() {
        return None;
    }
    Some(match ty.name.as_str() {
        "smallint" | "integer" | "bigint" => "integer",
        "numeric" => "numeric",
        "real" | "double precision" => "double precision",
        name @ ("text"
        | "character"
        | "boolean"
        | "date"
        | "timestamp without time zone"
        | "timestamp with time zone"
        | "interval"
        | "uuid"
        | "bytea") => name,
        "jsonb" => "jsonb",
        _ => return None,
    })
}

/// The operator between a column and the number or string right after it; IN, BETWEEN and LIKE by what they stand for.
fn operator_with_constant<'s>(sql: &'s str, column: &Range<usize>, is_number: bool) -> Option<&'s str> {
    let rest = sql.get(column.end..)?.trim_start();
    let lower = rest.to_ascii_lowercase();
    let is_constant = |text: &str| {
        let text = text.trim_start();
        if !is_number {
            let word = text.to_ascii_lowercase();
            let is_truth = word.starts_with("true") || word.starts_with("false");
            let end = text.strip_prefix('\'').and_then(|t| t.find('\'')).map_or(0, |end| end + 2);
            return is_truth || end > 0 && !text[end..].trim_start().starts_with("::");
        }
        let digits = text.trim_start_matches('-');
        let end = digits.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(digits.len());
        let after = digits[end..].trim_start();
        // `1::bigint` and `'1'` are other things.
        end > 0 && digits.starts_with(|c: char| c.is_ascii_digit()) && !after.starts_with("::")
    };
    const WORDS: [(&str, &str); 8] = [
        ("between ", ">="),
        ("in (", "="),
        ("in(", "="),
        ("not in (", "<>"),
        ("like ", "~~"),
        ("not like ", "!~~"),
        ("ilike ", "~~*"),
        ("not ilike ", "!~~*"),
    ];
    for (word, operator) in WORDS {
        if lower.starts_with(word) {
            return is_constant(&rest[word.len()..]).then_some(operator);
        }
    }
    let end = rest.find(|c: char| !"<>=!+-*/%~?@|&#".contains(c))?;
    let operator = match &rest[..end] {
        "!=" => "<>",
        other @ ("<" | ">" | "=" | "<>" | "<=" | ">=") => other,
        other @ ("+" | "-" | "*" | "/" | "%") if is_number => other,
        other @ ("~" | "!~" | "~*" | "!~*" | "->" | "->>" | "?" | "@>" | "<@") if !is_number => other,
        _ => return None,
    };
    let after = rest[end..].trim_start();
    let lower = after.to_ascii_lowercase();
    let items =
        ["any (array[", "any(array[", "all (array[", "all(array["].iter().find(|words| lower.starts_with(**words));
    is_constant(&after[items.map_or(0, |words| words.len())..]).then_some(operator)
}
