//! Gives the syntax tree its meaning: names resolved, attributes read, relations paired. What Prisma would refuse is reported, and
//! the rest goes on without it.

mod args;
mod config;
mod default;
mod emulated_relations;
mod field;
mod key;
mod key_names;
mod model;
mod names;
mod preview_features;
mod relation;
mod relation_checks;

pub(super) use default::decode_base64;

use std::collections::HashMap;

use super::ast::{Block, BlockKind};
use super::connector::Connector;
use super::parse::Parsed;
use super::problems::Problems;
use super::schema::Schema;
use super::version::Version;

/// What a type's name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum TypeRef {
    /// Index into the schema's models.
    Model(usize),
    /// Index into the schema's enums.
    Enum(usize),
    Composite,
}

/// What all readers of blocks need.
struct Scope<'a> {
    types: HashMap<&'a str, TypeRef>,
    /// The blocks of models and views, in the order of the schema's models.
    models: Vec<&'a Block>,
    enums: Vec<&'a Block>,
    problems: &'a Problems,
    datasource: Option<String>,
    connector: Option<&'static Connector>,
    partial_indexes: bool,
}

/// Resolves all files of one schema for a version of Prisma. `connector` answers where the schema names no provider.
pub(super) fn resolve(
    parsed: &Parsed,
    connector: Option<&'static Connector>,
    version: Version,
    problems: &Problems,
) -> Schema {
    let firsts = names::check(&parsed.blocks, problems);
    let blocks: Vec<&Block> = parsed.blocks.iter().zip(firsts).filter(|(_, first)| *first).map(|(b, _)| b).collect();
    let mut config = config::read(&blocks, version, problems);
    if config.provider.is_none() {
        config.connector = connector;
    }
    let scope = Scope::new(&blocks, &config, problems);
    let mut schema = Schema { config, ..Schema::default() };
    schema.enums = scope.enums.iter().map(|block| model::read_enum(block, &scope)).collect();
    schema.models = scope.models.iter().map(|block| model::read(block, &scope)).collect();
    model::check_all(&schema, version, problems);
    model::check_indexes(&mut schema, problems);
    relation::resolve(&mut schema, &scope);
    key_names::check(&schema, problems);
    relation_checks::check(&schema, problems);
    emulated_relations::check(&schema, problems);
    schema
}

impl<'a> Scope<'a> {
    fn new(blocks: &[&'a Block], config: &super::schema::Config, problems: &'a Problems) -> Self {
        let mut scope = Self {
            types: HashMap::new(),
            models: Vec::new(),
            enums: Vec::new(),
            problems,
            datasource: config.datasource.clone(),
            connector: config.connector,
            partial_indexes: config.has_preview("partialIndexes"),
        };
        for block in blocks {
            let name = block.name.value.as_str();
            match block.kind {
                BlockKind::Model | BlockKind::View => {
                    scope.types.insert(name, TypeRef::Model(scope.models.len()));
                    scope.models.push(block);
                }
                BlockKind::Enum => {
                    scope.types.insert(name, TypeRef::Enum(scope.enums.len()));
                    scope.enums.push(block);
                }
                BlockKind::Type => {
                    scope.types.insert(name, TypeRef::Composite);
                    if scope.connector.is_some() {
                        problems
                            .invalid(block.name.span, "no relational database has composite types of Prisma's kind");
                    }
                }
                BlockKind::Datasource | BlockKind::Generator => {}
            }
        }
        scope
    }
}
