//! Composite types.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A composite type is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports composite types that the schema declares and that are not there after all migrations have run: never created, or dropped
    /// again. The finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// Every statement that names the type fails.
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
    /// CREATE TYPE point3 AS (x integer, y integer, z integer);
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
    /// CREATE TYPE point3 AS (x integer, y integer, z integer);
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE point3 AS (x integer, y integer, z integer);
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no composite types; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/rowtypes.html
    pub(crate) static MISSING_TYPE = "drift/missing-type", Severity::Error;
}

declare_rule! {
    /// The migrations leave a composite type that the schema does not declare.
    ///
    /// # What it does
    /// Reports composite types that are there after all migrations have run and that the schema does not declare: their declarations were
    /// removed and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration
    /// drops them.
    ///
    /// # Why is this bad
    /// No declared column is of this type.
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
    /// CREATE TYPE point3 AS (x integer, y integer, z integer);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TYPE point3 AS (x integer, y integer, z integer);
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE point3 AS (x integer, y integer, z integer);
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no composite types; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/rowtypes.html
    pub(crate) static UNDECLARED_TYPE = "drift/undeclared-type", Severity::Error;
}

declare_rule! {
    /// A composite type is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares attributes, their order and types. What differs is in the finding's `aspects`, and its severity is that of the worst of
    /// them.
    ///
    /// # Why is this bad
    /// Values have other parts than the schema says.
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
    /// CREATE TYPE point3 AS (x integer, y integer, z integer);
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE point3 AS (x integer, y integer);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TYPE point3 AS (x integer, y integer, z integer);
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE point3 AS (x integer, y integer, z integer);
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no composite types; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/rowtypes.html
    pub(crate) static CHANGED_TYPE = "drift/changed-type", Severity::Error;
}
