//! Statements and calls of functions.

use std::rc::Rc;
use std::sync::Arc;

use super::load::Evaluator;
use super::scope::Scope;
use super::syntax::{Body, Expr, Pattern, Stmt};
use super::value::{Closure, Item, Member, Object, Value};
use crate::model::Unknown;
use crate::source::Span;

/// Calls within calls.
const MAX_DEPTH: u32 = 400;

/// How a statement ends.
pub(super) enum Flow {
    Next,
    Break,
    Continue,
    Return(Value),
    /// What comes after depends on something that is not known.
    Stop(Rc<Unknown>),
}

impl Evaluator<'_> {
    /// Calls a function with arguments. Arguments that it does not name are left out of its scope.
    pub(in crate::declared) fn call_closure(
        &mut self,
        closure: &Rc<Closure>,
        this: Option<Value>,
        args: Vec<Item>,
        span: Span,
    ) -> Value {
        let function = Arc::clone(&closure.function);
        if function.suspends {
            return Value::unknown(span, "it is computed by an async function or a generator");
        }
        if let Err(unknown) = self.turn(span) {
            return Value::Unknown(unknown);
        }
        if self.depth >= MAX_DEPTH {
            return Value::unknown(span, "its functions call each other too deeply");
        }
        let this = if function.arrow { closure.this.clone() } else { this };
        let scope = Scope::with_this(&closure.scope, this);
        self.depth += 1;
        let result = self.run_function(closure, args, span, &scope);
        self.depth -= 1;
        result
    }

    fn run_function(&mut self, closure: &Closure, args: Vec<Item>, span: Span, scope: &Rc<Scope>) -> Value {
        let function = &closure.function;
        if let Some(unknown) = args.iter().find(|arg| arg.spread) {
            return Value::Unknown(self.unknown_of(&unknown.value, unknown.span));
        }
        let mut args = args.into_iter();
        for param in &function.params {
            let (value, span) = args.next().map_or((Value::Undefined, span), |arg| (arg.value, arg.span));
            self.bind(param, value, span, scope);
        }
        if let Some(rest) = &function.rest {
            self.bind(rest, Value::array(args.collect()), span, scope);
        }
        match &function.body {
            Body::Expr(expr) => self.eval(expr, scope),
            Body::Missing => Value::unknown(span, "its function has no body"),
            Body::Block(stmts) => match self.block(stmts, scope) {
                Flow::Return(value) => value,
                Flow::Stop(unknown) => self.unknown_object(unknown.as_ref().clone()),
                Flow::Next | Flow::Break | Flow::Continue => Value::Undefined,
            },
        }
    }

    /// Binds the names of a pattern to the parts of a value.
    pub(super) fn bind(&mut self, pattern: &Pattern, value: Value, span: Span, scope: &Rc<Scope>) {
        match pattern {
            Pattern::Name(name) => scope.declare(Arc::clone(name), value),
            Pattern::Default(inner, default) => {
                let value = match value {
                    Value::Undefined => self.eval(default, scope),
                    Value::Environment(_) => self.eval(default, scope),
                    other => other,
                };
                self.bind(inner, value, span, scope);
            }
            Pattern::Object { properties, rest } => {
                let mut taken = Vec::new();
                for (key, pattern) in properties {
                    let part = match self.key(key, scope) {
                        Ok(name) => {
                            let part = self.member(&value, &name, span, scope);
                            taken.push(name);
                            part
                        }
                        Err(unknown) => Value::Unknown(unknown),
                    };
                    self.bind(pattern, part, span, scope);
                }
                if let Some(rest) = rest {
                    let mut object = Object::default();
                    self.spread_into(&mut object, value, span);
                    object.members.retain(|name, _| !taken.contains(name));
                    self.bind(rest, Value::object(object), span, scope);
                }
            }
            Pattern::Array { items, rest } => {
                let parts = self.iterate(&value, span);
                for (index, pattern) in items.iter().enumerate() {
                    let Some(pattern) = pattern else { continue };
                    let part = match &parts {
                        Ok(parts) => parts.get(index).map_or(Value::Undefined, |item| item.value.clone()),
                        Err(unknown) => Value::Unknown(Rc::clone(unknown)),
                    };
                    self.bind(pattern, part, span, scope);
                }
                if let Some(rest) = rest {
                    let value = match parts {
                        Ok(parts) => Value::array(parts.into_iter().skip(items.len()).collect()),
                        Err(unknown) => Value::Unknown(unknown),
                    };
                    self.bind(rest, value, span, scope);
                }
            }
        }
    }

    fn block(&mut self, stmts: &[Stmt], scope: &Rc<Scope>) -> Flow {
        for stmt in stmts {
            if let Stmt::Function(function) = stmt
                && let Some(name) = &function.name
            {
                let closure = self.closure(function, scope);
                scope.declare(Arc::clone(name), closure);
            }
        }
        for stmt in stmts {
            match self.exec(stmt, scope) {
                Flow::Next => {}
                other => return other,
            }
        }
        Flow::Next
    }

    /// Runs statements in a scope; what stops them is why their outcome is not known.
    pub(super) fn run(&mut self, stmts: &[Stmt], scope: &Rc<Scope>) -> Result<(), Rc<Unknown>> {
        match self.block(stmts, scope) {
            Flow::Stop(unknown) => Err(unknown),
            _ => Ok(()),
        }
    }

    /// Runs a statement at the top of a file for what it changes.
    pub(super) fn run_effect(&mut self, stmt: &Stmt, scope: &Rc<Scope>) {
        self.exec(stmt, scope);
    }

    fn exec(&mut self, stmt: &Stmt, scope: &Rc<Scope>) -> Flow {
        match stmt {
            Stmt::Expr(expr) => {
                if let Value::Symbol(id) = self.eval(expr, scope) {
                    self.effects.push(id);
                }
                Flow::Next
            }
            Stmt::Let(pattern, init, span) => {
                let value = init.as_ref().map_or(Value::Undefined, |init| self.eval(init, scope));
                self.bind(pattern, value, *span, scope);
                Flow::Next
            }
            Stmt::Function(_) => Flow::Next,
            Stmt::Enum(declaration) => {
                self.declare_enum(declaration, scope);
                Flow::Next
            }
            Stmt::Return(value) => {
                Flow::Return(value.as_ref().map_or(Value::Undefined, |value| self.eval(value, scope)))
            }
            Stmt::If(test, then, otherwise) => {
                let value = self.eval(test, scope);
                match (self.truthy(&value), otherwise) {
                    (Some(true), _) => self.exec(then, scope),
                    (Some(false), Some(otherwise)) => self.exec(otherwise, scope),
                    (Some(false), None) => Flow::Next,
                    (None, _) => Flow::Stop(self.unknown_of(&value, test.span)),
                }
            }
            Stmt::Block(stmts) => self.block(stmts, &Scope::inside(scope)),
            Stmt::ForOf(pattern, iterable, body) => {
                let value = self.eval(iterable, scope);
                match self.iterate(&value, iterable.span) {
                    Ok(items) => self.each(pattern, items, body, scope),
                    Err(unknown) => Flow::Stop(unknown),
                }
            }
            Stmt::ForIn(pattern, object, body) => {
                let value = self.eval(object, scope);
                match self.own_members(&value, object.span) {
                    Ok(members) => {
                        let keys = members.into_iter().map(|(key, member)| Item {
                            value: Value::String(key),
                            span: member.span,
                            spread: false,
                        });
                        self.each(pattern, keys.collect(), body, scope)
                    }
                    Err(unknown) => Flow::Stop(unknown),
                }
            }
            Stmt::For { init, test, update, body } => {
                let scope = Scope::inside(scope);
                for stmt in init {
                    self.exec(stmt, &scope);
                }
                self.repeat(test.as_ref(), update.as_ref(), body, &scope)
            }
            Stmt::While(test, body) => self.repeat(Some(test), None, body, scope),
            Stmt::Switch(value, cases) => self.switch(value, cases, scope),
            Stmt::Break => Flow::Break,
            Stmt::Continue => Flow::Continue,
            Stmt::Throw(span) => Flow::Stop(Rc::new(Unknown::new(*span, "it throws"))),
            Stmt::Opaque(span, reason) => Flow::Stop(Rc::new(Unknown::new(*span, *reason))),
        }
    }

    fn each(&mut self, pattern: &Pattern, items: Vec<Item>, body: &Stmt, scope: &Rc<Scope>) -> Flow {
        for item in items {
            if let Err(unknown) = self.turn(item.span) {
                return Flow::Stop(unknown);
            }
            let scope = Scope::inside(scope);
            self.bind(pattern, item.value, item.span, &scope);
            match self.exec(body, &scope) {
                Flow::Next | Flow::Continue => {}
                Flow::Break => break,
                other => return other,
            }
        }
        Flow::Next
    }

    fn repeat(&mut self, test: Option<&Expr>, update: Option<&Expr>, body: &Stmt, scope: &Rc<Scope>) -> Flow {
        loop {
            if let Some(test) = test {
                let value = self.eval(test, scope);
                match self.truthy(&value) {
                    Some(true) => {}
                    Some(false) => return Flow::Next,
                    None => return Flow::Stop(self.unknown_of(&value, test.span)),
                }
            }
            let span = test.or(update).map_or_else(|| Span::file_start(self.file(scope.module)), |expr| expr.span);
            if let Err(unknown) = self.turn(span) {
                return Flow::Stop(unknown);
            }
            match self.exec(body, scope) {
                Flow::Next | Flow::Continue => {}
                Flow::Break => return Flow::Next,
                other => return other,
            }
            if let Some(update) = update {
                self.eval(update, scope);
            }
        }
    }

    fn switch(&mut self, value: &Expr, cases: &[(Option<Expr>, Vec<Stmt>)], scope: &Rc<Scope>) -> Flow {
        let span = value.span;
        let value = self.eval(value, scope);
        let scope = Scope::inside(scope);
        let mut start = None;
        for (index, (test, _)) in cases.iter().enumerate() {
            let Some(test) = test else { continue };
            let test = self.eval(test, &scope);
            match self.equal(&value, &test, true, span) {
                Ok(true) => {
                    start = Some(index);
                    break;
                }
                Ok(false) => {}
                Err(unknown) => return Flow::Stop(unknown),
            }
        }
        let Some(start) = start.or_else(|| cases.iter().position(|(test, _)| test.is_none())) else {
            return Flow::Next;
        };
        for (_, stmts) in &cases[start..] {
            match self.block(stmts, &scope) {
                Flow::Next => {}
                Flow::Break => return Flow::Next,
                other => return other,
            }
        }
        Flow::Next
    }

    /// The members of an object that are its own, all of them known to be there.
    pub(super) fn own_members(
        &mut self,
        value: &Value,
        span: Span,
    ) -> Result<Vec<(super::syntax::Atom, Member)>, Rc<Unknown>> {
        let mut object = Object::default();
        self.spread_into(&mut object, value.clone(), span);
        if let Some((_, value, span)) = object.spreads.first() {
            return Err(self.unknown_of(value, *span));
        }
        Ok(object.members.into_iter().collect())
    }
}
