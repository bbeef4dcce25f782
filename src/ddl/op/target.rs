//! What DROP, RENAME, SET SCHEMA and COMMENT name; transaction control.

use super::{Name, RelationKind, TypeUse};
use crate::model::{FunctionKind, ObjectKind};
use crate::source::Span;

/// A function, procedure or aggregate that a statement names.
#[derive(Clone, PartialEq, Debug)]
pub struct Routine {
    /// `None` for ROUTINE, which is any of them.
    pub kind: Option<FunctionKind>,
    pub name: Name,
    /// The types of its input arguments, where they are written.
    pub arguments: Option<Vec<TypeUse>>,
    /// IN, OUT or the like was written: the list is not one of all arguments of a procedure.
    pub has_modes: bool,
}

/// What gets another owner.
#[derive(Clone, PartialEq, Debug)]
pub enum Owned {
    Relation(Name),
    Routine(Routine),
    Schema(String),
    Other,
}

/// What DROP names. Functions carry their argument types where written.
#[derive(Clone, PartialEq, Debug)]
pub enum DropTarget {
    Relations {
        kind: RelationKind,
        names: Vec<Name>,
    },
    /// DROP TYPE or DROP DOMAIN
    Types {
        names: Vec<Name>,
        domain: bool,
    },
    Schemas(Vec<(String, Span)>),
    Extensions(Vec<(String, Span)>),
    Functions(Vec<Routine>),
    Trigger {
        name: String,
        table: Name,
    },
    Policy {
        name: String,
        table: Name,
    },
    Rule {
        name: String,
        table: Name,
    },
    Roles(Vec<String>),
    /// Carried objects: what they are, and their names.
    Opaque {
        what: String,
        names: Vec<Name>,
    },
}

#[derive(Clone, PartialEq, Debug)]
pub enum RenameTarget {
    Relation { kind: RelationKind, name: Name },
    Column { relation: Name, only: bool, column: String },
    Attribute { ty: Name, attribute: String },
    Constraint { relation: Name, only: bool, constraint: String },
    DomainConstraint { domain: Name, constraint: String },
    Type { name: Name, domain: bool },
    Schema(String),
    Function(Routine),
    Trigger { table: Name, trigger: String },
    Policy { table: Name, policy: String },
    Rule { table: Name, rule: String },
    Role(String),
    Opaque { what: String, name: Name },
}

#[derive(Clone, PartialEq, Debug)]
pub enum SchemaTarget {
    Relation { kind: RelationKind, name: Name },
    Type { name: Name, domain: bool },
    Function(Routine),
    Extension(String),
    Opaque { what: String, name: Name },
}

#[derive(Clone, PartialEq, Debug)]
pub enum CommentTarget {
    Relation { kind: RelationKind, name: Name },
    Column { relation: Name, column: String },
    Constraint { relation: Name, constraint: String },
    Type { name: Name, domain: bool },
    Schema(String),
    Extension(String),
    Function(Routine),
    Trigger { table: Name, trigger: String },
    Policy { table: Name, policy: String },
    Other { kind: Option<ObjectKind>, what: &'static str },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TransactionOp {
    /// BEGIN, with READ ONLY or READ WRITE where either is written.
    Begin {
        read_only: Option<bool>,
    },
    Commit,
    /// COMMIT or ROLLBACK, AND CHAIN: another transaction of the same kind begins.
    Chain {
        commit: bool,
    },
    Rollback,
    Savepoint(String),
    Release(String),
    RollbackTo(String),
}
