//! The differential test: what a real server makes of a script, and refuses of it, against what the replay says.
//!
//! Each case runs on a server of this test's own; the dump of its replay is loaded beside it, and both catalogs are read as text
//! (`postgres_oracle/catalog.sql`) and compared line by line. What the server refuses must be refused here in the same words.
//! Without a server the test skips loudly; with `REQUIRE_PG=1` it fails.

mod generated;
mod server;

use std::path::{Path, PathBuf};

use server::Server;
use undrift::ddl::postgres::PostgreSql;
use undrift::dump::{DumpContext, to_sql};
use undrift::replay::{ReplaySettings, Replayed, replay_scripts};
use undrift::source::SourceMap;

fn replayed(sql: &str) -> Replayed {
    let sources = SourceMap::default();
    let file = sources.add("case.sql", sql.to_owned());
    replay_scripts(&[file], &ReplaySettings::default())
}

/// What differs between server and replay for one script, in two empty databases; empty when they agree.
fn disagreements(server: &Server, sql: &str) -> Vec<String> {
    server.empty_database("truth");
    server.empty_database("ours");
    let (_, refused) = server.run("truth", sql);
    let replayed = replayed(sql);
    let said: Vec<String> = replayed.issues.iter().map(|i| i.message.clone()).collect();
    let mut found = Vec::new();
    if refused != said {
        found.push(format!("refused by the server: {refused:#?}\nby the replay: {said:#?}"));
    }
    let (catalogs, dump) = compared(server, &replayed);
    found.extend(catalogs);
    if !found.is_empty() {
        found.push(format!("the dump:\n{dump}"));
    }
    found
}

/// As [`disagreements`] in two empty databases, where each statement has a line: the same ones are refused, in whatever words. And the dump.
fn disagreements_by_line(server: &Server, sql: &str) -> (Vec<String>, String) {
    let (_, mut refused) = server.run_by_line("truth", sql);
    // The replay says once that a block is lost.
    refused.retain(|(_, message)| !message.starts_with("current transaction is aborted"));
    let replayed = replayed(sql);
    let line = |at: u32| sql[..at as usize].matches('\n').count() + 1;
    let said: Vec<(usize, String)> =
        replayed.issues.iter().map(|i| (line(i.statement.start), i.message.clone())).collect();
    let only = |here: &[(usize, String)], there: &[(usize, String)], whose: &str| {
        let only = here.iter().filter(|(line, _)| !there.iter().any(|(other, _)| other == line));
        only.map(|(line, message)| format!("only {whose} refuses: line {line}: {message}")).collect::<Vec<_>>()
    };
    let mut found = only(&refused, &said, "the server");
    found.extend(only(&said, &refused, "the replay"));
    let (catalogs, dump) = compared(server, &replayed);
    found.extend(catalogs);
    (found, dump)
}

/// What differs between the catalogs after a script and after its dump, and the dump.
fn compared(server: &Server, replayed: &Replayed) -> (Vec<String>, String) {
    let mut found = Vec::new();
    let context = DumpContext::of(replayed, &ReplaySettings::default().search_path);
    let dump = to_sql(&replayed.catalog, &context, &PostgreSql);
    let (_, errors) = server.run("ours", &dump);
    found.extend(errors.iter().map(|e| format!("the dump does not load: {e}")));
    let (truth, ours) = (server.catalog("truth"), server.catalog("ours"));
    found.extend(truth.difference(&ours).map(|l| format!("only on the server: {l}")));
    found.extend(ours.difference(&truth).map(|l| format!("only in the dump:   {l}")));
    (found, dump)
}

/// Cases of a file: each begins with `-- case: name`.
fn cases(text: &str) -> Vec<(String, String)> {
    text.split("-- case: ")
        .skip(1)
        .map(|part| {
            let (name, sql) = part.split_once('\n').unwrap_or((part, ""));
            (name.trim().to_owned(), sql.to_owned())
        })
        .collect()
}

#[test]
fn the_server_and_the_replay_agree() {
    let Some(server) = Server::start() else {
        assert!(std::env::var_os("REQUIRE_PG").is_none(), "REQUIRE_PG is set, and no PostgreSQL server can be started");
        println!("SKIPPED: no PostgreSQL server is installed, nothing was compared");
        return;
    };
    for database in ["truth", "ours"] {
        server.new_database(database);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres_oracle/cases");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).expect("the cases").flatten().map(|e| e.path()).collect();
    files.sort();
    let only = std::env::var("ORACLE_CASE").unwrap_or_default();
    let (mut count, mut wrong) = (0, Vec::new());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a case file");
        let stem = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        for (name, sql) in cases(&text).into_iter().filter(|(n, _)| n.contains(&only)) {
            count += 1;
            let found = disagreements(&server, &sql);
            if !found.is_empty() {
                println!("==== {stem}: {name}\n{}\n", found.join("\n"));
                wrong.push(format!("{stem}: {name}"));
            }
        }
    }
    assert!(count > 0, "there are no cases");
    assert!(wrong.is_empty(), "{} of {count} cases disagree: {wrong:#?}", wrong.len());
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |value| value.parse().expect("a number"))
}

/// The kind of a disagreement: what stays the same while the script gets shorter.
fn kind(found: &str) -> &str {
    let words = if found.starts_with("only the") { 7 } else { 4 };
    let end = found.match_indices(' ').nth(words).map_or(found.len(), |(at, _)| at);
    let found = &found[..end];
    found.split_once(": line ").map_or(found, |(kind, _)| kind)
}

#[test]
fn the_server_and_the_replay_agree_on_generated_scripts() {
    let Some(server) = Server::start() else {
        assert!(std::env::var_os("REQUIRE_PG").is_none(), "REQUIRE_PG is set, and no PostgreSQL server can be started");
        println!("SKIPPED: no PostgreSQL server is installed, nothing was compared");
        return;
    };
    let (count, seed) = (number("ORACLE_GENERATED", 32), number("ORACLE_SEED", 1));
    let (most, statements_at_most) = (number("ORACLE_MOST", 3), number("ORACLE_STATEMENTS", 27) as usize);
    for database in ["truth", "ours"] {
        server.new_database(database);
    }
    let compare = |statements: &[String]| {
        for database in ["truth", "ours"] {
            server.empty_database(database);
        }
        disagreements_by_line(&server, &generated::text(statements))
    };
    let (mut wrong, mut statements, mut refused) = (0, 0, 0);
    for (index, script) in
        generated::scripts(count as usize, seed, statements_at_most, |sql| replayed(sql).catalog).enumerate()
    {
        let (found, _) = compare(&script);
        statements += script.len();
        refused += replayed(&generated::text(&script)).issues.len();
        let Some(first) = found.first() else { continue };
        let short = generated::shortest(&script, |fewer| compare(fewer).0.iter().any(|f| kind(f) == kind(first)));
        let (found, dump) = compare(&short);
        println!("==== script {index}\n{}---- {}\n", generated::text(&short), found.join("\n"));
        if most <= 3 {
            println!("the dump:\n{dump}\n");
        }
        wrong += 1;
        if wrong >= most {
            break;
        }
    }
    println!("{statements} statements, {refused} of them refused");
    assert_eq!(wrong, 0, "scripts on which the server and the replay disagree");
}
