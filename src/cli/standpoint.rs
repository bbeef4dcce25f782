//! Where the person stands, as seen from the project, so that the paths of a report can be clicked.

use std::path::{Component, Path, PathBuf};

use crate::report::Viewpoint;

/// How paths of the project are reached from the current folder. `asked` is the root as it was written on the command line.
pub(super) fn viewpoint(root: &Path, asked: Option<&Path>) -> Viewpoint {
    let (Ok(here), Ok(root)) = (std::env::current_dir().and_then(|here| here.canonicalize()), root.canonicalize())
    else {
        return Viewpoint::Inside(String::new());
    };
    match (here.strip_prefix(&root), root.strip_prefix(&here)) {
        (Ok(folder), _) => Viewpoint::Inside(slashed(folder)),
        (_, Ok(below)) => Viewpoint::Outside(slashed(below)),
        _ => {
            let shown = asked.map_or(root, Path::to_owned).to_string_lossy().into_owned();
            Viewpoint::Outside(shown.trim_end_matches('/').to_owned())
        }
    }
}

/// The project root within its repository; empty when it is the top, or in no repository.
pub(super) fn repository_prefix(root: &Path, top_level: Option<&Path>) -> String {
    let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| PathBuf::from(path));
    let Some(top) = top_level.map(canonical) else { return String::new() };
    canonical(root).strip_prefix(top).map(slashed).unwrap_or_default()
}

fn slashed(path: &Path) -> String {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}
