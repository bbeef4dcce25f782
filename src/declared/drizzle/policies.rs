//! Policies and roles.

use std::rc::Rc;

use super::Loader;
use super::columns::owned;
use super::sql::Columns;
use super::symbols::{Root, chain};
use crate::declared::typescript::value::{Item, Member, NodeId, Object, Value};
use crate::model::{Expr, Known, ObjectKind, ObjectRef, Origin, Policy, PolicyCommand, QualifiedName, Unknown};
use crate::source::Span;

impl Loader<'_, '_> {
    /// `pgPolicy("name", { as, for, to, using, withCheck })`
    pub(super) fn policy(&mut self, table: &QualifiedName, args: &[Item], span: Span) -> Result<Policy, Rc<Unknown>> {
        let Some(name) = args.first() else { return Err(Rc::new(Unknown::new(span, "it has no name"))) };
        let name = self.evaluator.to_text(&name.value, name.span)?;
        let name = self.cut(&name);
        let config = args.get(1);
        let word = |this: &Self, key: &str| -> Result<Option<String>, Rc<Unknown>> {
            match this.option(config, key)? {
                Some(item) => Ok(Some(this.evaluator.to_text(&item.value, item.span)?.to_lowercase())),
                None => Ok(None),
            }
        };
        let permissive = word(self, "as")?.as_deref() != Some("restrictive");
        let command = match word(self, "for")?.as_deref() {
            Some("select") => PolicyCommand::Select,
            Some("insert") => PolicyCommand::Insert,
            Some("update") => PolicyCommand::Update,
            Some("delete") => PolicyCommand::Delete,
            _ => PolicyCommand::All,
        };
        let object = ObjectRef::part(ObjectKind::Policy, table, &name);
        let to = self.option(config, "to")?;
        let roles = match self.roles(to.as_ref()) {
            Ok(roles) => Known::Known(roles),
            Err(unknown) => {
                self.problems.unresolved(&object, "list of roles", &unknown);
                Known::Unknown(owned(&unknown))
            }
        };
        let using = self.policy_expression(&object, config, "using")?;
        let with_check = self.policy_expression(&object, config, "withCheck")?;
        Ok(Policy { name, permissive, command, roles, using, with_check, comment: None, origin: Origin::at(span) })
    }

    fn policy_expression(
        &mut self,
        object: &ObjectRef,
        config: Option<&Item>,
        key: &str,
    ) -> Result<Known<Option<Expr>>, Rc<Unknown>> {
        let Some(item) = self.option(config, key)? else { return Ok(Known::Known(None)) };
        if item.value.is_nullish() {
            return Ok(Known::Known(None));
        }
        Ok(match self.sql_text(&item.value, item.span, Columns::Qualified) {
            Ok(text) => Known::Known(Some(Expr::new(text, item.span))),
            Err(unknown) => {
                self.problems.unresolved(
                    object,
                    if key == "using" { "USING expression" } else { "WITH CHECK expression" },
                    &unknown,
                );
                Known::Unknown(owned(&unknown))
            }
        })
    }

    /// Names of roles, sorted as drizzle-kit sorts them; `public` when none are given.
    fn roles(&self, to: Option<&Item>) -> Result<Vec<String>, Rc<Unknown>> {
        let Some(to) = to else { return Ok(vec!["public".into()]) };
        let items = match &to.value {
            Value::Array(array) => array.borrow().complete()?.to_vec(),
            Value::Undefined | Value::Null => return Ok(vec!["public".into()]),
            _ => vec![to.clone()],
        };
        let mut roles = items.iter().map(|item| self.role_of(item)).collect::<Result<Vec<_>, _>>()?;
        roles.sort();
        Ok(roles)
    }

    fn role_of(&self, item: &Item) -> Result<String, Rc<Unknown>> {
        match &item.value {
            Value::String(name) => Ok(name.to_string()),
            Value::Symbol(id) => self.role_name(*id).map(|(name, _)| name).ok_or_else(|| self.unknown(*id, item.span)),
            other => Err(self.evaluator.unknown_of(other, item.span)),
        }
    }

    /// A role's name, and whether it exists already (`.existing()`).
    pub(super) fn role_name(&self, id: NodeId) -> Option<(String, bool)> {
        let chain = chain(self.evaluator, id);
        let Root::Function { name, args } = &chain.root else { return None };
        if &**name != "pgRole" {
            return None;
        }
        let existing = chain.steps.iter().any(|step| &*step.name == "existing");
        Some((args.first()?.value.as_str()?.to_owned(), existing))
    }

    /// A policy that is exported by itself, and the table that it is linked to.
    pub(super) fn linked_policy(&mut self, id: NodeId) -> Option<(NodeId, Vec<Item>)> {
        let chain = chain(self.evaluator, id);
        let Root::Function { name, args } = &chain.root else { return None };
        if &**name != "pgPolicy" {
            return None;
        }
        let link = chain.steps.iter().find(|step| &*step.name == "link")?;
        let Some(Value::Symbol(table)) = link.args.first().map(|arg| &arg.value) else { return None };
        Some((self.table_node(*table)?, args.to_vec()))
    }

    /// The calls of `pgPolicy` that `crudPolicy({ role, read, modify })` stands for (`drizzle-orm/src/neon/rls.ts`).
    pub(super) fn policies_of_helper(&mut self, item: &Item) -> Option<Vec<Item>> {
        let Value::Symbol(id) = &item.value else { return None };
        let Root::Function { name, args } = chain(self.evaluator, *id).root else { return None };
        if &*name != "crudPolicy" {
            return None;
        }
        let config = args.first()?;
        let role = self.option(Some(config), "role").ok().flatten()?;
        let names = self.roles_as_written(&role).ok()?.join("-");
        let condition = |this: &mut Self, key: &str| -> Option<Value> {
            let item = this.option(Some(config), key).ok().flatten()?;
            match item.value {
                Value::Null => None,
                Value::Bool(value) => {
                    let text = Item { value: Value::text(value.to_string()), span: item.span, spread: false };
                    let raw = this.evaluator.package_call("drizzle-orm", "sql.raw", vec![text], item.span);
                    Some(raw)
                }
                other => Some(other),
            }
        };
        let (read, modify) = (condition(self, "read"), condition(self, "modify"));
        let mut policies = Vec::new();
        for (command, using, with_check) in [
            ("select", read, None),
            ("insert", None, modify.clone()),
            ("update", modify.clone(), modify.clone()),
            ("delete", modify, None),
        ] {
            if using.is_none() && with_check.is_none() {
                continue;
            }
            let mut object = Object::default();
            let mut add =
                |key: &str, value: Value| object.members.insert(key.into(), Member { value, span: item.span });
            add("for", Value::text(command));
            add("to", role.value.clone());
            using.map(|using| add("using", using));
            with_check.map(|with_check| add("withCheck", with_check));
            let name = Value::text(format!("crud-{names}-policy-{command}"));
            let args = [name, Value::object(object)].map(|value| Item { value, span: item.span, spread: false });
            let value = self.evaluator.package_call("drizzle-orm/pg-core", "pgPolicy", args.to_vec(), item.span);
            policies.push(Item { value, span: item.span, spread: false });
        }
        Some(policies)
    }

    fn roles_as_written(&self, role: &Item) -> Result<Vec<String>, Rc<Unknown>> {
        match &role.value {
            Value::Array(array) => array.borrow().complete()?.iter().map(|item| self.role_of(item)).collect(),
            _ => Ok(vec![self.role_of(role)?]),
        }
    }
}
