//! Columns.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A column is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports columns that the schema declares and that are not there after all migrations have run: never created, or dropped again. The
    /// finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// Every query that the ORM writes for the table names the column, and the server refuses each of them: `column "email" does not
    /// exist`. TypeScript compiles all the same.
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
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ```
    /// ```fixture,good
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
    /// ```
    ///
    /// # When it stays quiet
    /// About a column of a table that is missing or undeclared itself, about columns of a table that holds a spread that could not be read,
    /// and about a type or default that could not be read: `input/unresolved` says so.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createtable.html
    pub(crate) static MISSING_COLUMN = "drift/missing-column", Severity::Error;
}

declare_rule! {
    /// The migrations leave a column that the schema does not declare.
    ///
    /// # What it does
    /// Reports columns that are there after all migrations have run and that the schema does not declare: their declarations were removed
    /// and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration drops
    /// them, and of a column that every insert must fill.
    ///
    /// # Why is this bad
    /// Nothing in the code knows the column. When it is NOT NULL and has no default, every insert that the ORM writes fails; that is an
    /// error, all else a warning.
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
    /// import { integer, pgTable, text } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    ///   email: text(),
    /// });
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// ```
    ///
    /// # When it stays quiet
    /// About a column of a table that is missing or undeclared itself, about columns of a table that holds a spread that could not be read,
    /// and about a type or default that could not be read: `input/unresolved` says so.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createtable.html
    pub(crate) static UNDECLARED_COLUMN = "drift/undeclared-column", Severity::Error;
}

declare_rule! {
    /// A column is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares type, nullability, default, identity, generated expression and collation. Types are compared as the server names them
    /// (`int4` is `integer`), defaults by what they mean (`0` is `'0'::integer`). What differs is in the finding's `aspects`, and its
    /// severity is that of the worst of them.
    ///
    /// # Why is this bad
    /// The code writes and reads values of another type than the database stores, or leaves out what the database demands.
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
    /// CREATE TABLE users (id integer PRIMARY KEY, email varchar(10) NOT NULL);
    /// ```
    /// ```fixture,good
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
    /// ```
    ///
    /// # When it stays quiet
    /// About a column of a table that is missing or undeclared itself, about columns of a table that holds a spread that could not be read,
    /// and about a type or default that could not be read: `input/unresolved` says so.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/sql-createtable.html
    pub(crate) static CHANGED_COLUMN = "drift/changed-column", Severity::Error;
}
