//! Sequences and their options.

use pg_query::protobuf::{AlterSeqStmt, CreateSeqStmt, DefElem, Node};

use super::context::{Lower, boolean, cut, def_elem, integer, list_items, strings};
use super::table::{persistence, type_use};
use crate::ddl::{Op, SequenceChange};
use crate::model::SequenceOptions;

pub(super) fn create_sequence(lower: &Lower<'_>, raw: &CreateSeqStmt) -> Op {
    Op::CreateSequence {
        name: lower.relation(raw.sequence.as_ref()),
        if_not_exists: raw.if_not_exists,
        persistence: persistence(raw.sequence.as_ref()),
        options: sequence_change(lower, &raw.options),
    }
}

pub(super) fn alter_sequence(lower: &Lower<'_>, raw: &AlterSeqStmt) -> Op {
    Op::AlterSequence {
        name: lower.relation(raw.sequence.as_ref()),
        if_exists: raw.missing_ok,
        options: sequence_change(lower, &raw.options),
    }
}

pub(super) fn sequence_change(lower: &Lower<'_>, nodes: &[Node]) -> SequenceChange {
    let mut change = SequenceChange::default();
    let mut names: Vec<&str> = Vec::new();
    for def in nodes.iter().filter_map(def_elem) {
        if names.contains(&def.defname.as_str()) {
            change.flaw = change.flaw.or(Some("conflicting or redundant options"));
        }
        names.push(&def.defname);
        let value = integer(def.arg.as_deref());
        match def.defname.as_str() {
            "as" => {
                change.data_type = match def.arg.as_deref().and_then(|n| n.node.as_ref()) {
                    Some(pg_query::NodeEnum::TypeName(ty)) => Some(type_use(lower, ty)),
                    _ => None,
                }
            }
            "start" => change.start = value,
            "increment" => change.increment = value,
            "minvalue" => change.min = Some(value),
            "maxvalue" => change.max = Some(value),
            "cache" => change.cache = value,
            "cycle" => change.cycle = Some(boolean(def.arg.as_deref())),
            "owned_by" => match owner(lower, def) {
                Some(owner) => change.owned_by = Some(owner),
                None => change.flaw = change.flaw.or(Some("invalid OWNED BY option")),
            },
            // RESTART sets the current value, LOGGED the persistence: neither is in the model.
            _ => {}
        }
    }
    change
}

/// `Some(None)` for OWNED BY NONE, a list of one word; `None` for any other single word (`process_owned_by` in sequence.c).
#[allow(clippy::option_option)] // as in `SequenceChange`
fn owner(lower: &Lower<'_>, def: &DefElem) -> Option<Option<(crate::ddl::Name, String)>> {
    let parts = strings(list_items(def.arg.as_deref()));
    match parts.split_last()? {
        (column, []) => (column == "none").then_some(None),
        (column, table) => Some(Some((lower.name_of(table), cut(column)))),
    }
}

/// Options of an identity column: the server's defaults are `None`.
pub(super) fn sequence_options(lower: &Lower<'_>, nodes: &[Node]) -> SequenceOptions {
    let change = sequence_change(lower, nodes);
    SequenceOptions {
        data_type: change.data_type.map(|t| t.ty),
        start: change.start,
        increment: change.increment,
        min: change.min.flatten(),
        max: change.max.flatten(),
        cache: change.cache,
        cycle: change.cycle.unwrap_or(false),
    }
}
