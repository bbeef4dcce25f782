//! The statement types.

mod object;
mod query;
mod table;
mod target;

pub use object::{
    AggregateDef, AttributeAction, CreateFunction, CreatePolicy, CreateTrigger, DomainAction, EnumPosition,
    FunctionArgument, SequenceChange, TriggerColumn, TriggerTime,
};
pub use query::{
    Arbiter, Call, Constant, ConstantTo, CreateTableAs, CreateView, Given, GivenConstant, GivenTo, OutputColumn, Query,
    Write, WriteVerb,
};
pub use table::{
    AlterAction, Bound, ColumnDef, ConstraintDef, ConstraintKind, CreateIndex, CreateTable, IdentityDef, LikeOptions,
    PartitionBy, TableElement,
};
pub use target::{CommentTarget, DropTarget, Owned, RenameTarget, Routine, SchemaTarget, TransactionOp};

use crate::model::{Expr, Persistence, TypeName};
use crate::source::Span;

/// One statement and where it stands (from its first token to its last, without the semicolon).
#[derive(Clone, PartialEq, Debug)]
pub struct Statement {
    pub span: Span,
    pub op: Op,
}

/// A name as written: folded, cut to 63 bytes, its schema only where one was given.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Name {
    pub schema: Option<String>,
    pub name: String,
    pub span: Span,
}

/// A type as written. `name` is canonical for built-in types (`int4` gives `integer`); `ty.schema` is `None` unless written
/// (`pg_catalog` counts as not written).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeUse {
    pub ty: TypeName,
    /// `serial`, `bigserial`, `smallserial`: `ty` is then the integer type.
    pub serial: bool,
    /// `%TYPE` and the like: cannot be told from the statement alone.
    pub copied_from: Option<Box<Name>>,
    pub span: Span,
}

/// What a statement asks for.
#[derive(Clone, PartialEq, Debug)]
#[allow(clippy::large_enum_variant)] // statements are built once and read in order
pub enum Op {
    CreateSchema {
        name: Option<String>,
        if_not_exists: bool,
        /// AUTHORIZATION
        owner: Option<String>,
        elements: Vec<Statement>,
    },
    /// By far the largest, and every statement takes the room of the largest.
    CreateTable(Box<CreateTable>),
    CreateTableAs(CreateTableAs),
    /// ALTER TABLE, and the same actions on a view, sequence, index, materialized view or foreign table.
    AlterTable {
        relation: Name,
        kind: RelationKind,
        if_exists: bool,
        only: bool,
        actions: Vec<AlterAction>,
    },
    CreateIndex(CreateIndex),
    CreateEnum {
        name: Name,
        labels: Vec<(String, Span)>,
    },
    AddEnumValue {
        name: Name,
        value: String,
        if_not_exists: bool,
        position: Option<EnumPosition>,
    },
    RenameEnumValue {
        name: Name,
        from: String,
        to: String,
    },
    CreateDomain {
        name: Name,
        base: TypeUse,
        collation: Option<String>,
        default: Option<Expr>,
        not_null: bool,
        checks: Vec<(Option<String>, Expr)>,
    },
    AlterDomain {
        name: Name,
        action: DomainAction,
    },
    /// ALTER TYPE … ADD | DROP | ALTER ATTRIBUTE
    AlterComposite {
        name: Name,
        actions: Vec<AttributeAction>,
    },
    CreateComposite {
        name: Name,
        attributes: Vec<(String, TypeUse)>,
    },
    /// Shell, base and range types: `definition` is carried.
    CreateOtherType {
        name: Name,
        what: &'static str,
        /// The name of a range type's multirange, where it is written.
        multirange: Option<Name>,
        /// What it is made of: a range's subtype, the functions of a base type.
        types: Vec<TypeUse>,
        functions: Vec<Name>,
    },
    CreateSequence {
        name: Name,
        if_not_exists: bool,
        persistence: Persistence,
        options: SequenceChange,
    },
    AlterSequence {
        name: Name,
        if_exists: bool,
        options: SequenceChange,
    },
    CreateView(CreateView),
    RefreshMaterializedView {
        name: Name,
        concurrently: bool,
        with_data: bool,
    },
    CreatePolicy(CreatePolicy),
    AlterPolicy {
        name: String,
        table: Name,
        roles: Option<Vec<String>>,
        using: Option<Expr>,
        with_check: Option<Expr>,
    },
    CreateFunction(CreateFunction),
    CreateTrigger(CreateTrigger),
    CreateExtension {
        name: String,
        if_not_exists: bool,
        schema: Option<String>,
        version: Option<String>,
        cascade: bool,
    },
    AlterExtensionSchema {
        name: String,
        schema: String,
    },
    CreateRole {
        name: String,
        /// Neither SUPERUSER nor IN ROLE was written.
        plain: bool,
    },
    /// GRANT role TO …: members of other roles; ALTER ROLE, with nothing granted: roles that may do more from then on.
    RolesGain {
        names: Vec<String>,
        granted: Vec<String>,
    },
    /// ALTER … OWNER TO, but of relations, where it is an action of ALTER TABLE.
    SetOwner {
        of: Owned,
        role: String,
    },
    Drop {
        what: DropTarget,
        if_exists: bool,
        cascade: bool,
        concurrently: bool,
    },
    Rename {
        what: RenameTarget,
        to: String,
        if_exists: bool,
    },
    SetSchema {
        what: SchemaTarget,
        schema: String,
        if_exists: bool,
    },
    Comment {
        on: CommentTarget,
        text: Option<String>,
    },
    /// SET name = … (`values` is `None` for DEFAULT and RESET; for `search_path` the list of schemas), also `SELECT set_config('name', 'value', local)`.
    /// RESET ALL has the name `all`.
    Set {
        name: String,
        values: Option<Vec<String>>,
        local: bool,
    },
    /// ALTER DATABASE … SET name = …: for the sessions to come.
    SetForDatabase {
        name: String,
        values: Option<Vec<String>>,
    },
    Transaction(TransactionOp),
    /// INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY … FROM: which relation is written, and how.
    Write(Write),
    /// A query at the top level; `calls` are functions in its select list that a migration may have defined, with constant arguments as SQL.
    Select {
        calls: Vec<Call>,
        sql: String,
    },
    /// CALL procedure(…)
    Call(Call),
    /// DO: `source` is the body between the quotes, `body` its place.
    Do {
        language: String,
        source: String,
        body: Span,
    },
    /// PREPARE/EXECUTE, LISTEN, VACUUM, REINDEX, CLUSTER, ANALYZE, LOCK, GRANT, REVOKE, ALTER DEFAULT PRIVILEGES, OWNER TO …: understood to
    /// change no object of the model. `what` is the command tag in upper case.
    NoEffect {
        what: &'static str,
        relation: Option<Name>,
    },
    /// An object that is carried as text: rule, event trigger, operator, cast, text search configuration, publication, server, …
    CreateOpaque {
        what: String,
        name: Name,
        on: Option<Name>,
        if_not_exists: bool,
        replace: bool,
    },
    /// ALTER of a carried object: it belongs to the object's definition. `what` as in [`Op::CreateOpaque`].
    AlterOpaque {
        what: String,
        name: Name,
    },
    /// ALTER FUNCTION, PROCEDURE or ROUTINE with options (volatility, SET, …); the object keeps its signature.
    AlterFunction(Routine),
    /// Understood as a statement, but what it changes cannot be told; `why` reads after "because".
    Opaque {
        what: String,
        why: String,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RelationKind {
    Table,
    ForeignTable,
    View,
    MaterializedView,
    Index,
    Sequence,
    Composite,
}
