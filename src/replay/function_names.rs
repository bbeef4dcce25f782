//! The names of the functions that every server has, and of those that come with an extension: enough to tell a call that cannot be meant.
//!
//! `function_names.txt` is `SELECT DISTINCT proname FROM pg_proc` of a new PostgreSQL 15 and of its contrib extensions (by `pg_depend`), with what
//! 16 to 18 have besides; names that begin with `pg_`, `json` or `RI_` are left out and count as the server's. Support functions of
//! extensions that nobody calls are left out too.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

type Names = HashMap<&'static str, HashSet<&'static str>>;

/// Schemas that an extension makes for what it brings, wherever it was told to go.
const OWN_SCHEMAS: &[(&str, &str)] =
    &[("pg_cron", "cron"), ("pg_graphql", "graphql"), ("pg_net", "net"), ("pgmq", "pgmq"), ("supabase_vault", "vault")];

fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = Names::new();
        for (owner, functions) in include_str!("function_names.txt").lines().filter_map(|line| line.split_once(':')) {
            names.entry(owner).or_default().extend(functions.split_whitespace());
        }
        names
    })
}

/// Whether the server may have a function of this name by itself.
pub(super) fn is_built_in(name: &str) -> bool {
    ["pg_", "json", "RI_", "binary_upgrade"].iter().any(|prefix| name.starts_with(prefix))
        || names().get("pg_catalog").is_some_and(|functions| functions.contains(name))
}

/// Whether an extension brings a function of this name; `None` for one that may bring anything.
pub(super) fn brings(extension: &str, name: &str) -> Option<bool> {
    let has = |extension: &str| Some(names().get(extension)?.contains(name));
    match extension {
        // CASCADE brings what it needs.
        "earthdistance" => Some(has(extension)? || has("cube")?),
        _ => has(extension),
    }
}

/// Whether some extension brings a function of this name.
pub(super) fn is_some_extensions(name: &str) -> bool {
    names().iter().any(|(owner, functions)| *owner != "pg_catalog" && functions.contains(name))
}

/// The schema that an extension makes for itself.
pub(super) fn own_schema(extension: &str) -> Option<&'static str> {
    OWN_SCHEMAS.iter().find(|(name, _)| *name == extension).map(|&(_, schema)| schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known() {
        assert!(is_built_in("now") && is_built_in("pg_sleep") && is_built_in("uuidv7") && !is_built_in("is_admin"));
        assert_eq!(brings("pgcrypto", "crypt"), Some(true));
        assert_eq!(brings("pgcrypto", "uuid_generate_v4"), Some(false));
        assert_eq!(brings("earthdistance", "cube_dim"), Some(true));
        assert_eq!(brings("timescaledb", "create_hypertable"), None);
        assert_eq!(own_schema("pg_cron"), Some("cron"));
        assert!(is_some_extensions("unaccent") && !is_some_extensions("now"));
    }
}
