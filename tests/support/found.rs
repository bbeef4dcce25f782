//! What a check finds in one target, a line each.

use undrift::check::{CheckRequest, New, Project, ReadAhead, Scope, check};
use undrift::config::Target;
use undrift::diagnostic::{Finding, Levels};
use undrift::rules::order::Standpoint;
use undrift::source::{MemoryTree, SourceMap};

pub(crate) fn findings(tree: &MemoryTree, target: Target) -> Vec<Finding> {
    let project = Project {
        tree,
        sources: &SourceMap::default(),
        targets: vec![target],
        levels: Levels::default(),
        baseline: None,
        not_checked: Vec::new(),
        problems: Vec::new(),
        read: ReadAhead::default(),
    };
    let scope = Scope { words: String::new(), new: New::All, standpoint: Standpoint::default() };
    check(&project, &CheckRequest { only: Vec::new(), scope: &scope, ignore_baseline: false, now: None }).findings
}

/// `error drift/changed-column people.age [type]`
pub(crate) fn line(finding: &Finding) -> String {
    let diagnostic = &finding.diagnostic;
    let object = diagnostic.object.as_ref().map(ToString::to_string).unwrap_or_default();
    let aspects: Vec<&str> = diagnostic.aspects.iter().map(|aspect| aspect.as_str()).collect();
    let aspects = if aspects.is_empty() { String::new() } else { format!(" [{}]", aspects.join(", ")) };
    format!("{} {} {object}{aspects}", diagnostic.severity.as_str(), diagnostic.rule)
}
