//! The last lines: per target what was compared, then the verdict, the scope, and what helps next.

use super::style::{Ink, Style, width};
use crate::diagnostic::Severity;
use crate::report::text::{count, severities, silenced};
use crate::report::{ReportInput, Settings, TargetSummary};

/// A line for each target; and, where there is more to say than "clean", the closing line.
pub(super) fn lines(input: &ReportInput, settings: &Settings, style: Style) -> Vec<String> {
    let mut lines = targets(input, style);
    for what in &input.not_checked {
        lines.extend(
            style.wrap(&style.text(&format!("not checked: {what}")), style.width - 1).iter().map(|l| format!(" {l}")),
        );
    }
    let silenced = silenced(input);
    if input.findings.is_empty() && silenced.is_empty() {
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

/// ` tenant   drizzle 31 tables, 512 columns ↔ 12 migrations (1 new)   7 errors`, in columns.
fn targets(input: &ReportInput, style: Style) -> Vec<String> {
    let rows: Vec<[String; 6]> = input.targets.iter().map(|target| row(input, style, target)).collect();
    let widest = |column: usize| rows.iter().map(|row| width(&row[column])).max().unwrap_or_default();
    let widths: Vec<usize> = (0..6).map(widest).collect();
    if widths.iter().sum::<usize>() + 10 > style.width {
        return rows.iter().zip(&input.targets).flat_map(|(row, target)| stacked(input, style, row, target)).collect();
    }
    rows.iter()
        .zip(&input.targets)
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

/// A target on a narrow terminal: a line for each part.
fn stacked(input: &ReportInput, style: Style, row: &[String; 6], target: &TargetSummary) -> Vec<String> {
    let [name, declared, sign, number, migrations, verdict] = row;
    let ink = worst(input, target).map_or(Ink::Good, Ink::Severity);
    let mut lines = vec![
        format!(" {}", style.paint(Ink::Strong, name)),
        format!("   {declared}"),
        format!("   {} {number} {migrations}", style.paint(ink, sign)),
    ];
    if !verdict.is_empty() {
        lines.push(format!("   {}", style.paint(ink, verdict)));
    }
    lines
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
