//! The questions whose answers differ between databases. Everything above asks them through [`Dialect`]; the answers of each
//! database stand with its grammar, under `ddl`.

use crate::model::{Expr, Generated, TypeName};
use crate::source::Span;

mod names;
mod query;
mod resolver;

pub use names::{Literal, LiteralOf, NameKind, NameUse, NamesIn, Scope, Source, SqlForm};
pub use query::{GroupedSource, QueryColumn, SchemaObjects, Signature, StatementTypes, TypeMismatch};
pub use resolver::Resolver;

/// A type with the clauses that may follow it in a column's definition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ColumnText {
    pub ty: TypeName,
    pub collation: Option<String>,
    pub not_null: bool,
    pub default: Option<Expr>,
    pub generated: Option<Generated>,
}

/// Why a constant is no value of a type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InputError {
    /// SQLSTATE
    pub code: &'static str,
    /// The server's words, without `ERROR:`.
    pub message: String,
}

/// Answers for one database system. Names that come in and go out are the server's (folded, unquoted).
pub trait Dialect: Send + Sync {
    /// The contract's word: `postgresql`.
    fn name(&self) -> &'static str;

    /// The longest identifier in bytes, and the cut that the server makes (at a character boundary).
    fn truncate_identifier<'a>(&self, name: &'a str) -> &'a str;

    /// Quotes an identifier always, as ORMs do.
    fn quote_identifier(&self, name: &str) -> String;

    /// A string constant.
    fn quote_literal(&self, text: &str) -> String;

    /// Reads a type as it would be written in DDL: `numeric(10, 2)`, `timestamptz`, `"auth"."role"[]`. Aliases become canonical names, default
    /// modifiers are dropped (`timestamp(6)` stays, it is not the same on the server). `None` when the text is no type. `serial` types are `None` too.
    fn parse_type(&self, text: &str) -> Option<TypeName>;

    /// Reads what stands after a column's name in CREATE TABLE where it is more than a type: `text COLLATE "C"`,
    /// `tsvector GENERATED ALWAYS AS (…) STORED`. Expressions are placed at `at`. `None` where the text is no such thing, or says more than
    /// [`ColumnText`] holds.
    fn parse_column(&self, text: &str, at: Span) -> Option<ColumnText>;

    /// A type as DDL text, with user types quoted and schema-qualified unless the schema is `public`.
    fn type_to_sql(&self, ty: &TypeName) -> String;

    /// Whether text is one complete expression. The message is the parser's.
    ///
    /// # Errors
    /// When the dialect's parser refuses it.
    fn check_expression(&self, sql: &str) -> Result<(), String>;

    /// Whether two expressions mean the same to the server, `ty` being the type that both must yield where there is one
    /// (a default's column).
    fn same_expression(&self, a: &Expr, b: &Expr, ty: Option<&TypeName>, names: &dyn Resolver) -> bool;

    /// A canonical form for messages, when it helps to explain a verdict.
    fn canonical_expression(&self, expr: &Expr, ty: Option<&TypeName>, names: &dyn Resolver) -> String;

    /// Whether two view queries mean the same. `None` when that cannot be told.
    fn same_query(&self, a: &Expr, b: &Expr) -> Option<bool>;

    /// Whether two statements make the same trigger or function, apart from its name, its table, its language and the text of its body.
    fn same_program(&self, a: &str, b: &str, names: &dyn Resolver) -> bool;

    /// Whether two texts are one program to the server: the same words, whatever the white space and the comments between them.
    fn same_tokens(&self, a: &str, b: &str) -> bool;

    /// Columns that an expression names, each once, in order of appearance.
    fn columns_of(&self, sql: &str) -> Vec<String>;

    /// `expr` with a column renamed.
    fn rename_column(&self, sql: &str, from: &str, to: &str) -> String;

    /// Whether an operator class is the type's default for an index method (so that writing it changes nothing).
    fn is_default_opclass(&self, method: &str, opclass: &str, ty: &TypeName) -> bool;

    /// What an expression is called where it needs a name of its own: `lower(email)` is `lower`. `None` where the server would say `expr`.
    fn expression_name(&self, sql: &str) -> Option<String> {
        let _ = sql;
        None
    }

    /// Every name in a piece of SQL with its place and, for columns, the sources it may come from. `None` when it cannot be parsed.
    fn names_in(&self, sql: &str, form: SqlForm) -> Option<NamesIn> {
        let _ = (sql, form);
        None
    }

    /// The columns that a query gives, in their order. `None` when it cannot be parsed or when their number cannot be told.
    fn query_columns(&self, sql: &str, objects: &dyn SchemaObjects) -> Option<Vec<QueryColumn>> {
        let _ = (sql, objects);
        None
    }

    /// What is wrong with the types within a query or a statement that writes rows, as far as that is certain.
    fn statement_types(&self, sql: &str, objects: &dyn SchemaObjects) -> StatementTypes {
        let _ = (sql, objects);
        StatementTypes::default()
    }

    /// The relations of which a query, on whatever level, gives columns that it does not group by, as far as that is certain.
    fn grouped_sources(&self, sql: &str, objects: &dyn SchemaObjects) -> Vec<GroupedSource> {
        let _ = (sql, objects);
        Vec::new()
    }

    /// Why a string constant is no value of a built-in type, its modifiers left aside; `None` where it is one, or where that cannot be told.
    fn input_error(&self, ty: &TypeName, text: &str) -> Option<InputError> {
        let _ = (ty, text);
        None
    }

    /// Why a numeric constant, as it is written, cannot be stored as a built-in type; `None` as above.
    fn number_error(&self, ty: &TypeName, text: &str) -> Option<InputError> {
        let _ = (ty, text);
        None
    }

    /// The schema of names that are written without one.
    fn default_schema(&self) -> &'static str;
}
