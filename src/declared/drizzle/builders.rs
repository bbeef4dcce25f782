//! Column builders.
//!
//! A builder is one object that its methods change: `const id = text(); … id.notNull()` changes every later table that holds `id`. So a builder is
//! known by the call that made it, and its configuration is what was called on it, anywhere, before the table was made.
//! `.array()` of Drizzle 0.x makes a new builder around the old one; what was said of the old one (`notNull`, `default`, `references`) stays with it
//! and is lost for the table (`PgArrayBuilder` in `drizzle-orm/src/pg-core/columns/common.ts`).

use std::rc::Rc;
use std::sync::Arc;

use super::Loader;
use super::symbols::{Args, Root, chain, export_name};
use super::types::COLUMN_FUNCTIONS;
use crate::declared::typescript::Atom;
use crate::declared::typescript::value::{Item, NodeId, NodeKind, Value};
use crate::model::Unknown;
use crate::source::Span;

/// A method that was called on a builder.
#[derive(Clone, Debug)]
pub(super) struct Called {
    pub id: NodeId,
    pub name: Atom,
    pub args: Args,
    /// From the method's name to its closing parenthesis would be best; it is the call with all before it.
    pub span: Span,
}

/// What is known of one builder.
#[derive(Debug)]
pub(super) struct Builder {
    /// What makes it: `varchar`, or the call of an enum or custom type.
    pub made_by: MadeBy,
    pub args: Args,
    pub calls: Vec<Called>,
    /// Set by the first table that holds it.
    name: Option<(String, bool)>,
    /// Drizzle keeps the default name of a unique constraint in the builder too.
    pub unique_name: Option<String>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum MadeBy {
    /// `text`, `pgCore.integer` without its package.
    Function(Atom),
    /// The symbol that is called: an enum.
    Enum(NodeId),
    /// The argument of `customType`.
    CustomType(Item),
    /// `.array(size)` around another builder.
    Array(NodeId),
}

impl Loader<'_, '_> {
    /// The builder that an expression gives, with all that is chained on it.
    pub(super) fn builder_of(&mut self, id: NodeId) -> Option<NodeId> {
        self.find_builders();
        self.builder_by_node.get(&id).copied()
    }

    /// Goes through the symbolic expressions that were made since the last time, in the order in which they were made.
    fn find_builders(&mut self) {
        while self.searched < self.evaluator.node_count() {
            let id = self.evaluator.node_id(self.searched);
            self.searched += 1;
            let node = self.evaluator.node(id);
            let NodeKind::Call { callee: Value::Symbol(callee), .. } = &node.kind else { continue };
            let args = Args::of(&node);
            if let NodeKind::Member { object: Value::Symbol(object), name } = &self.evaluator.node(*callee).kind
                && let Some(&builder) = self.builder_by_node.get(object)
            {
                let name = Arc::clone(name);
                if &*name == "array" && !self.settings.v1 {
                    self.add_builder(id, MadeBy::Array(builder), args, node.span);
                    continue;
                }
                let called = Called { id, name, args, span: node.span };
                if let Some(builder) = self.builders.get_mut(&builder) {
                    builder.calls.push(called);
                }
                self.builder_by_node.insert(id, builder);
                continue;
            }
            if let Some(made_by) = self.made_by(*callee) {
                self.add_builder(id, made_by, args, node.span);
            }
        }
    }

    fn add_builder(&mut self, id: NodeId, made_by: MadeBy, args: Args, span: Span) {
        let builder = Builder { made_by, args, calls: Vec::new(), name: None, unique_name: None, span };
        self.builders.insert(id, builder);
        self.builder_by_node.insert(id, id);
    }

    fn made_by(&self, callee: NodeId) -> Option<MadeBy> {
        if let Some(name) = export_name(self.evaluator, callee) {
            return COLUMN_FUNCTIONS.contains(&&*name).then_some(MadeBy::Function(name));
        }
        if self.enum_name(callee).is_some() {
            return Some(MadeBy::Enum(callee));
        }
        let made = chain(self.evaluator, callee);
        match made.root {
            Root::Function { name, args } if &*name == "customType" && made.steps.is_empty() => {
                args.first().cloned().map(MadeBy::CustomType)
            }
            _ => None,
        }
    }

    /// A builder's name before casing, and whether it comes from a key. The first table that holds a nameless builder names it.
    pub(super) fn builder_name(&mut self, id: NodeId, key: &str) -> Result<(String, bool), Rc<Unknown>> {
        let Some(builder) = self.builders.get(&id) else { return Ok((key.to_owned(), true)) };
        if let Some(known) = &builder.name {
            return Ok(known.clone());
        }
        let written = match &builder.made_by {
            MadeBy::Array(inner) => {
                let inner = *inner;
                // The array takes the name that the builder inside has by then; both are set by the key.
                let (name, from_key) = self.builder_name(inner, key)?;
                (!from_key).then_some(name)
            }
            _ => match builder.args.first().map(|arg| (&arg.value, arg.span)) {
                Some((Value::String(name), _)) if !name.is_empty() => Some(name.to_string()),
                Some((
                    value @ (Value::Unknown(_) | Value::Symbol(_) | Value::Environment(_) | Value::Global(_)),
                    span,
                )) => {
                    return Err(self.evaluator.unknown_of(value, span));
                }
                _ => None,
            },
        };
        let name = match written {
            Some(name) => (name, false),
            None => (key.to_owned(), true),
        };
        if let Some(builder) = self.builders.get_mut(&id) {
            builder.name = Some(name.clone());
        }
        Ok(name)
    }

    /// The methods called on a builder by expressions with numbers below `before`, in that order.
    pub(super) fn calls_before(&mut self, id: NodeId, before: usize) -> Vec<Called> {
        self.find_builders();
        let calls = self.builders.get(&id).map(|builder| builder.calls.as_slice()).unwrap_or_default();
        calls.iter().filter(|called| self.evaluator.node_number(called.id) < before).cloned().collect()
    }
}
