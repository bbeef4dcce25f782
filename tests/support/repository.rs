//! A git repository in a temporary folder, with an environment of its own.
#![allow(dead_code)] // each test binary uses a part of it

use std::path::Path;
use std::process::{Command, Output};

pub(crate) struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    /// A new repository without commits.
    pub(crate) fn new() -> Self {
        let repository = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).expect("a file")
    }

    /// Replaces text that stands there exactly once.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "{path}: {from}");
        self.write(path, &text.replace(from, to));
    }

    /// Copies a folder of the sources into the repository.
    pub(crate) fn copy(&self, from: &str) {
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(from), self.path());
    }

    fn command(&self, program: &str) -> Command {
        let built = Path::new(env!("CARGO_BIN_EXE_undrift")).parent().expect("a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new(program);
        command.current_dir(self.path()).env_clear().env("PATH", format!("{}:{path}", built.display()));
        command.env("HOME", self.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Ada").env(format!("GIT_{role}_EMAIL"), "ada@example.org");
        }
        command
    }

    pub(crate) fn undrift(&self, arguments: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_undrift")).args(arguments).output().expect("it runs")
    }

    /// Runs a program here: whether it succeeded, and what it printed.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> (bool, String) {
        let output = self.command(program).args(arguments).output().expect("it runs");
        (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    }

    /// A git command that must succeed.
    pub(crate) fn git(&self, arguments: &[&str]) {
        let output = self.command("git").args(arguments).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Commits what is staged, or what is named: whether the commit was made, and what the hook printed.
    pub(crate) fn commit(&self, arguments: &[&str]) -> (bool, String) {
        let output = self.command("git").args(["commit", "-m", "next"]).args(arguments).output().expect("git runs");
        let printed = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&printed).into_owned())
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a file");
        }
    }
}
