//! The datasource and the generators.

use super::super::ast::{Block, BlockKind, Setting, Value};
use super::super::connector;
use super::super::problems::Problems;
use super::super::schema::{Config, DeclaredExtension};
use super::args::Args;
use crate::source::Spanned;

/// Reads all configuration blocks. URLs are not looked at: nothing is connected to.
pub(super) fn read(blocks: &[&Block], problems: &Problems) -> Config {
    let mut config = Config::default();
    for block in blocks.iter().filter(|b| b.kind == BlockKind::Generator) {
        generator(block, &mut config, problems);
    }
    let mut sources = blocks.iter().filter(|b| b.kind == BlockKind::Datasource);
    if let Some(first) = sources.next() {
        datasource(first, &mut config, problems);
    }
    for more in sources {
        problems.invalid(more.span, "there is more than one datasource, and Prisma takes only one");
    }
    config
}

fn generator(block: &Block, config: &mut Config, problems: &Problems) {
    if !block.settings().any(|s| s.key.value == "provider") {
        problems.invalid(block.span, format!("the generator `{}` has no `provider`", block.name.value));
    }
    for setting in block.settings().filter(|s| matches!(s.value.value, Value::Number(_))) {
        problems.invalid(setting.value.span, format!("`{}` is not given as a number", setting.key.value));
    }
    let Some(features) = block.settings().find(|s| s.key.value == "previewFeatures") else {
        return;
    };
    for feature in strings(features, problems) {
        config.preview_features.insert(feature.value);
    }
}

fn datasource(block: &Block, config: &mut Config, problems: &Problems) {
    config.datasource = Some(block.name.value.clone());
    let has_mode = block.settings().any(|s| s.key.value == "relationMode");
    for setting in block.settings() {
        match setting.key.value.as_str() {
            "provider" => provider(setting, config, problems),
            "url" | "directUrl" | "shadowDatabaseUrl" => url(setting, problems),
            "relationMode" => relation_mode(setting, config, problems),
            "referentialIntegrity" if has_mode => {
                let message = "`referentialIntegrity` is the old name of `relationMode`: only one of them can be set";
                problems.invalid(setting.key.span, message);
            }
            "referentialIntegrity" => relation_mode(setting, config, problems),
            "schemas" => schemas(setting, config, problems),
            "extensions" => extensions(setting, config, problems),
            "previewFeatures" => {
                problems.invalid(setting.key.span, "preview features are set in the generator, not in the datasource");
            }
            other => problems.invalid(setting.key.span, format!("a datasource has no property `{other}`")),
        }
    }
    if config.provider.is_none() && !block.settings().any(|s| s.key.value == "provider") {
        problems.invalid(block.span, format!("the datasource `{}` has no `provider`", block.name.value));
    }
}

fn provider(setting: &Setting, config: &mut Config, problems: &Problems) {
    let Some(name) = setting.value.value.as_str() else {
        problems.invalid(setting.value.span, "the provider of a datasource is a string");
        return;
    };
    config.provider = Some(Spanned { value: name.to_owned(), span: setting.value.span });
    config.connector = connector::by_provider(name);
    if config.connector.is_none() && !connector::KNOWN_PROVIDERS.contains(&name) {
        problems.invalid(setting.value.span, format!("the datasource provider `{name}` is not known"));
    }
}

fn url(setting: &Setting, problems: &Problems) {
    let is_url = match &setting.value.value {
        Value::String(_) => true,
        Value::Function { name, .. } => name.value == "env",
        _ => false,
    };
    if !is_url {
        problems.invalid(setting.value.span, format!("`{}` is a string or `env(\"…\")`", setting.key.value));
    }
}

fn relation_mode(setting: &Setting, config: &mut Config, problems: &Problems) {
    match setting.value.value.as_str() {
        Some("prisma") => config.emulated_relations = true,
        Some("foreignKeys") => {}
        _ => problems.invalid(setting.value.span, "the relation mode is `\"foreignKeys\"` or `\"prisma\"`"),
    }
}

fn schemas(setting: &Setting, config: &mut Config, problems: &Problems) {
    let schemas = strings(setting, problems);
    if schemas.is_empty() {
        problems.invalid(setting.value.span, "`schemas` names at least one schema where it is set");
        return;
    }
    for (i, schema) in schemas.iter().enumerate() {
        if schemas[..i].iter().any(|s| s.value == schema.value) {
            problems.invalid(schema.span, format!("the schema `{}` is named twice", schema.value));
        }
    }
    config.schemas = Some(schemas);
}

/// `[pgcrypto, uuidOssp(map: "uuid-ossp", schema: "extensions", version: "1.1")]`
fn extensions(setting: &Setting, config: &mut Config, problems: &Problems) {
    let Value::Array(items) = &setting.value.value else {
        problems.invalid(setting.value.span, "`extensions` is a list");
        return;
    };
    if !config.has_preview("postgresqlExtensions") {
        let message = "`extensions` needs the preview feature `postgresqlExtensions`";
        problems.invalid(setting.key.span, message);
        return;
    }
    for item in items {
        match &item.value {
            Value::Constant(name) => config.extensions.push(DeclaredExtension {
                name: name.clone(),
                schema: None,
                version: None,
                span: item.span,
            }),
            Value::Function { name, arguments } => {
                let args = Args::new(arguments, name.value.clone(), item.span, problems);
                let mapped = args.string("map");
                config.extensions.push(DeclaredExtension {
                    name: mapped.unwrap_or_else(|| name.value.clone()),
                    schema: args.string("schema"),
                    version: args.string("version"),
                    span: item.span,
                });
                args.finish();
            }
            _ => problems.invalid(item.span, "an extension is a bare name, or one with arguments"),
        }
    }
}

/// A list of strings, or one.
fn strings(setting: &Setting, problems: &Problems) -> Vec<Spanned<String>> {
    let items = match &setting.value.value {
        Value::Array(items) => items.as_slice(),
        _ => std::slice::from_ref(&setting.value),
    };
    let mut strings = Vec::new();
    for item in items {
        match item.value.as_str() {
            Some(text) => strings.push(Spanned { value: text.to_owned(), span: item.span }),
            None => problems.invalid(item.span, format!("`{}` holds strings", setting.key.value)),
        }
    }
    strings
}
