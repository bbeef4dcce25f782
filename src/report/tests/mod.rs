//! One set of findings through every format: what it looks like, that nothing is lost, and that nothing breaks out.

mod hostile;
mod sample;

use insta::assert_snapshot;

use self::sample::{every_kind, input, sources, stories};
use super::{ReportInput, Settings, Viewpoint, concise, github, gitlab, junit, markdown, pretty, sarif};

type Render = fn(&ReportInput, &Settings) -> String;

pub(super) const FORMATS: [(&str, Render); 7] = [
    ("pretty", pretty::render),
    ("concise", concise::render),
    ("github", github::render),
    ("gitlab", gitlab::render),
    ("sarif", sarif::render),
    ("junit", junit::render),
    ("markdown", markdown::render),
];

fn verbose() -> Settings {
    Settings { verbose: true, ..Settings::default() }
}

#[test]
fn what_each_format_looks_like() {
    let sources = sources();
    let input = input(&sources, stories(&sources));
    for (name, render) in FORMATS {
        if name != "sarif" {
            assert_snapshot!(name, render(&input, &Settings::default()));
        }
    }
    let mut log: serde_json::Value = serde_json::from_str(&sarif::render(&input, &Settings::default())).expect("JSON");
    log["runs"][0]["tool"]["driver"]["rules"] = "every rule".into();
    log["runs"][0]["tool"]["driver"]["version"] = "its own".into();
    log["runs"][0]["tool"]["driver"]["semanticVersion"] = "its own".into();
    for result in log["runs"][0]["results"].as_array_mut().expect("results") {
        result.as_object_mut().expect("a result").remove("ruleIndex");
    }
    assert_snapshot!("sarif", serde_json::to_string_pretty(&log).expect("JSON"));
}

#[test]
fn pretty_from_narrow_to_wide() {
    let sources = sources();
    let input = input(&sources, stories(&sources));
    for width in [60, 80, 140, 200] {
        let settings = Settings { width, ..Settings::default() };
        let out = pretty::render(&input, &settings);
        for line in out.lines() {
            let columns = unicode_width::UnicodeWidthStr::width(line);
            // A path is never broken, it could not be clicked; nor a command, it could not be copied.
            let command = line.starts_with("  fix:  ");
            let path = line.split(' ').any(|word| word.contains("packages/database/") && word.len() + 10 > width);
            assert!(columns <= width || path || command, "{columns} > {width}: {line}");
        }
        assert_snapshot!(format!("pretty-{width}"), out);
    }
}

#[test]
fn pretty_in_ascii_and_in_colour_says_the_same() {
    let sources = sources();
    let input = input(&sources, stories(&sources));
    let ascii = pretty::render(&input, &Settings { unicode: false, ..Settings::default() });
    assert!(ascii.is_ascii(), "{ascii}");
    assert_snapshot!("pretty-ascii", ascii);
    let colored = pretty::render(&input, &Settings { color: true, ..Settings::default() });
    let mut plain = String::new();
    for (i, piece) in colored.split("\u{1b}[").enumerate() {
        plain.push_str(if i == 0 { piece } else { piece.split_once('m').expect("a colour's end").1 });
    }
    let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(trimmed(&plain), trimmed(&pretty::render(&input, &Settings::default())));
}

#[test]
fn no_format_loses_a_finding() {
    let sources = sources();
    let findings = every_kind(&sources);
    let count = findings.len();
    let messages: Vec<String> = findings.iter().map(|f| f.diagnostic.message.clone()).collect();
    let input = input(&sources, findings);
    let json = |text: String| serde_json::from_str::<serde_json::Value>(&text).expect("JSON");
    assert_eq!(concise::render(&input, &verbose()).lines().count(), count);
    assert_eq!(github::render(&input, &verbose()).lines().filter(|line| line.starts_with("::")).count(), count);
    assert_eq!(json(gitlab::render(&input, &verbose())).as_array().map(Vec::len), Some(count));
    assert_eq!(json(sarif::render(&input, &verbose()))["runs"][0]["results"].as_array().map(Vec::len), Some(count));
    assert_eq!(junit::render(&input, &verbose()).matches("<testcase ").count(), count + 2);
    let out = pretty::render(&input, &verbose());
    for message in messages {
        assert!(out.contains(&message), "{message}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let sources = sources();
    let input = input(&sources, every_kind(&sources));
    for (name, render) in FORMATS {
        assert_eq!(render(&input, &Settings::default()), render(&input, &Settings::default()), "{name}");
    }
}

#[test]
fn clean_is_a_line_a_target() {
    let sources = sources();
    let mut input = input(&sources, Vec::new());
    input.targets[0].unresolved = 0;
    assert_snapshot!(pretty::render(&input, &Settings::default()), @r"
     master   drizzle 1 table, 123 columns   =  1 migration
     tenant   drizzle 31 tables, 512 columns = 12 migrations (1 new)
    ");
    assert_eq!(pretty::render(&input, &Settings { quiet: true, ..Settings::default() }), "");
    assert_eq!(concise::render(&input, &Settings::default()), "");
    input.counts.baselined = 14;
    input.not_checked = vec!["sqlite".into()];
    input.targets[1].migrations = None;
    assert_snapshot!(pretty::render(&input, &Settings::default()), @r"
     master   drizzle 1 table, 123 columns   =  1 migration
     tenant   drizzle 31 tables, 512 columns = no migrations, so no drift is judged
     not checked: sqlite
     0 errors · 14 baselined · scope: new since origin/main
    ");
}

#[test]
fn a_schema_that_is_staged_alone_is_the_headline() {
    let sources = sources();
    let mut input = input(&sources, stories(&sources));
    input.staged = vec!["README.md".into(), sample::SCHEMA.into()];
    let headline = |input: &ReportInput| {
        let out = pretty::render(input, &Settings::default());
        out.lines().next().unwrap_or_default().to_owned()
    };
    assert!(!headline(&input).contains("is staged"), "the commit brings a migration");
    for target in &mut input.targets {
        target.migrations.as_mut().expect("migrations").new = 0;
    }
    assert_eq!(headline(&input), format!("{} is staged without a migration of tenant", sample::SCHEMA));
    input.staged.pop();
    assert!(!headline(&input).contains("is staged"));
}

#[test]
fn an_old_repository_prints_about_a_screen() {
    let sources = sources();
    let mut findings = every_kind(&sources);
    let rules = ["drift/missing-table", "replay/unknown-table", "order/out-of-order", "drift/undeclared-column"];
    for (i, finding) in findings.iter_mut().enumerate() {
        finding.diagnostic.rule = rules[i % rules.len()];
    }
    findings.extend(stories(&sources));
    let input = input(&sources, findings);
    let out = pretty::render(&input, &Settings::default());
    // A screen of 40 lines, and 20 more where they tell every error.
    assert!(out.lines().count() <= 60, "{out}");
    for rule in rules {
        assert!(out.contains(rule), "{rule} is not even named:\n{out}");
    }
    assert_snapshot!("pretty-many", out);
    assert!(pretty::render(&input, &verbose()).lines().count() > 300);
}

#[test]
fn paths_can_be_clicked_where_the_person_stands() {
    let sources = sources();
    let input = input(&sources, stories(&sources));
    let viewpoint = Viewpoint::Inside("packages/database/src".into());
    let settings = Settings { viewpoint, repository_prefix: "studio".into(), ..Settings::default() };
    assert!(pretty::render(&input, &settings).contains("╭─[tenant/schema.ts:3:3]"));
    assert!(pretty::render(&input, &settings).contains("╭─[../drizzle/tenant/0000_outgoing_mastermind.sql:1:1]"));
    assert!(concise::render(&input, &settings).starts_with("tenant/schema.ts:3:3: error[drift/missing-column] "));
    assert!(
        github::render(&input, &settings)
            .starts_with("::error file=studio/packages/database/src/tenant/schema.ts,line=3,")
    );
}

#[test]
fn sarif_holds_to_its_schema() {
    let mut schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/schemas/sarif-2.1.0.json")).expect("the schema");
    // The official schema's pattern for a language has a bracket too many, which this validator's regular expressions refuse.
    for owner in ["run", "toolComponent"] {
        schema["definitions"][owner]["properties"]["language"]["pattern"] = "^[a-zA-Z]{2}".into();
    }
    let validator = jsonschema::validator_for(&schema).expect("a JSON Schema");
    let sources = sources();
    for findings in [Vec::new(), stories(&sources), every_kind(&sources), hostile::findings(&hostile::sources())] {
        let hostile_sources = hostile::sources();
        let is_hostile = findings.iter().any(|f| f.diagnostic.rule == "replay/syntax");
        let input = input(if is_hostile { &hostile_sources } else { &sources }, findings);
        let log: serde_json::Value = serde_json::from_str(&sarif::render(&input, &Settings::default())).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&log).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().map(Vec::len);
        assert_eq!(rules, Some(crate::rules::ALL.len()));
    }
}

/// Findings as they come, and as nobody wants them.
fn each_input(check: impl Fn(&ReportInput)) {
    let sources = sources();
    check(&input(&sources, every_kind(&sources)));
    check(&input(&sources, Vec::new()));
    let sources = hostile::sources();
    check(&input(&sources, hostile::findings(&sources)));
}

#[test]
fn gitlab_holds_to_its_schema() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/schemas/gitlab-code-quality.json")).expect("the schema");
    let validator = jsonschema::validator_for(&schema).expect("a JSON Schema");
    each_input(|input| {
        let report = serde_json::from_str(&gitlab::render(input, &Settings::default())).expect("JSON");
        let faults: Vec<String> =
            validator.iter_errors(&report).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{faults:#?}");
        assert_eq!(report.as_array().map(Vec::len), Some(input.findings.len()));
    });
}

/// By xmllint; without it the test says so and is skipped, and `REQUIRE_XMLLINT=1` makes that a failure.
#[test]
fn junit_holds_to_its_xsd() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas/junit-10.xsd");
    if std::process::Command::new("xmllint").arg("--version").output().is_err() {
        assert!(std::env::var_os("REQUIRE_XMLLINT").is_none(), "REQUIRE_XMLLINT is set, and there is no xmllint here");
        eprintln!("skipped: there is no xmllint on this machine");
        return;
    }
    each_input(|input| {
        let file = tempfile::Builder::new().suffix(".xml").tempfile().expect("a file");
        std::fs::write(file.path(), junit::render(input, &Settings::default())).expect("a report");
        let output = std::process::Command::new("xmllint")
            .args(["--noout", "--nonet", "--schema", schema])
            .arg(file.path())
            .output();
        let output = output.expect("xmllint runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    });
}
