//! Compares two catalogs: `diff(pair, language, dialect)` gives changes as data. Neither side's source language is known here, only what the
//! declared one can express ([`Language`]).

mod language;

pub use language::{Language, LeftAlone, NameDrift};
