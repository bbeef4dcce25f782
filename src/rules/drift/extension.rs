//! Extensions.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// An extension is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports extensions that the schema declares and that are not there after all migrations have run: never created, or dropped again.
    /// The finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// The types, functions and operators that it brings do not exist.
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
    /// CREATE EXTENSION citext;
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
    /// CREATE EXTENSION citext;
    /// //- /migrations/0001_init.sql
    /// CREATE EXTENSION citext;
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no extensions; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createextension.html
    pub(crate) static MISSING_EXTENSION = "drift/missing-extension", Severity::Error;
}

declare_rule! {
    /// The migrations leave an extension that the schema does not declare.
    ///
    /// # What it does
    /// Reports extensions that are there after all migrations have run and that the schema does not declare: their declarations were
    /// removed and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration
    /// drops them.
    ///
    /// # Why is this bad
    /// Nothing that is declared needs it, as far as the schema shows.
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
    /// CREATE EXTENSION citext;
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE EXTENSION citext;
    /// //- /migrations/0001_init.sql
    /// CREATE EXTENSION citext;
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no extensions; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createextension.html
    pub(crate) static UNDECLARED_EXTENSION = "drift/undeclared-extension", Severity::Error;
}
