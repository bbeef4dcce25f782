//! Classes and namespaces, which projects use to hold constants: the static members of the one, the exports of the other.

use std::sync::Arc;

use oxc_ast::ast;

use super::lower::{Lowering, bound_names};
use super::syntax::{ClassDecl, Declaration, Expr, ExprKind, NamespaceDecl, Property, Stmt};

impl Lowering {
    pub(super) fn class(&mut self, class: &ast::Class<'_>) -> Declaration {
        let span = self.span(class.span);
        // A decorator may put something else in the place of the class.
        if !class.decorators.is_empty() {
            return Declaration::Opaque(span, "it is a class with decorators");
        }
        let mut members = Vec::new();
        if let Some(parent) = &class.heritage {
            members.push(Property::Spread(self.expr(&parent.expression)));
        }
        for element in &class.body.body {
            self.class_element(element, &mut members);
        }
        Declaration::Class(Arc::new(ClassDecl { members }))
    }

    fn class_element(&mut self, element: &ast::ClassElement<'_>, members: &mut Vec<Property>) {
        match element {
            ast::ClassElement::PropertyDefinition(property) if property.r#static && !property.declare => {
                let (key, span) = (self.key(&property.key, property.computed), self.span(property.span));
                let value = match &property.value {
                    Some(value) => self.expr(value),
                    None => Expr { span, kind: ExprKind::Opaque("it is set elsewhere") },
                };
                members.push(Property::Value { key, value, span });
            }
            ast::ClassElement::MethodDefinition(method) if method.r#static => {
                let (key, span) = (self.key(&method.key, method.computed), self.span(method.span));
                let function = Expr { span, kind: ExprKind::Function(Arc::new(self.function(&method.value))) };
                match method.kind {
                    ast::MethodDefinitionKind::Get => members.push(Property::Getter { key, function, span }),
                    ast::MethodDefinitionKind::Method => members.push(Property::Value { key, value: function, span }),
                    ast::MethodDefinitionKind::Set | ast::MethodDefinitionKind::Constructor => {}
                }
            }
            ast::ClassElement::AccessorProperty(property) if property.r#static => {
                let (key, span) = (self.key(&property.key, property.computed), self.span(property.span));
                members.push(Property::Value {
                    key,
                    value: Expr { span, kind: ExprKind::Opaque("it is an accessor") },
                    span,
                });
            }
            // It may set any of them.
            ast::ClassElement::StaticBlock(block) => {
                let kind = ExprKind::Opaque("its class has a static block");
                members.push(Property::Spread(Expr { span: self.span(block.span), kind }));
            }
            _ => {}
        }
    }

    pub(super) fn namespace(&mut self, namespace: &ast::TSNamespaceDeclaration<'_>) -> Declaration {
        let span = self.span(namespace.span);
        let ast::TSNamespaceDeclarationBody::TSModuleBlock(block) = &namespace.body else {
            return Declaration::Opaque(span, "it is a namespace within a namespace");
        };
        let (mut body, mut exports) = (Vec::new(), Vec::new());
        for statement in &block.body {
            let ast::Statement::ExportDeclaration(export) = statement else {
                body.extend(self.stmts(std::slice::from_ref(statement)));
                continue;
            };
            match &export.declaration {
                ast::Declaration::VariableDeclaration(variables) => {
                    let first = body.len();
                    self.variables(variables, &mut body);
                    for stmt in &body[first..] {
                        if let Stmt::Let(pattern, ..) = stmt {
                            bound_names(pattern, &mut exports);
                        }
                    }
                }
                ast::Declaration::FunctionDeclaration(function) if function.body.is_some() => {
                    let function = self.function(function);
                    exports.extend(function.name.clone());
                    body.push(Stmt::Function(Arc::new(function)));
                }
                ast::Declaration::TSEnumDeclaration(declaration) => {
                    let declaration = self.enum_declaration(declaration);
                    exports.push(Arc::clone(&declaration.name));
                    body.push(Stmt::Enum(Arc::new(declaration)));
                }
                ast::Declaration::FunctionDeclaration(_)
                | ast::Declaration::TSTypeAliasDeclaration(_)
                | ast::Declaration::TSInterfaceDeclaration(_) => {}
                _ => return Declaration::Opaque(span, "it is a namespace that exports more than constants"),
            }
        }
        Declaration::Namespace(Arc::new(NamespaceDecl { body, exports, span }))
    }
}
