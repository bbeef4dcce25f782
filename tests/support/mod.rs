//! What several test files need.

mod links;

use links::WithLinks;

use undrift::check::{CheckRequest, New, Project, Scope, Since, check};
use undrift::config::discovery::{Gitignored, discover};
use undrift::config::{DeclaredSource, MigrationsSource, Target};
use undrift::declared::prisma::LANGUAGE;
use undrift::diagnostic::{Baseline, Levels};
use undrift::rules::order::Standpoint;
use undrift::source::{MemoryTree, SourceMap, Tree};

/// Before the paths of files as they are at the base.
const BASE: &str = "@base/";
/// 2027-01-01, in milliseconds since 1970.
const NOW: i64 = 1_798_761_600_000;

/// Several files in one text, each after a line `//- /path`.
pub(crate) struct Example {
    pub(crate) tag: String,
    pub(crate) files: Vec<(String, String)>,
    /// Written as `//- /path -> elsewhere`.
    pub(crate) links: Vec<String>,
}

impl Example {
    pub(crate) fn parse(tag: &str, text: &str) -> Self {
        let (mut files, mut links): (Vec<(String, String)>, _) = (Vec::new(), Vec::new());
        for line in text.lines() {
            match (line.strip_prefix("//- /"), files.last_mut()) {
                (Some(path), _) => match path.split_once(" -> ") {
                    Some((path, _)) => links.push(path.trim().to_owned()),
                    None => files.push((path.trim().to_owned(), String::new())),
                },
                (None, Some((_, text))) => {
                    text.push_str(line);
                    text.push('\n');
                }
                (None, None) => panic!("an example begins with `//- /path`, not with {line:?}"),
            }
        }
        Self { tag: tag.to_owned(), files, links }
    }

    fn has(&self, path: &str) -> bool {
        self.files.iter().any(|(p, _)| p == path)
    }
}

/// The rules that a check of the example reports, sorted; all migrations count as new.
pub(crate) fn rules_reported(example: &Example) -> Vec<&'static str> {
    // `\xe9` in an example is that byte, which no Rust source can hold.
    let bytes = |text: &str| -> Vec<u8> {
        let parts: Vec<&[u8]> = text.split("\\xe9").map(str::as_bytes).collect();
        parts.join(&0xe9)
    };
    let (base, files): (Vec<_>, Vec<_>) = example.files.iter().partition(|(path, _)| path.starts_with(BASE));
    let base = MemoryTree::new(base.iter().map(|(path, text)| (&path[BASE.len()..], bytes(text))));
    let files = MemoryTree::new(files.iter().map(|(path, text)| (path.as_str(), bytes(text))));
    let tree = WithLinks { files, links: example.links.clone() };
    let sources = SourceMap::default();
    let mut project = Project {
        tree: &tree,
        sources: &sources,
        targets: Vec::new(),
        levels: Levels::default(),
        baseline: None,
        not_checked: Vec::new(),
        problems: Vec::new(),
        read: Default::default(),
    };
    if let Ok(Some(text)) = tree.read("undrift.toml") {
        let text = String::from_utf8(text).expect("UTF-8");
        let config = undrift::check::read_config("undrift.toml", &text).expect("a good config");
        project.levels = undrift::check::levels(&config);
        project.targets = config.targets;
    }
    if project.targets.is_empty() && example.has("drizzle.config.ts") {
        let found = discover(&tree, &sources, Gitignored::Keep);
        (project.targets, project.problems, project.not_checked) = (found.targets, found.problems, found.not_checked);
    } else if project.targets.is_empty() {
        project.targets.push(default_target(example));
    }
    if let Ok(Some(text)) = tree.read("undrift-baseline.json") {
        let file = sources.add("undrift-baseline.json", String::from_utf8(text).expect("UTF-8"));
        project.baseline = Some(Baseline::read(file).expect("a good baseline"));
    }
    let has_base = example.files.iter().any(|(path, _)| path.starts_with(BASE));
    let scope = Scope {
        words: String::new(),
        new: if has_base {
            New::Since(Since { base: &base, tip: None, shared: None, settled_at: None, moved: None })
        } else {
            New::All
        },
        standpoint: Standpoint::default(),
    };
    let outcome =
        check(&project, &CheckRequest { only: Vec::new(), scope: &scope, ignore_baseline: false, now: Some(NOW) });
    let mut rules: Vec<&'static str> = outcome.findings.iter().map(|finding| finding.diagnostic.rule).collect();
    rules.sort_unstable();
    rules
}

fn default_target(example: &Example) -> Target {
    let declared = if example.has("schema.sql") {
        Some(DeclaredSource::Sql { entries: vec!["schema.sql".into()] })
    } else if example.has("schema.ts") {
        Some(DeclaredSource::Drizzle { entries: vec!["schema.ts".into()], casing: None })
    } else if example.has("schema.prisma") {
        Some(DeclaredSource::Schema { language: &LANGUAGE, path: "schema.prisma".into() })
    } else {
        None
    };
    // The layout is told by the folder's marks; plain SQL where it has none.
    let migrations = MigrationsSource { dir: "migrations".into(), ..MigrationsSource::default() };
    Target {
        name: "example".into(),
        dialect: "postgresql".into(),
        declared,
        migrations: Some(migrations),
        ..Target::default()
    }
}
