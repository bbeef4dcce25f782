//! Tables and what belongs to them.

use super::{Column, Expr, Known, Origin, Policy, QualifiedName, Trigger, TypeName, Unknown};

/// A table, with everything that lives and dies with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    pub name: QualifiedName,
    pub kind: TableKind,
    pub persistence: Persistence,
    /// In the order of creation.
    pub columns: Vec<Column>,
    pub primary_key: Option<Key>,
    pub uniques: Vec<Key>,
    pub foreign_keys: Vec<ForeignKey>,
    pub checks: Vec<Check>,
    pub exclusions: Vec<Exclusion>,
    /// Without those that a constraint made.
    pub indexes: Vec<Index>,
    pub policies: Vec<Policy>,
    pub triggers: Vec<Trigger>,
    pub row_level_security: RowLevelSecurity,
    /// Parents by INHERITS, in order.
    pub inherits: Vec<QualifiedName>,
    pub partition: Option<Partition>,
    /// The composite type that it follows (`CREATE TABLE … OF`).
    pub of_type: Option<QualifiedName>,
    /// Storage parameters as written.
    pub options: Vec<(String, String)>,
    pub comment: Option<String>,
    /// Parts that could not be read, such as a spread of something unknown: there may be columns or constraints that are not listed here.
    pub unknown_columns: Vec<Unknown>,
    pub unknown_constraints: Vec<Unknown>,
    pub origin: Origin,
}

impl Table {
    /// An empty ordinary table.
    #[must_use]
    pub fn new(name: QualifiedName, origin: Origin) -> Self {
        Self {
            name,
            kind: TableKind::Ordinary,
            persistence: Persistence::Permanent,
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            exclusions: Vec::new(),
            indexes: Vec::new(),
            policies: Vec::new(),
            triggers: Vec::new(),
            row_level_security: RowLevelSecurity::default(),
            inherits: Vec::new(),
            partition: None,
            of_type: None,
            options: Vec::new(),
            comment: None,
            unknown_columns: Vec::new(),
            unknown_constraints: Vec::new(),
            origin,
        }
    }

    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    pub fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|c| c.name == name)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TableKind {
    Ordinary,
    Partitioned(PartitionKey),
    Foreign { server: String, options: Vec<(String, String)> },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Persistence {
    Permanent,
    Unlogged,
    Temporary,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RowLevelSecurity {
    pub enabled: bool,
    pub forced: bool,
}

/// `PARTITION BY` of a partitioned table, as SQL: `RANGE (created_at)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartitionKey {
    pub sql: String,
    /// Columns it names outright.
    pub columns: Vec<String>,
}

/// Where a partition belongs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Partition {
    pub parent: QualifiedName,
    /// `FOR VALUES FROM (…) TO (…)` or `DEFAULT`, as SQL; unknown when it was computed at run time.
    pub bound: Known<String>,
}

/// A primary key or unique constraint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// The constraint's name on the server.
    pub name: String,
    /// The name was written, not given by the server or the ORM.
    pub named: bool,
    pub columns: Vec<String>,
    pub include: Vec<String>,
    pub nulls_not_distinct: bool,
    pub deferrable: Deferrable,
    pub options: Vec<(String, String)>,
    /// The names of the index's own columns, where a column was renamed after it was made: copies of it are named after these.
    pub column_names: Option<Vec<String>>,
    pub comment: Option<String>,
    /// The comment on its index, which is another than the constraint's own.
    pub index_comment: Option<String>,
    /// Made by a constraint of the parent of a partition.
    pub inherited: bool,
    pub origin: Origin,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Deferrable {
    #[default]
    No,
    InitiallyImmediate,
    InitiallyDeferred,
}

/// A foreign key constraint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ForeignKey {
    pub name: String,
    pub named: bool,
    pub columns: Vec<String>,
    pub ref_table: QualifiedName,
    pub ref_columns: Vec<String>,
    /// The index of the referenced table that it rests on, where that is known (`pg_constraint.conindid`).
    pub ref_index: Option<String>,
    pub on_delete: Action,
    pub on_update: Action,
    /// Columns of `ON DELETE SET NULL (…)`.
    pub on_delete_columns: Vec<String>,
    pub match_kind: MatchKind,
    pub deferrable: Deferrable,
    /// NOT VALID and not validated since.
    pub not_valid: bool,
    pub comment: Option<String>,
    pub inherited: bool,
    pub origin: Origin,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum MatchKind {
    #[default]
    Simple,
    Full,
}

/// A referential action; [`Action::as_str`] gives PostgreSQL's words in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Action {
    #[default]
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

impl Action {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoAction => "no action",
            Self::Restrict => "restrict",
            Self::Cascade => "cascade",
            Self::SetNull => "set null",
            Self::SetDefault => "set default",
        }
    }
}

/// A check constraint of a table or domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    pub name: String,
    pub named: bool,
    pub expr: Known<Expr>,
    pub no_inherit: bool,
    pub not_valid: bool,
    /// The types its columns had when it was made, where one has changed since: the server keeps the old casts.
    pub set_for: Vec<(String, TypeName)>,
    pub comment: Option<String>,
    pub inherited: bool,
    pub origin: Origin,
}

/// An exclusion constraint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exclusion {
    pub name: String,
    pub named: bool,
    pub method: String,
    /// Each key with its operator.
    pub elements: Vec<(IndexKey, String)>,
    pub include: Vec<String>,
    pub predicate: Option<Expr>,
    pub deferrable: Deferrable,
    /// The names of the index's own columns, where a column was renamed after it was made: copies of it are named after these.
    pub column_names: Option<Vec<String>>,
    pub comment: Option<String>,
    /// The comment on its index, which is another than the constraint's own.
    pub index_comment: Option<String>,
    pub origin: Origin,
}

/// An index that no constraint made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Index {
    pub name: String,
    pub named: bool,
    pub unique: bool,
    pub nulls_not_distinct: bool,
    /// `btree`, `gin`, …
    pub method: String,
    pub keys: Vec<IndexKey>,
    pub include: Vec<String>,
    pub predicate: Known<Option<Expr>>,
    /// Storage parameters as written.
    pub options: Vec<(String, String)>,
    /// `CREATE INDEX … ON ONLY`, not yet valid on a partitioned table.
    pub only: bool,
    /// The types its columns had when it was made, where one has changed since.
    pub set_for: Vec<(String, TypeName)>,
    /// The names of the index's own columns, where a column was renamed after it was made: copies of it are named after these.
    pub column_names: Option<Vec<String>>,
    pub comment: Option<String>,
    /// Made by an index of the parent of a partition: `schema.name` of that index.
    pub partition_of: Option<QualifiedName>,
    pub origin: Origin,
}

/// One key of an index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IndexKey {
    pub part: IndexKeyPart,
    /// As written, perhaps with a schema; `None` is the type's default for the method.
    pub opclass: Option<String>,
    pub opclass_options: Vec<(String, String)>,
    pub collation: Option<String>,
    pub order: SortOrder,
    /// `None` is the default: last for ascending, first for descending.
    pub nulls: Option<NullsOrder>,
}

impl IndexKey {
    /// A plain ascending column.
    pub fn column(name: impl Into<String>) -> Self {
        Self {
            part: IndexKeyPart::Column(name.into()),
            opclass: None,
            opclass_options: Vec::new(),
            collation: None,
            order: SortOrder::Ascending,
            nulls: None,
        }
    }

    /// Whether nulls come first, default or not.
    #[must_use]
    pub fn nulls_first(&self) -> bool {
        match self.nulls {
            Some(nulls) => nulls == NullsOrder::First,
            None => self.order == SortOrder::Descending,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IndexKeyPart {
    Column(String),
    Expr(Known<Expr>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SortOrder {
    #[default]
    Ascending,
    Descending,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NullsOrder {
    First,
    Last,
}
