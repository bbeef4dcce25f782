//! The catalog that Prisma's schema engine would make. The expectations were checked against `prisma migrate diff --from-empty`.

use std::fmt::Write;

use super::{DATASOURCE, loaded_as, loaded_text};
use crate::model::{Catalog, Column, ForeignKey, Index, IndexKeyPart, Known, SortOrder, Table};

fn check(text: &str, expect: &str) {
    check_version(7, text, expect);
}

fn check_version(version: u32, text: &str, expect: &str) {
    let (declared, _) = loaded_text(text, version);
    let messages: Vec<_> = declared.problems.iter().map(|p| p.message.as_str()).collect();
    assert_eq!(messages, [""; 0], "{text}");
    let expect: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let shown = show(&declared.catalog);
    assert_eq!(shown.lines().map(str::trim).collect::<Vec<_>>(), expect, "{text}\n{shown}");
}

fn show(catalog: &Catalog) -> String {
    let mut out = String::new();
    for name in catalog.schemas.keys().filter(|name| *name != "public") {
        let _ = writeln!(out, "schema {name}");
    }
    for declared in catalog.enums.values() {
        let labels = declared.labels.known().map(|l| l.iter().map(|l| l.value.as_str()).collect::<Vec<_>>().join(" "));
        let _ = writeln!(out, "enum {}: {}", declared.name, labels.unwrap_or_default());
    }
    for table in catalog.tables.values() {
        show_table(&mut out, table);
    }
    for sequence in catalog.sequences.values() {
        let ty = sequence.options.data_type.as_ref().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(out, "sequence {} {ty}", sequence.name);
    }
    out
}

fn show_table(out: &mut String, table: &Table) {
    let _ = writeln!(out, "table {}", table.name);
    for column in &table.columns {
        let _ = writeln!(out, "{}", show_column(column));
    }
    if let Some(key) = &table.primary_key {
        let _ = writeln!(out, "{} primary key ({})", key.name, key.columns.join(", "));
    }
    for index in &table.indexes {
        let _ = writeln!(out, "{}", show_index(index));
    }
    for key in &table.foreign_keys {
        let _ = writeln!(out, "{}", show_foreign_key(key));
    }
}

fn show_column(column: &Column) -> String {
    let ty = column.ty.known().map(ToString::to_string).unwrap_or_else(|| "?".into());
    let not_null = if column.not_null == Known::Known(true) { " not null" } else { "" };
    let default = column.default.known().and_then(Option::as_ref).map(|d| format!(" = {}", d.expr.sql));
    format!("{} {ty}{not_null}{}", column.name, default.unwrap_or_default())
}

fn show_index(index: &Index) -> String {
    let keys = index.keys.iter().map(|key| {
        let IndexKeyPart::Column(name) = &key.part else { return "?".to_owned() };
        let opclass = key.opclass.as_ref().map(|o| format!(" {o}")).unwrap_or_default();
        format!("{name}{opclass}{}", if key.order == SortOrder::Descending { " desc" } else { "" })
    });
    let unique = if index.unique { "unique" } else { "index" };
    let predicate = index.predicate.known().and_then(Option::as_ref).map(|p| format!(" where {}", p.sql));
    let keys = keys.collect::<Vec<_>>().join(", ");
    format!("{} {unique} {} ({keys}){}", index.name, index.method, predicate.unwrap_or_default())
}

fn show_foreign_key(key: &ForeignKey) -> String {
    format!(
        "{} ({}) -> {} ({}) {}/{}",
        key.name,
        key.columns.join(", "),
        key.ref_table,
        key.ref_columns.join(", "),
        key.on_delete.as_str(),
        key.on_update.as_str()
    )
}

#[test]
fn scalars() {
    check(
        "model M {
          id Int @id
          a BigInt
          b Float?
          c Decimal
          d Boolean
          e String
          f DateTime
          g Json
          h Bytes
          i String[]
        }",
        "table M
        id integer not null
        a bigint not null
        b double precision
        c numeric(65,30) not null
        d boolean not null
        e text not null
        f timestamp(3) without time zone not null
        g jsonb not null
        h bytea not null
        i text[]
        M_pkey primary key (id)",
    );
}

#[test]
fn native_types() {
    check(
        r#"model M {
          id String @id @db.Uuid
          a Int @db.SmallInt
          b Int @db.Oid
          c Decimal @db.Decimal(10, 2)
          d Decimal @db.Decimal
          e Decimal @db.Money
          f Float @db.Real
          g String @db.VarChar(10)
          h String @db.Char(3)
          i String @db.Bit(8)
          j String @db.VarBit
          k String @db.Inet
          l String @db.Citext
          m DateTime @db.Timestamptz(6)
          n DateTime @db.Timestamp
          o DateTime @db.Date
          p DateTime @db.Timetz(3)
          q Json @db.Json
          r String[] @db.VarChar(20)
          s Unsupported("circle")?
          t Unsupported("tsvector")[]
        }"#,
        "table M
        id uuid not null
        a smallint not null
        b oid not null
        c numeric(10,2) not null
        d numeric not null
        e money not null
        f real not null
        g character varying(10) not null
        h character(3) not null
        i bit(8) not null
        j bit varying not null
        k inet not null
        l citext not null
        m timestamp(6) with time zone not null
        n timestamp without time zone not null
        o date not null
        p time(3) with time zone not null
        q json not null
        r character varying(20)[]
        s circle
        t tsvector[]
        M_pkey primary key (id)",
    );
}

#[test]
fn defaults() {
    check(
        r#"enum Role {
          ADMIN @map("the admin")
          USER
        }
        model M {
          id String @id @default(uuid(7))
          a Int @default(-3)
          b String @default("it's")
          c Boolean @default(true)
          d DateTime @default(now()) @updatedAt
          e Role @default(ADMIN)
          f Role[] @default([USER, ADMIN])
          g Json @default("{\"a\": 1}")
          h Bytes @default("aGVsbG8=")
          i Decimal @default("1.50")
          j Int[] @default([])
          k Int[] @default([1, 2])
          l String @default(dbgenerated("gen_random_uuid()")) @db.Uuid
          m String @default(dbgenerated())
          n String @default(cuid())
        }"#,
        "enum Role: the admin USER
        table M
        id text not null
        a integer not null = -3
        b text not null = 'it''s'
        c boolean not null = true
        d timestamp(3) without time zone not null = CURRENT_TIMESTAMP
        e Role not null = 'the admin'
        f Role[] = ARRAY['USER', 'the admin']::\"Role\"[]
        g jsonb not null = '{\"a\": 1}'
        h bytea not null = '\\x68656c6c6f'
        i numeric(65,30) not null = 1.50
        j integer[] = ARRAY[]::integer[]
        k integer[] = ARRAY[1, 2]::integer[]
        l uuid not null = gen_random_uuid()
        m text not null
        n text not null
        M_pkey primary key (id)",
    );
}

#[test]
fn counting_columns_are_serial() {
    check(
        "model Order {
          id BigInt @id @default(autoincrement())
          n Int @default(autoincrement()) @db.SmallInt
          @@map(\"orders\")
        }",
        "table orders
        id bigint not null = nextval('\"public\".\"orders_id_seq\"'::regclass)
        n smallint not null = nextval('\"public\".\"orders_n_seq\"'::regclass)
        orders_pkey primary key (id)
        sequence orders_id_seq bigint
        sequence orders_n_seq smallint",
    );
}

#[test]
fn keys_and_indexes() {
    check(
        r#"model M {
          a Int @map("a_a")
          b String @unique
          c String[]
          d Json
          e Int @unique(map: "e_is_unique", sort: Desc)
          @@id([a, b])
          @@unique([a, e], name: "client_name")
          @@index([a, b(sort: Desc)])
          @@index([c], type: Gin)
          @@index([d(ops: JsonbPathOps)], type: Gin, map: "by_d")
          @@index([b(ops: raw("gin_trgm_ops"))], type: Gin, name: "old_name")
          @@index([a(ops: Int4MinMaxMultiOps)], type: Brin, map: "by_a")
          @@map("m")
        }"#,
        "table m
        a_a integer not null
        b text not null
        c text[]
        d jsonb not null
        e integer not null
        m_pkey primary key (a_a, b)
        m_b_key unique btree (b)
        e_is_unique unique btree (e desc)
        m_a_a_e_key unique btree (a_a, e)
        m_a_a_b_idx index btree (a_a, b desc)
        m_c_idx index gin (c)
        by_d index gin (d jsonb_path_ops)
        old_name index gin (b gin_trgm_ops)
        by_a index brin (a_a int4_minmax_multi_ops)",
    );
}

#[test]
fn partial_indexes() {
    check(
        r#"generator g {
          provider        = "prisma-client"
          previewFeatures = ["partialIndexes"]
        }
        model M {
          id Int @id
          a String?
          b Boolean
          @@index([a], where: raw("id > 3"))
          @@unique([b], where: { a: null, b: { not: false } }, map: "one")
        }"#,
        "table M
        id integer not null
        a text
        b boolean not null
        M_pkey primary key (id)
        M_a_idx index btree (a) where id > 3
        one unique btree (b) where \"a\" IS NULL AND \"b\" <> false",
    );
}

#[test]
fn names_are_cut_to_63_bytes() {
    check(
        "model AVeryLongNameOfAModelThatIsLongerThanAnyTableNameShouldEverBe {
          id Int @id
          aRatherLongNameOfAField Int
          @@index([aRatherLongNameOfAField])
        }",
        "table AVeryLongNameOfAModelThatIsLongerThanAnyTableNameShouldEverBe
        id integer not null
        aRatherLongNameOfAField integer not null
        AVeryLongNameOfAModelThatIsLongerThanAnyTableNameShouldEve_pkey primary key (id)
        AVeryLongNameOfAModelThatIsLongerThanAnyTableNameShouldEver_idx index btree (aRatherLongNameOfAField)",
    );
}

#[test]
fn relations_have_their_default_actions() {
    check(
        r#"model User {
          id Int @id
          x Int
          y Int
          bossId Int?
          boss User? @relation("boss", fields: [bossId], references: [id])
          staff User[] @relation("boss")
          posts Post[]
          profile Profile?
          pairs Pair[]
          @@unique([x, y])
        }
        model Post {
          id Int @id
          authorId Int @map("author")
          author User @relation(fields: [authorId], references: [id])
        }
        model Profile {
          id Int @id
          userId Int @unique
          user User @relation(fields: [userId], references: [id], onDelete: Cascade, onUpdate: NoAction, map: "profile_user")
        }
        model Pair {
          id Int @id
          x Int?
          y Int
          user User? @relation(fields: [x, y], references: [x, y])
        }"#,
        "table User
        id integer not null
        x integer not null
        y integer not null
        bossId integer
        User_pkey primary key (id)
        User_x_y_key unique btree (x, y)
        User_bossId_fkey (bossId) -> User (id) set null/cascade
        table Post
        id integer not null
        author integer not null
        Post_pkey primary key (id)
        Post_author_fkey (author) -> User (id) restrict/cascade
        table Profile
        id integer not null
        userId integer not null
        Profile_pkey primary key (id)
        Profile_userId_key unique btree (userId)
        profile_user (userId) -> User (id) cascade/no action
        table Pair
        id integer not null
        x integer
        y integer not null
        Pair_pkey primary key (id)
        Pair_x_y_fkey (x, y) -> User (x, y) restrict/cascade",
    );
}

const TAGS: &str = "model Tag {
  name String @id @db.VarChar(20)
  posts Post[]
}
model Post {
  id Int @id
  tags Tag[]
}";

#[test]
fn many_to_many_has_a_table() {
    check(
        TAGS,
        "table Tag
        name character varying(20) not null
        Tag_pkey primary key (name)
        table Post
        id integer not null
        Post_pkey primary key (id)
        table _PostToTag
        A integer not null
        B character varying(20) not null
        _PostToTag_AB_pkey primary key (A, B)
        _PostToTag_B_index index btree (B)
        _PostToTag_A_fkey (A) -> Post (id) cascade/cascade
        _PostToTag_B_fkey (B) -> Tag (name) cascade/cascade",
    );
}

#[test]
fn a_client_of_another_language_tells_the_version() {
    let check = |provider: &str, expect: bool| {
        let text = format!("{DATASOURCE}generator client {{\n  provider = \"{provider}\"\n}}\n{TAGS}");
        let shown = show(&loaded_as(&[("schema.prisma", &text)], "schema.prisma", None).0.catalog);
        assert_eq!(shown.contains("_AB_pkey"), expect, "{provider}: {shown}");
    };
    check("prisma-client-py", false);
    check("cargo prisma", false);
    check("prisma-client-js", true);
}

#[test]
fn before_version_6_the_pair_is_a_unique_index() {
    let (declared, _) = loaded_text(TAGS, 5);
    let shown = show(&declared.catalog);
    assert!(shown.contains("_PostToTag_AB_unique unique btree (A, B)\n_PostToTag_B_index"), "{shown}");
    assert!(!shown.contains("_AB_pkey"), "{shown}");
}

#[test]
fn a_self_relation_and_a_name() {
    check(
        "model User {
          id Int @id
          follows User[] @relation(\"follow\")
          followed User[] @relation(\"follow\")
          @@map(\"users\")
        }",
        "table users
        id integer not null
        users_pkey primary key (id)
        table _follow
        A integer not null
        B integer not null
        _follow_AB_pkey primary key (A, B)
        _follow_B_index index btree (B)
        _follow_A_fkey (A) -> users (id) cascade/cascade
        _follow_B_fkey (B) -> users (id) cascade/cascade",
    );
}

#[test]
fn schemas_ignored_models_and_views() {
    check(
        r#"generator client {
          provider        = "prisma-client"
          previewFeatures = ["views"]
        }
        datasource db {
          provider     = "postgresql"
          schemas      = ["public", "auth"]
          relationMode = "prisma"
        }
        enum E {
          A
          @@schema("auth")
        }
        model User {
          id Int @id
          e E @ignore
          posts Post[] @ignore
          @@schema("auth")
        }
        model Post {
          id Int
          userId Int
          user User @relation(fields: [userId], references: [id])
          @@ignore
          @@schema("public")
        }
        view V {
          id Int @unique
          @@schema("public")
        }"#,
        "schema auth
        enum auth.E: A
        table auth.User
        id integer not null
        e auth.E not null
        User_pkey primary key (id)
        table Post
        id integer not null
        userId integer not null",
    );
}

#[test]
fn what_cannot_be_read_is_unknown() {
    let (declared, _) = loaded_text("model M {\n  id Int @id\n  ???\n  a Foo\n}", 7);
    let table = declared.catalog.tables.values().next().expect("the table");
    assert_eq!((table.columns.len(), table.unknown_columns.len()), (1, 2));
    assert_eq!(declared.problems.iter().map(|p| p.rule).collect::<Vec<_>>(), ["input/syntax", "input/invalid-schema"]);
}
