//! The text under construction: statements, the search path in force, quoting.

use super::DumpContext;
use crate::dialect::{Dialect, NameKind, SqlForm};
use crate::model::{Catalog, Expr, Origin, QualifiedName, SequenceOptions, TypeName};
use crate::source::Span;

pub(super) struct Writer<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) context: &'a DumpContext,
    pub(super) dialect: &'a dyn Dialect,
    text: String,
    path: Vec<String>,
    /// Names of the catalog's functions, to tell expressions that need them.
    functions: std::collections::HashSet<&'a str>,
    /// Those of them that are no single word.
    odd_functions: Vec<&'a str>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(catalog: &'a Catalog, context: &'a DumpContext, dialect: &'a dyn Dialect) -> Self {
        let functions: std::collections::HashSet<&str> = catalog
            .functions
            .iter()
            .filter(|f| !context.prelude.contains(&f.origin.created.file))
            .map(|f| f.name.name.as_str())
            .collect();
        let text = "SET check_function_bodies = off;\n".to_owned();
        let odd_functions = functions.iter().copied().filter(|name| !name.chars().all(is_word)).collect();
        let path = vec!["$user".into(), "public".into()];
        Self { catalog, context, dialect, text, path, functions, odd_functions }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// Adds one statement; the semicolon is added here.
    pub(super) fn statement(&mut self, sql: &str) {
        self.text.push_str(sql.trim_end().trim_end_matches(';'));
        // A line comment at the end would swallow the semicolon.
        let last = sql.trim_end().rsplit('\n').next().unwrap_or_default();
        self.text.push_str(if last.contains("--") { "\n;\n" } else { ";\n" });
    }

    /// Sets the search path for the statements that follow, when it is another one.
    pub(super) fn under(&mut self, path: &[String]) {
        if self.path == path {
            return;
        }
        self.path = path.to_vec();
        let listed: Vec<String> = path.iter().map(|s| self.quote(s)).collect();
        let sql = if listed.is_empty() {
            "SET search_path = ''".to_owned()
        } else {
            format!("SET search_path = {}", listed.join(", "))
        };
        self.statement(&sql);
    }

    /// The search path that a piece of text was written under.
    pub(super) fn path_of(&self, span: Span) -> &'a [String] {
        let holds = |s: &Span| s.file == span.file && s.start <= span.start && span.end <= s.end;
        self.context
            .search_paths
            .iter()
            .filter(|(s, _)| holds(s))
            .min_by_key(|(s, _)| s.end - s.start)
            .map_or(self.context.default_path.as_slice(), |(_, path)| path.as_slice())
    }

    pub(super) fn is_prelude(&self, origin: &Origin) -> bool {
        self.context.prelude.contains(&origin.created.file)
    }

    /// Whether an expression calls a function of the catalog, and so must wait for it.
    pub(super) fn needs_functions(&self, sql: &str) -> bool {
        self.may_name_function(sql)
            && self.dialect.names_in(sql, SqlForm::Expression).is_none_or(|names| {
                names.uses.iter().any(|n| {
                    n.kind == NameKind::Function && n.parts.last().is_some_and(|p| self.functions.contains(p.as_str()))
                })
            })
    }

    /// By the words of a text alone, without its grammar.
    fn may_name_function(&self, sql: &str) -> bool {
        sql.split(|c| !is_word(c)).any(|word| self.functions.contains(word))
            || self.odd_functions.iter().any(|name| sql.contains(name))
    }

    pub(super) fn quote(&self, name: &str) -> String {
        self.dialect.quote_identifier(name)
    }

    pub(super) fn literal(&self, text: &str) -> String {
        self.dialect.quote_literal(text)
    }

    pub(super) fn qualified(&self, name: &QualifiedName) -> String {
        format!("{}.{}", self.quote(&name.schema), self.quote(&name.name))
    }

    pub(super) fn names(&self, names: &[String]) -> String {
        names.iter().map(|n| self.quote(n)).collect::<Vec<_>>().join(", ")
    }

    /// A type: of the model's with its schema, an extension's with the extension's.
    pub(super) fn ty(&self, ty: &TypeName) -> String {
        let bare = TypeName { schema: None, modifiers: Vec::new(), array: false, ..ty.clone() };
        let from_extension = || {
            self.catalog
                .extensions
                .values()
                .find(|e| crate::replay::extension_has_type(&e.name, &ty.name))
                .and_then(|e| e.schema.clone())
        };
        let schema = match &ty.schema {
            Some(schema) => Some(schema.clone()),
            // The parser is asked last: few types belong to an extension, and a dump has many.
            None => from_extension().filter(|_| self.dialect.parse_type(&ty.name).is_some_and(|t| t == bare)),
        };
        let Some(schema) = schema else { return self.dialect.type_to_sql(ty) };
        let mut text = format!("{}.{}", self.quote(&schema), self.quote(&ty.name));
        if !ty.modifiers.is_empty() {
            text.push_str(&format!("({})", ty.modifiers.join(", ")));
        }
        if ty.array {
            text.push_str("[]");
        }
        text
    }

    /// An expression with the sequences that it names qualified.
    /// An expression after DEFAULT in a column's or domain's definition, where the grammar takes no more than `b_expr`: no operator that is a word.
    pub(super) fn default(&self, expr: &Expr) -> String {
        let sql = self.expr(expr);
        if has_word_operator(&sql) { format!("({sql})") } else { sql }
    }

    pub(super) fn expr(&self, expr: &Expr) -> String {
        if !expr.sql.contains("nextval") && !expr.sql.contains("regclass") {
            return expr.sql.clone();
        }
        let Some(names) = self.dialect.names_in(&expr.sql, SqlForm::Expression) else { return expr.sql.clone() };
        let mut sql = expr.sql.clone();
        for name in names.uses.iter().rev().filter(|n| n.kind == NameKind::RegClass) {
            let [bare] = name.parts.as_slice() else { continue };
            let path = self.path_of(expr.span);
            let found = path
                .iter()
                .map(String::as_str)
                .chain(std::iter::once("public"))
                .map(|s| QualifiedName::new(s, bare))
                .find(|q| self.catalog.sequences.contains_key(q) || self.catalog.tables.contains_key(q));
            if let Some(found) = found
                && sql.get(name.range.clone()).is_some()
            {
                sql.replace_range(name.range.clone(), &self.literal(&self.qualified(&found)));
            }
        }
        sql
    }

    pub(super) fn comment(&mut self, on: &str, comment: Option<&String>) {
        if let Some(comment) = comment {
            let text = self.literal(comment);
            self.statement(&format!("COMMENT ON {on} IS {text}"));
        }
    }
}

/// `WITH (…)` of storage parameters, or nothing.
pub(super) fn with_options(options: &[(String, String)]) -> String {
    if options.is_empty() {
        return String::new();
    }
    format!(" WITH ({})", list_options(options))
}

pub(super) fn list_options(options: &[(String, String)]) -> String {
    let one = |(name, value): &(String, String)| {
        if value.is_empty() {
            return name.clone();
        }
        let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
        if plain {
            format!("{name}={value}")
        } else {
            format!("{name}='{}'", value.trim_matches('\'').replace('\'', "''"))
        }
    };
    options.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The options of a sequence, each with a blank before it.
pub(super) fn sequence_options(options: &SequenceOptions, with_type: bool) -> String {
    let mut text = String::new();
    if let Some(ty) = options.data_type.as_ref().filter(|_| with_type) {
        text.push_str(&format!(" AS {}", ty.name));
    }
    let mut add = |word: &str, value: Option<i64>| {
        if let Some(value) = value {
            text.push_str(&format!(" {word} {value}"));
        }
    };
    add("INCREMENT BY", options.increment);
    add("MINVALUE", options.min);
    add("MAXVALUE", options.max);
    add("START WITH", options.start);
    add("CACHE", options.cache);
    if options.cycle {
        text.push_str(" CYCLE");
    }
    text
}

/// Whether an operator that is a word (`AT TIME ZONE`, `IS NULL`, `AND`) stands outside all quotes and parentheses.
fn has_word_operator(sql: &str) -> bool {
    const WORDS: [&str; 14] = [
        "AND", "AT", "BETWEEN", "COLLATE", "ILIKE", "IN", "IS", "ISNULL", "LIKE", "NOT", "NOTNULL", "OR", "OVERLAPS",
        "SIMILAR",
    ];
    let (mut quote, mut depth) = (None, 0_usize);
    let outside = sql.chars().map(|c| {
        match (quote, c) {
            (Some(open), _) => quote = (c != open).then_some(open),
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, _) if depth == 0 => return c,
            (None, _) => {}
        }
        ';'
    });
    let outside: String = outside.collect();
    outside
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .any(|w| WORDS.contains(&w.to_ascii_uppercase().as_str()))
}

/// What an identifier without quotes is made of.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}
