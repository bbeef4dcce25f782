//! `input/syntax`

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A file that its own parser rejects.
    ///
    /// # What it does
    /// Reports a file that was needed (TypeScript, JSON, SQL, a schema in another language) and could not be read or parsed, at the first
    /// place that the parser does not understand. Nothing that stands in the file takes part in the check.
    ///
    /// # Why is this bad
    /// The tool that owns the file fails on it too: nothing can be generated, migrated or compiled until it is mended.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /drizzle.config.ts
    /// export default { dialect: "postgresql", schema: "./schema.ts", out: "./drizzle" };
    /// //- /schema.ts
    /// import { pgTable, text } from "drizzle-orm/pg-core";
    /// export const users = pgTable("users", { name: text("name" });
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
    /// When the file is not reached from a declared schema, a config or a list of migrations.
    ///
    /// # Sources
    /// The parsers: oxc for TypeScript and JavaScript, PostgreSQL's own grammar for SQL.
    pub(crate) static SYNTAX = "input/syntax", Severity::Error;
}
