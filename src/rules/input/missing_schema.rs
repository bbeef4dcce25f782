//! `input/missing-schema`

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A declared schema that is not there.
    ///
    /// # What it does
    /// Reports a target whose declared schema names no file of the project: a path that does not exist, or a folder or glob without any file of the
    /// right kind.
    ///
    /// # Why is this bad
    /// Nothing is compared for that target, and the tool that owns the schema fails too.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /drizzle.config.ts
    /// export default { dialect: "postgresql", schema: "./src/schema.ts", out: "./drizzle" };
    /// //- /schema.ts
    /// import { pgTable, text } from "drizzle-orm/pg-core";
    /// export const users = pgTable("users", { name: text("name") });
    /// //- /drizzle/meta/_journal.json
    /// {"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1700000000000,"tag":"0000_init","breakpoints":true}]}
    /// //- /drizzle/0000_init.sql
    /// CREATE TABLE "users" ("name" text);
    /// ```
    /// ```fixture,good
    /// //- /drizzle.config.ts
    /// export default { dialect: "postgresql", schema: "./schema.ts", out: "./drizzle" };
    /// //- /schema.ts
    /// import { pgTable, text } from "drizzle-orm/pg-core";
    /// export const users = pgTable("users", { name: text("name") });
    /// //- /drizzle/meta/_journal.json
    /// {"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1700000000000,"tag":"0000_init","breakpoints":true}]}
    /// //- /drizzle/0000_init.sql
    /// CREATE TABLE "users" ("name" text);
    /// ```
    ///
    /// # When it stays quiet
    /// When a target declares no schema at all: its drift is then not judged, and the last lines say so.
    ///
    /// # Sources
    /// drizzle-kit: "No schema files found for path config" (`drizzle-kit/src/serializer/index.ts`).
    pub(crate) static MISSING_SCHEMA = "input/missing-schema", Severity::Error;
}
