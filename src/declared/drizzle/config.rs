//! `drizzle.config.*`, read without running it.
//!
//! Paths in it are relative to the folder in which drizzle-kit is started, which no file says: usually the config's own, or that of the package, or the
//! repository's root. The first of these in which the schema is found is taken. <https://orm.drizzle.team/docs/drizzle-config-file>

use super::casing::Casing;
use super::entries;
use crate::declared::typescript::{Plain, PlainKind, ROOT, default_export};
use crate::diagnostic::{Diagnostic, Label};
use crate::model::Unknown;
use crate::rules::input::unresolved::UNRESOLVED;
use crate::source::{EntryKind, SourceMap, Span, Spanned, Tree, join_path, normalize_path, parent_path};

/// What a config says, so far as it matters without a database. Paths are relative to the project's root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DrizzleConfig {
    /// The config's own.
    pub path: String,
    /// `postgresql`, `mysql`, `sqlite`, `turso`, …; `None` when it is not said or not known.
    pub dialect: Option<Spanned<String>>,
    /// Files, folders and globs.
    pub schema: Vec<Spanned<String>>,
    /// The folder of the migrations.
    pub out: String,
    /// Whether `out` is written, or the default.
    pub names_out: bool,
    /// Of `out`, or of the whole config where it is not written.
    pub out_span: Span,
    pub casing: Option<Casing>,
    /// `migrations.table`, `migrations.schema`, `migrations.prefix`.
    pub migrations: MigrationsConfig,
    /// `entities.roles.provider`: `supabase` or `neon`, whose roles drizzle-kit then leaves alone.
    pub provider: Option<String>,
    /// Of the whole config.
    pub span: Span,
}

/// Where drizzle-kit keeps what it has applied, and how it names files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MigrationsConfig {
    pub table: String,
    pub schema: String,
    /// `index`, `timestamp`, `supabase`, `unix`, `none`.
    pub prefix: String,
}

impl Default for MigrationsConfig {
    fn default() -> Self {
        Self { table: "__drizzle_migrations".into(), schema: "drizzle".into(), prefix: "index".into() }
    }
}

/// Reads the config at `path`. What cannot be read is left at drizzle-kit's default and said in the findings.
#[must_use]
pub fn read(tree: &dyn Tree, sources: &SourceMap, path: &str) -> (DrizzleConfig, Vec<Diagnostic>) {
    let package = package_directory(tree, parent_path(path));
    let (plain, mut problems) = default_export(tree, sources, path, Some(&package));
    let mut config = DrizzleConfig {
        path: path.to_owned(),
        dialect: None,
        schema: Vec::new(),
        out: "drizzle".into(),
        names_out: false,
        out_span: plain.span,
        casing: None,
        migrations: MigrationsConfig::default(),
        provider: None,
        span: plain.span,
    };
    if !matches!(plain.kind, PlainKind::Object(_)) {
        if problems.is_empty() {
            problems.push(unreadable(path, &plain));
        }
        return (config, problems);
    }
    let mut reader = Reader { path, problems: &mut problems };
    config.dialect = reader.dialect(&plain);
    config.casing = reader.text(&plain, "casing").and_then(|word| Casing::parse(&word.value));
    if let Some(migrations) = plain.get("migrations") {
        let mut set = |name: &str, field: &mut String| {
            if let Some(text) = reader.text(migrations, name) {
                *field = text.value;
            }
        };
        set("table", &mut config.migrations.table);
        set("schema", &mut config.migrations.schema);
        set("prefix", &mut config.migrations.prefix);
    }
    let roles = plain.get("entities").and_then(|entities| entities.get("roles"));
    let provider = roles.filter(|roles| matches!(roles.kind, PlainKind::Object(_)));
    config.provider = provider.and_then(|roles| reader.text(roles, "provider")).map(|name| name.value);
    let schema = reader.texts(&plain, "schema");
    let out = reader.text(&plain, "out");
    config.names_out = out.is_some();
    config.out_span = out.as_ref().map_or(plain.span, |out| out.span);
    let out = out.map_or_else(|| "drizzle".to_owned(), |out| out.value);
    let base = base(tree, path, &package, &schema, &out);
    config.schema = schema
        .into_iter()
        .filter_map(|item| Some(Spanned { value: in_base(&base, &item.value)?, span: item.span }))
        .collect();
    config.out = in_base(&base, &out).unwrap_or(out);
    (config, problems)
}

struct Reader<'a> {
    path: &'a str,
    problems: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn text(&mut self, object: &Plain, name: &str) -> Option<Spanned<String>> {
        let value = object.get(name)?;
        match &value.kind {
            PlainKind::Text(text) => Some(Spanned { value: text.clone(), span: value.span }),
            _ => {
                self.unknown(name, value);
                None
            }
        }
    }

    /// A text or a list of texts.
    fn texts(&mut self, object: &Plain, name: &str) -> Vec<Spanned<String>> {
        let Some(value) = object.get(name) else { return Vec::new() };
        let items = match &value.kind {
            PlainKind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let mut texts = Vec::new();
        for item in items {
            match item.as_str() {
                Some(text) => texts.push(Spanned { value: text.to_owned(), span: item.span }),
                None => self.unknown(name, item),
            }
        }
        texts
    }

    /// `dialect`, or what the `driver` of early versions stands for.
    fn dialect(&mut self, object: &Plain) -> Option<Spanned<String>> {
        if object.get("dialect").is_some() {
            return self.text(object, "dialect");
        }
        let driver = self.text(object, "driver")?;
        let dialect = match driver.value.as_str() {
            "pg" | "pglite" | "aws-data-api" => "postgresql",
            "mysql2" => "mysql",
            "turso" => "turso",
            "better-sqlite" | "libsql" | "d1" | "d1-http" | "expo" | "durable-sqlite" => "sqlite",
            _ => return None,
        };
        Some(Spanned { value: dialect.to_owned(), span: driver.span })
    }

    fn unknown(&mut self, name: &str, value: &Plain) {
        let reason = match &value.kind {
            PlainKind::Unknown(unknown) => unknown.clone(),
            _ => Unknown::new(value.span, "it is no text"),
        };
        self.problems.push(unresolved(
            format!("`{name}` of `{}` is not read, because {}", self.path, reason.reason),
            value.span,
        ));
    }
}

fn unreadable(path: &str, plain: &Plain) -> Diagnostic {
    let reason = match &plain.kind {
        PlainKind::Unknown(unknown) => unknown.reason.clone(),
        PlainKind::Function => "it exports a function".into(),
        PlainKind::List(_) => "it exports a list of configs".into(),
        _ => "it exports no object".into(),
    };
    unresolved(format!("`{path}` is not read, because {reason}"), plain.span)
}

fn unresolved(message: String, span: Span) -> Diagnostic {
    Diagnostic::new(UNRESOLVED.id, UNRESOLVED.severity, message, Label::new(span, ""))
}

/// The nearest folder with a package.json, else the root.
fn package_directory(tree: &dyn Tree, directory: &str) -> String {
    let mut directory = directory;
    while !directory.is_empty() {
        if matches!(tree.kind(&join_path(directory, "package.json")), Ok(Some(EntryKind::File))) {
            return directory.to_owned();
        }
        directory = parent_path(directory);
    }
    String::new()
}

/// The folder that relative paths start from.
fn base(tree: &dyn Tree, path: &str, package: &str, schema: &[Spanned<String>], out: &str) -> String {
    let own = parent_path(path);
    let candidates = [own, package, ""];
    let finds_schema = |base: &&&str| {
        let paths: Vec<String> = schema.iter().filter_map(|item| in_base(base, &item.value)).collect();
        !entries::files(tree, &paths).is_empty()
    };
    let finds_out = |base: &&&str| {
        let path = in_base(base, out);
        path.is_some_and(|path| matches!(tree.kind(&path), Ok(Some(EntryKind::Directory))))
    };
    let found = candidates.iter().find(finds_schema).or_else(|| candidates.iter().find(finds_out));
    (*found.unwrap_or(&own)).to_owned()
}

/// A path of the config relative to the project's root; `None` when it leaves the root.
fn in_base(base: &str, path: &str) -> Option<String> {
    match path.strip_prefix(ROOT) {
        Some(rest) => normalize_path(rest.trim_start_matches('/')),
        None => normalize_path(&join_path(base, path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    /// What `drizzle.config.ts` in `app/` says, beside a schema at `app/src/schema.ts` and at `root/schema.ts`.
    fn check(config: &str, expect: &str) {
        let files = [
            ("app/drizzle.config.ts", config),
            ("app/package.json", "{}"),
            ("app/src/schema.ts", ""),
            ("root/schema.ts", ""),
            ("root/sql/x", ""),
        ];
        let tree = MemoryTree::new(files);
        let (config, problems) = read(&tree, &SourceMap::default(), "app/drizzle.config.ts");
        let schema: Vec<&str> = config.schema.iter().map(|item| item.value.as_str()).collect();
        let dialect = config.dialect.as_ref().map_or("-", |dialect| &dialect.value);
        let problems: Vec<String> = problems.iter().map(|problem| format!(" !{}", problem.message)).collect();
        assert_eq!(format!("{dialect} {} -> {}{}", schema.join(","), config.out, problems.concat()), expect);
    }

    #[test]
    fn forms_of_a_config() {
        for (config, expect) in [
            (
                "import { defineConfig } from 'drizzle-kit'; export default defineConfig({ dialect: 'postgresql', schema: './src/schema.ts', out: './drizzle' })",
                "postgresql app/src/schema.ts -> app/drizzle",
            ),
            (
                "export default { schema: ['./root/*.ts'], out: 'root/sql', driver: 'pg' } satisfies Config",
                "postgresql root/*.ts -> root/sql",
            ),
            ("module.exports = { schema: './src/*', dialect: 'sqlite' }", "sqlite app/src/* -> app/drizzle"),
            (
                "import path from 'path'; const config: Config = { schema: path.resolve(__dirname, 'src/schema.ts'), out: process.env.OUT ?? './m', dialect: 'postgresql' }; export default config",
                "postgresql app/src/schema.ts -> app/m",
            ),
            (
                "export default { schema: `./src/${process.env.X}.ts`, dialect: 'postgresql' }",
                "postgresql  -> app/drizzle !`schema` of `app/drizzle.config.ts` is not read, because the environment variable `X` is read at run time",
            ),
            (
                "export default [{ schema: 'a' }]",
                "-  -> drizzle !`app/drizzle.config.ts` is not read, because it exports a list of configs",
            ),
            (
                "export default () => ({})",
                "-  -> drizzle !`app/drizzle.config.ts` is not read, because it exports a function",
            ),
            (
                "export const x = 1",
                "-  -> drizzle !`app/drizzle.config.ts` is not read, because it has no default export",
            ),
        ] {
            check(config, expect);
        }
    }

    #[test]
    fn migrations_and_casing() {
        let text = "export default { casing: 'snake_case', migrations: { table: 't', schema: 's', prefix: 'unix' } }";
        let tree = MemoryTree::new([("drizzle.config.js", text)]);
        let (config, _) = read(&tree, &SourceMap::default(), "drizzle.config.js");
        assert_eq!(config.casing, Some(Casing::Snake));
        assert_eq!(
            (config.migrations.table.as_str(), config.migrations.schema.as_str(), config.migrations.prefix.as_str()),
            ("t", "s", "unix")
        );
    }
}
