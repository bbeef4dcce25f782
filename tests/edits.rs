//! One-line edits of a Drizzle schema whose migrations are whole: each is reported as exactly that one thing.

#[path = "support/found.rs"]
mod found;

use undrift::config::{DeclaredSource, MigrationsSource, Target};
use undrift::source::MemoryTree;

const SCHEMA: &str = r#"
import { sql, eq, gt } from "drizzle-orm";
import {
  bigint, bit, boolean, check, foreignKey, index, integer, interval, jsonb, numeric, pgEnum, pgMaterializedView, pgPolicy, pgSchema, pgSequence,
  pgTable, pgView, primaryKey, serial, text, timestamp, unique, uniqueIndex, uuid, varchar,
} from "drizzle-orm/pg-core";

export const mood = pgEnum("mood", ["calm", "glad", "sad"]);
export const app = pgSchema("app");
export const level = app.enum("level", ["low", "high"]);
export const numbers = pgSequence("numbers", { startWith: 10, increment: 2, maxValue: 500 });

export const people = pgTable("people", {
  id: serial("id").primaryKey(),
  email: text("email").notNull().unique(),
  nick: varchar("nick", { length: 40 }),
  age: integer("age").default(18),
  price: numeric("price", { precision: 10, scale: 2 }),
  seen: timestamp("seen", { withTimezone: true, precision: 3 }).defaultNow(),
  mood: mood("mood").default("calm"),
  tags: text("tags").array().notNull().default([]),
  meta: jsonb("meta").default({ a: 1 }),
  code: bit("code", { dimensions: 4 }),
  pause: interval("pause", { fields: "day" }),
  active: boolean("active").notNull().default(true),
  double: integer("double").generatedAlwaysAs(sql`age * 2`),
  count: bigint("count", { mode: "number" }).generatedAlwaysAsIdentity({ startWith: 5 }),
}, (t) => [
  index("people_nick").on(t.nick),
  index("people_age").on(t.age.desc()),
  index("people_young").on(t.email).where(sql`${t.age} < 20`),
  uniqueIndex("people_lower").on(sql`lower(${t.email})`),
  index("people_tags").using("gin", t.tags),
  unique("people_nick_age").on(t.nick, t.age),
  check("people_grown", sql`${t.age} between 1 and 150`),
  pgPolicy("people_own", { for: "select", to: "public", using: sql`${t.active}` }),
]);
export const posts = pgTable("posts", {
  id: uuid("id").primaryKey().defaultRandom(),
  author: integer("author").notNull().references(() => people.id, { onDelete: "cascade" }),
  a: integer("a"),
  b: integer("b"),
}, (t) => [foreignKey({ name: "posts_pair", columns: [t.a, t.b], foreignColumns: [pairs.a, pairs.b] }).onUpdate("cascade")]);
export const pairs = pgTable("pairs", { a: integer("a"), b: integer("b") }, (t) => [primaryKey({ name: "pairs_key", columns: [t.a, t.b] })]);
export const safe = pgTable("safe", { level: level("level") }).enableRLS();
export const grown = pgView("grown").as((qb) => qb.select({ id: people.id, mail: people.email }).from(people).where(gt(people.age, 17)));
export const both = pgMaterializedView("both").as((qb) => qb.select({ id: posts.id, mail: people.email }).from(posts).innerJoin(people, eq(posts.author, people.id)));
"#;

const SQL: &str = r#"
CREATE TYPE "public"."mood" AS ENUM('calm', 'glad', 'sad');
CREATE SCHEMA "app";
CREATE TYPE "app"."level" AS ENUM('low', 'high');
CREATE SEQUENCE "public"."numbers" INCREMENT BY 2 MINVALUE 1 MAXVALUE 500 START WITH 10 CACHE 1;
CREATE TABLE "people" (
	"id" serial PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"nick" varchar(40),
	"age" integer DEFAULT 18,
	"price" numeric(10, 2),
	"seen" timestamp (3) with time zone DEFAULT now(),
	"mood" "mood" DEFAULT 'calm',
	"tags" text[] DEFAULT '{}' NOT NULL,
	"meta" jsonb DEFAULT '{"a":1}'::jsonb,
	"code" bit(4),
	"pause" interval day,
	"active" boolean DEFAULT true NOT NULL,
	"double" integer GENERATED ALWAYS AS (age * 2) STORED,
	"count" bigint GENERATED ALWAYS AS IDENTITY (sequence name "people_count_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 5 CACHE 1),
	CONSTRAINT "people_email_unique" UNIQUE("email"),
	CONSTRAINT "people_nick_age" UNIQUE("nick","age"),
	CONSTRAINT "people_grown" CHECK ("people"."age" between 1 and 150)
);
ALTER TABLE "people" ENABLE ROW LEVEL SECURITY;
CREATE TABLE "posts" ("id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL, "author" integer NOT NULL, "a" integer, "b" integer);
CREATE TABLE "pairs" ("a" integer, "b" integer, CONSTRAINT "pairs_key" PRIMARY KEY("a","b"));
CREATE TABLE "safe" ("level" "app"."level");
ALTER TABLE "safe" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "posts" ADD CONSTRAINT "posts_author_people_id_fk" FOREIGN KEY ("author") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "posts" ADD CONSTRAINT "posts_pair" FOREIGN KEY ("a","b") REFERENCES "public"."pairs"("a","b") ON DELETE no action ON UPDATE cascade;
CREATE INDEX "people_nick" ON "people" USING btree ("nick");
CREATE INDEX "people_age" ON "people" USING btree ("age" DESC NULLS LAST);
CREATE INDEX "people_young" ON "people" USING btree ("email") WHERE "people"."age" < 20;
CREATE UNIQUE INDEX "people_lower" ON "people" USING btree (lower("email"));
CREATE INDEX "people_tags" ON "people" USING gin ("tags");
CREATE VIEW "public"."grown" AS (select "id", "email" from "people" where "people"."age" > 17);
CREATE MATERIALIZED VIEW "public"."both" AS (select "posts"."id", "people"."email" from "posts" inner join "people" on "posts"."author" = "people"."id");
CREATE POLICY "people_own" ON "people" AS PERMISSIVE FOR SELECT TO public USING ("people"."active");
"#;

fn findings(schema: &str) -> Vec<String> {
    findings_between(schema, SQL)
}

/// `error drift/changed-column people.age [type]` for each finding.
fn findings_between(schema: &str, sql: &str) -> Vec<String> {
    let tree = MemoryTree::new([("schema.ts", schema), ("migrations/0001_init.sql", sql)]);
    let target = Target {
        name: "example".into(),
        dialect: "postgresql".into(),
        declared: Some(DeclaredSource::Drizzle { entries: vec!["schema.ts".into()], casing: None }),
        migrations: Some(MigrationsSource { dir: "migrations".into(), ..MigrationsSource::default() }),
        ..Target::default()
    };
    found::findings(&tree, target).iter().map(found::line).collect()
}

#[test]
fn the_whole_schema_agrees() {
    assert_eq!(findings(SCHEMA), Vec::<String>::new());
}

macro_rules! edits {
    ($($from:literal => $to:literal, $expect:literal;)+) => { &[$(($from, $to, $expect)),+] };
}

/// What is replaced, by what, and the one finding.
const EDITS: &[(&str, &str, &str)] = edits! {
    r#"text("email").notNull()"# => r#"text("email")"#, "error drift/changed-column people.email [nullability]";
    r#"{ length: 40 })"# => r#"{ length: 40 }).notNull()"#, "error drift/changed-column people.nick [nullability]";
    "length: 40" => "length: 41", "error drift/changed-column people.nick [type]";
    r#"varchar("nick", { length: 40 })"# => r#"text("nick")"#, "error drift/changed-column people.nick [type]";
    r#"integer("author")"# => r#"bigint("author", { mode: "number" })"#, "error drift/changed-column posts.author [type]";
    "scale: 2" => "scale: 3", "error drift/changed-column people.price [type]";
    "withTimezone: true, " => "", "error drift/changed-column people.seen [type]";
    "precision: 3" => "precision: 6", "error drift/changed-column people.seen [type]";
    "dimensions: 4" => "dimensions: 5", "error drift/changed-column people.code [type]";
    r#"fields: "day""# => r#"fields: "hour""#, "error drift/changed-column people.pause [type]";
    ".default(18)" => "", "error drift/changed-column people.age [default]";
    ".default(18)" => ".default(19)", "error drift/changed-column people.age [default]";
    ".defaultNow()" => "", "error drift/changed-column people.seen [default]";
    r#".default("calm")"# => r#".default("glad")"#, "error drift/changed-column people.mood [default]";
    ".default([])" => r#".default(["x"])"#, "error drift/changed-column people.tags [default]";
    ".default({ a: 1 })" => ".default({ a: 2 })", "error drift/changed-column people.meta [default]";
    ".default(true)" => ".default(false)", "error drift/changed-column people.active [default]";
    ".defaultRandom()" => "", "error drift/changed-column posts.id [default]";
    "`age * 2`" => "`age * 3`", "error drift/changed-column people.double [generated]";
    ".generatedAlwaysAs(sql`age * 2`)" => "", "error drift/changed-column people.double [generated]";
    "generatedAlwaysAsIdentity" => "generatedByDefaultAsIdentity", "error drift/changed-column people.count [identity]";
    "startWith: 5" => "startWith: 6", "error drift/changed-column people.count [identity]";
    r#"  a: integer("a"),
"# => r#"  a: integer("a"),
  fresh: text("fresh"),
"#, "error drift/missing-column posts.fresh";
    r#".notNull().unique()"# => r#".notNull()"#, "warning drift/undeclared-unique people.people_email_unique";
    r#"unique("people_nick_age").on(t.nick, t.age)"# => r#"unique("people_nick_age").on(t.age, t.nick)"#, "error drift/changed-unique people.people_nick_age [columns]";
    r#"on(t.nick, t.age)"# => r#"on(t.nick, t.age).nullsNotDistinct()"#, "error drift/changed-unique people.people_nick_age [nulls_not_distinct]";
    "columns: [t.a, t.b] })]" => "columns: [t.b, t.a] })]", "error drift/changed-primary-key pairs.pairs_key [columns]";
    r#"onDelete: "cascade""# => r#"onDelete: "set null""#, "error drift/changed-foreign-key posts.posts_author_people_id_fk [actions]";
    r#", { onDelete: "cascade" }"# => "", "error drift/changed-foreign-key posts.posts_author_people_id_fk [actions]";
    r#".references(() => people.id, { onDelete: "cascade" })"# => "", "warning drift/undeclared-foreign-key posts.posts_author_people_id_fk";
    r#".onUpdate("cascade")"# => "", "error drift/changed-foreign-key posts.posts_pair [actions]";
    "foreignColumns: [pairs.a, pairs.b]" => "foreignColumns: [pairs.b, pairs.a]", "error drift/changed-foreign-key posts.posts_pair [columns]";
    r#"  index("people_nick").on(t.nick),
"# => "", "warning drift/undeclared-index people.people_nick";
    "on(t.nick)," => "on(t.nick).where(sql`${t.age} > 3`),", "error drift/changed-index people.people_nick [predicate]";
    "`${t.age} < 20`" => "`${t.age} < 21`", "error drift/changed-index people.people_young [predicate]";
    ".where(sql`${t.age} < 20`)" => "", "error drift/changed-index people.people_young [predicate]";
    r#"index("people_nick")"# => r#"uniqueIndex("people_nick")"#, "error drift/changed-index people.people_nick [unique]";
    r#"uniqueIndex("people_lower")"# => r#"index("people_lower")"#, "error drift/changed-index people.people_lower [unique]";
    "lower(${t.email})" => "upper(${t.email})", "error drift/changed-index people.people_lower [expression]";
    r#"on(t.nick),"# => r#"using("hash", t.nick),"#, "warning drift/changed-index people.people_nick [method]";
    "t.age.desc()" => "t.age", "warning drift/changed-index people.people_age [sort]";
    r#"on(t.nick),"# => r#"on(t.nick.op("text_pattern_ops")),"#, "warning drift/changed-index people.people_nick [opclass]";
    r#"on(t.nick),"# => r#"on(t.nick, t.age),"#, "error drift/changed-index people.people_nick [columns]";
    r#"index("people_nick")"# => r#"index("people_called")"#, "info drift/changed-index people.people_called [name]";
    "between 1 and 150" => "between 1 and 160", "error drift/changed-check people.people_grown [expression]";
    r#"  check("people_grown", sql`${t.age} between 1 and 150`),
"# => "", "warning drift/undeclared-check people.people_grown";
    r#"for: "select""# => r#"for: "all""#, "error drift/changed-policy people.people_own [command]";
    "using: sql`${t.active}`" => "using: sql`not ${t.active}`", "error drift/changed-policy people.people_own [expression]";
    ".enableRLS()" => "", "error drift/changed-table safe [row_level_security]";
    r#"["calm", "glad", "sad"]"# => r#"["calm", "glad", "sad", "wild"]"#, "error drift/changed-enum mood [values]";
    r#"["calm", "glad", "sad"]"# => r#"["calm", "glad"]"#, "error drift/changed-enum mood [values]";
    r#"["calm", "glad", "sad"]"# => r#"["calm", "sad", "glad"]"#, "info drift/changed-enum mood [values]";
    r#"["low", "high"]"# => r#"["low", "top"]"#, "error drift/changed-enum app.level [values]";
    "increment: 2" => "increment: 3", "warning drift/changed-sequence numbers [options]";
    "maxValue: 500" => "maxValue: 600", "warning drift/changed-sequence numbers [options]";
    "gt(people.age, 17)" => "gt(people.age, 18)", "error drift/changed-view grown [definition]";
    "gt(people.age, 17)" => "sql`${people.age} < 17`", "error drift/changed-view grown [definition]";
    "innerJoin" => "leftJoin", "error drift/changed-materialized-view both [definition]";
    "mail: people.email }).from(people)" => "mail: people.nick }).from(people)", "error drift/changed-view grown [definition]";
};

/// The same in the SQL, where people add by hand what the schema has no words for.
const SQL_EDITS: &[(&str, &str, &str)] = edits! {
    r#"USING btree ("nick");"# => r#"USING btree ("nick") INCLUDE ("email");"#, "warning drift/changed-index people.people_nick [include]";
    r#"USING btree ("nick");"# => r#"USING hash ("nick");"#, "warning drift/changed-index people.people_nick [method]";
    r#"USING btree ("nick");"# => r#"USING btree ("nick" varchar_pattern_ops);"#, "warning drift/changed-index people.people_nick [opclass]";
    r#"ON UPDATE cascade;"# => r#"ON UPDATE cascade DEFERRABLE;"#, "warning drift/changed-foreign-key posts.posts_pair [deferrable]";
    r#"UNIQUE("email")"# => r#"UNIQUE("email") DEFERRABLE"#, "warning drift/changed-unique people.people_email_unique [deferrable]";
    r#"UNIQUE("email")"# => r#"UNIQUE NULLS NOT DISTINCT("email")"#, "error drift/changed-unique people.people_email_unique [nulls_not_distinct]";
};

#[test]
fn each_edit_of_the_sql_is_one_finding() {
    for (from, to, expect) in SQL_EDITS {
        assert_eq!(SQL.matches(from).count(), 1, "{from}");
        assert_eq!(findings_between(SCHEMA, &SQL.replace(from, to)), [*expect], "{to}");
    }
}

#[test]
fn each_edit_is_one_finding() {
    let mut wrong = Vec::new();
    for (from, to, expect) in EDITS {
        assert!(SCHEMA.matches(from).count() >= 1, "{from}");
        let reported = findings(&SCHEMA.replacen(from, to, 1));
        if reported != [*expect] {
            wrong.push(format!("{from} => {to}\n  expected {expect}\n  reported {}", reported.join("\n           ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
