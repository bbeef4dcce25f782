use std::fmt::Write;
use std::sync::Arc;

use super::{ReplaySettings, Replayed, replay};
use crate::migrations::{Envelope, Migration, MigrationSet, Runner, Runs, Splitting};
use crate::source::{SourceMap, Span};

/// Replays files (name and SQL, one after the other) under an envelope.
fn run(files: &[(&str, &str)], prelude: &str, envelope: Envelope) -> (Replayed, SourceMap) {
    let sources = SourceMap::default();
    let runner = Runner::PSQL;
    let mut set = MigrationSet::empty("plain", "", runner);
    for (name, sql) in files {
        let file = sources.add(name, (*sql).to_owned());
        set.migrations.push(Migration {
            name: (*name).to_owned(),
            version: (*name).to_owned(),
            sections: vec![Span::new(file.id, 0, file.text.len())],
            included: Vec::new(),
            splitting: Splitting::Psql,
            envelope,
            listed: Span::file_start(file.id),
            runs: Runs::Once,
            file,
        });
    }
    let prelude = sources.add("prelude.sql", prelude.to_owned());
    let replayed = replay(&set, &[Arc::clone(&prelude)], &ReplaySettings::default());
    (replayed, sources)
}

/// One line an issue: migration, kind, message, what explains it; then the tables with their columns.
fn describe(replayed: &Replayed) -> String {
    let mut text = String::new();
    for issue in &replayed.issues {
        let _ = write!(text, "{} {:?}: {}", issue.migration, issue.kind, issue.message);
        if let Some((_, migration)) = issue.created_later {
            let _ = write!(text, " (created in {migration})");
        }
        if let Some(cause) = issue.caused_by {
            let _ = write!(text, " (because of {cause})");
        }
        if issue.only_in_one_transaction {
            text.push_str(" (one transaction)");
        }
        text.push('\n');
    }
    for table in replayed.catalog.tables.values().filter(|t| !replayed.is_prelude(&t.origin)) {
        let columns: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
        let _ = writeln!(text, "{} ({})", table.name, columns.join(", "));
    }
    text
}

fn check_with(files: &[&str], prelude: &str, envelope: Envelope, expect: &str) {
    const NAMES: [&str; 4] = ["0.sql", "1.sql", "2.sql", "3.sql"];
    let named: Vec<(&str, &str)> = NAMES.iter().copied().zip(files.iter().copied()).collect();
    let (replayed, _) = run(&named, prelude, envelope);
    assert_eq!(describe(&replayed).trim(), expect.trim(), "{files:?}");
}

fn check(files: &[&str], expect: &str) {
    check_with(files, "", Envelope::None, expect);
}

#[test]
fn a_temporary_table_goes_where_it_was_made() {
    let (replayed, sources) =
        run(&[("0.sql", "CREATE TEMP TABLE t (a int)"), ("1.sql", "CREATE TABLE u (a int)")], "", Envelope::AllPending);
    assert!(replayed.catalog.dropped.iter().any(|stone| stone.object.name == "t"));
    for stone in &replayed.catalog.dropped {
        assert_eq!(&*sources.text_of(stone.dropped), "CREATE TEMP TABLE t (a int)");
    }
}

#[test]
fn what_is_missing_is_created_later() {
    check(
        &["CREATE TABLE t (a int)", "UPDATE t SET b = 1", "ALTER TABLE t ADD COLUMN b int"],
        "1 UnknownColumn: column \"b\" of relation \"t\" does not exist (created in 2)\nt (a, b)",
    );
    check(
        &["CREATE INDEX i ON t (a); CREATE TABLE t (a int)"],
        "0 UnknownTable: relation \"t\" does not exist (created in 0)\nt (a)",
    );
    check(
        &["ALTER TABLE t ADD COLUMN r role", "CREATE TYPE role AS ENUM ('a')"],
        "0 UnknownTable: relation \"t\" does not exist",
    );
}

#[test]
fn an_index_method_has_its_bounds() {
    let check = |index: &str, expect: &str| {
        let table = "CREATE TABLE t (a int[], b int, c text);";
        let refused = if expect.is_empty() { String::new() } else { format!("0 InvalidDefinition: {expect}\n") };
        check_with(&[&format!("{table} CREATE {index}")], "", Envelope::None, &format!("{refused}t (a, b, c)"));
    };
    let lacks = |method: &str, what: &str| format!("access method \"{method}\" does not support {what}");
    check("UNIQUE INDEX i ON t USING gin (a)", &lacks("gin", "unique indexes"));
    check("UNIQUE INDEX i ON t USING hash (b)", &lacks("hash", "unique indexes"));
    check("INDEX i ON t USING hash (b, c)", &lacks("hash", "multicolumn indexes"));
    check("INDEX i ON t USING brin (b) INCLUDE (c)", &lacks("brin", "included columns"));
    check("INDEX i ON t USING brin (b DESC)", &lacks("brin", "ASC/DESC options"));
    check("INDEX i ON t USING hash (b NULLS FIRST)", &lacks("hash", "NULLS FIRST/LAST options"));
    check("INDEX i ON t USING brin (b, c)", "");
    check("UNIQUE INDEX i ON t (b DESC NULLS LAST) INCLUDE (c)", "");
}

#[test]
fn a_default_that_calls_a_function_of_the_schema_has_its_type() {
    let function = "CREATE FUNCTION f(a text) RETURNS text LANGUAGE sql AS $$ SELECT a $$;";
    check(
        &[&format!("{function} CREATE TABLE t (a int DEFAULT f('x'::text)); CREATE TABLE u (a text DEFAULT f('x'))")],
        "0 InvalidType: column \"a\" is of type integer but default expression is of type text\nu (a)",
    );
    check(
        &[&format!("{function} CREATE TABLE t (a varchar(3) DEFAULT f('x'), b text DEFAULT upper(f('x')))")],
        "t (a, b)",
    );
}

#[test]
fn what_follows_from_a_refusal_names_it() {
    check(
        &["CREATE TABLE t (id int PRIMARY KEY, o int REFERENCES o)", "ALTER TABLE t ADD COLUMN b int", "DROP TABLE t"],
        "0 UnknownTable: relation \"o\" does not exist\n\
         1 UnknownTable: relation \"t\" does not exist (because of 0)\n\
         2 UnknownTable: table \"t\" does not exist (because of 0)",
    );
    check(
        &[
            "ALTER TABLE nothing RENAME TO t",
            "CREATE INDEX i ON t (a)",
            "CREATE TABLE t (a int)",
            "CREATE INDEX i ON t (a)",
        ],
        "0 UnknownTable: relation \"nothing\" does not exist\n\
         1 UnknownTable: relation \"t\" does not exist (created in 2) (because of 0)\nt (a)",
    );
}

#[test]
fn a_block_is_lost_as_a_whole() {
    check(
        &[
            "BEGIN; CREATE TABLE t (a int); ALTER TABLE nothing ADD b int; CREATE TABLE u (a int); COMMIT; CREATE TABLE v (a int)",
            "DROP TABLE t; DROP TABLE u",
        ],
        "0 UnknownTable: relation \"nothing\" does not exist\n\
         1 UnknownTable: table \"t\" does not exist (because of 0)\n\
         1 UnknownTable: table \"u\" does not exist (because of 0)\n\
         v (a)",
    );
    check(
        &[
            "BEGIN; CREATE TABLE t (a int); SAVEPOINT s; ALTER TABLE nothing ADD b int; ROLLBACK TO s; ALTER TABLE t ADD b int; COMMIT",
        ],
        "0 UnknownTable: relation \"nothing\" does not exist\nt (a, b)",
    );
}

#[test]
fn the_transaction_of_the_runner_counts() {
    let enums = &["CREATE TYPE e AS ENUM ('a')", "ALTER TYPE e ADD VALUE 'b'; CREATE TABLE t (a e DEFAULT 'b')"];
    check_with(enums, "", Envelope::None, "t (a)");
    let refused = "1 InTransaction: unsafe use of new value \"b\" of enum type e";
    check_with(enums, "", Envelope::PerMigration, refused);
    check_with(enums, "", Envelope::AllPending, &format!("{refused} (one transaction)\nt (a)"));
    let index = &["CREATE TABLE t (a int)", "CREATE INDEX CONCURRENTLY i ON t (a); DROP INDEX i"];
    check_with(index, "", Envelope::None, "t (a)");
    check_with(
        index,
        "",
        Envelope::PerMigration,
        "1 InTransaction: CREATE INDEX CONCURRENTLY cannot run inside a transaction block\n\
         1 UnknownIndex: index \"i\" does not exist (because of 0)\nt (a)",
    );
}

#[test]
fn a_prelude_is_there_and_is_nobodys() {
    check_with(
        &["ALTER TABLE users ADD COLUMN b int; CREATE TABLE t (u uuid REFERENCES auth.users)"],
        "CREATE SCHEMA auth; CREATE TABLE auth.users (id uuid PRIMARY KEY); CREATE TABLE users (a int); SELECT 1/0; DROP TABLE nothing;",
        Envelope::None,
        "t (u)",
    );
}

#[test]
fn a_baseline_in_a_comment_existed_before() {
    check(&["/*\nCREATE TABLE t (a int);\n*/", "ALTER TABLE t ADD COLUMN b int"], "t (a, b)");
}

#[test]
fn an_unknown_extension_may_bring_anything() {
    check(&["CREATE TABLE t (a vector(3))"], "0 UnknownType: type \"vector\" does not exist");
    check(&["CREATE EXTENSION vector; CREATE TABLE t (a vector(3))"], "t (a)");
    check(&["CREATE EXTENSION something; CREATE TABLE t (a whatever DEFAULT uuid_generate_v4())"], "t (a)");
}

#[test]
fn an_opaque_statement_silences_what_it_may_explain() {
    let opaque = "DO LANGUAGE plpython3u $$ plpy.execute('CREATE TABLE x (a int)') $$";
    check(&[opaque, "ALTER TABLE x ADD COLUMN b int; CREATE TABLE t (a int)"], "t (a)");
}

/// What is said to be unknown, one line each, then as [`describe`] has it.
fn check_opaque(files: &[&str], expect: &str) {
    const NAMES: [&str; 3] = ["0.sql", "1.sql", "2.sql"];
    let named: Vec<(&str, &str)> = NAMES.iter().copied().zip(files.iter().copied()).collect();
    let (replayed, _) = run(&named, "", Envelope::None);
    let mut text: String = replayed.opaque.iter().map(|unknown| format!("opaque: {}\n", unknown.reason)).collect();
    text += &describe(&replayed);
    assert_eq!(text.trim(), expect, "{files:?}");
    assert_eq!(replayed.counts.opaque, replayed.opaque.len(), "{files:?}");
}

#[test]
fn what_may_be_refused_is_said() {
    let opaque = "DO LANGUAGE plpython3u $$ plpy.execute('CREATE TABLE x (a int)') $$";
    let why = "opaque: a DO block runs statements that cannot be told\nopaque: relation \"x\" does not exist, as far as is known here";
    check_opaque(&[opaque, "ALTER TABLE x ADD COLUMN b int"], why);
    // Whatever it was, a block goes on, and so does a program.
    check_opaque(
        &[opaque, "BEGIN; ALTER TABLE x ADD COLUMN b int; CREATE TABLE t (a int); COMMIT"],
        &format!("{why}\nt (a)"),
    );
    check_opaque(
        &[opaque, "DO $$ BEGIN ALTER TABLE x ADD COLUMN b int; CREATE TABLE t (a int); END $$"],
        &format!("{why}\nt (a)"),
    );
    // What may be there is gone after it was dropped.
    check_opaque(&[opaque, "DROP TABLE x; DROP FUNCTION f(); DROP TYPE y"], why.lines().next().unwrap_or_default());
}

#[test]
fn a_write_to_the_catalogs_leaves_known_what_exists() {
    let missing = "ALTER TABLE x ADD COLUMN b int; CREATE TABLE t (a int)";
    let refused = "1 UnknownTable: relation \"x\" does not exist\nt (a)";
    check(&["UPDATE pg_index SET indisvalid = false", missing], refused);
    check(&["UPDATE pg_catalog.pg_attribute SET atttypmod = 24 WHERE attname = 'a'", missing], refused);
    let told = "opaque: it writes to the server's own `pg_attribute`";
    check_opaque(&["UPDATE pg_index SET indisvalid = false"], "");
    check_opaque(&["UPDATE pg_attribute SET atttypmod = 24 WHERE attname = 'a'"], told);
    check(&["DELETE FROM pg_class WHERE relname = 'y'", missing], "t (a)");
}

#[test]
fn columns_that_are_not_known_may_be_used() {
    let table = "CREATE TABLE t (a int); DO $$ DECLARE c text; BEGIN SELECT x INTO c FROM y(); EXECUTE 'ALTER TABLE t ADD ' || c; END $$";
    let told = "opaque: the text that EXECUTE runs is not known: the function `y` is not worked out here";
    check_opaque(
        &[table, "CREATE INDEX i ON t (b); ALTER TABLE t ADD PRIMARY KEY (b)", "DROP INDEX i; DROP INDEX j"],
        &format!("{told}\n2 UnknownIndex: index \"j\" does not exist\nt (a)"),
    );
}

#[test]
fn writes_are_told_by_migration() {
    let (replayed, _) = run(
        &[("0.sql", "CREATE TABLE t (a int)"), ("1.sql", "INSERT INTO t VALUES (1); UPDATE t SET a = 2")],
        "",
        Envelope::None,
    );
    let told: Vec<Vec<String>> =
        replayed.writes.iter().map(|w| w.iter().map(|w| format!("{:?} {}", w.verb, w.relation)).collect()).collect();
    assert_eq!(told, [vec![], vec!["Insert t".to_owned(), "Update t".to_owned()]]);
}

#[test]
fn undoing_leaves_no_trace() {
    let script = "CREATE SCHEMA s; CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (id serial PRIMARY KEY, a e UNIQUE, b int CHECK (b > 0)); \
                  CREATE VIEW v AS SELECT * FROM t; CREATE INDEX i ON t (b); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';";
    let change = "ALTER TABLE t RENAME TO u; ALTER TYPE e RENAME TO ee; ALTER TYPE ee ADD VALUE 'b'; ALTER TABLE u SET SCHEMA s; DROP VIEW v; \
                  ALTER TABLE s.u DROP COLUMN b; DROP FUNCTION f(); CREATE TABLE w (a int); ALTER SCHEMA s RENAME TO ss; DROP TABLE ss.u CASCADE;";
    let additions = "ALTER TABLE t ADD COLUMN c int, ADD CONSTRAINT cc CHECK (b > 1); CREATE INDEX j ON t (c); ALTER TABLE t ADD UNIQUE (c); \
                     ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES t (id); CREATE POLICY p ON t; ALTER TABLE t ADD EXCLUDE USING btree (c WITH =);";
    let both = format!("{additions} ALTER TABLE t DROP COLUMN c; ALTER TABLE t ADD COLUMN c text; {change}");
    let (before, _) = run(&[("0.sql", script)], "", Envelope::None);
    for change in [change, additions, &both] {
        let (after, _) = run(&[("0.sql", &format!("{script} BEGIN; {change} ROLLBACK;"))], "", Envelope::None);
        assert!(after.issues.is_empty(), "{}", describe(&after));
        assert_eq!(after.catalog, before.catalog);
    }
}

#[test]
fn a_commit_ends_the_runners_transaction() {
    let index =
        &["CREATE TABLE t (a int); COMMIT; CREATE INDEX CONCURRENTLY i ON t (a); BEGIN; ALTER TABLE t ADD b int;"];
    check_with(index, "", Envelope::PerMigration, "t (a, b)");
    check_with(
        &["CREATE TABLE t (a int)", "CREATE INDEX CONCURRENTLY i ON t (a);"],
        "",
        Envelope::PerMigration,
        "1 InTransaction: CREATE INDEX CONCURRENTLY cannot run inside a transaction block\nt (a)",
    );
}

#[test]
fn psql_leaves_what_was_not_committed() {
    let open = &["CREATE TABLE t (a int)", "BEGIN; ALTER TABLE t ADD b int;", "ALTER TABLE t ADD c int"];
    check_with(open, "", Envelope::None, "t (a, c)");
    check_with(open, "", Envelope::PerMigration, "t (a, b, c)");
}

#[test]
fn some_commands_want_a_transaction_block() {
    let locks = &["CREATE TABLE t (a int); LOCK TABLE t; SAVEPOINT s; BEGIN; LOCK TABLE t; SAVEPOINT s; COMMIT;"];
    let refused = "0 InTransaction: LOCK TABLE can only be used in transaction blocks\n\
                   0 InTransaction: SAVEPOINT can only be used in transaction blocks\nt (a)";
    check_with(locks, "", Envelope::None, refused);
    check_with(&["CREATE TABLE t (a int); LOCK TABLE t;"], "", Envelope::PerMigration, "t (a)");
    check(&["CREATE TABLE t (a int); DO $$ BEGIN LOCK TABLE t; ALTER TABLE t ADD b int; END $$"], "t (a, b)");
}
