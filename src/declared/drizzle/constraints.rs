//! Keys, foreign keys and checks.

use std::rc::Rc;

use super::Loader;
use super::builders::Called;
use super::columns::owned;
use super::lower::{add_foreign_key, key};
use super::names;
use super::sql::Columns;
use super::symbols::Step;
use super::tables::{ColumnShape, TableShape};
use crate::declared::typescript::value::{Item, Value};
use crate::model::{
    Action, Check, Deferrable, Expr, ForeignKey, Key, Known, MatchKind, ObjectKind, ObjectRef, Origin, Table, Unknown,
};
use crate::source::Span;

/// Columns of a constraint: before casing, and as the server has them.
#[derive(Default)]
struct Names {
    raw: Vec<String>,
    cased: Vec<String>,
}

impl Names {
    /// drizzle-kit puts the cased names into a name that was made of the others, by replacing each one's first occurrence.
    fn case(&self, name: String) -> String {
        self.raw.iter().zip(&self.cased).fold(name, |name, (raw, cased)| name.replacen(raw, cased, 1))
    }
}

impl Loader<'_, '_> {
    /// `.references(() => users.id, { onDelete: "cascade" })`
    pub(super) fn reference(&mut self, table: &mut Table, shape: &Rc<TableShape>, column: &ColumnShape, call: &Called) {
        match self.column_reference(shape, column, call) {
            Ok(key) => add_foreign_key(table, key),
            Err(unknown) => self.unknown_constraint(table, &unknown),
        }
    }

    fn column_reference(
        &mut self,
        shape: &Rc<TableShape>,
        column: &ColumnShape,
        call: &Called,
    ) -> Result<ForeignKey, Rc<Unknown>> {
        let (target, options) = (call.args.first(), call.args.get(1));
        let Some(target) = target else { return Err(Rc::new(Unknown::new(call.span, "it names no column"))) };
        let value = match &target.value {
            Value::Function(closure) => self.evaluator.call_closure(closure, None, Vec::new(), target.span),
            other => other.clone(),
        };
        let (to, index) = self.referenced(&value, target.span)?;
        let from = Names { raw: vec![column.raw_name.clone()], cased: vec![column.name.clone()] };
        let to_names =
            Names { raw: vec![to.columns[index].raw_name.clone()], cased: vec![to.columns[index].name.clone()] };
        let on_delete = self.action(options, "onDelete")?;
        let on_update = self.action(options, "onUpdate")?;
        Ok(self.build_foreign_key(shape, None, &from, &to, &to_names, on_delete, on_update, call.span))
    }

    /// The column that a value is, in any table.
    fn referenced(&mut self, value: &Value, span: Span) -> Result<(Rc<TableShape>, usize), Rc<Unknown>> {
        let Value::Symbol(id) = value else { return Err(self.evaluator.unknown_of(value, span)) };
        self.column_of(*id).ok_or_else(|| self.no_column(*id, span))
    }

    fn no_column(&mut self, id: crate::declared::typescript::value::NodeId, span: Span) -> Rc<Unknown> {
        let unknown = self.unknown(id, span);
        match self.evaluator.package_of(id) {
            Some(package) if super::symbols::is_drizzle(&package) => {
                Rc::new(Unknown::new(span, "it names no column that is known"))
            }
            _ => unknown,
        }
    }

    fn action(&self, options: Option<&Item>, name: &str) -> Result<Action, Rc<Unknown>> {
        let Some(item) = self.option(options, name)? else { return Ok(Action::NoAction) };
        self.action_value(&item)
    }

    fn action_value(&self, item: &Item) -> Result<Action, Rc<Unknown>> {
        match &item.value {
            Value::Undefined => Ok(Action::NoAction),
            Value::String(word) => match &*word.to_lowercase() {
                "no action" => Ok(Action::NoAction),
                "restrict" => Ok(Action::Restrict),
                "cascade" => Ok(Action::Cascade),
                "set null" => Ok(Action::SetNull),
                "set default" => Ok(Action::SetDefault),
                other => Err(Rc::new(Unknown::new(item.span, format!("`{other}` is no action")))),
            },
            other => Err(self.evaluator.unknown_of(other, item.span)),
        }
    }

    #[allow(clippy::too_many_arguments)] // each is a part of the constraint, used once
    fn build_foreign_key(
        &self,
        shape: &TableShape,
        name: Option<String>,
        from: &Names,
        to: &TableShape,
        to_names: &Names,
        on_delete: Action,
        on_update: Action,
        span: Span,
    ) -> ForeignKey {
        let default = || {
            if self.settings.v1 {
                return names::foreign_key(&shape.raw_name, &from.raw, &to.raw_name, &to_names.raw);
            }
            let name =
                format!("{}_{}_{}_{}_fk", shape.raw_name, from.raw.join("_"), to.raw_name, to_names.raw.join("_"));
            to_names.case(from.case(name))
        };
        let named = name.is_some();
        let cut = |names: &Names| names.cased.iter().map(|name| self.cut(name)).collect();
        ForeignKey {
            name: self.cut(&name.unwrap_or_else(default)),
            named,
            columns: cut(from),
            ref_table: to.name.clone(),
            ref_columns: cut(to_names),
            ref_index: None,
            on_delete,
            on_update,
            on_delete_columns: Vec::new(),
            match_kind: MatchKind::Simple,
            deferrable: Deferrable::No,
            not_valid: false,
            comment: None,
            inherited: false,
            origin: Origin::at(span),
        }
    }

    /// `foreignKey({ columns, foreignColumns, name }).onDelete(…).onUpdate(…)`
    pub(super) fn foreign_key(
        &mut self,
        shape: &Rc<TableShape>,
        args: &[Item],
        steps: &[Step],
        span: Span,
    ) -> Result<ForeignKey, Rc<Unknown>> {
        let Some(config) = args.first() else { return Err(Rc::new(Unknown::new(span, "it names no columns"))) };
        // Early versions took a function.
        let config = match &config.value {
            Value::Function(closure) => {
                let value = self.evaluator.call_closure(closure, None, Vec::new(), config.span);
                Item { value, span: config.span, spread: false }
            }
            _ => config.clone(),
        };
        let columns = self.option(Some(&config), "columns")?;
        let (_, from) = self.column_list(columns, span)?;
        let foreign = self.option(Some(&config), "foreignColumns")?;
        let (to, to_names) = self.column_list(foreign, span)?;
        let name = match self.option(Some(&config), "name")? {
            Some(item) => Some(self.evaluator.to_text(&item.value, item.span)?.to_string()),
            None => None,
        };
        let (mut on_delete, mut on_update) = (Action::NoAction, Action::NoAction);
        for step in steps {
            let action = match step.args.first() {
                Some(item) => self.action_value(item)?,
                None => Action::NoAction,
            };
            match &*step.name {
                "onDelete" => on_delete = action,
                "onUpdate" => on_update = action,
                _ => {}
            }
        }
        Ok(self.build_foreign_key(shape, name, &from, &to, &to_names, on_delete, on_update, span))
    }

    /// An array of columns of one table.
    fn column_list(&mut self, item: Option<Item>, span: Span) -> Result<(Rc<TableShape>, Names), Rc<Unknown>> {
        let nothing = || Rc::new(Unknown::new(span, "it names no columns"));
        let Some(item) = item else { return Err(nothing()) };
        let items: Vec<Item> = match &item.value {
            Value::Array(array) => array.borrow().complete()?.to_vec(),
            other => return Err(self.evaluator.unknown_of(other, item.span)),
        };
        self.named_columns(&items, span)?.ok_or_else(nothing)
    }

    fn named_columns(&mut self, items: &[Item], _span: Span) -> Result<Option<(Rc<TableShape>, Names)>, Rc<Unknown>> {
        let (mut names, mut of) = (Names::default(), None);
        for item in items {
            let (table, index) = self.referenced(&item.value, item.span)?;
            names.raw.push(table.columns[index].raw_name.clone());
            names.cased.push(table.columns[index].name.clone());
            of.get_or_insert(table);
        }
        Ok(of.map(|table| (table, names)))
    }

    /// `primaryKey({ columns, name })`, and the older `primaryKey(t.a, t.b)`.
    pub(super) fn primary_key(
        &mut self,
        shape: &Rc<TableShape>,
        args: &[Item],
        span: Span,
    ) -> Result<Key, Rc<Unknown>> {
        let config = args.first().filter(|arg| matches!(arg.value, Value::Object(_) | Value::Unknown(_)));
        let (names, name) = match config {
            Some(config) => {
                let columns = self.option(Some(config), "columns")?;
                let name = match self.option(Some(config), "name")? {
                    Some(item) => Some(self.evaluator.to_text(&item.value, item.span)?.to_string()),
                    None => None,
                };
                (self.column_list(columns, span)?.1, name)
            }
            None => match self.named_columns(args, span)? {
                Some((_, names)) => (names, None),
                None => return Err(Rc::new(Unknown::new(span, "it names no columns"))),
            },
        };
        let named = name.is_some();
        let default = || match self.settings.v1 {
            true => format!("{}_pkey", shape.raw_name),
            false => format!("{}_{}_pk", shape.raw_name, names.raw.join("_")),
        };
        let name = names.case(name.unwrap_or_else(default));
        Ok(key(self.cut(&name), named, names.cased.iter().map(|name| self.cut(name)).collect(), span))
    }

    /// `unique("name").on(t.a, t.b).nullsNotDistinct()`; `None` without `.on`, which drizzle-kit passes over.
    pub(super) fn unique(
        &mut self,
        shape: &Rc<TableShape>,
        args: &[Item],
        steps: &[Step],
        span: Span,
    ) -> Result<Option<Key>, Rc<Unknown>> {
        let Some(on) = steps.iter().find(|step| &*step.name == "on") else { return Ok(None) };
        let Some((_, names)) = self.named_columns(&on.args, span)? else { return Ok(None) };
        let written = match args.first().filter(|arg| !arg.value.is_undefined()) {
            Some(arg) => Some(self.evaluator.to_text(&arg.value, arg.span)?.to_string()),
            None => None,
        };
        let named = written.is_some();
        let name = written.unwrap_or_else(|| format!("{}_{}_unique", shape.raw_name, names.raw.join("_")));
        let mut key = key(self.cut(&name), named, names.cased.iter().map(|name| self.cut(name)).collect(), span);
        key.nulls_not_distinct = steps.iter().any(|step| &*step.name == "nullsNotDistinct");
        Ok(Some(key))
    }

    /// `` check("name", sql`…`) ``
    pub(super) fn check(&mut self, table: &mut Table, args: &[Item], span: Span) -> Result<(), Rc<Unknown>> {
        let [name, condition, ..] = args else {
            return Err(Rc::new(Unknown::new(span, "it lacks a name or a condition")));
        };
        let name = self.evaluator.to_text(&name.value, name.span)?;
        let name = self.cut(&name);
        let expr = match self.sql_text(&condition.value, condition.span, self.condition_columns()) {
            Ok(text) => Known::Known(Expr::new(text, condition.span)),
            Err(unknown) => {
                let object = ObjectRef::part(ObjectKind::Check, &table.name, &name);
                self.problems.unresolved(&object, "expression", &unknown);
                Known::Unknown(owned(&unknown))
            }
        };
        table.checks.push(Check {
            name,
            named: true,
            expr,
            no_inherit: false,
            not_valid: false,
            set_for: Vec::new(),
            comment: None,
            inherited: false,
            origin: Origin::at(span),
        });
        Ok(())
    }

    /// How columns stand in checks and predicates.
    pub(super) fn condition_columns(&self) -> Columns {
        if self.settings.v1 { Columns::Bare } else { Columns::Qualified }
    }
}
