//! The sink from the outside: findings in, one line for each that is left out.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::model::{ObjectKind, ObjectRef};
use crate::source::{SourceFile, SourceMap, Span};

const RULES: &[&str] =
    &["drift/missing-table", "input/unresolved", "order/out-of-order", "replay/unknown-table", "safety/drop-table"];

/// A finding at each `<rule>` mark of a text: the mark names the rule, and the finding stands on what follows it.
struct Run {
    sources: SourceMap,
    files: Vec<Arc<SourceFile>>,
    diagnostics: Vec<Diagnostic>,
}

fn run(files: &[(&str, &str)]) -> Run {
    let sources = SourceMap::default();
    let mut run = Run { sources: SourceMap::default(), files: Vec::new(), diagnostics: Vec::new() };
    for (path, marked) in files {
        let mut text = String::new();
        let mut marks = Vec::new();
        for (i, piece) in marked.split('«').enumerate() {
            let piece = if i == 0 {
                piece
            } else {
                let (rule, rest) = piece.split_once('»').expect("a closed mark");
                marks.push((RULES.iter().find(|r| **r == rule).copied().expect("a rule"), text.len()));
                rest
            };
            text.push_str(piece);
        }
        let file = sources.add(path, text);
        for (rule, at) in marks {
            let word: String = file.text[at..].chars().take_while(|c| c.is_alphanumeric()).collect();
            let label = Label::new(Span::new(file.id, at, at + word.len()), "");
            let mut finding = Diagnostic::new(rule, Severity::Error, format!("about {word}"), label);
            finding.object = Some(ObjectRef::bare(ObjectKind::Table, word));
            finding.target = "main".into();
            run.diagnostics.push(finding);
        }
        run.files.push(file);
    }
    run.sources = sources;
    run
}

impl Run {
    fn settings(&self) -> SinkSettings<'static> {
        SinkSettings { known_rules: RULES.to_vec(), files: self.files.clone(), ..SinkSettings::default() }
    }

    fn settle(&self, settings: &SinkSettings) -> Settled {
        settle(self.diagnostics.clone(), settings, &self.sources)
    }

    fn check(&self, settings: &SinkSettings, expect: &[&str]) -> Settled {
        let settled = self.settle(settings);
        let lines: Vec<String> = settled
            .findings
            .iter()
            .map(|f| {
                let d = &f.diagnostic;
                let file = self.sources.file(d.primary.span.file);
                let line = file.line_column(d.primary.span.start).line;
                format!("{}:{line} {} {}: {}", file.path, d.severity.as_str(), d.rule, d.message)
            })
            .collect();
        assert_eq!(lines, expect);
        settled
    }
}

fn level(rule: &str, level: RuleLevel) -> LevelEntry {
    LevelEntry { rule: rule.into(), target: None, paths: None, level }
}

#[test]
fn the_last_level_that_fits_decides() {
    let run = run(&[("a/x.sql", "«safety/drop-table»t; «replay/unknown-table»u"), ("b/x.sql", "«safety/drop-table»v")]);
    let mut settings = run.settings();
    let glob = globset::GlobSetBuilder::new().add(globset::Glob::new("b/**").expect("a glob")).build().expect("globs");
    settings.levels.entries = vec![
        level("safety/*", RuleLevel::Info),
        level("replay/unknown-table", RuleLevel::Off),
        LevelEntry { paths: Some(glob), ..level("safety/drop-table", RuleLevel::Warn) },
        LevelEntry { target: Some("other".into()), ..level("safety", RuleLevel::Off) },
    ];
    let settled = run.check(
        &settings,
        &["b/x.sql:1 warning safety/drop-table: about v", "a/x.sql:1 info safety/drop-table: about t"],
    );
    assert_eq!(settled.counts, Counts { warnings: 1, infos: 1, ..Counts::default() });
}

#[test]
fn what_hinders_most_comes_first() {
    let mut run = run(&[
        ("b.sql", "«safety/drop-table»a\n«drift/missing-table»b\n«replay/unknown-table»c\n«order/out-of-order»d"),
        ("a.sql", "«drift/missing-table»e\n«input/unresolved»f"),
    ]);
    run.diagnostics[0].severity = Severity::Warning;
    run.diagnostics[5].severity = Severity::Warning;
    run.diagnostics.push(run.diagnostics[1].clone());
    let settled = run.check(
        &run.settings(),
        &[
            "b.sql:4 error order/out-of-order: about d",
            "b.sql:3 error replay/unknown-table: about c",
            "a.sql:1 error drift/missing-table: about e",
            "b.sql:2 error drift/missing-table: about b",
            "a.sql:2 warning input/unresolved: about f",
            "b.sql:1 warning safety/drop-table: about a",
        ],
    );
    assert_eq!(settled.counts, Counts { errors: 4, warnings: 2, unresolved: 1, ..Counts::default() });
    let mut backwards = Run { diagnostics: run.diagnostics.clone(), ..run };
    backwards.diagnostics.reverse();
    let order = |settled: &Settled| settled.findings.iter().map(|f| f.diagnostic.clone()).collect::<Vec<_>>();
    let other_way = backwards.settle(&backwards.settings());
    assert_eq!(order(&other_way), order(&settled));
    assert_eq!((settled.findings[0].sequence, other_way.findings[0].sequence), (3, 3));
}

#[test]
fn a_comment_silences_its_rule_at_its_place() {
    let run = run(&[
        (
            "a.sql",
            "-- undrift-ignore safety/drop-table: moved to b in 0003\nDROP TABLE\n  «safety/drop-table»a;\nDROP TABLE «safety/drop-table»b;",
        ),
        (
            "s.ts",
            "// undrift-ignore drift/missing-table, replay/unknown-table: made by the platform\nconst «drift/missing-table»c = «replay/unknown-table»d;\nconst «drift/missing-table»e",
        ),
    ]);
    let settled = run.check(
        &run.settings(),
        &["s.ts:3 error drift/missing-table: about e", "a.sql:4 error safety/drop-table: about b"],
    );
    assert_eq!(settled.counts.suppressed, 3);
}

#[test]
fn a_comment_is_heard_in_a_file_that_was_only_imported() {
    let run = run(&[("s.ts", "// undrift-ignore drift/missing-table: why\nconst «drift/missing-table»c")]);
    let settings = SinkSettings { files: Vec::new(), ..run.settings() };
    assert_eq!(run.check(&settings, &[]).counts.suppressed, 1);
}

#[test]
fn a_comment_without_reason_or_use_is_a_finding() {
    let run = run(&[(
        "a.sql",
        "-- undrift-ignore safety/drop-table\nDROP TABLE «safety/drop-table»a;\n\
         -- undrift-ignore safety/drop-tables: why\nSELECT 1;\n\
         -- undrift-ignore: why\nSELECT 1;\n\
         -- undrift-ignore replay/unknown-table: why\nSELECT 1;\n\
         -- undrift-ignored is not the word\nSELECT '-- undrift-ignore';",
    )]);
    run.check(&run.settings(), &[
        "a.sql:2 error safety/drop-table: about a",
        "a.sql:1 warning config/malformed-suppression: this suppression gives no reason",
        "a.sql:3 warning config/malformed-suppression: this suppression names `safety/drop-tables`, which is no rule",
        "a.sql:5 warning config/malformed-suppression: this suppression names no rule",
        "a.sql:7 warning config/unused-suppression: `replay/unknown-table` is suppressed here, and nothing reports it",
    ]);
}

#[test]
fn a_comment_in_an_old_migration_is_not_unused() {
    let run = run(&[(
        "a.sql",
        "-- undrift-ignore safety/drop-table: why\nDROP TABLE a;\n-- undrift-ignore replay/unknown-table: why\nDROP TABLE b;",
    )]);
    let mut settings = run.settings();
    settings.old_migrations = BTreeSet::from([run.files[0].id]);
    run.check(&settings, &[
        "a.sql:3 warning config/unused-suppression: `replay/unknown-table` is suppressed here, and nothing reports it",
    ]);
    settings.partial = true;
    run.check(&settings, &[]);
}

#[test]
fn a_baseline_leaves_only_what_is_new_and_names_what_is_gone() {
    let before = run(&[("s.ts", "«drift/missing-table»a «drift/missing-table»b «safety/drop-table»x")]);
    let text = Baseline::write(&before.settle(&before.settings()).findings);
    assert_eq!(text.lines().count(), 8, "{text}");
    let after = run(&[("other.ts", "\n\n«drift/missing-table»b\n«drift/missing-table»c")]);
    let file = after.sources.add(BASELINE_FILE, text);
    let baseline = Baseline::read(file).expect("what was written");
    let mut settings = after.settings();
    settings.baseline = Some(&baseline);
    let settled = after.check(&settings, &[
        "other.ts:4 error drift/missing-table: about c",
        "undrift-baseline.json:4 warning config/stale-baseline: the baseline accepts 2 findings that are no longer found, \
         `drift/missing-table a` among them",
    ]);
    assert_eq!(settled.counts, Counts { errors: 1, warnings: 1, baselined: 1, ..Counts::default() });
    settings.old_migrations = BTreeSet::from([after.files[0].id]);
    after.check(&settings, &[
        "other.ts:4 error drift/missing-table: about c",
        "undrift-baseline.json:4 warning config/stale-baseline: the baseline accepts `drift/missing-table a`, which is no \
         longer found",
    ]);
}

#[test]
fn two_findings_that_agree_in_all_keep_apart() {
    let run = run(&[("s.ts", "«drift/missing-table»a «drift/missing-table»a")]);
    let findings = run.settle(&run.settings()).findings;
    assert_eq!(findings.len(), 2);
    assert_ne!(findings[0].fingerprint, findings[1].fingerprint);
}

#[test]
fn a_baseline_of_another_form_is_refused() {
    let read = |text: &str| {
        let sources = SourceMap::default();
        Baseline::read(sources.add(BASELINE_FILE, text.into())).map(|b| b.len()).map_err(|e| e.to_string())
    };
    assert_eq!(read(&Baseline::write(&[])), Ok(0));
    assert!(read("{").is_err_and(|e| e.starts_with("undrift-baseline.json is not a baseline file: EOF")));
    assert!(read(r#"{"version": 2, "accepted": []}"#).is_err_and(|e| e.contains("has version 2")));
}
