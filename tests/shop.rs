//! The Prisma example: what undrift says of the broken shop, that it has nothing to say of the repaired one, and that every one-line edit of the
//! repaired schema is found as what Prisma's own diff would say. (The expectations were checked against `prisma migrate diff`.)

#[path = "support/repository.rs"]
mod repository;

use repository::Repository;
use serde_json::Value;

const SCHEMA: &str = "prisma/schema.prisma";

fn shop(twin: &str) -> Repository {
    let repository = Repository::new();
    repository.copy(&format!("fixtures/shop/{twin}"));
    repository
}

/// `changed-column products.title type` for each finding of drift or input that is no mere information, sorted.
fn drift(shop: &Repository) -> Vec<String> {
    let output = shop.undrift(&["check", "--all", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines: Vec<String> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|f| f["severity"] != "info")
        .filter_map(|f| {
            let rule = word(&f["rule"]);
            let rule = if rule.starts_with("input/") { rule } else { rule.strip_prefix("drift/")?.to_owned() };
            let table = f["object"]["table"].as_str().map(|table| format!("{table}.")).unwrap_or_default();
            let aspects: Vec<String> = f["aspects"].as_array().into_iter().flatten().map(word).collect();
            let line = format!("{rule} {table}{} {}", word(&f["object"]["name"]), aspects.join(","));
            Some(line.trim_end().to_owned())
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn the_broken_shop() {
    assert_eq!(
        drift(&shop("broken")),
        [
            "changed-column order_items.quantity type",
            "changed-enum order_status values",
            "changed-foreign-key reviews.reviews_customer_id_fkey actions",
            "input/missing-file",
            "missing-column products.weight_grams",
            "missing-index orders.orders_status_placed_at_idx",
            "missing-table stock",
        ]
    );
}

#[test]
fn the_repaired_shop() {
    assert_eq!(drift(&shop("repaired")), [""; 0]);
}

/// A line of the schema (by its beginning), what stands there instead (nothing: the line goes), and what that is.
const EDITS: &[(&str, &str, &[&str])] = &[
    ("  note ", "", &["undeclared-column orders.note"]),
    ("  note ", "  note String", &["changed-column orders.note nullability"]),
    ("  note ", "  note String? @default(\"\")", &["changed-column orders.note default"]),
    ("  note ", "  note String[]", &["changed-column orders.note type"]),
    ("  note ", "  note String? @db.VarChar(500)", &["changed-column orders.note type"]),
    ("  note ", "  note String? @map(\"remark\")", &["missing-column orders.remark", "undeclared-column orders.note"]),
    ("  note ", "  note String? @unique", &["missing-unique orders.orders_note_key"]),
    ("  note ", "  note String? @ignore", &[]),
    ("  note ", "  note String? @default(cuid())", &[]),
    ("  number ", "  number String", &["undeclared-unique orders.orders_number_key"]),
    ("  number ", "  number String @unique(map: \"by_number\")", &["changed-unique orders.by_number name"]),
    ("  total ", "  total Decimal @db.Decimal(14, 2)", &["changed-column orders.total type"]),
    ("  total ", "  total Float", &["changed-column orders.total type"]),
    ("  placedAt ", "  placedAt DateTime @map(\"placed_at\")", &["changed-column orders.placed_at default"]),
    ("  placedAt ", "  placedAt DateTime @default(now()) @map(\"placed_at\") @db.Timestamp", &[]),
    (
        "  placedAt ",
        "  placedAt DateTime @default(now()) @map(\"placed_at\") @db.Timestamptz(3)",
        &["changed-column orders.placed_at type"],
    ),
    ("  status ", "  status OrderStatus @default(PAID)", &["changed-column orders.status default"]),
    ("  status ", "  status OrderStatus?", &["changed-column orders.status nullability,default"]),
    ("  PAID ", "", &["changed-enum order_status values"]),
    ("  PAID ", "  PAID", &["changed-enum order_status values"]),
    (
        "  @@map(\"order_status\")",
        "",
        &["changed-column orders.status type", "missing-enum OrderStatus", "undeclared-enum order_status"],
    ),
    ("  @@index([couponId])", "", &["undeclared-index orders.orders_coupon_id_idx"]),
    ("  @@index([couponId])", "  @@index([couponId], map: \"coupons\")", &["changed-index orders.coupons name"]),
    (
        "  @@index([couponId])",
        "  @@index([couponId], type: Hash)",
        &["changed-index orders.orders_coupon_id_idx method"],
    ),
    ("  @@index([couponId])", "  @@index([couponId(sort: Desc)])", &["changed-index orders.orders_coupon_id_idx sort"]),
    ("  @@index([tags], type: Gin)", "", &["undeclared-index products.products_tags_idx"]),
    (
        "  @@id([orderId, productId])",
        "  @@id([productId, orderId])",
        &["changed-primary-key order_items.order_items_pkey columns"],
    ),
    (
        "  @@id([orderId, productId])",
        "  @@id([orderId, productId], map: \"pk\")",
        &["changed-primary-key order_items.pk name"],
    ),
    ("  @@unique([productId, customerId])", "", &["undeclared-unique reviews.reviews_product_id_customer_id_key"]),
    (
        "  coupon ",
        "  coupon Coupon? @relation(fields: [couponId], references: [id], onDelete: Cascade)",
        &["changed-foreign-key orders.orders_coupon_id_fkey actions"],
    ),
    (
        "  coupon ",
        "  coupon Coupon? @relation(fields: [couponId], references: [id], onUpdate: NoAction)",
        &["changed-foreign-key orders.orders_coupon_id_fkey actions"],
    ),
    ("  coupon ", "  coupon Coupon? @relation(fields: [couponId], references: [id], onDelete: SetNull)", &[]),
    (
        "  coupon ",
        "  coupon Coupon? @relation(fields: [couponId], references: [id], map: \"the_coupon\")",
        &["changed-foreign-key orders.the_coupon name"],
    ),
    ("  published ", "  published Boolean @default(true)", &["changed-column products.published default"]),
    ("  currency ", "  currency String @default(\"EUR\") @db.VarChar(3)", &["changed-column products.currency type"]),
    ("  tags ", "  tags String[]", &["changed-column products.tags default"]),
    ("  attributes ", "  attributes Json @default(\"{ }\")", &[]),
    ("  attributes ", "  attributes Json @default(\"[]\")", &["changed-column products.attributes default"]),
    ("  percent ", "  percent Int", &["changed-column coupons.percent type"]),
    ("  validTill ", "  validTill DateTime? @map(\"valid_till\")", &["changed-column coupons.valid_till type"]),
    (
        "  @@map(\"coupons\")",
        "  @@map(\"vouchers\")",
        &[
            "changed-foreign-key orders.orders_coupon_id_fkey columns",
            "missing-table vouchers",
            "undeclared-table coupons",
        ],
    ),
    ("  quantity  Int     @default(0)", "  quantity Int", &["changed-column stock.quantity default"]),
    ("  rating ", "  rating Int @db.SmallInt\n  helpful Int @default(0)", &["missing-column reviews.helpful"]),
    (
        "  placedAt ",
        "  placedAt DateTime @default(dbgenerated(\"now()\")) @map(\"placed_at\")",
        &["changed-column orders.placed_at default"],
    ),
    ("  placedAt ", "  placedAt DateTime @default(dbgenerated(\"CURRENT_TIMESTAMP\")) @map(\"placed_at\")", &[]),
    ("  @@index([couponId]", "  @@index([couponId(length: 3)])", &["input/invalid-schema"]),
    ("  @@index([couponId]", "  @@index([couponId], type: Gin)", &["input/invalid-schema"]),
    ("  slug ", "  slug Sting @unique", &["input/invalid-schema"]),
    ("  slug ", "  slug String @unique @foo", &["input/invalid-schema"]),
];

#[test]
fn one_line_edits() {
    let shop = shop("repaired");
    let schema = shop.read(SCHEMA);
    let mut wrong = Vec::new();
    for (line, instead, expect) in EDITS {
        let at = schema.find(&format!("\n{line}")).unwrap_or_else(|| panic!("no line begins with {line:?}")) + 1;
        let end = at + schema[at..].find('\n').expect("a line end");
        let tail = if instead.is_empty() { &schema[end + 1..] } else { &schema[end..] };
        shop.write(SCHEMA, &format!("{}{instead}{tail}", &schema[..at]));
        let found = drift(&shop);
        if found != *expect {
            wrong.push(format!("{line} -> {instead}\n  found    {found:?}\n  expected {expect:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A schema change and its migration go into the same commit.
#[test]
fn the_hook_wants_the_migration_too() {
    let shop = shop("repaired");
    shop.git(&["add", "."]);
    shop.git(&["commit", "--quiet", "-m", "the shop"]);
    let installed = shop.undrift(&["hook", "install"]);
    assert!(installed.status.success(), "{installed:?}");
    shop.edit(
        SCHEMA,
        "  percent   Int       @db.SmallInt\n",
        "  percent   Int       @db.SmallInt\n  uses      Int       @default(0)\n",
    );
    shop.git(&["add", "."]);
    let (made, printed) = shop.commit(&[]);
    assert!(!made && printed.contains("coupons"), "{printed}");
    assert!(printed.contains("pnpm exec prisma migrate dev --create-only"), "{printed}");
    let sql = "-- AlterTable\nALTER TABLE \"coupons\" ADD COLUMN     \"uses\" INTEGER NOT NULL DEFAULT 0;\n";
    shop.write("prisma/migrations/20250501090000_coupon_uses/migration.sql", sql);
    shop.git(&["add", "."]);
    let (made, printed) = shop.commit(&[]);
    assert!(made, "{printed}");
}
