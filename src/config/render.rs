//! Targets as the text of an `undrift.toml`, for `undrift init`.

use std::fmt::Write as _;

use super::{Casing, DeclaredSource, Target};

/// The text, with what was found as comments.
#[must_use]
pub fn render(targets: &[Target]) -> String {
    let mut text = String::from(
        "#:schema https://raw.githubusercontent.com/undrift/undrift/main/docs/undrift.schema.json\n\
         # What undrift compares. Paths are relative to the project root; with targets here, nothing else is searched for.\n",
    );
    for target in targets {
        let _ = writeln!(text, "\n# {}\n[[target]]\nname = {}", target.why.replace('\n', " "), quoted(&target.name));
        let _ = writeln!(text, "dialect = {}", quoted(&target.dialect));
        if let Some(declared) = &target.declared {
            let _ = writeln!(text, "declared = {{ {} }}", declared_words(declared));
        }
        if let Some(migrations) = &target.migrations {
            let dirs: Vec<String> = migrations.dirs().cloned().collect();
            let _ = write!(text, "migrations = {{ dir = {}", list(&dirs));
            if let Some(layout) = &migrations.layout {
                let _ = write!(text, ", layout = {}", quoted(layout));
            }
            if !migrations.schemas.is_empty() {
                let _ = write!(text, ", schemas = {}", array(&migrations.schemas));
            }
            text.push_str(" }\n");
        }
        if !target.search_path.is_empty() {
            let _ = writeln!(text, "search_path = {}", array(&target.search_path));
        }
        if !target.placeholders.is_empty() {
            let pairs = target.placeholders.iter().map(|(name, value)| format!("{} = {}", quoted(name), quoted(value)));
            let _ = writeln!(text, "placeholders = {{ {} }}", pairs.collect::<Vec<_>>().join(", "));
        }
        if let Some(platform) = &target.platform {
            let _ = writeln!(text, "platform = {}", quoted(platform));
        }
        if let Some(generate) = &target.generate {
            let _ = writeln!(text, "generate = {}", quoted(generate));
        }
    }
    text
}

fn declared_words(declared: &DeclaredSource) -> String {
    match declared {
        DeclaredSource::Drizzle { entries, casing } => {
            let casing = match casing {
                Some(Casing::SnakeCase) => ", casing = \"snake_case\"",
                Some(Casing::CamelCase) => ", casing = \"camelCase\"",
                None => "",
            };
            format!("drizzle = {}{casing}", list(entries))
        }
        DeclaredSource::Schema { language, path } => format!("{} = {}", language.key, quoted(path)),
        DeclaredSource::Sql { entries } => format!("sql = {}", list(entries)),
    }
}

fn list(entries: &[String]) -> String {
    match entries {
        [one] => quoted(one),
        many => array(many),
    }
}

fn array(entries: &[String]) -> String {
    format!("[{}]", entries.iter().map(|entry| quoted(entry)).collect::<Vec<_>>().join(", "))
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{MigrationsSource, Names, parse};

    #[test]
    fn what_is_written_reads_back() {
        let target = Target {
            name: "a \"b\"".into(),
            dialect: "postgresql".into(),
            declared: Some(DeclaredSource::Drizzle {
                entries: vec!["a.ts".into(), "b.ts".into()],
                casing: Some(Casing::SnakeCase),
            }),
            migrations: Some(MigrationsSource {
                dir: "drizzle".into(),
                layout: Some("drizzle".into()),
                ..MigrationsSource::default()
            }),
            generate: Some("npx drizzle-kit generate".into()),
            why: "`undrift.toml` names it".into(),
            found_in: Some("undrift.toml".into()),
            ..Target::default()
        };
        let flyway = Target {
            name: "b".into(),
            dialect: "postgresql".into(),
            migrations: Some(MigrationsSource {
                dir: "db/a".into(),
                more_dirs: vec!["db/b".into()],
                schemas: vec!["shop".into()],
                layout: Some("flyway".into()),
                ..MigrationsSource::default()
            }),
            search_path: vec!["shop".into(), "public".into()],
            placeholders: [("role".to_owned(), "reader".to_owned())].into(),
            why: "`undrift.toml` names it".into(),
            found_in: Some("undrift.toml".into()),
            ..Target::default()
        };
        let targets = [target, flyway];
        let names = Names { rules: &[], layouts: &["drizzle", "flyway"], platforms: &[] };
        let mut config = parse("undrift.toml", &render(&targets), names).expect("a good config");
        for migrations in config.targets.iter_mut().filter_map(|target| target.migrations.as_mut()) {
            assert!(migrations.place.take().is_some());
        }
        assert_eq!(config.targets, targets);
    }
}
