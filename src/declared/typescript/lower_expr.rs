//! Expressions and statements of functions, from oxc's tree to [`syntax`](super::syntax). Types fall away: `as`, `satisfies`, `!` and
//! type arguments have no meaning at run time.

use std::sync::Arc;

use oxc_ast::ast;
use oxc_span::GetSpan;
use oxc_syntax::operator::{AssignmentOperator, BinaryOperator, LogicalOperator, UnaryOperator, UpdateOperator};

use super::lower::Lowering;
use super::syntax::{
    AssignOp, BinaryOp, Body, Element, Expr, ExprKind, Function, Key, LogicalOp, Pattern, Property, RegExp, Stmt,
    Target, Template, UnaryOp,
};

impl Lowering {
    pub(super) fn expr(&mut self, expression: &ast::Expression<'_>) -> Expr {
        let span = self.span(expression.span());
        let kind = self.deeper(|this| this.kind(expression)).unwrap_or(ExprKind::Opaque("it is nested too deeply"));
        // Parentheses and types around a value are no part of it, but its place holds them.
        Expr { span, kind }
    }

    fn boxed(&mut self, expression: &ast::Expression<'_>) -> Box<Expr> {
        Box::new(self.expr(expression))
    }

    fn kind(&mut self, expression: &ast::Expression<'_>) -> ExprKind {
        use ast::Expression as E;
        match expression {
            E::BooleanLiteral(literal) => ExprKind::Bool(literal.value),
            E::NullLiteral(_) => ExprKind::Null,
            E::NumericLiteral(literal) => ExprKind::Number(literal.value),
            E::BigIntLiteral(literal) => ExprKind::BigInt(self.atom(&literal.value)),
            E::RegExpLiteral(literal) => ExprKind::RegExp(Box::new(RegExp {
                pattern: self.atom(&literal.regex.pattern.text),
                flags: literal.regex.flags.to_string().into(),
            })),
            E::StringLiteral(literal) => ExprKind::String(self.atom(&literal.value)),
            E::TemplateLiteral(template) => ExprKind::Template(self.template(template)),
            E::TaggedTemplateExpression(tagged) => {
                ExprKind::Tagged { tag: self.boxed(&tagged.tag), template: self.template(&tagged.quasi) }
            }
            E::Identifier(id) => ExprKind::Name(self.atom(&id.name)),
            E::ThisExpression(_) => ExprKind::This,
            E::ImportMeta(_) => ExprKind::ImportMeta,
            E::ArrayExpression(array) => {
                ExprKind::Array(array.elements.iter().map(|element| self.element(element)).collect())
            }
            E::ObjectExpression(object) => {
                ExprKind::Object(object.properties.iter().map(|p| self.property(p)).collect())
            }
            E::ArrowFunctionExpression(arrow) => ExprKind::Function(Arc::new(self.arrow(arrow))),
            E::FunctionExpression(function) => ExprKind::Function(Arc::new(self.function(function))),
            E::CallExpression(call) => self.call(call),
            E::NewExpression(new) => ExprKind::New { callee: self.boxed(&new.callee), args: self.args(&new.arguments) },
            E::StaticMemberExpression(member) => self.member(member),
            E::ComputedMemberExpression(member) => self.index(member),
            E::ChainExpression(chain) => self.chain(chain),
            E::UnaryExpression(unary) => {
                ExprKind::Unary { op: unary_op(unary.operator), value: self.boxed(&unary.argument) }
            }
            E::BinaryExpression(binary) => ExprKind::Binary {
                op: binary_op(binary.operator),
                left: self.boxed(&binary.left),
                right: self.boxed(&binary.right),
            },
            E::LogicalExpression(logical) => ExprKind::Logical {
                op: logical_op(logical.operator),
                left: self.boxed(&logical.left),
                right: self.boxed(&logical.right),
            },
            E::ConditionalExpression(conditional) => ExprKind::Conditional {
                test: self.boxed(&conditional.test),
                then: self.boxed(&conditional.consequent),
                otherwise: self.boxed(&conditional.alternate),
            },
            E::AssignmentExpression(assignment) => ExprKind::Assign {
                target: Box::new(self.target(&assignment.left)),
                op: assign_op(assignment.operator),
                value: self.boxed(&assignment.right),
            },
            E::UpdateExpression(update) => ExprKind::Update {
                target: Box::new(self.simple_target(&update.argument)),
                delta: if update.operator == UpdateOperator::Increment { 1.0 } else { -1.0 },
                prefix: update.prefix,
            },
            E::SequenceExpression(sequence) => {
                ExprKind::Sequence(sequence.expressions.iter().map(|e| self.expr(e)).collect())
            }
            E::ParenthesizedExpression(inner) => self.expr(&inner.expression).kind,
            E::TSAsExpression(inner) => self.expr(&inner.expression).kind,
            E::TSSatisfiesExpression(inner) => self.expr(&inner.expression).kind,
            E::TSTypeAssertion(inner) => self.expr(&inner.expression).kind,
            E::TSNonNullExpression(inner) => self.expr(&inner.expression).kind,
            E::TSInstantiationExpression(inner) => self.expr(&inner.expression).kind,
            E::AwaitExpression(_) => ExprKind::Opaque("it is awaited"),
            E::ImportExpression(_) => ExprKind::Opaque("it is imported at run time"),
            E::ClassExpression(_) => ExprKind::Opaque("it is a class"),
            E::JSXElement(_) | E::JSXFragment(_) => ExprKind::Opaque("it is JSX"),
            _ => ExprKind::Opaque("it is computed at run time"),
        }
    }

    fn template(&mut self, template: &ast::TemplateLiteral<'_>) -> Box<Template> {
        let strings = template
            .quasis
            .iter()
            .map(|quasi| self.atom(quasi.value.cooked.as_ref().unwrap_or(&quasi.value.raw)))
            .collect();
        Box::new(Template { strings, values: template.expressions.iter().map(|e| self.expr(e)).collect() })
    }

    fn element(&mut self, element: &ast::ArrayExpressionElement<'_>) -> Element {
        match element {
            ast::ArrayExpressionElement::SpreadElement(spread) => Element::Spread(self.expr(&spread.argument)),
            ast::ArrayExpressionElement::Elision(_) => Element::Hole,
            other => other.as_expression().map_or(Element::Hole, |e| Element::Item(self.expr(e))),
        }
    }

    fn args(&mut self, arguments: &[ast::Argument<'_>]) -> Box<[Element]> {
        let lower = |argument: &ast::Argument<'_>| match argument {
            ast::Argument::SpreadElement(spread) => Element::Spread(self.expr(&spread.argument)),
            other => other.as_expression().map_or(Element::Hole, |e| Element::Item(self.expr(e))),
        };
        arguments.iter().map(lower).collect()
    }

    fn property(&mut self, property: &ast::ObjectPropertyKind<'_>) -> Property {
        match property {
            ast::ObjectPropertyKind::SpreadProperty(spread) => Property::Spread(self.expr(&spread.argument)),
            ast::ObjectPropertyKind::ObjectProperty(p) => {
                let key = self.key(&p.key, p.computed);
                let span = self.span(p.span);
                match p.kind {
                    ast::PropertyKind::Init => Property::Value { key, value: self.expr(&p.value), span },
                    ast::PropertyKind::Get => Property::Getter { key, function: self.expr(&p.value), span },
                    ast::PropertyKind::Set => {
                        Property::Value { key, value: Expr { span, kind: ExprKind::Opaque("it is a setter") }, span }
                    }
                }
            }
        }
    }

    pub(super) fn key(&mut self, key: &ast::PropertyKey<'_>, computed: bool) -> Key {
        match key {
            ast::PropertyKey::StaticIdentifier(id) => Key::Name(self.atom(&id.name)),
            ast::PropertyKey::PrivateIdentifier(id) => Key::Name(self.atom(&id.name)),
            ast::PropertyKey::StringLiteral(text) => Key::Name(self.atom(&text.value)),
            ast::PropertyKey::NumericLiteral(number) if !computed => {
                Key::Name(super::number::to_text(number.value).into())
            }
            other => match other.as_expression() {
                Some(e) => Key::Computed(self.boxed(e)),
                None => Key::Name("".into()),
            },
        }
    }

    fn arrow(&mut self, arrow: &ast::ArrowFunctionExpression<'_>) -> Function {
        let (params, rest) = self.params(&arrow.params);
        let body = match &arrow.body {
            ast::ArrowFunctionBody::FunctionBody(body) => Body::Block(self.stmts(&body.statements)),
            other => match other.as_expression() {
                Some(e) => Body::Expr(self.expr(e)),
                None => Body::Missing,
            },
        };
        Function { name: None, params, rest, body, suspends: arrow.r#async, arrow: true, span: self.span(arrow.span) }
    }

    fn call(&mut self, call: &ast::CallExpression<'_>) -> ExprKind {
        ExprKind::Call { callee: self.boxed(&call.callee), args: self.args(&call.arguments), optional: call.optional }
    }

    fn member(&mut self, member: &ast::StaticMemberExpression<'_>) -> ExprKind {
        ExprKind::Member {
            object: self.boxed(&member.object),
            name: self.atom(&member.property.name),
            optional: member.optional,
        }
    }

    fn index(&mut self, member: &ast::ComputedMemberExpression<'_>) -> ExprKind {
        ExprKind::Index {
            object: self.boxed(&member.object),
            index: self.boxed(&member.expression),
            optional: member.optional,
        }
    }

    fn chain(&mut self, chain: &ast::ChainExpression<'_>) -> ExprKind {
        let kind = match &chain.expression {
            ast::ChainElement::CallExpression(call) => self.call(call),
            ast::ChainElement::TSNonNullExpression(inner) => self.expr(&inner.expression).kind,
            ast::ChainElement::StaticMemberExpression(member) => self.member(member),
            ast::ChainElement::ComputedMemberExpression(member) => self.index(member),
            ast::ChainElement::PrivateFieldExpression(_) => ExprKind::Opaque("it is a private field"),
        };
        ExprKind::Chain(Box::new(Expr { span: self.span(chain.span), kind }))
    }

    fn target(&mut self, target: &ast::AssignmentTarget<'_>) -> Target {
        match target.as_simple_assignment_target() {
            Some(simple) => self.simple_target(simple),
            None => Target::Other,
        }
    }

    fn simple_target(&mut self, target: &ast::SimpleAssignmentTarget<'_>) -> Target {
        match target {
            ast::SimpleAssignmentTarget::AssignmentTargetIdentifier(id) => Target::Name(self.atom(&id.name)),
            ast::SimpleAssignmentTarget::StaticMemberExpression(member) => {
                Target::Member(self.expr(&member.object), self.atom(&member.property.name))
            }
            ast::SimpleAssignmentTarget::ComputedMemberExpression(member) => {
                Target::Index(self.expr(&member.object), self.expr(&member.expression))
            }
            _ => Target::Other,
        }
    }

    pub(super) fn stmts(&mut self, statements: &[ast::Statement<'_>]) -> Vec<Stmt> {
        let mut stmts = Vec::with_capacity(statements.len());
        for statement in statements {
            match statement {
                ast::Statement::VariableDeclaration(variables) => self.variables(variables, &mut stmts),
                ast::Statement::EmptyStatement(_)
                | ast::Statement::TSTypeAliasDeclaration(_)
                | ast::Statement::TSInterfaceDeclaration(_) => {}
                other => stmts.push(self.stmt(other)),
            }
        }
        stmts
    }

    pub(super) fn variables(&mut self, variables: &ast::VariableDeclaration<'_>, stmts: &mut Vec<Stmt>) {
        for variable in &variables.declarations {
            let pattern = self.pattern(&variable.id);
            let init = variable.init.as_ref().map(|init| self.expr(init));
            stmts.push(Stmt::Let(pattern, init, self.span(variable.span)));
        }
    }

    pub(super) fn stmt(&mut self, statement: &ast::Statement<'_>) -> Stmt {
        let span = self.span(statement.span());
        self.deeper(|this| this.stmt_kind(statement)).unwrap_or(Stmt::Opaque(span, "it is nested too deeply"))
    }

    fn stmt_kind(&mut self, statement: &ast::Statement<'_>) -> Stmt {
        use ast::Statement as S;
        match statement {
            S::BlockStatement(block) => Stmt::Block(self.stmts(&block.body)),
            S::BreakStatement(statement) if statement.label.is_none() => Stmt::Break,
            S::ContinueStatement(statement) if statement.label.is_none() => Stmt::Continue,
            S::EmptyStatement(_) | S::DebuggerStatement(_) => Stmt::Block(Vec::new()),
            S::ExpressionStatement(statement) => Stmt::Expr(self.expr(&statement.expression)),
            S::ReturnStatement(statement) => Stmt::Return(statement.argument.as_ref().map(|value| self.expr(value))),
            S::ThrowStatement(statement) => Stmt::Throw(self.span(statement.span)),
            S::IfStatement(statement) => {
                let otherwise = statement.alternate.as_ref().map(|stmt| Box::new(self.stmt(stmt)));
                Stmt::If(self.expr(&statement.test), Box::new(self.stmt(&statement.consequent)), otherwise)
            }
            S::WhileStatement(statement) => {
                Stmt::While(self.expr(&statement.test), Box::new(self.stmt(&statement.body)))
            }
            S::ForStatement(statement) => self.for_statement(statement),
            S::ForOfStatement(statement) if !statement.r#await => match self.loop_pattern(&statement.left) {
                Some(pattern) => {
                    Stmt::ForOf(pattern, self.expr(&statement.right), Box::new(self.stmt(&statement.body)))
                }
                None => {
                    Stmt::Opaque(self.span(statement.span), "its loop assigns to something that was declared elsewhere")
                }
            },
            S::ForInStatement(statement) => match self.loop_pattern(&statement.left) {
                Some(pattern) => {
                    Stmt::ForIn(pattern, self.expr(&statement.right), Box::new(self.stmt(&statement.body)))
                }
                None => {
                    Stmt::Opaque(self.span(statement.span), "its loop assigns to something that was declared elsewhere")
                }
            },
            S::SwitchStatement(statement) => {
                let discriminant = self.expr(&statement.discriminant);
                let cases = statement.cases.iter().map(|case| {
                    let test = case.test.as_ref().map(|test| self.expr(test));
                    (test, self.stmts(&case.consequent))
                });
                Stmt::Switch(discriminant, cases.collect())
            }
            // Nothing that is evaluated here throws, so that only the first block runs.
            S::TryStatement(statement) => Stmt::Block(self.stmts(&statement.block.body)),
            S::VariableDeclaration(variables) => {
                let mut stmts = Vec::new();
                self.variables(variables, &mut stmts);
                // Only reached where a single statement is allowed, which is never a `let` or `const`.
                Stmt::Block(stmts)
            }
            S::FunctionDeclaration(function) => Stmt::Function(Arc::new(self.function(function))),
            S::TSEnumDeclaration(declaration) => Stmt::Enum(Arc::new(self.enum_declaration(declaration))),
            S::TSTypeAliasDeclaration(_) | S::TSInterfaceDeclaration(_) => Stmt::Block(Vec::new()),
            other => Stmt::Opaque(self.span(other.span()), "it holds a statement that is not read"),
        }
    }

    fn for_statement(&mut self, statement: &ast::ForStatement<'_>) -> Stmt {
        let mut init = Vec::new();
        match &statement.init {
            Some(ast::ForStatementInit::VariableDeclaration(variables)) => self.variables(variables, &mut init),
            Some(other) => init.extend(other.as_expression().map(|e| Stmt::Expr(self.expr(e)))),
            None => {}
        }
        Stmt::For {
            init,
            test: statement.test.as_ref().map(|e| self.expr(e)),
            update: statement.update.as_ref().map(|e| self.expr(e)),
            body: Box::new(self.stmt(&statement.body)),
        }
    }

    fn loop_pattern(&mut self, left: &ast::ForStatementLeft<'_>) -> Option<Pattern> {
        let ast::ForStatementLeft::VariableDeclaration(variables) = left else { return None };
        variables.declarations.first().map(|variable| self.pattern(&variable.id))
    }
}

fn unary_op(op: UnaryOperator) -> UnaryOp {
    match op {
        UnaryOperator::UnaryNegation => UnaryOp::Minus,
        UnaryOperator::UnaryPlus => UnaryOp::Plus,
        UnaryOperator::LogicalNot => UnaryOp::Not,
        UnaryOperator::BitwiseNot => UnaryOp::BitNot,
        UnaryOperator::Typeof => UnaryOp::TypeOf,
        UnaryOperator::Void => UnaryOp::Void,
        UnaryOperator::Delete => UnaryOp::Delete,
    }
}

fn logical_op(op: LogicalOperator) -> LogicalOp {
    match op {
        LogicalOperator::And => LogicalOp::And,
        LogicalOperator::Or => LogicalOp::Or,
        LogicalOperator::Coalesce => LogicalOp::Coalesce,
    }
}

fn assign_op(op: AssignmentOperator) -> AssignOp {
    if let Some(op) = op.to_binary_operator() {
        return AssignOp::Binary(binary_op(op));
    }
    match op.to_logical_operator() {
        Some(op) => AssignOp::Logical(logical_op(op)),
        None => AssignOp::Set,
    }
}

fn binary_op(op: BinaryOperator) -> BinaryOp {
    match op {
        BinaryOperator::Equality => BinaryOp::Equal { strict: false },
        BinaryOperator::Inequality => BinaryOp::NotEqual { strict: false },
        BinaryOperator::StrictEquality => BinaryOp::Equal { strict: true },
        BinaryOperator::StrictInequality => BinaryOp::NotEqual { strict: true },
        BinaryOperator::LessThan => BinaryOp::Less,
        BinaryOperator::LessEqualThan => BinaryOp::LessEqual,
        BinaryOperator::GreaterThan => BinaryOp::Greater,
        BinaryOperator::GreaterEqualThan => BinaryOp::GreaterEqual,
        BinaryOperator::Addition => BinaryOp::Add,
        BinaryOperator::Subtraction => BinaryOp::Subtract,
        BinaryOperator::Multiplication => BinaryOp::Multiply,
        BinaryOperator::Division => BinaryOp::Divide,
        BinaryOperator::Remainder => BinaryOp::Remainder,
        BinaryOperator::Exponential => BinaryOp::Power,
        BinaryOperator::ShiftLeft => BinaryOp::ShiftLeft,
        BinaryOperator::ShiftRight => BinaryOp::ShiftRight,
        BinaryOperator::ShiftRightZeroFill => BinaryOp::ShiftRightUnsigned,
        BinaryOperator::BitwiseOR => BinaryOp::BitOr,
        BinaryOperator::BitwiseXOR => BinaryOp::BitXor,
        BinaryOperator::BitwiseAnd => BinaryOp::BitAnd,
        BinaryOperator::In => BinaryOp::In,
        BinaryOperator::Instanceof => BinaryOp::InstanceOf,
    }
}
