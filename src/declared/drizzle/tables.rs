//! Tables and columns as values: what `users` and `users.id` mean wherever they are used.
//!
//! A table is its call of `pgTable`: the same wherever it is imported. Only names are worked out here, so that references, which may be circular, find
//! them without lowering the table.

use std::rc::Rc;

use super::Loader;
use super::builders::BuilderId;
use super::casing::Casing;
use super::symbols::{Chain, Root, chain};
use crate::declared::typescript::value::{Item, NodeId, NodeKind, Value};
use crate::model::{QualifiedName, Unknown};
use crate::source::Span;

/// A table's names and parts, not yet lowered.
#[derive(Debug)]
pub(super) struct TableShape {
    /// The call that makes it.
    pub id: NodeId,
    /// As the server has it.
    pub name: QualifiedName,
    /// As Drizzle prints it.
    pub raw_name: String,
    /// Of `pgSchema`.
    pub schema: Option<String>,
    /// In the order of the object.
    pub columns: Vec<ColumnShape>,
    /// Parts of the object that are not known to be columns.
    pub unknown: Vec<Unknown>,
    pub extras: Option<Item>,
    pub row_level_security: bool,
    /// Symbolic expressions below this number were made before the table was.
    pub made_at: usize,
    pub span: Span,
}

/// A column's names.
#[derive(Debug)]
pub(super) struct ColumnShape {
    /// The property of the table.
    pub key: String,
    /// As Drizzle has it before `casing`; default names of constraints are made of it.
    pub raw_name: String,
    /// As drizzle-kit prints it.
    pub name: String,
    /// The builder that holds its configuration.
    pub builder: BuilderId,
    /// `key: builder`
    pub span: Span,
}

/// The arguments of a call that makes a table.
struct TableCall {
    name: Result<String, Rc<Unknown>>,
    schema: Option<String>,
    columns: Option<Item>,
    extras: Option<Item>,
    row_level_security: bool,
    casing: Option<Casing>,
}

impl Loader<'_, '_> {
    /// The table that an expression is: a call of `pgTable` or the like, perhaps with `.enableRLS()`.
    pub(super) fn table_of(&mut self, id: NodeId) -> Option<Rc<TableShape>> {
        let id = self.table_node(id)?;
        if let Some(known) = self.tables.get(&id) {
            return known.clone();
        }
        // A table whose columns name the table itself ends here instead of going round.
        self.tables.insert(id, None);
        let shape = self.shape(id).map(Rc::new);
        self.tables.insert(id, shape.clone());
        shape
    }

    /// The call that makes a table, under what is chained on it.
    pub(super) fn table_node(&self, id: NodeId) -> Option<NodeId> {
        let chain = chain(self.evaluator, id);
        let steps = chain.steps.as_slice();
        let (made, rest) = match &chain.root {
            Root::Function { name, .. } if is_table_function(name) => (chain.id, steps),
            Root::Applied { callee } if self.creator(*callee).is_some() => (chain.id, steps),
            Root::Function { .. } if self.chain_schema(&chain).is_some() => match steps.split_first() {
                Some((first, rest)) if &*first.name == "table" => (first.id, rest),
                _ => return None,
            },
            // `schema.table.withRLS(…)`
            Root::Property { object, name } if &**name == "table" && self.schema_name(*object).is_some() => {
                match steps.split_first() {
                    Some((first, rest)) if &*first.name == "withRLS" => (first.id, rest),
                    _ => return None,
                }
            }
            _ => return None,
        };
        rest.iter().all(|step| &*step.name == "enableRLS").then_some(made)
    }

    fn shape(&mut self, id: NodeId) -> Option<TableShape> {
        let call = self.table_call(id)?;
        let span = self.evaluator.node(id).span;
        let raw_name = match call.name {
            Ok(name) => name,
            Err(unknown) => {
                self.unknown_tables.entry(id).or_insert(unknown);
                return None;
            }
        };
        let schema_name = call.schema.clone().unwrap_or_else(|| self.dialect.default_schema().to_owned());
        let name = QualifiedName::new(self.cut(&schema_name), self.cut(&raw_name));
        let mut shape = TableShape {
            id,
            name,
            raw_name,
            schema: call.schema,
            columns: Vec::new(),
            unknown: Vec::new(),
            extras: call.extras,
            row_level_security: call.row_level_security,
            made_at: self.evaluator.node_number(id),
            span,
        };
        if let Some(Item { value, span, .. }) = call.columns {
            let from_function = matches!(value, Value::Function(_));
            let columns = self.columns_object(value, span);
            if from_function {
                // It runs within the call of `pgTable`.
                shape.made_at = self.evaluator.node_count();
            }
            self.column_shapes(&mut shape, &columns, span, call.casing.or(self.settings.casing));
        }
        Some(shape)
    }

    /// Calls `(t) => ({ … })` with the column builders.
    pub(super) fn columns_object(&mut self, value: Value, span: Span) -> Value {
        let Value::Function(closure) = &value else { return value };
        let builders = self.evaluator.package("drizzle-orm/pg-core", span);
        self.evaluator.call_closure(closure, None, vec![Item { value: builders, span, spread: false }], span)
    }

    pub(super) fn column_shapes(
        &mut self,
        shape: &mut TableShape,
        columns: &Value,
        span: Span,
        casing: Option<Casing>,
    ) {
        let Value::Object(object) = columns else {
            let unknown = self.evaluator.unknown_of(columns, span);
            shape.unknown.push(unknown.as_ref().clone());
            return;
        };
        let spreads = object.borrow().spreads.clone();
        for (_, value, span) in &spreads {
            let unknown = self.evaluator.unknown_of(value, *span);
            shape.unknown.push(unknown.as_ref().clone());
        }
        let members: Vec<_> =
            object.borrow().members.iter().map(|(key, member)| (key.to_string(), member.clone())).collect();
        for (key, member) in members {
            let builder = match &member.value {
                Value::Symbol(id) => self.builder_of(*id),
                _ => None,
            };
            let Some(builder) = builder else {
                if !member.value.is_undefined() {
                    let unknown = self.evaluator.unknown_of(&member.value, member.span);
                    shape.unknown.push(Unknown::new(member.span, unknown.reason.clone()));
                }
                continue;
            };
            match self.builder_name(builder, &key) {
                Ok((raw_name, from_key)) => {
                    let name = match casing {
                        Some(casing) if from_key => casing.apply(&raw_name),
                        _ => raw_name.clone(),
                    };
                    // From v1 on the name is cased before anything else sees it.
                    let raw_name = if self.settings.v1 { name.clone() } else { raw_name };
                    shape.columns.push(ColumnShape { key, raw_name, name, builder, span: member.span });
                }
                Err(unknown) => shape.unknown.push(unknown.as_ref().clone()),
            }
        }
    }

    /// A column as an expression: `users.id`, perhaps with `.desc()` and the like.
    pub(super) fn column_of(&mut self, id: NodeId) -> Option<(Rc<TableShape>, usize)> {
        let chain = chain(self.evaluator, id);
        let Root::Property { object, name } = &chain.root else { return None };
        if chain
            .steps
            .iter()
            .any(|step| !matches!(&*step.name, "asc" | "desc" | "nullsFirst" | "nullsLast" | "op" | "getSQL"))
        {
            return None;
        }
        let table = self.table_of(*object)?;
        let index = table.columns.iter().position(|column| *column.key == **name)?;
        Some((table, index))
    }

    fn table_call(&mut self, id: NodeId) -> Option<TableCall> {
        let node = self.evaluator.node(id);
        let NodeKind::Call { callee: Value::Symbol(callee), args } = &node.kind else { return None };
        let name_item = args.first().cloned();
        let name = match &name_item {
            Some(item) => self.evaluator.to_text(&item.value, item.span).map(|name| name.to_string()),
            None => Err(Rc::new(Unknown::new(node.span, "it has no name"))),
        };
        let mut call = TableCall {
            name,
            schema: None,
            columns: args.get(1).cloned(),
            extras: args.get(2).filter(|extras| !extras.value.is_nullish()).cloned(),
            row_level_security: false,
            casing: None,
        };
        if let Some(creator) = self.creator(*callee) {
            call.name = self.created_name(creator, name_item, node.span);
            return Some(call);
        }
        let chain = chain(self.evaluator, id);
        match &chain.root {
            Root::Function { name, .. } if is_table_function(name) => {
                call.row_level_security = name.ends_with("withRLS");
                call.casing = casing_of(name);
            }
            Root::Property { object, .. } => {
                call.row_level_security = true;
                call.schema = self.schema_name(*object);
            }
            _ => {
                call.schema = self.chain_schema(&chain);
                if let Root::Function { name, .. } = &chain.root {
                    call.casing = casing_of(name);
                }
            }
        }
        // `pgSchema("public")` is refused by Drizzle; it means no schema.
        call.schema = call.schema.filter(|schema| schema != self.dialect.default_schema());
        Some(call)
    }

    /// The function that `pgTableCreator` was given, when an expression is what it gives.
    fn creator(&self, callee: NodeId) -> Option<Item> {
        match chain(self.evaluator, callee) {
            Chain { root: Root::Function { name, args }, steps, .. }
                if steps.is_empty() && name.ends_with("pgTableCreator") =>
            {
                args.first().cloned()
            }
            _ => None,
        }
    }

    fn created_name(&mut self, creator: Item, name: Option<Item>, span: Span) -> Result<String, Rc<Unknown>> {
        let args: Vec<Item> = name.into_iter().collect();
        let value = self.evaluator.call(creator.value, args, span);
        self.evaluator.to_text(&value, span).map(|name| name.to_string())
    }

    /// The name of a `pgSchema`.
    pub(super) fn schema_name(&self, id: NodeId) -> Option<String> {
        let chain = chain(self.evaluator, id);
        if !chain.steps.iter().all(|step| &*step.name == "existing") {
            return None;
        }
        self.chain_schema(&chain)
    }

    fn chain_schema(&self, chain: &Chain) -> Option<String> {
        let Root::Function { name, args } = &chain.root else { return None };
        if !matches!(&**name, "pgSchema" | "snakeCase.schema" | "camelCase.schema") {
            return None;
        }
        args.first().and_then(|arg| arg.value.as_str()).map(str::to_owned)
    }

    /// A name as the server keeps it.
    pub(super) fn cut(&self, name: &str) -> String {
        self.dialect.truncate_identifier(name).to_owned()
    }
}

fn is_table_function(name: &str) -> bool {
    matches!(
        name,
        "pgTable"
            | "pgTable.withRLS"
            | "snakeCase.table"
            | "camelCase.table"
            | "snakeCase.table.withRLS"
            | "camelCase.table.withRLS"
    )
}

pub(super) fn casing_of(name: &str) -> Option<Casing> {
    match name.split('.').next() {
        Some("snakeCase") => Some(Casing::Snake),
        Some("camelCase") => Some(Casing::Camel),
        _ => None,
    }
}
