//! Columns, their types and defaults.

use super::super::ast::{Arity, Value};
use super::super::resolve::decode_base64;
use super::super::schema::{BuiltIn, DefaultValue, Field, Scalar, ScalarType};
use super::Lowering;
use crate::diagnostic::Aspect;
use crate::model::{Column, Default, Expr, Known, Origin, QualifiedName, Sequence, SequenceOptions, TypeName, Unknown};
use crate::source::{Span, Spanned};

impl Lowering<'_> {
    /// The column of a scalar field; `None` for a composite type, which was refused.
    pub(super) fn column(&mut self, table: &QualifiedName, field: &Field, scalar: &Scalar) -> Option<Column> {
        let ty = self.column_type(scalar, field.arity, field.span)?;
        let name = self.identifier(&scalar.column);
        let default = match &scalar.default {
            None => Known::Known(None),
            Some(default) => self.default(table, &name, scalar, default, &ty),
        };
        Some(Column {
            name,
            ty,
            // A list is made without NOT NULL, whatever it means.
            not_null: Known::Known(field.arity == Arity::Required),
            default,
            identity: None,
            generated: Known::Known(None),
            collation: None,
            comment: None,
            inherited: false,
            origin: Origin::at(field.span),
        })
    }

    /// The type of a scalar field without regard to lists; `None` for a composite type.
    pub(super) fn element_type(&self, scalar: &Scalar, span: Span) -> Option<Known<TypeName>> {
        let sql = match (&scalar.ty, &scalar.native) {
            (ScalarType::Enum(i), _) => {
                return Some(Known::Known(TypeName::defined(&self.enum_name(&self.schema.enums[*i]))));
            }
            (ScalarType::Composite(_), _) => return None,
            (ScalarType::BuiltIn(_), Some(native)) => (self.connector.native_sql)(native),
            (ScalarType::BuiltIn(built_in), None) => (self.connector.scalar_sql)(*built_in).to_owned(),
            (ScalarType::Unsupported(sql), _) => sql.clone(),
        };
        let mut types = self.types.borrow_mut();
        if let Some(ty) = types.entry(sql.clone()).or_insert_with(|| self.dialect.parse_type(&sql)) {
            return Some(Known::Known(ty.clone()));
        }
        let reason = format!("`{sql}` is no type that is known");
        self.problems.unresolved(span, format!("the type of this field is not compared: {reason}"));
        Some(Known::Unknown(Unknown::new(span, reason)))
    }

    fn column_type(&self, scalar: &Scalar, arity: Arity, span: Span) -> Option<Known<TypeName>> {
        let ty = self.element_type(scalar, span)?;
        Some(if arity == Arity::List { ty.map(TypeName::array_of) } else { ty })
    }

    fn default(
        &mut self,
        table: &QualifiedName,
        column: &str,
        scalar: &Scalar,
        default: &Spanned<DefaultValue>,
        ty: &Known<TypeName>,
    ) -> Known<Option<Default>> {
        let sql = match &default.value {
            DefaultValue::Client => return Known::Known(None),
            DefaultValue::DbGenerated(None) => {
                self.open.insert((table.clone(), column.to_owned(), Aspect::Default));
                return Known::Known(None);
            }
            DefaultValue::Now => "CURRENT_TIMESTAMP".to_owned(),
            DefaultValue::AutoIncrement => self.sequence(table, column, ty, default.span),
            DefaultValue::DbGenerated(Some(sql)) => {
                if let Err(message) = self.dialect.check_expression(sql) {
                    let reason = format!("its expression is refused: {message}");
                    self.problems.unresolved(default.span, format!("this default is not compared: {reason}"));
                    return Known::Unknown(Unknown::new(default.span, reason));
                }
                self.verbatim_defaults.insert((table.clone(), column.to_owned()));
                sql.clone()
            }
            DefaultValue::Constant(value) => self.constant(value, &scalar.ty, ty),
        };
        Known::Known(Some(Default::new(Expr::new(sql, default.span))))
    }

    /// A literal, or a list of them, as SQL.
    fn constant(&self, value: &Value, scalar: &ScalarType, ty: &Known<TypeName>) -> String {
        let Value::Array(items) = value else {
            return self.literal(value, scalar);
        };
        let items: Vec<_> = items.iter().map(|item| self.literal(&item.value, scalar)).collect();
        let array = format!("ARRAY[{}]", items.join(", "));
        match ty.known() {
            Some(ty) => format!("{array}::{}", self.dialect.type_to_sql(ty)),
            None => array,
        }
    }

    /// One literal as SQL.
    pub(super) fn literal(&self, value: &Value, scalar: &ScalarType) -> String {
        match (value, scalar) {
            (Value::String(text), ScalarType::BuiltIn(BuiltIn::Bytes)) => {
                let bytes = decode_base64(text).unwrap_or_default();
                let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
                self.dialect.quote_literal(&format!("\\x{hex}"))
            }
            // A number in quotes is a number.
            (Value::String(text), ScalarType::BuiltIn(BuiltIn::Decimal)) => text.clone(),
            (Value::String(text), _) => self.dialect.quote_literal(text),
            (Value::Constant(name), ScalarType::Enum(i)) => {
                let declared = &self.schema.enums[*i];
                let label = declared.values.iter().find(|v| v.name == *name).map_or(name, |v| &v.label);
                self.dialect.quote_literal(label)
            }
            (other, _) => other.describe(),
        }
    }

    /// What `SERIAL` makes: a sequence that the column owns. Gives the default.
    fn sequence(&mut self, table: &QualifiedName, column: &str, ty: &Known<TypeName>, span: Span) -> String {
        let name = QualifiedName::new(&table.schema, sequence_name(&table.name, column, self.connector.max_identifier));
        let reference = self.dialect.quote_literal(&format!(
            "{}.{}",
            self.dialect.quote_identifier(&name.schema),
            self.dialect.quote_identifier(&name.name)
        ));
        let sequence = Sequence {
            name: name.clone(),
            options: SequenceOptions { data_type: ty.known().cloned(), ..SequenceOptions::default() },
            owned_by: Some((table.clone(), column.to_owned())),
            identity: false,
            comment: None,
            origin: Origin::at(span),
        };
        self.catalog.sequences.entry(name).or_insert(sequence);
        format!("nextval({reference}::regclass)")
    }
}

/// `table_column_seq`; where that is too long, the longer of both parts is cut until it fits (PostgreSQL's `makeObjectName`).
fn sequence_name(table: &str, column: &str, limit: usize) -> String {
    let room = limit - "__seq".len();
    let (mut left, mut right) = (table.len(), column.len());
    while left + right > room {
        if left > right { left -= 1 } else { right -= 1 }
    }
    let clip = |text: &str, mut end: usize| {
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text[..end].to_owned()
    };
    format!("{}_{}_seq", clip(table, left), clip(column, right))
}
