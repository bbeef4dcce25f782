//! Schemas, extensions, sequences, views, policies, triggers, functions.

use super::column::sequence_options;
use super::sql::{statement, with_options};
use super::{Maker, Phase};
use crate::dialect::{QueryColumn, SchemaObjects, Signature};
use crate::diff::Pair;
use crate::model::{Extension, Function, Policy, QualifiedName, Sequence, SequenceOptions, Trigger, TypeName, View};

impl Maker<'_> {
    pub(super) fn create_schema(&mut self, name: &str) {
        self.step(Phase::CreateSchema, format!("CREATE SCHEMA {};", self.sql.name(name)));
    }

    pub(super) fn create_extension(&mut self, extension: &Extension) {
        let schema =
            extension.schema.as_ref().map_or_else(String::new, |s| format!(" WITH SCHEMA {}", self.sql.name(s)));
        self.step(Phase::CreateExtension, format!("CREATE EXTENSION {}{schema};", self.sql.name(&extension.name)));
    }

    pub(super) fn create_sequence(&mut self, sequence: &Sequence) {
        let name = self.sql.relation(&sequence.name);
        let ty = sequence.options.data_type.as_ref().map_or_else(String::new, |ty| format!(" AS {}", self.sql.ty(ty)));
        let options = sequence_options(&sequence.options);
        let separator = if options.is_empty() { "" } else { " " };
        self.comment(&format!("SEQUENCE {name}"), sequence.comment.as_ref());
        self.step(Phase::CreateSequence, format!("CREATE SEQUENCE {name}{ty}{separator}{options};"));
    }

    pub(super) fn alter_sequence(&mut self, sequences: Pair<&Sequence>) {
        let name = self.sql.relation(&sequences.migrated.name);
        let SequenceOptions { data_type, start, increment, min, max, cache, cycle } = &sequences.declared.options;
        let changes_owner = sequences.map(|s| &s.owned_by).differs();
        let number = |word: &str, number: &Option<i64>| number.map(|n| format!("{word} {n}"));
        let clauses: Vec<String> = [
            data_type.as_ref().map(|ty| format!("AS {}", self.sql.ty(ty))),
            Some(format!("INCREMENT BY {}", increment.unwrap_or(1))),
            Some(number("MINVALUE", min).unwrap_or_else(|| "NO MINVALUE".into())),
            Some(number("MAXVALUE", max).unwrap_or_else(|| "NO MAXVALUE".into())),
            number("START WITH", start),
            Some(format!("CACHE {}", cache.unwrap_or(1))),
            Some(if *cycle { "CYCLE" } else { "NO CYCLE" }.into()),
            (changes_owner && sequences.migrated.owned_by.is_some()).then(|| "OWNED BY NONE".into()),
        ]
        .into_iter()
        .flatten()
        .collect();
        self.step(Phase::AlterSequence, format!("ALTER SEQUENCE {name} {};", clauses.join(" ")));
        if let (true, Some((table, column))) = (changes_owner, &sequences.declared.owned_by) {
            // The column may have to be made first.
            let owner = format!("{}.{}", self.sql.relation(table), self.sql.name(column));
            self.step(Phase::AlterTable, format!("ALTER SEQUENCE {name} OWNED BY {owner};"));
        }
    }

    pub(super) fn create_view(&mut self, view: &View) {
        let Some(query) = view.query.known() else { return };
        let name = self.sql.qualified(&view.name);
        let options = with_options(&view.options);
        let columns = self.named_columns(view);
        let query = query.sql.trim().trim_end_matches(';');
        let sql = if view.materialized {
            let data = if view.with_data { "" } else { " WITH NO DATA" };
            format!("CREATE MATERIALIZED VIEW {name}{columns}{options} AS ({query}){data};")
        } else {
            let check = view.check_option.as_ref().map_or_else(String::new, |o| format!(" WITH {o} CHECK OPTION"));
            format!("CREATE VIEW {name}{columns}{options} AS ({query}){check};")
        };
        self.step(Phase::CreateView, sql);
        self.comment(&self.view(view), view.comment.as_ref());
        for index in &view.indexes {
            let before = self.steps.len();
            self.create_index(&view.name, index);
            // An index of a materialized view has to wait for it.
            let index = self.steps[before..].iter_mut().filter(|step| step.phase == Phase::AddIndex);
            index.for_each(|step| step.phase = Phase::CreateView);
        }
    }

    /// The names that a view gives its columns, where the query would give them others.
    fn named_columns(&self, view: &View) -> String {
        let (Some(query), Some(columns)) = (view.query.known(), view.columns.known()) else { return String::new() };
        let given = self.sql.dialect.query_columns(&query.sql, &Nothing);
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        let differs = given.is_some_and(|given| !given.iter().map(|column| &column.name).eq(&names));
        if differs && !names.is_empty() { format!(" ({})", self.sql.names(&names)) } else { String::new() }
    }

    pub(super) fn drop_view(&mut self, view: &View) {
        let sql = format!("DROP {};", self.view(view));
        self.step(Phase::DropView, sql);
    }

    pub(super) fn create_policy(&mut self, table: &QualifiedName, policy: &Policy) {
        let (Some(roles), Some(using), Some(check)) =
            (policy.roles.known(), policy.using.known(), policy.with_check.known())
        else {
            return;
        };
        self.comment(&self.part("POLICY", table, &policy.name), policy.comment.as_ref());
        let kind = if policy.permissive { "PERMISSIVE" } else { "RESTRICTIVE" };
        let command = policy.command.as_str().to_ascii_uppercase();
        let roles: Vec<String> = roles.iter().map(|role| self.role(role)).collect();
        let (name, table) = (self.sql.name(&policy.name), self.sql.relation(table));
        let mut sql = format!("CREATE POLICY {name} ON {table} AS {kind} FOR {command} TO {}", roles.join(", "));
        if let Some(using) = using {
            sql += &format!(" USING ({})", using.sql);
        }
        if let Some(check) = check {
            sql += &format!(" WITH CHECK ({})", check.sql);
        }
        self.step(Phase::CreatePolicy, sql + ";");
    }

    fn role(&self, role: &str) -> String {
        let is_word = matches!(role, "public" | "current_user" | "current_role" | "session_user");
        if is_word { role.to_owned() } else { self.sql.name(role) }
    }

    pub(super) fn drop_policy(&mut self, table: &QualifiedName, name: &str) {
        let sql = format!("DROP POLICY {} ON {};", self.sql.name(name), self.sql.relation(table));
        self.step(Phase::DropPolicy, sql);
    }

    pub(super) fn create_trigger(&mut self, table: &QualifiedName, trigger: &Trigger) {
        if let Some(definition) = trigger.definition.known() {
            self.comment(&self.part("TRIGGER", table, &trigger.name), trigger.comment.as_ref());
            self.step(Phase::CreateTrigger, statement(definition));
        }
    }

    pub(super) fn create_function(&mut self, function: &Function) {
        self.step(Phase::CreateFunction, statement(&function.definition));
        self.comment(&self.function(function), function.comment.as_ref());
    }

    /// What depends on a function stands in the way of its DROP, not of its replacement, which takes no option over from the old one.
    pub(super) fn replace_function(&mut self, function: &Function) {
        let definition = &function.definition;
        let rest = definition
            .get(..6)
            .filter(|word| word.eq_ignore_ascii_case("create"))
            .map(|_| definition[6..].trim_start());
        let replaces = |rest: &str| rest.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("or"));
        let sql = match rest {
            Some(rest) if !replaces(rest) => statement(&format!("CREATE OR REPLACE {rest}")),
            _ => statement(definition),
        };
        self.step(Phase::CreateFunction, sql);
    }

    pub(super) fn drop_function(&mut self, function: &Function) {
        let sql = format!("DROP {};", self.function(function));
        self.step(Phase::DropFunction, sql);
    }
}

/// The names of a query's columns want no objects, unless there is a star.
struct Nothing;

impl SchemaObjects for Nothing {
    fn relation(&self, _: &[String]) -> Option<Vec<QueryColumn>> {
        None
    }

    fn functions(&self, _: &[String]) -> Vec<Signature> {
        Vec::new()
    }

    fn type_meant(&self, ty: &TypeName) -> Option<TypeName> {
        Some(ty.clone())
    }
}
