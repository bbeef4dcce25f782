//! `--format pretty`: for the person whose commit was refused. What, where on both sides, what would happen, what to do, in that order.
//!
//! Drawn by hand: a diagnostics library frames one span and its labels, while a story here has two sides in two languages, a list that
//! folds, and a closing block that depends on the width.

mod block;
mod fold;
mod snippet;
mod staged;
mod story;
mod style;
mod summary;

pub(super) use block::{Block, blocks};

use self::block::overview;
use self::fold::{Form, Size};
use self::story::{brief, full};
use self::style::Style;
use super::text::not_a_command;
use super::{ReportInput, Settings};

/// The report as lines for a terminal. Empty when there is nothing to say and `quiet` is set.
#[must_use]
pub fn render(input: &ReportInput, settings: &Settings) -> String {
    if settings.quiet && input.findings.is_empty() {
        return String::new();
    }
    let style = Style::new(settings);
    let mut blocks = blocks(&input.findings);
    let mut stories = tell(input, settings, style, &blocks);
    let forms = if settings.verbose {
        vec![Form::Full; blocks.len()]
    } else if fold::fits(&blocks, &sizes(&stories)) {
        fold::whole(&blocks)
    } else {
        blocks = overview(blocks);
        stories = tell(input, settings, style, &blocks);
        fold::screen(&blocks, &sizes(&stories))
    };
    let mut lines = staged::lines(input, settings, style);
    for ([full, brief], form) in stories.iter_mut().zip(&forms) {
        match form {
            Form::Full => {
                lines.append(full);
                lines.push(String::new());
            }
            Form::Brief => lines.append(brief),
            Form::Folded => {}
        }
    }
    if lines.last().is_some_and(|line| !line.is_empty()) {
        lines.push(String::new());
    }
    let folded = fold::lines(style, &blocks, &forms);
    if !folded.is_empty() {
        lines.extend(folded);
        lines.push(String::new());
    }
    lines.extend(summary::lines(input, settings, style));
    lines.iter().map(|line| not_a_command(line) + "\n").collect()
}

/// Each story in full and in brief.
fn tell(input: &ReportInput, settings: &Settings, style: Style, blocks: &[Block]) -> Vec<[Vec<String>; 2]> {
    blocks.iter().map(|block| [full(input, settings, style, block), brief(input, settings, style, block)]).collect()
}

fn sizes(stories: &[[Vec<String>; 2]]) -> Vec<Size> {
    stories.iter().map(|[full, brief]| Size { full: full.len(), brief: brief.len() }).collect()
}
