//! SQL expressions and simple queries worked out without a server.
//!
//! Guards in migrations ask the system catalogs: `IF NOT EXISTS (SELECT 1 FROM pg_type WHERE …)`. What they ask is known here, because the
//! catalog is. Everything that cannot be told (rows of tables, the clock, other functions) ends as [`Stop::Unknown`] with its reason, never as
//! a guess; what the server would refuse ends as [`Stop::Raised`].

mod aggregate;
mod cast;
mod conditions;
mod expr;
mod format;
mod from;
mod function;
mod literal;
mod lookup_join;
mod operator;
mod order;
mod pattern;
mod query;
mod scope;
mod sets;
mod time;
mod value;

use pg_query::NodeEnum;

use super::parse::{raw_parse, raw_parse_with};
use super::refactor::single_expression;
use scope::{Evaluator, Scope};

pub use time::{Time, time_text};
pub use value::{Object, ObjectClass, Row, Rows, Value};

/// Why there is no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stop {
    /// It cannot be told; the text reads after "because".
    Unknown(String),
    /// The server raises an error: SQLSTATE and message.
    Raised { code: String, message: String },
}

impl Stop {
    pub fn unknown(why: impl Into<String>) -> Self {
        Self::Unknown(why.into())
    }

    pub fn raised(code: &str, message: impl Into<String>) -> Self {
        Self::Raised { code: code.to_owned(), message: message.into() }
    }
}

/// A value, or why there is none.
pub type Answer<T = Value> = Result<T, Stop>;

/// What a name means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lookup {
    Found(Object),
    Absent,
    Unknown(String),
}

/// `column = value` conditions that every wanted row must meet; a source of rows may leave out those that do not.
pub type Filter = [(String, Value)];

/// The world around an expression.
pub trait Environment {
    /// A variable, or a parameter such as `$1`; `None` when there is none of that name.
    fn variable(&self, name: &str) -> Option<Answer>;

    /// The rows of a table, view or system catalog; `None` when there is no such relation.
    fn rows(&self, schema: Option<&str>, relation: &str, filter: &Filter) -> Option<Answer<Rows>>;

    /// A relation, type, function, schema or role by name.
    fn lookup(&self, class: ObjectClass, schema: Option<&str>, name: &str) -> Lookup;

    /// `current_setting`; `None` when it is not known.
    fn setting(&self, name: &str) -> Option<String>;

    /// What `now()` gives, in microseconds since 1970; `None` when the time is not known.
    fn now(&mut self) -> Option<i64> {
        None
    }

    /// Schemas in which names are searched, without those that do not exist.
    fn search_path(&self) -> Vec<String>;

    /// The sequence of a serial or identity column: its schema and name.
    ///
    /// # Errors
    /// See [`Stop`].
    fn serial_sequence(&self, _relation: &Object, _column: &str) -> Answer<Option<(String, String)>> {
        Err(Stop::unknown("which sequence belongs to the column is not known"))
    }

    /// What a function of the server's tells of an object, such as `pg_get_constraintdef`; `None` when it is none of those.
    fn describe(&self, _function: &str, _object: &Object) -> Option<Answer> {
        None
    }

    /// Calls a function that is not built in; `None` when there is none of that name. `named` are the names of the last arguments.
    fn call(&mut self, schema: Option<&str>, name: &str, arguments: &[Value], named: &[String]) -> Option<Answer>;

    /// Whether a function that is not built in is an aggregate.
    fn is_aggregate(&self, _schema: Option<&str>, _name: &str, _arguments: usize) -> bool {
        false
    }

    /// Whether a function that is not built in returns a set.
    fn returns_set(&mut self, _schema: Option<&str>, _name: &str, _arguments: usize) -> bool {
        false
    }

    /// Calls a function of which [`Environment::returns_set`] holds.
    ///
    /// # Errors
    /// See [`Stop`].
    fn call_set(&mut self, _schema: Option<&str>, name: &str, _arguments: &[Value], _named: &[String]) -> Answer<Rows> {
        Err(Stop::Unknown(format!("the rows of `{name}` are not followed")))
    }
}

/// Works out one expression.
///
/// # Errors
/// See [`Stop`].
pub fn evaluate(sql: &str, environment: &mut dyn Environment) -> Answer {
    let statements =
        raw_parse_with(sql, pg_query::ParserOptions::PLPGSQL_EXPR).map_err(|message| Stop::raised("42601", message))?;
    let mut evaluator = Evaluator::new(environment);
    match single_expression(&statements) {
        Some(node) => evaluator.expr(node, &Scope::empty()),
        None => {
            // `a FROM t WHERE …` is an expression to PL/pgSQL: the first column of the query's only row.
            let rows = select_rows(&statements, &mut evaluator)?;
            rows.scalar()
        }
    }
}

/// Works out a query (SELECT, VALUES, TABLE).
///
/// # Errors
/// See [`Stop`].
pub fn query(sql: &str, environment: &mut dyn Environment) -> Answer<Rows> {
    let statements = raw_parse(sql).map_err(|message| Stop::raised("42601", message))?;
    select_rows(&statements, &mut Evaluator::new(environment))
}

fn select_rows(statements: &[pg_query::protobuf::RawStmt], evaluator: &mut Evaluator<'_>) -> Answer<Rows> {
    let [statement] = statements else { return Err(Stop::unknown("it is not one query")) };
    match statement.stmt.as_deref().and_then(|n| n.node.as_ref()) {
        Some(NodeEnum::SelectStmt(select)) => evaluator.select(select, &Scope::empty()),
        _ => Err(Stop::unknown("it is not a query")),
    }
}

#[cfg(test)]
mod tests;
