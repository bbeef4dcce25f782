//! Which file an import means, over a [`Tree`] without node_modules.
//!
//! Follows what bundlers do with TypeScript (relative paths, `.js` meaning `.ts`, directory indexes, tsconfig `paths` and `baseUrl`, package.json
//! `imports` and `exports`), and finds the packages of the repository by their names, since a git index has no installed ones.
//! <https://www.typescriptlang.org/docs/handbook/modules/reference.html>, <https://nodejs.org/api/packages.html>

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::import_map::{ImportMap, Mapped};
use super::package::{self, Package};
use super::tsconfig::TsConfig;
use super::workspace;
use crate::source::{EntryKind, Tree, join_path, normalize_path, parent_path};

/// What an import specifier means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Resolved {
    /// A file of the project.
    File(String),
    /// A package that is not in the project.
    External,
    /// Something of the project that is not there; the reason reads after "because".
    Missing(String),
}

/// Extensions in the order in which they are tried after a path without one.
const EXTENSIONS: [&str; 9] = ["ts", "tsx", "mts", "cts", "js", "mjs", "cjs", "jsx", "json"];

/// What a script's extension may stand for in TypeScript.
const ALIASES: [(&str, &[&str]); 4] =
    [("js", &["ts", "tsx", "js", "jsx"]), ("mjs", &["mts", "mjs"]), ("cjs", &["cts", "cjs"]), ("jsx", &["tsx", "jsx"])];

type Directory = Option<Rc<HashMap<String, EntryKind>>>;

/// Resolves imports and remembers what it read.
pub(in crate::declared) struct Resolver<'t> {
    pub(super) tree: &'t dyn Tree,
    directories: RefCell<HashMap<String, Directory>>,
    packages: RefCell<HashMap<String, Option<Rc<Package>>>>,
    tsconfigs: RefCell<HashMap<String, Option<Rc<TsConfig>>>>,
    workspaces: RefCell<HashMap<String, Rc<HashMap<String, String>>>>,
    pub(super) import_maps: RefCell<HashMap<String, Rc<ImportMap>>>,
}

impl<'t> Resolver<'t> {
    pub(super) fn new(tree: &'t dyn Tree) -> Self {
        Self {
            tree,
            directories: RefCell::default(),
            packages: RefCell::default(),
            tsconfigs: RefCell::default(),
            workspaces: RefCell::default(),
            import_maps: RefCell::default(),
        }
    }

    /// What `specifier` means in the file `from`.
    pub(super) fn resolve(&self, from: &str, specifier: &str) -> Resolved {
        let specifier = specifier.split(['?', '\0']).next().unwrap_or_default();
        let directory = parent_path(from);
        if specifier.starts_with("./") || specifier.starts_with("../") || specifier == "." || specifier == ".." {
            let Some(path) = normalize_path(&join_path(directory, specifier)) else {
                return Resolved::Missing(format!("`{specifier}` lies outside the project"));
            };
            return match self.module_at(&path) {
                Some(file) => Resolved::File(file),
                None => Resolved::Missing(format!("`{specifier}` is not in the project")),
            };
        }
        match self.mapped(directory, specifier) {
            Some(Mapped::Package(package)) => return self.package(directory, &package),
            Some(Mapped::Path(path)) => {
                return match self.module_at(&path) {
                    Some(file) => Resolved::File(file),
                    None => Resolved::Missing(format!("no file in the project stands for `{specifier}`")),
                };
            }
            None => {}
        }
        if specifier.starts_with('#')
            && let Some(resolved) = self.package_import(directory, specifier)
        {
            return resolved;
        }
        if let Some(file) = self.by_tsconfig(directory, specifier) {
            return Resolved::File(file);
        }
        self.package(directory, specifier)
    }

    /// The name by which a package is known that `specifier` means in the file `from`.
    pub(super) fn package_specifier(&self, from: &str, specifier: &str) -> Option<String> {
        match self.mapped(parent_path(from), specifier)? {
            Mapped::Package(package) => Some(package),
            Mapped::Path(_) => None,
        }
    }

    /// The file that a path without regard to extension means.
    pub(super) fn module_at(&self, path: &str) -> Option<String> {
        if let Some((stem, extension)) = split_extension(path) {
            let aliases = ALIASES.iter().find(|(from, _)| *from == extension).map_or(&[][..], |(_, to)| to);
            let found = aliases.iter().map(|to| format!("{stem}.{to}")).find(|path| self.is_file(path));
            if found.is_some() {
                return found;
            }
            if EXTENSIONS.contains(&extension) && self.is_file(path) {
                return Some(path.to_owned());
            }
        }
        let found = EXTENSIONS.iter().map(|extension| format!("{path}.{extension}")).find(|path| self.is_file(path));
        if found.is_some() || !self.is_directory(path) {
            return found;
        }
        if let Some(package) = self.package_at(path)
            && let Some(entry) = self.entry(&package, ".")
        {
            return Some(entry);
        }
        EXTENSIONS
            .iter()
            .map(|extension| join_path(path, &format!("index.{extension}")))
            .find(|path| self.is_file(path))
    }

    pub(super) fn is_file(&self, path: &str) -> bool {
        self.kind(path) == Some(EntryKind::File)
    }

    pub(super) fn is_directory(&self, path: &str) -> bool {
        path.is_empty() || self.kind(path) == Some(EntryKind::Directory)
    }

    fn kind(&self, path: &str) -> Option<EntryKind> {
        let name = path.rsplit('/').next()?;
        self.directory(parent_path(path))?.get(name).copied()
    }

    /// The entries of a directory, read once.
    pub(super) fn directory(&self, path: &str) -> Directory {
        if let Some(known) = self.directories.borrow().get(path) {
            return known.clone();
        }
        // A directory is only asked for when its parent holds it, so that a path through a missing one costs no look at the disk.
        let exists = path.is_empty() || self.kind(path) == Some(EntryKind::Directory);
        let entries = if exists { self.tree.list(path).ok().flatten() } else { None };
        let entries =
            entries.map(|entries| Rc::new(entries.into_iter().map(|e| (e.name, e.kind)).collect::<HashMap<_, _>>()));
        self.directories.borrow_mut().insert(path.to_owned(), entries.clone());
        entries
    }

    /// A file's text; `None` when it is not there, unreadable, or no UTF-8.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        if !self.is_file(path) {
            return None;
        }
        let text = String::from_utf8(self.tree.read(path).ok()??).ok()?;
        Some(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned))
    }

    /// The package whose package.json stands in a directory.
    pub(super) fn package_at(&self, directory: &str) -> Option<Rc<Package>> {
        if let Some(known) = self.packages.borrow().get(directory) {
            return known.clone();
        }
        // A deno.json has the same `name`, `exports` and `imports`.
        let files = ["package.json", "deno.json", "deno.jsonc"];
        let text = files.iter().find_map(|name| self.text(&join_path(directory, name)));
        let package = text.and_then(|text| Package::parse(directory, &text)).map(Rc::new);
        self.packages.borrow_mut().insert(directory.to_owned(), package.clone());
        package
    }

    fn package_import(&self, directory: &str, specifier: &str) -> Option<Resolved> {
        for ancestor in ancestors(directory) {
            let Some(package) = self.package_at(ancestor) else { continue };
            let Some(targets) = package.imports.as_ref().and_then(|imports| package::match_subpath(imports, specifier))
            else {
                continue;
            };
            for target in targets {
                if let Some(path) = target.strip_prefix("./") {
                    if let Some(file) = self.target(&package.directory, path) {
                        return Some(Resolved::File(file));
                    }
                } else if target != specifier {
                    return Some(self.package(directory, &target));
                }
            }
            return Some(Resolved::Missing(format!("no file in the project stands for `{specifier}`")));
        }
        None
    }

    fn by_tsconfig(&self, directory: &str, specifier: &str) -> Option<String> {
        for ancestor in ancestors(directory) {
            for name in ["tsconfig.json", "jsconfig.json"] {
                let Some(config) = self.tsconfig(&join_path(ancestor, name), 0) else { continue };
                let found = config.candidates(specifier).iter().find_map(|path| self.module_at(path));
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    /// A tsconfig with what it extends; one that is not there counts as empty.
    pub(super) fn tsconfig(&self, path: &str, depth: usize) -> Option<Rc<TsConfig>> {
        if let Some(known) = self.tsconfigs.borrow().get(path) {
            return known.clone();
        }
        // Ends circles; replaced below.
        self.tsconfigs.borrow_mut().insert(path.to_owned(), None);
        let config = if depth > 16 {
            None
        } else {
            self.text(path).map(|text| Rc::new(TsConfig::read(self, path, &text, depth)))
        };
        self.tsconfigs.borrow_mut().insert(path.to_owned(), config.clone());
        config
    }

    /// A package by name, from the packages of the repository.
    pub(super) fn package(&self, directory: &str, specifier: &str) -> Resolved {
        let (name, subpath) = split_package(specifier);
        let Some(package) = self.package_named(directory, name) else { return Resolved::External };
        match self.entry(&package, &subpath) {
            Some(file) => Resolved::File(file),
            None => Resolved::Missing(format!("no file of the package `{name}` stands for `{specifier}`")),
        }
    }

    /// A package of the repository, seen from a directory.
    pub(super) fn package_named(&self, directory: &str, name: &str) -> Option<Rc<Package>> {
        for ancestor in ancestors(directory) {
            if let Some(package) = self.package_at(ancestor) {
                if package.name.as_deref() == Some(name) {
                    return Some(package);
                }
                if let Some(path) = package.local_dependencies.get(name) {
                    return self.package_at(path);
                }
            }
            if let Some(directory) = self.workspace(ancestor).get(name) {
                return self.package_at(directory);
            }
        }
        None
    }

    /// Names of the workspace packages that a directory's package.json, pnpm-workspace.yaml or deno.json lists, with their directories.
    fn workspace(&self, directory: &str) -> Rc<HashMap<String, String>> {
        if let Some(known) = self.workspaces.borrow().get(directory) {
            return Rc::clone(known);
        }
        let members = Rc::new(workspace::members(self, directory));
        self.workspaces.borrow_mut().insert(directory.to_owned(), Rc::clone(&members));
        members
    }

    /// The file that `subpath` (`.`, `./schema`) of a package means.
    fn entry(&self, package: &Package, subpath: &str) -> Option<String> {
        let directory = package.directory.as_str();
        if let Some(exports) = &package.exports {
            let targets = package::match_subpath(exports, subpath)?;
            return targets
                .iter()
                .find_map(|target| self.target(directory, target.strip_prefix("./").unwrap_or(target)));
        }
        if subpath != "." {
            let path = subpath.trim_start_matches("./");
            return self
                .target(directory, path)
                .or_else(|| self.module_at(&join_path(directory, &format!("src/{path}"))));
        }
        let mains = package.mains.iter().find_map(|main| self.target(directory, main.trim_start_matches("./")));
        mains.or_else(|| ["index", "src/index"].iter().find_map(|path| self.module_at(&join_path(directory, path))))
    }

    /// A file that package.json names; what would be built is taken from where it is built of.
    fn target(&self, directory: &str, path: &str) -> Option<String> {
        let full = normalize_path(&join_path(directory, path))?;
        // A declaration file has no values.
        let declared = [".d.ts", ".d.mts", ".d.cts"].iter().find_map(|suffix| path.strip_suffix(suffix));
        if declared.is_none()
            && full != directory
            && let Some(file) = self.module_at(&full)
        {
            return Some(file);
        }
        let stem = declared.unwrap_or_else(|| split_extension(path).map_or(path, |(stem, _)| stem));
        let mut stems = vec![stem.to_owned()];
        if let Some((output, rest)) = stem.split_once('/')
            && matches!(output, "dist" | "build" | "lib" | "out" | "esm" | "cjs" | "types" | "output" | ".output")
        {
            let rest = rest.strip_prefix("src/").unwrap_or(rest);
            let inner =
                rest.split_once('/').filter(|(format, _)| matches!(*format, "esm" | "cjs" | "types" | "mjs" | "node"));
            for rest in [Some(rest), inner.map(|(_, rest)| rest)].into_iter().flatten() {
                stems.push(format!("src/{rest}"));
                stems.push(rest.to_owned());
            }
        }
        stems
            .iter()
            .filter_map(|stem| normalize_path(&join_path(directory, stem)))
            .find_map(|path| self.module_at(&path))
    }
}

/// A directory and all above it, down to the root.
pub(super) fn ancestors(directory: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(directory), |path| (!path.is_empty()).then(|| parent_path(path)))
}

fn split_extension(path: &str) -> Option<(&str, &str)> {
    let (stem, extension) = path.rsplit_once('.')?;
    (!extension.contains('/') && !stem.is_empty() && !stem.ends_with('/')).then_some((stem, extension))
}

/// `@acme/db/schema` as `@acme/db` and `./schema`.
fn split_package(specifier: &str) -> (&str, String) {
    let slashes = if specifier.starts_with('@') { 2 } else { 1 };
    match specifier.match_indices('/').nth(slashes - 1) {
        Some((at, _)) => (&specifier[..at], format!(".{}", &specifier[at..])),
        None => (specifier, ".".into()),
    }
}

#[cfg(test)]
mod tests;
