//! Text in, statements out.

use super::*;
use crate::ddl::{Op, Statement};
use crate::migrations::Splitting;
use crate::source::{SourceMap, Span};
use crate::threads::on_large_stack;

fn parse(text: &str, splitting: Splitting) -> (std::sync::Arc<crate::source::SourceFile>, Vec<Parsed>) {
    let map = SourceMap::default();
    let file = map.add("m.sql", text.to_owned());
    let whole = Span::new(file.id, 0, file.text.len());
    let parsed = parse_section(&file, whole, splitting);
    (file, parsed)
}

/// Each statement's text, or `! message @ token` for a syntax error.
fn cut(text: &str, splitting: Splitting) -> Vec<String> {
    let (file, parsed) = parse(text, splitting);
    parsed
        .iter()
        .map(|p| match p {
            Parsed::Statement(s) => file.slice(s.span).to_owned(),
            Parsed::Error(e) => format!("! {} @ {}", e.message, file.slice(e.span)),
        })
        .collect()
}

#[test]
fn statements_are_cut() {
    let check = |text: &str, expect: &[&str]| assert_eq!(cut(text, Splitting::Server), expect, "{text}");
    check("-- a\nSELECT 1 /* b */ ; ;\n/* c */ SELECT 2 -- d\n", &["SELECT 1", "SELECT 2"]);
    check("\u{feff}SELECT 1;\r\nSELECT 2;\r\n", &["SELECT 1", "SELECT 2"]);
    check("SELEC 1; SELECT 2", &["! syntax error at or near \"SELEC\" @ SELEC", "SELECT 2"]);
    check("CREATE TABLE t (a int,, b int)", &["! syntax error at or near \",\" @ ,"]);
    check("SELECT (1", &["! syntax error at end of input @ 1"]);
    check("SELECT 1; /* open", &["SELECT 1", "! unterminated /* comment at or near \"/* open\" @ /*"]);
    check("SELECT 1;\nSELECT 'open", &["SELECT 1", "! unterminated quoted string at or near \"'open\" @ 'o"]);
    check("", &[]);
    check(
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END; X",
        &[
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END",
            "! syntax error at or near \"X\" @ X",
        ],
    );
}

#[test]
fn a_bad_token_is_placed_among_equal_ones() {
    let text = "CREATE TABLE t (a int, b int c, d int);";
    let (_, parsed) = parse(text, Splitting::Server);
    let Parsed::Error(error) = &parsed[0] else { panic!("expected an error") };
    assert_eq!(error.span.start, 29);
    let (file, parsed) = parse("SELECT a FROM FROM t", Splitting::Server);
    let Parsed::Error(error) = &parsed[0] else { panic!("expected an error") };
    assert_eq!((file.slice(error.span), error.span.start), ("FROM", 14));
}

#[test]
fn drizzle_breakpoints() {
    let check = |text: &str, expect: &[&str]| assert_eq!(cut(text, Splitting::DrizzleBreakpoints), expect, "{text}");
    check("SELECT 1;\n--> statement-breakpoint\nSELECT 2;", &["SELECT 1", "SELECT 2"]);
    check("SELECT 1\n--> statement-breakpoint\nSELECT 2", &["SELECT 1", "SELECT 2"]);
    check(
        "SELECT 'a --> statement-breakpoint b';",
        &[
            "! unterminated quoted string at or near \"'a \" @ 'a",
            "! unterminated bit string literal at or near \"b';\" @ b'",
        ],
    );
}

#[test]
fn psql_lines_and_data() {
    let text = "\\connect db\nCOPY t (a) FROM stdin;\n1\t; SELECT\n\\.\nSELECT 1;\n\\i more.sql\n";
    assert_eq!(cut(text, Splitting::Psql), ["\\connect db", "COPY t (a) FROM stdin", "SELECT 1", "\\i more.sql"]);
    let (_, parsed) = parse(text, Splitting::Psql);
    let ops: Vec<&Op> = parsed
        .iter()
        .filter_map(|p| match p {
            Parsed::Statement(s) => Some(&s.op),
            Parsed::Error(_) => None,
        })
        .collect();
    assert!(matches!(ops[..], [Op::Opaque { .. }, Op::Write(_), Op::Select { .. }, Op::Opaque { .. }]));
}

#[test]
fn psql_ends_statements_in_its_own_ways() {
    let check = |text: &str, expect: &[&str]| assert_eq!(cut(text, Splitting::Psql), expect, "{text}");
    check("SELECT 1 \\; SELECT 2;\nSELECT 3;", &["SELECT 1", "SELECT 2", "SELECT 3"]);
    check("SELECT 1 AS a \\gset\nSELECT 2;", &["SELECT 1 AS a", "\\gset", "SELECT 2"]);
    check("SELECT 1;\n** no SQL\n\\p\n\\r\nSELECT 2;", &["SELECT 1", "\\p", "\\r", "SELECT 2"]);
    check("\\pset null x \\\\ SELECT 1;\nSELECT 2;", &["\\pset null x", "SELECT 1", "SELECT 2"]);
    check("SELECT 1;\n\\q\nSELECT 2;", &["SELECT 1", "\\q"]);
    check("\\if :x\n\\q\n\\endif\nSELECT 2;", &["\\if :x", "\\q", "\\endif", "SELECT 2"]);
}

#[test]
fn psql_variables_are_values_that_nobody_knows() {
    let ops = |text: &str| {
        let parsed = parse(text, Splitting::Psql).1;
        let word = |p: &Parsed| match p {
            Parsed::Statement(Statement { op: Op::Write(_), .. }) => "write".to_owned(),
            Parsed::Statement(Statement { op: Op::Opaque { what, why }, .. }) => format!("{what}: {why}"),
            Parsed::Statement(_) => "other".to_owned(),
            Parsed::Error(error) => error.message.clone(),
        };
        parsed.iter().map(word).collect::<Vec<_>>()
    };
    let unknown = |name: &str| format!("CREATE: psql puts in the value of its variable `{name}`, which is not known");
    assert_eq!(ops("COPY t FROM :'file'; SELECT a[1:2], 1::int;"), ["write", "other"]);
    assert_eq!(ops("CREATE ROLE :who; CREATE SCHEMA :\"s\";"), [unknown("who"), unknown("s")]);
    assert_eq!(ops("SELECT : 1;"), ["syntax error at or near \":\""]);
    // What ends a command does not end it within quotes, nor one that takes its whole line.
    assert_eq!(ops("\\copy t from program 'sed s/\\\\/x/'\n\\echo 'a\\\\b'\nSELECT 1;"), ["other", "other", "other"]);
}

#[test]
fn psql_sends_one_branch_of_a_condition() {
    let kinds = |text: &str| {
        let parsed = parse(text, Splitting::Psql).1;
        let word = |p: &Parsed| match p {
            Parsed::Statement(Statement { op: Op::Opaque { what, .. }, .. }) => what.clone(),
            Parsed::Statement(_) => "known".to_owned(),
            Parsed::Error(error) => error.message.clone(),
        };
        parsed.iter().map(word).collect::<Vec<_>>()
    };
    let script = "\\if :x\nSELECT 1;\n\\else\nnot okay;\n\\endif\nSELECT 2;\nnor this;";
    let error = "syntax error at or near \"nor\"";
    assert_eq!(kinds(script), ["\\if", "known", "\\else", "statement", "\\endif", "known", error]);
    let part = "SELECT 1 +\n\\if :x\n42\n\\else\n(43\n\\endif\n+ 1;";
    assert_eq!(kinds(part), ["statement", "\\if", "statement", "\\else", "statement", "\\endif", "statement"]);
}

#[test]
fn templates_are_filled_in_by_somebody_else() {
    let ops = |text: &str| {
        let parsed = parse(text, Splitting::Server).1;
        let word = |p: &Parsed| match p {
            Parsed::Statement(Statement { op: Op::Opaque { why, .. }, .. }) => why.clone(),
            Parsed::Statement(_) => "known".to_owned(),
            Parsed::Error(error) => error.message.clone(),
        };
        parsed.iter().map(word).collect::<Vec<_>>()
    };
    let unknown = "a template puts in the value of `{{ .Schema }}`, which is not known";
    assert_eq!(
        ops("CREATE TABLE {{ .Schema }}.t (a int); CREATE TABLE u (a int[] DEFAULT '{{1}}');"),
        [unknown, "known"]
    );
    assert_eq!(ops("DO $$ BEGIN ALTER TABLE {{ .Schema }}.t ADD b int; END $$;"), [unknown]);
    assert_eq!(ops("DO $a$ BEGIN PERFORM '{{1}}'; END $a$;"), ["known"]);
    // openremote: a variable of Flyway's without a value.
    let variable = "a template puts in the value of `${schemaName}`, which is not known";
    assert_eq!(ops("CREATE INDEX i ON ${schemaName}.t (a); SELECT '${x}';"), [variable, "known"]);
    // Whatever names are filled in, rows and roles are no objects of a schema.
    assert_eq!(
        ops("INSERT INTO ${schema}.t (a, b) VALUES (nextval('${schema}.s'), now()); GRANT SELECT ON t TO ${reader}; \
             CREATE USER ${reader}; DELETE FROM ${schema}.t;"),
        ["known", "known", "known", "known"]
    );
    let function = "a template puts in the value of `${schema}`, which is not known";
    assert_eq!(ops("INSERT INTO ${schema}.t SELECT ${schema}.make();"), [function]);
    // A mail's template in a literal is data.
    assert_eq!(ops("DO $$ BEGIN INSERT INTO mails VALUES ('<a href=\"{{ .ConfirmationURL }}\">'); END $$;"), ["known"]);
    assert_eq!(ops("CREATE TABEL t (a text DEFAULT '{{ x }}');"), ["syntax error at or near \"TABEL\""]);
}

#[test]
fn a_long_text_is_parsed_in_parts_alike() {
    let short = "SELECT 1;\n-- c\nCREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2);\n";
    let long = short.repeat(8_000);
    let parts = cut(&long, Splitting::Server);
    assert_eq!(parts.len(), 16_000);
    assert_eq!(parts[14_000..14_002], cut(short, Splitting::Server));
    let broken = cut(&format!("{long}SELEC 1;\nSELECT 2;"), Splitting::Server);
    assert_eq!(broken[16_000..], ["! syntax error at or near \"SELEC\" @ SELEC", "SELECT 2"]);
}

#[test]
fn a_baseline_in_a_comment() {
    let map = SourceMap::default();
    let check = |path: &str, text: &str, expect: Option<&str>| {
        let file = map.add(path, text.to_owned());
        let span = commented_baseline(&file, Span::new(file.id, 0, text.len()));
        assert_eq!(span.map(|s| file.slice(s)), expect);
    };
    check("a", "-- see docs\n/*\nCREATE TABLE t (a int);\n*/\n", Some("\nCREATE TABLE t (a int);\n"));
    check("b", "/* words only */", None);
    check("c", "/* a; */ SELECT 1;", None);
    check("d", "/* CREATE TABLE t (a int);", Some(" CREATE TABLE t (a int);"));
}

#[test]
fn odd_input_is_an_error_not_a_panic() {
    for text in ["\0", "SELECT '\0'", "$$", "\\", "'", "\"", "/*", "é", "U&\"", "E'\\", "$é$", "--", ";;;"] {
        for splitting in [Splitting::Server, Splitting::Psql, Splitting::DrizzleBreakpoints] {
            let (file, parsed) = parse(text, splitting);
            assert!(parsed.iter().all(|p| p.span().end as usize <= file.text.len()));
        }
    }
    let long = format!("CREATE TABLE {}é{} (a int)", "a".repeat(62), "b".repeat(9));
    let (_, parsed) = parse(&long, Splitting::Server);
    let Parsed::Statement(statement) = &parsed[0] else { panic!("{parsed:?}") };
    let Op::CreateTable(table) = &statement.op else { panic!("a table") };
    assert_eq!(table.name.name, "a".repeat(62));
}

#[test]
fn deep_nesting_ends_with_a_result() {
    let deep = format!("SELECT {}1{};", "(".repeat(3000), ")".repeat(3000));
    let chain = format!("SELECT {};", vec!["1"; 3000].join(" + "));
    for text in [deep, chain] {
        let parsed = on_large_stack(|| parse(&text, Splitting::Server).1);
        assert_eq!(parsed.len(), 1);
    }
}

#[test]
fn types_are_the_servers() {
    use crate::dialect::Dialect;
    let check = |text: &str, expect: &str| {
        let ty = PostgreSql.parse_type(text);
        assert_eq!(ty.map(|t| t.to_string()), Some(expect.to_owned()), "{text}");
    };
    check("int4", "integer");
    check("int", "integer");
    check("decimal(10)", "numeric(10,0)");
    check("numeric(10, 2)", "numeric(10,2)");
    check("numeric(5,-2)", "numeric(5,-2)");
    check("varchar", "character varying");
    check("varchar(20)[]", "character varying(20)[]");
    check("char", "character(1)");
    check("bpchar", "bpchar");
    check("\"char\"", "\"char\"");
    check("timestamptz(3)", "timestamp(3) with time zone");
    check("timestamp", "timestamp without time zone");
    check("time(9)", "time(6) without time zone");
    check("float(24)", "real");
    check("float(25)", "double precision");
    check("bit", "bit(1)");
    check("bit varying(4)", "bit varying(4)");
    check("interval day to second(3)", "interval day to second(3)");
    check("interval(2)", "interval(2)");
    check("interval year", "interval year");
    check("_text", "text[]");
    check("int[][]", "integer[]");
    check("pg_catalog.int8", "bigint");
    check("geometry(Point, 4326)", "geometry(point,4326)");
    check("vector(3)", "vector(3)");
    check("auth.\"Role\"", "auth.Role");
    assert_eq!(PostgreSql.parse_type("serial"), None);
    assert_eq!(PostgreSql.parse_type("integer integer"), None);
}

#[test]
fn expressions_are_printed() {
    let check = |sql: &str, expect: &str| {
        let (_, parsed) = parse(&format!("ALTER TABLE t ADD CHECK ({sql})"), Splitting::Server);
        let Some(Parsed::Statement(statement)) = parsed.first() else { panic!("{parsed:?}") };
        let Op::AlterTable { actions, .. } = &statement.op else { panic!("{statement:?}") };
        let [crate::ddl::AlterAction::AddConstraint(constraint)] = actions.as_slice() else { panic!("{actions:?}") };
        let crate::ddl::ConstraintKind::Check { expr, .. } = &constraint.kind else { panic!("{constraint:?}") };
        assert_eq!(expr.sql, expect);
        // Printing is stable.
        let again = format!("SELECT {}", expr.sql);
        assert!(pg_query::parse(&again, 0).is_ok(), "{again}");
    };
    check("a > 0 and (b or not c)", "a > 0 AND (b OR NOT c)");
    check("a in (1,2) or a not in (3)", "a IN (1, 2) OR a NOT IN (3)");
    check("a between 1 and 2 + 3", "a BETWEEN 1 AND 2 + 3");
    check("a like 'x%' escape '!'", "a LIKE 'x%' ESCAPE '!'");
    check("a similar to 'x'", "a SIMILAR TO 'x'");
    check("(a - b) - c", "(a - b) - c");
    check("a - (b - c)", "a - (b - c)");
    check("-1::int", "-(1::integer)");
    check("(-1)::int", "(-1)::integer");
    check("cast('x' as \"Role\")", "'x'::\"Role\"");
    check("a = any (array['x'::text])", "a = ANY (ARRAY['x'::text])");
    check("now() at time zone 'utc'", "now() AT TIME ZONE 'utc'");
    check("extract(epoch from a)", "EXTRACT(epoch FROM a)");
    check("case when a then 1 else 2 end = 1", "CASE WHEN a THEN 1 ELSE 2 END = 1");
    check("a is not null and b is distinct from c", "a IS NOT NULL AND b IS DISTINCT FROM c");
    check("(a).b[1] = a[2:3]", "(a).b[1] = a[2:3]");
    check("coalesce(a, current_timestamp(3))", "COALESCE(a, CURRENT_TIMESTAMP(3))");
    check("exists (select 1 from t where t.x = a)", "EXISTS (SELECT 1 FROM t WHERE t.x = a)");
    check("a not in (select b from c)", "NOT a IN (SELECT b FROM c)");
    check("a collate \"C\" < 'b'", "a COLLATE \"C\" < 'b'");
    check("a operator(public.=) b", "a OPERATOR(public.=) b");
    check("interval '1 day' * 2", "'1 day'::interval * 2");
    check("x'1F' = b'1'", "X'1F' = B'1'");
    check("trim(both from a) = substring(a from 2 for 1)", "TRIM(BOTH FROM a) = SUBSTRING(a FROM 2 FOR 1)");
    check("\"select\" = \"A\"", "\"select\" = \"A\"");
    check("a is json", "a IS JSON");
    check("count(*) filter (where a) > 0", "count(*) FILTER (WHERE a) > 0");
    check("f(variadic a)", "f(VARIADIC a)");
    check("(a, b) = row(1)", "(a, b) = ROW(1)");
}
