//! The tree of a program.

use crate::source::Span;

/// A function's body or a `DO` block.
#[derive(Clone, PartialEq, Debug)]
pub struct Program {
    /// Every variable of every block; parameters are not among them unless they have a place in the body.
    pub variables: Vec<Variable>,
    pub body: Block,
}

/// A declared variable.
#[derive(Clone, PartialEq, Debug)]
pub struct Variable {
    pub name: String,
    /// As written, in the parser's words: `int4`, `users.id%TYPE`, `_text`; empty for `record`.
    pub ty: String,
    pub default: Option<Sql>,
    /// The query of a bound cursor.
    pub cursor: Option<Sql>,
}

/// A piece of SQL and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Sql {
    pub text: String,
    pub span: Span,
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct Block {
    pub label: Option<String>,
    /// Indices of [`Program::variables`] that are set up when the block is entered.
    pub variables: Vec<usize>,
    pub steps: Vec<Step>,
    pub handlers: Vec<Handler>,
    /// Has an EXCEPTION clause, and so runs in a subtransaction.
    pub guarded: bool,
}

/// `WHEN conditions THEN steps`
#[derive(Clone, PartialEq, Debug)]
pub struct Handler {
    pub conditions: Vec<Condition>,
    pub steps: Vec<Step>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Condition {
    Others,
    /// `duplicate_object`
    Name(String),
    /// Five characters.
    Code(String),
}

/// A statement of the language.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    pub span: Span,
    pub work: Work,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Work {
    Block(Block),
    /// A statement of SQL, its result perhaps put into variables.
    Static {
        sql: Sql,
        into: Option<Target>,
    },
    /// EXECUTE
    Execute {
        query: Sql,
        using: Vec<Sql>,
        into: Option<Target>,
    },
    /// PERFORM query; the text begins with SELECT.
    Perform(Sql),
    Call(Sql),
    Assign(Assignment),
    /// IF and searched CASE.
    If {
        branches: Vec<Branch>,
        otherwise: Option<Vec<Step>>,
    },
    /// CASE with an operand, which goes into `variable`; the branches' conditions name that. Without ELSE an unmatched value is an error.
    Case {
        operand: Option<(Sql, String)>,
        branches: Vec<Branch>,
        otherwise: Option<Vec<Step>>,
    },
    Loop {
        label: Option<String>,
        source: LoopSource,
        steps: Vec<Step>,
    },
    /// EXIT, or CONTINUE.
    Exit {
        leaves: bool,
        label: Option<String>,
        when: Option<Sql>,
    },
    Return(Option<Sql>),
    /// RETURN NEXT and RETURN QUERY add rows and go on.
    ReturnRows(Option<Sql>),
    /// `RETURN QUERY` of a query that is written out.
    ReturnQuery(Sql),
    Raise(Raise),
    Assert {
        condition: Sql,
        message: Option<Sql>,
    },
    Diagnostics(Vec<Diagnostic>),
    Commit,
    Rollback,
    Cursor(Cursor),
    /// A statement that the reader does not know, by the parser's name.
    Other(String),
}

#[derive(Clone, PartialEq, Debug)]
pub struct Branch {
    pub condition: Sql,
    pub steps: Vec<Step>,
}

/// INTO targets in order; one name that is a record or row variable takes the whole row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    pub targets: Vec<String>,
    /// The single target is a record.
    pub record: bool,
    pub strict: bool,
}

/// `target := value`. A plain variable, or a variable and the field of it; anything else (`a[1]`) is `path`, as written.
#[derive(Clone, PartialEq, Debug)]
pub struct Assignment {
    pub variable: String,
    pub path: Option<String>,
    pub value: Sql,
}

#[derive(Clone, PartialEq, Debug)]
pub enum LoopSource {
    Forever,
    While(Sql),
    Integers {
        variable: String,
        lower: Sql,
        upper: Sql,
        step: Option<Sql>,
        reverse: bool,
    },
    Query {
        into: Target,
        query: Sql,
    },
    Dynamic {
        into: Target,
        query: Sql,
        using: Vec<Sql>,
    },
    Array {
        variable: String,
        array: Sql,
        /// How many dimensions each turn's value has; 0 for elements.
        slice: u64,
    },
    /// Over a cursor variable.
    Cursor {
        into: Target,
        cursor: String,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    Exception,
    /// NOTICE, WARNING, INFO, LOG, DEBUG
    Message,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Raise {
    pub level: Level,
    /// A condition's name or SQLSTATE.
    pub condition: Option<String>,
    /// The format string, with `%` for parameters.
    pub message: Option<String>,
    pub parameters: Vec<Sql>,
    /// USING ERRCODE, MESSAGE.
    pub code: Option<Sql>,
    pub text: Option<Sql>,
    /// `RAISE;` alone.
    pub again: bool,
}

/// `GET DIAGNOSTICS variable = item`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    pub variable: String,
    pub item: String,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Cursor {
    Open(String),
    Fetch { cursor: String, into: Option<Target> },
    Close(String),
}
