//! What INSERT and UPDATE give their columns, as far as it shows in the statement, and the index that ON CONFLICT asks for.

use pg_query::NodeEnum;
use pg_query::protobuf::a_const::Val;
use pg_query::protobuf::{InsertStmt, Node, OverridingKind, UpdateStmt};

use super::super::literals::literals_of;
use super::context::{Lower, cut, list_items, non_empty};
use crate::ddl::{Arbiter, Constant, ConstantTo, Given, GivenConstant, GivenTo};
use crate::dialect::LiteralOf;

fn is_default(node: Option<&Node>) -> bool {
    matches!(node.and_then(|n| n.node.as_ref()), Some(NodeEnum::SetToDefault(_)))
}

/// The columns that get something other than DEFAULT in some row, and those that get DEFAULT in all. Empty where a star stands for columns.
pub(super) fn inserted(raw: &InsertStmt) -> Vec<Given> {
    let Some(NodeEnum::SelectStmt(select)) = raw.select_stmt.as_deref().and_then(|n| n.node.as_ref()) else {
        return Vec::new();
    };
    let rows: Vec<&[Node]> = select.values_lists.iter().map(|row| list_items(Some(row))).collect();
    let width = rows.iter().map(|row| row.len()).max().unwrap_or(select.target_list.len());
    let is_default = |place: usize| !rows.is_empty() && rows.iter().all(|row| is_default(row.get(place)));
    if raw.cols.is_empty() {
        // Behind a star it is not known which place is whose.
        let has_star = rows.is_empty() && (select.larg.is_some() || select.target_list.iter().any(may_be_several));
        let places = if has_star { 0 } else { width };
        return (0..places).map(|place| Given { to: GivenTo::Place(place), default: is_default(place) }).collect();
    }
    let named = raw.cols.iter().enumerate().filter_map(|(place, node)| match node.node.as_ref() {
        Some(NodeEnum::ResTarget(target)) => {
            Some(Given { to: GivenTo::Column(cut(&target.name)), default: is_default(place) })
        }
        _ => None,
    });
    named.collect()
}

/// Whether an item of a select list gives more than one column.
fn may_be_several(target: &Node) -> bool {
    let Some(NodeEnum::ResTarget(target)) = target.node.as_ref() else { return true };
    let star = |nodes: &[Node]| matches!(nodes.last().and_then(|n| n.node.as_ref()), Some(NodeEnum::AStar(_)));
    match target.val.as_deref().and_then(|n| n.node.as_ref()) {
        Some(NodeEnum::ColumnRef(column)) => star(&column.fields),
        Some(NodeEnum::AIndirection(indirection)) => star(&indirection.indirection),
        _ => false,
    }
}

pub(super) fn updated(raw: &UpdateStmt) -> Vec<Given> {
    let targets = raw.target_list.iter().filter_map(|node| match node.node.as_ref() {
        Some(NodeEnum::ResTarget(target)) => {
            Some(Given { to: GivenTo::Column(cut(&target.name)), default: is_default(target.val.as_deref()) })
        }
        _ => None,
    });
    targets.collect()
}

/// What is wrong with the columns of an INSERT and the number of its values (`transformInsertStmt` and `transformInsertRow`).
pub(super) fn insert_flaw(raw: &InsertStmt) -> Option<(&'static str, String)> {
    if let Some(twice) = named_twice(&raw.cols) {
        return Some(("42701", format!("column \"{twice}\" specified more than once")));
    }
    let NodeEnum::SelectStmt(select) = raw.select_stmt.as_deref()?.node.as_ref()? else { return None };
    let widths: Vec<usize> = select.values_lists.iter().map(|row| list_items(Some(row)).len()).collect();
    let width = match widths.as_slice() {
        [] if select.larg.is_some() || select.target_list.iter().any(may_be_several) => return None,
        [] => select.target_list.len(),
        [first, rest @ ..] if rest.iter().any(|width| width != first) => {
            return Some(("42601", "VALUES lists must all be the same length".to_owned()));
        }
        [first, ..] => *first,
    };
    let what = match (raw.cols.len(), width) {
        (0, _) => return None,
        (columns, width) if columns < width => "INSERT has more expressions than target columns",
        (columns, width) if columns > width => "INSERT has more target columns than expressions",
        _ => return None,
    };
    Some(("42601", what.to_owned()))
}

/// `multiple assignments to same column` (`process_matched_tle` in src/backend/rewrite/rewriteHandler.c)
pub(super) fn update_flaw(targets: &[Node]) -> Option<(&'static str, String)> {
    named_twice(targets).map(|twice| ("42601", format!("multiple assignments to same column \"{twice}\"")))
}

/// The first column that is named whole a second time.
fn named_twice(targets: &[Node]) -> Option<String> {
    let names = targets.iter().filter_map(|node| match node.node.as_ref() {
        Some(NodeEnum::ResTarget(target)) if target.indirection.is_empty() => Some(cut(&target.name)),
        _ => None,
    });
    let mut seen = Vec::new();
    for name in names {
        if seen.contains(&name) {
            return Some(name);
        }
        seen.push(name);
    }
    None
}

/// Whether an INSERT has rows to write, none of which a conflict can leave out.
pub(super) fn gives_rows(raw: &InsertStmt) -> bool {
    let of_values = match raw.select_stmt.as_deref().and_then(|n| n.node.as_ref()) {
        Some(NodeEnum::SelectStmt(select)) => !select.values_lists.is_empty(),
        // DEFAULT VALUES
        None => true,
        _ => false,
    };
    of_values && raw.on_conflict_clause.is_none()
}

/// The constants of an INSERT, those of ON CONFLICT DO UPDATE among them. In a select list they take the column's type too, unless rows are
/// compared there (`transformInsertStmt` in src/backend/parser/analyze.c).
pub(super) fn inserted_constants(lower: &Lower<'_>, raw: &InsertStmt) -> Vec<GivenConstant> {
    let mut found = Vec::new();
    if let Some(NodeEnum::SelectStmt(select)) = raw.select_stmt.as_deref().and_then(|n| n.node.as_ref()) {
        let target = |place: usize| match raw.cols.get(place).and_then(|n| n.node.as_ref()) {
            Some(NodeEnum::ResTarget(target)) => {
                target.indirection.is_empty().then_some(ConstantTo::Listed(u32::try_from(place).ok()?))
            }
            Some(_) => None,
            None => raw.cols.is_empty().then_some(ConstantTo::Place(u32::try_from(place).ok()?)),
        };
        for row in &select.values_lists {
            for (place, value) in list_items(Some(row)).iter().enumerate() {
                found.extend(target(place).and_then(|to| given_constant(lower, to, value)));
            }
        }
        let is_plain = select.larg.is_none() && select.distinct_clause.is_empty();
        if is_plain && !select.target_list.iter().any(may_be_several) {
            for (place, item) in select.target_list.iter().enumerate() {
                let Some(NodeEnum::ResTarget(item)) = item.node.as_ref() else { continue };
                let value = item.val.as_deref();
                found.extend(value.zip(target(place)).and_then(|(value, to)| given_constant(lower, to, value)));
            }
        }
    }
    if let Some(conflict) = raw.on_conflict_clause.as_deref() {
        found.extend(updated_constants(lower, &conflict.target_list));
    }
    found
}

/// The constants that SET gives to whole columns.
pub(super) fn updated_constants(lower: &Lower<'_>, targets: &[Node]) -> Vec<GivenConstant> {
    let given = |node: &Node| {
        let Some(NodeEnum::ResTarget(target)) = node.node.as_ref() else { return None };
        let to = target.indirection.is_empty().then(|| ConstantTo::Column(cut(&target.name).into()))?;
        given_constant(lower, to, target.val.as_deref()?)
    };
    targets.iter().filter_map(given).collect()
}

fn given_constant(lower: &Lower<'_>, to: ConstantTo, value: &Node) -> Option<GivenConstant> {
    let (constant, location) = match value.node.as_ref()? {
        NodeEnum::AConst(constant) => {
            let value = match constant.val.as_ref()? {
                Val::Sval(text) => Constant::Text(text.sval.as_str().into()),
                Val::Ival(number) => Constant::Number(number.ival.to_string().into()),
                Val::Fval(number) => Constant::Number(number.fval.as_str().into()),
                Val::Boolval(_) => Constant::Boolean,
                Val::Bsval(_) => return None,
            };
            (value, constant.location)
        }
        cast @ NodeEnum::TypeCast(raw) => match literals_of(cast).as_mut_slice() {
            [(LiteralOf::Type(ty), text)] => {
                (Constant::Cast(Box::new((ty.clone(), std::mem::take(text)))), raw.location)
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(GivenConstant { to, constant, span: lower.token_span(location) })
}

/// OVERRIDING SYSTEM VALUE or USER VALUE
pub(super) fn is_overriding(raw: &InsertStmt) -> bool {
    matches!(
        OverridingKind::try_from(raw.r#override).unwrap_or_default(),
        OverridingKind::OverridingSystemValue | OverridingKind::OverridingUserValue
    )
}

pub(super) fn arbiter(lower: &Lower<'_>, raw: &InsertStmt) -> Option<Arbiter> {
    let infer = raw.on_conflict_clause.as_deref()?.infer.as_deref()?;
    let mut arbiter = Arbiter {
        columns: Vec::new(),
        expressions: 0,
        predicate: infer.where_clause.is_some(),
        constraint: non_empty(&infer.conname),
        span: lower.token_span(infer.location),
    };
    for element in &infer.index_elems {
        match element.node.as_ref() {
            Some(NodeEnum::IndexElem(element)) if !element.name.is_empty() => {
                arbiter.columns.push(cut(&element.name));
            }
            _ => arbiter.expressions += 1,
        }
    }
    Some(arbiter)
}
