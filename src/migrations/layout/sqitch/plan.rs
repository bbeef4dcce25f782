//! `sqitch.plan`: pragmas, then one line for each change and each tag, in the order of deployment.
//!
//! Source: sqitchers/sqitch `lib/App/Sqitch/Plan.pm` (`_parse`, `check_changes`), `Plan/Depend.pm`, `Plan/Change.pm`.

use std::collections::{HashMap, HashSet};

use crate::source::{SourceFile, Span};

/// A change as the plan has it.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) name: String,
    /// Its line, without the note.
    pub(super) span: Span,
    /// The tags that stand right after it.
    tags: Vec<String>,
    /// The last tag before it.
    pub(super) since: Option<String>,
    /// Of a change that a later one of its name reworks: the tags of which one is in its scripts' names, the first choice first.
    pub(super) rework_tags: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) changes: Vec<Change>,
    /// What sqitch refuses to read, in its words.
    pub(super) faults: Vec<(Span, String)>,
}

/// Reads a plan. What is wrong with it is noted, and the rest read.
pub(super) fn parse(file: &SourceFile) -> Plan {
    let mut plan = Plan::default();
    let mut section = Section::default();
    let mut project = None;
    let mut offset = 0;
    for line in file.text.split_inclusive('\n') {
        let start = offset + line.len() - line.trim_start().len();
        offset += line.len();
        // No name holds a `#`.
        let text = line.trim().split('#').next().unwrap_or_default().trim_end();
        let span = Span::new(file.id, start.min(file.text.len()), (start + text.len()).min(file.text.len()));
        if text.is_empty() {
            continue;
        }
        if let Some(pragma) = text.strip_prefix('%') {
            let (name, value) = pragma.split_once('=').unwrap_or((pragma, ""));
            if name.trim() == "project" {
                project = Some(value.trim().to_owned());
            }
            continue;
        }
        let fault = match text.strip_prefix('@') {
            Some(tag) => section.tag(&mut plan, tag, span),
            None => section.change(&mut plan, text, span),
        };
        plan.faults.extend(fault.err().map(|message| (span, message)));
    }
    if project.is_none() {
        plan.faults.insert(0, (Span::file_start(file.id), "Missing %project pragma".into()));
    }
    let project = project.unwrap_or_default();
    check_dependencies(&mut plan, &section.requirements, &project);
    plan
}

/// What is known at a line.
#[derive(Default)]
struct Section {
    last_tag: Option<String>,
    tags: HashSet<String>,
    /// The newest change of each name.
    newest: HashMap<String, usize>,
    /// The first change after the last tag.
    begins: usize,
    /// By index of the change.
    requirements: Vec<Vec<String>>,
}

impl Section {
    fn tag(&mut self, plan: &mut Plan, text: &str, _: Span) -> Result<(), String> {
        let (name, rest) = name_and_rest(text)?;
        planned(rest)?;
        let Some(change) = plan.changes.last_mut() else {
            return Err(format!("Tag \"{name}\" declared without a preceding change"));
        };
        if !self.tags.insert(name.to_owned()) {
            return Err(format!("Tag \"{name}\" duplicates earlier declaration"));
        }
        change.tags.push(name.to_owned());
        self.last_tag = Some(name.to_owned());
        self.begins = plan.changes.len();
        Ok(())
    }

    fn change(&mut self, plan: &mut Plan, text: &str, span: Span) -> Result<(), String> {
        let text = text.strip_prefix(['+', '-']).map_or(text, str::trim_start);
        let (name, rest) = name_and_rest(text)?;
        let (requirements, rest) = match rest.strip_prefix('[') {
            Some(list) => list.split_once(']').ok_or("Missing timestamp and planner name and email")?,
            None => ("", rest),
        };
        planned(rest.trim_start())?;
        if let Some(&before) = self.newest.get(name) {
            if before >= self.begins {
                return Err(format!("Change \"{name}\" duplicates earlier declaration"));
            }
            let mut tags: Vec<String> = Vec::new();
            plan.changes[before + 1..self.begins].iter().rev().for_each(|c| tags.extend(c.tags.iter().cloned()));
            tags.extend(plan.changes[before].tags.iter().cloned());
            plan.changes[before].rework_tags = tags;
        }
        self.newest.insert(name.to_owned(), plan.changes.len());
        self.requirements.push(requirements.split_whitespace().map(str::to_owned).collect());
        let since = self.last_tag.clone();
        plan.changes.push(Change { name: name.to_owned(), span, tags: Vec::new(), since, rework_tags: Vec::new() });
        Ok(())
    }
}

fn name_and_rest(text: &str) -> Result<(&str, &str), String> {
    let text = text.trim_start();
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, ':' | '@' | '\\')).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let is_punctuation = |c: char| c.is_ascii_punctuation() && c != '_';
    let is_name = !name.starts_with(is_punctuation) && !name.ends_with(is_punctuation) && !name.is_empty();
    if !is_name || !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return Err("Invalid name; names must not begin with punctuation, contain \"@\", \":\", \"#\", \"\\\", \"[\", \"]\", or blanks".into());
    }
    if matches!(name, "ROOT" | "HEAD") {
        return Err(format!("\"{name}\" is a reserved name"));
    }
    Ok((name, rest.trim_start()))
}

/// `2026-01-31T09:00:00Z Planner <planner@example.com>`
fn planned(text: &str) -> Result<(), String> {
    let is_time = |word: &str| {
        let form = "0000-00-00T00:00:00Z";
        word.len() == form.len()
            && word.bytes().zip(form.bytes()).all(|(b, f)| if f == b'0' { b.is_ascii_digit() } else { b == f })
    };
    let (time, planner) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let has_planner = |text: &str| {
        let inner = text.trim().strip_suffix('>').and_then(|t| t.split_once('<'));
        inner.is_some_and(|(name, email)| name.trim() != "" && !email.is_empty())
    };
    match (is_time(time), has_planner(if is_time(time) { planner } else { text })) {
        (true, true) => Ok(()),
        (true, false) => Err("Missing planner name and email".into()),
        (false, true) => Err("Missing timestamp".into()),
        (false, false) => Err("Missing timestamp and planner name and email".into()),
    }
}

/// What a change requires stands before it. Other projects' changes are not looked for, nor ids.
fn check_dependencies(plan: &mut Plan, requirements: &[Vec<String>], project: &str) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut tagged: HashMap<&str, usize> = HashMap::new();
    let mut faults = Vec::new();
    for (at, (change, requirements)) in plan.changes.iter().zip(requirements).enumerate() {
        for requirement in requirements.iter().filter(|r| !r.starts_with('!')) {
            let key = match requirement.split_once(':') {
                Some((other, _)) if other != project => continue,
                Some((_, key)) => key,
                None => requirement,
            };
            let is_id = key.len() == 40 && key.bytes().all(|b| b.is_ascii_hexdigit());
            let stands = match key.split_once('@') {
                Some(("", tag)) => tagged.contains_key(tag),
                Some((name, tag)) => tagged.get(tag).zip(seen.get(name)).is_some_and(|(tag, first)| first <= tag),
                None => seen.contains_key(key),
            };
            if is_id || stands {
                continue;
            }
            let comes = plan.changes[at + 1..].iter().position(|later| later.name == key);
            faults.push((
                change.span,
                match comes {
                    _ if key == change.name => format!("Change \"{key}\" cannot require itself"),
                    Some(_) => format!("Change \"{}\" planned before required change \"{key}\"", change.name),
                    None => format!("Unknown change \"{key}\" required by change \"{}\"", change.name),
                },
            ));
        }
        seen.entry(&change.name).or_insert(at);
        tagged.extend(change.tags.iter().map(|tag| (tag.as_str(), at)));
    }
    plan.faults.extend(faults);
}
