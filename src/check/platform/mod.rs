//! Built-in preludes: what a hosting platform has in a database before a project's first migration. Objects in them are nobody's drift.
//!
//! Each is plain SQL in outline: the schemas, roles, tables and functions that migrations and schemas of projects there refer to.

/// The names that a config may use.
pub const PLATFORMS: &[&str] = &["hasura", "neon", "supabase"];

/// The SQL of a platform, with a path for messages.
#[must_use]
pub fn prelude(platform: &str) -> Option<(&'static str, &'static str)> {
    match platform {
        "hasura" => Some(("platform/hasura.sql", include_str!("hasura.sql"))),
        "neon" => Some(("platform/neon.sql", include_str!("neon.sql"))),
        "supabase" => Some(("platform/supabase.sql", include_str!("supabase.sql"))),
        _ => None,
    }
}

/// The `search_path` that the platform sets for its roles, where it is not the server's own.
#[must_use]
pub fn search_path(platform: &str) -> &'static [&'static str] {
    match platform {
        "supabase" => &["public", "extensions"],
        _ => &[],
    }
}
