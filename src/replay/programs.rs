//! Policies, triggers, and objects that are carried as text.

use super::IssueKind;
use super::Touches;
use super::expression_rules::Place;
use super::lookup::Found;
use super::refusal::{Effect, Ran, Refusal};
use super::state::{Relation, State};
use crate::ddl::{CreatePolicy, CreateTrigger, Name};
use crate::dialect::{NameKind, SqlForm};
use crate::model::{
    Expr, Known, ObjectKind, ObjectRef, OpaqueObject, Policy, PolicyCommand, QualifiedName, Trigger, TypeName, Unknown,
};
use crate::source::Span;

impl State {
    pub(super) fn create_policy(&mut self, def: &CreatePolicy) -> Ran {
        let Some(key) = self.find_table(&def.table)? else { return Ok(Effect::Carried) };
        let Some(table) = self.table(&key) else { return Ok(Effect::Carried) };
        if table.policies.iter().any(|p| p.name == def.name) {
            let message = format!("policy \"{}\" for table \"{}\" already exists", def.name, key.name);
            return Err(Refusal::new(IssueKind::DuplicateObject, "42710", message)
                .at(def.table.span)
                .of(ObjectRef::part(ObjectKind::Policy, &key, &def.name))
                .uncertain_if(!self.knows_all));
        }
        let clauses = (def.using.is_some(), def.with_check.is_some());
        self.check_policy_clauses(def.command, clauses, false, def.table.span)?;
        for expr in def.using.iter().chain(&def.with_check) {
            self.check_policy_expression(&key, expr)?;
        }
        let mut roles = def.roles.clone();
        roles.sort();
        roles.dedup();
        let policy = Policy {
            name: def.name.clone(),
            permissive: def.permissive,
            command: def.command,
            roles: Known::Known(roles),
            using: Known::Known(def.using.clone()),
            with_check: Known::Known(def.with_check.clone()),
            comment: None,
            origin: self.origin(),
        };
        self.add_to_table(&key, |table| table.policies.push(policy));
        self.note_made(|| ObjectRef::part(ObjectKind::Policy, &key, &def.name));
        Ok(Effect::Applied)
    }

    pub(super) fn alter_policy(
        &mut self,
        name: &str,
        table: &Name,
        roles: Option<&Vec<String>>,
        using: Option<&Expr>,
        with_check: Option<&Expr>,
    ) -> Ran {
        let Some(key) = self.find_table(table)? else { return Ok(Effect::Carried) };
        if !self.table(&key).is_some_and(|t| t.policies.iter().any(|p| p.name == name)) {
            return Err(self.missing_policy(&key, name, table.span));
        }
        let command = self.table(&key).and_then(|t| t.policies.iter().find(|p| p.name == name)).map(|p| p.command);
        let clauses = (using.is_some(), with_check.is_some());
        self.check_policy_clauses(command.unwrap_or_default(), clauses, true, table.span)?;
        for expr in using.iter().chain(&with_check) {
            self.check_policy_expression(&key, expr)?;
        }
        let now = self.now;
        let found = self.table_mut(&key).and_then(|t| t.policies.iter_mut().find(|p| p.name == name));
        let Some(policy) = found else { return Ok(Effect::Carried) };
        if let Some(roles) = roles {
            let mut roles = roles.clone();
            roles.sort();
            roles.dedup();
            policy.roles = Known::Known(roles);
        }
        if let Some(using) = using {
            policy.using = Known::Known(Some(using.clone()));
        }
        if let Some(with_check) = with_check {
            policy.with_check = Known::Known(Some(with_check.clone()));
        }
        policy.origin.touch(now);
        Ok(Effect::Applied)
    }

    /// Rows that are read are tested by USING, rows that are written by WITH CHECK (`CreatePolicy`, `AlterPolicy` in src/backend/commands/policy.c).
    fn check_policy_clauses(
        &self,
        command: PolicyCommand,
        (using, with_check): (bool, bool),
        alters: bool,
        span: Span,
    ) -> Ran<()> {
        let message = match command {
            PolicyCommand::Select | PolicyCommand::Delete if with_check && alters => {
                "only USING expression allowed for SELECT, DELETE"
            }
            PolicyCommand::Select | PolicyCommand::Delete if with_check => {
                "WITH CHECK cannot be applied to SELECT or DELETE"
            }
            PolicyCommand::Insert if using => "only WITH CHECK expression allowed for INSERT",
            _ => return Ok(()),
        };
        Err(self.refuse(IssueKind::Syntax, "42601", message).at(span))
    }

    /// Columns and relations that a policy names.
    fn check_policy_expression(&mut self, table: &QualifiedName, expr: &Expr) -> Ran<()> {
        self.check_functions(&expr.sql, expr.span)?;
        self.check_place(&expr.sql, expr.span, Place::Policy)?;
        self.check_literals(&expr.sql, SqlForm::Expression, Some(table), expr.span)?;
        let Some(names) = self.names_in(&expr.sql, SqlForm::Expression) else { return Ok(()) };
        let Some(found) = self.table(table) else { return Ok(()) };
        for name in &names.uses {
            match name.kind {
                NameKind::Relation => {
                    let Some(written) = super::dependencies::name_of(&name.parts, expr.span) else { continue };
                    if matches!(self.find_relation(&written), Found::Missing) {
                        return Err(self.missing_relation(&written, "relation"));
                    }
                }
                NameKind::Column if name.scope == 0 => {
                    let [column] = name.parts.as_slice() else { continue };
                    let known = !self.lacks_column(found, column)
                        || super::builtin::is_system_column(column)
                        || *column == table.name;
                    if !known {
                        let message = format!("column \"{column}\" does not exist");
                        return Err(self.missing_column_as(found, column, message).at(expr.span));
                    }
                }
                _ => {}
            }
        }
        self.check_expression_types(table, &expr.sql, Place::Policy, expr.span)
    }

    pub(super) fn create_trigger(&mut self, def: &CreateTrigger, text: &str) -> Ran {
        let key = match self.find_relation(&def.table) {
            Found::Is(key, Relation::Table | Relation::View) => key,
            Found::Is(key, _) => {
                return Err(Refusal::new(
                    IssueKind::InvalidReference,
                    "42809",
                    format!("\"{}\" is not a table or view", key.name),
                )
                .at(def.table.span)
                .uncertain_if(!self.knows_all));
            }
            Found::Outside => return Ok(Effect::Carried),
            Found::Missing => return Err(self.missing_relation(&def.table, "relation")),
        };
        self.check_trigger(&key, def)?;
        if let Some(table) = self.table(&key)
            && let Some(missing) = def.columns.iter().find(|c| self.lacks_column(table, c))
        {
            return Err(self.missing_column(table, missing, Some(def.table.span)));
        }
        let function = self.functions_named(&def.function).find(|f| f.arguments.is_empty());
        let gives = |ty: &TypeName| ty.schema.is_none() && matches!(ty.name.as_str(), "trigger" | "opaque");
        if let Some(function) = function
            && function.returns.as_ref().is_some_and(|ty| !gives(ty))
        {
            let message = format!("function {} must return type trigger", super::lookup::written(&def.function));
            let refusal = self.refuse(IssueKind::InvalidReference, "42P17", message).at(def.function.span);
            return Err(refusal.of(ObjectRef::top(ObjectKind::Function, &function.name)));
        }
        let function = function.map(|f| f.name.clone());
        let may_exist = self.is_outside_function(&def.function) || self.may_come_from_outside(&def.function);
        if function.is_none() && !may_exist {
            let message = format!("function {}() does not exist", super::lookup::written(&def.function));
            return Err(Refusal::new(IssueKind::UnknownFunction, "42883", message)
                .at(def.function.span)
                .of(ObjectRef::top(ObjectKind::Function, &self.would_be(&def.function))));
        }
        // The server finds out by its own catalog, and says so.
        if def.constraint && self.table(&key).is_some_and(|t| self.has_constraint(t, &def.name)) {
            let index = "pg_constraint_conrelid_contypid_conname_index";
            let message = format!("duplicate key value violates unique constraint \"{index}\"");
            let refusal = self.refuse(IssueKind::DuplicateConstraint, "23505", message).at(def.table.span);
            return Err(refusal.of(ObjectRef::part(ObjectKind::Check, &key, &def.name)));
        }
        let trigger = Trigger {
            name: def.name.clone(),
            function,
            definition: Known::Known(text.to_owned()),
            enabled: 'O',
            constraint: def.constraint,
            comment: None,
            origin: self.origin(),
        };
        let existing = self.triggers_of(&key).iter().position(|t| t.name == def.name);
        if existing.is_some() && !def.replace {
            return Err(self.duplicate_trigger(&key, def));
        }
        self.note_made(|| ObjectRef::part(ObjectKind::Trigger, &key, &def.name));
        if let Some(triggers) = self.triggers_mut(&key) {
            match existing {
                Some(place) => triggers[place] = trigger,
                None => triggers.push(trigger),
            }
        }
        Ok(Effect::Applied)
    }

    pub(super) fn triggers_of(&self, relation: &QualifiedName) -> &[Trigger] {
        match self.table(relation) {
            Some(table) => &table.triggers,
            None => self.catalog.views.get(relation).map(|v| v.triggers.as_slice()).unwrap_or_default(),
        }
    }

    pub(super) fn triggers_mut(&mut self, relation: &QualifiedName) -> Option<&mut Vec<Trigger>> {
        if self.catalog.tables.contains_key(relation) {
            return self.table_mut(relation).map(|t| &mut t.triggers);
        }
        self.view_mut(relation).map(|v| &mut v.triggers)
    }

    /// A relation by name, of whatever kind.
    pub(super) fn relation_of_name(&self, name: &Name) -> Option<QualifiedName> {
        match self.find_relation(name) {
            Found::Is(key, _) => Some(key),
            _ => None,
        }
    }

    /// Keeps an object as the text that made it.
    pub(super) fn carry(&mut self, what: &str, name: &str, on: Option<(ObjectKind, QualifiedName)>, text: &str) {
        let object = OpaqueObject {
            what: what.to_owned(),
            name: name.to_owned(),
            on,
            definition: text.to_owned(),
            search_path: self.search_path.clone(),
            origin: self.origin(),
        };
        self.push_opaque(object);
    }

    pub(super) fn create_opaque(
        &mut self,
        what: &str,
        name: &Name,
        on: Option<&Name>,
        flags: (bool, bool),
        text: &str,
    ) -> Ran {
        let (if_not_exists, replace) = flags;
        let on = match on {
            None => None,
            Some(relation) => match self.find_relation(relation) {
                Found::Is(key, _) => Some((ObjectKind::Table, key)),
                Found::Outside => None,
                Found::Missing => return Err(self.missing_relation(relation, "relation")),
            },
        };
        let existing = self.catalog.opaque.iter().position(|o| o.what == what && o.name == name.name && o.on == on);
        if existing.is_none() && what == "publication" {
            self.check_published(text, name.span)?;
        }
        match existing {
            Some(_) if if_not_exists => Ok(Effect::Carried),
            Some(_) if !replace && what == "rule" => {
                let relation = on.map(|(_, on)| on.name).unwrap_or_default();
                let message = format!("rule \"{}\" for relation \"{relation}\" already exists", name.name);
                Err(self.refuse(IssueKind::DuplicateObject, "42710", message).at(name.span))
            }
            Some(place) if replace => {
                let now = self.now;
                if let Some(object) = self.opaque_mut(place) {
                    text.clone_into(&mut object.definition);
                    object.origin.touch(now);
                }
                Ok(Effect::Applied)
            }
            // Casts, operators and the like are told apart by more than a name.
            _ => {
                self.carry(what, &name.name, on, text);
                let told = what != "event trigger" || !self.note_event_trigger(text);
                Ok(if told { Effect::Applied } else { Effect::Opaque })
            }
        }
    }

    /// An event trigger that refuses statements, or runs some of its own: what the statements to come do is not known.
    fn note_event_trigger(&mut self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        let called = lower.rsplit_once(" execute ").map_or("", |(_, called)| called);
        let interferes = |body: &str| {
            let words = body.to_ascii_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
            words.contains("raise exception") || super::data::may_change_model(body)
        };
        let functions = self.catalog.functions.iter().filter(|f| called.contains(&f.name.name.to_ascii_lowercase()));
        let found = functions.filter_map(|f| f.body.as_deref()).any(interferes);
        if found {
            let reason = "its function may refuse later statements, or run others".to_owned();
            self.note_opaque(Unknown::new(self.now, reason), &Touches::Anything);
        }
        found
    }

    /// A carried object under another name: the statement belongs to its definition.
    pub(super) fn rename_opaque(&mut self, what: &str, name: &Name, to: &str, text: &str) -> Ran {
        let named = |wanted: &str| self.catalog.opaque.iter().position(|o| o.what == what && o.name == wanted);
        let taken = matches!(what, "event trigger" | "publication") && named(to).is_some();
        let place = named(&name.name);
        if place.is_some() && taken {
            let message = format!("{what} \"{to}\" already exists");
            return Err(self.refuse(IssueKind::DuplicateObject, "42710", message).at(name.span));
        }
        let effect = self.alter_opaque(what, name, text)?;
        if let Some(object) = place.and_then(|p| self.opaque_mut(p)) {
            to.clone_into(&mut object.name);
        }
        Ok(effect)
    }

    pub(super) fn alter_opaque(&mut self, what: &str, name: &Name, text: &str) -> Ran {
        let place = self.catalog.opaque.iter().position(|o| o.what == what && o.name == name.name);
        let now = self.now;
        if what == "publication" && place.is_some() {
            self.check_published(text, name.span)?;
        }
        if let Some(object) = place.and_then(|p| self.opaque_mut(p)) {
            object.definition.push_str(";\n");
            object.definition.push_str(text);
            object.origin.touch(now);
            return Ok(Effect::Applied);
        }
        if matches!(what, "publication" | "event trigger") {
            let message = format!("{what} \"{}\" does not exist", name.name);
            return Err(Refusal::new(IssueKind::UnknownObject, "42704", message)
                .at(name.span)
                .uncertain_if(!self.knows_all));
        }
        Ok(Effect::Carried)
    }
}
