//! `prisma.config.ts` and its kin, read without running them: where schema and migrations are, and what is managed elsewhere.
//!
//! Prisma looks for `prisma.config.*` in the folder in which it is started, and for `.config/prisma.*`
//! (<https://www.prisma.io/docs/orm/reference/prisma-config-reference>).

use super::language::External;
use crate::declared::typescript::{self, Plain, PlainKind};
use crate::diagnostic::Diagnostic;
use crate::source::{EntryKind, SourceMap, Tree, join_path, normalize_path, parent_path};

const EXTENSIONS: &[&str] = &["ts", "mts", "cts", "js", "mjs", "cjs"];

/// What a project's config says that matters here. Paths are relative to the project root.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ProjectConfig {
    /// A file or a folder.
    pub schema: Option<String>,
    pub migrations: Option<String>,
    pub external: External,
}

/// Whether a path is one that Prisma reads its config from.
#[must_use]
pub fn is_config(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let in_config = parent_path(path).rsplit('/').next() == Some(".config");
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return false;
    };
    EXTENSIONS.contains(&extension) && (stem == "prisma.config" || stem == "prisma" && in_config)
}

/// The config that holds for a folder: in it or in the nearest folder above it.
#[must_use]
pub fn find_config(tree: &dyn Tree, dir: &str) -> Option<String> {
    let mut dir = dir;
    loop {
        for stem in ["prisma.config", ".config/prisma"] {
            for extension in EXTENSIONS {
                let path = join_path(dir, &format!("{stem}.{extension}"));
                if matches!(tree.kind(&path), Ok(Some(EntryKind::File))) {
                    return Some(path);
                }
            }
        }
        if dir.is_empty() {
            return None;
        }
        dir = parent_path(dir);
    }
}

/// Reads a config. What cannot be told from the file is left out; the problems are those of reading it.
#[must_use]
pub fn read_config(tree: &dyn Tree, sources: &SourceMap, path: &str) -> (ProjectConfig, Vec<Diagnostic>) {
    let dir = parent_path(path);
    let root = dir.strip_suffix(".config").map_or(dir, |outer| outer.trim_end_matches('/'));
    let (config, problems) = typescript::default_export(tree, sources, path, Some(root));
    let at = |value: Option<&Plain>| resolve(dir, value?.as_str()?);
    let names = |section: &str| {
        let list = config.get(section).and_then(|section| section.get("external"));
        list.map(texts).unwrap_or_default()
    };
    let found = ProjectConfig {
        schema: at(config.get("schema")),
        migrations: at(config.get("migrations").and_then(|m| m.get("path"))),
        external: External { tables: names("tables"), enums: names("enums") },
    };
    (found, problems)
}

fn resolve(dir: &str, written: &str) -> Option<String> {
    match written.strip_prefix(typescript::ROOT) {
        Some(inside) => normalize_path(inside.trim_start_matches('/')),
        None => normalize_path(&join_path(dir, written)),
    }
}

fn texts(list: &Plain) -> Vec<String> {
    match &list.kind {
        PlainKind::List(items) => items.iter().filter_map(Plain::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    fn check(path: &str, text: &str, expect: (Option<&str>, Option<&str>, &[&str], &[&str])) {
        let tree = MemoryTree::new([(path, text)]);
        let (found, problems) = read_config(&tree, &SourceMap::default(), path);
        assert_eq!(problems, [], "{path}");
        let (schema, migrations, tables, enums) = expect;
        assert_eq!(found.schema.as_deref(), schema);
        assert_eq!(found.migrations.as_deref(), migrations);
        assert_eq!(found.external.tables, tables);
        assert_eq!(found.external.enums, enums);
    }

    #[test]
    fn a_config_is_read_without_being_run() {
        check(
            "packages/db/prisma.config.ts",
            r#"import "dotenv/config";
               import path from "node:path";
               import { defineConfig, env } from "prisma/config";
               const external = ["auth.users"];
               export default defineConfig({
                 schema: path.join("prisma", "schema"),
                 migrations: { path: "./prisma/migrations", seed: "tsx seed.ts" },
                 datasource: { url: env("DATABASE_URL") },
                 experimental: { externalTables: true },
                 tables: { external: [...external, "public.jobs"] },
                 enums: { external: ["public.job_state"] },
               });"#,
            (
                Some("packages/db/prisma/schema"),
                Some("packages/db/prisma/migrations"),
                &["auth.users", "public.jobs"],
                &["public.job_state"],
            ),
        );
        check(
            "prisma.config.js",
            "module.exports = { schema: 'db/schema.prisma' }",
            (Some("db/schema.prisma"), None, &[], &[]),
        );
        let satisfies = "export default { schema: process.env.S ?? 'a.prisma' } satisfies PrismaConfig";
        check(".config/prisma.mts", satisfies, (Some(".config/a.prisma"), None, &[], &[]));
    }

    #[test]
    fn the_nearest_config_holds() {
        let tree =
            MemoryTree::new([("prisma.config.ts", ""), ("a/.config/prisma.mjs", ""), ("a/b/prisma.config.json", "")]);
        assert_eq!(find_config(&tree, "a/b/prisma").as_deref(), Some("a/.config/prisma.mjs"));
        assert_eq!(find_config(&tree, "c").as_deref(), Some("prisma.config.ts"));
        assert!(is_config("a/.config/prisma.ts") && is_config("prisma.config.cjs"));
        assert!(!is_config("a/prisma.ts") && !is_config("prisma.config.json"));
    }
}
