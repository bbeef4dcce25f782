//! The last lines: per target what was compared, then the verdict, the scope, and what helps next.

use super::style::{Ink, Style, width};
use crate::diagnostic::Severity;
use crate::report::text::{count, severities, silenced};
use crate::report::{ReportInput, Settings, TargetSummary};

/// What is not checked, named one by one.
const UNCHECKED: usize = 2;
/// Targets that have a line each, however clean.
const TARGETS: usize = 5;

/// A line for each target; and, where there is more to say than "clean", the closing line.
pub(super) fn lines(input: &ReportInput, settings: &Settings, style: Style) -> Vec<String> {
    let mut lines = targets(input, settings, style);
    let count_of_unchecked = input.not_checked.len();
    let shown = match settings.verbose || count_of_unchecked == UNCHECKED + 1 {
        true => count_of_unchecked,
        false => UNCHECKED,
    };
    for what in input.not_checked.iter().take(shown) {
        let text = style.text(&format!("not checked: {what}"));
        lines.extend(style.wrap(&text, style.width - 1).iter().map(|l| format!(" {l}")));
    }
    if count_of_unchecked > shown {
        lines.push(format!(" not checked: {} more (--verbose)", count_of_unchecked - shown));
    }
    let silenced = silenced(input);
    if input.findings.is_empty() && silenced.is_empty() && !input.tells_scope {
        return lines;
    }
    let all = severities(input.findings.iter().map(|finding| &finding.diagnostic.severity));
    let mut parts = vec![if all.is_empty() { "0 errors".to_owned() } else { all }];
    parts.extend(silenced);
    if !input.scope.is_empty() {
        parts.push(style.text(&format!("scope: {}", input.scope)));
    }
    if let Some(elapsed) = settings.elapsed {
        parts.push(match elapsed.as_millis() {
            ms @ 0..10_000 => format!("{ms} ms"),
            ms => format!("{} s", ms / 1000),
        });
    }
    let line = format!(" {}", parts.join(style.glyph(" · ")));
    let hint = input.findings.first().map(|f| format!("undrift explain {}", f.diagnostic.rule)).unwrap_or_default();
    let gap = style.width.saturating_sub(width(&line) + width(&hint));
    if hint.is_empty() {
        lines.push(line);
    } else if gap >= 2 {
        lines.push(format!("{line}{}{}", " ".repeat(gap), style.paint(Ink::Frame, &hint)));
    } else {
        lines.extend(style.wrap(line.trim_start(), style.width - 1).iter().map(|part| format!(" {part}")));
        lines.push(format!(" {}", style.paint(Ink::Frame, &hint)));
    }
    lines
}

/// ` tenant   drizzle 31 tables, 512 columns ↔ 12 migrations (1 new)   7 errors`, in columns. Of many targets the clean ones are only counted.
fn targets(input: &ReportInput, settings: &Settings, style: Style) -> Vec<String> {
    let is_told = |target: &&TargetSummary| worst(input, target).is_some() || target.unresolved > 0;
    let tell_all = settings.verbose || input.targets.len() <= TARGETS || !input.targets.iter().any(|t| is_told(&t));
    let told: Vec<&TargetSummary> = input.targets.iter().filter(|target| tell_all || is_told(target)).collect();
    let mut lines = table(input, style, &told);
    let clean: Vec<String> =
        input.targets.iter().filter(|t| !tell_all && !is_told(t)).map(|t| style.text(&t.name)).collect();
    if !clean.is_empty() {
        let text = format!("{} clean: {}", count(clean.len(), "target is", "targets are"), clean.join(", "));
        lines.push(format!(" {}", style.cut(&text, style.width - 1)));
    }
    lines
}

fn table(input: &ReportInput, style: Style, targets: &[&TargetSummary]) -> Vec<String> {
    let rows: Vec<[String; 6]> = targets.iter().map(|target| row(input, style, target)).collect();
    let widest = |column: usize| rows.iter().map(|row| width(&row[column])).max().unwrap_or_default();
    let widths: Vec<usize> = (0..6).map(widest).collect();
    if widths.iter().sum::<usize>() + 10 > style.width {
        return rows.iter().zip(targets).flat_map(|(row, target)| stacked(input, style, row, target)).collect();
    }
    rows.iter()
        .zip(targets)
        .map(|([name, declared, sign, number, migrations, verdict], target)| {
            let pad = |column: usize, text: &str| " ".repeat(widths[column] - width(text));
            let ink = worst(input, target).map_or(Ink::Good, Ink::Severity);
            let line = format!(
                " {}{}   {declared}{} {} {}{number} {migrations}{}   {}",
                style.paint(Ink::Strong, name),
                pad(0, name),
                pad(1, declared),
                style.paint(ink, sign),
                pad(3, number),
                pad(4, migrations),
                style.paint(ink, verdict)
            );
            line.trim_end().to_owned()
        })
        .collect()
}

/// A target where columns are too wide: in one line where that fits, else what was compared below the name and verdict.
fn stacked(input: &ReportInput, style: Style, row: &[String; 6], target: &TargetSummary) -> Vec<String> {
    let [name, declared, sign, number, migrations, verdict] = row;
    let ink = worst(input, target).map_or(Ink::Good, Ink::Severity);
    let compared = format!("{} {number} {migrations}", style.paint(ink, sign));
    let halves = width(declared) + width(sign) + width(number) + width(migrations) + 6;
    let compared = match halves <= style.width {
        true => vec![format!("   {declared} {compared}")],
        false => vec![format!("   {declared}"), format!("   {compared}")],
    };
    let plain = [name, declared, sign, number, migrations, verdict].iter().map(|part| width(part)).sum::<usize>();
    let (name, verdict) = (style.paint(Ink::Strong, name), style.paint(ink, verdict));
    match plain + 10 <= style.width {
        true => vec![format!(" {name}{}   {verdict}", compared.concat()).trim_end().to_owned()],
        false => std::iter::once(format!(" {name}   {verdict}").trim_end().to_owned()).chain(compared).collect(),
    }
}

fn worst(input: &ReportInput, target: &TargetSummary) -> Option<Severity> {
    let of_target = input.findings.iter().filter(|f| f.diagnostic.target == target.name);
    of_target.map(|f| f.diagnostic.severity).max()
}

fn row(input: &ReportInput, style: Style, target: &TargetSummary) -> [String; 6] {
    let declared = target.declared.as_ref().map_or_else(
        || "no schema, so no drift is judged".to_owned(),
        |d| {
            let (tables, columns) = (count(d.tables, "table", "tables"), count(d.columns, "column", "columns"));
            format!("{} {tables}, {columns}", style.text(&d.kind))
        },
    );
    let (number, migrations) = target.migrations.as_ref().map_or_else(
        || ("no".to_owned(), "migrations, so no drift is judged".to_owned()),
        |m| {
            let new = if m.new > 0 { format!(" ({} new)", m.new) } else { String::new() };
            (m.count.to_string(), format!("{}{new}", if m.count == 1 { "migration" } else { "migrations" }))
        },
    );
    let of_target = input.findings.iter().filter(|f| f.diagnostic.target == target.name);
    let mut verdict: Vec<String> = Vec::new();
    let found = severities(of_target.map(|f| &f.diagnostic.severity));
    if !found.is_empty() {
        verdict.push(found);
    }
    if target.unresolved > 0 {
        verdict.push(format!("{} unresolved", target.unresolved));
    }
    let clean = worst(input, target).is_none_or(|severity| severity == Severity::Info) && target.unresolved == 0;
    let sign = if clean { "=" } else { style.glyph("↔") };
    [style.text(&target.name), declared, sign.to_owned(), number, migrations, verdict.join(", ")]
}
