//! Inline suppressions: `-- undrift-ignore safety/drop-column: why`, on the line before what it is about.
//!
//! In SQL a suppression above a statement holds for the whole statement, one inside a statement for the next line; elsewhere
//! it holds for the next line. A comment behind code holds for its own line. The reason is required: without it nothing is
//! suppressed, and that is a finding itself, as is a suppression that suppresses nothing.

use std::collections::BTreeMap;

use super::comments::{Comment, comments};
use super::{Diagnostic, Label, Severity};
use crate::source::{FileId, SourceFile, Span};

pub(super) const UNUSED: &str = "config/unused-suppression";
pub(super) const MALFORMED: &str = "config/malformed-suppression";
const WORD: &str = "undrift-ignore";

/// One rule named by one comment.
#[derive(Debug)]
struct Suppression {
    rule: String,
    span: Span,
    /// Where a finding's primary place must begin: byte offsets, end exclusive.
    covers: std::ops::Range<u32>,
    used: bool,
}

/// All suppressions of a run.
#[derive(Debug, Default)]
pub(super) struct Suppressions {
    by_file: BTreeMap<FileId, Vec<Suppression>>,
    malformed: Vec<Diagnostic>,
}

impl Suppressions {
    /// Reads the comments of a file.
    pub(super) fn read(&mut self, file: &SourceFile, known_rules: &[&str]) {
        if !file.text.contains(WORD) {
            return;
        }
        for comment in comments(&file.path, &file.text) {
            self.read_comment(file, &comment, known_rules);
        }
    }

    fn read_comment(&mut self, file: &SourceFile, comment: &Comment, known_rules: &[&str]) {
        let Some(rest) = comment.text(&file.text).strip_prefix(WORD) else { return };
        if rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_') {
            return;
        }
        let span = Span::new(file.id, comment.range.start, comment.range.end);
        let (rules, reason) = rest.split_once(':').unwrap_or((rest, ""));
        let rules: Vec<&str> = rules.split(',').map(str::trim).filter(|rule| !rule.is_empty()).collect();
        let shape = format!("{WORD} {}: why it is right here", rules.first().unwrap_or(&"group/rule"));
        if rules.is_empty() {
            return self.refuse(span, "this suppression names no rule".to_owned(), shape);
        }
        if reason.trim().is_empty() {
            return self.refuse(span, "this suppression gives no reason".to_owned(), shape);
        }
        for rule in rules {
            if known_rules.contains(&rule) {
                let covers = comment.covers.start as u32..comment.covers.end as u32;
                let suppression = Suppression { rule: rule.to_owned(), span, covers, used: false };
                self.by_file.entry(file.id).or_default().push(suppression);
            } else {
                self.refuse(span, format!("this suppression names `{rule}`, which is no rule"), shape.clone());
            }
        }
    }

    fn refuse(&mut self, span: Span, message: String, shape: String) {
        let mut finding = Diagnostic::new(MALFORMED, Severity::Warning, message, Label::new(span, "has no effect"));
        finding.help = Some(format!("write `{shape}`; `undrift rules` lists the rules"));
        self.malformed.push(finding);
    }

    /// Whether a comment silences this finding; the comment then counts as used.
    pub(super) fn suppress(&mut self, diagnostic: &Diagnostic) -> bool {
        let place = diagnostic.primary.span;
        let Some(list) = self.by_file.get_mut(&place.file) else { return false };
        let mut hit = false;
        for suppression in list.iter_mut().filter(|s| s.rule == diagnostic.rule && s.covers.contains(&place.start)) {
            suppression.used = true;
            hit = true;
        }
        hit
    }

    /// Findings about the comments themselves. `judged` says whether a rule could have reported anything in a file.
    pub(super) fn into_findings(self, judged: &dyn Fn(FileId, &str) -> bool) -> Vec<Diagnostic> {
        let mut findings = self.malformed;
        for (&file, list) in &self.by_file {
            for unused in list.iter().filter(|s| !s.used && judged(file, &s.rule)) {
                let message = format!("`{}` is suppressed here, and nothing reports it", unused.rule);
                let mut finding =
                    Diagnostic::new(UNUSED, Severity::Warning, message, Label::new(unused.span, "can go"));
                finding.help = Some("remove the comment".into());
                findings.push(finding);
            }
        }
        findings
    }
}
