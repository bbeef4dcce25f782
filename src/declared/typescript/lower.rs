//! From oxc's tree to [`syntax`](super::syntax): modules and statements. Expressions are in [`expr`](super::lower_expr).

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use oxc_ast::ast;
use oxc_span::GetSpan;

use super::syntax::{
    AssignOp, Atom, Body, Declaration, Effect, Element, EnumDecl, Export, Exported, Expr, ExprKind, Function, Import,
    ImportName, Key, Module, Pattern, Stmt, Target, Variable,
};
use crate::source::{FileId, Span};

/// Deeper expressions than this are opaque: what evaluates and drops them recurses too.
const MAX_DEPTH: u32 = 2_500;

/// Makes syntax out of one file's tree.
pub(super) struct Lowering {
    pub(super) file: FileId,
    depth: u32,
    /// Each text once: names repeat all over a file.
    texts: HashSet<Atom>,
    /// The names declared last, with their declarations: what an `export` in front of them exports.
    added: Vec<(usize, Atom)>,
}

/// The module that a program is.
pub(super) fn module(program: &ast::Program<'_>, file: FileId, path: &str) -> Module {
    let mut lowering = Lowering { file, depth: 0, texts: HashSet::new(), added: Vec::new() };
    let mut module = Module {
        path: path.to_owned(),
        file,
        imports: HashMap::new(),
        exports: Vec::new(),
        stars: Vec::new(),
        declarations: Vec::new(),
        names: HashMap::new(),
        effects: Vec::new(),
        assigned: None,
    };
    for statement in &program.body {
        lowering.top_level(statement, &mut module);
    }
    module
}

impl Lowering {
    pub(super) fn span(&self, span: oxc_span::Span) -> Span {
        Span::new(self.file, span.start as usize, span.end as usize)
    }

    /// Text of the parser as ours.
    pub(super) fn atom(&mut self, text: &str) -> Atom {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let atom = Atom::from(text);
        self.texts.insert(Arc::clone(&atom));
        atom
    }

    fn export_name(&mut self, name: &ast::ModuleExportName<'_>) -> Atom {
        match name {
            ast::ModuleExportName::IdentifierName(id) => self.atom(&id.name),
            ast::ModuleExportName::IdentifierReference(id) => self.atom(&id.name),
            ast::ModuleExportName::StringLiteral(text) => self.atom(&text.value),
        }
    }

    /// Runs `lower` one level deeper; `None` past the bound.
    pub(super) fn deeper<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let result = lower(self);
        self.depth -= 1;
        Some(result)
    }

    fn top_level(&mut self, statement: &ast::Statement<'_>, module: &mut Module) {
        match statement {
            ast::Statement::ImportDeclaration(import) => self.import(import, module),
            ast::Statement::ExportDeclaration(export) => {
                self.added.clear();
                self.declaration(&export.declaration, module);
                let mut names = std::mem::take(&mut self.added);
                names.sort();
                module.exports.extend(
                    names.into_iter().map(|(_, name)| Export { name: Arc::clone(&name), what: Exported::Local(name) }),
                );
            }
            ast::Statement::ExportNamedDeclaration(export) => {
                for specifier in &export.specifiers {
                    if export.export_kind.is_type() || specifier.export_kind.is_type() {
                        continue;
                    }
                    let what = Exported::Local(self.export_name(&specifier.local));
                    module.exports.push(Export { name: self.export_name(&specifier.exported), what });
                }
            }
            ast::Statement::ExportFromDeclaration(export) => {
                for specifier in &export.specifiers {
                    if export.export_kind.is_type() || specifier.export_kind.is_type() {
                        continue;
                    }
                    let import = Import {
                        source: self.atom(&export.source.value),
                        name: ImportName::Named(self.export_name(&specifier.local)),
                        span: self.span(specifier.span),
                    };
                    module
                        .exports
                        .push(Export { name: self.export_name(&specifier.exported), what: Exported::From(import) });
                }
            }
            ast::Statement::ExportAllDeclaration(export) if !export.export_kind.is_type() => {
                let (source, span) = (self.atom(&export.source.value), self.span(export.span));
                match &export.exported {
                    None => module.stars.push((source, span)),
                    Some(name) => {
                        let import = Import { source, name: ImportName::Namespace, span };
                        module.exports.push(Export { name: self.export_name(name), what: Exported::From(import) });
                    }
                }
            }
            ast::Statement::ExportDefaultDeclaration(export) => self.export_default(export, module),
            ast::Statement::TSExportAssignment(export) => {
                module.assigned = Some(Arc::new(self.expr(&export.expression)));
            }
            ast::Statement::ExpressionStatement(statement) => self.effect_expression(&statement.expression, module),
            other => {
                if let Some(declaration) = other.as_declaration() {
                    self.declaration(declaration, module);
                } else {
                    self.effect_statement(other, module);
                }
            }
        }
    }

    fn add(&mut self, module: &mut Module, names: impl IntoIterator<Item = Atom>, declaration: Declaration) {
        let index = module.declarations.len();
        module.declarations.push(declaration);
        for name in names {
            self.added.push((index, Arc::clone(&name)));
            module.names.insert(name, index);
        }
    }

    fn import(&mut self, import: &ast::ImportDeclaration<'_>, module: &mut Module) {
        if import.import_kind.is_type() {
            return;
        }
        let source = self.atom(&import.source.value);
        for specifier in import.specifiers.iter().flatten() {
            let (local, name, span) = match specifier {
                ast::ImportDeclarationSpecifier::ImportSpecifier(s) => {
                    if s.import_kind.is_type() {
                        continue;
                    }
                    (&s.local, ImportName::Named(self.export_name(&s.imported)), s.span)
                }
                ast::ImportDeclarationSpecifier::ImportDefaultSpecifier(s) => {
                    (&s.local, ImportName::Named("default".into()), s.span)
                }
                ast::ImportDeclarationSpecifier::ImportNamespaceSpecifier(s) => {
                    (&s.local, ImportName::Namespace, s.span)
                }
            };
            let import = Import { source: Arc::clone(&source), name, span: self.span(span) };
            module.imports.insert(self.atom(&local.name), import);
        }
    }

    fn export_default(&mut self, export: &ast::ExportDefaultDeclaration<'_>, module: &mut Module) {
        let what = match &export.declaration {
            ast::ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                let function = Arc::new(self.function(function));
                match function.name.clone() {
                    Some(name) => {
                        self.add(module, [Arc::clone(&name)], Declaration::Function(function));
                        Exported::Local(name)
                    }
                    None => Exported::Expr(Arc::new(Expr { span: function.span, kind: ExprKind::Function(function) })),
                }
            }
            ast::ExportDefaultDeclarationKind::ClassDeclaration(class) if class.id.is_some() => {
                let name = class.id.as_ref().map_or_else(|| "".into(), |id| self.atom(&id.name));
                let declaration = self.class(class);
                self.add(module, [Arc::clone(&name)], declaration);
                Exported::Local(name)
            }
            ast::ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                Exported::Expr(Arc::new(Expr { span: self.span(class.span), kind: ExprKind::Opaque("it is a class") }))
            }
            ast::ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => return,
            other => match other.as_expression() {
                Some(expr) => Exported::Expr(Arc::new(self.expr(expr))),
                None => return,
            },
        };
        module.exports.push(Export { name: "default".into(), what });
    }

    fn declaration(&mut self, declaration: &ast::Declaration<'_>, module: &mut Module) {
        match declaration {
            ast::Declaration::VariableDeclaration(variables) if !variables.declare => {
                for variable in &variables.declarations {
                    let pattern = self.pattern(&variable.id);
                    let init = variable.init.as_ref().map(|init| self.expr(init));
                    if let (Pattern::Object { properties, .. }, Some(init)) = (&pattern, &init)
                        && let Some(source) = required(init)
                        && properties
                            .iter()
                            .all(|(key, pattern)| matches!((key, pattern), (Key::Name(_), Pattern::Name(_))))
                    {
                        import_required(properties, &source, init.span, module);
                        continue;
                    }
                    if let (Pattern::Name(name), Some(init)) = (&pattern, &init)
                        && let Some(source) = required(init)
                    {
                        let import = Import { source, name: ImportName::Namespace, span: init.span };
                        module.imports.insert(Arc::clone(name), import);
                        continue;
                    }
                    let mut names = Vec::new();
                    bound_names(&pattern, &mut names);
                    let variable = Variable { pattern, init, span: self.span(variable.span) };
                    self.add(module, names, Declaration::Variable(Arc::new(variable)));
                }
            }
            ast::Declaration::FunctionDeclaration(function) => {
                // The signature of an overload has no body; the implementation follows it.
                if function.body.is_none() {
                    return;
                }
                let function = Arc::new(self.function(function));
                if let Some(name) = function.name.clone() {
                    self.add(module, [name], Declaration::Function(function));
                }
            }
            ast::Declaration::ClassDeclaration(class) => {
                if let Some(id) = &class.id {
                    let (name, declaration) = (self.atom(&id.name), self.class(class));
                    self.add(module, [name], declaration);
                }
            }
            ast::Declaration::TSEnumDeclaration(declaration) => {
                let declaration = Arc::new(self.enum_declaration(declaration));
                self.add(module, [Arc::clone(&declaration.name)], Declaration::Enum(declaration));
            }
            ast::Declaration::TSImportEqualsDeclaration(import) => {
                if let ast::TSModuleReference::ExternalModuleReference(reference) = &import.module_reference {
                    let import_ = Import {
                        source: self.atom(&reference.expression.value),
                        name: ImportName::Namespace,
                        span: self.span(import.span),
                    };
                    module.imports.insert(self.atom(&import.id.name), import_);
                }
            }
            ast::Declaration::TSNamespaceDeclaration(namespace) => {
                let name = self.atom(&namespace.id.name);
                let declaration = match module.names.contains_key(&name) {
                    true => {
                        Declaration::Opaque(self.span(namespace.span), "it is a namespace declared in several parts")
                    }
                    false => self.namespace(namespace),
                };
                self.add(module, [name], declaration);
            }
            _ => {}
        }
    }

    pub(super) fn enum_declaration(&mut self, declaration: &ast::TSEnumDeclaration<'_>) -> EnumDecl {
        let members = declaration.body.members.iter().map(|member| {
            let name = match &member.id {
                ast::TSEnumMemberName::Identifier(id) => self.atom(&id.name),
                ast::TSEnumMemberName::String(text) | ast::TSEnumMemberName::ComputedString(text) => {
                    self.atom(&text.value)
                }
                ast::TSEnumMemberName::ComputedTemplateString(template) => template.quasis.first().map_or_else(
                    || "".into(),
                    |quasi| self.atom(quasi.value.cooked.as_ref().unwrap_or(&quasi.value.raw)),
                ),
            };
            (name, member.initializer.as_ref().map(|init| self.expr(init)), self.span(member.span))
        });
        let members = members.collect();
        EnumDecl { name: self.atom(&declaration.id.name), members }
    }

    fn effect_expression(&mut self, expression: &ast::Expression<'_>, module: &mut Module) {
        let expr = self.expr(expression);
        let expr = match expr.kind {
            ExprKind::Assign { target, op: AssignOp::Set, value } => match exports_target(&target) {
                Some(None) => {
                    module.assigned = Some(Arc::from(value));
                    return;
                }
                Some(Some(name)) => {
                    module.exports.push(Export { name, what: Exported::Expr(Arc::from(value)) });
                    return;
                }
                None => Expr { span: expr.span, kind: ExprKind::Assign { target, op: AssignOp::Set, value } },
            },
            kind => Expr { span: expr.span, kind },
        };
        let mut roots = Vec::new();
        effect_roots(&expr, &mut roots);
        let place = expr.span.start;
        module.effects.push(Effect { roots, stmt: Arc::new(Stmt::Expr(expr)), place });
    }

    fn effect_statement(&mut self, statement: &ast::Statement<'_>, module: &mut Module) {
        let stmt = self.stmt(statement);
        let mut roots = Vec::new();
        stmt_roots(&stmt, &mut roots);
        if !roots.is_empty() {
            let place = statement.span().start;
            module.effects.push(Effect { roots, stmt: Arc::new(stmt), place });
        }
    }

    pub(super) fn function(&mut self, function: &ast::Function<'_>) -> Function {
        let (params, rest) = self.params(&function.params);
        let body = match &function.body {
            Some(body) => Body::Block(self.stmts(&body.statements)),
            None => Body::Missing,
        };
        Function {
            name: function.id.as_ref().map(|id| self.atom(&id.name)),
            params,
            rest,
            body,
            suspends: function.r#async || function.generator,
            arrow: false,
            span: self.span(function.span),
        }
    }

    pub(super) fn params(&mut self, params: &ast::FormalParameters<'_>) -> (Vec<Pattern>, Option<Pattern>) {
        let items = params.items.iter().map(|param| {
            let pattern = self.pattern(&param.pattern);
            match &param.initializer {
                Some(init) => Pattern::Default(Box::new(pattern), Box::new(self.expr(init))),
                None => pattern,
            }
        });
        let items = items.collect();
        (items, params.rest.as_ref().map(|rest| self.pattern(&rest.rest.argument)))
    }

    pub(super) fn pattern(&mut self, pattern: &ast::BindingPattern<'_>) -> Pattern {
        let lowered = self.deeper(|this| match pattern {
            ast::BindingPattern::BindingIdentifier(id) => Pattern::Name(this.atom(&id.name)),
            ast::BindingPattern::ObjectPattern(object) => Pattern::Object {
                properties: object
                    .properties
                    .iter()
                    .map(|p| (this.key(&p.key, p.computed), this.pattern(&p.value)))
                    .collect(),
                rest: object.rest.as_ref().map(|rest| Box::new(this.pattern(&rest.argument))),
            },
            ast::BindingPattern::ArrayPattern(array) => Pattern::Array {
                items: array.elements.iter().map(|item| item.as_ref().map(|item| this.pattern(item))).collect(),
                rest: array.rest.as_ref().map(|rest| Box::new(this.pattern(&rest.argument))),
            },
            ast::BindingPattern::AssignmentPattern(default) => {
                Pattern::Default(Box::new(this.pattern(&default.left)), Box::new(this.expr(&default.right)))
            }
        });
        lowered.unwrap_or(Pattern::Array { items: Vec::new(), rest: None })
    }
}

/// What an assignment to `module.exports` (`Some(None)`) or `exports.x` exports.
fn exports_target(target: &Target) -> Option<Option<Atom>> {
    let Target::Member(object, name) = target else { return None };
    let is = |expr: &Expr, what: &str| matches!(&expr.kind, ExprKind::Name(root) if &**root == what);
    match &object.kind {
        _ if is(object, "module") && &**name == "exports" => Some(None),
        _ if is(object, "exports") => Some(Some(Arc::clone(name))),
        ExprKind::Member { object, name: inner, .. } if is(object, "module") && &**inner == "exports" => {
            Some(Some(Arc::clone(name)))
        }
        _ => None,
    }
}

/// The module of `require("x")`.
fn required(expr: &Expr) -> Option<Atom> {
    let ExprKind::Call { callee, args, .. } = &expr.kind else { return None };
    let [Element::Item(Expr { kind: ExprKind::String(source), .. })] = &**args else { return None };
    matches!(&callee.kind, ExprKind::Name(name) if &**name == "require").then(|| Arc::clone(source))
}

fn import_required(properties: &[(Key, Pattern)], source: &Atom, span: Span, module: &mut Module) {
    for (key, pattern) in properties {
        if let (Key::Name(name), Pattern::Name(local)) = (key, pattern) {
            let import = Import { source: Arc::clone(source), name: ImportName::Named(Arc::clone(name)), span };
            module.imports.insert(Arc::clone(local), import);
        }
    }
}

/// The names that a pattern binds.
pub(super) fn bound_names(pattern: &Pattern, names: &mut Vec<Atom>) {
    match pattern {
        Pattern::Name(name) => names.push(Arc::clone(name)),
        Pattern::Object { properties, rest } => {
            properties.iter().for_each(|(_, pattern)| bound_names(pattern, names));
            rest.iter().for_each(|rest| bound_names(rest, names));
        }
        Pattern::Array { items, rest } => {
            items.iter().flatten().for_each(|pattern| bound_names(pattern, names));
            rest.iter().for_each(|rest| bound_names(rest, names));
        }
        Pattern::Default(pattern, _) => bound_names(pattern, names),
    }
}

/// The names that a statement at the top may change: roots of what is assigned to and of what a method is called on, and first arguments
/// (`Object.assign(columns, …)`).
fn effect_roots(expr: &Expr, roots: &mut Vec<Atom>) {
    match &expr.kind {
        ExprKind::Assign { target, .. } | ExprKind::Update { target, .. } => match target.as_ref() {
            Target::Name(name) => roots.push(Arc::clone(name)),
            Target::Member(object, _) | Target::Index(object, _) => roots.extend(root(object)),
            Target::Other => {}
        },
        ExprKind::Call { callee, args, .. } => {
            roots.extend(root(callee));
            if let Some(Element::Item(first)) = args.first() {
                roots.extend(root(first));
            }
        }
        ExprKind::Sequence(exprs) => exprs.iter().for_each(|expr| effect_roots(expr, roots)),
        ExprKind::Chain(expr) => effect_roots(expr, roots),
        ExprKind::Logical { right, .. } => effect_roots(right, roots),
        _ => {}
    }
}

fn stmt_roots(stmt: &Stmt, roots: &mut Vec<Atom>) {
    match stmt {
        Stmt::Expr(expr) => effect_roots(expr, roots),
        Stmt::If(_, then, otherwise) => {
            stmt_roots(then, roots);
            otherwise.iter().for_each(|stmt| stmt_roots(stmt, roots));
        }
        Stmt::Block(stmts) => stmts.iter().for_each(|stmt| stmt_roots(stmt, roots)),
        Stmt::ForOf(_, iterable, body) => {
            // `list.forEach(…)` and `for (… of list)` read the list.
            let _ = iterable;
            stmt_roots(body, roots);
        }
        Stmt::ForIn(_, _, body) | Stmt::For { body, .. } | Stmt::While(_, body) => stmt_roots(body, roots),
        Stmt::Switch(_, cases) => cases.iter().flat_map(|(_, stmts)| stmts).for_each(|stmt| stmt_roots(stmt, roots)),
        _ => {}
    }
}

fn root(expr: &Expr) -> Option<Atom> {
    let mut expr = expr;
    loop {
        expr = match &expr.kind {
            ExprKind::Name(name) => return Some(Arc::clone(name)),
            ExprKind::Member { object, .. } | ExprKind::Index { object, .. } => object,
            ExprKind::Call { callee, .. } => callee,
            ExprKind::Chain(inner) => inner,
            _ => return None,
        };
    }
}
