//! Keys over the same columns, of one statement.

use crate::ddl::{ConstraintDef, ConstraintKind};

/// `UNIQUE PRIMARY KEY` and the like make one index (`transformIndexConstraints`): the primary key wins, a written name is kept.
pub(super) fn merge_equal_keys(constraints: Vec<ConstraintDef>) -> Vec<ConstraintDef> {
    let mut kept: Vec<ConstraintDef> = Vec::with_capacity(constraints.len());
    for constraint in constraints {
        let same = key_columns(&constraint).and_then(|columns| {
            kept.iter().position(|k| {
                key_columns(k) == Some(columns)
                    && k.deferrable == constraint.deferrable
                    && !(is_primary(k) && is_primary(&constraint))
            })
        });
        let Some(place) = same else {
            kept.push(constraint);
            continue;
        };
        let (first, name) = match (kept[place].name.take(), constraint.name.clone()) {
            // The server looks at the primary key before the others, wherever it stands.
            (other, own) if is_primary(&constraint) => (Some(constraint), own.or(other)),
            (own, other) => (None, own.or(other)),
        };
        if let Some(first) = first {
            kept[place] = first;
        }
        kept[place].name = name;
    }
    kept
}

fn is_primary(constraint: &ConstraintDef) -> bool {
    matches!(constraint.kind, ConstraintKind::PrimaryKey { .. })
}

fn key_columns(constraint: &ConstraintDef) -> Option<(&[String], &[String], bool)> {
    match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, include, using_index: None, .. } => Some((columns, include, false)),
        ConstraintKind::Unique { columns, include, using_index: None, nulls_not_distinct, .. } => {
            Some((columns, include, *nulls_not_distinct))
        }
        _ => None,
    }
}
