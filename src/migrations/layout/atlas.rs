//! Atlas: `*.sql` by name, sealed by `atlas.sum`.
//!
//! Sources: ariga/atlas `sql/migrate/dir.go` (`NewHashFile`: one SHA-256 runs on over every file's name and text, so that each sum depends on all
//! files before; `Sum`: one more over names and sums; `checkpoint` and `txmode` directives), `migrate.go` (execution is linear by default).

use sha2::{Digest, Sha256};

use super::files::{has, migration, read_or_report, stem};
use super::reader::file_name;
use super::{Layout, Reader};
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::migrations::{Envelope, LateMigration, MigrationSet, RenamedMigration, Runner, Versions};
use crate::source::{SourceFile, Span, Tree};

pub(super) static LAYOUT: Layout = Layout { name: "atlas", detect, read, records: &["atlas_schema_revisions"] };

const RUNNER: Runner = Runner {
    name: "atlas migrate apply",
    late: LateMigration::Refused,
    late_words: "it stops: added out of order (--exec-order non-linear would run it late)",
    edited: "the directory no longer fits atlas.sum, and atlas stops: checksum mismatch; after `atlas migrate hash` databases that have it keep the old form",
    deleted: "the directory no longer fits atlas.sum, and atlas stops: checksum mismatch",
    renamed: RenamedMigration::Refused("the directory no longer fits atlas.sum, and atlas stops: checksum mismatch"),
    twin: "the version is the key of atlas_schema_revisions, so the second is taken for applied",
    versions: Versions::Text,
    compares_text: true,
    rehash: Some("atlas migrate hash --dir file://{}"),
    tables: "",
};

const SUM: &str = "atlas.sum";

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    has(tree, dir, SUM).then(|| format!("it has Atlas's {SUM}"))
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    for path in reader.candidates() {
        let Some(file) = read_or_report(reader, &path) else { continue };
        let envelope = match directive(&file.text, "txmode") {
            Some("none") => Envelope::None,
            _ => Envelope::PerMigration,
        };
        let name = stem(file_name(&path)).to_owned();
        let version = name.split('_').next().unwrap_or(&name).to_owned();
        set.migrations.push(migration(file, name, version, envelope));
    }
    check_sum(reader, &set);
    // A directory in golang-migrate's format is sealed with its files that undo; only the others run.
    if set.migrations.iter().any(|m| m.name.ends_with(".up")) {
        set.migrations.retain(|m| !m.name.ends_with(".down"));
        for migration in &mut set.migrations {
            let length = migration.name.trim_end_matches(".up").len();
            migration.name.truncate(length);
        }
    }
    // A fresh database begins at the last checkpoint.
    if let Some(last) = set.migrations.iter().rposition(|m| directive(&m.file.text, "checkpoint").is_some()) {
        set.migrations.drain(..last);
    }
    set
}

/// The value of `-- atlas:name value` in the comments at a file's head.
fn directive<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let head = text.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with("--"));
    head.filter_map(|line| line.strip_prefix("--")?.trim().strip_prefix("atlas:")?.strip_prefix(name))
        .find(|rest| rest.is_empty() || rest.starts_with(' '))
        .map(str::trim)
}

/// Atlas refuses to run a directory that is not as it was sealed.
fn check_sum(reader: &mut Reader<'_>, set: &MigrationSet) {
    // Variables are put in after the files were sealed.
    if !reader.settings.placeholders.is_empty() || !reader.settings.files.is_empty() {
        return;
    }
    let Some(sum) = reader.text(&reader.path(SUM)) else { return };
    let sealed = lines(&sum);
    let files: Vec<(&str, &SourceFile)> = set.migrations.iter().map(|m| (file_name(&m.file.path), &*m.file)).collect();
    let actual = sums(&files);
    if let Some((place, message)) = difference(&sum, &sealed, &actual) {
        let mut problem = Diagnostic::new("input/checksum-mismatch", Severity::Error, message, Label::new(place, ""));
        problem.consequence = Some("atlas refuses to run the directory: checksum mismatch".into());
        let command = format!("atlas migrate hash --dir file://{}", reader.dir());
        problem.fix = Some(Fix { sql: None, command: Some(command) });
        reader.report(problem);
    }
}

/// Each line's name and sum, with its place. The first line is the sum of sums, its name empty.
fn lines(file: &SourceFile) -> Vec<(String, String, Span)> {
    let mut at = 0;
    let mut found = Vec::new();
    for line in file.text.split_inclusive('\n') {
        let text = line.trim_end();
        let span = Span::new(file.id, at, at + text.len());
        at += line.len();
        let (name, sum) = text.rsplit_once(' ').unwrap_or(("", text));
        if let Some(sum) = sum.strip_prefix("h1:") {
            found.push((name.to_owned(), sum.to_owned(), span));
        }
    }
    found
}

fn sums(files: &[(&str, &SourceFile)]) -> Vec<(String, String)> {
    let mut hash = Sha256::new();
    let mut sums = Vec::new();
    for (name, file) in files {
        hash.update(name.as_bytes());
        if directive(&file.text, "sum") == Some("ignore") {
            continue;
        }
        hash.update(file.text.as_bytes());
        sums.push(((*name).to_owned(), base64(&hash.clone().finalize())));
    }
    sums
}

/// The first thing that is not as it was sealed.
fn difference(
    file: &SourceFile,
    sealed: &[(String, String, Span)],
    actual: &[(String, String)],
) -> Option<(Span, String)> {
    let has_total = sealed.first().is_some_and(|(name, ..)| name.is_empty());
    let entries = &sealed[usize::from(has_total)..];
    for (at, (name, sum)) in actual.iter().enumerate() {
        let Some((sealed_name, sealed_sum, span)) = entries.get(at) else {
            let end = Span::new(file.id, file.text.len(), file.text.len());
            return Some((end, format!("`{name}` is not in {SUM}")));
        };
        if sealed_name != name {
            let message = if entries.iter().any(|(other, ..)| other == name) {
                format!("`{sealed_name}` is in {SUM}, and the file is gone")
            } else {
                format!("`{name}` is not in {SUM}")
            };
            return Some((*span, message));
        }
        if sealed_sum != sum {
            return Some((*span, format!("`{name}` was edited after {SUM} was written")));
        }
    }
    if let Some((name, _, span)) = entries.get(actual.len()) {
        return Some((*span, format!("`{name}` is in {SUM}, and the file is gone")));
    }
    let (_, total, span) = sealed.first().filter(|(name, ..)| name.is_empty())?;
    let mut hash = Sha256::new();
    for (name, sum) in actual {
        hash.update(name.as_bytes());
        hash.update(sum.as_bytes());
    }
    (base64(&hash.finalize()) != *total)
        .then(|| (*span, format!("the first line of {SUM} does not fit its other lines")))
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = [chunk[0], chunk.get(1).copied().unwrap_or(0), chunk.get(2).copied().unwrap_or(0)];
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for at in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_as_rfc_4648_says() {
        let encoded: Vec<String> = ["", "f", "fo", "foo", "foob"].iter().map(|t| base64(t.as_bytes())).collect();
        assert_eq!(encoded, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
    }
}
