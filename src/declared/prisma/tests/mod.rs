//! Schemas in, findings or catalogs out.

mod catalog;
mod language;
mod problems;
mod refusals;

use super::{PrismaSettings, load};
use crate::ddl::postgres::PostgreSql;
use crate::declared::Declared;
use crate::source::{MemoryTree, SourceMap};

const DATASOURCE: &str = "datasource db {\n  provider = \"postgresql\"\n}\n";

fn loaded(files: &[(&str, &str)], path: &str, version: u32) -> (Declared, SourceMap) {
    loaded_as(files, path, Some(version))
}

/// Without a version, what the files tell of it decides.
fn loaded_as(files: &[(&str, &str)], path: &str, version: Option<u32>) -> (Declared, SourceMap) {
    let sources = SourceMap::default();
    let tree = MemoryTree::new(files.iter().copied());
    let settings = PrismaSettings { paths: vec![path.to_owned()], version, external: None };
    let declared = load(&tree, &sources, &PostgreSql, &settings);
    (declared, sources)
}

/// One file, with a datasource before it unless it has one.
fn loaded_text(text: &str, version: u32) -> (Declared, SourceMap) {
    let text = if text.contains("datasource ") { text.to_owned() } else { format!("{DATASOURCE}{text}") };
    // Before Prisma 7 a datasource needs a URL.
    let url = if version < 7 { "datasource db {\n  url = \"\"\n" } else { "datasource db {\n" };
    let text = text.replacen("datasource db {\n", url, 1);
    loaded(&[("schema.prisma", &text)], "schema.prisma", version)
}
