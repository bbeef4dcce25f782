//! The fold over all migrations: transactions, refusals, and what explains them.
//!
//! After a refused statement the rest goes on as psql would: it is skipped, the rest of the file runs; within BEGIN … COMMIT the whole
//! block is lost.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::intent::creates;
use super::refusal::{Effect, Ran, Refusal};
use super::settings::ReplaySettings;
use super::state::{InTransaction, State};
use super::transactions::Block;
use super::{Answered, Issue, IssueKind, Replayed, StatementCounts};
use crate::ddl::postgres::{Job, Parsed, PostgreSql, commented_baseline, parse_ahead, parse_all, parse_section};
use crate::ddl::{Op, Statement, TransactionOp};
use crate::migrations::{Envelope, Migration, MigrationSet, Splitting};
use crate::model::{Namespace, ObjectKind, ObjectRef};
use crate::source::{SourceFile, Span};
use crate::threads::on_large_stack;

static DIALECT: PostgreSql = PostgreSql;

/// Replays all migrations of a set on a new database that holds what the prelude's files make.
#[must_use]
pub fn replay(set: &MigrationSet, prelude: &[Arc<SourceFile>], settings: &ReplaySettings) -> Replayed {
    let mut jobs: Vec<Vec<Job>> = prelude.iter().map(|file| vec![whole(file)]).collect();
    jobs.extend(set.migrations.iter().map(sections));
    on_large_stack(|| {
        let mut run = Run::new(settings, prelude);
        run.brings_a_schema = set.brings_a_schema.then_some(set);
        parse_ahead(&jobs, |at, parsed| match (prelude.get(at), at.checked_sub(prelude.len())) {
            (Some(file), _) => parsed.iter().for_each(|statements| run.prelude(file, statements)),
            (None, Some(index)) => run.migration(index, &set.migrations[index], &parsed),
            (None, None) => {}
        });
        run.finish()
    })
}

/// Replays one script as a declared schema: the same fold, one file after the other, nothing beforehand.
#[must_use]
pub fn replay_scripts(files: &[Arc<SourceFile>], settings: &ReplaySettings) -> Replayed {
    let jobs: Vec<Vec<Job>> = files.iter().map(|file| vec![whole(file)]).collect();
    on_large_stack(|| {
        let mut run = Run::new(settings, &[]);
        parse_ahead(&jobs, |index, parsed| {
            run.state.migration = index;
            parsed.iter().for_each(|statements| run.script(&files[index], statements, InTransaction::No));
            run.end_block(true, InTransaction::No);
        });
        run.finish()
    })
}

fn whole(file: &Arc<SourceFile>) -> Job {
    Job { file: Arc::clone(file), section: Span::new(file.id, 0, file.text.len()), splitting: Splitting::Psql }
}

fn sections(migration: &Migration) -> Vec<Job> {
    let section =
        |&section: &Span| Job { file: Arc::clone(migration.file_of(section)), section, splitting: migration.splitting };
    migration.sections.iter().map(section).collect()
}

/// Whether any migration of a set creates a schema.
fn creates_schema(set: &MigrationSet, schema: &str) -> bool {
    // Schemas are rare: only what has the word is parsed a second time.
    let may = |job: &Job| job.file.slice(job.section).to_ascii_lowercase().contains("schema");
    let jobs: Vec<Job> = set.migrations.iter().flat_map(sections).filter(may).collect();
    parse_all(&jobs).iter().flatten().any(|parsed| match parsed {
        Parsed::Statement(Statement { op: Op::CreateSchema { name, .. }, .. }) => name.as_deref() == Some(schema),
        _ => false,
    })
}

pub(super) struct Run<'a> {
    pub(super) state: State,
    issues: Vec<Issue>,
    counts: StatementCounts,
    /// What refused statements would have made, and by which issue it is lost.
    pub(super) lost: HashMap<ObjectRef, usize>,
    /// Those of them that were to be created, and by which statement.
    unmade: BTreeMap<ObjectRef, Span>,
    pub(super) block: Option<Block>,
    silent: bool,
    replayed: Replayed,
    settings: ReplaySettings,
    /// The migrations, as long as there may be a schema that none of them creates: the connection's own.
    brings_a_schema: Option<&'a MigrationSet>,
}

impl<'a> Run<'a> {
    fn new(settings: &ReplaySettings, prelude: &[Arc<SourceFile>]) -> Self {
        // Only a place for what is made before any statement runs.
        let nowhere = prelude.first().map_or_else(Span::nowhere, |f| Span::file_start(f.id));
        let mut state = State::new(&DIALECT, nowhere);
        state.search_path.clone_from(&settings.search_path);
        state.default_path.clone_from(&settings.search_path);
        state.first_path.clone_from(&settings.search_path);
        state.parts_have_places = settings.parts_have_places;
        state.clock = settings.now;
        state.version = settings.version;
        state.settings = settings.settings.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        let replayed = Replayed { prelude: prelude.iter().map(|f| f.id).collect(), ..Replayed::default() };
        Self {
            state,
            issues: Vec::new(),
            counts: StatementCounts::default(),
            lost: HashMap::new(),
            unmade: BTreeMap::new(),
            block: None,
            silent: false,
            replayed,
            settings: settings.clone(),
            brings_a_schema: None,
        }
    }

    /// What exists beforehand: its failures are nobody's.
    fn prelude(&mut self, file: &SourceFile, statements: &[Parsed]) {
        let counts = self.counts;
        self.silent = true;
        self.script(file, statements, InTransaction::No);
        self.end_block(true, InTransaction::No);
        self.silent = false;
        self.counts = counts;
        self.state.opaque.clear();
        let made = self.state.catalog.schemas.values().filter(|schema| schema.origin.is_some());
        self.state.platform_schemas = made.map(|schema| schema.name.clone()).collect();
        // What it has is the platform's affair.
        let tables: Vec<_> = self.state.catalog.tables.keys().cloned().collect();
        tables.iter().for_each(|table| self.state.doubt_rows(table));
        self.new_session();
    }

    /// `parsed` has the statements of each section.
    fn migration(&mut self, index: usize, migration: &Migration, parsed: &[Vec<Parsed>]) {
        self.state.migration = index;
        let count: usize = parsed.iter().map(Vec::len).sum();
        if count == 0 && self.baseline(index, migration) {
            return;
        }
        let transaction = match migration.envelope {
            Envelope::AllPending => InTransaction::AllPending,
            Envelope::PerMigration => InTransaction::Yes,
            // A script of several statements runs in the server's implicit transaction.
            Envelope::ImplicitScript if count > 1 => InTransaction::Yes,
            Envelope::ImplicitScript | Envelope::None => InTransaction::No,
        };
        if migration.envelope != Envelope::AllPending {
            self.state.new_labels.clear();
            self.new_session();
        }
        for (&section, statements) in migration.sections.iter().zip(parsed) {
            self.script(migration.file_of(section), statements, transaction);
        }
        // psql leaves, and the server rolls back; the others end the transaction that they have opened.
        let is_psql = migration.envelope == Envelope::None && migration.splitting == Splitting::Psql;
        self.end_block(!is_psql, transaction);
        if migration.envelope != Envelope::AllPending {
            self.state.drop_temporary();
        }
    }

    /// A migration that is one comment with the schema in it: what it says existed before.
    fn baseline(&mut self, index: usize, migration: &Migration) -> bool {
        let inner = migration.sections.iter().find_map(|&section| commented_baseline(&migration.file, section));
        let Some(inner) = inner else { return false };
        let statements = parse_section(&migration.file, inner, migration.splitting);
        self.silent = true;
        self.script(&migration.file, &statements, InTransaction::No);
        self.end_block(true, InTransaction::No);
        self.silent = false;
        self.replayed.commented_baselines.push((index, inner));
        true
    }

    fn new_session(&mut self) {
        self.state.search_path = self.state.default_path.clone();
        self.state.settings.remove("role");
        self.state.settings.remove("session_authorization");
    }

    fn script(&mut self, file: &SourceFile, statements: &[Parsed], transaction: InTransaction) {
        self.state.transaction = transaction;
        for parsed in statements {
            match parsed {
                Parsed::Error(error) => {
                    let refusal = Refusal::new(IssueKind::Syntax, "42601", error.message.clone()).at(error.span);
                    self.counts.applied += 1;
                    self.refused(refusal, error.statement, Vec::new());
                }
                Parsed::Statement(statement) => self.statement(file, statement, transaction),
            }
        }
    }

    fn statement(&mut self, file: &SourceFile, statement: &Statement, envelope: InTransaction) {
        if let Op::Transaction(op) = &statement.op {
            self.counts.carried += 1;
            let what = match op {
                TransactionOp::Savepoint(_) => Some("SAVEPOINT"),
                TransactionOp::Release(_) => Some("RELEASE SAVEPOINT"),
                TransactionOp::RollbackTo(_) => Some("ROLLBACK TO SAVEPOINT"),
                TransactionOp::Begin { .. }
                | TransactionOp::Chain { .. }
                | TransactionOp::Commit
                | TransactionOp::Rollback => None,
            };
            if let Some(what) = what
                && let Err(refusal) = self.needs_block(what).and_then(|()| self.check_savepoint(op))
            {
                self.refused(refusal, statement.span, Vec::new());
                return;
            }
            self.transaction(op, envelope);
            return;
        }
        if let Some(Block { failed: Some(cause), .. }) = &self.block {
            // Current transaction is aborted: what it would have made is lost for the same reason.
            if let Some(cause) = *cause {
                for intent in self.state.intents(statement) {
                    self.lost.insert(intent, cause);
                }
            }
            return;
        }
        if self.has_no_effect_here(&statement.op) {
            self.counts.carried += 1;
            return;
        }
        if self.state.search_path != self.settings.search_path {
            let path = self.state.search_path.clone();
            self.state.search_paths.push((statement.span, path));
        }
        if matches!(statement.op, Op::NoEffect { what: "LOCK TABLE", .. })
            && let Err(refusal) = self.needs_block("LOCK TABLE")
        {
            self.counts.applied += 1;
            self.refused(refusal, statement.span, Vec::new());
            return;
        }
        let text = file.slice(statement.span);
        let mut result = self.state.run(statement, text);
        if let Some(schema) = self.schema_of_connection(&result) {
            let namespace = Namespace { name: schema.clone(), comment: None, origin: None };
            self.state.catalog.schemas.insert(schema, namespace);
            self.brings_a_schema = None;
            result = self.state.run(statement, text);
        }
        for refusal in std::mem::take(&mut self.state.one_transaction) {
            if !self.silent {
                let mut issue = self.issue(refusal, statement.span);
                issue.only_in_one_transaction = true;
                self.issues.push(issue);
            }
        }
        let result = match result {
            Err(refusal) if refusal.uncertain => Ok(self.state.doubt(&refusal, statement)),
            other => other,
        };
        match result {
            Ok(effect) => {
                match effect {
                    Effect::Applied => self.counts.applied += 1,
                    Effect::Carried => self.counts.carried += 1,
                    Effect::Opaque => self.counts.opaque += 1,
                }
                if self.block.is_some() || !self.lost.is_empty() {
                    let intents = self.state.intents(statement);
                    for intent in &intents {
                        self.lost.remove(intent);
                        self.unmade.remove(intent);
                    }
                    if let Some(block) = &mut self.block {
                        block.intents.extend(intents);
                    }
                }
            }
            Err(refusal) => {
                self.counts.applied += 1;
                let intents = self.state.intents(statement);
                if creates(&statement.op) {
                    self.unmade.extend(intents.iter().map(|intent| (intent.clone(), statement.span)));
                }
                self.refused(refusal, statement.span, intents);
            }
        }
    }

    /// What the server takes only between BEGIN and COMMIT.
    fn needs_block(&self, what: &str) -> Result<(), Refusal> {
        if self.block.is_some() || self.state.transaction != InTransaction::No {
            return Ok(());
        }
        let message = format!("{what} can only be used in transaction blocks");
        Err(Refusal::new(IssueKind::InTransaction, "25P01", message))
    }

    /// The first schema that is missing and that no migration creates at all, where the runner brings one.
    fn schema_of_connection(&self, result: &Ran) -> Option<String> {
        let (Err(refusal), Some(set)) = (result, self.brings_a_schema) else { return None };
        let object = refusal.about.as_ref().or(refusal.object.as_ref())?;
        let is_schema = refusal.kind == IssueKind::UnknownSchema && object.kind == ObjectKind::Schema;
        (is_schema && !creates_schema(set, &object.name)).then(|| object.name.clone())
    }

    fn issue(&mut self, refusal: Refusal, statement: Span) -> Issue {
        self.state.misses |= refusal.kind.is_about_something_missing();
        Issue {
            kind: refusal.kind,
            message: refusal.message,
            statement,
            span: refusal.span.filter(|s| s.file == statement.file).unwrap_or(statement),
            migration: self.state.migration,
            object: refusal.object,
            hint: refusal.hint,
            created_later: None,
            caused_by: None,
            only_in_one_transaction: false,
        }
    }

    fn refused(&mut self, refusal: Refusal, statement: Span, intents: Vec<ObjectRef>) {
        let mut at = None;
        if !self.silent {
            let cause = refusal.about.as_ref().and_then(|about| self.cause_of(about));
            let about = refusal.about.clone();
            let mut issue = self.issue(refusal, statement);
            issue.caused_by = cause;
            self.issues.push(issue);
            self.abouts_push(about);
            at = Some(self.issues.len() - 1);
        }
        if let Some(block) = &mut self.block {
            block.failed = Some(at);
        }
        if let Some(at) = at {
            for intent in intents {
                self.lost.entry(intent).or_insert(at);
            }
        }
    }

    /// The issue by which an object, or the table it belongs to, is lost.
    fn cause_of(&self, about: &ObjectRef) -> Option<usize> {
        let key = about.name_key();
        if let Some(&cause) = self.lost.get(&key) {
            return Some(cause);
        }
        let table =
            ObjectRef { kind: ObjectKind::Table, schema: key.schema.clone(), name: key.table.clone()?, table: None };
        self.lost.get(&table).copied()
    }

    /// What each issue is about, beside it: kept in `Issue::object` until the end.
    fn abouts_push(&mut self, about: Option<ObjectRef>) {
        if let (Some(about), Some(issue)) = (about, self.issues.last_mut())
            && issue.object.is_none()
        {
            issue.object = Some(about);
        }
    }

    fn finish(mut self) -> Replayed {
        self.state.drop_temporary();
        for issue in &mut self.issues {
            let Some(object) = &issue.object else { continue };
            let later = |(span, migration): &&(Span, usize)| {
                *migration > issue.migration
                    || (*migration == issue.migration
                        && span.file == issue.statement.file
                        && span.start > issue.statement.start)
            };
            if issue.kind.is_about_something_missing() {
                issue.created_later =
                    self.state.made.get(&object.name_key()).and_then(|places| places.iter().find(later).copied());
            }
        }
        self.state.catalog.refused = self.unmade;
        let mut replayed = self.replayed;
        if !self.settings.renames.is_empty() {
            replayed.catalog = self.state.catalog.clone();
            let renamed = self.state.answer(&self.settings.renames);
            let catalog = std::mem::take(&mut self.state.catalog);
            replayed.answered = Some(Answered { catalog, renamed });
        } else {
            replayed.catalog = self.state.catalog;
        }
        replayed.issues = self.issues;
        replayed.opaque = self.state.opaque;
        replayed.counts = self.counts;
        replayed.writes = self.state.writes;
        replayed.search_paths = self.state.search_paths;
        replayed
    }
}
