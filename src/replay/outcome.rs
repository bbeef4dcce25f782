//! What a replay gives.

use super::{Answered, TableWrite};
use crate::model::{Catalog, ObjectRef, Origin, Unknown};
use crate::source::{FileId, Span};

/// The end of a replay.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    pub catalog: Catalog,
    /// Statements that the server would refuse, in the order of running.
    pub issues: Vec<Issue>,
    /// Statements or parts whose effect could not be told (dynamic SQL and the like): each becomes an `input/opaque-statement`.
    pub opaque: Vec<Unknown>,
    pub counts: StatementCounts,
    /// Statements that write rows, by index of the migration.
    pub writes: Vec<Vec<TableWrite>>,
    /// Files whose objects were there before the first migration and are nobody's drift.
    pub prelude: Vec<FileId>,
    /// Migrations that are one comment holding the schema which was there before (index, place of the SQL).
    pub commented_baselines: Vec<(usize, Span)>,
    /// Search paths other than the default, and the statements that ran under them.
    pub search_paths: Vec<(Span, Vec<String>)>,
    /// What is left behind once the renames that the settings name are made; `None` where they name none.
    pub answered: Option<Answered>,
}

impl Replayed {
    /// Whether an object was there before the first migration.
    #[must_use]
    pub fn is_prelude(&self, origin: &Origin) -> bool {
        self.prelude.contains(&origin.created.file)
    }
}

/// How many statements were met, for the summary.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StatementCounts {
    /// Changed the model, or were refused.
    pub applied: usize,
    /// Understood to change nothing in it (data, grants, functions' insides).
    pub carried: usize,
    pub opaque: usize,
}

/// A statement that cannot run on the state it meets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issue {
    pub kind: IssueKind,
    /// The server's words: `column "project_id" of relation "sessions" does not exist`.
    pub message: String,
    /// The statement.
    pub statement: Span,
    /// The name or clause within it that is wrong; the statement where nothing smaller is known.
    pub span: Span,
    /// Index of the migration in the set.
    pub migration: usize,
    pub object: Option<ObjectRef>,
    /// What would be right, in a few words.
    pub hint: Option<String>,
    /// What would have to exist: and the later statement that creates it, if one does (its migration's index beside it).
    pub created_later: Option<(Span, usize)>,
    /// An earlier issue (index in `issues`) without which this one would not be; such issues are folded into that one.
    pub caused_by: Option<usize>,
    /// Refused only because the runner puts all pending migrations into one transaction: `order/one-transaction`, and replay went on.
    pub only_in_one_transaction: bool,
}

/// Why the server refuses; each is a rule `replay/…`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum IssueKind {
    Syntax,
    UnknownSchema,
    UnknownTable,
    UnknownColumn,
    UnknownType,
    UnknownConstraint,
    UnknownIndex,
    UnknownFunction,
    UnknownObject,
    DuplicateTable,
    DuplicateColumn,
    DuplicateType,
    DuplicateConstraint,
    DuplicateIndex,
    DuplicateObject,
    DependentObjects,
    InvalidReference,
    InvalidType,
    InvalidDefinition,
    InTransaction,
}

impl IssueKind {
    /// Whether a later statement may make what an issue of this kind is about.
    #[must_use]
    pub fn is_about_something_missing(self) -> bool {
        matches!(
            self,
            Self::UnknownSchema
                | Self::UnknownTable
                | Self::UnknownColumn
                | Self::UnknownType
                | Self::UnknownConstraint
                | Self::UnknownIndex
                | Self::UnknownFunction
                | Self::UnknownObject
                | Self::InvalidReference
        )
    }
}
