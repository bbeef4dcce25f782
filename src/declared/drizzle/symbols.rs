//! What a symbolic expression is in Drizzle's words: a root (`pgTable(…)`, `text(…)`, `` sql`…` ``, `users.id`) and the methods chained on it.

use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use crate::declared::typescript::value::{Item, Node, NodeId, NodeKind, Value};
use crate::declared::typescript::{Atom, Evaluator};
use crate::source::Span;

/// The arguments of a call, shared with its node.
#[derive(Clone, Debug)]
pub(super) struct Args(Rc<Node>);

impl Args {
    /// Those of a call; none of anything else.
    pub(super) fn of(node: &Rc<Node>) -> Self {
        Self(Rc::clone(node))
    }
}

impl Deref for Args {
    type Target = [Item];

    fn deref(&self) -> &[Item] {
        match &self.0.kind {
            NodeKind::Call { args, .. } => args,
            _ => &[],
        }
    }
}

/// A root and what is called on it, in order.
pub(super) struct Chain {
    pub root: Root,
    /// The node of the root.
    pub id: NodeId,
    pub steps: Vec<Step>,
}

/// One method call of a chain.
#[derive(Clone)]
pub(super) struct Step {
    /// The call's node.
    pub id: NodeId,
    pub name: Atom,
    pub args: Args,
    /// The whole chain up to this call.
    pub span: Span,
}

/// Where a chain begins.
pub(super) enum Root {
    /// A call of one of Drizzle's functions, dotted where it is a member: `pgTable`, `sql.raw`, `snakeCase.table`.
    Function { name: Atom, args: Args },
    /// A call of something that is itself symbolic: an enum, a custom type, a table creator.
    Applied { callee: NodeId },
    /// `object.name`
    Property { object: NodeId, name: Atom },
    /// A template tagged with `sql`.
    Template,
    /// An export of Drizzle itself, not called.
    Export,
    /// What is not Drizzle's.
    Other,
}

/// The longest chain that is taken apart.
const MAX_STEPS: usize = 512;

/// Takes a symbolic expression apart.
pub(super) fn chain(evaluator: &Evaluator<'_>, id: NodeId) -> Chain {
    let (mut id, mut steps) = (id, Vec::new());
    while steps.len() < MAX_STEPS {
        let node = evaluator.node(id);
        let Some((object, name)) = method(evaluator, &node) else { break };
        steps.push(Step { id, name, span: node.span, args: Args(node) });
        id = object;
    }
    steps.reverse();
    let root = if steps.len() < MAX_STEPS { root(evaluator, id) } else { Root::Other };
    Chain { root, id, steps }
}

/// The object and name of `object.name(…)`, unless the object is a whole package's export (`sql.raw(…)`).
fn method(evaluator: &Evaluator<'_>, node: &Node) -> Option<(NodeId, Atom)> {
    let NodeKind::Call { callee: Value::Symbol(callee), .. } = &node.kind else { return None };
    let callee = evaluator.node(*callee);
    let NodeKind::Member { object: Value::Symbol(object), name } = &callee.kind else { return None };
    if export_name(evaluator, *object).is_some() || is_external(evaluator, *object) {
        return None;
    }
    Some((*object, Arc::clone(name)))
}

fn is_external(evaluator: &Evaluator<'_>, id: NodeId) -> bool {
    matches!(evaluator.node(id).kind, NodeKind::External { .. })
}

fn root(evaluator: &Evaluator<'_>, id: NodeId) -> Root {
    let node = evaluator.node(id);
    match &node.kind {
        NodeKind::External { .. } => export_name(evaluator, id).map_or(Root::Other, |_| Root::Export),
        NodeKind::Call { callee: Value::Symbol(callee), .. } => match export_name(evaluator, *callee) {
            Some(name) => Root::Function { name, args: Args(Rc::clone(&node)) },
            None if is_external(evaluator, *callee) => Root::Other,
            None => Root::Applied { callee: *callee },
        },
        NodeKind::Member { object: Value::Symbol(object), name } => match export_name(evaluator, id) {
            Some(_) => Root::Export,
            None => Root::Property { object: *object, name: Arc::clone(name) },
        },
        NodeKind::Tagged { tag: Value::Symbol(tag), .. } => match export_name(evaluator, *tag).as_deref() {
            Some("sql") => Root::Template,
            _ => Root::Other,
        },
        _ => Root::Other,
    }
}

/// The dotted name of an export of Drizzle for PostgreSQL: of `sql`, of `sql.raw`.
pub(super) fn export_name(evaluator: &Evaluator<'_>, id: NodeId) -> Option<Atom> {
    export_path(evaluator, id, 0)
}

fn export_path(evaluator: &Evaluator<'_>, id: NodeId, depth: usize) -> Option<Atom> {
    match &evaluator.node(id).kind {
        NodeKind::External { module, name } => is_drizzle(module).then(|| Arc::clone(name)),
        // No export of Drizzle stands deeper than `default.snakeCase.table.withRLS`.
        NodeKind::Member { object: Value::Symbol(object), name } if depth < 8 => {
            let outer = export_path(evaluator, *object, depth + 1)?;
            // `import pg from "drizzle-orm/pg-core"`
            Some(if &*outer == "default" { Arc::clone(name) } else { format!("{outer}.{name}").into() })
        }
        _ => None,
    }
}

/// Whether a package is the part of Drizzle that speaks of PostgreSQL or of all databases.
pub(super) fn is_drizzle(module: &str) -> bool {
    let Some(rest) = module.strip_prefix("drizzle-orm") else { return false };
    let part = rest.trim_start_matches('/').split('/').next().unwrap_or_default();
    matches!(part, "" | "pg-core" | "sql" | "casing" | "table" | "utils" | "supabase" | "neon" | "extensions")
}
