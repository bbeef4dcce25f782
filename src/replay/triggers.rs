//! Edits of a trigger's definition.

use crate::dialect::Dialect;

/// The definition under another name: the word after TRIGGER.
pub(super) fn with_name(definition: &str, dialect: &dyn Dialect, to: &str) -> String {
    let lower = definition.to_ascii_lowercase();
    let Some(at) = lower.find("trigger") else { return definition.to_owned() };
    let start = at + "trigger".len();
    let rest = &definition[start..];
    let lead = rest.len() - rest.trim_start().len();
    let name = &rest[lead..];
    let end = if let Some(quoted) = name.strip_prefix('"') {
        quoted.find('"').map_or(name.len(), |i| i + 2)
    } else {
        name.find(char::is_whitespace).unwrap_or(name.len())
    };
    format!("{} {}{}", &definition[..start], dialect.quote_identifier(to), &name[end..])
}
