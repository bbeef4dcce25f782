//! `action.yml` and the README's GitLab job, step by step as their runners execute them: inputs and contexts become environment variables, the
//! checkout is the one that `actions/checkout` or a GitLab runner makes.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const ACTION: &str = include_str!("../action.yml");
const README: &str = include_str!("../README.md");
const CONFIG: &str = "[[target]]\nname = \"app\"\nmigrations = { dir = \"migrations\", layout = \"goose\" }\n";
const PULL_REQUEST: &str = "refs/pull/1/merge";

/// A step of the action: a script or another action's name, with what is written beside it.
#[derive(Default)]
struct Step {
    id: String,
    condition: String,
    uses: String,
    /// Of `env:` and `with:`.
    values: Vec<(String, String)>,
    script: String,
}

/// The steps of `action.yml`, which keeps to one way of writing them.
fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut in_script = false;
    let (_, listed) = ACTION.split_once("  steps:\n").expect("steps");
    for line in listed.lines() {
        let indent = line.len() - line.trim_start().len();
        if line.starts_with("    - name:") {
            steps.push(Step::default());
            in_script = false;
            continue;
        }
        let step = steps.last_mut().expect("a step begins with its name");
        let line = line.trim();
        if in_script {
            step.script += &format!("{line}\n");
            continue;
        }
        match line.split_once(": ").unwrap_or((line, "")) {
            ("run", "|") => in_script = true,
            ("id", id) => step.id = id.into(),
            ("if", condition) => step.condition = condition.into(),
            ("uses", action) => step.uses = action.into(),
            ("env:" | "with:", "") | ("shell", "bash") => {}
            (comment, _) if comment.starts_with('#') => {}
            (name, value) => {
                assert_eq!(indent, 8, "{line}");
                step.values.push((name.into(), value.into()));
            }
        }
    }
    steps
}

/// A condition as the action writes them: comparisons of a context with a word, all of which must hold.
fn holds(condition: &str, contexts: &BTreeMap<String, String>) -> bool {
    condition.split(" && ").filter(|part| !part.is_empty()).all(|part| {
        let (name, word) = part.split_once(" != ").expect("a comparison");
        contexts.get(name).map_or("", String::as_str) != word.trim_matches('\'')
    })
}

/// The inputs with their defaults.
fn inputs() -> BTreeMap<String, String> {
    let (_, listed) = ACTION.split_once("inputs:\n").expect("inputs");
    let (listed, _) = listed.split_once("runs:\n").expect("then runs");
    let mut inputs = BTreeMap::new();
    let mut name = String::new();
    for line in listed.lines() {
        if let Some(key) = line.strip_prefix("  ").filter(|line| !line.starts_with(' ')) {
            name = key.trim_end_matches(':').to_owned();
        } else if let Some(value) = line.trim().strip_prefix("default: ") {
            inputs.insert(format!("inputs.{name}"), value.trim_matches('"').to_owned());
        }
    }
    inputs
}

/// Replaces `${{ name }}`; a context that the test does not know is a mistake.
fn expand(value: &str, contexts: &BTreeMap<String, String>) -> String {
    let Some((before, rest)) = value.split_once("${{") else { return value.to_owned() };
    let (name, after) = rest.split_once("}}").expect("an end");
    let found = contexts.get(name.trim()).unwrap_or_else(|| panic!("no context has {name}"));
    format!("{before}{found}{}", expand(after, contexts))
}

struct Run {
    status: i32,
    printed: String,
    summary: String,
}

/// A folder for everything, and in it the remote repository.
struct Stage {
    folder: tempfile::TempDir,
    default_branch: &'static str,
}

impl Stage {
    /// The default branch has two migrations, of which a branch `feature` has not seen the second; and it drops a column.
    fn new(default_branch: &'static str) -> Self {
        let stage = Self { folder: tempfile::tempdir().expect("a folder"), default_branch };
        let remote = stage.path("remote");
        std::fs::create_dir_all(remote.join("migrations")).expect("a folder");
        let write = |name: &str, sql: &str| {
            std::fs::write(remote.join(format!("migrations/{name}.sql")), format!("-- +goose Up\n{sql}\n"))
                .expect("a file");
        };
        let commit = |message: &str| stage.git(&remote, &format!("add --all && git commit --quiet -m {message}"));
        stage.git(&remote, &format!("init --quiet --initial-branch={default_branch}"));
        std::fs::write(remote.join("undrift.toml"), CONFIG).expect("a file");
        write("001_users", "CREATE TABLE users (id integer PRIMARY KEY, legacy text);");
        commit("first");
        stage.git(&remote, "checkout --quiet -b feature");
        write("003_drop", "ALTER TABLE users DROP COLUMN legacy;");
        commit("drop");
        stage.git(&remote, &format!("checkout --quiet {default_branch}"));
        write("002_orders", "CREATE TABLE orders (id integer);");
        commit("orders");
        // What GitHub makes for a pull request, also for one from a fork.
        stage.git(&remote, "checkout --quiet --detach && git merge --quiet --no-edit feature");
        stage.git(&remote, &format!("update-ref {PULL_REQUEST} HEAD && git checkout --quiet {default_branch}"));
        stage
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, program: &str, at: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(at).env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", self.folder.path());
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Ada").env(format!("GIT_{role}_EMAIL"), "ada@example.org");
        }
        command
    }

    fn git(&self, at: &Path, arguments: &str) {
        let output = self.command("sh", at).args(["-c", &format!("git {arguments}")]).output().expect("git runs");
        assert!(output.status.success(), "git {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// As `actions/checkout` does it; a depth of 0 is everything.
    fn checkout(&self, reference: &str, depth: u32) -> PathBuf {
        let at = self.path(&format!("{}-{depth}", reference.replace('/', "-")));
        std::fs::create_dir_all(&at).expect("a folder");
        let remote = format!("file://{}", self.path("remote").display());
        self.git(&at, &format!("init --quiet && git remote add origin {remote}"));
        let local = match reference.strip_prefix("refs/heads/") {
            Some(branch) => format!("refs/remotes/origin/{branch}"),
            None => reference.replace("refs/", "refs/remotes/"),
        };
        let depth = match depth {
            0 => {
                self.git(&at, "fetch --quiet --no-tags origin '+refs/heads/*:refs/remotes/origin/*'");
                String::new()
            }
            n => format!("--depth={n}"),
        };
        self.git(&at, &format!("fetch --quiet --no-tags {depth} origin +{reference}:{local}"));
        match reference.strip_prefix("refs/heads/") {
            Some(branch) => self.git(&at, &format!("checkout --quiet --force -B {branch} {local}")),
            None => self.git(&at, &format!("checkout --quiet --force {local}")),
        }
        at
    }

    /// A folder of programs: undrift as it was built, or a cargo that only says what it is asked for.
    fn programs(&self, with_undrift: bool) -> PathBuf {
        let programs = self.path(if with_undrift { "with" } else { "without" });
        std::fs::create_dir_all(&programs).expect("a folder");
        let cargo = programs.join("cargo");
        // It says what it is asked for, and builds what the test has built.
        let undrift = env!("CARGO_BIN_EXE_undrift");
        let script =
            format!("#!/bin/sh\necho cargo \"$@\"\nmkdir -p \"$4/bin\" && ln -s '{undrift}' \"$4/bin/undrift\"\n");
        std::fs::write(&cargo, script).expect("a file");
        std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755)).expect("a program");
        if with_undrift && !programs.join("undrift").exists() {
            std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_undrift"), programs.join("undrift")).expect("a link");
        }
        programs
    }

    /// The action's steps on a new machine, each as GitHub runs it (`bash --noprofile --norc -eo pipefail`), until one fails.
    fn act(&self, workspace: &Path, event: &[(&str, &str)], programs: &Path) -> Run {
        let machine = tempfile::tempdir_in(self.folder.path()).expect("a folder");
        let temporary = machine.path().display().to_string();
        let mut contexts = inputs();
        for (name, value) in [
            ("github.action_path", env!("CARGO_MANIFEST_DIR")),
            ("github.action_repository", "undrift/undrift"),
            ("github.base_ref", ""),
            ("github.event.repository.default_branch", self.default_branch),
            ("runner.os", "Linux"),
            ("runner.arch", "X64"),
            ("runner.temp", &temporary),
        ] {
            contexts.insert(name.into(), value.into());
        }
        contexts.extend(event.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let file = |name: &str| {
            let path = machine.path().join(name);
            std::fs::write(&path, "").expect("a file");
            path
        };
        let mut run = Run { status: 0, printed: String::new(), summary: String::new() };
        let mut path = format!("{}:/usr/local/bin:/usr/bin:/bin", programs.display());
        for step in &steps() {
            if !holds(&step.condition, &contexts) {
                continue;
            }
            let values: Vec<(&String, String)> =
                step.values.iter().map(|(name, value)| (name, expand(value, &contexts))).collect();
            if !step.uses.is_empty() {
                let hit = self.cache(&step.uses, &values);
                contexts.insert(format!("steps.{}.outputs.cache-hit", step.id), hit.to_string());
                continue;
            }
            let (summary, outputs, added) = (file("summary.md"), file("outputs"), file("path"));
            let script = file("step.sh");
            std::fs::write(&script, &step.script).expect("a file");
            let mut bash = self.command("bash", workspace);
            bash.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&script).env("PATH", &path);
            bash.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary).env("GITHUB_WORKSPACE", workspace);
            bash.env("GITHUB_OUTPUT", &outputs).env("GITHUB_PATH", &added).envs(values);
            let output = bash.output().expect("bash runs");
            run.status = output.status.code().expect("a status");
            run.printed += &String::from_utf8_lossy(&[output.stdout, output.stderr].concat());
            let text = |path: &Path| std::fs::read_to_string(path).expect("a text");
            run.summary = text(&summary);
            for (name, value) in text(&outputs).lines().filter_map(|line| line.split_once('=')) {
                contexts.insert(format!("steps.{}.outputs.{name}", step.id), value.into());
            }
            text(&added).lines().for_each(|folder| path = format!("{folder}:{path}"));
            if run.status != 0 {
                break;
            }
        }
        run
    }

    /// `actions/cache/restore` and `save`: whether there was something.
    fn cache(&self, action: &str, values: &[(&String, String)]) -> bool {
        let value = |wanted: &str| values.iter().find(|(name, _)| *name == wanted).expect("a value").1.as_str();
        assert!(value("key").len() < 512 && !value("key").contains(','), "a key: {}", value("key"));
        let (path, kept) = (PathBuf::from(value("path")), self.path(&format!("cache-{}", value("key"))));
        let (from, to) = if action.contains("/restore@") { (kept, path) } else { (path, kept) };
        if !from.exists() {
            return false;
        }
        let copied = Command::new("cp").arg("-R").args([&from, &to]).status();
        copied.expect("cp runs").success()
    }
}

#[test]
fn a_pull_request_is_judged_against_its_base_branch() {
    let stage = Stage::new("main");
    let programs = stage.programs(true);
    let event = [("github.base_ref", "main"), ("github.ref", PULL_REQUEST), ("inputs.sarif", "drift.sarif")];
    let workspace = stage.checkout(PULL_REQUEST, 0);
    let run = stage.act(&workspace, &event, &programs);
    assert_eq!(run.status, 1, "{}", run.printed);
    assert!(run.printed.contains("title=safety/drop-column (app)::the column `users.legacy`"), "{}", run.printed);
    assert!(run.printed.starts_with("::error file=migrations/003_drop.sql,line=2"), "{}", run.printed);
    assert!(
        run.summary.contains("### undrift: 1 error") && run.summary.contains("new since origin/main"),
        "{}",
        run.summary
    );
    let sarif = std::fs::read_to_string(workspace.join("drift.sarif")).expect("the file that was asked for");
    assert!(sarif.contains("safety/drop-column"));
}

#[test]
fn a_shallow_checkout_says_what_to_fetch() {
    let stage = Stage::new("main");
    let programs = stage.programs(true);
    let event = [("github.base_ref", "main"), ("github.ref", PULL_REQUEST)];
    for (reference, event) in
        [(PULL_REQUEST, &event[..]), ("refs/heads/feature", &[("github.ref", "refs/heads/feature")])]
    {
        let run = stage.act(&stage.checkout(reference, 1), event, &programs);
        assert_eq!(run.status, 2, "{}", run.printed);
        assert!(
            run.printed.contains("\n::error title=undrift::") || run.printed.starts_with("::error title=undrift::")
        );
        assert!(run.printed.contains("fetch-depth: 0"), "{}", run.printed);
    }
}

#[test]
fn a_push_to_a_branch_is_judged_against_the_default_branch_and_a_push_to_that_is_merged_already() {
    let stage = Stage::new("trunk");
    let programs = stage.programs(true);
    let run = stage.act(&stage.checkout("refs/heads/feature", 0), &[("github.ref", "refs/heads/feature")], &programs);
    assert_eq!(run.status, 1, "{}", run.printed);
    assert!(run.summary.contains("new since origin/trunk"), "{}", run.summary);
    let run = stage.act(&stage.checkout("refs/heads/trunk", 0), &[("github.ref", "refs/heads/trunk")], &programs);
    assert_eq!(run.status, 0, "{}", run.printed);
}

#[test]
fn an_installed_undrift_is_taken_unless_a_version_is_asked_for() {
    let stage = Stage::new("main");
    let workspace = stage.checkout("refs/heads/main", 0);
    let event = [("github.ref", "refs/heads/main")];
    let run = stage.act(&workspace, &event, &stage.programs(false));
    let root = |run: &Run| run.printed.split_whitespace().nth(4).expect("a root").to_owned();
    let action = env!("CARGO_MANIFEST_DIR");
    assert!(run.printed.starts_with(&format!("cargo install --locked --root {} --path {action}\n", root(&run))));
    let asked = [event[0], ("inputs.version", "v0.1.0")];
    let run = stage.act(&workspace, &asked, &stage.programs(true));
    let rest = "--git https://github.com/undrift/undrift --rev v0.1.0 undrift";
    assert!(run.printed.starts_with(&format!("cargo install --locked --root {} {rest}\n", root(&run))));
}

#[test]
fn what_was_built_is_built_once_even_where_the_check_refuses() {
    let stage = Stage::new("main");
    let programs = stage.programs(false);
    let workspace = stage.checkout(PULL_REQUEST, 0);
    let event = [("github.base_ref", "main"), ("github.ref", PULL_REQUEST)];
    let first = stage.act(&workspace, &event, &programs);
    assert!(first.status == 1 && first.printed.starts_with("cargo install"), "{}", first.printed);
    let second = stage.act(&workspace, &event, &programs);
    assert!(second.status == 1 && second.printed.starts_with("::error file="), "{}", second.printed);
    // Another version, and another kind of machine, is another build.
    for other in [("inputs.version", "v0.1.0"), ("runner.arch", "ARM64")] {
        let run = stage.act(&workspace, &[event[0], event[1], other], &programs);
        assert!(run.printed.starts_with("cargo install"), "{}", run.printed);
    }
}

#[test]
fn the_gitlab_job_of_the_readme_writes_its_report() {
    let (_, job) = README.split_once("# GitLab\n").expect("the job");
    let script = job.lines().find_map(|line| line.trim().strip_prefix("script: ")).expect("a script");
    let stage = Stage::new("main");
    let at = stage.checkout("refs/heads/feature", 0);
    // The runner leaves HEAD detached.
    stage.git(&at, "checkout --quiet --detach");
    for merge_request in [false, true] {
        let mut job = stage.command("sh", &at);
        job.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", stage.programs(true).display()));
        job.env("CI_DEFAULT_BRANCH", if merge_request { "elsewhere" } else { "main" });
        if merge_request {
            job.env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main");
        }
        let output = job.args(["-ec", script]).output().expect("a shell");
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        let report = std::fs::read_to_string(at.join("gl-code-quality-report.json")).expect("a report");
        assert!(report.contains("safety/drop-column"), "{report}");
    }
}
