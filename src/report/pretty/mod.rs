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

use std::collections::HashSet;

pub(super) use block::{Block, blocks};

use self::block::overview;
use self::fold::{Form, Size};
use self::story::Story;
use self::style::{Ink, Style};
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
    let several = input.targets.len() > 1;
    let mut stories = tell(input, settings, style, &blocks, several);
    let mut sections = false;
    let closing = summary::lines(input, settings, style);
    let headline = staged::lines(input, settings, style);
    let room = fold::room(closing.len() + headline.len());
    let forms = if settings.verbose {
        vec![Form::Full; blocks.len()]
    } else if fold::fits(&blocks, &sizes(&stories), room) {
        fold::whole(&blocks)
    } else {
        blocks = overview(blocks);
        sections = several;
        stories = tell(input, settings, style, &blocks, !sections);
        let targets: HashSet<&str> = blocks.iter().map(|block| block.first().target.as_str()).collect();
        let headings = if sections { 2 * targets.len() } else { 0 };
        fold::screen(&blocks, &sizes(&stories), room.saturating_sub(headings))
    };
    let mut lines = headline;
    let mut said = HashSet::new();
    let mut section = "";
    for ((block, story), form) in blocks.iter().zip(&stories).zip(&forms) {
        let target = block.first().target.as_str();
        if sections && *form != Form::Folded && section != target {
            end_paragraph(&mut lines);
            lines.push(style.paint(Ink::Strong, &format!("{}:", style.text(target))));
            section = target;
        }
        match form {
            Form::Full => {
                lines.extend_from_slice(&story.full);
                lines.push(String::new());
                said.insert(&story.fix);
            }
            Form::Brief => {
                lines.extend_from_slice(&story.brief);
                if said.insert(&story.fix) {
                    lines.extend_from_slice(&story.fix);
                }
            }
            Form::Folded => {}
        }
    }
    end_paragraph(&mut lines);
    lines.extend(fold::lines(style, &blocks, &forms));
    end_paragraph(&mut lines);
    lines.extend(closing);
    lines.iter().map(|line| not_a_command(line) + "\n").collect()
}

fn end_paragraph(lines: &mut Vec<String>) {
    if lines.last().is_some_and(|line| !line.is_empty()) {
        lines.push(String::new());
    }
}

/// The stories; `named`: with their targets.
fn tell(input: &ReportInput, settings: &Settings, style: Style, blocks: &[Block], named: bool) -> Vec<Story> {
    blocks.iter().map(|block| Story::of(input, settings, style, block, named)).collect()
}

/// The next command is said once, under the first story that it mends.
fn sizes(stories: &[Story]) -> Vec<Size> {
    let mut said = HashSet::new();
    let size = |story: &Story| Size {
        full: story.full.len(),
        brief: story.brief.len() + if said.insert(story.fix.clone()) { story.fix.len() } else { 0 },
    };
    stories.iter().map(size).collect()
}
