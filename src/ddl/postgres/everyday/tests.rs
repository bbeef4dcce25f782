use proptest::prelude::*;

use super::{Piece, pieces};
use crate::ddl::postgres::lexer::Tokens;
use crate::ddl::postgres::parse::{Parsed, Source, by_the_grammar};
use crate::ddl::postgres::types::{LoweredType, type_by_the_grammar};
use crate::source::{FileId, SourceMap};

/// Statements as the grammar and `lower` make them; `None` where it refuses the text.
fn grammar(source: Source<'_>) -> Option<Vec<Parsed>> {
    by_the_grammar(source).ok()
}

fn file() -> FileId {
    let sources = SourceMap::default();
    sources.add("t.sql", String::new()).id
}

/// Each statement is read here, and as the grammar would have it.
#[track_caller]
fn check(text: &str) {
    let source = Source { file: file(), base: 0, text, fixed: None };
    let read: Vec<Parsed> = pieces(source, 0)
        .expect("the scanner takes it")
        .into_iter()
        .map(|piece| match piece {
            Piece::Read(parsed) => parsed,
            Piece::Rest(range) => panic!("left to the grammar: {}", &text[range]),
        })
        .collect();
    assert_eq!(Some(read), grammar(source), "{text}");
}

/// Nothing of the text is read here.
#[track_caller]
fn leaves(text: &str) {
    let source = Source { file: file(), base: 0, text, fixed: None };
    if let Some(pieces) = pieces(source, 0) {
        for piece in pieces {
            if let Piece::Read(parsed) = piece {
                panic!("read: {parsed:?}");
            }
        }
    }
}

#[test]
fn types_are_as_the_grammar_has_them() {
    let types = [
        "integer",
        "INT",
        "bigint",
        "serial",
        "bigserial",
        "varchar",
        "varchar(255)",
        "character varying(3)",
        "char",
        "character(3)",
        "\"char\"",
        "numeric",
        "numeric(10, 2)",
        "decimal(7)",
        "numeric(10,2)[]",
        "timestamp",
        "timestamp (3) with time zone",
        "timestamptz",
        "time",
        "time(3) without time zone",
        "double precision",
        "real",
        "boolean",
        "uuid",
        "jsonb",
        "json",
        "text[]",
        "text[][3]",
        "interval",
        "vector(1536)",
        "geometry(Point, 4326)",
        "\"public\".\"mood\"",
        "public.mood[]",
        "\"Mood\"",
        "pg_catalog.int4",
        "bit(3)",
        "bit varying",
        "interval day",
        "interval(3)",
        "float(3)",
        "float",
        "int4",
        "_text",
        "name",
        "national character(3)",
        "setof text",
        "t.c%TYPE",
        "text array",
        "text array[3]",
        "varchar(0)",
        "int(3)",
        "integer integer",
        "text;",
        "text -- x",
        "\"\"",
        "text collate \"C\"",
        "text not null",
        "interval not null",
        "user",
        "select",
        "a.b.c",
        "xml",
        "bytea",
        "numeric()",
        "numeric(-1)",
        "text)",
        "(text)",
        "",
        "text::int",
        "text[1:2]",
        "timestamp with",
        "text\0",
    ];
    for text in types {
        let plain = |lowered: LoweredType| (lowered.ty, lowered.serial, lowered.copied_from);
        if let Some(read) = super::type_of(text) {
            assert_eq!(Some(plain(read)), type_by_the_grammar(text).map(plain), "{text}");
        }
    }
    for text in
        ["integer", "varchar(255)", "numeric(10, 2)", "timestamp with time zone", "\"public\".\"mood\"", "text[]"]
    {
        assert!(super::type_of(text).is_some(), "left to the grammar: {text}");
    }
}

const STATEMENTS: &[&str] = &[
    r#"CREATE TABLE "users" ("id" serial PRIMARY KEY NOT NULL, "Name" varchar(255) DEFAULT 'it''s' NOT NULL);"#,
    "create table if not exists a.b (c int, d bigint null, e text unique nulls not distinct, /* x */ f uuid -- y\n)",
    r#"CREATE TABLE "t" ("a" numeric(10, 2)[] DEFAULT '{}'::numeric(10,2)[], "b" timestamp (3) with time zone DEFAULT now(), "c" double precision, "d" char, "e" character(3), "f" "public"."mood" DEFAULT 'ok'::"public"."mood", "g" time without time zone, "h" json, "i" interval NOT NULL, "j" vector(1536), "k" geometry(Point, 4326), "l" decimal(7), "m" character varying, "n" "char", "o" integer[][3], "p" "timestamp", "q" int4, "r" _text, "s" real, "u" boolean DEFAULT TRUE, "v" smallint DEFAULT 1, "w" numeric DEFAULT 1.50);"#,
    r#"CREATE TABLE "t" ("a" integer, "b" integer, CONSTRAINT "pk" PRIMARY KEY("a","b"), UNIQUE ("b"), CONSTRAINT u UNIQUE NULLS NOT DISTINCT("a"), FOREIGN KEY (a) REFERENCES other, CONSTRAINT "fk" FOREIGN KEY ("b") REFERENCES "s"."o"("id") ON UPDATE RESTRICT ON DELETE SET DEFAULT NOT VALID);"#,
    r#"CREATE TABLE t (a int CONSTRAINT x PRIMARY KEY, b int REFERENCES u (id) ON DELETE cascade NOT NULL DEFAULT (0), c text CONSTRAINT y UNIQUE)"#,
    r#"CREATE TABLE t (a text DEFAULT nextval('s'::regclass), b text[] DEFAULT ARRAY['a', 'b']::TEXT[], c text[] DEFAULT ARRAY[]::TEXT[], d timestamp DEFAULT CURRENT_TIMESTAMP, e timestamptz DEFAULT timezone('utc', now()), f text DEFAULT (('x')::text), g text DEFAULT 'a'::character varying(3)::text, h text DEFAULT NULL, i text DEFAULT "f"(), j bytea DEFAULT gen_random_bytes(16))"#,
    r#"ALTER TABLE "orders" ADD CONSTRAINT "orders_parent_id_orders_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."orders"("id") ON DELETE cascade ON UPDATE no action;"#,
    r#"ALTER TABLE "a" ADD COLUMN "q" integer DEFAULT 1 NOT NULL, DROP COLUMN "r" CASCADE, ALTER COLUMN "s" SET NOT NULL, ALTER COLUMN "t" DROP DEFAULT, ALTER COLUMN u SET DEFAULT 'x', ALTER COLUMN v DROP NOT NULL, DROP CONSTRAINT IF EXISTS "w";"#,
    r#"ALTER TABLE IF EXISTS ONLY public.a ADD COLUMN IF NOT EXISTS b text;"#,
    r#"ALTER TABLE "a" ALTER COLUMN "b" SET DATA TYPE "public"."c" USING "b"::text::"public"."c";"#,
    r#"ALTER TABLE a ALTER COLUMN b TYPE varchar(20) USING lower(b), ALTER COLUMN c TYPE int;"#,
    r#"ALTER TABLE "a" ENABLE ROW LEVEL SECURITY; ALTER TABLE a DISABLE ROW LEVEL SECURITY"#,
    r#"ALTER TABLE "a" RENAME TO "b"; ALTER TABLE a RENAME COLUMN x TO y; ALTER TABLE IF EXISTS ONLY a RENAME CONSTRAINT x TO y;"#,
    r#"ALTER TABLE a ADD PRIMARY KEY (b); "#,
    r#"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "i" ON "s"."t" USING btree ("a" ASC NULLS LAST, b DESC, c text_pattern_ops NULLS FIRST);"#,
    r#"CREATE INDEX ON ONLY t (a); CREATE INDEX i ON t USING hnsw ("e" vector_cosine_ops);"#,
    r#"CREATE TYPE "public"."mood" AS ENUM('a', 'b''c', ''); ALTER TYPE mood ADD VALUE IF NOT EXISTS 'd' BEFORE 'a'; ALTER TYPE "public"."mood" ADD VALUE 'e' AFTER 'a'; ALTER TYPE mood ADD VALUE 'f';"#,
    r#"DROP TABLE "a" CASCADE; DROP TABLE IF EXISTS a, b.c RESTRICT; DROP INDEX CONCURRENTLY IF EXISTS "i"; DROP TYPE "public"."mood";"#,
    r#"CREATE SCHEMA "auth"; CREATE SCHEMA IF NOT EXISTS b;"#,
    "DO $$ BEGIN ALTER TABLE a ADD b int; EXCEPTION WHEN duplicate_object THEN null; END $$;;  DO $x$ ; $x$",
    "CREATE TABLE \"Ü\" (\"é\" text, a$b int, name text, type text, value int);",
];

#[test]
fn everyday_statements() {
    for text in STATEMENTS {
        check(text);
    }
}

#[test]
fn names_are_cut_to_63_bytes() {
    let long = "é".repeat(40);
    check(&format!(r#"CREATE TABLE "{long}" ("{long}" int CONSTRAINT "{long}" UNIQUE)"#));
    check(&format!("CREATE INDEX {} ON t (a)", "a".repeat(70)));
}

#[test]
fn the_rest_is_for_the_grammar() {
    for text in [
        "CREATE TABLE t (a int DEFAULT -1)",
        "CREATE TABLE t (a int DEFAULT 1 + 1)",
        "CREATE TABLE t (a int CHECK (a > 0))",
        "CREATE TABLE t (a int) PARTITION BY RANGE (a)",
        "CREATE TABLE t (LIKE u)",
        "CREATE TABLE t (a)",
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY)",
        "CREATE TABLE t (a text DEFAULT E'\\n')",
        "CREATE TABLE t (a text DEFAULT 'a'\n'b')",
        "CREATE TABLE t (a text COLLATE \"C\")",
        "CREATE TABLE t (a int REFERENCES u DEFERRABLE)",
        "CREATE TABLE t (select int)",
        "CREATE TABLE t (\"\" int)",
        "CREATE TABLE t (U&\"a\" int)",
        "CREATE TABLE a.b.c (d int)",
        "CREATE TEMP TABLE t (a int)",
        "CREATE TABLE t (a interval year)",
        "CREATE TABLE t (a int(3))",
        "CREATE INDEX i ON t (lower(a))",
        "CREATE INDEX i ON t (a) WHERE b",
        "ALTER TABLE t ALTER COLUMN a SET DEFAULT b",
        "DROP VIEW v",
        "DROP DO $$ $$",
        "DO LANGUAGE sql $$ $$",
        "DO 'x'",
        "CREATE TABLE t (a int) \\g",
        "CREATE TABLE t (a int DEFAULT ?)",
        "CREATE TABLE t (a int /* open",
        "CREATE TABLE t (a int\0)",
    ] {
        leaves(text);
    }
}

#[test]
fn neighbours_for_the_grammar_make_one_piece() {
    let text = "DROP VIEW a; DROP VIEW b;\nDROP TABLE c; DROP VIEW d";
    let source = Source { file: file(), base: 0, text, fixed: None };
    let shown = |longest| -> Vec<&str> {
        let pieces = pieces(source, longest).expect("the scanner takes it").into_iter();
        pieces.map(|p| if let Piece::Rest(range) = p { &text[range] } else { "-" }).collect()
    };
    assert_eq!(shown(100), ["DROP VIEW a; DROP VIEW b", "-", "DROP VIEW d"]);
    assert_eq!(shown(11), ["DROP VIEW a", "DROP VIEW b", "-", "DROP VIEW d"]);
}

/// A statement with some tokens left out, doubled, exchanged or replaced.
fn mutilated() -> impl Strategy<Value = String> {
    const OTHERS: &[&str] = &[
        "(",
        ")",
        ",",
        ";",
        ".",
        "::",
        "[",
        "]",
        "-",
        "1",
        "'x'",
        "\"y\"",
        "z",
        "null",
        "not",
        "default",
        "if",
        "constraint",
        "using",
        "on",
        "array",
        "text",
        "varchar",
        "only",
        "null",
        "unique",
        "cascade",
        "interval",
    ];
    let change = (any::<prop::sample::Index>(), 0..4_u8, any::<prop::sample::Index>());
    (prop::sample::select(STATEMENTS), prop::collection::vec(change, 1..4)).prop_map(|(text, changes)| {
        let mut tokens: Vec<&str> =
            Tokens::new(text).map(|t| &text[t.start..t.end]).filter(|t| !t.starts_with("--")).collect();
        for (place, kind, other) in changes {
            let at = place.index(tokens.len());
            match kind {
                0 if tokens.len() > 1 => drop(tokens.remove(at)),
                1 => tokens.insert(at, tokens[at]),
                2 => {
                    let to = other.index(tokens.len());
                    tokens.swap(at, to);
                }
                _ => tokens[at] = OTHERS[other.index(OTHERS.len())],
            }
        }
        tokens.join(" ")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// What is read here, the grammar takes too, and makes the same of it.
    #[test]
    fn equals_the_grammar_or_leaves_it(text in mutilated()) {
        let source = Source { file: file(), base: 0, text: &text, fixed: None };
        for piece in pieces(source, 0).unwrap_or_default() {
            let Piece::Read(parsed) = piece else { continue };
            let range = parsed.span().range();
            let part = Source { base: range.start, text: &text[range], ..source };
            prop_assert_eq!(Some(vec![parsed]), grammar(part), "{}", text);
        }
    }
}
