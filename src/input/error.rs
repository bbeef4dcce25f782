//! What git could not tell, with the command that helps.

/// Why a question about a repository has no answer.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
#[error("{message}{}", help.as_ref().map(|h| format!("\n  help: {h}")).unwrap_or_default())]
pub struct GitError {
    pub message: String,
    pub help: Option<String>,
}

impl GitError {
    pub(super) fn new(message: impl Into<String>, help: impl Into<Option<String>>) -> Self {
        Self { message: message.into(), help: help.into() }
    }

    /// libgit2's words, and for the refusals that have a remedy the remedy.
    pub(super) fn from_git(doing: &str, error: &git2::Error) -> Self {
        Self::new(format!("{doing}: {}", error.message()), remedy(error))
    }
}

/// Things that git itself reads and libgit2 refuses.
fn remedy(error: &git2::Error) -> Option<String> {
    let text = error.message();
    if error.code() == git2::ErrorCode::Owner {
        return Some("the checkout belongs to another user: git config --global --add safe.directory \"$PWD\"".into());
    }
    let remedies = [
        (
            "partialclone",
            "the clone is partial, and its missing objects cannot be read: git fetch --refetch --no-filter && git config --unset extensions.partialclone",
        ),
        ("refstorage", "the references are kept as a reftable: git refs migrate --ref-format=files"),
        ("'link'", "the index is split: git update-index --no-split-index"),
        ("'sdir'", "the index is sparse: git sparse-checkout reapply --no-sparse-index"),
        ("objectformat", "the repository's object format is not supported: only SHA-1 repositories can be read"),
    ];
    remedies.iter().find(|(sign, _)| text.contains(sign)).map(|(_, help)| (*help).to_owned())
}
