//! Unique constraints.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A unique is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports unique constraints that the schema declares and that are not there after all migrations have run: never created, or dropped
    /// again. The finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// Duplicates are accepted, and `ON CONFLICT (email)` fails: there is no unique or exclusion constraint matching the ON CONFLICT
    /// specification.
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
    /// import { integer, pgTable, text, unique } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    ///   email: text(),
    /// }, (t) => [unique("users_email_key").on(t.email)]);
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
    /// import { integer, pgTable, text, unique } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    ///   email: text(),
    /// }, (t) => [unique("users_email_key").on(t.email)]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text CONSTRAINT users_email_key UNIQUE);
    /// ```
    ///
    /// # When it stays quiet
    /// About the form where the tool makes no difference between the two.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS
    pub(crate) static MISSING_UNIQUE = "drift/missing-unique", Severity::Error;
}

declare_rule! {
    /// The migrations leave a unique that the schema does not declare.
    ///
    /// # What it does
    /// Reports unique constraints that are there after all migrations have run and that the schema does not declare: their declarations
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
    /// CREATE TABLE users (id integer PRIMARY KEY, email text CONSTRAINT users_email_key UNIQUE);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { integer, pgTable, text, unique } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    ///   email: text(),
    /// }, (t) => [unique("users_email_key").on(t.email)]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text CONSTRAINT users_email_key UNIQUE);
    /// ```
    ///
    /// # When it stays quiet
    /// About the form where the tool makes no difference between the two.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS
    pub(crate) static UNDECLARED_UNIQUE = "drift/undeclared-unique", Severity::Error;
}

declare_rule! {
    /// A unique is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares columns, INCLUDE, NULLS NOT DISTINCT, DEFERRABLE, the name, and whether it is a constraint or only a unique index (aspect
    /// `form`). What differs is in the finding's `aspects`, and its severity is that of the worst of them.
    ///
    /// # Why is this bad
    /// Other rows are duplicates than the schema says; a unique index in place of a constraint cannot be referred to by name in `ON
    /// CONFLICT ON CONSTRAINT`, and the ORM's next migration trips over it.
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
    /// import { integer, pgTable, text, unique } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    ///   email: text(),
    /// }, (t) => [unique("users_email_key").on(t.email)]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE UNIQUE INDEX users_email_key ON users (email);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { integer, pgTable, text, unique } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    ///   email: text(),
    /// }, (t) => [unique("users_email_key").on(t.email)]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text CONSTRAINT users_email_key UNIQUE);
    /// ```
    ///
    /// # When it stays quiet
    /// About the form where the tool makes no difference between the two.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS
    pub(crate) static CHANGED_UNIQUE = "drift/changed-unique", Severity::Error;
}
