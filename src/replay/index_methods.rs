//! What an index method cannot do (indexcmds.c, `DefineIndex` and `ComputeIndexAttrs`; each method's `IndexAmRoutine`).

use super::IssueKind;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::CreateIndex;
use crate::model::SortOrder;

/// What a built-in method can do.
struct Abilities {
    unique: bool,
    include: bool,
    several: bool,
    order: bool,
}

/// `None` for the methods of extensions.
fn abilities(method: &str) -> Option<Abilities> {
    let none = Abilities { unique: false, include: false, several: false, order: false };
    Some(match method {
        "btree" => Abilities { unique: true, include: true, several: true, order: true },
        "hash" => none,
        "gist" => Abilities { include: true, several: true, ..none },
        "spgist" => Abilities { include: true, ..none },
        "gin" | "brin" => Abilities { several: true, ..none },
        _ => return None,
    })
}

impl State {
    pub(super) fn check_index_method(&self, def: &CreateIndex) -> Ran<()> {
        let Some(can) = abilities(&def.method) else { return Ok(()) };
        let lacks = if def.unique && !can.unique {
            "unique indexes"
        } else if !def.include.is_empty() && !can.include {
            "included columns"
        } else if def.keys.len() > 1 && !can.several {
            "multicolumn indexes"
        } else if !can.order && def.keys.iter().any(|key| key.order == SortOrder::Descending) {
            "ASC/DESC options"
        } else if !can.order && def.keys.iter().any(|key| key.nulls.is_some()) {
            "NULLS FIRST/LAST options"
        } else {
            return Ok(());
        };
        let message = format!("access method \"{}\" does not support {lacks}", def.method);
        Err(Refusal::new(IssueKind::InvalidDefinition, "0A000", message)
            .at(def.table.span)
            .uncertain_if(!self.knows_all))
    }
}
