//! The examples in the rules' documentation, run: a bad one reports exactly its rule, a good one nothing at all.
//!
//! A fixture names its files by `//- /path` lines. Without an `undrift.toml` of its own, `/migrations` holds plain SQL migrations that all
//! count as new, and `/schema.sql`, where there is one, is the declared schema. Files under `/@base` are what is merged already: then only what is
//! not there counts as new.

mod support;

use support::{Example, rules_reported};

fn examples(docs: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut lines = docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
    while let Some(line) = lines.next() {
        let Some(tag) = line.strip_prefix("```fixture,") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        examples.push(Example::parse(tag, &body.join("\n")));
    }
    examples
}

#[test]
fn bad_examples_report_their_rule_and_good_ones_nothing() {
    let mut complaints = Vec::new();
    for rule in undrift::rules::ALL {
        let examples = examples(rule.docs);
        for tag in ["bad", "good"] {
            if !examples.iter().any(|example| example.tag == tag) {
                complaints.push(format!("{}: no {tag} example", rule.id));
            }
        }
        for example in examples {
            let mut reported = rules_reported(&example);
            reported.dedup();
            let expect: &[&str] = if example.tag == "bad" { &[rule.id] } else { &[] };
            if reported != expect {
                complaints.push(format!("{} ({} example): {reported:?}", rule.id, example.tag));
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}
