//! Names for targets that nobody has named.

use std::collections::BTreeMap;

use crate::config::Target;
use crate::source::parent_path;

/// Folder names that say nothing of what is in them.
const GENERIC: &[&str] = &[
    "",
    ".",
    "drizzle",
    "prisma",
    "migrations",
    "migration",
    "migrate",
    "db",
    "database",
    "databases",
    "sql",
    "out",
    "src",
    "lib",
    "app",
    "server",
    "schema",
    "schemas",
    "models",
    "postgres",
    "postgresql",
    "pg",
    "main",
    "index",
    "shared",
    "common",
    "core",
    "packages",
    "apps",
    "libs",
    "services",
    "supabase",
    "meta",
    "generated",
    "store",
    "storage",
    "internal",
    "backend",
    "resources",
    "api",
];

/// The telling part of a drizzle config's name: `tenant` of `drizzle.tenant.config.ts` and of `drizzle-tenant.config.ts`.
#[must_use]
pub(super) fn from_config_name(path: &str) -> Option<String> {
    let file = path.rsplit('/').next()?;
    let stem = file.split_once(".config.").map(|(stem, _)| stem)?;
    let rest = stem.strip_prefix("drizzle")?.trim_matches(['.', '-', '_']);
    (!rest.is_empty()).then(|| rest.to_owned())
}

/// The last part of a path that is not a generic word: `master` of `drizzle/migrations/master`.
#[must_use]
pub(super) fn from_path(path: &str) -> Option<String> {
    let telling = path.rsplit('/').find(|part| !GENERIC.contains(&part.to_ascii_lowercase().as_str()))?;
    Some(telling.to_owned())
}

/// Makes every name differ from the others: by the folder of the config that names the target, then by number.
pub(super) fn make_unique(targets: &mut [Target]) {
    for by_folder in [true, false] {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let counts = targets.iter().fold(BTreeMap::new(), |mut counts: BTreeMap<String, usize>, target| {
            *counts.entry(target.name.clone()).or_default() += 1;
            counts
        });
        for target in targets.iter_mut().filter(|t| counts[&t.name] > 1) {
            let folder = target.found_in.as_deref().map(parent_path).unwrap_or_default();
            if by_folder && !folder.is_empty() {
                target.name = format!("{}/{}", folder, target.name);
            } else if !by_folder {
                let number = seen.entry(target.name.clone()).or_default();
                *number += 1;
                if *number > 1 {
                    target.name = format!("{}-{number}", target.name);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn config_names() {
        assert_eq!(from_config_name("packages/db/drizzle.tenant.config.ts").as_deref(), Some("tenant"));
        assert_eq!(from_config_name("drizzle-prod.config.mjs").as_deref(), Some("prod"));
        assert_eq!(from_config_name("drizzle.config.ts"), None);
        assert_eq!(from_path("drizzle/migrations/master").as_deref(), Some("master"));
        assert_eq!(from_path("src/db/migrations"), None);
    }

    #[test]
    fn names_differ() {
        let target =
            |name: &str, config: &str| Target { name: name.into(), found_in: Some(config.into()), ..Target::default() };
        let mut targets = vec![
            target("db", "apps/a/drizzle.config.ts"),
            target("db", "apps/b/drizzle.config.ts"),
            target("x", "x"),
            target("x", "y"),
        ];
        make_unique(&mut targets);
        let names: Vec<&str> = targets.iter().map(|t| t.name.as_str()).collect();
        assert_eq!(names, ["apps/a/db", "apps/b/db", "x", "x-2"]);
    }
}
