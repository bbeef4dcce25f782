//! Statements on rows, and the session's settings.

use super::lookup::Found;
use super::refusal::{Effect, Ran, Refusal};
use super::state::{InTransaction, Relation, State};
use super::{Host, IssueKind, Touches};
use crate::ddl::postgres::format_type;
use crate::ddl::{Name, Write, WriteVerb};
use crate::dialect::{NameKind, SqlForm};
use crate::model::{ObjectKind, ObjectRef, QualifiedName, Unknown};
use crate::source::Span;

/// One statement that writes rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableWrite {
    pub relation: QualifiedName,
    pub verb: WriteVerb,
    /// The statement.
    pub span: Span,
}

impl State {
    /// `text` is the statement; names in it may mean variables where it is not `outside` of programs.
    pub(super) fn write(&mut self, write: &Write, text: &str, outside: bool) -> Ran {
        // The written relation comes first, then INSERT's columns, then what is read (`transformInsertStmt`, `transformUpdateStmt`).
        let key = match self.find_relation(&write.relation) {
            Found::Is(key, Relation::Table | Relation::View) => Some(key),
            Found::Is(..) => None,
            Found::Outside => {
                if write.verb != WriteVerb::Copy && is_catalog(&write.relation) && !is_index_state(write) {
                    let reason = format!("it writes to the server's own `{}`", write.relation.name);
                    // Rows that are changed there make no object and drop none: what exists stays known.
                    let touches = match write.verb {
                        WriteVerb::Update => Touches::unnamed(),
                        _ => Touches::Anything,
                    };
                    self.note_opaque(Unknown::new(self.now, reason), &touches);
                    return Ok(Effect::Opaque);
                }
                None
            }
            Found::Missing => return Err(self.missing_relation(&write.relation, "relation")),
        };
        let lacking = key.as_ref().and_then(|key| self.table(key)).and_then(|table| {
            let (column, span) = write.columns.iter().find(|(c, _)| self.lacks_column(table, c))?;
            Some(self.missing_column(table, column, Some(*span)))
        });
        if write.verb == WriteVerb::Insert
            && let Some(refusal) = &lacking
        {
            return Err(refusal.clone());
        }
        for name in &write.reads {
            if matches!(self.find_relation(name), Found::Missing) {
                return Err(self.missing_relation(name, "relation"));
            }
        }
        for call in &write.calls {
            self.check_call(&call.function)?;
        }
        let Some(key) = key else { return Ok(Effect::Carried) };
        if write.verb == WriteVerb::Truncate && !write.cascade {
            self.check_truncated(&key, write)?;
        }
        if let Some(refusal) = lacking {
            return Err(refusal);
        }
        if let Some(table) = self.table(&key) {
            let missing = write.uses.iter().find(|(c, _)| {
                self.lacks_column(table, c) && !super::builtin::is_system_column(c) && *c != table.name.name
            });
            if let Some((column, span)) = missing {
                return Err(self
                    .missing_column_as(table, column, format!("column \"{column}\" does not exist"))
                    .at(*span));
            }
            self.check_value_counts(table, write)?;
            self.check_given(&key, write)?;
            self.check_set_types(&key, write)?;
            self.check_written_constants(&key, write, text)?;
            self.check_written_types(&key, write, text)?;
        } else {
            self.check_view_columns(&key, write)?;
        }
        // A MERGE's rows have names that are not followed; INSERT of plain values, of which there may be thousands, names no columns.
        let names_columns = match write.verb {
            WriteVerb::Insert => !write.reads.is_empty() || write.arbiter.is_some(),
            WriteVerb::Update | WriteVerb::Delete => true,
            WriteVerb::Merge | WriteVerb::Copy | WriteVerb::Truncate => false,
        };
        if outside && names_columns {
            self.check_columns_of(text, self.now)?;
        }
        let (migration, now) = (self.migration, self.now);
        if self.writes.len() <= migration {
            self.writes.resize_with(migration + 1, Vec::new);
        }
        self.writes[migration].push(TableWrite { relation: key, verb: write.verb, span: now });
        Ok(Effect::Carried)
    }

    /// A table that others refer to is emptied only together with them (`heap_truncate_check_FKs` in src/backend/catalog/heap.c).
    fn check_truncated(&self, first: &QualifiedName, write: &Write) -> Ran<()> {
        let others = write.reads.iter().filter_map(|name| self.relation_of_name(name));
        let mut emptied: Vec<QualifiedName> = std::iter::once(first.clone()).chain(others).collect();
        let mut at = 0;
        while let Some(table) = emptied.get(at) {
            let below: Vec<QualifiedName> =
                self.children_of(table).into_iter().filter(|c| !emptied.contains(c)).collect();
            emptied.extend(below);
            at += 1;
        }
        for table in &emptied {
            // A key that leads to a partitioned table leads to each of its partitions.
            for referenced in std::iter::once(table.clone()).chain(self.partitioned_above(table)) {
                let referring = self.tables_referring_to(&referenced);
                if let Some(other) = referring.iter().find(|other| !emptied.contains(other)) {
                    let message = "cannot truncate a table referenced in a foreign key constraint";
                    let refusal = self.refuse(IssueKind::DependentObjects, "0A000", message).at(write.relation.span);
                    let unsure = Host::is_doubtful(self, &other.name);
                    return Err(refusal.of(ObjectRef::top(ObjectKind::Table, &referenced)).uncertain_if(unsure));
                }
            }
        }
        Ok(())
    }

    /// What SET gives a column must be of a type that may be stored in it (`transformAssignedExpr`).
    fn check_set_types(&self, key: &QualifiedName, write: &Write) -> Ran<()> {
        for (column, sql, span) in &write.sets {
            let Some(to) = self.column_type(key, column) else { continue };
            let Some(from) = self.type_of_expression(key, sql) else { continue };
            if self.assignable(&from, &to) == Some(false) {
                let (to, from) = (format_type(&to), format_type(&from));
                let message = format!("column \"{column}\" is of type {to} but expression is of type {from}");
                let refusal = Refusal::new(IssueKind::InvalidType, "42804", message).at(*span);
                return Err(refusal.uncertain_if(!self.knows_all));
            }
        }
        Ok(())
    }

    fn check_view_columns(&self, key: &QualifiedName, write: &Write) -> Ran<()> {
        let Some(columns) = self.columns_of_relation(key) else { return Ok(()) };
        let Some((column, span)) = write.columns.iter().find(|(c, _)| !columns.contains(c)) else { return Ok(()) };
        let message = format!("column \"{column}\" of relation \"{}\" does not exist", key.name);
        Err(Refusal::new(IssueKind::UnknownColumn, "42703", message)
            .at(*span)
            .of(ObjectRef::part(ObjectKind::Column, key, column))
            .uncertain_if(!self.knows_all))
    }

    /// PREPARE: remembers a query that calls nothing.
    pub(super) fn note_prepared(&mut self, text: &str) {
        let Some(name) = prepared_name(text) else { return };
        let lower = text.to_ascii_lowercase();
        let query = lower.find(" as ").and_then(|at| text.get(at + " as ".len()..)).unwrap_or_default();
        let is_query = query.trim_start().to_ascii_lowercase().starts_with("select");
        let names = self.names_in(query, SqlForm::Statement).filter(|_| is_query);
        if names.is_some_and(|names| names.uses.iter().all(|n| n.kind != NameKind::Function)) {
            self.prepared_reads.insert(name);
        } else {
            self.prepared_reads.remove(&name);
        }
    }

    /// Whether EXECUTE runs a query that writes nothing.
    pub(super) fn only_reads(&self, text: &str) -> bool {
        prepared_name(text).is_some_and(|name| self.prepared_reads.contains(&name))
    }

    /// What a new session begins with from now on.
    pub(super) fn set_for_database(&mut self, name: &str, values: Option<&Vec<String>>) -> Effect {
        match (name, values) {
            ("search_path", Some(values)) => {
                self.default_path = values.iter().filter(|v| !v.is_empty()).cloned().collect()
            }
            ("search_path", None) => self.default_path.clone_from(&self.first_path),
            // The session that says so goes on as it began.
            ("default_transaction_read_only", _) => {}
            (name, values) => self.set_setting(name, values.map(|v| v.join(", "))),
        }
        Effect::Carried
    }

    /// SET, RESET, set_config: `values` is `None` for the default.
    pub(super) fn set(&mut self, name: &str, values: Option<&Vec<String>>) -> Effect {
        match (name, values) {
            ("search_path", Some(values)) => {
                let path = values.iter().filter(|v| !v.is_empty()).cloned().collect();
                self.set_search_path(path);
            }
            ("session_authorization", values) => {
                self.set_setting("role", None);
                self.set_setting("session_authorization", values.map(|v| v.join(", ")));
            }
            // Outside of a transaction block it ends with the statement.
            ("transaction_read_only", _) if self.transaction == InTransaction::No => {}
            ("search_path" | "all", None) => self.set_search_path(self.default_path.clone()),
            (name, values) => self.set_setting(name, values.map(|v| v.join(", "))),
        }
        Effect::Carried
    }
}

/// The name behind PREPARE or EXECUTE.
fn prepared_name(text: &str) -> Option<String> {
    let mut words = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ';')).filter(|word| !word.is_empty());
    words.nth(1).map(str::to_ascii_lowercase)
}

/// Whether a relation is one of those in which the server keeps its objects.
fn is_catalog(name: &Name) -> bool {
    let kept = ["pg_attribute", "pg_class", "pg_constraint", "pg_depend", "pg_enum", "pg_index", "pg_proc", "pg_type"];
    name.schema.as_deref().is_none_or(|schema| schema == "pg_catalog") && kept.contains(&name.name.as_str())
}

/// Whether a statement changes rows of `pg_index`, as people do to say that an index is valid or not: no fact of the model.
fn is_index_state(write: &Write) -> bool {
    write.verb == WriteVerb::Update && write.relation.name == "pg_index"
}

/// Whether a body of PL/pgSQL or SQL holds a word that begins a statement on the model.
pub(super) fn may_change_model(body: &str) -> bool {
    let lower = body.to_ascii_lowercase();
    ["create", "alter", "drop", "execute", "rename", "call"].iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| {
            let boundary = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            boundary(lower[..at].chars().next_back()) && boundary(lower[at + word.len()..].chars().next())
        })
    })
}
