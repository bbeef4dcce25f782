//! What a declared language can say. What it cannot is never drift, but *unmanaged*.

use std::collections::BTreeSet;

use crate::diagnostic::Aspect;
use crate::model::{ObjectKind, QualifiedName};

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
    /// What only SQL has words for: UNLOGGED, INHERITS, storage parameters, owners of sequences, names of a view's columns.
    pub sql_only: bool,
    /// A unique constraint and a unique index are the same thing to the tool.
    pub unique_index_is_constraint: bool,
    /// What a mere difference of a constraint's or index's name means.
    pub names: NameDrift,
    /// How the tool is brought to write a rename, after the command that makes the next migration; empty where a person writes it anyway.
    pub how_to_rename: &'static str,
    /// The tool's next migration drops what is not declared.
    pub drops_undeclared: bool,
    /// Kinds of objects of which the tool, in the version at hand, makes no migration: a declared one is missing from none.
    pub passed_over: Vec<ObjectKind>,
    /// Database schemas out of which nothing is looked at; `None` is all that anything is declared in.
    pub schemas: Option<Vec<String>>,
    /// Tables and enums that the tool leaves alone on both sides, whatever they are like.
    pub left_alone: Vec<LeftAlone>,
    /// Nullability of array columns is compared.
    pub array_nullability: bool,
    /// Of timestamps and times, with zone or without: no precision is precision 6, and a declared type without precision agrees with any precision.
    pub loose_time_precision: bool,
    /// A declared constant of a date or time type agrees with any default that is there, and a list of them with any list that is not empty.
    pub loose_time_defaults: bool,
    /// `nextval` of whatever sequence, `serial` and an identity of either kind are one thing: the column counts up by itself.
    pub counting_forms_equal: bool,
    /// The built-in types that the language has words for, as [`TypeName::name`](crate::model::TypeName) has them; between two types of neither this
    /// list nor the model it sees no difference. `None`: it sees every difference.
    pub named_types: Option<&'static [&'static str]>,
    /// The index methods that the language has words for; the tool takes an index of any other for a btree. `None`: it knows them all.
    pub named_index_methods: Option<Vec<&'static str>>,
    /// Columns of which the declaration leaves an aspect (`default`) open: it is not compared, and nothing is unresolved.
    pub open: BTreeSet<(QualifiedName, String, Aspect)>,
    /// Columns whose default is declared in the server's words: `now()` and `CURRENT_TIMESTAMP` are two things there.
    pub verbatim_defaults: BTreeSet<(QualifiedName, String)>,
    /// Two indexes of a table that are equal in all but the name are one to the tool: no second one is missing or undeclared.
    pub duplicate_indexes_are_one: bool,
    /// Operator classes are compared even where `index_key_options` is false: of a btree where one is declared, of other indexes always.
    pub opclasses_beyond_btree: bool,
    /// INCLUDE columns of an index are taken for further keys of it, where `include_columns` is false.
    pub include_columns_are_keys: bool,
    /// Tables whose foreign keys may bear any name.
    pub unnamed_foreign_keys: BTreeSet<QualifiedName>,
}

/// A table or enum that a tool is told to leave alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftAlone {
    /// `Table` or `Enum`.
    pub kind: ObjectKind,
    /// `None` is any schema.
    pub schema: Option<String>,
    pub name: String,
}

impl Language {
    /// The language that can say everything and whose tool sees every difference but compares no names: a start for literals.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            checks: true,
            policies: true,
            row_level_security: true,
            views: true,
            sequences: true,
            functions: true,
            triggers: true,
            extensions: true,
            domains: true,
            composite_types: true,
            exclusions: true,
            partial_indexes: true,
            expression_indexes: true,
            index_key_options: true,
            include_columns: true,
            nulls_not_distinct: true,
            deferrable: true,
            collations: true,
            comments: true,
            generated_columns: true,
            partitions: true,
            sql_only: true,
            unique_index_is_constraint: false,
            names: NameDrift::Ignored,
            how_to_rename: "",
            drops_undeclared: false,
            passed_over: Vec::new(),
            schemas: None,
            left_alone: Vec::new(),
            array_nullability: true,
            loose_time_precision: false,
            loose_time_defaults: false,
            counting_forms_equal: false,
            named_types: None,
            named_index_methods: None,
            open: BTreeSet::new(),
            verbatim_defaults: BTreeSet::new(),
            duplicate_indexes_are_one: false,
            opclasses_beyond_btree: true,
            include_columns_are_keys: false,
            unnamed_foreign_keys: BTreeSet::new(),
        }
    }
}

/// The consequence of a difference in name only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameDrift {
    /// The tool never looks: info.
    Ignored,
    /// The tool's next migration renames: warning.
    Renamed,
}
