//! The path aliases of tsconfig.json.

use serde_json::Value;

use super::resolve::Resolver;
use crate::source::{join_path, normalize_path, parent_path};

/// `paths` and `baseUrl` of a tsconfig and of what it extends or refers to.
#[derive(Clone, Debug, Default)]
pub(super) struct TsConfig {
    /// A directory.
    base_url: Option<String>,
    /// A pattern with at most one `*`, and the paths it may mean.
    paths: Vec<(String, Vec<String>)>,
    /// Configs that a solution only refers to, since they hold the aliases of its files.
    references: Vec<TsConfig>,
}

impl TsConfig {
    /// Reads a config. What it extends is read too, and is skipped when it is not in the project (a package).
    pub(super) fn read(resolver: &Resolver<'_>, path: &str, text: &str, depth: usize) -> Self {
        let directory = parent_path(path);
        let Ok(json) = jsonc_parser::parse_to_serde_value::<Value>(text, &jsonc_parser::ParseOptions::default()) else {
            return Self::default();
        };
        let mut config = Self::default();
        let extended = match json.get("extends") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        for specifier in extended {
            if let Some(base) =
                extended_path(resolver, directory, specifier).and_then(|path| resolver.tsconfig(&path, depth + 1))
            {
                config.base_url = base.base_url.clone().or(config.base_url);
                if !base.paths.is_empty() {
                    config.paths.clone_from(&base.paths);
                }
            }
        }
        let options = json.get("compilerOptions");
        if let Some(base) = options.and_then(|o| o.get("baseUrl")).and_then(Value::as_str) {
            config.base_url = in_directory(directory, base);
        }
        if let Some(paths) = options.and_then(|o| o.get("paths")).and_then(Value::as_object) {
            let root = config.base_url.clone().unwrap_or_else(|| directory.to_owned());
            let entry = |(pattern, targets): (&String, &Value)| {
                let targets = targets.as_array().into_iter().flatten().filter_map(Value::as_str);
                (pattern.clone(), targets.filter_map(|target| in_directory(&root, target)).collect())
            };
            config.paths = paths.iter().map(entry).collect();
        }
        for reference in json.get("references").and_then(Value::as_array).into_iter().flatten() {
            let Some(path) =
                reference.get("path").and_then(Value::as_str).and_then(|path| in_directory(directory, path))
            else {
                continue;
            };
            // Other projects of the repository have aliases of their own.
            if path.ends_with(".json")
                && parent_path(&path) == directory
                && let Some(referred) = resolver.tsconfig(&path, depth + 1)
            {
                config.references.push(referred.as_ref().clone());
            }
        }
        config
    }

    /// Paths that a specifier may mean, best first.
    pub(super) fn candidates(&self, specifier: &str) -> Vec<String> {
        let mut found = Vec::new();
        let matching = self.paths.iter().filter_map(|(pattern, targets)| match pattern.split_once('*') {
            None => (pattern == specifier).then_some((usize::MAX, "", targets)),
            Some((before, after)) => {
                let star = specifier.strip_prefix(before)?.strip_suffix(after)?;
                Some((before.len(), star, targets))
            }
        });
        if let Some((_, star, targets)) = matching.max_by_key(|(length, ..)| *length) {
            // `@/../x` leaves the folder of the alias.
            found.extend(targets.iter().filter_map(|target| normalize_path(&target.replace('*', star))));
        }
        if let Some(base) = &self.base_url {
            found.extend(normalize_path(&join_path(base, specifier)));
        }
        found.extend(self.references.iter().flat_map(|config| config.candidates(specifier)));
        found
    }
}

fn in_directory(directory: &str, path: &str) -> Option<String> {
    let path = path.strip_prefix("${configDir}/").unwrap_or(path);
    normalize_path(&join_path(directory, path))
}

fn extended_path(resolver: &Resolver<'_>, directory: &str, specifier: &str) -> Option<String> {
    let with_extension = |path: String| if path.ends_with(".json") { path } else { format!("{path}.json") };
    if specifier.starts_with('.') {
        return in_directory(directory, specifier).map(with_extension);
    }
    let slashes = if specifier.starts_with('@') { 2 } else { 1 };
    let end = specifier.match_indices('/').nth(slashes - 1).map(|(at, _)| at);
    let (name, rest) =
        (&specifier[..end.unwrap_or(specifier.len())], end.map_or("tsconfig.json", |at| &specifier[at + 1..]));
    let package = resolver.package_named(directory, name)?;
    Some(with_extension(join_path(&package.directory, rest)))
}
