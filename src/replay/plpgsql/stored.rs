//! Values of rows as their columns store them.

use super::super::Host;
use super::data::NamedRow;
use super::frame::Frame;
use super::interpret::Interpreter;
use crate::ddl::postgres::eval::{Answer, Stop, Value};
use crate::model::{Column, Domain, Known, Table, TypeName};

/// A value as a column of a type stores it.
pub(super) fn stored(value: &Answer, column: &Column) -> Option<Value> {
    let value = value.as_ref().ok()?;
    if value.is_null() {
        return Some(Value::Null);
    }
    let ty = column.ty.known().filter(|ty| ty.schema.is_none() && !ty.array)?;
    match (ty.name.as_str(), value) {
        ("smallint" | "integer" | "bigint", Value::Int(_)) => Some(value.clone()),
        ("smallint" | "integer" | "bigint", Value::Text(text)) => text.trim().parse().ok().map(Value::Int),
        ("text" | "character varying", Value::Text(_) | Value::Int(_)) => {
            let text = value.to_text()?;
            let fits = ty
                .modifiers
                .first()
                .is_none_or(|most| most.parse::<usize>().is_ok_and(|most| text.chars().count() <= most));
            fits.then_some(Value::Text(text))
        }
        ("boolean", Value::Bool(_)) => Some(value.clone()),
        _ => None,
    }
}

/// What a row has in a column, as it is stored there; `None` where that is not known.
pub(super) fn value_of(table: &Table, row: &NamedRow, column: &str) -> Option<Value> {
    let (_, value) = row.iter().find(|(name, _)| name == column)?;
    stored(value, table.column(column)?)
}

/// The domains that a type stands for, outermost first, and the type below them.
pub(super) fn domains_of<'h>(host: &'h dyn Host, ty: &TypeName) -> (Vec<&'h Domain>, TypeName) {
    let (mut domains, mut ty) = (Vec::new(), ty.clone());
    while let Some(domain) = ty.qualified().filter(|_| !ty.array).and_then(|name| host.catalog().domains.get(&name)) {
        if domains.len() > 16 {
            break;
        }
        domains.push(domain);
        ty = domain.base.clone();
    }
    (domains, ty)
}

/// The table with the types that its values are stored as.
pub(super) fn with_base_types(host: &dyn Host, table: &Table) -> Table {
    let mut table = table.clone();
    for column in &mut table.columns {
        if let Known::Known(ty) = &column.ty {
            column.ty = Known::Known(domains_of(host, ty).1);
        }
    }
    table
}

/// The columns of a row as variables, as far as their values are known.
pub(super) fn frame_of(table: &Table, row: &NamedRow) -> Frame {
    let mut frame = Frame::default();
    for column in &table.columns {
        frame.declare(&column.name, known_or_stop(value_of(table, row, &column.name)));
    }
    frame
}

pub(super) fn known_or_stop(value: Option<Value>) -> Answer {
    value.ok_or_else(|| Stop::unknown("its value is not known"))
}

/// Fills in what the server generates of a row.
pub(super) fn generate(interpreter: &mut Interpreter<'_>, table: &Table, row: &mut NamedRow) {
    for column in &table.columns {
        let value = match &column.generated {
            Known::Known(None) => continue,
            Known::Known(Some(generated)) => {
                let frame = frame_of(&with_base_types(interpreter.host, table), row);
                interpreter.evaluate(&generated.expr.sql, &frame)
            }
            Known::Unknown(unknown) => Err(Stop::unknown(&unknown.reason)),
        };
        row.retain(|(name, _)| *name != column.name);
        row.push((column.name.clone(), value));
    }
}
