//! One statement on the state: which file knows its effect.

use super::plpgsql::{self, TableData};
use super::refusal::{Effect, Ran, Refusal};
use super::state::{InTransaction, State};
use super::undo::Undo;
use super::{Host, IssueKind, Mark, Touches};
use crate::ddl::{AlterAction, Name, Op, Owned, Statement, TypeUse};
use crate::dialect::SqlForm;
use crate::model::{Catalog, Domain, Function, Known, QualifiedName, TypeName, Unknown};

impl State {
    /// Runs a statement whole or not at all.
    pub(super) fn run(&mut self, statement: &Statement, text: &str) -> Ran {
        let before = std::mem::replace(&mut self.now, statement.span);
        let mark = self.log_mark();
        let result = self.check_writable(statement, text).and_then(|()| self.dispatch(statement, text));
        match &result {
            Ok(_) => {
                self.own_what_is_made();
                self.forget(mark);
            }
            Err(refusal) => {
                self.undo_to(mark);
                self.note_invalid_index(statement, refusal);
            }
        }
        self.now = before;
        result.map_err(|refusal| self.with_doubts(refusal, text))
    }

    /// A refusal of a statement that names what something opaque may have changed proves nothing.
    fn with_doubts(&self, refusal: Refusal, text: &str) -> Refusal {
        if refusal.uncertain || !self.has_doubts() {
            return refusal;
        }
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let doubtful =
            text.split(|c| !is_part(c)).any(|word| self.is_doubtful(word) || self.is_doubtful(&word.to_lowercase()));
        refusal.uncertain_if(doubtful)
    }

    /// Rows may have come that nobody follows.
    pub(super) fn doubt_all_rows(&mut self) {
        let data = self.data.doubting_all();
        self.set_data(data);
    }

    /// A table's rows may be others than those remembered.
    pub(super) fn doubt_rows(&mut self, table: &QualifiedName) {
        if let Some(data) = self.table(table).map(|table| self.data.doubting(table)) {
            self.set_data(data);
        }
    }

    /// A table's foreign keys are not looked at from here on.
    pub(super) fn uncheck_rows(&mut self, table: &QualifiedName) {
        if let Some(data) = self.table(table).map(|table| self.data.unchecked(table)) {
            self.set_data(data);
        }
    }

    pub(super) fn dispatch(&mut self, statement: &Statement, text: &str) -> Ran {
        self.check_privileges(&statement.op)?;
        match &statement.op {
            Op::CreateSchema { name, if_not_exists, owner, elements } => {
                let effect = self.create_schema(name.as_deref(), *if_not_exists, elements, text)?;
                if let Some(owner) = owner {
                    self.own_schema(owner);
                }
                Ok(effect)
            }
            Op::CreateTable(def) => self.create_table(def),
            Op::CreateTableAs(def) => self.create_table_as(def),
            Op::AlterTable { relation, kind, if_exists, only, actions } => {
                let effect = self.alter(relation, *kind, *if_exists, *only, actions)?;
                for action in actions {
                    if let AlterAction::Owner { role } = action {
                        self.set_owner_of(&Owned::Relation(relation.clone()), role);
                    }
                }
                Ok(effect)
            }
            Op::CreateIndex(def) => self.create_index(def),
            Op::CreateEnum { name, labels } => self.create_enum(name, labels),
            Op::AddEnumValue { name, value, if_not_exists, position } => {
                self.add_enum_value(name, value, *if_not_exists, position.as_ref())
            }
            Op::RenameEnumValue { name, from, to } => self.rename_enum_value(name, from, to),
            Op::CreateDomain { name, base, collation, default, not_null, checks } => {
                let def = Domain {
                    name: QualifiedName::public(&name.name),
                    base: base.ty.clone(),
                    not_null: *not_null,
                    default: default.clone(),
                    checks: Vec::new(),
                    collation: collation.clone(),
                    comment: None,
                    origin: self.origin(),
                };
                self.create_domain(&def, name, base, checks)
            }
            Op::AlterDomain { name, action } => self.alter_domain(name, action),
            Op::AlterComposite { name, actions } => self.alter_composite(name, actions),
            Op::CreateComposite { name, attributes } => self.create_composite(name, attributes),
            Op::CreateOtherType { name, what, multirange, types, .. } => {
                for ty in types {
                    self.resolve_type(ty)?;
                }
                self.create_other_type(name, what, multirange.as_ref(), text)
            }
            Op::CreateSequence { name, if_not_exists, persistence, options } => {
                self.create_sequence(name, *if_not_exists, *persistence, options)
            }
            Op::AlterSequence { name, if_exists, options } => self.alter_sequence(name, *if_exists, options),
            Op::CreateView(def) => self.create_view(def),
            Op::RefreshMaterializedView { name, concurrently, with_data } => {
                self.refresh(name, *concurrently, *with_data)
            }
            _ => self.dispatch_rest(statement, text),
        }
    }

    fn dispatch_rest(&mut self, statement: &Statement, text: &str) -> Ran {
        match &statement.op {
            Op::CreatePolicy(def) => self.create_policy(def),
            Op::AlterPolicy { name, table, roles, using, with_check } => {
                self.alter_policy(name, table, roles.as_ref(), using.as_ref(), with_check.as_ref())
            }
            Op::CreateFunction(def) => {
                plpgsql::check_body(self, def, text)?;
                self.note_definer(text);
                self.create_function(def, text)
            }
            Op::AlterFunction(routine) => {
                self.note_definer(text);
                self.alter_function(routine, text)
            }
            Op::CreateTrigger(def) => self.create_trigger(def, text),
            Op::CreateExtension { name, if_not_exists, schema, version, cascade } => {
                self.create_extension(name, *if_not_exists, schema.as_deref(), version.as_deref(), *cascade)
            }
            Op::AlterExtensionSchema { name, schema } => self.set_extension_schema(name, schema),
            Op::CreateRole { name, plain } => {
                self.role_made(name, *plain);
                let origin = self.origin();
                self.insert_role(name.clone(), origin);
                Ok(Effect::Applied)
            }
            Op::Drop { what, if_exists, cascade, concurrently } => {
                self.drop_objects(what, *if_exists, *cascade, *concurrently)
            }
            Op::Rename { what, to, if_exists } => self.rename(what, to, *if_exists, text),
            Op::SetSchema { what, schema, if_exists } => self.set_schema(what, schema, *if_exists, text),
            Op::Comment { on, text } => self.comment(on, text.as_deref()),
            Op::SetForDatabase { name, values } => Ok(self.set_for_database(name, values.as_ref())),
            // Until the transaction ends: who runs it then is not followed.
            Op::Set { name, local: true, .. } if matches!(name.as_str(), "role" | "session_authorization") => {
                self.forget_roles();
                Ok(Effect::Carried)
            }
            Op::Set { name, values, local: _ } => Ok(self.set(name, values.as_ref())),
            Op::RolesGain { names, granted } => {
                self.roles_gain(names, granted);
                Ok(Effect::Carried)
            }
            Op::SetOwner { of, role } => {
                self.set_owner_of(of, role);
                Ok(Effect::Carried)
            }
            Op::NoEffect { what: "PREPARE", .. } => {
                self.note_prepared(text);
                Ok(Effect::Carried)
            }
            Op::NoEffect { what: "EXECUTE", .. } if self.only_reads(text) => Ok(Effect::Carried),
            Op::NoEffect { what: "\\COPY" | "EXECUTE" | "WRITE", .. } => {
                self.doubt_all_rows();
                Ok(Effect::Carried)
            }
            Op::Write(write) => {
                let outside = self.programs == 0;
                let written = self.write(write, text, outside)?;
                let effect = plpgsql::run_calls(self, statement.span, &write.calls)?;
                plpgsql::record_write(self, statement, text)?;
                if self.plain_role().is_some() {
                    // Whether the role may write is not asked.
                    self.doubt_all_rows();
                }
                Ok(if matches!(written, Effect::Opaque) { written } else { effect })
            }
            Op::Select { calls, .. } => {
                if self.programs == 0 {
                    self.check_columns_of(text, statement.span)?;
                }
                calls.iter().try_for_each(|call| self.check_call(&call.function))?;
                self.check_literals(text, SqlForm::Statement, None, self.now)?;
                self.check_types(text, self.now)?;
                plpgsql::run_select(self, statement.span, calls, text)
            }
            Op::Call(call) => plpgsql::run_calls(self, statement.span, std::slice::from_ref(call)),
            Op::Do { language, source, body } if language == "plpgsql" => {
                plpgsql::run_do(self, statement.span, text, source, *body)
            }
            Op::Do { source, .. } => Ok(self.opaque_program(source, "a DO block")),
            Op::CreateOpaque { what, name, on, if_not_exists, replace } => {
                self.create_opaque(what, name, on.as_ref(), (*if_not_exists, *replace), text)
            }
            Op::AlterOpaque { what, name } => self.alter_opaque(what, name, text),
            Op::Opaque { what, why } => {
                let unknown = Unknown::new(self.now, format!("`{what}`: {why}"));
                self.note_opaque(unknown, &Touches::Anything);
                Ok(Effect::Opaque)
            }
            // Transactions are the runner's affair, and everything else has been seen above.
            _ => Ok(Effect::Carried),
        }
    }

    fn opaque_program(&mut self, source: &str, what: &str) -> Effect {
        if !super::data::may_change_model(source) {
            return Effect::Carried;
        }
        let unknown = Unknown::new(self.now, format!("{what} runs statements that cannot be told"));
        self.note_opaque(unknown, &Touches::Anything);
        Effect::Opaque
    }

    pub(super) fn note_opaque(&mut self, unknown: Unknown, touches: &Touches) {
        match touches {
            Touches::Nothing => return,
            Touches::Parts(parts) => {
                self.catalog.doubtful.extend(parts.names.iter().cloned());
                self.doubtful_owners.extend(parts.owners.iter().cloned());
                for relation in &parts.relations {
                    if let Some(table) = self.table_mut(relation) {
                        table.unknown_columns.push(unknown.clone());
                        table.unknown_constraints.push(unknown.clone());
                    }
                }
            }
            Touches::Anything => {
                self.knows_all = false;
                self.note_unknown(unknown.clone());
            }
        }
        self.opaque.push(unknown);
    }

    /// What became of a statement that the server refuses, or takes for a reason which is not known here: that is said, and so is what it may
    /// have changed.
    pub(super) fn doubt(&mut self, refusal: &Refusal, statement: &Statement) -> Effect {
        let known = if self.knows_all { plpgsql::touches(self, statement) } else { Touches::Nothing };
        let touches = match known {
            // To be said, all the same.
            Touches::Nothing => Touches::unnamed(),
            touches => touches,
        };
        let reason = format!("{}, as far as is known here", refusal.message);
        self.note_opaque(Unknown::new(statement.span, reason), &touches);
        Effect::Opaque
    }

    /// For what fails in a transaction block: a refusal in one that the migration is in, and only a note where the runner's own is the reason.
    pub(super) fn fails_in_transaction(&mut self, refusal: Refusal) -> Ran<()> {
        match self.transaction {
            InTransaction::No => Ok(()),
            InTransaction::Yes => Err(refusal),
            InTransaction::AllPending => {
                self.one_transaction.push(refusal);
                Ok(())
            }
        }
    }

    pub(super) fn needs_no_transaction(&mut self, what: &str) -> Ran<()> {
        let message = format!("{what} cannot run inside a transaction block");
        self.fails_in_transaction(Refusal::new(IssueKind::InTransaction, "25001", message))
    }
}

impl Host for State {
    fn apply(&mut self, statement: &Statement, text: &str) -> Result<Effect, Refusal> {
        let result = match &statement.op {
            // What it calls and which rows it writes depends on the program's variables: the interpreter follows that.
            Op::Write(write) => {
                let before = std::mem::replace(&mut self.now, statement.span);
                let result = self.write(write, text, false);
                self.now = before;
                result
            }
            _ => {
                self.programs += 1;
                let result = self.run(statement, text);
                self.programs -= 1;
                result
            }
        };
        match result.map_err(|refusal| self.with_doubts(refusal, text)) {
            Err(refusal) if refusal.uncertain => Ok(self.doubt(&refusal, statement)),
            other => other,
        }
    }

    fn data(&self) -> &TableData {
        &self.data
    }

    fn set_data(&mut self, data: TableData) {
        let was = std::mem::replace(&mut self.data, data);
        self.keep(Undo::Data(was));
    }

    fn mark(&mut self) -> Mark {
        self.log_mark()
    }

    fn roll_back(&mut self, mark: Mark) {
        self.undo_to(mark);
    }

    fn release(&mut self, mark: Mark) {
        self.forget(mark);
    }

    fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    fn search_path(&self) -> Vec<String> {
        self.search_path.iter().filter(|s| self.catalog.schemas.contains_key(*s)).cloned().collect()
    }

    fn setting(&self, name: &str) -> Option<String> {
        match name {
            "search_path" => Some(self.search_path.join(", ")),
            "server_version_num" => Some(format!("{}0000", self.version.unwrap_or(15))),
            _ => self.settings.get(name).cloned(),
        }
    }

    fn now(&self) -> Option<i64> {
        self.clock
    }

    fn role_exists(&self, name: &str) -> Option<bool> {
        Some(
            self.catalog.roles.contains_key(name)
                || matches!(name, "postgres" | "public" | "pg_read_all_data" | "pg_write_all_data"),
        )
    }

    fn relation(&self, name: &Name) -> Option<QualifiedName> {
        self.relation_of_name(name)
    }

    fn columns(&self, relation: &QualifiedName) -> Option<Vec<(String, Option<TypeName>)>> {
        let listed = |columns: &[crate::model::Column]| {
            columns.iter().map(|c| (c.name.clone(), c.ty.known().cloned())).collect::<Vec<_>>()
        };
        match self.table(relation) {
            Some(table) => self.knows_columns(table).then(|| listed(&table.columns)),
            None => self.catalog.views.get(relation)?.columns.known().map(|c| listed(c)),
        }
    }

    fn resolve_type(&self, ty: &TypeUse) -> Option<TypeName> {
        State::resolve_type(self, ty).ok().and_then(Known::into_known)
    }

    fn functions(&self, name: &Name, arguments: usize) -> Vec<&Function> {
        let named: Vec<&Function> = self.catalog.functions.iter().filter(|f| f.name.name == name.name).collect();
        let fits = |f: &&Function| {
            f.arguments.len() >= arguments
                && match &name.schema {
                    Some(schema) => f.name.schema == *schema,
                    None => self.searched().any(|s| s == f.name.schema),
                }
        };
        named.into_iter().filter(fits).collect()
    }

    fn knows_all(&self) -> bool {
        self.knows_all
    }

    fn is_doubtful(&self, name: &str) -> bool {
        // The server names a table's indexes, sequences and constraints after it.
        let owned =
            |table: &String| name == table || name.strip_prefix(table).is_some_and(|rest| rest.starts_with('_'));
        self.catalog.doubtful.iter().chain(&self.doubtful_owners).any(owned)
    }

    fn has_doubts(&self) -> bool {
        !self.catalog.doubtful.is_empty() || !self.doubtful_owners.is_empty()
    }

    fn opaque(&mut self, unknown: Unknown, touches: Touches) {
        self.note_opaque(unknown, &touches);
    }
}
