//! Dates, times and intervals, as far as migrations name partitions and bounds by them.
//!
//! The session is in UTC, as on a server that nobody told otherwise. Formats and units that are not known here are unknown, never guessed.

use std::cmp::Ordering;
use std::fmt;

use super::calendar::{civil, days_in_month, days_of, iso_week, weekday};
use super::{Answer, Stop, Value};

const DAY: i64 = 86_400_000_000;

/// A value of one of the types of dates and times.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Time {
    /// Days since 1970.
    Date(i64),
    /// Microseconds since 1970; of a `timestamp with time zone` or not.
    Stamp { at: i64, zone: bool },
    /// An interval.
    Interval { months: i64, days: i64, micros: i64 },
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Date(days) => {
                let (year, month, day) = civil(days);
                write!(f, "{year:04}-{month:02}-{day:02}")
            }
            Self::Stamp { at, zone } => {
                write!(f, "{} {}", Self::Date(at.div_euclid(DAY)), clock_text(at.rem_euclid(DAY)))?;
                f.write_str(if zone { "+00" } else { "" })
            }
            Self::Interval { months, days, micros } => {
                let mut parts = Vec::new();
                for (count, unit) in [(months / 12, "year"), (months % 12, "mon"), (days, "day")] {
                    if count != 0 {
                        parts.push(format!("{count} {unit}{}", if count == 1 { "" } else { "s" }));
                    }
                }
                if micros != 0 || parts.is_empty() {
                    let sign = if micros < 0 { "-" } else { "" };
                    parts.push(format!("{sign}{}", clock_text(micros.abs())));
                }
                f.write_str(&parts.join(" "))
            }
        }
    }
}

fn clock_text(micros: i64) -> String {
    let seconds = micros / 1_000_000;
    let text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    match micros % 1_000_000 {
        0 => text,
        fraction => format!("{text}.{}", format!("{fraction:06}").trim_end_matches('0')),
    }
}

impl Time {
    /// Microseconds since 1970; `None` for an interval.
    fn instant(self) -> Option<i64> {
        match self {
            Self::Date(days) => days.checked_mul(DAY),
            Self::Stamp { at, .. } => Some(at),
            Self::Interval { .. } => None,
        }
    }
}

fn unknown() -> Stop {
    Stop::unknown("it reckons with time in a way that is not worked out here")
}

/// A cast to `date`, one of the timestamps or `interval`; `None` when the type is none of them.
pub(super) fn cast(value: &Value, ty: &str) -> Option<Answer> {
    let zone = ty == "timestamp with time zone";
    if !zone && !matches!(ty, "date" | "timestamp without time zone" | "interval") {
        return None;
    }
    let time = match value {
        Value::Time(time) => Some(*time),
        Value::Text(text) if ty == "interval" => parse_interval(text),
        Value::Text(text) => parse_stamp(text),
        _ => None,
    };
    let cast = match (time, ty) {
        (Some(time @ Time::Interval { .. }), "interval") => Some(time),
        (_, "interval") | (None, _) => None,
        (Some(time), "date") => time.instant().map(|at| Time::Date(at.div_euclid(DAY))),
        (Some(time), _) => time.instant().map(|at| Time::Stamp { at, zone }),
    };
    Some(cast.map(Value::Time).ok_or_else(unknown))
}

/// A literal as a column of one of the types of dates and times prints it; `None` for other types and what is not understood.
pub fn time_text(literal: &str, ty: &str) -> Option<String> {
    cast(&Value::text(literal), ty)?.ok()?.to_text()
}

/// The special texts of dates and timestamps: days from today, or `None` for the very moment.
/// <https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-DATETIME-SPECIAL-VALUES>
pub(super) fn relative_day(value: &Value, ty: &str) -> Option<Option<i64>> {
    let Value::Text(text) = value else { return None };
    if !matches!(ty, "date" | "timestamp without time zone" | "timestamp with time zone") {
        return None;
    }
    Some(match text.trim().to_ascii_lowercase().as_str() {
        "now" => None,
        "today" => Some(0),
        "tomorrow" => Some(1),
        "yesterday" => Some(-1),
        _ => return None,
    })
}

/// `2024-01-31`, `20240131`, with a time and `Z` or `+00` behind it.
fn parse_stamp(text: &str) -> Option<Time> {
    let text = text.trim();
    let (date, rest) = text.split_at_checked(text.find([' ', 'T']).unwrap_or(text.len()))?;
    let parts: Vec<&str> = match date.len() {
        8 if date.bytes().all(|b| b.is_ascii_digit()) => vec![&date[..4], &date[4..6], &date[6..]],
        _ => date.split('-').collect(),
    };
    let &[year, month, day] = parts.as_slice() else { return None };
    if year.len() != 4 {
        return None;
    }
    let days = checked_days(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    let rest = rest.get(1..).unwrap_or_default();
    if rest.is_empty() {
        return Some(Time::Date(days));
    }
    let zone = ["+00:00", "+00", "Z", " UTC"].iter().find_map(|suffix| rest.strip_suffix(suffix));
    let at = days.checked_mul(DAY)?.checked_add(parse_clock(zone.unwrap_or(rest))?)?;
    Some(Time::Stamp { at, zone: zone.is_some() })
}

fn checked_days(year: i64, month: i64, day: i64) -> Option<i64> {
    ((1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day)).then(|| days_of(year, month, day))
}

fn parse_clock(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut seconds = 0;
    let parts: Vec<&str> = whole.split(':').collect();
    let &[hours, minutes, ref rest @ ..] = parts.as_slice() else { return None };
    for (part, factor) in [hours, minutes].into_iter().chain(rest.first().copied()).zip([3600, 60, 1]) {
        seconds += part.parse::<i64>().ok().filter(|n| (0..60).contains(n))? * factor;
    }
    let micros = if fraction.is_empty() { 0 } else { format!("{fraction:0<6}").get(..6)?.parse().ok()? };
    Some(seconds * 1_000_000 + micros)
}

/// `1 day`, `3 months 2 days`, `-1 week`.
fn parse_interval(text: &str) -> Option<Time> {
    let (mut months, mut days, mut micros) = (0_i64, 0_i64, 0_i64);
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() || !words.len().is_multiple_of(2) {
        return None;
    }
    for pair in words.chunks(2) {
        let count: i64 = pair[0].parse().ok().filter(|n: &i64| n.abs() < 100_000)?;
        match pair[1].trim_end_matches('s') {
            "year" => months += count * 12,
            "month" | "mon" => months += count,
            "week" => days += count * 7,
            "day" => days += count,
            "hour" => micros += count * 3_600_000_000,
            "minute" | "min" => micros += count * 60_000_000,
            "second" | "sec" => micros += count * 1_000_000,
            _ => return None,
        }
    }
    Some(Time::Interval { months, days, micros })
}

/// Days since 1970 as a date, within what the server's dates can hold.
fn date(days: i64) -> Option<Time> {
    (days.abs() < 1 << 31).then_some(Time::Date(days))
}

/// An operator of which one side at least is a time.
pub(super) fn binary(name: &str, left: &Value, right: &Value) -> Answer {
    let result = match (name, left, right) {
        ("+", Value::Time(Time::Date(days)), Value::Int(n)) | ("+", Value::Int(n), Value::Time(Time::Date(days))) => {
            days.checked_add(*n).and_then(date)
        }
        ("-", Value::Time(Time::Date(days)), Value::Int(n)) => days.checked_sub(*n).and_then(date),
        ("-", Value::Time(Time::Date(a)), Value::Time(Time::Date(b))) => return Ok(Value::Int(a - b)),
        ("+" | "-", Value::Time(time), other) | ("+", other, Value::Time(time)) if time.instant().is_some() => {
            let interval = match other {
                Value::Time(interval @ Time::Interval { .. }) => Some(*interval),
                // A literal beside a timestamp is an interval; beside a date it would be a date.
                Value::Text(text) if matches!(time, Time::Stamp { .. }) && name == "+" => parse_interval(text),
                _ => None,
            };
            interval.and_then(|interval| moved(*time, interval, if name == "+" { 1 } else { -1 }))
        }
        ("*", Value::Int(n), Value::Time(Time::Interval { months, days, micros }))
        | ("*", Value::Time(Time::Interval { months, days, micros }), Value::Int(n))
            if n.abs() < 100_000 =>
        {
            Some(Time::Interval { months: months * n, days: days * n, micros: micros * n })
        }
        _ => None,
    };
    result.map(Value::Time).ok_or_else(unknown)
}

/// A point in time moved by an interval: months first, and no day past a month's end.
fn moved(time: Time, interval: Time, sign: i64) -> Option<Time> {
    let Time::Interval { months, days, micros } = interval else { return None };
    let at = time.instant()?;
    let (year, month, day) = civil(at.div_euclid(DAY));
    let total = year * 12 + (month - 1) + sign * months;
    let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
    let date = days_of(year, month, day.min(days_in_month(year, month))) + sign * days;
    let at = date.checked_mul(DAY)?.checked_add(at.rem_euclid(DAY))?.checked_add(sign * micros)?;
    Some(Time::Stamp { at, zone: matches!(time, Time::Stamp { zone: true, .. }) })
}

/// An interval of nothing.
pub(super) fn no_time() -> Value {
    Value::Time(Time::Interval { months: 0, days: 0, micros: 0 })
}

/// The order of two points in time; a text beside one is read as one.
pub(super) fn compare(left: &Value, right: &Value) -> Answer<Ordering> {
    let instant = |value: &Value| match value {
        Value::Time(time) => time.instant(),
        Value::Text(text) => parse_stamp(text).and_then(Time::instant),
        _ => None,
    };
    match (instant(left), instant(right)) {
        (Some(a), Some(b)) => Ok(a.cmp(&b)),
        _ => Err(unknown()),
    }
}

/// Functions of times.
pub(super) fn function(name: &str, arguments: &[Value]) -> Option<Answer> {
    let result = match (name, arguments) {
        ("to_char", [Value::Time(time), Value::Text(format)]) => to_char(*time, format).map(Value::Text),
        ("date_trunc", [Value::Text(unit), Value::Time(time)]) => truncated(&unit.to_ascii_lowercase(), *time),
        ("date_part" | "extract", [Value::Text(unit), Value::Time(time)]) => part(&unit.to_ascii_lowercase(), *time),
        ("date", [value @ (Value::Time(_) | Value::Text(_))]) => return cast(value, "date"),
        ("to_date", [Value::Text(text), Value::Text(format)]) => to_date(text, format),
        ("make_date", [Value::Int(year), Value::Int(month), Value::Int(day)]) => {
            checked_days(*year, *month, *day).map(|days| Value::Time(Time::Date(days)))
        }
        _ => return None,
    };
    Some(result.ok_or_else(unknown))
}

fn truncated(unit: &str, time: Time) -> Option<Value> {
    let at = time.instant()?;
    let days = at.div_euclid(DAY);
    let (year, month, _) = civil(days);
    let at = match unit {
        "hour" => at - at.rem_euclid(3_600_000_000),
        "day" => days * DAY,
        "week" => (days - (weekday(days) + 6) % 7) * DAY,
        "month" => days_of(year, month, 1) * DAY,
        "quarter" => days_of(year, (month - 1) / 3 * 3 + 1, 1) * DAY,
        "year" => days_of(year, 1, 1) * DAY,
        _ => return None,
    };
    // A date becomes a timestamp with time zone.
    Some(Value::Time(Time::Stamp { at, zone: !matches!(time, Time::Stamp { zone: false, .. }) }))
}

fn part(unit: &str, time: Time) -> Option<Value> {
    let days = time.instant()?.div_euclid(DAY);
    let (year, month, day) = civil(days);
    Some(Value::Int(match unit {
        "year" => year,
        "month" => month,
        "day" => day,
        "quarter" => (month - 1) / 3 + 1,
        "dow" => weekday(days),
        "isodow" => (weekday(days) + 6) % 7 + 1,
        "week" => iso_week(days).1,
        "isoyear" => iso_week(days).0,
        _ => return None,
    }))
}

fn to_char(time: Time, format: &str) -> Option<String> {
    let at = time.instant()?;
    let days = at.div_euclid(DAY);
    let ((year, month, day), seconds) = (civil(days), at.rem_euclid(DAY) / 1_000_000);
    let (iso_year, week) = iso_week(days);
    let mut out = String::new();
    let mut rest = format;
    'next: while let Some(c) = rest.chars().next() {
        for (word, width, value) in [
            ("IYYY", 4, iso_year),
            ("YYYY", 4, year),
            ("IW", 2, week),
            ("MM", 2, month),
            ("DD", 2, day),
            ("HH24", 2, seconds / 3600),
            ("MI", 2, seconds / 60 % 60),
            ("SS", 2, seconds % 60),
        ] {
            let same = rest.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
            // DDD is the day of the year, SSSS the second of the day.
            let more = rest[..].get(word.len()..).and_then(|tail| tail.chars().next());
            if same && !more.is_some_and(|m| matches!(word, "DD" | "SS") && word.starts_with(m.to_ascii_uppercase())) {
                out.push_str(&format!("{value:0width$}"));
                rest = &rest[word.len()..];
                continue 'next;
            }
        }
        if c == '"' {
            let end = rest[1..].find('"')? + 1;
            out.push_str(&rest[1..end]);
            rest = &rest[end + 1..];
        } else if c.is_alphabetic() {
            return None;
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    Some(out)
}

/// Formats of fixed width only.
fn to_date(text: &str, format: &str) -> Option<Value> {
    if text.len() != format.len() || !text.is_ascii() {
        return None;
    }
    let format = format.to_ascii_uppercase();
    let number = |word: &str| format.find(word).and_then(|at| text.get(at..at + word.len())?.parse::<i64>().ok());
    let left = format.replacen("YYYY", "", 1).replacen("MM", "", 1).replacen("DD", "", 1);
    if left.chars().any(char::is_alphanumeric) {
        return None;
    }
    let day = if format.contains("DD") { number("DD")? } else { 1 };
    checked_days(number("YYYY")?, number("MM")?, day).map(|days| Value::Time(Time::Date(days)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(answer: Option<Answer>) -> String {
        answer.map_or_else(|| "-".into(), |a| a.map_or_else(|_| "?".into(), |v| v.to_text().unwrap_or_default()))
    }

    #[test]
    fn texts_become_times() {
        for (text, ty, expect) in [
            ("2024-02-29", "date", "2024-02-29"),
            ("20240229", "date", "2024-02-29"),
            ("2023-02-29", "date", "?"),
            ("2024-01-31 12:30:00.5+00", "timestamp with time zone", "2024-01-31 12:30:00.5+00"),
            ("2024-01-31T01:02:03Z", "date", "2024-01-31"),
            ("14 months 1 day", "interval", "1 year 2 mons 1 day"),
            ("-90 minutes", "interval", "-01:30:00"),
            ("now", "date", "?"),
            ("x", "uuid", "-"),
        ] {
            assert_eq!(shown(cast(&Value::text(text), ty)), expect, "{text}::{ty}");
        }
    }

    #[test]
    fn times_are_reckoned_with() {
        let date = |text: &str| cast(&Value::text(text), "date").and_then(Result::ok).unwrap_or(Value::Null);
        let interval = |text: &str| cast(&Value::text(text), "interval").and_then(Result::ok).unwrap_or(Value::Null);
        let check = |answer: Answer, expect: &str| assert_eq!(shown(Some(answer)), expect);
        check(binary("+", &date("2024-02-28"), &Value::Int(2)), "2024-03-01");
        check(binary("-", &date("2024-03-01"), &date("2024-02-01")), "29");
        check(binary("+", &date("2024-01-31"), &interval("1 month")), "2024-02-29 00:00:00");
        check(binary("*", &interval("1 day"), &Value::Int(3)), "3 days");
        for (name, arguments, expect) in [
            ("to_char", [date("2024-12-30"), Value::text("YYYY_MM_DD")], "2024_12_30"),
            ("to_char", [date("2024-12-30"), Value::text("IYYY\"w\"IW")], "2025w01"),
            ("to_char", [date("2024-12-30"), Value::text("DDD")], "?"),
            ("to_char", [date("2024-12-30"), Value::text("Month")], "?"),
            ("date_trunc", [Value::text("week"), date("2024-12-31")], "2024-12-30 00:00:00+00"),
            ("date_trunc", [Value::text("quarter"), date("2024-12-31")], "2024-10-01 00:00:00+00"),
            ("extract", [Value::text("isodow"), date("2024-12-29")], "7"),
            ("to_date", [Value::text("2024_03_09"), Value::text("YYYY_MM_DD")], "2024-03-09"),
        ] {
            assert_eq!(shown(function(name, &arguments)), expect, "{name}");
        }
    }
}
