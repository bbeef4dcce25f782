//! The platform whose objects migrations take for given: Supabase's `auth.users` and roles, Neon's roles.

use super::package;
use super::walk::Listing;
use crate::declared::drizzle;
use crate::declared::drizzle::config::DrizzleConfig;
use crate::source::{Tree, parent_path};

/// Of a Drizzle config, and what says so: the config, the schema's imports, or what stands [around](around) it.
pub(super) fn of_config(
    tree: &dyn Tree,
    listing: &Listing,
    config: &DrizzleConfig,
    entries: &[String],
) -> Option<(&'static str, String)> {
    const PLATFORMS: [&str; 2] = ["supabase", "neon"];
    if let Some(platform) = PLATFORMS.into_iter().find(|&name| config.provider.as_deref() == Some(name)) {
        return Some((platform, format!("`entities.roles.provider` of `{}`", config.path)));
    }
    if config.migrations.prefix == "supabase" {
        return Some(("supabase", format!("`migrations.prefix` of `{}`", config.path)));
    }
    for file in drizzle::entries::files(tree, entries) {
        let Ok(Some(bytes)) = tree.read(&file) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        for platform in PLATFORMS {
            let module = format!("drizzle-orm/{platform}");
            let is_quoted = |(at, _): (usize, &str)| {
                let (before, after) = (&text[..at], &text[at + module.len()..]);
                before.ends_with(['"', '\'']) && after.starts_with(['"', '\''])
            };
            if text.match_indices(&module).any(is_quoted) {
                return Some((platform, format!("`{file}` imports `{module}`")));
            }
        }
    }
    around(tree, listing, parent_path(&config.path))
}

/// By what stands around a folder: a project of the platform's own tool, at the root or beside, or a package that uses its client.
pub(super) fn around(tree: &dyn Tree, listing: &Listing, folder: &str) -> Option<(&'static str, String)> {
    let mut projects = listing.ending("supabase/config.toml");
    if let Some(project) = projects.find(|path| parent_path(path).rsplit('/').next() == Some("supabase")) {
        return Some(("supabase", format!("`{project}`")));
    }
    let (path, client) = package::dependency_above(tree, listing, folder, "@supabase/")?;
    Some(("supabase", format!("`{path}` depends on `{client}`")))
}

#[cfg(test)]
mod tests {
    use super::super::{Gitignored, discover};
    use crate::source::{MemoryTree, SourceMap};

    /// The platform of a config's target, and what its reason says of it.
    fn check(config: &str, others: &[(&str, &str)], expect: Option<(&str, &str)>) {
        let config = format!(
            "export default {{ dialect: 'postgresql', schema: './src/schema.ts', out: './drizzle', {config} }}"
        );
        let journal = r#"{"entries": [{"idx": 0, "tag": "0000_a", "when": 1}]}"#;
        let mut files = vec![("drizzle.config.ts", config.as_str()), ("drizzle/meta/_journal.json", journal)];
        files.extend(others);
        let found = discover(&MemoryTree::new(files), &SourceMap::default(), Gitignored::Keep);
        let [target] = found.targets.as_slice() else { panic!("{:?}", found.targets) };
        let reason = target.why.split_once(": ").map(|(_, evidence)| evidence);
        assert_eq!(target.platform.as_deref().zip(reason), expect, "{config}");
    }

    #[test]
    fn the_platform_is_found() {
        let schema = |text| ("src/schema.ts", text);
        let plain = schema("import { pgTable } from 'drizzle-orm/pg-core'; // not drizzle-orm/supabase");
        check("", &[plain], None);
        let imports = schema("import { authUsers } from \"drizzle-orm/supabase\"");
        check("", &[imports], Some(("supabase", "`src/schema.ts` imports `drizzle-orm/supabase`")));
        check(
            "",
            &[schema("import { crudPolicy } from 'drizzle-orm/neon'")],
            Some(("neon", "`src/schema.ts` imports `drizzle-orm/neon`")),
        );
        check("", &[plain, ("supabase/config.toml", "")], Some(("supabase", "`supabase/config.toml`")));
        check("", &[plain, ("other-supabase/config.toml", "")], None);
        let provider = "entities: { roles: { provider: 'neon' } }";
        check(provider, &[plain], Some(("neon", "`entities.roles.provider` of `drizzle.config.ts`")));
        check("entities: { roles: true }", &[plain], None);
        let prefix = "migrations: { prefix: 'supabase' }";
        check(prefix, &[plain], Some(("supabase", "`migrations.prefix` of `drizzle.config.ts`")));
        let client = r#"{"devDependencies": {"@supabase/ssr": "1"}}"#;
        let depends = "`package.json` depends on `@supabase/ssr`";
        check("", &[plain, ("package.json", client)], Some(("supabase", depends)));
        check("", &[plain, ("package.json", "{}"), ("apps/web/package.json", client)], None);
    }
}
