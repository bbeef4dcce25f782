//! The SQL type of a column builder (`getSQLType` in `drizzle-orm/src/pg-core/columns/*.ts`).

use std::rc::Rc;

use super::Loader;
use super::builders::{BuilderId, Called, MadeBy};
use crate::declared::typescript::number_to_text;
use crate::declared::typescript::value::{Item, NodeId, Value};
use crate::dialect::ColumnText;
use crate::model::{Known, QualifiedName, TypeName, Unknown};
use crate::source::Span;

/// Functions that make a column builder.
pub(super) const COLUMN_FUNCTIONS: [&str; 36] = [
    "bigint",
    "bigserial",
    "bit",
    "boolean",
    "bytea",
    "char",
    "cidr",
    "date",
    "decimal",
    "doublePrecision",
    "geometry",
    "halfvec",
    "inet",
    "integer",
    "interval",
    "json",
    "jsonb",
    "line",
    "macaddr",
    "macaddr8",
    "numeric",
    "point",
    "real",
    "serial",
    "smallint",
    "smallserial",
    "sparsevec",
    "text",
    "time",
    "timestamp",
    "uuid",
    "varchar",
    "vector",
    "tsvector",
    "xml",
    "money",
];

/// A column's type, and how Drizzle writes it.
pub(super) struct ColumnType {
    pub ty: Known<TypeName>,
    /// `serial` and its kin: the server makes a sequence.
    pub serial: bool,
    /// `getSQLType()`; of an enum its name. Decides how a default is written.
    pub written: String,
    /// What a custom type writes behind the type itself: drizzle-kit takes it into the column's definition as it is.
    pub clauses: Option<Box<ColumnText>>,
}

impl Loader<'_, '_> {
    /// The type of a builder on which `calls` were made.
    pub(super) fn column_type(&mut self, builder: BuilderId, calls: &[Called]) -> ColumnType {
        let known = self.builder(builder);
        let id = known.id;
        let (made_by, args, span) = (known.made_by.clone(), known.args.clone(), known.span);
        let mut ty = match made_by {
            MadeBy::Function(name) => self.built_in_type(&name, &args, span),
            MadeBy::Enum(id) => self.enum_type(id, span),
            MadeBy::CustomType(params) => self.custom_type(&params, &args, span),
            MadeBy::Array(inner) => {
                let inner_calls = self.calls_before(inner, self.evaluator.node_number(id));
                let inner = self.column_type(inner, &inner_calls);
                array_of(inner, 1)
            }
        };
        if self.settings.v1 {
            for call in calls.iter().filter(|call| &*call.name == "array") {
                // `"[][]"` has two dimensions; the server keeps no number of them.
                let dimensions = call.args.first().and_then(|arg| arg.value.as_str()).map_or(1, |text| text.len() / 2);
                ty = array_of(ty, dimensions);
            }
        }
        ty
    }

    fn built_in_type(&mut self, function: &str, args: &[Item], span: Span) -> ColumnType {
        match self.written_type(function, config(args)) {
            Ok(written) => {
                let serial = matches!(written.as_str(), "serial" | "bigserial" | "smallserial");
                let text = match written.as_str() {
                    "serial" => "integer",
                    "bigserial" => "bigint",
                    "smallserial" => "smallint",
                    other => other,
                };
                ColumnType { ty: self.parse_type(text, span), serial, written, clauses: None }
            }
            Err(unknown) => unknown_type(unknown),
        }
    }

    fn written_type(&self, function: &str, config: Option<&Item>) -> Result<String, Rc<Unknown>> {
        let option = |name: &str| self.option(config, name);
        let number = |name: &str| -> Result<Option<String>, Rc<Unknown>> {
            match option(name)? {
                Some(Item { value, span, .. }) => {
                    self.evaluator.to_text(&value, span).map(|text| Some(text.to_string()))
                }
                None => Ok(None),
            }
        };
        let suffixed = |name: &str, option: &str| -> Result<String, Rc<Unknown>> {
            Ok(number(option)?.map_or_else(|| name.to_owned(), |n| format!("{name}({n})")))
        };
        Ok(match function {
            "decimal" | "numeric" => match (number("precision")?, number("scale")?) {
                (Some(precision), Some(scale)) => format!("numeric({precision}, {scale})"),
                (Some(precision), None) => format!("numeric({precision})"),
                (None, _) => "numeric".into(),
            },
            "varchar" | "char" => suffixed(function, "length")?,
            "vector" | "halfvec" | "sparsevec" | "bit" => suffixed(function, "dimensions")?,
            "time" | "timestamp" => {
                let zone = match option("withTimezone")? {
                    Some(Item { value: Value::Bool(true), .. }) => " with time zone",
                    Some(Item {
                        value: value @ (Value::Unknown(_) | Value::Symbol(_) | Value::Environment(_)),
                        span,
                        ..
                    }) => {
                        return Err(self.evaluator.unknown_of(&value, span));
                    }
                    _ => "",
                };
                format!("{}{zone}", suffixed(function, "precision")?)
            }
            "interval" => {
                let fields = match option("fields")? {
                    Some(Item { value, span, .. }) => format!(" {}", self.evaluator.to_text(&value, span)?),
                    None => String::new(),
                };
                let precision = number("precision")?.map_or_else(String::new, |n| format!("({n})"));
                format!("interval{fields}{precision}")
            }
            "geometry" => match number("srid")? {
                // Drizzle 0.x leaves out the options that it takes.
                Some(srid) if self.settings.v1 => format!("geometry(point,{srid})"),
                _ => "geometry(point)".into(),
            },
            "doublePrecision" => "double precision".into(),
            other => other.to_owned(),
        })
    }

    /// A property of the object that a function takes, where it is given.
    pub(super) fn option(&self, config: Option<&Item>, name: &str) -> Result<Option<Item>, Rc<Unknown>> {
        let Some(config) = config else { return Ok(None) };
        match &config.value {
            Value::Object(object) => {
                let object = object.borrow();
                match object.members.get(name) {
                    Some(member) if member.value.is_undefined() => Ok(None),
                    Some(member) => Ok(Some(Item { value: member.value.clone(), span: member.span, spread: false })),
                    None => match object.spreads.first() {
                        Some((_, value, span)) => Err(self.evaluator.unknown_of(value, *span)),
                        None => Ok(None),
                    },
                }
            }
            Value::Undefined | Value::Null | Value::String(_) => Ok(None),
            other => Err(self.evaluator.unknown_of(other, config.span)),
        }
    }

    fn custom_type(&mut self, params: &Item, args: &[Item], span: Span) -> ColumnType {
        let data_type = match self.option(Some(params), "dataType") {
            Ok(Some(item)) => item,
            Ok(None) => return unknown_type(Rc::new(Unknown::new(params.span, "it has no `dataType`"))),
            Err(unknown) => return unknown_type(unknown),
        };
        let Value::Function(closure) = &data_type.value else {
            return unknown_type(self.evaluator.unknown_of(&data_type.value, data_type.span));
        };
        let config = config(args).cloned().unwrap_or(Item { value: Value::Undefined, span, spread: false });
        let value = self.evaluator.call_closure(closure, Some(params.value.clone()), vec![config], span);
        match self.evaluator.to_text(&value, span) {
            Ok(written) => {
                let serial = matches!(&*written.to_lowercase(), "serial" | "bigserial" | "smallserial");
                let text = match (serial, &*written.to_lowercase()) {
                    (true, "serial") => "integer".to_owned(),
                    (true, "bigserial") => "bigint".to_owned(),
                    (true, _) => "smallint".to_owned(),
                    _ => written.to_string(),
                };
                let ty = self.parse_type(&text, span);
                let written = written.to_string();
                if let Known::Unknown(_) = &ty
                    && let Some(clauses) = self.dialect.parse_column(&text, data_type.span)
                {
                    let ty = Known::Known(clauses.ty.clone());
                    return ColumnType { ty, serial, written, clauses: Some(Box::new(clauses)) };
                }
                ColumnType { ty, serial, written, clauses: None }
            }
            Err(unknown) => unknown_type(unknown),
        }
    }

    fn enum_type(&mut self, id: NodeId, span: Span) -> ColumnType {
        let Some((schema, name)) = self.enum_name(id) else { return unknown_type(self.unknown(id, span)) };
        let schema = schema.unwrap_or_else(|| self.dialect.default_schema().to_owned());
        let name = QualifiedName::new(self.cut(&schema), self.cut(&name));
        ColumnType { ty: Known::Known(TypeName::defined(&name)), serial: false, written: name.name, clauses: None }
    }

    /// A type from its text; the same text is read once.
    pub(super) fn parse_type(&mut self, text: &str, span: Span) -> Known<TypeName> {
        let ty = match self.types.get(text) {
            Some(known) => known.clone(),
            None => {
                let ty = self.dialect.parse_type(text);
                self.types.insert(text.to_owned(), ty.clone());
                ty
            }
        };
        match ty {
            Some(ty) => Known::Known(ty),
            None => {
                Known::Unknown(Unknown::new(span, format!("`{text}` is no type that {} can read", self.dialect.name())))
            }
        }
    }
}

/// The options among a builder's arguments: after the name, or alone (`getColumnNameAndConfig` in `drizzle-orm/src/utils.ts`).
fn config(args: &[Item]) -> Option<&Item> {
    match args.first().map(|arg| &arg.value) {
        Some(Value::String(_)) | Some(Value::Undefined) => args.get(1),
        _ => args.first(),
    }
}

fn array_of(element: ColumnType, dimensions: usize) -> ColumnType {
    ColumnType {
        ty: element.ty.map(TypeName::array_of),
        serial: element.serial,
        written: format!("{}{}", element.written, "[]".repeat(dimensions)),
        clauses: None,
    }
}

fn unknown_type(unknown: Rc<Unknown>) -> ColumnType {
    ColumnType { ty: Known::Unknown(unknown.as_ref().clone()), serial: false, written: String::new(), clauses: None }
}

/// A number or text of an option as SQL takes it.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Number(n) => Some(number_to_text(*n)),
        Value::String(text) | Value::BigInt(text) => Some(text.to_string()),
        _ => None,
    }
}
