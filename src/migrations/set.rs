//! A directory of migrations, read.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::source::{SourceFile, Span};

/// All migrations of a target in the order in which the runner applies them to a fresh database.
#[derive(Clone, Debug)]
pub struct MigrationSet {
    /// The layout's name in a config: `drizzle`.
    pub layout: &'static str,
    /// The directory, relative to the project root; empty for an explicit list of files.
    pub dir: String,
    pub runner: Runner,
    pub migrations: Vec<Migration>,
    pub order: OrderedBy,
    /// The runner's own list, where it keeps one (Drizzle 0.x).
    pub journal: Option<Journal>,
    /// The runner's plan, written by hand or by its commands (sqitch).
    pub plan: Option<Plan>,
    /// SQL files in the directory that the runner never runs.
    pub unlisted: Vec<UnlistedFile>,
    /// Schema snapshots that the generator keeps beside the migrations.
    pub snapshots: Vec<Snapshot>,
    /// The runner's mark is in the directory even where no migration is: the project migrates, it does not push.
    pub is_marked: bool,
    /// The runner creates the schema that its connection names, whichever that is: one schema that no migration creates may be there.
    pub brings_a_schema: bool,
}

impl MigrationSet {
    /// A set without migrations.
    #[must_use]
    pub fn empty(layout: &'static str, dir: &str, runner: Runner) -> Self {
        Self {
            layout,
            dir: dir.to_owned(),
            runner,
            migrations: Vec::new(),
            order: OrderedBy::Names,
            journal: None,
            plan: None,
            unlisted: Vec::new(),
            snapshots: Vec::new(),
            is_marked: false,
            brings_a_schema: false,
        }
    }

    /// The migrations that stood in `before` under another name and the same version, where the runner knows them by that: as they were, and
    /// as they are.
    #[must_use]
    pub fn renamed_since<'m>(&'m self, before: &'m Self) -> Vec<(&'m Migration, &'m Migration)> {
        let runner = self.runner;
        if runner.versions == Versions::WholeNames || runner.renamed == RenamedMigration::RunsAgain {
            return Vec::new();
        }
        let by_version = |set: &'m Self, other: &Self| {
            let there: HashSet<&str> = other.migrations.iter().map(|m| m.name.as_str()).collect();
            let mut found: BTreeMap<String, Vec<&'m Migration>> = BTreeMap::new();
            for migration in set.migrations.iter().filter(|m| m.runs_once() && !there.contains(m.name.as_str())) {
                found.entry(runner.versions.key(&migration.version)).or_default().push(migration);
            }
            found
        };
        let (gone, come) = (by_version(before, self), by_version(self, before));
        let only = |(version, old): (String, Vec<&'m Migration>)| match (old.as_slice(), come.get(&version)?.as_slice())
        {
            (&[old], &[now]) => Some((old, now)),
            _ => None,
        };
        gone.into_iter().filter_map(only).collect()
    }
}

/// One migration.
#[derive(Clone, Debug)]
pub struct Migration {
    /// What people call it: `0003_luxuriant_black_cat`, `20240101_init`.
    pub name: String,
    /// What the runner orders by, as text for messages (`1767786765000`, `V2.1`); the name where there is nothing else.
    pub version: String,
    pub file: Arc<SourceFile>,
    /// The parts that run upward, in order. Usually one span over the whole file.
    pub sections: Vec<Span>,
    /// Files that it takes in (psql's `\i`): sections may lie in them.
    pub included: Vec<Arc<SourceFile>>,
    pub splitting: Splitting,
    pub envelope: Envelope,
    /// The place in a list that names it (journal entry), else the file's start.
    pub listed: Span,
    pub runs: Runs,
}

impl Migration {
    /// Whether it has its place among others.
    #[must_use]
    pub fn has_place(&self) -> bool {
        self.runs == Runs::Once
    }

    /// The file in which a section lies.
    #[must_use]
    pub fn file_of(&self, section: Span) -> &Arc<SourceFile> {
        self.included.iter().find(|file| file.id == section.file).unwrap_or(&self.file)
    }

    /// Whether a database that has it never runs it again, so that an edit of it is lost there.
    #[must_use]
    pub fn runs_once(&self) -> bool {
        matches!(self.runs, Runs::Once | Runs::OnceAnyTime)
    }
}

/// What says in which order migrations run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderedBy {
    Names,
    /// [`MigrationSet::journal`].
    Journal,
    /// [`MigrationSet::plan`]: the order of its lines.
    Plan,
    /// A journal that cannot be read; the names give the next best order.
    Nothing,
}

/// When a migration runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Runs {
    Once,
    /// Once, at whatever time a database first sees it (refinery's `U`).
    OnceAnyTime,
    /// Again whenever its text changes, after all that have a version (Flyway's `R__`).
    WhenChanged,
    /// Never: the runner writes it anew after each run (`structure.sql` of Rails), and fresh databases are loaded from it.
    Rewritten,
}

/// How the runner cuts a section into statements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Splitting {
    /// Sent as a whole; the server's own lexer finds the semicolons.
    Server,
    /// Cut at every `--> statement-breakpoint`, each piece sent as a whole.
    DrizzleBreakpoints,
    /// psql: semicolons, and backslash commands of its own.
    Psql,
}

/// The transaction that the runner puts around a migration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Envelope {
    /// One for all pending migrations (Drizzle 0.x).
    AllPending,
    /// One for each migration.
    PerMigration,
    /// The runner opens none. A script sent whole still runs in the server's implicit one unless it has BEGIN/COMMIT.
    ImplicitScript,
    /// Each statement on its own.
    None,
}

/// What the runner does; for messages and order rules. The words are parts of a sentence that begins with the runner's name where they say "it", and have no
/// full stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Runner {
    /// `drizzle-kit migrate`
    pub name: &'static str,
    pub late: LateMigration,
    /// What it does where a new migration sorts before one already applied.
    pub late_words: &'static str,
    /// What comes of an edit of an applied migration.
    pub edited: &'static str,
    /// What comes of an applied migration whose file is gone.
    pub deleted: &'static str,
    /// What comes of another name for an applied migration of the same version.
    pub renamed: RenamedMigration,
    /// What comes of two migrations with one version.
    pub twin: &'static str,
    pub versions: Versions,
    /// Whether it compares the text of an applied migration, comments and all, with what it ran.
    pub compares_text: bool,
    /// The command that renews the checksums which it keeps of a directory, `{}`, after a file of it was renamed.
    pub rehash: Option<&'static str>,
    /// The SQL of the tables that it makes for itself before the first migration, which may name them. Empty: none that migrations could see.
    pub tables: &'static str,
}

impl Runner {
    /// Of runners that record names only.
    pub const NO_CHECKSUM: &'static str =
        "it keeps no checksum: databases that have it keep the old form, fresh ones get the new";
    /// Of runners that do not ask whether what is recorded is still there.
    pub const LOOKS_FORWARD: &'static str = "databases that ran it keep what it did, fresh ones never get it";
    /// Somebody with psql, for SQL that is no runner's.
    pub const PSQL: Self = Self {
        name: "psql",
        late: LateMigration::RunsLate,
        late_words: "",
        edited: Self::NO_CHECKSUM,
        deleted: Self::LOOKS_FORWARD,
        renamed: RenamedMigration::RunsAgain,
        twin: "",
        versions: Versions::Text,
        compares_text: false,
        rehash: None,
        tables: "",
    };
}

/// How a runner tells migrations apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Versions {
    /// By their whole names: of two with one number both run, in the order of the rest of the names.
    WholeNames,
    /// By the version as it is written.
    Text,
    /// By the version as a number: `1` and `001` are one.
    Number,
    /// By the parts of the version as numbers, without zeros at the end: `1`, `01` and `1.0` are one.
    Parts,
}

impl Versions {
    /// What two versions have in common that are one to the runner.
    #[must_use]
    pub fn key(self, version: &str) -> String {
        let number = |digits: &str| digits.trim_start_matches('0').to_owned();
        match self {
            Self::WholeNames | Self::Text => version.to_owned(),
            Self::Number => number(version),
            Self::Parts => {
                version.split('.').map(number).collect::<Vec<_>>().join(".").trim_end_matches('.').to_owned()
            }
        }
    }
}

/// What happens to a new migration that sorts before one already applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LateMigration {
    SkippedForever,
    RunsLate,
    Refused,
}

/// What another name is to a runner, where the version is the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RenamedMigration {
    /// It knows migrations by their whole names, and runs it again.
    RunsAgain,
    /// It knows them by their versions.
    NotNoticed,
    /// In words that begin with "it" or stand by themselves.
    Refused(&'static str),
}

/// A runner's own list of migrations.
#[derive(Clone, Debug)]
pub struct Journal {
    pub file: Arc<SourceFile>,
    pub entries: Vec<JournalEntry>,
}

#[derive(Clone, Debug)]
pub struct JournalEntry {
    pub idx: Option<i64>,
    pub tag: String,
    /// Milliseconds since 1970.
    pub when: Option<i64>,
    /// The entry's object in the journal.
    pub span: Span,
    /// The number of `when`, for a repair.
    pub when_span: Option<Span>,
    /// Whether the SQL file it names is there.
    pub has_file: bool,
}

/// A list of migrations in which the place of a line is the order.
#[derive(Clone, Debug)]
pub struct Plan {
    pub file: Arc<SourceFile>,
    pub changes: Vec<PlannedChange>,
}

#[derive(Clone, Debug)]
pub struct PlannedChange {
    /// The migration's name.
    pub name: String,
    pub span: Span,
    /// The path of its script.
    pub script: String,
    pub has_script: bool,
}

/// A file that looks like a migration and is never run.
#[derive(Clone, Debug)]
pub struct UnlistedFile {
    pub name: String,
    pub file: Arc<SourceFile>,
}

/// A generator's snapshot of the schema.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub file: Arc<SourceFile>,
    pub id: String,
    pub parents: Vec<String>,
    /// Of the `id` and of the parents' ids.
    pub id_span: Span,
    pub parents_span: Span,
    /// The name of the migration it was made with.
    pub migration: String,
}
