use super::LAYOUT;
use crate::migrations::MigrationSet;
use crate::migrations::layout::LayoutSettings;
use crate::source::{MemoryTree, SourceMap};

/// Loads the files under `d/` and prints what was understood, a line for each fact.
fn check(files: &[(&str, &str)], expect: &str) {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (format!("d/{path}"), *text)));
    let sources = SourceMap::default();
    let (set, problems) = LAYOUT.load(&tree, &sources, "d", &LayoutSettings::default());
    let mut lines = show(&set, &sources);
    lines.extend(problems.iter().map(|p| {
        let file = sources.file(p.primary.span.file);
        let place = file.line_column(p.primary.span.start);
        format!("{} {}:{}:{} {}", p.rule, file.path, place.line, place.column, p.message)
    }));
    let expect: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(lines, expect);
}

fn show(set: &MigrationSet, sources: &SourceMap) -> Vec<String> {
    let mut lines: Vec<String> = set
        .migrations
        .iter()
        .map(|m| format!("run {} {} {:?}", m.name, m.version, m.file.slice(m.sections[0])))
        .collect();
    if let Some(journal) = &set.journal {
        for e in &journal.entries {
            let when = e.when_span.map(|span| sources.text_of(span)).unwrap_or_default();
            lines.push(format!("entry {:?} {} {when} file={}", e.idx, e.tag, e.has_file));
        }
    }
    lines.extend(set.unlisted.iter().map(|u| format!("unlisted {}", u.name)));
    lines.extend(set.snapshots.iter().map(|s| format!("snapshot {} {} of {}", s.id, s.parents.join("+"), s.migration)));
    lines
}

#[test]
fn the_journal_decides() {
    check(
        &[
            (
                "meta/_journal.json",
                r#"{"version":"7","dialect":"postgresql","entries":[
                {"idx":0,"version":"7","when":1767000000000,"tag":"0000_b","breakpoints":true},
                {"idx":1,"version":"7","when":1766000000000,"tag":"0001_a","breakpoints":true},
                {"idx":2,"version":"7","when":1768000000000,"tag":"0002_lost","breakpoints":true}]}"#,
            ),
            ("meta/0000_snapshot.json", r#"{"id":"s0","prevId":"0-0","tables":{}}"#),
            ("meta/0001_snapshot.json", r#"{"id":"s1","prevId":"s0","tables":{}}"#),
            ("0000_b.sql", "one"),
            ("0001_a.sql", "\u{feff}two"),
            ("0009_by_hand.sql", "never"),
        ],
        r#"
        run 0000_b 1767000000000 "one"
        run 0001_a 1766000000000 "two"
        entry Some(0) 0000_b 1767000000000 file=true
        entry Some(1) 0001_a 1766000000000 file=true
        entry Some(2) 0002_lost 1768000000000 file=false
        unlisted 0009_by_hand
        snapshot s0 0-0 of 0000_b
        snapshot s1 s0 of 0001_a
        "#,
    );
}

#[test]
fn an_empty_journal_runs_nothing() {
    check(&[("meta/_journal.json", r#"{"entries":[]}"#), ("0000_a.sql", "x")], "unlisted 0000_a");
}

#[test]
fn a_broken_journal_has_its_place_and_names_decide() {
    check(
        &[("meta/_journal.json", "{\"entries\": [\n  {\"tag\": \"a\"},\n]}"), ("0001_b.sql", "2"), ("0000_a.sql", "1")],
        r#"
        run 0000_a 0000_a "1"
        run 0001_b 0001_b "2"
        input/broken-journal d/meta/_journal.json:2:15 `d/meta/_journal.json` is not JSON: Trailing commas are not allowed
        "#,
    );
    check(
        &[("meta/_journal.json", "{\n<<<<<<< HEAD\n}")],
        "input/broken-journal d/meta/_journal.json:2:1 `d/meta/_journal.json` holds git's conflict markers: the merge is not finished",
    );
    check(
        &[("meta/_journal.json", "{\"entries\": [\n 7]}")],
        "input/broken-journal d/meta/_journal.json:2:2 an entry of `d/meta/_journal.json` has no `tag`",
    );
}

#[test]
fn a_broken_snapshot_has_its_place() {
    check(
        &[("meta/_journal.json", r#"{"entries":[]}"#), ("meta/0000_snapshot.json", "{}")],
        "input/broken-snapshot d/meta/0000_snapshot.json:1:1 `d/meta/0000_snapshot.json` has no `id` and `prevId`: it is not a snapshot of drizzle-kit",
    );
}

#[test]
fn of_a_snapshot_only_the_head_is_kept_unless_it_is_the_last() {
    let head = "{\n \"id\": \"a\",\n \"prevId\": \"0\",";
    let whole = format!("{head}\n \"tables\": {{}}}}");
    let files = [("_journal", r#"{"entries":[]}"#), ("0000_snapshot", &whole), ("0001_snapshot", &whole)];
    let tree = MemoryTree::new(files.map(|(name, text)| (format!("d/meta/{name}.json"), text)));
    let (set, _) = LAYOUT.load(&tree, &SourceMap::default(), "d", &LayoutSettings::default());
    let kept: Vec<&str> = set.snapshots.iter().map(|snapshot| snapshot.file.text.as_str()).collect();
    assert_eq!(kept, [head, &whole]);
    let settings = LayoutSettings { without_snapshots: true, ..LayoutSettings::default() };
    let (set, _) = LAYOUT.load(&tree, &SourceMap::default(), "d", &settings);
    assert!(set.snapshots.is_empty());
}

#[test]
fn folders_of_v1() {
    check(
        &[
            ("20250220153045_brave/migration.sql", "two"),
            ("20250220153045_brave/snapshot.json", r#"{"id":"b","prevIds":["a","c"]}"#),
            ("20240101000000_init/migration.sql", "one"),
            ("20240101000000_init/snapshot.json", r#"{"id":"a","prevIds":["0"]}"#),
            ("notes/readme.md", ""),
        ],
        r#"
        run 20240101000000_init 20240101000000 "one"
        run 20250220153045_brave 20250220153045 "two"
        snapshot a 0 of 20240101000000_init
        snapshot b a+c of 20250220153045_brave
        "#,
    );
}

#[test]
fn is_detected_by_its_marks() {
    let detect = |files: &[&str]| {
        let tree = MemoryTree::new(files.iter().map(|path| ((*path).to_owned(), "")));
        (LAYOUT.detect)(&tree, "d")
    };
    assert_eq!(detect(&["d/meta/_journal.json"]).as_deref(), Some("it has Drizzle's journal, meta/_journal.json"));
    assert_eq!(
        detect(&["d/20240101000000_a/migration.sql", "d/20240101000000_a/snapshot.json"]).as_deref(),
        Some("`20240101000000_a` holds migration.sql and snapshot.json, as drizzle-kit 1.0 writes them")
    );
    assert_eq!(detect(&["d/20240101000000_a/migration.sql", "d/migration_lock.toml"]), None);
}
