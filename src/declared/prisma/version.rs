//! Which Prisma a project uses, as far as its manifests tell.

use crate::source::{Tree, join_path, parent_path};

/// The version that is assumed where none is named.
const NEWEST: u32 = 7;

/// The major version of Prisma that a schema is read for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Version {
    pub(super) major: u32,
    /// Whether a config or a manifest says so; else it is the newest.
    is_known: bool,
}

impl Version {
    pub(super) fn of(known: Option<u32>) -> Self {
        Self { major: known.unwrap_or(NEWEST), is_known: known.is_some() }
    }

    /// Whether it is known to be this major version or a later one: what only those refuse is refused on no mere guess.
    pub(super) fn is_surely(self, major: u32) -> bool {
        self.is_known && self.major >= major
    }

    pub(super) fn is_surely_before(self, major: u32) -> bool {
        self.is_known && self.major < major
    }
}

/// The major version of Prisma that the manifest nearest to `dir` (upwards, to the root) depends on.
pub(super) fn find(tree: &dyn Tree, dir: &str) -> Option<u32> {
    let mut dir = dir;
    loop {
        if let Some(major) = of_manifest(tree, &join_path(dir, "package.json")) {
            return Some(major);
        }
        if dir.is_empty() {
            return None;
        }
        dir = parent_path(dir);
    }
}

fn of_manifest(tree: &dyn Tree, path: &str) -> Option<u32> {
    let bytes = tree.read(path).ok()??;
    let manifest: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    let sections = ["devDependencies", "dependencies", "peerDependencies"];
    let requirement = |package: &str| sections.iter().find_map(|s| manifest.get(s)?.get(package)?.as_str());
    ["prisma", "@prisma/client"].iter().find_map(|package| major(requirement(package)?))
}

/// `^6.4.1`, `~5.0`, `6`, `npm:prisma@5.1.0`, `>=5 <7`; `None` for `latest`, `catalog:` and the like.
fn major(requirement: &str) -> Option<u32> {
    let text = requirement.rsplit_once('@').map_or(requirement, |(_, version)| version);
    let start = text.find(|c: char| c.is_ascii_digit())?;
    if text[..start].chars().any(char::is_alphabetic) {
        return None;
    }
    let digits = text[start..].split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    #[test]
    fn a_requirement_names_a_major_version() {
        let check = |text: &str, expect: Option<u32>| assert_eq!(major(text), expect, "{text}");
        check("^6.4.1", Some(6));
        check("5", Some(5));
        check(">=5.0.0 <7", Some(5));
        check("npm:prisma@5.1.0", Some(5));
        check("latest", None);
        check("catalog:", None);
        check("workspace:v3", None);
    }

    #[test]
    fn the_nearest_manifest_that_names_it_decides() {
        let tree = MemoryTree::new([
            ("package.json", r#"{"devDependencies": {"prisma": "^5.2.0"}}"#),
            ("packages/db/package.json", r#"{"dependencies": {"@prisma/client": "6.1.0"}}"#),
            ("packages/web/package.json", r#"{"name": "web"}"#),
        ]);
        assert_eq!(find(&tree, "packages/db/prisma"), Some(6));
        assert_eq!(find(&tree, "packages/web/prisma"), Some(5));
        assert_eq!(find(&MemoryTree::default(), "prisma"), None);
    }
}
