//! Comparison of expressions by meaning, held against a real server: what we call the same, it prints the same; what we call different, it
//! prints differently. A third list holds what it prints differently and what means the same all the same.

#[path = "support/server.rs"]
mod server;

use std::collections::HashMap;
use std::fmt::Write;

use undrift::ddl::postgres::PostgreSql;
use undrift::dialect::Dialect;
use undrift::model::{Expr, TypeName};
use undrift::source::{SourceMap, Span};

#[derive(Clone, Copy, PartialEq, Debug)]
enum Verdict {
    /// The server prints both alike.
    Same,
    /// It does not, and they mean the same.
    SameMeaning,
    Different,
}
use Verdict::{Different, Same, SameMeaning};

/// Columns of the table on which checks stand.
const COLUMNS: &[(&str, &str)] = &[
    ("s", "text"),
    ("v", "varchar(20)"),
    ("n", "numeric(10,2)"),
    ("i", "integer"),
    ("big", "bigint"),
    ("f", "double precision"),
    ("b", "boolean"),
    ("e", "role"),
    ("j", "jsonb"),
    ("ts", "timestamptz"),
    ("t", "timestamp"),
    ("d", "date"),
    ("u", "uuid"),
    ("a", "text[]"),
    ("Mixed", "text"),
];

/// Type of the column, two defaults of it.
const DEFAULTS: &[(&str, &str, &str, Verdict)] = &[
    ("text", "'x'", "'x'::text", Same),
    ("text", "'x'", "('x')", Same),
    ("text", "'x'", "'y'", Different),
    ("text", "'x'", "'X'", Different),
    ("text", "''", "' '", Different),
    ("text", "NULL", "NULL::text", SameMeaning),
    ("varchar(20)", "'x'", "'x'::character varying", Same),
    ("varchar(20)", "'x'", "'x'::text", SameMeaning),
    ("varchar(20)", "'it''s'", "E'it\\'s'", Same),
    ("integer", "0", "'0'::integer", Same),
    ("integer", "0", "(0)", Same),
    ("integer", "-1", "'-1'::integer", Same),
    ("integer", "-1", "(-1)", Same),
    ("integer", "0", "1", Different),
    ("integer", "60 * 60", "3600", Different),
    ("integer", "(60 * 60)", "60*60", Same),
    ("bigint", "0", "'0'::bigint", SameMeaning),
    ("bigint", "0", "0::bigint", SameMeaning),
    ("numeric(10,2)", "0", "'0'::numeric", SameMeaning),
    ("numeric(10,2)", "'0.00'", "0.00", Same),
    ("numeric(10,2)", "0", "0.00", SameMeaning),
    ("numeric", "0", "0.00", Different),
    ("numeric(10,2)", "1.5", "1.25", Different),
    ("double precision", "0", "'0'::double precision", SameMeaning),
    ("boolean", "true", "'t'", Same),
    ("boolean", "true", "TRUE", Same),
    ("boolean", "true", "'true'::boolean", Same),
    ("boolean", "true", "false", Different),
    ("jsonb", "'{}'", "'{}'::jsonb", Same),
    ("jsonb", "'{}'", "'{ }'::jsonb", Same),
    ("jsonb", "'{\"a\":1,\"b\":2}'", "'{\"b\": 2, \"a\": 1}'", Same),
    ("jsonb", "'{}'", "'[]'", Different),
    ("json", "'{}'", "'{}'::json", Same),
    ("json", "'{}'", "'{ }'", Different),
    ("timestamptz", "now()", "NOW()", Same),
    ("timestamptz", "now()", "CURRENT_TIMESTAMP", SameMeaning),
    ("timestamptz", "now()", "transaction_timestamp()", SameMeaning),
    ("timestamptz", "now()", "clock_timestamp()", Different),
    ("timestamptz", "now()", "statement_timestamp()", Different),
    ("timestamptz", "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP(3)", Different),
    ("timestamp", "now()", "(now())", Same),
    ("timestamp", "now()", "now()::timestamp", SameMeaning),
    ("timestamp", "(now() AT TIME ZONE 'utc')", "timezone('utc', now())", SameMeaning),
    ("timestamp", "(now() AT TIME ZONE 'utc')", "(now() AT TIME ZONE 'utc'::text)", Same),
    ("timestamp", "(now() AT TIME ZONE 'utc')", "now()", Different),
    ("timestamp", "'2020-01-01'", "'2020-01-01 00:00:00'", Same),
    ("timestamp", "'2020-01-01T00:00:00.000'", "'2020-01-01 00:00:00'", Same),
    ("timestamp", "'2020-01-01'", "'2020-01-02'", Different),
    ("timestamptz", "'2020-01-01T00:00:00Z'", "'2020-01-01 00:00:00+00'", Same),
    ("timestamptz", "now() + interval '1 day'", "(now() + '1 day'::interval)", Same),
    ("timestamptz", "now() + interval '1 day'", "now() + interval '2 days'", Different),
    ("timestamptz", "now() + interval '1 day'", "now() + interval '24 hours'", Different),
    ("timestamptz", "now() + interval '7 days'", "now() + interval '1 week'", Same),
    ("date", "CURRENT_DATE", "current_date", Same),
    ("date", "CURRENT_DATE", "now()", Different),
    ("uuid", "gen_random_uuid()", "public.gen_random_uuid()", SameMeaning),
    ("uuid", "gen_random_uuid()", "pg_catalog.gen_random_uuid()", Same),
    ("uuid", "'00000000-0000-0000-0000-000000000000'", "'00000000-0000-0000-0000-000000000000'::uuid", Same),
    ("uuid", "'A0000000-0000-0000-0000-00000000000B'", "'a0000000-0000-0000-0000-00000000000b'", Same),
    ("text[]", "'{}'", "'{}'::text[]", Same),
    ("text[]", "'{}'", "ARRAY[]::text[]", SameMeaning),
    ("text[]", "'{a,b}'", "ARRAY['a', 'b']", SameMeaning),
    ("text[]", "'{a,b}'", "ARRAY['a'::text, 'b'::text]", SameMeaning),
    ("text[]", "'{a,b}'", "'{\"a\",\"b\"}'", Same),
    ("text[]", "'{a,b}'", "'{b,a}'", Different),
    ("text[]", "'{a}'", "'{}'", Different),
    ("integer[]", "'{1,2}'", "ARRAY[1,2]", SameMeaning),
    ("integer[]", "'{}'", "ARRAY[]::integer[]", SameMeaning),
    ("role", "'admin'", "'admin'::role", Same),
    ("role", "'admin'", "'admin'::public.role", Same),
    ("role", "'admin'", "'user'", Different),
    ("role[]", "'{admin}'", "ARRAY['admin']::role[]", SameMeaning),
    ("bigint", "nextval('seq')", "nextval('seq'::regclass)", Same),
    ("bigint", "nextval('public.seq'::regclass)", "nextval('seq'::regclass)", Same),
    ("bigint", "nextval('\"seq\"'::regclass)", "nextval('seq'::regclass)", Same),
    ("bigint", "nextval('seq')", "nextval('seq2')", Different),
    ("interval", "'1 day'", "'1 day'::interval", Same),
    ("interval", "'01:30:00'", "'90 minutes'", Same),
    ("interval", "'1 day'", "'1 month'", Different),
    ("text", "lower('A')", "LOWER('A'::text)", Same),
    ("text", "CURRENT_USER", "SESSION_USER", Different),
    ("text", "'a' || 'b'", "('a'::text || 'b'::text)", Same),
    ("text", "'a' || 'b'", "'ab'", Different),
    ("text", "('x'::text)", "'x'", Same),
    ("bit(3)", "B'101'", "'101'", Same),
];

/// Two conditions on the table.
const CHECKS: &[(&str, &str, Verdict)] = &[
    ("i > 0", "(i > 0)", Same),
    ("i > 0", "((i) > (0))", Same),
    ("i > 0", "i >= 0", Different),
    ("i > 0", "tt.i > 0", Same),
    ("i > 0", "\"i\" > 0", Same),
    ("i > 0", "0 < i", Different),
    ("i != 0", "i <> 0", Same),
    ("n > 0", "n > 0::numeric", Same),
    ("n > 0", "(n > (0)::numeric)", Same),
    ("n > 0", "n > '0'::numeric", SameMeaning),
    ("n > 0", "n > 1", Different),
    ("i > 0.5", "(i)::numeric > 0.5", Same),
    ("big > 0", "big > (0)::bigint", SameMeaning),
    ("f > 0", "f > (0)::double precision", Same),
    ("s = 'x'", "s = 'x'::text", Same),
    ("s = 'x'", "(s = 'x'::text)", Same),
    ("s = 'x'", "s = 'y'", Different),
    ("s = 'x'", "v = 'x'", Different),
    ("v = 'x'", "(v)::text = 'x'::text", Same),
    ("v = 'x'", "v::text = 'x'", Same),
    (
        "v IN ('a', 'b')",
        "(v)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])",
        SameMeaning,
    ),
    (
        "v IN ('a', 'b')",
        "((v)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text]))",
        SameMeaning,
    ),
    ("v IN ('a', 'b')", "v = ANY (ARRAY['a', 'b'])", SameMeaning),
    ("s IN ('a', 'b')", "s = ANY (ARRAY['a'::text, 'b'::text])", Same),
    ("s IN ('a', 'b')", "s = ANY ('{a,b}'::text[])", SameMeaning),
    ("s IN ('a', 'b')", "s IN ('b', 'a')", Different),
    ("s IN ('a', 'b')", "s IN ('a')", Different),
    ("s IN ('a', 'b')", "s NOT IN ('a', 'b')", Different),
    ("s IN ('a')", "s = 'a'", Same),
    ("s NOT IN ('a', 'b')", "s <> ALL (ARRAY['a'::text, 'b'::text])", Same),
    ("i IN (1, 2)", "i = ANY (ARRAY[1, 2])", Same),
    ("e = 'admin'", "e = 'admin'::role", Same),
    ("e = 'admin'", "e = 'admin'::public.role", Same),
    ("e = 'admin'", "e::text = 'admin'", SameMeaning),
    ("e IN ('admin', 'user')", "e = ANY (ARRAY['admin'::role, 'user'::role])", Same),
    ("e IN ('admin', 'user')", "e::text IN ('admin', 'user')", SameMeaning),
    ("e > 'admin'", "e::text > 'admin'", Different),
    ("i BETWEEN 1 AND 5", "i >= 1 AND i <= 5", Same),
    ("i BETWEEN 1 AND 5", "((i >= 1) AND (i <= 5))", Same),
    ("i BETWEEN 1 AND 5", "i > 1 AND i < 5", Different),
    ("i NOT BETWEEN 1 AND 5", "i < 1 OR i > 5", Same),
    ("n BETWEEN 0 AND 100", "(n >= (0)::numeric) AND (n <= (100)::numeric)", Same),
    ("s LIKE 'a%'", "s ~~ 'a%'::text", Same),
    ("s NOT LIKE 'a%'", "s !~~ 'a%'", Same),
    ("s ILIKE 'a%'", "s ~~* 'a%'", Same),
    ("s LIKE 'a%'", "s ILIKE 'a%'", Different),
    ("s ~ '^[a-z]+$'", "(s ~ '^[a-z]+$'::text)", Same),
    ("s ~ '^[a-z]+$'", "s ~* '^[a-z]+$'", Different),
    ("v ~ '^x'", "(v)::text ~ '^x'::text", Same),
    ("i > 0 AND n > 0 AND b", "((i > 0) AND (n > (0)::numeric) AND b)", Same),
    ("(i > 0 AND n > 0) AND b", "i > 0 AND n > 0 AND b", Same),
    ("i > 0 AND (n > 0 AND b)", "i > 0 AND n > 0 AND b", SameMeaning),
    ("i > 0 AND n > 0", "n > 0 AND i > 0", Different),
    ("i > 0 AND n > 0", "i > 0 OR n > 0", Different),
    ("i > 0 OR n > 0 AND b", "i > 0 OR (n > 0 AND b)", Same),
    ("(i > 0 OR n > 0) AND b", "i > 0 OR (n > 0 AND b)", Different),
    ("NOT b", "(NOT b)", Same),
    ("b", "b = true", Different),
    ("b IS TRUE", "b is true", Same),
    ("b IS NOT TRUE", "b IS FALSE", Different),
    ("s IS NULL", "s is null", Same),
    ("s IS NULL", "s IS NOT NULL", Different),
    ("s IS NOT NULL", "NOT s IS NULL", Different),
    ("s IS DISTINCT FROM 'a'", "s IS DISTINCT FROM 'a'::text", Same),
    ("length(s) > 0", "LENGTH(s) > 0", Same),
    ("length(s) > 0", "(length(s) > 0)", Same),
    ("length(v) > 0", "length((v)::text) > 0", Same),
    ("length(v) > 0", "char_length(v) > 0", Different),
    ("lower(v) = v", "lower((v)::text) = (v)::text", Same),
    ("trim(s) <> ''", "btrim(s) <> ''", SameMeaning),
    ("trim(s) <> ''", "(TRIM(BOTH FROM s) <> ''::text)", Same),
    ("j ? 'a'", "(j ? 'a'::text)", Same),
    ("j ->> 'a' = 'b'", "((j ->> 'a'::text) = 'b'::text)", Same),
    ("j ->> 'a' IS NOT NULL", "(j ->> 'b') IS NOT NULL", Different),
    ("j -> '1' IS NULL", "j -> 1 IS NULL", Different),
    ("j @> '{\"a\": 1}'", "j @> '{\"a\":1}'::jsonb", Same),
    ("jsonb_typeof(j) = 'object'", "(jsonb_typeof(j) = 'object'::text)", Same),
    ("ts > now()", "(ts > now())", Same),
    ("ts > now()", "ts > CURRENT_TIMESTAMP", SameMeaning),
    ("ts > now() - interval '1 day'", "(ts > (now() - '1 day'::interval))", Same),
    ("ts > '2020-01-01'", "ts > '2021-01-01'", Different),
    ("d > '2020-01-01'", "d > '2020-01-01'::date", Same),
    ("t::date > d", "(t)::date > d", Same),
    ("u <> '00000000-0000-0000-0000-000000000000'", "u <> '00000000-0000-0000-0000-000000000000'::uuid", Same),
    ("cardinality(a) > 0", "(cardinality(a) > 0)", Same),
    ("array_length(a, 1) > 0", "array_length(a, 1) > 1", Different),
    ("a <@ ARRAY['x', 'y']", "(a <@ ARRAY['x'::text, 'y'::text])", Same),
    ("a @> '{x}'", "a @> ARRAY['x']", SameMeaning),
    ("'x' = ANY (a)", "('x'::text = ANY (a))", Same),
    ("'x' = ANY (a)", "'y' = ANY (a)", Different),
    ("a[1] = 'x'", "(a[1] = 'x'::text)", Same),
    ("coalesce(s, '') <> ''", "(COALESCE(s, ''::text) <> ''::text)", Same),
    ("coalesce(v, '') <> ''", "((COALESCE(v, ''::character varying))::text <> ''::text)", Same),
    ("coalesce(i, 0) > 0", "COALESCE(i, 1) > 0", Different),
    ("CASE WHEN b THEN i > 0 ELSE true END", "CASE WHEN b THEN (i > 0) ELSE true END", Same),
    ("CASE WHEN b THEN i > 0 ELSE true END", "CASE WHEN b THEN (i > 0) ELSE false END", Different),
    ("CASE e WHEN 'admin' THEN b ELSE true END", "CASE e WHEN 'admin'::role THEN b ELSE true END", Same),
    ("(i + 1) * 2 > 4", "((i + 1) * 2) > 4", Same),
    ("(i + 1) * 2 > 4", "i + 1 * 2 > 4", Different),
    ("num_nonnulls(s, v) = 1", "num_nonnulls(s, v) = 2", Different),
    ("\"Mixed\" = 'a'", "tt.\"Mixed\" = 'a'::text", Same),
    ("greatest(i, 0) > 1", "GREATEST(i, 0) > 1", Same),
    ("greatest(i, 0) > 1", "LEAST(i, 0) > 1", Different),
    ("s = 'TRUE'", "s = 'true'", Different),
    ("s COLLATE \"C\" > 'a'", "((s COLLATE \"C\") > 'a'::text)", Same),
    ("v::varchar(5) = 'x'", "v = 'x'", Different),
    ("i::text = '1'", "i = 1", Different),
    ("i / 2 > 1", "i::numeric / 2 > 1", Different),
    ("NOT (s = 'a')", "s <> 'a'", Different),
];

fn parse_type(text: &str) -> TypeName {
    // Types that the schema defines are known with their schema, as the model has them.
    let ty = PostgreSql.parse_type(text).expect("a type");
    if ty.name == "role" { TypeName { schema: Some("public".into()), ..ty } } else { ty }
}

fn judge(a: &str, b: &str, ty: Option<&str>) -> bool {
    let file = SourceMap::default().add("x.sql", String::new());
    let span = Span::file_start(file.id);
    let columns: HashMap<&str, TypeName> = COLUMNS.iter().map(|(name, ty)| (*name, parse_type(ty))).collect();
    let ty = ty.map(parse_type);
    let [a, b] = [a, b].map(|sql| Expr::new(sql, span));
    PostgreSql.same_expression(&a, &b, ty.as_ref(), &|name: &str| columns.get(name).cloned())
}

fn cases() -> impl Iterator<Item = (Option<&'static str>, &'static str, &'static str, Verdict)> {
    let defaults = DEFAULTS.iter().map(|&(ty, a, b, verdict)| (Some(ty), a, b, verdict));
    defaults.chain(CHECKS.iter().map(|&(a, b, verdict)| (None, a, b, verdict)))
}

#[test]
fn expressions_are_compared_by_meaning() {
    let mut wrong = String::new();
    for (ty, a, b, verdict) in cases() {
        let (there, back) = (judge(a, b, ty), judge(b, a, ty));
        if there != (verdict != Different) || there != back {
            let _ = writeln!(wrong, "{} {a}  and  {b}: {verdict:?} expected", ty.unwrap_or("check"));
        }
        for one in [a, b] {
            assert!(judge(one, &format!(" ({one}) "), ty), "{one} is not the same in parentheses");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn a_server_prints_the_same_for_what_is_the_same() {
    let Some(server) = server::Server::start() else { return };
    server.create_database("expressions");
    let columns: Vec<String> = COLUMNS.iter().map(|(name, ty)| format!("\"{name}\" {ty}")).collect();
    let mut script = format!(
        "CREATE TYPE role AS ENUM ('admin', 'user'); CREATE SEQUENCE seq; CREATE SEQUENCE seq2;
         CREATE FUNCTION public.gen_random_uuid() RETURNS uuid LANGUAGE sql AS 'SELECT pg_catalog.gen_random_uuid()';
         CREATE TABLE tt ({});\n",
        columns.join(", ")
    );
    for (at, (ty, a, b, _)) in cases().enumerate() {
        let _ = match ty {
            Some(ty) => writeln!(
                script,
                "CREATE TABLE d{at} (a {ty} DEFAULT {a}, b {ty} DEFAULT {b});
                 SELECT '{at}|' || coalesce(string_agg(translate(pg_get_expr(adbin, adrelid), E'\\n', ' '), E'\\x01' ORDER BY adnum), '')
                 FROM pg_attrdef WHERE adrelid = 'd{at}'::regclass;"
            ),
            None => writeln!(
                script,
                "ALTER TABLE tt ADD CONSTRAINT c{at}a CHECK ({a}), ADD CONSTRAINT c{at}b CHECK ({b});
                 SELECT '{at}|' || string_agg(translate(pg_get_constraintdef(oid), E'\\n', ' '), E'\\x01' ORDER BY conname)
                 FROM pg_constraint WHERE conname IN ('c{at}a', 'c{at}b');"
            ),
        };
    }
    let out = server.psql("expressions", &script);
    let printed: HashMap<usize, Vec<&str>> = out
        .split('\n')
        .filter_map(|line| line.split_once('|'))
        .filter_map(|(at, texts)| Some((at.parse().ok()?, texts.split('\u{1}').collect())))
        .collect();
    let mut wrong = String::new();
    for (at, (ty, a, b, verdict)) in cases().enumerate() {
        let texts = printed.get(&at).cloned().unwrap_or_default();
        let is_same = texts.len() == 2 && texts[0] == texts[1];
        if texts.len() != 2 && (a != "NULL") || is_same != (verdict == Same) {
            let _ = writeln!(
                wrong,
                "{} {a}  and  {b}: {verdict:?} expected, the server has {texts:?}",
                ty.unwrap_or("check")
            );
        }
    }
    let errors: Vec<&str> = out.lines().filter(|line| line.starts_with("ERROR")).collect();
    assert!(wrong.is_empty() && errors.is_empty(), "\n{wrong}{errors:#?}");
}
