//! A Prisma project of any size.

use super::Files;

/// Each model is created by a migration of its own; the migrations after those add a column with an index to one model after the other.
pub(crate) fn project(models: usize, migrations: usize) -> Files {
    let mut files: Files = vec![("prisma/migrations/migration_lock.toml".into(), "provider = \"postgresql\"\n".into())];
    let mut columns = vec![String::new(); models];
    for at in 0..migrations {
        let (model, round) = (at % models, at / models);
        let sql = if round == 0 { CREATE_TABLE } else { ADD_COLUMN };
        let sql = sql.replace("_N", &format!("_{model}")).replace("_M", &format!("_{round}"));
        files.push((format!("prisma/migrations/{:014}_step/migration.sql", 20_240_101_000_000_u64 + at as u64), sql));
        if round > 0 {
            columns[model] += &ADDED_FIELD.replace("_M", &format!("_{round}"));
        }
    }
    let mut schema = HEAD.to_owned();
    for (model, columns) in columns.iter().enumerate() {
        schema += &MODEL.replace("FIELDS", columns).replace("_N", &format!("_{model}"));
    }
    files.push(("prisma/schema.prisma".into(), schema));
    files
}

const CREATE_TABLE: &str = r#"-- CreateTable
CREATE TABLE "Order_N" (
    "id" TEXT NOT NULL,
    "customer" TEXT NOT NULL,
    "note" VARCHAR(255),
    "total" DECIMAL(10,2) NOT NULL DEFAULT 0,
    "parentId" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Order_N_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Order_N_customer_idx" ON "Order_N"("customer");

-- AddForeignKey
ALTER TABLE "Order_N" ADD CONSTRAINT "Order_N_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "Order_N"("id") ON DELETE SET NULL ON UPDATE CASCADE;
"#;

const ADD_COLUMN: &str = r#"-- AlterTable
ALTER TABLE "Order_N" ADD COLUMN     "quantity_M" INTEGER NOT NULL DEFAULT 1;

-- CreateIndex
CREATE INDEX "Order_N_quantity_M_createdAt_idx" ON "Order_N"("quantity_M", "createdAt");
"#;

const HEAD: &str = r#"datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

generator client {
  provider = "prisma-client-js"
}
"#;

const MODEL: &str = r#"
model Order_N {
  id        String    @id @default(cuid())
  customer  String
  note      String?   @db.VarChar(255)
  total     Decimal   @default(0) @db.Decimal(10, 2)
  parentId  String?
  createdAt DateTime  @default(now())
  parent    Order_N?  @relation("tree", fields: [parentId], references: [id])
  children  Order_N[] @relation("tree")
FIELDS
  @@index([customer])
}
"#;

const ADDED_FIELD: &str = "  quantity_M Int @default(1)\n  @@index([quantity_M, createdAt])\n";
