//! Schemas declared with Drizzle (`drizzle-orm/pg-core`), read without running them.
//!
//! The evaluator gives what the entry files export, as symbolic calls; this folder knows what Drizzle and drizzle-kit make of them: the objects, names and
//! defaults that `drizzle-kit generate` would write for an empty database, in the form in which a server keeps them. Only what the entry files export
//! counts, as for drizzle-kit. The rules are those of `drizzle-orm/src/pg-core` and `drizzle-kit/src/serializer/pgSerializer.ts` (0.x), and of
//! `drizzle-kit/src/dialects/postgres/drizzle.ts` (v1).

mod builders;
mod casing;
mod columns;
pub mod config;
mod constraints;
mod defaults;
pub mod entries;
mod indexes;
mod kit;
mod language;
mod lower;
mod names;
mod objects;
mod policies;
mod problems;
mod providers;
mod query;
mod relations;
mod sequences;
mod snapshot;
mod sql;
mod symbols;
mod tables;
mod types;

use std::rc::Rc;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

pub use casing::Casing;
pub use kit::Kit;
pub use language::language;
pub use snapshot::snapshot;

use super::Declared;
use super::typescript::value::{NodeId, Value};
use super::typescript::{Evaluator, SYMBOLS, with_evaluator};
use crate::diagnostic::{Diagnostic, Label};
use crate::dialect::Dialect;
use crate::model::{Catalog, ObjectKind, ObjectRef, Origin, TypeName, Unknown};
use crate::rules::input::missing_schema::MISSING_SCHEMA;
use crate::source::{SourceMap, Span, Tree};
use builders::{Builder, BuilderId};
use problems::Problems;
use relations::Fields;
use symbols::{Root, chain};
use tables::TableShape;

/// How a schema is to be read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DrizzleSettings {
    /// Files, folders or globs, relative to the project's root.
    pub entries: Vec<String>,
    pub casing: Option<Casing>,
    /// Drizzle 1.0 and later: other default names, `.array("[][]")`, casing at the table.
    pub v1: bool,
    /// The drizzle-kit that makes the migrations; `None` is the newest.
    pub kit: Option<Kit>,
}

/// Reads a schema. What cannot be read is said in the problems; a file that does not parse, and entries that mean no file, are errors among them.
#[must_use]
pub fn load(tree: &dyn Tree, sources: &SourceMap, dialect: &dyn Dialect, settings: &DrizzleSettings) -> Declared {
    let files = entries::files(tree, &settings.entries);
    let mut declared = Declared {
        kind: "drizzle",
        catalog: Catalog::new_database(),
        language: language(settings.kit),
        files,
        problems: Vec::new(),
    };
    if declared.files.is_empty() {
        let path = settings.entries.first().map_or("", String::as_str);
        declared.problems.push(missing(
            sources,
            path,
            &format!("no schema file is found at `{}`", settings.entries.join("`, `")),
        ));
        return declared;
    }
    let files = &declared.files;
    let result = with_evaluator(tree, sources, |evaluator| {
        let mut loader = Loader::new(evaluator, dialect, settings);
        loader.run(files);
        let mut problems = std::mem::take(&mut loader.evaluator.problems);
        problems.extend(loader.problems.list);
        (loader.catalog, problems)
    });
    match result {
        Ok((catalog, problems)) => {
            declared.catalog = catalog;
            declared.problems = problems;
        }
        Err(reason) => declared.problems.push(missing(sources, &files[0], &reason)),
    }
    declared.files.sort();
    declared
}

fn missing(sources: &SourceMap, path: &str, message: &str) -> Diagnostic {
    let file = sources.by_path(path).unwrap_or_else(|| sources.add(path, String::new()));
    Diagnostic::new(MISSING_SCHEMA.id, MISSING_SCHEMA.severity, message, Label::new(Span::file_start(file.id), ""))
}

/// One load.
struct Loader<'a, 't> {
    evaluator: &'a mut Evaluator<'t>,
    dialect: &'a dyn Dialect,
    settings: &'a DrizzleSettings,
    catalog: Catalog,
    problems: Problems,
    tables: HashMap<NodeId, Option<Rc<TableShape>>>,
    /// Tables whose name is not known.
    unknown_tables: HashMap<NodeId, Rc<Unknown>>,
    /// Tables on which `enableRLS()` is called, anywhere.
    secured: HashSet<NodeId>,
    builders: Vec<Builder>,
    /// The builder that each symbolic expression gives, as far as they have been searched for builders.
    builder_by_node: Vec<Option<BuilderId>>,
    types: HashMap<String, Option<TypeName>>,
    /// What views, subqueries and aliases give, by the expression that makes them.
    fields: HashMap<NodeId, Result<Fields, Rc<Unknown>>>,
    /// See the bounds in `sql`.
    sql_depth: u32,
    sql_parts: u32,
}

impl<'a, 't> Loader<'a, 't> {
    fn new(evaluator: &'a mut Evaluator<'t>, dialect: &'a dyn Dialect, settings: &'a DrizzleSettings) -> Self {
        for (name, text) in providers::PACKAGES {
            evaluator.provide(name, text);
        }
        Self {
            evaluator,
            dialect,
            settings,
            catalog: Catalog::new_database(),
            problems: Problems::default(),
            tables: HashMap::new(),
            unknown_tables: HashMap::new(),
            secured: HashSet::new(),
            builders: Vec::new(),
            builder_by_node: Vec::new(),
            types: HashMap::new(),
            fields: HashMap::new(),
            sql_depth: 0,
            sql_parts: 0,
        }
    }

    fn run(&mut self, files: &[String]) {
        let mut exported = Vec::new();
        for path in files {
            let module = self.evaluator.load(path);
            let exports = self.evaluator.exports(module);
            for unknown in exports.unknown {
                self.problems.unresolved_object("something that the schema exports", &unknown);
                self.catalog.unknown.push(unknown);
            }
            for (name, value) in exports.values {
                match value {
                    Value::Symbol(id) => exported.push(id),
                    Value::Unknown(unknown) if self.evaluator.may_be_object(&unknown) => {
                        self.problems.unresolved_object(&format!("the export `{name}`"), &unknown);
                        self.catalog.unknown.push(unknown.as_ref().clone());
                    }
                    _ => {}
                }
            }
        }
        let mut seen = HashSet::new();
        exported.retain(|id| seen.insert(*id));
        self.secure(&exported);
        self.lower_exports(&exported);
    }

    /// Notes the tables on which `enableRLS()` is called as a statement or where they are exported.
    fn secure(&mut self, exported: &[NodeId]) {
        let calls: Vec<NodeId> = self.evaluator.effects.iter().chain(exported).copied().collect();
        for id in calls {
            let steps = chain(self.evaluator, id).steps;
            if steps.iter().any(|step| &*step.name == "enableRLS")
                && let Some(table) = self.table_node(id)
            {
                self.secured.insert(table);
            }
        }
    }

    fn lower_exports(&mut self, exported: &[NodeId]) {
        let mut tables = HashSet::new();
        let mut policies = Vec::new();
        for &id in exported {
            if self.enum_name(id).is_some() {
                self.add_enum(id);
            } else if let Some(name) = self.schema_name(id) {
                self.add_schema(id, &name);
            } else if let Some(node) = self.table_node(id) {
                match self.table_of(node) {
                    Some(shape) if tables.insert(node) => self.table(&shape),
                    Some(_) => {}
                    None => self.unknown_table(node),
                }
            } else if self.add_sequence(id) || self.add_view(id) {
            } else if let Some((name, existing)) = self.role_name(id) {
                if !existing {
                    let name = self.cut(&name);
                    self.catalog.roles.insert(name, Origin::at(self.evaluator.node(id).span));
                }
            } else if self.linked_policy(id).is_some() {
                policies.push(id);
            } else {
                self.other(id);
            }
        }
        policies.extend(self.evaluator.effects.clone());
        for id in policies {
            self.add_linked_policy(id, exported);
        }
    }

    fn unknown_table(&mut self, node: NodeId) {
        let Some(unknown) = self.unknown_tables.get(&node).cloned() else { return };
        self.problems.unresolved_object("a table whose name is not known", &unknown);
        self.catalog.unknown.push(unknown.as_ref().clone());
    }

    /// An export that is none of Drizzle's objects: of interest only when it may be one, since a package gives it.
    fn other(&mut self, id: NodeId) {
        if let Root::Other = chain(self.evaluator, id).root
            && self.evaluator.is_external(id)
            && self.evaluator.package_of(id).is_some_and(|package| may_hold_tables(&package))
        {
            let span = self.evaluator.node(id).span;
            let unknown = self.unknown(id, span);
            self.problems.unresolved_object("something that the schema exports", &unknown);
            self.catalog.unknown.push(unknown.as_ref().clone());
        }
    }

    fn add_linked_policy(&mut self, id: NodeId, exported: &[NodeId]) {
        let Some((table, args)) = self.linked_policy(id) else { return };
        // As a statement, `.link()` counts only for a policy that is exported too.
        let root = chain(self.evaluator, id).id;
        if !exported.iter().any(|&other| other == id || chain(self.evaluator, other).id == root) {
            return;
        }
        let span = self.evaluator.node(id).span;
        let Some(shape) = self.table_of(table) else { return };
        match self.policy(&shape.name, &args, span) {
            Ok(policy) => match self.catalog.tables.get_mut(&shape.name) {
                Some(declared) => {
                    declared.row_level_security.enabled = true;
                    if !declared.policies.iter().any(|known| known.name == policy.name) {
                        declared.policies.push(policy);
                    }
                }
                None => {
                    let object = ObjectRef::part(ObjectKind::Policy, &shape.name, policy.name);
                    let unknown = Unknown::new(span, format!("the schema does not export its table `{}`", shape.name));
                    self.problems.unresolved(&object, "whole", &unknown);
                    self.catalog.unknown.push(unknown);
                }
            },
            Err(unknown) => {
                let object = ObjectRef::top(ObjectKind::Table, &shape.name);
                self.problems.unresolved_parts(&object, "policies", &unknown);
            }
        }
    }
}

/// Packages that are known to give no tables need no word.
fn may_hold_tables(package: &str) -> bool {
    let harmless = [
        "drizzle",
        "zod",
        "valibot",
        "nanoid",
        "node:",
        "@paralleldrive",
        "typebox",
        "@sinclair",
        "arktype",
        "uuid",
        "superjson",
        SYMBOLS,
    ];
    !harmless.iter().any(|start| package.starts_with(start))
}

#[cfg(test)]
mod tests;
