//! The columns that a query gives and their types, as parse analysis tells them (parse_target.c, parse_coerce.c): enough for tables and views
//! made of queries. A type that does not follow from what is known stays unknown; none is guessed.

use pg_query::NodeEnum;
use pg_query::protobuf::a_const::Val;
use pg_query::protobuf::{AConst, AExpr, AExprKind, AIndirection, Alias, ColumnRef, JoinExpr, Node, RangeVar};
use pg_query::protobuf::{SelectStmt, SetOperation, SqlValueFunctionOp, SubLink, SubLinkType};

use super::lower::{implied_column_name, strings};
use super::parse::raw_parse_kept;
use super::signatures::{self, Ty};
use super::types::lower_type;
use crate::dialect::{QueryColumn, SchemaObjects, TypeMismatch};
use crate::model::TypeName;

mod classes;
mod collations;
mod mismatches;

pub(super) use mismatches::statement_types;

/// How deep expressions are followed.
const DEPTH: usize = 200;

/// The output columns of a query; `None` where even their number cannot be told.
pub(super) fn query_columns(sql: &str, objects: &dyn SchemaObjects) -> Option<Vec<QueryColumn>> {
    let statements = raw_parse_kept(sql).ok()?;
    let [statement] = statements.as_slice() else { return None };
    let NodeEnum::SelectStmt(select) = statement.stmt.as_deref()?.node.as_ref()? else { return None };
    let mut reader = Reader { objects, with: Vec::new(), depth: 0, looks: false, mismatch: None };
    reader.select(select, None).map(settled)
}

/// A column that a select level gives.
struct Output {
    name: String,
    ty: Ty,
    collation: Option<String>,
}

/// Literals without a type are text once a query is complete.
fn settled(columns: Vec<Output>) -> Vec<QueryColumn> {
    let column = |Output { name, ty, collation }| {
        let is_literal = ty == Ty::Literal;
        QueryColumn { name, ty: ty.settled(), collation, is_literal }
    };
    columns.into_iter().map(column).collect()
}

/// One entry of FROM. Unknown columns are those of a function or of a relation that the model does not hold.
struct Source {
    name: Option<String>,
    columns: Option<Vec<QueryColumn>>,
}

/// The sources of one level, and of the level around it.
struct Level<'l> {
    sources: Vec<Source>,
    /// The columns that `*` gives first and a bare name means, where joins have USING.
    merged: Vec<QueryColumn>,
    is_natural: bool,
    parent: Option<&'l Level<'l>>,
}

impl Level<'_> {
    /// A column by its name, qualified or not.
    fn column(&self, qualifier: Option<&str>, name: &str) -> Option<&QueryColumn> {
        if qualifier.is_none()
            && let Some(merged) = self.merged.iter().find(|c| c.name == name)
        {
            return Some(merged);
        }
        let mut found = None;
        let mut is_open = self.is_natural && qualifier.is_none();
        for source in self.sources.iter().filter(|s| qualifier.is_none() || s.name.as_deref() == qualifier) {
            match &source.columns {
                None => is_open = true,
                Some(columns) => {
                    for column in columns.iter().filter(|c| c.name == name) {
                        if found.replace(column).is_some() {
                            return None;
                        }
                    }
                }
            }
        }
        match (found, self.parent) {
            (Some(column), _) => Some(column),
            (None, Some(parent)) if !is_open => parent.column(qualifier, name),
            _ => None,
        }
    }

    fn star(&self, qualifier: Option<&str>) -> Option<Vec<QueryColumn>> {
        if qualifier.is_none() && self.is_natural {
            return None;
        }
        let mut columns = if qualifier.is_none() { self.merged.clone() } else { Vec::new() };
        let merged = columns.len();
        for source in self.sources.iter().filter(|s| qualifier.is_none() || s.name.as_deref() == qualifier) {
            let of_source = source.columns.as_ref()?;
            let is_merged = |name: &str| columns[..merged].iter().any(|c| c.name == name);
            let own: Vec<QueryColumn> = of_source.iter().filter(|c| !is_merged(&c.name)).cloned().collect();
            columns.extend(own);
        }
        (!self.sources.is_empty()).then_some(columns)
    }
}

struct Reader<'o> {
    objects: &'o dyn SchemaObjects,
    /// WITH queries in sight.
    with: Vec<(String, Option<Vec<QueryColumn>>)>,
    depth: usize,
    /// What is wrong with types is looked for.
    looks: bool,
    mismatch: Option<TypeMismatch>,
}

impl Reader<'_> {
    fn select(&mut self, select: &SelectStmt, parent: Option<&Level<'_>>) -> Option<Vec<Output>> {
        if self.depth > DEPTH {
            return None;
        }
        self.depth += 1;
        let outer = self.with.len();
        if let Some(with) = &select.with_clause {
            for cte in &with.ctes {
                let Some(NodeEnum::CommonTableExpr(cte)) = cte.node.as_ref() else { continue };
                let columns = match cte.ctequery.as_deref().and_then(|q| q.node.as_ref()) {
                    // What comes before UNION decides the types of a recursive query; it does not see itself.
                    Some(NodeEnum::SelectStmt(inner)) if with.recursive => {
                        self.select(inner.larg.as_deref().unwrap_or(inner), parent)
                    }
                    Some(NodeEnum::SelectStmt(inner)) => self.select(inner, parent),
                    Some(statement) => self.returned(statement),
                    None => None,
                };
                let columns = columns.map(|columns| renamed(settled(columns), &strings(&cte.aliascolnames)));
                self.with.push((cte.ctename.clone(), columns));
            }
        }
        let columns = self.select_body(select, parent);
        self.with.truncate(outer);
        self.depth -= 1;
        columns
    }

    fn select_body(&mut self, select: &SelectStmt, parent: Option<&Level<'_>>) -> Option<Vec<Output>> {
        if let (Some(left), Some(right)) = (&select.larg, &select.rarg) {
            let (left, right) = (self.select(left, parent)?, self.select(right, parent)?);
            if left.len() != right.len() {
                return None;
            }
            if self.looks {
                let what = ["UNION", "INTERSECT", "EXCEPT"].get(set_operation(select)).copied().unwrap_or_default();
                for (left, right) in left.iter().zip(&right) {
                    let both = [self.based(left.ty.clone()), self.based(right.ty.clone())];
                    self.look_at_common(what, &both);
                }
            }
            let both = left.into_iter().zip(right).map(|(left, right)| Output {
                name: left.name,
                ty: signatures::common(&[left.ty, right.ty]),
                collation: collations::merged([left.collation, right.collation]),
            });
            return Some(both.collect());
        }
        let mut level = Level { sources: Vec::new(), merged: Vec::new(), is_natural: false, parent };
        if !select.values_lists.is_empty() {
            return self.values(select, &level);
        }
        for item in &select.from_clause {
            self.item(item, &mut level);
        }
        let columns = self.targets(&select.target_list, &level);
        if self.looks {
            self.look_at_clauses(select, &level);
        }
        columns
    }

    /// What a statement on rows returns.
    fn returned(&mut self, statement: &NodeEnum) -> Option<Vec<Output>> {
        let (relation, from, returning) = match statement {
            NodeEnum::InsertStmt(n) => (n.relation.as_ref(), &[][..], n.returning_clause.as_ref()?),
            NodeEnum::UpdateStmt(n) => (n.relation.as_ref(), &n.from_clause[..], n.returning_clause.as_ref()?),
            NodeEnum::DeleteStmt(n) => (n.relation.as_ref(), &n.using_clause[..], n.returning_clause.as_ref()?),
            _ => return None,
        };
        let level = self.written(relation, from);
        self.targets(&returning.exprs, &level)
    }

    fn targets(&mut self, list: &[Node], level: &Level<'_>) -> Option<Vec<Output>> {
        let mut columns = Vec::new();
        for target in list {
            let Some(NodeEnum::ResTarget(target)) = target.node.as_ref() else { return None };
            let value = target.val.as_deref()?;
            if let Some(NodeEnum::ColumnRef(column)) = value.node.as_ref()
                && matches!(column.fields.last()?.node, Some(NodeEnum::AStar(_)))
            {
                let qualifier = strings(&column.fields).pop();
                let star = level.star(qualifier.as_deref())?;
                let output = |c: QueryColumn| Output { name: c.name, ty: Ty::of(c.ty), collation: c.collation };
                columns.extend(star.into_iter().map(output));
                continue;
            }
            let name = if target.name.is_empty() { implied_column_name(value) } else { target.name.clone() };
            let (ty, collation) = self.quietly(|r| (r.expr(value, level), r.collation(value, level)));
            columns.push(Output { name, ty, collation });
        }
        Some(columns)
    }

    fn values(&mut self, select: &SelectStmt, level: &Level<'_>) -> Option<Vec<Output>> {
        let mut columns: Vec<Vec<Ty>> = Vec::new();
        for row in &select.values_lists {
            let Some(NodeEnum::List(row)) = row.node.as_ref() else { return None };
            columns.resize_with(row.items.len(), Vec::new);
            for (column, item) in columns.iter_mut().zip(&row.items) {
                column.push(self.expr(item, level));
            }
        }
        let named = columns.iter().enumerate().map(|(i, types)| Output {
            name: format!("column{}", i + 1),
            ty: signatures::common(types),
            collation: None,
        });
        Some(named.collect())
    }

    fn item(&mut self, node: &Node, level: &mut Level<'_>) {
        match node.node.as_ref() {
            Some(NodeEnum::RangeVar(relation)) => {
                let columns = self.relation(relation);
                let name = relation.alias.as_ref().map_or(&relation.relname, |alias| &alias.aliasname).clone();
                level.sources.push(aliased(Some(name), columns, relation.alias.as_ref()));
            }
            Some(NodeEnum::RangeSubselect(sub)) => {
                let columns = match sub.subquery.as_deref().and_then(|q| q.node.as_ref()) {
                    Some(NodeEnum::SelectStmt(inner)) if sub.lateral => self.select(inner, Some(level)).map(settled),
                    Some(NodeEnum::SelectStmt(inner)) => self.select(inner, level.parent).map(settled),
                    _ => None,
                };
                let name = sub.alias.as_ref().map(|alias| alias.aliasname.clone());
                level.sources.push(aliased(name, columns, sub.alias.as_ref()));
            }
            Some(NodeEnum::JoinExpr(join)) => self.join(join, level),
            Some(NodeEnum::RangeFunction(function)) => {
                let name = function.alias.as_ref().map(|alias| alias.aliasname.clone());
                level.sources.push(Source { name, columns: None });
            }
            _ => level.sources.push(Source { name: None, columns: None }),
        }
    }

    fn join(&mut self, join: &JoinExpr, level: &mut Level<'_>) {
        if let Some(left) = join.larg.as_deref() {
            self.item(left, level);
        }
        let at = level.sources.len();
        if let Some(right) = join.rarg.as_deref() {
            self.item(right, level);
        }
        let mut joined_by = strings(&join.using_clause);
        if join.is_natural {
            match natural_columns(level.sources.split_at(at)) {
                Some(names) => joined_by = names,
                None => level.is_natural = true,
            }
        }
        // An alias hides the tables within.
        level.is_natural |= join.alias.is_some();
        for name in joined_by {
            let ty = |sources: &[Source]| {
                let mut columns = sources.iter().filter_map(|s| s.columns.as_ref()).flatten();
                columns.find(|c| c.name == name).cloned()
            };
            let (left, right) = level.sources.split_at(at);
            let (left, right) = (ty(left), ty(right));
            let of = |column: &Option<QueryColumn>| column.as_ref().and_then(|c| c.ty.clone());
            let ty = if of(&left) == of(&right) { of(&left) } else { None };
            if !level.merged.iter().any(|c| c.name == name) {
                let collation = collations::merged([left, right].map(|c| c?.collation));
                level.merged.push(QueryColumn { name, ty, collation, is_literal: false });
            }
        }
    }

    fn relation(&self, relation: &RangeVar) -> Option<Vec<QueryColumn>> {
        if relation.schemaname.is_empty()
            && let Some((_, columns)) = self.with.iter().rev().find(|(name, _)| *name == relation.relname)
        {
            return columns.clone();
        }
        let schema = Some(&relation.schemaname).filter(|s| !s.is_empty());
        let parts: Vec<String> = schema.into_iter().chain([&relation.relname]).cloned().collect();
        self.objects.relation(&parts)
    }

    fn all(&mut self, nodes: &[Node], level: &Level<'_>) -> Vec<Ty> {
        nodes.iter().map(|node| self.expr(node, level)).collect()
    }

    /// The types that operators and functions see: a domain stands for another type.
    fn operands(&mut self, nodes: &[Node], level: &Level<'_>) -> Vec<Ty> {
        let types = self.all(nodes, level);
        types.into_iter().map(|ty| self.based(ty)).collect()
    }

    fn based(&self, ty: Ty) -> Ty {
        match ty {
            Ty::Is(ty) => Ty::Is(self.objects.base_type(&ty)),
            other => other,
        }
    }

    /// `array[1]`, `array[1:2]`, `jsonb['key']`.
    fn subscripted(&mut self, n: &AIndirection, level: &Level<'_>) -> Ty {
        let Some(of) = n.arg.as_deref() else { return Ty::NotKnown };
        let ty = self.expr(of, level);
        let Ty::Is(ty) = self.based(ty) else { return Ty::NotKnown };
        let is_slice = |node: &Node| match node.node.as_ref() {
            Some(NodeEnum::AIndices(indices)) => Some(indices.is_slice),
            _ => None,
        };
        let slices: Option<Vec<bool>> = n.indirection.iter().map(is_slice).collect();
        match slices {
            Some(slices) if ty.array && slices.contains(&true) => Ty::Is(ty),
            Some(_) if ty.array => Ty::Is(ty.element()),
            Some(slices) if ty == TypeName::built_in("jsonb") && !slices.contains(&true) => Ty::Is(ty),
            _ => Ty::NotKnown,
        }
    }

    fn expr(&mut self, node: &Node, level: &Level<'_>) -> Ty {
        if self.depth > DEPTH {
            return Ty::NotKnown;
        }
        self.depth += 1;
        let ty = node.node.as_ref().map_or(Ty::NotKnown, |node| self.expr_node(node, level));
        self.depth -= 1;
        ty
    }

    fn expr_node(&mut self, node: &NodeEnum, level: &Level<'_>) -> Ty {
        let boolean = || Ty::built_in("boolean");
        match node {
            NodeEnum::ColumnRef(column) => Ty::of(column_ref(column, level).and_then(|c| c.ty.clone())),
            NodeEnum::AConst(constant) => constant_type(constant),
            NodeEnum::TypeCast(cast) => {
                let Some(raw) = &cast.type_name else { return Ty::NotKnown };
                let lowered = lower_type(raw);
                if lowered.serial || lowered.copied_from.is_some() {
                    return Ty::NotKnown;
                }
                Ty::of(self.objects.type_meant(&lowered.ty))
            }
            NodeEnum::CollateClause(n) => n.arg.as_deref().map_or(Ty::NotKnown, |arg| self.expr(arg, level)),
            NodeEnum::BoolExpr(_) | NodeEnum::NullTest(_) | NodeEnum::BooleanTest(_) => boolean(),
            NodeEnum::CoalesceExpr(n) => signatures::common(&self.all(&n.args, level)),
            NodeEnum::MinMaxExpr(n) => signatures::common(&self.all(&n.args, level)),
            NodeEnum::CaseExpr(n) => {
                // The server takes the type of ELSE first.
                let mut types = vec![n.defresult.as_deref().map_or(Ty::Literal, |e| self.expr(e, level))];
                for when in &n.args {
                    let Some(NodeEnum::CaseWhen(when)) = when.node.as_ref() else { return Ty::NotKnown };
                    types.push(when.result.as_deref().map_or(Ty::NotKnown, |result| self.expr(result, level)));
                }
                signatures::common(&types)
            }
            NodeEnum::SqlvalueFunction(n) => match SqlValueFunctionOp::try_from(n.op) {
                Ok(SqlValueFunctionOp::SvfopCurrentDate) => Ty::built_in("date"),
                Ok(SqlValueFunctionOp::SvfopCurrentTimestamp) => Ty::built_in("timestamp with time zone"),
                Ok(SqlValueFunctionOp::SvfopLocaltimestamp) => Ty::built_in("timestamp without time zone"),
                _ => Ty::NotKnown,
            },
            NodeEnum::AExpr(n) => self.operator(n, level),
            NodeEnum::SubLink(n) => self.sublink(n, level),
            NodeEnum::AArrayExpr(n) => match signatures::common(&self.all(&n.elements, level)).settled() {
                // An array of arrays is of the same type.
                Some(element) => Ty::Is(if element.array { element } else { element.array_of() }),
                None => Ty::NotKnown,
            },
            NodeEnum::AIndirection(n) => self.subscripted(n, level),
            NodeEnum::FuncCall(call) if !call.func_variadic && !call.agg_within_group => {
                let arguments = self.operands(&call.args, level);
                let mut name = strings(&call.funcname);
                if name.first().is_some_and(|schema| schema == "pg_catalog") {
                    name.remove(0);
                    return name.first().map_or(Ty::NotKnown, |name| signatures::built_in_call(name, &arguments));
                }
                match (self.objects.functions(&name).as_slice(), name.as_slice()) {
                    ([], [name]) => signatures::built_in_call(name, &arguments),
                    ([only], [.., name]) if !signatures::is_built_in(name) => signatures::own_call(only, &arguments),
                    _ => Ty::NotKnown,
                }
            }
            _ => Ty::NotKnown,
        }
    }

    fn operator(&mut self, n: &AExpr, level: &Level<'_>) -> Ty {
        use AExprKind as K;
        match AExprKind::try_from(n.kind).unwrap_or_default() {
            K::AexprOpAny
            | K::AexprOpAll
            | K::AexprDistinct
            | K::AexprNotDistinct
            | K::AexprIn
            | K::AexprLike
            | K::AexprIlike
            | K::AexprSimilar
            | K::AexprBetween
            | K::AexprNotBetween => Ty::built_in("boolean"),
            K::AexprOp => {
                let [name] = strings(&n.name).try_into().unwrap_or([String::new()]);
                let mut operand = |node: &Node| {
                    let ty = self.expr(node, level);
                    self.based(ty)
                };
                match (n.lexpr.as_deref(), n.rexpr.as_deref()) {
                    (Some(left), Some(right)) => signatures::operator(&name, &operand(left), &operand(right)),
                    (None, Some(only)) => signatures::prefix_operator(&name, &operand(only)),
                    _ => Ty::NotKnown,
                }
            }
            _ => Ty::NotKnown,
        }
    }

    fn sublink(&mut self, link: &SubLink, level: &Level<'_>) -> Ty {
        match SubLinkType::try_from(link.sub_link_type).unwrap_or_default() {
            SubLinkType::ExistsSublink | SubLinkType::AnySublink | SubLinkType::AllSublink => Ty::built_in("boolean"),
            SubLinkType::ExprSublink => {
                let Some(NodeEnum::SelectStmt(select)) = link.subselect.as_deref().and_then(|s| s.node.as_ref()) else {
                    return Ty::NotKnown;
                };
                let columns = self.select(select, Some(level)).map(settled);
                match columns.as_deref() {
                    Some([only]) => Ty::of(only.ty.clone()),
                    _ => Ty::NotKnown,
                }
            }
            _ => Ty::NotKnown,
        }
    }
}

/// Which of UNION, INTERSECT and EXCEPT joins the parts of a query, from 0.
fn set_operation(select: &SelectStmt) -> usize {
    (select.op as usize).saturating_sub(SetOperation::SetopUnion as usize)
}

fn column_ref<'l>(column: &ColumnRef, level: &'l Level<'_>) -> Option<&'l QueryColumn> {
    if column.fields.iter().any(|f| !matches!(f.node, Some(NodeEnum::String(_)))) {
        return None;
    }
    match strings(&column.fields).as_slice() {
        [name] => level.column(None, name),
        [qualifier, name] => level.column(Some(qualifier), name),
        _ => None,
    }
}

/// The columns that NATURAL joins by: those that both sides have.
fn natural_columns((left, right): (&[Source], &[Source])) -> Option<Vec<String>> {
    let names = |sources: &[Source]| -> Option<Vec<String>> {
        let all: Option<Vec<&Vec<QueryColumn>>> = sources.iter().map(|s| s.columns.as_ref()).collect();
        Some(all?.into_iter().flatten().map(|c| c.name.clone()).collect())
    };
    let (left, right) = (names(left)?, names(right)?);
    Some(left.into_iter().filter(|name| right.contains(name)).collect())
}

fn constant_type(constant: &AConst) -> Ty {
    match &constant.val {
        None | Some(Val::Sval(_)) => Ty::Literal,
        Some(Val::Ival(_)) => Ty::built_in("integer"),
        Some(Val::Boolval(_)) => Ty::built_in("boolean"),
        Some(Val::Fval(f)) if f.fval.parse::<i64>().is_ok() => Ty::built_in("bigint"),
        Some(Val::Fval(_)) => Ty::built_in("numeric"),
        Some(Val::Bsval(_)) => Ty::NotKnown,
    }
}

fn aliased(name: Option<String>, columns: Option<Vec<QueryColumn>>, alias: Option<&Alias>) -> Source {
    let names = alias.map(|alias| strings(&alias.colnames)).unwrap_or_default();
    Source { name, columns: columns.map(|columns| renamed(columns, &names)) }
}

fn renamed(mut columns: Vec<QueryColumn>, names: &[String]) -> Vec<QueryColumn> {
    for (column, name) in columns.iter_mut().zip(names) {
        column.name.clone_from(name);
    }
    columns
}
