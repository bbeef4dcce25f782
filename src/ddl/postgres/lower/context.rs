//! What lowering needs at every step: the parsed text, and ways from tree locations to spans, names and expressions.

use std::ops::Range;

use pg_query::NodeEnum;
use pg_query::protobuf::{DefElem, Node, RangeVar, RoleSpec, RoleSpecType};

use crate::ddl::Name;
use crate::ddl::postgres::lexer::{Kind, Token, Tokens, identifier, truncate};
use crate::ddl::postgres::parse::Source;
use crate::ddl::postgres::print::Printer;
use crate::model::Expr;
use crate::source::Span;

/// One statement that is being lowered.
pub(in crate::ddl::postgres) struct Lower<'a> {
    pub(super) source: Source<'a>,
    /// The statement within the source's text.
    pub(super) range: Range<usize>,
}

impl<'a> Lower<'a> {
    pub(in crate::ddl::postgres) fn new(source: Source<'a>, range: Range<usize>) -> Self {
        Self { source, range }
    }

    /// The whole statement.
    pub(super) fn statement_span(&self) -> Span {
        self.source.span(self.range.clone())
    }

    pub(super) fn statement_text(&self) -> &'a str {
        &self.source.text[self.range.clone()]
    }

    pub(super) fn tokens_from(&self, offset: usize) -> Tokens<'a> {
        let end = self.range.end.max(offset);
        Tokens::at(&self.source.text[..end.min(self.source.text.len())], offset)
    }

    /// The token at a tree location; the statement where there is no location.
    pub(super) fn token_span(&self, location: i32) -> Span {
        let Some(start) = self.offset(location) else { return self.statement_span() };
        match self.tokens_from(start).next() {
            Some(token) if token.start == start => self.source.span(start..token.end),
            _ => self.statement_span(),
        }
    }

    pub(super) fn offset(&self, location: i32) -> Option<usize> {
        let at = usize::try_from(location).ok()?;
        self.source.text.is_char_boundary(at).then_some(at)
    }

    /// The span of `a.b.c` that begins at a location.
    pub(super) fn dotted_span(&self, location: i32) -> Span {
        match self.offset(location) {
            Some(start) if self.dotted_end(location) > start => self.source.span(start..self.dotted_end(location)),
            _ => self.statement_span(),
        }
    }

    /// The offset after `a.b.c` that begins at a location; the location where no name stands.
    pub(super) fn dotted_end(&self, location: i32) -> usize {
        let Some(start) = self.offset(location) else { return self.range.start };
        let mut end = start;
        let mut tokens = self.tokens_from(start).filter(|t| t.kind != Kind::Comment);
        while let Some(token) = tokens.next() {
            if !matches!(token.kind, Kind::Word | Kind::QuotedIdentifier) {
                break;
            }
            end = token.end;
            if tokens.next().is_none_or(|t| &self.source.text[t.start..t.end] != ".") {
                break;
            }
        }
        end
    }

    /// The span of a clause that begins at `location` and runs to the comma or parenthesis that ends it.
    pub(super) fn clause_span(&self, location: i32) -> Span {
        match self.offset(location) {
            Some(start) => self.source.span(start..self.clause_end(start)),
            None => self.statement_span(),
        }
    }

    pub(super) fn clause_end(&self, start: usize) -> usize {
        let (mut depth, mut end) = (0_u32, start);
        for token in self.tokens_from(start).filter(|t| t.kind != Kind::Comment) {
            match &self.source.text[token.start..token.end] {
                "(" | "[" => depth += 1,
                ")" | "]" if depth == 0 => break,
                ")" | "]" => depth -= 1,
                "," | ";" if depth == 0 => break,
                _ => {}
            }
            end = token.end;
        }
        end
    }

    /// The first token of the statement that is this identifier, searched from `from` (an offset in the text) on. The two words that begin
    /// the statement count last, for a table may be called `table`; the `IF` of `IF EXISTS` does not count.
    pub(super) fn find_identifier(&self, name: &str, from: usize) -> Option<Range<usize>> {
        let named = |t: &Token| identifier(self.source.text, *t).is_some_and(|id| truncate(&id) == name);
        let is = |t: &Token, word: &str| self.source.text[t.start..t.end].eq_ignore_ascii_case(word);
        let start = from.max(self.range.start);
        let head = if start == self.range.start { 2 } else { 0 };
        let mut fallback = None;
        let mut tokens = self.tokens_from(start).enumerate().peekable();
        while let Some((i, token)) = tokens.next() {
            let asks = is(&token, "if") && tokens.peek().is_some_and(|(_, t)| is(t, "exists") || is(t, "not"));
            if asks || !named(&token) {
                continue;
            }
            if i >= head {
                return Some(token.start..token.end);
            }
            fallback.get_or_insert(token.start..token.end);
        }
        fallback
    }

    /// The first `schema.name` of the statement.
    fn find_dotted(&self, schema: &str, name: &str) -> Option<Range<usize>> {
        let is = |t: &Token, name: &str| identifier(self.source.text, *t).is_some_and(|id| truncate(&id) == name);
        let mut tokens = self.tokens_from(self.range.start).filter(|t| t.kind != Kind::Comment);
        let (mut first, mut dot) = (tokens.next()?, tokens.next()?);
        for last in tokens {
            if is(&first, schema) && &self.source.text[dot.start..dot.end] == "." && is(&last, name) {
                return Some(first.start..last.end);
            }
            (first, dot) = (dot, last);
        }
        None
    }

    /// The span of an identifier of the statement; the statement where it is not found.
    pub(super) fn identifier_span(&self, name: &str) -> Span {
        self.find_identifier(name, self.range.start).map_or_else(|| self.statement_span(), |r| self.source.span(r))
    }

    pub(super) fn name(&self, parts: &[Node]) -> Name {
        self.name_of(&strings(parts))
    }

    /// A name whose tree has no location: its span is searched for.
    pub(super) fn name_of(&self, parts: &[String]) -> Name {
        let Some((name, rest)) = parts.split_last() else {
            return Name { schema: None, name: String::new(), span: self.statement_span() };
        };
        let schema = rest.last().map(|s| cut(s));
        let name = cut(name);
        let found = match &schema {
            Some(schema) => self.find_dotted(schema, &name),
            None => self.find_identifier(&name, self.range.start),
        };
        let span = found.map_or_else(|| self.statement_span(), |found| self.source.span(found));
        Name { schema, name, span }
    }

    pub(super) fn bare(&self, name: &str) -> Name {
        self.name_of(&[name.to_owned()])
    }

    pub(super) fn relation(&self, relation: Option<&RangeVar>) -> Name {
        let Some(relation) = relation else {
            return Name { schema: None, name: String::new(), span: self.statement_span() };
        };
        let schema = (!relation.schemaname.is_empty()).then(|| cut(&relation.schemaname));
        Name { schema, name: cut(&relation.relname), span: self.dotted_span(relation.location) }
    }

    pub(super) fn expr(&self, node: &Node) -> Expr {
        let mut printer = Printer::new();
        printer.expr(node);
        self.finish(printer)
    }

    /// The expression and the columns that it names.
    pub(super) fn expr_with_columns(&self, node: &Node) -> (Expr, Vec<String>) {
        let mut printer = Printer::new();
        printer.expr(node);
        let columns = std::mem::take(&mut printer.columns);
        (self.finish(printer), columns)
    }

    fn finish(&self, printer: Printer) -> Expr {
        let span = match printer.locations {
            Some((first, last)) => match self.offset(first) {
                Some(first) => self.expression_span(first, last as usize),
                None => self.statement_span(),
            },
            None => self.statement_span(),
        };
        Expr::new(printer.into_sql(), span)
    }

    /// The span of an expression whose parts stand from one offset to another.
    pub(in crate::ddl::postgres) fn expression_span(&self, first: usize, last: usize) -> Span {
        self.source.span(first..self.expression_end(last).max(first))
    }

    /// The end of the token at an offset, with the parentheses that belong to it (`now` of `now()`).
    fn expression_end(&self, last: usize) -> usize {
        let mut tokens = self.tokens_from(last).filter(|t| t.kind != Kind::Comment);
        let Some(first) = tokens.next() else { return last };
        let mut end = first.end;
        let mut depth = 0_u32;
        for token in tokens {
            match &self.source.text[token.start..token.end] {
                "(" | "[" => depth += 1,
                ")" | "]" if depth <= 1 => return if depth == 1 { token.end } else { end },
                ")" | "]" => depth -= 1,
                _ if depth == 0 => return end,
                _ => {}
            }
            end = if depth == 0 { token.end } else { end };
        }
        end
    }

    pub(super) fn optional_expr(&self, node: Option<&Node>) -> Option<Expr> {
        node.map(|n| self.expr(n))
    }

    /// `(name, value)` of WITH (…) and OPTIONS (…), values as their text.
    pub(super) fn options(&self, nodes: &[Node]) -> Vec<(String, String)> {
        nodes.iter().filter_map(def_elem).map(|d| (option_name(d), option_value(d.arg.as_deref()))).collect()
    }
}

/// A role as a name: `public`, `current_user`, or its own.
pub(super) fn role_name(role: &RoleSpec) -> String {
    match RoleSpecType::try_from(role.roletype).unwrap_or_default() {
        RoleSpecType::RolespecPublic => "public".into(),
        RoleSpecType::RolespecCurrentRole => "current_role".into(),
        RoleSpecType::RolespecCurrentUser => "current_user".into(),
        RoleSpecType::RolespecSessionUser => "session_user".into(),
        _ => cut(&role.rolename),
    }
}

pub(super) fn roles(nodes: &[Node]) -> Vec<String> {
    nodes
        .iter()
        .filter_map(|n| match n.node.as_ref() {
            Some(NodeEnum::RoleSpec(role)) => Some(role_name(role)),
            _ => None,
        })
        .collect()
}

pub(super) fn option_name(def: &DefElem) -> String {
    if def.defnamespace.is_empty() { def.defname.clone() } else { format!("{}.{}", def.defnamespace, def.defname) }
}

/// An option's value as text; `true` where none is written, as the server takes it.
pub(super) fn option_value(arg: Option<&Node>) -> String {
    match arg.and_then(|n| n.node.as_ref()) {
        None => "true".into(),
        Some(NodeEnum::List(list)) => list.items.iter().map(|n| option_value(Some(n))).collect::<Vec<_>>().join(", "),
        Some(NodeEnum::TypeName(ty)) => strings(&ty.names).pop().unwrap_or_default(),
        Some(NodeEnum::AStar(_)) => "*".into(),
        Some(node) => scalar(node).unwrap_or_default(),
    }
}

/// The text of a string, number or boolean node.
pub(in crate::ddl::postgres) fn scalar(node: &NodeEnum) -> Option<String> {
    use pg_query::protobuf::a_const::Val;
    Some(match node {
        NodeEnum::String(s) => s.sval.clone(),
        NodeEnum::Integer(i) => i.ival.to_string(),
        NodeEnum::Float(f) => f.fval.clone(),
        NodeEnum::Boolean(b) => b.boolval.to_string(),
        NodeEnum::BitString(b) => b.bsval.clone(),
        NodeEnum::AConst(constant) => match constant.val.as_ref()? {
            Val::Ival(i) => i.ival.to_string(),
            Val::Fval(f) => f.fval.clone(),
            Val::Boolval(b) => b.boolval.to_string(),
            Val::Sval(s) => s.sval.clone(),
            Val::Bsval(b) => b.bsval.clone(),
        },
        _ => return None,
    })
}

pub(super) fn node_string(node: &Node) -> Option<&str> {
    match node.node.as_ref()? {
        NodeEnum::String(s) => Some(&s.sval),
        _ => None,
    }
}

/// The strings of a list of String nodes.
pub(in crate::ddl::postgres) fn strings(nodes: &[Node]) -> Vec<String> {
    nodes.iter().filter_map(node_string).map(str::to_owned).collect()
}

/// Column names and the like: each cut to the server's length.
pub(super) fn names(nodes: &[Node]) -> Vec<String> {
    nodes.iter().filter_map(node_string).map(cut).collect()
}

pub(super) fn cut(name: &str) -> String {
    truncate(name).to_owned()
}

pub(super) fn non_empty(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| cut(name))
}

pub(super) fn def_elem(node: &Node) -> Option<&DefElem> {
    match node.node.as_ref()? {
        NodeEnum::DefElem(def) => Some(def),
        _ => None,
    }
}

pub(super) fn list_items(node: Option<&Node>) -> &[Node] {
    match node.and_then(|n| n.node.as_ref()) {
        Some(NodeEnum::List(list)) => &list.items,
        _ => &[],
    }
}

/// An integer of any node form; `None` when it is no integer.
pub(super) fn integer(node: Option<&Node>) -> Option<i64> {
    scalar(node?.node.as_ref()?)?.parse().ok()
}

pub(super) fn boolean(node: Option<&Node>) -> bool {
    match node.and_then(|n| n.node.as_ref()).and_then(scalar) {
        None => true,
        Some(text) => matches!(text.to_ascii_lowercase().as_str(), "true" | "on" | "1" | "yes" | "t"),
    }
}
