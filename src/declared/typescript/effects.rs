//! Statements at the top of a file that are no declarations: `users.enableRLS()`, `name = "b"`.
//!
//! Names are evaluated when they are first asked for, and a file's order matters only where a statement changes what was declared. So a
//! statement runs once a name that it may change is read from behind it, and what stands before it is evaluated first.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::HashMap;

use super::load::Evaluator;
use super::lower;
use super::syntax::{Atom, Declaration, Effect};
use super::value::ModuleId;
use crate::source::Span;

/// The statements of a file that have not run.
pub(super) struct EffectsAhead {
    run: Vec<bool>,
    /// By the names that they may change, in the order of the source.
    ahead: HashMap<Atom, VecDeque<usize>>,
    /// How many declarations were evaluated because a statement stands behind them.
    caught_up: usize,
}

impl EffectsAhead {
    pub(super) fn of(effects: &[Effect]) -> Self {
        let mut ahead: HashMap<Atom, VecDeque<usize>> = HashMap::default();
        for (index, effect) in effects.iter().enumerate() {
            for root in &effect.roots {
                ahead.entry(Arc::clone(root)).or_default().push_back(index);
            }
        }
        Self { run: vec![false; effects.len()], ahead, caught_up: 0 }
    }
}

impl Evaluator<'_> {
    /// Runs the statements of a file that may change a name, as far as they stand before what is being evaluated there: a later one changes what
    /// is read later.
    pub(super) fn run_effects(&mut self, module: ModuleId, name: &Atom) {
        if self.loaded(module).effects.ahead.is_empty() {
            return;
        }
        let here = self.evaluating.iter().rev().find(|(of, _)| *of == module).map_or(u32::MAX, |&(_, place)| place);
        let syntax = Arc::clone(&self.loaded(module).syntax);
        while let Some(ahead) = self.loaded_mut(module).effects.ahead.get_mut(name) {
            let Some(&index) = ahead.front() else {
                self.loaded_mut(module).effects.ahead.remove(name);
                return;
            };
            let effect = &syntax.effects[index];
            if effect.place >= here {
                return;
            }
            ahead.pop_front();
            if std::mem::replace(&mut self.loaded_mut(module).effects.run[index], true) {
                continue;
            }
            self.catch_up(module, effect.place);
            let scope = Rc::clone(&self.loaded(module).scope);
            self.evaluating.push((module, effect.place));
            self.run_effect(&effect.stmt, &scope);
            self.evaluating.pop();
        }
    }

    /// Evaluates the variables that are declared before an offset: they see what a statement there has not changed yet.
    fn catch_up(&mut self, module: ModuleId, place: u32) {
        while let Some(declaration) = self.loaded(module).declarations.get(self.loaded(module).effects.caught_up) {
            let mut names = Vec::new();
            match declaration {
                Some(Declaration::Variable(variable)) if variable.span.start >= place => return,
                Some(Declaration::Variable(variable)) => lower::bound_names(&variable.pattern, &mut names),
                _ => {}
            }
            self.loaded_mut(module).effects.caught_up += 1;
            if let Some(name) = names.first() {
                let span = Span::file_start(self.file(module));
                self.module_name(module, name, span);
            }
        }
    }
}
