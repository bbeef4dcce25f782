//! Runs of a CI system for a pull request: new is what its target branch does not have.

/// Where GitHub and GitLab say to which branch a pull or merge request goes; not set, or empty, in any other run.
///
/// Sources: "Variables reference" of GitHub Actions, "Predefined CI/CD variables reference" of GitLab.
const TARGETS: [&str; 2] = ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"];

/// The target branch by the name that a checkout there gives it.
pub(super) fn target() -> Option<String> {
    let set = |name: &&str| std::env::var(name).ok().filter(|branch| !branch.is_empty());
    TARGETS.iter().find_map(set).map(|branch| format!("origin/{branch}"))
}

/// What the words of a scope say where the target branch is not here to compare with.
const NOT_FETCHED: &str = "which is not fetched";

/// The words of another base, taken because the target branch is not here.
pub(super) fn without_target(words: &str, target: &str) -> String {
    format!("{words} (the pull request goes to {target}, {NOT_FETCHED}: `fetch-depth: 0`)")
}

/// Whether a scope is not the one that a pull request has: even a clean run says so.
pub(super) fn is_guessed(words: &str) -> bool {
    words.contains(NOT_FETCHED)
}
