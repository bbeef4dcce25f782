//! `input/broken-snapshot`

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A schema snapshot is not what its tool writes.
    ///
    /// # What it does
    /// Reports files in `meta/` that are no JSON or have no `id` and `prevId`.
    ///
    /// # Why is this bad
    /// `drizzle-kit generate` stops at it, or compares the schema with the wrong state.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /drizzle.config.ts
    /// export default { dialect: "postgresql", schema: "./schema.ts", out: "./drizzle" };
    /// //- /schema.ts
    /// import { integer, pgTable } from "drizzle-orm/pg-core";
    /// export const users = pgTable("users", { id: integer().primaryKey() });
    /// //- /drizzle/meta/_journal.json
    /// {"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1700000000000,"tag":"0000_init","breakpoints":true}]}
    /// //- /drizzle/meta/0000_snapshot.json
    /// {"id":
    /// //- /drizzle/0000_init.sql
    /// CREATE TABLE "users" ("id" integer PRIMARY KEY NOT NULL);
    /// ```
    /// ```fixture,good
    /// //- /drizzle.config.ts
    /// export default { dialect: "postgresql", schema: "./schema.ts", out: "./drizzle" };
    /// //- /schema.ts
    /// import { integer, pgTable } from "drizzle-orm/pg-core";
    /// export const users = pgTable("users", { id: integer().primaryKey() });
    /// //- /drizzle/meta/_journal.json
    /// {"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1700000000000,"tag":"0000_init","breakpoints":true}]}
    /// //- /drizzle/meta/0000_snapshot.json
    /// {"id": "a1", "prevId": "00000000-0000-0000-0000-000000000000", "version": "7", "dialect": "postgresql"}
    /// //- /drizzle/0000_init.sql
    /// CREATE TABLE "users" ("id" integer PRIMARY KEY NOT NULL);
    /// ```
    ///
    /// # When it stays quiet
    /// About a missing snapshot: that is `order/missing-snapshot`.
    ///
    /// # Sources
    /// drizzle-kit, `src/utils.ts`, `validateWithReport`.
    pub(crate) static BROKEN_SNAPSHOT = "input/broken-snapshot", Severity::Error;
}
