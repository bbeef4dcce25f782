//! Real git histories: what is new, what is late, what was edited, against the index, a base and the default branch.

use std::path::Path;
use std::process::{Command, Output};

/// A project of Drizzle's or of plain files in a fresh repository.
struct Repository {
    folder: tempfile::TempDir,
    /// Where commands run, below the folder.
    at: String,
}

const GOOSE_CONFIG: &str = "[[target]]\nname = \"app\"\nmigrations = { dir = \"migrations\", layout = \"goose\" }\n";
const DRIZZLE_CONFIG: &str = "[[target]]\nname = \"app\"\nmigrations = { dir = \"drizzle\", layout = \"drizzle\" }\n";

impl Repository {
    fn new(config: &str) -> Self {
        let repository = Self { folder: tempfile::tempdir().expect("a temporary folder"), at: String::new() };
        repository.git("init --quiet --initial-branch=main");
        repository.write("undrift.toml", config);
        repository
    }

    /// One goose migration on main.
    fn goose() -> Self {
        let repository = Self::new(GOOSE_CONFIG);
        repository.goose_migration("001_users", "CREATE TABLE users (id integer PRIMARY KEY, name text, legacy text);");
        repository.commit("first");
        repository
    }

    /// One journaled migration on main.
    fn drizzle() -> Self {
        let repository = Self::new(DRIZZLE_CONFIG);
        repository.drizzle_migrations(&[("0000_users", 1_767_000_000_000)]);
        repository.commit("first");
        repository
    }

    fn goose_migration(&self, name: &str, sql: &str) {
        self.write(&format!("migrations/{name}.sql"), &format!("-- +goose Up\n{sql}\n"));
    }

    /// Writes the journal with these entries, and a table and a snapshot for each.
    fn drizzle_migrations(&self, entries: &[(&str, i64)]) {
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

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join(&self.at)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path()).env_clear().env("PATH", std::env::var("PATH").unwrap_or_default());
        command.env("HOME", self.folder.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Ada").env(format!("GIT_{role}_EMAIL"), "ada@example.org");
        }
        command
    }

    fn try_git(&self, arguments: &str) -> Output {
        self.command("git").args(arguments.split_whitespace()).output().expect("git runs")
    }

    /// A git command that must succeed.
    fn git(&self, arguments: &str) {
        let output = self.try_git(arguments);
        assert!(output.status.success(), "git {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn commit(&self, message: &str) {
        self.git("add --all");
        self.git(&format!("commit --quiet -m {message}"));
    }

    /// A branch beside main, with main moved on by a commit of its own.
    fn fork(&self, on_main: impl Fn(&Self), on_branch: impl Fn(&Self)) {
        self.git("branch feature");
        on_main(self);
        self.commit("theirs");
        self.git("checkout --quiet feature");
        on_branch(self);
        self.commit("ours");
    }

    fn undrift(&self, arguments: &str) -> Output {
        let mut command = self.command(env!("CARGO_BIN_EXE_undrift"));
        command.args(arguments.split_whitespace()).output().expect("it runs")
    }

    /// Runs a check; the exit status, then a line `severity rule object` for each finding, sorted.
    fn check(&self, scope: &str) -> (i32, Vec<String>) {
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

    fn expect(&self, scope: &str, expect: &[&str]) {
        let (status, findings) = self.check(scope);
        assert_eq!(findings, expect, "check {scope}");
        let refused = expect.iter().any(|line| line.starts_with("error"));
        assert_eq!(status, i32::from(refused), "check {scope}");
    }

    /// A run that cannot answer: exit status 2, and these words on standard error.
    fn expect_error(&self, arguments: &str, words: &[&str]) {
        let output = self.undrift(arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {text}{}", String::from_utf8_lossy(&output.stdout));
        for word in words {
            assert!(text.contains(word), "{arguments}: {word:?} is not in {text}");
        }
    }
}

#[test]
fn two_branches_with_the_same_number_are_seen_before_the_merge() {
    let repository = Repository::goose();
    repository.fork(
        |r| r.goose_migration("002_orders", "CREATE TABLE orders (id integer);"),
        |r| r.goose_migration("002_carts", "CREATE TABLE carts (id integer);"),
    );
    repository.expect("--base main", &["error order/duplicate-version 002_carts"]);
    repository.git("merge --quiet --no-edit main");
    repository
        .expect("--base main", &["error order/duplicate-version 002_carts", "error order/out-of-order 002_carts"]);
}

#[test]
fn a_journal_whose_time_goes_backwards_after_a_merge() {
    let repository = Repository::drizzle();
    let (first, theirs, ours) =
        (("0000_users", 1_767_000_000_000), ("0001_orders", 1_767_000_002_000), ("0001_carts", 1_767_000_001_000));
    repository.fork(|r| r.drizzle_migrations(&[first, theirs]), |r| r.drizzle_migrations(&[first, ours]));
    repository
        .expect("--base main", &["error order/duplicate-version 0001_carts", "error order/out-of-order 0001_carts"]);
    // The merge conflicts in the journal, and was resolved by keeping both entries.
    assert!(!repository.try_git("merge --quiet main").status.success());
    repository.expect_error("check --staged", &["unresolved merge conflict", "git add drizzle/meta/"]);
    repository.drizzle_migrations(&[first, theirs, ours]);
    repository.git("add --all");
    // One file name for two snapshots: one is lost, the other's parent is the lost one.
    repository.expect(
        "--staged",
        &[
            "error order/duplicate-version 0001_carts",
            "error order/out-of-order 0001_carts",
            "error order/snapshot-chain 0001_orders",
            "info order/missing-snapshot 0001_carts",
        ],
    );
    repository.git("commit --quiet --no-edit");
    // Renumbered and made later, it is clean.
    let renumbered = ("0002_carts", 1_767_000_003_000);
    repository.git("mv drizzle/0001_carts.sql drizzle/0002_carts.sql");
    repository.drizzle_migrations(&[first, theirs, renumbered]);
    repository.commit("renumbered");
    repository.expect("--base main", &[]);
}

#[test]
fn a_raised_time_runs_an_applied_migration_again() {
    let repository = Repository::drizzle();
    let (users, carts) = (("0000_users", 1_767_000_000_000), ("0001_carts", 1_767_000_001_000));
    repository.drizzle_migrations(&[users, carts]);
    repository.commit("second");
    repository.drizzle_migrations(&[users, (carts.0, carts.1 + 500_000)]);
    repository.expect("", &["error order/edited-migration 0001_carts"]);
    // Raising the time of one that was skipped is the repair.
    repository.drizzle_migrations(&[users, carts, ("0002_late", carts.1 - 500)]);
    repository.commit("late");
    repository.drizzle_migrations(&[users, carts, ("0002_late", carts.1 + 500)]);
    repository.expect("", &[]);
}

#[test]
fn merging_main_into_a_branch_makes_mains_migrations_no_newer() {
    let repository = Repository::goose();
    repository.fork(
        |r| r.goose_migration("002_orders", "ALTER TABLE users DROP COLUMN legacy;"),
        |r| r.goose_migration("003_carts", "CREATE TABLE carts (id integer);"),
    );
    repository.git("merge --quiet --no-commit --no-ff main");
    repository.expect("--staged", &[]);
}

#[test]
fn a_rebase_and_a_squash_merge_leave_new_what_is_new() {
    let repository = Repository::goose();
    repository.fork(
        |r| r.goose_migration("002_orders", "CREATE TABLE orders (id integer);"),
        |r| r.goose_migration("003_drop", "ALTER TABLE users DROP COLUMN legacy;"),
    );
    repository.git("rebase --quiet main");
    repository.expect("--base main", &["error safety/drop-column legacy"]);
    repository.git("checkout --quiet main");
    repository.git("merge --quiet --squash feature");
    repository.expect("--staged", &["error safety/drop-column legacy"]);
    repository.commit("squashed");
    repository.expect("", &[]);
    repository.git("checkout --quiet feature");
    // The branch's commit is not main's, but main has its migration: a branch that is over has nothing new.
    repository.expect("--base main", &["error safety/drop-column legacy"]);
    repository.git("rebase --quiet main");
    repository.expect("--base main", &[]);
}

#[test]
fn an_applied_migration_is_edited_deleted_renamed() {
    let repository = Repository::goose();
    repository.goose_migration("002_orders", "CREATE TABLE orders (id integer);");
    repository.commit("second");
    repository.goose_migration("001_users", "CREATE TABLE users (id bigint PRIMARY KEY, name text, legacy text);");
    repository.expect("", &["error order/edited-migration 001_users"]);
    repository.git("add --all");
    repository.expect("--staged", &["error order/edited-migration 001_users"]);
    repository.git("reset --quiet --hard");
    repository.goose_migration(
        "001_users",
        "-- people\nCREATE TABLE users (id integer PRIMARY KEY, name text,\n  legacy text);",
    );
    repository.expect("", &["info order/edited-migration 001_users"]);
    repository.git("reset --quiet --hard");
    repository.git("rm --quiet migrations/002_orders.sql");
    repository.expect("--staged", &["error order/deleted-migration 002_orders"]);
    repository.git("reset --quiet --hard");
    repository.git("mv migrations/002_orders.sql migrations/003_orders.sql");
    repository.expect("--staged", &["error order/deleted-migration 002_orders"]);
}

#[test]
fn a_revert_takes_an_applied_migration_away() {
    let repository = Repository::goose();
    repository.goose_migration("002_orders", "CREATE TABLE orders (id integer);");
    repository.commit("second");
    repository.git("revert --no-commit HEAD");
    repository.expect("--staged", &["error order/deleted-migration 002_orders"]);
}

#[test]
fn what_nobody_else_has_may_still_be_changed() {
    let repository = Repository::goose();
    repository.git("checkout --quiet -b feature");
    repository.goose_migration("002_orders", "CREATE TABLE orders (id integer);");
    repository.commit("mine");
    repository.goose_migration("002_orders", "CREATE TABLE orders (id bigint);");
    repository.git("add --all");
    repository.expect("--staged", &[]);
    repository.git("rm --quiet --force migrations/002_orders.sql");
    repository.expect("--staged", &[]);
    repository.goose_migration("001_users", "CREATE TABLE users (id bigint);");
    repository.git("add --all");
    repository.expect("--staged", &["error order/edited-migration 001_users"]);
}

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
    assert!(Path::new(&repository.path()).join("migrations").exists());
}
