//! [`NamesIn`]: every name of a piece of SQL, its place, and the select level it stands in.
//!
//! The grammar's tree gives a location for most names; a use is only recorded when the tokens there spell it, so that a name which the grammar
//! made up (`EXTRACT`, `timestamp with time zone`) never gets a place.

use std::rc::Rc;

use pg_query::NodeEnum;
use pg_query::protobuf::{
    Alias, ColumnRef, CreateTrigStmt, JoinExpr, Node, RangeFunction, RangeVar, ResTarget, SelectStmt, SetOperation,
    TypeName as RawType, WithClause,
};

use super::lexer::{Kind, Token, Tokens, identifier, truncate};
use super::literals::literals_of;
use super::lower::{implied_column_name, scalar, strings};
use super::parse::{raw_parse_kept, raw_parse_with};
use super::walk::children;
use crate::dialect::{Literal, NameKind, NameUse, NamesIn, Scope, Source, SqlForm};

/// Collects the names of a text; `None` when the grammar refuses it.
pub(super) fn names_in(sql: &str, form: SqlForm) -> Option<NamesIn> {
    let statements = match form {
        SqlForm::Expression => Rc::new(raw_parse_with(sql, pg_query::ParserOptions::PLPGSQL_EXPR).ok()?),
        SqlForm::Statement => raw_parse_kept(sql).ok()?,
    };
    let mut collector = Collector { text: sql, out: NamesIn::default(), with: Vec::new() };
    for node in statements.iter().filter_map(|s| s.stmt.as_deref()).filter_map(|n| n.node.as_ref()) {
        collector.statement(node, form);
    }
    collector.out.uses.sort_by_key(|u| (u.range.start, u.range.end));
    Some(collector.out)
}

pub(super) struct Collector<'a> {
    text: &'a str,
    pub(super) out: NamesIn,
    /// WITH queries in sight, and their select levels.
    pub(super) with: Vec<(String, usize)>,
}

impl<'a> Collector<'a> {
    fn scope(&mut self, parent: Option<usize>) -> usize {
        self.out.scopes.push(Scope { parent, ..Scope::default() });
        self.out.scopes.len() - 1
    }

    fn statement(&mut self, node: &NodeEnum, form: SqlForm) {
        match node {
            NodeEnum::SelectStmt(select) => {
                self.select(select, None, form == SqlForm::Statement);
            }
            NodeEnum::ViewStmt(view) => {
                let scope = self.scope(None);
                self.relation_use(view.view.as_ref(), scope);
                self.child(view.query.as_deref(), scope);
            }
            NodeEnum::CreateTableAsStmt(table) => {
                let scope = self.scope(None);
                self.child(table.query.as_deref(), scope);
            }
            NodeEnum::RuleStmt(rule) => {
                let scope = self.scope(None);
                self.target_relation(rule.relation.as_ref(), scope, &["old", "new"]);
                self.child(rule.where_clause.as_deref(), scope);
                for action in &rule.actions {
                    self.child(Some(action), scope);
                }
            }
            NodeEnum::CreateTrigStmt(trigger) => self.trigger(trigger),
            NodeEnum::CreateFunctionStmt(function) => {
                let scope = self.scope(None);
                for parameter in &function.parameters {
                    if let Some(NodeEnum::FunctionParameter(parameter)) = parameter.node.as_ref() {
                        self.some_type(parameter.arg_type.as_ref(), scope);
                        self.child(parameter.defexpr.as_deref(), scope);
                    }
                }
                self.some_type(function.return_type.as_ref(), scope);
            }
            other => {
                let scope = self.scope(None);
                self.visit(other, scope);
            }
        }
    }

    /// Columns after OF and the function carry no locations; the words before them do not occur elsewhere in the statement's head.
    fn trigger(&mut self, trigger: &CreateTrigStmt) {
        let scope = self.scope(None);
        self.target_relation(trigger.relation.as_ref(), scope, &["old", "new"]);
        let tokens: Vec<Token> = Tokens::new(self.text).filter(|t| t.kind != Kind::Comment).collect();
        let text = self.text;
        let word = |i: usize, word: &str| {
            tokens.get(i).is_some_and(|t| t.kind == Kind::Word && text[t.start..t.end].eq_ignore_ascii_case(word))
        };
        for name in strings(&trigger.columns) {
            let on = (0..tokens.len()).find(|&i| word(i, "on")).unwrap_or(tokens.len());
            let of = (0..on).rev().find(|&i| word(i, "of")).unwrap_or(on);
            let found = tokens[of.min(tokens.len())..on].iter().find(|t| self.spells(t, &name));
            if let Some(token) = found.copied() {
                self.push(NameKind::Column, vec![name], token.start..token.end, scope, false);
            }
        }
        let execute = (0..tokens.len()).rev().find(|&i| word(i, "execute"));
        if let Some(token) = execute.and_then(|i| tokens.get(i + 2)) {
            self.dotted_use(NameKind::Function, &strings(&trigger.funcname), token.start as i32, scope, false);
        }
        self.child(trigger.when_clause.as_deref(), scope);
    }

    fn some_type(&mut self, ty: Option<&RawType>, scope: usize) {
        if let Some(ty) = ty {
            self.type_use(ty, scope);
        }
    }

    fn spells(&self, token: &Token, name: &str) -> bool {
        identifier(self.text, *token).is_some_and(|id| truncate(&id) == truncate(name))
    }

    pub(super) fn child(&mut self, node: Option<&Node>, scope: usize) {
        if let Some(inner) = node.and_then(|n| n.node.as_ref()) {
            self.visit(inner, scope);
        }
    }

    pub(super) fn list(&mut self, nodes: &[Node], scope: usize) {
        for node in nodes {
            self.child(Some(node), scope);
        }
    }

    pub(super) fn visit(&mut self, node: &NodeEnum, scope: usize) {
        for (of, text) in literals_of(node) {
            self.out.literals.push(Literal { text, of, scope });
        }
        match node {
            NodeEnum::SelectStmt(select) => {
                self.select(select, Some(scope), false);
                return;
            }
            NodeEnum::ColumnRef(column) => self.column(column, scope, false),
            NodeEnum::FuncCall(call) => {
                let name = strings(&call.funcname);
                self.dotted_use(NameKind::Function, &name, call.location, scope, false);
                if matches!(name.last().map(String::as_str), Some("nextval" | "currval" | "setval")) {
                    self.regclass(call.args.first(), scope);
                }
            }
            NodeEnum::TypeCast(cast) => {
                if let Some(ty) = &cast.type_name {
                    self.type_use(ty, scope);
                    if strings(&ty.names).last().map(String::as_str) == Some("regclass") {
                        self.regclass(cast.arg.as_deref(), scope);
                    }
                }
            }
            NodeEnum::ColumnDef(column) => {
                if let Some(ty) = &column.type_name {
                    self.type_use(ty, scope);
                }
            }
            NodeEnum::InsertStmt(n) => {
                self.insert(n, scope);
                return;
            }
            NodeEnum::UpdateStmt(n) => {
                self.update(n, scope);
                return;
            }
            NodeEnum::DeleteStmt(n) => {
                self.delete(n, scope);
                return;
            }
            _ => {}
        }
        children(node, &mut |child| self.visit(child, scope));
    }

    /// Names left of `=`, and the values.
    pub(super) fn assigned(&mut self, targets: &[Node], scope: usize) {
        self.assigned_names(targets, scope);
        self.list(targets, scope);
    }

    pub(super) fn assigned_names(&mut self, targets: &[Node], scope: usize) {
        for target in targets {
            if let Some(NodeEnum::ResTarget(target)) = target.node.as_ref() {
                self.dotted_use(NameKind::Column, std::slice::from_ref(&target.name), target.location, scope, false);
            }
        }
    }

    /// The relation of a statement, under its alias and under other names for its rows.
    pub(super) fn target_relation(&mut self, relation: Option<&RangeVar>, scope: usize, also: &[&str]) {
        let Some(relation) = relation else { return };
        self.relation_use(Some(relation), scope);
        let parts = relation_parts(relation);
        let alias = relation.alias.as_ref().map(|a| a.aliasname.clone());
        let mut sources = vec![Source { alias, relation: Some(parts.clone()), ..Source::default() }];
        sources.extend(also.iter().map(|name| Source {
            alias: Some((*name).to_owned()),
            relation: Some(parts.clone()),
            ..Source::default()
        }));
        self.out.scopes[scope].sources.append(&mut sources);
    }

    fn relation_use(&mut self, relation: Option<&RangeVar>, scope: usize) {
        if let Some(relation) = relation {
            self.dotted_use(NameKind::Relation, &relation_parts(relation), relation.location, scope, false);
        }
    }

    pub(super) fn with_clause(&mut self, with: Option<&WithClause>, parent: Option<usize>) {
        let Some(with) = with else { return };
        for node in &with.ctes {
            let Some(NodeEnum::CommonTableExpr(cte)) = node.node.as_ref() else { continue };
            let level = self.out.scopes.len();
            if with.recursive {
                self.with.push((cte.ctename.clone(), level));
            }
            match cte.ctequery.as_deref().and_then(|n| n.node.as_ref()) {
                Some(NodeEnum::SelectStmt(select)) => {
                    self.select(select, parent, true);
                }
                Some(other) => {
                    let scope = self.scope(parent);
                    self.visit(other, scope);
                }
                None => continue,
            }
            self.alias_outputs(cte, level);
            if !with.recursive {
                self.with.push((cte.ctename.clone(), level));
            }
        }
    }

    pub(super) fn select(&mut self, select: &SelectStmt, parent: Option<usize>, top: bool) -> usize {
        let scope = self.scope(parent);
        let before = self.with.len();
        self.with_clause(select.with_clause.as_ref(), parent);
        if select.op > SetOperation::SetopNone as i32 {
            let left = select.larg.as_deref().map(|arm| self.select(arm, Some(scope), top));
            if let Some(arm) = select.rarg.as_deref() {
                self.select(arm, Some(scope), top);
            }
            if let Some(left) = left {
                self.out.scopes[scope].outputs = self.out.scopes[left].outputs.clone();
            }
        }
        self.sources(&select.from_clause, scope);
        for node in &select.target_list {
            if let Some(NodeEnum::ResTarget(target)) = node.node.as_ref() {
                self.target(target, scope, top);
            }
        }
        self.list(&select.distinct_clause, scope);
        self.child(select.where_clause.as_deref(), scope);
        self.list(&select.group_clause, scope);
        self.child(select.having_clause.as_deref(), scope);
        self.list(&select.window_clause, scope);
        if let Some(NodeEnum::List(first)) = select.values_lists.first().and_then(|n| n.node.as_ref()) {
            self.out.scopes[scope].outputs = (1..=first.items.len()).map(|i| Some(format!("column{i}"))).collect();
        }
        self.list(&select.values_lists, scope);
        self.list(&select.sort_clause, scope);
        self.child(select.limit_offset.as_deref(), scope);
        self.child(select.limit_count.as_deref(), scope);
        self.with.truncate(before);
        scope
    }

    pub(super) fn target(&mut self, target: &ResTarget, scope: usize, top: bool) {
        let Some(node) = target.val.as_deref() else { return };
        let named = !target.name.is_empty();
        let output = if named {
            self.out.scopes[scope].output_names.push(target.name.clone());
            Some(target.name.clone())
        } else if is_star(node) {
            None
        } else {
            let implied = implied_column_name(node);
            // A column's own name is no other one.
            if !matches!(node.node, Some(NodeEnum::ColumnRef(_))) {
                self.out.scopes[scope].output_names.push(implied.clone());
            }
            Some(implied)
        };
        self.out.scopes[scope].outputs.push(output);
        match node.node.as_ref() {
            Some(NodeEnum::ColumnRef(column)) if is_star(node) => self.star(column, scope, top && !named),
            Some(NodeEnum::ColumnRef(column)) => self.column(column, scope, top && !named),
            _ => self.child(Some(node), scope),
        }
    }

    fn column(&mut self, column: &ColumnRef, scope: usize, names_output: bool) {
        let parts = strings(&column.fields);
        if parts.len() == column.fields.len() {
            self.dotted_use(NameKind::Column, &parts, column.location, scope, names_output);
        } else if !parts.is_empty() {
            // `count(t.*)` takes the whole row, and none of its columns.
            self.dotted_use(NameKind::Column, &parts, column.location, scope, false);
        }
    }

    /// A star as an item of a select list.
    fn star(&mut self, column: &ColumnRef, scope: usize, names_output: bool) {
        let parts = strings(&column.fields);
        let Ok(start) = usize::try_from(column.location) else { return };
        let tokens = self.dotted_tokens(column.location);
        let star = Tokens::at(self.text, start).find(|t| &self.text[t.start..t.end] == "*");
        if let Some(star) = star.filter(|_| tokens.len() == parts.len()) {
            self.push(NameKind::Star, parts, start..star.end, scope, names_output);
        }
    }

    pub(super) fn sources(&mut self, nodes: &[Node], scope: usize) {
        for node in nodes {
            self.item(node, scope);
        }
    }

    fn item(&mut self, node: &Node, scope: usize) {
        match node.node.as_ref() {
            Some(NodeEnum::RangeVar(relation)) => self.range_var(relation, scope),
            Some(NodeEnum::RangeSubselect(n)) => {
                let parent = if n.lateral { Some(scope) } else { self.out.scopes[scope].parent };
                let subquery = match n.subquery.as_deref().and_then(|q| q.node.as_ref()) {
                    Some(NodeEnum::SelectStmt(select)) => Some(self.select(select, parent, true)),
                    _ => None,
                };
                self.source(Source { subquery, ..aliased(n.alias.as_ref()) }, scope);
            }
            Some(NodeEnum::RangeFunction(function)) => self.range_function(function, scope),
            Some(NodeEnum::JoinExpr(join)) => self.join(join, scope),
            Some(NodeEnum::RangeTableSample(sample)) => {
                if let Some(relation) = sample.relation.as_deref() {
                    self.item(relation, scope);
                }
                self.list(&sample.args, scope);
            }
            Some(NodeEnum::RangeTableFunc(table)) => {
                self.source(aliased(table.alias.as_ref()), scope);
                children(&NodeEnum::RangeTableFunc(table.clone()), &mut |n| self.visit(n, scope));
            }
            Some(NodeEnum::JsonTable(table)) => {
                self.source(aliased(table.alias.as_ref()), scope);
                children(&NodeEnum::JsonTable(table.clone()), &mut |n| self.visit(n, scope));
            }
            _ => self.child(Some(node), scope),
        }
    }

    fn source(&mut self, source: Source, scope: usize) {
        self.out.scopes[scope].sources.push(source);
    }

    fn range_var(&mut self, relation: &RangeVar, scope: usize) {
        let mut source = aliased(relation.alias.as_ref());
        let with = self.with.iter().rev().find(|(name, _)| *name == relation.relname).map(|(_, level)| *level);
        match with.filter(|_| relation.schemaname.is_empty()) {
            Some(level) => {
                source.subquery = Some(level);
                source.alias.get_or_insert_with(|| relation.relname.clone());
            }
            None => {
                self.relation_use(Some(relation), scope);
                source.relation = Some(relation_parts(relation));
            }
        }
        self.source(source, scope);
    }

    fn range_function(&mut self, function: &RangeFunction, scope: usize) {
        self.list(&function.functions, scope);
        self.list(&function.coldeflist, scope);
        let mut source = aliased(function.alias.as_ref());
        for node in &function.coldeflist {
            if let Some(NodeEnum::ColumnDef(column)) = node.node.as_ref() {
                source.column_aliases.push(column.colname.clone());
            }
        }
        self.source(source, scope);
    }

    fn join(&mut self, join: &JoinExpr, scope: usize) {
        if let Some(left) = join.larg.as_deref() {
            self.item(left, scope);
        }
        let right_from = self.out.scopes[scope].sources.len();
        if let Some(right) = join.rarg.as_deref() {
            self.item(right, scope);
        }
        let using = strings(&join.using_clause);
        for source in &mut self.out.scopes[scope].sources[right_from..] {
            source.using.extend(using.iter().cloned());
            source.natural |= join.is_natural;
        }
        self.child(join.quals.as_deref(), scope);
        // Columns of a join under other names, or under the name of the join, are not followed.
        let renamed = join.alias.as_ref().filter(|alias| !alias.colnames.is_empty());
        if let Some(alias) = renamed.or(join.join_using_alias.as_ref()) {
            let alias = Some(alias.aliasname.clone());
            self.out.scopes[scope].sources.push(Source { alias, ..Source::default() });
        }
    }

    fn type_use(&mut self, ty: &RawType, scope: usize) {
        self.dotted_use(NameKind::Type, &strings(&ty.names), ty.location, scope, false);
    }

    fn regclass(&mut self, node: Option<&Node>, scope: usize) {
        let Some(inner @ NodeEnum::AConst(constant)) = node.and_then(|n| n.node.as_ref()) else { return };
        let (Some(text), Ok(start)) = (scalar(inner), usize::try_from(constant.location)) else { return };
        let parts: Vec<String> = Tokens::new(&text).filter_map(|t| identifier(&text, t)).collect();
        if let Some(token) = Tokens::at(self.text, start).next().filter(|t| t.kind == Kind::String)
            && !parts.is_empty()
        {
            self.push(NameKind::RegClass, parts, token.start..token.end, scope, false);
        }
    }

    /// The identifier tokens of `a.b.c` at a location.
    fn dotted_tokens(&self, location: i32) -> Vec<Token> {
        let Some(start) = usize::try_from(location).ok().filter(|&at| self.text.is_char_boundary(at)) else {
            return Vec::new();
        };
        let mut tokens = Tokens::at(self.text, start).filter(|t| t.kind != Kind::Comment);
        let mut parts = Vec::new();
        while let Some(token) = tokens.next() {
            if !matches!(token.kind, Kind::Word | Kind::QuotedIdentifier) {
                break;
            }
            parts.push(token);
            if tokens.next().is_none_or(|t| &self.text[t.start..t.end] != ".") {
                break;
            }
        }
        parts
    }

    fn dotted_use(&mut self, kind: NameKind, parts: &[String], location: i32, scope: usize, names_output: bool) {
        let tokens = self.dotted_tokens(location);
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        let spelled = tokens.len() >= parts.len() && tokens.iter().zip(parts).all(|(t, part)| self.spells(t, part));
        if !spelled || parts.is_empty() {
            return;
        }
        // Fields of a composite column may follow the name.
        let end = tokens.get(parts.len() - 1).unwrap_or(last).end;
        let parts = parts.iter().map(|p| truncate(p).to_owned()).collect();
        self.push(kind, parts, first.start..end, scope, names_output);
    }

    fn push(
        &mut self,
        kind: NameKind,
        parts: Vec<String>,
        range: std::ops::Range<usize>,
        scope: usize,
        names_output: bool,
    ) {
        self.out.uses.push(NameUse { kind, parts, range, scope, names_output });
    }
}

fn relation_parts(relation: &RangeVar) -> Vec<String> {
    let parts = [&relation.catalogname, &relation.schemaname, &relation.relname];
    parts.into_iter().filter(|p| !p.is_empty()).map(|p| truncate(p).to_owned()).collect()
}

fn aliased(alias: Option<&Alias>) -> Source {
    Source {
        alias: alias.map(|a| a.aliasname.clone()),
        column_aliases: alias.map(|a| strings(&a.colnames)).unwrap_or_default(),
        ..Source::default()
    }
}

fn is_star(node: &Node) -> bool {
    match node.node.as_ref() {
        Some(NodeEnum::ColumnRef(column)) => {
            matches!(column.fields.last().and_then(|f| f.node.as_ref()), Some(NodeEnum::AStar(_)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `kind:parts@scope`, with `!` where a use names an output column.
    fn check(sql: &str, form: SqlForm, expect: &str) {
        let names = names_in(sql, form).expect("it parses");
        let uses: Vec<String> = names
            .uses
            .iter()
            .map(|u| {
                let kind = format!("{:?}", u.kind).chars().next().unwrap_or('?');
                let kind = if u.kind == NameKind::RegClass { 'G' } else { kind };
                let mark = if u.names_output { "!" } else { "" };
                format!("{kind}:{}@{}{mark}", u.parts.join("."), u.scope)
            })
            .collect();
        assert_eq!(uses.join(" "), expect, "{sql}");
        assert!(names.uses.iter().all(|u| sql.get(u.range.clone()).is_some()));
    }

    #[test]
    fn uses_and_levels() {
        check("lower(a) > 'x'::app.role", SqlForm::Expression, "F:lower@0 C:a@0 T:app.role@0");
        check("EXTRACT(year FROM a)::timestamp", SqlForm::Expression, "C:a@0");
        check("nextval('s.q'::regclass)", SqlForm::Expression, "F:nextval@0 G:s.q@0 T:regclass@0");
        check(
            "SELECT t.id, x AS y, s.* FROM a.t JOIN s USING (id) WHERE EXISTS (SELECT 1 FROM u WHERE u.k = t.id)",
            SqlForm::Statement,
            "C:t.id@0! C:x@0 S:s@0! R:a.t@0 R:s@0 R:u@1 C:u.k@1 C:t.id@1",
        );
        check("WITH w AS (SELECT a FROM t) SELECT a FROM w", SqlForm::Statement, "C:a@1! R:t@1 C:a@0!");
        check(
            "SELECT a FROM t UNION SELECT b FROM u ORDER BY a",
            SqlForm::Statement,
            "C:a@1! R:t@1 C:b@2! R:u@2 C:a@0",
        );
        check(
            "CREATE TRIGGER g BEFORE UPDATE OF a ON s.t FOR EACH ROW WHEN (old.a <> new.b) EXECUTE FUNCTION s.f('x')",
            SqlForm::Statement,
            "C:a@0 R:s.t@0 C:old.a@0 C:new.b@0 F:s.f@0",
        );
        check("UPDATE t SET a = b WHERE c", SqlForm::Statement, "R:t@0 C:a@0 C:b@0 C:c@0");
    }

    #[test]
    pub(super) fn sources() {
        let names =
            names_in("WITH w (z) AS (SELECT 1) SELECT * FROM w, s.t AS q, (SELECT a) AS sub", SqlForm::Statement);
        let names = names.expect("it parses");
        let top = &names.scopes[0];
        let aliases: Vec<_> = top.sources.iter().map(|s| (s.alias.as_deref(), s.subquery)).collect();
        assert_eq!(aliases, [(Some("w"), Some(1)), (Some("q"), None), (Some("sub"), Some(2))]);
        assert_eq!(top.outputs, [None]);
        assert_eq!(names.scopes[1].outputs, [Some("z".to_owned())]);
    }
}
