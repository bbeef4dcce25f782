//! Which database system a folder of migrations is for, where it is not PostgreSQL.

use super::walk::Listing;
use crate::source::{Tree, join_path, parent_path};

/// Files read at most to tell the database system.
const SAMPLED_FILES: usize = 5;

/// The database system that a folder's path names; the innermost word decides.
pub(super) fn system_in_path(dir: &str) -> Option<&'static str> {
    const SYSTEMS: [(&str, &str); 14] = [
        ("mysql", "mysql"),
        ("mariadb", "mysql"),
        ("sqlite", "sqlite"),
        ("sqlite3", "sqlite"),
        ("libsql", "sqlite"),
        ("h2", "h2"),
        ("hsqldb", "hsqldb"),
        ("mssql", "mssql"),
        ("sqlserver", "mssql"),
        ("clickhouse", "clickhouse"),
        ("cockroach", "cockroachdb"),
        ("cockroachdb", "cockroachdb"),
        ("db2", "db2"),
        ("duckdb", "duckdb"),
    ];
    let lower = dir.to_ascii_lowercase();
    let words = lower.rsplit(['/', '-', '_', '.']);
    for word in words {
        if word.starts_with("postgres") || matches!(word, "pg" | "pgsql" | "psql") {
            return None;
        }
        let named = SYSTEMS.iter().find(|(name, _)| word == *name || name.len() > 4 && word.ends_with(name));
        if let Some((_, system)) = named {
            return Some(system);
        }
    }
    None
}

/// The database system, where the SQL bears the marks of another than PostgreSQL.
pub(super) fn other_system(tree: &dyn Tree, listing: &Listing, layout: &str, dir: &str) -> Option<&'static str> {
    const MARKS: &[(&str, &str)] = &[
        ("AUTO_INCREMENT", "mysql"),
        ("ENGINE=", "mysql"),
        ("ENGINE =", "mysql"),
        ("CREATE TABLE `", "mysql"),
        ("AUTOINCREMENT", "sqlite"),
        ("PRAGMA ", "sqlite"),
        (" BLOB,", "sqlite"),
        (" BLOB NOT NULL", "sqlite"),
        ("STRFTIME", "sqlite"),
        ("VARCHAR2(", "oracle"),
        ("MERGETREE", "clickhouse"),
        ("NVARCHAR(", "mssql"),
        ("IDENTITY(1,1)", "mssql"),
    ];
    if let Some(system) = system_in_path(dir) {
        return Some(system);
    }
    if let Some(system) = system_of_client(tree, dir, layout) {
        return Some(system);
    }
    let files = listing.ending(".sql").filter(|path| super::layouts::is_within(path, dir)).take(SAMPLED_FILES);
    for path in files {
        let Ok(Some(bytes)) = tree.read(path) else { continue };
        let text = String::from_utf8_lossy(&bytes).to_ascii_uppercase();
        let code: Vec<&str> = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
        let text = code.join("\n");
        if let Some(&(_, system)) = MARKS.iter().find(|(mark, _)| text.contains(mark)) {
            return Some(system);
        }
    }
    None
}

/// By the features with which a crate takes its client: `sqlx = { features = ["sqlite"] }`. What it says of PostgreSQL settles it.
fn system_of_client(tree: &dyn Tree, dir: &str, layout: &str) -> Option<&'static str> {
    let client = matches!(layout, "sqlx" | "diesel").then_some(layout)?;
    if dir.to_ascii_lowercase().contains("postgres") {
        return None;
    }
    let folders = std::iter::successors(Some(dir), |dir| (!dir.is_empty()).then(|| parent_path(dir)));
    let manifest = |folder: &str| -> Option<toml::Table> {
        let bytes = tree.read(&join_path(folder, "Cargo.toml")).ok()??;
        String::from_utf8_lossy(&bytes).parse().ok()
    };
    let mut features: Vec<String> = Vec::new();
    for manifest in folders.filter_map(manifest) {
        let tables =
            ["dependencies", "dev-dependencies"].into_iter().filter_map(|name| manifest.get(name)?.get(client));
        let shared = manifest.get("workspace").and_then(|w| w.get("dependencies")?.get(client));
        for dependency in tables.chain(shared) {
            features.extend(strings(dependency.get("features")));
        }
        // The crate's own features may turn the client's on.
        let own = manifest.get("features").and_then(toml::Value::as_table);
        features.extend(own.into_iter().flat_map(|own| own.values()).flat_map(|list| strings(Some(list))));
    }
    let names =
        |word: &str| features.iter().any(|feature| feature.rsplit('/').next().is_some_and(|f| f.starts_with(word)));
    if names("postgres") {
        return None;
    }
    ["sqlite", "mysql"].into_iter().find(|system| names(system))
}

fn strings(list: Option<&toml::Value>) -> impl Iterator<Item = String> {
    list.and_then(toml::Value::as_array).into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::super::{Gitignored, discover};
    use crate::source::{MemoryTree, SourceMap};

    fn check(files: &[(&str, &str)], targets: &[&str], not_checked: &[&str]) {
        let found = discover(&MemoryTree::new(files.to_vec()), &SourceMap::default(), Gitignored::Keep);
        let platforms: Vec<String> = found.targets.iter().map(|t| t.platform.clone().unwrap_or_default()).collect();
        assert_eq!(
            (platforms, found.not_checked),
            (targets.iter().map(|t| (*t).to_owned()).collect(), not_checked.iter().map(|t| (*t).to_owned()).collect())
        );
    }

    #[test]
    fn clients_of_other_systems_are_told() {
        let sql = ("db/migrations/20240101000000_a.sql", "CREATE TABLE t (id integer PRIMARY KEY);");
        let workspace = ("Cargo.toml", "[workspace.dependencies.sqlx]\nversion = \"0.8\"\nfeatures = [\"uuid\"]");
        // atuin: the crates of one workspace keep their rows in different systems.
        check(
            &[
                sql,
                workspace,
                ("db/Cargo.toml", "[dependencies]\nsqlx = { workspace = true, features = [\"sqlite\"] }"),
            ],
            &[],
            &["sqlite"],
        );
        check(
            &[
                sql,
                workspace,
                ("db/Cargo.toml", "[dependencies]\nsqlx = { workspace = true, features = [\"sqlite\", \"postgres\"] }"),
            ],
            &[""],
            &[],
        );
        check(&[sql, workspace, ("db/Cargo.toml", "[dependencies]\nsqlx = { workspace = true }")], &[""], &[]);
        let stamp =
            ("db/migrations/20240101000000_a.sql", "CREATE TABLE t (at text DEFAULT (strftime ('%s', 'now')));");
        check(&[stamp, workspace, ("db/Cargo.toml", "[dependencies]\nsqlx = { workspace = true }")], &[], &["sqlite"]);
        check(
            &[("db/migration/V1__a.sql", "CREATE TABLE T (ID NUMBER(19) NOT NULL, NAVN VARCHAR2(20));")],
            &[],
            &["oracle"],
        );
    }

    #[test]
    fn a_platforms_folder_is_the_platforms_whoever_orders_it() {
        let files = [
            ("supabase/config.toml", ""),
            ("supabase/migrations/atlas.sum", "h1:x\n20240101000000_a.sql h1:y\n"),
            ("supabase/migrations/20240101000000_a.sql", "SELECT 1;"),
        ];
        check(&files, &["supabase"], &[]);
    }
}
