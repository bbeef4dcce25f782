//! Generated documents are those that the code would write. `UPDATE_EXPECT=1 cargo test --test docs` writes them.

use std::fmt::Write as _;
use std::path::PathBuf;

/// Compares a document with what it should be, or writes it.
fn check(name: &str, expect: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        std::fs::write(&path, expect).expect("a writable file");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expect, "{name} is out of date: run `UPDATE_EXPECT=1 cargo test --test docs`");
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

#[test]
fn json_schema_of_the_check() {
    check("docs/check.schema.json", &pretty(&undrift::report::json::schema()));
}

#[test]
fn json_schema_of_the_config() {
    check("docs/undrift.schema.json", &pretty(&undrift::config::schema()));
}

#[test]
fn list_of_rules() {
    let mut text = String::from(
        "# Rules\n\nWritten by `UPDATE_EXPECT=1 cargo test --test docs` from the rules themselves; `undrift explain RULE` prints the same.\n\n",
    );
    text.push_str("| rule | severity | |\n|---|---|---|\n");
    for rule in undrift::rules::ALL {
        let anchor = rule.id.replace('/', "");
        let _ = writeln!(text, "| [{}](#{anchor}) | {} | {} |", rule.id, rule.severity.as_str(), rule.summary().trim());
    }
    for rule in undrift::rules::ALL {
        let _ = writeln!(text, "\n## {}\n", rule.id);
        for line in rule.docs.lines() {
            let line = line.strip_prefix(' ').unwrap_or(line);
            // One level below the rule's own heading.
            let line = line.strip_prefix("# ").map_or_else(|| line.to_owned(), |heading| format!("### {heading}"));
            let line = match line.strip_prefix("```fixture,") {
                Some("bad") => "Reported:\n```sql".to_owned(),
                Some(_) => "Not reported:\n```sql".to_owned(),
                None => line,
            };
            let _ = writeln!(text, "{}", line.trim_end());
        }
    }
    check("docs/rules.md", &text);
}
