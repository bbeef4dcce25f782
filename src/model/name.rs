//! Names of objects that live in a database schema.

use std::fmt;

/// `schema.name`, both as the server stores them: folded, unquoted, at most 63 bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct QualifiedName {
    pub schema: String,
    pub name: String,
}

impl QualifiedName {
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self { schema: schema.into(), name: name.into() }
    }

    /// A name in the schema `public`.
    pub fn public(name: impl Into<String>) -> Self {
        Self::new("public", name)
    }
}

/// For messages: without the schema when it is `public`, never quoted.
impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.schema == "public" { f.write_str(&self.name) } else { write!(f, "{}.{}", self.schema, self.name) }
    }
}
