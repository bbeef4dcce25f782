//! Files, their exports and their bindings: each evaluated when it is first asked for, and once.

use std::rc::Rc;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::bounds::Bounds;
use super::effects::EffectsAhead;
use super::lower;
use super::number;
use super::resolve::{Resolved, Resolver};
use super::scope::Scope;
use super::syntax::{Atom, Declaration, EnumDecl, Exported, Expr, Import, ImportName, Module, Pattern, Variable};
use super::value::{Member, ModuleId, Node, NodeId, Object, Value};
use crate::diagnostic::Diagnostic;
use crate::model::Unknown;
use crate::source::{FileId, SourceMap, Span};

/// Evaluates files of a project. What comes from a package stays symbolic ([`NodeKind`]); what cannot be known is [`Value::Unknown`].
pub(in crate::declared) struct Evaluator<'t> {
    pub(super) resolver: Resolver<'t>,
    pub(super) sources: &'t SourceMap,
    modules: Vec<Loaded>,
    by_path: HashMap<String, ModuleId>,
    pub(super) nodes: Vec<Rc<Node>>,
    pub(super) externals: HashMap<(Atom, Atom), NodeId>,
    /// What tools call the current directory: see [`process.cwd()`](super::packages).
    pub(in crate::declared) working_directory: String,
    pub(super) steps: u64,
    pub(super) depth: u32,
    pub(super) bounds: Bounds,
    /// A `?.` in the chain at hand stood on nothing.
    pub(super) chain_ended: bool,
    /// Files that could not be parsed.
    pub(in crate::declared) problems: Vec<Diagnostic>,
    /// Symbolic calls whose result nobody uses, as statements: `users.enableRLS();`.
    pub(in crate::declared) effects: Vec<NodeId>,
    pub(super) provided: HashMap<&'static str, &'static str>,
    /// The declarations and statements being evaluated, each by its file and the offset at which it begins.
    pub(super) evaluating: Vec<(ModuleId, u32)>,
    /// See [`Evaluator::may_be_object`].
    pub(super) objects: Vec<Rc<Unknown>>,
}

pub(super) struct Loaded {
    pub(super) syntax: Arc<Module>,
    /// Those of the syntax, each until it is evaluated: trees take many times the memory of what they give.
    pub(super) declarations: Vec<Option<Declaration>>,
    pub(super) scope: Rc<Scope>,
    bindings: HashMap<Atom, Binding>,
    /// By the index of the export.
    expressions: HashMap<usize, Binding>,
    assigned: Option<Binding>,
    pub(super) effects: EffectsAhead,
    imports: HashMap<Atom, Resolved>,
    /// Why the file has no content.
    broken: Option<String>,
}

#[derive(Clone)]
enum Binding {
    InProgress,
    Done(Value),
}

/// What a file exports.
#[derive(Default)]
pub(in crate::declared) struct Exports {
    /// In the order of the source, each name once.
    pub values: Vec<(Atom, Value)>,
    /// `export * from` something that is not known.
    pub unknown: Vec<Unknown>,
}

impl<'t> Evaluator<'t> {
    pub(in crate::declared) fn new(resolver: Resolver<'t>, sources: &'t SourceMap) -> Self {
        Self {
            resolver,
            sources,
            modules: Vec::new(),
            by_path: HashMap::new(),
            nodes: Vec::new(),
            externals: HashMap::new(),
            working_directory: String::new(),
            steps: 0,
            depth: 0,
            bounds: Bounds::default(),
            chain_ended: false,
            problems: Vec::new(),
            effects: Vec::new(),
            provided: HashMap::new(),
            evaluating: Vec::new(),
            objects: Vec::new(),
        }
    }

    /// The file at a path, parsed. A file that is not there or cannot be parsed is empty and said so in `problems`.
    pub(in crate::declared) fn load(&mut self, path: &str) -> ModuleId {
        if let Some(&id) = self.by_path.get(path) {
            return id;
        }
        let (mut syntax, broken) = self.parse(path);
        let id = ModuleId(self.modules.len() as u32);
        self.by_path.insert(path.to_owned(), id);
        self.modules.push(Loaded {
            effects: EffectsAhead::of(&syntax.effects),
            declarations: std::mem::take(&mut syntax.declarations).into_iter().map(Some).collect(),
            syntax: Arc::new(syntax),
            scope: Scope::module(id),
            bindings: HashMap::new(),
            expressions: HashMap::new(),
            assigned: None,
            imports: HashMap::new(),
            broken,
        });
        id
    }

    /// The `FileId` of a loaded file.
    pub(in crate::declared) fn file(&self, module: ModuleId) -> FileId {
        self.loaded(module).syntax.file
    }

    pub(super) fn path(&self, module: ModuleId) -> &str {
        &self.loaded(module).syntax.path
    }

    pub(super) fn loaded(&self, module: ModuleId) -> &Loaded {
        &self.modules[module.0 as usize]
    }

    pub(super) fn loaded_mut(&mut self, module: ModuleId) -> &mut Loaded {
        &mut self.modules[module.0 as usize]
    }

    fn resolve_import(&mut self, module: ModuleId, source: &Atom) -> Resolved {
        if let Some(known) = self.loaded(module).imports.get(source) {
            return known.clone();
        }
        let resolved = match self.provided.get_key_value(&*self.package_name(module, source)) {
            Some((&package, &text)) => {
                let path = format!("<{package}>.ts");
                self.sources.add(&path, text.to_owned());
                Resolved::File(path)
            }
            None => self.resolver.resolve(&self.loaded(module).syntax.path, source),
        };
        self.loaded_mut(module).imports.insert(Arc::clone(source), resolved.clone());
        resolved
    }

    /// A package by its own name, where the project calls it by another.
    fn package_name(&self, module: ModuleId, source: &Atom) -> Atom {
        let own = self.resolver.package_specifier(&self.loaded(module).syntax.path, source);
        own.map_or_else(|| Arc::clone(source), Atom::from)
    }

    /// What an import or re-export gives.
    pub(super) fn imported(&mut self, module: ModuleId, import: &Import) -> Value {
        match self.resolve_import(module, &import.source) {
            Resolved::External => {
                let name = match &import.name {
                    ImportName::Named(name) => Arc::clone(name),
                    ImportName::Namespace => "*".into(),
                };
                let source = self.package_name(module, &import.source);
                self.external(&source, &name, import.span)
            }
            Resolved::Missing(reason) => self.unknown_object(Unknown::new(import.span, reason)),
            Resolved::File(path) => {
                let target = self.load(&path);
                match &import.name {
                    ImportName::Namespace => self.namespace(target),
                    ImportName::Named(name) => match self.export(target, name) {
                        Some(value) => value,
                        None => {
                            let reason = self.missing_export(target, name);
                            self.unknown_object(Unknown::new(import.span, reason))
                        }
                    },
                }
            }
        }
    }

    /// `import * as x`, or `require`, of a file.
    fn namespace(&mut self, target: ModuleId) -> Value {
        match self.assigned(target) {
            Some(value) => value,
            None => Value::Namespace(target),
        }
    }

    pub(super) fn missing_export(&self, module: ModuleId, name: &str) -> String {
        let loaded = self.loaded(module);
        match &loaded.broken {
            Some(reason) => reason.clone(),
            None => format!("`{}` exports no `{name}`", loaded.syntax.path),
        }
    }

    /// The value of an export; `None` when there is no such export.
    pub(in crate::declared) fn export(&mut self, module: ModuleId, name: &str) -> Option<Value> {
        self.export_visited(module, name, &mut HashSet::new())
    }

    fn export_visited(&mut self, module: ModuleId, name: &str, visited: &mut HashSet<ModuleId>) -> Option<Value> {
        if !visited.insert(module) {
            return None;
        }
        let syntax = Arc::clone(&self.loaded(module).syntax);
        if let Some((index, export)) = syntax.exports.iter().enumerate().find(|(_, export)| &*export.name == name) {
            return Some(self.exported(module, index, &export.what));
        }
        if let Some(value) = self.assigned(module) {
            if name == "default" {
                return Some(value);
            }
            if let Value::Object(object) = &value
                && let Some(member) = object.borrow().members.get(name)
            {
                return Some(member.value.clone());
            }
        }
        if name == "default" {
            return None;
        }
        let mut elsewhere = None;
        for (source, span) in &syntax.stars {
            match self.resolve_import(module, source) {
                Resolved::File(path) => {
                    let target = self.load(&path);
                    if let Some(value) = self.export_visited(target, name, visited) {
                        return Some(value);
                    }
                }
                Resolved::External => {
                    elsewhere.get_or_insert((Arc::clone(source), *span));
                }
                Resolved::Missing(_) => {}
            }
        }
        let (source, span) = elsewhere?;
        let source = self.package_name(module, &source);
        Some(self.external(&source, &name.into(), span))
    }

    fn exported(&mut self, module: ModuleId, index: usize, what: &Exported) -> Value {
        match what {
            Exported::Local(name) => {
                let span = Span::file_start(self.file(module));
                self.module_name(module, name, span)
                    .unwrap_or_else(|| Value::unknown(span, format!("`{name}` is not declared")))
            }
            Exported::From(import) => self.imported(module, import),
            Exported::Expr(expr) => match self.loaded(module).expressions.get(&index) {
                Some(Binding::Done(value)) => value.clone(),
                Some(Binding::InProgress) => Value::unknown(expr.span, "it refers to itself"),
                None => {
                    self.loaded_mut(module).expressions.insert(index, Binding::InProgress);
                    let value = self.module_expr(module, expr);
                    self.loaded_mut(module).expressions.insert(index, Binding::Done(value.clone()));
                    value
                }
            },
        }
    }

    /// The value of `module.exports = …`.
    fn assigned(&mut self, module: ModuleId) -> Option<Value> {
        let expr = Arc::clone(self.loaded(module).syntax.assigned.as_ref()?);
        match self.loaded(module).assigned.clone() {
            Some(Binding::Done(value)) => Some(value),
            Some(Binding::InProgress) => Some(Value::unknown(expr.span, "it refers to itself")),
            None => {
                self.loaded_mut(module).assigned = Some(Binding::InProgress);
                let value = self.module_expr(module, &expr);
                self.loaded_mut(module).assigned = Some(Binding::Done(value.clone()));
                Some(value)
            }
        }
    }

    fn module_expr(&mut self, module: ModuleId, expr: &Expr) -> Value {
        let scope = Rc::clone(&self.loaded(module).scope);
        self.evaluating.push((module, expr.span.start));
        let value = self.eval(expr, &scope);
        self.evaluating.pop();
        value
    }

    /// Everything that a file exports, without `default` from `export *`.
    pub(in crate::declared) fn exports(&mut self, module: ModuleId) -> Exports {
        let mut exports = Exports::default();
        self.collect_exports(module, &mut exports, &mut HashSet::new(), &mut HashSet::new());
        exports
    }

    fn collect_exports(
        &mut self,
        module: ModuleId,
        exports: &mut Exports,
        names: &mut HashSet<Atom>,
        visited: &mut HashSet<ModuleId>,
    ) {
        if !visited.insert(module) {
            return;
        }
        let syntax = Arc::clone(&self.loaded(module).syntax);
        let first = visited.len() == 1;
        for (index, export) in syntax.exports.iter().enumerate() {
            if (first || &*export.name != "default") && names.insert(Arc::clone(&export.name)) {
                let value = self.exported(module, index, &export.what);
                exports.values.push((Arc::clone(&export.name), value));
            }
        }
        if let Some(Value::Object(object)) = self.assigned(module) {
            let object = object.borrow();
            for (name, member) in &object.members {
                if names.insert(Arc::clone(name)) {
                    exports.values.push((Arc::clone(name), member.value.clone()));
                }
            }
        }
        for (source, span) in &syntax.stars {
            match self.resolve_import(module, source) {
                Resolved::File(path) => {
                    let target = self.load(&path);
                    self.collect_exports(target, exports, names, visited);
                    if let Some(reason) = self.loaded(target).broken.clone() {
                        exports.unknown.push(Unknown::new(*span, reason));
                    }
                }
                Resolved::External if self.package_name(module, source).starts_with("drizzle-orm") => {}
                Resolved::External => {
                    exports.unknown.push(Unknown::new(*span, format!("what `{source}` exports comes from a package")));
                }
                Resolved::Missing(reason) => exports.unknown.push(Unknown::new(*span, reason)),
            }
        }
    }

    /// The value of a name of a file: a declaration or an import.
    pub(super) fn module_name(&mut self, module: ModuleId, name: &Atom, span: Span) -> Option<Value> {
        if matches!(self.loaded(module).bindings.get(name), Some(Binding::Done(_))) {
            self.run_effects(module, name);
        }
        match self.loaded(module).bindings.get(name) {
            Some(Binding::Done(value)) => return Some(value.clone()),
            Some(Binding::InProgress) => return Some(Value::unknown(span, format!("`{name}` refers to itself"))),
            None => {}
        }
        let syntax = Arc::clone(&self.loaded(module).syntax);
        if let Some(&index) = syntax.names.get(name) {
            if let Some(declaration) = self.loaded_mut(module).declarations[index].take() {
                self.declare(module, name, &declaration);
            }
            return match self.loaded(module).bindings.get(name) {
                Some(Binding::Done(value)) => Some(value.clone()),
                _ => Some(Value::Undefined),
            };
        }
        let import = syntax.imports.get(name)?;
        self.set_binding(module, name, Binding::InProgress);
        let value = self.imported(module, import);
        self.set_binding(module, name, Binding::Done(value.clone()));
        Some(value)
    }

    fn set_binding(&mut self, module: ModuleId, name: &Atom, binding: Binding) {
        self.loaded_mut(module).bindings.insert(Arc::clone(name), binding);
    }

    /// Assigns to a name of a file; false when there is none.
    pub(super) fn assign_module_name(&mut self, module: ModuleId, name: &Atom, value: Value) -> bool {
        let known = self.loaded(module).syntax.names.contains_key(name);
        if known {
            self.set_binding(module, name, Binding::Done(value));
        }
        known
    }

    fn declare(&mut self, module: ModuleId, name: &Atom, declaration: &Declaration) {
        let scope = Rc::clone(&self.loaded(module).scope);
        match declaration {
            Declaration::Variable(variable) => self.declare_variable(module, variable, &scope),
            Declaration::Function(function) => {
                let value = self.closure(function, &scope);
                self.set_binding(module, name, Binding::Done(value));
            }
            Declaration::Enum(declaration) => {
                self.set_binding(module, name, Binding::InProgress);
                let value = self.enum_value(declaration, &scope);
                self.set_binding(module, name, Binding::Done(value));
            }
            Declaration::Class(class) => {
                // Its members may name it.
                let value = Value::object(Object::default());
                self.set_binding(module, name, Binding::Done(value.clone()));
                self.static_members(class, &value, &scope);
            }
            Declaration::Namespace(namespace) => {
                self.set_binding(module, name, Binding::InProgress);
                let value = self.namespace_value(namespace, &scope);
                self.set_binding(module, name, Binding::Done(value));
            }
            Declaration::Opaque(span, reason) => {
                // No object of interest itself, but each of its members may be one.
                let members = self.unknown_object(Unknown::new(*span, *reason));
                let value = Object { spreads: vec![(0, members, *span)], ..Object::default() };
                self.set_binding(module, name, Binding::Done(Value::object(value)));
            }
        }
        self.run_effects(module, name);
    }

    fn declare_variable(&mut self, module: ModuleId, variable: &Arc<Variable>, scope: &Rc<Scope>) {
        let mut names = Vec::new();
        lower::bound_names(&variable.pattern, &mut names);
        for name in &names {
            self.set_binding(module, name, Binding::InProgress);
        }
        self.evaluating.push((module, variable.span.start));
        let value = match &variable.init {
            Some(init) => self.eval(init, scope),
            None => Value::Undefined,
        };
        self.evaluating.pop();
        if let Pattern::Name(name) = &variable.pattern {
            self.set_binding(module, name, Binding::Done(value));
            return;
        }
        let block = Scope::inside(scope);
        self.bind(&variable.pattern, value, variable.span, &block);
        for name in &names {
            let value = block.get(name).unwrap_or(Value::Undefined);
            self.set_binding(module, name, Binding::Done(value));
        }
    }

    pub(super) fn enum_value(&mut self, declaration: &EnumDecl, scope: &Rc<Scope>) -> Value {
        let inner = Scope::inside(scope);
        let mut object = Object::default();
        let mut next = Some(0.0);
        for (name, init, span) in &declaration.members {
            let value = match (init, next) {
                (Some(init), _) => self.eval(init, &inner),
                (None, Some(n)) => Value::Number(n),
                (None, None) => Value::unknown(*span, "it follows a member that is not a number"),
            };
            next = value.as_number().map(|n| n + 1.0);
            inner.declare(Arc::clone(name), value.clone());
            // A numeric enum maps back from its numbers too.
            if let Value::Number(n) = value {
                let reverse = Member { value: Value::String(Arc::clone(name)), span: *span };
                object.members.insert(number::to_text(n).into(), reverse);
            }
            object.members.insert(Arc::clone(name), Member { value, span: *span });
        }
        Value::object(object)
    }
}
