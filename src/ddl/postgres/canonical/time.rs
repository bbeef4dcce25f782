//! Times and intervals written as strings.

use crate::model::TypeName;

/// A time stamp, date or time of ISO's form in one spelling; other texts (`now`, `infinity`) in lower case.
pub(super) fn normal_time(text: &str, ty: &TypeName) -> String {
    let text = text.trim().to_ascii_lowercase();
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return text;
    }
    let mut text = match text.split_once('t') {
        Some((date, time)) => format!("{date} {time}"),
        None => text,
    };
    if ty.name.ends_with("without time zone") || ty.name == "date" {
        // The zone of a literal is read and forgotten.
        if let Some(without) = text.strip_suffix('z') {
            text = without.trim_end().to_owned();
        }
    } else if let Some(utc) = text.strip_suffix('z').or_else(|| text.strip_suffix("+00:00")) {
        text = format!("{}+00", utc.trim_end());
    }
    if ty.name.starts_with("timestamp") && text.len() == 10 {
        text.push_str(" 00:00:00");
    }
    without_empty_fraction(&text)
}

/// `12:00:00.000+00` is `12:00:00+00`.
fn without_empty_fraction(text: &str) -> String {
    let Some((head, tail)) = text.split_once('.') else { return text.to_owned() };
    let digits = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
    let (fraction, zone) = tail.split_at(digits);
    match fraction.trim_end_matches('0') {
        "" => format!("{head}{zone}"),
        fraction => format!("{head}.{fraction}{zone}"),
    }
}

/// An interval as the server keeps it: months, days, microseconds. Text that is not plain numbers with units stays, in lower case.
pub(super) fn normal_interval(text: &str) -> String {
    match interval_fields(text) {
        Some((months, days, micros)) => format!("{months} months {days} days {micros} microseconds"),
        None => text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase(),
    }
}

/// Months, days and microseconds of an interval that is written in plain numbers with units.
pub(in crate::ddl::postgres) fn interval_fields(text: &str) -> Option<(i64, i64, i64)> {
    let lower = text.to_ascii_lowercase();
    let mut words = lower.split_whitespace().peekable();
    let (mut months, mut days, mut micros) = (0_i64, 0_i64, 0_i64);
    words.peek()?;
    while let Some(word) = words.next() {
        if word.contains(':') {
            micros = micros.checked_add(clock(word)?)?;
            continue;
        }
        let digits = word.trim_start_matches(['+', '-']).find(|c: char| !c.is_ascii_digit());
        let signs = word.len() - word.trim_start_matches(['+', '-']).len();
        let (number, unit) = match digits {
            Some(at) => (&word[..at + signs], &word[at + signs..]),
            None => (word, words.next()?),
        };
        let number: i64 = number.parse().ok()?;
        let (field, factor) = match unit.trim_end_matches('s') {
            "year" | "yr" | "y" => (&mut months, 12),
            "month" | "mon" => (&mut months, 1),
            "week" | "w" => (&mut days, 7),
            "day" | "d" => (&mut days, 1),
            "hour" | "hr" | "h" => (&mut micros, 3_600_000_000),
            "minute" | "min" | "m" => (&mut micros, 60_000_000),
            "second" | "sec" | "" if !unit.is_empty() => (&mut micros, 1_000_000),
            _ => return None,
        };
        *field = field.checked_add(number.checked_mul(factor)?)?;
    }
    Some((months, days, micros))
}

/// `[-]hh:mm[:ss]`
fn clock(word: &str) -> Option<i64> {
    let (sign, word) = match word.strip_prefix('-') {
        Some(word) => (-1, word),
        None => (1, word.strip_prefix('+').unwrap_or(word)),
    };
    let mut parts = word.split(':').map(|part| part.parse::<i64>().ok());
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = match parts.next() {
        Some(seconds) => seconds?,
        None => 0,
    };
    let total = hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)?;
    parts.next().is_none().then(|| sign * total.saturating_mul(1_000_000))
}
