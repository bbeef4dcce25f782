//! The program as people call it: arguments, output, exit status. Each test has a folder of its own and an empty environment.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;

/// A project in a temporary folder.
struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        for (path, text) in files {
            project.write(path, text.as_bytes());
        }
        project
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        undrift().current_dir(self.path()).args(arguments).output().expect("it runs")
    }

    /// Runs, and compares the exit status; gives standard output and standard error.
    fn expect(&self, arguments: &[&str], status: i32) -> (String, String) {
        let output = self.run(arguments);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(status), "{arguments:?}\n{out}\n{err}");
        (out, err)
    }
}

fn undrift() -> Command {
    let mut command = Command::cargo_bin("undrift").expect("the program is built");
    command.env_clear().env("HOME", "/nonexistent").env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

const CONFIG: &str = "[[target]]\nname = \"app\"\ndeclared = { sql = \"schema.sql\" }\nmigrations = { dir = \"migrations\", layout = \"plain\" }\n";
const USERS: &str = "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL);\n";

fn clean() -> Project {
    Project::new(&[("undrift.toml", CONFIG), ("schema.sql", USERS), ("migrations/0001_init.sql", USERS)])
}

fn drifting() -> Project {
    let declared = "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL, born date);\n";
    Project::new(&[("undrift.toml", CONFIG), ("schema.sql", declared), ("migrations/0001_init.sql", USERS)])
}

#[test]
fn clean_is_zero_and_quiet_prints_nothing() {
    let project = clean();
    let (out, err) = project.expect(&["check", "--all"], 0);
    assert!(out.contains("app"), "{out}");
    assert_eq!(err, "");
    assert_eq!(project.expect(&["check", "--all", "--quiet"], 0), (String::new(), String::new()));
}

#[test]
fn drift_is_one_and_says_what_is_missing() {
    let project = drifting();
    let (out, _) = project.expect(&["check", "--all", "--format", "concise"], 1);
    assert!(out.contains("drift/missing-column") && out.contains("`born` of `users`"), "{out}");
    project.expect(&["check", "--all", "--fail-on", "never"], 0);
}

#[test]
fn a_configured_history_without_migrations_is_judged_as_empty() {
    let project =
        Project::new(&[("undrift.toml", CONFIG), ("schema.sql", USERS), ("migrations/README.md", "none yet\n")]);
    let (out, _) = project.expect(&["check", "--all", "--format", "concise"], 1);
    assert!(out.contains("drift/missing-table") && out.contains("users"), "{out}");
}

#[test]
fn json_follows_its_schema() {
    let project = drifting();
    let (out, _) = project.expect(&["check", "--all", "--format", "json"], 1);
    let document: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let schema = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/check.schema.json"));
    let schema: serde_json::Value = serde_json::from_str(&schema.expect("the schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(errors, [] as [&str; 0]);

    let finding = &document["findings"][0];
    assert_eq!(document["schema_version"], 1);
    assert_eq!(finding["rule"], "drift/missing-column");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["target"], "app");
    assert_eq!(
        finding["object"],
        serde_json::json!({"kind": "column", "schema": "public", "table": "users", "name": "born"})
    );
    assert_eq!(finding["declared"], "date");
    assert_eq!(finding["migrated"], serde_json::Value::Null);
    assert_eq!(finding["primary"]["path"], "schema.sql");
    assert_eq!(finding["primary"]["start"]["line"], 1);
    assert_eq!(document["targets"][0]["migrations"]["count"], 1);
    assert_eq!(document["summary"]["errors"], 1);
    let fingerprint = finding["fingerprint"].as_str().expect("a text");

    // Lines may move; the fingerprint stays.
    project.write(
        "schema.sql",
        b"-- users\n\nCREATE TABLE users (id integer PRIMARY KEY,\n  email text NOT NULL,\n  born date);\n",
    );
    let (moved, _) = project.expect(&["check", "--all", "--format", "json"], 1);
    assert!(moved.contains(fingerprint), "{moved}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let project = drifting();
    for format in ["pretty", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"] {
        let run = || project.expect(&["check", "--all", "--format", format], 1).0;
        assert_eq!(run(), run(), "{format}");
    }
}

#[test]
fn several_reports_in_one_run() {
    let project = drifting();
    project.expect(&["check", "--all", "--output", "json=a.json", "--output", "markdown=b.md"], 1);
    let read = |name: &str| std::fs::read_to_string(project.path().join(name)).expect("the report");
    assert!(read("a.json").contains("drift/missing-column"));
    assert!(read("b.md").contains("born"));
}

#[test]
fn diff_prints_the_drift_and_the_sql_that_closes_it() {
    let project = drifting();
    let (out, _) = project.expect(&["diff"], 0);
    assert_eq!(out, "@@ column users.born @@\n+date\n");
    project.expect(&["diff", "--exit-code"], 1);
    let (sql, _) = project.expect(&["diff", "--format", "sql"], 0);
    assert!(sql.contains("ALTER TABLE \"users\" ADD COLUMN \"born\" date;"), "{sql}");
    assert_eq!(clean().expect(&["diff", "--exit-code"], 0).0, "");
}

#[test]
fn baseline_accepts_what_is_there_and_nothing_more() {
    let project = drifting();
    let (out, _) = project.expect(&["baseline"], 0);
    assert!(out.starts_with("1 finding is accepted"), "{out}");
    let (out, _) = project.expect(&["check", "--all"], 0);
    assert!(out.contains("baseline"), "{out}");
    project.write(
        "schema.sql",
        b"CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL, born date, died date);\n",
    );
    let (out, _) = project.expect(&["check", "--all", "--format", "concise"], 1);
    assert!(out.contains("`died`") && !out.contains("`born`"), "{out}");
}

#[test]
fn mistakes_in_the_config_are_two_with_their_place() {
    let project = clean();
    project.write("undrift.toml", b"[[target]]\nname = \"app\"\nmigration = { dir = \"migrations\" }\n");
    let (out, err) = project.expect(&["check", "--all"], 2);
    assert_eq!(out, "");
    assert!(err.starts_with("error: undrift.toml:3:1: unknown key `migration`"), "{err}");
    assert!(err.contains("did you mean `migrations`?"), "{err}");
    project.write("undrift.toml", b"[rules]\n\"drift/mising-column\" = \"off\"\n");
    let (_, err) = project.expect(&["check", "--all"], 2);
    assert!(err.contains("did you mean `drift/missing-column`?"), "{err}");
}

#[test]
fn a_config_may_lie_outside_the_project() {
    let project = clean();
    let elsewhere = Project::new(&[("c.toml", CONFIG)]);
    std::fs::remove_file(project.path().join("undrift.toml")).expect("a file");
    let config = elsewhere.path().join("c.toml");
    let root = project.path().to_string_lossy();
    elsewhere.expect(&["check", "--all", "--config", &config.to_string_lossy(), "--project", &root], 0);
}

#[test]
fn what_is_missing_is_said() {
    let project = clean();
    project.expect(&["check", "--all", "--project", "nowhere"], 2);
    project.expect(&["check", "--all", "--config", "nowhere.toml"], 2);
    let (_, err) = project.expect(&["check", "--all", "--target", "ap"], 2);
    assert!(err.contains("there is no target `ap`") && err.contains("did you mean `app`?"), "{err}");
    project.write("undrift.toml", CONFIG.replace("\"migrations\"", "\"migratoins\"").as_bytes());
    let (_, err) = project.expect(&["check", "--all"], 2);
    assert!(err.contains("undrift.toml:4:") && err.contains("`migratoins` does not exist"), "{err}");
}

#[test]
fn broken_sql_is_a_finding_with_its_place() {
    let project = clean();
    project.write("migrations/0002_broken.sql", b"ALTER TABLE users\n  ADD COLUM x integer;\n");
    let (out, _) = project.expect(&["check", "--all", "--format", "concise"], 1);
    assert!(out.contains("replay/syntax") && out.contains("0002_broken.sql:2"), "{out}");
}

#[test]
fn an_extension_that_nothing_creates_is_named_with_its_statement() {
    let check = |sql: &str, extension: Option<&str>| {
        let project = clean();
        project.write("migrations/0002_more.sql", sql.as_bytes());
        let (out, _) = project.expect(&["check", "--all", "--format", "json"], 1);
        let said = match extension {
            Some(name) => {
                out.contains(&format!("put `CREATE EXTENSION IF NOT EXISTS {name};` before it, or in a `prelude`"))
            }
            None => !out.contains("CREATE EXTENSION"),
        };
        assert!(said, "{sql}\n{out}");
    };
    check("CREATE TABLE notes (at vector(3));\n", Some("vector"));
    check("CREATE TABLE notes (id uuid DEFAULT uuid_generate_v4());\n", Some(r#"\"uuid-ossp\""#));
    check("CREATE INDEX ON users USING gin (email gin_trgm_ops);\n", Some("pg_trgm"));
    check("CREATE TABLE notes (at mood);\n", None);
    check("CREATE TABLE notes (at vector(3));\nCREATE TYPE vector AS ENUM ('x');\n", None);
}

#[test]
fn what_a_branch_of_unknown_outcome_may_have_changed_is_no_drift() {
    let made = "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE DOMAIN d AS int;\nCREATE SEQUENCE s;\n";
    let changes = [
        ("CREATE TYPE mood AS ENUM ('sad', 'ok', 'new');", "ALTER TYPE mood ADD VALUE 'new';"),
        ("CREATE DOMAIN d AS int DEFAULT 1;", "ALTER DOMAIN d SET DEFAULT 1;"),
        ("CREATE SEQUENCE s INCREMENT 5;", "ALTER SEQUENCE s INCREMENT 5;"),
    ];
    for (declared, change) in changes {
        let name = |line: &str| line.split([' ', ';']).nth(2).map(str::to_owned);
        let others: Vec<&str> = made.lines().filter(|line| name(line) != name(declared)).collect();
        let schema = format!("{}\n{declared}\n", others.join("\n"));
        let check = |program: &str, drifts: bool| {
            let migration = format!("{made}{program}");
            let project = Project::new(&[
                ("undrift.toml", CONFIG),
                ("schema.sql", &schema),
                ("migrations/0001_init.sql", &migration),
            ]);
            let out = text(&project.run(&["check", "--all", "--format", "concise"]).stdout);
            assert_eq!(out.contains("drift/"), drifts, "{program}\n{out}");
        };
        check("", true);
        check(change, false);
        check(&format!("DO $$ BEGIN IF random() > 0.5 THEN {change} END IF; END $$;\n"), false);
    }
}

#[test]
fn odd_bytes_do_no_harm() {
    let project = clean();
    project.write("migrations/0002_latin.sql", b"-- caf\xe9\nALTER TABLE users ADD COLUMN x integer;\n");
    project.write(
        "schema.sql",
        b"\xef\xbb\xbfCREATE TABLE users (id integer PRIMARY KEY,\r\n email text NOT NULL,\r\n x integer);\r\n",
    );
    let (out, _) = project.expect(&["check", "--all", "--format", "concise", "--fail-on", "never"], 0);
    assert!(!out.contains("drift/"), "{out}");
}

#[test]
fn deep_nesting_does_no_harm() {
    let project = clean();
    let deep = format!("ALTER TABLE users ADD CHECK ({}true{});\n", "(".repeat(10_000), ")".repeat(10_000));
    project.write("migrations/0002_deep.sql", deep.as_bytes());
    let chain = format!("CREATE VIEW v AS SELECT {} AS x;\n", vec!["'a'"; 200].join(" || "));
    project.write("migrations/0003_chain.sql", chain.as_bytes());
    let output = project.run(&["check", "--all", "--format", "concise"]);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    assert!(!text(&output.stdout).contains("0003_chain.sql:1 cannot run"), "{output:?}");
}

#[test]
fn explain_and_rules() {
    let project = clean();
    let (out, _) = project.expect(&["explain", "replay/unknown-column"], 0);
    assert!(out.starts_with("replay/unknown-column (error, since 0.1.0)\n\nA statement names a column"), "{out}");
    assert_eq!(project.expect(&["explain", "unknown-column"], 0).0, out);
    let (_, err) = project.expect(&["explain", "replay/unknown-colum"], 2);
    assert!(err.contains("did you mean `replay/unknown-column`?"), "{err}");
    let (out, _) = project.expect(&["rules"], 0);
    assert_eq!(out.lines().count(), undrift::rules::ALL.len());
    let (out, _) = project.expect(&["rules", "--format", "json"], 0);
    let rules: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(rules.as_array().map(Vec::len), Some(undrift::rules::ALL.len()));
}

#[test]
fn wrong_arguments_are_two() {
    let project = clean();
    project.expect(&["check", "--staged", "--all"], 2);
    project.expect(&["check", "--format", "yaml"], 2);
    project.expect(&["check", "--output", "sarif"], 2);
    project.expect(&["chekc"], 2);
}

#[test]
fn completions_are_printed() {
    let (out, _) = clean().expect(&["completions", "bash"], 0);
    assert!(out.contains("undrift"), "{out}");
}

#[test]
fn help_is_what_it_was() {
    let (out, _) = clean().expect(&["--help"], 0);
    insta::assert_snapshot!("help", out);
    let (out, _) = clean().expect(&["check", "--help"], 0);
    insta::assert_snapshot!("help_check", out);
}
