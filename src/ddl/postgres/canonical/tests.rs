use super::{canonical_expression, same_expression};
use crate::ddl::postgres::types::parse_type;
use crate::dialect::Resolver;
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

/// The relations around a table `invoices`.
struct Shop;

impl Resolver for Shop {
    fn column(&self, name: &str) -> Option<TypeName> {
        matches!(name, "id" | "customer_id").then(|| TypeName::built_in("uuid"))
    }

    fn relation(&self) -> Option<&str> {
        Some("invoices")
    }

    fn columns_of(&self, _: Option<&str>, relation: &str) -> Option<Vec<(String, Option<TypeName>)>> {
        let columns: &[(&str, &str)] = match relation {
            "customers" => &[("id", "uuid"), ("owner", "uuid"), ("role", "user_role")],
            "members" => &[("user_id", "uuid"), ("team", "text")],
            _ => return None,
        };
        Some(columns.iter().map(|(name, ty)| ((*name).to_owned(), parse_type(ty).map(|ty| ty.ty))).collect())
    }

    fn returns(&self, _: Option<&str>, function: &str, arguments: usize) -> Option<TypeName> {
        (function == "my_role" && arguments == 0).then(|| TypeName::built_in("user_role"))
    }
}

#[test]
fn queries_in_policies_compare_as_the_server_prints_them() {
    let span = Span::file_start(SourceMap::default().add("x.sql", String::new()).id);
    let same = |a: &str, b: &str| same_expression(&Expr::new(a, span), &Expr::new(b, span), None, &Shop);
    for (a, b) in [
        (
            "customer_id IN (SELECT id FROM customers WHERE owner = auth.uid())",
            "(customer_id IN ( SELECT customers.id FROM public.customers WHERE (customers.owner = auth.uid())))",
        ),
        (
            "EXISTS (SELECT 1 FROM customers c WHERE c.id = customer_id AND c.role IN ('a', 'b'))",
            "(EXISTS ( SELECT 1 FROM customers c WHERE ((c.id = invoices.customer_id) AND (c.role = ANY (ARRAY['a'::public.user_role, 'b'::public.user_role])))))",
        ),
        (
            "(SELECT role FROM customers WHERE owner = (SELECT auth.uid())) = 'a'",
            "(( SELECT customers.role FROM customers WHERE (customers.owner = ( SELECT auth.uid() AS uid))) = 'a'::user_role)",
        ),
        (
            "EXISTS (SELECT * FROM members m JOIN customers c ON c.owner = m.user_id WHERE team = 'x' ORDER BY team LIMIT 1)",
            "(EXISTS ( SELECT m.user_id, m.team, c.id, c.owner, c.role FROM (members m JOIN customers c ON ((c.owner = m.user_id))) WHERE (m.team = 'x'::text) ORDER BY m.team LIMIT 1))",
        ),
        (
            "id IN (SELECT user_id FROM members WHERE EXISTS (SELECT 1 FROM customers WHERE owner = user_id AND id = customer_id))",
            "id IN (SELECT members.user_id FROM members WHERE EXISTS (SELECT 1 FROM customers WHERE customers.owner = members.user_id AND customers.id = invoices.customer_id))",
        ),
        ("public.my_role() = 'a'", "(my_role() = 'a'::user_role)"),
        ("id = ANY (SELECT user_id FROM members)", "(id IN ( SELECT members.user_id FROM members))"),
    ] {
        assert!(same(a, b), "{a}\n{b}");
        assert!(same(b, a), "{b}\n{a}");
    }
    for (a, b) in [
        ("id IN (SELECT id FROM customers)", "id IN (SELECT owner FROM customers)"),
        ("id IN (SELECT id FROM customers)", "id IN (SELECT invoices.id FROM customers)"),
        ("id IN (SELECT user_id FROM members)", "id NOT IN (SELECT user_id FROM members)"),
        (
            "id IN (SELECT user_id FROM members WHERE team = 'a')",
            "id IN (SELECT user_id FROM members WHERE team = 'b')",
        ),
        ("id IN (SELECT user_id FROM members)", "id IN (SELECT user_id FROM public.members WHERE true)"),
        ("id IN (SELECT user_id FROM members)", "id IN (SELECT user_id FROM private.members)"),
        ("id IN (SELECT user_id FROM members)", "id IN (SELECT m.user_id FROM members m)"),
        ("id = ANY (SELECT user_id FROM members)", "id > ANY (SELECT user_id FROM members)"),
        ("EXISTS (SELECT 1 FROM members)", "EXISTS (SELECT 1 FROM members LIMIT 1)"),
    ] {
        assert!(!same(a, b), "{a}\n{b}");
    }
}
