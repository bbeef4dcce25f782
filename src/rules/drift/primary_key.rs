//! Primary keys.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A primary key is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports primary keys that the schema declares and that are not there after all migrations have run: never created, or dropped again.
    /// The finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// Duplicates are accepted, `ON CONFLICT` has nothing to go by, and logical replication cannot tell rows apart.
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
    /// import { integer, pgTable, primaryKey } from "drizzle-orm/pg-core";
    ///
    /// export const votes = pgTable("votes", {
    ///   user: integer().notNull(),
    ///   post: integer().notNull(),
    /// }, (t) => [primaryKey({ name: "votes_pk", columns: [t.user, t.post] })]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE votes ("user" integer NOT NULL, post integer NOT NULL);
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { integer, pgTable, primaryKey } from "drizzle-orm/pg-core";
    ///
    /// export const votes = pgTable("votes", {
    ///   user: integer().notNull(),
    ///   post: integer().notNull(),
    /// }, (t) => [primaryKey({ name: "votes_pk", columns: [t.user, t.post] })]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE votes ("user" integer NOT NULL, post integer NOT NULL, CONSTRAINT votes_pk PRIMARY KEY ("user", post));
    /// ```
    ///
    /// # When it stays quiet
    /// About a key that differs in its name only under Drizzle, which never looks at it: that is info.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS
    pub(crate) static MISSING_PRIMARY_KEY = "drift/missing-primary-key", Severity::Error;
}

declare_rule! {
    /// The migrations leave a primary key that the schema does not declare.
    ///
    /// # What it does
    /// Reports primary keys that are there after all migrations have run and that the schema does not declare: their declarations were
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
    /// export const votes = pgTable("votes", {
    ///   user: integer().notNull(),
    ///   post: integer().notNull(),
    /// });
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE votes ("user" integer NOT NULL, post integer NOT NULL, CONSTRAINT votes_pk PRIMARY KEY ("user", post));
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { integer, pgTable, primaryKey } from "drizzle-orm/pg-core";
    ///
    /// export const votes = pgTable("votes", {
    ///   user: integer().notNull(),
    ///   post: integer().notNull(),
    /// }, (t) => [primaryKey({ name: "votes_pk", columns: [t.user, t.post] })]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE votes ("user" integer NOT NULL, post integer NOT NULL, CONSTRAINT votes_pk PRIMARY KEY ("user", post));
    /// ```
    ///
    /// # When it stays quiet
    /// About a key that differs in its name only under Drizzle, which never looks at it: that is info.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS
    pub(crate) static UNDECLARED_PRIMARY_KEY = "drift/undeclared-primary-key", Severity::Error;
}

declare_rule! {
    /// A primary key is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares the columns and their order, INCLUDE and DEFERRABLE, and the name. What differs is in the finding's `aspects`, and its
    /// severity is that of the worst of them.
    ///
    /// # Why is this bad
    /// Other rows are duplicates than the schema says.
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
    /// import { integer, pgTable, primaryKey } from "drizzle-orm/pg-core";
    ///
    /// export const votes = pgTable("votes", {
    ///   user: integer().notNull(),
    ///   post: integer().notNull(),
    /// }, (t) => [primaryKey({ name: "votes_pk", columns: [t.user, t.post] })]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE votes ("user" integer NOT NULL, post integer NOT NULL, CONSTRAINT votes_pk PRIMARY KEY (post, "user"));
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { integer, pgTable, primaryKey } from "drizzle-orm/pg-core";
    ///
    /// export const votes = pgTable("votes", {
    ///   user: integer().notNull(),
    ///   post: integer().notNull(),
    /// }, (t) => [primaryKey({ name: "votes_pk", columns: [t.user, t.post] })]);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE votes ("user" integer NOT NULL, post integer NOT NULL, CONSTRAINT votes_pk PRIMARY KEY ("user", post));
    /// ```
    ///
    /// # When it stays quiet
    /// About a key that differs in its name only under Drizzle, which never looks at it: that is info.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS
    pub(crate) static CHANGED_PRIMARY_KEY = "drift/changed-primary-key", Severity::Error;
}
