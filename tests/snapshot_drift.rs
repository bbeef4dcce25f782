//! Drizzle's last snapshot held against the declared schema and the migrations: one edit of the three at a time, and what is said of it.
//!
//! The fixture's migration and snapshot are those that drizzle-kit 0.31 generated from its schema.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new() -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/snapshot");
        for path in ["schema.ts", "drizzle.config.ts", SQL, "drizzle/meta/_journal.json", SNAPSHOT] {
            project.write(path, &std::fs::read_to_string(fixture.join(path)).expect(path));
        }
        project
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.folder.path().join(path)).expect(path);
        assert_eq!(text.matches(from).count(), 1, "{path}: {from}");
        self.write(path, &text.replace(from, to));
    }

    /// Sets a value of the snapshot, or removes it.
    fn snapshot(&self, pointer: &str, value: Option<Value>) {
        let text = std::fs::read_to_string(self.folder.path().join(SNAPSHOT)).expect("the snapshot");
        let mut snapshot: Value = serde_json::from_str(&text).expect("JSON");
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        let key = key.replace("~1", "/");
        let parent = snapshot.pointer_mut(parent).expect(pointer);
        match (parent, value) {
            (Value::Object(object), Some(value)) => drop(object.insert(key, value)),
            (Value::Object(object), None) => drop(object.shift_remove(&key).expect(pointer)),
            (Value::Array(list), Some(value)) => list[key.parse::<usize>().expect("a number")] = value,
            (Value::Array(list), None) => drop(list.remove(key.parse().expect("a number"))),
            _ => panic!("{pointer}"),
        }
        self.write(SNAPSHOT, &serde_json::to_string_pretty(&snapshot).expect("JSON"));
    }

    fn findings(&self) -> Vec<Value> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_undrift"));
        command.args(["check", "--all", "--format", "json", "--project"]).arg(self.folder.path());
        let output = command.output().expect("it runs");
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        report["findings"].as_array().expect("findings").clone()
    }

    /// The findings about the snapshot: the object, which of the three is behind, and what `generate` does with it.
    fn said(&self) -> Vec<String> {
        let of_snapshot = self.findings().into_iter().filter(|f| f["rule"] == "order/snapshot-drift");
        of_snapshot
            .map(|f| {
                let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let (message, then) = (word(&f["message"]), word(&f["consequence"]));
                let (who, then) =
                    (message.split(':').next().unwrap_or_default(), then.replace("`npx drizzle-kit generate` ", ""));
                format!("{}: {who}: {then}", word(&f["object"]["name"]))
            })
            .collect()
    }
}

const SQL: &str = "drizzle/0000_init.sql";
const SNAPSHOT: &str = "drizzle/meta/0000_snapshot.json";
const USERS: &str = "/tables/public.users";
const VIEW: &str = "/views/public.active_users";
const BEHIND: &str = "the last snapshot is behind";
const TWICE: &str = "writes it a second time, which fails: already exists";
const CHANGES_TWICE: &str = "writes the change a second time";

#[test]
fn what_drizzle_kit_generated_agrees() {
    assert_eq!(Project::new().findings(), Vec::<Value>::new());
}

#[test]
fn what_the_snapshot_lacks_is_written_twice() {
    for (pointer, object) in [
        ("/tables/billing.memberships", "memberships"),
        (&format!("{USERS}/columns/email"), "email"),
        (&format!("{USERS}/indexes/users_email_idx"), "users_email_idx"),
        (&format!("{USERS}/foreignKeys/users_org_id_orgs_id_fk"), "users_org_id_orgs_id_fk"),
        (&format!("{USERS}/checkConstraints/users_balance_check"), "users_balance_check"),
        (&format!("{USERS}/policies/users_own"), "users_own"),
        ("/tables/public.orgs/uniqueConstraints/orgs_name_unique", "orgs_name_unique"),
        ("/sequences/public.counter", "counter"),
        ("/views/public.active_users", "active_users"),
    ] {
        let project = Project::new();
        project.snapshot(pointer, None);
        let said = project.said();
        let expect = format!("{object}: {BEHIND}: {TWICE}");
        assert!(said.contains(&expect), "{pointer}: {said:?}");
    }
}

#[test]
fn another_form_in_the_snapshot() {
    let column = |rest: &str| format!("{USERS}/columns/{rest}");
    for (pointer, value, object) in [
        (column("org_id/type"), json!("bigint"), "org_id"),
        (column("email/notNull"), json!(false), "email"),
        (column("role/default"), json!("'admin'"), "role"),
        (column("active/default"), json!(false), "active"),
        (column("balance/type"), json!("numeric(12, 2)"), "balance"),
        (column("tags/type"), json!("text"), "tags"),
        (column("roles/typeSchema"), json!("billing"), "roles"),
        (column("lower/generated/as"), json!("upper(email)"), "lower"),
        (column("number/identity/type"), json!("byDefault"), "number"),
        ("/enums/public.role/values/1".into(), json!("guest"), "role"),
        (format!("{USERS}/indexes/users_created_idx/columns/0/asc"), json!(true), "users_created_idx"),
        (format!("{USERS}/indexes/users_created_idx/where"), json!("not active"), "users_created_idx"),
        (format!("{USERS}/indexes/users_email_idx/isUnique"), json!(false), "users_email_idx"),
        (format!("{USERS}/foreignKeys/users_org_id_orgs_id_fk/onDelete"), json!("restrict"), "users_org_id_orgs_id_fk"),
        (format!("{USERS}/checkConstraints/users_balance_check/value"), json!("balance > 1"), "users_balance_check"),
        (format!("{USERS}/policies/users_own/using"), json!("false"), "users_own"),
        (format!("{USERS}/policies/users_own/as"), json!("RESTRICTIVE"), "users_own"),
        (format!("{USERS}/policies/users_own/for"), json!("DELETE"), "users_own"),
        (format!("{USERS}/policies/users_own/to"), json!(["somebody"]), "users_own"),
        (format!("{USERS}/indexes/users_email_idx/method"), json!("hash"), "users_email_idx"),
        ("/tables/public.orgs/isRLSEnabled".into(), json!(true), "orgs"),
        (
            "/tables/public.orgs/uniqueConstraints/orgs_name_unique/nullsNotDistinct".into(),
            json!(true),
            "orgs_name_unique",
        ),
        ("/sequences/public.counter/increment".into(), json!("7"), "counter"),
        (format!("{VIEW}/materialized"), json!(true), "active_users"),
        (format!("{VIEW}/definition"), json!("select \"id\" from \"orgs\""), "active_users"),
        (format!("{VIEW}/with"), json!({ "securityInvoker": true }), "active_users"),
        (format!("{VIEW}/with"), json!({ "checkOption": "local" }), "active_users"),
        // Drizzle 0.x knows them by name.
        (format!("{USERS}/indexes/users_email_idx/name"), json!("users_mail_idx"), "users_mail_idx"),
    ] {
        let project = Project::new();
        project.snapshot(&pointer, Some(value));
        let said = project.said();
        let changed = format!("{object}: {BEHIND}: {CHANGES_TWICE}");
        // A foreign key, index, check or policy may as well be told as one that is missing and one that is left over.
        assert!(
            said.contains(&changed) || said.contains(&format!("{object}: {BEHIND}: {TWICE}")),
            "{pointer}: {said:?}"
        );
    }
}

#[test]
fn a_view_that_is_materialized_in_the_migrations_alone() {
    let project = Project::new();
    project.edit(
        SQL,
        "CREATE VIEW \"public\".\"active_users\"",
        "CREATE MATERIALIZED VIEW \"public\".\"active_users\"",
    );
    let said = project.said();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("active_users: the migrations are behind the last snapshot"), "{said:?}");
}

#[test]
fn what_is_written_one_way_means_the_same() {
    for (pointer, value) in [
        (format!("{USERS}/columns/created_at/default"), json!("CURRENT_TIMESTAMP")),
        (format!("{USERS}/columns/balance/type"), json!("numeric(10,2)")),
        (format!("{USERS}/checkConstraints/users_balance_check/value"), json!("(balance >= 0)")),
    ] {
        let project = Project::new();
        project.snapshot(&pointer, Some(value));
        assert_eq!(project.said(), Vec::<String>::new(), "{pointer}");
    }
}

#[test]
fn a_change_of_the_schema_alone_is_drift_and_no_more() {
    let project = Project::new();
    project.edit(
        "schema.ts",
        "email: text(\"email\").notNull(),",
        "email: text(\"email\").notNull(), phone: text(\"phone\"),",
    );
    assert_eq!(project.said(), Vec::<String>::new());
    let findings = project.findings();
    assert_eq!(findings[0]["rule"], "drift/missing-column");
    assert_eq!(findings[0]["fix"]["command"], "npx drizzle-kit generate");
}

#[test]
fn what_was_taken_out_of_a_migration_is_never_written_again() {
    let project = Project::new();
    project.edit(SQL, "\t\"email\" text NOT NULL,\n", "\t\"email\" text,\n");
    project.edit(SQL, "CREATE SEQUENCE \"public\".\"counter\"", "CREATE SEQUENCE \"public\".\"kounter\"");
    let migrations = "the migrations are behind the last snapshot";
    assert_eq!(
        project.said(),
        [
            format!("email: {migrations}: finds no change, and the difference stays"),
            format!("counter: {migrations}: finds no change, and never writes it"),
        ]
    );
    let findings = project.findings();
    let drift = findings.iter().find(|f| f["rule"] == "drift/changed-column").expect("a finding");
    assert_eq!(drift["fix"]["command"], "npx drizzle-kit generate --custom, and write the SQL into it");
}

#[test]
fn what_was_written_by_hand_is_never_dropped() {
    let project = Project::new();
    project.edit(SQL, "CREATE SCHEMA \"billing\";", "CREATE SCHEMA \"billing\";\nCREATE SCHEMA \"audit\";");
    assert_eq!(project.said(), Vec::<String>::new());
    let findings = project.findings();
    assert_eq!(findings[0]["rule"], "drift/undeclared-schema");
    assert_eq!(findings[0]["fix"]["sql"], "DROP SCHEMA \"audit\";");
    let command = "declare it in the schema, or list it as `unmanaged` in undrift.toml";
    assert_eq!(findings[0]["fix"]["command"], command);
}

#[test]
fn what_only_the_snapshot_has_is_left_over() {
    let project = Project::new();
    project.snapshot(
        "/tables/public.ghosts",
        Some(json!({"name": "ghosts", "schema": "", "columns": {"id": {"name": "id", "type": "integer"}}})),
    );
    assert_eq!(
        project.said(),
        ["ghosts: the last snapshot is left over: writes a DROP of what does not exist, which fails"]
    );
}

#[test]
fn three_forms_of_one_column() {
    let project = Project::new();
    project.snapshot(&format!("{USERS}/columns/org_id/type"), Some(json!("bigint")));
    project.edit("schema.ts", "orgId: integer(\"org_id\").references", "orgId: varchar(\"org_id\").references");
    let said = project.said();
    let expect = "org_id: schema, last snapshot and migrations have three forms of `users.org_id`";
    assert!(said.iter().any(|line| line.starts_with(expect)), "{said:?}");
}

/// Version 8 of Drizzle 1.0: one flat list.
#[test]
fn a_flat_snapshot_says_the_same() {
    let project = |ddl: Value| {
        let project = Project { folder: tempfile::tempdir().expect("a temporary folder") };
        project.write(
            "schema.ts",
            "import { index, integer, pgEnum, pgTable, text } from \"drizzle-orm/pg-core\";\n\
             export const role = pgEnum(\"role\", [\"admin\", \"member\"]);\n\
             export const orgs = pgTable(\"orgs\", { id: integer(\"id\").primaryKey() });\n\
             export const users = pgTable(\"users\", { id: integer(\"id\").primaryKey(), role: role(\"role\").array().notNull(),\n\
               org: integer(\"org\").references(() => orgs.id, { onDelete: \"cascade\" }), name: text(\"name\").default(\"x\").unique() },\n\
               (t) => [index(\"users_org_idx\").on(t.org.desc())]);\n",
        );
        project.write(
            "drizzle.config.ts",
            "export default { dialect: \"postgresql\", schema: \"./schema.ts\", out: \"./drizzle\" };\n",
        );
        project.write(
            "drizzle/20250220153045_init/migration.sql",
            "CREATE TYPE \"role\" AS ENUM('admin', 'member');--> statement-breakpoint\n\
             CREATE TABLE \"orgs\" (\"id\" integer PRIMARY KEY);--> statement-breakpoint\n\
             CREATE TABLE \"users\" (\"id\" integer PRIMARY KEY, \"role\" \"role\"[] NOT NULL, \"org\" integer,\n\
               \"name\" text DEFAULT 'x' CONSTRAINT \"users_name_key\" UNIQUE);--> statement-breakpoint\n\
             CREATE INDEX \"users_org_idx\" ON \"users\" (\"org\" DESC NULLS LAST);--> statement-breakpoint\n\
             ALTER TABLE \"users\" ADD CONSTRAINT \"users_org_orgs_id_fkey\" FOREIGN KEY (\"org\") REFERENCES \"orgs\"(\"id\") ON DELETE CASCADE;\n",
        );
        let snapshot = json!({"id": "a", "prevIds": ["00000000-0000-0000-0000-000000000000"], "version": "8",
            "dialect": "postgres", "ddl": ddl, "renames": []});
        project.write("drizzle/20250220153045_init/snapshot.json", &snapshot.to_string());
        project.said()
    };
    let column = |table: &str, name: &str, ty: &str, not_null: bool, more: Value| {
        let mut column = json!({"entityType": "columns", "schema": "public", "table": table, "name": name, "type": ty,
            "typeSchema": null, "notNull": not_null, "dimensions": 0, "default": null, "generated": null, "identity": null});
        column.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        column
    };
    let list = json!([
        {"entityType": "enums", "schema": "public", "name": "role", "values": ["admin", "member"]},
        {"entityType": "tables", "schema": "public", "name": "orgs", "isRlsEnabled": false},
        {"entityType": "tables", "schema": "public", "name": "users", "isRlsEnabled": false},
        column("orgs", "id", "integer", true, json!({})),
        column("users", "id", "integer", true, json!({})),
        column("users", "role", "role", true, json!({"typeSchema": "public", "dimensions": 1})),
        column("users", "org", "integer", false, json!({})),
        column("users", "name", "text", false, json!({"default": "'x'"})),
        {"entityType": "pks", "schema": "public", "table": "orgs", "name": "orgs_pkey", "nameExplicit": false, "columns": ["id"]},
        {"entityType": "pks", "schema": "public", "table": "users", "name": "users_pkey", "nameExplicit": false, "columns": ["id"]},
        {"entityType": "uniques", "schema": "public", "table": "users", "name": "users_name_key", "columns": ["name"],
            "nullsNotDistinct": false, "nameExplicit": false},
        {"entityType": "fks", "schema": "public", "table": "users", "name": "users_org_orgs_id_fkey", "columns": ["org"],
            "schemaTo": "public", "tableTo": "orgs", "columnsTo": ["id"], "onUpdate": "NO ACTION", "onDelete": "CASCADE"},
        {"entityType": "indexes", "schema": "public", "table": "users", "name": "users_org_idx", "isUnique": false, "where": null,
            "method": "btree", "columns": [{"value": "org", "isExpression": false, "asc": false, "nullsFirst": false, "opclass": null}]},
    ]);
    assert_eq!(project(list.clone()), Vec::<String>::new());
    let mut without = list.clone();
    without.as_array_mut().expect("a list").remove(12);
    assert_eq!(project(without), [format!("users_org_idx: {BEHIND}: {TWICE}")]);
    let mut other = list;
    other[7]["default"] = json!("'y'");
    assert_eq!(project(other), [format!("name: {BEHIND}: {CHANGES_TWICE}")]);
}
