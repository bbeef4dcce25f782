//! The headline of a refused commit: a schema that is staged without its migration. The drift below it follows from that.

use super::style::{Ink, Style};
use crate::diagnostic::Severity;
use crate::report::text::shown_path;
use crate::report::{ReportInput, Settings, TargetSummary};

/// A line for each target, and an empty one; nothing when no commit is judged.
pub(super) fn lines(input: &ReportInput, settings: &Settings, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    for target in &input.targets {
        let Some(path) = staged_alone(input, target) else { continue };
        let text = format!("{} is staged without a migration", shown_path(settings, path));
        let text = if input.targets.len() > 1 { format!("{text} of {}", target.name) } else { text };
        lines.extend(style.wrap(&style.text(&text), style.width).iter().map(|line| style.paint(Ink::Strong, line)));
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// A schema file of the target that the commit changes, when the commit brings no migration and the two sides disagree.
fn staged_alone<'a>(input: &'a ReportInput, target: &'a TargetSummary) -> Option<&'a str> {
    let declared = target.declared.as_ref()?;
    let brings_none = target.migrations.as_ref().is_some_and(|migrations| migrations.new == 0);
    let drifts = input
        .findings
        .iter()
        .map(|finding| &finding.diagnostic)
        .any(|d| d.target == target.name && d.severity == Severity::Error && d.rule.starts_with("drift/"));
    let file = declared.files.iter().find(|file| input.staged.contains(file))?;
    (brings_none && drifts).then_some(file)
}
