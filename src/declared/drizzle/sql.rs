//! `` sql`…` `` templates as SQL text, as Drizzle's dialect prints them (`drizzle-orm/src/sql/sql.ts`).
//!
//! Where drizzle-kit would print a parameter (`$1`), which no DDL can hold, the value stands as a literal: that is what people then write into the
//! migration.

use std::rc::Rc;

use super::Loader;
use super::relations::is_query_root;
use super::symbols::{Root, Step, chain};
use crate::declared::typescript::value::{Item, NodeId, NodeKind, Value};
use crate::declared::typescript::{number_to_text, to_iso};
use crate::model::Unknown;
use crate::source::Span;

/// Templates within templates.
const MAX_DEPTH: u32 = 500;
/// Values within templates, in one load.
const MAX_PARTS: u32 = 500_000;

/// How columns are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Columns {
    /// `"users"."id"`
    Qualified,
    /// `"id"`
    Bare,
    /// `"id"` where it stands in the expression itself, `"users"."id"` in what is nested in it: the selection of one table.
    Outermost,
}

/// SQL text, or why it is not known.
pub(super) type Text = Result<String, Rc<Unknown>>;

impl Loader<'_, '_> {
    /// A value within SQL, or a whole `` sql`…` ``, as text.
    pub(super) fn sql_text(&mut self, value: &Value, span: Span, columns: Columns) -> Text {
        self.deeper(span, |this| this.part_text(value, span, columns))
    }

    /// One level down in nested SQL.
    pub(super) fn deeper<T>(
        &mut self,
        span: Span,
        f: impl FnOnce(&mut Self) -> Result<T, Rc<Unknown>>,
    ) -> Result<T, Rc<Unknown>> {
        self.sql_parts += 1;
        if self.sql_depth >= MAX_DEPTH || self.sql_parts > MAX_PARTS {
            return Err(Rc::new(Unknown::new(span, "its SQL is nested too deeply")));
        }
        self.sql_depth += 1;
        let result = f(self);
        self.sql_depth -= 1;
        result
    }

    /// A value that stands directly in SQL whose columns are printed so.
    fn inner_text(&mut self, item: &Item, columns: Columns) -> Text {
        let is_column = |this: &mut Self| match item.value {
            Value::Symbol(id) => this.column_of(id).is_some() || matches!(this.relation_field(id), Ok(Some(_))),
            _ => false,
        };
        let columns = match columns {
            Columns::Outermost if !is_column(self) => Columns::Qualified,
            columns => columns,
        };
        self.sql_text(&item.value, item.span, columns)
    }

    fn part_text(&mut self, value: &Value, span: Span, columns: Columns) -> Text {
        match value {
            Value::Symbol(id) => self.symbol_text(*id, span, columns),
            Value::Undefined => Ok(String::new()),
            Value::Null => Ok("null".into()),
            Value::Bool(value) => Ok(value.to_string()),
            Value::Number(n) => Ok(number_to_text(*n)),
            Value::BigInt(digits) => Ok(digits.to_string()),
            Value::String(text) => Ok(self.dialect.quote_literal(text)),
            Value::Date(ms) => match to_iso(*ms) {
                Some(text) => Ok(self.dialect.quote_literal(&text)),
                None => Err(self.evaluator.unknown_of(value, span)),
            },
            Value::Array(array) => {
                let items: Vec<Item> = array.borrow().complete()?.to_vec();
                let parts = items.iter().map(|item| self.sql_text(&item.value, item.span, columns));
                Ok(format!("({})", parts.collect::<Result<Vec<_>, _>>()?.join(", ")))
            }
            other => Err(self.evaluator.unknown_of(other, span)),
        }
    }

    fn symbol_text(&mut self, id: NodeId, span: Span, columns: Columns) -> Text {
        if let Some(text) = self.object_text(id, columns) {
            return Ok(text);
        }
        if let Some(text) = self.relation_text(id, columns) {
            return text;
        }
        // Elsewhere than where it is selected, an aliased expression is its name.
        if let Some(alias) = self.alias(&Value::Symbol(id))? {
            return Ok(self.dialect.quote_identifier(&alias));
        }
        self.expression_text(id, span, columns)
    }

    /// An expression without the name that `.as(…)` gives it.
    pub(super) fn expression_text(&mut self, id: NodeId, span: Span, columns: Columns) -> Text {
        let chain = chain(self.evaluator, id);
        let mut text = match &chain.root {
            Root::Template => {
                let node = self.evaluator.node(chain.id);
                let NodeKind::Tagged { strings, values, .. } = &node.kind else { return Err(self.unknown(id, span)) };
                let mut text = strings.first().map(ToString::to_string).unwrap_or_default();
                for (item, after) in values.iter().zip(&strings[1..]) {
                    text.push_str(&self.inner_text(item, columns)?);
                    text.push_str(after);
                }
                text
            }
            Root::Function { name, .. } if is_query_root(name) => {
                return Ok(format!("({})", self.query_text(&Value::Symbol(id), span)?));
            }
            Root::Function { name, args } => self.function_text(name, args, id, span, columns)?,
            _ => return Err(self.unknown(id, span)),
        };
        for step in &chain.steps {
            text = self.step_text(text, step, columns)?;
        }
        Ok(text)
    }

    /// Methods of an SQL object.
    fn step_text(&mut self, text: String, step: &Step, columns: Columns) -> Text {
        match &*step.name {
            "mapWith" | "inlineParams" | "getSQL" | "as" | "$type" => Ok(text),
            "append" => {
                let mut text = text;
                for arg in step.args.iter() {
                    text.push_str(&self.sql_text(&arg.value, arg.span, columns)?);
                }
                Ok(text)
            }
            _ => Err(Rc::new(Unknown::new(step.span, format!("`.{}()` is computed at run time", step.name)))),
        }
    }

    /// A table, column, enum, schema or view within SQL.
    fn object_text(&mut self, id: NodeId, columns: Columns) -> Option<String> {
        if let Some((table, column)) = self.column_of(id) {
            let column = self.dialect.quote_identifier(&table.columns[column].name);
            if columns != Columns::Qualified {
                return Some(column);
            }
            return Some(format!("{}.{column}", self.qualified(table.schema.as_deref(), &table.raw_name)));
        }
        if let Some(table) = self.table_of(id) {
            return Some(self.qualified(table.schema.as_deref(), &table.raw_name));
        }
        if let Some((schema, name)) = self.enum_name(id).or_else(|| self.view_name(id)) {
            return Some(self.qualified(schema.as_deref(), &name));
        }
        self.schema_name(id).map(|name| self.dialect.quote_identifier(&name))
    }

    pub(super) fn qualified(&self, schema: Option<&str>, name: &str) -> String {
        let name = self.dialect.quote_identifier(name);
        match schema {
            Some(schema) => format!("{}.{name}", self.dialect.quote_identifier(schema)),
            None => name,
        }
    }

    pub(super) fn unknown(&self, id: NodeId, span: Span) -> Rc<Unknown> {
        self.evaluator.unknown_of(&Value::Symbol(id), span)
    }

    /// `sql.raw(…)` and the operators that Drizzle exports (`drizzle-orm/src/sql/expressions/conditions.ts`, `select.ts`).
    fn function_text(&mut self, name: &str, args: &[Item], id: NodeId, span: Span, columns: Columns) -> Text {
        let nothing = Item { value: Value::Undefined, span, spread: false };
        let arg = |index: usize| args.get(index).unwrap_or(&nothing);
        let mut text = |index: usize| self.inner_text(arg(index), columns);
        let infix = match name {
            "eq" => "=",
            "ne" => "<>",
            "gt" => ">",
            "gte" => ">=",
            "lt" => "<",
            "lte" => "<=",
            "like" => "like",
            "notLike" => "not like",
            "ilike" => "ilike",
            "notIlike" => "not ilike",
            "arrayContains" => "@>",
            "arrayContained" => "<@",
            "arrayOverlaps" => "&&",
            _ => "",
        };
        if !infix.is_empty() {
            return Ok(format!("{} {infix} {}", text(0)?, text(1)?));
        }
        match name {
            "isNull" => Ok(format!("{} is null", text(0)?)),
            "isNotNull" => Ok(format!("{} is not null", text(0)?)),
            "not" => Ok(format!("not {}", text(0)?)),
            "exists" => Ok(format!("exists {}", text(0)?)),
            "notExists" => Ok(format!("not exists {}", text(0)?)),
            "asc" => Ok(format!("{} asc", text(0)?)),
            "desc" => Ok(format!("{} desc", text(0)?)),
            "between" => Ok(format!("{} between {} and {}", text(0)?, text(1)?, text(2)?)),
            "notBetween" => Ok(format!("{} not between {} and {}", text(0)?, text(1)?, text(2)?)),
            "inArray" | "notInArray" => self.membership(name == "notInArray", args, columns),
            "and" | "or" => self.conditions(name, args, columns),
            "count" if args.is_empty() => Ok("count(*)".into()),
            "count" | "sum" | "avg" | "max" | "min" => Ok(format!("{name}({})", text(0)?)),
            "countDistinct" | "sumDistinct" | "avgDistinct" => {
                Ok(format!("{}(distinct {})", name.trim_end_matches("Distinct"), text(0)?))
            }
            "sql.raw" => match &args.first().map(|arg| &arg.value) {
                Some(Value::String(raw)) => Ok(raw.to_string()),
                Some(other) => Ok(self.evaluator.to_text(other, span)?.to_string()),
                None => Err(self.unknown(id, span)),
            },
            "sql.identifier" | "name" => {
                let name = self.evaluator.to_text(&arg(0).value, arg(0).span)?;
                Ok(self.dialect.quote_identifier(&name))
            }
            "sql.empty" => Ok(String::new()),
            "sql.param" | "param" | "bindIfParam" | "sql" => text(0),
            "sql.join" | "sql.fromList" => self.joined(args, columns, span),
            _ => Err(Rc::new(Unknown::new(span, format!("`{name}` is computed at run time")))),
        }
    }

    fn membership(&mut self, negated: bool, args: &[Item], columns: Columns) -> Text {
        let [column, list] = args else { return Ok(negated.to_string()) };
        if let Value::Array(array) = &list.value
            && array.borrow().items.is_empty()
        {
            return Ok(negated.to_string());
        }
        let word = if negated { "not in" } else { "in" };
        let column = self.inner_text(column, columns)?;
        Ok(format!("{column} {word} {}", self.inner_text(list, columns)?))
    }

    fn conditions(&mut self, word: &str, args: &[Item], columns: Columns) -> Text {
        let mut parts = Vec::new();
        for arg in args.iter().filter(|arg| !arg.value.is_undefined()) {
            parts.push(self.inner_text(arg, columns)?);
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => format!("({})", parts.join(&format!(" {word} "))),
        })
    }

    fn joined(&mut self, args: &[Item], columns: Columns, span: Span) -> Text {
        let Some(Value::Array(chunks)) = args.first().map(|arg| &arg.value) else {
            return Err(Rc::new(Unknown::new(span, "its parts are computed at run time")));
        };
        let chunks: Vec<Item> = chunks.borrow().complete()?.to_vec();
        let separator = match args.get(1) {
            Some(separator) => self.sql_text(&separator.value, separator.span, columns)?,
            None => String::new(),
        };
        let parts = chunks.iter().map(|item| self.sql_text(&item.value, item.span, columns));
        Ok(parts.collect::<Result<Vec<_>, _>>()?.join(&separator))
    }

    /// Whether a value is SQL and no plain constant.
    pub(super) fn is_sql(&self, value: &Value) -> bool {
        let Value::Symbol(id) = value else { return false };
        matches!(chain(self.evaluator, *id).root, Root::Template | Root::Function { .. })
    }
}
