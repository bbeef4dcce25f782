//! Views defined by the query builder: `` qb => qb.select({ … }).from(users).where(eq(users.active, true)) ``, printed as `buildSelectQuery` in
//! `drizzle-orm/src/pg-core/dialect.ts` does.

use std::rc::Rc;

use super::Loader;
use super::relations::{Relation, is_join, is_query_root, is_select, is_set_operation, selection};
use super::sql::{Columns, Text};
use super::symbols::{Root, Step, chain};
use crate::declared::typescript::value::{Item, Member, NodeId, NodeKind, Object, Value};
use crate::model::Unknown;
use crate::source::Span;

/// Methods of a select without effect on its text.
const SILENT: [&str; 4] = ["$dynamic", "as", "$withCache", "$type"];

impl Loader<'_, '_> {
    /// A query, or a function of the query builder that gives one, as SQL.
    pub(super) fn query_text(&mut self, query: &Value, span: Span) -> Text {
        let query = self.query_value(query, span);
        let Value::Symbol(id) = query else { return Err(self.evaluator.unknown_of(&query, span)) };
        let chain = chain(self.evaluator, id);
        match &chain.root {
            Root::Function { name, .. } if &**name == "QueryBuilder" => self.select_text(&chain.steps, span),
            Root::Function { name, args } if is_query_root(name) => {
                let mut operands = args.iter();
                let first = operands.next().ok_or_else(|| unread(span, name))?;
                let mut sql = self.deeper(span, |this| this.query_text(&first.value, first.span))?;
                for operand in operands {
                    sql = self.set_operation(sql, name, operand)?;
                }
                self.after_set_operations(sql, &chain.steps)
            }
            Root::Template => self.sql_text(&Value::Symbol(id), span, Columns::Qualified),
            Root::Function { name, .. } if name.starts_with("sql") => {
                self.sql_text(&Value::Symbol(id), span, Columns::Qualified)
            }
            _ => Err(self.unknown(id, span)),
        }
    }

    fn select_text(&mut self, steps: &[Step], span: Span) -> Text {
        let end = steps.iter().position(|step| is_set_operation(&step.name)).unwrap_or(steps.len());
        let sql = self.plain_select(&steps[..end], span)?;
        self.after_set_operations(sql, &steps[end..])
    }

    /// `(left) union (right) order by …`
    fn after_set_operations(&mut self, mut sql: String, steps: &[Step]) -> Text {
        for step in steps {
            if is_set_operation(&step.name) {
                let operand = step.args.first().ok_or_else(|| unread(step.span, &step.name))?;
                sql = self.set_operation(sql, &step.name, operand)?;
                continue;
            }
            match clause(&step.name) {
                Some(words @ ("order by" | "limit" | "offset")) => {
                    let list = self.list(step, Columns::Outermost)?;
                    push_clause(&mut sql, words, &list);
                }
                _ if SILENT.contains(&&*step.name) => {}
                _ => return Err(unread(step.span, &step.name)),
            }
        }
        Ok(sql)
    }

    fn set_operation(&mut self, left: String, name: &str, right: &Item) -> Text {
        if let Value::Function(_) = right.value {
            return Err(unread(right.span, name));
        }
        let right = self.deeper(right.span, |this| this.query_text(&right.value, right.span))?;
        let words = match name.strip_suffix("All") {
            Some(word) => format!("{word} all"),
            None => name.to_owned(),
        };
        Ok(format!("({left}) {words} ({right})"))
    }

    fn plain_select(&mut self, steps: &[Step], span: Span) -> Text {
        let step = |name: &str| steps.iter().rev().find(|step| &*step.name == name);
        let is_read =
            |name: &str| is_select(name) || is_join(name) || clause(name).is_some() || matches!(name, "from" | "with");
        if let Some(other) = steps.iter().find(|step| !is_read(&step.name) && !SILENT.contains(&&*step.name)) {
            return Err(unread(span, &other.name));
        }
        let select = steps.iter().find(|step| is_select(&step.name));
        let (Some(select), Some(from)) = (select, step("from")) else { return Err(unread(span, "no table")) };
        let with = match step("with") {
            Some(with) => self.common_tables(with)?,
            None => String::new(),
        };
        let joins: Vec<&Step> = steps.iter().filter(|step| is_join(&step.name)).collect();
        let columns = if joins.is_empty() { Columns::Outermost } else { Columns::Qualified };
        let chosen = selection(select).cloned();
        let mut tables = vec![self.source(from)?];
        let mut sql = self.source_text(tables[0])?;
        for join in &joins {
            let table = self.source(join)?;
            tables.push(table);
            let (kind, lateral) = match join.name.strip_suffix("Lateral") {
                Some(name) => (name, " lateral"),
                None => (&*join.name, ""),
            };
            let kind = kind.trim_end_matches("Join");
            sql.push_str(&format!(" {kind} join{lateral} {}", self.source_text(table)?));
            if let Some(on) = join.args.get(1).filter(|on| !on.value.is_undefined()) {
                sql.push_str(&format!(" on {}", self.sql_text(&on.value, on.span, Columns::Qualified)?));
            }
        }
        let fields = match &chosen {
            Some(item) => self.fields(item, columns)?,
            None => {
                let mut fields = Vec::new();
                for table in tables {
                    fields.extend(self.all_fields(table, columns)?);
                }
                fields
            }
        };
        let distinct = match &*select.name {
            "selectDistinct" => " distinct".to_owned(),
            "selectDistinctOn" => format!(" distinct on ({})", self.distinct_on(select)?),
            _ => String::new(),
        };
        let mut sql = format!("{with}select{distinct} {} from {sql}", fields.join(", "));
        for name in ["where", "groupBy", "having", "orderBy", "limit", "offset"] {
            let (Some(step), Some(words)) = (step(name), clause(name)) else { continue };
            let list = self.selected_list(step, chosen.as_ref(), matches!(name, "where" | "having"))?;
            push_clause(&mut sql, words, &list);
        }
        Ok(sql)
    }

    fn common_tables(&mut self, with: &Step) -> Text {
        let mut texts = Vec::new();
        for item in with.args.iter() {
            let Value::Symbol(id) = item.value else { return Err(self.evaluator.unknown_of(&item.value, item.span)) };
            let Some(Relation::CommonTable { name, query }) = self.relation_of(id) else {
                return Err(unread(item.span, "with"));
            };
            let sql = self.deeper(item.span, |this| this.query_text(&query, item.span))?;
            texts.push(format!("{} as ({sql})", self.dialect.quote_identifier(&name)));
        }
        Ok(if texts.is_empty() { String::new() } else { format!("with {} ", texts.join(", ")) })
    }

    /// The relation that `from` or a join names.
    fn source(&self, step: &Step) -> Result<NodeId, Rc<Unknown>> {
        match step.args.first() {
            Some(Item { value: Value::Symbol(id), .. }) => Ok(*id),
            _ => Err(Rc::new(Unknown::new(step.span, "its table is not known"))),
        }
    }

    fn source_text(&mut self, id: NodeId) -> Text {
        match self.relation_of(id) {
            Some(Relation::Table { shape, alias }) => {
                let table = self.qualified(shape.schema.as_deref(), &shape.raw_name);
                Ok(match alias {
                    Some(alias) => format!("{table} {}", self.dialect.quote_identifier(&alias)),
                    None => table,
                })
            }
            Some(Relation::View { schema, name, .. }) => Ok(self.qualified(schema.as_deref(), &name)),
            Some(Relation::Subquery { .. } | Relation::CommonTable { .. }) => {
                let span = self.evaluator.node(id).span;
                self.sql_text(&Value::Symbol(id), span, Columns::Qualified)
            }
            None => {
                let span = self.evaluator.node(id).span;
                if self.is_sql(&Value::Symbol(id)) {
                    return self.sql_text(&Value::Symbol(id), span, Columns::Qualified);
                }
                Err(Rc::new(Unknown::new(span, "it selects from something that is no table")))
            }
        }
    }

    fn all_fields(&mut self, id: NodeId, columns: Columns) -> Result<Vec<String>, Rc<Unknown>> {
        let fields = self.fields_of(id)?;
        let called = match self.relation_of(id) {
            // Not the alias of a table stands before its columns, but its schema.
            Some(Relation::Table { shape, alias: None }) if shape.schema.is_some() && columns == Columns::Qualified => {
                let table = self.qualified(shape.schema.as_deref(), &shape.raw_name);
                let column = |name: &str| format!("{table}.{}", self.dialect.quote_identifier(name));
                return Ok(shape.columns.iter().map(|shape| column(&shape.name)).collect());
            }
            Some(relation) => relation.called().to_owned(),
            None => String::new(),
        };
        Ok(fields.iter().map(|(_, field)| self.field_text(&called, field, columns)).collect())
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
                Value::Object(_) => {
                    let inner = Item { value: member.value.clone(), span: member.span, spread: false };
                    fields.extend(self.deeper(member.span, |this| this.fields(&inner, columns))?);
                }
                Value::Symbol(id) => match self.relation_of(*id) {
                    Some(Relation::Subquery { .. }) | None => fields.push(self.field(*id, member.span, columns)?),
                    Some(_) => fields.extend(self.all_fields(*id, columns)?),
                },
                other => return Err(self.evaluator.unknown_of(other, member.span)),
            }
        }
        Ok(fields)
    }

    fn field(&mut self, id: NodeId, span: Span, columns: Columns) -> Text {
        match self.alias(&Value::Symbol(id))? {
            Some(alias) => {
                let text = self.expression_text(id, span, columns)?;
                Ok(format!("{text} as {}", self.dialect.quote_identifier(&alias)))
            }
            None => self.sql_text(&Value::Symbol(id), span, columns),
        }
    }

    /// The name of `` sql`…`.as("name") ``.
    pub(super) fn alias(&self, value: &Value) -> Result<Option<String>, Rc<Unknown>> {
        let Value::Symbol(id) = value else { return Ok(None) };
        let chain = chain(self.evaluator, *id);
        if matches!(&chain.root, Root::Function { name, .. } if is_query_root(name)) {
            return Ok(None);
        }
        let arg = chain.steps.iter().rev().find(|step| &*step.name == "as").and_then(|step| step.args.first());
        match arg {
            Some(arg) => Ok(Some(self.evaluator.to_text(&arg.value, arg.span)?.to_string())),
            None => Ok(None),
        }
    }

    fn distinct_on(&mut self, select: &Step) -> Text {
        let Some(Item { value: Value::Array(on), .. }) = select.args.first() else {
            return Err(unread(select.span, &select.name));
        };
        let on = on.borrow().complete()?.to_vec();
        let on = on.iter().map(|item| self.sql_text(&item.value, item.span, Columns::Qualified));
        Ok(on.collect::<Result<Vec<_>, _>>()?.join(", "))
    }

    /// The arguments of a clause; a function gets what is selected.
    fn selected_list(
        &mut self,
        step: &Step,
        chosen: Option<&Item>,
        without_names: bool,
    ) -> Result<Vec<String>, Rc<Unknown>> {
        let Some(Item { value: Value::Function(closure), .. }) = step.args.first() else {
            return self.list(step, Columns::Qualified);
        };
        let Some(chosen) = chosen else { return Err(unread(step.span, &step.name)) };
        let argument = if without_names { self.without_names(chosen) } else { chosen.clone() };
        let value = self.evaluator.call_closure(closure, None, vec![argument], step.span);
        let items = match &value {
            Value::Array(items) => items.borrow().complete()?.to_vec(),
            _ => vec![Item { value, span: step.span, spread: false }],
        };
        items.iter().map(|item| self.sql_text(&item.value, item.span, Columns::Qualified)).collect()
    }

    /// What is selected, without the names that `.as(…)` gives.
    fn without_names(&self, chosen: &Item) -> Item {
        let Value::Object(object) = &chosen.value else { return chosen.clone() };
        let mut plain = Object::default();
        for (key, member) in &object.borrow().members {
            let value = match &member.value {
                Value::Symbol(id) => match chain(self.evaluator, *id).steps.last() {
                    Some(step) if &*step.name == "as" => self.object_of_call(*id).unwrap_or(member.value.clone()),
                    _ => member.value.clone(),
                },
                other => other.clone(),
            };
            plain.members.insert(key.clone(), Member { value, span: member.span });
        }
        Item { value: Value::object(plain), ..chosen.clone() }
    }

    /// `object` of `object.method(…)`.
    fn object_of_call(&self, id: NodeId) -> Option<Value> {
        let NodeKind::Call { callee: Value::Symbol(callee), .. } = &self.evaluator.node(id).kind else { return None };
        let NodeKind::Member { object, .. } = &self.evaluator.node(*callee).kind else { return None };
        Some(object.clone())
    }

    fn list(&mut self, step: &Step, columns: Columns) -> Result<Vec<String>, Rc<Unknown>> {
        let items = step.args.iter().filter(|arg| !arg.value.is_undefined());
        items.map(|arg| self.sql_text(&arg.value, arg.span, columns)).collect()
    }
}

fn clause(step: &str) -> Option<&'static str> {
    Some(match step {
        "where" => "where",
        "groupBy" => "group by",
        "having" => "having",
        "orderBy" => "order by",
        "limit" => "limit",
        "offset" => "offset",
        _ => return None,
    })
}

fn push_clause(sql: &mut String, words: &str, list: &[String]) {
    // `offset(0)` is left out.
    if !list.is_empty() && (words, list[0].as_str()) != ("offset", "0") {
        sql.push_str(&format!(" {words} {}", list.join(", ")));
    }
}

fn unread(span: Span, what: &str) -> Rc<Unknown> {
    Rc::new(Unknown::new(span, format!("its query uses `{what}`, which is not read")))
}

#[cfg(test)]
mod tests {
    use super::super::DrizzleSettings;
    use super::super::tests::check_with;

    const TABLES: &str = "import { alias } from 'drizzle-orm/pg-core'; import { asc, count, desc, getTableColumns, gt, sum, ne } from 'drizzle-orm';
        const users = pgTable('users', { id: integer(), email: text('mail'), boss: integer() });
        const posts = pgTable('posts', { id: integer(), by: integer(), views: integer() });
        const items = pgSchema('app').table('items', { id: integer(), s: text() });";

    /// The SQL of `pgView("v").as(…)`.
    fn check_as(v1: bool, query: &str, expect: &str) {
        let settings = DrizzleSettings { v1, ..DrizzleSettings::default() };
        check_with(&settings, &format!("{TABLES}\nexport const v = pgView('v').as({query});"), expect);
    }

    fn check(query: &str, expect: &str) {
        check_as(false, query, &format!("view v {expect}"));
    }

    #[test]
    fn joins() {
        check(
            "qb => qb.select({ id: posts.id, s: items.s }).from(posts).leftJoin(users, eq(posts.by, users.id)).crossJoin(items)",
            r#"select "posts"."id", "app"."items"."s" from "posts" left join "users" on "posts"."by" = "users"."id" cross join "app"."items""#,
        );
        check(
            "qb => qb.select().from(posts).fullJoin(items, eq(posts.id, items.id))",
            r#"select "posts"."id", "posts"."by", "posts"."views", "app"."items"."id", "app"."items"."s" from "posts" full join "app"."items" on "posts"."id" = "app"."items"."id""#,
        );
    }

    #[test]
    fn aliases_of_tables() {
        let query = "qb => { const b = alias(users, 'b'); return qb.select({ id: users.id, b: b.email }).from(users).innerJoin(b, eq(users.boss, b.id)); }";
        check(
            query,
            r#"select "users"."id", "b"."mail" from "users" inner join "users" "b" on "users"."boss" = "b"."id""#,
        );
    }

    #[test]
    fn columns_of_a_table_in_a_selection() {
        check(
            "qb => { const { boss, ...rest } = getTableColumns(users); return qb.select({ ...rest, up: sql<string>`upper(${users.email})`.as('up') }).from(users); }",
            r#"select "id", "mail", upper("mail") as "up" from "users""#,
        );
    }

    #[test]
    fn only_the_outermost_columns_of_one_table_are_bare() {
        check(
            "qb => qb.select({ a: sql`${posts.id} + coalesce(${sum(posts.views)}, 0)`.as('a'), c: count() }).from(posts).groupBy(posts.id)",
            r#"select "id" + coalesce(sum("posts"."views"), 0) as "a", count(*) from "posts" group by "posts"."id""#,
        );
    }

    #[test]
    fn names_of_expressions_elsewhere() {
        let query = "qb => { const n = count().as('n'); return qb.select({ by: posts.by, n }).from(posts).groupBy(posts.by).having(({ n }) => gt(n, 1)).orderBy(desc(n)).offset(0); }";
        check(
            query,
            r#"select "by", count(*) as "n" from "posts" group by "posts"."by" having count(*) > 1 order by "n" desc"#,
        );
    }

    #[test]
    fn a_query_builder_of_its_own() {
        let query = "new QueryBuilder().select({ id: users.id }).from(users).where(gt(users.id, 1))";
        check_with(
            &DrizzleSettings::default(),
            &format!(
                "import {{ QueryBuilder }} from 'drizzle-orm/pg-core'; {TABLES}\nexport const v = pgView('v').as({query});"
            ),
            r#"view v select "id" from "users" where "users"."id" > 1"#,
        );
    }

    #[test]
    fn subqueries() {
        let query =
            "qb => { const sq = qb.select({ by: posts.by, n: count().as('n') }).from(posts).groupBy(posts.by).as('sq');
            return qb.select({ id: users.id, n: sq.n }).from(users).leftJoin(sq, eq(sq.by, users.id)); }";
        let inner =
            r#"(select "by", count(*) as "n" from "posts" group by "posts"."by") "sq" on "sq"."by" = "users"."id""#;
        check(query, &format!(r#"select "users"."id", "n" from "users" left join {inner}"#));
        check_as(true, query, &format!(r#"view v select "users"."id", "sq"."n" from "users" left join {inner}"#));
        check(
            "qb => qb.select({ id: users.id }).from(users).where(inArray(users.id, qb.select({ by: posts.by }).from(posts)))",
            r#"select "id" from "users" where "users"."id" in (select "by" from "posts")"#,
        );
    }

    #[test]
    fn common_table_expressions() {
        check(
            "qb => { const c = qb.$with('c').as(qb.select({ by: posts.by }).from(posts)); return qb.with(c).select().from(c); }",
            r#"with "c" as (select "by" from "posts") select "by" from "c""#,
        );
    }

    #[test]
    fn set_operations() {
        check(
            "qb => qb.select({ id: users.id }).from(users).unionAll(qb.select({ id: posts.id }).from(posts)).orderBy(asc(users.id)).limit(3)",
            r#"(select "id" from "users") union all (select "id" from "posts") order by "id" asc limit 3"#,
        );
    }

    #[test]
    fn distinct_on() {
        check(
            "qb => qb.selectDistinctOn([users.boss], { boss: users.boss, id: users.id }).from(users)",
            r#"select distinct on ("users"."boss") "boss", "id" from "users""#,
        );
    }

    #[test]
    fn fields_of_another_view() {
        let other =
            "export const w = pgView('w').as(qb => qb.select({ key: users.id, n: sql`1`.as('one') }).from(users));";
        let query = "qb => qb.select().from(w).where(gt(w.key, 2))";
        let settings = DrizzleSettings::default();
        check_with(
            &settings,
            &format!("{TABLES} {other}\nexport const v = pgView('v').as({query});"),
            r#"view w select "id", 1 as "one" from "users"
               view v select "id", "one" from "w" where "w"."id" > 2"#,
        );
    }

    #[test]
    fn what_is_not_read_is_said() {
        check_as(
            false,
            "qb => qb.select({ n: sql`1` }).from(users).for('update')",
            "view v ?(its query uses `for`, which is not read)
             ! the query of `v` is not compared, because its query uses `for`, which is not read",
        );
    }
}
