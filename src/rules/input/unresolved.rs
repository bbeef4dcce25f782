//! `input/unresolved`

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// Something that cannot be known without running code.
    ///
    /// # What it does
    /// Names a detail of a declared schema that was not understood, why, and what it keeps from being compared. Only that detail is left out of the
    /// check: the rest of the same column or table is compared as always. The last lines of a report count these.
    ///
    /// # Why is this bad
    /// What is not compared can drift unseen.
    /// Write the value where the schema can be read without running it: a constant instead of something computed at run time, a type of the
    /// repository instead of one from a package.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /drizzle.config.ts
    /// export default { dialect: "postgresql", schema: "./schema.ts", out: "./drizzle" };
    /// //- /schema.ts
    /// import { pgTable, text, varchar } from "drizzle-orm/pg-core";
    /// import { nameLength } from "@acme/limits";
    /// export const users = pgTable("users", { name: varchar("name", { length: nameLength }) });
    /// //- /drizzle/meta/_journal.json
    /// {"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1700000000000,"tag":"0000_init","breakpoints":true}]}
    /// //- /drizzle/0000_init.sql
    /// CREATE TABLE "users" ("name" varchar(80));
    /// ```
    /// ```fixture,good
    /// //- /drizzle.config.ts
    /// export default { dialect: "postgresql", schema: "./schema.ts", out: "./drizzle" };
    /// //- /schema.ts
    /// import { pgTable, text, varchar } from "drizzle-orm/pg-core";
    /// const nameLength = 80;
    /// export const users = pgTable("users", { name: varchar("name", { length: nameLength }) });
    /// //- /drizzle/meta/_journal.json
    /// {"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1700000000000,"tag":"0000_init","breakpoints":true}]}
    /// //- /drizzle/0000_init.sql
    /// CREATE TABLE "users" ("name" varchar(80));
    /// ```
    ///
    /// # When it stays quiet
    /// When the value has no part in the database, such as a default that is computed when a row is inserted.
    ///
    /// # Sources
    /// The project's own rule: what is not known is said, never guessed.
    pub(crate) static UNRESOLVED = "input/unresolved", Severity::Warning;
}
