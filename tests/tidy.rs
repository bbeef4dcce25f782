//! The house rules that a grep can hold: which folder may import which, where foreign crates may be used, how long a file may be,
//! and that the list of rules is whole.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Rooms in the order of imports: each may use itself and those before it.
const ROOMS: &[&str] = &[
    "source",
    "model",
    "diagnostic",
    "dialect",
    "migrations",
    "ddl",
    "replay",
    "diff",
    "declared",
    "fix",
    "dump",
    "rules",
    "report",
    "config",
    "input",
    "check",
    "cli",
];

/// Foreign crates that stay in their folder.
const FENCED: &[(&str, &[&str])] = &[
    ("pg_query", &["src/ddl/postgres/"]),
    ("oxc_allocator", &["src/declared/typescript/"]),
    ("oxc_ast", &["src/declared/typescript/"]),
    ("oxc_parser", &["src/declared/typescript/"]),
    ("oxc_span", &["src/declared/typescript/"]),
    ("oxc_syntax", &["src/declared/typescript/"]),
    ("git2", &["src/input/"]),
    ("unicode_width", &["src/report/"]),
    ("clap", &["src/cli/"]),
    ("clap_complete", &["src/cli/"]),
    ("ignore", &["src/config/discovery/"]),
    ("terminal_size", &["src/cli/"]),
    ("toml", &["src/config/", "src/declared/", "src/migrations/"]),
];

const LONGEST_FILE: usize = 500;

struct File {
    path: String,
    text: String,
}

impl File {
    /// The text before the tests at its end.
    fn code(&self) -> &str {
        let end = self.text.find("#[cfg(test)]\nmod tests").unwrap_or(self.text.len());
        &self.text[..end]
    }

    fn is_test(&self) -> bool {
        self.path.starts_with("tests/") || self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// `ddl` of `src/ddl/op.rs`; `None` for the files that stand beside the rooms.
    fn room(&self) -> Option<&str> {
        self.path.strip_prefix("src/")?.split_once('/').map(|(room, _)| room)
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files() -> Vec<File> {
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches"] {
        collect(&root().join(folder), &mut files);
    }
    files.retain(|file| !file.path.contains("/bindgen/"));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 50, "the sources are there");
    files
}

fn collect(folder: &Path, files: &mut Vec<File>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
            files.push(File { path: name, text: std::fs::read_to_string(&path).expect("UTF-8") });
        }
    }
}

/// Fails with all complaints at once.
fn report(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Words of the form `before::word` in a text, without comments.
fn words_after<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(move |line| line.split(before).skip(1))
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
}

#[test]
fn imports_point_one_way() {
    let rank: BTreeMap<&str, usize> = ROOMS.iter().enumerate().map(|(i, room)| (*room, i)).collect();
    let mut complaints = Vec::new();
    for file in files().iter().filter(|f| !f.is_test()) {
        let Some(room) = file.room() else { continue };
        let Some(&own) = rank.get(room) else {
            complaints.push(format!("{}: the room `{room}` has no place in the order of imports", file.path));
            continue;
        };
        // A problem with an input names its rule wherever it is met.
        let code = file.code().replace("crate::rules::input::", "");
        for used in words_after(&code, "crate::") {
            if rank.get(used).is_some_and(|&other| other > own) {
                complaints.push(format!("{}: `{room}` imports `{used}`", file.path));
            }
        }
    }
    report(&complaints);
}

#[test]
fn foreign_crates_stay_in_their_folders() {
    let mut complaints = Vec::new();
    for file in files().iter().filter(|f| f.path.starts_with("src/")) {
        for (name, folders) in FENCED {
            let used = file.code().lines().any(|line| {
                let line = line.trim_start();
                let path = format!("{name}::");
                !line.starts_with("//")
                    && line
                        .match_indices(&path)
                        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
            });
            if used && !folders.iter().any(|folder| file.path.starts_with(folder)) {
                complaints.push(format!("{}: uses `{name}`", file.path));
            }
        }
    }
    report(&complaints);
}

#[test]
fn files_are_short() {
    let mut complaints = Vec::new();
    for file in files().iter().filter(|f| !f.is_test()) {
        let lines = file.code().lines().count();
        if lines > LONGEST_FILE {
            complaints.push(format!("{}: {lines} lines", file.path));
        }
    }
    report(&complaints);
}

/// The proof that the model is neutral: a language is a folder, a layout and a way to find it. What cites a tool as a rule's source and examples
/// that run as tests may name it.
#[test]
fn one_language_is_named_where_it_lives() {
    const HOMES: &[&str] = &[
        "src/declared/prisma/",
        "src/declared/mod.rs",
        "src/migrations/layout/prisma.rs",
        "src/migrations/layout/mod.rs",
        "src/config/discovery/",
    ];
    let mut complaints = Vec::new();
    let files = files();
    let elsewhere = files.iter().filter(|f| f.path.starts_with("src/") && !f.is_test());
    for file in elsewhere.filter(|f| !HOMES.iter().any(|home| f.path.starts_with(home))) {
        let (mut is_example, mut is_source) = (false, false);
        for (number, line) in file.code().lines().enumerate() {
            let doc = line.trim_start().strip_prefix("/// ").unwrap_or_default();
            is_example ^= doc.starts_with("```");
            is_source = doc == "# Sources" || is_source && line.trim_start().starts_with("///");
            if !is_example && !is_source && line.to_ascii_lowercase().contains("prisma") {
                complaints.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    report(&complaints);
}

#[test]
fn nothing_is_left_for_later() {
    let forbidden =
        ["todo!(", "unimplemented!(", "dbg!(", "#[ignore", "#[should_panic", "allow(dead_code)", "allow(unused"];
    let mut complaints = Vec::new();
    for file in files().iter().filter(|f| f.path != "tests/tidy.rs") {
        // What several test binaries share is used by some of them only.
        let is_shared = file.path.starts_with("tests/");
        for (number, line) in
            file.text.lines().enumerate().filter(|(_, l)| !(is_shared && l.contains("allow(dead_code)")))
        {
            if let Some(word) = forbidden.iter().find(|word| line.contains(**word)) {
                complaints.push(format!("{}:{}: {word}", file.path, number + 1));
            }
        }
    }
    report(&complaints);
}

#[test]
fn only_the_command_line_touches_the_process() {
    let words = ["std::env::", "env::var", "process::exit", "println!(", "eprintln!(", "print!(", "std::process::"];
    let mut complaints = Vec::new();
    for file in files().iter().filter(|f| f.path.starts_with("src/") && !f.is_test()) {
        if file.path.starts_with("src/cli/") || file.path == "src/main.rs" {
            continue;
        }
        for (number, line) in file.code().lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//")) {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                complaints.push(format!("{}:{}: {word}", file.path, number + 1));
            }
        }
    }
    report(&complaints);
}

#[test]
fn the_project_speaks_of_itself_alone() {
    let forbidden = ["/work/", " /root/", "\"/root/", "score.py", "BRIEF.md", "../shared", "subagent", "sub-agent"];
    let mut complaints = Vec::new();
    for file in files().iter().filter(|f| f.path != "tests/tidy.rs") {
        for (number, line) in file.text.lines().enumerate() {
            if let Some(word) = forbidden.iter().find(|word| line.contains(**word)) {
                complaints.push(format!("{}:{}: {word}", file.path, number + 1));
            }
        }
    }
    report(&complaints);
}

/// Quoted rule names in a text: `"drift/missing-column"`.
fn rule_names(text: &str) -> Vec<&str> {
    const GROUPS: &[&str] = &["drift", "replay", "order", "safety", "input", "config"];
    let is_name = |word: &&str| {
        word.split_once('/').is_some_and(|(group, name)| {
            GROUPS.contains(&group)
                && name.starts_with(|c: char| c.is_ascii_lowercase())
                && !name.ends_with('-')
                && name.chars().all(|c| c.is_ascii_lowercase() || c == '-')
        })
    };
    text.split('"').skip(1).step_by(1).filter(is_name).collect()
}

#[test]
fn every_rule_is_listed_and_every_listed_rule_is_declared() {
    let listed: Vec<&str> = undrift::rules::ALL.iter().map(|rule| rule.id).collect();
    let mut sorted = listed.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(listed, sorted, "rules::ALL is sorted by id and names each rule once");
    let mut declared = BTreeSet::new();
    let mut complaints = Vec::new();
    let files = files();
    for file in files.iter().filter(|f| f.path.starts_with("src/rules/")) {
        let is_declaration =
            |l: &&str| !l.trim_start().starts_with("//") && l.contains(" static ") && l.contains(" = \"");
        for line in file.code().lines().filter(is_declaration) {
            declared.extend(rule_names(line).into_iter().map(str::to_owned));
        }
    }
    complaints.extend(
        declared.iter().filter(|id| !listed.contains(&id.as_str())).map(|id| format!("{id} is not in rules::ALL")),
    );
    complaints
        .extend(listed.iter().filter(|id| !declared.contains(**id)).map(|id| format!("{id} is declared in no file")));
    for file in files.iter().filter(|f| f.path.starts_with("src/") && !f.is_test()) {
        let code: String = file.code().lines().filter(|l| !l.trim_start().starts_with("//")).collect();
        for name in rule_names(&code) {
            if !listed.contains(&name) {
                complaints.push(format!("{}: `{name}` is no rule", file.path));
            }
        }
    }
    report(&complaints);
}

#[test]
fn every_rule_is_documented_under_the_fixed_headings() {
    let headings = ["# What it does", "# Why is this bad", "# Example", "# When it stays quiet", "# Sources"];
    let mut complaints = Vec::new();
    for rule in undrift::rules::ALL {
        let mut rest = rule.docs;
        for heading in headings {
            match rest.find(heading) {
                Some(at) => rest = &rest[at..],
                None => complaints.push(format!("{}: `{heading}` is missing or out of order", rule.id)),
            }
        }
    }
    report(&complaints);
}
