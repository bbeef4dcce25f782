use super::{canonical_expression, same_expression};
use crate::ddl::postgres::types::parse_type;
use crate::model::{Expr, TypeName};
use crate::source::{SourceMap, Span};

fn column_type(name: &str) -> Option<TypeName> {
    let ty = match name {
        "name" => "text",
        "code" => "varchar(10)",
        "price" => "numeric(10,2)",
        "n" => "integer",
        "role" => "user_role",
        "data" => "jsonb",
        "tags" => "text[]",
        "at" => "timestamptz",
        "active" => "boolean",
        _ => return None,
    };
    parse_type(ty).map(|lowered| lowered.ty)
}

fn same(a: &str, b: &str, ty: Option<&str>) -> bool {
    let span = Span::file_start(SourceMap::default().add("x.sql", String::new()).id);
    let ty = ty.and_then(parse_type).map(|lowered| lowered.ty);
    same_expression(&Expr::new(a, span), &Expr::new(b, span), ty.as_ref(), &column_type)
}

fn check_same(ty: Option<&str>, pairs: &[(&str, &str)]) {
    for (a, b) in pairs {
        assert!(same(a, b, ty), "{a} and {b} are the same for {ty:?}");
    }
}

fn check_different(ty: Option<&str>, pairs: &[(&str, &str)]) {
    for (a, b) in pairs {
        assert!(!same(a, b, ty), "{a} and {b} differ for {ty:?}");
    }
}

#[test]
fn defaults_take_the_spelling_of_their_type() {
    check_same(
        Some("text"),
        &[("'x'", "'x'::text"), ("'x'", "('x'::character varying)::text"), ("'x'", "'x'::varchar")],
    );
    check_same(Some("varchar(10)"), &[("'x'", "'x'::character varying(10)"), ("'x'", "'x'::text")]);
    check_same(Some("integer"), &[("0", "'0'"), ("0", "'0'::integer"), ("-1", "'-1'::integer"), ("-1", "(-1)")]);
    check_same(
        Some("numeric(10,2)"),
        &[("0", "0.00"), ("'0'", "0"), ("0", "'0'::numeric"), ("0", "(0)::numeric(10,2)")],
    );
    check_same(
        Some("numeric(65,30)"),
        &[("1e3", "1000"), ("'1E3'", "1000"), ("1.5e2", "150"), ("1e-2", "0.01"), ("-2.5e-1", "-0.25"), ("0.5e1", "5")],
    );
    check_different(Some("numeric(65,30)"), &[("1e3", "100"), ("1e-2", "0.1")]);
    check_same(Some("boolean"), &[("true", "'t'"), ("TRUE", "'true'::boolean"), ("false", "'off'")]);
    check_same(Some("jsonb"), &[("'{}'", "'{}'::jsonb"), (r#"'{"b": 1, "a": [1]}'"#, r#"'{"a":[1],"b":1}'::jsonb"#)]);
    check_same(
        Some("text[]"),
        &[("'{}'", "ARRAY[]::text[]"), ("'{a,b}'", "ARRAY['a', 'b']"), ("'{\"a b\"}'::text[]", "ARRAY['a b'::text]")],
    );
    check_same(
        Some("user_role"),
        &[("'admin'", "'admin'::user_role"), ("'admin'", "'admin'::\"public\".\"user_role\"")],
    );
    check_same(Some("timestamptz"), &[("now()", "CURRENT_TIMESTAMP"), ("NOW()", "transaction_timestamp()")]);
    check_same(
        Some("interval"),
        &[("'7 days'", "'7 days'::interval"), ("'1 hour'::interval", "'01:00:00'"), ("interval '1 week'", "'7 days'")],
    );
    check_same(
        Some("bigint"),
        &[
            ("nextval('t_id_seq')", "nextval('public.t_id_seq'::regclass)"),
            ("nextval('\"T_id_seq\"')", "nextval('public.\"T_id_seq\"'::regclass)"),
        ],
    );
}

#[test]
fn defaults_that_differ() {
    check_different(Some("text"), &[("'x'", "'y'"), ("'X'", "'x'"), ("''", "' '")]);
    check_different(Some("integer"), &[("0", "1"), ("1", "-1")]);
    check_different(Some("boolean"), &[("true", "false")]);
    check_different(Some("jsonb"), &[("'{}'", "'[]'"), ("'[1,2]'", "'[2,1]'")]);
    check_different(Some("text[]"), &[("'{}'", "'{a}'"), ("'{a,b}'", "'{b,a}'")]);
    check_different(Some("uuid"), &[("gen_random_uuid()", "uuid_generate_v4()")]);
    check_different(Some("interval"), &[("'1 month'", "'30 days'")]);
    check_different(Some("timestamptz"), &[("now()", "clock_timestamp()"), ("now()", "CURRENT_TIMESTAMP(3)")]);
}

#[test]
fn checks_compare_by_meaning() {
    check_same(
        None,
        &[
            ("price > 0", "((price > (0)::numeric))"),
            ("\"t\".\"price\" >= 0", "price >= 0"),
            (
                "code IN ('a', 'b')",
                "((code)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            ),
            ("code IN ('a', 'b')", "code = ANY (ARRAY['a'::text, 'b'::text])"),
            ("name NOT IN ('a', 'b')", "name <> ALL (ARRAY['a'::text, 'b'::text])"),
            ("role IN ('a', 'b')", "role = ANY (ARRAY['a'::user_role, 'b'::user_role])"),
            ("n BETWEEN 1 AND 5", "((n >= 1) AND (n <= 5))"),
            ("name LIKE 'a%'", "name ~~ 'a%'::text"),
            ("code <> ''", "(code)::text <> ''::text"),
            ("a AND (b AND c)", "(a AND b) AND c"),
            ("length(code) > 2", "(length((code)::text) > 2)"),
            ("n != 1", "n <> 1"),
            ("active IS TRUE AND at IS NOT NULL", "((active IS TRUE) AND (at IS NOT NULL))"),
            ("coalesce(code, 'x') = 'x'", "((COALESCE(code, 'x'::character varying))::text = 'x'::text)"),
        ],
    );
    check_different(
        None,
        &[
            ("price > 0", "price >= 0"),
            ("code IN ('a', 'b')", "code IN ('b', 'a')"),
            ("a AND b", "a OR b"),
            ("a AND b", "b AND a"),
            ("role::text = 'a'", "role = 'a'"),
            ("name = 'A'", "name = 'a'"),
            ("n > 1", "price > 1"),
        ],
    );
}

#[test]
fn text_that_is_no_expression_is_only_like_itself() {
    check_same(None, &[("a +", "a +")]);
    let span = Span::file_start(SourceMap::default().add("x.sql", String::new()).id);
    assert_eq!(canonical_expression(&Expr::new("a +", span), None, &column_type), "a +");
}
