//! REFRESH MATERIALIZED VIEW (`ExecRefreshMatView` in src/backend/commands/matview.c).

use super::IssueKind;
use super::indexes::column_of;
use super::lookup::Found;
use super::refusal::{Effect, Ran, Refusal};
use super::state::{Relation, State};
use crate::ddl::{Name, Query};
use crate::model::{Index, Known, ObjectKind, ObjectRef, View};

impl State {
    pub(super) fn refresh(&mut self, name: &Name, concurrently: bool, with_data: bool) -> Ran {
        let key = match self.find_relation(name) {
            Found::Is(key, Relation::View) if self.catalog.views.get(&key).is_some_and(|v| v.materialized) => key,
            Found::Is(key, _) => {
                return Err(Refusal::new(
                    IssueKind::InvalidReference,
                    "0A000",
                    format!("\"{}\" is not a table or materialized view", key.name),
                )
                .at(name.span)
                .uncertain_if(!self.knows_all));
            }
            Found::Outside => return Ok(Effect::Carried),
            Found::Missing => return Err(self.missing_relation(name, "relation")),
        };
        if let Some(view) = self.catalog.views.get(&key).filter(|_| concurrently) {
            self.check_concurrent_refresh(view, with_data).map_err(|r| r.at(name.span))?;
        }
        if let Some(view) = self.view_mut(&key) {
            view.with_data = with_data;
        }
        Ok(Effect::Carried)
    }

    /// A materialized view without rows of its own cannot be read (`ExecOpenScanRelation` in src/backend/executor/execUtils.c); a plan may do without.
    pub(super) fn check_populated(&self, query: &Query) -> Ran<()> {
        let lower = query.sql.to_ascii_lowercase();
        if ["false", "with", "1 = 0", "1=0"].iter().any(|word| lower.contains(word)) {
            return Ok(());
        }
        for name in &query.relations {
            let Found::Is(key, Relation::View) = self.find_relation(name) else { continue };
            if self.catalog.views.get(&key).is_some_and(|v| v.materialized && !v.with_data) {
                let message = format!("materialized view \"{}\" has not been populated", key.name);
                let refusal = self.refuse(IssueKind::InvalidReference, "55000", message).at(name.span);
                return Err(refusal.of(ObjectRef::top(ObjectKind::MaterializedView, &key)));
            }
        }
        Ok(())
    }

    /// The old rows are told from the new ones by a unique index over columns, of all rows.
    fn check_concurrent_refresh(&self, view: &View, with_data: bool) -> Ran<()> {
        if !with_data {
            let message = "CONCURRENTLY and WITH NO DATA options cannot be used together";
            return Err(Refusal::new(IssueKind::InvalidDefinition, "42601", message));
        }
        let about = ObjectRef::top(ObjectKind::MaterializedView, &view.name);
        if !view.with_data {
            let message = "CONCURRENTLY cannot be used when the materialized view is not populated";
            return Err(self.refuse(IssueKind::InvalidDefinition, "0A000", message).of(about));
        }
        let tells_rows_apart = |index: &Index| {
            index.unique && index.predicate == Known::Known(None) && index.keys.iter().all(|k| column_of(k).is_some())
        };
        if view.indexes.iter().any(tells_rows_apart) {
            return Ok(());
        }
        let shown = format!(
            "{}.{}",
            super::sequences::quote_if_needed(&view.name.schema),
            super::sequences::quote_if_needed(&view.name.name)
        );
        let message = format!("cannot refresh materialized view \"{shown}\" concurrently");
        Err(self.refuse(IssueKind::InvalidDefinition, "55000", message).of(about))
    }
}
