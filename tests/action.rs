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

/// A step of the action: its environment as it is written, and its script.
struct Step {
    environment: Vec<(String, String)>,
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
            steps.push(Step { environment: Vec::new(), script: String::new() });
            in_script = false;
            continue;
        }
        let step = steps.last_mut().expect("a step begins with its name");
        match line.trim() {
            "run: |" => in_script = true,
            _ if in_script => step.script += &format!("{}\n", line.get(8..).unwrap_or_default()),
            "env:" | "shell: bash" => {}
            variable => {
                assert_eq!(indent, 8, "{line}");
                let (name, value) = variable.split_once(": ").expect("a variable");
                step.environment.push((name.into(), value.into()));
            }
        }
    }
    assert_eq!(steps.len(), 2, "install, check");
    steps
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
        std::fs::write(&cargo, "#!/bin/sh\necho cargo \"$@\"\n").expect("a file");
        std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755)).expect("a program");
        if with_undrift && !programs.join("undrift").exists() {
            std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_undrift"), programs.join("undrift")).expect("a link");
        }
        programs
    }

    /// The action's steps, each as GitHub runs it (`bash --noprofile --norc -eo pipefail`), until one fails.
    fn act(&self, workspace: &Path, event: &[(&str, &str)], programs: &Path) -> Run {
        let mut contexts = inputs();
        for (name, value) in [
            ("github.action_path", "/action"),
            ("github.action_repository", "undrift/undrift"),
            ("github.base_ref", ""),
            ("github.event.repository.default_branch", self.default_branch),
        ] {
            contexts.insert(name.into(), value.into());
        }
        contexts.extend(event.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let mut run = Run { status: 0, printed: String::new(), summary: String::new() };
        for (number, step) in steps().iter().enumerate() {
            let (script, summary) = (self.path("step.sh"), self.path("summary.md"));
            std::fs::write(&script, &step.script).expect("a file");
            std::fs::write(&summary, "").expect("a file");
            let mut bash = self.command("bash", workspace);
            bash.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&script);
            bash.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", programs.display()));
            bash.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary).env("GITHUB_WORKSPACE", workspace);
            bash.envs(step.environment.iter().map(|(name, value)| (name, expand(value, &contexts))));
            let output = bash.output().expect("bash runs");
            run.status = output.status.code().expect("a status");
            run.printed += &String::from_utf8_lossy(&[output.stdout, output.stderr].concat());
            run.summary = std::fs::read_to_string(&summary).expect("a summary");
            if run.status != 0 || number == 0 && !programs.join("undrift").exists() {
                break;
            }
        }
        run
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
    assert_eq!(run.printed, "cargo install --locked --path /action\n");
    let asked = [event[0], ("inputs.version", "v0.1.0")];
    let run = stage.act(&workspace, &asked, &stage.programs(true));
    assert_eq!(
        run.printed.lines().next(),
        Some("cargo install --locked --git https://github.com/undrift/undrift --rev v0.1.0 undrift")
    );
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
