//! What holds members by name: object literals, and classes and namespaces as objects of what they hold.

use std::rc::Rc;
use std::sync::Arc;

use super::load::Evaluator;
use super::scope::Scope;
use super::syntax::{ClassDecl, NamespaceDecl, Property};
use super::value::{Member, Object, Value};

impl Evaluator<'_> {
    /// Adds the static members of a class to the object that stands for it: each sees those before it, by `this` or by the class's name.
    pub(super) fn static_members(&mut self, class: &ClassDecl, object: &Value, scope: &Rc<Scope>) {
        let Value::Object(members) = object else { return };
        let scope = Scope::with_this(scope, Some(object.clone()));
        for property in &class.members {
            let mut added = Object::default();
            self.add_property(&mut added, property, &scope);
            let mut members = members.borrow_mut();
            let before = members.members.len();
            members.spreads.extend(added.spreads.into_iter().map(|(at, value, span)| (before + at, value, span)));
            members.members.extend(added.members);
        }
    }

    /// Adds a member as an object literal does.
    pub(super) fn add_property(&mut self, object: &mut Object, property: &Property, scope: &Rc<Scope>) {
        match property {
            Property::Value { key, value: expr, span } | Property::Getter { key, function: expr, span } => {
                let key = match self.key(key, scope) {
                    Ok(key) => key,
                    Err(unknown) => {
                        object.spreads.push((object.members.len(), Value::Unknown(unknown), *span));
                        return;
                    }
                };
                let value = match (self.eval(expr, scope), property) {
                    (Value::Function(closure), Property::Getter { .. }) => Value::Getter(closure),
                    (value, _) => value,
                };
                object.members.insert(key, Member { value, span: *span });
            }
            Property::Spread(expr) => {
                let value = self.eval(expr, scope);
                self.spread_into(object, value, expr.span);
            }
        }
    }

    /// What a namespace exports. A body that cannot be run leaves all of it unknown.
    pub(super) fn namespace_value(&mut self, namespace: &NamespaceDecl, scope: &Rc<Scope>) -> Value {
        let scope = Scope::inside(scope);
        let mut object = Object::default();
        if let Err(unknown) = self.run(&namespace.body, &scope) {
            let members = self.unknown_object(unknown.as_ref().clone());
            object.spreads.push((0, members, namespace.span));
            return Value::object(object);
        }
        for name in &namespace.exports {
            let value = scope.get(name).unwrap_or(Value::Undefined);
            object.members.insert(Arc::clone(name), Member { value, span: namespace.span });
        }
        Value::object(object)
    }
}
