//! What a piece of a program might have changed, when it cannot be told whether or how it ran.

use super::super::{Host, Touches};
use crate::ddl::postgres::plpgsql::{Block, Step, Work};
use crate::ddl::postgres::{Parsed, parse_computed};
use crate::ddl::{
    AlterAction, ConstraintDef, ConstraintKind, CreateTable, DropTarget, Name, Op, RenameTarget, Statement,
    TableElement,
};
use crate::model::QualifiedName;
use crate::source::Span;

fn relation(host: &dyn Host, name: &Name) -> Touches {
    host.relation(name).map_or_else(|| Touches::names([name.name.as_str()]), Touches::relation)
}

/// What one statement changes in the model.
pub(super) fn of_statement(host: &dyn Host, statement: &Statement) -> Touches {
    match &statement.op {
        Op::AlterTable { relation: name, actions, .. } => relation(host, name).and(referenced(actions)),
        Op::CreateIndex(index) => relation(host, &index.table).and(Touches::names(index.name.as_deref())),
        Op::Rename { what: RenameTarget::Column { relation: name, .. }, .. }
        | Op::Rename { what: RenameTarget::Constraint { relation: name, .. }, .. } => relation(host, name),
        Op::CreateTable(table) if table.inherits.is_empty() && table.partition_of.is_none() => created(table),
        Op::CreateEnum { name, .. }
        | Op::CreateDomain { name, .. }
        | Op::CreateComposite { name, .. }
        | Op::CreateSequence { name, .. }
        | Op::AlterSequence { name, .. }
        | Op::AlterDomain { name, .. }
        | Op::AddEnumValue { name, .. }
        | Op::RenameEnumValue { name, .. } => Touches::names([name.name.as_str()]),
        Op::CreateFunction(function) => Touches::names([function.name.name.as_str()]),
        Op::CreatePolicy(policy) => part(&policy.name, &policy.table),
        Op::AlterPolicy { name, table, .. } => part(name, table),
        Op::CreateTrigger(trigger) => part(&trigger.name, &trigger.table),
        Op::Drop { what, cascade: false, .. } => dropped(host, what),
        Op::Write(_)
        | Op::SetForDatabase { .. }
        | Op::NoEffect { .. }
        | Op::Comment { .. }
        | Op::RefreshMaterializedView { .. } => Touches::Nothing,
        Op::Select { calls, .. } if calls.iter().all(|c| host.functions(&c.function, c.arguments.len()).is_empty()) => {
            Touches::Nothing
        }
        Op::Transaction(_) => Touches::Nothing,
        Op::CreateExtension { name, .. } if host.catalog().extensions.contains_key(name) => Touches::Nothing,
        // Part of a carried object only.
        Op::AlterOpaque { .. } => Touches::unnamed(),
        _ => Touches::Anything,
    }
}

fn part(name: &str, table: &Name) -> Touches {
    Touches::names([name]).and(Touches::owners([table.name.as_str()]))
}

/// A new table, whose foreign keys hold the tables that they refer to.
fn created(table: &CreateTable) -> Touches {
    let mut touches = Touches::names([table.name.name.as_str()]);
    for element in &table.elements {
        let constraints = match element {
            TableElement::Column(column) => column.constraints.as_slice(),
            TableElement::Constraint(constraint) => std::slice::from_ref(constraint),
            TableElement::Like { .. } => &[],
        };
        touches = constraints.iter().fold(touches, |touches, c| touches.and(referred_by(c)));
    }
    touches
}

fn referred_by(constraint: &ConstraintDef) -> Touches {
    match &constraint.kind {
        ConstraintKind::ForeignKey { ref_table, .. } => Touches::owners([ref_table.name.as_str()]),
        _ => Touches::Nothing,
    }
}

/// The tables that foreign keys of an ALTER TABLE refer to.
fn referenced(actions: &[AlterAction]) -> Touches {
    actions.iter().fold(Touches::Nothing, |touches, action| match action {
        AlterAction::AddConstraint(constraint) => touches.and(referred_by(constraint)),
        AlterAction::AddColumn { column, .. } => {
            column.constraints.iter().fold(touches, |touches, c| touches.and(referred_by(c)))
        }
        AlterAction::AttachPartition { .. } | AlterAction::DetachPartition { .. } => Touches::Anything,
        _ => touches,
    })
}

/// What goes when nothing that depends on it goes too.
fn dropped(host: &dyn Host, what: &DropTarget) -> Touches {
    match what {
        DropTarget::Relations { names, .. } => names.iter().fold(Touches::Nothing, |touches, name| {
            let own = Touches::names([name.name.as_str()]);
            let catalog = host.catalog();
            touches.and(match host.relation(name) {
                // What a view reads is freed by its going, and that is not looked up here.
                Some(key) if catalog.views.contains_key(&key) => Touches::Anything,
                Some(key) => match catalog.tables.get(&key) {
                    Some(table) if table.partition.is_some() || !table.inherits.is_empty() => Touches::Anything,
                    Some(table) => {
                        let freed = table.foreign_keys.iter().map(|f| f.ref_table.name.as_str());
                        own.and(Touches::owners(freed))
                    }
                    None => own.and(owner_of_index(host, &key)),
                },
                None => own,
            })
        }),
        DropTarget::Types { names, .. } => Touches::names(names.iter().map(|n| n.name.as_str())),
        DropTarget::Functions(routines) => Touches::names(routines.iter().map(|r| r.name.name.as_str())),
        DropTarget::Trigger { name, table } | DropTarget::Policy { name, table } => part(name, table),
        _ => Touches::Anything,
    }
}

/// The table of an index that may go.
fn owner_of_index(host: &dyn Host, index: &QualifiedName) -> Touches {
    let tables = host.catalog().tables.iter().filter(|(name, _)| name.schema == index.schema);
    let mut owners = tables.filter(|(_, table)| table.indexes.iter().any(|i| i.name == index.name));
    owners.next().map_or(Touches::Nothing, |(name, _)| Touches::relation(name.clone()))
}

/// What a statement changes of which only the beginning is known.
pub(super) fn touches_of(host: &dyn Host, head: &str, at: Span) -> Touches {
    let words: Vec<String> = head.split_whitespace().take(4).map(str::to_ascii_uppercase).collect();
    let word = |i: usize| words.get(i).map_or("", String::as_str);
    // The last word may go on.
    let complete = words.len() > 1 || head.ends_with(char::is_whitespace);
    let second = words.len() > 2 || (words.len() == 2 && head.ends_with(char::is_whitespace));
    match word(0) {
        "GRANT" | "REVOKE" | "INSERT" | "UPDATE" | "DELETE" | "ANALYZE" | "VACUUM" | "COMMENT" | "NOTIFY"
        | "REINDEX" | "TRUNCATE" | "COPY" | "LOCK" | "REFRESH" | "MERGE"
            if complete =>
        {
            Touches::Nothing
        }
        "ALTER" if matches!(word(1), "DATABASE" | "ROLE" | "USER" | "SYSTEM" | "DEFAULT") && second => Touches::Nothing,
        "CREATE" | "DROP" if matches!(word(1), "DATABASE" | "ROLE" | "USER") && second => Touches::Nothing,
        "ALTER" if word(1) == "TABLE" => altered_table(host, head, at),
        "CREATE" if word(1) == "EXTENSION" && creates_extension(head, at) => of_sql(host, head, at),
        _ => Touches::Anything,
    }
}

/// `ALTER TABLE name …`, with something after the name so that it is complete.
fn altered_table(host: &dyn Host, head: &str, at: Span) -> Touches {
    let parsed = parse_computed(at, &format!("{} DROP COLUMN x", first_clause(head)));
    match parsed.first() {
        Some((Parsed::Statement(Statement { op: Op::AlterTable { relation: name, .. }, .. }), _)) => {
            relation(host, name)
        }
        _ => Touches::Anything,
    }
}

/// Whether the whole text is a statement that creates an extension.
fn creates_extension(text: &str, at: Span) -> bool {
    let parsed = parse_computed(at, text);
    matches!(parsed.as_slice(), [(Parsed::Statement(Statement { op: Op::CreateExtension { .. }, .. }), _)])
}

/// The statements among steps, and among those within them, that create an extension, and where they stand.
pub(super) fn extensions(steps: &[Step], out: &mut Vec<(Span, String)>) {
    for step in steps {
        let text = match &step.work {
            Work::Static { sql, .. } => sql.text.clone(),
            Work::Execute { query, .. } => literal_head(&query.text),
            Work::Block(block) => {
                extensions(&block.steps, out);
                block.handlers.iter().for_each(|handler| extensions(&handler.steps, out));
                continue;
            }
            Work::If { branches, otherwise } | Work::Case { branches, otherwise, .. } => {
                branches.iter().for_each(|branch| extensions(&branch.steps, out));
                otherwise.iter().for_each(|steps| extensions(steps, out));
                continue;
            }
            _ => continue,
        };
        if creates_extension(&text, step.span) {
            out.push((step.span, text));
        }
    }
}

/// The text up to the word after the table's name.
fn first_clause(head: &str) -> &str {
    let upper = head.to_ascii_uppercase();
    [" ADD ", " DROP ", " ALTER ", " ENABLE ", " DISABLE ", " SET ", " VALIDATE ", " OWNER "]
        .iter()
        .filter_map(|word| upper.find(word))
        .min()
        .and_then(|at| head.get(..at))
        .unwrap_or_default()
}

fn of_sql(host: &dyn Host, text: &str, at: Span) -> Touches {
    let mut touches = Touches::Nothing;
    for (parsed, _) in parse_computed(at, text) {
        let one = match &parsed {
            Parsed::Statement(statement) => of_statement(host, statement),
            Parsed::Error(_) => Touches::Nothing,
        };
        touches = touches.and(one);
    }
    touches
}

/// What steps change that may or may not run.
pub(super) fn of_steps(host: &dyn Host, steps: &[Step]) -> Touches {
    steps.iter().fold(Touches::Nothing, |touches, step| touches.and(of_step(host, step)))
}

pub(super) fn of_block(host: &dyn Host, block: &Block) -> Touches {
    let own = of_steps(host, &block.steps);
    block.handlers.iter().fold(own, |touches, handler| touches.and(of_steps(host, &handler.steps)))
}

fn of_step(host: &dyn Host, step: &Step) -> Touches {
    let at = step.span;
    match &step.work {
        Work::Block(block) => of_block(host, block),
        Work::Static { sql, .. } | Work::Perform(sql) | Work::Call(sql) => of_sql(host, &sql.text, at),
        Work::Execute { query, .. } => touches_of(host, &literal_head(&query.text), at),
        Work::If { branches, otherwise } | Work::Case { branches, otherwise, .. } => {
            let both = branches.iter().fold(Touches::Nothing, |t, b| t.and(of_steps(host, &b.steps)));
            otherwise.iter().fold(both, |t, steps| t.and(of_steps(host, steps)))
        }
        Work::Loop { steps, .. } => of_steps(host, steps),
        Work::Other(_) => Touches::Anything,
        _ => Touches::Nothing,
    }
}

/// The text with which an expression begins: the first string of `'…' || x` and of `format('…', x)` up to its first placeholder.
pub(super) fn literal_head(expression: &str) -> String {
    let trimmed = expression.trim_start();
    let inner = match trimmed.get(..6) {
        Some(word) if word.eq_ignore_ascii_case("format") => trimmed[6..].trim_start().trim_start_matches('('),
        _ => trimmed,
    };
    let inner = inner.trim_start_matches(|c: char| c == '(' || c.is_whitespace());
    let text = match inner.strip_prefix('\'') {
        Some(rest) => rest.split('\'').next().unwrap_or_default(),
        None => match inner.strip_prefix("$$") {
            Some(rest) => rest.split("$$").next().unwrap_or_default(),
            None => "",
        },
    };
    text.split('%').next().unwrap_or_default().trim_start().to_owned()
}

/// Variables that steps may set.
pub(super) fn assigned(steps: &[Step], out: &mut Vec<String>) {
    for step in steps {
        match &step.work {
            Work::Assign(assignment) => out.push(assignment.variable.clone()),
            Work::Static { into: Some(into), .. } | Work::Execute { into: Some(into), .. } => {
                out.extend(into.targets.iter().cloned());
            }
            Work::Diagnostics(items) => out.extend(items.iter().map(|d| d.variable.clone())),
            Work::Block(block) => {
                assigned(&block.steps, out);
                block.handlers.iter().for_each(|h| assigned(&h.steps, out));
            }
            Work::If { branches, otherwise } | Work::Case { branches, otherwise, .. } => {
                branches.iter().for_each(|b| assigned(&b.steps, out));
                otherwise.iter().for_each(|steps| assigned(steps, out));
            }
            Work::Loop { steps, .. } => assigned(steps, out),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_expressions() {
        let check = |sql: &str, expect: &str| assert_eq!(literal_head(sql), expect, "{sql}");
        check("'GRANT ALL ON ' || t || ' TO x'", "GRANT ALL ON ");
        check("format('ALTER TABLE %I ADD x int', t)", "ALTER TABLE ");
        check("FORMAT( 'DROP INDEX %s', i)", "DROP INDEX ");
        check("a || 'b'", "");
        check("$$ UPDATE t $$", "UPDATE t ");
    }

    #[test]
    fn the_clause_after_the_name() {
        assert_eq!(first_clause("ALTER TABLE a.\"B\" DROP CONSTRAINT "), "ALTER TABLE a.\"B\"");
        assert_eq!(first_clause("ALTER TABLE a"), "");
    }
}
