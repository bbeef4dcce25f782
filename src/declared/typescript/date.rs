//! Dates, so far as a declaration can hold them as constants. Times without a zone are the machine's, and so not known.

use super::load::Evaluator;
use super::value::{Item, Value};
use crate::source::Span;
use crate::source::calendar::{civil, days_of};

/// `new Date(value, ...rest)`
pub(super) fn of(evaluator: &Evaluator<'_>, value: &Value, rest: &[Item], span: Span) -> Value {
    if !rest.is_empty() {
        return Value::unknown(span, "it is a time in the zone of the machine that runs the code");
    }
    match value {
        Value::Number(ms) | Value::Date(ms) => Value::Date(*ms),
        Value::String(text) => match parse(text) {
            Some(ms) => Value::Date(ms),
            None => Value::unknown(span, "its time is not written as an ISO date with a zone"),
        },
        other => Value::Unknown(evaluator.unknown_of(other, span)),
    }
}

/// Milliseconds since 1970 of `2024-01-31`, `2024-01-31T10:20:30.456Z`, `…+02:00`.
pub(super) fn parse(text: &str) -> Option<f64> {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.splitn(3, '-').map(str::parse::<i64>);
    let year = parts.next()?.ok()?;
    let month = parts.next().map_or(Some(1), Result::ok)?;
    let day = parts.next().map_or(Some(1), Result::ok)?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(0..=9999).contains(&year) {
        return None;
    }
    let days = days_of(year, month, day) as f64;
    let Some(time) = time else { return Some(days * 86_400_000.0) };
    let (clock, offset) = match time.find(['Z', '+', '-']) {
        Some(at) => (&time[..at], zone_minutes(&time[at..])?),
        None => return None,
    };
    let mut parts = clock.splitn(3, ':');
    let hours: f64 = parts.next()?.parse().ok()?;
    let minutes: f64 = parts.next()?.parse().ok()?;
    let seconds: f64 = parts.next().map_or(Some(0.0), |s| s.parse().ok())?;
    Some(((days * 24.0 + hours) * 60.0 + minutes - offset) * 60_000.0 + (seconds * 1000.0).trunc())
}

fn zone_minutes(zone: &str) -> Option<f64> {
    if zone == "Z" {
        return Some(0.0);
    }
    let sign = if zone.starts_with('-') { -1.0 } else { 1.0 };
    let (hours, minutes) = zone[1..].split_once(':')?;
    Some(sign * (hours.parse::<f64>().ok()? * 60.0 + minutes.parse::<f64>().ok()?))
}

/// `date.toISOString()`
pub(in crate::declared) fn to_iso(ms: f64) -> Option<String> {
    if !ms.is_finite() || ms.abs() > 8.64e15 {
        return None;
    }
    let ms = ms as i64;
    let (days, of_day) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
    let (year, month, day) = civil(days);
    let (h, m, s, ms) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1000 % 60, of_day % 1000);
    Some(format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}.{ms:03}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_there_and_back() {
        for (text, iso) in [
            ("2024-02-29", "2024-02-29T00:00:00.000Z"),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
            ("2024-12-31T23:59:59.999+01:30", "2024-12-31T22:29:59.999Z"),
            ("1899-12-31", "1899-12-31T00:00:00.000Z"),
        ] {
            assert_eq!(parse(text).and_then(to_iso).as_deref(), Some(iso));
        }
        assert_eq!(parse("2024-01-01T10:00:00"), None);
        assert_eq!(parse("soon"), None);
    }
}
