//! CREATE TRIGGER, and what it may not say whatever its table is (`CreateTriggerFiringOn` in src/backend/commands/trigger.c).

use pg_query::NodeEnum;
use pg_query::protobuf::{CreateTrigStmt, Node};

use super::context::{Lower, cut, names, node_string};
use crate::ddl::postgres::walk::walk;
use crate::ddl::{CreateTrigger, Op, TriggerColumn, TriggerTime};

/// `TRIGGER_TYPE_*` in src/include/catalog/pg_trigger.h
const BEFORE: i32 = 1 << 1;
const INSERT: i32 = 1 << 2;
const DELETE: i32 = 1 << 3;
const UPDATE: i32 = 1 << 4;
const TRUNCATE: i32 = 1 << 5;
const INSTEAD: i32 = 1 << 6;

pub(super) fn create_trigger(lower: &Lower<'_>, raw: &CreateTrigStmt) -> Op {
    Op::CreateTrigger(CreateTrigger {
        name: cut(&raw.trigname),
        table: lower.relation(raw.relation.as_ref()),
        replace: raw.replace,
        constraint: raw.isconstraint,
        function: lower.name(&raw.funcname),
        columns: names(&raw.columns),
        row: raw.row,
        time: match raw.timing {
            BEFORE => TriggerTime::Before,
            INSTEAD => TriggerTime::InsteadOf,
            _ => TriggerTime::After,
        },
        truncates: raw.events & TRUNCATE != 0,
        transitions: !raw.transition_rels.is_empty(),
        condition: raw.when_clause.as_deref().map(condition_columns).unwrap_or_default(),
        flaw: flaw(raw),
    })
}

fn condition_columns(when: &Node) -> Vec<TriggerColumn> {
    let mut found = Vec::new();
    let Some(when) = when.node.as_ref() else { return found };
    walk(when, &mut |node| {
        if let NodeEnum::ColumnRef(reference) = node
            && let [row, rest @ ..] = reference.fields.as_slice()
            && let Some(row @ ("old" | "new")) = node_string(row)
        {
            let column = rest.first().and_then(node_string).map(cut);
            found.push(TriggerColumn { new: row == "new", column });
        }
        true
    });
    found
}

fn flaw(raw: &CreateTrigStmt) -> Option<&'static str> {
    if raw.row && raw.events & TRUNCATE != 0 {
        return Some("TRUNCATE FOR EACH ROW triggers are not supported");
    }
    if raw.timing == INSTEAD {
        if !raw.row {
            return Some("INSTEAD OF triggers must be FOR EACH ROW");
        }
        if raw.when_clause.is_some() {
            return Some("INSTEAD OF triggers cannot have WHEN conditions");
        }
        if !raw.columns.is_empty() {
            return Some("INSTEAD OF triggers cannot have column lists");
        }
    }
    transition_flaw(raw).or_else(|| raw.when_clause.as_deref().and_then(|when| condition_flaw(raw, when)))
}

fn transition_flaw(raw: &CreateTrigStmt) -> Option<&'static str> {
    let tables = raw.transition_rels.iter().filter_map(|node| match node.node.as_ref() {
        Some(NodeEnum::TriggerTransition(transition)) => Some(transition),
        _ => None,
    });
    for table in tables {
        if raw.timing != 0 {
            return Some("transition table name can only be specified for an AFTER trigger");
        }
        if raw.events & TRUNCATE != 0 {
            return Some("TRUNCATE triggers with transition tables are not supported");
        }
        if (raw.events & (INSERT | UPDATE | DELETE)).count_ones() != 1 {
            return Some("transition tables cannot be specified for triggers with more than one event");
        }
        if !raw.columns.is_empty() {
            return Some("transition tables cannot be specified for triggers with column lists");
        }
        if table.is_new && raw.events & (INSERT | UPDATE) == 0 {
            return Some("NEW TABLE can only be specified for an INSERT or UPDATE trigger");
        }
        if !table.is_new && raw.events & (DELETE | UPDATE) == 0 {
            return Some("OLD TABLE can only be specified for a DELETE or UPDATE trigger");
        }
    }
    None
}

/// A row that is not there cannot be asked for.
fn condition_flaw(raw: &CreateTrigStmt, when: &Node) -> Option<&'static str> {
    let (mut old, mut new) = (false, false);
    walk(when.node.as_ref()?, &mut |node| {
        if let NodeEnum::ColumnRef(column) = node {
            let first = column.fields.first().and_then(node_string);
            old |= first == Some("old");
            new |= first == Some("new");
        }
        true
    });
    if !raw.row && (old || new) {
        return Some("statement trigger's WHEN condition cannot reference column values");
    }
    if old && raw.events & INSERT != 0 {
        return Some("INSERT trigger's WHEN condition cannot reference OLD values");
    }
    if new && raw.events & DELETE != 0 {
        return Some("DELETE trigger's WHEN condition cannot reference NEW values");
    }
    None
}
