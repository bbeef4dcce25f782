//! A throw-away PostgreSQL for tests that ask the real one: a cluster of its own in a temporary folder, reached over a socket, stopped and
//! removed when the test ends. Without an installed server the test says so and is skipped; `REQUIRE_PG=1` makes that a failure.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) struct Server {
    bin: PathBuf,
    dir: tempfile::TempDir,
}

impl Server {
    /// Starts one; `None` when there is no PostgreSQL on this machine.
    pub(crate) fn start() -> Option<Self> {
        let Some(bin) = find_binaries() else {
            assert!(std::env::var_os("REQUIRE_PG").is_none(), "REQUIRE_PG is set, and there is no PostgreSQL here");
            eprintln!("skipped: there is no PostgreSQL on this machine");
            return None;
        };
        let dir = tempfile::Builder::new().prefix("pg").tempdir().expect("a temporary folder");
        let server = Self { bin, dir };
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(server.dir.path()));
        }
        let data = server.dir.path().join("data");
        run(server.command("initdb").arg("-D").arg(&data).args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
        ]));
        let options = format!("-h '' -k {} -c fsync=off -c full_page_writes=off", server.dir.path().display());
        let log = server.dir.path().join("log");
        run(server.command("pg_ctl").arg("-D").arg(&data).arg("-l").arg(log).args(["-w", "-o", &options, "start"]));
        Some(server)
    }

    /// A new empty database.
    pub(crate) fn create_database(&self, name: &str) {
        self.psql("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0;"));
    }

    /// Runs a script and gives what it printed, one row a line; errors are lines that begin with `ERROR`.
    pub(crate) fn psql(&self, database: &str, script: &str) -> String {
        let mut child = Command::new(self.bin.join("psql"))
            .args(["-XqAt", "-U", "postgres", "-d", database, "-h"])
            .arg(self.dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("psql starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let script = script.to_owned();
        let writer = std::thread::spawn(move || stdin.write_all(script.as_bytes()));
        let output = child.wait_with_output().expect("psql ends");
        writer.join().expect("the writer ends").expect("psql reads the script");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let errors = errors.lines().filter_map(|line| line.find("ERROR").map(|at| &line[at..]));
        let mut out = String::from_utf8_lossy(&output.stdout).into_owned();
        for error in errors {
            out.push_str(error);
            out.push('\n');
        }
        out
    }

    fn command(&self, program: &str) -> Command {
        as_server_user(&self.bin.join(program))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.dir.path().join("data");
        let _ = self.command("pg_ctl").arg("-D").arg(data).args(["-m", "immediate", "stop"]).output();
    }
}

/// The server refuses to run as root.
fn as_server_user(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn find_binaries() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists() && bin.join("psql").exists())
        .collect();
    found.sort();
    found.pop()
}

fn run(command: &mut Command) {
    let output = command.output().expect("the program starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
