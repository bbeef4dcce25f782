//! Findings gathered into stories: drift of one rule on one table, migrations with one fault, refused statements of one file.

use std::collections::HashMap;

use indexmap::IndexMap;

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

/// Stories of one rule that are told apart in an overview.
const OF_ONE_RULE: usize = 3;

/// The same for a report that would be too long: where many stories are of one rule, they become one.
pub(super) fn overview(blocks: Vec<Block<'_>>) -> Vec<Block<'_>> {
    let key = |block: &Block| {
        let d = block.first();
        (d.rule, d.severity, d.target.clone(), was_dropped(d))
    };
    let mut counts = HashMap::new();
    for block in &blocks {
        *counts.entry(key(block)).or_insert(0) += 1;
    }
    let mut places = HashMap::new();
    let mut out: Vec<Block> = Vec::new();
    for block in blocks {
        let key = key(&block);
        if counts[&key] <= OF_ONE_RULE {
            out.push(block);
        } else if let Some(&at) = places.get(&key) {
            let whole: &mut Block = &mut out[at];
            whole.findings.extend(block.findings);
        } else {
            places.insert(key, out.len());
            out.push(block);
        }
    }
    out
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
        let things = match self.tables().len() {
            0 | 1 => format!("{} {}{}", self.len(), plural(object.kind), owner(object)),
            n => format!("{} {} of {n} tables", self.len(), plural(object.kind)),
        };
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

    /// The tables whose parts these are, with how many of each.
    fn tables(&self) -> IndexMap<(Option<&'a str>, &'a str), usize> {
        let mut tables = IndexMap::new();
        for object in self.diagnostics().filter_map(|d| d.object.as_ref()) {
            if let Some(table) = &object.table {
                *tables.entry((object.schema.as_deref(), table.as_str())).or_insert(0) += 1;
            }
        }
        tables
    }

    /// What the findings are about: names, or tables with a number where there are several.
    pub(super) fn names(&self) -> Vec<String> {
        let tables = self.tables();
        if !self.is_list() || tables.len() < 2 {
            let mut names: Vec<String> = self.diagnostics().map(|d| Self::name(d).to_owned()).collect();
            names.dedup();
            return names;
        }
        tables
            .into_iter()
            .map(|((schema, table), n)| {
                let schema = schema.filter(|schema| *schema != "public").map(|s| format!("{s}.")).unwrap_or_default();
                if n > 1 { format!("{schema}{table} ({n})") } else { format!("{schema}{table}") }
            })
            .collect()
    }

    /// The object's name; of what has none, what is said at its place.
    pub(super) fn name(d: &'a Diagnostic) -> &'a str {
        match &d.object {
            Some(object) => &object.name,
            None if d.primary.text.is_empty() => &d.message,
            None => &d.primary.text,
        }
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
