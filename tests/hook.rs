//! The pre-commit hook in real git repositories: what is staged is judged, and nothing else.

#[path = "support/repository.rs"]
mod repository;

use repository::Repository;

const CONFIG: &str = "[[target]]\nname = \"app\"\ndeclared = { sql = \"schema.sql\" }\nmigrations = { dir = \"migrations\", layout = \"plain\" }\n";
const USERS: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n";
const USERS_BORN: &str = "CREATE TABLE users (id integer PRIMARY KEY, born date);\n";
const ADD_BORN: &str = "ALTER TABLE users ADD COLUMN born date;\n";

/// A repository with a clean project in its first commit and the hook installed.
fn clean() -> Repository {
    let repository = Repository::new();
    repository.write("undrift.toml", CONFIG);
    repository.write("schema.sql", USERS);
    repository.write("migrations/0001_init.sql", USERS);
    repository.git(&["add", "."]);
    repository.git(&["commit", "--quiet", "-m", "first"]);
    assert!(repository.undrift(&["hook", "install"]).status.success());
    repository
}

#[test]
fn a_schema_without_its_migration_is_refused_and_with_it_passes() {
    let repository = clean();
    repository.write("schema.sql", USERS_BORN);
    repository.git(&["add", "schema.sql"]);
    let (made, printed) = repository.commit(&[]);
    assert!(!made && printed.contains("born"), "{printed}");
    repository.write("migrations/0002_born.sql", ADD_BORN);
    let (made, printed) = repository.commit(&[]);
    assert!(!made, "an unstaged migration does not count\n{printed}");
    repository.git(&["add", "migrations"]);
    let (made, printed) = repository.commit(&[]);
    assert!(made, "{printed}");
}

#[test]
fn what_is_not_staged_is_not_judged() {
    let repository = clean();
    repository.write("schema.sql", USERS_BORN);
    repository.write("readme.md", "hello\n");
    repository.git(&["add", "readme.md"]);
    let (made, printed) = repository.commit(&[]);
    assert!(made, "{printed}");
}

#[test]
fn a_commit_of_named_paths_is_judged_by_its_own_index() {
    let repository = clean();
    repository.write("schema.sql", USERS_BORN);
    repository.write("migrations/0002_born.sql", ADD_BORN);
    repository.git(&["add", "."]);
    let (made, printed) = repository.commit(&["schema.sql"]);
    assert!(!made && printed.contains("born"), "only schema.sql is committed\n{printed}");
    let (made, printed) = repository.commit(&["schema.sql", "migrations/0002_born.sql"]);
    assert!(made, "{printed}");
}

#[test]
fn commit_all_is_judged_by_what_it_will_commit() {
    let repository = clean();
    repository.write("schema.sql", USERS_BORN);
    repository.write("migrations/0002_born.sql", ADD_BORN);
    let (made, printed) = repository.commit(&["-a"]);
    assert!(!made && printed.contains("born"), "an untracked migration is not in it\n{printed}");
    repository.git(&["add", "--intent-to-add", "migrations"]);
    let (made, printed) = repository.commit(&["-a"]);
    assert!(made, "{printed}");
}

#[test]
fn nothing_relevant_staged_is_silent_even_when_the_project_drifts() {
    let repository = clean();
    repository.write("schema.sql", USERS_BORN);
    repository.git(&["add", "."]);
    repository.git(&["commit", "--quiet", "--no-verify", "-m", "drift"]);
    repository.write("readme.md", "hello\n");
    repository.git(&["add", "readme.md"]);
    let (made, printed) = repository.commit(&[]);
    assert!(made, "{printed}");
}

#[test]
fn the_hook_can_be_removed_and_never_replaces_another() {
    let repository = clean();
    let hook = repository.path().join(".git/hooks/pre-commit");
    assert!(hook.exists());
    assert!(repository.undrift(&["hook", "install"]).status.success(), "twice is once");
    assert!(repository.undrift(&["hook", "uninstall"]).status.success());
    assert!(!hook.exists());
    std::fs::write(&hook, "#!/bin/sh\nexit 0\n").expect("a hook");
    let output = repository.undrift(&["hook", "install"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("undrift check --staged --quiet"));
    assert_eq!(std::fs::read_to_string(&hook).expect("the hook"), "#!/bin/sh\nexit 0\n");
    assert_eq!(repository.undrift(&["hook", "uninstall"]).status.code(), Some(2));
}

#[test]
fn the_hook_goes_where_git_looks_for_it() {
    let repository = clean();
    repository.git(&["config", "core.hooksPath", "githooks"]);
    assert!(repository.undrift(&["hook", "install"]).status.success());
    assert!(repository.path().join("githooks/pre-commit").exists());
}

#[test]
fn hook_managers_are_told_what_to_add() {
    for (file, text, expect) in [
        (".husky/pre-commit", "npm test\n", ".husky/pre-commit"),
        ("lefthook.yml", "", "pre-commit:"),
        (".pre-commit-config.yaml", "repos: []\n", "id: undrift"),
    ] {
        let repository = clean();
        repository.write(file, text);
        let output = repository.undrift(&["hook", "install"]);
        assert_eq!(output.status.code(), Some(2), "{file}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(expect), "{file}");
        assert_eq!(repository.read(file), text);
    }
}

#[test]
fn only_new_migrations_count_as_new() {
    let repository = clean();
    repository.git(&["switch", "--quiet", "-c", "feature"]);
    repository.write("migrations/0002_born.sql", ADD_BORN);
    repository.write("schema.sql", USERS_BORN);
    let new = |arguments: &[&str]| -> u64 {
        let output = repository.undrift(&[&["check", "--format", "json"], arguments].concat());
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        document["targets"][0]["migrations"]["new"].as_u64().expect("a number")
    };
    assert_eq!(new(&[]), 1, "untracked migrations are new");
    assert_eq!(new(&["--all"]), 2);
    repository.git(&["add", "."]);
    repository.git(&["commit", "--quiet", "-m", "born"]);
    assert_eq!(new(&["--base", "main"]), 1);
    assert_eq!(new(&["--base", "feature"]), 0);
    let output = repository.undrift(&["check", "--base", "nowhere"]);
    assert_eq!(output.status.code(), Some(2));
}
