//! What a repair names, done as it is printed; and histories in which a first answer would be wrong.

use crate::repository::{GOOSE_CONFIG, Repository};

const USERS: (&str, i64) = ("0000_users", 1_767_000_000_000);
const CARTS: (&str, i64) = ("0001_carts", 1_767_000_001_000);

/// The repair of the only finding.
fn repair(repository: &Repository, scope: &str) -> String {
    let report = repository.report(scope);
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings[0]["fix"]["command"].as_str().expect("a command").to_owned()
}

#[test]
fn an_octopus_merge_gives_each_branch_a_number_of_its_own() {
    let repository = Repository::goose();
    for branch in ["a", "b", "c"] {
        repository.git(&format!("checkout --quiet -b {branch} main"));
        repository.goose_migration(&format!("002_{branch}"), &format!("CREATE TABLE {branch} (id integer);"));
        repository.commit(branch);
    }
    repository.git("checkout --quiet -b all main");
    repository.git("merge --quiet -m octopus a b c");
    repository.expect("--base main", &["error order/duplicate-version 002_b", "error order/duplicate-version 002_c"]);
    let report = repository.report("--base main");
    for finding in report["findings"].as_array().expect("findings") {
        repository.repair(finding["fix"]["command"].as_str().expect("a repair"));
    }
    repository.expect("--base main", &[]);
    assert!(repository.path().join("migrations/004_c.sql").exists());
}

#[test]
fn a_late_one_and_a_twin_get_different_numbers() {
    let repository = Repository::goose();
    repository.goose_migration("003_orders", "CREATE TABLE orders (id integer);");
    repository.commit("third");
    repository.goose_migration("002_late", "CREATE TABLE late (id integer);");
    repository.goose_migration("003_twin", "CREATE TABLE twin (id integer);");
    let report = repository.report("");
    for finding in report["findings"].as_array().expect("findings") {
        repository.repair(finding["fix"]["command"].as_str().expect("a repair"));
    }
    repository.expect("", &[]);
}

#[test]
fn a_reverted_drizzle_migration_comes_back_with_snapshot_and_entry() {
    let repository = Repository::drizzle();
    repository.drizzle_migrations(&[USERS, CARTS]);
    repository.commit("second");
    repository.git("checkout --quiet -b reverts");
    repository.git("revert --no-edit HEAD");
    repository.expect("--base main", &["error order/deleted-migration 0001_carts"]);
    repository.repair(&repair(&repository, "--base main"));
    repository.expect("--base main", &[]);
    assert!(repository.path().join("drizzle/meta/0001_snapshot.json").exists());
}

#[test]
fn an_entry_that_a_merge_lost_is_put_back() {
    let repository = Repository::drizzle();
    repository.drizzle_migrations(&[USERS, CARTS]);
    repository.commit("second");
    // The file is there, and the conflict in the journal was resolved by taking the other side.
    let file = std::fs::read_to_string(repository.path().join("drizzle/0001_carts.sql")).expect("the migration");
    std::fs::remove_file(repository.path().join("drizzle/0001_carts.sql")).expect("it goes");
    repository.drizzle_migrations(&[USERS, ("0001_orders", CARTS.1 + 1000)]);
    repository.write("drizzle/0001_carts.sql", &file);
    let report = repository.report("");
    let finding =
        report["findings"].as_array().expect("findings").iter().find(|f| f["rule"] == "order/deleted-migration");
    let finding = finding.expect("the lost entry is told");
    assert_eq!(finding["message"], "0001_carts is merged already, and the journal no longer names it");
    assert_eq!(
        finding["fix"]["command"],
        "put its entry back into meta/_journal.json: {\"idx\": 1, \"version\": \"7\", \"when\": 1767000001000, \"tag\": \"0001_carts\", \"breakpoints\": true}"
    );
}

/// Drizzle 0.x knows what it applied by its time alone.
#[test]
fn a_drizzle_migration_under_another_tag_is_the_same() {
    let repository = Repository::drizzle();
    repository.drizzle_migrations(&[USERS, CARTS]);
    repository.commit("second");
    let journal = repository.path().join("drizzle/meta/_journal.json");
    let text = std::fs::read_to_string(&journal).expect("the journal");
    std::fs::write(&journal, text.replace("0001_carts", "0001_baskets")).expect("it is written");
    repository.git("mv drizzle/0001_carts.sql drizzle/0001_baskets.sql");
    repository.expect("", &[]);
    repository.write("drizzle/0001_baskets.sql", "CREATE TABLE \"carts\" (\"id\" bigint PRIMARY KEY);\n");
    repository.expect("", &["error order/edited-migration 0001_baskets"]);
}

#[test]
fn conflict_marks_in_the_journal_tell_nothing_of_the_order() {
    let repository = Repository::drizzle();
    repository.fork(
        |r| r.drizzle_migrations(&[USERS, ("0001_orders", CARTS.1 + 1000)]),
        |r| r.drizzle_migrations(&[USERS, CARTS]),
    );
    assert!(!repository.try_git("merge --quiet main").status.success());
    repository.expect(
        "--base main",
        &["error input/broken-journal -", "error input/broken-snapshot -", "error order/duplicate-version 0001_carts"],
    );
}

/// Two branches of one number write one snapshot file; the merged one goes before.
#[test]
fn a_merged_snapshot_that_another_overwrote_comes_back() {
    let repository = Repository::drizzle();
    let orders = ("0001_orders", CARTS.1 + 1000);
    repository.fork(|r| r.drizzle_migrations(&[USERS, orders]), |r| r.drizzle_migrations(&[USERS, CARTS]));
    assert!(!repository.try_git("rebase --quiet main").status.success());
    repository.drizzle_migrations(&[USERS, orders, ("0001_carts", CARTS.1 + 2000)]);
    repository.git("add --all");
    let report = repository.report("--staged");
    let finding = report["findings"].as_array().expect("findings").iter().find(|f| f["rule"] == "order/snapshot-chain");
    let finding = finding.expect("the lost snapshot is told");
    assert_eq!(finding["message"], "the snapshot of 0001_orders is merged already, and another stands in its file");
    repository.repair(finding["fix"]["command"].as_str().expect("a repair"));
    let snapshot = std::fs::read_to_string(repository.path().join("drizzle/meta/0001_snapshot.json"));
    assert!(snapshot.expect("a snapshot").contains("0001_orders"));
    // One's own, on a branch that nobody else has, may be made anew.
    let repository = Repository::drizzle();
    repository.git("checkout --quiet -b feature");
    repository.drizzle_migrations(&[USERS, CARTS]);
    repository.commit("mine");
    repository.write("drizzle/meta/0001_snapshot.json", r#"{"id": "anew", "prevId": "0000_users"}"#);
    repository.git("add --all");
    repository.expect("--staged", &[]);
}

/// drizzle-kit would write its empty migration over the file that it is to save.
#[test]
fn a_file_that_the_journal_lacks_is_not_written_over() {
    let repository = Repository::drizzle();
    repository.write("drizzle/0001_hand.sql", "CREATE TABLE hand (id integer);\n");
    assert_eq!(repair(&repository, ""), "drizzle-kit generate --custom --name=hand_custom");
    std::fs::remove_file(repository.path().join("drizzle/0001_hand.sql")).expect("it goes");
    repository.write("drizzle/hand.sql", "CREATE TABLE hand (id integer);\n");
    assert_eq!(repair(&repository, ""), "drizzle-kit generate --custom --name=hand");
}

/// refinery's `U` keeps no order, and is checked as `V` is otherwise.
#[test]
fn an_unversioned_migration_may_come_late() {
    let config = "[[target]]\nname = \"app\"\nmigrations = { dir = \"m\", layout = \"refinery\" }\n";
    let repository = Repository::new(config);
    repository.write("m/V1__users.sql", "CREATE TABLE users (id integer);\n");
    repository.write("m/V3__orders.sql", "CREATE TABLE orders (id integer);\n");
    repository.commit("two");
    repository.write("m/U2__carts.sql", "CREATE TABLE carts (id integer);\n");
    repository.expect("", &[]);
    repository.commit("late");
    repository.write("m/U2__carts.sql", "CREATE TABLE carts (id bigint);\n");
    repository.expect("", &["error order/edited-migration U2__carts"]);
    repository.git("checkout --quiet .");
    repository.write("m/U3__twin.sql", "CREATE TABLE twin (id integer);\n");
    repository.expect("", &["error order/duplicate-version U3__twin"]);
}

#[test]
fn a_folder_with_another_name_makes_nothing_new() {
    let repository = Repository::goose();
    repository.goose_migration("002_drop", "ALTER TABLE users DROP COLUMN legacy;");
    repository.commit("dropped");
    repository.git("mv migrations db");
    repository.write("undrift.toml", &GOOSE_CONFIG.replace("\"migrations\"", "\"db\""));
    repository.expect("", &[]);
    repository.git("add --all");
    repository.expect("--staged", &[]);
    // What was edited on the way is edited.
    repository.write(
        "db/001_users.sql",
        "-- +goose Up\nCREATE TABLE users (id bigint PRIMARY KEY, name text, legacy text);\n",
    );
    repository.write("db/003_more.sql", "-- +goose Up\nALTER TABLE users DROP COLUMN name;\n");
    repository.expect("", &["error order/edited-migration 001_users", "error safety/drop-column name"]);
    repository.git("checkout --quiet .");
    std::fs::remove_file(repository.path().join("db/003_more.sql")).expect("it goes");
    repository.git("rm --quiet --force db/002_drop.sql");
    repository.repair(&repair(&repository, ""));
    repository.expect("", &[]);
    // The same where nothing names the folder but its marks.
    let repository = Repository::new("");
    std::fs::remove_file(repository.path().join("undrift.toml")).expect("no config");
    repository.goose_migration("001_users", "CREATE TABLE users (id integer, legacy text);");
    repository.goose_migration("002_drop", "ALTER TABLE users DROP COLUMN legacy;");
    repository.commit("first");
    repository.git("mv migrations changes");
    repository.git("add --all");
    repository.expect("--staged", &[]);
}

#[test]
fn what_was_deleted_comes_back_whole() {
    let config = "[[target]]\nname = \"app\"\nmigrations = { dir = \"db\", layout = \"golang-migrate\" }\n";
    let repository = Repository::new(config);
    for name in ["1_users", "2_orders"] {
        let table = &name[2..];
        repository.write(&format!("db/{name}.up.sql"), &format!("CREATE TABLE {table} (id integer);\n"));
        repository.write(&format!("db/{name}.down.sql"), &format!("DROP TABLE {table};\n"));
    }
    repository.commit("two");
    repository.git("rm --quiet db/2_orders.up.sql db/2_orders.down.sql");
    repository.repair(&repair(&repository, "--staged"));
    repository.expect("--staged", &[]);
    assert!(repository.path().join("db/2_orders.down.sql").exists());
}
