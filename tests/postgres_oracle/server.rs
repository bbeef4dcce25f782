//! A PostgreSQL server for the differential test, started from the installed programs in a temporary folder and gone with it.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const CATALOG: &str = include_str!("catalog.sql");

/// Takes all schemas of a database away; fails where there is more than those.
const EMPTY: &str = "SET client_min_messages = warning; DO $$ DECLARE n name; BEGIN \
    IF EXISTS (SELECT FROM pg_event_trigger) OR EXISTS (SELECT FROM pg_publication) OR EXISTS (SELECT FROM pg_foreign_data_wrapper) \
    OR EXISTS (SELECT FROM pg_extension WHERE extname <> 'plpgsql') OR EXISTS (SELECT FROM pg_default_acl) \
    OR EXISTS (SELECT FROM pg_db_role_setting) OR EXISTS (SELECT FROM pg_cast WHERE oid >= 16384) \
    OR EXISTS (SELECT FROM pg_language WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_am WHERE oid >= 16384) \
    THEN RAISE EXCEPTION 'more than schemas'; END IF; \
    FOR n IN SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' LOOP \
    EXECUTE format('DROP SCHEMA %I CASCADE', n); END LOOP; \
    CREATE SCHEMA public AUTHORIZATION pg_database_owner; GRANT USAGE ON SCHEMA public TO PUBLIC; END $$";

/// A server in a temporary folder, reached through a socket.
pub(crate) struct Server {
    bin: PathBuf,
    folder: tempfile::TempDir,
}

impl Server {
    pub(crate) fn start() -> Option<Self> {
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
    pub(crate) fn run(&self, database: &str, sql: &str) -> (String, Vec<String>) {
        let (printed, errors) = self.run_by_line(database, sql);
        (printed, errors.into_iter().map(|(_, message)| message).collect())
    }

    /// As [`Server::run`], each error with the line on which its statement ends.
    pub(crate) fn run_by_line(&self, database: &str, sql: &str) -> (String, Vec<(usize, String)>) {
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
        // psql:<stdin>:12: ERROR:  …
        let line = |place: &str| place.rsplit(':').nth(1).and_then(|line| line.parse().ok()).unwrap_or_default();
        let errors = said.lines().filter_map(|l| l.split_once("ERROR:  "));
        let errors = errors.map(|(place, message)| (line(place), message.to_owned())).collect();
        (String::from_utf8_lossy(&output.stdout).into_owned(), errors)
    }

    pub(crate) fn new_database(&self, name: &str) {
        let (_, errors) = self
            .run("postgres", &format!("DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} TEMPLATE template0;"));
        assert!(errors.is_empty(), "{errors:?}");
    }

    /// A database with nothing in it: the one there is without its schemas, which is quicker than a new one, or else a new one.
    pub(crate) fn empty_database(&self, name: &str) {
        let (_, errors) = self.run(name, EMPTY);
        if !errors.is_empty() {
            self.new_database(name);
        }
    }

    pub(crate) fn catalog(&self, database: &str) -> BTreeSet<String> {
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
