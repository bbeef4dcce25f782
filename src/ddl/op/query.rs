//! Queries, what is defined by them, and statements that write rows.

use super::{Name, TypeUse};
use crate::model::{Persistence, TypeName};
use crate::source::Span;

#[derive(Clone, PartialEq, Debug)]
pub struct CreateTableAs {
    pub name: Name,
    pub if_not_exists: bool,
    pub persistence: Persistence,
    /// MATERIALIZED VIEW, else TABLE (SELECT … INTO too).
    pub materialized: bool,
    /// Column names given after the name.
    pub column_names: Vec<String>,
    pub query: Query,
    pub with_data: bool,
    pub options: Vec<(String, String)>,
}

/// A query that defines a relation.
#[derive(Clone, PartialEq, Debug)]
pub struct Query {
    pub sql: String,
    pub span: Span,
    /// Relations in FROM, as written, without CTE names.
    pub relations: Vec<Name>,
    /// Functions called, as written.
    pub functions: Vec<Name>,
    /// The output columns as far as the syntax tells.
    pub columns: Vec<OutputColumn>,
    /// What the server refuses of it whatever it reads; in its words.
    pub flaw: Option<&'static str>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum OutputColumn {
    /// A plain column of a relation: `relation` is the alias or table name where written.
    Column { relation: Option<String>, column: String, name: String },
    /// An expression, its type where a cast or constant tells it.
    Expr { name: String, ty: Option<TypeUse> },
    /// `*` or `t.*`
    Star { relation: Option<String> },
}

#[derive(Clone, PartialEq, Debug)]
pub struct CreateView {
    pub name: Name,
    pub replace: bool,
    pub temporary: bool,
    pub recursive: bool,
    pub column_names: Vec<String>,
    pub query: Query,
    pub options: Vec<(String, String)>,
    pub check_option: Option<String>,
    /// Rows can be written through it, by its text alone: it gives columns of one relation, row by row.
    pub updatable: bool,
}

/// A statement that writes rows.
#[derive(Clone, PartialEq, Debug)]
pub struct Write {
    pub verb: WriteVerb,
    pub relation: Name,
    /// Columns written (INSERT's list, UPDATE's SET), as far as written.
    pub columns: Vec<(String, Span)>,
    /// What UPDATE sets whole columns to, as SQL; constants are left out, which take the column's type.
    pub sets: Vec<(String, String, Span)>,
    /// Other relations read, as written, without CTE names.
    pub reads: Vec<Name>,
    /// Columns of the written relation that RETURNING, WHERE or ON CONFLICT name without qualification; empty when other relations are read.
    pub uses: Vec<(String, Span)>,
    /// Functions called, with constant arguments (`SELECT`-lists of data statements may run a migration's own functions).
    pub calls: Vec<Call>,
    /// TRUNCATE … CASCADE
    pub cascade: bool,
    /// What INSERT and UPDATE give to whom.
    pub given: Vec<Given>,
    /// What the server refuses of the columns that it names and of how many values it gives, whatever the relation is: SQLSTATE and its words.
    pub flaw: Option<(&'static str, String)>,
    /// INSERT of VALUES, or of DEFAULT VALUES, that no conflict can leave out.
    pub gives_rows: bool,
    /// Constants that it gives to columns.
    pub constants: Vec<GivenConstant>,
    /// OVERRIDING SYSTEM VALUE or USER VALUE
    pub overriding: bool,
    /// Boxed, as few statements have one.
    pub arbiter: Option<Box<Arbiter>>,
}

/// A constant that INSERT or UPDATE gives to a column. Seeds have many: it is kept small.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GivenConstant {
    pub to: ConstantTo,
    pub constant: Constant,
    pub span: Span,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConstantTo {
    Column(Box<str>),
    /// Of the columns that the statement lists, from 0.
    Listed(u32),
    /// INSERT without a list of columns: from 0, in the table's order.
    Place(u32),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Constant {
    /// A string, which has no type of its own.
    Text(Box<str>),
    /// A string that is cast to a type, as written.
    Cast(Box<(TypeName, String)>),
    /// As it is written, with its sign.
    Number(Box<str>),
    Boolean,
}

/// A value of a statement that writes rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    pub to: GivenTo,
    /// It is DEFAULT, in every row.
    pub default: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GivenTo {
    Column(String),
    /// INSERT without a list of columns: from 0, in the table's order.
    Place(usize),
}

/// What ON CONFLICT names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arbiter {
    pub columns: Vec<String>,
    /// How many of the elements are no plain columns.
    pub expressions: usize,
    /// WHERE behind the elements.
    pub predicate: bool,
    /// ON CONSTRAINT
    pub constraint: Option<String>,
    pub span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WriteVerb {
    Insert,
    Update,
    Delete,
    Merge,
    Truncate,
    Copy,
}

/// A function call with arguments as SQL.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    pub function: Name,
    pub arguments: Vec<String>,
    /// Names of the last arguments (`f(1, b => 2)`).
    pub named: Vec<String>,
    pub span: Span,
}
