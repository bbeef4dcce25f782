//! The variables of a running program.

use crate::ddl::postgres::eval::{Answer, Stop, Value};

/// Variables by name, innermost last, and the error that is being handled.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    variables: Vec<(String, Answer)>,
    pub(super) handled: Option<(String, String)>,
}

impl Frame {
    /// Declares a variable, hiding one of the same name.
    pub(super) fn declare(&mut self, name: &str, value: Answer) {
        self.variables.push((name.to_owned(), value));
    }

    /// How many variables there are, to come back to.
    pub(super) fn depth(&self) -> usize {
        self.variables.len()
    }

    /// Forgets the variables that a block declared.
    pub(super) fn leave(&mut self, depth: usize) {
        self.variables.truncate(depth);
    }

    pub(super) fn get(&self, name: &str) -> Option<&Answer> {
        self.variables.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// Sets a variable, or declares it where there is none (FOUND, loop variables).
    pub(super) fn set(&mut self, name: &str, value: Answer) {
        match self.variables.iter_mut().rev().find(|(n, _)| n == name) {
            Some((_, slot)) => *slot = value,
            None => self.declare(name, value),
        }
    }

    /// Sets `record.field`; a record that has no such field gets one.
    pub(super) fn set_field(&mut self, record: &str, field: &str, value: Answer) {
        let old = self.get(record).cloned().unwrap_or(Ok(Value::Null));
        let new = match (old, value) {
            (Ok(Value::Record(mut fields)), Ok(value)) => {
                match fields.iter_mut().find(|(n, _)| n == field) {
                    Some((_, slot)) => *slot = value,
                    None => fields.push((field.to_owned(), value)),
                }
                Ok(Value::Record(fields))
            }
            (Ok(_), Ok(value)) => Ok(Value::Record(vec![(field.to_owned(), value)])),
            (Err(stop), _) | (_, Err(stop)) => Err(stop),
        };
        self.set(record, new);
    }

    /// Marks a variable, or the record of a field, as not known.
    pub(super) fn forget(&mut self, target: &str, why: &str) {
        let name = target.split('.').next().unwrap_or(target);
        self.set(name, Err(Stop::unknown(why)));
    }
}
