//! Enum types.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// An enum is declared, and no migration creates it.
    ///
    /// # What it does
    /// Reports enum types that the schema declares and that are not there after all migrations have run: never created, or dropped again.
    /// The finding shows the declaration, what it belongs to, and the SQL that creates it.
    ///
    /// # Why is this bad
    /// Every statement that names the type fails: `type "role" does not exist`.
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
    /// import { pgEnum } from "drizzle-orm/pg-core";
    ///
    /// export const role = pgEnum("role", ["admin", "user"]);
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE level AS ENUM ('low');
    /// DROP TYPE level;
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { pgEnum } from "drizzle-orm/pg-core";
    ///
    /// export const role = pgEnum("role", ["admin", "user"]);
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE role AS ENUM ('admin', 'user');
    /// ```
    ///
    /// # When it stays quiet
    /// The same labels in another order are info: they only matter to ORDER BY and comparisons.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/datatype-enum.html
    pub(crate) static MISSING_ENUM = "drift/missing-enum", Severity::Error;
}

declare_rule! {
    /// The migrations leave an enum that the schema does not declare.
    ///
    /// # What it does
    /// Reports enum types that are there after all migrations have run and that the schema does not declare: their declarations were
    /// removed and no migration drops them, or they were written into the SQL by hand. A warning; an error where the tool's next migration
    /// drops them.
    ///
    /// # Why is this bad
    /// No column that the schema declares is of this type; it is a left-over, or its declaration was lost.
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
    /// CREATE TYPE role AS ENUM ('admin', 'user');
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { pgEnum } from "drizzle-orm/pg-core";
    ///
    /// export const role = pgEnum("role", ["admin", "user"]);
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE role AS ENUM ('admin', 'user');
    /// ```
    ///
    /// # When it stays quiet
    /// The same labels in another order are info: they only matter to ORDER BY and comparisons.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/datatype-enum.html
    pub(crate) static UNDECLARED_ENUM = "drift/undeclared-enum", Severity::Error;
}

declare_rule! {
    /// An enum is not the same in the schema and after the migrations.
    ///
    /// # What it does
    /// Compares the labels and their order. What differs is in the finding's `aspects`, and its severity is that of the worst of them.
    ///
    /// # Why is this bad
    /// A label that only the schema has is refused by the server; one that only the database has comes as a surprise to the code that reads
    /// it.
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
    /// import { pgEnum } from "drizzle-orm/pg-core";
    ///
    /// export const role = pgEnum("role", ["admin", "user"]);
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE role AS ENUM ('admin');
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// dialect = "postgresql"
    /// declared = { drizzle = "schema.ts" }
    /// migrations = { dir = "migrations", layout = "plain" }
    /// //- /schema.ts
    /// import { pgEnum } from "drizzle-orm/pg-core";
    ///
    /// export const role = pgEnum("role", ["admin", "user"]);
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE role AS ENUM ('admin', 'user');
    /// ```
    ///
    /// # When it stays quiet
    /// The same labels in another order are info: they only matter to ORDER BY and comparisons.
    ///
    /// # Sources
    /// https://www.postgresql.org/docs/current/datatype-enum.html
    pub(crate) static CHANGED_ENUM = "drift/changed-enum", Severity::Error;
}
