//! What older servers refuse. Asked only where the config says the version (`postgres-version`).

use super::IssueKind;
use super::refusal::Ran;
use super::state::State;
use crate::ddl::{ConstraintKind, CreateTable, TableElement};

impl State {
    pub(super) fn check_version(&self, def: &CreateTable) -> Ran<()> {
        let Some(version) = self.version else { return Ok(()) };
        let excludes = |e: &TableElement| matches!(e, TableElement::Constraint(c) if matches!(c.kind, ConstraintKind::Exclude { .. }));
        let generates = |e: &TableElement| matches!(e, TableElement::Column(c) if c.generated.is_some());
        let message = if version < 17 && def.partition_by.is_some() && def.access_method.is_some() {
            "specifying a table access method is not supported on a partitioned table"
        } else if version < 17 && def.partition_by.is_some() && def.elements.iter().any(excludes) {
            "exclusion constraints are not supported on partitioned tables"
        } else if version < 16 && def.partition_of.is_some() && def.elements.iter().any(generates) {
            "generated columns are not supported on partitions"
        } else {
            return Ok(());
        };
        Err(self.refuse(IssueKind::InvalidDefinition, "0A000", message).at(def.name.span))
    }
}
