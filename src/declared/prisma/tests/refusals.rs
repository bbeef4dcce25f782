//! Rules of the language that are easily missed, each with what it takes and what it refuses. (What Prisma itself says of these was asked of its
//! own validator.)

use super::loaded_text;

/// A datasource before the text, and the lines with a problem; lines count from the text's own first.
fn check(text: &str, expect: &[(usize, &str)]) {
    check_version(7, text, expect);
}

fn check_version(version: u32, text: &str, expect: &[(usize, &str)]) {
    let (declared, sources) = loaded_text(text, version);
    let own = if text.contains("datasource ") { 0 } else { 3 } + usize::from(version < 7);
    let line = |p: &crate::diagnostic::Diagnostic| {
        let place = p.primary.span;
        sources.file(place.file).line_column(place.start).line.saturating_sub(own)
    };
    let found: Vec<(usize, &str)> = declared.problems.iter().map(|p| (line(p), p.message.as_str())).collect();
    let fits = found.len() == expect.len() && found.iter().zip(expect).all(|(f, e)| f.0 == e.0 && f.1.contains(e.1));
    assert!(fits, "{text}\nfound {found:#?}\nexpected {expect:#?}");
}

fn check_model(lines: &str, expect: &[(usize, &str)]) {
    check(&format!("model M {{\n  id Int @id\n{lines}\n}}\n"), expect);
}

fn check_pair(a: &str, b: &str, expect: &[(usize, &str)]) {
    check(&format!("model A {{\n  id Int @id\n{a}\n}}\nmodel B {{\n  id Int @id\n{b}\n}}"), expect);
}

#[test]
fn names_are_of_any_script() {
    check("model Lööps {\n  id Int @id\n  größe Boolean\n  c Катег\n}\nenum Катег {\n  да\n}", &[]);
    check("model _A {\n  id Int @id\n}", &[(1, "begins with no underscore")]);
    check("enum E {\n  _A\n  B\n}", &[(2, "not a value or attribute of the enum `E`")]);
}

#[test]
fn a_comment_that_is_not_closed_is_none() {
    check("model M {\n  id Int @id /* the key */\n}\n/* the end", &[(4, "no block starts here")]);
}

#[test]
fn a_name_in_the_database_is_given_once() {
    check_pair(
        "  b B[]",
        "  aId Int\n  a A @relation(fields: [aId], references: [id], map: \"x\")\n  @@index([aId], map: \"x\")",
        &[(8, "this foreign key is also that of the index"), (9, "this index is also that of the foreign key")],
    );
    check_model(
        "  a Int\n  @@index([a], map: \"M_pkey\")",
        &[(2, "also that of the index"), (4, "also that of the id")],
    );
    let long = "x".repeat(64);
    check_pair(
        "  b B[]",
        &format!("  aId Int\n  a A @relation(fields: [aId], references: [id], map: \"{long}\")"),
        &[(8, "longer than the 63 bytes")],
    );
    check(
        "model A {\n  id Int @id(map: \"a\")\n  @@map(\"B\")\n}\nmodel B {\n  id Int @id\n}",
        &[(3, "`B` is already the table of `A`")],
    );
}

#[test]
fn a_name_in_the_client_is_given_once() {
    check_model("  a Int\n  b Int\n  @@unique([a, b], name: \"a\")", &[(5, "is the name of a field")]);
    check_model("  a Int\n  b Int\n  a_b Int\n  @@unique([a, b])", &[(6, "the client calls this `@@unique` `a_b`")]);
    check_model("  a Int\n  b Int\n  a_b Int\n  @@index([a, b])", &[]);
    check(
        "model M {\n  a Int\n  b Int\n  @@id([a, b], name: \"x\")\n  @@unique([b, a], name: \"x\")\n}",
        &[(4, "more than one key of `M` has the name `x`"), (5, "more than one key")],
    );
}

#[test]
fn a_row_is_told_by_supported_fields_of_all_rows() {
    check("model M {\n  a Unsupported(\"point\") @id\n}", &[(1, "needs an `@id`")]);
    check("model M {\n  a Unsupported(\"point\")\n  b Int\n  @@id([a, b])\n}", &[(1, "needs an `@id`")]);
}

#[test]
fn a_type_with_a_word_of_its_own_is_not_unsupported() {
    check_model("  a Unsupported(\"VarChar(10)\")", &[(3, "can be a `String`")]);
    check_model("  a Unsupported(\"Integer\")?", &[(3, "can be a `Int`")]);
    check_model("  a Unsupported(\"integer\")?\n  b Unsupported(\"varchar(10)\")?", &[]);
}

#[test]
fn what_is_ignored_is_ignored_once() {
    check_model("  a Int @ignore\n  @@ignore", &[(3, "needs no `@ignore`")]);
}

#[test]
fn a_time_is_one_of_the_calendar() {
    check_model("  a DateTime @default(\"2020-02-29T23:59:60Z\")", &[]);
    for text in ["2021-02-29T00:00:00Z", "2020-13-01T00:00:00Z", "2020-01-01T24:00:00Z"] {
        check_model(&format!("  a DateTime @default(\"{text}\")"), &[(3, "`DateTime` is expected")]);
    }
}

#[test]
fn relations_between_the_same_models() {
    // The name that Prisma gives to an unnamed relation is taken too.
    check_pair(
        "  b B? @relation(fields: [bId], references: [id])\n  bId Int? @unique\n  bs B[] @relation(\"AToB\")",
        "  a A?\n  as A[] @relation(\"AToB\")",
        &[(3, "`b`, `bs` of `A` all refer to `B`"), (9, "`a`, `as` of `B` all refer to `A`")],
    );
}

#[test]
fn both_sides_of_a_relation_are_told_of_what_belongs_to_one() {
    let fields = "@relation(fields: [aId], references: [id]";
    check_pair("  b B?", "  a A?", &[(3, "has to name `fields`"), (7, "has to name `fields`")]);
    check_pair(
        "  b B? @relation(fields: [bId], references: [id])\n  bId Int? @unique",
        &format!("  aId Int? @unique\n  a A? {fields})"),
        &[(3, "belong to only one side"), (9, "belong to only one side")],
    );
    check_pair(
        "  b B? @relation(onDelete: Cascade)",
        &format!("  aId Int @unique\n  a A {fields}, onDelete: Cascade)"),
        &[(3, "stand where the fields do"), (8, "on only one side")],
    );
    check_pair("  b B", &format!("  aId Int? @unique\n  a A? {fields})"), &[(8, "belong to the required side, `A.b`")]);
    check_pair("  b B[]", &format!("  aId Int\n  a A[] {fields})"), &[(3, "on neither side"), (8, "on neither side")]);
    check_pair(
        "  x Int\n  y Int\n  b B?\n  @@unique([x, y])",
        "  x Int\n  y Int\n  a A @relation(fields: [x, y], references: [x, y])\n  @@unique([y, x])",
        &[(12, "need a `@@unique`")],
    );
}

#[test]
fn urls_moved_to_the_config() {
    let text = |url: &str| format!("datasource db {{\n  provider = \"postgresql\"\n{url}}}");
    check(&text("  url = env(\"X\")\n"), &[(3, "`url` is no property of a datasource since Prisma 7")]);
    check(&text("  directUrl = \"x\"\n"), &[(3, "`directUrl` is no property")]);
    check_version(6, &text("  directUrl = env(X)\n"), &[(3, "`directUrl` is a string")]);
    let same = "  directUrl = \"x\"\n  shadowDatabaseUrl = \"x\"\n";
    check_version(6, &text(same), &[(3, "is the same as `directUrl`")]);
}

#[test]
fn preview_features_come_and_go() {
    let text = |feature: &str| format!("generator g {{\n  provider = \"x\"\n  previewFeatures = [\"{feature}\"]\n}}");
    check(&text("foo"), &[(3, "`foo` is not known")]);
    check(&text("metrics"), &[(3, "no preview feature `metrics` any more")]);
    check_version(6, &text("metrics"), &[]);
    check(&text("multischema"), &[]);
    check_version(5, &text("partialIndexes"), &[(3, "came with Prisma 7")]);
}

#[test]
fn settings_of_generators_and_extensions() {
    check("generator g {\n  provider = \"x\"\n  version = 1\n  a = [[], true]\n  output = env(\"X\")\n}", &[]);
    check("generator g {\n  provider = [\"x\"]\n}", &[(2, "`provider` is a string")]);
    check("generator g {\n  provider = \"x\"\n  engineType = [\"x\"]\n}", &[(3, "`engineType` is a string")]);
    let preview = "generator g {\n  provider = \"x\"\n  previewFeatures = [\"postgresqlExtensions\"]\n}\n";
    let extensions =
        |value: &str| format!("datasource db {{\n  provider = \"postgresql\"\n  extensions = {value}\n}}\n{preview}");
    check(&extensions("postgis"), &[]);
    check(&extensions("[uuid_ossp(map: \"uuid-ossp\", version: \"\")]"), &[]);
    check(&extensions("[uuid-ossp]"), &[(3, "no `-`")]);
}

#[test]
fn conditions_of_partial_indexes() {
    let preview = "generator g {\n  provider = \"x\"\n  previewFeatures = [\"partialIndexes\"]\n}\n";
    let model = |lines: &str| {
        format!(
            "{preview}model M {{\n  id Int @id\n  a Boolean\n  s String?\n  n Int\n  j Json\n  r R\n  g Unsupported(\"point\")?\n{lines}\n}}\nenum R {{\n  X\n}}"
        )
    };
    let check_where = |condition: &str, expect: &[(usize, &str)]| {
        check(&model(&format!("  @@index([n], where: {condition})")), expect);
        check(&model(&format!("  f Int @unique(where: {condition})")), expect);
    };
    for fits in
        ["raw(\"n > 3\")", "{ a: true, s: null }", "{ s: { not: \"x\" } }", "{ n: -1 }", "{ r: \"X\" }", "{ g: null }"]
    {
        check_where(fits, &[]);
    }
    check_where("raw(\"\")", &[(13, "not empty")]);
    check_where("raw(1)", &[(13, "one string")]);
    check_where("{}", &[(13, "expects")]);
    check_where("{ s: { eq: 1 } }", &[(13, "not: value")]);
    check_where("{ s: true }", &[(13, "`true` cannot be compared with `s`")]);
    check_where("{ n: \"x\" }", &[(13, "cannot be compared with `n`")]);
    check_where("{ a: 1 }", &[(13, "cannot be compared with `a`")]);
    check_where("{ j: \"x\" }", &[(13, "cannot be compared with `j`")]);
    check_where("{ g: \"x\" }", &[(13, "cannot be compared with `g`")]);
    check_where("{ r: true }", &[(13, "cannot be compared with `r`")]);
}

#[test]
fn unknown_options_of_a_key_field_are_passed_over() {
    check_model("  g Unsupported(\"tsvector\")?\n  @@index([g(raw: \"tsvector_ops\")], type: Gin)", &[]);
}

#[test]
fn a_native_type_is_read_under_a_wrong_prefix() {
    check_model(
        "  a Int @x.SmallInt\n  @@index([a(ops: Int4MinMaxOps)], type: Brin)",
        &[(3, "the prefix `x`"), (4, "`Int4MinMaxOps` does not go with")],
    );
}

#[test]
fn views_are_no_sides_of_many_to_many_relations() {
    let preview = "generator g {\n  provider = \"x\"\n  previewFeatures = [\"views\"]\n}\n";
    check(
        &format!(
            "{preview}model A {{\n  id Int @id\n  v V[]\n}}\nview V {{\n  id Int @unique(map: \"x\")\n  a A[]\n}}"
        ),
        &[(7, "relations with views"), (10, "no index in the database"), (11, "relations with views")],
    );
}

#[test]
fn shard_keys_are_of_mysql() {
    check_model("  a Int @shardKey\n  b Int\n  @@shardKey([b])", &[(3, "of MySQL"), (5, "of MySQL")]);
    let mysql = "datasource db {\n  provider = \"mysql\"\n}\nmodel M {\n  id Int @id\n  a Int\n  @@shardKey([a])\n}";
    check(mysql, &[(2, "the target of `postgresql`")]);
}
