//! States that a repository may be in, and formats that it may be kept in.

use std::process::Command;

use crate::repository::{GOOSE_CONFIG, Repository};

const DROP: &str = "ALTER TABLE users DROP COLUMN legacy;";
const DROPPED: &[&str] = &["error safety/drop-column legacy"];

#[test]
fn a_detached_head() {
    let repository = Repository::goose();
    repository.git("checkout --quiet --detach");
    repository.goose_migration("002_drop", DROP);
    repository.expect("", DROPPED);
    repository.commit("dropped");
    repository.expect("--base main", DROPPED);
    repository.expect("", DROPPED);
}

#[test]
fn a_rebase_that_stopped_at_a_conflict() {
    let repository = Repository::goose();
    repository.fork(
        |r| r.goose_migration("002_orders", "CREATE TABLE orders (id integer);"),
        |r| r.goose_migration("002_orders", "CREATE TABLE orders (id bigint);"),
    );
    assert!(!repository.try_git("rebase main").status.success());
    repository.expect_error("check --staged", &["unresolved merge conflict", "git add migrations/002_orders.sql"]);
    // The files hold git's marks, which no server takes.
    assert_eq!(repository.undrift("check --base main").status.code(), Some(1));
    repository.goose_migration("002_orders", "CREATE TABLE orders (id integer);");
    repository.goose_migration("003_bigint", "ALTER TABLE orders ALTER COLUMN id TYPE bigint;");
    repository.git("add --all");
    repository.expect("--staged", &[]);
    repository.git("-c core.editor=true rebase --continue");
    repository.expect("--base main", &[]);
}

#[test]
fn line_ends_of_the_checkout_are_git_s_business() {
    let mut repository = Repository::goose();
    let url = format!("file://{}", repository.path().display());
    repository.git(&format!("clone --quiet -c core.autocrlf=true {url} crlf"));
    repository.at = "crlf".into();
    let text = std::fs::read(repository.path().join("migrations/001_users.sql")).expect("the migration");
    assert!(text.windows(2).any(|pair| pair == b"\r\n"), "git wrote CRLF");
    repository.expect("", &[]);
    repository.git("add --all");
    repository.expect("--staged", &[]);
    repository.goose_migration("002_drop", DROP);
    repository.git("add --all");
    repository.expect("--staged", DROPPED);
}

#[test]
fn a_shallow_clone_that_has_the_merge_base() {
    let mut repository = Repository::goose();
    repository.fork(
        |r| r.goose_migration("002_orders", "CREATE TABLE orders (id integer);"),
        |r| r.goose_migration("003_drop", DROP),
    );
    let url = format!("file://{}", repository.path().display());
    repository.git(&format!("clone --quiet --depth 2 --no-single-branch --branch feature {url} shallow"));
    repository.at = "shallow".into();
    repository.expect("--base origin/main", DROPPED);
}

#[test]
fn a_sparse_index_names_its_remedy() {
    let repository = Repository::goose();
    repository.write("app/deep/main.txt", "x");
    repository.write("other/deep/main.txt", "x");
    repository.commit("app");
    repository.git("sparse-checkout set --cone --sparse-index migrations");
    repository.expect_error("check --staged", &["git sparse-checkout reapply --no-sparse-index"]);
    repository.git("sparse-checkout reapply --no-sparse-index");
    repository.expect("--staged", &[]);
}

#[test]
fn references_in_a_reftable_name_their_remedy() {
    let repository = Repository::goose();
    if !repository.try_git("refs migrate --ref-format=reftable").status.success() {
        eprintln!("skipped: this git has no reftables");
        return;
    }
    repository.expect_error("check", &["git refs migrate --ref-format=files"]);
    repository.git("refs migrate --ref-format=files");
    repository.expect("", &[]);
}

#[test]
fn a_submodule_is_a_repository_of_its_own() {
    let mut repository = Repository::goose();
    let inner = Repository::goose();
    let url = format!("file://{}", inner.path().display());
    repository.git(&format!("-c protocol.file.allow=always submodule --quiet add {url} database"));
    repository.commit("submodule");
    repository.at = "database".into();
    repository.goose_migration("002_drop", DROP);
    repository.expect("", DROPPED);
    repository.expect("--staged", &[]);
    repository.git("add --all");
    repository.expect("--staged", DROPPED);
    // The outer repository's own migrations are as they were.
    repository.at = String::new();
    repository.expect("", &[]);
}

#[test]
fn a_bare_repository_and_none_at_all() {
    let mut repository = Repository::goose();
    repository.git("clone --quiet --bare . bare.git");
    repository.at = "bare.git".into();
    repository.expect_error("check --staged", &["is not in a git repository"]);
    let outside = Repository { folder: tempfile::tempdir().expect("a folder"), at: String::new() };
    outside.write("undrift.toml", GOOSE_CONFIG);
    outside.goose_migration("001_users", "CREATE TABLE users (id integer, legacy text);");
    outside.goose_migration("002_drop", DROP);
    outside.expect("", DROPPED);
    outside.expect_error("check --staged", &["is not in a git repository"]);
    outside.expect_error("check --base main", &["is not in a git repository"]);
}

/// Only root can give a folder away, as CI containers do.
#[test]
fn a_checkout_of_another_user_names_its_remedy() {
    let repository = Repository::goose();
    let path = repository.path();
    let given = Command::new("chown").args(["-R", "65534:65534"]).arg(&path).output().is_ok_and(|o| o.status.success());
    if !given {
        eprintln!("skipped: only root can give a checkout to another user");
        return;
    }
    repository.expect_error("check --staged", &["belongs to another user", "git config --global --add safe.directory"]);
    repository.git(&format!("config --global --add safe.directory {}", path.canonicalize().expect("a path").display()));
    repository.expect("--staged", &[]);
}

#[test]
fn an_index_that_commit_names_by_environment() {
    let repository = Repository::goose();
    repository.goose_migration("002_drop", DROP);
    repository.git("add --all");
    // As `git commit PATH` does: an index of its own, here one without the migration.
    std::fs::copy(repository.path().join(".git/index"), repository.path().join("other-index")).expect("a copy");
    let run = |program: &str, arguments: &[&str]| {
        let mut command = repository.command(program);
        command.env("GIT_INDEX_FILE", repository.path().join("other-index")).args(arguments).output().expect("it runs")
    };
    assert!(run("git", &["rm", "--quiet", "--cached", "migrations/002_drop.sql"]).status.success());
    assert_eq!(run(env!("CARGO_BIN_EXE_undrift"), &["check", "--staged"]).status.code(), Some(0));
    repository.expect("--staged", DROPPED);
}
