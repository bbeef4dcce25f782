//! Blobs that were read already.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use git2::Oid;

/// What is kept at most, in bytes.
const KEPT_BYTES: usize = 4 << 20;

/// Blobs by their ids, shared by all trees of a repository: what is staged and what the base holds are mostly the same, and to inflate a blob
/// again costs more than all that is then done with it. Once it is full, nothing more is kept.
#[derive(Default)]
pub(super) struct Blobs(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    blobs: HashMap<Oid, Arc<[u8]>>,
    bytes: usize,
}

impl Blobs {
    pub(super) fn get(&self, id: Oid) -> Option<Arc<[u8]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).blobs.get(&id).cloned()
    }

    pub(super) fn keep(&self, id: Oid, blob: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + blob.len() <= KEPT_BYTES && kept.blobs.insert(id, Arc::from(blob)).is_none() {
            kept.bytes += blob.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_kept_than_has_room() {
        let blobs = Blobs::default();
        let id = |n: u8| Oid::from_bytes(&[n; 20]).expect("twenty bytes");
        blobs.keep(id(1), b"first");
        blobs.keep(id(2), &vec![0; KEPT_BYTES]);
        blobs.keep(id(3), b"third");
        let have = |n| blobs.get(id(n)).map(|blob| blob.to_vec());
        assert_eq!((have(1), have(2), have(3)), (Some(b"first".to_vec()), None, Some(b"third".to_vec())));
    }
}
