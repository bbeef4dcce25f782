//! The differential test: what a real server makes of a script, and refuses of it, against what the replay says.
//!
//! Each case runs on a server of this test's own; the dump of its replay is loaded beside it, and both catalogs are read as text
//! (`postgres_oracle/catalog.sql`) and compared line by line. What the server refuses must be refused here in the same words.
//! Without a server the test skips loudly; with `REQUIRE_PG=1` it fails.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use undrift::ddl::postgres::PostgreSql;
use undrift::dump::{DumpContext, to_sql};
use undrift::replay::{ReplaySettings, Replayed, replay_scripts};
use undrift::source::SourceMap;

const CATALOG: &str = include_str!("postgres_oracle/catalog.sql");

/// A server in a temporary folder, reached through a socket.
struct Server {
    bin: PathBuf,
    folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Option<Self> {
        let bin = binaries()?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let server = Self { bin, folder };
        if is_root() {
            let status = Command::new("chown").arg("postgres").arg(server.folder.path()).status();
            status.ok().filter(|s| s.success())?;
        }
        let data = server.data();
        let made = server
            .as_postgres("initdb")
            .arg("-D")
            .arg(&data)
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])
            .output()
            .ok()?;
        made.status.success().then_some(())?;
        let options = format!(
            "-h '' -k {} -c fsync=off -c synchronous_commit=off -c full_page_writes=off",
            server.folder.path().display()
        );
        let log = server.folder.path().join("log");
        let started = server
            .as_postgres("pg_ctl")
            .arg("-D")
            .arg(&data)
            .arg("-l")
            .arg(log)
            .arg("-o")
            .arg(options)
            .args(["-w", "start"])
            .stdout(Stdio::null())
            .status()
            .ok()?;
        started.success().then_some(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn as_postgres(&self, program: &str) -> Command {
        let path = self.bin.join(program);
        if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            return command;
        }
        Command::new(path)
    }

    /// Runs a script statement by statement; gives what it printed, and the messages of its errors.
    fn run(&self, database: &str, sql: &str) -> (String, Vec<String>) {
        let mut child = Command::new(self.bin.join("psql"))
            .args(["-XqAt", "-U", "postgres", "-h"])
            .arg(self.folder.path())
            .args(["-d", database, "-f", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("psql runs");
        child.stdin.take().expect("a pipe").write_all(sql.as_bytes()).expect("psql reads");
        let output = child.wait_with_output().expect("psql ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let errors = said.lines().filter_map(|l| l.split_once("ERROR:  ")).map(|(_, m)| m.to_owned()).collect();
        (String::from_utf8_lossy(&output.stdout).into_owned(), errors)
    }

    fn new_database(&self, name: &str) {
        let (_, errors) = self
            .run("postgres", &format!("DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} TEMPLATE template0;"));
        assert!(errors.is_empty(), "{errors:?}");
    }

    fn catalog(&self, database: &str) -> BTreeSet<String> {
        let (lines, errors) = self.run(database, CATALOG);
        assert!(errors.is_empty(), "{errors:?}");
        lines.lines().map(str::to_owned).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.data();
        let _ = self
            .as_postgres("pg_ctl")
            .arg("-D")
            .arg(data)
            .args(["-m", "immediate", "stop"])
            .stdout(Stdio::null())
            .status();
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.starts_with(b"0\n"))
}

/// The newest installed server's programs.
fn binaries() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path().join("bin"))
        .filter(|p| p.join("initdb").exists())
        .collect();
    found.sort();
    let on_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|p| p.join("initdb").exists())
    };
    found.pop().or_else(on_path)
}

fn replayed(sql: &str) -> Replayed {
    let sources = SourceMap::default();
    let file = sources.add("case.sql", sql.to_owned());
    replay_scripts(&[file], &ReplaySettings::default())
}

/// What differs between server and replay for one script; empty when they agree.
fn disagreements(server: &Server, sql: &str) -> Vec<String> {
    let mut found = Vec::new();
    server.new_database("truth");
    let (_, refused) = server.run("truth", sql);
    let replayed = replayed(sql);
    let said: Vec<String> = replayed.issues.iter().map(|i| i.message.clone()).collect();
    if refused != said {
        found.push(format!("refused by the server: {refused:#?}\nby the replay: {said:#?}"));
    }
    let context = DumpContext::of(&replayed, &ReplaySettings::default().search_path);
    let dump = to_sql(&replayed.catalog, &context, &PostgreSql);
    server.new_database("ours");
    let (_, errors) = server.run("ours", &dump);
    found.extend(errors.iter().map(|e| format!("the dump does not load: {e}")));
    let (truth, ours) = (server.catalog("truth"), server.catalog("ours"));
    found.extend(truth.difference(&ours).map(|l| format!("only on the server: {l}")));
    found.extend(ours.difference(&truth).map(|l| format!("only in the dump:   {l}")));
    if !found.is_empty() {
        found.push(format!("the dump:\n{dump}"));
    }
    found
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
