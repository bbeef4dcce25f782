//! The packages of a repository, from `workspaces` in package.json, `packages` in pnpm-workspace.yaml or `workspace` in deno.json.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::resolve::Resolver;
use crate::declared::yaml;
use crate::source::{EntryKind, join_path};

/// How far `**` reaches.
const MAX_DEPTH: usize = 8;

/// Directories of the packages that the workspace rooted in `root` lists, by package name.
pub(super) fn members(resolver: &Resolver<'_>, root: &str) -> HashMap<String, String> {
    let mut globs = resolver.package_at(root).map(|package| package.workspaces.clone()).unwrap_or_default();
    if let Some(text) = resolver.text(&join_path(root, "pnpm-workspace.yaml")) {
        globs.extend(yaml::scalars(&text).into_iter().filter(|s| s.is_at(&["packages"])).map(|s| s.value));
    }
    let deno = ["deno.json", "deno.jsonc"].iter().find_map(|name| resolver.text(&join_path(root, name)));
    globs.extend(deno.map(|text| deno_members(&text)).unwrap_or_default());
    let (mut included, mut excluded) = (BTreeSet::new(), BTreeSet::new());
    for glob in &globs {
        let (set, glob) = match glob.strip_prefix('!') {
            Some(rest) => (&mut excluded, rest),
            None => (&mut included, glob.as_str()),
        };
        let parts: Vec<&str> = glob.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        expand(resolver, root, &parts, set, 0);
    }
    let named = included.difference(&excluded).filter_map(|directory| {
        let name = resolver.package_at(directory)?.name.clone()?;
        Some((name, directory.clone()))
    });
    named.collect()
}

fn expand(resolver: &Resolver<'_>, directory: &str, parts: &[&str], found: &mut BTreeSet<String>, depth: usize) {
    let Some((part, rest)) = parts.split_first() else {
        found.insert(directory.to_owned());
        return;
    };
    if depth > MAX_DEPTH {
        return;
    }
    if !part.contains(['*', '?', '{', '[']) {
        let path = join_path(directory, part);
        if resolver.is_directory(&path) {
            expand(resolver, &path, rest, found, depth + 1);
        }
        return;
    }
    if *part == "**" {
        expand(resolver, directory, rest, found, depth);
    }
    let Ok(glob) = globset::GlobBuilder::new(part).literal_separator(true).build() else { return };
    let matcher = glob.compile_matcher();
    let Some(entries) = resolver.directory(directory) else { return };
    for (name, kind) in entries.iter() {
        if *kind != EntryKind::Directory || name == "node_modules" || name.starts_with('.') {
            continue;
        }
        let path = join_path(directory, name);
        if *part == "**" {
            expand(resolver, &path, parts, found, depth + 1);
        } else if matcher.is_match(name) {
            expand(resolver, &path, rest, found, depth + 1);
        }
    }
}

/// `workspace` as a list, or its `members`: <https://docs.deno.com/runtime/fundamentals/workspaces/>.
fn deno_members(text: &str) -> Vec<String> {
    let Ok(json) = jsonc_parser::parse_to_serde_value::<Value>(text, &jsonc_parser::ParseOptions::default()) else {
        return Vec::new();
    };
    let workspace = json.get("workspace");
    let members = workspace.and_then(|workspace| workspace.get("members")).or(workspace).and_then(Value::as_array);
    members.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
