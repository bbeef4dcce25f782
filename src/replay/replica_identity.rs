//! REPLICA IDENTITY USING INDEX: by which index a row may be known (`ATExecReplicaIdentity` in src/backend/commands/tablecmds.c).

use super::IssueKind;
use super::indexes::column_of;
use super::refusal::Ran;
use super::state::State;
use crate::model::{Deferrable, Known, ObjectKind, ObjectRef, QualifiedName};

impl State {
    pub(super) fn check_replica_identity(&self, table: &QualifiedName, index: &str) -> Ran<()> {
        let Some(found) = self.table(table) else { return Ok(()) };
        let about = ObjectRef::top(ObjectKind::Index, &QualifiedName::new(&table.schema, index));
        let refuse = |code: &'static str, message: String| {
            Err(self.refuse(IssueKind::InvalidReference, code, message).of(about.clone()))
        };
        let key = found.primary_key.iter().chain(&found.uniques).find(|k| k.name == index);
        let columns: Vec<String> = if let Some(key) = key {
            if key.deferrable != Deferrable::No {
                return refuse("42809", format!("cannot use non-immediate index \"{index}\" as replica identity"));
            }
            key.columns.clone()
        } else if let Some(own) = found.indexes.iter().find(|i| i.name == index) {
            let what = if !own.unique {
                "non-unique"
            } else if own.keys.iter().any(|k| column_of(k).is_none()) {
                "expression"
            } else if matches!(own.predicate, Known::Known(Some(_))) {
                "partial"
            } else {
                ""
            };
            if !what.is_empty() {
                return refuse("42809", format!("cannot use {what} index \"{index}\" as replica identity"));
            }
            own.keys.iter().filter_map(column_of).map(str::to_owned).collect()
        } else if self.relations.contains_key(&QualifiedName::new(&table.schema, index)) {
            return refuse("42809", format!("\"{index}\" is not an index for table \"{}\"", table.name));
        } else {
            return refuse("42704", format!("index \"{index}\" for table \"{}\" does not exist", table.name));
        };
        let is_nullable = |c: &&String| found.column(c).is_some_and(|c| c.not_null == Known::Known(false));
        if let Some(column) = columns.iter().find(is_nullable) {
            return refuse(
                "42809",
                format!("index \"{index}\" cannot be used as replica identity because column \"{column}\" is nullable"),
            );
        }
        Ok(())
    }
}
