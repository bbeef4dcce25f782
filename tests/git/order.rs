//! What is late, was edited, deleted or raised, against the index, a base and the default branch.

use crate::repository::Repository;

#[test]
fn two_branches_with_the_same_number_are_seen_before_the_merge() {
    let repository = Repository::goose();
    repository.fork(
        |r| r.goose_migration("002_orders", "CREATE TABLE orders (id integer);"),
        |r| r.goose_migration("002_carts", "CREATE TABLE carts (id integer);"),
    );
    repository.expect("--base main", &["error order/duplicate-version 002_carts"]);
    repository.git("merge --quiet --no-edit main");
    repository.expect("--base main", &["error order/duplicate-version 002_carts"]);
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
    repository.expect("--base main", &[]);
    repository.goose_migration("004_more", "ALTER TABLE users DROP COLUMN name;");
    repository.commit("more");
    repository.expect("--base main", &["error safety/drop-column name"]);
    repository.git("reset --quiet --hard HEAD~1");
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
fn a_cherry_picked_migration_is_merged_already() {
    let repository = Repository::goose();
    repository.fork(
        |r| r.goose_migration("002_drop", "ALTER TABLE users DROP COLUMN legacy;"),
        |r| r.goose_migration("003_carts", "CREATE TABLE carts (id integer);"),
    );
    repository.git("cherry-pick main");
    repository.expect("--base main", &[]);
    // Beside it, a journal: the same entry on both sides.
    let repository = Repository::drizzle();
    let first = ("0000_users", 1_767_000_000_000);
    let theirs = ("0001_orders", 1_767_000_002_000);
    repository.fork(
        |r| r.drizzle_migrations(&[first, theirs]),
        |r| r.drizzle_migrations(&[first, theirs, ("0002_carts", 1_767_000_003_000)]),
    );
    repository.expect("--base main", &[]);
}

#[test]
fn stacked_branches_and_a_release_branch() {
    let repository = Repository::goose();
    repository.git("branch release/1.0");
    repository.goose_migration("002_orders", "CREATE TABLE orders (id integer);");
    repository.commit("second");
    repository.git("checkout --quiet -b one");
    repository.goose_migration("003_drop", "ALTER TABLE users DROP COLUMN legacy;");
    repository.commit("one");
    repository.git("checkout --quiet -b two");
    repository.goose_migration("004_drop", "ALTER TABLE users DROP COLUMN name;");
    repository.commit("two");
    repository.expect("--base one", &["error safety/drop-column name"]);
    repository.expect("--base main", &["error safety/drop-column legacy", "error safety/drop-column name"]);
    // A fix for the release, with a number that main has passed already.
    repository.git("checkout --quiet -b fix release/1.0");
    repository.goose_migration("002_fix", "CREATE TABLE fixes (id integer);");
    repository.commit("fix");
    repository.expect("--base release/1.0", &[]);
    repository.expect("--base main", &["error order/duplicate-version 002_fix"]);
}

#[test]
fn what_is_committed_and_not_pushed_may_still_be_amended() {
    let mut repository = Repository::goose();
    let url = format!("file://{}", repository.path().display());
    repository.git(&format!("clone --quiet {url} mine"));
    repository.at = "mine".into();
    repository.goose_migration("002_orders", "CREATE TABLE orders (id integer);");
    repository.commit("mine");
    repository.goose_migration("002_orders", "CREATE TABLE orders (id bigint);");
    repository.expect("", &[]);
    repository.git("add --all");
    repository.expect("--staged", &[]);
    repository.git("commit --quiet --amend --no-edit");
    repository.git("push --quiet origin HEAD:refs/heads/elsewhere");
    repository.git("update-ref refs/remotes/origin/main HEAD");
    repository.goose_migration("002_orders", "CREATE TABLE orders (id smallint);");
    repository.git("add --all");
    repository.expect("--staged", &["error order/edited-migration 002_orders"]);
}

/// A baseline is made by the same clock as the checks after it.
#[test]
fn a_baseline_accepts_what_the_time_decides() {
    let repository = Repository::drizzle();
    repository.drizzle_migrations(&[("0000_users", 1_767_000_000_000), ("0001_orders", 4_000_000_000_000)]);
    repository.expect("", &["warning order/future-timestamp 0001_orders"]);
    assert!(repository.undrift("baseline").status.success());
    repository.expect("", &[]);
}
