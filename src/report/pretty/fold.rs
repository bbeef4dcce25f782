//! What is written out, and what is only counted: a first run in an old repository prints about a screen.
//!
//! Up to a handful of stories are all told. Beyond that the first of each rule is, as long as there is room, since two stories of different
//! rules say more than two of one; the rest is one line for each rule.

use std::collections::HashMap;

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

/// Stories that are always told in full, when they also stay within [`FEW_LINES`].
const FEW: usize = 8;
const FEW_LINES: usize = 120;
/// Lines for stories when there are more.
const SCREEN: usize = 36;
/// Infos that are named one by one.
const FEW_INFOS: usize = 3;

/// The form of each block; `sizes` are their lines in full.
pub(super) fn plan(blocks: &[Block], sizes: &[usize], verbose: bool) -> Vec<Form> {
    if verbose {
        return vec![Form::Full; blocks.len()];
    }
    let is_info = |block: &Block| block.first().severity == Severity::Info;
    let infos = blocks.iter().filter(|block| is_info(block)).count();
    let told: usize = blocks.iter().zip(sizes).filter(|(block, _)| !is_info(block)).map(|(_, size)| size + 1).sum();
    let all = blocks.len() - infos <= FEW && told <= FEW_LINES;
    let mut left = SCREEN;
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut forms = Vec::with_capacity(blocks.len());
    for (block, size) in blocks.iter().zip(sizes) {
        let earlier = seen.entry(block.first().rule).or_default();
        let form = if is_info(block) {
            let few = infos <= FEW_INFOS && all;
            if few { Form::Brief } else { Form::Folded }
        } else if all {
            Form::Full
        } else if *earlier > 0 {
            Form::Folded
        } else if *size < left {
            Form::Full
        } else if left >= 2 {
            Form::Brief
        } else {
            Form::Folded
        };
        if !all {
            left = left.saturating_sub(match form {
                Form::Full => size + 1,
                Form::Brief => 2,
                Form::Folded => 0,
            });
        }
        *earlier += 1;
        forms.push(form);
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
    if !lines.is_empty() {
        let hint = "undrift check --verbose tells all; undrift baseline accepts them, to hear only of new ones";
        lines.extend(style.wrap(hint, style.width).iter().map(|line| style.paint(Ink::Frame, line)));
    }
    lines
}

/// What a folded block is about: its table, its object, or its message.
fn name(block: &Block) -> String {
    let d = block.first();
    match &d.object {
        Some(object) if block.len() > 1 => object.table.clone().unwrap_or_else(|| object.to_string()),
        Some(object) => object.to_string(),
        None => d.message.clone(),
    }
}
