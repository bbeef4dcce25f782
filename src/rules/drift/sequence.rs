//! Sequences.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A sequence is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports sequences that the schema declares and that are not there after all migrations have run: never created, or dropped again.
    /// The finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// Every insert that draws a number from it fails.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { pgSequence } from "drizzle-orm/pg-core";
    ///
    /// export const invoiceNumbers = pgSequence("invoice_numbers", { startWith: 1000 });
    /// //- /migrations/0001_init.sql
    /// CREATE SEQUENCE other;
    /// DROP SEQUENCE other;
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { pgSequence } from "drizzle-orm/pg-core";
    ///
    /// export const invoiceNumbers = pgSequence("invoice_numbers", { startWith: 1000 });
    /// //- /migrations/0001_init.sql
    /// CREATE SEQUENCE invoice_numbers START WITH 1000;
    /// ```
    ///
    /// # When it stays quiet
    /// About sequences that belong to a serial or identity column: those are the column's matter.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createsequence.html
    pub(crate) static MISSING_SEQUENCE = "drift/missing-sequence", Severity::Error;
}

declare_rule! {
    /// The migrations leave a sequence that the schema does not declare.
    ///
    /// # What it does
    /// Reports sequences that are there after all migrations have run and that the schema does not declare: their declarations were removed
    /// and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration drops
    /// them.
    ///
    /// # Why is this bad
    /// Nothing that is declared draws from it.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// export const nothing = 1;
    /// //- /migrations/0001_init.sql
    /// CREATE SEQUENCE invoice_numbers START WITH 1000;
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { pgSequence } from "drizzle-orm/pg-core";
    ///
    /// export const invoiceNumbers = pgSequence("invoice_numbers", { startWith: 1000 });
    /// //- /migrations/0001_init.sql
    /// CREATE SEQUENCE invoice_numbers START WITH 1000;
    /// ```
    ///
    /// # When it stays quiet
    /// About sequences that belong to a serial or identity column: those are the column's matter.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createsequence.html
    pub(crate) static UNDECLARED_SEQUENCE = "drift/undeclared-sequence", Severity::Error;
}

declare_rule! {
    /// A sequence is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares type, start, increment, bounds, cache and cycle, with the server's defaults for what is not written, and
    /// the column that owns it; of the sequence of a `serial` column the options alone. What differs is in the finding's `aspects`, and its severity is that of the worst of them.
    ///
    /// # Why is this bad
    /// Numbers begin, step or end elsewhere than the schema says.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { pgSequence } from "drizzle-orm/pg-core";
    ///
    /// export const invoiceNumbers = pgSequence("invoice_numbers", { startWith: 1000 });
    /// //- /migrations/0001_init.sql
    /// CREATE SEQUENCE invoice_numbers START WITH 1;
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { pgSequence } from "drizzle-orm/pg-core";
    ///
    /// export const invoiceNumbers = pgSequence("invoice_numbers", { startWith: 1000 });
    /// //- /migrations/0001_init.sql
    /// CREATE SEQUENCE invoice_numbers START WITH 1000;
    /// ```
    ///
    /// # When it stays quiet
    /// About sequences that belong to a serial or identity column: those are the column's matter.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createsequence.html
    pub(crate) static CHANGED_SEQUENCE = "drift/changed-sequence", Severity::Error;
}
