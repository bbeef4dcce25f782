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
