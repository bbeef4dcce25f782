//! What Drizzle can express.

use super::kit::Kit;
use crate::diff::{Language, NameDrift};
use crate::model::ObjectKind;

/// Drizzle for PostgreSQL (`drizzle-orm/pg-core`). Names of constraints and indexes are known to drizzle-kit only from its own snapshots, so that a
/// mere difference of name against the server's is never looked at.
///
/// drizzle-kit before some version passes over what a newer drizzle-orm declares: sequences before 0.23, checks and views before 0.26, policies before
/// 0.27 (found by generating with each).
#[must_use]
pub fn language(kit: Option<Kit>) -> Language {
    use ObjectKind as K;
    let since: [(u32, &[K]); 3] =
        [(23, &[K::Sequence]), (26, &[K::Check, K::View, K::MaterializedView]), (27, &[K::Policy])];
    let passed_over = since.iter().filter(|(minor, _)| kit.is_some_and(|kit| kit.is_before(*minor)));
    Language {
        passed_over: passed_over.flat_map(|(_, kinds)| *kinds).copied().collect(),
        functions: false,
        triggers: false,
        extensions: false,
        domains: false,
        composite_types: false,
        exclusions: false,
        collations: false,
        comments: false,
        partitions: false,
        sql_only: false,
        names: NameDrift::Ignored,
        how_to_rename: "and answer that it is renamed",
        drops_undeclared: false,
        ..Language::everything()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    #[test]
    fn what_early_versions_pass_over() {
        for (requirement, expect) in [
            ("^0.20.14", vec!["sequence", "check", "view", "materialized_view", "policy"]),
            ("0.23.2", vec!["check", "view", "materialized_view", "policy"]),
            ("~0.26.0", vec!["policy"]),
            ("^0.27.0", vec![]),
            ("latest", vec![]),
        ] {
            let package = format!(r#"{{"devDependencies": {{"drizzle-kit": "{requirement}"}}}}"#);
            let tree = MemoryTree::new([("package.json", package.as_str())]);
            let passed_over = language(Kit::find(&tree, "drizzle")).passed_over;
            assert_eq!(passed_over.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(), expect, "{requirement}");
        }
    }
}
