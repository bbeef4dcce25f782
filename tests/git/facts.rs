//! What git says: indexes, worktrees, clones of every kind, folders, line ends.

use std::path::Path;

use crate::repository::{GOOSE_CONFIG, Repository};

#[test]
fn line_ends_are_no_edit() {
    let repository = Repository::goose();
    repository.write(
        "migrations/001_users.sql",
        "-- +goose Up\r\nCREATE TABLE users (id integer PRIMARY KEY, name text, legacy text);\r\n",
    );
    repository.expect("", &[]);
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let repository = Repository::new(GOOSE_CONFIG);
    repository.goose_migration("001_users", "CREATE TABLE users (id integer);");
    repository.goose_migration("001_carts", "CREATE TABLE carts (id integer);");
    repository.expect("", &["error order/duplicate-version 001_users"]);
    repository.git("add migrations/001_users.sql undrift.toml");
    repository.expect("--staged", &[]);
    repository.git("add migrations/001_carts.sql");
    repository.expect("--staged", &["error order/duplicate-version 001_users"]);
}

#[test]
fn partial_staging_judges_the_index_and_announced_files_are_not_in_it() {
    let repository = Repository::goose();
    repository.goose_migration("002_safe", "CREATE TABLE orders (id integer);");
    repository.git("add --all");
    repository.goose_migration("002_safe", "ALTER TABLE users DROP COLUMN legacy;");
    repository.goose_migration("003_drop", "ALTER TABLE users DROP COLUMN name;");
    repository.git("add --intent-to-add migrations/003_drop.sql");
    repository.expect("--staged", &[]);
    repository.expect("", &["error safety/drop-column legacy", "error safety/drop-column name"]);
}

#[test]
fn untracked_migrations_are_new_outside_the_index() {
    let repository = Repository::goose();
    repository.goose_migration("002_drop", "ALTER TABLE users DROP COLUMN legacy;");
    repository.expect("", &["error safety/drop-column legacy"]);
    repository.git("add undrift.toml");
    repository.expect("--staged", &[]);
}

#[test]
fn a_worktree_has_its_own_index_and_head() {
    let repository = Repository::goose();
    repository.git("worktree add --quiet -b feature side");
    let mut side = repository;
    side.at = "side".into();
    side.goose_migration("002_drop", "ALTER TABLE users DROP COLUMN legacy;");
    side.expect("--staged", &[]);
    side.git("add --all");
    side.expect("--staged", &["error safety/drop-column legacy"]);
    side.commit("dropped");
    side.expect("--base main", &["error safety/drop-column legacy"]);
}

#[test]
fn a_project_in_a_folder_of_the_repository() {
    let mut repository = Repository::goose();
    repository.at = "packages/db".into();
    repository.write("undrift.toml", GOOSE_CONFIG);
    repository.goose_migration("001_users", "CREATE TABLE users (id integer PRIMARY KEY, legacy text);");
    repository.commit("database");
    repository.goose_migration("002_drop", "ALTER TABLE users DROP COLUMN legacy;");
    repository.git("add .");
    repository.expect("--project . --staged", &["error safety/drop-column legacy"]);
    repository.expect("--project . --base HEAD", &["error safety/drop-column legacy"]);
}

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    let mut repository = Repository::goose();
    repository.fork(
        |r| r.goose_migration("002_orders", "CREATE TABLE orders (id integer);"),
        |r| r.goose_migration("003_carts", "CREATE TABLE carts (id integer);"),
    );
    let url = format!("file://{}", repository.path().display());
    repository.git(&format!("clone --quiet --depth 1 --no-single-branch {url} shallow"));
    repository.at = "shallow".into();
    repository.expect_error("check --base origin/main", &["no common commit", "fetch-depth: 0"]);
    repository.expect_error("check --base v1.0", &["v1.0", "fetch-depth: 0"]);
    repository.git("fetch --quiet --unshallow");
    repository.expect("--base origin/main", &[]);
}

#[test]
fn a_base_that_is_not_there_says_what_helps() {
    let repository = Repository::goose();
    repository.expect_error("check --base origin/next", &["origin/next", "git fetch origin next"]);
    let zero = "0".repeat(40);
    repository.expect_error(&format!("check --base {zero}"), &["name the target branch"]);
    let output =
        repository.command(env!("CARGO_BIN_EXE_undrift")).args(["check", "--base", ""]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn in_a_pull_request_new_is_what_its_target_branch_lacks() {
    let repository = Repository::goose();
    repository.git("update-ref refs/remotes/origin/main HEAD");
    repository.goose_migration("002_carts", "DROP TABLE users;");
    repository.commit("release");
    repository.git("update-ref refs/remotes/origin/release/2 HEAD");
    repository.git("checkout --quiet -b feature");
    let scope = |variable: &str, branch: &str, arguments: &[&str]| {
        let mut command = repository.command(env!("CARGO_BIN_EXE_undrift"));
        let output = command.env(variable, branch).arg("check").args(arguments).output().expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), text.contains("002_carts"))
    };
    assert_eq!(scope("GITHUB_BASE_REF", "", &[]), (Some(1), true));
    assert_eq!(scope("GITHUB_BASE_REF", "release/2", &[]), (Some(0), false));
    assert_eq!(scope("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "release/2", &[]), (Some(0), false));
    assert_eq!(scope("GITHUB_BASE_REF", "release/2", &["--base", "origin/main"]), (Some(1), true));
    assert_eq!(scope("GITHUB_BASE_REF", "not-fetched", &[]), (Some(1), true));
    let said = |branch: &str, arguments: &[&str]| {
        let mut command = repository.command(env!("CARGO_BIN_EXE_undrift"));
        let output = command.env("GITHUB_BASE_REF", branch).arg("check").args(arguments).output().expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
        text.contains("goes to origin/not-fetched, which is not fetched")
    };
    assert!(said("not-fetched", &[]));
    assert!(!said("release/2", &[]) && !said("not-fetched", &["--base", "origin/main"]));
    repository.write("undrift.toml", "base = \"origin/main\"\n");
    assert_eq!(scope("GITHUB_BASE_REF", "release/2", &[]), (Some(1), true));
}

#[test]
fn a_split_index_names_its_remedy() {
    let repository = Repository::goose();
    repository.git("update-index --split-index");
    repository.expect_error("check --staged", &["git update-index --no-split-index"]);
    repository.git("update-index --no-split-index");
    repository.expect("--staged", &[]);
}

#[test]
fn a_partial_clone_that_lacks_a_text_of_the_base_says_so() {
    let mut repository = Repository::goose();
    repository.goose_migration("001_users", "CREATE TABLE users (id bigint PRIMARY KEY);");
    repository.commit("edited");
    repository.git("config uploadpack.allowFilter true");
    let url = format!("file://{}", repository.path().display());
    repository.git(&format!("clone --quiet --filter=blob:none {url} partial"));
    repository.at = "partial".into();
    repository.expect("--base HEAD~1", &["error input/unreadable -"]);
    repository.git("fetch --quiet --refetch --no-filter");
    repository.expect("--base HEAD~1", &["error order/edited-migration 001_users"]);
}

#[test]
fn a_sparse_checkout_misses_nothing() {
    let repository = Repository::goose();
    repository.write("app/main.txt", "x");
    repository.commit("app");
    repository.git("sparse-checkout set --no-cone /app/ /undrift.toml");
    assert!(!repository.path().join("migrations").exists());
    repository.goose_migration("002_drop", "ALTER TABLE users DROP COLUMN legacy;");
    repository.expect("", &["error safety/drop-column legacy"]);
}

#[test]
fn links_are_not_followed_out_of_the_project() {
    let repository = Repository::goose();
    let secret = tempfile::tempdir().expect("a folder");
    std::fs::write(secret.path().join("s.sql"), "-- +goose Up\nSECRET\n").expect("a file");
    #[cfg(unix)]
    std::os::unix::fs::symlink(secret.path().join("s.sql"), repository.path().join("migrations/002_s.sql"))
        .expect("a link");
    let output = repository.undrift("check --all --format json");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.contains("SECRET"), "{text}");
    // Its runner follows it, so to pass over it would be a guess.
    repository.expect("--all", &["error input/unreadable -"]);
    repository.git("add --all");
    repository.expect("--staged", &["error input/unreadable -"]);
    assert!(Path::new(&repository.path()).join("migrations").exists());
}

#[cfg(unix)]
#[test]
fn a_migrations_folder_that_is_a_link_is_no_folder_without_migrations() {
    let repository = Repository::drizzle();
    std::fs::remove_file(repository.path().join("undrift.toml")).expect("the config");
    repository.write(
        "drizzle.config.ts",
        "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };",
    );
    repository.write("schema.ts", "import { pgTable } from 'drizzle-orm/pg-core';");
    std::fs::rename(repository.path().join("drizzle"), repository.path().join("real")).expect("it moves");
    std::os::unix::fs::symlink("real", repository.path().join("drizzle")).expect("a link");
    let (status, findings) = repository.check("--all");
    assert_eq!(status, 1, "{findings:?}");
    assert!(findings.contains(&"error input/unreadable -".to_owned()), "{findings:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_migration_whose_name_is_not_utf_8_is_named() {
    use std::os::unix::ffi::OsStrExt;
    let repository = Repository::goose();
    let name = std::ffi::OsStr::from_bytes(b"migrations/002_\xff.sql");
    std::fs::write(repository.path().join(name), "-- +goose Up\nALTER TABLE users DROP COLUMN legacy;\n")
        .expect("a file");
    repository.expect("", &["error input/unreadable -"]);
    // Git hands out its text.
    repository.git("add --all");
    repository.expect("--staged", &["error safety/drop-column legacy"]);
}

#[test]
fn a_folder_that_loses_all_its_migrations_is_judged() {
    let repository = Repository::goose();
    repository.git("rm --quiet --cached migrations/001_users.sql");
    repository.expect("--staged", &["error order/deleted-migration 001_users"]);
    repository.git("reset --quiet");
    repository.goose_migration("002_orders", "CREATE TABLE orders (id integer);");
    repository.commit("second");
    repository.git("rm --quiet -r migrations");
    let gone = ["error order/deleted-migration 001_users", "error order/deleted-migration 002_orders"];
    repository.expect("--staged", &gone);
    repository.expect("", &gone);
}

#[test]
fn a_clean_run_says_that_no_base_was_found() {
    let repository = Repository::goose();
    repository.git("branch --quiet --move main trunk");
    let clean =
        |scope: &str| String::from_utf8_lossy(&repository.undrift(&format!("check {scope}")).stdout).into_owned();
    assert!(clean("").contains("scope: working tree (no base found; --base REV or --all)"), "{}", clean(""));
    assert!(!clean("--all").contains("scope"), "{}", clean("--all"));
    assert_eq!(clean("--quiet"), "");
}
