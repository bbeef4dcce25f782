//! The schemas that Drizzle brings for platforms, in its own words: what `drizzle-orm/supabase` and `drizzle-orm/neon` export.
//! Read by the evaluator in place of the packages.

/// Package names with the text that stands for them.
pub(super) const PACKAGES: [(&str, &str); 2] = [
    (
        "drizzle-orm/supabase",
        r#"
import { sql } from "drizzle-orm";
import { bigserial, pgRole, pgSchema, text, timestamp, uuid, varchar } from "drizzle-orm/pg-core";
export const anonRole = pgRole("anon").existing();
export const authenticatedRole = pgRole("authenticated").existing();
export const serviceRole = pgRole("service_role").existing();
export const postgresRole = pgRole("postgres_role").existing();
export const supabaseAuthAdminRole = pgRole("supabase_auth_admin").existing();
const zoned = (name) => timestamp(name, { withTimezone: true });
export const authUsers = pgSchema("auth").table("users", {
  id: uuid().primaryKey().notNull(), email: varchar({ length: 255 }), phone: text().unique(),
  emailConfirmedAt: zoned("email_confirmed_at"), phoneConfirmedAt: zoned("phone_confirmed_at"),
  lastSignInAt: zoned("last_sign_in_at"), createdAt: zoned("created_at"), updatedAt: zoned("updated_at"),
});
export const realtimeMessages = pgSchema("realtime").table("messages", {
  id: bigserial({ mode: "bigint" }).primaryKey(), topic: text().notNull(), extension: text().notNull(),
});
export const authUid = sql`(select auth.uid())`;
export const realtimeTopic = sql`realtime.topic()`;
"#,
    ),
    (
        "drizzle-orm/neon",
        r#"
import { sql } from "drizzle-orm";
import { jsonb, pgRole, pgSchema, text, timestamp } from "drizzle-orm/pg-core";
import { crudPolicy } from "drizzle-orm/pg-core";
export { crudPolicy };
export const authenticatedRole = pgRole("authenticated").existing();
export const anonymousRole = pgRole("anonymous").existing();
export const authUid = (column) => sql`(select auth.user_id() = ${column})`;
const zoned = (name) => timestamp(name, { withTimezone: true });
export const usersSync = pgSchema("neon_auth").table("users_sync", {
  rawJson: jsonb("raw_json").notNull(), id: text().primaryKey().notNull(), name: text(), email: text(),
  createdAt: zoned("created_at"), deletedAt: zoned("deleted_at"), updatedAt: zoned("updated_at"),
});
"#,
    ),
];
