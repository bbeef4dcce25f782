//! The numbers of a sequence must fit each other and its type (`init_params` in src/backend/commands/sequence.c).

use super::IssueKind;
use super::refusal::{Ran, Refusal};
use crate::model::SequenceOptions;
use crate::source::Span;

/// The least and the greatest number of a type that sequences count in.
pub(super) fn bounds_of(ty: &str) -> Option<(i64, i64)> {
    Some(match ty {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        "bigint" => (i64::MIN, i64::MAX),
        _ => return None,
    })
}

/// Refuses options that no sequence has. What is not written has the server's default for the type and the direction.
pub(super) fn check_bounds(options: &SequenceOptions, span: Span) -> Ran<()> {
    let refuse = |message: String| Err(Refusal::new(IssueKind::InvalidDefinition, "22023", message).at(span));
    let ty = options.data_type.as_ref().map_or("bigint", |ty| ty.name.as_str());
    let Some((least, most)) = bounds_of(ty) else {
        return refuse("sequence type must be smallint, integer, or bigint".to_owned());
    };
    let increment = options.increment.unwrap_or(1);
    if increment == 0 {
        return refuse("INCREMENT must not be zero".to_owned());
    }
    let (default_min, default_max) = if increment > 0 { (1, most) } else { (least, -1) };
    let (min, max) = (options.min.unwrap_or(default_min), options.max.unwrap_or(default_max));
    for (word, value) in [("MAXVALUE", max), ("MINVALUE", min)] {
        if value < least || value > most {
            return refuse(format!("{word} ({value}) is out of range for sequence data type {ty}"));
        }
    }
    if min >= max {
        return refuse(format!("MINVALUE ({min}) must be less than MAXVALUE ({max})"));
    }
    if let Some(start) = options.start {
        if start < min {
            return refuse(format!("START value ({start}) cannot be less than MINVALUE ({min})"));
        }
        if start > max {
            return refuse(format!("START value ({start}) cannot be greater than MAXVALUE ({max})"));
        }
    }
    match options.cache {
        Some(cache) if cache <= 0 => refuse(format!("CACHE ({cache}) must be greater than zero")),
        _ => Ok(()),
    }
}
