//! Statements about tables, their columns, constraints and indexes.

use super::{Name, TypeUse};
use crate::model::{Action, Deferrable, Expr, IndexKey, MatchKind, Persistence, SequenceOptions};
use crate::source::Span;

#[derive(Clone, PartialEq, Debug)]
pub struct CreateTable {
    pub name: Name,
    pub if_not_exists: bool,
    pub persistence: Persistence,
    pub elements: Vec<TableElement>,
    pub inherits: Vec<Name>,
    pub partition_by: Option<PartitionBy>,
    pub partition_of: Option<(Name, Bound)>,
    /// OF type
    pub of_type: Option<Name>,
    pub options: Vec<(String, String)>,
    /// USING method
    pub access_method: Option<String>,
    /// FOREIGN TABLE: server and options
    pub foreign: Option<(String, Vec<(String, String)>)>,
    /// ON COMMIT DROP
    pub on_commit_drop: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub struct PartitionBy {
    /// `RANGE (a, lower(b))`
    pub sql: String,
    pub columns: Vec<String>,
}

/// `FOR VALUES …` or `DEFAULT`, as SQL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bound {
    pub sql: String,
    /// Why the server takes it for no partition, where its values alone tell.
    pub flaw: Option<&'static str>,
}

#[derive(Clone, PartialEq, Debug)]
#[allow(clippy::large_enum_variant)] // as for `Op`
pub enum TableElement {
    Column(ColumnDef),
    Constraint(ConstraintDef),
    /// LIKE source INCLUDING …
    Like {
        source: Name,
        including: LikeOptions,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LikeOptions {
    pub comments: bool,
    pub constraints: bool,
    pub defaults: bool,
    pub generated: bool,
    pub identity: bool,
    pub indexes: bool,
    pub statistics: bool,
    pub storage: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ColumnDef {
    pub name: String,
    /// `None` in `CREATE TABLE … OF type` and PARTITION OF, where only constraints are added.
    pub ty: Option<TypeUse>,
    pub collation: Option<String>,
    /// COMPRESSION method
    pub compression: Option<String>,
    pub not_null: bool,
    /// NULL was written.
    pub null: bool,
    pub default: Option<Expr>,
    /// Boxed, as few columns have one.
    pub identity: Option<Box<IdentityDef>>,
    pub generated: Option<(Expr, bool)>,
    /// Constraints written with the column (primary key, unique, references, check).
    pub constraints: Vec<ConstraintDef>,
    /// A clause that is written twice, in the server's words: `multiple default values specified`.
    pub repeated: Option<&'static str>,
    pub span: Span,
}

#[derive(Clone, PartialEq, Debug)]
pub struct IdentityDef {
    pub always: bool,
    /// SEQUENCE NAME
    pub sequence: Option<Name>,
    pub options: SequenceOptions,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ConstraintDef {
    /// CONSTRAINT name
    pub name: Option<String>,
    pub kind: ConstraintKind,
    pub deferrable: Deferrable,
    pub not_valid: bool,
    pub no_inherit: bool,
    pub span: Span,
}

#[derive(Clone, PartialEq, Debug)]
pub enum ConstraintKind {
    PrimaryKey {
        columns: Vec<String>,
        include: Vec<String>,
        using_index: Option<String>,
        options: Vec<(String, String)>,
    },
    Unique {
        columns: Vec<String>,
        include: Vec<String>,
        nulls_not_distinct: bool,
        using_index: Option<String>,
        options: Vec<(String, String)>,
    },
    /// `ref_columns` empty: the referenced table's primary key.
    ForeignKey {
        columns: Vec<String>,
        ref_table: Name,
        ref_columns: Vec<String>,
        on_delete: Action,
        on_update: Action,
        on_delete_columns: Vec<String>,
        match_kind: MatchKind,
    },
    /// `columns` are those that the expression names.
    Check {
        expr: Expr,
        columns: Vec<String>,
    },
    Exclude {
        method: String,
        elements: Vec<(IndexKey, String)>,
        include: Vec<String>,
        predicate: Option<Expr>,
    },
    /// Named NOT NULL (PostgreSQL 18).
    NotNull {
        column: String,
    },
}

#[derive(Clone, PartialEq, Debug)]
#[allow(clippy::large_enum_variant)] // as for `Op`
pub enum AlterAction {
    AddColumn {
        column: ColumnDef,
        if_not_exists: bool,
        span: Span,
    },
    DropColumn {
        name: String,
        if_exists: bool,
        cascade: bool,
        span: Span,
    },
    SetType {
        column: String,
        ty: TypeUse,
        collation: Option<String>,
        using: Option<Expr>,
        span: Span,
    },
    SetDefault {
        column: String,
        expr: Expr,
    },
    DropDefault {
        column: String,
    },
    SetNotNull {
        column: String,
    },
    DropNotNull {
        column: String,
    },
    AddIdentity {
        column: String,
        identity: IdentityDef,
    },
    SetIdentity {
        column: String,
        always: Option<bool>,
        options: SequenceOptions,
    },
    DropIdentity {
        column: String,
        if_exists: bool,
    },
    SetExpression {
        column: String,
        expr: Expr,
    },
    DropExpression {
        column: String,
        if_exists: bool,
    },
    AddConstraint(ConstraintDef),
    DropConstraint {
        name: String,
        if_exists: bool,
        cascade: bool,
        span: Span,
    },
    ValidateConstraint {
        name: String,
    },
    AlterConstraint {
        name: String,
        deferrable: Deferrable,
    },
    /// ENABLE/DISABLE [REPLICA|ALWAYS] TRIGGER name | ALL | USER: the new tgenabled.
    TriggerState {
        name: Option<String>,
        enabled: char,
    },
    RowLevelSecurity {
        enabled: Option<bool>,
        forced: Option<bool>,
    },
    AttachPartition {
        partition: Name,
        bound: Bound,
    },
    DetachPartition {
        partition: Name,
    },
    /// ALTER INDEX … ATTACH PARTITION
    AttachIndex {
        index: Name,
    },
    Inherit {
        parent: Name,
    },
    NoInherit {
        parent: Name,
    },
    SetPersistence(Persistence),
    SetOptions(Vec<(String, String)>),
    ResetOptions(Vec<String>),
    OfType {
        ty: Option<Name>,
    },
    ReplicaIdentity {
        /// USING INDEX
        index: Option<String>,
    },
    /// OWNER TO
    Owner {
        role: String,
    },
    /// STATISTICS, STORAGE, COMPRESSION, TABLESPACE, CLUSTER, …: nothing the model holds. The clause in upper case.
    NoEffect {
        what: &'static str,
        column: Option<String>,
    },
}

#[derive(Clone, PartialEq, Debug)]
pub struct CreateIndex {
    /// `None`: the server gives it one.
    pub name: Option<String>,
    pub table: Name,
    pub unique: bool,
    pub nulls_not_distinct: bool,
    pub concurrently: bool,
    pub if_not_exists: bool,
    pub only: bool,
    pub method: String,
    pub keys: Vec<IndexKey>,
    pub include: Vec<String>,
    pub predicate: Option<Expr>,
    /// Columns that key expressions and the predicate name.
    pub columns: Vec<String>,
    pub options: Vec<(String, String)>,
}
