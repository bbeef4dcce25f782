//! Statements on rows taken apart, for following what small tables hold.

use pg_query::NodeEnum;
use pg_query::protobuf::{Node, OnConflictAction, OnConflictClause, OverridingKind, RangeVar};

use super::lexer::truncate;
use super::parse::raw_parse_kept;
use super::print::Printer;

/// A write whose parts are SQL. Statements with FROM, USING or WITH are not among them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RowWrite {
    /// `query` is VALUES or SELECT; none for DEFAULT VALUES. `columns` is empty where none are listed.
    Insert {
        columns: Vec<String>,
        query: Option<String>,
        on_conflict: Option<OnConflict>,
    },
    /// `alias` is the name under which conditions and values may qualify columns.
    Update {
        alias: String,
        assignments: Vec<(String, String)>,
        condition: Option<String>,
    },
    Delete {
        alias: String,
        condition: Option<String>,
    },
}

/// `ON CONFLICT … DO …`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OnConflict {
    /// DO NOTHING, else DO UPDATE.
    pub does_nothing: bool,
    pub target: ConflictTarget,
}

/// Which conflicts a clause is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConflictTarget {
    Any,
    Columns(Vec<String>),
    Constraint(String),
    /// By expressions, or for some rows only.
    Other,
}

/// Takes one INSERT, UPDATE or DELETE apart; `None` for what has more to it.
#[must_use]
pub fn read_write(text: &str) -> Option<RowWrite> {
    let statements = raw_parse_kept(text).ok()?;
    let [statement] = statements.as_slice() else { return None };
    match statement.stmt.as_deref()?.node.as_ref()? {
        NodeEnum::InsertStmt(n) if n.with_clause.is_none() && n.r#override() != OverridingKind::OverridingUserValue => {
            let columns = n.cols.iter().map(target_name).collect::<Option<Vec<_>>>()?;
            Some(RowWrite::Insert {
                columns,
                query: n.select_stmt.as_deref().map(query),
                on_conflict: n.on_conflict_clause.as_deref().map(on_conflict),
            })
        }
        NodeEnum::UpdateStmt(n) if n.with_clause.is_none() && n.from_clause.is_empty() => {
            let assignments = n.target_list.iter().map(assignment).collect::<Option<Vec<_>>>()?;
            Some(RowWrite::Update {
                alias: alias(n.relation.as_ref()?),
                assignments,
                condition: n.where_clause.as_deref().map(expression),
            })
        }
        NodeEnum::DeleteStmt(n) if n.with_clause.is_none() && n.using_clause.is_empty() => Some(RowWrite::Delete {
            alias: alias(n.relation.as_ref()?),
            condition: n.where_clause.as_deref().map(expression),
        }),
        _ => None,
    }
}

fn on_conflict(clause: &OnConflictClause) -> OnConflict {
    let does_nothing = clause.action() == OnConflictAction::OnconflictNothing;
    let target = match clause.infer.as_deref() {
        None => ConflictTarget::Any,
        Some(infer) if !infer.conname.is_empty() => ConflictTarget::Constraint(truncate(&infer.conname).to_owned()),
        Some(infer) if infer.where_clause.is_none() => {
            let columns = infer.index_elems.iter().map(|element| match element.node.as_ref() {
                Some(NodeEnum::IndexElem(e)) if e.expr.is_none() => Some(truncate(&e.name).to_owned()),
                _ => None,
            });
            columns.collect::<Option<_>>().map_or(ConflictTarget::Other, ConflictTarget::Columns)
        }
        Some(_) => ConflictTarget::Other,
    };
    OnConflict { does_nothing, target }
}

fn alias(relation: &RangeVar) -> String {
    relation.alias.as_ref().map_or_else(|| relation.relname.clone(), |a| a.aliasname.clone())
}

fn target_name(node: &Node) -> Option<String> {
    match node.node.as_ref()? {
        NodeEnum::ResTarget(target) if target.indirection.is_empty() => Some(truncate(&target.name).to_owned()),
        _ => None,
    }
}

fn assignment(node: &Node) -> Option<(String, String)> {
    let NodeEnum::ResTarget(target) = node.node.as_ref()? else { return None };
    let value = target.val.as_deref()?;
    // `(a, b) = (…)` and DEFAULT.
    if matches!(value.node, Some(NodeEnum::MultiAssignRef(_) | NodeEnum::SetToDefault(_))) {
        return None;
    }
    Some((target_name(node)?, expression(value)))
}

fn expression(node: &Node) -> String {
    let mut printer = Printer::new();
    printer.expr(node);
    printer.into_sql()
}

fn query(node: &Node) -> String {
    let mut printer = Printer::new();
    printer.query(node);
    printer.into_sql()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_taken_apart() {
        let insert =
            RowWrite::Insert { columns: vec!["a".into()], query: Some("VALUES (1)".into()), on_conflict: None };
        assert_eq!(read_write("INSERT INTO t (a) VALUES (1)"), Some(insert));
        for (clause, does_nothing, target) in [
            ("DO NOTHING", true, ConflictTarget::Any),
            ("(a, B) DO NOTHING", true, ConflictTarget::Columns(vec!["a".into(), "b".into()])),
            ("(lower(a)) DO NOTHING", true, ConflictTarget::Other),
            ("(a) WHERE a > 0 DO NOTHING", true, ConflictTarget::Other),
            ("ON CONSTRAINT k DO UPDATE SET a = 1", false, ConflictTarget::Constraint("k".into())),
        ] {
            let text = format!("INSERT INTO t (a) VALUES (1) ON CONFLICT {clause}");
            let Some(RowWrite::Insert { on_conflict, .. }) = read_write(&text) else { panic!("{text}") };
            assert_eq!(on_conflict, Some(OnConflict { does_nothing, target }), "{text}");
        }
        let update = RowWrite::Update {
            alias: "x".into(),
            assignments: vec![("a".into(), "x.a + 1".into())],
            condition: Some("b = 2".into()),
        };
        assert_eq!(read_write("UPDATE t AS x SET a = x.a + 1 WHERE b = 2"), Some(update));
        assert_eq!(read_write("UPDATE t SET a = 1 FROM u"), None);
        assert_eq!(read_write("DELETE FROM t"), Some(RowWrite::Delete { alias: "t".into(), condition: None }));
    }
}
