//! A rule as plain data.

use crate::diagnostic::Severity;

/// What there is to know of a rule without running it.
#[derive(Debug)]
pub struct Rule {
    /// `group/kebab-name`; names the problem, not the fix, and reads well after "allow".
    pub id: &'static str,
    /// The worst that it reports by itself, before a config speaks.
    pub severity: Severity,
    /// The version that brought it.
    pub since: &'static str,
    /// Markdown under fixed headings: What it does, Why is this bad, Example, When it stays quiet, Sources.
    pub docs: &'static str,
}

impl Rule {
    /// The first line of the documentation.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.docs.trim_start().lines().next().unwrap_or_default()
    }

    /// `drift` of `drift/missing-column`.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(group, _)| group)
    }
}

/// Declares a rule with its documentation in the `///` lines above it:
/// `declare_rule! { /// Docs … pub static DROP_COLUMN = "safety/drop-column", Severity::Error; }`
macro_rules! declare_rule {
    ($(#[doc = $doc:literal])* $vis:vis static $name:ident = $id:literal, $severity:expr;) => {
        $(#[doc = $doc])*
        $vis static $name: $crate::rules::Rule = $crate::rules::Rule {
            id: $id,
            severity: $severity,
            since: "0.1.0",
            docs: concat!($($doc, "\n"),*),
        };
    };
}
pub(crate) use declare_rule;
