//! SQL in, value out.

use super::*;

/// Two tables of a made-up catalog, one of which is not wholly known.
struct World;

impl Environment for World {
    fn variable(&self, name: &str) -> Option<Answer> {
        match name {
            "n" => Some(Ok(Value::Int(3))),
            "r" => Some(Ok(Value::Record(vec![("a".into(), Value::text("x"))]))),
            "u" => Some(Err(Stop::unknown("u is open"))),
            "$1" => Some(Ok(Value::text("one"))),
            _ => None,
        }
    }

    fn rows(&self, _: Option<&str>, relation: &str, _: &Filter) -> Option<Answer<Rows>> {
        let table = |name: &str| Value::Object(Object::new(ObjectClass::Relation, "public", name));
        let mut rows;
        match relation {
            "pg_class" => {
                rows = Rows::new(&["oid", "relname", "relkind"]);
                for name in ["users", "Posts"] {
                    rows.rows.push(Row::new(vec![table(name), Value::text(name), Value::text("r")]));
                }
            }
            "pg_attribute" => {
                rows = Rows::new(&["attrelid", "attname", "attnum"]);
                for (i, (of, name)) in [("users", "id"), ("users", "email"), ("Posts", "id")].into_iter().enumerate() {
                    rows.rows.push(Row::new(vec![table(of), Value::text(name), Value::Int(i as i64)]));
                }
            }
            "half" => {
                rows = Rows::new(&["name"]);
                rows.rows.push(Row::new(vec![Value::text("known")]));
                rows.more = Some("an earlier statement is opaque".into());
            }
            _ => return None,
        }
        Some(Ok(rows))
    }

    fn lookup(&self, class: ObjectClass, _: Option<&str>, name: &str) -> Lookup {
        match name {
            "users" | "Posts" => Lookup::Found(Object { visible: true, ..Object::new(class, "public", name) }),
            _ => Lookup::Absent,
        }
    }

    fn setting(&self, name: &str) -> Option<String> {
        (name == "app.mode").then(|| "test".to_owned())
    }

    fn search_path(&self) -> Vec<String> {
        vec!["public".into()]
    }

    fn call(&mut self, _: Option<&str>, _: &str, _: &[Value], _: &[String]) -> Option<Answer> {
        None
    }
}

fn check(sql: &str, expect: &str) {
    let got = match evaluate(sql, &mut World) {
        Ok(Value::Null) => "NULL".to_owned(),
        Ok(value) => value.to_text().unwrap_or_default(),
        Err(Stop::Unknown(why)) => format!("? {why}"),
        Err(Stop::Raised { code, message }) => format!("! {code} {message}"),
    };
    assert_eq!(got, expect, "{sql}");
}

#[test]
fn constants_and_logic() {
    check("1 + 2 * 3", "7");
    check("7 / 2", "3");
    check("1 / 0", "! 22012 division by zero");
    check("NULL AND false", "false");
    check("NULL OR true", "true");
    check("NULL AND true", "NULL");
    check("u AND false", "false");
    check("u OR false", "? u is open");
    check("NOT NULL", "NULL");
    check("NULL IS NULL AND 1 IS NOT NULL", "true");
    check("1 IN (2, NULL)", "NULL");
    check("1 NOT IN (2, 3)", "true");
    check("n BETWEEN 1 AND 3", "true");
    check("'a' IS DISTINCT FROM NULL", "true");
    check("CASE WHEN n = 3 THEN 'three' ELSE u END", "three");
    check("CASE n WHEN 3 THEN 1 END", "1");
    check("COALESCE(NULL, r.a)", "x");
    check("NULLIF(1, 1) IS NULL", "true");
    check("GREATEST(1, 5, NULL)", "5");
    check("n = ANY (ARRAY[1, 3])", "true");
    check("'b' = ANY ('{a,b}')", "true");
    check("1.5 > 1", "? it reckons with fractions");
    check("'a' < 'b'", "? the order of its values is not known");
    check("'users' LIKE 'us%s' AND 'x' NOT LIKE 'y_'", "true");
    check("now() > '2020-01-01'", "? it asks for the time");
}

#[test]
fn texts() {
    check("'a' || 1 || $1", "a1one");
    check("'a' || NULL", "NULL");
    check(
        "format('ALTER TABLE %I.%I ADD %s %L', 'public', 'My T', 'x', 'it''s')",
        "ALTER TABLE public.\"My T\" ADD x 'it''s'",
    );
    check("format('%2$s %1$s %%', 'a', 'b')", "b a %");
    check("format('%s')", "! 22023 too few arguments for format()");
    check("quote_ident('user') || quote_literal('a\\b')", "\"user\"E'a\\\\b'");
    check("concat('a', NULL, 2)", "a2");
    check("concat_ws('-', 'a', NULL, 'b')", "a-b");
    check("upper(left('abc', 2)) || right('abc', -1)", "ABbc");
    check("split_part('a.b.c', '.', 2)", "b");
    check("substring('abcdef', 2, 3)", "bcd");
    check("array_to_string(ARRAY['a', NULL, 'c'], ',')", "a,c");
    check("array_length(string_to_array('a,b', ','), 1)", "2");
    check("(ARRAY['x', 'y'])[2]", "y");
    check("'12'::int + 1", "13");
    check("'x'::int", "! 22P02 invalid input syntax for type integer: \"x\"");
    check("lower(NULL)", "NULL");
}

#[test]
fn the_catalog_answers() {
    check("EXISTS (SELECT 1 FROM pg_class WHERE relname = 'users' AND relkind = 'r')", "true");
    check("NOT EXISTS (SELECT FROM pg_class WHERE relname = 'nobody')", "true");
    check("EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'email')", "true");
    check(
        "EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = 'nobody'::regclass)",
        "! 42P01 relation \"nobody\" does not exist",
    );
    check(
        "EXISTS (SELECT 1 FROM pg_attribute a JOIN pg_class c ON a.attrelid = c.oid WHERE c.relname = 'Posts' AND a.attname = 'email')",
        "false",
    );
    check(
        "(SELECT count(*) FROM pg_class c, pg_attribute a WHERE a.attrelid = c.oid AND c.relname = 'users') = 2",
        "true",
    );
    check("to_regclass('public.nobody') IS NULL", "true");
    check("to_regclass('\"Posts\"')::text", "\"Posts\"");
    check("(SELECT relname FROM pg_class WHERE oid = 'users'::regclass)", "users");
    check("(SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class)", "Posts,users");
    check("ARRAY(SELECT attname FROM pg_attribute ORDER BY attnum DESC)", "{id,email,id}");
    check("(SELECT relname FROM pg_class)", "! 21000 more than one row returned by a subquery used as an expression");
    check("'users' IN (SELECT relname FROM pg_class)", "true");
    check(
        "(WITH w AS (SELECT oid FROM pg_class WHERE relname = 'users') SELECT count(*) FROM w JOIN pg_attribute ON attrelid = w.oid)",
        "2",
    );
    check(
        "(SELECT count(*) FROM pg_class LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'email' WHERE attname IS NULL)",
        "1",
    );
    check("(SELECT max(x) FROM unnest(ARRAY[1, 4]) AS x)", "4");
    check("(SELECT count(*) FROM (VALUES (1), (2)) AS v (a) WHERE a > 1)", "1");
    check(
        "EXISTS (SELECT 1 FROM pg_class WHERE reltuples > 0)",
        "? the tables that it reads have no column or variable `reltuples` that is known here",
    );
    check("EXISTS (SELECT 1 FROM missing)", "! 42P01 relation \"missing\" does not exist");
}

#[test]
fn what_may_be_there_is_not_denied() {
    check("EXISTS (SELECT 1 FROM half WHERE name = 'known')", "true");
    check("EXISTS (SELECT 1 FROM half WHERE name = 'other')", "? an earlier statement is opaque");
    check("(SELECT count(*) FROM half)", "? an earlier statement is opaque");
    check("EXISTS (SELECT 1 FROM half WHERE name = 'other') AND false", "false");
}

#[test]
fn settings() {
    check("current_setting('app.mode')", "test");
    check("current_setting('app.other', true) IS NULL", "true");
    check("current_setting('server_version_num')::int > 1", "? the server's setting `server_version_num` is not known");
    check("current_schema()", "public");
}

#[test]
fn size_is_bounded() {
    check("length(repeat('x', 900000))", "900000");
    check("repeat('x', 600000) || repeat('x', 600000)", "? it makes a very large value");
    check("lpad('x', 2000000000, 'y')", "? the function `lpad` is not worked out here");
}

#[test]
fn depth_is_bounded() {
    let deep = format!("{}1{}", "(1 + ".repeat(2000), ")".repeat(2000));
    let answer = crate::threads::on_large_stack(|| evaluate(&deep, &mut World));
    assert_eq!(answer, Err(Stop::unknown("it is nested too deeply")));
}
