//! Tables.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A table is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports tables that the schema declares and that are not there after all migrations have run: never created, or dropped again. The
    /// finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// Every query on it fails: `relation "users" does not exist`.
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
    /// CREATE TABLE accounts (id integer PRIMARY KEY);
    /// DROP TABLE accounts;
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
    /// About the tables of migration runners, what a prelude or platform brings, temporary tables, and partitions and partitioned tables
    /// where the declared language has no words for them. A missing or undeclared table stands for all that is in it.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-rowsecurity.html
    pub(crate) static MISSING_TABLE = "drift/missing-table", Severity::Error;
}

declare_rule! {
    /// The migrations leave a table that the schema does not declare.
    ///
    /// # What it does
    /// Reports tables that are there after all migrations have run and that the schema does not declare: their declarations were removed
    /// and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration drops
    /// them.
    ///
    /// # Why is this bad
    /// No code reads it. Either it is a left-over, or its declaration was lost.
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
    /// About the tables of migration runners, what a prelude or platform brings, temporary tables, and partitions and partitioned tables
    /// where the declared language has no words for them. A missing or undeclared table stands for all that is in it.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-rowsecurity.html
    pub(crate) static UNDECLARED_TABLE = "drift/undeclared-table", Severity::Error;
}

declare_rule! {
    /// A table is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares row level security, and FORCE where the language has it; where the declared language has them, too, comments, partitioning, parents, UNLOGGED and storage
    /// parameters. What is in the table has rules of its own. What differs is in the finding's `aspects`, and its severity is that of the
    /// worst of them.
    ///
    /// # Why is this bad
    /// With row level security on, rows are hidden from every role that no policy lets see them; with it off, every role sees all.
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
    /// ALTER TABLE users ENABLE ROW LEVEL SECURITY;
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
    /// About the tables of migration runners, what a prelude or platform brings, temporary tables, and partitions and partitioned tables
    /// where the declared language has no words for them. A missing or undeclared table stands for all that is in it.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-rowsecurity.html
    pub(crate) static CHANGED_TABLE = "drift/changed-table", Severity::Error;
}
