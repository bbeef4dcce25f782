//! The hooks of `.pre-commit-hooks.yaml`, run by the real pre-commit framework: it refuses, then passes.
//!
//! Without it the test says so and is skipped; `REQUIRE_PRE_COMMIT=1` makes that a failure.

#[path = "support/repository.rs"]
mod repository;

use repository::Repository;

const CONFIG: &str = "[[target]]\nname = \"app\"\ndeclared = { sql = \"schema.sql\" }\nmigrations = { dir = \"migrations\", layout = \"plain\" }\n";
const USERS: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n";
const USERS_BORN: &str = "CREATE TABLE users (id integer PRIMARY KEY, born date);\n";

#[test]
fn the_system_hook_refuses_then_passes() {
    let is_here = std::process::Command::new("pre-commit").arg("--version").output().is_ok_and(|o| o.status.success());
    if !is_here {
        assert!(
            std::env::var_os("REQUIRE_PRE_COMMIT").is_none(),
            "REQUIRE_PRE_COMMIT is set, and pre-commit is not here"
        );
        eprintln!("skipped: there is no pre-commit on this machine");
        return;
    }
    // A hook repository is read at a commit, and this checkout may have none.
    let hooks = Repository::new();
    hooks.write(".pre-commit-hooks.yaml", include_str!("../.pre-commit-hooks.yaml"));
    hooks.git(&["add", "."]);
    hooks.git(&["commit", "--quiet", "-m", "hooks"]);

    let project = Repository::new();
    project.write("undrift.toml", CONFIG);
    project.write("schema.sql", USERS);
    project.write("migrations/0001_init.sql", USERS);
    project.git(&["add", "."]);
    project.git(&["commit", "--quiet", "-m", "first"]);
    project.write("schema.sql", USERS_BORN);
    project.git(&["add", "."]);

    let hooks = hooks.path().to_str().expect("a path").to_owned();
    let attempt_on = |run: &[&str]| {
        let try_repo = ["try-repo", "--color=never", &hooks, "undrift-system", "--verbose"];
        project.run("pre-commit", &[&try_repo, run].concat())
    };
    let attempt = || attempt_on(&[]);
    let (passed, printed) = attempt();
    assert!(!passed && printed.contains("Failed") && printed.contains("drift/missing-column"), "{printed}");
    assert!(printed.contains("schema.sql is staged without a migration"), "{printed}");
    project.write("migrations/0002_born.sql", "ALTER TABLE users ADD COLUMN born date;\n");
    project.git(&["add", "."]);
    let (passed, printed) = attempt();
    assert!(passed && printed.contains("Passed"), "{printed}");

    // Nothing is staged in CI: what is there is judged.
    project.git(&["commit", "--quiet", "--no-verify", "-m", "born"]);
    let clean = attempt_on(&["--all-files"]);
    assert!(clean.0, "{}", clean.1);
    project.write("schema.sql", "CREATE TABLE users (id integer PRIMARY KEY, born date, name text);\n");
    project.git(&["commit", "--quiet", "--no-verify", "-am", "named"]);
    for run in [&["--all-files"][..], &["--from-ref", "HEAD~1", "--to-ref", "HEAD"]] {
        let (passed, printed) = attempt_on(run);
        assert!(!passed && printed.contains("column `name` of `users` is declared"), "{run:?}: {printed}");
    }
}

#[test]
fn both_hooks_run_the_same_check() {
    let hooks = include_str!("../.pre-commit-hooks.yaml");
    for id in ["undrift", "undrift-system"] {
        assert!(hooks.contains(&format!("- id: {id}\n")), "{id}");
    }
    assert_eq!(hooks.matches("entry: undrift check --staged\n").count(), 2);
    assert_eq!(hooks.matches("pass_filenames: false\n").count(), 2);
}

#[test]
fn the_snippets_run_what_the_git_hook_runs() {
    let command = "undrift check --staged --quiet";
    for (name, text) in [
        ("pre-commit", include_str!("../hooks/pre-commit")),
        ("husky", include_str!("../hooks/husky/pre-commit")),
        ("lefthook", include_str!("../hooks/lefthook.yml")),
        ("lint-staged", include_str!("../hooks/lint-staged.config.mjs")),
    ] {
        assert!(text.contains(command), "{name}");
    }
    assert!(include_str!("../hooks/pre-commit-config.yaml").contains("- id: undrift\n"));
    let readme = include_str!("../README.md");
    assert!(
        readme.contains("() => \"undrift check --staged --quiet\""),
        "lint-staged appends file names to a plain command"
    );
}
