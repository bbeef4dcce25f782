//! `undrift hook install|uninstall`: writes the pre-commit hook where git looks for it. A hook that is there, or one that a hook manager
//! owns, is never overwritten: the command says what to add there instead.

use std::path::{Path, PathBuf};

use super::args::{GlobalArgs, HookCommand};
use super::error::CliError;
use super::exit::ExitStatus;
use super::output::{print, write_file};
use super::session;

const SCRIPT: &str = include_str!("../../hooks/pre-commit");
/// The line that tells our hook from others.
const MARK: &str = "# undrift pre-commit hook";

pub(super) fn run(global: &GlobalArgs, command: &HookCommand) -> Result<ExitStatus, CliError> {
    let root = session::root(global)?;
    let hooks = crate::input::hooks_folder(&root)?
        .ok_or_else(|| CliError::usage(format!("{} is not in a git repository", root.display()), None))?;
    match command {
        HookCommand::Install => install(&root, &hooks),
        HookCommand::Uninstall => uninstall(&hooks),
    }
}

fn install(root: &Path, hooks: &Path) -> Result<ExitStatus, CliError> {
    if let Some((manager, advice)) = manager(root, hooks) {
        return Err(CliError::usage(format!("{manager} owns the hooks of this repository"), advice));
    }
    let path = hooks.join("pre-commit");
    if let Ok(present) = std::fs::read_to_string(&path)
        && !present.contains(MARK)
    {
        let help = format!("add this line to it: undrift check --staged --quiet || exit $?\n  {}", path.display());
        return Err(CliError::usage("there is a pre-commit hook already", help));
    }
    std::fs::create_dir_all(hooks).map_err(|reason| CliError::File { path: hooks.to_owned(), reason })?;
    write_file(&path, SCRIPT)?;
    make_executable(&path)?;
    print(&format!("{} is written: each commit is judged by what is staged\n", path.display()))?;
    Ok(ExitStatus::Clean)
}

fn uninstall(hooks: &Path) -> Result<ExitStatus, CliError> {
    let path = hooks.join("pre-commit");
    match std::fs::read_to_string(&path) {
        Ok(present) if present.contains(MARK) => {
            std::fs::remove_file(&path).map_err(|reason| CliError::File { path: path.clone(), reason })?;
            print(&format!("{} is removed\n", path.display()))?;
        }
        Ok(_) => {
            let message = format!("{} was not written by `undrift hook install`", path.display());
            return Err(CliError::usage(message, "remove its undrift line by hand".to_owned()));
        }
        Err(_) => print("there is no pre-commit hook\n")?,
    }
    Ok(ExitStatus::Clean)
}

/// The hook manager that owns the hooks, and what to add to its config.
fn manager(root: &Path, hooks: &Path) -> Option<(&'static str, String)> {
    let exists = |name: &str| root.join(name).exists();
    if root.join(".husky").is_dir() || hooks.components().any(|part| part.as_os_str() == ".husky") {
        return Some(("husky", "add this line to .husky/pre-commit: undrift check --staged --quiet".into()));
    }
    let lefthook =
        ["lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml", "lefthook.toml", "lefthook.json"];
    if let Some(name) = lefthook.into_iter().find(|name| exists(name)) {
        let snippet = "pre-commit:\n    commands:\n      undrift:\n        run: undrift check --staged --quiet";
        return Some(("lefthook", format!("add this to {name}:\n  {snippet}")));
    }
    if exists(".pre-commit-config.yaml") {
        let snippet = "- repo: https://github.com/undrift/undrift\n    rev: v0.1.0\n    hooks:\n      - id: undrift";
        return Some(("pre-commit", format!("add this to .pre-commit-config.yaml:\n  {snippet}")));
    }
    None
}

#[cfg(unix)]
fn make_executable(path: &PathBuf) -> Result<(), CliError> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
        .map_err(|reason| CliError::File { path: path.clone(), reason })
}

#[cfg(not(unix))]
fn make_executable(_path: &PathBuf) -> Result<(), CliError> {
    Ok(())
}
