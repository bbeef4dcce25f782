//! The snippets of `hooks/` under the real husky, lefthook and lint-staged: a commit is refused, then passes.
//!
//! They are looked for in the `node_modules` of the folder that `UNDRIFT_HOOK_MANAGERS` names (`.ci/run` installs them there). Without it the test
//! says so and is skipped.
#![cfg(unix)]

#[path = "support/repository.rs"]
mod repository;

use std::path::PathBuf;

use repository::Repository;

const CONFIG: &str = "[[target]]\nname = \"app\"\ndeclared = { sql = \"schema.sql\" }\nmigrations = { dir = \"migrations\", layout = \"plain\" }\n";
const USERS: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n";
const USERS_BORN: &str = "CREATE TABLE users (id integer PRIMARY KEY, born date);\n";

/// The folder of the managers' packages.
fn packages() -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("UNDRIFT_HOOK_MANAGERS") else {
        eprintln!("skipped: UNDRIFT_HOOK_MANAGERS names no folder with husky, lefthook and lint-staged");
        return None;
    };
    let packages = PathBuf::from(folder).join("node_modules");
    Some(packages.canonicalize().expect("UNDRIFT_HOOK_MANAGERS has node_modules"))
}

/// A project with one migration, and a manager set up in it.
fn project(packages: &std::path::Path, setup: impl Fn(&Repository)) -> Repository {
    let project = Repository::new();
    project.write("undrift.toml", CONFIG);
    project.write("schema.sql", USERS);
    project.write("migrations/0001_init.sql", USERS);
    project.write("package.json", "{ \"name\": \"app\", \"version\": \"1.0.0\" }\n");
    project.write(".gitignore", "node_modules\n");
    std::os::unix::fs::symlink(packages, project.path().join("node_modules")).expect("a link");
    project.git(&["add", "."]);
    project.git(&["commit", "--quiet", "-m", "first"]);
    setup(&project);
    project.git(&["add", "."]);
    project.git(&["commit", "--quiet", "-m", "hooks"]);
    project
}

fn run(project: &Repository, program: &str, arguments: &[&str]) {
    let (succeeded, printed) = project.run(program, arguments);
    assert!(succeeded, "{program} {arguments:?}: {printed}");
}

fn refuses_then_passes(project: &Repository) {
    project.write("schema.sql", USERS_BORN);
    project.git(&["add", "."]);
    let (committed, printed) = project.commit(&[]);
    assert!(!committed && printed.contains("drift/missing-column"), "{printed}");
    assert!(printed.contains("schema.sql is staged without a migration"), "{printed}");
    project.write("migrations/0002_born.sql", "ALTER TABLE users ADD COLUMN born date;\n");
    project.git(&["add", "."]);
    let (committed, printed) = project.commit(&[]);
    assert!(committed && !printed.contains("drift/"), "{printed}");
}

#[test]
fn husky_runs_the_snippet() {
    let Some(packages) = packages() else { return };
    refuses_then_passes(&project(&packages, |project| {
        run(project, "node", &["node_modules/husky/bin.js"]);
        project.write(".husky/pre-commit", include_str!("../hooks/husky/pre-commit"));
    }));
}

#[test]
fn lefthook_runs_the_snippet() {
    let Some(packages) = packages() else { return };
    refuses_then_passes(&project(&packages, |project| {
        project.write("lefthook.yml", include_str!("../hooks/lefthook.yml"));
        run(project, "node", &["node_modules/lefthook/bin/index.js", "install"]);
    }));
}

#[test]
fn lint_staged_runs_the_snippet() {
    let Some(packages) = packages() else { return };
    refuses_then_passes(&project(&packages, |project| {
        run(project, "node", &["node_modules/husky/bin.js"]);
        project.write("lint-staged.config.mjs", include_str!("../hooks/lint-staged.config.mjs"));
        project.write(".husky/pre-commit", "lint-staged\n");
    }));
}
