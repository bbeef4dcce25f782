//! Views defined by the query builder: `` qb => qb.select({ … }).from(users).where(eq(users.active, true)) ``.
//!
//! Plain selects and joins of tables, printed as `buildSelectQuery` in `drizzle-orm/src/pg-core/dialect.ts` does. Anything else (subqueries, CTEs,
//! set operations) is not known.

use std::rc::Rc;

use super::Loader;
use super::sql::{Columns, Text};
use super::symbols::{Root, Step, chain};
use super::tables::TableShape;
use crate::declared::typescript::value::{Item, NodeId, Value};
use crate::model::Unknown;
use crate::source::Span;

impl Loader<'_, '_> {
    /// A chain on the query builder as SQL.
    pub(super) fn select_text(&mut self, id: NodeId, span: Span) -> Text {
        let chain = chain(self.evaluator, id);
        let unknown = |what: &str| Rc::new(Unknown::new(span, format!("its query uses `{what}`, which is not read")));
        match &chain.root {
            Root::Function { name, .. } if &**name == "QueryBuilder" => {}
            Root::Template => return self.sql_text(&Value::Symbol(id), span, Columns::Qualified),
            _ => return Err(self.unknown(id, span)),
        }
        let step = |name: &str| chain.steps.iter().find(|step| &*step.name == name);
        let known = [
            "select",
            "selectDistinct",
            "from",
            "where",
            "leftJoin",
            "innerJoin",
            "rightJoin",
            "fullJoin",
            "groupBy",
            "having",
            "orderBy",
            "limit",
            "offset",
            "$dynamic",
            "as",
        ];
        if let Some(other) = chain.steps.iter().find(|step| !known.contains(&&*step.name)) {
            return Err(unknown(&other.name));
        }
        let (Some(select), Some(from)) = (step("select").or_else(|| step("selectDistinct")), step("from")) else {
            return Err(unknown("no table"));
        };
        let joins: Vec<&Step> = chain.steps.iter().filter(|step| step.name.ends_with("Join")).collect();
        let table = self.joined_table(from.args.first(), span)?;
        let mut tables = vec![Rc::clone(&table)];
        let mut joined = String::new();
        for join in &joins {
            let other = self.joined_table(join.args.first(), join.span)?;
            let on = match join.args.get(1) {
                Some(item) => self.sql_text(&item.value, item.span, Columns::Qualified)?,
                None => return Err(unknown("a join without condition")),
            };
            let kind = join.name.trim_end_matches("Join");
            joined.push_str(&format!(
                " {kind} join {} on {on}",
                self.qualified(other.schema.as_deref(), &other.raw_name)
            ));
            tables.push(other);
        }
        let columns = if joins.is_empty() { Columns::Bare } else { Columns::Qualified };
        let fields = match select.args.first() {
            Some(item) => self.fields(item, columns)?,
            None => tables.iter().flat_map(|table| self.all_columns(table, columns)).collect(),
        };
        let distinct = if &*select.name == "selectDistinct" { " distinct" } else { "" };
        let from = self.qualified(table.schema.as_deref(), &table.raw_name);
        let mut sql = format!("select{distinct} {} from {from}{joined}", fields.join(", "));
        for (name, words) in [
            ("where", "where"),
            ("groupBy", "group by"),
            ("having", "having"),
            ("orderBy", "order by"),
            ("limit", "limit"),
            ("offset", "offset"),
        ] {
            let Some(step) = step(name) else { continue };
            let parts = step.args.iter().filter(|arg| !arg.value.is_undefined());
            let parts = parts
                .map(|arg| self.sql_text(&arg.value, arg.span, Columns::Qualified))
                .collect::<Result<Vec<_>, _>>()?;
            if !parts.is_empty() {
                sql.push_str(&format!(" {words} {}", parts.join(", ")));
            }
        }
        Ok(sql)
    }

    fn joined_table(&mut self, item: Option<&Item>, span: Span) -> Result<Rc<TableShape>, Rc<Unknown>> {
        let Some(Item { value: Value::Symbol(id), .. }) = item else {
            return Err(Rc::new(Unknown::new(span, "its table is not known")));
        };
        self.table_of(*id).ok_or_else(|| Rc::new(Unknown::new(span, "it selects from something that is no table")))
    }

    fn all_columns(&self, table: &TableShape, columns: Columns) -> Vec<String> {
        let column = |name: &str| {
            let name = self.dialect.quote_identifier(name);
            match columns {
                Columns::Bare => name,
                Columns::Qualified => format!("{}.{name}", self.qualified(table.schema.as_deref(), &table.raw_name)),
            }
        };
        table.columns.iter().map(|shape| column(&shape.name)).collect()
    }

    fn fields(&mut self, item: &Item, columns: Columns) -> Result<Vec<String>, Rc<Unknown>> {
        let Value::Object(object) = &item.value else { return Err(self.evaluator.unknown_of(&item.value, item.span)) };
        if let Some((_, value, span)) = object.borrow().spreads.first() {
            return Err(self.evaluator.unknown_of(value, *span));
        }
        let members: Vec<_> = object.borrow().members.values().cloned().collect();
        let mut fields = Vec::new();
        for member in members {
            match &member.value {
                Value::Object(_) => fields.extend(
                    self.fields(&Item { value: member.value.clone(), span: member.span, spread: false }, columns)?,
                ),
                Value::Symbol(id) if self.table_of(*id).is_some() => {
                    if let Some(table) = self.table_of(*id) {
                        fields.extend(self.all_columns(&table, columns));
                    }
                }
                value => {
                    let text = self.sql_text(value, member.span, columns)?;
                    fields.push(match self.alias(value)? {
                        Some(alias) => format!("{text} as {alias}"),
                        None => text,
                    });
                }
            }
        }
        Ok(fields)
    }

    /// The name of `` sql`…`.as("name") ``.
    fn alias(&self, value: &Value) -> Result<Option<String>, Rc<Unknown>> {
        let Value::Symbol(id) = value else { return Ok(None) };
        let chain = chain(self.evaluator, *id);
        let Some(arg) = chain.steps.iter().rev().find(|step| &*step.name == "as").and_then(|step| step.args.first())
        else {
            return Ok(None);
        };
        Ok(Some(self.dialect.quote_identifier(&self.evaluator.to_text(&arg.value, arg.span)?)))
    }
}
