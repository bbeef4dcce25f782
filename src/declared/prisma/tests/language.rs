//! What the comparison is told of a schema beside its catalog.

use super::{loaded, loaded_text};
use crate::declared::prisma::tests::DATASOURCE;

#[test]
fn only_the_named_schemas_are_looked_at() {
    let (plain, _) = loaded_text("model A {\n  id Int @id\n}", 7);
    assert_eq!(plain.language.schemas, Some(vec!["public".to_owned()]));
    let text = "datasource db {\n  provider = \"postgresql\"\n  schemas = [\"base\", \"auth\"]\n}";
    let (several, _) = loaded_text(text, 7);
    assert_eq!(several.language.schemas, Some(vec!["base".to_owned(), "auth".to_owned()]));
}

#[test]
fn partial_indexes_count_where_they_can_be_declared() {
    let preview = "generator g {\n  provider = \"prisma-client\"\n  previewFeatures = [\"partialIndexes\"]\n}";
    assert!(loaded_text(preview, 7).0.language.partial_indexes);
    assert!(!loaded_text("", 7).0.language.partial_indexes);
}

#[test]
fn the_version_and_external_tables_come_from_the_project() {
    let schema = format!("{DATASOURCE}model A {{\n  id Int @id\n  b B[]\n}}\nmodel B {{\n  id Int @id\n  a A[]\n}}");
    let files = [
        ("package.json", r#"{"devDependencies": {"prisma": "5.22.0"}}"#),
        ("prisma.config.ts", "export default { tables: { external: ['auth.users'] } }"),
        ("prisma/schema.prisma", schema.as_str()),
    ];
    let sources = crate::source::SourceMap::default();
    let tree = crate::source::MemoryTree::new(files);
    let settings = super::PrismaSettings { paths: vec!["prisma/schema.prisma".into()], ..Default::default() };
    let declared = super::load(&tree, &sources, &super::PostgreSql, &settings);
    let join = declared.catalog.tables.values().find(|t| t.name.name == "_AToB").expect("the join table");
    assert_eq!(join.primary_key, None, "before Prisma 6 the pair is a unique index");
    assert!(declared.language.left_alone.iter().any(|l| l.name == "users" && l.schema.as_deref() == Some("auth")));
}

#[test]
fn a_folder_is_one_schema() {
    let model = "model A {\n  id Int @id\n  e E\n}";
    let files = [
        ("s/a/model.prisma", model),
        ("s/base.prisma", DATASOURCE),
        ("s/enums.prisma", "enum E {\n  X\n}"),
        ("s/x.sql", ""),
    ];
    let (declared, _) = loaded(&files, "s", 7);
    assert_eq!(declared.files, ["s/a/model.prisma", "s/base.prisma", "s/enums.prisma"]);
    assert_eq!((declared.catalog.tables.len(), declared.problems.len()), (1, 0));
    let (absent, _) = loaded(&files, "t", 7);
    assert_eq!(absent.problems.iter().map(|p| p.rule).collect::<Vec<_>>(), ["input/missing-file"]);
}
