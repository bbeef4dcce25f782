//! Foreign keys.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A foreign key is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports foreign keys that the schema declares and that are not there after all migrations have run: never created, or dropped again.
    /// The finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// Rows may refer to rows that do not exist, and nothing is deleted or set null with what it belongs to.
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
    /// import { foreignKey, integer, pgTable } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    /// });
    /// export const posts = pgTable("posts", {
    ///   id: integer().primaryKey(),
    ///   author: integer(),
    /// }, (t) => [
    ///   foreignKey({ name: "posts_author_fk", columns: [t.author], foreignColumns: [users.id] }).onDelete("cascade"),
    /// ]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE TABLE posts (id integer PRIMARY KEY, author integer);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { foreignKey, integer, pgTable } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    /// });
    /// export const posts = pgTable("posts", {
    ///   id: integer().primaryKey(),
    ///   author: integer(),
    /// }, (t) => [
    ///   foreignKey({ name: "posts_author_fk", columns: [t.author], foreignColumns: [users.id] }).onDelete("cascade"),
    /// ]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE TABLE posts (id integer PRIMARY KEY, author integer);
    /// ALTER TABLE posts ADD CONSTRAINT posts_author_fk FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE;
    /// ```
    ///
    /// # When it stays quiet
    /// NOT VALID alone and, under Drizzle, a name alone are info.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
    pub(crate) static MISSING_FOREIGN_KEY = "drift/missing-foreign-key", Severity::Error;
}

declare_rule! {
    /// The migrations leave a foreign key that the schema does not declare.
    ///
    /// # What it does
    /// Reports foreign keys that are there after all migrations have run and that the schema does not declare: their declarations were
    /// removed and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration
    /// drops them.
    ///
    /// # Why is this bad
    /// Writes and deletes are refused, or delete more, for a reason that the schema does not show.
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
    /// export const posts = pgTable("posts", {
    ///   id: integer().primaryKey(),
    ///   author: integer(),
    /// });
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE TABLE posts (id integer PRIMARY KEY, author integer);
    /// ALTER TABLE posts ADD CONSTRAINT posts_author_fk FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE;
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { foreignKey, integer, pgTable } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    /// });
    /// export const posts = pgTable("posts", {
    ///   id: integer().primaryKey(),
    ///   author: integer(),
    /// }, (t) => [
    ///   foreignKey({ name: "posts_author_fk", columns: [t.author], foreignColumns: [users.id] }).onDelete("cascade"),
    /// ]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE TABLE posts (id integer PRIMARY KEY, author integer);
    /// ALTER TABLE posts ADD CONSTRAINT posts_author_fk FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE;
    /// ```
    ///
    /// # When it stays quiet
    /// NOT VALID alone and, under Drizzle, a name alone are info.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
    pub(crate) static UNDECLARED_FOREIGN_KEY = "drift/undeclared-foreign-key", Severity::Error;
}

declare_rule! {
    /// A foreign key is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares the columns on both sides, the referenced table, ON DELETE and ON UPDATE, DEFERRABLE, whether it was validated, and the
    /// name. What differs is in the finding's `aspects`, and its severity is that of the worst of them.
    ///
    /// # Why is this bad
    /// Deleting a row does something else than the schema says: it is refused, or takes other rows along.
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
    /// import { foreignKey, integer, pgTable } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    /// });
    /// export const posts = pgTable("posts", {
    ///   id: integer().primaryKey(),
    ///   author: integer(),
    /// }, (t) => [
    ///   foreignKey({ name: "posts_author_fk", columns: [t.author], foreignColumns: [users.id] }).onDelete("cascade"),
    /// ]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE TABLE posts (id integer PRIMARY KEY, author integer);
    /// ALTER TABLE posts ADD CONSTRAINT posts_author_fk FOREIGN KEY (author) REFERENCES users (id);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { foreignKey, integer, pgTable } from "drizzle-orm/pg-core";
    ///
    /// export const users = pgTable("users", {
    ///   id: integer().primaryKey(),
    /// });
    /// export const posts = pgTable("posts", {
    ///   id: integer().primaryKey(),
    ///   author: integer(),
    /// }, (t) => [
    ///   foreignKey({ name: "posts_author_fk", columns: [t.author], foreignColumns: [users.id] }).onDelete("cascade"),
    /// ]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE TABLE posts (id integer PRIMARY KEY, author integer);
    /// ALTER TABLE posts ADD CONSTRAINT posts_author_fk FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE;
    /// ```
    ///
    /// # When it stays quiet
    /// NOT VALID alone and, under Drizzle, a name alone are info.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
    pub(crate) static CHANGED_FOREIGN_KEY = "drift/changed-foreign-key", Severity::Error;
}
