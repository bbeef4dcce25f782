//! What lives in SQL only.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// Objects that the migrations create and that the schema's language cannot declare.
    ///
    /// # What it does
    /// Counts, in one finding, what is there after all migrations have run and is nobody's drift: triggers, functions, extensions, partial
    /// indexes and the like, where the schema's language has no words for them, and what the project's `unmanaged` names. `--verbose` lists them.
    ///
    /// # Why is this bad
    /// It is not. But who reads only the schema does not know of them, and should.
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
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    /// });
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE EXTENSION citext;
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { integer, pgTable } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    /// });
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ```
    ///
    /// # When it stays quiet
    /// Where there are none, and about what a prelude or platform brings.
    ///
    /// # Sources
    /// What Drizzle and Prisma can declare: their documentation of `pg-core` and of the Prisma schema.
    pub(crate) static UNMANAGED = "drift/unmanaged", Severity::Info;
}
