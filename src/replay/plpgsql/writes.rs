//! Rows that a piece of a program might have written, when it cannot be told whether or how it ran.

use std::collections::BTreeSet;

use super::super::Host;
use super::touches::literal_head;
use crate::ddl::postgres::plpgsql::{Block, Step, Work};
use crate::ddl::postgres::{Parsed, parse_computed};
use crate::ddl::{Call, Op};
use crate::model::QualifiedName;
use crate::source::Span;

#[derive(Default)]
pub(super) struct Written {
    pub(super) tables: BTreeSet<QualifiedName>,
    /// Something else may have written to any table: a function, or text that is put together.
    pub(super) any: bool,
}

impl Written {
    pub(super) fn by_steps(&mut self, host: &dyn Host, steps: &[Step]) {
        for step in steps {
            match &step.work {
                Work::Block(block) => self.by_block(host, block),
                Work::Static { sql, .. } | Work::Perform(sql) | Work::Call(sql) => {
                    self.by_sql(host, &sql.text, step.span);
                }
                Work::Execute { query, .. } => self.any |= writes_rows(&literal_head(&query.text)),
                Work::If { branches, otherwise } | Work::Case { branches, otherwise, .. } => {
                    branches.iter().for_each(|branch| self.by_steps(host, &branch.steps));
                    otherwise.iter().for_each(|steps| self.by_steps(host, steps));
                }
                Work::Loop { steps, .. } => self.by_steps(host, steps),
                Work::Other(_) => self.any = true,
                _ => {}
            }
        }
    }

    pub(super) fn by_block(&mut self, host: &dyn Host, block: &Block) {
        self.by_steps(host, &block.steps);
        block.handlers.iter().for_each(|handler| self.by_steps(host, &handler.steps));
    }

    fn by_sql(&mut self, host: &dyn Host, text: &str, at: Span) {
        let own = |calls: &[Call]| calls.iter().any(|c| !host.functions(&c.function, c.arguments.len()).is_empty());
        for (parsed, _) in parse_computed(at, text) {
            let Parsed::Statement(statement) = parsed else { continue };
            match &statement.op {
                Op::Write(write) => {
                    self.tables.extend(host.relation(&write.relation));
                    self.any |= own(&write.calls);
                }
                Op::Select { calls, .. } => self.any |= own(calls),
                Op::Call(_) | Op::Do { .. } | Op::Opaque { .. } => self.any = true,
                _ => {}
            }
        }
    }
}

/// Whether text that begins so may write rows; nobody can tell where the beginning is not known.
fn writes_rows(head: &str) -> bool {
    let first = head.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let definition = [
        "ALTER", "CREATE", "DROP", "GRANT", "REVOKE", "COMMENT", "ANALYZE", "VACUUM", "REINDEX", "LOCK", "NOTIFY",
        "REFRESH", "SET",
    ];
    !definition.contains(&first.as_str())
}

#[cfg(test)]
mod tests {
    use super::writes_rows;

    #[test]
    fn beginnings_of_statements() {
        let check = |head: &str, expect: bool| assert_eq!(writes_rows(head), expect, "{head}");
        check("alter table ", false);
        check("INSERT INTO ", true);
        check("", true);
    }
}
