//! What is written out, and what is only counted: a first run in an old repository prints about a screen.
//!
//! A few stories are told in full. Beyond that the first of each rule are told briefly, as long as there is room, since two stories of different
//! rules say more than two of one; the rest is one line for each rule.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::block::Block;
use super::style::{Ink, Style, width};
use crate::diagnostic::Severity;

/// How a block is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    Full,
    /// What and where.
    Brief,
    /// Counted in the line of its rule.
    Folded,
}

/// Lines of a report that is not asked to be verbose, with its closing lines.
const SCREEN: usize = 40;
/// Lines beyond a screen that are rather printed than the last few errors left out.
const BEYOND: usize = 20;
/// Lines for stories however long the closing lines are.
const LEAST: usize = 16;
/// Of an overview: the hint at the end and the empty lines around the rules.
const FRAME: usize = 3;
/// Infos that are named one by one.
const FEW_INFOS: usize = 3;

/// Lines that a story takes.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) full: usize,
    pub(super) brief: usize,
}

/// Lines that the closing lines leave for all else.
pub(super) fn room(closing: usize) -> usize {
    SCREEN.saturating_sub(closing).max(LEAST)
}

/// Whether all stories can be told in full. One alone always is.
pub(super) fn fits(blocks: &[Block], sizes: &[Size], room: usize) -> bool {
    let told: Vec<usize> =
        blocks.iter().zip(sizes).filter(|(block, _)| !is_info(block)).map(|(_, size)| size.full + 1).collect();
    let infos = (blocks.len() - told.len()).min(2 * FEW_INFOS);
    told.len() < 2 || told.iter().sum::<usize>() + infos <= room
}

fn is_info(block: &Block) -> bool {
    block.first().severity == Severity::Info
}

fn is_error(block: &Block) -> bool {
    block.first().severity == Severity::Error
}

/// The form of each block where all can be told; infos never in full.
pub(super) fn whole(blocks: &[Block]) -> Vec<Form> {
    let infos = blocks.iter().filter(|block| is_info(block)).count();
    let form = |block: &Block| match block.first().severity {
        Severity::Info if infos > FEW_INFOS => Form::Folded,
        Severity::Info => Form::Brief,
        Severity::Warning | Severity::Error => Form::Full,
    };
    blocks.iter().map(form).collect()
}

/// About a screen: the first stories of each rule briefly, errors before warnings, and whole where there is room left.
pub(super) fn screen(blocks: &[Block], sizes: &[Size], room: usize) -> Vec<Form> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut candidates: Vec<(Severity, usize, usize)> = Vec::new();
    for (at, block) in blocks.iter().enumerate().filter(|(_, block)| !is_info(block)) {
        let d = block.first();
        let nth = seen.entry(d.rule).or_default();
        candidates.push((d.severity, *nth, at));
        *nth += 1;
    }
    candidates.sort_by_key(|&(severity, nth, at)| (std::cmp::Reverse(severity), nth, at));
    let (errors, others): (Vec<_>, Vec<_>) = blocks.iter().zip(sizes).partition(|(block, _)| is_error(block));
    let lines: HashSet<_> = others.iter().map(|(block, _)| (block.first().severity, block.first().rule)).collect();
    let all = errors.iter().map(|(_, size)| size.brief).sum::<usize>() + lines.len() + FRAME;
    let room = if all <= room + BEYOND { room.max(all) } else { room };
    // Each rule with stories that are not told needs a line, which leaves less room for those that are.
    let mut reserved = 0;
    loop {
        let left = room.saturating_sub(reserved + FRAME);
        let forms = fill(&candidates, sizes, left);
        let untold = blocks.iter().zip(&forms).filter(|(_, form)| **form == Form::Folded);
        let rules: HashSet<_> = untold.map(|(block, _)| (block.first().severity, block.first().rule)).collect();
        if rules.len() <= reserved || left == 0 {
            return forms;
        }
        reserved = rules.len();
    }
}

/// The forms with which the candidates, in their order, fill so many lines.
fn fill(candidates: &[(Severity, usize, usize)], sizes: &[Size], mut left: usize) -> Vec<Form> {
    let mut forms = vec![Form::Folded; sizes.len()];
    for &(_, _, at) in candidates {
        if sizes[at].brief <= left {
            left -= sizes[at].brief;
            forms[at] = Form::Brief;
        }
    }
    for &(_, _, at) in candidates {
        let more = (sizes[at].full + 1).saturating_sub(sizes[at].brief);
        if forms[at] != Form::Brief || more > left {
            break;
        }
        left -= more;
        forms[at] = Form::Full;
    }
    forms
}

/// A line for each severity and rule with folded blocks: `error[drift/missing-column]: 34 more: invoices, quotes, …`.
pub(super) fn lines(style: Style, blocks: &[Block], forms: &[Form]) -> Vec<String> {
    let mut rules: IndexMap<(Severity, &str), (usize, Vec<String>, bool)> = IndexMap::new();
    for (block, form) in blocks.iter().zip(forms) {
        let d = block.first();
        let entry = rules.entry((d.severity, d.rule)).or_default();
        if *form == Form::Folded {
            entry.0 += block.len();
            entry.1.push(name(block));
        } else {
            entry.2 = true;
        }
    }
    let folded = rules.into_iter().filter(|(_, (n, ..))| *n > 0);
    let mut lines: Vec<String> = folded
        .map(|((severity, rule), (n, mut names, shown))| {
            names.dedup();
            let tag = format!("{}[{rule}]", severity.as_str());
            let more = if shown { format!("{n} more") } else { n.to_string() };
            let text = style.text(&format!(": {more}: {}", names.join(", ")));
            let text = style.cut(&text, style.width.saturating_sub(width(&tag)));
            format!("{}{text}", style.paint(Ink::Severity(severity), &tag))
        })
        .collect();
    let shortened = |(block, form): (&Block, &Form)| *form == Form::Brief && !is_info(block);
    if !lines.is_empty() || blocks.iter().zip(forms).any(shortened) {
        let hint = "undrift check --verbose tells all; undrift baseline accepts them, to hear only of new ones";
        lines.extend(style.wrap(hint, style.width).iter().map(|line| style.paint(Ink::Frame, line)));
    }
    lines
}

/// What a folded block is about: its table, its object, or its message.
fn name(block: &Block) -> String {
    let d = block.first();
    match &d.object {
        Some(_) if block.len() > 1 => block.names().join(", "),
        Some(object) => object.to_string(),
        None => d.message.clone(),
    }
}
