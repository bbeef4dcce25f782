//! `undrift explain RULE` and `undrift rules`.

use std::fmt::Write as _;

use super::args::{RulesArgs, RulesFormat};
use super::error::CliError;
use super::exit::ExitStatus;
use super::output::print;
use crate::rules::{self, Rule};
use crate::source::nearest;

/// Prints a rule's documentation.
pub(super) fn explain(name: &str) -> Result<ExitStatus, CliError> {
    let ids: Vec<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
    let Some(rule) = rules::ALL.iter().find(|rule| rule.id == name) else {
        // Without its group a name is still clear where only one rule bears it.
        let mut bearers = rules::ALL.iter().filter(|rule| rule.id.split_once('/').is_some_and(|(_, n)| n == name));
        if let (Some(rule), None) = (bearers.next(), bearers.next()) {
            print(&documentation(rule))?;
            return Ok(ExitStatus::Clean);
        }
        let help = match nearest(name, &ids) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`undrift rules` lists them".to_owned(),
        };
        return Err(CliError::usage(format!("unknown rule `{name}`"), help));
    };
    print(&documentation(rule))?;
    Ok(ExitStatus::Clean)
}

fn documentation(rule: &Rule) -> String {
    let mut text = format!("{} ({}, since {})\n\n", rule.id, rule.severity.as_str(), rule.since);
    for line in rule.docs.lines() {
        // Markdown for a reader: headings in capitals, examples without their fences' tags.
        let line = line.strip_prefix(' ').unwrap_or(line);
        let line = match line.strip_prefix("```fixture,") {
            Some("bad") => "Reported:\n```",
            Some(_) => "Not reported:\n```",
            None => line,
        };
        let _ = writeln!(text, "{}", line.strip_prefix("//- /").unwrap_or(line));
    }
    text
}

/// Lists the rules.
pub(super) fn list(args: &RulesArgs) -> Result<ExitStatus, CliError> {
    match args.format {
        RulesFormat::Text => {
            let width = rules::ALL.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
            let mut text = String::new();
            for rule in rules::ALL {
                let _ = writeln!(text, "{:width$}  {:7}  {}", rule.id, rule.severity.as_str(), rule.summary().trim());
            }
            print(&text)?;
        }
        RulesFormat::Json => {
            let list: Vec<serde_json::Value> = rules::ALL.iter().map(|rule| json(rule)).collect();
            print(&format!("{:#}\n", serde_json::Value::Array(list)))?;
        }
    }
    Ok(ExitStatus::Clean)
}

fn json(rule: &Rule) -> serde_json::Value {
    serde_json::json!({
        "id": rule.id,
        "severity": rule.severity.as_str(),
        "since": rule.since,
        "summary": rule.summary().trim(),
        "docs": rule.docs,
    })
}
