//! Which Prisma a project uses, as far as its manifests tell.

use super::ast::{Block, BlockKind};
use crate::declared::manifests;
use crate::source::Tree;

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
    manifests::requirement(tree, dir, &["prisma", "@prisma/client"], major)
}

/// What the clients of other languages bring, where no manifest of Node's says more: neither has gone on to Prisma 6
/// (<https://github.com/RobertCraigie/prisma-client-py>, <https://github.com/Brendonovich/prisma-client-rust>).
pub(super) fn of_generators(blocks: &[Block]) -> Option<u32> {
    let mut generators = blocks.iter().filter(|b| b.kind == BlockKind::Generator).flat_map(Block::settings);
    generators
        .any(|setting| {
            let command = setting.value.value.as_str().unwrap_or_default();
            let is_provider = setting.key.value == "provider";
            is_provider && (command.contains("prisma-client-py") || command.starts_with("cargo prisma"))
        })
        .then_some(5)
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

    #[test]
    fn what_a_package_is_installed_for_comes_first() {
        let both = r#"{"dependencies": {"prisma": "^6.10.1"}, "devDependencies": {"prisma": "^5.21.1"}}"#;
        assert_eq!(find(&MemoryTree::new([("package.json", both)]), "prisma"), Some(6));
    }

    #[test]
    fn a_catalog_of_the_workspace_tells_the_version() {
        let check = |requirement: &str, file: (&str, &str), expect: Option<u32>| {
            let package = format!(r#"{{"devDependencies": {{"prisma": "{requirement}"}}}}"#);
            let tree = MemoryTree::new([("packages/db/package.json", package.as_str()), file]);
            assert_eq!(find(&tree, "packages/db/prisma"), expect, "{requirement} {}", file.1);
        };
        let pnpm = "packages:\n  - packages/*\ncatalog:\n  # all\n  '@prisma/client': ^5.0.0\n  prisma: ^5.22.0 # x\ncatalogs:\n  next:\n    \"prisma\": 6.1.0\n";
        check("catalog:", ("pnpm-workspace.yaml", pnpm), Some(5));
        check("catalog:default", ("pnpm-workspace.yaml", pnpm), Some(5));
        check("catalog:next", ("pnpm-workspace.yaml", pnpm), Some(6));
        check("catalog:other", ("pnpm-workspace.yaml", pnpm), None);
        check("catalog:", ("package.json", r#"{"workspaces": {"catalog": {"prisma": "4.2.0"}}}"#), Some(4));
        check("catalog:old", ("package.json", r#"{"catalogs": {"old": {"prisma": "4.2.0"}}}"#), Some(4));
    }
}
