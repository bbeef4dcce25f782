//! `input/missing-file`

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A file that a config, journal or schema names is not there.
    ///
    /// # What it does
    /// Reports migrations that a config lists, schema paths that match nothing, and migration folders without their script.
    ///
    /// # Why is this bad
    /// Nothing can be compared with what is not there; a runner that needs the file stops.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// migrations = { files = ["migrations/0001_init.sql", "migrations/0002_email.sql"] }
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// migrations = { files = ["migrations/0001_init.sql"] }
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ```
    ///
    /// # When it stays quiet
    /// About a journal entry without its file: that is `order/missing-migration-file`.
    ///
    /// # Sources
    /// undrift's own configuration; Prisma Migrate's P3015.
    pub(crate) static MISSING_FILE = "input/missing-file", Severity::Error;
}
