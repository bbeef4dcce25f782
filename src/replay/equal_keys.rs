//! Keys over the same columns, of one statement.

use crate::ddl::{ConstraintDef, ConstraintKind};
use crate::model::{Expr, IndexKey, IndexKeyPart};

/// `UNIQUE PRIMARY KEY` and the like make one index (`transformIndexConstraints`): the primary key wins, a written name is kept.
pub(super) fn merge_equal_keys(constraints: Vec<ConstraintDef>) -> Vec<ConstraintDef> {
    let mut kept: Vec<ConstraintDef> = Vec::with_capacity(constraints.len());
    for constraint in constraints {
        let same = kept.iter().position(|k| {
            let is_equal = match key_columns(&constraint) {
                Some(columns) => key_columns(k) == Some(columns),
                None => same_exclusion(k, &constraint),
            };
            is_equal && k.deferrable == constraint.deferrable && !(is_primary(k) && is_primary(&constraint))
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

/// The same exclusion, wherever it was written.
fn same_exclusion(a: &ConstraintDef, b: &ConstraintDef) -> bool {
    type Exclusion<'a> = (&'a str, &'a [(IndexKey, String)], &'a [String], &'a Option<Expr>);
    fn parts(constraint: &ConstraintDef) -> Option<Exclusion<'_>> {
        match &constraint.kind {
            ConstraintKind::Exclude { method, elements, include, predicate } => {
                Some((method, elements, include, predicate))
            }
            _ => None,
        }
    }
    let (Some(a), Some(b)) = (parts(a), parts(b)) else { return false };
    let text = |expr: &Option<Expr>| expr.as_ref().map(|e| e.sql.clone());
    a.0 == b.0
        && a.2 == b.2
        && text(a.3) == text(b.3)
        && a.1.len() == b.1.len()
        && a.1.iter().zip(b.1).all(|((key, operator), (other, with))| operator == with && same_element(key, other))
}

fn same_element(a: &IndexKey, b: &IndexKey) -> bool {
    let same_part = match (&a.part, &b.part) {
        (IndexKeyPart::Column(a), IndexKeyPart::Column(b)) => a == b,
        (IndexKeyPart::Expr(a), IndexKeyPart::Expr(b)) => match (a.known(), b.known()) {
            (Some(a), Some(b)) => a.sql == b.sql,
            _ => false,
        },
        _ => false,
    };
    same_part && IndexKey { part: b.part.clone(), ..a.clone() } == *b
}
