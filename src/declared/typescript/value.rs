//! What an expression evaluates to.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;

use super::scope::Scope;
use super::syntax::{Atom, Function};
use crate::model::Unknown;
use crate::source::Span;

/// A value. Objects, arrays and functions are shared as in JavaScript: equal when they are the same one.
#[derive(Clone, Debug)]
pub(in crate::declared) enum Value {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    BigInt(Atom),
    String(Atom),
    Array(Rc<RefCell<Array>>),
    Object(Rc<RefCell<Object>>),
    Function(Rc<Closure>),
    /// A property that is computed anew each time it is read. It only ever stands in an object.
    Getter(Rc<Closure>),
    /// A method of a known value, not yet called.
    Method(Rc<(Value, Atom)>),
    /// Something that the language or its runtime brings: `Object`, `process.env`.
    Global(Atom),
    /// Milliseconds since 1970 UTC.
    Date(f64),
    /// Pattern and flags.
    RegExp(Rc<(Atom, Atom)>),
    Set(Rc<RefCell<Vec<Value>>>),
    Map(Rc<RefCell<Vec<(Value, Value)>>>),
    /// All exports of a file of the project.
    Namespace(ModuleId),
    /// What a package of another's gives: known by how it was made, not by what it is.
    Symbol(NodeId),
    /// An environment variable: unknown, but what stands after `??` or `||` is its declared value.
    Environment(Atom),
    Unknown(Rc<Unknown>),
}

/// A file that was loaded, by the order of loading.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(in crate::declared) struct ModuleId(pub(super) u32);

/// A symbolic expression, by the order of evaluation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(in crate::declared) struct NodeId(pub(super) u32);

/// A value and the expression that gave it.
#[derive(Clone, Debug)]
pub(in crate::declared) struct Item {
    pub value: Value,
    pub span: Span,
    /// `...value` of something whose items are not known.
    pub spread: bool,
}

#[derive(Debug, Default)]
pub(in crate::declared) struct Array {
    pub items: Vec<Item>,
}

impl Array {
    /// The items when all of them are known to be there.
    pub(in crate::declared) fn complete(&self) -> Result<&[Item], Rc<Unknown>> {
        match self.items.iter().find(|item| item.spread) {
            None => Ok(&self.items),
            Some(item) => Err(Rc::new(Unknown::new(item.span, "it is spread from something that is not known"))),
        }
    }
}

/// A property of an object, and where it was written.
#[derive(Clone, Debug)]
pub(in crate::declared) struct Member {
    pub value: Value,
    /// Key and value.
    pub span: Span,
}

/// Members in the order of insertion.
#[derive(Debug, Default)]
pub(in crate::declared) struct Object {
    pub members: IndexMap<Atom, Member, foldhash::fast::RandomState>,
    /// `...value` of something whose members are not known, each with the number of members before it.
    pub spreads: Vec<(usize, Value, Span)>,
}

#[derive(Debug)]
pub(in crate::declared) struct Closure {
    pub(super) function: Arc<Function>,
    pub(super) scope: Rc<Scope>,
    pub(super) this: Option<Value>,
}

/// A symbolic expression over what a package gives.
#[derive(Debug)]
pub(in crate::declared) struct Node {
    pub kind: NodeKind,
    pub span: Span,
}

#[derive(Debug)]
pub(in crate::declared) enum NodeKind {
    /// An export of a package; `*` is all of them.
    External {
        module: Atom,
        name: Atom,
    },
    Member {
        object: Value,
        name: Atom,
    },
    Call {
        callee: Value,
        args: Box<[Item]>,
    },
    New {
        callee: Value,
    },
    /// One more string than values.
    Tagged {
        tag: Value,
        strings: Box<[Atom]>,
        values: Box<[Item]>,
    },
}

impl Object {
    /// No members yet, with room for some.
    pub(super) fn with_capacity(members: usize) -> Self {
        let members = IndexMap::with_capacity_and_hasher(members, foldhash::fast::RandomState::default());
        Self { members, spreads: Vec::new() }
    }
}

impl Value {
    pub(in crate::declared) fn text(text: impl Into<Atom>) -> Self {
        Self::String(text.into())
    }

    pub(in crate::declared) fn array(items: Vec<Item>) -> Self {
        Self::Array(Rc::new(RefCell::new(Array { items })))
    }

    pub(in crate::declared) fn object(object: Object) -> Self {
        Self::Object(Rc::new(RefCell::new(object)))
    }

    pub(in crate::declared) fn unknown(span: Span, reason: impl Into<String>) -> Self {
        Self::Unknown(Rc::new(Unknown::new(span, reason)))
    }

    pub(in crate::declared) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub(in crate::declared) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(*n),
            _ => None,
        }
    }

    pub(in crate::declared) fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined)
    }

    pub(in crate::declared) fn is_nullish(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }
}
