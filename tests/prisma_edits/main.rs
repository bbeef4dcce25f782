//! One-line edits of a Prisma schema whose migrations are whole: each is reported as what Prisma's own diff would do, and as nothing else.
//!
//! `migration.sql` is what Prisma 7's schema engine makes of `schema.prisma`. In `edits.txt` a block is an edit: the lines that go, the lines that
//! come, and the findings. Which tables, columns, keys and types they name was held against `prisma migrate diff` on a server that had the
//! migration. `UPDATE_EXPECT=1` writes the findings.

#[path = "../support/found.rs"]
mod found;

use std::fmt::Write;

use undrift::config::{DeclaredSource, MigrationsSource, Target};
use undrift::declared::prisma::LANGUAGE;
use undrift::diagnostic::Severity;
use undrift::source::MemoryTree;

const SCHEMA: &str = include_str!("schema.prisma");
const MIGRATION: &str = include_str!("migration.sql");
const EDITS: &str = include_str!("edits.txt");

/// `error drift/changed-column Wide.text [type]` for each finding that is no mere information.
fn findings(schema: &str, more: &str) -> Vec<String> {
    let tree = MemoryTree::new([
        ("package.json", r#"{"devDependencies": {"prisma": "7.10.0"}}"#),
        ("prisma/schema.prisma", schema),
        ("prisma/migrations/20250101000000_init/migration.sql", MIGRATION),
        ("prisma/migrations/20250102000000_more/migration.sql", more),
        ("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n"),
    ]);
    let target = Target {
        name: "example".into(),
        dialect: "postgresql".into(),
        declared: Some(DeclaredSource::Schema { language: &LANGUAGE, path: "prisma/schema.prisma".into() }),
        migrations: Some(MigrationsSource { dir: "prisma/migrations".into(), ..MigrationsSource::default() }),
        ..Target::default()
    };
    let found = found::findings(&tree, target);
    let told = found.iter().filter(|f| f.diagnostic.severity != Severity::Info);
    told.filter(|f| !f.diagnostic.rule.starts_with("safety/")).map(found::line).collect()
}

#[test]
fn the_whole_schema_agrees() {
    assert_eq!(findings(SCHEMA, ""), Vec::<String>::new());
}

/// The lines of a block that begin with a mark, without it.
fn marked(block: &str, mark: char) -> Vec<&str> {
    block.lines().filter_map(|line| line.strip_prefix(mark)).collect()
}

#[test]
fn each_edit_is_what_it_is() {
    let mut written = String::new();
    for block in EDITS.split("\n\n") {
        let [from, to] = ['-', '+'].map(|mark| marked(block, mark).iter().fold(String::new(), |all, l| all + l + "\n"));
        assert_eq!(SCHEMA.matches(&from).count(), 1, "{from}");
        let separator = if written.is_empty() { "" } else { "\n" };
        let edit = block.lines().filter(|line| !line.starts_with('='));
        let _ = writeln!(written, "{separator}{}", edit.collect::<Vec<_>>().join("\n"));
        for finding in findings(&SCHEMA.replacen(&from, &to, 1), "") {
            let _ = writeln!(written, "= {finding}");
        }
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/prisma_edits/edits.txt");
        std::fs::write(path, &written).expect("the file is written");
        return;
    }
    assert_eq!(written, EDITS);
}

/// What is in a database, and no difference to Prisma's engine.
#[test]
fn what_the_engine_does_not_see() {
    let check = |sql: &str| assert_eq!(findings(SCHEMA, sql), Vec::<String>::new(), "{sql}");
    // A method without a word is a btree to it.
    check(
        "CREATE EXTENSION bloom; DROP INDEX \"Wide_text_idx\"; CREATE INDEX \"Wide_text_idx\" ON \"Wide\" USING bloom (\"text\");",
    );
    check("ALTER TABLE \"Wide\" ALTER COLUMN \"times\" SET DEFAULT ARRAY['2025-05-05'::timestamp(3)];");
    check("CREATE SCHEMA other; CREATE TABLE other.t (a integer);");
    check("ALTER TABLE \"Wide\" ADD CONSTRAINT positive CHECK (\"small\" > 0);");
}

/// The engine takes what generates a column for its default, and sees a difference for ever unless it is declared as the server prints it.
#[test]
fn what_generates_a_column_is_its_default() {
    let sql = "ALTER TABLE \"Wide\" ADD \"zGen\" boolean GENERATED ALWAYS AS (\"small\" IS NULL) STORED;";
    let check = |field: &str, expect: &[&str]| {
        let schema = SCHEMA.replacen("model Wide {\n", &format!("model Wide {{\n  zGen Boolean? {field}\n"), 1);
        assert_eq!(findings(&schema, sql), expect, "{field}");
    };
    check("@default(dbgenerated(\"(small IS NULL)\"))", &[]);
    check("@default(dbgenerated())", &[]);
    check("", &["error drift/changed-column Wide.zGen [default]"]);
    check("@default(true)", &["error drift/changed-column Wide.zGen [default]"]);
}

#[test]
fn included_columns_are_keys_to_the_engine() {
    let sql =
        "DROP INDEX \"Wide_text_idx\"; CREATE INDEX \"Wide_text_idx\" ON \"Wide\" (\"text\") INCLUDE (\"short\");";
    assert_eq!(findings(SCHEMA, sql), ["error drift/changed-index Wide.Wide_text_idx [columns]"]);
}
