//! Evaluated values as plain data, for the configs of ORMs.

use indexmap::IndexMap;

use super::load::Evaluator;
use super::value::{Item, NodeKind, Value};
use super::with_evaluator;
use crate::diagnostic::Diagnostic;
use crate::model::Unknown;
use crate::source::{SourceMap, Span, Tree, parent_path};

/// Nested values of a config.
const MAX_DEPTH: usize = 64;

/// A value and where it was written.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::declared) struct Plain {
    pub kind: PlainKind,
    pub span: Span,
}

#[derive(Clone, PartialEq, Debug)]
pub(in crate::declared) enum PlainKind {
    /// `undefined` and `null`.
    Nothing,
    Bool(bool),
    Number(f64),
    /// An absolute path within the project begins with [`ROOT`](super::ROOT).
    Text(String),
    List(Vec<Plain>),
    /// Members in the order of the source.
    Object(IndexMap<String, PlainMember>),
    Function,
    Unknown(Unknown),
}

#[derive(Clone, PartialEq, Debug)]
pub(in crate::declared) struct PlainMember {
    pub value: Plain,
    /// Key and value.
    pub span: Span,
}

impl Plain {
    /// A member of an object that is there and not `undefined` or `null`.
    pub(in crate::declared) fn get(&self, name: &str) -> Option<&Plain> {
        match &self.kind {
            PlainKind::Object(members) => {
                members.get(name).map(|member| &member.value).filter(|value| value.kind != PlainKind::Nothing)
            }
            _ => None,
        }
    }

    pub(in crate::declared) fn as_str(&self) -> Option<&str> {
        match &self.kind {
            PlainKind::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Evaluates the default export of a file (`export default`, `module.exports =`, or a JSON file's value). A call of a package's function with one
/// object (`defineConfig({…})`) stands for that object. `working_directory` is what `process.cwd()` gives, relative to the project's root;
/// the file's own directory when `None`.
pub(in crate::declared) fn default_export(
    tree: &dyn Tree,
    sources: &SourceMap,
    path: &str,
    working_directory: Option<&str>,
) -> (Plain, Vec<Diagnostic>) {
    let directory = working_directory.unwrap_or_else(|| parent_path(path));
    let result = with_evaluator(tree, sources, |evaluator| {
        evaluator.working_directory = directory.to_owned();
        let module = evaluator.load(path);
        let start = Span::file_start(evaluator.file(module));
        let value = evaluator.export(module, "default");
        let plain = match value {
            Some(value) => evaluator.plain(&value, start, 0),
            None if evaluator.problems.is_empty() => {
                Plain { kind: PlainKind::Unknown(Unknown::new(start, "it has no default export")), span: start }
            }
            None => Plain { kind: PlainKind::Unknown(Unknown::new(start, "it cannot be parsed")), span: start },
        };
        (plain, std::mem::take(&mut evaluator.problems))
    });
    result.unwrap_or_else(|reason| {
        let start = Span::file_start(sources.add(path, String::new()).id);
        (Plain { kind: PlainKind::Unknown(Unknown::new(start, reason)), span: start }, Vec::new())
    })
}

impl Evaluator<'_> {
    fn plain(&mut self, value: &Value, span: Span, depth: usize) -> Plain {
        if depth > MAX_DEPTH {
            return Plain { kind: PlainKind::Unknown(Unknown::new(span, "it is nested too deeply")), span };
        }
        let kind = match value {
            Value::Undefined | Value::Null => PlainKind::Nothing,
            Value::Bool(value) => PlainKind::Bool(*value),
            Value::Number(n) => PlainKind::Number(*n),
            Value::String(text) => PlainKind::Text(text.to_string()),
            Value::Array(array) => {
                let items: Vec<Item> = array.borrow().items.clone();
                PlainKind::List(items.iter().map(|item| self.plain_item(item, depth)).collect())
            }
            Value::Object(object) => {
                let members: Vec<_> =
                    object.borrow().members.iter().map(|(key, member)| (key.to_string(), member.clone())).collect();
                let plain = members.into_iter().map(|(key, member)| {
                    (key, PlainMember { value: self.plain(&member.value, member.span, depth + 1), span: member.span })
                });
                PlainKind::Object(plain.collect())
            }
            Value::Function(_) => PlainKind::Function,
            Value::Symbol(id) => {
                let node = self.node(*id);
                match &node.kind {
                    NodeKind::Call { args, .. }
                        if args.len() == 1
                            && matches!(args[0].value, Value::Object(_) | Value::Array(_) | Value::Function(_)) =>
                    {
                        return self.plain(&args[0].value, args[0].span, depth + 1);
                    }
                    _ => PlainKind::Unknown(self.unknown_of(value, span).as_ref().clone()),
                }
            }
            other => PlainKind::Unknown(self.unknown_of(other, span).as_ref().clone()),
        };
        let span = match value {
            Value::Symbol(id) => self.node(*id).span,
            _ => span,
        };
        Plain { kind, span }
    }

    fn plain_item(&mut self, item: &Item, depth: usize) -> Plain {
        if item.spread {
            let unknown = self.unknown_of(&item.value, item.span);
            return Plain { kind: PlainKind::Unknown(unknown.as_ref().clone()), span: item.span };
        }
        self.plain(&item.value, item.span, depth + 1)
    }
}
