//! Objects whose insides are carried as text: functions, triggers, rules; and policies.

use super::{Expr, Known, ObjectKind, Origin, QualifiedName, TypeName};

/// A row level security policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    pub name: String,
    /// PERMISSIVE, else RESTRICTIVE.
    pub permissive: bool,
    pub command: PolicyCommand,
    /// Role names sorted; `["public"]` when none are written.
    pub roles: Known<Vec<String>>,
    pub using: Known<Option<Expr>>,
    pub with_check: Known<Option<Expr>>,
    pub comment: Option<String>,
    pub origin: Origin,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PolicyCommand {
    #[default]
    All,
    Select,
    Insert,
    Update,
    Delete,
}

impl PolicyCommand {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// A trigger on a table or view. `definition` is the statement that made it, as SQL that a server accepts; renames are carried into it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trigger {
    pub name: String,
    pub function: Option<QualifiedName>,
    pub definition: Known<String>,
    /// `O` enabled, `D` disabled, `R` replica, `A` always, as pg_trigger.tgenabled.
    pub enabled: char,
    /// A constraint trigger.
    pub constraint: bool,
    pub comment: Option<String>,
    pub origin: Origin,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FunctionKind {
    Function,
    Procedure,
    Aggregate,
    Window,
}

/// A function, procedure or aggregate, by signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Function {
    pub name: QualifiedName,
    pub kind: FunctionKind,
    /// Types of the input arguments (IN, INOUT, VARIADIC), which with the name identify it.
    pub arguments: Vec<TypeName>,
    pub returns: Option<TypeName>,
    pub language: Option<String>,
    /// The body between its quotes, where there is one.
    pub body: Option<String>,
    /// The statement that made it, whole, as it was written (or with the server's renames carried).
    pub definition: String,
    /// The `search_path` in force when it was made, since a definition stays as written.
    pub search_path: Vec<String>,
    pub comment: Option<String>,
    pub origin: Origin,
}

/// An object that the tool carries without understanding: rule, event trigger, operator, cast, aggregate, text search object, publication…
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpaqueObject {
    /// PostgreSQL's words in lower case: `event trigger`, `rule`.
    pub what: String,
    pub name: String,
    /// The object it belongs to, such as the table of a rule.
    pub on: Option<(ObjectKind, QualifiedName)>,
    pub definition: String,
    pub search_path: Vec<String>,
    pub origin: Origin,
}
