//! Functions and procedures.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A function is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports functions that the schema declares and that are not there after all migrations have run: never created, or dropped again.
    /// The finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// Every call of it fails, and so does what is built on it.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE plans (id integer);
    /// DROP TABLE plans;
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
    /// //- /migrations/0001_init.sql
    /// CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no functions; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createfunction.html
    pub(crate) static MISSING_FUNCTION = "drift/missing-function", Severity::Error;
}

declare_rule! {
    /// The migrations leave a function that the schema does not declare.
    ///
    /// # What it does
    /// Reports functions that are there after all migrations have run and that the schema does not declare: their declarations were removed
    /// and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration drops
    /// them.
    ///
    /// # Why is this bad
    /// Nothing that is declared calls it.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TABLE plans (id integer);
    /// DROP TABLE plans;
    /// //- /migrations/0001_init.sql
    /// CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
    /// //- /migrations/0001_init.sql
    /// CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no functions; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createfunction.html
    pub(crate) static UNDECLARED_FUNCTION = "drift/undeclared-function", Severity::Error;
}

declare_rule! {
    /// A function is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares kind, result, language, body, and the options: whose rights it has (SECURITY DEFINER), volatility, settings, defaults of
    /// arguments. White space and comments of SQL and PL/pgSQL bodies do not count. What differs is in the finding's `aspects`, and its
    /// severity is that of the worst of them.
    ///
    /// # Why is this bad
    /// It does something else than the schema says.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
    /// //- /migrations/0001_init.sql
    /// CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 2';
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
    /// //- /migrations/0001_init.sql
    /// CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no functions; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createfunction.html
    pub(crate) static CHANGED_FUNCTION = "drift/changed-function", Severity::Error;
}
