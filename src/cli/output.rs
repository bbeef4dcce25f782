//! Standard output, and what a terminal can show.

use std::io::{IsTerminal, Write};

use super::args::ColorChoice;
use super::error::CliError;

/// Writes text to standard output.
///
/// # Errors
/// When it cannot be written; a broken pipe among them, which `main` takes for success.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Writes a file that was asked for.
pub(super) fn write_file(path: &std::path::Path, text: &str) -> Result<(), CliError> {
    std::fs::write(path, text).map_err(|reason| CliError::File { path: path.to_owned(), reason })
}

/// Whether standard output is a terminal.
pub(super) fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Colours: as asked, else on a terminal unless NO_COLOR (<https://no-color.org>) or TERM=dumb says otherwise.
pub(super) fn use_color(choice: ColorChoice) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            is_set("CLICOLOR_FORCE") || is_terminal() && !is_set("NO_COLOR") && !dumb
        }
    }
}

/// Whether the terminal shows more than ASCII: what the locale says, in the order in which POSIX asks it. Files and pipes get Unicode.
pub(super) fn use_unicode() -> bool {
    if std::env::var_os("UNDRIFT_ASCII").is_some() {
        return false;
    }
    if !is_terminal() {
        return true;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().filter_map(std::env::var_os).find(|value| !value.is_empty());
    let locale = locale.map(|value| value.to_string_lossy().to_ascii_lowercase());
    locale.is_some_and(|name| name.contains("utf-8") || name.contains("utf8"))
}

/// Columns of the terminal: what `COLUMNS` says, else the terminal itself; files and pipes have a default.
pub(super) fn width() -> Option<usize> {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    said.or_else(|| terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0)))
}

/// Milliseconds since 1970: what `SOURCE_DATE_EPOCH` says (seconds, <https://reproducible-builds.org/specs/source-date-epoch/>), else the clock.
pub(super) fn now() -> Option<i64> {
    if let Some(seconds) = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|said| said.parse::<i64>().ok()) {
        return seconds.checked_mul(1000);
    }
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(elapsed.as_millis()).ok()
}
