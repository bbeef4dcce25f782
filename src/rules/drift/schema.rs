//! Database schemas.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A schema is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports schemas that the schema declares and that are not there after all migrations have run: never created, or dropped again. The
    /// finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// Everything that is to live in it cannot be created or queried: `schema "billing" does not exist`.
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
    /// CREATE SCHEMA billing;
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
    /// CREATE SCHEMA billing;
    /// //- /migrations/0001_init.sql
    /// CREATE SCHEMA billing;
    /// ```
    ///
    /// # When it stays quiet
    /// About `public`, the schemas of migration runners, and one that was made to hold extensions. A schema counts as declared when a
    /// declared object lives in it.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-schemas.html
    pub(crate) static MISSING_SCHEMA = "drift/missing-schema", Severity::Error;
}

declare_rule! {
    /// The migrations leave a schema that the schema does not declare.
    ///
    /// # What it does
    /// Reports schemas that are there after all migrations have run and that the schema does not declare: their declarations were removed
    /// and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration drops
    /// them.
    ///
    /// # Why is this bad
    /// What lives in it is not declared either, or nothing does.
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
    /// CREATE SCHEMA billing;
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE SCHEMA billing;
    /// //- /migrations/0001_init.sql
    /// CREATE SCHEMA billing;
    /// ```
    ///
    /// # When it stays quiet
    /// About `public`, the schemas of migration runners, and one that was made to hold extensions. A schema counts as declared when a
    /// declared object lives in it.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-schemas.html
    pub(crate) static UNDECLARED_SCHEMA = "drift/undeclared-schema", Severity::Error;
}
