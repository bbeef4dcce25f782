//! JavaScript's numbers as text and back.

/// As `String(n)` gives it.
pub(in crate::declared) fn to_text(n: f64) -> String {
    if n.is_nan() {
        return "NaN".into();
    }
    if n.is_infinite() {
        return if n > 0.0 { "Infinity".into() } else { "-Infinity".into() };
    }
    if n == 0.0 {
        return "0".into();
    }
    let size = n.abs();
    if (1e-6..1e21).contains(&size) {
        return format!("{n}");
    }
    // `{:e}` gives the shortest digits too; JavaScript writes the sign of a positive exponent.
    let text = format!("{n:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

/// As `Number(text)` reads it.
pub(super) fn from_text(text: &str) -> f64 {
    let text = text.trim();
    if text.is_empty() {
        return 0.0;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return u64::from_str_radix(digits, radix).map_or(f64::NAN, |n| n as f64);
        }
    }
    match text {
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ if text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) => {
            text.parse().unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}

/// As the bitwise operators see a number.
pub(super) fn to_int32(n: f64) -> i32 {
    if !n.is_finite() {
        return 0;
    }
    let wrapped = n.trunc().rem_euclid(4_294_967_296.0);
    wrapped as u32 as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_javascript_does() {
        let cases = [
            (0.1, "0.1"),
            (100.0, "100"),
            (-0.0, "0"),
            (1e21, "1e+21"),
            (1.5e-7, "1.5e-7"),
            (123_456_789_012.5, "123456789012.5"),
        ];
        for (n, text) in cases {
            assert_eq!(to_text(n), text);
        }
        assert_eq!(from_text(" 12.50 "), 12.5);
        assert!(from_text("12px").is_nan());
        assert_eq!(to_int32(4_294_967_297.0), 1);
    }
}
