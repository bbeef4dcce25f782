//! Symbolic expressions: kept in the order of evaluation, so that a number says which came first.

use std::rc::Rc;
use std::sync::Arc;

use super::load::Evaluator;
use super::syntax::Atom;
use super::value::{Item, Node, NodeId, NodeKind, Value};
use crate::model::Unknown;
use crate::source::Span;

impl Evaluator<'_> {
    /// A symbolic expression that this evaluator made.
    pub(in crate::declared) fn node(&self, id: NodeId) -> Rc<Node> {
        Rc::clone(&self.nodes[id.0 as usize])
    }

    /// How many symbolic expressions there are; they are numbered from 0 in the order of evaluation.
    pub(in crate::declared) fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The symbolic expression of a number below [`Evaluator::node_count`].
    pub(in crate::declared) fn node_id(&self, index: usize) -> NodeId {
        NodeId(index as u32)
    }

    /// The number of a symbolic expression.
    pub(in crate::declared) fn node_number(&self, id: NodeId) -> usize {
        id.0 as usize
    }

    /// All exports of a package, as `import * as x` gives them.
    pub(in crate::declared) fn package(&mut self, name: &str, span: Span) -> Value {
        self.external(&name.into(), &"*".into(), span)
    }

    /// Text to be read in place of a package.
    pub(in crate::declared) fn provide(&mut self, package: &'static str, text: &'static str) {
        self.provided.insert(package, text);
    }

    /// Whether something unknown may be more than a plain value: an export that is not there, the result of a function or a choice between
    /// symbolic values.
    pub(in crate::declared) fn may_be_object(&self, unknown: &Rc<Unknown>) -> bool {
        self.objects.iter().any(|known| Rc::ptr_eq(known, unknown))
    }

    /// Whether a symbolic expression is an export of a package, and not what is made with it.
    pub(in crate::declared) fn is_external(&self, id: NodeId) -> bool {
        matches!(self.node(id).kind, NodeKind::External { .. })
    }

    /// Something unknown that [may be an object](Self::may_be_object).
    pub(super) fn unknown_object(&mut self, unknown: Unknown) -> Value {
        let unknown = Rc::new(unknown);
        self.objects.push(Rc::clone(&unknown));
        Value::Unknown(unknown)
    }

    /// A call of a package's function, as if it stood at `span`.
    pub(in crate::declared) fn package_call(
        &mut self,
        package: &str,
        function: &str,
        args: Vec<Item>,
        span: Span,
    ) -> Value {
        let callee = self.external(&package.into(), &function.into(), span);
        self.symbol(NodeKind::Call { callee, args: args.into() }, span)
    }

    pub(super) fn symbol(&mut self, kind: NodeKind, span: Span) -> Value {
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(Rc::new(Node { kind, span }));
        Value::Symbol(id)
    }

    /// An export of a package; the same one each time.
    pub(super) fn external(&mut self, module: &Atom, name: &Atom, span: Span) -> Value {
        let key = (Arc::clone(module), Arc::clone(name));
        if let Some(&id) = self.externals.get(&key) {
            return Value::Symbol(id);
        }
        let value = self.symbol(NodeKind::External { module: Arc::clone(module), name: Arc::clone(name) }, span);
        if let Value::Symbol(id) = value {
            self.externals.insert(key, id);
        }
        value
    }
}
