use super::{DumpContext, to_json, to_sql};
use crate::ddl::postgres::PostgreSql;
use crate::replay::{ReplaySettings, replay_scripts};
use crate::source::SourceMap;

/// Replays SQL and compares the dump's statements, one a line.
fn check(sql: &str, expect: &str) {
    let sources = SourceMap::default();
    let file = sources.add("schema.sql", sql.to_owned());
    let replayed = replay_scripts(&[file], &ReplaySettings::default());
    let dump = to_sql(&replayed.catalog, &DumpContext::default(), &PostgreSql);
    let lines: Vec<&str> = dump.lines().skip(1).collect();
    assert_eq!(lines.join("\n").trim(), expect.trim());
}

#[test]
fn a_serial_column_brings_its_sequence() {
    check(
        "CREATE TABLE t (id serial PRIMARY KEY)",
        r#"
CREATE SEQUENCE "public"."t_id_seq" AS integer;
CREATE TABLE "public"."t" (
  "id" integer DEFAULT nextval('"public"."t_id_seq"'::regclass) NOT NULL
);
ALTER TABLE "public"."t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id");
ALTER SEQUENCE "public"."t_id_seq" OWNED BY "public"."t"."id";"#,
    );
}

#[test]
fn a_default_older_than_the_type_goes_the_same_way() {
    check(
        "CREATE TABLE t (a varchar(10) DEFAULT 'x'); ALTER TABLE t ALTER a TYPE text;",
        r#"
CREATE TABLE "public"."t" (
  "a" character varying(10) DEFAULT 'x'
);
ALTER TABLE "public"."t" ALTER COLUMN "a" SET DATA TYPE text USING "a"::text::text;"#,
    );
}

#[test]
fn json_has_the_shape_of_the_contract() {
    let sources = SourceMap::default();
    let file = sources.add("schema.sql", "CREATE TABLE t (id serial PRIMARY KEY, a numeric(10,2) UNIQUE)".to_owned());
    let replayed = replay_scripts(&[file], &ReplaySettings::default());
    let json = to_json(&replayed.catalog);
    assert_eq!(json["tables"][0]["columns"][0]["default"], "nextval('t_id_seq'::regclass)");
    assert_eq!(json["tables"][0]["columns"][1]["type"], "numeric(10,2)");
    assert_eq!(json["tables"][0]["uniques"][0]["name"], "t_a_key");
    assert_eq!(json["sequences"][0]["owned_by"], "t.id");
}

#[test]
fn a_session_with_a_path_of_its_own_says_so() {
    let sources = SourceMap::default();
    let file = sources.add("schema.sql", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'".to_owned());
    let path = vec!["app".to_owned(), "public".to_owned()];
    let settings = ReplaySettings { search_path: path.clone(), ..ReplaySettings::default() };
    let replayed = replay_scripts(&[file], &settings);
    let dump = to_sql(&replayed.catalog, &DumpContext::of(&replayed, &path), &PostgreSql);
    assert_eq!(dump.lines().nth(1), Some("SET search_path = \"app\", \"public\";"));
}
