//! Queries within expressions, as policies have them.
//!
//! Within one the server's printer qualifies every column by the relation or alias that it belongs to (`get_query_def` in
//! src/backend/utils/adt/ruleutils.c); so a column without a qualifier is looked up as its parser does it: in the innermost query that has it,
//! then outwards, at last in the relation that the expression stands on. Aliases count, as the server keeps them. What is not looked into
//! here (WITH, set operations, functions in FROM) is compared as it is written.

use pg_query::NodeEnum;
use pg_query::protobuf::{ColumnRef, JoinExpr, Node, RangeVar, SelectStmt, SetOperation, SubLink, SubLinkType};

use super::form::{Canon, printed};
use crate::ddl::postgres::lower::strings;
use crate::model::TypeName;

/// The relations of one query, and the queries around it.
pub(super) struct Level<'l> {
    sources: Vec<Source>,
    outer: Option<&'l Level<'l>>,
}

/// A relation in FROM.
struct Source {
    /// Its alias, or its own name.
    name: String,
    /// `None` where they are not known.
    columns: Option<Vec<(String, Option<TypeName>)>>,
}

impl Canon<'_> {
    pub(super) fn column(&self, column: &ColumnRef) -> String {
        let parts = strings(&column.fields);
        let star = if parts.len() < column.fields.len() { Some("*") } else { None };
        match (parts.as_slice(), star) {
            ([], _) => "*".into(),
            ([.., qualifier], Some(_)) => format!("{qualifier}.*"),
            ([.., name], None) if self.level.is_none() => name.clone(),
            ([.., qualifier, name], None) => format!("{qualifier}.{name}"),
            ([name], None) => match self.find(name) {
                Some((owner, _)) => format!("{owner}.{name}"),
                None => name.clone(),
            },
        }
    }

    pub(super) fn type_of_column(&self, column: &ColumnRef) -> Option<TypeName> {
        let parts = strings(&column.fields);
        let (name, qualifiers) = parts.split_last().filter(|_| parts.len() == column.fields.len())?;
        match qualifiers.last() {
            _ if self.level.is_none() => self.names.column(name),
            None => self.find(name)?.1,
            Some(qualifier) => {
                let mut levels = std::iter::successors(self.level, |level| level.outer);
                let source = levels.find_map(|level| level.sources.iter().find(|source| source.name == *qualifier));
                match source {
                    Some(source) => source.columns.as_ref()?.iter().find(|(own, _)| own == name)?.1.clone(),
                    None => self.names.column(name).filter(|_| self.names.relation() == Some(qualifier)),
                }
            }
        }
    }

    /// The relation that a column without a qualifier belongs to, and its type.
    fn find(&self, name: &str) -> Option<(String, Option<TypeName>)> {
        for level in std::iter::successors(self.level, |level| level.outer) {
            for source in &level.sources {
                let mut columns = source.columns.iter().flatten();
                if let Some((_, ty)) = columns.find(|(own, _)| own == name) {
                    return Some((source.name.clone(), ty.clone()));
                }
            }
            if let [only] = level.sources.as_slice()
                && only.columns.is_none()
            {
                return Some((only.name.clone(), None));
            }
        }
        let ty = self.names.column(name)?;
        Some((self.names.relation()?.to_owned(), Some(ty)))
    }

    pub(super) fn sub_link(&self, link: &SubLink, node: &Node) -> String {
        let Some(query) = link.subselect.as_deref() else { return printed(node) };
        let kind = SubLinkType::try_from(link.sub_link_type).unwrap_or_default();
        if kind == SubLinkType::ExprSublink
            && let Some(scalar) = self.scalar_query(query)
        {
            return scalar;
        }
        let Some(form) = self.query(query) else { return printed(node) };
        let operator = || strings(&link.oper_name).pop().unwrap_or_else(|| "=".into());
        let tested = || self.optional(link.testexpr.as_deref());
        match kind {
            SubLinkType::ExistsSublink => format!("exists({form})"),
            SubLinkType::AnySublink => format!("({} {} any {form})", tested(), operator()),
            SubLinkType::AllSublink => format!("({} {} all {form})", tested(), operator()),
            SubLinkType::ArraySublink => format!("array({form})"),
            SubLinkType::ExprSublink => format!("({form})"),
            _ => printed(node),
        }
    }

    /// The type of the one column that a query gives.
    pub(super) fn type_of_query(&self, link: &SubLink, depth: usize) -> Option<TypeName> {
        if link.sub_link_type != SubLinkType::ExprSublink as i32 {
            return None;
        }
        let NodeEnum::SelectStmt(select) = link.subselect.as_deref()?.node.as_ref()? else { return None };
        let level = self.level_of(select)?;
        let [target] = select.target_list.as_slice() else { return None };
        let NodeEnum::ResTarget(target) = target.node.as_ref()? else { return None };
        Canon { names: self.names, level: Some(&level) }.type_of(target.val.as_deref()?, depth)
    }

    /// `(SELECT expr)`, whatever the column is called.
    fn scalar_query(&self, query: &Node) -> Option<String> {
        let NodeEnum::SelectStmt(select) = query.node.as_ref()? else { return None };
        let [target] = select.target_list.as_slice() else { return None };
        let is_plain = select.from_clause.is_empty()
            && select.where_clause.is_none()
            && select.larg.is_none()
            && select.limit_count.is_none()
            && select.with_clause.is_none();
        let NodeEnum::ResTarget(target) = target.node.as_ref()? else { return None };
        is_plain.then(|| format!("select({})", self.optional(target.val.as_deref())))
    }

    fn query(&self, query: &Node) -> Option<String> {
        let NodeEnum::SelectStmt(select) = query.node.as_ref()? else { return None };
        let level = self.level_of(select)?;
        Canon { names: self.names, level: Some(&level) }.select(select)
    }

    fn level_of(&self, select: &SelectStmt) -> Option<Level<'_>> {
        let is_read = select.op == SetOperation::SetopNone as i32
            && select.with_clause.is_none()
            && select.values_lists.is_empty()
            && select.window_clause.is_empty()
            && select.locking_clause.is_empty()
            && select.into_clause.is_none();
        let mut sources = Vec::new();
        let are_read = is_read && select.from_clause.iter().all(|item| self.sources(item, &mut sources).is_some());
        are_read.then_some(Level { sources, outer: self.level })
    }

    /// The relations of an item of FROM; `None` where it is not read.
    fn sources(&self, item: &Node, sources: &mut Vec<Source>) -> Option<()> {
        match item.node.as_ref()? {
            NodeEnum::RangeVar(relation) => {
                let alias = relation.alias.as_ref();
                if !relation.inh || alias.is_some_and(|alias| !alias.colnames.is_empty()) {
                    return None;
                }
                let name = alias.map_or(&relation.relname, |alias| &alias.aliasname).clone();
                let schema = Some(relation.schemaname.as_str()).filter(|schema| !schema.is_empty());
                sources.push(Source { name, columns: self.names.columns_of(schema, &relation.relname) });
            }
            NodeEnum::JoinExpr(join) => {
                if join.is_natural || join.alias.is_some() || join.join_using_alias.is_some() {
                    return None;
                }
                self.sources(join.larg.as_deref()?, sources)?;
                self.sources(join.rarg.as_deref()?, sources)?;
            }
            NodeEnum::RangeSubselect(sub) => {
                let alias = sub.alias.as_ref().filter(|alias| alias.colnames.is_empty())?;
                sources.push(Source { name: alias.aliasname.clone(), columns: None });
            }
            _ => return None,
        }
        Some(())
    }

    fn select(&self, select: &SelectStmt) -> Option<String> {
        let mut out = String::from("select(");
        if !select.distinct_clause.is_empty() {
            out += &format!("distinct {} ", self.list(&select.distinct_clause, None));
        }
        let targets: Option<Vec<String>> = select.target_list.iter().map(|target| self.target(target)).collect();
        out += &targets?.join(",");
        let from: Option<Vec<String>> = select.from_clause.iter().map(|item| self.item(item)).collect();
        out += &format!(";from {}", from?.join(","));
        for (word, node) in [
            ("where", &select.where_clause),
            ("having", &select.having_clause),
            ("offset", &select.limit_offset),
            ("limit", &select.limit_count),
        ] {
            if let Some(node) = node {
                out += &format!(";{word} {}", self.form(node, None));
            }
        }
        for (word, nodes) in [("group", &select.group_clause), ("order", &select.sort_clause)] {
            if !nodes.is_empty() {
                out += &format!(";{word} {}", self.list(nodes, None));
            }
        }
        Some(out + ")")
    }

    /// What a column is called does not matter; a star stands for all columns.
    fn target(&self, target: &Node) -> Option<String> {
        let NodeEnum::ResTarget(target) = target.node.as_ref()? else { return None };
        let value = target.val.as_deref()?;
        let form = self.form(value, None);
        let qualifier = match form.strip_suffix('*') {
            Some("") => None,
            Some(qualified) => Some(qualified.strip_suffix('.')?),
            None => return Some(form),
        };
        let sources = self.level.iter().flat_map(|level| &level.sources);
        let mut all = Vec::new();
        for source in sources.filter(|source| qualifier.is_none_or(|qualifier| source.name == qualifier)) {
            let Some(columns) = &source.columns else { return Some(form) };
            all.extend(columns.iter().map(|(name, _)| format!("{}.{name}", source.name)));
        }
        Some(all.join(","))
    }

    fn item(&self, item: &Node) -> Option<String> {
        match item.node.as_ref()? {
            NodeEnum::RangeVar(relation) => Some(relation_form(relation)),
            NodeEnum::JoinExpr(join) => self.join(join),
            NodeEnum::RangeSubselect(sub) => {
                // It sees the queries around, but not its neighbours unless it is LATERAL.
                let outer = Canon { names: self.names, level: self.level.and_then(|level| level.outer) };
                let canon = if sub.lateral { self } else { &outer };
                Some(format!("{} {}", canon.query(sub.subquery.as_deref()?)?, sub.alias.as_ref()?.aliasname))
            }
            _ => None,
        }
    }

    fn join(&self, join: &JoinExpr) -> Option<String> {
        let (left, right) = (self.item(join.larg.as_deref()?)?, self.item(join.rarg.as_deref()?)?);
        let condition = match join.quals.as_deref() {
            Some(quals) => format!("on {}", self.form(quals, None)),
            None => format!("using {}", strings(&join.using_clause).join(",")),
        };
        Some(format!("({left} join{} {right} {condition})", join.jointype))
    }
}

/// Its schema does not show where names are found without one.
fn relation_form(relation: &RangeVar) -> String {
    let schema = match relation.schemaname.as_str() {
        "" | "public" => String::new(),
        schema => format!("{schema}."),
    };
    let alias = relation.alias.as_ref().map(|alias| format!(" {}", alias.aliasname)).unwrap_or_default();
    format!("{schema}{}{alias}", relation.relname)
}
