//! `--format sarif`: SARIF 2.1.0, for code scanning (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).
//!
//! The few parts of the format that a checker needs, as structures of their own; a test validates the output against the official schema.

use serde::Serialize;

use super::text::{Place, one_line, repository_path};
use super::{ReportInput, Settings};
use crate::diagnostic::{Finding, Label, Severity};
use crate::rules::{self, Rule};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Fingerprints of another making get another name (SARIF 3.27.17).
const FINGERPRINT: &str = "undriftObject/v1";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    results: Vec<SarifResult<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<RuleDescriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleDescriptor<'a> {
    id: &'a str,
    short_description: Text,
    full_description: Text,
    help: Help,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    name: String,
    fully_qualified_name: String,
}

/// A SARIF log with one run. Every rule is described in it, whether it reported or not.
#[must_use]
pub fn render(input: &ReportInput, settings: &Settings) -> String {
    let driver = Driver {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        rules: rules::ALL.iter().map(|rule| descriptor(rule)).collect(),
    };
    let results = input.findings.iter().map(|finding| result(input, settings, finding)).collect();
    let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    let mut out = serde_json::to_string_pretty(&log).expect("strings and numbers are JSON");
    out.push('\n');
    out
}

fn descriptor(rule: &'static Rule) -> RuleDescriptor<'static> {
    let summary = rule.summary().trim().to_owned();
    RuleDescriptor {
        id: rule.id,
        short_description: Text { text: summary.clone() },
        full_description: Text { text: summary },
        help: Help { text: rule.docs.trim().to_owned(), markdown: rule.docs.trim().to_owned() },
        default_configuration: Configuration { level: level(rule.severity) },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result<'a>(input: &ReportInput, settings: &Settings, finding: &'a Finding) -> SarifResult<'a> {
    let d = &finding.diagnostic;
    let mut text = vec![d.message.as_str()];
    text.extend(d.consequence.as_deref());
    text.extend(d.help.as_deref());
    let mut primary = location(input, settings, &d.primary);
    if let Some(object) = &d.object {
        let qualified = one_line(&object.to_string());
        primary.logical_locations = vec![LogicalLocation {
            name: one_line(&object.name),
            fully_qualified_name: if d.target.is_empty() {
                qualified
            } else {
                format!("{}/{qualified}", one_line(&d.target))
            },
        }];
    }
    let related = d.related.iter().enumerate().map(|(i, label)| {
        let mut place = location(input, settings, label);
        place.id = Some(i + 1);
        place.message = Some(message(if label.text.is_empty() { "the other side" } else { &label.text }));
        place
    });
    let mut partial_fingerprints = serde_json::Map::new();
    partial_fingerprints.insert(FINGERPRINT.to_owned(), finding.fingerprint.clone().into());
    SarifResult {
        rule_id: d.rule,
        rule_index: rules::ALL.iter().position(|rule| rule.id == d.rule),
        level: level(d.severity),
        message: message(&text.join("; ")),
        locations: [primary],
        related_locations: related.collect(),
        partial_fingerprints,
    }
}

fn location(input: &ReportInput, settings: &Settings, label: &Label) -> Location {
    let place = Place::of(input.sources, label.span);
    Location {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri(&repository_path(settings, &place.path)) },
            region: Region {
                start_line: place.line,
                start_column: place.column,
                end_line: place.end_line,
                end_column: place.end_column,
            },
        },
        message: None,
        logical_locations: Vec::new(),
    }
}

/// A message; `[text](address)` would be a link in it (SARIF 3.11.6), and brackets are escaped where one could be read so.
fn message(text: &str) -> Text {
    let text = one_line(text);
    Text { text: if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text } }
}

/// A path as a relative URI reference: what RFC 3986 does not reserve for paths is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'@' | b'(' | b')' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
