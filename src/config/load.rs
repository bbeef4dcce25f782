//! From the text of `undrift.toml` to targets. Every mistake is an error with its place, since a config that is half understood
//! would check something else than was meant.

use std::collections::BTreeMap;
use std::ops::Range;

use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::Deserialize;
use toml::Spanned;

use super::file::{ConfigFile, DeclaredTable, MigrationsTable, OneOrMany, TargetTable};
use super::{Casing, DeclaredSource, FailOn, MigrationsSource, Rename, Target};
use crate::declared::SCHEMA_LANGUAGES;
use crate::diagnostic::RuleLevel;
use crate::source::{LineIndex, nearest, normalize_path};

/// The config's name at the project root.
pub const CONFIG_NAME: &str = "undrift.toml";

/// The names that a config may use, given by the modules that own them.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    pub rules: &'a [&'a str],
    pub layouts: &'a [&'a str],
    pub platforms: &'a [&'a str],
}

/// A config, resolved.
#[derive(Debug, Default)]
pub struct Config {
    pub base: Option<String>,
    pub fail_on: Option<FailOn>,
    pub baseline: Option<String>,
    /// Empty: discovery is to run.
    pub targets: Vec<Target>,
    pub rules: BTreeMap<String, RuleLevel>,
    /// Files, with the levels that hold in them.
    pub overrides: Vec<(GlobSet, BTreeMap<String, RuleLevel>)>,
}

/// A config that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}{}: {message}{}", place.map(|(l, c)| format!(":{l}:{c}")).unwrap_or_default(),
    help.as_ref().map(|h| format!("\n  help: {h}")).unwrap_or_default())]
pub struct ConfigError {
    pub path: String,
    /// 1-based line and column.
    pub place: Option<(usize, usize)>,
    pub message: String,
    pub help: Option<String>,
}

/// Reads a config's text; `path` is what messages call it.
///
/// # Errors
/// The first mistake, with its place.
pub fn parse(path: &str, text: &str, names: Names<'_>) -> Result<Config, ConfigError> {
    let reader = Reader { path, text, names };
    let file: ConfigFile = toml::from_str(text).map_err(|error| reader.syntax(&error))?;
    reader.resolve(file)
}

/// The one layout whose runner takes several folders for one history.
const SEVERAL_FOLDERS: &str = "flyway";

struct Reader<'a> {
    path: &'a str,
    text: &'a str,
    names: Names<'a>,
}

impl Reader<'_> {
    fn resolve(&self, file: ConfigFile) -> Result<Config, ConfigError> {
        let mut targets: Vec<Target> = Vec::new();
        for table in file.targets {
            let span = table.get_ref().name.span();
            let target = self.target(table)?;
            if targets.iter().any(|other| other.name == target.name) {
                return Err(self.error(span, format!("there are two targets named `{}`", target.name), None));
            }
            targets.push(target);
        }
        let mut overrides = Vec::new();
        for table in file.overrides {
            let mut paths = GlobSetBuilder::new();
            for glob in &table.paths {
                paths.add(self.glob(glob)?);
            }
            let paths = paths.build().map_err(|error| self.error_at(None, error.to_string(), None))?;
            overrides.push((paths, self.rules(table.rules)?));
        }
        let baseline = match file.baseline {
            Some(path) => Some(self.path_in_root(&path.span(), path.get_ref())?),
            None => None,
        };
        Ok(Config {
            base: file.base,
            fail_on: file.fail_on,
            baseline,
            targets,
            rules: self.rules(file.rules)?,
            overrides,
        })
    }

    fn target(&self, table: Spanned<TargetTable>) -> Result<Target, ConfigError> {
        let whole = table.span();
        let table = table.into_inner();
        let name = table.name.get_ref().trim().to_owned();
        if name.is_empty() {
            return Err(self.error(table.name.span(), "a target needs a name".into(), None));
        }
        if table.declared.is_none() && table.migrations.is_none() {
            let help = "give `declared = { drizzle = \"src/schema.ts\" }` and `migrations = { dir = \"drizzle\" }`";
            return Err(self.error(
                whole,
                format!("target `{name}` has neither `declared` nor `migrations`"),
                Some(help.into()),
            ));
        }
        for glob in &table.unmanaged {
            self.glob(glob)?;
        }
        let prelude = match table.prelude {
            Some(list) => self.paths(&list.span(), list.into_inner().into_vec())?,
            None => Vec::new(),
        };
        Ok(Target {
            dialect: self.dialect(table.dialect)?,
            declared: table.declared.map(|declared| self.declared(declared)).transpose()?,
            migrations: table.migrations.map(|migrations| self.migrations(migrations)).transpose()?,
            search_path: table.search_path.map(OneOrMany::into_vec).unwrap_or_default(),
            prelude,
            platform: table.platform.map(|p| self.one_of("platform", p, self.names.platforms)).transpose()?,
            placeholders: table.placeholders,
            settings: table.settings,
            unmanaged: table.unmanaged.into_iter().map(Spanned::into_inner).collect(),
            renames: table.renames.into_iter().map(|(from, to)| self.rename(&from, to)).collect::<Result<_, _>>()?,
            postgres_version: table.postgres_version,
            rules: self.rules(table.rules)?,
            generate: table.generate,
            found_in: Some(self.path.to_owned()),
            why: format!("`{}` names it", self.path),
            name,
        })
    }

    fn rename(&self, from: &Spanned<String>, to: String) -> Result<Rename, ConfigError> {
        if to.is_empty() || to.contains('.') {
            let help = "it is the last part of the new name: `\"orders.total\" = \"amount\"`";
            return Err(self.error(from.span(), format!("`{to}` is no name"), Some(help.into())));
        }
        Ok(Rename { from: from.get_ref().clone(), to, place: Some(self.place(from.span().start)) })
    }

    /// Systems that are only named, not checked, are allowed: the last lines say so.
    fn dialect(&self, dialect: Option<Spanned<String>>) -> Result<String, ConfigError> {
        const DIALECTS: &[&str] =
            &["postgresql", "mysql", "sqlite", "mssql", "cockroachdb", "singlestore", "turso", "gel"];
        let Some(dialect) = dialect else { return Ok("postgresql".into()) };
        match dialect.get_ref().as_str() {
            "postgres" | "pg" => Ok("postgresql".into()),
            _ => self.one_of("dialect", dialect, DIALECTS),
        }
    }

    fn declared(&self, table: Spanned<DeclaredTable>) -> Result<DeclaredSource, ConfigError> {
        let whole = table.span();
        let (mut sources, mut casing) = (Vec::new(), None);
        for (key, value) in table.into_inner().0 {
            if key.get_ref() == "casing" {
                casing = Some(self.casing(&value)?);
            } else {
                sources.push(self.declared_source(&key, &value)?);
            }
        }
        match (sources.pop(), casing) {
            (Some(DeclaredSource::Drizzle { entries, .. }), casing) if sources.is_empty() => {
                Ok(DeclaredSource::Drizzle { entries, casing })
            }
            (Some(_), Some(_)) if sources.is_empty() => {
                Err(self.error(whole, "`casing` belongs to `drizzle`".into(), None))
            }
            (Some(source), None) if sources.is_empty() => Ok(source),
            _ => Err(self.error(whole, format!("`declared` takes exactly one of {}", declared_keys()), None)),
        }
    }

    fn declared_source(
        &self,
        key: &Spanned<String>,
        value: &Spanned<toml::Value>,
    ) -> Result<DeclaredSource, ConfigError> {
        let (span, name) = (value.span(), key.get_ref().as_str());
        match name {
            "drizzle" => return Ok(DeclaredSource::Drizzle { entries: self.entries(name, value)?, casing: None }),
            "sql" => return Ok(DeclaredSource::Sql { entries: self.entries(name, value)? }),
            _ => {}
        }
        let Some(&language) = SCHEMA_LANGUAGES.iter().find(|language| language.key == name) else {
            let keys = declared_keys();
            let known: Vec<&str> = keys.split('`').skip(1).step_by(2).chain(["casing"]).collect();
            let help = nearest(name, &known).map(|near| format!("did you mean `{near}`?"));
            let message = format!("unknown key `{name}`, expected one of {keys}, `casing`");
            return Err(self.error(key.span(), message, help));
        };
        match value.get_ref() {
            toml::Value::String(path) => Ok(DeclaredSource::Schema { language, path: self.path_in_root(&span, path)? }),
            _ => Err(self.error(span, format!("`{name}` takes one path"), None)),
        }
    }

    /// A path, or a list of them.
    fn entries(&self, key: &str, value: &Spanned<toml::Value>) -> Result<Vec<String>, ConfigError> {
        let paths = OneOrMany::deserialize(value.get_ref().clone());
        let paths =
            paths.map_err(|_| self.error(value.span(), format!("`{key}` takes a path or a list of paths"), None));
        self.paths(&value.span(), paths?.into_vec())
    }

    fn casing(&self, value: &Spanned<toml::Value>) -> Result<Casing, ConfigError> {
        Casing::deserialize(value.get_ref().clone())
            .map_err(|_| self.error(value.span(), "`casing` is \"snake_case\" or \"camelCase\"".into(), None))
    }

    fn migrations(&self, table: Spanned<MigrationsTable>) -> Result<MigrationsSource, ConfigError> {
        let span = table.span();
        let table = table.into_inner();
        if table.dir.is_none() && table.files.is_none() {
            return Err(self.error(span, "`migrations` needs `dir` or `files`".into(), None));
        }
        let files = match table.files {
            Some(files) => Some(self.paths(&files.span(), files.into_inner())?),
            None => None,
        };
        let (dirs_at, dirs) = match table.dir {
            Some(dirs) => (dirs.span(), self.paths(&dirs.span(), dirs.into_inner().into_vec())?),
            None => (span.clone(), Vec::new()),
        };
        let layout = table.layout.map(|layout| self.one_of("layout", layout, self.names.layouts)).transpose()?;
        if dirs.len() > 1 && layout.as_deref() != Some(SEVERAL_FOLDERS) {
            let help = format!("only `layout = \"{SEVERAL_FOLDERS}\"` reads several folders as one history");
            return Err(self.error(dirs_at, "`dir` is one folder here".into(), Some(help)));
        }
        let mut dirs = dirs.into_iter();
        Ok(MigrationsSource {
            dir: dirs.next().unwrap_or_default(),
            more_dirs: dirs.collect(),
            schemas: table.schemas,
            layout,
            files,
            place: Some(self.place(span.start)),
        })
    }

    fn rules(&self, rules: BTreeMap<Spanned<String>, RuleLevel>) -> Result<BTreeMap<String, RuleLevel>, ConfigError> {
        let is_group = |id: &str| {
            let group = id.strip_suffix("/*").unwrap_or(id);
            self.names.rules.iter().any(|rule| rule.split_once('/').is_some_and(|(g, _)| g == group))
        };
        let resolved = rules.into_iter().map(|(id, level)| match id.get_ref() {
            group if is_group(group) => Ok((group.clone(), level)),
            _ => Ok((self.one_of("rule", id, self.names.rules)?, level)),
        });
        resolved.collect()
    }

    fn one_of(&self, what: &str, value: Spanned<String>, known: &[&str]) -> Result<String, ConfigError> {
        if known.contains(&value.get_ref().as_str()) {
            return Ok(value.into_inner());
        }
        let help = match nearest(value.get_ref(), known) {
            Some(near) => format!("did you mean `{near}`?"),
            None if what == "rule" => "`undrift rules` lists them".into(),
            None => format!("one of {}", known.join(", ")),
        };
        Err(self.error(value.span(), format!("unknown {what} `{}`", value.get_ref()), Some(help)))
    }

    fn paths(&self, span: &Range<usize>, paths: Vec<String>) -> Result<Vec<String>, ConfigError> {
        if paths.is_empty() {
            return Err(self.error(span.clone(), "this list of paths is empty".into(), None));
        }
        paths.iter().map(|path| self.path_in_root(span, path)).collect()
    }

    fn path_in_root(&self, span: &Range<usize>, path: &str) -> Result<String, ConfigError> {
        normalize_path(path).ok_or_else(|| {
            let help = "paths are relative to the project root; `--project` sets another root";
            self.error(span.clone(), format!("`{path}` lies outside the project root"), Some(help.into()))
        })
    }

    fn glob(&self, glob: &Spanned<String>) -> Result<Glob, ConfigError> {
        Glob::new(glob.get_ref()).map_err(|error| self.error(glob.span(), error.to_string(), None))
    }

    /// Serde says `unknown field `x`, expected one of …`; the nearest of those is what was meant.
    fn syntax(&self, error: &toml::de::Error) -> ConfigError {
        let message = error.message().replace("unknown field", "unknown key");
        let help = message.strip_prefix("unknown key ").and_then(|rest| {
            let mut words = rest.split('`').skip(1).step_by(2);
            let word = words.next()?;
            nearest(word, &words.collect::<Vec<_>>()).map(|near| format!("did you mean `{near}`?"))
        });
        self.error_at(error.span(), message, help)
    }

    fn error(&self, span: Range<usize>, message: String, help: Option<String>) -> ConfigError {
        self.error_at(Some(span), message, help)
    }

    fn error_at(&self, span: Option<Range<usize>>, message: String, help: Option<String>) -> ConfigError {
        let place = span.map(|span| self.place(span.start));
        ConfigError { path: self.path.to_owned(), place, message, help }
    }

    fn place(&self, offset: usize) -> (usize, usize) {
        let at = LineIndex::new(self.text).line_column(self.text, offset as u32);
        (at.line, at.column)
    }
}

/// The keys of `declared`, for messages.
fn declared_keys() -> String {
    let schemas = SCHEMA_LANGUAGES.iter().map(|language| language.key);
    let keys: Vec<String> =
        ["drizzle"].into_iter().chain(schemas).chain(["sql"]).map(|key| format!("`{key}`")).collect();
    keys.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names<'_> = Names {
        rules: &["drift/missing-column", "safety/drop-column"],
        layouts: &["drizzle", "plain", "prisma"],
        platforms: &["supabase"],
    };

    fn check_error(text: &str, expect: &str) {
        let error = parse("undrift.toml", text, NAMES).expect_err("the config is wrong");
        assert_eq!(error.to_string(), expect);
    }

    #[test]
    fn every_key_is_understood() {
        let text = r#"
base = "origin/main"
fail-on = "warning"
[[target]]
name = "tenant"
dialect = "postgres"
declared = { drizzle = "./src/tenant/schema.ts", casing = "snake_case" }
migrations = { dir = "drizzle/", layout = "drizzle" }
search_path = ["app", "public"]
prelude = "prelude.sql"
platform = "supabase"
placeholders = { user = "x" }
settings = { "app.x" = "1" }
unmanaged = ["audit_*"]
postgres-version = 16
rules = { "safety/drop-column" = "off" }
[rules]
"drift/missing-column" = "warn"
[[override]]
paths = ["old/**"]
rules = { "safety/drop-column" = "info" }
"#;
        let config = parse("undrift.toml", text, NAMES).expect("a good config");
        let target = &config.targets[0];
        assert_eq!(target.dialect, "postgresql");
        assert_eq!(
            target.declared,
            Some(DeclaredSource::Drizzle {
                entries: vec!["src/tenant/schema.ts".into()],
                casing: Some(Casing::SnakeCase)
            })
        );
        assert_eq!(target.migrations.as_ref().map(|m| m.dir.as_str()), Some("drizzle"));
        assert_eq!(config.rules.get("drift/missing-column"), Some(&RuleLevel::Warn));
        assert_eq!(target.rules.get("safety/drop-column"), Some(&RuleLevel::Off));
        assert_eq!(config.overrides.len(), 1);
    }

    #[test]
    fn mistakes_have_a_place_and_a_suggestion() {
        check_error(
            "bases = \"x\"\n",
            "undrift.toml:1:1: unknown key `bases`, expected one of `$schema`, `base`, `fail-on`, `baseline`, `target`, `rules`, `override`\n  help: did you mean `base`?",
        );
        check_error(
            "[[target]]\nname = \"a\"\nmigration = { dir = \"x\" }\n",
            "undrift.toml:3:1: unknown key `migration`, expected one of `name`, `dialect`, `declared`, `migrations`, `search_path`, `prelude`, `platform`, `placeholders`, `settings`, `unmanaged`, `renames`, `postgres-version`, `rules`, `generate`\n  help: did you mean `migrations`?",
        );
        check_error(
            "[[target]]\nname = \"a\"\nmigrations = { dir = \"x\", layot = \"drizzle\" }\n",
            "undrift.toml:3:27: unknown key `layot`, expected one of `dir`, `layout`, `files`, `schemas`\n  help: did you mean `layout`?",
        );
        check_error(
            "[[target]]\nname = \"a\"\nmigrations = { dir = [\"x\", \"y\"], layout = \"drizzle\" }\n",
            "undrift.toml:3:22: `dir` is one folder here\n  help: only `layout = \"flyway\"` reads several folders as one history",
        );
        check_error(
            "[[target]]\nname = \"a\"\nmigrations = { dir = \"x\", layout = \"drizle\" }\n",
            "undrift.toml:3:36: unknown layout `drizle`\n  help: did you mean `drizzle`?",
        );
        check_error(
            "[rules]\n\"drift/missing-colum\" = \"off\"\n",
            "undrift.toml:2:1: unknown rule `drift/missing-colum`\n  help: did you mean `drift/missing-column`?",
        );
        check_error(
            "[[target]]\nname = \"a\"\nmigrations = { dir = \"../x\" }\n",
            "undrift.toml:3:22: `../x` lies outside the project root\n  help: paths are relative to the project root; `--project` sets another root",
        );
        check_error(
            "[[target]]\nname = \"a\"\nmigrations = { dir = \"x\" }\n[[target]]\nname = \"a\"\nmigrations = { dir = \"y\" }\n",
            "undrift.toml:5:8: there are two targets named `a`",
        );
        check_error(
            "[[target]]\nname = \"a\"\ndeclared = { prisma = \"x\", sql = \"y\" }\n",
            "undrift.toml:3:12: `declared` takes exactly one of `drizzle`, `prisma`, `sql`",
        );
        check_error(
            "[[target]]\nname = \"a\"\ndeclared = { drizle = \"x\" }\n",
            "undrift.toml:3:14: unknown key `drizle`, expected one of `drizzle`, `prisma`, `sql`, `casing`\n  help: did you mean `drizzle`?",
        );
        check_error(
            "[[target]]\nname = \"a\"\ndeclared = { sql = 3 }\n",
            "undrift.toml:3:20: `sql` takes a path or a list of paths",
        );
        check_error(
            "[[target]]\nname = \"a\"\ndeclared = { drizzle = \"x\", casing = \"kebab\" }\n",
            "undrift.toml:3:38: `casing` is \"snake_case\" or \"camelCase\"",
        );
    }
}
