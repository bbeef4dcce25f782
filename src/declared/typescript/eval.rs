//! Expressions.

use std::rc::Rc;
use std::sync::Arc;

use super::load::Evaluator;
use super::number;
use super::operators;
use super::packages;
use super::scope::Scope;
use super::syntax::{
    AssignOp, Atom, BinaryOp, Element, EnumDecl, Expr, ExprKind, Function, Key, LogicalOp, Property, Target, Template,
    UnaryOp,
};
use super::value::{Closure, Item, Member, NodeId, NodeKind, Object, Value};
use crate::model::Unknown;
use crate::source::Span;

/// What one load may cost, in evaluated expressions.
pub(super) const MAX_STEPS: u64 = 20_000_000;
/// Items that an array may reach.
pub(super) const MAX_ITEMS: usize = 200_000;
/// Bytes that a text may reach.
pub(super) const MAX_TEXT: usize = 1 << 20;

impl Evaluator<'_> {
    pub(super) fn eval(&mut self, expr: &Expr, scope: &Rc<Scope>) -> Value {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Value::unknown(expr.span, "it takes too many steps to evaluate");
        }
        match &expr.kind {
            ExprKind::String(text) => Value::String(Arc::clone(text)),
            ExprKind::Number(n) => Value::Number(*n),
            ExprKind::BigInt(digits) => Value::BigInt(Arc::clone(digits)),
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::Null => Value::Null,
            ExprKind::RegExp(regex) => Value::RegExp(Rc::new((Arc::clone(&regex.pattern), Arc::clone(&regex.flags)))),
            ExprKind::Template(template) => {
                let value = self.template(template, scope);
                self.charged(value, expr.span)
            }
            ExprKind::Tagged { tag, template } => self.tagged(tag, template, expr.span, scope),
            ExprKind::Name(name) => self.name(name, expr.span, scope),
            ExprKind::This => scope.this.clone().unwrap_or_else(|| Value::unknown(expr.span, "`this` is not known")),
            ExprKind::ImportMeta => Value::Global("import.meta".into()),
            ExprKind::Array(elements) => {
                let items = self.items(elements, expr.span, scope);
                self.charged(Value::array(items), expr.span)
            }
            ExprKind::Object(properties) => self.object(properties, scope),
            ExprKind::Function(function) => self.closure(function, scope),
            ExprKind::Member { object, name, optional } => {
                let object = self.eval(object, scope);
                if self.chain_ends(*optional, &object) {
                    return Value::Undefined;
                }
                self.member(&object, name, expr.span, scope)
            }
            ExprKind::Index { object, index, optional } => self.index(object, index, *optional, expr.span, scope),
            ExprKind::Call { callee, args, optional } => self.call_expr(callee, args, *optional, expr.span, scope),
            ExprKind::New { callee, args } => {
                let callee = self.eval(callee, scope);
                let args = self.items(args, expr.span, scope);
                self.construct(callee, args, expr.span)
            }
            ExprKind::Unary { op, value } => self.unary(*op, value, expr.span, scope),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, expr.span, scope),
            ExprKind::Logical { op, left, right } => {
                let left = self.eval(left, scope);
                self.logical(*op, left, right, expr.span, scope)
            }
            ExprKind::Conditional { test, then, otherwise } => {
                let test = self.eval(test, scope);
                match self.truthy(&test) {
                    Some(true) => self.eval(then, scope),
                    Some(false) => self.eval(otherwise, scope),
                    None => self.choice(&test, [then, otherwise], expr.span, scope),
                }
            }
            ExprKind::Assign { target, op, value } => self.assign(target, *op, value, expr.span, scope),
            ExprKind::Update { target, delta, prefix } => self.update(target, *delta, *prefix, expr.span, scope),
            ExprKind::Sequence(exprs) => exprs.iter().fold(Value::Undefined, |_, expr| self.eval(expr, scope)),
            ExprKind::Chain(inner) => {
                let outer = std::mem::take(&mut self.chain_ended);
                let value = self.eval(inner, scope);
                self.chain_ended = outer;
                value
            }
            ExprKind::Opaque(reason) => Value::unknown(expr.span, *reason),
        }
    }

    /// `test ? a : b` where the test is not known.
    fn choice(&mut self, test: &Value, branches: [&Expr; 2], span: Span, scope: &Rc<Scope>) -> Value {
        let unknown = self.unknown_of(test, span);
        let values = branches.map(|branch| self.eval(branch, scope));
        if values.iter().any(|value| matches!(value, Value::Symbol(_) | Value::Unknown(_))) {
            return self.unknown_object(unknown.as_ref().clone());
        }
        match self.equal(&values[0], &values[1], true, span) {
            Ok(true) => values[0].clone(),
            _ => Value::Unknown(unknown),
        }
    }

    fn name(&mut self, name: &Atom, span: Span, scope: &Rc<Scope>) -> Value {
        if let Some(value) = scope.get(name) {
            return value;
        }
        if let Some(value) = self.module_name(scope.module, name, span) {
            return value;
        }
        match &**name {
            "undefined" => Value::Undefined,
            "NaN" => Value::Number(f64::NAN),
            "Infinity" => Value::Number(f64::INFINITY),
            "__dirname" => self.directory_name(scope.module),
            "__filename" => self.file_name(scope.module),
            _ => Value::Global(Arc::clone(name)),
        }
    }

    pub(super) fn closure(&mut self, function: &Arc<Function>, scope: &Rc<Scope>) -> Value {
        let this = if function.arrow { scope.this.clone() } else { None };
        Value::Function(Rc::new(Closure { function: Arc::clone(function), scope: Rc::clone(scope), this }))
    }

    fn template(&mut self, template: &Template, scope: &Rc<Scope>) -> Value {
        let Template { strings, values } = template;
        let mut text = strings.first().map_or_else(String::new, |first| first.to_string());
        for (value, after) in values.iter().zip(&strings[1..]) {
            let span = value.span;
            let value = self.eval(value, scope);
            match self.to_text(&value, span) {
                Ok(part) => text.push_str(&part),
                Err(unknown) => return Value::Unknown(unknown),
            }
            text.push_str(after);
            if text.len() > MAX_TEXT {
                return Value::unknown(span, "it is too long");
            }
        }
        Value::text(text)
    }

    fn tagged(&mut self, tag: &Expr, template: &Template, span: Span, scope: &Rc<Scope>) -> Value {
        let Template { strings, values } = template;
        let tag = self.eval(tag, scope);
        let items: Vec<Item> = values.iter().map(|value| self.item(value, scope)).collect();
        match tag {
            Value::Symbol(_) => {
                let (strings, values) = (strings.clone(), items.into());
                self.symbol(NodeKind::Tagged { tag, strings, values }, span)
            }
            Value::Function(_) | Value::Method(_) => {
                let strings =
                    strings.iter().map(|text| Item { value: Value::String(Arc::clone(text)), span, spread: false });
                let mut args = vec![Item { value: Value::array(strings.collect()), span, spread: false }];
                args.extend(items);
                self.call(tag, args, span)
            }
            other => Value::Unknown(self.unknown_of(&other, span)),
        }
    }

    fn item(&mut self, expr: &Expr, scope: &Rc<Scope>) -> Item {
        Item { value: self.eval(expr, scope), span: expr.span, spread: false }
    }

    /// Items of an array literal or arguments.
    pub(super) fn items(&mut self, elements: &[Element], span: Span, scope: &Rc<Scope>) -> Vec<Item> {
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            match element {
                Element::Item(expr) => items.push(self.item(expr, scope)),
                Element::Hole => items.push(Item { value: Value::Undefined, span, spread: false }),
                Element::Spread(expr) => {
                    let value = self.eval(expr, scope);
                    match self.iterate(&value, expr.span) {
                        Ok(more) => items.extend(more),
                        Err(_) => items.push(Item { value, span: expr.span, spread: true }),
                    }
                }
            }
        }
        items
    }

    fn object(&mut self, properties: &[Property], scope: &Rc<Scope>) -> Value {
        let mut object = Object::with_capacity(properties.len());
        for property in properties {
            self.add_property(&mut object, property, scope);
        }
        Value::object(object)
    }

    pub(super) fn key(&mut self, key: &Key, scope: &Rc<Scope>) -> Result<Atom, Rc<Unknown>> {
        match key {
            Key::Name(name) => Ok(Arc::clone(name)),
            Key::Computed(expr) => {
                let value = self.eval(expr, scope);
                self.to_text(&value, expr.span)
            }
        }
    }

    /// `{ ...value }`
    pub(super) fn spread_into(&mut self, object: &mut Object, value: Value, span: Span) {
        match &value {
            Value::Object(source) => {
                let source = source.borrow();
                for (before, value, span) in &source.spreads {
                    object.spreads.push((object.members.len() + before, value.clone(), *span));
                }
                let members: Vec<_> = source.members.iter().map(|(key, m)| (Arc::clone(key), m.clone())).collect();
                // A getter may change the object that it stands in.
                drop(source);
                for (key, member) in members {
                    let read = self.read(&value, member.value, member.span);
                    object.members.insert(key, Member { value: read, span: member.span });
                }
            }
            Value::Namespace(module) => {
                let exports = self.exports(*module);
                for (name, value) in exports.values {
                    object.members.insert(name, Member { value, span });
                }
                let unknown = exports
                    .unknown
                    .into_iter()
                    .map(|unknown| (object.members.len(), Value::Unknown(Rc::new(unknown)), span));
                object.spreads.extend(unknown);
            }
            Value::Array(array) => {
                for (index, item) in array.borrow().items.iter().enumerate() {
                    object
                        .members
                        .insert(index.to_string().into(), Member { value: item.value.clone(), span: item.span });
                }
            }
            Value::Undefined | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Function(_) => {}
            _ => object.spreads.push((object.members.len(), value, span)),
        }
    }

    fn index(&mut self, object: &Expr, index: &Expr, optional: bool, span: Span, scope: &Rc<Scope>) -> Value {
        let object = self.eval(object, scope);
        if self.chain_ends(optional, &object) {
            return Value::Undefined;
        }
        let key = self.eval(index, scope);
        if let Some(value) = packages::symbol_property(self, &object, &key, span) {
            return value;
        }
        match self.to_text(&key, index.span) {
            Ok(key) => self.member(&object, &key, span, scope),
            Err(unknown) => Value::Unknown(unknown),
        }
    }

    fn call_expr(&mut self, callee: &Expr, args: &[Element], optional: bool, span: Span, scope: &Rc<Scope>) -> Value {
        let (callee_value, this) = match &callee.kind {
            ExprKind::Member { object, name, optional } => {
                let object = self.eval(object, scope);
                if self.chain_ends(*optional, &object) {
                    return Value::Undefined;
                }
                (self.member(&object, name, callee.span, scope), Some(object))
            }
            ExprKind::Name(name) if &**name == "require" => return self.require(args, span, scope),
            _ => (self.eval(callee, scope), None),
        };
        if self.chain_ends(optional, &callee_value) {
            return Value::Undefined;
        }
        let args = self.items(args, span, scope);
        match (callee_value, this) {
            (Value::Function(closure), Some(this)) => self.call_closure(&closure, Some(this), args, span),
            (callee, _) => self.call(callee, args, span),
        }
    }

    /// Whether `?.` stands here on nothing, or did so further left in the same chain.
    fn chain_ends(&mut self, optional: bool, value: &Value) -> bool {
        self.chain_ended |= optional && value.is_nullish();
        self.chain_ended
    }

    fn unary(&mut self, op: UnaryOp, value: &Expr, span: Span, scope: &Rc<Scope>) -> Value {
        let value = self.eval(value, scope);
        match op {
            UnaryOp::Void => Value::Undefined,
            UnaryOp::TypeOf => match operators::type_of(&value) {
                Some(word) => Value::text(word),
                None => Value::Unknown(self.unknown_of(&value, span)),
            },
            UnaryOp::Not => match self.truthy(&value) {
                Some(truthy) => Value::Bool(!truthy),
                None => Value::Unknown(self.unknown_of(&value, span)),
            },
            UnaryOp::Minus if matches!(value, Value::BigInt(_)) => match value {
                Value::BigInt(digits) => {
                    Value::BigInt(digits.strip_prefix('-').map_or_else(|| format!("-{digits}").into(), Into::into))
                }
                _ => value,
            },
            UnaryOp::Minus | UnaryOp::Plus | UnaryOp::BitNot => match self.to_number(&value, span) {
                Ok(n) if op == UnaryOp::Minus => Value::Number(-n),
                Ok(n) if op == UnaryOp::Plus => Value::Number(n),
                Ok(n) => Value::Number(f64::from(!number::to_int32(n))),
                Err(unknown) => Value::Unknown(unknown),
            },
            UnaryOp::Delete => Value::unknown(span, "it is deleted"),
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, span: Span, scope: &Rc<Scope>) -> Value {
        // A chain of `+` leans to the left; it is walked without recursion.
        let mut pending = vec![(op, right, span)];
        let mut first = left;
        while let ExprKind::Binary { op, left, right } = &first.kind {
            pending.push((*op, right, first.span));
            first = left;
        }
        let mut value = self.eval(first, scope);
        while let Some((op, right, span)) = pending.pop() {
            let right = self.eval(right, scope);
            value = self.operate(op, &value, &right, span);
        }
        value
    }

    fn logical(&mut self, op: LogicalOp, left: Value, right: &Expr, span: Span, scope: &Rc<Scope>) -> Value {
        if matches!(left, Value::Environment(_)) && op != LogicalOp::And {
            return self.eval(right, scope);
        }
        let take_left = match op {
            LogicalOp::And => self.truthy(&left).map(|truthy| !truthy),
            LogicalOp::Or => self.truthy(&left),
            LogicalOp::Coalesce => match &left {
                Value::Unknown(_) => None,
                other => Some(!other.is_nullish()),
            },
        };
        match take_left {
            Some(true) => left,
            Some(false) => self.eval(right, scope),
            None => Value::Unknown(self.unknown_of(&left, span)),
        }
    }

    fn assign(&mut self, target: &Target, op: AssignOp, value: &Expr, span: Span, scope: &Rc<Scope>) -> Value {
        let value = match op {
            AssignOp::Set => self.eval(value, scope),
            AssignOp::Binary(op) => {
                let old = self.read_target(target, span, scope);
                let right = self.eval(value, scope);
                self.operate(op, &old, &right, span)
            }
            AssignOp::Logical(op) => {
                let old = self.read_target(target, span, scope);
                self.logical(op, old, value, span, scope)
            }
        };
        self.write_target(target, value.clone(), span, scope);
        value
    }

    fn update(&mut self, target: &Target, delta: f64, prefix: bool, span: Span, scope: &Rc<Scope>) -> Value {
        let old = self.read_target(target, span, scope);
        let new = match self.to_number(&old, span) {
            Ok(n) => Value::Number(n + delta),
            Err(unknown) => Value::Unknown(unknown),
        };
        self.write_target(target, new.clone(), span, scope);
        if prefix { new } else { old }
    }

    fn read_target(&mut self, target: &Target, span: Span, scope: &Rc<Scope>) -> Value {
        match target {
            Target::Name(name) => self.name(name, span, scope),
            Target::Member(object, name) => {
                let object = self.eval(object, scope);
                self.member(&object, name, span, scope)
            }
            Target::Index(object, index) => self.index(object, index, false, span, scope),
            Target::Other => Value::unknown(span, "it is assigned to a pattern"),
        }
    }

    fn write_target(&mut self, target: &Target, value: Value, span: Span, scope: &Rc<Scope>) {
        match target {
            Target::Name(name) => {
                if !scope.set(name, value.clone()) {
                    self.assign_module_name(scope.module, name, value);
                }
            }
            Target::Member(object, name) => {
                let object = self.eval(object, scope);
                self.set_member(&object, name, value, span);
            }
            Target::Index(object, index) => {
                let object = self.eval(object, scope);
                let key = self.eval(index, scope);
                match (self.to_text(&key, span), &object) {
                    (Ok(key), _) => self.set_member(&object, &key, value, span),
                    (Err(unknown), Value::Object(object)) => {
                        let mut object = object.borrow_mut();
                        let before = object.members.len();
                        object.spreads.push((before, Value::Unknown(unknown), span));
                    }
                    _ => {}
                }
            }
            Target::Other => {}
        }
    }

    fn set_member(&mut self, object: &Value, name: &Atom, value: Value, span: Span) {
        match object {
            Value::Object(object) => {
                object.borrow_mut().members.insert(Arc::clone(name), Member { value, span });
            }
            Value::Array(array) => {
                let mut array = array.borrow_mut();
                let Ok(index) = name.parse::<usize>() else { return };
                let item = Item { value, span, spread: false };
                if index < array.items.len() {
                    array.items[index] = item;
                } else if index == array.items.len() && index < MAX_ITEMS {
                    array.items.push(item);
                }
            }
            _ => {}
        }
    }

    pub(super) fn declare_enum(&mut self, declaration: &EnumDecl, scope: &Rc<Scope>) {
        let value = self.enum_value(declaration, scope);
        scope.declare(Arc::clone(&declaration.name), value);
    }

    /// Why a value is not known.
    pub(in crate::declared) fn unknown_of(&self, value: &Value, span: Span) -> Rc<Unknown> {
        let reason = match value {
            Value::Unknown(unknown) => return Rc::clone(unknown),
            Value::Environment(name) => format!("the environment variable `{name}` is read at run time"),
            Value::Symbol(id) => match self.package_of(*id) {
                Some(package) if &*package == packages::SYMBOLS => "it is a symbol".into(),
                Some(package) => format!("it comes from the package `{package}`"),
                None => "it is computed at run time".into(),
            },
            Value::Global(name) => format!("`{name}` is known at run time only"),
            Value::Function(_) | Value::Method(_) => "it is a function".into(),
            Value::Getter(_) => "it is a getter".into(),
            _ => "it is computed at run time".into(),
        };
        Rc::new(Unknown::new(span, reason))
    }

    /// The package that a symbolic expression starts from.
    pub(in crate::declared) fn package_of(&self, id: NodeId) -> Option<Atom> {
        let mut id = id;
        loop {
            let node = self.node(id);
            let next = match &node.kind {
                NodeKind::External { module, .. } => return Some(Arc::clone(module)),
                NodeKind::Member { object, .. } => object,
                NodeKind::Call { callee, .. } | NodeKind::New { callee } => callee,
                NodeKind::Tagged { tag, .. } => tag,
            };
            let Value::Symbol(inner) = next else { return None };
            id = *inner;
        }
    }
}
