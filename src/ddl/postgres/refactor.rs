//! Names in expressions and queries: which there are, and how the text reads after one has changed.
//!
//! The server stores trees with object ids, so a rename shows in everything that uses the object. Here the text is kept and the name's
//! tokens are replaced, found through the parse tree; the rest stays byte for byte.

use std::collections::HashSet;
use std::ops::Range;

use pg_query::NodeEnum;
use pg_query::protobuf::{Node, RangeVar, RawStmt, TypeName as RawType};

use super::lexer::{Kind, Token, Tokens, truncate};
use super::lower::{implied_column_name, scalar, strings};
use super::parse::{raw_parse, raw_parse_with};
use super::print::{quote_if_needed, quote_literal};
use super::walk::walk;

/// A name as written in an expression or query: `(schema, name)`.
pub type WrittenName = (Option<String>, String);

/// What an expression or query names, each once, in order of appearance.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Names {
    /// Last parts of column references.
    pub columns: Vec<String>,
    /// Relations in FROM clauses, without names of WITH queries, and those in `'name'::regclass` and `nextval('name')`.
    pub relations: Vec<WrittenName>,
    pub functions: Vec<WrittenName>,
    /// Types of casts that are not built in by their syntax.
    pub types: Vec<WrittenName>,
}

/// Names of one expression; `None` when the text is none.
#[must_use]
pub fn names_of_expression(sql: &str) -> Option<Names> {
    Some(names(&raw_parse_with(sql, pg_query::ParserOptions::PLPGSQL_EXPR).ok()?))
}

/// Names of a query; `None` when the text is no statement.
#[must_use]
pub fn names_of_query(sql: &str) -> Option<Names> {
    Some(names(&raw_parse(sql).ok()?))
}

/// The expression of a text that was parsed as one, where it is only that.
pub(super) fn single_expression(statements: &[RawStmt]) -> Option<&Node> {
    let NodeEnum::SelectStmt(select) = statements.first()?.stmt.as_deref()?.node.as_ref()? else { return None };
    let [target] = select.target_list.as_slice() else { return None };
    let plain = select.from_clause.is_empty()
        && select.where_clause.is_none()
        && select.group_clause.is_empty()
        && select.sort_clause.is_empty()
        && select.limit_count.is_none()
        && select.larg.is_none();
    match target.node.as_ref()? {
        NodeEnum::ResTarget(target) if plain && target.name.is_empty() => target.val.as_deref(),
        _ => None,
    }
}

fn names(statements: &[RawStmt]) -> Names {
    let mut out = Names::default();
    let with = with_names(statements);
    each(statements, &mut |node| match node {
        NodeEnum::ColumnRef(column) => {
            if let Some(NodeEnum::String(last)) = column.fields.last().and_then(|n| n.node.as_ref()) {
                push(&mut out.columns, truncate(&last.sval).to_owned());
            }
        }
        NodeEnum::RangeVar(relation)
            if !relation.schemaname.is_empty() || !with.contains(relation.relname.as_str()) =>
        {
            push(&mut out.relations, relation_name(relation));
        }
        NodeEnum::FuncCall(call) => {
            push(&mut out.functions, split(&strings(&call.funcname)));
            if let Some((name, _)) = sequence_argument(call) {
                push(&mut out.relations, name);
            }
        }
        NodeEnum::TypeCast(cast) => {
            if let Some(ty) = &cast.type_name {
                if let Some((name, _)) = regclass_constant(cast) {
                    push(&mut out.relations, name);
                }
                push(&mut out.types, split(&strings(&ty.names)));
            }
        }
        _ => {}
    });
    out
}

fn push<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

fn each<'n>(statements: &'n [RawStmt], visit: &mut dyn FnMut(&'n NodeEnum)) {
    for node in statements.iter().filter_map(|s| s.stmt.as_deref()).filter_map(|n| n.node.as_ref()) {
        walk(node, &mut |n| {
            visit(n);
            true
        });
    }
}

fn with_names(statements: &[RawStmt]) -> HashSet<&str> {
    let mut names = HashSet::new();
    each(statements, &mut |node| {
        if let NodeEnum::CommonTableExpr(cte) = node {
            names.insert(cte.ctename.as_str());
        }
    });
    names
}

fn split(parts: &[String]) -> WrittenName {
    let mut parts = parts.iter().rev().map(|p| truncate(p).to_owned());
    let name = parts.next().unwrap_or_default();
    (parts.next(), name)
}

fn relation_name(relation: &RangeVar) -> WrittenName {
    let schema = (!relation.schemaname.is_empty()).then(|| truncate(&relation.schemaname).to_owned());
    (schema, truncate(&relation.relname).to_owned())
}

/// The name in `'name'::regclass`, and where the constant stands.
fn regclass_constant(cast: &pg_query::protobuf::TypeCast) -> Option<(WrittenName, i32)> {
    let ty = strings(&cast.type_name.as_ref()?.names);
    (ty.last().map(String::as_str) == Some("regclass")).then_some(())?;
    constant_name(cast.arg.as_deref()?)
}

/// The name in `nextval('name')` and its like without a cast.
fn sequence_argument(call: &pg_query::protobuf::FuncCall) -> Option<(WrittenName, i32)> {
    let name = strings(&call.funcname).pop()?;
    matches!(name.as_str(), "nextval" | "currval" | "setval").then_some(())?;
    constant_name(call.args.first()?)
}

fn constant_name(node: &Node) -> Option<(WrittenName, i32)> {
    let NodeEnum::AConst(constant) = node.node.as_ref()? else { return None };
    let text = scalar(node.node.as_ref()?)?;
    let parts: Vec<String> = Tokens::new(&text).filter_map(|t| super::lexer::identifier(&text, t)).collect();
    (!parts.is_empty()).then(|| (split(&parts), constant.location))
}

/// Replacements in a text.
struct Edits<'a> {
    text: &'a str,
    edits: Vec<(Range<usize>, String)>,
}

impl<'a> Edits<'a> {
    /// Parses `sql` as an expression, else as a statement, and collects edits for every node.
    fn make(sql: &'a str, mut visit: impl FnMut(&mut Self, &NodeEnum, &[RawStmt])) -> String {
        let parsed = raw_parse_with(sql, pg_query::ParserOptions::PLPGSQL_EXPR).or_else(|_| raw_parse(sql));
        let Ok(statements) = parsed else { return sql.to_owned() };
        let mut edits = Self { text: sql, edits: Vec::new() };
        each(&statements, &mut |node| visit(&mut edits, node, &statements));
        edits.apply()
    }

    /// The identifier tokens of `a.b.c` at a location.
    fn dotted(&self, location: i32) -> Vec<Token> {
        let Ok(start) = usize::try_from(location) else { return Vec::new() };
        if !self.text.is_char_boundary(start) {
            return Vec::new();
        }
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

    fn replace(&mut self, token: Option<&Token>, with: &str) {
        if let Some(token) = token {
            self.edits.push((token.start..token.end, quote_if_needed(with)));
        }
    }

    /// Replaces a whole dotted name.
    fn replace_name(&mut self, location: i32, to: &WrittenName) {
        let parts = self.dotted(location);
        if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
            self.edits.push((first.start..last.end, print_name(to)));
        }
    }

    /// Replaces a string constant that names an object.
    fn replace_constant(&mut self, location: i32, to: &WrittenName) {
        let Ok(start) = usize::try_from(location) else { return };
        if let Some(token) = Tokens::at(self.text, start).next().filter(|t| t.kind == Kind::String) {
            self.edits.push((token.start..token.end, quote_literal(&print_name(to))));
        }
    }

    fn apply(mut self) -> String {
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        self.edits.dedup();
        let mut out = String::with_capacity(self.text.len() + 16);
        let mut at = 0;
        for (range, with) in self.edits {
            if range.start >= at {
                out.push_str(&self.text[at..range.start]);
                out.push_str(&with);
                at = range.end;
            }
        }
        out.push_str(&self.text[at..]);
        out
    }
}

fn print_name((schema, name): &WrittenName) -> String {
    match schema {
        Some(schema) => format!("{}.{}", quote_if_needed(schema), quote_if_needed(name)),
        None => quote_if_needed(name),
    }
}

/// The expression or query with a column renamed. With `qualifiers` only references that are unqualified or qualified with one of
/// them (table names and aliases) are meant. Columns of a select list keep their output name.
#[must_use]
pub fn rename_column(sql: &str, qualifiers: Option<&[&str]>, from: &str, to: &str) -> String {
    let named = |fields: &[Node]| {
        let parts = strings(fields);
        parts.len() == fields.len()
            && parts.last().is_some_and(|last| truncate(last) == from)
            && match (qualifiers, parts.len().checked_sub(2).map(|i| parts[i].as_str())) {
                (Some(allowed), Some(qualifier)) => allowed.contains(&qualifier),
                _ => true,
            }
    };
    let single = raw_parse_with(sql, pg_query::ParserOptions::PLPGSQL_EXPR).is_ok();
    Edits::make(sql, |edits, node, _| match node {
        NodeEnum::ColumnRef(column) if named(&column.fields) => {
            let parts = edits.dotted(column.location);
            edits.replace(parts.get(column.fields.len() - 1), to);
        }
        NodeEnum::SelectStmt(select) if !single || !select.from_clause.is_empty() => {
            for target in &select.target_list {
                let Some(NodeEnum::ResTarget(target)) = target.node.as_ref() else { continue };
                let Some(NodeEnum::ColumnRef(column)) = target.val.as_deref().and_then(|n| n.node.as_ref()) else {
                    continue;
                };
                if target.name.is_empty() && named(&column.fields) {
                    let parts = edits.dotted(column.location);
                    if let Some(last) = parts.get(column.fields.len() - 1) {
                        let with = format!("{} AS {}", quote_if_needed(to), quote_if_needed(from));
                        edits.edits.push((last.start..last.end, with));
                    }
                }
            }
        }
        _ => {}
    })
}

/// With a relation renamed or moved to another schema. `from` matches names written with its schema, and unqualified ones when
/// `unqualified` says that they mean this relation.
#[must_use]
pub fn rename_relation(sql: &str, from: (&str, &str), unqualified: bool, to: (&str, &str)) -> String {
    let meant = |(schema, name): &WrittenName| {
        name == from.1 && schema.as_deref().map_or(unqualified, |schema| schema == from.0)
    };
    let new = |(schema, _): &WrittenName| -> WrittenName {
        let moved = from.0 != to.0;
        ((schema.is_some() || moved).then(|| to.0.to_owned()), to.1.to_owned())
    };
    Edits::make(sql, |edits, node, statements| match node {
        NodeEnum::RangeVar(relation) => {
            let name = relation_name(relation);
            let is_with = name.0.is_none() && with_names(statements).contains(name.1.as_str());
            if meant(&name) && !is_with {
                edits.replace_name(relation.location, &new(&name));
            }
        }
        NodeEnum::ColumnRef(column) if column.fields.len() >= 2 && from.1 != to.1 => {
            let parts = strings(&column.fields);
            let at = column.fields.len() - 2;
            if parts.get(at).is_some_and(|p| p == from.1) && !has_alias(statements, from.1) {
                let tokens = edits.dotted(column.location);
                edits.replace(tokens.get(at), to.1);
            }
        }
        NodeEnum::TypeCast(cast) => {
            if let Some((name, location)) = regclass_constant(cast).filter(|(name, _)| meant(name)) {
                edits.replace_constant(location, &new(&name));
            }
        }
        NodeEnum::FuncCall(call) => {
            if let Some((name, location)) = sequence_argument(call).filter(|(name, _)| meant(name)) {
                edits.replace_constant(location, &new(&name));
            }
        }
        _ => {}
    })
}

/// Whether a relation or sub-query has this alias, so that qualified columns mean that.
fn has_alias(statements: &[RawStmt], name: &str) -> bool {
    let mut found = false;
    each(statements, &mut |node| {
        let alias = match node {
            NodeEnum::RangeVar(relation) => relation.alias.as_ref(),
            NodeEnum::RangeSubselect(select) => select.alias.as_ref(),
            NodeEnum::RangeFunction(function) => function.alias.as_ref(),
            NodeEnum::JoinExpr(join) => join.alias.as_ref(),
            _ => None,
        };
        found |= alias.is_some_and(|a| a.aliasname == name);
    });
    found
}

/// With a function renamed or moved; matching as for [`rename_relation`].
#[must_use]
pub fn rename_function(sql: &str, from: (&str, &str), unqualified: bool, to: (&str, &str)) -> String {
    Edits::make(sql, |edits, node, _| {
        if let NodeEnum::FuncCall(call) = node {
            let (schema, name) = split(&strings(&call.funcname));
            if name == from.1 && schema.as_deref().map_or(unqualified, |s| s == from.0) {
                let schema = (schema.is_some() || from.0 != to.0).then(|| to.0.to_owned());
                edits.replace_name(call.location, &(schema, to.1.to_owned()));
            }
        }
    })
}

/// With a type renamed or moved; matching as for [`rename_relation`].
#[must_use]
pub fn rename_type(sql: &str, from: (&str, &str), unqualified: bool, to: (&str, &str)) -> String {
    let rename = |edits: &mut Edits<'_>, ty: &RawType| {
        let (schema, name) = split(&strings(&ty.names));
        if name == from.1 && schema.as_deref().map_or(unqualified, |s| s == from.0) {
            let schema = (schema.is_some() || from.0 != to.0).then(|| to.0.to_owned());
            edits.replace_name(ty.location, &(schema, to.1.to_owned()));
        }
    };
    Edits::make(sql, |edits, node, _| match node {
        NodeEnum::TypeCast(cast) => {
            if let Some(ty) = &cast.type_name {
                rename(edits, ty);
            }
        }
        NodeEnum::ColumnDef(column) => {
            if let Some(ty) = &column.type_name {
                rename(edits, ty);
            }
        }
        _ => {}
    })
}

/// The name that the server gives to an index column or constraint made of an expression (FigureIndexColname): that of a function, cast
/// or column; `None` where it says `expr`.
pub(super) fn expression_name(sql: &str) -> Option<String> {
    let statements = raw_parse_with(sql, pg_query::ParserOptions::PLPGSQL_EXPR).ok()?;
    let name = implied_column_name(single_expression(&statements)?);
    (name != "?column?").then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns() {
        let check = |sql: &str, expect: &str| assert_eq!(rename_column(sql, None, "a", "New"), expect);
        check("a > 0 AND t.a < 'a'", "\"New\" > 0 AND t.\"New\" < 'a'");
        check("SELECT a, a + 1 FROM t WHERE a = 1", "SELECT \"New\" AS a, \"New\" + 1 FROM t WHERE \"New\" = 1");
        check("(SELECT t.a FROM t) = a", "(SELECT t.\"New\" AS a FROM t) = \"New\"");
        check("a(b)", "a(b)");
        let kept = rename_column("x.a + y.a + a", Some(&["x"]), "a", "b");
        assert_eq!(kept, "x.b + y.a + b");
    }

    #[test]
    fn relations() {
        let check = |sql: &str, expect: &str| {
            assert_eq!(rename_relation(sql, ("public", "t"), true, ("public", "u")), expect);
        };
        check("SELECT t.id FROM t", "SELECT u.id FROM u");
        check("SELECT t.id FROM public.t x, o.t", "SELECT u.id FROM public.u x, o.t");
        check("SELECT t.id FROM s AS t, public.t AS q", "SELECT t.id FROM s AS t, public.u AS q");
        check("nextval('t'::regclass)", "nextval('u'::regclass)");
        check("nextval('public.t')", "nextval('public.u')");
        check("WITH t AS (SELECT 1) SELECT * FROM t", "WITH t AS (SELECT 1) SELECT * FROM t");
        assert_eq!(rename_relation("SELECT * FROM t", ("a", "t"), true, ("b", "t")), "SELECT * FROM b.t");
    }

    #[test]
    fn types_and_functions() {
        assert_eq!(rename_type("'x'::role", ("public", "role"), true, ("public", "Role")), "'x'::\"Role\"");
        assert_eq!(rename_function("f(1) + a.f(2)", ("a", "f"), false, ("a", "g")), "f(1) + a.g(2)");
    }

    #[test]
    fn names_are_listed() {
        let names = names_of_query("WITH w AS (SELECT x FROM a.t) SELECT f(y::role) FROM w, u").expect("a query");
        assert_eq!(names.columns, ["x", "y"]);
        assert_eq!(names.relations, [(Some("a".into()), "t".into()), (None, "u".into())]);
        assert_eq!(names.functions, [(None, "f".into())]);
        assert_eq!(names.types, [(None, "role".into())]);
    }

    #[test]
    fn names_of_expressions() {
        assert_eq!(expression_name("lower(email)"), Some("lower".into()));
        assert_eq!(expression_name("a + 1"), None);
        assert_eq!(expression_name("(a ->> 'x')::int"), Some("int4".into()));
        assert_eq!(expression_name("COALESCE(a, b)"), Some("coalesce".into()));
    }
}
