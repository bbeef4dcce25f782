//! Schemas and extensions, and moving things between schemas.

use super::IssueKind;
use super::dependencies::Thing;
use super::kinds::Doing;
use super::lookup::Found;
use super::refusal::{Effect, Ran, Refusal};
use super::state::{Relation, State};
use crate::ddl::{Op, SchemaTarget, Statement};
use crate::model::{Extension, Namespace, ObjectKind, ObjectRef, QualifiedName};

impl State {
    pub(super) fn create_schema(
        &mut self,
        name: Option<&str>,
        if_not_exists: bool,
        elements: &[Statement],
        text: &str,
    ) -> Ran {
        let Some(name) = name else { return Ok(Effect::Carried) };
        let own = matches!(name, "current_role" | "current_user" | "session_user").then(|| self.role(name));
        let name = own.as_deref().unwrap_or(name);
        self.check_elements(name, elements)?;
        if self.catalog.schemas.contains_key(name) {
            if if_not_exists {
                return Ok(Effect::Carried);
            }
            return Err(Refusal::new(IssueKind::DuplicateObject, "42P06", format!("schema \"{name}\" already exists"))
                .of(ObjectRef::bare(ObjectKind::Schema, name))
                .uncertain_if(!self.knows_all));
        }
        let origin = Some(self.origin());
        self.insert_schema(name.to_owned(), Namespace { name: name.to_owned(), comment: None, origin });
        self.note_made(|| ObjectRef::bare(ObjectKind::Schema, name));
        if !elements.is_empty() {
            let mut path = self.search_path.clone();
            path.insert(0, name.to_owned());
            let before = self.search_path.clone();
            self.set_search_path(path);
            for element in elements {
                let path = self.search_path.clone();
                self.search_paths.push((element.span, path));
                self.dispatch(element, text)?;
            }
            self.set_search_path(before);
        }
        Ok(Effect::Applied)
    }

    /// What stands in CREATE SCHEMA belongs to that schema (`setSchemaName`).
    fn check_elements(&self, schema: &str, elements: &[Statement]) -> Ran<()> {
        for element in elements {
            let name = match &element.op {
                Op::CreateSequence { name, .. } => name,
                Op::CreateTable(def) => &def.name,
                Op::CreateView(def) => &def.name,
                Op::CreateIndex(def) => &def.table,
                Op::CreateTrigger(def) => &def.table,
                _ => continue,
            };
            if let Some(other) = name.schema.as_ref().filter(|other| *other != schema) {
                let message =
                    format!("CREATE specifies a schema ({other}) different from the one being created ({schema})");
                return Err(Refusal::new(IssueKind::InvalidDefinition, "42P15", message).at(name.span));
            }
        }
        Ok(())
    }

    /// The role that CURRENT_ROLE or SESSION_USER means now.
    pub(super) fn role(&self, word: &str) -> String {
        let set = |name: &str| self.settings.get(name).filter(|role| !matches!(role.as_str(), "none" | "default"));
        let session = || set("session_authorization").cloned().unwrap_or_else(|| "postgres".to_owned());
        match set("role").filter(|_| word != "session_user") {
            Some(role) => role.clone(),
            None => session(),
        }
    }

    pub(super) fn create_extension(
        &mut self,
        name: &str,
        if_not_exists: bool,
        schema: Option<&str>,
        version: Option<&str>,
        cascade: bool,
    ) -> Ran {
        if name == "plpgsql" {
            return Ok(Effect::Carried);
        }
        if self.catalog.extensions.contains_key(name) {
            if if_not_exists {
                return Ok(Effect::Carried);
            }
            return Err(Refusal::new(
                IssueKind::DuplicateObject,
                "42710",
                format!("extension \"{name}\" already exists"),
            )
            .of(ObjectRef::bare(ObjectKind::Extension, name))
            .uncertain_if(!self.knows_all));
        }
        if let Some(schema) = schema
            && !self.catalog.schemas.contains_key(schema)
            && !super::lookup::is_system_schema(schema)
        {
            return Err(self.missing_schema(schema, self.now));
        }
        if cascade && name == "earthdistance" && !self.catalog.extensions.contains_key("cube") {
            self.create_extension("cube", true, schema, None, false)?;
        }
        let place = schema
            .map(str::to_owned)
            .or_else(|| self.search_path.iter().find(|s| self.catalog.schemas.contains_key(*s)).cloned());
        let extension = Extension {
            name: name.to_owned(),
            schema: place,
            version: version.map(str::to_owned),
            comment: None,
            origin: self.origin(),
        };
        self.insert_extension(name.to_owned(), extension);
        self.note_made(|| ObjectRef::bare(ObjectKind::Extension, name));
        Ok(Effect::Applied)
    }

    pub(super) fn set_schema(&mut self, what: &SchemaTarget, schema: &str, if_exists: bool, text: &str) -> Ran {
        let target_exists = self.catalog.schemas.contains_key(schema);
        let require = |state: &Self| if target_exists { Ok(()) } else { Err(state.missing_schema(schema, state.now)) };
        match what {
            SchemaTarget::Relation { name, kind } => {
                let (from, relation) = match self.find_relation(name) {
                    Found::Is(key, relation) => (key, relation),
                    Found::Outside => return Ok(Effect::Carried),
                    Found::Missing if if_exists => return Ok(Effect::Carried),
                    Found::Missing => return Err(self.missing_relation(name, "relation")),
                };
                self.check_kind((&from, &relation), *kind, Doing::Altering, name.span)?;
                if matches!(relation, Relation::Index { .. }) {
                    let message = format!("cannot change schema of index \"{}\"", from.name);
                    return Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(name.span));
                }
                require(self)?;
                if relation == Relation::Sequence
                    && let Some((table, _)) = self.catalog.sequences.get(&from).and_then(|s| s.owned_by.as_ref())
                {
                    let message = "cannot move an owned sequence into another schema";
                    let about = ObjectRef::top(ObjectKind::Table, table);
                    return Err(Refusal::new(IssueKind::InvalidDefinition, "0A000", message).at(name.span).of(about));
                }
                let to = QualifiedName::new(schema, &from.name);
                if from == to {
                    return Ok(Effect::Carried);
                }
                self.free_relation_name(&to, name.span)?;
                self.move_to_schema(&from, &relation, &to);
            }
            SchemaTarget::Type { name, domain } => {
                let Some(from) = self.find_type(name) else {
                    return self.no_such_type::<()>(name).map(|_| Effect::Carried);
                };
                if *domain {
                    self.check_is_domain(&from, name)?;
                }
                self.check_is_own_type(&from, name.span)?;
                require(self)?;
                let to = QualifiedName::new(schema, &from.name);
                if from == to {
                    return Ok(Effect::Carried);
                }
                let has_row_type =
                    matches!(self.relations.get(&to), Some(Relation::Table | Relation::View | Relation::Composite));
                if has_row_type {
                    let message = format!("type \"{}\" already exists in schema \"{schema}\"", to.name);
                    return Err(self.refuse(IssueKind::DuplicateType, "42710", message).at(name.span));
                }
                self.free_type_name(&to, name.span)?;
                self.move_domain_constraints(&from, schema);
                self.move_type(&from, &to);
            }
            SchemaTarget::Function(routine) => {
                let Some(function) = self.find_routine(routine)? else { return Ok(Effect::Carried) };
                let (from, arguments) = (function.name.clone(), function.arguments.clone());
                require(self)?;
                let to = QualifiedName::new(schema, &from.name);
                if from != to {
                    self.free_signature(&to, &arguments, routine.name.span)?;
                    self.move_function(&from, &arguments, &to);
                }
            }
            SchemaTarget::Extension(name) => return self.set_extension_schema(name, schema),
            SchemaTarget::Opaque { what, name } => {
                require(self)?;
                return self.alter_opaque(what, name, text);
            }
        }
        Ok(Effect::Applied)
    }

    pub(super) fn set_extension_schema(&mut self, name: &str, schema: &str) -> Ran {
        let now = self.now;
        if let Some(extension) = self.extension_mut(&name.to_owned()) {
            extension.schema = Some(schema.to_owned());
            extension.origin.touch(now);
        }
        Ok(Effect::Applied)
    }

    /// A relation with its indexes, constraints and owned sequences.
    fn move_to_schema(&mut self, from: &QualifiedName, relation: &Relation, to: &QualifiedName) {
        let owned = self.sequences_owned_by(from, None);
        let constraints: Vec<String> = self
            .table(from)
            .map(|t| {
                (t.primary_key.iter().chain(&t.uniques).map(|k| &k.name))
                    .chain(t.checks.iter().map(|c| &c.name))
                    .chain(t.foreign_keys.iter().map(|k| &k.name))
                    .chain(t.exclusions.iter().map(|e| &e.name))
                    .cloned()
                    .collect()
            })
            .unwrap_or_default();
        for name in constraints {
            self.remove_constraint_name(&from.schema, &name);
            self.add_constraint_name(&to.schema, &name);
        }
        self.move_relation(from, relation, to);
        for sequence in owned {
            let target = QualifiedName::new(&to.schema, &sequence.name);
            self.move_relation(&sequence, &Relation::Sequence, &target);
        }
    }

    fn move_domain_constraints(&mut self, domain: &QualifiedName, schema: &str) {
        let names: Vec<String> = self
            .catalog
            .domains
            .get(domain)
            .map(|d| d.checks.iter().map(|c| c.name.clone()).collect())
            .unwrap_or_default();
        for name in names {
            self.remove_constraint_name(&domain.schema, &name);
            self.add_constraint_name(schema, &name);
        }
    }

    /// Everything in the schema bears the new schema's name afterwards.
    pub(super) fn rename_schema(&mut self, from: &str, to: &str) -> Ran {
        if !self.catalog.schemas.contains_key(from) {
            return Err(self.missing_schema(from, self.now));
        }
        if self.catalog.schemas.contains_key(to) {
            return Err(Refusal::new(IssueKind::DuplicateObject, "42P06", format!("schema \"{to}\" already exists"))
                .of(ObjectRef::bare(ObjectKind::Schema, to))
                .uncertain_if(!self.knows_all));
        }
        let mut namespace = self.catalog.schemas.get(from).cloned().unwrap_or_else(|| Namespace {
            name: from.to_owned(),
            comment: None,
            origin: None,
        });
        to.clone_into(&mut namespace.name);
        match &mut namespace.origin {
            Some(origin) => origin.touch(self.now),
            origin @ None => *origin = Some(self.origin()),
        }
        self.insert_schema(to.to_owned(), namespace);
        self.note_made(|| ObjectRef::bare(ObjectKind::Schema, to));
        for thing in self.objects_in_schema(from) {
            let target = |q: &QualifiedName| QualifiedName::new(to, &q.name);
            match &thing {
                Thing::Table(q) => self.move_to_schema(q, &Relation::Table, &target(q)),
                Thing::View(q) => self.move_to_schema(q, &Relation::View, &target(q)),
                Thing::Sequence(q) if self.relations.contains_key(q) => {
                    self.move_relation(q, &Relation::Sequence, &target(q))
                }
                Thing::Type(q) => {
                    self.move_domain_constraints(q, to);
                    self.move_type(q, &target(q));
                }
                Thing::Function(q, arguments) => {
                    let arguments = self
                        .catalog
                        .functions
                        .iter()
                        .find(|f| f.name == *q && f.arguments.len() == arguments.len())
                        .map(|f| f.arguments.clone());
                    if let Some(arguments) = arguments {
                        self.move_function(q, &arguments, &target(q));
                    }
                }
                Thing::Extension(e) => {
                    self.set_extension_schema(e, to)?;
                }
                _ => {}
            }
        }
        self.remove_schema(&from.to_owned());
        Ok(Effect::Applied)
    }
}
