//! Transactions that may not write (`PreventCommandIfReadOnly` in src/backend/tcop/utility.c, `ExecCheckXactReadOnly` in execMain.c).

use super::IssueKind;
use super::lookup::TEMP;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::{Op, Statement, WriteVerb};

const OF_TRANSACTION: &str = "transaction_read_only";
const OF_SESSION: &str = "default_transaction_read_only";

impl State {
    /// READ ONLY or READ WRITE of the transaction that begins; `None` where neither is written, and where one ends.
    pub(super) fn set_access(&mut self, read_only: Option<bool>) {
        if read_only.is_some() || self.settings.contains_key(OF_TRANSACTION) {
            self.set_setting(OF_TRANSACTION, read_only.map(|on| if on { "on" } else { "off" }.to_owned()));
        }
    }

    /// READ ONLY or READ WRITE of the transaction that is open, where either was written.
    pub(super) fn access(&self) -> Option<bool> {
        self.settings.get(OF_TRANSACTION).map(|value| value == "on")
    }

    /// Refuses what a transaction that is read only does not do.
    pub(super) fn check_writable(&self, statement: &Statement, text: &str) -> Ran<()> {
        let setting = self.settings.get(OF_TRANSACTION).or_else(|| self.settings.get(OF_SESSION));
        if !setting.is_some_and(|value| matches!(value.as_str(), "on" | "true" | "1" | "yes")) {
            return Ok(());
        }
        let command = match &statement.op {
            Op::Write(write) => {
                if self.relation_of_name(&write.relation).is_none_or(|key| key.schema == TEMP) {
                    return Ok(());
                }
                match write.verb {
                    WriteVerb::Insert => "INSERT".to_owned(),
                    WriteVerb::Update => "UPDATE".to_owned(),
                    WriteVerb::Delete => "DELETE".to_owned(),
                    WriteVerb::Merge => "MERGE".to_owned(),
                    WriteVerb::Truncate => "TRUNCATE TABLE".to_owned(),
                    WriteVerb::Copy => "COPY FROM".to_owned(),
                }
            }
            Op::CreateTableAs(def) if !def.materialized => "CREATE TABLE AS".to_owned(),
            Op::Transaction(_)
            | Op::Select { .. }
            | Op::Call(_)
            | Op::Do { .. }
            | Op::Set { .. }
            | Op::NoEffect { .. }
            | Op::Opaque { .. } => return Ok(()),
            _ => command_tag(text),
        };
        let message = format!("cannot execute {command} in a read-only transaction");
        Err(Refusal::new(IssueKind::InTransaction, "25006", message))
    }
}

/// The words of a command up to the kind of object that it is about.
fn command_tag(text: &str) -> String {
    const BETWEEN: &[&str] =
        &["OR", "REPLACE", "UNIQUE", "TEMP", "TEMPORARY", "UNLOGGED", "RECURSIVE", "GLOBAL", "LOCAL"];
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty());
    let mut tag = words.next().unwrap_or_default().to_ascii_uppercase();
    let mut next = || words.by_ref().map(str::to_ascii_uppercase).find(|w| !BETWEEN.contains(&w.as_str()));
    if let Some(word) = next() {
        tag = format!("{tag} {word}");
        if matches!(word.as_str(), "MATERIALIZED" | "FOREIGN" | "EVENT" | "TEXT") {
            tag.extend(next().map(|second| format!(" {second}")));
        }
    }
    tag
}
