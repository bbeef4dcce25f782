//! `undrift.toml`, literally. The doc comments here are the documentation of the keys: the JSON Schema in docs/ carries them to editors.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::declared::SCHEMA_LANGUAGES;
use crate::diagnostic::{RuleLevel, Severity};

/// The whole file.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// The JSON Schema of this file, for editors.
    #[serde(default, rename = "$schema")]
    pub schema: Option<String>,
    /// The revision against whose merge base migrations count as new, such as `origin/main`. `--base` wins over it.
    #[serde(default)]
    pub base: Option<String>,
    /// The mildest severity that makes the exit status 1. The default is `error`. `--fail-on` wins over it.
    #[serde(default, rename = "fail-on")]
    pub fail_on: Option<FailOn>,
    /// The file of accepted findings that `undrift baseline` writes. The default is `undrift-baseline.json`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub baseline: Option<Spanned<String>>,
    /// What is compared: a declared schema with the migrations that should lead to it. With targets here, nothing is discovered.
    #[serde(default, rename = "target")]
    #[schemars(with = "Vec<TargetTable>")]
    pub targets: Vec<Spanned<TargetTable>>,
    /// Severity by rule or group (`safety`): `error`, `warn`, `info` or `off`.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RuleLevel>")]
    pub rules: BTreeMap<Spanned<String>, RuleLevel>,
    /// Severities for findings that stand in some files only. Later tables win.
    #[serde(default, rename = "override")]
    pub overrides: Vec<OverrideTable>,
}

/// One `[[override]]`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideTable {
    /// Globs of files, relative to the project root.
    #[schemars(with = "Vec<String>")]
    pub paths: Vec<Spanned<String>>,
    /// Severity by rule for findings whose first place is in such a file.
    #[schemars(with = "BTreeMap<String, RuleLevel>")]
    pub rules: BTreeMap<Spanned<String>, RuleLevel>,
}

/// One `[[target]]`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetTable {
    /// What reports call it; unique.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// The database system. The default is `postgresql`, the only one that is checked so far.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub dialect: Option<Spanned<String>>,
    /// The declared schema. Without it, drift is not judged.
    #[serde(default)]
    #[schemars(with = "Option<DeclaredKeys>")]
    pub declared: Option<Spanned<DeclaredTable>>,
    /// The migrations. Without them, drift is not judged.
    #[serde(default)]
    #[schemars(with = "Option<MigrationsTable>")]
    pub migrations: Option<Spanned<MigrationsTable>>,
    /// The `search_path` under which migrations (and a declared SQL schema) run. The default is `["public"]`.
    #[serde(default)]
    pub search_path: Option<OneOrMany>,
    /// SQL files that say what exists before the first migration and is nobody's drift: roles, a platform's own tables, a runner's table.
    #[serde(default)]
    #[schemars(with = "Option<OneOrMany>")]
    pub prelude: Option<Spanned<OneOrMany>>,
    /// A built-in prelude: `supabase`, `neon`, `hasura`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub platform: Option<Spanned<String>>,
    /// Values of the runner's variables: `${name}`, `{{ .name }}`.
    #[serde(default)]
    pub placeholders: BTreeMap<String, String>,
    /// Server settings that migrations read with `current_setting`.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Globs of objects that live only in SQL: `audit_*`, `reporting.*`, `invoices.amount_check`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub unmanaged: Vec<Spanned<String>>,
    /// Tables and columns that the schema declares under a new name, and that name: `"quote_items.template_id" = "service_template_id"`.
    /// Without it, the old one looks undeclared and the new one missing.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub renames: BTreeMap<Spanned<String>, String>,
    /// The server's major version, such as 16.
    #[serde(default, rename = "postgres-version")]
    pub postgres_version: Option<u32>,
    /// Severity by rule, for this target only.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RuleLevel>")]
    pub rules: BTreeMap<Spanned<String>, RuleLevel>,
    /// The command that makes the next migration, for hints; found from the project's tools where it is not given.
    #[serde(default)]
    pub generate: Option<String>,
}

/// What `declared` is given, by key, each with its place; [`DeclaredKeys`] says what the keys mean.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct DeclaredTable(pub BTreeMap<Spanned<String>, Spanned<toml::Value>>);

/// `declared = { … }`: exactly one language, with the place of its schema.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "DeclaredTable", transform = with_schema_languages)]
pub struct DeclaredKeys {
    /// A file, a folder (its own files only, as drizzle-kit reads it) or a glob; or a list of them.
    #[serde(default)]
    pub drizzle: Option<OneOrMany>,
    /// SQL files, folders or globs; read in the order given.
    #[serde(default)]
    pub sql: Option<OneOrMany>,
    /// Drizzle's `casing`: how columns without a name of their own are called.
    #[serde(default)]
    pub casing: Option<Casing>,
}

/// The keys of the languages that [`DeclaredKeys`] does not name, as an editor should offer them.
fn with_schema_languages(schema: &mut schemars::Schema) {
    schema.insert("additionalProperties".into(), false.into());
    let Some(properties) = schema.get_mut("properties").and_then(|p| p.as_object_mut()) else { return };
    for language in SCHEMA_LANGUAGES {
        let property = serde_json::json!({ "type": ["string", "null"], "description": language.doc, "default": null });
        properties.insert(language.key.to_owned(), property);
    }
}

/// `migrations = { … }`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MigrationsTable {
    /// The folder; for `flyway` a list of folders, too, whose migrations run together.
    #[serde(default)]
    #[schemars(with = "Option<OneOrMany>")]
    pub dir: Option<Spanned<OneOrMany>>,
    /// The name of the layout, of a runner mostly: `drizzle`, `flyway`, `plain`. Found from the folder's marks where it is not given.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub layout: Option<Spanned<String>>,
    /// The files in the order in which they run, instead of the folder's own order.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub files: Option<Spanned<Vec<String>>>,
    /// Schemas that the runner makes before the first migration where they are not there yet: Flyway's `schemas`.
    #[serde(default)]
    pub schemas: Vec<String>,
}

/// A string, or a list of strings.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    #[must_use]
    pub fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

/// drizzle-kit's `casing`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
pub enum Casing {
    #[serde(rename = "snake_case")]
    SnakeCase,
    #[serde(rename = "camelCase")]
    CamelCase,
}

/// The mildest severity that fails a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    Error,
    #[serde(alias = "warn")]
    Warning,
    Info,
    /// Findings never make the exit status 1.
    Never,
}

impl FailOn {
    /// Whether a finding of this severity fails the run.
    #[must_use]
    pub fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Info => true,
            Self::Never => false,
        }
    }
}
