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
            let _ = write!(text, "migrations = {{ dir = {}", quoted(&migrations.dir));
            if let Some(layout) = &migrations.layout {
                let _ = write!(text, ", layout = {}", quoted(layout));
            }
            text.push_str(" }\n");
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
        many => format!("[{}]", many.iter().map(|entry| quoted(entry)).collect::<Vec<_>>().join(", ")),
    }
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
                files: None,
                place: None,
            }),
            generate: Some("npx drizzle-kit generate".into()),
            why: "`undrift.toml` names it".into(),
            found_in: Some("undrift.toml".into()),
            ..Target::default()
        };
        let names = Names { rules: &[], layouts: &["drizzle"], platforms: &[] };
        let mut config = parse("undrift.toml", &render(std::slice::from_ref(&target)), names).expect("a good config");
        if let Some(migrations) = &mut config.targets[0].migrations {
            assert!(migrations.place.take().is_some());
        }
        assert_eq!(config.targets, [target]);
    }
}
