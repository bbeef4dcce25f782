//! The statement types.

use crate::model::{
    Action, Deferrable, Expr, FunctionKind, IndexKey, MatchKind, ObjectKind, Persistence, PolicyCommand,
    SequenceOptions, TypeName,
};
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
    pub copied_from: Option<Name>,
    pub span: Span,
}

/// What a statement asks for.
#[derive(Clone, PartialEq, Debug)]
#[allow(clippy::large_enum_variant)] // statements are built once and read in order
pub enum Op {
    CreateSchema {
        name: Option<String>,
        if_not_exists: bool,
        elements: Vec<Statement>,
    },
    CreateTable(CreateTable),
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
    AlterFunction {
        name: Name,
        arguments: Option<Vec<TypeUse>>,
    },
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
    pub not_null: bool,
    /// NULL was written.
    pub null: bool,
    pub default: Option<Expr>,
    pub identity: Option<IdentityDef>,
    pub generated: Option<(Expr, bool)>,
    /// Constraints written with the column (primary key, unique, references, check).
    pub constraints: Vec<ConstraintDef>,
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
pub struct CreateTableAs {
    pub name: Name,
    pub if_not_exists: bool,
    pub persistence: Persistence,
    /// MATERIALIZED VIEW, else TABLE (SELECT … INTO too).
    pub materialized: bool,
    /// Column names given after the name.
    pub column_names: Vec<String>,
    pub query: Query,
    pub with_data: bool,
    pub options: Vec<(String, String)>,
}

/// A query that defines a relation.
#[derive(Clone, PartialEq, Debug)]
pub struct Query {
    pub sql: String,
    pub span: Span,
    /// Relations in FROM, as written, without CTE names.
    pub relations: Vec<Name>,
    /// Functions called, as written.
    pub functions: Vec<Name>,
    /// The output columns as far as the syntax tells.
    pub columns: Vec<OutputColumn>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum OutputColumn {
    /// A plain column of a relation: `relation` is the alias or table name where written.
    Column { relation: Option<String>, column: String, name: String },
    /// An expression, its type where a cast or constant tells it.
    Expr { name: String, ty: Option<TypeUse> },
    /// `*` or `t.*`
    Star { relation: Option<String> },
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
    ReplicaIdentity,
    /// OWNER, STATISTICS, STORAGE, COMPRESSION, TABLESPACE, CLUSTER, …: nothing the model holds. The clause in upper case.
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

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EnumPosition {
    Before(String),
    After(String),
}

#[derive(Clone, PartialEq, Debug)]
pub enum DomainAction {
    SetDefault(Expr),
    DropDefault,
    SetNotNull,
    DropNotNull,
    AddCheck { name: Option<String>, expr: Expr, not_valid: bool },
    DropConstraint { name: String, if_exists: bool, cascade: bool },
    ValidateConstraint { name: String },
}

#[derive(Clone, PartialEq, Debug)]
pub enum AttributeAction {
    Add { name: String, ty: TypeUse },
    Drop { name: String, if_exists: bool },
    SetType { name: String, ty: TypeUse },
}

/// Options given to CREATE or ALTER SEQUENCE; outer `None` is "not written", `Some(None)` is NO MINVALUE / OWNED BY NONE and the like.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SequenceChange {
    pub data_type: Option<TypeUse>,
    pub start: Option<i64>,
    pub increment: Option<i64>,
    pub min: Option<Option<i64>>,
    pub max: Option<Option<i64>>,
    pub cache: Option<i64>,
    pub cycle: Option<bool>,
    /// Table and column.
    pub owned_by: Option<Option<(Name, String)>>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct CreateView {
    pub name: Name,
    pub replace: bool,
    pub temporary: bool,
    pub recursive: bool,
    pub column_names: Vec<String>,
    pub query: Query,
    pub options: Vec<(String, String)>,
    pub check_option: Option<String>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct CreatePolicy {
    pub name: String,
    pub table: Name,
    pub permissive: bool,
    pub command: PolicyCommand,
    pub roles: Vec<String>,
    pub using: Option<Expr>,
    pub with_check: Option<Expr>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct CreateFunction {
    pub name: Name,
    pub kind: FunctionKind,
    pub replace: bool,
    /// Every argument: name, mode (`i o b v t` as in pg_proc.proargmodes), type, default as SQL.
    pub arguments: Vec<FunctionArgument>,
    pub returns: Option<TypeUse>,
    pub returns_set: bool,
    pub language: Option<String>,
    /// The body between its quotes, and where it stands.
    pub body: Option<(String, Span)>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct FunctionArgument {
    pub name: Option<String>,
    pub mode: char,
    pub ty: TypeUse,
    pub default: Option<Expr>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct CreateTrigger {
    pub name: String,
    pub table: Name,
    pub replace: bool,
    pub constraint: bool,
    pub function: Name,
    /// UPDATE OF columns
    pub columns: Vec<String>,
    pub row: bool,
}

/// What DROP names. Functions carry their argument types where written.
#[derive(Clone, PartialEq, Debug)]
pub enum DropTarget {
    Relations {
        kind: RelationKind,
        names: Vec<Name>,
    },
    /// DROP TYPE or DROP DOMAIN
    Types {
        names: Vec<Name>,
        domain: bool,
    },
    Schemas(Vec<(String, Span)>),
    Extensions(Vec<(String, Span)>),
    Functions {
        kind: FunctionKind,
        names: Vec<(Name, Option<Vec<TypeUse>>)>,
    },
    Trigger {
        name: String,
        table: Name,
    },
    Policy {
        name: String,
        table: Name,
    },
    Rule {
        name: String,
        table: Name,
    },
    Roles(Vec<String>),
    /// Carried objects: what they are, and their names.
    Opaque {
        what: String,
        names: Vec<Name>,
    },
}

#[derive(Clone, PartialEq, Debug)]
pub enum RenameTarget {
    Relation { kind: RelationKind, name: Name },
    Column { relation: Name, column: String },
    Attribute { ty: Name, attribute: String },
    Constraint { relation: Name, constraint: String },
    DomainConstraint { domain: Name, constraint: String },
    Type(Name),
    Schema(String),
    Function { kind: FunctionKind, name: Name, arguments: Option<Vec<TypeUse>> },
    Trigger { table: Name, trigger: String },
    Policy { table: Name, policy: String },
    Rule { table: Name, rule: String },
    Role(String),
    Opaque { what: String, name: Name },
}

#[derive(Clone, PartialEq, Debug)]
pub enum SchemaTarget {
    Relation { kind: RelationKind, name: Name },
    Type(Name),
    Function { kind: FunctionKind, name: Name, arguments: Option<Vec<TypeUse>> },
    Extension(String),
    Opaque { what: String, name: Name },
}

#[derive(Clone, PartialEq, Debug)]
pub enum CommentTarget {
    Relation { kind: RelationKind, name: Name },
    Column { relation: Name, column: String },
    Constraint { relation: Name, constraint: String },
    Type(Name),
    Schema(String),
    Extension(String),
    Function { name: Name, arguments: Option<Vec<TypeUse>> },
    Trigger { table: Name, trigger: String },
    Policy { table: Name, policy: String },
    Other { kind: Option<ObjectKind>, what: &'static str },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TransactionOp {
    Begin,
    Commit,
    Rollback,
    Savepoint(String),
    Release(String),
    RollbackTo(String),
}

/// A statement that writes rows.
#[derive(Clone, PartialEq, Debug)]
pub struct Write {
    pub verb: WriteVerb,
    pub relation: Name,
    /// Columns written (INSERT's list, UPDATE's SET), as far as written.
    pub columns: Vec<(String, Span)>,
    /// Other relations read, as written, without CTE names.
    pub reads: Vec<Name>,
    /// Columns of the written relation that RETURNING, WHERE or ON CONFLICT name without qualification; empty when other relations are read.
    pub uses: Vec<(String, Span)>,
    /// Functions called, with constant arguments (`SELECT`-lists of data statements may run a migration's own functions).
    pub calls: Vec<Call>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WriteVerb {
    Insert,
    Update,
    Delete,
    Merge,
    Truncate,
    Copy,
}

/// A function call with arguments as SQL.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    pub function: Name,
    pub arguments: Vec<String>,
    pub span: Span,
}
