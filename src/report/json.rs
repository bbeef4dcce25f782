//! The JSON contract: its own structs, so that no change of the program's insides can change it. `schema_version` rises when a reader of
//! the old form would be misled; new keys alone do not raise it. docs/check.schema.json is made from these types.

use schemars::JsonSchema;
use serde::Serialize;

use super::text::is_harmless;
use super::{ReportInput, TargetSummary};
use crate::diagnostic::{Diagnostic, Finding, Label};
use crate::model::ObjectRef;
use crate::source::{SourceMap, Span};

/// The version of the form.
pub const SCHEMA_VERSION: u32 = 1;

/// What `undrift check --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckDocument {
    pub schema_version: u32,
    pub tool: Tool,
    pub targets: Vec<Target>,
    pub findings: Vec<JsonFinding>,
    pub summary: Summary,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Tool {
    pub name: &'static str,
    pub version: &'static str,
}

/// One pair of declared schema and migrations.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Target {
    pub name: String,
    /// `postgresql`
    pub dialect: String,
    pub declared: Option<Declared>,
    pub migrations: Option<Migrations>,
    /// Facts that could not be read statically and were therefore not compared.
    pub unresolved: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Declared {
    /// The language: `drizzle`, `sql`, …
    pub kind: String,
    /// Relative to the project root.
    pub files: Vec<String>,
    pub tables: usize,
    pub columns: usize,
}

/// How far the statements of all migrations were understood.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Statements {
    /// Changed the schema, or were refused.
    pub applied: usize,
    /// Understood to change nothing in it.
    pub carried: usize,
    /// Not understood: each has its `input/opaque-statement`.
    pub opaque: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Migrations {
    /// `drizzle`, `flyway`, `plain`, …
    pub layout: String,
    /// Relative to the project root; empty for an explicit list of files.
    pub dir: String,
    pub count: usize,
    /// How many of them are in the scope of this check.
    pub new: usize,
    pub statements: Statements,
    /// Tables after all of them.
    pub tables: usize,
    /// Columns after all of them.
    pub columns: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
pub struct JsonFinding {
    /// `drift/missing-column`
    pub rule: &'static str,
    /// `error`, `warning` or `info`
    pub severity: &'static str,
    /// The target's name; null for what concerns the whole project.
    pub target: Option<String>,
    pub message: String,
    /// What would happen in production.
    pub consequence: Option<String>,
    pub help: Option<String>,
    /// Null for a finding without a database object.
    pub object: Option<Object>,
    /// What differs, for `changed-*`.
    pub aspects: Vec<&'static str>,
    /// The declared form, short.
    pub declared: Option<String>,
    /// The form after all migrations, short.
    pub migrated: Option<String>,
    pub primary: Place,
    pub related: Vec<RelatedPlace>,
    pub fix: Option<JsonFix>,
    /// Stable over edits that only move it: no line numbers are in it.
    pub fingerprint: String,
}

/// A database object by the server's names.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Object {
    /// `schema table column primary_key unique foreign_key check index enum view materialized_view sequence policy extension domain function
    /// trigger type migration`
    pub kind: &'static str,
    /// Null for what lives in no schema.
    pub schema: Option<String>,
    /// The table of a column, constraint, index, policy or trigger; else null.
    pub table: Option<String>,
    pub name: String,
}

/// A range in a file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Place {
    /// Relative to the project root.
    pub path: String,
    pub start: Position,
    /// Exclusive.
    pub end: Position,
}

/// A place with what there is to see.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RelatedPlace {
    #[serde(flatten)]
    pub place: Place,
    pub label: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Position {
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
    /// 0-based, in bytes.
    pub offset: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
pub struct JsonFix {
    /// SQL that closes the finding.
    pub sql: Option<String>,
    /// The command to run next.
    pub command: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Summary {
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
    /// Silenced by a comment in the sources.
    pub suppressed: usize,
    /// Accepted in the baseline file.
    pub baselined: usize,
    /// Facts that could not be read statically.
    pub unresolved: usize,
    /// What counted as new: `all migrations`, `new since origin/main`, `staged`.
    pub scope: String,
    /// What was found and not checked, each a word or a sentence.
    pub not_checked: Vec<String>,
}

/// The document, with a line feed at its end.
#[must_use]
pub fn render(input: &ReportInput<'_>) -> String {
    let text = serde_json::to_string_pretty(&document(input)).expect("strings and numbers always serialise");
    escape(&text) + "\n"
}

/// The same document where a terminal or a CI runner shows it: what either would obey can only stand in strings, and stands there escaped.
fn escape(json: &str) -> String {
    let is_plain = |c: char| c == '\n' || is_harmless(c);
    let json = json.replace("##", "#\\u0023");
    if json.chars().all(is_plain) {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_plain(c) {
            out.push(c);
        } else {
            out.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    out
}

/// The document as data.
#[must_use]
pub fn document(input: &ReportInput<'_>) -> CheckDocument {
    CheckDocument {
        schema_version: SCHEMA_VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        targets: input.targets.iter().map(target).collect(),
        findings: input.findings.iter().map(|f| finding(f, input.sources)).collect(),
        summary: Summary {
            errors: input.counts.errors,
            warnings: input.counts.warnings,
            infos: input.counts.infos,
            suppressed: input.counts.suppressed,
            baselined: input.counts.baselined,
            unresolved: input.counts.unresolved,
            scope: input.scope.clone(),
            not_checked: input.not_checked.clone(),
        },
    }
}

/// The JSON Schema of the document.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(CheckDocument).to_value()
}

fn target(target: &TargetSummary) -> Target {
    Target {
        name: target.name.clone(),
        dialect: target.dialect.clone(),
        declared: target.declared.as_ref().map(|d| Declared {
            kind: d.kind.clone(),
            files: d.files.clone(),
            tables: d.tables,
            columns: d.columns,
        }),
        migrations: target.migrations.as_ref().map(|m| Migrations {
            layout: m.layout.clone(),
            dir: m.dir.clone(),
            count: m.count,
            new: m.new,
            statements: Statements {
                applied: m.statements.applied,
                carried: m.statements.carried,
                opaque: m.statements.opaque,
            },
            tables: m.tables,
            columns: m.columns,
        }),
        unresolved: target.unresolved,
    }
}

fn finding(finding: &Finding, sources: &SourceMap) -> JsonFinding {
    let Finding { diagnostic, fingerprint, .. } = finding;
    let Diagnostic { rule, severity, target, message, consequence, help, object, aspects, .. } = diagnostic;
    let mut aspects: Vec<&'static str> = aspects.iter().map(|a| a.as_str()).collect();
    aspects.dedup();
    JsonFinding {
        rule,
        severity: severity.as_str(),
        target: Some(target.clone()).filter(|name| !name.is_empty()),
        message: message.clone(),
        consequence: consequence.clone(),
        help: help.clone(),
        object: object.as_ref().map(object_of),
        aspects,
        declared: diagnostic.declared.clone(),
        migrated: diagnostic.migrated.clone(),
        primary: place(diagnostic.primary.span, sources),
        related: diagnostic.related.iter().map(|label| related(label, sources)).collect(),
        fix: diagnostic.fix.as_ref().map(|fix| JsonFix { sql: fix.sql.clone(), command: fix.command.clone() }),
        fingerprint: fingerprint.clone(),
    }
}

fn object_of(object: &ObjectRef) -> Object {
    Object {
        kind: object.kind.as_str(),
        schema: object.schema.clone(),
        table: object.table.clone(),
        name: object.name.clone(),
    }
}

fn related(label: &Label, sources: &SourceMap) -> RelatedPlace {
    RelatedPlace { place: place(label.span, sources), label: label.text.clone() }
}

fn place(span: Span, sources: &SourceMap) -> Place {
    let file = sources.file(span.file);
    let position = |offset: u32| {
        let at = file.line_column(offset);
        Position { line: at.line, column: at.column, offset }
    };
    Place { path: file.path.clone(), start: position(span.start), end: position(span.end) }
}
