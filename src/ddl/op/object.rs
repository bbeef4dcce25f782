//! Statements about types, sequences, policies, functions and triggers.

use super::{Name, TypeUse};
use crate::model::{Expr, FunctionKind, PolicyCommand};
use crate::source::Span;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EnumPosition {
    Before(String),
    After(String),
}

#[derive(Clone, PartialEq, Debug)]
pub enum DomainAction {
    SetDefault(Expr),
    DropDefault,
    SetNotNull,
    DropNotNull,
    AddCheck { name: Option<String>, expr: Expr, not_valid: bool },
    DropConstraint { name: String, if_exists: bool, cascade: bool },
    ValidateConstraint { name: String },
}

#[derive(Clone, PartialEq, Debug)]
pub enum AttributeAction {
    Add { name: String, ty: TypeUse },
    Drop { name: String, if_exists: bool },
    SetType { name: String, ty: TypeUse },
}

/// Options given to CREATE or ALTER SEQUENCE; outer `None` is "not written", `Some(None)` is NO MINVALUE / OWNED BY NONE and the like.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SequenceChange {
    pub data_type: Option<TypeUse>,
    pub start: Option<i64>,
    pub increment: Option<i64>,
    pub min: Option<Option<i64>>,
    pub max: Option<Option<i64>>,
    pub cache: Option<i64>,
    pub cycle: Option<bool>,
    /// Table and column.
    pub owned_by: Option<Option<(Name, String)>>,
    /// What the server refuses of the options, whatever the sequence is; in its words.
    pub flaw: Option<&'static str>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct CreatePolicy {
    pub name: String,
    pub table: Name,
    pub permissive: bool,
    pub command: PolicyCommand,
    pub roles: Vec<String>,
    pub using: Option<Expr>,
    pub with_check: Option<Expr>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct CreateFunction {
    pub name: Name,
    pub kind: FunctionKind,
    pub replace: bool,
    /// Every argument: name, mode (`i o b v t` as in pg_proc.proargmodes), type, default as SQL.
    pub arguments: Vec<FunctionArgument>,
    pub returns: Option<TypeUse>,
    pub returns_set: bool,
    pub language: Option<String>,
    /// IMMUTABLE was written.
    pub immutable: bool,
    /// The body between its quotes, and where it stands.
    pub body: Option<(String, Span)>,
    /// SET … TO: what it runs under.
    pub settings: Vec<(String, String)>,
    /// Boxed, as few functions are aggregates.
    pub aggregate: Option<Box<AggregateDef>>,
}

/// What CREATE AGGREGATE says of an aggregate's parts.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct AggregateDef {
    /// STYPE
    pub state: Option<TypeUse>,
    /// SFUNC
    pub transition: Option<Name>,
    /// COMBINEFUNC
    pub combine: Option<Name>,
    /// SERIALFUNC
    pub serialize: Option<Name>,
    /// DESERIALFUNC
    pub deserialize: Option<Name>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct FunctionArgument {
    pub name: Option<String>,
    pub mode: char,
    pub ty: TypeUse,
    pub default: Option<Expr>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct CreateTrigger {
    pub name: String,
    pub table: Name,
    pub replace: bool,
    pub constraint: bool,
    pub function: Name,
    /// UPDATE OF columns
    pub columns: Vec<String>,
    pub row: bool,
    pub time: TriggerTime,
    /// TRUNCATE is among its events.
    pub truncates: bool,
    /// REFERENCING
    pub transitions: bool,
    /// What WHEN reads of the rows.
    pub condition: Vec<TriggerColumn>,
    /// What the server refuses of it, whatever the table is; in its words.
    pub flaw: Option<&'static str>,
}

/// A column that a trigger's WHEN reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TriggerColumn {
    /// Of NEW, else of OLD.
    pub new: bool,
    /// `None` for the whole row.
    pub column: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TriggerTime {
    Before,
    After,
    InsteadOf,
}
