//! The declared and the migrated side of one thing.
//!
//! Comparison goes through these helpers, so that no expression spells both sides and none can compare a side with itself.

use crate::model::Known;

/// Two sides of one thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pair<T> {
    pub declared: T,
    pub migrated: T,
}

impl<T> Pair<T> {
    pub fn new(declared: T, migrated: T) -> Self {
        Self { declared, migrated }
    }

    /// Borrows both sides.
    pub fn as_ref(&self) -> Pair<&T> {
        Pair { declared: &self.declared, migrated: &self.migrated }
    }

    /// The same question put to both sides.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Pair<U> {
        Pair { declared: f(self.declared), migrated: f(self.migrated) }
    }

    /// Joins two pairs side by side.
    pub fn zip<U>(self, other: Pair<U>) -> Pair<(T, U)> {
        Pair { declared: (self.declared, other.declared), migrated: (self.migrated, other.migrated) }
    }

    /// Whether the same holds for both sides.
    pub fn both(self, f: impl Fn(T) -> bool) -> bool {
        f(self.declared) && f(self.migrated)
    }

    /// Whether it holds for either side.
    pub fn either(self, f: impl Fn(T) -> bool) -> bool {
        f(self.declared) || f(self.migrated)
    }
}

impl<T: PartialEq> Pair<T> {
    /// Whether the sides are not equal.
    pub fn differs(&self) -> bool {
        self.declared != self.migrated
    }
}

impl<T> Pair<Option<T>> {
    /// Both values, where there are both.
    pub fn present(self) -> Option<Pair<T>> {
        Some(Pair { declared: self.declared?, migrated: self.migrated? })
    }
}

impl<'a, T> Pair<&'a Known<T>> {
    /// Both facts, where both are known: what is not known is never compared.
    pub fn known(self) -> Option<Pair<&'a T>> {
        self.map(Known::known).present()
    }
}
