//! Objects that are carried without being understood: rules, event triggers, operators, casts, text search objects, publications and their like.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// An object of a rarer kind is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports rewrite rules, event triggers, operators, casts, range and base types, statistics, text search objects, publications, foreign servers and
    /// their like that the schema declares and that are not there after all migrations have run. They are told apart by kind, name and table;
    /// their definitions are not compared.
    ///
    /// # Why is this bad
    /// What they do in the database does not happen.
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
    /// CREATE TABLE notes (id integer);
    /// CREATE RULE keep_notes AS ON DELETE TO notes DO INSTEAD NOTHING;
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE notes (id integer);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TABLE notes (id integer);
    /// CREATE RULE keep_notes AS ON DELETE TO notes DO INSTEAD NOTHING;
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE notes (id integer);
    /// CREATE RULE keep_notes AS ON DELETE TO notes DO INSTEAD NOTHING;
    /// ```
    ///
    /// # When it stays quiet
    /// About those that only the migrations make: they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-commands.html
    pub(crate) static MISSING_OBJECT = "drift/missing-object", Severity::Error;
}
