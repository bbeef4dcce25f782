//! Refused statements, as diagnostics.

use std::collections::BTreeMap;

use super::*;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::model::{Catalog, ObjectKind};
use crate::replay::{Issue, IssueKind, extension_of_type};
use crate::rules::Rule;
use crate::source::{SourceMap, Span};

/// How many statements that fail for the same reason are shown beside the first.
const FOLDED_AT_MOST: usize = 8;

/// What the statements belong to, for the words of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    Migrations,
    /// A declared SQL schema.
    DeclaredSql,
}

/// The rule of a kind of refusal.
#[must_use]
pub fn rule_of(kind: IssueKind) -> &'static Rule {
    match kind {
        IssueKind::Syntax => &syntax::SYNTAX,
        IssueKind::UnknownSchema => &unknown_schema::UNKNOWN_SCHEMA,
        IssueKind::UnknownTable => &unknown_table::UNKNOWN_TABLE,
        IssueKind::UnknownColumn => &unknown_column::UNKNOWN_COLUMN,
        IssueKind::UnknownType => &unknown_type::UNKNOWN_TYPE,
        IssueKind::UnknownConstraint => &unknown_constraint::UNKNOWN_CONSTRAINT,
        IssueKind::UnknownIndex => &unknown_index::UNKNOWN_INDEX,
        IssueKind::UnknownFunction => &unknown_function::UNKNOWN_FUNCTION,
        IssueKind::UnknownObject => &unknown_object::UNKNOWN_OBJECT,
        IssueKind::DuplicateTable => &duplicate_table::DUPLICATE_TABLE,
        IssueKind::DuplicateColumn => &duplicate_column::DUPLICATE_COLUMN,
        IssueKind::DuplicateType => &duplicate_type::DUPLICATE_TYPE,
        IssueKind::DuplicateConstraint => &duplicate_constraint::DUPLICATE_CONSTRAINT,
        IssueKind::DuplicateIndex => &duplicate_index::DUPLICATE_INDEX,
        IssueKind::DuplicateObject => &duplicate_object::DUPLICATE_OBJECT,
        IssueKind::DependentObjects => &dependent_objects::DEPENDENT_OBJECTS,
        IssueKind::InvalidReference => &invalid_reference::INVALID_REFERENCE,
        IssueKind::InvalidType => &invalid_type::INVALID_TYPE,
        IssueKind::InvalidDefinition => &invalid_definition::INVALID_DEFINITION,
        IssueKind::InTransaction => &in_transaction::IN_TRANSACTION,
    }
}

/// One diagnostic for every refusal that is not merely the result of an earlier one. Those that drizzle's one transaction causes are
/// left out: the order rules report them.
#[must_use]
pub fn check(issues: &[Issue], subject: Subject, catalog: &Catalog, sources: &SourceMap) -> Vec<Diagnostic> {
    let mut folded: BTreeMap<usize, Vec<&Issue>> = BTreeMap::new();
    for issue in issues {
        if let Some(cause) = issue.caused_by {
            folded.entry(root_cause(issues, cause)).or_default().push(issue);
        }
    }
    let own = issues.iter().enumerate().filter(|(_, i)| i.caused_by.is_none() && !i.only_in_one_transaction);
    own.map(|(at, issue)| {
        let followers = folded.get(&at).map(Vec::as_slice).unwrap_or_default();
        diagnostic(issue, followers, subject, catalog, sources)
    })
    .collect()
}

/// Follows causes to the first; ends because a cause always stands before its effect.
fn root_cause(issues: &[Issue], mut at: usize) -> usize {
    while let Some(earlier) = issues[at].caused_by.filter(|&c| c < at) {
        at = earlier;
    }
    at
}

fn diagnostic(
    issue: &Issue,
    followers: &[&Issue],
    subject: Subject,
    catalog: &Catalog,
    sources: &SourceMap,
) -> Diagnostic {
    let rule = rule_of(issue.kind);
    let place = place(issue.span, sources);
    let later = issue.created_later.map(|(span, migration)| {
        let when = match (migration.saturating_sub(issue.migration), subject) {
            (0, _) => "later in the same file".to_owned(),
            (_, Subject::DeclaredSql) => "later".to_owned(),
            (distance, Subject::Migrations) => format!("{} later", count(distance, "migration")),
        };
        (span, format!("{} creates it, {when}", self::place(span, sources)))
    });
    let where_it_fails = match subject {
        Subject::Migrations => "cannot run on a fresh database",
        Subject::DeclaredSql => "cannot be loaded into an empty database",
    };
    let mut message = format!("{place} {where_it_fails}: {}", issue.message);
    if let Some((_, words)) = &later {
        message.push_str("; ");
        message.push_str(words);
    }
    let mut finding = Diagnostic::new(rule.id, rule.severity, message, Label::new(issue.span, issue.message.clone()));
    finding.object = issue.object.clone();
    finding.consequence =
        (subject == Subject::Migrations).then(|| "a database that is made from these migrations stops here".to_owned());
    if let Some((span, _)) = later {
        finding.related.push(Label::new(span, "created here"));
    } else if let Some(dropped) = dropped_before(issue, catalog) {
        finding.related.push(Label::new(dropped, "dropped here"));
    }
    for follower in followers.iter().take(FOLDED_AT_MOST) {
        finding.related.push(Label::new(follower.span, format!("fails in its turn: {}", follower.message)));
    }
    let more = followers.len().checked_sub(FOLDED_AT_MOST).filter(|&n| n > 0);
    let more = more.map(|rest| format!("{} more fail for this reason", count(rest, "statement")));
    let extension = missing_extension(issue).map(|extension| install(extension, subject));
    let help = extension.or_else(|| issue.hint.clone());
    finding.help = match (help, more) {
        (Some(help), Some(more)) => Some(format!("{help}; {more}")),
        (help, more) => help.or(more),
    };
    finding
}

/// The well-known extension that has what a statement looks for, where no migration creates it.
fn missing_extension(issue: &Issue) -> Option<&str> {
    let object = issue.object.as_ref().filter(|_| issue.created_later.is_none())?;
    match (issue.kind, object.kind) {
        (IssueKind::UnknownType, ObjectKind::Type) => extension_of_type(&object.name),
        (IssueKind::UnknownFunction | IssueKind::UnknownObject, ObjectKind::Extension) => Some(&object.name),
        _ => None,
    }
}

fn install(extension: &str, subject: Subject) -> String {
    let quoted = if extension.contains('-') { format!("\"{extension}\"") } else { extension.to_owned() };
    let statement = format!("`CREATE EXTENSION IF NOT EXISTS {quoted};`");
    match subject {
        Subject::Migrations => {
            format!("put {statement} before it, or in a `prelude` file where each database is made with the extension")
        }
        Subject::DeclaredSql => format!("put {statement} at the schema's head"),
    }
}

/// The statement that dropped what is missing, where one did.
fn dropped_before(issue: &Issue, catalog: &Catalog) -> Option<Span> {
    let object = issue.object.as_ref()?;
    let before = |span: Span| span.file != issue.statement.file || span.start < issue.statement.start;
    catalog.dropped.iter().rev().find(|d| d.object == *object && before(d.dropped)).map(|d| d.dropped)
}

/// A migration that stands wholly inside a comment; `place` is the SQL in it.
#[must_use]
pub fn commented_baseline(migration: &str, place: Span) -> Diagnostic {
    let rule = &commented_baseline::COMMENTED_BASELINE;
    let message = format!(
        "{migration} is a baseline inside a comment: its tables are taken as what existed before the first migration"
    );
    let mut finding = Diagnostic::new(rule.id, Severity::Info, message, Label::new(place, ""));
    finding.help = Some("a fresh database needs it: remove the comment marks before migrating one".into());
    finding
}

/// `0003_luxuriant_black_cat.sql:14`
fn place(span: Span, sources: &SourceMap) -> String {
    let file = sources.file(span.file);
    format!("{}:{}", name_of(&file.path), file.line_column(span.start).line)
}

/// The part of a path that names a migration: with its folder where all files are called alike (`migration.sql`, `up.sql`).
fn name_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    if !matches!(name, "migration.sql" | "up.sql") {
        return name;
    }
    path.rmatch_indices('/').nth(1).map_or(path, |(at, _)| &path[at + 1..])
}

/// `one migration`, `five migrations`, `12 migrations`
fn count(n: usize, what: &str) -> String {
    const WORDS: [&str; 11] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let number = WORDS.get(n).map_or_else(|| n.to_string(), |&word| word.to_owned());
    format!("{number} {what}{}", if n == 1 { "" } else { "s" })
}
