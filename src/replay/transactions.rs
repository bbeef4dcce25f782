//! Transactions that a script opens itself: what is kept, lost, or undone to a savepoint.

use super::IssueKind;
use super::Mark;
use super::refusal::Refusal;
use super::run::Run;
use super::state::InTransaction;
use crate::ddl::{Op, TransactionOp};
use crate::model::ObjectRef;

/// An explicit transaction.
pub(super) struct Block {
    pub(super) mark: Mark,
    pub(super) savepoints: Vec<(String, Mark)>,
    /// Names of savepoints that were there, and are no more.
    pub(super) released: Vec<String>,
    /// What its statements made, for when it is lost.
    pub(super) intents: Vec<ObjectRef>,
    pub(super) failed: Option<Option<usize>>,
    pub(super) path: Vec<String>,
    /// The search path as it was before the first SET LOCAL.
    pub(super) path_outside: Option<Vec<String>>,
}

impl Run<'_> {
    /// SET LOCAL is for the rest of a transaction; outside of any the server only warns.
    pub(super) fn has_no_effect_here(&mut self, op: &Op) -> bool {
        if !matches!(op, Op::Set { name, local: true, .. } if name == "search_path") {
            return false;
        }
        if let Some(block) = &mut self.block {
            block.path_outside.get_or_insert_with(|| self.state.search_path.clone());
        }
        self.state.transaction == InTransaction::No
    }

    /// A savepoint of this name must have been made, within the block that is open.
    pub(super) fn check_savepoint(&self, op: &TransactionOp) -> Result<(), Refusal> {
        let (TransactionOp::Release(name) | TransactionOp::RollbackTo(name)) = op else { return Ok(()) };
        let Some(block) = &self.block else { return Ok(()) };
        // A release is skipped where a statement has failed, and of some that is not known here.
        let is_lost =
            block.released.contains(name) || block.failed.is_some() && matches!(op, TransactionOp::Release(_));
        if is_lost || block.savepoints.iter().any(|(n, _)| n == name) {
            return Ok(());
        }
        let message = format!("savepoint \"{name}\" does not exist");
        Err(Refusal::new(IssueKind::UnknownObject, "3B001", message))
    }

    pub(super) fn transaction(&mut self, op: &TransactionOp, envelope: InTransaction) {
        match op {
            TransactionOp::Begin { read_only } => {
                if self.block.is_none() {
                    self.state.set_access(*read_only);
                    let mark = self.state.log_mark();
                    let path = self.state.search_path.clone();
                    self.block = Some(Block {
                        mark,
                        savepoints: Vec::new(),
                        released: Vec::new(),
                        intents: Vec::new(),
                        failed: None,
                        path,
                        path_outside: None,
                    });
                    self.state.transaction = InTransaction::Yes;
                }
            }
            TransactionOp::Chain { commit } => {
                let read_only = self.state.access();
                let is_open = self.block.is_some();
                self.transaction(if *commit { &TransactionOp::Commit } else { &TransactionOp::Rollback }, envelope);
                if is_open {
                    self.transaction(&TransactionOp::Begin { read_only }, envelope);
                }
            }
            TransactionOp::Commit => {
                let after = self.after_end(envelope);
                self.end_block(true, after);
                self.state.new_labels.clear();
            }
            TransactionOp::Rollback => {
                let after = self.after_end(envelope);
                self.end_block(false, after);
            }
            TransactionOp::Savepoint(name) => {
                if let Some(block) = self.block.as_mut().filter(|b| b.failed.is_none()) {
                    let mark = self.state.log_mark();
                    block.savepoints.push((name.clone(), mark));
                }
            }
            TransactionOp::Release(name) => {
                if let Some(block) = self.block.as_mut().filter(|b| b.failed.is_none())
                    && let Some(place) = block.savepoints.iter().rposition(|(n, _)| n == name)
                {
                    let mark = block.savepoints[place].1;
                    block.released.extend(block.savepoints.drain(place..).map(|(name, _)| name));
                    self.state.forget(mark);
                }
            }
            TransactionOp::RollbackTo(name) => {
                if let Some(block) = &mut self.block
                    && let Some(place) = block.savepoints.iter().rposition(|(n, _)| n == name)
                {
                    let mark = block.savepoints[place].1;
                    block.released.extend(block.savepoints.drain(place..).skip(1).map(|(name, _)| name));
                    self.state.undo_to(mark);
                    let mark = self.state.log_mark();
                    block.savepoints.push((name.clone(), mark));
                    block.failed = None;
                }
            }
        }
    }

    /// COMMIT and ROLLBACK end the runner's transaction, too: what follows in the file runs outside one, unless it begins its own. A script
    /// that is sent whole goes on in another implicit one.
    fn after_end(&mut self, envelope: InTransaction) -> InTransaction {
        let after = if envelope == InTransaction::Yes { InTransaction::No } else { envelope };
        self.state.transaction = after;
        after
    }

    pub(super) fn end_block(&mut self, commit: bool, envelope: InTransaction) {
        let Some(block) = self.block.take() else { return };
        self.state.transaction = envelope;
        match block.failed {
            None if commit => {
                self.state.forget(block.mark);
                if let Some(path) = block.path_outside {
                    self.state.search_path = path;
                }
            }
            failed => {
                self.state.undo_to(block.mark);
                self.state.search_path = block.path;
                if let Some(Some(cause)) = failed {
                    for intent in block.intents {
                        self.lost.entry(intent).or_insert(cause);
                    }
                }
            }
        }
        self.state.set_access(None);
    }
}
