//! Domains.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A domain is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports domains that the schema declares and that are not there after all migrations have run: never created, or dropped again. The
    /// finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// Every statement that names the type fails: `type "quantity" does not exist`.
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
    /// CREATE DOMAIN quantity AS integer CHECK (VALUE > 0);
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
    /// CREATE DOMAIN quantity AS integer CHECK (VALUE > 0);
    /// //- /migrations/0001_init.sql
    /// CREATE DOMAIN quantity AS integer CHECK (VALUE > 0);
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no domains; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createdomain.html
    pub(crate) static MISSING_DOMAIN = "drift/missing-domain", Severity::Error;
}

declare_rule! {
    /// The migrations leave a domain that the schema does not declare.
    ///
    /// # What it does
    /// Reports domains that are there after all migrations have run and that the schema does not declare: their declarations were removed
    /// and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration drops
    /// them.
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
    /// CREATE DOMAIN quantity AS integer CHECK (VALUE > 0);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE DOMAIN quantity AS integer CHECK (VALUE > 0);
    /// //- /migrations/0001_init.sql
    /// CREATE DOMAIN quantity AS integer CHECK (VALUE > 0);
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no domains; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createdomain.html
    pub(crate) static UNDECLARED_DOMAIN = "drift/undeclared-domain", Severity::Error;
}

declare_rule! {
    /// A domain is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares the type underneath, NOT NULL, default, checks and collation. What differs is in the finding's `aspects`, and its severity
    /// is that of the worst of them.
    ///
    /// # Why is this bad
    /// Columns of it accept other values than the schema says.
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
    /// CREATE DOMAIN quantity AS integer CHECK (VALUE > 0);
    /// //- /migrations/0001_init.sql
    /// CREATE DOMAIN quantity AS bigint CHECK (VALUE > 0);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE DOMAIN quantity AS integer CHECK (VALUE > 0);
    /// //- /migrations/0001_init.sql
    /// CREATE DOMAIN quantity AS integer CHECK (VALUE > 0);
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no domains; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createdomain.html
    pub(crate) static CHANGED_DOMAIN = "drift/changed-domain", Severity::Error;
}
