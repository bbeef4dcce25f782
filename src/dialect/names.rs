//! Names within SQL text and where they stand: what a rename is carried through, what a drop must ask for, what a dump qualifies.

use std::ops::Range;

use crate::model::TypeName;

/// What a piece of SQL is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SqlForm {
    /// An expression over one table's columns.
    Expression,
    /// A query, or another complete statement.
    Statement,
}

/// The names of a piece of SQL.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NamesIn {
    /// In the order of the text.
    pub uses: Vec<NameUse>,
    /// The select levels; the first is the outermost.
    pub scopes: Vec<Scope>,
    pub literals: Vec<Literal>,
}

/// A string constant that takes its type from what it stands beside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Literal {
    pub text: String,
    pub of: LiteralOf,
    /// Index of the select level it stands in.
    pub scope: usize,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LiteralOf {
    /// It is compared with a column: the dotted parts of its name.
    Column(Vec<String>),
    /// Its elements are compared with a column.
    ElementsLike(Vec<String>),
    /// It is cast, to a type as written.
    Type(TypeName),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameKind {
    /// A table or view in FROM, or the target of a statement.
    Relation,
    /// A column, or a relation's alias taken as a whole row.
    Column,
    /// `*` or `t.*` in a select list; parts are those before the star.
    Star,
    Function,
    Type,
    /// A string constant cast to `regclass`: the constant holds a relation's name.
    RegClass,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NameUse {
    pub kind: NameKind,
    /// The dotted parts, folded and unquoted.
    pub parts: Vec<String>,
    /// Bytes of the text: the whole dotted name (of a regclass the constant with its quotes).
    pub range: Range<usize>,
    /// Index of the select level it stands in.
    pub scope: usize,
    /// Stands in the select list of a query, sub-query in FROM or WITH query as a whole item without an alias, so that it gives an output
    /// column its name.
    pub names_output: bool,
}

/// One select level.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Scope {
    pub parent: Option<usize>,
    pub sources: Vec<Source>,
    /// Names of output columns that are not a source's own (`AS total`, `max` of `max(a)`), which ORDER BY and GROUP BY may use.
    pub output_names: Vec<String>,
    /// The columns that the level gives, as far as it says: `None` for a star.
    pub outputs: Vec<Option<String>>,
}

/// An item of FROM.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Source {
    pub alias: Option<String>,
    /// The dotted parts of a table or view; `None` for subqueries, functions and common table expressions.
    pub relation: Option<Vec<String>>,
    /// The select level of a subquery or common table expression.
    pub subquery: Option<usize>,
    pub column_aliases: Vec<String>,
    /// Columns merged by USING; `NATURAL` joins give none and set `natural`.
    pub using: Vec<String>,
    pub natural: bool,
}
