//! A later version for a migration, and the commands that give it.

use super::History;
use super::duplicate_version::number_of;
use crate::migrations::{JournalEntry, Migration};
use crate::source::parent_path;

/// The version of a migration as its name writes it (of Flyway's with dots); `None` where it has none.
pub(super) fn version_of<'m>(history: &History<'_>, migration: &'m Migration) -> Option<&'m str> {
    if !migration.runs_once() {
        return None;
    }
    // Drizzle's journal orders by time, and its names count.
    if history.set.journal.is_some() || migration.version == migration.name {
        return number_of(&migration.name);
    }
    Some(dashed(&migration.name, &migration.version).unwrap_or(&migration.version))
}

/// The start of a name that is the version but for dashes (Diesel's `2024-01-31-235959_name`).
fn dashed<'n>(name: &'n str, version: &str) -> Option<&'n str> {
    let mut digits = version.chars().peekable();
    let end = name.find(|c| c != '-' && digits.next_if_eq(&c).is_none()).unwrap_or(name.len());
    (digits.peek().is_none() && name[..end].contains('-')).then(|| &name[..end])
}

/// The version after `highest`, in its form: `0012` gives `0013`, `20240131235959` the next second, `2.1` gives `2.2`. `None` where it ends in no
/// number.
pub(super) fn after(highest: &str) -> Option<String> {
    let digits: String = highest.chars().filter(char::is_ascii_digit).collect();
    // A date may be written with dashes (Diesel): they stay where they are.
    if digits.len() == 14 && highest.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        let next = next_second(&digits)?;
        let mut next = next.chars();
        return highest.chars().map(|c| if c.is_ascii_digit() { next.next() } else { Some(c) }).collect();
    }
    let start = highest.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
    let (head, last) = highest.split_at(start);
    let next = last.parse::<u64>().ok()?.checked_add(1)?;
    Some(format!("{head}{next:0width$}", width = last.len()))
}

/// `YYYYMMDDHHMMSS` a second later; `None` where it is no date.
fn next_second(digits: &str) -> Option<String> {
    let part = |at: std::ops::Range<usize>| digits.get(at)?.parse::<u32>().ok();
    let mut parts = [part(0..4)?, part(4..6)?, part(6..8)?, part(8..10)?, part(10..12)?, part(12..14)?];
    let [year, month, ..] = parts;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    // The first value that is too large, and what it begins with again.
    let limits = [(u32::MAX, 0), (13, 1), (days + 1, 1), (24, 0), (60, 0), (60, 0)];
    if parts.iter().zip(limits).any(|(&value, (end, first))| value < first || value >= end) {
        return None;
    }
    for (value, (end, first)) in parts.iter_mut().zip(limits).rev() {
        *value += 1;
        if *value < end {
            break;
        }
        *value = first;
    }
    let [year, month, day, hour, minute, second] = parts;
    Some(format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}"))
}

/// The highest of some versions of one form.
pub(super) fn highest<'v>(versions: impl Iterator<Item = &'v str>) -> Option<&'v str> {
    versions.max_by_key(|version| key(version))
}

/// Digits compare as numbers, everything else as text.
pub(super) fn key(version: &str) -> Vec<(usize, String)> {
    let parts = version.split(|c: char| !c.is_ascii_alphanumeric());
    parts
        .map(|part| match part.bytes().all(|b| b.is_ascii_digit()) {
            true => (part.trim_start_matches('0').len(), part.trim_start_matches('0').to_owned()),
            false => (usize::MAX, part.to_owned()),
        })
        .collect()
}

/// Commands that move a migration from the version in its name to another.
pub(super) fn renamed_to(history: &History<'_>, migration: &Migration, from: &str, to: &str) -> Option<String> {
    let path = migration.file.path.as_str();
    // The file has the version in its name, or the folder that it stands in.
    let folder = parent_path(path);
    let new = renamed(path, from, to)
        .or_else(|| Some(format!("{}{}", renamed(folder, from, to)?, path.strip_prefix(folder)?)))?;
    Some(moves(history, path, &new))
}

/// Commands that move a migration: the file, or its folder, and the way back beside it; and what the runner wants to be told of it.
pub(super) fn moves(history: &History<'_>, old: &str, new: &str) -> String {
    let mut commands = history.standpoint.relocate(history.tree, old, new);
    commands.extend(
        history.set.runner.rehash.map(|rehash| rehash.replace("{}", &history.standpoint.word(&history.set.dir))),
    );
    commands.join(" && ")
}

/// A path whose last part has another version.
fn renamed(path: &str, from: &str, to: &str) -> Option<String> {
    let start = path.rfind('/').map_or(0, |at| at + 1);
    let (folder, name) = path.split_at(start);
    // Flyway writes the dots of a version as underscores, too.
    let underscored = (from.replace('.', "_"), to.replace('.', "_"));
    let (at, length, to) = [(from, to), (underscored.0.as_str(), underscored.1.as_str())]
        .into_iter()
        .find_map(|(from, to)| Some((name.find(from)?, from.len(), to)))?;
    (at <= 1).then(|| format!("{folder}{}{to}{}", &name[..at], &name[at + length..]))
}

/// An entry of Drizzle's journal in one line, with another `when`.
pub(super) fn corrected_entry(history: &History<'_>, entry: &JournalEntry, when: i64) -> String {
    let text = history.sources.text_of(entry.span);
    let corrected = match entry.when_span {
        Some(span) => {
            let (start, end) = ((span.start - entry.span.start) as usize, (span.end - entry.span.start) as usize);
            format!("{}{when}{}", &text[..start], &text[end..])
        }
        None => text.to_string(),
    };
    let corrected = corrected.split_whitespace().collect::<Vec<_>>().join(" ");
    // Where it is to have another number as well, the same entry says so.
    match number_of(&entry.tag).zip(history.given.to(&entry.tag)) {
        Some((number, given)) => corrected.replacen(&entry.tag, &entry.tag.replacen(number, &given, 1), 1),
        None => corrected,
    }
}

#[cfg(test)]
mod tests {
    use super::{after, renamed};

    #[test]
    fn the_next_version_has_the_form_of_the_last() {
        let check = |version, expect: Option<&str>| assert_eq!(after(version).as_deref(), expect, "{version}");
        check("0012", Some("0013"));
        check("0999", Some("1000"));
        check("9", Some("10"));
        check("V2.9", Some("V2.10"));
        check("20240228235959", Some("20240229000000"));
        check("20231231235959", Some("20240101000000"));
        check("2023-12-31-235959", Some("2024-01-01-000000"));
        // No date: a number.
        check("20249931235959", None);
        check("1767000000123", Some("1767000000124"));
        check("init", None);
    }

    #[test]
    fn a_path_is_renamed_at_its_version() {
        let check = |path, from, to, expect: Option<&str>| assert_eq!(renamed(path, from, to).as_deref(), expect);
        check("m/0002_a_0002.sql", "0002", "0003", Some("m/0003_a_0002.sql"));
        check("m/V2_1__a.sql", "2.1", "2.2", Some("m/V2_2__a.sql"));
        check("m/V2.1__a.sql", "2.1", "2.2", Some("m/V2.2__a.sql"));
        check("m/note_7.sql", "7", "8", None);
    }
}
