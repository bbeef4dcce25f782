//! Enums, schemas, sequences and views.

use std::rc::Rc;

use super::Loader;
use super::casing::Casing;
use super::columns::owned;
use super::symbols::{Chain, Root, Step, chain};
use super::tables::casing_of;
use crate::declared::typescript::value::{Item, NodeId, Value};
use crate::model::{
    EnumLabel, EnumType, Expr, Known, Namespace, ObjectKind, ObjectRef, Origin, QualifiedName, Sequence, Unknown, View,
};

/// A method of a schema or a function of its own that makes an object.
struct Made {
    schema: Option<String>,
    args: Vec<Item>,
    rest: Vec<Step>,
}

impl Loader<'_, '_> {
    /// What makes an object either by a function (`pgEnum`) or as a method of a schema (`.enum`).
    fn made(&self, id: NodeId, functions: &[&str], method: &str) -> Option<Made> {
        let chain = chain(self.evaluator, id);
        let Chain { root: Root::Function { name, args }, steps, .. } = &chain else { return None };
        if functions.contains(&&**name) {
            return Some(Made { schema: None, args: args.to_vec(), rest: steps.clone() });
        }
        let schema = matches!(&**name, "pgSchema" | "snakeCase.schema" | "camelCase.schema")
            .then(|| args.first()?.value.as_str())??;
        let at = steps.iter().position(|step| &*step.name != "existing")?;
        let first = &steps[at];
        let schema = Some(schema.to_owned()).filter(|schema| schema != self.dialect.default_schema());
        (&*first.name == method).then(|| Made { schema, args: first.args.to_vec(), rest: steps[at + 1..].to_vec() })
    }

    fn made_name(&self, made: &Made) -> Option<String> {
        made.args.first()?.value.as_str().map(str::to_owned)
    }

    fn qualify(&self, schema: Option<&str>, name: &str) -> QualifiedName {
        QualifiedName::new(self.cut(schema.unwrap_or(self.dialect.default_schema())), self.cut(name))
    }

    /// Schema and name of an enum.
    pub(super) fn enum_name(&self, id: NodeId) -> Option<(Option<String>, String)> {
        let made = self.made(id, &["pgEnum"], "enum")?;
        let name = self.made_name(&made)?;
        made.rest.is_empty().then_some((made.schema, name))
    }

    /// Lowers an enum into the catalog.
    pub(super) fn add_enum(&mut self, id: NodeId) {
        let (Some(made), Some((schema, name))) = (self.made(id, &["pgEnum"], "enum"), self.enum_name(id)) else {
            return;
        };
        let name = self.qualify(schema.as_deref(), &name);
        let labels = match self.labels(made.args.get(1)) {
            Ok(labels) => Known::Known(labels),
            Err(unknown) => {
                self.problems.unresolved(&ObjectRef::top(ObjectKind::Enum, &name), "list of values", &unknown);
                Known::Unknown(owned(&unknown))
            }
        };
        let origin = Origin::at(self.evaluator.node(id).span);
        self.catalog.enums.insert(name.clone(), EnumType { name, labels, comment: None, origin });
    }

    fn labels(&self, values: Option<&Item>) -> Result<Vec<EnumLabel>, Rc<Unknown>> {
        let Some(values) = values else { return Ok(Vec::new()) };
        let items: Vec<Item> = match &values.value {
            Value::Array(array) => array.borrow().complete()?.to_vec(),
            Value::Object(object) => {
                let object = object.borrow();
                if let Some((_, value, span)) = object.spreads.first() {
                    return Err(self.evaluator.unknown_of(value, *span));
                }
                object.members.values().map(|m| Item { value: m.value.clone(), span: m.span, spread: false }).collect()
            }
            other => return Err(self.evaluator.unknown_of(other, values.span)),
        };
        let label = |item: &Item| {
            let value = self.evaluator.to_text(&item.value, item.span)?;
            Ok(EnumLabel { value: self.cut(&value), span: item.span })
        };
        items.iter().map(label).collect()
    }

    /// Lowers a schema into the catalog.
    pub(super) fn add_schema(&mut self, id: NodeId, name: &str) {
        let existing = chain(self.evaluator, id).steps.iter().any(|step| &*step.name == "existing");
        if name == self.dialect.default_schema() || existing {
            return;
        }
        let name = self.cut(name);
        let origin = Some(Origin::at(self.evaluator.node(id).span));
        self.catalog.schemas.insert(name.clone(), Namespace { name, comment: None, origin });
    }

    /// Lowers a sequence into the catalog; false when the expression is none.
    pub(super) fn add_sequence(&mut self, id: NodeId) -> bool {
        let Some(made) = self.made(id, &["pgSequence"], "sequence") else { return false };
        let Some(name) = self.made_name(&made) else { return false };
        let name = self.qualify(made.schema.as_deref(), &name);
        let options = self.sequence_options(made.args.get(1), None);
        let origin = Origin::at(self.evaluator.node(id).span);
        let sequence = Sequence { name: name.clone(), options, owned_by: None, identity: false, comment: None, origin };
        self.catalog.sequences.insert(name, sequence);
        true
    }

    fn made_view(&self, id: NodeId) -> Option<(Made, bool)> {
        let plain = ["pgView", "snakeCase.view", "camelCase.view"];
        let materialized = ["pgMaterializedView", "snakeCase.materializedView", "camelCase.materializedView"];
        let view = self.made(id, &plain, "view").map(|made| (made, false));
        let view = view.or_else(|| self.made(id, &materialized, "materializedView").map(|made| (made, true)))?;
        // A builder alone is no view yet.
        view.0.rest.iter().any(|step| matches!(&*step.name, "as" | "existing")).then_some(view)
    }

    /// Schema and name of a view.
    pub(super) fn view_name(&self, id: NodeId) -> Option<(Option<String>, String)> {
        let (made, _) = self.made_view(id)?;
        let name = self.made_name(&made)?;
        Some((made.schema, name))
    }

    /// Lowers a view into the catalog; false when the expression is none.
    pub(super) fn add_view(&mut self, id: NodeId) -> bool {
        let Some((made, materialized)) = self.made_view(id) else { return false };
        let Some(raw_name) = self.made_name(&made) else { return false };
        let name = self.qualify(made.schema.as_deref(), &raw_name);
        let span = self.evaluator.node(id).span;
        let kind = if materialized { ObjectKind::MaterializedView } else { ObjectKind::View };
        let object = ObjectRef::top(kind, &name);
        let existing = made.rest.iter().any(|step| &*step.name == "existing");
        let query = match made.rest.iter().find(|step| &*step.name == "as").and_then(|step| step.args.first()) {
            Some(item) => self.view_query(item),
            None => Ok(Expr::new("", span)),
        };
        let query = match query {
            Ok(query) => Known::Known(query),
            Err(unknown) => {
                self.problems.unresolved(&object, "query", &unknown);
                Known::Unknown(owned(&unknown))
            }
        };
        let with = made.rest.iter().find(|step| &*step.name == "with").and_then(|step| step.args.first().cloned());
        let mut options = self.options(with.as_ref()).unwrap_or_default();
        let check_option = options.iter().position(|(name, _)| name == "check_option").map(|at| options.remove(at).1);
        let with_data = !made.rest.iter().any(|step| &*step.name == "withNoData");
        let view = View {
            name: name.clone(),
            materialized,
            query,
            // Drizzle's own columns of a view have no part in the database.
            columns: Known::Unknown(Unknown::new(span, "they are what its query gives")),
            options,
            check_option,
            with_data,
            existing,
            indexes: Vec::new(),
            triggers: Vec::new(),
            comment: None,
            origin: Origin::at(span),
        };
        self.catalog.views.insert(name, view);
        true
    }

    fn view_query(&mut self, item: &Item) -> Result<Expr, Rc<Unknown>> {
        let text = self.query_text(&item.value, item.span)?;
        Ok(Expr::new(text.trim().trim_end_matches(';').trim_end(), item.span))
    }

    /// The columns that are written for a view, and the query that it is made of.
    pub(super) fn view_parts(&self, id: NodeId) -> Option<(Option<Item>, Option<Value>)> {
        let (made, _) = self.made_view(id)?;
        let columns = made.args.get(1).filter(|columns| !columns.value.is_undefined()).cloned();
        let query = made.rest.iter().find(|step| &*step.name == "as").and_then(|step| step.args.first());
        Some((columns, query.map(|item| item.value.clone())))
    }

    /// The casing of `snakeCase.view`.
    pub(super) fn view_casing(&self, id: NodeId) -> Option<Casing> {
        match chain(self.evaluator, id).root {
            Root::Function { name, .. } => casing_of(&name),
            _ => None,
        }
    }
}
