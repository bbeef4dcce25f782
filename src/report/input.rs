//! The input of every report, as plain data.

use std::time::Duration;

use crate::diagnostic::{Counts, Finding};
use crate::source::SourceMap;

/// Everything that a report may say.
#[derive(Debug)]
pub struct ReportInput<'a> {
    /// In the order of the config or of discovery.
    pub targets: Vec<TargetSummary>,
    /// After the sink: selected, sorted, each with its fingerprint.
    pub findings: Vec<Finding>,
    /// The files that spans point into.
    pub sources: &'a SourceMap,
    pub counts: Counts,
    /// What counted as new, as the last line says it: `new since origin/main`, `staged`, `all migrations`,
    /// `working tree (no base found; --base REV or --all)`.
    pub scope: String,
    /// Even a clean run says its scope, since less was judged than people expect.
    pub tells_scope: bool,
    /// Migrations within that scope, over all targets.
    pub new_migrations: usize,
    /// What was seen and not checked, each a sentence or a word for the last lines: `sqlite`, `drizzle.config.ts only pushes: it has no migrations`.
    pub not_checked: Vec<String>,
    /// What the commit that is being made changes, relative to the project root; empty unless that is what is checked.
    pub staged: Vec<String>,
}

/// One target, for the last lines and the contract's `targets`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TargetSummary {
    pub name: String,
    /// `postgresql`
    pub dialect: String,
    pub declared: Option<DeclaredSummary>,
    pub migrations: Option<MigrationsSummary>,
    /// Facts of this target that could not be read.
    pub unresolved: usize,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DeclaredSummary {
    /// `drizzle`, `sql`, …
    pub kind: String,
    /// Relative to the project root, sorted.
    pub files: Vec<String>,
    pub tables: usize,
    pub columns: usize,
}

/// How far the statements of migrations were understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StatementsSummary {
    /// Changed the schema, or were refused.
    pub applied: usize,
    /// Understood to change nothing in it.
    pub carried: usize,
    /// Not understood.
    pub opaque: usize,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MigrationsSummary {
    /// `drizzle`, `flyway`, `plain`, …
    pub layout: String,
    /// Relative to the project root.
    pub dir: String,
    pub count: usize,
    /// Those in the scope of the check.
    pub new: usize,
    /// Statements of all of them.
    pub statements: StatementsSummary,
    /// Tables and columns after all of them.
    pub tables: usize,
    pub columns: usize,
}

/// How to render; decided once by the command line.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Columns of the terminal. `pretty` keeps within 60 to 200.
    pub width: usize,
    /// ANSI colours.
    pub color: bool,
    /// Characters beyond ASCII in frames and arrows.
    pub unicode: bool,
    /// Everything in full; otherwise `pretty` folds what would not fit a screen.
    pub verbose: bool,
    /// Nothing at all when there is no finding.
    pub quiet: bool,
    pub viewpoint: Viewpoint,
    /// The project root within its repository (`packages/database`), `""` when it is the top; formats that a forge reads want paths from there.
    pub repository_prefix: String,
    /// Printed only when given, which is on a terminal: the same input gives the same bytes elsewhere.
    pub elapsed: Option<Duration>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            width: 100,
            color: false,
            unicode: true,
            verbose: false,
            quiet: false,
            viewpoint: Viewpoint::Inside(String::new()),
            repository_prefix: String::new(),
            elapsed: None,
        }
    }
}

/// Where the person stands, so that the paths of `pretty` and `concise` can be clicked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Viewpoint {
    /// In this folder of the project, relative to its root; `""` is the root.
    Inside(String),
    /// Elsewhere: how the root is reached from there, without a slash at the end (`fixtures/studio`, `../other`, `/srv/app`).
    Outside(String),
}
