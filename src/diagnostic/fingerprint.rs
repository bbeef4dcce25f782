//! Fingerprints: what makes two findings of different runs the same one.
//!
//! Rule, target and object, and only what else tells two findings of one object apart. No line numbers and no wording that may change with
//! the rest of the file, so that an accepted finding stays accepted while the code around it moves.

use sha2::{Digest, Sha256};

use super::Diagnostic;
use crate::source::SourceMap;

/// The fingerprint of a finding: 16 hexadecimal digits. `occurrence` counts findings of one run that agree in all else, from 0.
pub(super) fn fingerprint(diagnostic: &Diagnostic, sources: &SourceMap, occurrence: usize) -> String {
    let mut hash = Sha256::new();
    let mut field = |text: &str| {
        // The length keeps `("a", "bc")` and `("ab", "c")` apart, whatever the texts hold.
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    field(diagnostic.rule);
    field(&diagnostic.target);
    match &diagnostic.object {
        Some(object) => {
            field(object.kind.as_str());
            field(object.schema.as_deref().unwrap_or_default());
            field(object.table.as_deref().unwrap_or_default());
            field(&object.name);
        }
        None => field(&without_numbers(&diagnostic.message)),
    }
    for aspect in &diagnostic.aspects {
        field(aspect.as_str());
    }
    if diagnostic.rule.starts_with("drift/changed-") {
        // Another change of the same object is another finding.
        field(diagnostic.declared.as_deref().unwrap_or_default());
        field(diagnostic.migrated.as_deref().unwrap_or_default());
    }
    if !diagnostic.rule.starts_with("drift/") {
        field(tail(&sources.file(diagnostic.primary.span.file).path));
    }
    if occurrence > 0 {
        field(&occurrence.to_string());
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The last two parts of a path: names a migration in every layout, and survives a move of the folder.
fn tail(path: &str) -> &str {
    let mut slashes = path.rmatch_indices('/').map(|(at, _)| at);
    slashes.nth(1).map_or(path, |at| &path[at + 1..])
}

/// A message without the digits of `:14:3`, so that a place in it does not count.
fn without_numbers(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut after_colon = false;
    for c in message.chars() {
        if after_colon && c.is_ascii_digit() {
            continue;
        }
        after_colon = c == ':';
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Aspect, Label, Severity};
    use crate::model::{ObjectKind, ObjectRef, QualifiedName};
    use crate::source::Span;

    fn missing(sources: &SourceMap, path: &str, offset: usize) -> Diagnostic {
        let file = sources.add(path, "x".repeat(50));
        let mut finding = Diagnostic::new(
            "drift/missing-column",
            Severity::Error,
            "any",
            Label::new(Span::new(file.id, offset, offset + 1), ""),
        );
        finding.object = Some(ObjectRef::part(ObjectKind::Column, &QualifiedName::public("invoices"), "sent_at"));
        finding
    }

    #[test]
    fn neither_place_nor_wording_of_a_drift_counts() {
        let sources = SourceMap::default();
        let here = missing(&sources, "a/schema.ts", 1);
        let mut moved = missing(&sources, "b/tables.ts", 9);
        moved.message = "other words".into();
        assert_eq!(fingerprint(&here, &sources, 0), fingerprint(&moved, &sources, 0));
    }

    #[test]
    fn what_differs_and_how_counts() {
        let sources = SourceMap::default();
        let mut changed = missing(&sources, "a.ts", 1);
        changed.rule = "drift/changed-column";
        let print = |d: &Diagnostic| fingerprint(d, &sources, 0);
        let plain = print(&changed);
        changed.aspects = vec![Aspect::Type];
        let by_type = print(&changed);
        changed.declared = Some("text".into());
        let by_form = print(&changed);
        changed.target = "tenant".into();
        let prints = [plain, by_type, by_form, print(&changed), fingerprint(&changed, &sources, 1)];
        for (i, a) in prints.iter().enumerate() {
            assert!(prints[i + 1..].iter().all(|b| a != b), "{prints:?}");
        }
    }

    #[test]
    fn a_place_in_a_message_does_not_count() {
        assert_eq!(without_numbers("a.ts:14:3 has 2 of v1"), "a.ts:: has 2 of v1");
        assert_eq!(tail("drizzle/tenant/0001_a.sql"), "tenant/0001_a.sql");
        assert_eq!(tail("0001_a.sql"), "0001_a.sql");
    }
}
