//! A snapshot of drizzle-kit as a catalog: the schema that the next `generate` compares the declared one with, in the form in which a server
//! would keep it.
//!
//! Versions 5 to 7 keep tables in nested objects (`drizzle-kit/src/serializer/pgSchema.ts`), version 8 keeps everything in one flat list
//! (`drizzle-kit/src/dialects/postgres/ddl.ts`). Both say the same of each object, under slightly different keys; what a snapshot lacks is lacking
//! in the catalog.

mod flat;
mod nested;
mod objects;
mod parts;

use crate::dialect::Dialect;
use crate::migrations::layout::json::{self, Json};
use crate::model::{Catalog, QualifiedName, Table};
use crate::source::{SourceFile, Span};

/// The catalog of a snapshot; `None` where it is not understood, or of another database.
#[must_use]
pub fn snapshot(file: &SourceFile, dialect: &dyn Dialect) -> Option<Catalog> {
    let document = json::parse(file).ok()?;
    let root = document.root();
    let is_ours = text(root, "dialect").is_none_or(|name| matches!(name, "postgresql" | "postgres" | "pg"));
    let mut reader = Reader { dialect, catalog: Catalog::new_database(), keyed: Vec::new() };
    match (root.get("tables"), root.get("ddl").and_then(Json::as_array)) {
        _ if !is_ours => return None,
        (Some(tables), _) => reader.nested(root, tables),
        (None, Some(entities)) => reader.flat(entities),
        _ => return None,
    }
    Some(reader.catalog)
}

struct Reader<'a> {
    dialect: &'a dyn Dialect,
    catalog: Catalog,
    /// Columns of the table at hand that say themselves that they are its primary key.
    keyed: Vec<(String, Span)>,
}

impl Reader<'_> {
    fn cut(&self, name: &str) -> String {
        self.dialect.truncate_identifier(name).to_owned()
    }

    /// The name under a key, in the schema that the object names; an empty one is `public`.
    fn name_of(&self, object: Json<'_, '_>, key: &str) -> Option<QualifiedName> {
        let schema = text(object, "schema").filter(|schema| !schema.is_empty());
        Some(QualifiedName::new(
            self.cut(schema.unwrap_or(self.dialect.default_schema())),
            self.cut(text(object, key)?),
        ))
    }

    /// The table that a part of version 8 names.
    fn table_of(&mut self, part: Json<'_, '_>) -> Option<&mut Table> {
        let name = self.name_of(part, "table")?;
        self.catalog.tables.get_mut(&name)
    }
}

fn text<'d>(object: Json<'d, '_>, key: &str) -> Option<&'d str> {
    object.get(key)?.as_str()
}

fn is_true(object: Json<'_, '_>, key: &str) -> bool {
    object.get(key).and_then(Json::as_bool) == Some(true)
}
