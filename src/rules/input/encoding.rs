//! `input/encoding`

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A file is not UTF-8.
    ///
    /// # What it does
    /// Reports the first byte that is not UTF-8, and goes on with the rest of the file.
    ///
    /// # Why is this bad
    /// PostgreSQL refuses such bytes in a UTF-8 database; names and texts that hold them are not compared.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// -- caf\xe9
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// -- café
    /// ```
    ///
    /// # When it stays quiet
    /// About a byte order mark at the start of a file.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 22021 `character_not_in_repertoire`.
    pub(crate) static ENCODING = "input/encoding", Severity::Error;
}
