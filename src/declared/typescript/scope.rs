//! Variables of functions and blocks. The outermost scope is the file, whose names the evaluator looks up itself.

use std::cell::RefCell;
use std::rc::Rc;

use super::syntax::Atom;
use super::value::{ModuleId, Value};

#[derive(Debug)]
pub(in crate::declared) struct Scope {
    variables: RefCell<Vec<(Atom, Value)>>,
    parent: Option<Rc<Scope>>,
    pub(super) module: ModuleId,
    pub(super) this: Option<Value>,
}

impl Scope {
    /// The scope of a file.
    pub(super) fn module(module: ModuleId) -> Rc<Self> {
        Rc::new(Self { variables: RefCell::default(), parent: None, module, this: None })
    }

    /// A block within `parent`.
    pub(super) fn inside(parent: &Rc<Self>) -> Rc<Self> {
        Self::with_this(parent, parent.this.clone())
    }

    /// A function within `parent`.
    pub(super) fn with_this(parent: &Rc<Self>, this: Option<Value>) -> Rc<Self> {
        Rc::new(Self { variables: RefCell::default(), parent: Some(Rc::clone(parent)), module: parent.module, this })
    }

    pub(super) fn declare(&self, name: Atom, value: Value) {
        let mut variables = self.variables.borrow_mut();
        match variables.iter_mut().find(|(known, _)| *known == name) {
            Some((_, slot)) => *slot = value,
            None => variables.push((name, value)),
        }
    }

    /// The value of a variable of a function or block; `None` when the name belongs to the file or to nobody.
    pub(super) fn get(&self, name: &str) -> Option<Value> {
        let mut scope = self;
        loop {
            if let Some((_, value)) = scope.variables.borrow().iter().find(|(known, _)| &**known == name) {
                return Some(value.clone());
            }
            scope = scope.parent.as_deref()?;
        }
    }

    /// Assigns to a variable; false when no function or block has it.
    pub(super) fn set(&self, name: &str, value: Value) -> bool {
        let mut scope = self;
        loop {
            if let Some((_, slot)) = scope.variables.borrow_mut().iter_mut().find(|(known, _)| &**known == name) {
                *slot = value;
                return true;
            }
            let Some(parent) = scope.parent.as_deref() else { return false };
            scope = parent;
        }
    }
}
