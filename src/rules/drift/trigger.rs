//! Triggers.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A trigger is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports triggers that the schema declares and that are not there after all migrations have run: never created, or dropped again. The
    /// finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// What it does on writes does not happen.
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
    /// CREATE TABLE notes (body text);
    /// CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    /// CREATE TRIGGER notes_touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE notes (body text);
    /// CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TABLE notes (body text);
    /// CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    /// CREATE TRIGGER notes_touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE notes (body text);
    /// CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    /// CREATE TRIGGER notes_touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no triggers; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createtrigger.html
    pub(crate) static MISSING_TRIGGER = "drift/missing-trigger", Severity::Error;
}

declare_rule! {
    /// The migrations leave a trigger that the schema does not declare.
    ///
    /// # What it does
    /// Reports triggers that are there after all migrations have run and that the schema does not declare: their declarations were removed
    /// and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration drops
    /// them.
    ///
    /// # Why is this bad
    /// Writes do something that the schema does not show.
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
    /// CREATE TABLE notes (body text);
    /// CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE notes (body text);
    /// CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    /// CREATE TRIGGER notes_touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TABLE notes (body text);
    /// CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    /// CREATE TRIGGER notes_touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE notes (body text);
    /// CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    /// CREATE TRIGGER notes_touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no triggers; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createtrigger.html
    pub(crate) static UNDECLARED_TRIGGER = "drift/undeclared-trigger", Severity::Error;
}

declare_rule! {
    /// A trigger is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares the definitions by what they say, however they are written, and whether the trigger is enabled. What differs is in the
    /// finding's `aspects`, and its severity is that of the worst of them.
    ///
    /// # Why is this bad
    /// It fires at other times, or does something else, than the schema says.
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
    /// CREATE TABLE notes (body text);
    /// CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    /// CREATE TRIGGER notes_touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE notes (body text);
    /// CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    /// CREATE TRIGGER notes_touch BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION touch();
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TABLE notes (body text);
    /// CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    /// CREATE TRIGGER notes_touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE notes (body text);
    /// CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    /// CREATE TRIGGER notes_touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no triggers; then they are listed as unmanaged.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createtrigger.html
    pub(crate) static CHANGED_TRIGGER = "drift/changed-trigger", Severity::Error;
}
