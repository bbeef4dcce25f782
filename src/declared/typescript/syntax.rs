//! The part of TypeScript that the evaluator understands, as owned data without types.
//!
//! oxc's tree lives in an arena and borrows its source; this one can be kept, shared and sent between threads. What is not listed
//! here becomes [`ExprKind::Opaque`] or [`Stmt::Opaque`] with the reason, so that it is unknown and never wrong.

use std::sync::Arc;

use foldhash::HashMap;

use crate::source::{FileId, Span};

/// Names and string constants.
pub(in crate::declared) type Atom = Arc<str>;

/// A large schema has millions of these, so that their size is what it costs in memory: lists are boxed slices, what is rare stands behind
/// a box of its own.
#[derive(Debug)]
pub(super) struct Expr {
    pub span: Span,
    pub kind: ExprKind,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Expr>() <= 48 && size_of::<Property>() <= 80);

#[derive(Debug)]
pub(super) enum ExprKind {
    String(Atom),
    Number(f64),
    BigInt(Atom),
    Bool(bool),
    Null,
    RegExp(Box<RegExp>),
    Template(Box<Template>),
    Tagged {
        tag: Box<Expr>,
        template: Box<Template>,
    },
    Name(Atom),
    This,
    ImportMeta,
    Array(Box<[Element]>),
    Object(Box<[Property]>),
    Function(Arc<Function>),
    Member {
        object: Box<Expr>,
        name: Atom,
        optional: bool,
    },
    Index {
        object: Box<Expr>,
        index: Box<Expr>,
        optional: bool,
    },
    Call {
        callee: Box<Expr>,
        args: Box<[Element]>,
        optional: bool,
    },
    New {
        callee: Box<Expr>,
        args: Box<[Element]>,
    },
    Unary {
        op: UnaryOp,
        value: Box<Expr>,
    },
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Logical {
        op: LogicalOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Conditional {
        test: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Assign {
        target: Box<Target>,
        op: AssignOp,
        value: Box<Expr>,
    },
    Update {
        target: Box<Target>,
        delta: f64,
        prefix: bool,
    },
    Sequence(Box<[Expr]>),
    /// The whole of `a?.b.c`: an `undefined` met at a `?.` ends it.
    Chain(Box<Expr>),
    Opaque(&'static str),
}

#[derive(Debug)]
pub(super) struct RegExp {
    pub pattern: Atom,
    pub flags: Atom,
}

/// A template literal, tagged or not.
#[derive(Debug)]
pub(super) struct Template {
    /// One more than values.
    pub strings: Box<[Atom]>,
    pub values: Box<[Expr]>,
}

/// An item of an array literal or an argument.
#[derive(Debug)]
pub(super) enum Element {
    Item(Expr),
    Spread(Expr),
    Hole,
}

/// A member of an object literal.
#[derive(Debug)]
pub(super) enum Property {
    /// `span` covers key and value.
    Value {
        key: Key,
        value: Expr,
        span: Span,
    },
    /// `get key() { … }`
    Getter {
        key: Key,
        function: Expr,
        span: Span,
    },
    Spread(Expr),
}

#[derive(Debug)]
pub(super) enum Key {
    Name(Atom),
    Computed(Box<Expr>),
}

#[derive(Debug)]
pub(super) struct Function {
    pub name: Option<Atom>,
    pub params: Vec<Pattern>,
    pub rest: Option<Pattern>,
    pub body: Body,
    /// `async` or a generator: a call gives nothing that can be read.
    pub suspends: bool,
    /// Arrow functions see the `this` around them.
    pub arrow: bool,
    pub span: Span,
}

#[derive(Debug)]
pub(super) enum Body {
    Expr(Expr),
    Block(Vec<Stmt>),
    /// A declaration without a body.
    Missing,
}

/// What a parameter, variable or loop binds.
#[derive(Debug)]
pub(super) enum Pattern {
    Name(Atom),
    Object { properties: Vec<(Key, Pattern)>, rest: Option<Box<Pattern>> },
    Array { items: Vec<Option<Pattern>>, rest: Option<Box<Pattern>> },
    Default(Box<Pattern>, Box<Expr>),
}

/// The left side of an assignment.
#[derive(Debug)]
pub(super) enum Target {
    Name(Atom),
    Member(Expr, Atom),
    Index(Expr, Expr),
    Other,
}

#[derive(Debug)]
pub(super) enum Stmt {
    Expr(Expr),
    Let(Pattern, Option<Expr>, Span),
    Function(Arc<Function>),
    Enum(Arc<EnumDecl>),
    Return(Option<Expr>),
    If(Expr, Box<Stmt>, Option<Box<Stmt>>),
    Block(Vec<Stmt>),
    ForOf(Pattern, Expr, Box<Stmt>),
    ForIn(Pattern, Expr, Box<Stmt>),
    For { init: Vec<Stmt>, test: Option<Expr>, update: Option<Expr>, body: Box<Stmt> },
    While(Expr, Box<Stmt>),
    Switch(Expr, Vec<(Option<Expr>, Vec<Stmt>)>),
    Break,
    Continue,
    Throw(Span),
    Opaque(Span, &'static str),
}

#[derive(Debug)]
pub(super) struct EnumDecl {
    pub name: Atom,
    pub members: Vec<(Atom, Option<Expr>, Span)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum UnaryOp {
    Minus,
    Plus,
    Not,
    BitNot,
    TypeOf,
    Void,
    Delete,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    Equal { strict: bool },
    NotEqual { strict: bool },
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    ShiftLeft,
    ShiftRight,
    ShiftRightUnsigned,
    BitAnd,
    BitOr,
    BitXor,
    In,
    InstanceOf,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LogicalOp {
    And,
    Or,
    Coalesce,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum AssignOp {
    Set,
    Binary(BinaryOp),
    Logical(LogicalOp),
}

/// One file.
#[derive(Debug)]
pub(super) struct Module {
    pub path: String,
    pub file: FileId,
    pub imports: HashMap<Atom, Import>,
    /// In the order of the source.
    pub exports: Vec<Export>,
    /// `export * from`.
    pub stars: Vec<(Atom, Span)>,
    pub declarations: Vec<Declaration>,
    /// Which declaration binds a name.
    pub names: HashMap<Atom, usize>,
    /// Statements at the top that are no declarations, each with the names that it may change: `users.enableRLS()`.
    pub effects: Vec<Effect>,
    /// `module.exports = …` or `export = …`.
    pub assigned: Option<Arc<Expr>>,
}

#[derive(Debug)]
pub(super) struct Effect {
    /// The names at the root of what it assigns to or calls a method of.
    pub roots: Vec<Atom>,
    pub stmt: Arc<Stmt>,
    /// The offset at which it begins.
    pub place: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Import {
    pub source: Atom,
    pub name: ImportName,
    pub span: Span,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum ImportName {
    Named(Atom),
    Namespace,
}

#[derive(Debug)]
pub(super) struct Export {
    pub name: Atom,
    pub what: Exported,
}

#[derive(Debug)]
pub(super) enum Exported {
    Local(Atom),
    From(Import),
    Expr(Arc<Expr>),
}

#[derive(Clone, Debug)]
pub(super) enum Declaration {
    Variable(Arc<Variable>),
    Function(Arc<Function>),
    Enum(Arc<EnumDecl>),
    Class(Arc<ClassDecl>),
    Namespace(Arc<NamespaceDecl>),
    Opaque(Span, &'static str),
}

/// What a class itself holds, beside its instances: its static members in the order of the source, those of the class that it extends first.
#[derive(Debug)]
pub(super) struct ClassDecl {
    pub members: Vec<Property>,
}

/// `namespace Name { … }`, with the names that it exports.
#[derive(Debug)]
pub(super) struct NamespaceDecl {
    pub body: Vec<Stmt>,
    pub exports: Vec<Atom>,
    pub span: Span,
}

#[derive(Debug)]
pub(super) struct Variable {
    pub pattern: Pattern,
    pub init: Option<Expr>,
    pub span: Span,
}
