//! What a commit pays for the hook: the program as git runs it, in a repository of 500 migrations, beside a `git status` there.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use divan::Bencher;
use tempfile::TempDir;

use super::drizzle;

const MIGRATIONS: usize = 500;

#[divan::bench]
fn git_status(bencher: Bencher<'_, '_>) {
    let repository = repository("README.md");
    bencher.bench_local(|| git(repository.path(), &["status", "--porcelain"]));
}

#[divan::bench]
fn nothing_relevant_staged(bencher: Bencher<'_, '_>) {
    let repository = repository("README.md");
    bencher.bench_local(|| check_staged(repository.path()));
}

#[divan::bench]
fn schema_staged(bencher: Bencher<'_, '_>) {
    let repository = repository("schema.ts");
    bencher.bench_local(|| check_staged(repository.path()));
}

/// A clean project, committed, with a harmless change of one file staged.
fn repository(changed: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path();
    for (path, text) in drizzle::project(MIGRATIONS) {
        write(root, &path, &text);
    }
    write(root, "README.md", "# Orders\n");
    write(
        root,
        "drizzle.config.ts",
        "export default { dialect: \"postgresql\", schema: \"./schema.ts\", out: \"./migrations\" };\n",
    );
    git(root, &["init", "--quiet"]);
    git(root, &["add", "."]);
    git(root, &["commit", "--quiet", "--message", "orders"]);
    let text = fs::read_to_string(root.join(changed)).expect("a file of the project");
    write(root, changed, &format!("{text}\n"));
    git(root, &["add", "."]);
    folder
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a file in the folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn git(root: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=undrift", "-c", "user.email=undrift@localhost"];
    run(Command::new("git").args(identity).args(args).current_dir(root));
}

fn check_staged(root: &Path) {
    run(Command::new(env!("CARGO_BIN_EXE_undrift")).args(["check", "--staged", "--quiet"]).current_dir(root));
}

fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).status().expect("a program that can be started");
    assert!(status.success(), "{command:?}: {status}");
}
