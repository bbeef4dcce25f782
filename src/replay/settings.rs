//! What a replay is told about the server and the session.

use std::collections::BTreeMap;

/// Facts that no migration states.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReplaySettings {
    /// The search path of a session, as `SHOW search_path` lists it.
    pub search_path: Vec<String>,
    /// Server settings by name, as `current_setting` gives them.
    pub settings: BTreeMap<String, String>,
    /// The time at which migrations run, in microseconds since 1970: what is named by the day (partitions) is as of then. Without it, what asks
    /// for the time is opaque.
    pub now: Option<i64>,
    /// Columns, keys and constraints come from their own words in a statement, not from all of it: a declaration is read part by part.
    pub parts_have_places: bool,
    /// Tables and columns that the schema declares under another name, and that name: `[schema.]table[.column]`.
    pub renames: Vec<(String, String)>,
    /// The server's major version, where somebody says it.
    pub version: Option<u32>,
}

impl Default for ReplaySettings {
    fn default() -> Self {
        Self {
            search_path: vec!["$user".into(), "public".into()],
            settings: BTreeMap::new(),
            now: None,
            parts_have_places: false,
            renames: Vec::new(),
            version: None,
        }
    }
}
