//! Column builders.
//!
//! A builder is one object that its methods change: `const id = text(); … id.notNull()` changes every later table that holds `id`. So a builder is
//! known by the call that made it, and its configuration is what was called on it, anywhere, before the table was made.
//! `.array()` of Drizzle 0.x makes a new builder around the old one; what was said of the old one (`notNull`, `default`, `references`) stays with it
//! and is lost for the table (`PgArrayBuilder` in `drizzle-orm/src/pg-core/columns/common.ts`).

use std::ops::Deref;
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

/// A builder, by the order in which they were made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct BuilderId(u32);

/// What is known of one builder.
#[derive(Debug)]
pub(super) struct Builder {
    /// The call that makes it.
    pub id: NodeId,
    /// What makes it: `varchar`, or the call of an enum or custom type.
    pub made_by: MadeBy,
    pub args: Args,
    /// In the order in which they were made.
    calls: Rc<Vec<Called>>,
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
    Array(BuilderId),
}

/// The first so many methods that were called on a builder.
pub(super) struct Calls {
    all: Rc<Vec<Called>>,
    count: usize,
}

impl Deref for Calls {
    type Target = [Called];

    fn deref(&self) -> &[Called] {
        &self.all[..self.count]
    }
}

impl Loader<'_, '_> {
    /// The builder that an expression gives, with all that is chained on it.
    pub(super) fn builder_of(&mut self, id: NodeId) -> Option<BuilderId> {
        self.find_builders();
        self.builder_by_node.get(self.evaluator.node_number(id)).copied().flatten()
    }

    pub(super) fn builder(&self, id: BuilderId) -> &Builder {
        &self.builders[id.0 as usize]
    }

    pub(super) fn builder_mut(&mut self, id: BuilderId) -> &mut Builder {
        &mut self.builders[id.0 as usize]
    }

    /// Goes through the symbolic expressions that were made since the last time, in the order in which they were made.
    fn find_builders(&mut self) {
        while self.builder_by_node.len() < self.evaluator.node_count() {
            let id = self.evaluator.node_id(self.builder_by_node.len());
            let builder = self.builder_by(id);
            self.builder_by_node.push(builder);
        }
    }

    /// The builder that a symbolic expression gives; those before it have been searched.
    fn builder_by(&mut self, id: NodeId) -> Option<BuilderId> {
        let node = self.evaluator.node(id);
        let NodeKind::Call { callee: Value::Symbol(callee), .. } = &node.kind else { return None };
        let args = Args::of(&node);
        let method = self.evaluator.node(*callee);
        if let NodeKind::Member { object: Value::Symbol(object), name } = &method.kind
            && let Some(Some(builder)) = self.builder_by_node.get(self.evaluator.node_number(*object)).copied()
        {
            if &**name == "array" && !self.settings.v1 {
                return Some(self.add_builder(id, MadeBy::Array(builder), args, node.span));
            }
            let called = Called { id, name: Arc::clone(name), args, span: node.span };
            Rc::make_mut(&mut self.builder_mut(builder).calls).push(called);
            return Some(builder);
        }
        let made_by = self.made_by(*callee)?;
        Some(self.add_builder(id, made_by, args, node.span))
    }

    fn add_builder(&mut self, id: NodeId, made_by: MadeBy, args: Args, span: Span) -> BuilderId {
        let calls = Rc::new(Vec::new());
        self.builders.push(Builder { id, made_by, args, calls, name: None, unique_name: None, span });
        BuilderId(self.builders.len() as u32 - 1)
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
    pub(super) fn builder_name(&mut self, id: BuilderId, key: &str) -> Result<(String, bool), Rc<Unknown>> {
        let builder = self.builder(id);
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
        self.builder_mut(id).name = Some(name.clone());
        Ok(name)
    }

    /// The methods called on a builder by expressions with numbers below `before`, in that order.
    pub(super) fn calls_before(&mut self, id: BuilderId, before: usize) -> Calls {
        self.find_builders();
        let all = Rc::clone(&self.builder(id).calls);
        let count = all.partition_point(|called| self.evaluator.node_number(called.id) < before);
        Calls { all, count }
    }
}
