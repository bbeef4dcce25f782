//! Which collation an expression has, other than its type's own (src/backend/parser/parse_collate.c).

use pg_query::NodeEnum;
use pg_query::protobuf::{Node, SubLinkType};

use super::{DEPTH, Level, Reader, column_ref, settled};
use crate::ddl::postgres::lower::strings;
use crate::ddl::postgres::signatures::Ty;

/// The collation of what is put together: the only one that is not a default. Of two that differ the server can make nothing, either.
pub(super) fn merged(of: impl IntoIterator<Item = Option<String>>) -> Option<String> {
    let mut all = of.into_iter().flatten();
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

/// Whether values of a type are compared by a collation.
fn is_collatable(ty: &Ty) -> bool {
    match ty {
        Ty::Is(ty) => {
            ty.schema.is_some() || matches!(ty.name.as_str(), "text" | "character varying" | "character" | "bpchar")
        }
        Ty::Literal | Ty::NotKnown => true,
    }
}

impl Reader<'_> {
    pub(super) fn collation(&mut self, node: &Node, level: &Level<'_>) -> Option<String> {
        let inner = node.node.as_ref()?;
        match inner {
            NodeEnum::ColumnRef(column) => return column_ref(column, level)?.collation.clone(),
            NodeEnum::CollateClause(n) => return strings(&n.collname).pop(),
            _ => {}
        }
        if self.depth > DEPTH || !is_collatable(&self.expr(node, level)) {
            return None;
        }
        self.depth += 1;
        let parts: Vec<&Node> = match inner {
            NodeEnum::TypeCast(n) => n.arg.as_deref().into_iter().collect(),
            NodeEnum::FuncCall(n) => n.args.iter().collect(),
            NodeEnum::AExpr(n) => n.lexpr.as_deref().into_iter().chain(n.rexpr.as_deref()).collect(),
            NodeEnum::CoalesceExpr(n) => n.args.iter().collect(),
            NodeEnum::MinMaxExpr(n) => n.args.iter().collect(),
            NodeEnum::AIndirection(n) => n.arg.as_deref().into_iter().collect(),
            NodeEnum::AArrayExpr(n) => n.elements.iter().collect(),
            NodeEnum::CaseExpr(n) => {
                let results = n.args.iter().filter_map(|when| match when.node.as_ref() {
                    Some(NodeEnum::CaseWhen(when)) => when.result.as_deref(),
                    _ => None,
                });
                results.chain(n.defresult.as_deref()).collect()
            }
            _ => Vec::new(),
        };
        let found = match inner {
            NodeEnum::SubLink(link) => self.of_subquery(link, level),
            _ => merged(parts.into_iter().map(|part| self.collation(part, level)).collect::<Vec<_>>()),
        };
        self.depth -= 1;
        found
    }

    fn of_subquery(&mut self, link: &pg_query::protobuf::SubLink, level: &Level<'_>) -> Option<String> {
        if SubLinkType::try_from(link.sub_link_type).ok()? != SubLinkType::ExprSublink {
            return None;
        }
        let NodeEnum::SelectStmt(select) = link.subselect.as_deref()?.node.as_ref()? else { return None };
        self.select(select, Some(level)).map(settled)?.into_iter().next()?.collation
    }
}
