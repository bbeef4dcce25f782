//! Sequences that belong to columns, as the server makes them.

use crate::dialect::Dialect;
use crate::model::{Catalog, Default, Expr, Origin, QualifiedName, Sequence, SequenceOptions, TypeName};
use crate::replay::make_object_name;
use crate::source::Span;

/// The column that a sequence belongs to.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub table: &'a QualifiedName,
    pub column: &'a str,
    pub span: Span,
}

/// What the server makes of `serial`: a sequence of its own and a default that takes from it.
pub(super) fn serial(
    catalog: &Catalog,
    dialect: &dyn Dialect,
    place: Place<'_>,
    ty: Option<&TypeName>,
) -> (Default, Sequence) {
    let name = free_name(catalog, place);
    let text = dialect.quote_literal(&regclass_name(dialect, &name));
    let default = Default::new(Expr::new(format!("nextval({text}::regclass)"), place.span));
    let options =
        SequenceOptions { data_type: ty.filter(|ty| ty.name != "bigint").cloned(), ..SequenceOptions::default() };
    (default, owned(name, options, place, false))
}

pub(super) fn owned(name: QualifiedName, options: SequenceOptions, place: Place<'_>, identity: bool) -> Sequence {
    Sequence {
        name,
        options,
        owned_by: Some((place.table.clone(), place.column.to_owned())),
        identity,
        comment: None,
        origin: Origin::at(place.span),
    }
}

/// Options of a sequence; drizzle-kit writes them all out, with the server's defaults where none are given.
pub(super) fn options(
    data_type: Option<TypeName>,
    cycle: bool,
    number: impl Fn(&str) -> Option<i64>,
) -> SequenceOptions {
    let (lowest, highest) = match data_type.as_ref().map(|ty| ty.name.as_str()) {
        Some("smallint") => (i64::from(i16::MIN), i64::from(i16::MAX)),
        Some("integer") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let increment = number("increment").unwrap_or(1);
    let min = number("minValue").unwrap_or(if increment < 0 { lowest } else { 1 });
    let max = number("maxValue").unwrap_or(if increment < 0 { -1 } else { highest });
    SequenceOptions {
        data_type,
        start: Some(number("startWith").unwrap_or(if increment < 0 { max } else { min })),
        increment: Some(increment),
        min: Some(min),
        max: Some(max),
        cache: Some(number("cache").unwrap_or(1)),
        cycle,
    }
}

/// A sequence's name as `regclass` prints it: quoted only where it must be, without the schema `public`.
fn regclass_name(dialect: &dyn Dialect, name: &QualifiedName) -> String {
    let plain = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let quoted = |part: &str| if plain(part) { part.to_owned() } else { dialect.quote_identifier(part) };
    if name.schema == dialect.default_schema() {
        quoted(&name.name)
    } else {
        format!("{}.{}", quoted(&name.schema), quoted(&name.name))
    }
}

/// The server's name for a column's sequence: `table_column_seq`, with a number where it is taken.
fn free_name(catalog: &Catalog, place: Place<'_>) -> QualifiedName {
    for pass in 0_usize..1000 {
        let label = if pass == 0 { "seq".to_owned() } else { format!("seq{pass}") };
        let name = make_object_name(&place.table.name, Some(place.column), &label);
        let name = QualifiedName::new(&place.table.schema, name);
        if !catalog.sequences.contains_key(&name) && !catalog.tables.contains_key(&name) {
            return name;
        }
    }
    QualifiedName::new(&place.table.schema, format!("{}_seq", place.column))
}
