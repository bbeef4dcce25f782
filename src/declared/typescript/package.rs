//! The parts of package.json that say which file a package's name means.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::source::{join_path, normalize_path};

/// Conditions of `exports` and `imports` in the order of preference: a file with values before declarations without any.
const CONDITIONS: [&str; 12] = [
    "source",
    "development",
    "typescript",
    "ts",
    "bun",
    "import",
    "module",
    "node",
    "require",
    "default",
    "types",
    "browser",
];

/// A package of the repository.
#[derive(Debug)]
pub(super) struct Package {
    pub directory: String,
    pub name: Option<String>,
    pub exports: Option<Map<String, Value>>,
    pub imports: Option<Map<String, Value>>,
    /// `source`, `types`, `module`, `main`.
    pub mains: Vec<String>,
    /// Globs of `workspaces`.
    pub workspaces: Vec<String>,
    /// Dependencies by path (`file:../db`, `link:../db`), as directories.
    pub local_dependencies: HashMap<String, String>,
}

impl Package {
    /// `None` when the text is no JSON object.
    pub(super) fn parse(directory: &str, text: &str) -> Option<Self> {
        let options = jsonc_parser::ParseOptions::default();
        let Ok(Value::Object(json)) = jsonc_parser::parse_to_serde_value::<Value>(text, &options) else { return None };
        let string = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
        let workspaces = match json.get("workspaces") {
            Some(Value::Object(object)) => object.get("packages"),
            other => other,
        };
        let workspaces = workspaces.and_then(Value::as_array).into_iter().flatten();
        Some(Self {
            directory: directory.to_owned(),
            name: string("name"),
            exports: json.get("exports").map(subpaths),
            imports: json.get("imports").and_then(Value::as_object).cloned(),
            mains: ["source", "types", "typings", "module", "main"].iter().filter_map(|key| string(key)).collect(),
            workspaces: workspaces.filter_map(Value::as_str).map(str::to_owned).collect(),
            local_dependencies: local_dependencies(directory, &json),
        })
    }
}

fn local_dependencies(directory: &str, json: &Map<String, Value>) -> HashMap<String, String> {
    let lists =
        ["dependencies", "devDependencies", "peerDependencies"].iter().filter_map(|key| json.get(*key)?.as_object());
    let local = lists.flatten().filter_map(|(name, version)| {
        let version = version.as_str()?;
        let path = version.strip_prefix("file:").or_else(|| version.strip_prefix("link:"))?;
        Some((name.clone(), normalize_path(&join_path(directory, path))?))
    });
    local.collect()
}

/// `exports` with its subpaths as keys: a string or conditions alone stand for `.`.
fn subpaths(exports: &Value) -> Map<String, Value> {
    match exports {
        Value::Object(object) if object.keys().any(|key| key.starts_with('.')) => object.clone(),
        other => std::iter::once((".".to_owned(), other.clone())).collect(),
    }
}

/// The targets of a subpath in the order in which they should be tried; `None` when nothing matches.
pub(super) fn match_subpath(map: &Map<String, Value>, subpath: &str) -> Option<Vec<String>> {
    if let Some(target) = map.get(subpath) {
        return Some(targets(target, None));
    }
    let matching = map.iter().filter_map(|(pattern, target)| {
        let (before, after) = pattern.split_once('*')?;
        let star = subpath.strip_prefix(before)?.strip_suffix(after)?;
        (!star.is_empty()).then_some((before.len(), star, target))
    });
    let (_, star, target) = matching.max_by_key(|(length, ..)| *length)?;
    Some(targets(target, Some(star)))
}

fn targets(target: &Value, star: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    collect(target, star, &mut found, 0);
    found
}

fn collect(target: &Value, star: Option<&str>, found: &mut Vec<String>, depth: usize) {
    if depth > 16 {
        return;
    }
    match target {
        Value::String(text) => found.push(star.map_or_else(|| text.clone(), |star| text.replace('*', star))),
        Value::Array(items) => items.iter().for_each(|item| collect(item, star, found, depth + 1)),
        Value::Object(conditions) => {
            for condition in CONDITIONS {
                if let Some(target) = conditions.get(condition) {
                    collect(target, star, found, depth + 1);
                }
            }
            // A condition of the project's own (`@acme/source`) usually names the sources.
            for (condition, target) in conditions {
                if !CONDITIONS.contains(&condition.as_str()) {
                    collect(target, star, found, depth + 1);
                }
            }
        }
        _ => {}
    }
}
