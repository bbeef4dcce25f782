//! `input/unreadable`

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A file cannot be read.
    ///
    /// # What it does
    /// Reports schema files and migrations that are there and cannot be read: symbolic links (they are not followed), paths that leave the
    /// project root, files over the size limit, errors of the file system.
    ///
    /// # Why is this bad
    /// What is in the file is not checked, while its runner or ORM may well read it.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// migrations = { files = ["migrations/0001_init.sql"] }
    /// //- /migrations/0001_init.sql -> /elsewhere/0001_init.sql
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
    /// About files that no target names.
    ///
    /// # Sources
    /// undrift reads strangers' pull requests: nothing outside the project root is ever opened.
    pub(crate) static UNREADABLE = "input/unreadable", Severity::Error;
}
