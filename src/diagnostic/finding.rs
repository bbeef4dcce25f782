//! One finding.

use super::Severity;
use crate::model::ObjectRef;
use crate::source::Span;

/// A finding (`drift/* replay/* order/* safety/*`) or a problem with an input (`input/*`, `config/*`). Complete data: a report adds nothing but form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// `drift/missing-column`. An id of `rules::ALL`.
    pub rule: &'static str,
    pub severity: Severity,
    /// The target's name; empty for what concerns the whole project.
    pub target: String,
    /// One line: names the object and what is wrong, in back quotes what is code.
    pub message: String,
    /// What would happen in production, in a sentence without a full stop.
    pub consequence: Option<String>,
    /// What to do, where it is not the fix: a hint ("possibly renamed from `x`"), the two-step way.
    pub help: Option<String>,
    pub object: Option<ObjectRef>,
    /// What differs, for `changed-*`; sorted.
    pub aspects: Vec<Aspect>,
    /// The declared form, short, as SQL words: `numeric(10,2)`.
    pub declared: Option<String>,
    /// The migrated form.
    pub migrated: Option<String>,
    /// Where to look first, with what to say there.
    pub primary: Label,
    /// The other side, and what else belongs to it.
    pub related: Vec<Label>,
    pub fix: Option<Fix>,
}

/// A place and what there is to see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    pub span: Span,
    /// May be empty.
    pub text: String,
}

impl Label {
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }
}

/// How to close a finding.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fix {
    /// SQL that closes it, statements separated by line feeds.
    pub sql: Option<String>,
    /// The next command to run: `pnpm exec drizzle-kit generate --config=drizzle.tenant.config.ts`.
    pub command: Option<String>,
}

/// What differs in a `changed-*` finding; the contract's words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Aspect {
    Type,
    Nullability,
    Default,
    Identity,
    Generated,
    Collation,
    Columns,
    Actions,
    Deferrable,
    Validity,
    Expression,
    Values,
    ValuesOrder,
    Method,
    Predicate,
    RowLevelSecurity,
    Form,
    Include,
    Sort,
    Opclass,
    Unique,
    NullsNotDistinct,
    Options,
    Command,
    Roles,
    Comment,
    Definition,
    Name,
}

impl Aspect {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Nullability => "nullability",
            Self::Default => "default",
            Self::Identity => "identity",
            Self::Generated => "generated",
            Self::Collation => "collation",
            Self::Columns => "columns",
            Self::Actions => "actions",
            Self::Deferrable => "deferrable",
            Self::Validity => "validity",
            Self::Expression => "expression",
            // Labels in another order are the contract's `values` too; only the severity differs.
            Self::Values | Self::ValuesOrder => "values",
            Self::Method => "method",
            Self::Predicate => "predicate",
            Self::RowLevelSecurity => "row_level_security",
            Self::Form => "form",
            Self::Include => "include",
            Self::Sort => "sort",
            Self::Opclass => "opclass",
            Self::Unique => "unique",
            Self::NullsNotDistinct => "nulls_not_distinct",
            Self::Options => "options",
            Self::Command => "command",
            Self::Roles => "roles",
            Self::Comment => "comment",
            Self::Definition => "definition",
            Self::Name => "name",
        }
    }
}

impl Diagnostic {
    /// A finding with the parts that none may lack; the rest is set on the value.
    pub fn new(rule: &'static str, severity: Severity, message: impl Into<String>, primary: Label) -> Self {
        Self {
            rule,
            severity,
            target: String::new(),
            message: message.into(),
            consequence: None,
            help: None,
            object: None,
            aspects: Vec::new(),
            declared: None,
            migrated: None,
            primary,
            related: Vec::new(),
            fix: None,
        }
    }
}
