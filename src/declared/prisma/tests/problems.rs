//! What Prisma refuses is refused at its place; what it takes is taken.

use super::loaded;
use crate::declared::prisma::tests::DATASOURCE;

/// The lines with a problem, as `line: part of the message`; lines count from the text's own first.
fn check(text: &str, expect: &[(usize, &str)]) {
    let has_datasource = text.contains("datasource ");
    let full = if has_datasource { text.to_owned() } else { format!("{DATASOURCE}{text}") };
    let skipped = if has_datasource { 0 } else { DATASOURCE.lines().count() };
    let (declared, sources) = loaded(&[("schema.prisma", &full)], "schema.prisma", 7);
    let found: Vec<(usize, String)> = declared
        .problems
        .iter()
        .map(|p| {
            let file = sources.file(p.primary.span.file);
            (file.line_column(p.primary.span.start).line - skipped, p.message.clone())
        })
        .collect();
    let fits = found.len() == expect.len()
        && found.iter().zip(expect).all(|((line, message), (at, part))| line == at && message.contains(part));
    assert!(fits, "{text}\nfound {found:#?}\nexpected {expect:#?}");
}

/// A model `M` with an id, around lines of which the first is line 3.
fn check_model(lines: &str, expect: &[(usize, &str)]) {
    check(&format!("model M {{\n  id Int @id\n{lines}\n}}\n"), expect);
}

#[test]
fn the_whole_language_is_read() {
    check(
        r#"
/* a comment
   of lines { */
datasource db { // text after a brace
  provider     = "postgresql"
  relationMode = "foreignKeys"
  schemas      = ["public", "auth"]
}

generator client {
  provider        = "prisma-client-js"
  previewFeatures = ["views", "relationJoins"]
  output          = "../out" // with a comment
}

/// Documentation
model User {
  id       Int       @id @default( autoincrement( ) ) // a comment
  email    String    @unique(map: "users_email") @db.VarChar( 255 )
  slashes  String    @default("http://x \"y\" \u00e9\\")
  tags     String [] @default([])
  role     Role?     @default(USER)
  geo      Unsupported("circle")?
  price    Decimal   @default(-1.50) @db.Decimal(10,2)
  at       DateTime  @default(now()) @updatedAt @db.Timestamptz(6)
  posts    Post[]
  @@index([email(sort: Desc), role], map: "by_role", type: BTree)
  @@schema("auth")
  } // the end
enum Role {
  USER  @map("user")
  ADMIN
  @@map("roles")
  @@schema("public")
}
model Post {
  id      String @id @default(cuid(2))
  owner   User   @relation(fields: [ownerId], references: [id], onDelete: Cascade, onUpdate: NoAction, map: "fk")
  ownerId Int

  @@unique([ownerId, id], name: "pair")
  @@schema("public")
}
view Active {
  id Int @unique
  @@schema("public")
}
"#,
        &[],
    );
}

#[test]
fn a_bad_line_costs_one_finding() {
    check_model("  a String\n  b ???\n  c String", &[(4, "not a field or attribute of the model `M`")]);
    check_model("  a", &[(3, "the field `a` of `M` has no type")]);
    check_model("  a String @default(\"x)\n  b String", &[(3, "not a field")]);
    check_model("  a: String", &[(3, "no `:`")]);
    check_model("  a [String]", &[(3, "`Type[]`")]);
    check_model("  a String!", &[(3, "`!`")]);
    check_model("  a Int[]?", &[(3, "no optional lists")]);
    check_model("  a Int @default(1,)", &[(3, "no argument after this comma")]);
    check_model("  a String @default(\"\\x\")", &[(3, "no escape")]);
    check_model("  a Int\n  @@index([\n    a\n  ])", &[(4, "on one line"), (5, "has no type"), (6, "not a field")]);
    check("enum E {\n  A B\n  C\n}", &[(2, "a value or attribute")]);
    check("table T {\n  a Int\n}\nmodel M {\n  id Int @id\n}", &[(1, "no block of the schema language")]);
    check("modle", &[(1, "no block starts here")]);
    check("type Id = Int", &[(1, "type aliases")]);
    check("model M {\n  id Int @id", &[(1, "not closed")]);
    check("model M { id Int @id }", &[(1, "a line of its own")]);
}

#[test]
fn nesting_is_bounded() {
    check_model(&format!("  a Int[] @default({}1", "[".repeat(5000)), &[(3, "not a field")]);
}

#[test]
fn names() {
    check("model A {\n  id Int @id\n}\nmodel A {\n  id Int @id\n}", &[(4, "already a model of that name")]);
    check("model A {\n  id Int @id\n}\nenum A {\n  X\n}", &[(4, "already a model of that name")]);
    check("model String {\n  id Int @id\n}", &[(1, "built-in type")]);
    check("model return {\n  id Int @id\n}", &[(1, "reserved")]);
    check("enum E {\n  A\n  A\n}", &[(3, "already declared on the enum")]);
    check(
        "model A {\n  id Int @id\n  @@map(\"t\")\n}\nmodel B {\n  id Int @id\n  @@map(\"t\")\n}",
        &[(2, "the name `t_pkey`"), (6, "the name `t_pkey`"), (7, "already the table of `A`")],
    );
    check_model("  a Int\n  a Int", &[(4, "already declared on the model")]);
    check_model("  a Int\n  b Int @map(\"a\")", &[(4, "already that of the field `a`")]);
    check_model("  1a Int", &[(3, "cannot begin with a digit")]);
    check_model("  a-b Int", &[(3, "cannot contain `-`")]);
}

#[test]
fn types_and_attributes() {
    check_model("  a Strin", &[(3, "the type `Strin`")]);
    check_model("  a string", &[(3, "`String` is meant?")]);
    check_model("  a Int @foo", &[(3, "`@foo` is not known")]);
    check_model("  a Int @unique @unique", &[(3, "only once"), (3, "only once")]);
    check_model("  a Int @unique(foo: 1)", &[(3, "no argument `foo`")]);
    check_model("  a Int @map()", &[(3, "needs the argument `name`")]);
    check_model("  a Int @map(\"\")", &[]);
    check_model("  a Int @unique(map: \"\")", &[(3, "is empty")]);
    check_model("  a Int @map(b)", &[(3, "expects a string")]);
    check_model("  a Int @updatedAt", &[(3, "`DateTime`")]);
    check_model("  a Int @db.Foo", &[(3, "no native type `Foo`")]);
    check_model("  a Int @db.varchar(3)", &[(3, "`VarChar` is meant?")]);
    check_model("  a Int @db.VarChar(3)", &[(3, "goes with a field of the type `String`, not `Int`")]);
    check_model("  a DateTime @db.Timestamp(7)", &[(3, "between 0 and 6")]);
    check_model("  a Decimal @db.Decimal(2, 3)", &[(3, "scale")]);
    check_model("  a String @pg.Text", &[(3, "the prefix `pg`")]);
    check_model("  @@foo", &[(3, "`@@foo` is not known")]);
    check_model("  @@map(\"a\")\n  @@map(\"b\")", &[(3, "only once"), (4, "only once")]);
    check_model("  @@schema(\"x\")", &[(3, "needs `schemas`")]);
}

#[test]
fn defaults() {
    check_model("  a Int @default(\"x\")", &[(3, "type `Int` is expected")]);
    check_model("  a Int @default(now())", &[(3, "`now()` cannot be the default of a field of the type `Int`")]);
    check_model("  a Int? @default(autoincrement())\n  b DateTime[] @default(now())", &[]);
    check_model("  a String @default(uuid(5))", &[(3, "4 or 7")]);
    check_model("  a String @default(foo())", &[(3, "no function `foo`")]);
    check_model("  a Int[] @default(1)", &[(3, "the default of a list is a list")]);
    check_model("  a Int @default([1])", &[(3, "cannot be a list")]);
    check_model("  a Boolean @default(yes)", &[(3, "type `Boolean`")]);
    check_model("  a Json @default(\"{\")", &[(3, "no JSON")]);
    check_model("  a Bytes @default(\"%\")", &[(3, "no Base64")]);
    check_model("  a DateTime @default(\"yesterday\")", &[(3, "2006-01-02T15:04:05Z")]);
    check_model("  a Unsupported(\"x\") @default(1)", &[(3, "dbgenerated")]);
    check_model("  a Int @default(dbgenerated(\"\"))", &[(3, "not empty")]);
    check("enum E {\n  A\n}\nmodel M {\n  id Int @id\n  e E @default(B)\n}", &[(6, "`B` is no value of the enum `E`")]);
}

#[test]
fn keys() {
    check("model M {\n  a Int\n}", &[(1, "needs an `@id`")]);
    check("model M {\n  a Int? @id\n}", &[(2, "has to be required")]);
    check("model M {\n  a Int @id\n  b Int @id\n}", &[(1, "more than one id")]);
    check("model M {\n  a Int @id\n  b Int\n  @@id([a, b])\n}", &[(1, "more than one id")]);
    check_model("  @@index([x])", &[(3, "the index refers to the field `x`, which `M` does not have")]);
    check_model("  @@unique([id, id])", &[(3, "twice")]);
    check_model("  @@index([])", &[(3, "without fields")]);
    check_model("  @@index([id], type: Foo)", &[(3, "no index type")]);
    check_model("  @@index([id(sort: Up)])", &[(3, "`Asc` or `Desc`")]);
    check_model("  @@index([id(sort: Desc)], type: Hash)", &[(3, "no order")]);
    check_model("  @@index([id(ops: FooOps)], type: Gin)", &[(3, "no operator class")]);
    check_model("  @@index([id], where: raw(\"id > 3\"))", &[(3, "preview feature `partialIndexes`")]);
    check_model("  @@index([id], name: \"a\", map: \"b\")", &[(3, "only one of them")]);
    check_model(&format!("  @@index([id], map: \"{}\")", "x".repeat(64)), &[(3, "longer than the 63 bytes")]);
    check_model(
        "  a Int\n  @@index([a], map: \"x\")\n  @@unique([a], map: \"x\")",
        &[(4, "also that of the unique"), (5, "also that of the index")],
    );
}

#[test]
fn relations() {
    let check_pair = |a: &str, b: &str, expect: &[(usize, &str)]| {
        check(&format!("model A {{\n  id Int @id\n{a}\n}}\nmodel B {{\n  id Int @id\n{b}\n}}"), expect);
    };
    check_pair("  b B[]", "", &[(3, "`A.b` has no opposite field on the model `B`")]);
    check_pair("  bId Int\n  b B @relation(fields: [bId], references: [id])", "", &[(4, "no opposite field")]);
    check_pair("  b B[]", "  a A", &[(7, "`B.a` has to name `fields` and `references`")]);
    check_pair(
        "  b B[]",
        "  aId Int\n  a A @relation(fields: [aid], references: [id])",
        &[(8, "field `aid`, which `B`")],
    );
    check_pair("  b B[]", "  aId Int\n  a A @relation(fields: [aId], references: [x])", &[(8, "field `x`, which `A`")]);
    check_pair("  b B[]", "  aId Int\n  a A @relation(fields: [aId])", &[(8, "lacks the argument `references`")]);
    check_pair("  b B[]", "  aId Int\n  a A @relation(fields: [], references: [id])", &[(8, "names no field")]);
    check_pair("  b B[]", "  aId String\n  a A @relation(fields: [aId], references: [id])", &[(8, "differ")]);
    check_pair("  b B[]", "  aId Int?\n  a A @relation(fields: [aId], references: [id])", &[(8, "has to be optional")]);
    check_pair(
        "  n Int\n  b B[]",
        "  aId Int\n  a A @relation(fields: [aId], references: [n])",
        &[(9, "unique key of `A`")],
    );
    check_pair("  b B?", "  aId Int\n  a A @relation(fields: [aId], references: [id])", &[(8, "needs `@unique`")]);
    check_pair(
        "  b B",
        "  aId Int @unique\n  a A @relation(fields: [aId], references: [id])",
        &[(3, "`A.b` of a one-to-one relation has to be optional")],
    );
    check_pair(
        "  b B[] @relation(onDelete: Cascade)",
        "  aId Int\n  a A @relation(fields: [aId], references: [id])",
        &[(3, "where the fields do")],
    );
    check_pair("  b B[]\n  c B[]", "  a A[]\n  d A[]", &[(3, "all refer to `B`"), (8, "all refer to `A`")]);
    check_pair("  b B[] @relation(onDelete: Cascade)", "  a A[]", &[(3, "no referential actions")]);
    check_pair(
        "  b B[]",
        "  aId Int\n  a A @relation(fields: [aId], references: [id], onDelete: Drop)",
        &[(8, "no referential action")],
    );
    check(
        "model A {\n  x Int\n  y Int\n  b B[]\n  @@id([x, y])\n}\nmodel B {\n  id Int @id\n  a A[]\n}",
        &[(9, "needs an id of one field")],
    );
}

#[test]
fn configuration() {
    check("datasource db {\n  relationMode = \"prisma\"\n}", &[(1, "no `provider`")]);
    check("datasource db {\n  provider = \"oracle\"\n}", &[(2, "not known")]);
    check("datasource db {\n  provider = \"mysql\"\n}", &[(2, "the target of `postgresql`")]);
    check("datasource db {\n  provider = \"postgresql\"\n  foo = 1\n}", &[(3, "no property `foo`")]);
    check("datasource db {\n  provider = \"postgresql\"\n  relationMode = \"x\"\n}", &[(3, "relation mode")]);
    check("datasource db {\n  provider = \"postgresql\"\n  schemas = []\n}", &[(3, "at least one")]);
    check("datasource db {\n  provider = \"postgresql\"\n  extensions = [pgcrypto]\n}", &[(3, "postgresqlExtensions")]);
    check(
        "datasource a {\n  provider = \"postgresql\"\n}\ndatasource b {\n  provider = \"postgresql\"\n}",
        &[(1, "more than one datasource"), (4, "more than one datasource")],
    );
    check("generator g {\n  output = \"x\"\n}", &[(1, "no `provider`")]);
}

#[test]
fn index_methods_and_classes_go_with_some_fields() {
    check_model("  t String[]\n  j Json\n  @@index([t], type: Gin)\n  @@index([j(ops: JsonbPathOps)], type: Gin)", &[]);
    check_model("  n String\n  @@index([n], type: Gin)", &[(4, "gin index does not support")]);
    check_model("  n String @db.Uuid\n  @@index([n], type: Gist)", &[(4, "no default operator class")]);
    check_model("  n String @db.Uuid\n  @@index([n(ops: raw(\"x\"))], type: Gist)", &[]);
    check_model("  b Boolean\n  @@index([b], type: Brin)", &[(4, "brin index does not support")]);
    check_model("  n Int @db.SmallInt\n  @@index([n(ops: Int2BloomOps)], type: Brin)", &[]);
    check_model("  n Int\n  @@index([n(ops: Int2BloomOps)], type: Brin)", &[(4, "`Int2BloomOps` does not go with")]);
    check_model("  n Int\n  @@index([n(ops: TextOps)])", &[(4, "`TextOps` is not one of a btree index")]);
    check_model("  n String\n  @@index([n, id], type: SpGist)", &[(4, "takes one field")]);
    check_model("  x String @unique @db.Xml", &[(3, "`Xml`")]);
    check_model("  x String @db.Xml\n  @@index([x])", &[(3, "`Xml`")]);
    check_model("  n String\n  @@index([n(ops: raw(1))])", &[(4, "operator class")]);
}

#[test]
fn options_of_other_databases() {
    check_model("  n String @unique(length: 3)", &[(3, "`length`")]);
    check_model("  n String\n  @@index([n(length: 3)])", &[(4, "`length`")]);
    check_model("  n String\n  @@index([n], clustered: true)", &[(4, "SQL Server")]);
    check("model M {\n  id Int @id(sort: Desc)\n}", &[(2, "`sort`")]);
    check_model("  n String @db.VarChar(0)", &[]);
    check_model("  n String @db.Bit(0)", &[(3, "at least 1")]);
}

#[test]
fn views_need_their_preview_feature() {
    let model = "model M {\n  id Int @id\n}\n";
    check(&format!("{model}view V {{\n  id Int @unique\n}}"), &[(4, "`views`")]);
    let preview = "generator client {\n  provider = \"prisma-client\"\n  previewFeatures = [\"views\"]\n}\n";
    let view = "view V {\n  id Int @id\n  n Int @unique\n  @@index([n])\n}";
    check(&format!("{preview}{model}{view}"), &[(9, "no primary key"), (11, "no indexes")]);
}

#[test]
fn emulated_relations_have_fewer_actions() {
    let datasource = "datasource db {\n  provider     = \"postgresql\"\n  relationMode = \"prisma\"\n}\n";
    let pair = |actions: &str, arity: &str| {
        format!(
            "{datasource}model A {{\n  id Int @id\n  bId Int{arity}\n  b B{arity} @relation(fields: [bId], references: [id]{actions})\n}}\nmodel B {{\n  id Int @id\n  as A[]\n}}"
        )
    };
    check(&pair("", ""), &[]);
    check(&pair(", onDelete: SetNull", "?"), &[]);
    check(&pair(", onDelete: SetNull", ""), &[(8, "optional")]);
    check(&pair(", onDelete: SetDefault", ""), &[(8, "`SetDefault`")]);
    let tree = |actions: &str| {
        format!(
            "{datasource}model T {{\n  id Int @id\n  upId Int?\n  up T? @relation(\"t\", fields: [upId], references: [id]{actions})\n  down T[] @relation(\"t\")\n}}"
        )
    };
    check(&tree(""), &[(8, "itself")]);
    check(&tree(", onDelete: Restrict, onUpdate: Restrict"), &[]);
    let circle = format!(
        "{datasource}model A {{\n  id Int @id\n  bId Int\n  b B @relation(\"x\", fields: [bId], references: [id])\n  bs B[] @relation(\"y\")\n}}\nmodel B {{\n  id Int @id\n  aId Int\n  a A @relation(\"y\", fields: [aId], references: [id])\n  as A[] @relation(\"x\")\n}}"
    );
    check(&circle, &[(8, "cycle"), (14, "cycle")]);
}
