//! The datasource and the generators.

use super::super::ast::{Block, BlockKind, Setting, Value};
use super::super::connector;
use super::super::problems::Problems;
use super::super::schema::{Config, DeclaredExtension};
use super::super::version::Version;
use super::args::Args;
use super::preview_features;
use crate::source::Spanned;

/// Since this version connection URLs stand in `prisma.config.ts`, and a schema with one is refused
/// (<https://pris.ly/d/config-datasource>).
const NO_URLS_SINCE: u32 = 7;

/// Reads all configuration blocks. What a URL says is not looked at: nothing is connected to.
pub(super) fn read(blocks: &[&Block], version: Version, problems: &Problems) -> Config {
    let mut config = Config::default();
    for block in blocks.iter().filter(|b| b.kind == BlockKind::Generator) {
        generator(block, version, &mut config, problems);
    }
    let sources: Vec<_> = blocks.iter().filter(|b| b.kind == BlockKind::Datasource).collect();
    if let Some(first) = sources.first() {
        datasource(first, version, &mut config, problems);
    }
    for source in sources.iter().filter(|_| sources.len() > 1) {
        problems.invalid(source.span, "there is more than one datasource, and Prisma takes only one");
    }
    config
}

fn generator(block: &Block, version: Version, config: &mut Config, problems: &Problems) {
    if !block.settings().any(|s| s.key.value == "provider") {
        problems.invalid(block.span, format!("the generator `{}` has no `provider`", block.name.value));
    }
    for setting in block.settings() {
        let value = &setting.value.value;
        let is_text = match setting.key.value.as_str() {
            "provider" | "output" => is_text_or_env(value),
            "engineType" => matches!(value, Value::String(_)),
            _ => true,
        };
        if !is_text {
            problems.invalid(
                setting.value.span,
                format!("`{}` is a string, not `{}`", setting.key.value, value.describe()),
            );
        }
    }
    let Some(features) = block.settings().find(|s| s.key.value == "previewFeatures") else {
        return;
    };
    for feature in strings(features, problems) {
        match preview_features::refusal(&feature.value, version) {
            Some(message) => problems.invalid(feature.span, message),
            None => config.preview_features.extend([feature.value.to_ascii_lowercase()]),
        }
    }
}

fn datasource(block: &Block, version: Version, config: &mut Config, problems: &Problems) {
    config.datasource = Some(block.name.value.clone());
    let has_mode = block.settings().any(|s| s.key.value == "relationMode");
    for setting in block.settings() {
        match setting.key.value.as_str() {
            "provider" => provider(setting, config, problems),
            "url" | "directUrl" | "shadowDatabaseUrl" => url(setting, version, problems),
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
    shadow_url(block, problems);
    if version.is_surely_before(NO_URLS_SINCE) && !block.settings().any(|s| s.key.value == "url") {
        problems.invalid(block.span, format!("the datasource `{}` has no `url`", block.name.value));
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

fn url(setting: &Setting, version: Version, problems: &Problems) {
    if version.is_surely(NO_URLS_SINCE) {
        let message = format!(
            "`{}` is no property of a datasource since Prisma {NO_URLS_SINCE}: URLs stand in `prisma.config.ts`",
            setting.key.value
        );
        problems.invalid(setting.key.span, message);
        return;
    }
    if !is_text_or_env(&setting.value.value) {
        problems.invalid(setting.value.span, format!("`{}` is a string or `env(\"…\")`", setting.key.value));
    }
}

/// A shadow database is emptied: it is not the one that is in use.
fn shadow_url(block: &Block, problems: &Problems) {
    let of = |name: &str| block.settings().find(|s| s.key.value == name && s.value.value.as_str() != Some(""));
    let Some(shadow) = of("shadowDatabaseUrl") else {
        return;
    };
    for other in ["url", "directUrl"].into_iter().filter_map(of) {
        if other.value.value.describe() == shadow.value.value.describe() {
            let message =
                format!("`shadowDatabaseUrl` is the same as `{}`, and a shadow database is emptied", other.key.value);
            problems.invalid(other.value.span, message);
        }
    }
}

fn is_text_or_env(value: &Value) -> bool {
    match value {
        Value::String(_) => true,
        Value::Function { name, arguments } => {
            name.value == "env" && matches!(arguments.as_slice(), [one] if one.value.value.as_str().is_some())
        }
        _ => false,
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
    let items = match &setting.value.value {
        Value::Array(items) => items.as_slice(),
        // One extension needs no brackets.
        _ => std::slice::from_ref(&setting.value),
    };
    if !config.has_preview("postgresqlExtensions") {
        let message = "`extensions` needs the preview feature `postgresqlExtensions`";
        problems.invalid(setting.key.span, message);
        return;
    }
    for item in items {
        match &item.value {
            Value::Constant(name) | Value::Function { name: Spanned { value: name, .. }, .. } if name.contains('-') => {
                problems.invalid(
                    item.span,
                    "the name of an extension has no `-`: what the database calls it is said with `map`",
                );
            }
            Value::Constant(name) => config.extensions.push(DeclaredExtension {
                name: name.clone(),
                schema: None,
                version: None,
                span: item.span,
            }),
            Value::Function { name, arguments } => {
                let args = Args::new(arguments, name.value.clone(), item.span, problems);
                let mapped = args.text("map");
                config.extensions.push(DeclaredExtension {
                    name: mapped.unwrap_or_else(|| name.value.clone()),
                    schema: args.text("schema"),
                    version: args.text("version"),
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
