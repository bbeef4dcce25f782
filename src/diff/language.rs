//! What a declared language can say. What it cannot is never drift, but *unmanaged*.

/// Abilities of a declared language and habits of its tool. `true` means: an object or fact of this kind on the migrated side that is not
/// declared is a difference.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of the language, asked alone
pub struct Language {
    pub checks: bool,
    pub policies: bool,
    pub row_level_security: bool,
    pub views: bool,
    pub sequences: bool,
    pub functions: bool,
    pub triggers: bool,
    pub extensions: bool,
    pub domains: bool,
    pub composite_types: bool,
    pub exclusions: bool,
    pub partial_indexes: bool,
    pub expression_indexes: bool,
    /// Operator classes and NULLS FIRST/LAST of index keys.
    pub index_key_options: bool,
    pub include_columns: bool,
    pub nulls_not_distinct: bool,
    pub deferrable: bool,
    pub collations: bool,
    pub comments: bool,
    pub generated_columns: bool,
    /// Tables that are partitioned, and partitions.
    pub partitions: bool,
    /// A unique constraint and a unique index are the same thing to the tool.
    pub unique_index_is_constraint: bool,
    /// What a mere difference of a constraint's or index's name means.
    pub names: NameDrift,
    /// The tool's next migration drops what is not declared.
    pub drops_undeclared: bool,
    /// Database schemas out of which nothing is looked at; `None` is all that anything is declared in.
    pub schemas: Option<Vec<String>>,
}

/// The consequence of a difference in name only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameDrift {
    /// The tool never looks: info.
    Ignored,
    /// The tool's next migration renames: warning.
    Renamed,
}
