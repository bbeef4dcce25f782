//! Indexes.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// An index is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports indexes that the schema declares and that are not there after all migrations have run: never created, or dropped again. The
    /// finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// Queries that count on it read the whole table; a unique one that is missing lets duplicates in.
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
    /// import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    ///   email: text(),
    /// }, (t) => [index("users_email_idx").on(t.email)]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    ///   email: text(),
    /// }, (t) => [index("users_email_idx").on(t.email)]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE INDEX users_email_idx ON users (email);
    /// ```
    ///
    /// # When it stays quiet
    /// An operator class or nulls order that is the default may be written or not. Under Drizzle a name alone is info. Indexes of
    /// partitions that came with the parent's are not looked at.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createindex.html
    pub(crate) static MISSING_INDEX = "drift/missing-index", Severity::Error;
}

declare_rule! {
    /// The migrations leave an index that the schema does not declare.
    ///
    /// # What it does
    /// Reports indexes that are there after all migrations have run and that the schema does not declare: their declarations were removed
    /// and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration drops
    /// them.
    ///
    /// # Why is this bad
    /// It is kept up at every write, and no code knows why; a unique one refuses writes for a reason that the schema does not show.
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
    /// import { integer, pgTable, text } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    ///   email: text(),
    /// });
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE INDEX users_email_idx ON users (email);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    ///   email: text(),
    /// }, (t) => [index("users_email_idx").on(t.email)]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE INDEX users_email_idx ON users (email);
    /// ```
    ///
    /// # When it stays quiet
    /// An operator class or nulls order that is the default may be written or not. Under Drizzle a name alone is info. Indexes of
    /// partitions that came with the parent's are not looked at.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createindex.html
    pub(crate) static UNDECLARED_INDEX = "drift/undeclared-index", Severity::Error;
}

declare_rule! {
    /// An index is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares everything that defines an index: method, keys in their order, sort and nulls order, operator classes, INCLUDE, predicate,
    /// uniqueness, NULLS NOT DISTINCT, storage parameters, and the name. What differs is in the finding's `aspects`, and its severity is
    /// that of the worst of them.
    ///
    /// # Why is this bad
    /// Queries that count on it cannot use it, or duplicates are judged otherwise.
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
    /// import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    ///   email: text(),
    /// }, (t) => [index("users_email_idx").on(t.email)]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE INDEX users_email_idx ON users (email) WHERE email IS NOT NULL;
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    ///   email: text(),
    /// }, (t) => [index("users_email_idx").on(t.email)]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE INDEX users_email_idx ON users (email);
    /// ```
    ///
    /// # When it stays quiet
    /// An operator class or nulls order that is the default may be written or not. Under Drizzle a name alone is info. Indexes of
    /// partitions that came with the parent's are not looked at.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createindex.html
    pub(crate) static CHANGED_INDEX = "drift/changed-index", Severity::Error;
}
