//! `sqitch.conf`: git's format of configs. Which folders and which plan belong together, for which database system, with which variables.
//!
//! Source: sqitchers/sqitch `lib/App/Sqitch/Target.pm` (`_fetch`: the target's own key, else the engine's, else core's; the folders' defaults).

use std::collections::BTreeMap;

use crate::source::{Tree, join_path, normalize_path, parent_path};

/// One place that a config deploys from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Project {
    pub(crate) plan: String,
    pub(crate) deploy: String,
    pub(crate) reworked: String,
    /// Of the scripts' names, without the dot.
    pub(super) extension: String,
    /// `pg`, `sqlite`, …; `None` where the config does not say.
    pub(crate) engine: Option<String>,
    pub(super) variables: BTreeMap<String, String>,
    /// Where sqitch is run: psql reads `\i` from here.
    pub(crate) root: String,
}

impl Project {
    /// Whether a folder is one of its own: of its plan or of its scripts.
    fn is_in(&self, dir: &str) -> bool {
        dir == self.deploy || dir == parent_path(&self.plan)
    }
}

/// The project to which a folder belongs; by the nearest config around it, or with sqitch's own names where there is none.
pub(crate) fn project_of(tree: &dyn Tree, dir: &str) -> Option<Project> {
    let configured = crate::migrations::layout::files::around(dir).find_map(|folder| {
        let projects = projects(tree, folder)?;
        projects.into_iter().find(|p| p.is_in(dir))
    });
    configured.or_else(|| {
        let beside = [dir, parent_path(dir)].map(|top| in_folder(&Section::default(), top, None));
        beside.into_iter().find(|p| p.is_in(dir) && matches!(tree.kind(&p.plan), Ok(Some(_))))
    })
}

/// All places that the config in a folder deploys from, whose plan is there; `None` where the folder has no config.
pub(crate) fn projects(tree: &dyn Tree, folder: &str) -> Option<Vec<Project>> {
    let bytes = tree.read(&join_path(folder, "sqitch.conf")).ok()??;
    let sections = parse(&String::from_utf8_lossy(&bytes));
    let get = |section: &str, key: &str| sections.get(section).and_then(|s| s.get(key)).cloned();
    let mut targets: Vec<(Option<String>, Option<String>)> = Vec::new();
    let engine_of = |uri: &str| {
        let rest = uri.strip_prefix("db:").unwrap_or(uri);
        rest.split_once(':')
            .map(|(engine, _)| if matches!(engine, "postgres" | "postgresql") { "pg" } else { engine }.to_owned())
    };
    let target = |name: String| match get(&format!("target.{name}"), "uri") {
        Some(uri) => (Some(name), engine_of(&uri)),
        None => (None, engine_of(&name)),
    };
    let engine = get("core", "engine");
    let default = get("core", "target").or_else(|| get(&format!("engine.{}", engine.as_deref()?), "target"));
    match default.map(target) {
        Some((name, named)) => targets.push((name, named.or(engine))),
        None => targets.push((None, engine)),
    }
    for section in sections.keys() {
        if let Some(name) = section.strip_prefix("target.").filter(|name| !name.ends_with(".variables")) {
            targets.push(target(name.to_owned()));
        } else if let Some(name) = section.strip_prefix("engine.").filter(|name| !name.contains('.')) {
            targets.push((get(section, "target").and_then(|t| target(t).0), Some(name.to_owned())));
        }
    }
    let mut found: Vec<Project> = Vec::new();
    for (target, engine) in targets {
        let mut names =
            vec![target.map(|name| format!("target.{name}")), engine.as_ref().map(|e| format!("engine.{e}"))];
        names.push(Some("core".to_owned()));
        let mut section = Section::default();
        for name in names.into_iter().flatten().rev() {
            section.extend(sections.get(&name).cloned().unwrap_or_default());
            let variables = sections.get(&format!("{name}.variables")).cloned().unwrap_or_default();
            section.extend(variables.into_iter().map(|(key, value)| (format!("variables.{key}"), value)));
        }
        let project = in_folder(&section, folder, engine);
        let is_known = found.iter().any(|p| p.plan == project.plan && p.deploy == project.deploy);
        if !is_known && matches!(tree.kind(&project.plan), Ok(Some(_))) {
            found.push(project);
        }
    }
    Some(found)
}

type Section = BTreeMap<String, String>;

fn in_folder(section: &Section, root: &str, engine: Option<String>) -> Project {
    let at = |path: String| normalize_path(&join_path(root, &path)).unwrap_or(path);
    let get = |key: &str| section.get(key).filter(|value| !value.is_empty()).cloned();
    let top = get("top_dir").unwrap_or_default();
    let deploy = get("deploy_dir").unwrap_or_else(|| join_path(&top, "deploy"));
    let reworked = get("reworked_deploy_dir").unwrap_or_else(|| match (get("reworked_dir"), get("deploy_dir")) {
        (Some(dir), own) => join_path(&dir, &own.unwrap_or_else(|| "deploy".to_owned())),
        (None, Some(own)) => join_path(&top, &own),
        (None, None) => join_path(&top, "deploy"),
    });
    let variables = section.iter().filter_map(|(k, v)| Some((k.strip_prefix("variables.")?.to_owned(), v.clone())));
    Project {
        plan: at(get("plan_file").unwrap_or_else(|| join_path(&top, "sqitch.plan"))),
        deploy: at(deploy),
        reworked: at(reworked),
        extension: get("extension").unwrap_or_else(|| "sql".to_owned()),
        engine,
        variables: variables.collect(),
        root: root.to_owned(),
    }
}

/// `[section "sub"]` as `section.sub`, and its keys in lower case; the last value of a key counts. Names of variables keep their case.
fn parse(text: &str) -> BTreeMap<String, Section> {
    let mut sections: BTreeMap<String, Section> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines().map(str::trim) {
        if let Some(head) = line.strip_prefix('[').and_then(|l| l.split_once(']')).map(|(head, _)| head) {
            let (name, sub) = head.split_once(char::is_whitespace).unwrap_or((head, ""));
            let sub = sub.trim().trim_matches('"');
            // `[engine.pg.variables]` and `[engine "pg.variables"]` are one.
            let name =
                name.split('.').enumerate().map(|(i, w)| if i == 0 { w.to_ascii_lowercase() } else { w.to_owned() });
            current = name.chain((!sub.is_empty()).then(|| sub.to_owned())).collect::<Vec<_>>().join(".");
            sections.entry(current.clone()).or_default();
        } else if let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with(['#', ';'])) {
            let key = key.trim();
            let key = if current.ends_with(".variables") { key.to_owned() } else { key.to_ascii_lowercase() };
            sections.entry(current.clone()).or_default().insert(key, value_of(value.trim()));
        }
    }
    sections
}

/// Without a comment after it, and without quotes.
fn value_of(text: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' => out.extend(chars.next()),
            '#' | ';' if !quoted => break,
            _ => out.push(c),
        }
    }
    out.trim_end().to_owned()
}
