//! Reading and parsing one file.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::load::Evaluator;
use super::resolve::Resolver;
use super::syntax::Module;
use super::{guard, json, lower};
use crate::diagnostic::{Diagnostic, Label};
use crate::rules::input::syntax::SYNTAX;
use crate::source::{FileId, SourceFile, SourceMap, Span};

impl Evaluator<'_> {
    /// The module at a path, and why it is empty where it could not be read.
    pub(super) fn parse(&mut self, path: &str) -> (Module, Option<String>) {
        let file = match read(&self.resolver, self.sources, path) {
            Ok(file) => file,
            Err((file, message)) => {
                self.problems
                    .push(syntax_error(Span::file_start(file), &format!("`{path}` cannot be read: {message}")));
                return (empty_module(file, path), Some(format!("`{path}` cannot be read")));
            }
        };
        if path.ends_with(".json") {
            return match json::module(&file) {
                Ok(module) => (module, None),
                Err((span, message)) => {
                    self.problems.push(syntax_error(span, &format!("`{path}` is no JSON: {message}")));
                    (empty_module(file.id, path), Some(format!("`{path}` cannot be parsed")))
                }
            };
        }
        match parse_script(&file) {
            Ok(module) => (module, None),
            Err((span, message)) => {
                self.problems.push(syntax_error(span, &format!("`{path}` cannot be parsed: {message}")));
                (empty_module(file.id, path), Some(format!("`{path}` cannot be parsed")))
            }
        }
    }
}

/// Reads a file into the source map. On failure there is still a file, empty, for findings to point at.
fn read(resolver: &Resolver<'_>, sources: &SourceMap, path: &str) -> Result<Arc<SourceFile>, (FileId, String)> {
    if let Some(known) = sources.by_path(path) {
        return Ok(known);
    }
    let failed = |message: String| (sources.add(path, String::new()).id, message);
    match resolver.tree.read(path) {
        Ok(Some(bytes)) => match String::from_utf8(bytes) {
            Ok(text) => Ok(sources.add(path, text)),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                Err((
                    sources.add(path, String::from_utf8_lossy(error.as_bytes()).into_owned()).id,
                    format!("byte {at} is not UTF-8"),
                ))
            }
        },
        Ok(None) => Err(failed("it is not there".into())),
        Err(error) => Err(failed(error.to_string())),
    }
}

fn parse_script(file: &SourceFile) -> Result<Module, (Span, String)> {
    if let Err(exceeded) = guard::check(&file.text) {
        return Err((Span::new(file.id, exceeded.at, exceeded.at), format!("it {}", exceeded.what)));
    }
    let source_type = oxc_span::SourceType::from_path(&file.path).unwrap_or_else(|_| oxc_span::SourceType::ts());
    let allocator = oxc_allocator::Allocator::default();
    let parsed = oxc_parser::Parser::new(&allocator, &file.text, source_type).parse();
    if parsed.panicked {
        let first = parsed.diagnostics.iter().next();
        let (at, length) = first
            .and_then(|d| d.labels.iter().next())
            .map_or((0, 0), |label| (label.offset() as usize, label.len() as usize));
        let message = first.map_or_else(|| "it is no TypeScript".to_owned(), |d| d.message.to_string());
        return Err((Span::new(file.id, at.min(file.text.len()), (at + length).min(file.text.len())), message));
    }
    Ok(lower::module(&parsed.program, file.id, &file.path))
}

fn empty_module(file: FileId, path: &str) -> Module {
    Module {
        path: path.to_owned(),
        file,
        imports: HashMap::new(),
        exports: Vec::new(),
        stars: Vec::new(),
        declarations: Vec::new(),
        names: HashMap::new(),
        effects: Vec::new(),
        assigned: None,
    }
}

fn syntax_error(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(SYNTAX.id, SYNTAX.severity, message, Label::new(span, ""))
}
