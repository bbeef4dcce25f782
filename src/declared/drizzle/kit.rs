//! Which drizzle-kit makes a project's migrations: what it does not know of, it never writes into one.

use crate::declared::manifests;
use crate::source::Tree;

/// A version of drizzle-kit, as far as its number matters here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kit {
    major: u32,
    minor: u32,
    /// A beta of 1.0: those before the release candidates.
    is_beta: bool,
}

impl Kit {
    /// What the manifest nearest to `dir` (upwards, to the root) asks for; `None` where that is no one minor version of 0.x and no 1.0.
    #[must_use]
    pub fn find(tree: &dyn Tree, dir: &str) -> Option<Self> {
        manifests::requirement(tree, dir, &["drizzle-kit"], Self::parse)
    }

    /// `^0.20.14`, `~0.20`, `0.20.x`, `1.0.0-rc.1`; a range over several minor versions (`>=0.20`) is none.
    fn parse(requirement: &str) -> Option<Self> {
        let text = requirement.trim().trim_start_matches(['^', '~', '=', 'v']);
        if text.contains([' ', '|', '<', '>', ':', '@']) {
            return None;
        }
        let mut numbers = text.split(['.', '-', '+']);
        let major = numbers.next()?.parse().ok()?;
        let minor = numbers.next()?.parse().ok()?;
        Some(Self { major, minor, is_beta: text.contains("-beta") })
    }

    /// Whether it is a version of 0.x before this one.
    pub(super) fn is_before(self, minor: u32) -> bool {
        self.major == 0 && self.minor < minor
    }

    /// Whether `casing` of the config is passed over: 1.0 has casing at the tables alone (`snakeCase.table`).
    #[must_use]
    pub fn ignores_casing(self) -> bool {
        self.major >= 1 && !self.is_beta
    }
}

#[cfg(test)]
mod tests {
    use super::Kit;

    #[test]
    fn versions() {
        for (requirement, before_22, ignores_casing) in [
            ("^0.20.14", true, false),
            ("~0.21", true, false),
            ("0.22.x", false, false),
            ("^0.31.10", false, false),
            ("^1.0.0-beta.15-859cf75", false, false),
            ("1.0.0-rc.4", false, true),
        ] {
            let kit = Kit::parse(requirement);
            assert_eq!(kit.map(|kit| kit.is_before(22)), Some(before_22), "{requirement}");
            assert_eq!(kit.map(Kit::ignores_casing), Some(ignores_casing), "{requirement}");
        }
        for requirement in ["latest", ">=0.20.0", "0.20 || 0.21", "workspace:*", "*", "beta"] {
            assert_eq!(Kit::parse(requirement), None, "{requirement}");
        }
    }
}
