//! A repository in which real git makes a history.

use std::process::{Command, Output};

/// A project of Drizzle's or of plain files in a fresh repository.
pub(crate) struct Repository {
    pub(crate) folder: tempfile::TempDir,
    /// Where commands run, below the folder.
    pub(crate) at: String,
}

pub(crate) const GOOSE_CONFIG: &str =
    "[[target]]\nname = \"app\"\nmigrations = { dir = \"migrations\", layout = \"goose\" }\n";
pub(crate) const DRIZZLE_CONFIG: &str =
    "[[target]]\nname = \"app\"\nmigrations = { dir = \"drizzle\", layout = \"drizzle\" }\n";

impl Repository {
    pub(crate) fn new(config: &str) -> Self {
        let repository = Self { folder: tempfile::tempdir().expect("a temporary folder"), at: String::new() };
        repository.git("init --quiet --initial-branch=main");
        repository.write("undrift.toml", config);
        repository
    }

    /// One goose migration on main.
    pub(crate) fn goose() -> Self {
        let repository = Self::new(GOOSE_CONFIG);
        repository.goose_migration("001_users", "CREATE TABLE users (id integer PRIMARY KEY, name text, legacy text);");
        repository.commit("first");
        repository
    }

    /// One journaled migration on main.
    pub(crate) fn drizzle() -> Self {
        let repository = Self::new(DRIZZLE_CONFIG);
        repository.drizzle_migrations(&[("0000_users", 1_767_000_000_000)]);
        repository.commit("first");
        repository
    }

    pub(crate) fn goose_migration(&self, name: &str, sql: &str) {
        self.write(&format!("migrations/{name}.sql"), &format!("-- +goose Up\n{sql}\n"));
    }

    /// Writes the journal with these entries, and a table and a snapshot for each.
    pub(crate) fn drizzle_migrations(&self, entries: &[(&str, i64)]) {
        let mut parent = "0".to_owned();
        let mut listed = Vec::new();
        for (idx, (tag, when)) in entries.iter().enumerate() {
            listed.push(format!(
                r#"    {{"idx": {idx}, "version": "7", "when": {when}, "tag": "{tag}", "breakpoints": true}}"#
            ));
            let table = tag.split_once('_').expect("a number and a name").1;
            self.write(
                &format!("drizzle/{tag}.sql"),
                &format!("CREATE TABLE \"{table}\" (\"id\" integer PRIMARY KEY);\n"),
            );
            let number = &tag[..4];
            self.write(
                &format!("drizzle/meta/{number}_snapshot.json"),
                &format!(r#"{{"id": "{tag}", "prevId": "{parent}"}}"#),
            );
            parent = (*tag).to_owned();
        }
        let journal =
            format!("{{\"version\": \"7\", \"dialect\": \"postgresql\", \"entries\": [\n{}\n]}}\n", listed.join(",\n"));
        self.write("drizzle/meta/_journal.json", &journal);
    }

    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.folder.path().join(&self.at)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path()).env_clear().env("PATH", std::env::var("PATH").unwrap_or_default());
        command.env("HOME", self.folder.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Ada").env(format!("GIT_{role}_EMAIL"), "ada@example.org");
        }
        command
    }

    pub(crate) fn try_git(&self, arguments: &str) -> Output {
        self.command("git").args(arguments.split_whitespace()).output().expect("git runs")
    }

    /// A git command that must succeed.
    pub(crate) fn git(&self, arguments: &str) {
        let output = self.try_git(arguments);
        assert!(output.status.success(), "git {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git("add --all");
        self.git(&format!("commit --quiet -m {message}"));
    }

    /// A branch beside main, with main moved on by a commit of its own.
    pub(crate) fn fork(&self, on_main: impl Fn(&Self), on_branch: impl Fn(&Self)) {
        self.git("branch feature");
        on_main(self);
        self.commit("theirs");
        self.git("checkout --quiet feature");
        on_branch(self);
        self.commit("ours");
    }

    pub(crate) fn undrift(&self, arguments: &str) -> Output {
        let mut command = self.command(env!("CARGO_BIN_EXE_undrift"));
        command.args(arguments.split_whitespace()).output().expect("it runs")
    }

    /// The report of a check.
    pub(crate) fn report(&self, scope: &str) -> serde_json::Value {
        let output = self.undrift(&format!("check --format json {scope}"));
        let text = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)))
    }

    /// Runs a check; the exit status, then a line `severity rule object` for each finding, sorted.
    pub(crate) fn check(&self, scope: &str) -> (i32, Vec<String>) {
        let output = self.undrift(&format!("check --format json {scope}"));
        let text = String::from_utf8_lossy(&output.stdout);
        let status = output.status.code().unwrap_or(-1);
        let Ok(report) = serde_json::from_str::<serde_json::Value>(&text) else {
            panic!("check {scope} ended with {status}: {text}{}", String::from_utf8_lossy(&output.stderr));
        };
        let findings = report["findings"].as_array().expect("findings").iter();
        let mut lines: Vec<String> = findings
            .map(|f| {
                let word = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
                format!("{} {} {}", word(&f["severity"]), word(&f["rule"]), word(&f["object"]["name"]))
            })
            .collect();
        lines.sort();
        (status, lines)
    }

    pub(crate) fn expect(&self, scope: &str, expect: &[&str]) {
        let (status, findings) = self.check(scope);
        assert_eq!(findings, expect, "check {scope}");
        let refused = expect.iter().any(|line| line.starts_with("error"));
        assert_eq!(status, i32::from(refused), "check {scope}");
    }

    /// Runs the commands of a repair, up to the words that may follow them, where the check was run. `atlas` is not at hand: its directory's sums go.
    pub(crate) fn repair(&self, fix: &str) {
        let commands = fix.split(", ").next().expect("commands").replace("atlas migrate hash --dir", "true");
        let output = self.command("sh").args(["-c", &commands]).output().expect("a shell");
        assert!(output.status.success(), "{commands}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// A run that cannot answer: exit status 2, and these words on standard error.
    pub(crate) fn expect_error(&self, arguments: &str, words: &[&str]) {
        let output = self.undrift(arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {text}{}", String::from_utf8_lossy(&output.stdout));
        for word in words {
            assert!(text.contains(word), "{arguments}: {word:?} is not in {text}");
        }
    }
}
