//! Names, SQL and paths that try to break out of each format.

use super::super::text::is_harmless;
use super::super::{Settings, concise, github, gitlab, json, junit, markdown, pretty, sarif};
use super::FORMATS;
use super::sample::{finding, input};
use crate::diagnostic::{Diagnostic, Finding, Fix, Label, Severity};
use crate::model::{ObjectKind, ObjectRef, QualifiedName};
use crate::source::{SourceMap, Span};

/// A name of many lines of a terminal, in wide characters.
const LONG: &str = concat!(
    "長い名前長い名前長い名前長い名前長い名前長い名前長い名前長い名前長い名前長い名前長い名前長い名前",
    "long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long",
    "long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long_long"
);

/// What a name may hold.
const PAYLOADS: [&str; 13] = [
    LONG,
    "::error file=a::x",
    "a\n::error::x",
    "a\r\n::set-output name=x::y",
    "##[error]x ##vso[task.complete]",
    "\u{1b}[2J\u{1b}]8;;http://evil\u{7}x",
    "<script>alert(1)</script><img src=x onerror=y>",
    "` ``` ```` | x | y",
    "```\n# heading\n```sql",
    "]]> --> <!-- \"'><failure/>",
    "[click](http://evil) ![i](http://evil) @octocat #12 www.evil.com",
    "a\u{202e}b\u{2066}c\u{200b}d\u{85}\u{9b}31me\0f",
    "%0A::error::x,title=y",
];

pub(super) fn sources() -> SourceMap {
    let sources = SourceMap::default();
    for payload in PAYLOADS {
        sources.add(&format!("{payload}.sql"), format!("SELECT 1;\n{payload}\n::error::line\n\t\u{1b}[31m"));
    }
    sources
}

pub(super) fn findings(sources: &SourceMap) -> Vec<Finding> {
    let mut out = Vec::new();
    for payload in PAYLOADS {
        let file = sources.by_path(&format!("{payload}.sql")).expect("a file of the sample");
        let at = file.text.find("::error::line").expect("its line");
        let mut d = Diagnostic::new(
            "replay/syntax",
            Severity::Error,
            format!("`{payload}` {payload}"),
            Label::new(Span::new(file.id, at, at + 4), payload),
        );
        d.target = payload.into();
        d.object = Some(ObjectRef::part(ObjectKind::Column, &QualifiedName::new(payload, payload), payload));
        d.consequence = Some(format!("first {payload}"));
        d.help = Some(payload.into());
        d.related =
            vec![Label::new(Span::new(file.id, 0, 6), payload), Label::new(Span::new(file.id, at, at), payload)];
        d.fix = Some(Fix { sql: Some(format!("SELECT '{payload}';\n{payload}")), command: Some(payload.into()) });
        out.push(finding(d));
    }
    out
}

fn each_output() -> Vec<(&'static str, String)> {
    let sources = sources();
    let input = input(&sources, findings(&sources));
    let mut outputs = Vec::new();
    for (name, render) in FORMATS {
        for verbose in [false, true] {
            for unicode in [false, true] {
                let settings = Settings { verbose, unicode, width: 60, ..Settings::default() };
                outputs.push((name, render(&input, &settings)));
            }
        }
    }
    outputs
}

#[test]
fn no_control_character_is_ever_printed() {
    for (name, out) in each_output() {
        // JSON writes them as \u escapes, but what it holds reaches a screen one day.
        for c in out.chars().filter(|c| *c != '\n') {
            assert!(!c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c) && c != '\u{2066}', "{name}: {c:?}");
        }
        assert!(!out.contains("\\u001b") && !out.contains("\\u0000"), "{name}");
    }
}

#[test]
fn no_line_is_a_command_to_a_runner() {
    for (name, out) in each_output() {
        for line in out.lines() {
            let begins = line.trim_start().starts_with("::");
            let ours = name == "github" && line.starts_with("::error file=");
            assert!(!begins || ours, "{name}: {line}");
            assert!(!line.contains("##[") && !line.contains("##vso["), "{name}: {line}");
        }
    }
}

#[test]
fn a_workflow_command_keeps_its_properties() {
    let sources = sources();
    let input = input(&sources, findings(&sources));
    let report = github::render(&input, &Settings::default());
    let (commands, rest): (Vec<&str>, Vec<&str>) = report.lines().partition(|line| line.starts_with("::"));
    for line in &commands {
        let (properties, _) = line.strip_prefix("::error ").and_then(|rest| rest.split_once("::")).expect("a command");
        let keys: Vec<&str> = properties.split(',').map(|p| p.split_once('=').map_or(p, |(key, _)| key)).collect();
        assert_eq!(keys, ["file", "line", "endLine", "col", "endColumn", "title"], "{line}");
    }
    assert_eq!(commands.len(), PAYLOADS.len());
    let dropped = PAYLOADS.len() - 10;
    let words = format!(
        "undrift: {} errors; GitHub shows 10 of a kind beside the code, {dropped} others stand in this log only",
        PAYLOADS.len()
    );
    assert_eq!(rest, [words]);
}

#[test]
fn xml_stays_xml() {
    let sources = sources();
    let input = input(&sources, findings(&sources));
    // Read back by a library that had no part in writing it.
    let xml = junit::render(&input, &Settings::default())
        .replace("<testsuites>", "<testsuites name=\"\">")
        .replace("T00:00:00", "T00:00:00Z");
    let report = quick_junit::Report::deserialize_from_str(&xml).expect("XML");
    let cases: Vec<_> = report.test_suites.iter().flat_map(|suite| &suite.test_cases).collect();
    // The sample's two targets are clean.
    assert_eq!(cases.len(), PAYLOADS.len() + 2);
}

#[test]
fn markdown_keeps_its_tables_and_fences() {
    let sources = sources();
    let input = input(&sources, findings(&sources));
    let out = markdown::render(&input, &Settings::default());
    let mut fence: Option<&str> = None;
    let mut rows = 0;
    for line in out.lines() {
        if let Some(open) = fence {
            if line == open {
                fence = None;
            }
            continue;
        }
        if line.starts_with("```") {
            fence = Some(line.trim_end_matches("sql"));
            continue;
        }
        if line.starts_with("| error") {
            rows += 1;
            assert_eq!(line.matches('|').count(), 5, "{line}");
        }
        let tags = line
            .replace("<code>", "")
            .replace("</code>", "")
            .replace("<br>", "")
            .replace("<sub>", "")
            .replace("</sub>", "");
        let tags = tags.replace("<details><summary>", "").replace("</summary>", "").replace("</details>", "");
        assert!(!tags.contains(['<', '>', '`']), "{line}");
        assert!(!line.contains("](") && !line.contains("@octocat") || line.contains("<code>"), "{line}");
    }
    assert_eq!((fence, rows), (None, PAYLOADS.len()));
}

#[test]
fn json_formats_hold_the_text_as_text() {
    let sources = sources();
    let input = input(&sources, findings(&sources));
    let printed = json::render(&input);
    let read: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(read, serde_json::to_value(json::document(&input)).expect("JSON"), "no character is lost");
    assert!(!printed.contains("##") && printed.chars().all(|c| c == '\n' || is_harmless(c)), "{printed}");
    let gitlab: serde_json::Value = serde_json::from_str(&gitlab::render(&input, &Settings::default())).expect("JSON");
    assert_eq!(gitlab.as_array().map(Vec::len), Some(PAYLOADS.len()));
    let sarif: serde_json::Value = serde_json::from_str(&sarif::render(&input, &Settings::default())).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), PAYLOADS.len());
    for result in results {
        let text = result["message"]["text"].as_str().expect("a text");
        assert!(!text.contains("[click]("), "a link in {text}");
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().expect("a uri");
        assert!(uri.is_ascii() && !uri.contains([' ', '<', '"', ':', '#']), "{uri}");
    }
}

#[test]
fn one_finding_is_one_line() {
    let sources = sources();
    let input = input(&sources, findings(&sources));
    assert_eq!(concise::render(&input, &Settings::default()).lines().count(), PAYLOADS.len());
    let out = pretty::render(&input, &Settings { verbose: true, ..Settings::default() });
    assert_eq!(out.lines().filter(|line| line.starts_with("error[replay/syntax]")).count(), PAYLOADS.len(), "{out}");
}
