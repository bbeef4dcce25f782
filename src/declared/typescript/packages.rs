//! The few packages whose functions are computed instead of kept as symbols: Node's `path` and `url`, Drizzle's `getTableColumns` and
//! `getTableName`, and the constants of [validators].
//!
//! Paths are written under a root of their own, since nothing is known of the machine that runs the code: see [`ROOT`].

use std::sync::Arc;

use super::load::Evaluator;
use super::syntax::Atom;
use super::validators;
use super::value::{Item, Member, ModuleId, NodeId, NodeKind, Object, Value};
use crate::source::{Span, join_path, parent_path};

/// What absolute paths within the project begin with.
pub(in crate::declared) const ROOT: &str = "/<project>";

/// What stands for the package of a symbol of the language's own registry: `Symbol.for("name")`.
pub(in crate::declared) const SYMBOLS: &str = "Symbol.for";

/// A path relative to the project's root as an absolute one.
pub(super) fn rooted(path: &str) -> String {
    if path.is_empty() { ROOT.to_owned() } else { format!("{ROOT}/{path}") }
}

impl Evaluator<'_> {
    pub(super) fn directory_name(&self, module: ModuleId) -> Value {
        Value::text(rooted(parent_path(self.path(module))))
    }

    pub(super) fn file_name(&self, module: ModuleId) -> Value {
        Value::text(rooted(self.path(module)))
    }

    pub(super) fn current_directory(&self) -> Value {
        Value::text(rooted(&self.working_directory))
    }
}

/// The name that a symbol has in its package, and the package.
pub(super) fn external(evaluator: &Evaluator<'_>, id: NodeId) -> Option<(Atom, Atom)> {
    match &evaluator.node(id).kind {
        NodeKind::External { module, name } => Some((Arc::clone(module), Arc::clone(name))),
        // `import path from "path"`: the default export holds the functions.
        NodeKind::Member { object: Value::Symbol(inner), name } => match &evaluator.node(*inner).kind {
            NodeKind::External { module, name: outer } if matches!(&**outer, "default" | "*" | "posix" | "z") => {
                Some((Arc::clone(module), Arc::clone(name)))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Drizzle's class of that name.
pub(super) fn is_query_builder(evaluator: &Evaluator<'_>, id: NodeId) -> bool {
    external(evaluator, id).is_some_and(|(module, name)| module.starts_with("drizzle-orm/") && &*name == "QueryBuilder")
}

/// The value of a call of a package's function, where it is one that is known.
pub(super) fn call(evaluator: &mut Evaluator<'_>, callee: NodeId, args: &[Item], span: Span) -> Option<Value> {
    let (module, name) = external(evaluator, callee)?;
    let texts = || args.iter().map(|arg| arg.value.as_str().map(str::to_owned)).collect::<Option<Vec<String>>>();
    match &*module {
        "path" | "node:path" | "path/posix" | "node:path/posix" | "pathe" | "upath" => {
            let unknown = args.iter().find(|arg| arg.value.as_str().is_none());
            if let Some(arg) = unknown {
                return Some(Value::Unknown(evaluator.unknown_of(&arg.value, arg.span)));
            }
            path_function(evaluator, &name, &texts()?)
        }
        "url" | "node:url" if &*name == "fileURLToPath" => {
            let path = texts()?.into_iter().next()?;
            Some(Value::text(path.strip_prefix("file://").unwrap_or(&path)))
        }
        "url" | "node:url" if &*name == "pathToFileURL" => {
            Some(Value::text(format!("file://{}", texts()?.into_iter().next()?)))
        }
        "process" | "node:process" if &*name == "cwd" => Some(evaluator.current_directory()),
        "drizzle-orm" if matches!(&*name, "getTableColumns" | "getColumns") => columns_of(evaluator, args.first()?),
        "drizzle-orm" if &*name == "getTableName" => name_of(evaluator, args.first()?),
        _ => {
            let _ = span;
            None
        }
    }
}

fn path_function(evaluator: &Evaluator<'_>, name: &str, args: &[String]) -> Option<Value> {
    let first = args.first().map(String::as_str);
    Some(Value::text(match (name, first) {
        ("join", _) => {
            let parts: Vec<&str> = args.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
            normalized(&parts.join("/"))
        }
        ("resolve", _) => {
            let mut path = rooted(&evaluator.working_directory);
            for arg in args {
                path = if arg.starts_with('/') { arg.clone() } else { format!("{path}/{arg}") };
            }
            let path = normalized(&path);
            path.strip_suffix('/').map_or(path.clone(), str::to_owned)
        }
        ("normalize", Some(path)) => normalized(path),
        ("dirname", Some(path)) => match path.trim_end_matches('/').rsplit_once('/') {
            Some((parent, _)) => parent.to_owned(),
            None => ".".into(),
        },
        ("basename", Some(path)) => {
            let base = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            args.get(1).and_then(|suffix| base.strip_suffix(suffix.as_str())).unwrap_or(base).to_owned()
        }
        ("relative", Some(from)) => relative(&absolute(evaluator, from), &absolute(evaluator, args.get(1)?)),
        ("extname", Some(path)) => {
            let base = path.rsplit('/').next().unwrap_or_default();
            base.rfind('.').filter(|&at| at > 0).map_or(String::new(), |at| base[at..].to_owned())
        }
        _ => return None,
    }))
}

fn absolute(evaluator: &Evaluator<'_>, path: &str) -> String {
    let directory = rooted(&evaluator.working_directory);
    normalized(&if path.starts_with('/') { path.to_owned() } else { format!("{directory}/{path}") })
}

/// Node's `path.relative` of two absolute, normalised paths.
fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    up.chain(to[shared..].iter().cloned()).collect::<Vec<_>>().join("/")
}

/// Node's `path.normalize`, without a check that the path stays anywhere.
fn normalized(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ if absolute => {}
                _ => parts.push(".."),
            },
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    match (absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".into(),
        (false, false) => joined,
    }
}

/// What makes a table.
enum TableMaker {
    /// `pgTable`, `schema.table`
    Plain,
    /// The function that `pgTableCreator` was given.
    Creator(Value),
}

fn made_table(evaluator: &Evaluator<'_>, callee: NodeId) -> Option<TableMaker> {
    let called = |id: NodeId| match &evaluator.node(id).kind {
        NodeKind::Call { callee: Value::Symbol(callee), args } => {
            let (module, name) = external(evaluator, *callee)?;
            module.starts_with("drizzle-orm/").then(|| (name, args.first().map(|arg| arg.value.clone())))
        }
        _ => None,
    };
    if let Some((module, name)) = external(evaluator, callee) {
        return (module.starts_with("drizzle-orm/") && &*name == "pgTable").then_some(TableMaker::Plain);
    }
    if let NodeKind::Member { object: Value::Symbol(schema), name } = &evaluator.node(callee).kind {
        let is_schema = called(*schema).is_some_and(|(function, _)| &*function == "pgSchema");
        return (is_schema && &**name == "table").then_some(TableMaker::Plain);
    }
    let (function, argument) = called(callee)?;
    (&*function == "pgTableCreator").then_some(TableMaker::Creator(argument?))
}

/// The name of a table of Drizzle's.
fn name_of(evaluator: &mut Evaluator<'_>, table: &Item) -> Option<Value> {
    let Value::Symbol(mut made) = table.value else { return None };
    loop {
        let node = evaluator.node(made);
        let NodeKind::Call { callee: Value::Symbol(callee), args } = &node.kind else { return None };
        if let NodeKind::Member { object: Value::Symbol(inner), name } = &evaluator.node(*callee).kind
            && &**name == "enableRLS"
        {
            made = *inner;
            continue;
        }
        let name = args.first()?.clone();
        let name = match made_table(evaluator, *callee)? {
            TableMaker::Plain => name.value,
            TableMaker::Creator(creator) => evaluator.call(creator, vec![name], table.span),
        };
        return name.as_str().is_some().then_some(name);
    }
}

/// The columns of one of Drizzle's tables as an object: what `pgTable("name", { … })` was given, each as a property of the table.
fn columns_of(evaluator: &mut Evaluator<'_>, table: &Item) -> Option<Value> {
    let Value::Symbol(mut made) = table.value else { return None };
    let columns = loop {
        let node = evaluator.node(made);
        let NodeKind::Call { callee: Value::Symbol(callee), args } = &node.kind else { return None };
        match &evaluator.node(*callee).kind {
            NodeKind::Member { object: Value::Symbol(inner), name } if &**name == "enableRLS" => made = *inner,
            _ => break args.get(1)?.clone(),
        }
    };
    let columns = match &columns.value {
        Value::Function(closure) => {
            let builders = evaluator.package("drizzle-orm/pg-core", columns.span);
            let builders = Item { value: builders, span: columns.span, spread: false };
            evaluator.call_closure(closure, None, vec![builders], columns.span)
        }
        other => other.clone(),
    };
    let Value::Object(columns) = columns else { return None };
    if !columns.borrow().spreads.is_empty() {
        return None;
    }
    let keys: Vec<Atom> = columns.borrow().members.keys().cloned().collect();
    let mut object = Object::default();
    for name in keys {
        let kind = NodeKind::Member { object: table.value.clone(), name: Arc::clone(&name) };
        let value = evaluator.symbol(kind, table.span);
        object.members.insert(name, Member { value, span: table.span });
    }
    Some(Value::object(object))
}

/// `new URL(path, base)`
pub(super) fn url(evaluator: &Evaluator<'_>, path: &Value, base: Option<&Item>, span: Span) -> Value {
    let base_text = base.and_then(|base| base.value.as_str());
    match (path.as_str(), base_text) {
        (Some(path), None) if base.is_none() => Value::text(path),
        (Some(path), Some(base)) if base.starts_with("file://") => {
            let path = join_path(parent_path(&base["file://".len()..]), path);
            Value::text(format!("file://{}", normalized(&path)))
        }
        _ => Value::Unknown(evaluator.unknown_of(path, span)),
    }
}

/// The property of a package's object that is a constant or another known object.
pub(super) fn member(evaluator: &mut Evaluator<'_>, id: NodeId, name: &str, span: Span) -> Option<Value> {
    match name {
        "table" => table_of_column(evaluator, id),
        _ => validators::member(evaluator, id, name, span),
    }
}

/// `users.id.table`
fn table_of_column(evaluator: &Evaluator<'_>, column: NodeId) -> Option<Value> {
    let NodeKind::Member { object: Value::Symbol(table), .. } = evaluator.node(column).kind else { return None };
    let NodeKind::Call { callee: Value::Symbol(callee), .. } = evaluator.node(table).kind else { return None };
    made_table(evaluator, callee).map(|_| Value::Symbol(table))
}

/// A property that a symbol names: `users[Symbol.for("drizzle:Name")]`; `None` when the key is no symbol.
pub(super) fn symbol_property(evaluator: &mut Evaluator<'_>, object: &Value, key: &Value, span: Span) -> Option<Value> {
    let Value::Symbol(key) = key else { return None };
    let NodeKind::External { module, name } = &evaluator.node(*key).kind else { return None };
    if &**module != SYMBOLS {
        return None;
    }
    let table = Item { value: object.clone(), span, spread: false };
    let value = if &**name == "drizzle:Name" { name_of(evaluator, &table) } else { None };
    Some(value.unwrap_or_else(|| Value::unknown(span, "it is a symbol")))
}

#[cfg(test)]
mod tests {
    use super::{normalized, relative};

    #[test]
    fn paths_relate_as_in_node() {
        for (from, to, expect) in
            [("/a/b", "/a/b/c", "c"), ("/a/b", "/a/c/d", "../c/d"), ("/a", "/a", ""), ("/a", "/", "..")]
        {
            assert_eq!(relative(from, to), expect);
        }
    }

    #[test]
    fn paths_normalise_as_in_node() {
        for (path, expect) in
            [("a/../b/./c", "b/c"), ("../a", "../a"), ("/a/../../b", "/b"), ("./", "."), ("a/..", ".")]
        {
            assert_eq!(normalized(path), expect);
        }
    }
}
