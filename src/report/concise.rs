//! `--format concise`: one line for each finding, for editors and `grep`.

use super::text::{Place, not_a_command, one_line, shown_path};
use super::{ReportInput, Settings};

/// `path:line:column: error[rule] message`, with the target behind it where there are several.
#[must_use]
pub fn render(input: &ReportInput, settings: &Settings) -> String {
    let mut out = String::new();
    for finding in &input.findings {
        let d = &finding.diagnostic;
        let place = Place::of(input.sources, d.primary.span);
        let mut line = format!(
            "{}:{}:{}: {}[{}] {}",
            shown_path(settings, &place.path),
            place.line,
            place.column,
            d.severity.as_str(),
            d.rule,
            one_line(&d.message)
        );
        if input.targets.len() > 1 && !d.target.is_empty() {
            line.push_str(&format!(" ({})", one_line(&d.target)));
        }
        out.push_str(&not_a_command(&line));
        out.push('\n');
    }
    out
}
