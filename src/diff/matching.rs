//! Which things of one list are which of another.

use std::collections::HashMap;
use std::hash::Hash;

use super::Pair;

/// Two lists put side by side; each part in the order of its list.
#[derive(Debug)]
pub(super) struct Matching<'a, T> {
    pub(super) both: Vec<Pair<&'a T>>,
    pub(super) declared: Vec<&'a T>,
    pub(super) migrated: Vec<&'a T>,
}

/// Pairs what has the same key. Of several with one key the first is paired with the first.
pub(super) fn by_key<'a, T, K: Eq + Hash>(
    lists: Pair<impl IntoIterator<Item = &'a T>>,
    key: impl Fn(&'a T) -> K,
) -> Matching<'a, T> {
    let mut matching = Matching {
        both: Vec::new(),
        declared: lists.declared.into_iter().collect(),
        migrated: lists.migrated.into_iter().collect(),
    };
    matching.pair_more(key, |_| true);
    matching
}

impl<'a, T> Matching<'a, T> {
    /// Pairs what is left over, has the same key and stands the closer look.
    pub(super) fn pair_more<K: Eq + Hash>(&mut self, key: impl Fn(&'a T) -> K, is_same: impl Fn(Pair<&'a T>) -> bool) {
        // Both sides mostly list the same things in the same order: what agrees place by place needs no table of keys.
        let pairs =
            self.declared.iter().zip(&self.migrated).map(|(&declared, &migrated)| Pair::new(declared, migrated));
        let alike: Vec<_> =
            pairs.take_while(|pair| key(pair.declared) == key(pair.migrated) && is_same(*pair)).collect();
        self.declared.drain(..alike.len());
        self.migrated.drain(..alike.len());
        self.both.extend(alike);
        if self.declared.is_empty() || self.migrated.is_empty() {
            return;
        }
        let mut candidates: HashMap<K, Vec<usize>> = HashMap::new();
        for (at, &item) in self.migrated.iter().enumerate() {
            candidates.entry(key(item)).or_default().push(at);
        }
        let mut taken = vec![false; self.migrated.len()];
        let mut left = Vec::new();
        for &declared in &self.declared {
            let found = candidates.get(&key(declared)).and_then(|places| {
                places.iter().copied().find(|&at| !taken[at] && is_same(Pair::new(declared, self.migrated[at])))
            });
            match found {
                Some(at) => {
                    taken[at] = true;
                    self.both.push(Pair::new(declared, self.migrated[at]));
                }
                None => left.push(declared),
            }
        }
        self.declared = left;
        let mut at = 0;
        self.migrated.retain(|_| {
            at += 1;
            !taken[at - 1]
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_paired_once_and_keep_their_order() {
        let lists = Pair::new(vec!["a", "b", "a", "c"], vec!["c", "a", "d"]);
        let matching = by_key(lists.as_ref().map(Vec::as_slice), |s| *s);
        assert_eq!(matching.both, [Pair::new(&"a", &"a"), Pair::new(&"c", &"c")]);
        assert_eq!(matching.declared, [&"b", &"a"]);
        assert_eq!(matching.migrated, [&"d"]);
    }

    #[test]
    fn what_is_left_is_paired_by_another_key_and_a_closer_look() {
        let lists = Pair::new(vec!["a1", "b1", "b2"], vec!["b3", "a2"]);
        let mut matching = by_key(lists.as_ref().map(Vec::as_slice), |s| *s);
        matching.pair_more(|s| &s[..1], |pair| pair.declared != &"b1");
        assert_eq!(matching.both, [Pair::new(&"a1", &"a2"), Pair::new(&"b2", &"b3")]);
        assert_eq!(matching.declared, [&"b1"]);
    }
}
