//! Views.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A view is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports views that the schema declares and that are not there after all migrations have run: never created, or dropped again. The
    /// finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// Every query on it fails: `relation "adults" does not exist`.
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
    /// CREATE TABLE people (id integer PRIMARY KEY, age integer);
    /// CREATE VIEW adults AS SELECT id FROM people WHERE age >= 18;
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE people (id integer PRIMARY KEY, age integer);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TABLE people (id integer PRIMARY KEY, age integer);
    /// CREATE VIEW adults AS SELECT id FROM people WHERE age >= 18;
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE people (id integer PRIMARY KEY, age integer);
    /// CREATE VIEW adults AS SELECT id FROM people WHERE age >= 18;
    /// ```
    ///
    /// # When it stays quiet
    /// About views that are declared as existing elsewhere, and where the declared language has no views.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createview.html
    pub(crate) static MISSING_VIEW = "drift/missing-view", Severity::Error;
}

declare_rule! {
    /// The migrations leave a view that the schema does not declare.
    ///
    /// # What it does
    /// Reports views that are there after all migrations have run and that the schema does not declare: their declarations were removed and
    /// no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration drops them.
    ///
    /// # Why is this bad
    /// No query of the schema reads it; columns that it uses cannot be dropped or retyped.
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
    /// CREATE TABLE people (id integer PRIMARY KEY, age integer);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE people (id integer PRIMARY KEY, age integer);
    /// CREATE VIEW adults AS SELECT id FROM people WHERE age >= 18;
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TABLE people (id integer PRIMARY KEY, age integer);
    /// CREATE VIEW adults AS SELECT id FROM people WHERE age >= 18;
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE people (id integer PRIMARY KEY, age integer);
    /// CREATE VIEW adults AS SELECT id FROM people WHERE age >= 18;
    /// ```
    ///
    /// # When it stays quiet
    /// About views that are declared as existing elsewhere, and where the declared language has no views.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createview.html
    pub(crate) static UNDECLARED_VIEW = "drift/undeclared-view", Severity::Error;
}

declare_rule! {
    /// A view is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares the queries by what they mean, names of columns, options and check option, and whether it is materialized. Where that cannot
    /// be told, nothing is said. What differs is in the finding's `aspects`, and its severity is that of the worst of them.
    ///
    /// # Why is this bad
    /// It shows other rows or columns than the schema says.
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
    /// CREATE TABLE people (id integer PRIMARY KEY, age integer);
    /// CREATE VIEW adults AS SELECT id FROM people WHERE age >= 18;
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE people (id integer PRIMARY KEY, age integer);
    /// CREATE VIEW adults AS SELECT id FROM people WHERE age >= 21;
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TABLE people (id integer PRIMARY KEY, age integer);
    /// CREATE VIEW adults AS SELECT id FROM people WHERE age >= 18;
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE people (id integer PRIMARY KEY, age integer);
    /// CREATE VIEW adults AS SELECT id FROM people WHERE age >= 18;
    /// ```
    ///
    /// # When it stays quiet
    /// About views that are declared as existing elsewhere, and where the declared language has no views.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createview.html
    pub(crate) static CHANGED_VIEW = "drift/changed-view", Severity::Error;
}
