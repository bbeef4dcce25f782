//! A walk over parse trees of queries and expressions: children of every node that a statement's raw tree can hold.
//!
//! `pg_query`'s own iterator skips node types; a renamed column must not be missed.

use pg_query::NodeEnum;
use pg_query::protobuf::{Node, OnConflictClause, SelectStmt, WindowDef, WithClause};

/// Calls `visit` for each direct child.
pub(super) fn children<'n>(node: &'n NodeEnum, visit: &mut dyn FnMut(&'n NodeEnum)) {
    let mut children = Children { visit };
    children.expression(node);
}

/// Calls `visit` for the node and everything below it, parents first. `visit` tells whether to go below a node.
pub(super) fn walk<'n>(node: &'n NodeEnum, visit: &mut dyn FnMut(&'n NodeEnum) -> bool) {
    if visit(node) {
        children(node, &mut |child| walk(child, visit));
    }
}

struct Children<'v, 'n> {
    visit: &'v mut dyn FnMut(&'n NodeEnum),
}

impl<'n> Children<'_, 'n> {
    fn list(&mut self, nodes: &'n [Node]) {
        for node in nodes {
            self.one(Some(node));
        }
    }

    fn one(&mut self, node: Option<&'n Node>) {
        if let Some(inner) = node.and_then(|n| n.node.as_ref()) {
            (self.visit)(inner);
        }
    }

    fn boxed(&mut self, node: &'n Option<Box<Node>>) {
        self.one(node.as_deref());
    }

    fn expression(&mut self, node: &'n NodeEnum) {
        match node {
            NodeEnum::AExpr(n) => {
                self.boxed(&n.lexpr);
                self.boxed(&n.rexpr);
            }
            NodeEnum::BoolExpr(n) => self.list(&n.args),
            NodeEnum::NullTest(n) => self.boxed(&n.arg),
            NodeEnum::BooleanTest(n) => self.boxed(&n.arg),
            NodeEnum::TypeCast(n) => self.boxed(&n.arg),
            NodeEnum::CollateClause(n) => self.boxed(&n.arg),
            NodeEnum::FuncCall(n) => {
                self.list(&n.args);
                self.list(&n.agg_order);
                self.boxed(&n.agg_filter);
                if let Some(over) = n.over.as_deref() {
                    self.window(over);
                }
            }
            NodeEnum::CaseExpr(n) => {
                self.boxed(&n.arg);
                self.list(&n.args);
                self.boxed(&n.defresult);
            }
            NodeEnum::CaseWhen(n) => {
                self.boxed(&n.expr);
                self.boxed(&n.result);
            }
            NodeEnum::CoalesceExpr(n) => self.list(&n.args),
            NodeEnum::MinMaxExpr(n) => self.list(&n.args),
            NodeEnum::AArrayExpr(n) => self.list(&n.elements),
            NodeEnum::RowExpr(n) => self.list(&n.args),
            NodeEnum::AIndirection(n) => {
                self.boxed(&n.arg);
                self.list(&n.indirection);
            }
            NodeEnum::AIndices(n) => {
                self.boxed(&n.lidx);
                self.boxed(&n.uidx);
            }
            NodeEnum::NamedArgExpr(n) => self.boxed(&n.arg),
            NodeEnum::SubLink(n) => {
                self.boxed(&n.testexpr);
                self.boxed(&n.subselect);
            }
            NodeEnum::List(n) => self.list(&n.items),
            NodeEnum::GroupingFunc(n) => self.list(&n.args),
            NodeEnum::GroupingSet(n) => self.list(&n.content),
            NodeEnum::MultiAssignRef(n) => self.boxed(&n.source),
            _ => self.standard(node),
        }
    }

    /// XML and JSON of the standard.
    fn standard(&mut self, node: &'n NodeEnum) {
        match node {
            NodeEnum::XmlExpr(n) => {
                self.list(&n.named_args);
                self.list(&n.args);
            }
            NodeEnum::XmlSerialize(n) => self.boxed(&n.expr),
            NodeEnum::JsonIsPredicate(n) => self.boxed(&n.expr),
            NodeEnum::JsonValueExpr(n) => {
                self.boxed(&n.raw_expr);
                self.boxed(&n.formatted_expr);
            }
            NodeEnum::JsonArgument(n) => {
                if let Some(value) = n.val.as_deref() {
                    self.boxed(&value.raw_expr);
                }
            }
            NodeEnum::JsonKeyValue(n) => {
                self.boxed(&n.key);
                if let Some(value) = n.value.as_deref() {
                    self.boxed(&value.raw_expr);
                }
            }
            NodeEnum::JsonObjectConstructor(n) => self.list(&n.exprs),
            NodeEnum::JsonArrayConstructor(n) => self.list(&n.exprs),
            NodeEnum::JsonArrayQueryConstructor(n) => self.boxed(&n.query),
            NodeEnum::JsonFuncExpr(n) => {
                if let Some(value) = n.context_item.as_deref() {
                    self.boxed(&value.raw_expr);
                }
                self.boxed(&n.pathspec);
                self.list(&n.passing);
            }
            NodeEnum::JsonParseExpr(n) => {
                if let Some(value) = n.expr.as_deref() {
                    self.boxed(&value.raw_expr);
                }
            }
            NodeEnum::JsonScalarExpr(n) => self.boxed(&n.expr),
            NodeEnum::JsonSerializeExpr(n) => {
                if let Some(value) = n.expr.as_deref() {
                    self.boxed(&value.raw_expr);
                }
            }
            NodeEnum::JsonObjectAgg(n) => {
                if let Some(pair) = n.arg.as_deref() {
                    self.boxed(&pair.key);
                    if let Some(value) = pair.value.as_deref() {
                        self.boxed(&value.raw_expr);
                    }
                }
                self.aggregate(n.constructor.as_deref());
            }
            NodeEnum::JsonArrayAgg(n) => {
                if let Some(value) = n.arg.as_deref() {
                    self.boxed(&value.raw_expr);
                }
                self.aggregate(n.constructor.as_deref());
            }
            _ => self.query(node),
        }
    }

    fn aggregate(&mut self, constructor: Option<&'n pg_query::protobuf::JsonAggConstructor>) {
        let Some(constructor) = constructor else { return };
        self.boxed(&constructor.agg_filter);
        self.list(&constructor.agg_order);
        if let Some(over) = constructor.over.as_deref() {
            self.window(over);
        }
    }

    fn window(&mut self, window: &'n WindowDef) {
        self.list(&window.partition_clause);
        self.list(&window.order_clause);
        self.boxed(&window.start_offset);
        self.boxed(&window.end_offset);
    }

    fn query(&mut self, node: &'n NodeEnum) {
        match node {
            NodeEnum::SelectStmt(n) => self.select(n),
            NodeEnum::ResTarget(n) => {
                self.list(&n.indirection);
                self.boxed(&n.val);
            }
            NodeEnum::SortBy(n) => self.boxed(&n.node),
            NodeEnum::WindowDef(n) => self.window(n),
            NodeEnum::JoinExpr(n) => {
                self.boxed(&n.larg);
                self.boxed(&n.rarg);
                self.boxed(&n.quals);
            }
            NodeEnum::RangeSubselect(n) => self.boxed(&n.subquery),
            NodeEnum::RangeFunction(n) => {
                self.list(&n.functions);
                self.list(&n.coldeflist);
            }
            NodeEnum::RangeTableSample(n) => {
                self.boxed(&n.relation);
                self.list(&n.args);
                self.boxed(&n.repeatable);
            }
            NodeEnum::RangeTableFunc(n) => {
                self.boxed(&n.docexpr);
                self.boxed(&n.rowexpr);
                self.list(&n.namespaces);
                self.list(&n.columns);
            }
            NodeEnum::RangeTableFuncCol(n) => {
                self.boxed(&n.colexpr);
                self.boxed(&n.coldefexpr);
            }
            NodeEnum::JsonTable(n) => {
                if let Some(value) = n.context_item.as_deref() {
                    self.boxed(&value.raw_expr);
                }
                self.list(&n.passing);
            }
            NodeEnum::CommonTableExpr(n) => self.boxed(&n.ctequery),
            _ => self.data(node),
        }
    }

    fn select(&mut self, n: &'n SelectStmt) {
        self.with(n.with_clause.as_ref());
        for side in [n.larg.as_deref(), n.rarg.as_deref()].into_iter().flatten() {
            self.select(side);
        }
        self.list(&n.distinct_clause);
        self.list(&n.target_list);
        self.list(&n.from_clause);
        self.boxed(&n.where_clause);
        self.list(&n.group_clause);
        self.boxed(&n.having_clause);
        self.list(&n.window_clause);
        self.list(&n.values_lists);
        self.list(&n.sort_clause);
        self.boxed(&n.limit_offset);
        self.boxed(&n.limit_count);
    }

    fn with(&mut self, with: Option<&'n WithClause>) {
        if let Some(with) = with {
            self.list(&with.ctes);
        }
    }

    fn conflict(&mut self, conflict: &'n OnConflictClause) {
        if let Some(infer) = conflict.infer.as_deref() {
            self.list(&infer.index_elems);
            self.boxed(&infer.where_clause);
        }
        self.list(&conflict.target_list);
        self.boxed(&conflict.where_clause);
    }

    /// Statements that change rows. Their own relation is no child (it is no Node); callers look at it themselves.
    fn data(&mut self, node: &'n NodeEnum) {
        match node {
            NodeEnum::InsertStmt(n) => {
                self.with(n.with_clause.as_ref());
                self.list(&n.cols);
                self.boxed(&n.select_stmt);
                if let Some(conflict) = n.on_conflict_clause.as_deref() {
                    self.conflict(conflict);
                }
                self.returning(n.returning_clause.as_ref());
            }
            NodeEnum::UpdateStmt(n) => {
                self.with(n.with_clause.as_ref());
                self.list(&n.target_list);
                self.list(&n.from_clause);
                self.boxed(&n.where_clause);
                self.returning(n.returning_clause.as_ref());
            }
            NodeEnum::DeleteStmt(n) => {
                self.with(n.with_clause.as_ref());
                self.list(&n.using_clause);
                self.boxed(&n.where_clause);
                self.returning(n.returning_clause.as_ref());
            }
            NodeEnum::MergeStmt(n) => {
                self.with(n.with_clause.as_ref());
                self.boxed(&n.source_relation);
                self.boxed(&n.join_condition);
                self.list(&n.merge_when_clauses);
                self.returning(n.returning_clause.as_ref());
            }
            NodeEnum::MergeWhenClause(n) => {
                self.boxed(&n.condition);
                self.list(&n.target_list);
                self.list(&n.values);
            }
            NodeEnum::IndexElem(n) => self.boxed(&n.expr),
            NodeEnum::CopyStmt(n) => {
                self.boxed(&n.query);
                self.boxed(&n.where_clause);
            }
            NodeEnum::CallStmt(n) => {
                if let Some(call) = n.funccall.as_deref() {
                    self.list(&call.args);
                }
            }
            NodeEnum::ReturnStmt(n) => self.boxed(&n.returnval),
            _ => {}
        }
    }

    fn returning(&mut self, returning: Option<&'n pg_query::protobuf::ReturningClause>) {
        if let Some(returning) = returning {
            self.list(&returning.exprs);
        }
    }
}
