//! `input/broken-journal`

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// The journal of the migrations is not what its tool writes.
    ///
    /// # What it does
    /// Reports a `meta/_journal.json` that is no JSON, holds git's conflict markers, or has entries without a tag; and a `sqitch.plan` that sqitch
    /// refuses to read: a line without its time or planner, a change twice under one tag, a change that requires a later or an unknown one.
    ///
    /// # Why is this bad
    /// `drizzle-kit migrate` stops at the journal, `sqitch deploy` at the plan, and nothing is applied.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /drizzle.config.ts
    /// export default { dialect: "postgresql", schema: "./schema.ts", out: "./drizzle" };
    /// //- /schema.ts
    /// import { integer, pgTable } from "drizzle-orm/pg-core";
    /// export const users = pgTable("users", { id: integer().primaryKey() });
    /// //- /drizzle/meta/_journal.json
    /// {"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1700000000000,"tag":"0000_init","breakpoints":true}
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
    /// //- /drizzle/0000_init.sql
    /// CREATE TABLE "users" ("id" integer PRIMARY KEY NOT NULL);
    /// ```
    ///
    /// # When it stays quiet
    /// About facts in it that only its runner's order depends on: those are `order/*`.
    ///
    /// # Sources
    /// drizzle-orm, `src/migrator.ts`; sqitch, `lib/App/Sqitch/Plan.pm`.
    pub(crate) static BROKEN_JOURNAL = "input/broken-journal", Severity::Error;
}
