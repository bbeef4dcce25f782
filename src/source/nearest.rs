//! What a mistyped word was meant to be.

/// The candidate nearest to a mistyped word, if any is near.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    similar::get_close_matches(word, candidates, 1, 0.6).first().copied()
}
