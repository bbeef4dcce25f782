//! Row level security policies.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A policy is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports policies that the schema declares and that are not there after all migrations have run: never created, or dropped again. The
    /// finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// Rows are hidden from those who should see them, or, of a restrictive one, shown to those who should not.
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
    /// CREATE TABLE notes (owner text);
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY own ON notes FOR SELECT USING (owner = CURRENT_USER);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE notes (owner text);
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TABLE notes (owner text);
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY own ON notes FOR SELECT USING (owner = CURRENT_USER);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE notes (owner text);
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY own ON notes FOR SELECT USING (owner = CURRENT_USER);
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no policies; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createpolicy.html
    pub(crate) static MISSING_POLICY = "drift/missing-policy", Severity::Error;
}

declare_rule! {
    /// The migrations leave a policy that the schema does not declare.
    ///
    /// # What it does
    /// Reports policies that are there after all migrations have run and that the schema does not declare: their declarations were removed
    /// and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration drops
    /// them.
    ///
    /// # Why is this bad
    /// Rows are hidden or shown for a reason that the schema does not show.
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
    /// CREATE TABLE notes (owner text);
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE notes (owner text);
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY own ON notes FOR SELECT USING (owner = CURRENT_USER);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TABLE notes (owner text);
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY own ON notes FOR SELECT USING (owner = CURRENT_USER);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE notes (owner text);
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY own ON notes FOR SELECT USING (owner = CURRENT_USER);
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no policies; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createpolicy.html
    pub(crate) static UNDECLARED_POLICY = "drift/undeclared-policy", Severity::Error;
}

declare_rule! {
    /// A policy is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares command, roles, permissive or restrictive, USING and WITH CHECK by what they mean. What differs is in the finding's
    /// `aspects`, and its severity is that of the worst of them.
    ///
    /// # Why is this bad
    /// Other rows are visible or writable than the schema says.
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
    /// CREATE TABLE notes (owner text);
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY own ON notes FOR SELECT USING (owner = CURRENT_USER);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE notes (owner text);
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY own ON notes FOR ALL USING (owner = CURRENT_USER);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TABLE notes (owner text);
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY own ON notes FOR SELECT USING (owner = CURRENT_USER);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE notes (owner text);
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// CREATE POLICY own ON notes FOR SELECT USING (owner = CURRENT_USER);
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no policies; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createpolicy.html
    pub(crate) static CHANGED_POLICY = "drift/changed-policy", Severity::Error;
}
