//! Findings gathered into stories: drift of one rule on one table, migrations with one fault, refused statements of one file.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Finding, Severity};
use crate::model::{ObjectKind, ObjectRef};
use crate::source::FileId;

/// One or more findings that are told together; never empty.
pub(in crate::report) struct Block<'a> {
    findings: Vec<&'a Finding>,
}

/// Findings gathered, in the order of each block's first.
pub(in crate::report) fn blocks(findings: &[Finding]) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut by_story = HashMap::new();
    for finding in findings {
        let Some(story) = story(&finding.diagnostic) else {
            blocks.push(Block { findings: vec![finding] });
            continue;
        };
        let at = *by_story.entry(story).or_insert_with(|| {
            blocks.push(Block { findings: Vec::new() });
            blocks.len() - 1
        });
        blocks[at].findings.push(finding);
    }
    blocks
}

/// What findings must share to be one story.
#[derive(PartialEq, Eq, Hash)]
struct Story<'a> {
    rule: &'static str,
    target: &'a str,
    severity: Severity,
    schema: Option<&'a str>,
    table: Option<&'a str>,
    file: Option<FileId>,
    /// A hint concerns one object, so those with one stand apart.
    has_help: bool,
    was_dropped: bool,
}

/// `None` for what stands alone.
fn story(d: &Diagnostic) -> Option<Story<'_>> {
    let object = d.object.as_ref();
    let (schema, table) =
        (object.and_then(|object| object.schema.as_deref()), object.and_then(|object| object.table.as_deref()));
    let mut story = Story {
        rule: d.rule,
        target: &d.target,
        severity: d.severity,
        schema: None,
        table: None,
        file: None,
        has_help: d.help.is_some(),
        was_dropped: was_dropped(d),
    };
    match d.rule.split_once('/').map_or(d.rule, |(group, _)| group) {
        // A change of something that has no table is a story of its own; what is missing or too much without a table is one list.
        "drift" if object.is_none() || table.is_none() && d.rule.starts_with("drift/changed-") => return None,
        "drift" => (story.schema, story.table) = (schema, table),
        "order" => {}
        "replay" => story.file = Some(d.primary.span.file),
        _ => return None,
    }
    Some(story)
}

/// What is missing since a migration dropped it is another story than what none ever created.
fn was_dropped(d: &Diagnostic) -> bool {
    d.rule.starts_with("drift/missing-") && d.message.ends_with("have dropped it")
}

impl<'a> Block<'a> {
    /// The finding that stands for the rest: the first.
    pub(in crate::report) fn first(&self) -> &'a Diagnostic {
        &self.findings[0].diagnostic
    }

    pub(super) fn diagnostics(&self) -> impl Iterator<Item = &'a Diagnostic> {
        self.findings.iter().map(|finding| &finding.diagnostic)
    }

    pub(super) fn len(&self) -> usize {
        self.findings.len()
    }

    /// The story in a line: the finding's own message, or `6 columns of `invoices` are declared, and no migration creates them`.
    pub(in crate::report) fn headline(&self) -> String {
        let first = self.first();
        let more = self.len() - 1;
        let object = match &first.object {
            _ if more == 0 => return first.message.clone(),
            Some(object) if self.is_list() => object,
            _ => return format!("{} (and {more} more)", first.message),
        };
        let things = format!("{} {}{}", self.len(), plural(object.kind), owner(object));
        match first.rule.strip_prefix("drift/").and_then(|name| name.split_once('-')).map_or("", |(word, _)| word) {
            "missing" if was_dropped(first) => format!("{things} are declared, and the migrations have dropped them"),
            "missing" => format!("{things} are declared, and no migration creates them"),
            "undeclared" => format!("{things} are in the migrations, and the schema does not declare them"),
            _ => format!("{things} differ between the schema and the migrations"),
        }
    }

    /// Several objects that are told by their names and forms, not by a message each.
    pub(super) fn is_list(&self) -> bool {
        self.len() > 1 && self.first().rule.starts_with("drift/")
    }

    /// The object's name, or the message of what has none.
    pub(super) fn name(d: &'a Diagnostic) -> &'a str {
        d.object.as_ref().map_or(d.message.as_str(), |object| object.name.as_str())
    }

    /// What a finding of a block is called beside the others: its name and form.
    pub(super) fn item(d: &'a Diagnostic) -> String {
        let name = Self::name(d);
        match (&d.declared, &d.migrated) {
            (Some(declared), Some(migrated)) => format!("{name}: {declared} declared, {migrated} migrated"),
            (Some(form), None) | (None, Some(form)) => format!("{name} {form}"),
            (None, None) => name.to_owned(),
        }
    }
}

fn owner(object: &ObjectRef) -> String {
    let Some(table) = &object.table else {
        return match object.schema.as_deref() {
            Some(schema) if schema != "public" => format!(" in `{schema}`"),
            _ => String::new(),
        };
    };
    match object.schema.as_deref() {
        Some(schema) if schema != "public" => format!(" of `{schema}.{table}`"),
        _ => format!(" of `{table}`"),
    }
}

pub(super) fn plural(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Schema => "schemas",
        ObjectKind::Extension => "extensions",
        ObjectKind::Type => "types",
        ObjectKind::Enum => "enums",
        ObjectKind::Domain => "domains",
        ObjectKind::Sequence => "sequences",
        ObjectKind::Table => "tables",
        ObjectKind::Column => "columns",
        ObjectKind::PrimaryKey => "primary keys",
        ObjectKind::Unique => "unique constraints",
        ObjectKind::ForeignKey => "foreign keys",
        ObjectKind::Check => "checks",
        ObjectKind::Index => "indexes",
        ObjectKind::View => "views",
        ObjectKind::MaterializedView => "materialized views",
        ObjectKind::Policy => "policies",
        ObjectKind::Function => "functions",
        ObjectKind::Trigger => "triggers",
        ObjectKind::Migration => "migrations",
    }
}
