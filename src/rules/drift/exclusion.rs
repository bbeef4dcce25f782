//! Exclusion constraints.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// An exclusion is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports exclusion constraints that the schema declares and that are not there after all migrations have run: never created, or
    /// dropped again. The finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// The table accepts rows that the schema forbids together.
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
    /// CREATE TABLE bookings (room int4range, during tsrange, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&));
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE bookings (room int4range, during tsrange);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TABLE bookings (room int4range, during tsrange, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&));
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE bookings (room int4range, during tsrange, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&));
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no exclusion constraints; then they are listed as unmanaged. In the report their kind is `index`,
    /// which is what they are made of.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-EXCLUSION
    pub(crate) static MISSING_EXCLUSION = "drift/missing-exclusion", Severity::Error;
}

declare_rule! {
    /// The migrations leave an exclusion that the schema does not declare.
    ///
    /// # What it does
    /// Reports exclusion constraints that are there after all migrations have run and that the schema does not declare: their declarations
    /// were removed and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next
    /// migration drops them.
    ///
    /// # Why is this bad
    /// Writes are refused for a reason that the schema does not show.
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
    /// CREATE TABLE bookings (room int4range, during tsrange);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE bookings (room int4range, during tsrange, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&));
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TABLE bookings (room int4range, during tsrange, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&));
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE bookings (room int4range, during tsrange, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&));
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no exclusion constraints; then they are listed as unmanaged. In the report their kind is `index`,
    /// which is what they are made of.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-EXCLUSION
    pub(crate) static UNDECLARED_EXCLUSION = "drift/undeclared-exclusion", Severity::Error;
}

declare_rule! {
    /// An exclusion is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares method, elements with their operators and orders, predicate and DEFERRABLE. What differs is in the finding's `aspects`, and its
    /// severity is that of the worst of them.
    ///
    /// # Why is this bad
    /// Other rows exclude each other than the schema says.
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
    /// CREATE TABLE bookings (room int4range, during tsrange, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&));
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE bookings (room int4range, during tsrange, CONSTRAINT no_overlap EXCLUDE USING gist (room WITH &&, during WITH &&));
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { sql = ["schema.sql"] }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.sql
    /// CREATE TABLE bookings (room int4range, during tsrange, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&));
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE bookings (room int4range, during tsrange, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&));
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no exclusion constraints; then they are listed as unmanaged. In the report their kind is `index`,
    /// which is what they are made of.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-EXCLUSION
    pub(crate) static CHANGED_EXCLUSION = "drift/changed-exclusion", Severity::Error;
}
