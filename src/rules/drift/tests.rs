//! What findings say, from two SQL texts: the declared one and the migrations'.

use super::check;
use crate::ddl::postgres::PostgreSql;
use crate::diff::{Language, NameDrift, Pair, Scope, diff};
use crate::replay::{ReplaySettings, replay_scripts};
use crate::source::SourceMap;

/// One line a finding: severity, rule, message; with `|` between, what then happens, the hint and the SQL.
fn findings(declared: &str, migrated: &str, language: &Language) -> String {
    findings_of(declared, migrated, language, true)
}

/// The same; `runs` is whether all statements do.
fn findings_of(declared: &str, migrated: &str, language: &Language, runs: bool) -> String {
    let sources = SourceMap::default();
    let sides = [("declared.sql", declared), ("migrated.sql", migrated)];
    let [declared, migrated] = sides.map(|(path, text)| {
        let replayed = replay_scripts(&[sources.add(path, text.to_owned())], &ReplaySettings::default());
        assert!(!runs || replayed.issues.is_empty(), "{text}: {:?}", replayed.issues);
        replayed.catalog
    });
    let catalogs = Pair::new(&declared, &migrated);
    let diff = diff(catalogs, language, &PostgreSql, &Scope::default());
    let lines = check(&diff, catalogs, language, &PostgreSql).into_iter().map(|finding| {
        let rule = finding.rule.trim_start_matches("drift/");
        let sql = finding.fix.and_then(|fix| fix.sql).unwrap_or_default().replace('\n', " ").replace('\t', "");
        let mut line = format!("{} {rule}: {}", finding.severity.as_str(), finding.message);
        for part in [finding.consequence.unwrap_or_default(), finding.help.unwrap_or_default(), sql] {
            if !part.is_empty() {
                line += &format!(" | {part}");
            }
        }
        line
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn check_findings(declared: &str, migrated: &str, expect: &str) {
    check_with(&Language::everything(), declared, migrated, expect);
}

fn check_with(language: &Language, declared: &str, migrated: &str, expect: &str) {
    let found = findings(declared, migrated, language);
    let expect: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(found.lines().collect::<Vec<_>>(), expect, "\n{found}\n");
}

#[test]
fn columns() {
    check_findings(
        "CREATE TABLE t (a integer NOT NULL, b varchar(3) DEFAULT 'x', c text, e integer GENERATED ALWAYS AS IDENTITY, g integer GENERATED ALWAYS AS (1) STORED);",
        "CREATE TABLE t (a bigint, b varchar(10), d boolean NOT NULL, e integer, g integer);",
        r#"
         error missing-column: column `c` of `t` is declared, and no migration creates it | every query that selects t fails: column "c" does not exist | ALTER TABLE "t" ADD COLUMN "c" text;
         error changed-column: `t.a` is integer, not null in the schema and bigint, nullable in the migrations | values are stored and read as another type than the code expects | ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE integer; ALTER TABLE "t" ALTER COLUMN "a" SET NOT NULL;
         error changed-column: `t.b` is character varying(3), default 'x' in the schema and character varying(10), no default in the migrations | values are stored and read as another type than the code expects | ALTER TABLE "t" ALTER COLUMN "b" SET DATA TYPE character varying(3); ALTER TABLE "t" ALTER COLUMN "b" SET DEFAULT 'x';
         error changed-column: `t.e` is not null, generated always as identity in the schema and nullable, no identity in the migrations | rows of t may hold null in e where the code expects a value | ALTER TABLE "t" ALTER COLUMN "e" SET NOT NULL; ALTER TABLE "t" ALTER COLUMN "e" ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "public"."t_e_seq");
         error changed-column: `t.g` is generated always as (1) in the schema and not generated in the migrations | inserts into t store something else in g, or fail | ALTER TABLE "t" DROP COLUMN "g"; ALTER TABLE "t" ADD COLUMN "g" integer GENERATED ALWAYS AS (1) STORED;
         error undeclared-column: column `d` of `t` is in the migrations, and the schema does not declare it | every insert into t fails: null value in column "d" of relation "t" violates not-null constraint | ALTER TABLE "t" DROP COLUMN "d";
        "#,
    );
}

#[test]
fn a_renamed_column_is_a_hint() {
    check_findings(
        "CREATE TABLE t (id integer, full_name text);",
        "CREATE TABLE t (id integer, fullname text);",
        r#"
         error missing-column: column `full_name` of `t` is declared, and no migration creates it | every query that selects t fails: column "full_name" does not exist | possibly renamed from `fullname`, which is in the migrations and not declared: if so, say `--rename t.fullname=full_name`, or `renames` in undrift.toml | ALTER TABLE "t" ADD COLUMN "full_name" text;
         warning undeclared-column: column `fullname` of `t` is in the migrations, and the schema does not declare it | no query of the schema reads it, and nobody will miss it when it goes | possibly renamed to `full_name`, which is declared and in no migration: if so, say `--rename t.fullname=full_name`, or `renames` in undrift.toml | ALTER TABLE "t" DROP COLUMN "fullname";
        "#,
    );
}

#[test]
fn tables_and_schemas() {
    check_findings(
        "CREATE SCHEMA app; CREATE TABLE app.t (id integer PRIMARY KEY, a text UNIQUE); ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;",
        "CREATE TABLE old (id integer); CREATE TABLE gone (id integer); DROP TABLE gone;",
        r#"
         error missing-schema: schema `app` is declared, and no migration creates it | every query on what lives in it fails: schema "app" does not exist | CREATE SCHEMA "app";
         warning undeclared-table: table `old` is in the migrations, and the schema does not declare it | no query of the schema reads it, and nobody will miss it when it goes | DROP TABLE "old" CASCADE;
         error missing-table: table `app.t` is declared, and no migration creates it | every query on t fails: relation "t" does not exist | CREATE TABLE "app"."t" ( "id" integer NOT NULL, "a" text, CONSTRAINT "t_pkey" PRIMARY KEY("id"), CONSTRAINT "t_a_key" UNIQUE("a") ); ALTER TABLE "app"."t" ENABLE ROW LEVEL SECURITY;
        "#,
    );
}

#[test]
fn what_a_refused_statement_would_have_made_is_said_to_be_refused() {
    // harmonia: `type "vector" does not exist`, and the table was said to be created by no migration.
    let declared = "CREATE TABLE gone (id integer); CREATE TABLE there (id integer, more integer, CHECK (id > 0));";
    let migrated = "CREATE TABLE gone (id vector); CREATE TABLE there (id integer);
        ALTER TABLE there ADD COLUMN more vector; ALTER TABLE there DROP COLUMN more;";
    let found = findings_of(declared, migrated, &Language::everything(), false);
    let expect = r#"error missing-table: table `gone` is declared, and the statement that creates it is refused | every query on gone fails: relation "gone" does not exist | mend the refused statement: once it runs, there is nothing to close
error missing-column: column `more` of `there` is declared, and the statement that creates it is refused | every query that selects there fails: column "more" does not exist | mend the refused statement: once it runs, there is nothing to close
error missing-check: check constraint `there_id_check` of `there` is declared, and no migration creates it | there accepts rows that the schema forbids | ALTER TABLE "there" ADD CONSTRAINT "there_id_check" CHECK (id > 0);"#;
    assert_eq!(found, expect);
}

#[test]
fn a_dropped_table_is_said_to_be_dropped() {
    check_findings(
        "CREATE TABLE gone (id integer);",
        "CREATE TABLE gone (id integer); DROP TABLE gone;",
        r#"
         error missing-table: table `gone` is declared, and the migrations have dropped it | every query on gone fails: relation "gone" does not exist | CREATE TABLE "gone" ( "id" integer );
        "#,
    );
}

#[test]
fn row_level_security() {
    check_findings(
        "CREATE TABLE a (id integer); ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE TABLE b (id integer);",
        "CREATE TABLE a (id integer); CREATE TABLE b (id integer); ALTER TABLE b ENABLE ROW LEVEL SECURITY;",
        r#"
         error changed-table: table `a` differs: row level security enabled in the schema, row level security disabled in the migrations | every role that may read a sees all its rows | ALTER TABLE "a" ENABLE ROW LEVEL SECURITY;
         error changed-table: table `b` differs: row level security disabled in the schema, row level security enabled in the migrations | rows of b are hidden from every role that no policy lets see them | ALTER TABLE "b" DISABLE ROW LEVEL SECURITY;
        "#,
    );
}

#[test]
fn keys() {
    check_findings(
        "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, c integer, CONSTRAINT t_pk PRIMARY KEY (a, b), CONSTRAINT u UNIQUE (c), CONSTRAINT v UNIQUE (b));",
        "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, c integer, CONSTRAINT t_pk PRIMARY KEY (a), CONSTRAINT w UNIQUE (a)); CREATE UNIQUE INDEX u ON t (c); CREATE UNIQUE INDEX x ON t (b);",
        r#"
         warning undeclared-index: unique index `x` of `t` is in the migrations, and the schema does not declare it | writes to t are refused for a reason that the schema does not show | DROP INDEX "x";
         error changed-primary-key: primary key `t_pk` of `t` differs: (a, b) in the schema, (a) in the migrations | t accepts, refuses or finds other rows than the schema says | ALTER TABLE "t" DROP CONSTRAINT "t_pk"; ALTER TABLE "t" ADD CONSTRAINT "t_pk" PRIMARY KEY("a","b");
         warning changed-unique: `t.u` is a unique constraint in the schema and a unique index in the migrations | DROP INDEX "u"; ALTER TABLE "t" ADD CONSTRAINT "u" UNIQUE("c");
         error missing-unique: unique constraint `v` of `t` is declared, and no migration creates it | duplicates are accepted, and ON CONFLICT on t fails: there is no unique or exclusion constraint matching the ON CONFLICT specification | ALTER TABLE "t" ADD CONSTRAINT "v" UNIQUE("b");
        "#,
    );
}

#[test]
fn foreign_keys() {
    check_findings(
        "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (a integer CONSTRAINT f REFERENCES p ON DELETE CASCADE, b integer CONSTRAINT g REFERENCES p);",
        "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (a integer CONSTRAINT f REFERENCES p, b integer CONSTRAINT h REFERENCES p);",
        r#"
         info changed-foreign-key: foreign key of `t` is called `g` in the schema and `h` in the migrations | ALTER TABLE "t" RENAME CONSTRAINT "h" TO "g";
         error changed-foreign-key: foreign key `f` of `t` differs: on delete cascade on update no action in the schema, on delete no action on update no action in the migrations | deleting or updating a row of p does not do what the schema says | ALTER TABLE "t" DROP CONSTRAINT "f"; ALTER TABLE "t" ADD CONSTRAINT "f" FOREIGN KEY ("a") REFERENCES "public"."p"("id") ON DELETE cascade ON UPDATE no action;
        "#,
    );
}

#[test]
fn checks_and_policies() {
    check_findings(
        "CREATE TABLE t (a integer CONSTRAINT c CHECK (a > 0), b integer CONSTRAINT d CHECK (b IN (1, 2))); CREATE POLICY p ON t FOR SELECT USING (a > 1);",
        "CREATE TABLE t (a integer CONSTRAINT c CHECK (a >= 0), b integer CONSTRAINT e CHECK (b > 5)); CREATE POLICY p ON t FOR ALL TO public USING (a > 2); CREATE POLICY q ON t USING (true);",
        r#"
         warning undeclared-policy: policy `q` of `t` is in the migrations, and the schema does not declare it | rows of t are hidden or shown for a reason that the schema does not show | DROP POLICY "q" ON "t";
         warning undeclared-check: check constraint `e` of `t` is in the migrations, and the schema does not declare it | writes to t are refused for a reason that the schema does not show | ALTER TABLE "t" DROP CONSTRAINT "e";
         error changed-check: check constraint `c` of `t` differs: a > 0 in the schema, a >= 0 in the migrations | t accepts, refuses or finds other rows than the schema says | ALTER TABLE "t" DROP CONSTRAINT "c"; ALTER TABLE "t" ADD CONSTRAINT "c" CHECK (a > 0);
         error missing-check: check constraint `d` of `t` is declared, and no migration creates it | t accepts rows that the schema forbids | ALTER TABLE "t" ADD CONSTRAINT "d" CHECK (b IN (1, 2));
         error changed-policy: policy `p` of `t` differs: using (a > 1), for select in the schema, using (a > 2), for all in the migrations | t accepts, refuses or finds other rows than the schema says | DROP POLICY "p" ON "t"; CREATE POLICY "p" ON "t" AS PERMISSIVE FOR SELECT TO public USING (a > 1);
        "#,
    );
}

#[test]
fn indexes() {
    check_findings(
        "CREATE TABLE t (a integer, b text); CREATE INDEX i ON t (a); CREATE INDEX j ON t (a DESC, b); CREATE INDEX k ON t USING gin (to_tsvector('simple', b)); CREATE UNIQUE INDEX l ON t (b);",
        "CREATE TABLE t (a integer, b text); CREATE INDEX i ON t (a) WHERE a > 0; CREATE INDEX j ON t (a, b text_pattern_ops) INCLUDE (a); CREATE INDEX m ON t (lower(b)); CREATE INDEX l ON t (b);",
        r#"
         warning undeclared-index: index `m` of `t` is in the migrations, and the schema does not declare it | DROP INDEX "m";
         error changed-index: index `i` of `t` differs: for all rows in the schema, where a > 0 in the migrations | t accepts, refuses or finds other rows than the schema says | DROP INDEX "i"; CREATE INDEX "i" ON "t" USING btree ("a");
         warning changed-index: index `j` of `t` differs: no include, (a desc, b) in the schema, include (a), (a, b text_pattern_ops) in the migrations | queries on t that count on its form may not use it | DROP INDEX "j"; CREATE INDEX "j" ON "t" USING btree ("a" DESC,"b");
         error changed-index: unique index `l` of `t` differs: unique in the schema, not unique in the migrations | duplicates are accepted in t | DROP INDEX "l"; CREATE UNIQUE INDEX "l" ON "t" USING btree ("b");
         error missing-index: index `k` of `t` is declared, and no migration creates it | queries on t that count on it read the whole table | CREATE INDEX "k" ON "t" USING gin ((to_tsvector('simple', b)));
        "#,
    );
}

#[test]
fn an_enum_made_anew_gets_the_declared_default() {
    check_findings(
        "CREATE TYPE b AS ENUM ('new'); CREATE TABLE t (v b DEFAULT 'new');",
        "CREATE TYPE b AS ENUM ('old'); CREATE TABLE t (v b DEFAULT 'old');",
        r#"
         error changed-enum: enum `b` differs: 'new' in the schema, 'old' in the migrations | a label that only the schema has is refused: invalid input value for enum b; one that only the database has breaks the code that reads it | ALTER TABLE "t" ALTER COLUMN "v" DROP DEFAULT; ALTER TABLE "t" ALTER COLUMN "v" SET DATA TYPE text; DROP TYPE "public"."b"; CREATE TYPE "public"."b" AS ENUM('new'); ALTER TABLE "t" ALTER COLUMN "v" SET DATA TYPE "b" USING "v"::"b"; ALTER TABLE "t" ALTER COLUMN "v" SET DEFAULT 'new';
         error changed-column: `t.v` has default 'new' in the schema and default 'old' in the migrations | inserts into t that leave v out store something else, or fail | ALTER TABLE "t" ALTER COLUMN "v" SET DEFAULT 'new';
        "#,
    );
}

#[test]
fn enums() {
    check_findings(
        "CREATE TYPE a AS ENUM ('x', 'y', 'z'); CREATE TYPE b AS ENUM ('x', 'y'); CREATE TYPE c AS ENUM ('x', 'y'); CREATE TYPE d AS ENUM ('x');",
        "CREATE TYPE a AS ENUM ('x', 'z'); CREATE TYPE b AS ENUM ('x', 'y', 'z'); CREATE TYPE c AS ENUM ('y', 'x'); CREATE TABLE t (v b DEFAULT 'x');",
        r#"
         error missing-enum: enum `d` is declared, and no migration creates it | every statement that names the type fails: type "d" does not exist | CREATE TYPE "public"."d" AS ENUM('x');
         error changed-enum: enum `a` differs: 'x', 'y', 'z' in the schema, 'x', 'z' in the migrations | a label that only the schema has is refused: invalid input value for enum a; one that only the database has breaks the code that reads it | ALTER TYPE "public"."a" ADD VALUE 'y' BEFORE 'z';
         error changed-enum: enum `b` differs: 'x', 'y' in the schema, 'x', 'y', 'z' in the migrations | a label that only the schema has is refused: invalid input value for enum b; one that only the database has breaks the code that reads it | ALTER TABLE "t" ALTER COLUMN "v" DROP DEFAULT; ALTER TABLE "t" ALTER COLUMN "v" SET DATA TYPE text; DROP TYPE "public"."b"; CREATE TYPE "public"."b" AS ENUM('x', 'y'); ALTER TABLE "t" ALTER COLUMN "v" SET DATA TYPE "b" USING "v"::"b"; ALTER TABLE "t" ALTER COLUMN "v" SET DEFAULT 'x';
         info changed-enum: enum `c` has its labels in another order in the schema than in the migrations | DROP TYPE "public"."c"; CREATE TYPE "public"."c" AS ENUM('x', 'y');
         warning undeclared-table: table `t` is in the migrations, and the schema does not declare it | no query of the schema reads it, and nobody will miss it when it goes | DROP TABLE "t" CASCADE;
        "#,
    );
}

#[test]
fn other_types_sequences_and_views() {
    check_findings(
        "CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE TYPE p AS (x integer); CREATE SEQUENCE s START WITH 10; CREATE TABLE t (a integer); CREATE VIEW v AS SELECT a FROM t WHERE a > 1;",
        "CREATE DOMAIN d AS integer NOT NULL; CREATE SEQUENCE s; CREATE TABLE t (a integer); CREATE VIEW v AS SELECT a FROM t WHERE a > 2; CREATE MATERIALIZED VIEW m AS SELECT a FROM t;",
        r#"
         warning undeclared-materialized-view: materialized view `m` is in the migrations, and the schema does not declare it | no query of the schema reads it, and nobody will miss it when it goes | DROP MATERIALIZED VIEW "public"."m";
         error missing-type: composite type `p` is declared, and no migration creates it | every statement that names the type fails: type "p" does not exist | CREATE TYPE "public"."p" AS ("x" integer);
         error changed-domain: domain `d` differs: nullable, value > 0 in the schema, not null, no check in the migrations | ALTER DOMAIN "public"."d" ADD CONSTRAINT "d_check" CHECK (value > 0); ALTER DOMAIN "public"."d" DROP NOT NULL;
         warning changed-sequence: sequence `s` differs: start with 10 in the schema, the default options in the migrations | ALTER SEQUENCE "s" INCREMENT BY 1 NO MINVALUE NO MAXVALUE START WITH 10 CACHE 1 NO CYCLE;
         error changed-view: view `v` differs: SELECT a FROM t WHERE a > 1 in the schema, SELECT a FROM t WHERE a > 2 in the migrations | DROP VIEW "public"."v"; CREATE VIEW "public"."v" AS (SELECT a FROM t WHERE a > 1);
        "#,
    );
}

#[test]
fn a_tool_that_renames_and_drops() {
    let language = Language { names: NameDrift::Renamed, drops_undeclared: true, ..Language::everything() };
    check_with(
        &language,
        "CREATE TABLE t (a integer); CREATE INDEX i ON t (a);",
        "CREATE TABLE t (a integer, b text); CREATE INDEX j ON t (a); CREATE TABLE u (id integer);",
        r#"
         warning changed-index: index of `t` is called `i` in the schema and `j` in the migrations | the next generated migration renames it | ALTER INDEX "j" RENAME TO "i";
         error undeclared-column: column `b` of `t` is in the migrations, and the schema does not declare it | the next generated migration drops it, with its data | ALTER TABLE "t" DROP COLUMN "b";
         error undeclared-table: table `u` is in the migrations, and the schema does not declare it | the next generated migration drops it, with its data | DROP TABLE "u" CASCADE;
        "#,
    );
}

#[test]
fn what_a_language_has_no_words_for_is_counted() {
    let language =
        Language { checks: false, functions: false, views: false, partial_indexes: false, ..Language::everything() };
    check_with(
        &language,
        "CREATE TABLE t (a integer);",
        "CREATE TABLE t (a integer CHECK (a > 0)); CREATE INDEX i ON t (a) WHERE a > 1; CREATE VIEW v AS SELECT 1 AS one;
         CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';",
        r#"
         info unmanaged: 1 check constraint, 1 function, 1 partial index, 1 view live in SQL only, beyond what the schema declares | partial index `t.i`, check constraint `t.t_a_check`, view `v`, function `f`
        "#,
    );
}
