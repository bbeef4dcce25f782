//! From PostgreSQL's parse trees to [`Op`]s, one file per family of statements.
//!
//! Every statement of the grammar ends in an `Op`; what it does to the model is said, or that it does nothing, or that this cannot be told.
//! Nothing is passed over.

mod alter;
mod context;
mod data;
mod function;
mod given;
mod object;
mod other;
mod query;
mod sequence;
mod table;
mod trigger;
mod types;
mod updatable;

pub(super) use context::{Lower, scalar, strings};
pub(super) use query::{argument_names, implied_column_name};

use pg_query::NodeEnum;
use pg_query::protobuf::{IndexStmt, TransactionStmt, TransactionStmtKind};

use crate::ddl::{CreateIndex, Op, TransactionOp};
use context::{non_empty, roles};

/// What a statement asks for.
pub(super) fn lower(lower: &mut Lower<'_>, node: &NodeEnum) -> Op {
    let lower = &*lower;
    let known = match node {
        NodeEnum::CreateStmt(n) => Some(Op::CreateTable(Box::new(table::create_table(lower, n)))),
        NodeEnum::CreateForeignTableStmt(n) => {
            table::create_foreign_table(lower, n).map(|table| Op::CreateTable(Box::new(table)))
        }
        NodeEnum::AlterTableStmt(n) => Some(alter::alter_table(lower, n)),
        NodeEnum::IndexStmt(n) => Some(create_index(lower, n)),
        NodeEnum::CreateEnumStmt(n) => Some(types::create_enum(lower, n)),
        NodeEnum::AlterEnumStmt(n) => Some(types::alter_enum(lower, n)),
        NodeEnum::CreateDomainStmt(n) => types::create_domain(lower, n),
        NodeEnum::AlterDomainStmt(n) => Some(types::alter_domain(lower, n)),
        NodeEnum::CompositeTypeStmt(n) => Some(types::create_composite(lower, n)),
        NodeEnum::CreateRangeStmt(n) => Some(types::create_range(lower, n)),
        NodeEnum::CreateSeqStmt(n) => Some(sequence::create_sequence(lower, n)),
        NodeEnum::AlterSeqStmt(n) => Some(sequence::alter_sequence(lower, n)),
        NodeEnum::ViewStmt(n) => query::create_view(lower, n),
        NodeEnum::CreateTableAsStmt(n) => query::create_table_as(lower, n),
        NodeEnum::RefreshMatViewStmt(n) => Some(Op::RefreshMaterializedView {
            name: lower.relation(n.relation.as_ref()),
            concurrently: n.concurrent,
            with_data: !n.skip_data,
        }),
        NodeEnum::CreateFunctionStmt(n) => Some(function::create_function(lower, n)),
        NodeEnum::CreateTrigStmt(n) => Some(trigger::create_trigger(lower, n)),
        NodeEnum::DoStmt(n) => Some(function::do_block(lower, n)),
        NodeEnum::DropStmt(n) => Some(object::drop(lower, n)),
        NodeEnum::RenameStmt(n) => Some(object::rename(lower, n)),
        NodeEnum::AlterObjectSchemaStmt(n) => Some(object::set_schema(lower, n)),
        NodeEnum::CommentStmt(n) => Some(object::comment(lower, n)),
        NodeEnum::SelectStmt(n) => Some(data::select(lower, n, node)),
        NodeEnum::InsertStmt(n) => Some(data::insert(lower, n, node)),
        NodeEnum::UpdateStmt(n) => Some(data::update(lower, n, node)),
        NodeEnum::DeleteStmt(n) => Some(data::delete(lower, n, node)),
        NodeEnum::MergeStmt(n) => Some(data::merge(lower, n, node)),
        NodeEnum::CopyStmt(n) => Some(data::copy(lower, n, node)),
        NodeEnum::TruncateStmt(n) => Some(data::truncate(lower, n)),
        NodeEnum::CallStmt(n) => data::call(lower, n),
        NodeEnum::VariableSetStmt(n) => Some(data::set(n)),
        NodeEnum::TransactionStmt(n) => Some(transaction(n)),
        _ => other::lower(lower, node),
    };
    known.unwrap_or_else(|| Op::Opaque {
        what: command_words(lower),
        why: "this form of the statement is not known".into(),
    })
}

/// The first two words of a statement, for messages.
fn command_words(lower: &Lower<'_>) -> String {
    let words = lower.statement_text().split_whitespace().take(2);
    words.map(|w| w.chars().take(40).collect::<String>().to_ascii_uppercase()).collect::<Vec<_>>().join(" ")
}

fn create_index(lower: &Lower<'_>, raw: &IndexStmt) -> Op {
    let mut columns: Vec<String> = Vec::new();
    let mut keys = Vec::with_capacity(raw.index_params.len());
    for node in &raw.index_params {
        let Some(NodeEnum::IndexElem(element)) = node.node.as_ref() else { continue };
        let (key, named) = table::index_key(lower, element);
        if element.expr.is_some() {
            columns.extend(named);
        }
        keys.push(key);
    }
    let predicate = raw.where_clause.as_deref().map(|n| lower.expr_with_columns(n));
    if let Some((_, named)) = &predicate {
        columns.extend(named.iter().cloned());
    }
    let mut seen = std::collections::HashSet::new();
    columns.retain(|c| seen.insert(c.clone()));
    let include = raw.index_including_params.iter().filter_map(|n| match n.node.as_ref() {
        Some(NodeEnum::IndexElem(element)) => non_empty(&element.name),
        _ => None,
    });
    Op::CreateIndex(CreateIndex {
        name: non_empty(&raw.idxname),
        table: lower.relation(raw.relation.as_ref()),
        unique: raw.unique,
        nulls_not_distinct: raw.nulls_not_distinct,
        concurrently: raw.concurrent,
        if_not_exists: raw.if_not_exists,
        only: raw.relation.as_ref().is_some_and(|r| !r.inh),
        method: if raw.access_method.is_empty() { "btree".into() } else { raw.access_method.clone() },
        keys,
        include: include.collect(),
        predicate: predicate.map(|(expr, _)| expr),
        columns,
        options: lower.options(&raw.options),
    })
}

fn transaction(raw: &TransactionStmt) -> Op {
    let name = || raw.savepoint_name.clone();
    if raw.chain {
        let commit = raw.kind == TransactionStmtKind::TransStmtCommit as i32;
        return Op::Transaction(TransactionOp::Chain { commit });
    }
    Op::Transaction(match TransactionStmtKind::try_from(raw.kind).unwrap_or_default() {
        TransactionStmtKind::TransStmtBegin | TransactionStmtKind::TransStmtStart => {
            TransactionOp::Begin { read_only: data::read_only(&raw.options) }
        }
        TransactionStmtKind::TransStmtCommit | TransactionStmtKind::TransStmtCommitPrepared => TransactionOp::Commit,
        TransactionStmtKind::TransStmtSavepoint => TransactionOp::Savepoint(name()),
        TransactionStmtKind::TransStmtRelease => TransactionOp::Release(name()),
        TransactionStmtKind::TransStmtRollbackTo => TransactionOp::RollbackTo(name()),
        TransactionStmtKind::TransStmtPrepare => {
            return Op::Opaque {
                what: "PREPARE TRANSACTION".into(),
                why: "whether the prepared transaction is committed is not known".into(),
            };
        }
        _ => TransactionOp::Rollback,
    })
}

/// Roles of a policy: `public` where none is written.
fn policy_roles(nodes: &[pg_query::protobuf::Node]) -> Vec<String> {
    let mut names = roles(nodes);
    if names.is_empty() {
        names.push("public".into());
    }
    names
}
