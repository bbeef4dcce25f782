//! A Drizzle project of any size.

use super::Files;

/// A Drizzle project: every second migration creates a table, the others add a column and an index to it, as histories do.
pub(crate) fn project(migrations: usize) -> Files {
    let mut files = Vec::new();
    let mut schema = String::from(
        "import { index, integer, numeric, pgTable, text, timestamp, uuid, varchar } from \"drizzle-orm/pg-core\";\n",
    );
    let mut entries = Vec::new();
    for at in 0..migrations {
        let table = at / 2;
        let tag = format!("{at:04}_step");
        let when = 1_700_000_000_000u64 + at as u64;
        entries
            .push(format!(r#"{{"idx": {at}, "version": "7", "when": {when}, "tag": "{tag}", "breakpoints": true}}"#));
        files
            .push((format!("migrations/{tag}.sql"), if at % 2 == 0 { create_table(table) } else { add_column(table) }));
        if at % 2 == 0 {
            schema.push_str(&declare_table(table));
        }
    }
    let journal = format!(r#"{{"version": "7", "dialect": "postgresql", "entries": [{}]}}"#, entries.join(","));
    files.push(("migrations/meta/_journal.json".into(), journal));
    files.push(("schema.ts".into(), schema));
    files
}

const CREATE_TABLE: &str = r#"CREATE TABLE "orders_N" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"customer" varchar(255) NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"total" numeric(10, 2) DEFAULT '0' NOT NULL,
	"parent_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "orders_N" ADD CONSTRAINT "orders_N_parent_id_orders_N_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."orders_N"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "orders_N_customer_idx" ON "orders_N" USING btree ("customer");
"#;

const ADD_COLUMN: &str = r#"ALTER TABLE "orders_N" ADD COLUMN "quantity" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
CREATE INDEX "orders_N_quantity_idx" ON "orders_N" USING btree ("quantity","created_at");
"#;

const DECLARE_TABLE: &str = r#"export const ordersN = pgTable("orders_N", {
  id: uuid("id").primaryKey().defaultRandom(),
  customer: varchar("customer", { length: 255 }).notNull(),
  note: text("note").default("").notNull(),
  total: numeric("total", { precision: 10, scale: 2 }).default("0").notNull(),
  parentId: uuid("parent_id").references((): any => ordersN.id, { onDelete: "cascade" }),
  createdAt: timestamp("created_at", { withTimezone: true }).defaultNow().notNull(),
  quantity: integer("quantity").default(1).notNull(),
}, (t) => [
  index("orders_N_customer_idx").on(t.customer),
  index("orders_N_quantity_idx").on(t.quantity, t.createdAt),
]);
"#;

fn create_table(n: usize) -> String {
    CREATE_TABLE.replace("_N", &format!("_{n}"))
}

fn add_column(n: usize) -> String {
    ADD_COLUMN.replace("_N", &format!("_{n}"))
}

fn declare_table(n: usize) -> String {
    DECLARE_TABLE.replace("_N", &format!("_{n}")).replace("ordersN", &format!("orders{n}"))
}
