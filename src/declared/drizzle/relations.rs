//! What the query builder can select from besides tables: aliases, views, subqueries and CTEs, and what their fields are called
//! (`drizzle-orm/src/alias.ts`, `selection-proxy.ts`).

use std::rc::Rc;

use super::Loader;
use super::sql::{Columns, Text};
use super::symbols::{Args, Chain, Root, Step, chain};
use super::tables::TableShape;
use crate::declared::typescript::value::{Item, NodeId, Value};
use crate::model::{QualifiedName, Unknown};
use crate::source::Span;

/// A source of rows.
pub(super) enum Relation {
    Table { shape: Rc<TableShape>, alias: Option<String> },
    View { schema: Option<String>, name: String, source: Source },
    Subquery { name: String, query: Value },
    CommonTable { name: String, query: Value },
}

/// Fields by key.
pub(super) type Fields = Rc<Vec<(String, Field)>>;

/// Where the fields of a view come from.
pub(super) enum Source {
    /// `pgView("v", { … })`
    Columns(Rc<TableShape>),
    /// `pgView("v").as((qb) => …)`
    Query(Value),
}

/// A field of a relation as it is printed elsewhere.
#[derive(Clone)]
pub(super) enum Field {
    Column(String),
    /// `.as("name")`
    Alias(String),
    /// SQL without a name, which Drizzle refuses to refer to.
    Nameless,
}

impl Loader<'_, '_> {
    /// The relation that an expression is.
    pub(super) fn relation_of(&mut self, id: NodeId) -> Option<Relation> {
        if let Some(shape) = self.table_of(id) {
            return Some(Relation::Table { shape, alias: None });
        }
        let chain = chain(self.evaluator, id);
        let text = |args: &Args, index: usize| args.get(index)?.value.as_str().map(str::to_owned);
        match &chain.root {
            Root::Function { name, args } if matches!(&**name, "alias" | "aliasedTable") && chain.steps.is_empty() => {
                let Value::Symbol(table) = args.first()?.value else { return None };
                Some(Relation::Table { shape: self.table_of(table)?, alias: Some(text(args, 1)?) })
            }
            Root::Function { name, .. } if is_query_root(name) => {
                let (last, before) = chain.steps.split_last()?;
                if &*last.name != "as" {
                    return None;
                }
                if let [with] = before
                    && &*with.name == "$with"
                {
                    return Some(Relation::CommonTable {
                        name: text(&with.args, 0)?,
                        query: last.args.first()?.value.clone(),
                    });
                }
                let query = Value::Symbol(before.last().map_or(chain.id, |step| step.id));
                Some(Relation::Subquery { name: text(&last.args, 0)?, query })
            }
            _ => self.view_relation(id),
        }
    }

    fn view_relation(&mut self, id: NodeId) -> Option<Relation> {
        let (schema, name) = self.view_name(id)?;
        let (columns, query) = self.view_parts(id)?;
        let source = match columns {
            Some(columns) => Source::Columns(Rc::new(self.pseudo_table(id, &name, &columns))),
            None => Source::Query(query?),
        };
        Some(Relation::View { schema, name, source })
    }

    /// The columns written for a view, as those of a table.
    fn pseudo_table(&mut self, id: NodeId, name: &str, columns: &Item) -> TableShape {
        let span = self.evaluator.node(id).span;
        let mut shape = TableShape {
            id,
            name: QualifiedName::new("", name),
            raw_name: name.to_owned(),
            schema: None,
            columns: Vec::new(),
            unknown: Vec::new(),
            extras: None,
            row_level_security: false,
            made_at: self.evaluator.node_number(id),
            span,
        };
        let value = self.columns_object(columns.value.clone(), columns.span);
        let casing = self.view_casing(id).or(self.settings.casing);
        self.column_shapes(&mut shape, &value, columns.span, casing);
        shape
    }

    /// The fields of a relation by key, in order. Each relation is asked once.
    pub(super) fn fields_of(&mut self, id: NodeId) -> Result<Fields, Rc<Unknown>> {
        if let Some(known) = self.fields.get(&id) {
            return known.clone();
        }
        let span = self.evaluator.node(id).span;
        // A relation that selects from itself ends here.
        self.fields.insert(id, Err(Rc::new(Unknown::new(span, "its fields are computed at run time"))));
        let fields = self.deeper(span, |this| this.fields_of_relation(id, span)).map(Rc::new);
        self.fields.insert(id, fields.clone());
        fields
    }

    fn fields_of_relation(&mut self, id: NodeId, span: Span) -> Result<Vec<(String, Field)>, Rc<Unknown>> {
        match self.relation_of(id) {
            Some(Relation::Table { shape, .. } | Relation::View { source: Source::Columns(shape), .. }) => {
                Ok(shape.columns.iter().map(|c| (c.key.clone(), Field::Column(c.name.clone()))).collect())
            }
            Some(
                Relation::View { source: Source::Query(query), .. }
                | Relation::Subquery { query, .. }
                | Relation::CommonTable { query, .. },
            ) => self.selected_fields(&query, span),
            None => Err(Rc::new(Unknown::new(span, "it selects from something that is not known"))),
        }
    }

    /// What a query selects, by key.
    fn selected_fields(&mut self, query: &Value, span: Span) -> Result<Vec<(String, Field)>, Rc<Unknown>> {
        let unknown = || Rc::new(Unknown::new(span, "the fields of its query are not read"));
        let Value::Symbol(id) = self.query_value(query, span) else { return Err(unknown()) };
        let Chain { root: Root::Function { name, args }, steps, .. } = chain(self.evaluator, id) else {
            return Err(unknown());
        };
        if is_set_operation(&name) {
            let first = args.first().map(|item| item.value.clone()).ok_or_else(unknown)?;
            return self.deeper(span, |this| this.selected_fields(&first, span));
        }
        let select = steps.iter().find(|step| is_select(&step.name)).ok_or_else(unknown)?;
        match selection(select) {
            Some(item) => self.object_fields(item),
            None if steps.iter().any(|step| is_join(&step.name)) => Err(unknown()),
            None => {
                let from = steps.iter().find(|step| &*step.name == "from").and_then(|step| step.args.first());
                let Some(Item { value: Value::Symbol(from), .. }) = from else { return Err(unknown()) };
                Ok(self.fields_of(*from)?.to_vec())
            }
        }
    }

    fn object_fields(&mut self, item: &Item) -> Result<Vec<(String, Field)>, Rc<Unknown>> {
        let Value::Object(object) = &item.value else { return Err(self.evaluator.unknown_of(&item.value, item.span)) };
        if let Some((_, value, span)) = object.borrow().spreads.first() {
            return Err(self.evaluator.unknown_of(value, *span));
        }
        let members: Vec<_> = object.borrow().members.iter().map(|(k, m)| (k.to_string(), m.value.clone())).collect();
        let mut fields = Vec::new();
        for (key, value) in members {
            let field = match &value {
                Value::Symbol(id) => self.field_of(*id)?,
                _ => Field::Nameless,
            };
            fields.push((key, field));
        }
        Ok(fields)
    }

    fn field_of(&mut self, id: NodeId) -> Result<Field, Rc<Unknown>> {
        if let Some((table, index)) = self.column_of(id) {
            return Ok(Field::Column(table.columns[index].name.clone()));
        }
        if let Some((_, field)) = self.relation_field(id)? {
            return Ok(field);
        }
        Ok(self.alias(&Value::Symbol(id))?.map_or(Field::Nameless, Field::Alias))
    }

    /// `relation.field`: what the relation is called, and its field.
    pub(super) fn relation_field(&mut self, id: NodeId) -> Result<Option<(String, Field)>, Rc<Unknown>> {
        let chain = chain(self.evaluator, id);
        let Root::Property { object, name } = &chain.root else { return Ok(None) };
        if !chain.steps.is_empty() {
            return Ok(None);
        }
        let Some(relation) = self.relation_of(*object) else { return Ok(None) };
        let span = self.evaluator.node(id).span;
        let fields = self.fields_of(*object)?;
        match fields.iter().find(|(key, _)| *key == **name).map(|(_, field)| field.clone()) {
            Some(Field::Nameless) | None => {
                Err(Rc::new(Unknown::new(span, format!("`{name}` is no field that its query gives a name"))))
            }
            Some(field) => Ok(Some((relation.called().to_owned(), field))),
        }
    }

    /// A relation or a field of one within SQL; `None` when the expression is neither.
    pub(super) fn relation_text(&mut self, id: NodeId, columns: Columns) -> Option<Text> {
        match self.relation_field(id) {
            Ok(Some((relation, field))) => return Some(Ok(self.field_text(&relation, &field, columns))),
            Ok(None) => {}
            Err(unknown) => return Some(Err(unknown)),
        }
        let quoted = |name: &str| self.dialect.quote_identifier(name);
        match self.relation_of(id)? {
            Relation::Table { alias: Some(name), .. } | Relation::CommonTable { name, .. } => Some(Ok(quoted(&name))),
            Relation::Table { .. } | Relation::View { .. } => None,
            Relation::Subquery { name, query } => {
                let (name, span) = (quoted(&name), self.evaluator.node(id).span);
                Some(self.query_text(&query, span).map(|sql| format!("({sql}) {name}")))
            }
        }
    }

    pub(super) fn field_text(&self, relation: &str, field: &Field, columns: Columns) -> String {
        let (name, is_qualified) = match field {
            Field::Column(name) => (name, columns == Columns::Qualified),
            // From v1 on an alias is printed with what it is of.
            Field::Alias(name) => (name, self.settings.v1 && columns == Columns::Qualified),
            Field::Nameless => return String::new(),
        };
        self.qualified(is_qualified.then_some(relation), name)
    }

    /// A query given as such or by a function of the query builder.
    pub(super) fn query_value(&mut self, value: &Value, span: Span) -> Value {
        let Value::Function(closure) = value else { return value.clone() };
        let builder = self.evaluator.package_call("drizzle-orm/pg-core", "QueryBuilder", Vec::new(), span);
        self.evaluator.call_closure(closure, None, vec![Item { value: builder, span, spread: false }], span)
    }
}

impl Relation {
    /// The name under which a query knows it.
    pub(super) fn called(&self) -> &str {
        match self {
            Self::Table { alias: Some(name), .. }
            | Self::View { name, .. }
            | Self::Subquery { name, .. }
            | Self::CommonTable { name, .. } => name,
            Self::Table { shape, .. } => &shape.raw_name,
        }
    }
}

/// Whether a function's result is a query.
pub(super) fn is_query_root(function: &str) -> bool {
    function == "QueryBuilder" || is_set_operation(function)
}

pub(super) fn is_set_operation(name: &str) -> bool {
    matches!(name, "union" | "unionAll" | "intersect" | "intersectAll" | "except" | "exceptAll")
}

pub(super) fn is_select(step: &str) -> bool {
    matches!(step, "select" | "selectDistinct" | "selectDistinctOn")
}

pub(super) fn is_join(step: &str) -> bool {
    step.ends_with("Join") || step.ends_with("JoinLateral")
}

/// The object that a select is given.
pub(super) fn selection(select: &Step) -> Option<&Item> {
    let index = usize::from(&*select.name == "selectDistinctOn");
    select.args.get(index).filter(|item| !item.value.is_undefined())
}
