//! A column: its type, nullability, default, identity, generated expression, and the constraints that stand on the column itself.

use std::rc::Rc;

use super::builders::Called;
use super::sql::Columns;
use super::tables::{ColumnShape, TableShape};
use super::types::{ColumnType, scalar};
use super::{Loader, sequences};
use crate::declared::typescript::value::{Item, Value};
use crate::model::{
    Column, Default, Expr, Generated, Identity, Known, ObjectKind, ObjectRef, Origin, QualifiedName, Sequence,
    SequenceOptions, TypeName, Unknown,
};
use crate::source::Span;

/// A column, and what its builder says of the table's constraints.
pub(super) struct Lowered {
    pub column: Column,
    pub primary_key: Option<Span>,
    pub unique: Option<UniqueCall>,
    /// Calls of `references`.
    pub references: Vec<Called>,
    pub sequence: Option<Sequence>,
}

/// `.unique(name, { nulls })`
pub(super) struct UniqueCall {
    pub name: Option<String>,
    pub nulls_not_distinct: bool,
    pub span: Span,
}

/// What the methods of a builder say, the last one of each kind.
#[derive(Default)]
struct Configuration {
    not_null: bool,
    default: Option<(Item, Span)>,
    default_sql: Option<(&'static str, Span)>,
    primary_key: Option<Span>,
    unique: Option<Called>,
    generated: Option<Called>,
    identity: Option<Called>,
    references: Vec<Called>,
    unknown: Option<Called>,
}

impl Loader<'_, '_> {
    pub(super) fn column(&mut self, table: &TableShape, shape: &ColumnShape) -> Lowered {
        let calls = self.calls_before(shape.builder, table.made_at);
        let ty = self.column_type(shape.builder, &calls);
        let said = configuration(&calls);
        let name = self.cut(&shape.name);
        let object = ObjectRef::part(ObjectKind::Column, &table.name, &name);
        let mut column = Column {
            name: name.clone(),
            ty: ty.ty.clone(),
            not_null: Known::Known(said.not_null || ty.serial || said.primary_key.is_some()),
            default: Known::Known(None),
            identity: None,
            generated: Known::Known(None),
            collation: None,
            comment: None,
            inherited: false,
            origin: Origin::at(shape.span),
        };
        if let Some(unknown) = column.ty.unknown() {
            self.problems.unresolved(&object, "type", unknown);
        }
        column.default = self.default_of(&said, &ty);
        if let Some(unknown) = column.default.unknown() {
            self.problems.unresolved(&object, "default", unknown);
        }
        column.generated = self.generated_of(said.generated.as_ref());
        if let Some(unknown) = column.generated.unknown() {
            self.problems.unresolved(&object, "expression", unknown);
        }
        if let Some(clauses) = &ty.clauses {
            column.collation.clone_from(&clauses.collation);
            if clauses.not_null {
                column.not_null = true.into();
            }
            if let (Some(default), Known::Known(None)) = (&clauses.default, &column.default) {
                column.default = Known::Known(Some(Default::new(default.clone())));
            }
            if let (Some(generated), Known::Known(None)) = (&clauses.generated, &column.generated) {
                column.generated = Known::Known(Some(generated.clone()));
            }
        }
        let mut sequence = None;
        if ty.serial && column.default == Known::Known(None) {
            let place = sequences::Place { table: &table.name, column: &name, span: shape.span };
            let (default, owned) = sequences::serial(&self.catalog, self.dialect, place, ty.ty.known());
            column.default = Known::Known(Some(default));
            sequence = Some(owned);
        }
        if let Some(call) = &said.identity {
            let (identity, owned) = self.identity(table, shape, &name, ty.ty.known(), call);
            column.identity = Some(Box::new(identity));
            sequence = Some(owned);
        }
        if let Some(call) = &said.unknown {
            let unknown =
                Unknown::new(call.span, format!("`.{}()` is no method of a column that is known here", call.name));
            self.problems.unresolved(&object, "whole", &unknown);
        }
        let unique = said.unique.map(|call| self.unique_call(&call));
        Lowered { column, primary_key: said.primary_key, unique, references: said.references, sequence }
    }

    fn default_of(&mut self, said: &Configuration, ty: &ColumnType) -> Known<Option<Default>> {
        if let Some((sql, span)) = said.default_sql {
            return Known::Known(Some(Default::new(Expr::new(sql, span))));
        }
        let Some((item, _)) = &said.default else { return Known::Known(None) };
        if item.value.is_undefined() {
            return Known::Known(None);
        }
        match self.default_text(&item.value, item.span, &ty.written) {
            // `default null` is what a column has without a default.
            Ok(text) if text.eq_ignore_ascii_case("null") => Known::Known(None),
            Ok(text) => Known::Known(Some(Default::new(Expr::new(text, item.span)))),
            Err(unknown) => Known::Unknown(unknown.as_ref().clone()),
        }
    }

    fn generated_of(&mut self, call: Option<&Called>) -> Known<Option<Generated>> {
        let Some(call) = call else { return Known::Known(None) };
        let Some(item) = call.args.first() else { return Known::Known(None) };
        let value = match &item.value {
            Value::Function(closure) => self.evaluator.call_closure(closure, None, Vec::new(), item.span),
            other => other.clone(),
        };
        // A text is taken as SQL, unlike in a default.
        let text = match &value {
            Value::String(text) => Ok(text.to_string()),
            other => self.sql_text(other, item.span, Columns::Qualified),
        };
        match text {
            Ok(text) => Known::Known(Some(Generated { expr: Expr::new(text, item.span), stored: true })),
            Err(unknown) => Known::Unknown(unknown.as_ref().clone()),
        }
    }

    fn identity(
        &mut self,
        table: &TableShape,
        shape: &ColumnShape,
        column: &str,
        ty: Option<&TypeName>,
        call: &Called,
    ) -> (Identity, Sequence) {
        let options_item = call.args.first();
        let name = match self.option(options_item, "name") {
            Ok(Some(Item { value: Value::String(name), .. })) => name.to_string(),
            _ => format!("{}_{}_seq", table.raw_name, shape.name),
        };
        let name = QualifiedName::new(&table.name.schema, self.cut(&name));
        let data_type = ty.filter(|ty| ty.name != "bigint").cloned();
        let options = self.sequence_options(options_item, data_type);
        let identity = Identity {
            always: &*call.name == "generatedAlwaysAsIdentity",
            sequence: name.clone(),
            options: options.clone(),
        };
        let place = sequences::Place { table: &table.name, column, span: call.span };
        (identity, sequences::owned(name, options, place, true))
    }

    /// Options of a sequence, completed.
    pub(super) fn sequence_options(&self, options: Option<&Item>, data_type: Option<TypeName>) -> SequenceOptions {
        let cycle = matches!(self.option(options, "cycle"), Ok(Some(Item { value: Value::Bool(true), .. })));
        sequences::options(data_type, cycle, |name| {
            let item = self.option(options, name).ok().flatten()?;
            scalar(&item.value)?.parse().ok()
        })
    }

    fn unique_call(&mut self, call: &Called) -> UniqueCall {
        let name = call.args.first().and_then(|arg| arg.value.as_str()).map(str::to_owned);
        let nulls = self.option(call.args.get(1), "nulls").ok().flatten();
        UniqueCall {
            name,
            nulls_not_distinct: nulls.is_some_and(|nulls| nulls.value.as_str() == Some("not distinct")),
            span: call.span,
        }
    }
}

fn configuration(calls: &[Called]) -> Configuration {
    let mut said = Configuration::default();
    for call in calls {
        match &*call.name {
            "notNull" => said.not_null = true,
            "primaryKey" => said.primary_key = Some(call.span),
            "default" => {
                said.default = call.args.first().cloned().map(|item| (item, call.span));
                said.default_sql = None;
            }
            "defaultNow" => said.default_sql = Some(("now()", call.span)),
            "defaultRandom" => said.default_sql = Some(("gen_random_uuid()", call.span)),
            "unique" => said.unique = Some(call.clone()),
            "references" => said.references.push(call.clone()),
            "generatedAlwaysAs" => said.generated = Some(call.clone()),
            "generatedAlwaysAsIdentity" | "generatedByDefaultAsIdentity" => {
                said.identity = Some(call.clone());
                said.not_null = true;
            }
            // Known at run time only, or to TypeScript.
            "$type" | "$default" | "$defaultFn" | "$onUpdate" | "$onUpdateFn" | "array" | "enum" | "as" => {}
            _ => said.unknown = Some(call.clone()),
        }
    }
    said
}

/// Why a value is not known, owned.
pub(super) fn owned(unknown: &Rc<Unknown>) -> Unknown {
    unknown.as_ref().clone()
}
