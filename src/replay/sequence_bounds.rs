//! The values that a sequence may give, and those that it may not (`init_params`, src/backend/commands/sequence.c).

use super::IssueKind;
use super::refusal::Ran;
use super::state::State;
use crate::model::SequenceOptions;

/// What options come to, with what the server takes where they say nothing.
pub(super) struct Bounds {
    min: i64,
    max: i64,
    start: i64,
}

impl Bounds {
    pub(super) fn of(options: &SequenceOptions) -> Self {
        let (lowest, highest) = limits(options);
        let ascending = options.increment.unwrap_or(1) > 0;
        let min = options.min.unwrap_or(if ascending { 1 } else { lowest });
        let max = options.max.unwrap_or(if ascending { highest } else { -1 });
        Self { min, max, start: options.start.unwrap_or(if ascending { min } else { max }) }
    }

    /// The options with nothing left to be understood.
    pub(super) fn written_out(options: &SequenceOptions) -> SequenceOptions {
        let Self { min, max, start } = Self::of(options);
        SequenceOptions { min: Some(min), max: Some(max), start: Some(start), ..options.clone() }
    }

    /// What a change leaves unsaid stays as it was: the start always, the ends unless the type or the change itself sets them anew.
    pub(super) fn keep(was: &SequenceOptions, now: &mut SequenceOptions, (sets_min, sets_max): (bool, bool)) {
        let before = Self::of(was);
        if was.data_type == now.data_type {
            let after = Self::of(now);
            if !sets_min && after.min != before.min {
                now.min = Some(before.min);
            }
            if !sets_max && after.max != before.max {
                now.max = Some(before.max);
            }
        }
        if now.start.is_none() && Self::of(now).start != before.start {
            now.start = Some(before.start);
        }
    }
}

/// The options of an identity column's sequence with some of them set anew.
pub(super) fn changed(was: &SequenceOptions, to: &SequenceOptions) -> SequenceOptions {
    let mut now = SequenceOptions {
        data_type: was.data_type.clone(),
        start: to.start.or(was.start),
        increment: to.increment.or(was.increment),
        min: to.min.or(was.min),
        max: to.max.or(was.max),
        cache: to.cache.or(was.cache),
        cycle: was.cycle || to.cycle,
    };
    Bounds::keep(was, &mut now, (to.min.is_some(), to.max.is_some()));
    now
}

/// The least and the greatest number of a type that sequences count in.
pub(super) fn bounds_of(ty: &str) -> Option<(i64, i64)> {
    Some(match ty {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        "bigint" => (i64::MIN, i64::MAX),
        _ => return None,
    })
}

/// The range of the type.
fn limits(options: &SequenceOptions) -> (i64, i64) {
    bounds_of(type_name(options)).unwrap_or((i64::MIN, i64::MAX))
}

fn type_name(options: &SequenceOptions) -> &str {
    options.data_type.as_ref().map_or("bigint", |ty| ty.name.as_str())
}

impl State {
    pub(super) fn check_sequence(&self, options: &SequenceOptions) -> Ran<()> {
        let ty = type_name(options);
        let (lowest, highest) = limits(options);
        let Bounds { min, max, start } = Bounds::of(options);
        let message = if !matches!(ty, "smallint" | "integer" | "bigint") {
            "sequence type must be smallint, integer, or bigint".to_owned()
        } else if options.increment == Some(0) {
            "INCREMENT must not be zero".to_owned()
        } else if max < lowest || max > highest {
            format!("MAXVALUE ({max}) is out of range for sequence data type {ty}")
        } else if min < lowest || min > highest {
            format!("MINVALUE ({min}) is out of range for sequence data type {ty}")
        } else if min >= max {
            format!("MINVALUE ({min}) must be less than MAXVALUE ({max})")
        } else if start < min {
            format!("START value ({start}) cannot be less than MINVALUE ({min})")
        } else if start > max {
            format!("START value ({start}) cannot be greater than MAXVALUE ({max})")
        } else if options.cache.is_some_and(|cache| cache <= 0) {
            format!("CACHE ({}) must be greater than zero", options.cache.unwrap_or_default())
        } else {
            return Ok(());
        };
        Err(self.refuse(IssueKind::InvalidDefinition, "22023", message))
    }
}
