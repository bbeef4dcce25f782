//! What a project of Supabase's CLI declares, and the command that writes its next migration.
//!
//! Sources: supabase/cli `internal/db/diff/diff.go` (`loadDeclaredSchemas`: the folder of pg-delta where that is enabled and there, else
//! `schema_paths`, else all SQL below `supabase/schemas`), `pkg/config/config.go` (paths are relative to the folder of `config.toml`;
//! `Glob.Files`: patterns in their order, what one matches sorted, each file once, a pattern without a match is passed over as long as another
//! has one).

use toml::Value;

use super::package;
use super::walk::Listing;
use crate::config::DeclaredSource;
use crate::declared::sql::means_files;
use crate::source::{EntryKind, Tree, join_path, normalize_path, parent_path};

/// The declared schema of the project whose `config.toml` stands in `folder`; `None` where it declares none.
pub(super) fn declared(tree: &dyn Tree, listing: &Listing, folder: &str) -> Option<DeclaredSource> {
    let config = config(tree, folder).unwrap_or_else(|| Value::Table(toml::Table::new()));
    let has_files = |below: &str| listing.ending(".sql").any(|path| super::layouts::is_within(path, below));
    if let Some(database) = declarative_folder(&config, folder)
        && matches!(tree.kind(&database), Ok(Some(EntryKind::Directory)))
    {
        return has_files(&database).then(|| DeclaredSource::Sql { entries: vec![database] });
    }
    let patterns = at(&config, &["db", "migrations", "schema_paths"]).and_then(Value::as_array);
    let patterns = patterns.into_iter().flatten().filter_map(Value::as_str).map(|pattern| within(folder, pattern));
    let patterns: Vec<String> = patterns.collect();
    if !patterns.is_empty() {
        let matching: Vec<String> = patterns.iter().filter(|pattern| means_files(tree, pattern)).cloned().collect();
        // Where nothing matches the CLI stops: the entries say what is missing.
        let entries = if matching.is_empty() { patterns } else { matching };
        return Some(DeclaredSource::Sql { entries });
    }
    let schemas = join_path(folder, "schemas");
    has_files(&schemas).then(|| DeclaredSource::Sql { entries: vec![schemas] })
}

/// The command that writes what the migrations lack, to be typed at the project root; the CLI looks for a folder of its own name.
pub(super) fn generate(tree: &dyn Tree, listing: &Listing, folder: &str) -> Option<String> {
    if folder.rsplit('/').next() != Some("supabase") {
        return None;
    }
    let project = parent_path(folder);
    let tool = "supabase db diff -f <name>";
    let is_dependency =
        package::dependency_above(tree, listing, project, "supabase").is_some_and(|(_, n)| n == "supabase");
    Some(match (is_dependency, project) {
        (true, _) => package::command(listing, project, tool),
        (false, "") => tool.to_owned(),
        (false, _) => format!("cd {project} && {tool}"),
    })
}

fn config(tree: &dyn Tree, folder: &str) -> Option<Value> {
    let bytes = tree.read(&join_path(folder, "config.toml")).ok()??;
    String::from_utf8_lossy(&bytes).parse::<toml::Table>().ok().map(Value::Table)
}

fn at<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v Value> {
    keys.iter().try_fold(value, |value, key| value.get(key))
}

/// Where pg-delta keeps the schema, if it is enabled.
fn declarative_folder(config: &Value, folder: &str) -> Option<String> {
    let delta = at(config, &["experimental", "pgdelta"])?;
    delta.get("enabled").and_then(Value::as_bool).filter(|enabled| *enabled)?;
    let named = delta.get("declarative_schema_path").and_then(Value::as_str).filter(|path| !path.is_empty());
    Some(within(folder, named.unwrap_or("database")))
}

/// A path or pattern of the config from the project root, in the words of [`globset`]: Go's `**` is two `*`, and its braces are letters.
fn within(folder: &str, pattern: &str) -> String {
    let mut path = normalize_path(&join_path(folder, pattern)).unwrap_or_else(|| pattern.to_owned());
    while path.contains("**") {
        path = path.replace("**", "*");
    }
    path.replace('{', "[{]").replace("}", "[}]")
}

#[cfg(test)]
mod tests {
    use super::super::{Gitignored, discover};
    use crate::source::{MemoryTree, SourceMap};

    /// What the target of a project with this config declares, and its command.
    fn check(config: &str, others: &[&str], expect: &[&str], command: &str) {
        let mut files = vec![("supabase/config.toml", config), ("supabase/migrations/20240101000000_a.sql", "")];
        let package = r#"{"devDependencies": {"supabase": "2"}}"#;
        files.extend(others.iter().map(|&path| (path, if path == "package.json" { package } else { "" })));
        let found = discover(&MemoryTree::new(files), &SourceMap::default(), Gitignored::Keep);
        let [target] = found.targets.as_slice() else { panic!("{:?}", found.targets) };
        let entries = target.declared.iter().flat_map(|declared| declared.entries());
        let entries: Vec<&str> = entries.map(String::as_str).collect();
        assert_eq!((entries.as_slice(), target.generate.as_deref()), (expect, Some(command)), "{config}");
    }

    #[test]
    fn schema_paths_say_what_is_declared() {
        let diff = "supabase db diff -f <name>";
        let schemas = ["supabase/schemas/a.sql", "supabase/schemas/x/b.sql", "supabase/other/c.sql"];
        check("", &schemas, &["supabase/schemas"], diff);
        check("", &[], &[], diff);
        check("[db.migrations]\nschema_paths = []", &schemas, &["supabase/schemas"], diff);
        let listed = "[db.migrations]\nschema_paths = [\"./other/c.sql\", \"./schemas/*.sql\", \"./none/*.sql\"]";
        check(listed, &schemas, &["supabase/other/c.sql", "supabase/schemas/*.sql"], diff);
        check("[db.migrations]\nschema_paths = [\"schemas/**/*.sql\"]", &schemas, &["supabase/schemas/*/*.sql"], diff);
        check("[db.migrations]\nschema_paths = [\"../db/*.sql\"]", &["db/a.sql"], &["db/*.sql"], diff);
        // Nothing matches: the CLI stops there, and so it is said.
        check("[db.migrations]\nschema_paths = [\"./none.sql\"]", &schemas, &["supabase/none.sql"], diff);
        let delta = "[experimental.pgdelta]\nenabled = true\ndeclarative_schema_path = \"./decl\"";
        check(delta, &["supabase/decl/a.sql", "supabase/schemas/a.sql"], &["supabase/decl"], diff);
        check(delta, &schemas, &["supabase/schemas"], diff);
    }

    #[test]
    fn the_cli_of_a_package_is_run_by_its_manager() {
        check("", &["package.json"], &[], "npx supabase db diff -f <name>");
        check("", &["package.json", "pnpm-lock.yaml"], &[], "pnpm exec supabase db diff -f <name>");
    }
}
