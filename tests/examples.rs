//! The included examples, as a user meets them: the findings of the broken studio, the silence of the repaired one, and the hook on it.

#[path = "support/repository.rs"]
mod repository;

use std::process::Output;

use repository::Repository;
use serde_json::Value;

const TENANT_SCHEMA: &str = "packages/database/src/tenant/schema.ts";
const TENANT_MIGRATIONS: &str = "packages/database/drizzle/migrations/tenant";

fn studio(state: &str) -> Repository {
    let repository = Repository::new();
    repository.copy(&format!("fixtures/studio/{state}"));
    repository.git(&["add", "."]);
    repository.git(&["commit", "--quiet", "-m", "studio"]);
    repository
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

#[test]
fn a_missing_column_shows_both_sides_and_how_to_go_on() {
    let document = json(&studio("broken").undrift(&["check", "--all", "--format", "json"]));
    let findings = document["findings"].as_array().expect("a list");
    let deposit = findings.iter().find(|f| f["object"]["name"] == "deposit_amount").expect("a finding");
    assert_eq!(deposit["declared"], "numeric(10,2)");
    assert_eq!(deposit["primary"]["path"], TENANT_SCHEMA);
    assert_eq!(deposit["related"][0]["path"], format!("{TENANT_MIGRATIONS}/0000_outgoing_mastermind.sql"));
    let command = deposit["fix"]["command"].as_str().expect("a command");
    assert!(command.ends_with("pnpm exec drizzle-kit generate --config=drizzle.tenant.config.ts"), "{command}");
    let sql = deposit["fix"]["sql"].as_str().expect("SQL");
    assert_eq!(sql, "ALTER TABLE \"invoices\" ADD COLUMN \"deposit_amount\" numeric(10,2);");
    let replay = findings.iter().find(|f| f["rule"] == "replay/unknown-column").expect("a finding");
    let later = replay["related"][0]["path"].as_str().expect("a path");
    assert!(later.ends_with("0008_update_quotes_state_machine.sql"), "{later}");
}

#[test]
fn the_repaired_studio_and_shop_are_clean() {
    for project in ["fixtures/studio/repaired", "fixtures/shop/repaired"] {
        let repository = Repository::new();
        repository.copy(project);
        repository.git(&["add", "."]);
        repository.git(&["commit", "--quiet", "-m", "clean"]);
        for arguments in [&["check", "--all", "--quiet", "--format", "concise"][..], &["check"], &["check", "--staged"]]
        {
            let output = repository.undrift(arguments);
            assert_eq!(output.status.code(), Some(0), "{project}: {output:?}");
        }
    }
}

#[test]
fn only_one_of_several_targets() {
    let output = studio("broken").undrift(&["check", "--all", "--target", "master", "--format", "json"]);
    let document = json(&output);
    assert_eq!(document["targets"].as_array().map(Vec::len), Some(1));
    assert_eq!(document["summary"]["errors"], 5);
}
