//! WITH (…): which parameters tables, indexes and views have, and the bounds of the fill factor (src/backend/access/common/reloptions.c).

use super::IssueKind;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::source::Span;

/// What the parameters are those of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Storage<'a> {
    Table,
    PartitionedTable,
    /// Of an access method.
    Index(&'a str),
    View,
}

/// Parameters of tables, up to version 18.
const OF_TABLES: &[&str] = &[
    "autovacuum_analyze_scale_factor",
    "autovacuum_analyze_threshold",
    "autovacuum_enabled",
    "autovacuum_freeze_max_age",
    "autovacuum_freeze_min_age",
    "autovacuum_freeze_table_age",
    "autovacuum_multixact_freeze_max_age",
    "autovacuum_multixact_freeze_min_age",
    "autovacuum_multixact_freeze_table_age",
    "autovacuum_vacuum_cost_delay",
    "autovacuum_vacuum_cost_limit",
    "autovacuum_vacuum_insert_scale_factor",
    "autovacuum_vacuum_insert_threshold",
    "autovacuum_vacuum_max_threshold",
    "autovacuum_vacuum_scale_factor",
    "autovacuum_vacuum_threshold",
    "fillfactor",
    "log_autovacuum_min_duration",
    "oids",
    "parallel_workers",
    "toast_tuple_target",
    "user_catalog_table",
    "vacuum_index_cleanup",
    "vacuum_max_eager_freeze_failure_rate",
    "vacuum_truncate",
];

impl Storage<'_> {
    /// `None` where they are those of an extension.
    fn parameters(self) -> Option<&'static [&'static str]> {
        Some(match self {
            Self::Table => OF_TABLES,
            Self::PartitionedTable => &["oids"],
            Self::View => &["check_option", "security_barrier", "security_invoker"],
            Self::Index("btree") => &["deduplicate_items", "fillfactor"],
            Self::Index("hash" | "spgist") => &["fillfactor"],
            Self::Index("gist") => &["buffering", "fillfactor"],
            Self::Index("gin") => &["fastupdate", "gin_pending_list_limit"],
            Self::Index("brin") => &["autosummarize", "pages_per_range"],
            Self::Index(_) => return None,
        })
    }
}

impl State {
    /// Refuses a parameter that is not there, is written twice, or is out of its bounds. Those with a namespace may be an extension's.
    pub(super) fn check_storage(&self, options: &[(String, String)], of: Storage<'_>, span: Span) -> Ran<()> {
        let Some(known) = of.parameters() else { return Ok(()) };
        let refuse = |message: String| Err(Refusal::new(IssueKind::InvalidDefinition, "22023", message).at(span));
        for (place, (name, value)) in options.iter().enumerate() {
            if name.contains('.') {
                continue;
            }
            if !known.contains(&name.as_str()) {
                return refuse(format!("unrecognized parameter \"{name}\""));
            }
            if options[..place].iter().any(|(other, _)| other == name) {
                return refuse(format!("parameter \"{name}\" specified more than once"));
            }
            let is_on = || matches!(value.to_ascii_lowercase().as_str(), "true" | "on" | "1" | "yes");
            if name == "oids" && is_on() {
                return refuse("tables declared WITH OIDS are not supported".to_owned());
            }
            if name == "fillfactor"
                && let Ok(percent) = value.parse::<i64>()
                && !(10..=100).contains(&percent)
            {
                return refuse(format!("value {value} out of bounds for option \"fillfactor\""));
            }
        }
        Ok(())
    }
}
