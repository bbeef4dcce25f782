//! Indexes.

use std::rc::Rc;

use super::Loader;
use super::columns::owned;
use super::sql::Columns;
use super::symbols::{Step, chain};
use super::tables::TableShape;
use super::types::scalar;
use crate::ddl::postgres::{Parsed, parse_text};
use crate::ddl::{Op, Statement};
use crate::declared::typescript::value::{Item, NodeId, Value};
use crate::dialect::Dialect;
use crate::model::{
    Expr, Index, IndexKey, IndexKeyPart, Known, NullsOrder, ObjectKind, ObjectRef, Origin, SortOrder, Unknown,
};
use crate::source::Span;

/// What the methods of an index say.
#[derive(Default)]
struct Said {
    method: Option<String>,
    keys: Vec<Item>,
    predicate: Option<Item>,
    options: Vec<(String, String)>,
    has_keys: bool,
}

impl Loader<'_, '_> {
    /// `index("name").on(…)`; `None` without keys, which drizzle-kit passes over.
    pub(super) fn index(
        &mut self,
        shape: &Rc<TableShape>,
        unique: bool,
        args: &[Item],
        steps: &[Step],
        span: Span,
    ) -> Result<Option<Index>, Rc<Unknown>> {
        let said = self.index_steps(steps)?;
        if !said.has_keys {
            return Ok(None);
        }
        let written = match args.first().filter(|arg| !arg.value.is_nullish()) {
            Some(arg) => Some(self.evaluator.to_text(&arg.value, arg.span)?.to_string()),
            None => None,
        };
        let method = said.method.unwrap_or_else(|| "btree".into());
        let (mut keys, mut names) = (Vec::with_capacity(said.keys.len()), Vec::new());
        for item in &said.keys {
            self.key(&mut keys, &mut names, item, &method)?;
        }
        let named = written.is_some();
        let name = written.unwrap_or_else(|| format!("{}_{}_index", shape.raw_name, names.join("_")));
        let name = self.cut(&name);
        let object = ObjectRef::part(ObjectKind::Index, &shape.name, &name);
        for key in &keys {
            if let IndexKeyPart::Expr(Known::Unknown(unknown)) = &key.part {
                self.problems.unresolved(&object, "expression", unknown);
            }
        }
        let predicate = match &said.predicate {
            // drizzle-kit left the condition out: whether the server's index has it is nobody's drift.
            Some(item) if self.settings.kit.is_some_and(|kit| kit.is_before(22)) => {
                Known::Unknown(Unknown::new(item.span, "drizzle-kit before 0.22 passes over it"))
            }
            item => {
                let predicate = self.predicate(item.as_ref());
                if let Some(unknown) = predicate.unknown() {
                    self.problems.unresolved(&object, "predicate", unknown);
                }
                predicate
            }
        };
        Ok(Some(Index {
            name,
            named,
            unique,
            nulls_not_distinct: false,
            method,
            keys,
            include: Vec::new(),
            predicate,
            options: said.options,
            only: false,
            set_for: Vec::new(),
            comment: None,
            column_names: None,
            partition_of: None,
            origin: Origin::at(span),
        }))
    }

    fn index_steps(&mut self, steps: &[Step]) -> Result<Said, Rc<Unknown>> {
        let mut said = Said::default();
        for step in steps {
            match &*step.name {
                "on" | "onOnly" => {
                    said.keys = step.args.to_vec();
                    said.has_keys = true;
                }
                "using" => {
                    if let Some(method) = step.args.first() {
                        let text = match &method.value {
                            Value::String(text) => text.to_string(),
                            other => self.sql_text(other, method.span, Columns::Bare)?,
                        };
                        said.method = Some(text.to_lowercase());
                    }
                    if step.args.len() > 1 {
                        said.keys = step.args[1..].to_vec();
                        said.has_keys = true;
                    }
                }
                "where" => said.predicate = step.args.first().cloned(),
                "with" => said.options = self.options(step.args.first())?,
                _ => {}
            }
        }
        if let Some(spread) = said.keys.iter().find(|item| item.spread) {
            return Err(self.evaluator.unknown_of(&spread.value, spread.span));
        }
        Ok(said)
    }

    /// Storage parameters: `{ fillfactor: 70 }`.
    pub(super) fn options(&mut self, item: Option<&Item>) -> Result<Vec<(String, String)>, Rc<Unknown>> {
        let Some(item) = item else { return Ok(Vec::new()) };
        let Value::Object(object) = &item.value else { return Ok(Vec::new()) };
        let object = object.borrow();
        let mut options = Vec::new();
        for (name, member) in &object.members {
            match &member.value {
                Value::Bool(value) => options.push((snake(name), value.to_string())),
                Value::Undefined => {}
                other => match scalar(other) {
                    Some(text) => options.push((snake(name), text)),
                    None => return Err(self.evaluator.unknown_of(other, member.span)),
                },
            }
        }
        Ok(options)
    }

    fn key(
        &mut self,
        keys: &mut Vec<IndexKey>,
        names: &mut Vec<String>,
        item: &Item,
        method: &str,
    ) -> Result<(), Rc<Unknown>> {
        let Value::Symbol(id) = &item.value else { return Err(self.evaluator.unknown_of(&item.value, item.span)) };
        if let Some((table, index)) = self.column_of(*id) {
            let name = self.cut(&table.columns[index].name);
            names.push(table.columns[index].name.clone());
            keys.push(self.column_key(name, *id)?);
            return Ok(());
        }
        match self.sql_text(&item.value, item.span, Columns::Bare) {
            Ok(text) => keys.extend(written_keys(self.dialect, text, method, item.span)),
            Err(unknown) if self.is_sql(&item.value) => keys.push(expression_key(Known::Unknown(owned(&unknown)))),
            Err(unknown) => return Err(unknown),
        }
        Ok(())
    }

    /// A column with `.desc()`, `.nullsFirst()`, `.op("…")`.
    fn column_key(&self, name: String, id: NodeId) -> Result<IndexKey, Rc<Unknown>> {
        let mut key = IndexKey::column(name);
        for step in chain(self.evaluator, id).steps {
            match &*step.name {
                "asc" => key.order = SortOrder::Ascending,
                "desc" => key.order = SortOrder::Descending,
                "nullsFirst" => key.nulls = Some(NullsOrder::First),
                "nullsLast" => key.nulls = Some(NullsOrder::Last),
                "op" => {
                    let Some(arg) = step.args.first() else { continue };
                    key.opclass = Some(self.evaluator.to_text(&arg.value, arg.span)?.to_string());
                }
                _ => {}
            }
        }
        as_written(&mut key, self.settings.v1);
        Ok(key)
    }

    pub(super) fn predicate(&mut self, item: Option<&Item>) -> Known<Option<Expr>> {
        let Some(item) = item.filter(|item| !item.value.is_nullish()) else { return Known::Known(None) };
        match self.sql_text(&item.value, item.span, self.condition_columns()) {
            // drizzle-kit leaves such a condition out from v1 on.
            Ok(text) if self.settings.v1 && text == "true" => Known::Known(None),
            Ok(text) => Known::Known(Some(Expr::new(text, item.span))),
            Err(unknown) => Known::Unknown(owned(&unknown)),
        }
    }
}

/// The order of a column's key as drizzle-kit writes it.
pub(super) fn as_written(key: &mut IndexKey, v1: bool) {
    match (key.order, key.nulls) {
        // drizzle-kit writes no order beside an operator class, until v1.
        _ if key.opclass.is_some() && !v1 => (key.order, key.nulls) = (SortOrder::Ascending, None),
        // `.desc()` alone is `DESC NULLS LAST`: a column's `nulls` is "last" until it is changed.
        (SortOrder::Descending, None) => key.nulls = Some(NullsOrder::Last),
        (SortOrder::Descending, Some(NullsOrder::First)) | (SortOrder::Ascending, Some(NullsOrder::Last)) => {
            key.nulls = None;
        }
        _ => {}
    }
}

/// Keys written as SQL: `lower(name) text_pattern_ops DESC`. drizzle-kit puts the text as it is between the parentheses of CREATE INDEX.
pub(super) fn written_keys(dialect: &dyn Dialect, text: String, method: &str, span: Span) -> Vec<IndexKey> {
    if !is_call_or_parenthesized(&text) {
        let statement = format!("CREATE INDEX ON t USING {} ({text})", dialect.quote_identifier(method));
        let mut parsed = parse_text(span.file, 0, &statement);
        if let (Some(Parsed::Statement(Statement { op: Op::CreateIndex(index), .. })), true) =
            (parsed.pop(), parsed.is_empty())
        {
            let mut keys = index.keys;
            for key in &mut keys {
                if let IndexKeyPart::Expr(Known::Known(expr)) = &mut key.part {
                    expr.span = span;
                }
            }
            return keys;
        }
    }
    vec![expression_key(Known::Known(Expr::new(text, span)))]
}

/// Whether a text is one function call or one pair of parentheses from beginning to end: an expression without order or operator class, which
/// needs no parser to be told from more.
fn is_call_or_parenthesized(text: &str) -> bool {
    let text = text.trim();
    let Some(open) = text.find('(') else { return false };
    if !text[..open].chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.') {
        return false;
    }
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '$' | '\\' | ';' | ',') if depth == 0 || c != ',' => return false,
            (None, '-') if text[at..].starts_with("--") => return false,
            (None, '/') if text[at..].starts_with("/*") => return false,
            (None, '(') => depth += 1,
            (None, ')') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1 == text.len();
                }
            }
            _ => {}
        }
    }
    false
}

fn expression_key(expr: Known<Expr>) -> IndexKey {
    IndexKey { part: IndexKeyPart::Expr(expr), ..IndexKey::column("") }
}

/// `securityInvoker` as `security_invoker`; names of index parameters are written so already.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}
