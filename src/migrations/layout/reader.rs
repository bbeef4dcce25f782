//! What every layout needs: listings and texts of one directory, with the problems met on the way.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{LayoutSettings, placeholders};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::{Entry, EntryKind, FileId, SourceFile, SourceMap, Span, Tree, TreeError, join_path};

/// Fewer are read one after another.
const FILES_AT_ONCE: usize = 16;

/// The first three bytes of a UTF-8 file with a byte order mark.
const BOM: &str = "\u{feff}";

/// Reads files of a migrations directory into the run's sources.
pub struct Reader<'a> {
    tree: &'a dyn Tree,
    sources: &'a SourceMap,
    dir: &'a str,
    pub settings: &'a LayoutSettings,
    /// Bytes that were read ahead, until they are asked for.
    ahead: HashMap<String, Result<Option<Vec<u8>>, TreeError>>,
    problems: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(tree: &'a dyn Tree, sources: &'a SourceMap, dir: &'a str, settings: &'a LayoutSettings) -> Self {
        Self { tree, sources, dir: dir.trim_end_matches('/'), settings, ahead: HashMap::new(), problems: Vec::new() }
    }

    pub(super) fn into_problems(self) -> Vec<Diagnostic> {
        self.problems
    }

    /// The migrations directory, relative to the project root.
    #[must_use]
    pub fn dir(&self) -> &'a str {
        self.dir
    }

    #[must_use]
    pub fn tree(&self) -> &'a dyn Tree {
        self.tree
    }

    pub fn report(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    /// `rest` below the migrations directory.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        join_path(self.dir, rest)
    }

    /// The entries of a directory below the migrations directory (`""` is that itself), sorted by name; none where it does not exist. SQL that
    /// stands there and cannot be read (a link, a name that is not UTF-8) is a problem, since the runner may read it.
    pub fn list(&mut self, rest: &str) -> Vec<Entry> {
        let path = self.path(rest);
        self.list_folder(&path)
    }

    /// As [`Reader::list`], by the path from the project root.
    pub(super) fn list_folder(&mut self, path: &str) -> Vec<Entry> {
        let path = path.to_owned();
        let entries = match self.tree.list(&path) {
            Ok(entries) => entries.unwrap_or_default(),
            Err(error) => {
                self.unreadable(&path, &error);
                Vec::new()
            }
        };
        for entry in entries.iter().filter(|entry| is_sql(&entry.name)) {
            let path = join_path(&path, &entry.name);
            if entry.kind == EntryKind::Link {
                self.unreadable(&path, &TreeError::Link { path: path.clone() });
            } else if entry.name.contains(char::REPLACEMENT_CHARACTER) && matches!(self.tree.kind(&path), Ok(None)) {
                let reason = "its name is not UTF-8".to_owned();
                self.unreadable(&path, &TreeError::Io { path: path.clone(), reason });
            }
        }
        entries
    }

    /// The paths of the SQL files to consider, from the project root: those that the config lists, else the directory's `*.sql` by name.
    pub fn candidates(&mut self) -> Vec<String> {
        if !self.settings.files.is_empty() {
            return self.settings.files.clone();
        }
        let files = self.list("").into_iter().filter(|e| e.kind == EntryKind::File && is_sql(&e.name));
        let paths: Vec<String> = files.map(|entry| self.path(&entry.name)).collect();
        self.read_ahead(paths.clone());
        paths
    }

    /// Reads files that will be asked for, several at once: hundreds of small files cost more to open than to parse.
    pub(super) fn read_ahead(&mut self, paths: Vec<String>) {
        if paths.len() < FILES_AT_ONCE {
            return;
        }
        let (tree, sources) = (self.tree, self.sources);
        let wanted = paths.into_par_iter().filter(|path| sources.by_path(path).is_none());
        self.ahead.par_extend(wanted.map(|path| {
            let bytes = tree.read(&path);
            (path, bytes)
        }));
    }

    /// The text of a file, by its path from the project root; `None` where none stands (no problem) or it cannot be read (a problem).
    ///
    /// A file that is not UTF-8 is an `input/encoding` problem, and goes on with what could be read of it, so that one odd byte does not
    /// make everything after it look wrong.
    pub fn text(&mut self, path: &str) -> Option<Arc<SourceFile>> {
        self.load(path, |text| text)
    }

    /// As [`Reader::text`], of which `cut` leaves only a part.
    pub(super) fn part(&mut self, path: &str, cut: fn(String) -> String) -> Option<Arc<SourceFile>> {
        self.load(path, cut)
    }

    /// As [`Reader::text`], with the values of the runner's variables put in. Lines stay where they are unless a value has several.
    pub fn sql(&mut self, path: &str) -> Option<Arc<SourceFile>> {
        let settings = self.settings;
        self.load(path, |text| placeholders::substitute(text, &settings.placeholders))
    }

    /// As [`Reader::text`], of which `rewrite` makes what its runner sends.
    pub(super) fn rewritten(&mut self, path: &str, rewrite: impl FnOnce(String) -> String) -> Option<Arc<SourceFile>> {
        self.load(path, rewrite)
    }

    /// Whether a file was read already.
    pub(super) fn is_read(&self, path: &str) -> bool {
        self.sources.by_path(path).is_some()
    }

    fn load(&mut self, path: &str, put_in: impl FnOnce(String) -> String) -> Option<Arc<SourceFile>> {
        if let Some(file) = self.sources.by_path(path) {
            return Some(file);
        }
        let bytes = match self.ahead.remove(path).unwrap_or_else(|| self.tree.read(path)) {
            Ok(bytes) => bytes?,
            Err(error) => {
                self.unreadable(path, &error);
                return None;
            }
        };
        let (text, fault) = decode(bytes);
        let file = self.sources.add(path, put_in(text));
        if let Some((offset, message)) = fault {
            let start = offset.min(file.text.len());
            let problem = Diagnostic::new(
                "input/encoding",
                Severity::Error,
                format!("`{path}` {message}"),
                Label::new(Span::new(file.id, start, start), "here"),
            );
            self.report(Diagnostic { help: Some("save it as UTF-8 without a byte order mark".into()), ..problem });
        }
        Some(file)
    }

    /// A file that the config or a journal names: its absence is a problem of the caller's to word.
    #[must_use]
    pub fn exists(&self, path: &str) -> bool {
        matches!(self.tree.kind(path), Ok(Some(EntryKind::File)))
    }

    /// A file to hang a problem on where no text can be had: empty, under the path.
    pub fn placeholder(&self, path: &str) -> FileId {
        self.sources.add(path, String::new()).id
    }

    fn unreadable(&mut self, path: &str, error: &TreeError) {
        let place = Label::new(Span::file_start(self.placeholder(path)), "");
        self.report(Diagnostic::new("input/unreadable", Severity::Error, error.to_string(), place));
    }
}

/// The whole text without a byte order mark at its start.
#[must_use]
pub(super) fn whole(file: &SourceFile) -> Span {
    let start = if file.text.starts_with(BOM) { BOM.len() } else { 0 };
    Span::new(file.id, start, file.text.len())
}

pub(super) fn is_sql(name: &str) -> bool {
    name.len() > 4 && name.as_bytes()[name.len() - 4..].eq_ignore_ascii_case(b".sql")
}

/// The last part of a path.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Text of bytes; with the byte offset and description of what kept them from being UTF-8.
fn decode(bytes: Vec<u8>) -> (String, Option<(usize, String)>) {
    let error = match String::from_utf8(bytes) {
        Ok(text) => return (text, None),
        Err(error) => error,
    };
    let bytes = error.as_bytes();
    let utf16 = match bytes {
        [0xFF, 0xFE, rest @ ..] => Some(utf16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Some(utf16(rest, u16::from_be_bytes)),
        _ => None,
    };
    if let Some(text) = utf16 {
        return (text, Some((0, "is UTF-16 (as PowerShell's `>` writes), not UTF-8".into())));
    }
    let offset = error.utf8_error().valid_up_to();
    let message = format!("is not UTF-8: the byte 0x{:02X} at offset {offset} begins no character", bytes[offset]);
    (String::from_utf8_lossy(bytes).into_owned(), Some((offset, message)))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    fn problems(bytes: &[u8]) -> (String, Vec<String>) {
        let tree = MemoryTree::new([("m/a.sql", bytes.to_vec())]);
        let sources = SourceMap::default();
        let settings = LayoutSettings::default();
        let mut reader = Reader::new(&tree, &sources, "m/", &settings);
        let file = reader.text("m/a.sql").expect("the file is there");
        let text = file.slice(whole(&file)).to_owned();
        (text, reader.into_problems().into_iter().map(|p| p.message).collect())
    }

    #[test]
    fn leaves_a_byte_order_mark_out() {
        assert_eq!(problems("\u{feff}SELECT 1;".as_bytes()), ("SELECT 1;".into(), vec![]));
    }

    #[test]
    fn says_where_a_text_is_not_utf8() {
        let (text, messages) = problems(b"-- caf\xe9\nSELECT 1;");
        assert_eq!(text, "-- caf\u{fffd}\nSELECT 1;");
        assert_eq!(messages, ["`m/a.sql` is not UTF-8: the byte 0xE9 at offset 6 begins no character"]);
        let (text, messages) = problems(b"\xff\xfeS\0E\0");
        assert_eq!(text, "SE");
        assert_eq!(messages, ["`m/a.sql` is UTF-16 (as PowerShell's `>` writes), not UTF-8"]);
    }
}
