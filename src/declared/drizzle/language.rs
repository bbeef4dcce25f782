//! What Drizzle can express.

use crate::diff::{Language, NameDrift};

/// Drizzle for PostgreSQL (`drizzle-orm/pg-core`). Names of constraints and indexes are known to drizzle-kit only from its own snapshots, so that a
/// mere difference of name against the server's is never looked at.
#[must_use]
pub fn language() -> Language {
    Language {
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
