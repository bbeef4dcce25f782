//! Import maps of Deno: `imports` of deno.json, or of the file that its `importMap` names, and specifiers that say where a package comes from
//! (`npm:drizzle-orm@0.45/pg-core`).
//! <https://docs.deno.com/runtime/fundamentals/modules/>

use std::rc::Rc;

use serde_json::Value;

use super::resolve::{Resolver, ancestors};
use crate::source::{join_path, normalize_path};

/// What an import map makes of a specifier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Mapped {
    /// A path relative to the project's root.
    Path(String),
    /// A package and what is taken of it, without its version.
    Package(String),
}

/// One import map: keys and targets as they are written, paths relative to the project's root.
#[derive(Debug, Default)]
pub(super) struct ImportMap(Vec<(String, Mapped)>);

impl ImportMap {
    fn read(directory: &str, json: &Value) -> Self {
        let entry = |(key, target): (&String, &Value)| {
            let target = target.as_str()?;
            let mapped = match package_specifier(target) {
                Some(package) => Mapped::Package(package),
                None if target.starts_with('.') => {
                    let path = normalize_path(&join_path(directory, target))?;
                    Mapped::Path(if target.ends_with('/') { path + "/" } else { path })
                }
                None => return None,
            };
            Some((key.clone(), mapped))
        };
        Self(json.get("imports").and_then(Value::as_object).into_iter().flatten().filter_map(entry).collect())
    }

    /// The entry that is the specifier, else the longest one that it begins with.
    fn get(&self, specifier: &str) -> Option<Mapped> {
        let rest = |key: &str, mapped: &Mapped| match specifier.strip_prefix(key)? {
            "" => Some(String::new()),
            rest if key.ends_with('/') => Some(rest.to_owned()),
            // A package stands for its parts too.
            rest if rest.starts_with('/') && matches!(mapped, Mapped::Package(_)) => Some(rest.to_owned()),
            _ => None,
        };
        let fitting = self.0.iter().filter_map(|(key, mapped)| Some((key.len(), rest(key, mapped)?, mapped)));
        let (_, rest, mapped) = fitting.max_by_key(|(length, ..)| *length)?;
        match mapped {
            Mapped::Path(path) => normalize_path(&format!("{path}{rest}")).map(Mapped::Path),
            Mapped::Package(package) => Some(Mapped::Package(format!("{package}{rest}"))),
        }
    }
}

impl Resolver<'_> {
    /// What a specifier stands for in files of a directory, where Deno says so.
    pub(super) fn mapped(&self, directory: &str, specifier: &str) -> Option<Mapped> {
        if let Some(package) = package_specifier(specifier) {
            return Some(Mapped::Package(package));
        }
        ancestors(directory).find_map(|ancestor| self.import_map(ancestor).get(specifier))
    }

    fn import_map(&self, directory: &str) -> Rc<ImportMap> {
        if let Some(known) = self.import_maps.borrow().get(directory) {
            return Rc::clone(known);
        }
        let map = Rc::new(self.read_import_map(directory).unwrap_or_default());
        self.import_maps.borrow_mut().insert(directory.to_owned(), Rc::clone(&map));
        map
    }

    fn read_import_map(&self, directory: &str) -> Option<ImportMap> {
        let json = |path: &str| {
            let text = self.text(path)?;
            jsonc_parser::parse_to_serde_value::<Value>(&text, &jsonc_parser::ParseOptions::default()).ok()
        };
        let config = ["deno.json", "deno.jsonc"].iter().find_map(|name| json(&join_path(directory, name)))?;
        match config.get("importMap").and_then(Value::as_str) {
            Some(path) => {
                let path = normalize_path(&join_path(directory, path))?;
                Some(ImportMap::read(crate::source::parent_path(&path), &json(&path)?))
            }
            None => Some(ImportMap::read(directory, &config)),
        }
    }
}

/// `npm:@scope/name@1.2/part` as `@scope/name/part`.
pub(super) fn package_specifier(specifier: &str) -> Option<String> {
    let package = specifier.strip_prefix("npm:").or_else(|| specifier.strip_prefix("jsr:"))?.trim_start_matches('/');
    let scope = if package.starts_with('@') { package.find('/')? + 1 } else { 0 };
    let end = package[scope..].find('/').map_or(package.len(), |at| scope + at);
    let name = match package[scope..end].find('@') {
        Some(at) => &package[..scope + at],
        None => &package[..end],
    };
    Some(format!("{name}{}", &package[end..]))
}

#[cfg(test)]
mod tests {
    use super::package_specifier;

    #[test]
    fn specifiers_of_packages() {
        for (specifier, expect) in [
            ("npm:drizzle-orm@^0.45.1/pg-core", Some("drizzle-orm/pg-core")),
            ("npm:/drizzle-orm@0.45/", Some("drizzle-orm/")),
            ("jsr:@std/path@1", Some("@std/path")),
            ("npm:zod", Some("zod")),
            ("drizzle-orm", None),
        ] {
            assert_eq!(package_specifier(specifier).as_deref(), expect, "{specifier}");
        }
    }
}
