//! Sqitch's plan in real histories: the order of its lines, what it lacks, and a change that was reworked.

use crate::repository::Repository;

const CONFIG: &str =
    "[[target]]\nname = \"db\"\ndialect = \"postgresql\"\nmigrations = { dir = \"deploy\", layout = \"sqitch\" }\n";

/// Writes a plan of these lines.
fn plan(repository: &Repository, lines: &[&str]) {
    let planned = |line: &&str| format!("{line} 2024-01-02T03:04:05Z A B <a@b.example>\n");
    let lines: String = lines.iter().map(planned).collect();
    repository.write("sqitch.plan", &format!("%syntax-version=1.0.0\n%project=p\n\n{lines}"));
}

/// On main: two changes, and a tag after them.
fn repository() -> Repository {
    let repository = Repository::new(CONFIG);
    repository.write("deploy/users.sql", "CREATE TABLE users (id int);\n");
    repository.write("deploy/carts.sql", "CREATE TABLE carts (id int);\n");
    plan(&repository, &["users", "carts", "@v1"]);
    repository.commit("first");
    repository.git("update-ref refs/remotes/origin/main HEAD");
    repository.git("checkout --quiet -b feature");
    repository
}

/// The rules that a check reports of what is new since main.
fn expect(repository: &Repository, rules: &[&str]) {
    let (_, findings) = repository.check("--base origin/main");
    let found: Vec<&str> = findings.iter().filter_map(|finding| finding.split(' ').nth(1)).collect();
    assert_eq!(found, rules, "{findings:?}");
}

#[test]
fn a_reworked_change_is_no_edit() {
    let repository = repository();
    repository.write("deploy/users@v1.sql", "CREATE TABLE users (id int);\n");
    repository.write("deploy/users.sql", "ALTER TABLE users ADD COLUMN name text;\n");
    plan(&repository, &["users", "carts", "@v1", "users [users@v1]"]);
    expect(&repository, &[]);
    // The rework alone is new.
    repository.write("deploy/users.sql", "ALTER TABLE users DROP COLUMN id;\n");
    expect(&repository, &["safety/drop-column"]);
    repository.write("deploy/users@v1.sql", "CREATE TABLE users (id bigint);\n");
    expect(&repository, &["order/edited-migration", "safety/drop-column"]);
}

#[test]
fn the_place_in_the_plan_is_the_order() {
    let repository = repository();
    repository.write("deploy/orders.sql", "CREATE TABLE orders (id int);\n");
    plan(&repository, &["users", "orders", "carts", "@v1"]);
    expect(&repository, &["order/out-of-order"]);
    plan(&repository, &["users", "carts", "@v1", "orders"]);
    expect(&repository, &[]);
    plan(&repository, &["users", "carts", "@v1"]);
    expect(&repository, &["order/unjournaled-migration"]);
    plan(&repository, &["users", "carts", "@v1", "orders", "payments"]);
    expect(&repository, &["order/missing-migration-file"]);
}

#[test]
fn what_is_merged_stays_in_the_plan() {
    let repository = repository();
    plan(&repository, &["users", "@v1"]);
    expect(&repository, &["order/deleted-migration"]);
    plan(&repository, &["users", "carts", "@v1"]);
    repository.write("deploy/carts.sql", "CREATE TABLE carts (id bigint);\n");
    expect(&repository, &["order/edited-migration"]);
}
