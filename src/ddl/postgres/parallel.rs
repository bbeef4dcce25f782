//! Many sections at once, on threads that deep nesting cannot overflow.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::parse::{Parsed, parse_section};
use crate::migrations::Splitting;
use crate::source::{SourceFile, Span};
use crate::threads::on_large_stack;

/// One section to parse.
#[derive(Clone, Debug)]
pub struct Job {
    pub file: Arc<SourceFile>,
    pub section: Span,
    pub splitting: Splitting,
}

/// Bytes that are parsed at once before the first of their statements is used.
const BATCH_BYTES: usize = 64 << 10;

/// Parses all sections; results are in the order of the jobs.
#[must_use]
pub fn parse_all(jobs: &[Job]) -> Vec<Vec<Parsed>> {
    on_large_stack(|| jobs.par_iter().map(parse_job).collect())
}

/// Parses groups of sections, and hands the statements of each group, section by section, to `take` in the order of the groups, while the next
/// ones are being parsed. A long history is never in memory as statements all at once, and what is done with them costs no core its time to parse.
pub fn parse_ahead(groups: &[Vec<Job>], mut take: impl FnMut(usize, Vec<Vec<Parsed>>)) {
    let batches = batches(groups);
    let parse = |batch: &Range<usize>| -> Vec<Vec<Vec<Parsed>>> {
        let parse = |group: &Vec<Job>| group.iter().map(parse_job).collect();
        groups[batch.clone()].par_iter().map(parse).collect()
    };
    let mut parsed = batches.first().map(parse).unwrap_or_default();
    for (at, batch) in batches.iter().enumerate() {
        let mut next = Vec::new();
        rayon::in_place_scope(|scope| {
            if let Some(batch) = batches.get(at + 1) {
                scope.spawn(|_| next = parse(batch));
            }
            batch.clone().zip(parsed.drain(..)).for_each(|(group, parsed)| take(group, parsed));
        });
        parsed = next;
    }
}

fn parse_job(job: &Job) -> Vec<Parsed> {
    parse_section(&job.file, job.section, job.splitting)
}

/// Ranges of groups with about as many bytes each.
fn batches(groups: &[Vec<Job>]) -> Vec<Range<usize>> {
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, group) in groups.iter().enumerate() {
        bytes += group.iter().map(|job| job.section.range().len()).sum::<usize>();
        if bytes >= BATCH_BYTES || at + 1 == groups.len() {
            batches.push(start..at + 1);
            (start, bytes) = (at + 1, 0);
        }
    }
    batches
}
