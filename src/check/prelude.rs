//! What exists before the first migration: the platform's own objects and the SQL files that a config names.

use std::sync::Arc;

use super::platform;
use crate::config::Target;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::replay::ReplaySettings;
use crate::rules::input;
use crate::source::{SourceFile, SourceMap, Span, Tree};

/// The prelude's files in the order in which they run: the platform's first.
#[must_use]
pub(super) fn files(tree: &dyn Tree, sources: &SourceMap, target: &Target) -> (Vec<Arc<SourceFile>>, Vec<Diagnostic>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    if let Some((path, text)) = target.platform.as_deref().and_then(platform::prelude) {
        files.push(sources.add(path, text.to_owned()));
    }
    for path in &target.prelude {
        match tree.read(path) {
            Ok(Some(bytes)) => files.push(sources.add(path, String::from_utf8_lossy(&bytes).into_owned())),
            Ok(None) => {
                let message = format!("the prelude `{path}` does not exist");
                problems.push(problem(sources, path, input::missing_file::MISSING_FILE.id, message));
            }
            Err(error) => {
                problems.push(problem(sources, path, input::unreadable::UNREADABLE.id, error.to_string()));
            }
        }
    }
    (files, problems)
}

/// As [`files`], without the problems.
#[must_use]
pub fn prelude_files(tree: &dyn Tree, sources: &SourceMap, target: &Target) -> Vec<Arc<SourceFile>> {
    files(tree, sources, target).0
}

fn problem(sources: &SourceMap, path: &str, rule: &'static str, message: String) -> Diagnostic {
    let file = sources.add(path, String::new());
    Diagnostic::new(rule, Severity::Error, message, Label::new(Span::file_start(file.id), ""))
}

/// What the session and the server are told.
#[must_use]
pub fn settings(target: &Target) -> ReplaySettings {
    let mut settings = ReplaySettings {
        settings: target.settings.clone(),
        version: target.postgres_version,
        ..ReplaySettings::default()
    };
    if !target.search_path.is_empty() {
        settings.search_path.clone_from(&target.search_path);
    } else if let Some(platform) = &target.platform {
        let more = platform::search_path(platform).iter().map(|&schema| schema.to_owned());
        settings.search_path.extend(more.filter(|schema| schema != "public"));
    }
    settings
}
