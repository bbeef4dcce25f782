//! `input/opaque-statement`

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement's effect cannot be told from the files.
    ///
    /// # What it does
    /// Names SQL that is put together at run time from data, and what it may have changed.
    ///
    /// # Why is this bad
    /// What it may have changed is not compared, and can drift unseen.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// DO $$ DECLARE t text; BEGIN
    ///   FOR t IN SELECT name FROM pg_temp_settings() LOOP EXECUTE 'CREATE TABLE ' || t || ' (id integer)'; END LOOP;
    /// END $$;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// DO $$ BEGIN
    ///   EXECUTE 'CREATE TABLE posts (id integer)';
    /// END $$;
    /// ```
    ///
    /// # When it stays quiet
    /// Where the text is a constant, or a loop runs over a list that is.
    ///
    /// # Sources
    /// The project's own rule: what is not known is said, never guessed.
    pub(crate) static OPAQUE_STATEMENT = "input/opaque-statement", Severity::Warning;
}
