//! How names, types and lists are written.

use crate::dialect::Dialect;
use crate::model::{QualifiedName, TypeName};

pub(super) struct Sql<'a> {
    pub(super) dialect: &'a dyn Dialect,
}

impl Sql<'_> {
    pub(super) fn name(&self, name: &str) -> String {
        self.dialect.quote_identifier(name)
    }

    pub(super) fn literal(&self, text: &str) -> String {
        self.dialect.quote_literal(text)
    }

    /// Without the schema where it is the one that names have anyway.
    pub(super) fn relation(&self, name: &QualifiedName) -> String {
        if name.schema == self.dialect.default_schema() { self.name(&name.name) } else { self.qualified(name) }
    }

    pub(super) fn qualified(&self, name: &QualifiedName) -> String {
        format!("{}.{}", self.name(&name.schema), self.name(&name.name))
    }

    pub(super) fn ty(&self, ty: &TypeName) -> String {
        self.dialect.type_to_sql(ty)
    }

    /// `"a","b"`, as drizzle-kit writes column lists.
    pub(super) fn names(&self, names: &[String]) -> String {
        names.iter().map(|name| self.name(name)).collect::<Vec<_>>().join(",")
    }

    pub(super) fn literals<'s>(&self, texts: impl IntoIterator<Item = &'s str>) -> String {
        texts.into_iter().map(|text| self.literal(text)).collect::<Vec<_>>().join(", ")
    }
}

/// `WITH (a = 1, b)`, with a space before; nothing where there are none.
pub(super) fn with_options(options: &[(String, String)]) -> String {
    if options.is_empty() {
        return String::new();
    }
    let options: Vec<String> = options
        .iter()
        .map(|(name, value)| if value.is_empty() { name.clone() } else { format!("{name} = {value}") })
        .collect();
    format!(" WITH ({})", options.join(", "))
}

/// A statement that was written elsewhere, with exactly one semicolon.
pub(super) fn statement(text: &str) -> String {
    format!("{};", text.trim().trim_end_matches(';').trim_end())
}
