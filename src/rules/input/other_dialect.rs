//! `input/other-dialect`

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// Schema and migrations are not of the same database system.
    ///
    /// # What it does
    /// Compares the target's dialect with the provider that the schema and the migrations' lock file name.
    ///
    /// # Why is this bad
    /// Migrations of one system do not run on the other; nothing of it is compared.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// migrations = { dir = "prisma/migrations", layout = "prisma" }
    /// //- /prisma/migrations/migration_lock.toml
    /// provider = "sqlite"
    /// //- /prisma/migrations/20240101000000_init/migration.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// migrations = { dir = "prisma/migrations", layout = "prisma" }
    /// //- /prisma/migrations/migration_lock.toml
    /// provider = "postgresql"
    /// //- /prisma/migrations/20240101000000_init/migration.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ```
    ///
    /// # When it stays quiet
    /// Where no lock file says anything.
    ///
    /// # Sources
    /// Prisma Migrate, P3019 `ProviderSwitched`.
    pub(crate) static OTHER_DIALECT = "input/other-dialect", Severity::Error;
}
