//! Statements that name a kind of relation, and relations of another kind (`RangeVarCallbackForAlterRelation` in
//! src/backend/commands/tablecmds.c, `get_relation_by_qualified_name` in src/backend/catalog/objectaddress.c).

use super::IssueKind;
use super::refusal::Ran;
use super::state::{Relation, State};
use crate::ddl::RelationKind;
use crate::model::{QualifiedName, TableKind};
use crate::source::Span;

/// What a statement does to the relation that it names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    Altering,
    Renaming,
    Commenting,
}

impl State {
    fn kind_of(&self, key: &QualifiedName, relation: &Relation) -> RelationKind {
        match relation {
            Relation::Table => match self.table(key).map(|t| &t.kind) {
                Some(TableKind::Foreign { .. }) => RelationKind::ForeignTable,
                _ => RelationKind::Table,
            },
            Relation::View if self.catalog.views.get(key).is_some_and(|v| v.materialized) => {
                RelationKind::MaterializedView
            }
            Relation::View => RelationKind::View,
            Relation::Sequence => RelationKind::Sequence,
            Relation::Composite => RelationKind::Composite,
            Relation::Index { .. } => RelationKind::Index,
        }
    }

    /// Refuses a relation that is not of the kind that a statement names. ALTER TABLE takes nearly all of them.
    pub(super) fn check_kind(
        &self,
        (key, relation): (&QualifiedName, &Relation),
        wanted: RelationKind,
        doing: Doing,
        span: Span,
    ) -> Ran<()> {
        use RelationKind as K;
        let kind = self.kind_of(key, relation);
        let refuse = |words: &str| {
            let message = format!("\"{}\" is {words}", key.name);
            Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(span))
        };
        if doing != Doing::Commenting && kind == K::Composite && wanted != K::Composite {
            return match wanted {
                K::Table => refuse("a composite type"),
                K::Index if doing == Doing::Renaming => refuse("a composite type"),
                other => refuse(&format!("not {}", with_article(other))),
            };
        }
        let takes = kind == wanted
            || match wanted {
                K::Table => doing != Doing::Commenting,
                K::Index => doing == Doing::Renaming,
                _ => false,
            };
        if takes { Ok(()) } else { refuse(&format!("not {}", with_article(wanted))) }
    }
}

fn with_article(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Table => "a table",
        RelationKind::ForeignTable => "a foreign table",
        RelationKind::View => "a view",
        RelationKind::MaterializedView => "a materialized view",
        RelationKind::Index => "an index",
        RelationKind::Sequence => "a sequence",
        RelationKind::Composite => "a composite type",
    }
}
