//! Check constraints.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A check is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports check constraints that the schema declares and that are not there after all migrations have run: never created, or dropped
    /// again. The finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// The table accepts rows that the schema forbids.
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
    /// import { check, integer, pgTable } from "drizzle-orm/pg-core";
    /// import { sql } from "drizzle-orm";
    ///
    /// export const items = pgTable("items", {
    ///   price: integer(),
    /// }, (t) => [check("items_price", sql`${t.price} > 0`)]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE items (price integer);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { check, integer, pgTable } from "drizzle-orm/pg-core";
    /// import { sql } from "drizzle-orm";
    ///
    /// export const items = pgTable("items", {
    ///   price: integer(),
    /// }, (t) => [check("items_price", sql`${t.price} > 0`)]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE items (price integer, CONSTRAINT items_price CHECK (price > 0));
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no checks; then they are listed as unmanaged. NOT VALID alone is info.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS
    pub(crate) static MISSING_CHECK = "drift/missing-check", Severity::Error;
}

declare_rule! {
    /// The migrations leave a check that the schema does not declare.
    ///
    /// # What it does
    /// Reports check constraints that are there after all migrations have run and that the schema does not declare: their declarations were
    /// removed and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration
    /// drops them.
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
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { integer, pgTable } from "drizzle-orm/pg-core";
    ///
    /// export const items = pgTable("items", {
    ///   price: integer(),
    /// });
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE items (price integer, CONSTRAINT items_price CHECK (price > 0));
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { check, integer, pgTable } from "drizzle-orm/pg-core";
    /// import { sql } from "drizzle-orm";
    ///
    /// export const items = pgTable("items", {
    ///   price: integer(),
    /// }, (t) => [check("items_price", sql`${t.price} > 0`)]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE items (price integer, CONSTRAINT items_price CHECK (price > 0));
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no checks; then they are listed as unmanaged. NOT VALID alone is info.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS
    pub(crate) static UNDECLARED_CHECK = "drift/undeclared-check", Severity::Error;
}

declare_rule! {
    /// A check is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares the expressions by what they mean: `a IN (1, 2)` is `a = ANY (ARRAY[1, 2])`, parentheses and casts of constants do not
    /// count. What differs is in the finding's `aspects`, and its severity is that of the worst of them.
    ///
    /// # Why is this bad
    /// The table accepts other rows than the schema says.
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
    /// import { check, integer, pgTable } from "drizzle-orm/pg-core";
    /// import { sql } from "drizzle-orm";
    ///
    /// export const items = pgTable("items", {
    ///   price: integer(),
    /// }, (t) => [check("items_price", sql`${t.price} > 0`)]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE items (price integer, CONSTRAINT items_price CHECK (price >= 0));
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { check, integer, pgTable } from "drizzle-orm/pg-core";
    /// import { sql } from "drizzle-orm";
    ///
    /// export const items = pgTable("items", {
    ///   price: integer(),
    /// }, (t) => [check("items_price", sql`${t.price} > 0`)]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE items (price integer, CONSTRAINT items_price CHECK (price > 0));
    /// ```
    ///
    /// # When it stays quiet
    /// Where the declared language has no checks; then they are listed as unmanaged. NOT VALID alone is info.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS
    pub(crate) static CHANGED_CHECK = "drift/changed-check", Severity::Error;
}
