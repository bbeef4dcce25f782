//! Properties of values, calls and `new`.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::eval::MAX_ITEMS;
use super::load::Evaluator;
use super::scope::Scope;
use super::syntax::{Atom, Element, Expr, ExprKind, Import, ImportName};
use super::value::{Item, Member, NodeKind, Object, Value};
use super::{builtins, packages};
use crate::model::Unknown;
use crate::source::Span;

impl Evaluator<'_> {
    /// `object.name`
    pub(in crate::declared) fn member(&mut self, object: &Value, name: &Atom, span: Span, scope: &Rc<Scope>) -> Value {
        let module = scope.module;
        match object {
            Value::Object(members) => {
                let members = members.borrow();
                match members.members.get(name) {
                    // A spread after it may have replaced it, which only matters when it is unknown what was spread.
                    Some(member) => {
                        let (value, at) = (member.value.clone(), member.span);
                        drop(members);
                        self.read(object, value, at)
                    }
                    None => match members.spreads.first() {
                        Some((_, value, span)) => Value::Unknown(self.unknown_of(value, *span)),
                        None if builtins::OBJECT_METHODS.contains(&&**name) => {
                            Value::Method(Rc::new((object.clone(), Arc::clone(name))))
                        }
                        None => Value::Undefined,
                    },
                }
            }
            Value::Namespace(target) => match self.export(*target, name) {
                Some(value) => value,
                None => Value::unknown(span, self.missing_export(*target, name)),
            },
            Value::Array(array) => match name.parse::<usize>() {
                Ok(index) => {
                    let array = array.borrow();
                    match array.items[..index.min(array.items.len())].iter().find(|item| item.spread) {
                        Some(item) => Value::Unknown(self.unknown_of(&item.value, item.span)),
                        None => array.items.get(index).map_or(Value::Undefined, |item| item.value.clone()),
                    }
                }
                Err(_) if &**name == "length" => match array.borrow().complete() {
                    Ok(items) => Value::Number(items.len() as f64),
                    Err(unknown) => Value::Unknown(unknown),
                },
                Err(_) => Value::Method(Rc::new((object.clone(), Arc::clone(name)))),
            },
            Value::String(text) => match name.parse::<usize>() {
                Ok(index) => text.chars().nth(index).map_or(Value::Undefined, |c| Value::text(c.to_string())),
                Err(_) if &**name == "length" => Value::Number(text.encode_utf16().count() as f64),
                Err(_) => Value::Method(Rc::new((object.clone(), Arc::clone(name)))),
            },
            Value::Set(set) if &**name == "size" => Value::Number(set.borrow().len() as f64),
            Value::Map(map) if &**name == "size" => Value::Number(map.borrow().len() as f64),
            Value::Function(closure) if &**name == "name" => match &closure.function.name {
                Some(name) => Value::String(Arc::clone(name)),
                None => Value::text(""),
            },
            Value::RegExp(regex) if &**name == "source" => Value::String(Arc::clone(&regex.0)),
            Value::Number(_)
            | Value::BigInt(_)
            | Value::Bool(_)
            | Value::Date(_)
            | Value::RegExp(..)
            | Value::Set(_)
            | Value::Map(_)
            | Value::Function(_) => Value::Method(Rc::new((object.clone(), Arc::clone(name)))),
            Value::Method(method) => Value::unknown(span, format!("`{}.{name}` is computed at run time", method.1)),
            Value::Global(global) => self.global_member(global, name, span, module),
            Value::Symbol(id) => {
                if let Some(value) = packages::member(self, *id, name, span) {
                    return value;
                }
                if let NodeKind::External { module, name: outer } = &self.node(*id).kind
                    && &**outer == "*"
                {
                    let module = Arc::clone(module);
                    return self.external(&module, name, span);
                }
                self.symbol(NodeKind::Member { object: object.clone(), name: Arc::clone(name) }, span)
            }
            Value::Undefined | Value::Null => {
                Value::unknown(span, format!("`{name}` is read of something that is not there"))
            }
            Value::Environment(_) | Value::Getter(_) | Value::Unknown(_) => {
                Value::Unknown(self.unknown_of(object, span))
            }
        }
    }

    /// The value that a property of an object has when it is read.
    pub(super) fn read(&mut self, object: &Value, value: Value, span: Span) -> Value {
        match value {
            Value::Getter(closure) => self.call_closure(&closure, Some(object.clone()), Vec::new(), span),
            value => value,
        }
    }

    fn with_getters_read(&mut self, item: Item) -> Item {
        let is_getter = |member: &Member| matches!(member.value, Value::Getter(_));
        let Value::Object(object) = &item.value else { return item };
        if !object.borrow().members.values().any(is_getter) {
            return item;
        }
        let mut read = Object::default();
        self.spread_into(&mut read, item.value, item.span);
        Item { value: Value::object(read), ..item }
    }

    fn global_member(&mut self, global: &Atom, name: &Atom, span: Span, module: super::value::ModuleId) -> Value {
        match (&**global, &**name) {
            ("process.env" | "import.meta.env" | "Bun.env", name) => Value::Environment(name.into()),
            ("process", "env") | ("import.meta", "env") | ("Bun", "env") => {
                Value::Global(format!("{global}.{name}").into())
            }
            ("import.meta", "dirname" | "dir") => self.directory_name(module),
            ("import.meta", "filename" | "path") => self.file_name(module),
            ("import.meta", "url") => Value::text(format!("file://{}", packages::rooted(self.path(module)))),
            ("globalThis" | "global" | "window", _) => Value::Global(Arc::clone(name)),
            ("Math", "PI") => Value::Number(std::f64::consts::PI),
            ("Number", "MAX_SAFE_INTEGER") => Value::Number(9_007_199_254_740_991.0),
            ("Number", "MIN_SAFE_INTEGER") => Value::Number(-9_007_199_254_740_991.0),
            ("module", "exports") => Value::unknown(span, "`module.exports` is read"),
            _ => Value::Global(format!("{global}.{name}").into()),
        }
    }

    /// `callee(...args)`
    pub(in crate::declared) fn call(&mut self, callee: Value, args: Vec<Item>, span: Span) -> Value {
        match &callee {
            Value::Function(closure) => self.call_closure(closure, None, args, span),
            Value::Symbol(id) => {
                // A package reads what it is given while it is called.
                let args: Vec<Item> = args.into_iter().map(|arg| self.with_getters_read(arg)).collect();
                match packages::call(self, *id, &args, span) {
                    Some(value) => value,
                    None => self.symbol(NodeKind::Call { callee, args: args.into() }, span),
                }
            }
            Value::Method(method) => {
                let value = builtins::method(self, &method.0, &method.1, args, span);
                self.charged(value, span)
            }
            Value::Global(name) => {
                let value = builtins::global(self, name, &args, span);
                self.charged(value, span)
            }
            Value::Undefined | Value::Null => Value::unknown(span, "something is called that is not there"),
            other => Value::Unknown(self.unknown_of(other, span)),
        }
    }

    /// `new callee(...args)`
    pub(super) fn construct(&mut self, callee: Value, args: Vec<Item>, span: Span) -> Value {
        let Value::Global(name) = &callee else {
            return match callee {
                // A query builder is the same whether it is made or given to a function.
                Value::Symbol(id) if packages::is_query_builder(self, id) => {
                    self.symbol(NodeKind::Call { callee, args: args.into() }, span)
                }
                Value::Symbol(_) => self.symbol(NodeKind::New { callee }, span),
                other => Value::Unknown(self.unknown_of(&other, span)),
            };
        };
        let first = args.first().map(|arg| arg.value.clone());
        match (&**name, first) {
            ("Set", None) => Value::Set(Rc::default()),
            ("Map", None) => Value::Map(Rc::default()),
            ("Set", Some(items)) => match self.iterate(&items, span) {
                Ok(items) => {
                    let mut set: Vec<Value> = Vec::new();
                    for item in items {
                        if !set.iter().any(|known| self.equal(known, &item.value, true, span) == Ok(true)) {
                            set.push(item.value);
                        }
                    }
                    Value::Set(Rc::new(RefCell::new(set)))
                }
                Err(unknown) => Value::Unknown(unknown),
            },
            ("Map", Some(pairs)) => match self.pairs(&pairs, span) {
                Ok(pairs) => Value::Map(Rc::new(RefCell::new(pairs))),
                Err(unknown) => Value::Unknown(unknown),
            },
            ("Date", Some(value)) => super::date::of(self, &value, args.get(1..).unwrap_or_default(), span),
            ("Date", None) => Value::unknown(span, "it is the time at which the code runs"),
            ("Array", Some(Value::Number(n))) if n >= 0.0 && n < MAX_ITEMS as f64 => {
                let items = vec![Item { value: Value::Undefined, span, spread: false }; n as usize];
                self.charged(Value::array(items), span)
            }
            ("Object", None) => Value::object(Object::default()),
            ("URL", Some(path)) => packages::url(self, &path, args.get(1), span),
            ("String" | "Number" | "Boolean" | "Array", _) => builtins::global(self, name, &args, span),
            _ => Value::unknown(span, format!("`new {name}` is known at run time only")),
        }
    }

    /// Pairs of something that gives `[key, value]`.
    pub(super) fn pairs(&mut self, value: &Value, span: Span) -> Result<Vec<(Value, Value)>, Rc<Unknown>> {
        let mut pairs = Vec::new();
        for item in self.iterate(value, span)? {
            let mut parts = self.iterate(&item.value, item.span)?.into_iter().map(|part| part.value);
            pairs.push((parts.next().unwrap_or(Value::Undefined), parts.next().unwrap_or(Value::Undefined)));
        }
        Ok(pairs)
    }

    /// `require("./x")`
    pub(super) fn require(&mut self, args: &[Element], span: Span, scope: &Rc<Scope>) -> Value {
        let [Element::Item(Expr { kind: ExprKind::String(source), .. })] = args else {
            return Value::unknown(span, "its module is computed at run time");
        };
        self.imported(scope.module, &Import { source: Arc::clone(source), name: ImportName::Namespace, span })
    }
}
