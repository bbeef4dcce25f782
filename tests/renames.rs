//! The answer to "new or renamed?", given on the command line or in the config: nobody is ever asked.

use std::process::Output;

use assert_cmd::Command;

const MIGRATION: &str = "\
CREATE TABLE items (id integer PRIMARY KEY, template_id integer NOT NULL, note text);
CREATE INDEX items_template ON items (template_id) WHERE template_id > 0;
CREATE TABLE notes (id integer PRIMARY KEY, item_id integer REFERENCES items (id));
CREATE SCHEMA sales;
CREATE TABLE sales.orders (id integer PRIMARY KEY, total integer);
";
const SCHEMA: &str = "\
CREATE TABLE items (id integer PRIMARY KEY, service_id integer NOT NULL, note text);
CREATE INDEX items_template ON items (service_id) WHERE service_id > 0;
CREATE TABLE remarks (id integer CONSTRAINT notes_pkey PRIMARY KEY, item integer CONSTRAINT notes_item_id_fkey REFERENCES items (id));
CREATE SCHEMA sales;
CREATE TABLE sales.orders (id integer PRIMARY KEY, amount integer);
";
const CONFIG: &str = r#"[[target]]
name = "app"
declared = { sql = "schema.sql" }
migrations = { dir = "migrations", layout = "plain" }
"#;

fn run(config: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("migrations")).expect("a folder");
    for (path, text) in [("undrift.toml", config), ("schema.sql", SCHEMA), ("migrations/0001_init.sql", MIGRATION)] {
        std::fs::write(folder.path().join(path), text).expect("a file");
    }
    let mut command = Command::cargo_bin("undrift").expect("the program is built");
    command.env_clear().env("HOME", "/nonexistent").env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CEILING_DIRECTORIES", "/");
    command.current_dir(folder.path()).args(arguments).output().expect("it runs")
}

/// The exit status, and what is printed.
#[track_caller]
fn check(config: &str, arguments: &[&str], status: i32, expect: &str) {
    let output = run(config, arguments);
    let out = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), out.trim()), (Some(status), expect.trim()), "{arguments:?}");
}

const ALL: [&str; 8] = [
    "--rename",
    "items.template_id=service_id",
    "--rename",
    "notes=remarks",
    "--rename",
    "public.notes.item_id=item",
    "--rename",
    "sales.orders.total=amount",
];

const SQL: &str = r#"
ALTER TABLE "items" RENAME COLUMN "template_id" TO "service_id";
ALTER TABLE "notes" RENAME COLUMN "item_id" TO "item";
ALTER TABLE "sales"."orders" RENAME COLUMN "total" TO "amount";
ALTER TABLE "notes" RENAME TO "remarks";
"#;

#[test]
fn the_closing_sql_renames() {
    check(CONFIG, &[&["diff", "--format", "sql"][..], &ALL].concat(), 0, SQL);
    let renames = r#"renames = { "items.template_id" = "service_id", "notes" = "remarks", "notes.item_id" = "item", "sales.orders.total" = "amount" }"#;
    check(&format!("{CONFIG}{renames}\n"), &["diff", "--format", "sql"], 0, SQL);
}

#[test]
fn a_rename_is_a_finding_until_it_is_migrated() {
    let output = run(CONFIG, &[&["check", "--all", "--format", "concise"][..], &ALL].concat());
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        "schema.sql:1:45: error[drift/changed-column] column `service_id` of `items` is called `template_id` in the migrations, and none renames it
schema.sql:3:1: error[drift/changed-table] table `remarks` is called `notes` in the migrations, and none renames it
schema.sql:3:69: error[drift/changed-column] column `item` of `remarks` is called `item_id` in the migrations, and none renames it
schema.sql:5:52: error[drift/changed-column] column `amount` of `sales.orders` is called `total` in the migrations, and none renames it",
    );
}

#[test]
fn what_names_nothing_is_refused() {
    let help = "\n  help: the old name is `table` or `table.column`, with the database schema in front where it is not `public`";
    let of = |from: &str, to: &str| {
        format!("no table or column `{from}` is called `{to}` in the schema and `{from}` in the migrations{help}")
    };
    let expect = format!("error: `--rename items.nothing=note2`: {}", of("items.nothing", "note2"));
    check(CONFIG, &["check", "--rename", "items.nothing=note2"], 2, &expect);
    let config = format!("{CONFIG}renames = {{ \"items.note\" = \"remark\" }}\n");
    check(&config, &["check"], 2, &format!("error: undrift.toml:5:13: {}", of("items.note", "remark")));
}

#[test]
fn what_was_renamed_since_does_no_harm() {
    let config = format!("{CONFIG}renames = {{ \"items.title\" = \"note\", \"things\" = \"items\" }}\n");
    let plain = run(CONFIG, &["diff"]);
    assert_eq!(run(&config, &["diff"]), plain);
}
