//! Prisma's schema language: `schema.prisma` and folders of such files.
//!
//! Text becomes a syntax tree ([`parse`]), the tree gets its meaning ([`resolve`]: names, attributes, relations; what Prisma would
//! refuse is reported), and the meaning becomes the catalog that Prisma's schema engine would create ([`lower`]). Only the last step and
//! [`connector`] know a database.

mod ast;
mod connector;
mod constraint_names;
mod files;
mod language;
mod lower;
mod parse;
mod problems;
mod project;
mod resolve;
mod schema;
mod version;

pub use language::External;
pub use project::{ProjectConfig, find_config, is_config, read_config};

use super::{Declared, SchemaLanguage};
use crate::dialect::Dialect;
use crate::diff::Language;
use crate::model::Catalog;
use crate::source::{SourceMap, Tree};
use problems::Problems;
use version::Version;

/// What the rest of the house knows of the language.
pub static LANGUAGE: SchemaLanguage = SchemaLanguage {
    key: "prisma",
    doc: "`schema.prisma`, or the folder of a schema of several files.",
    load: |tree, sources, dialect, path| {
        let settings = PrismaSettings { paths: vec![path.to_owned()], ..PrismaSettings::default() };
        load(tree, sources, dialect, &settings)
    },
};

/// What a config or discovery says of a schema.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PrismaSettings {
    /// Files, and folders of `*.prisma` files, relative to the project root.
    pub paths: Vec<String>,
    /// The major version of Prisma. `None`: what the nearest package.json depends on, else the newest.
    pub version: Option<u32>,
    /// Tables and enums that are managed elsewhere. `None`: what the nearest `prisma.config.*` says.
    pub external: Option<External>,
}

/// Reads a schema and gives the catalog that Prisma would create from it in an empty database.
///
/// Nothing fails: what cannot be read, or what Prisma would refuse, is a problem beside the rest. A schema of a provider that
/// `dialect` is not gives an empty catalog and a problem that says so.
#[must_use]
pub fn load(tree: &dyn Tree, sources: &SourceMap, dialect: &dyn Dialect, settings: &PrismaSettings) -> Declared {
    let problems = Problems::default();
    let files = files::read(tree, sources, &settings.paths, &problems);
    let mut parsed = parse::Parsed::default();
    for file in &files {
        let one = parse::parse(file, &problems);
        parsed.blocks.extend(one.blocks);
        parsed.unread.extend(one.unread);
    }
    let assumed = connector::by_dialect(dialect.name());
    let version = settings.version.or_else(|| {
        let first = settings.paths.first()?;
        version::find(tree, files::directory(tree, first)).or_else(|| version::of_generators(&parsed.blocks))
    });
    let version = Version::of(version);
    let schema = resolve::resolve(&parsed, assumed, version, &problems);
    let (catalog, language) = match schema.config.connector.filter(|c| c.dialect == dialect.name()) {
        Some(connector) => {
            let lowered = lower::lower(&schema, &parsed.unread, connector, dialect, version, &problems);
            let external = settings.external.clone().unwrap_or_else(|| external(tree, sources, settings));
            let language = language::of(&schema, &lowered, connector, dialect.default_schema(), &external);
            (lowered.catalog, language)
        }
        None => {
            other_dialect(&schema, dialect, &problems);
            (Catalog::new_database(), Language::everything())
        }
    };
    Declared {
        kind: LANGUAGE.key,
        catalog,
        language,
        files: files.iter().map(|f| f.path.clone()).collect(),
        problems: problems.into_vec(),
    }
}

/// What the project's config sets apart. Problems of reading it are discovery's to report, where it decides more.
fn external(tree: &dyn Tree, sources: &SourceMap, settings: &PrismaSettings) -> External {
    let dir = settings.paths.first().map_or("", |path| files::directory(tree, path));
    let config = find_config(tree, dir);
    config.map(|path| read_config(tree, sources, &path).0.external).unwrap_or_default()
}

fn other_dialect(schema: &schema::Schema, dialect: &dyn Dialect, problems: &Problems) {
    let known = |name: &String| connector::KNOWN_PROVIDERS.contains(&name.as_str());
    let Some(provider) = schema.config.provider.as_ref().filter(|p| known(&p.value)) else {
        return;
    };
    let message = format!("the datasource is of `{}`, and the target of `{}`", provider.value, dialect.name());
    problems.add("input/other-dialect", crate::diagnostic::Severity::Error, provider.span, message);
}

#[cfg(test)]
mod tests;
