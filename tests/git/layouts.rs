//! The same histories in every layout: what each runner would really do, and the repair.

use serde_json::Value;

use crate::repository::Repository;

/// A layout, and what is said of it.
struct Layout {
    name: &'static str,
    /// The migrations folder.
    dir: &'static str,
    /// The path of a migration below it, with `{}` for its version and `@` for its name.
    path: &'static str,
    /// A file beside it, empty where there is none.
    beside: &'static str,
    /// Stands before the SQL.
    head: &'static str,
    /// The versions of the first, second, third and fourth migration.
    versions: [&'static str; 4],
    /// The runner's way with a late migration.
    late: &'static str,
    edited: &'static str,
    /// Of an edit of comments only.
    cosmetic: &'static str,
    deleted: &'static str,
    /// Of another name with the same version.
    renamed: &'static str,
    /// Of two migrations with one version; empty where that is no fault.
    twin: &'static str,
}

const NO_CHECKSUM: &str = "keeps no checksum: databases that have it keep the old form";
const NOT_NOTICED: &str = "does not notice";
const RUNS_AGAIN: &str = "for a new migration and runs the same SQL again";
const FRESH: &str = "fresh ones never get it";
const MILLISECONDS: [&str; 4] = ["1706745600001", "1706745600002", "1706745600003", "1706745600004"];
const TIMES: [&str; 4] = ["20240131235957", "20240131235958", "20240131235959", "20240201000000"];

const LAYOUTS: &[Layout] = &[
    Layout {
        name: "goose",
        dir: "migrations",
        path: "{}_@.sql",
        beside: "",
        head: "-- +goose Up\n",
        versions: ["00008", "00009", "00010", "00011"],
        late: "it stops: found missing migrations before current version (-allow-missing",
        edited: NO_CHECKSUM,
        cosmetic: NOT_NOTICED,
        deleted: FRESH,
        renamed: NOT_NOTICED,
        twin: "duplicate version",
    },
    Layout {
        name: "golang-migrate",
        dir: "db/migrations",
        path: "{}_@.up.sql",
        beside: "{}_@.down.sql",
        head: "",
        versions: ["1", "2", "3", "4"],
        late: "never runs there, and nothing says so",
        edited: NO_CHECKSUM,
        cosmetic: NOT_NOTICED,
        deleted: "no migration found for version",
        renamed: NOT_NOTICED,
        twin: "duplicate migration file",
    },
    Layout {
        name: "flyway",
        dir: "sql",
        path: "V{}__@.sql",
        beside: "",
        head: "",
        versions: ["1", "1.9", "1.10", "1.11"],
        late: "Detected resolved migration not applied to database (outOfOrder=true",
        edited: "Migration checksum mismatch",
        cosmetic: "Migration checksum mismatch",
        deleted: "Detected applied migration not resolved locally",
        renamed: "Migration description mismatch",
        twin: "Found more than one migration with version",
    },
    Layout {
        name: "sqlx",
        dir: "migrations",
        path: "{}_@.sql",
        beside: "",
        head: "",
        versions: TIMES,
        late: "it applies whatever is not recorded; old and new databases see two orders",
        edited: "previously applied but has been modified",
        cosmetic: "previously applied but has been modified",
        deleted: "missing in the resolved migrations",
        renamed: NOT_NOTICED,
        twin: "the key of _sqlx_migrations",
    },
    Layout {
        name: "diesel",
        dir: "migrations",
        path: "{}_@/up.sql",
        beside: "{}_@/down.sql",
        head: "",
        versions: ["2024-01-31-235957", "2024-01-31-235958", "2024-01-31-235959", "2024-02-01-000000"],
        late: "it applies whatever is not recorded",
        edited: NO_CHECKSUM,
        cosmetic: NOT_NOTICED,
        deleted: "`diesel migration revert` stops at it",
        renamed: NOT_NOTICED,
        twin: "the version is the key of __diesel_schema_migrations",
    },
    Layout {
        name: "dbmate",
        dir: "db",
        path: "{}_@.sql",
        beside: "",
        head: "-- migrate:up\n",
        versions: TIMES,
        late: "it applies whatever is not recorded (with --strict it refuses)",
        edited: NO_CHECKSUM,
        cosmetic: NOT_NOTICED,
        deleted: FRESH,
        renamed: NOT_NOTICED,
        twin: "the key of schema_migrations",
    },
    Layout {
        name: "supabase",
        dir: "supabase/migrations",
        path: "{}_@.sql",
        beside: "",
        head: "",
        versions: TIMES,
        late: "inserted before the last migration on remote database (--include-all",
        edited: NO_CHECKSUM,
        cosmetic: NOT_NOTICED,
        deleted: "remote migration versions not found",
        renamed: NOT_NOTICED,
        twin: "the key of schema_migrations",
    },
    Layout {
        name: "atlas",
        dir: "migrations",
        path: "{}_@.sql",
        beside: "",
        head: "",
        versions: TIMES,
        late: "added out of order (--exec-order non-linear",
        edited: "checksum mismatch",
        cosmetic: "checksum mismatch",
        deleted: "checksum mismatch",
        renamed: "checksum mismatch",
        twin: "the key of atlas_schema_revisions",
    },
    Layout {
        name: "prisma",
        dir: "prisma/migrations",
        path: "{}_@/migration.sql",
        beside: "",
        head: "",
        versions: TIMES,
        late: "it applies whatever a database has not recorded; old and new",
        edited: "only warns that it was modified",
        cosmetic: "only warns that it was modified",
        deleted: "`prisma migrate deploy` passes over it",
        renamed: RUNS_AGAIN,
        twin: "it orders folders by their whole names, so both run",
    },
    Layout {
        name: "drizzle",
        dir: "drizzle",
        path: "{}_@/migration.sql",
        beside: "",
        head: "",
        versions: TIMES,
        late: "it applies whatever a database has not recorded, by folder name",
        edited: "it keeps a hash and never compares it",
        cosmetic: NOT_NOTICED,
        deleted: FRESH,
        renamed: RUNS_AGAIN,
        twin: "it knows migrations by their whole names, so both run",
    },
    Layout {
        name: "sql-migrate",
        dir: "migrations",
        path: "{}_@.sql",
        beside: "",
        head: "-- +migrate Up\n",
        versions: TIMES,
        late: "it applies whatever is not recorded; old and new",
        edited: NO_CHECKSUM,
        cosmetic: NOT_NOTICED,
        deleted: "unknown migration in database",
        renamed: RUNS_AGAIN,
        twin: "it knows migrations by their whole names, so both run",
    },
    Layout {
        name: "node-pg-migrate",
        dir: "migrations",
        path: "{}_@.sql",
        beside: "",
        head: "-- Up Migration\n",
        versions: MILLISECONDS,
        late: "Not run migration is preceding already run migration (--no-check-order",
        edited: NO_CHECKSUM,
        cosmetic: NOT_NOTICED,
        deleted: "stops where the order of what is recorded no longer fits",
        renamed: RUNS_AGAIN,
        twin: "it knows migrations by their whole names, so both run",
    },
    Layout {
        name: "hasura",
        dir: "hasura/migrations/default",
        path: "{}_@/up.sql",
        beside: "{}_@/down.sql",
        head: "",
        versions: MILLISECONDS,
        late: "it applies whatever the server has not recorded",
        edited: NO_CHECKSUM,
        cosmetic: NOT_NOTICED,
        deleted: FRESH,
        renamed: NOT_NOTICED,
        twin: "found duplicate migrations for version",
    },
    Layout {
        name: "refinery",
        dir: "migrations",
        path: "V{}__@.sql",
        beside: "",
        head: "",
        versions: ["8", "9", "10", "11"],
        late: "the migration is missing (abort_missing)",
        edited: "different than the one on the file system",
        cosmetic: "different than the one on the file system",
        deleted: "missing from the file system",
        renamed: "different than the one on the file system",
        twin: "the key of refinery_schema_history",
    },
    Layout {
        name: "plain",
        dir: "sql",
        path: "{}_@.sql",
        beside: "",
        head: "",
        versions: ["0008", "0009", "0010", "0011"],
        late: "whoever runs the files one by one runs it late",
        edited: "whoever ran the old text does not run the new one",
        cosmetic: "whoever ran the old text does not run the new one",
        deleted: FRESH,
        renamed: RUNS_AGAIN,
        twin: "their order hangs on the rest of their names",
    },
];

impl Layout {
    fn named(&self, path: &str, version: usize, name: &str) -> String {
        format!("{}/{}", self.dir, path.replace("{}", self.versions[version]).replace('@', name))
    }

    /// The path of a migration's SQL.
    fn file(&self, version: usize, name: &str) -> String {
        self.named(self.path, version, name)
    }

    /// What is moved with a file: the folder that is its own, where it has one.
    fn moved<'p>(&self, path: &'p str) -> &'p str {
        if self.path.contains("@/") { path.rsplit_once('/').expect("a folder").0 } else { path }
    }

    fn write(&self, repository: &Repository, version: usize, name: &str) {
        let sql = format!("{}CREATE TABLE {name} (id integer PRIMARY KEY);\n", self.head);
        repository.write(&self.file(version, name), &sql);
        if !self.beside.is_empty() {
            repository.write(&self.named(self.beside, version, name), &format!("DROP TABLE {name};\n"));
        }
    }

    /// A repository with one migration on main.
    fn repository(&self) -> Repository {
        let config = format!(
            "[[target]]\nname = \"app\"\nmigrations = {{ dir = \"{}\", layout = \"{}\" }}\n",
            self.dir, self.name
        );
        let repository = Repository::new(&config);
        self.write(&repository, 0, "users");
        repository.commit("first");
        repository
    }
}

/// The one finding that is no mere information; with which severity and rule, what would happen, and the repair.
fn only_finding(layout: &Layout, repository: &Repository, scope: &str) -> [String; 3] {
    let report = repository.report(scope);
    let findings = report["findings"].as_array().expect("findings");
    let [finding] = findings.as_slice() else { panic!("{}: {findings:#?}", layout.name) };
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    [
        format!("{} {}", word(&finding["severity"]), word(&finding["rule"])),
        format!("{}: {}", word(&finding["message"]), word(&finding["consequence"])),
        word(&finding["fix"]["command"]),
    ]
}

fn assert_has(layout: &Layout, text: &str, part: &str) {
    assert!(text.contains(part), "{}: {part:?} is not in {text:?}", layout.name);
}

#[test]
fn a_late_migration() {
    for layout in LAYOUTS {
        let repository = layout.repository();
        repository.fork(|r| layout.write(r, 2, "orders"), |r| layout.write(r, 1, "carts"));
        // Seen before the merge, while it is not here yet, and in the merged tree.
        for merged in [false, true] {
            if merged {
                repository.git("merge --quiet --no-edit main");
            }
            let [rule, words, fix] = only_finding(layout, &repository, "--base main");
            assert_eq!(rule, "error order/out-of-order", "{}", layout.name);
            assert_has(layout, &words, layout.late);
            let (old, new) = (layout.file(1, "carts"), layout.file(3, "carts"));
            assert_has(layout, &fix, &format!("git mv {} {}", layout.moved(&old), layout.moved(&new)));
        }
        // The repair is the command that was printed.
        let [_, _, fix] = only_finding(layout, &repository, "--base main");
        repository.repair(&fix);
        repository.expect("--base main", &[]);
    }
}

#[test]
fn an_edit_of_an_applied_migration() {
    for layout in LAYOUTS {
        let repository = layout.repository();
        let path = layout.file(0, "users");
        repository.write(&path, &format!("{}CREATE TABLE users (id bigint PRIMARY KEY);\n", layout.head));
        let [rule, words, fix] = only_finding(layout, &repository, "");
        assert_eq!(rule, "error order/edited-migration", "{}", layout.name);
        assert_has(layout, &words, layout.edited);
        repository.repair(&fix);
        repository.expect("", &[]);
        repository.write(&path, &format!("{}CREATE TABLE users\n  (id integer PRIMARY KEY); -- people\n", layout.head));
        let [rule, words, _] = only_finding(layout, &repository, "");
        assert_eq!(rule, "info order/edited-migration", "{}", layout.name);
        assert_has(layout, &words, layout.cosmetic);
    }
}

#[test]
fn an_applied_migration_that_is_gone_or_has_another_name() {
    for layout in LAYOUTS {
        let repository = layout.repository();
        layout.write(&repository, 1, "orders");
        repository.commit("second");
        repository.git(&format!("rm --quiet {}", layout.file(1, "orders")));
        let [rule, words, fix] = only_finding(layout, &repository, "--staged");
        assert_eq!(rule, "error order/deleted-migration", "{}", layout.name);
        assert_has(layout, &words, layout.deleted);
        repository.repair(&fix);
        repository.expect("--staged", &[]);
        let (old, new) = (layout.file(1, "orders"), layout.file(1, "purchases"));
        repository.git(&format!("mv {} {}", layout.moved(&old), layout.moved(&new)));
        let [rule, words, fix] = only_finding(layout, &repository, "--staged");
        let severity = if layout.renamed == NOT_NOTICED { "info" } else { "error" };
        assert_eq!(rule, format!("{severity} order/deleted-migration"), "{}", layout.name);
        assert_has(layout, &words, "was renamed to");
        assert_has(layout, &words, layout.renamed);
        repository.repair(&fix);
        repository.expect("--staged", &[]);
    }
}

/// A runner that knows migrations by their versions sees the same one, and so nothing new and nothing late.
#[test]
fn another_name_with_the_same_version_is_not_late_and_its_edit_is_an_edit() {
    for layout in LAYOUTS.iter().filter(|layout| layout.renamed != RUNS_AGAIN) {
        let repository = layout.repository();
        layout.write(&repository, 1, "orders");
        repository.write(&layout.file(2, "drop"), &format!("{}DROP TABLE orders;\n", layout.head));
        layout.write(&repository, 3, "carts");
        repository.commit("more");
        let (old, new) = (layout.file(2, "drop"), layout.file(2, "remove"));
        if layout.moved(&old) == old {
            repository.git(&format!("mv {old} {new}"));
        } else {
            repository.git(&format!("mv {} {}", layout.moved(&old), layout.moved(&new)));
        }
        let [rule, words, _] = only_finding(layout, &repository, "--staged");
        assert!(rule.ends_with("order/deleted-migration"), "{}: {rule}", layout.name);
        assert_has(layout, &words, layout.renamed);
        repository.write(&new, &format!("{}DROP TABLE orders CASCADE;\n", layout.head));
        let [rule, words, _] = only_finding(layout, &repository, "");
        assert_eq!(rule, "error order/edited-migration", "{}", layout.name);
        assert_has(layout, &words, "is merged already as");
    }
}

#[test]
fn two_branches_with_one_version() {
    for layout in LAYOUTS {
        let repository = layout.repository();
        repository.fork(|r| layout.write(r, 1, "aunts"), |r| layout.write(r, 1, "carts"));
        // Where whole names count both run, and only their order is left to the names.
        let expect = if layout.twin.ends_with("so both run") { "warning" } else { "error" };
        let expect = format!("{expect} order/duplicate-version");
        let [rule, words, fix] = only_finding(layout, &repository, "--base main");
        assert_eq!(rule, expect, "{}", layout.name);
        assert_has(layout, &words, layout.twin);
        let (old, new) = (layout.file(1, "carts"), layout.file(2, "carts"));
        assert_has(layout, &fix, &format!("git mv {} {}", layout.moved(&old), layout.moved(&new)));
        repository.git("merge --quiet --no-edit main");
        let [rule, _, fix] = only_finding(layout, &repository, "--base main");
        assert_eq!(rule, expect, "{}", layout.name);
        repository.repair(&fix);
        repository.expect("--base main", &[]);
    }
}

/// What git does not track yet `git mv` refuses.
#[test]
fn a_late_migration_that_is_not_added_yet() {
    for layout in LAYOUTS {
        let repository = layout.repository();
        layout.write(&repository, 2, "orders");
        repository.commit("second");
        layout.write(&repository, 1, "carts");
        let [rule, _, fix] = only_finding(layout, &repository, "");
        assert_eq!(rule, "error order/out-of-order", "{}", layout.name);
        assert!(fix.starts_with("mv ") && !fix.contains("git mv"), "{}: {fix}", layout.name);
        repository.repair(&fix);
        repository.expect("", &[]);
        // The same from a folder beside it, with a space on the way.
        std::fs::create_dir_all(repository.path().join("my notes")).expect("a folder");
        let mut repository = layout.repository();
        layout.write(&repository, 2, "orders");
        repository.commit("second");
        layout.write(&repository, 1, "carts");
        repository.git("add --all");
        std::fs::create_dir_all(repository.path().join("my notes")).expect("a folder");
        repository.at = "my notes".into();
        let [_, _, fix] = only_finding(layout, &repository, "");
        assert!(fix.starts_with("git mv ../"), "{}: {fix}", layout.name);
        repository.repair(&fix);
        repository.expect("", &[]);
    }
}

/// Rails knows a migration by its version, and wants its class to bear the name of its file.
#[test]
fn a_migration_in_ruby_under_another_name() {
    let repository = Repository::new("[[target]]\nname = \"app\"\nmigrations = { dir = \"db\", layout = \"rails\" }\n");
    let text = |class: &str, table: &str| {
        format!("class {class} < ActiveRecord::Migration[7.0]\n  def change\n    create_table :{table}\n  end\nend\n")
    };
    let write = |name: &str, text: &str| repository.write(&format!("db/migrate/20240101000000_{name}.rb"), text);
    repository.write("db/structure.sql", "CREATE TABLE public.api_keys (id bigint NOT NULL);\n");
    write("create_keys", &text("CreateKeys", "api_keys"));
    repository.commit("first");
    repository.git("rm --quiet db/migrate/20240101000000_create_keys.rb");
    let renamed = ["info order/deleted-migration 20240101000000_create_keys"];
    write("create_api_keys", &text("CreateAPIKeys", "api_keys"));
    repository.expect("", &renamed);
    write("create_api_keys", &text("CreateKeys", "api_keys"));
    repository.expect("", &["error order/deleted-migration 20240101000000_create_keys"]);
    write("create_api_keys", &text("CreateApiKeys", "tokens"));
    repository.expect("", &["error order/edited-migration 20240101000000_create_api_keys"]);
}

/// Rails reads Ruby, of which the names count, and writes `structure.sql` anew after each run.
#[test]
fn migrations_in_ruby_have_an_order_and_the_structure_has_none() {
    let repository = Repository::new("[[target]]\nname = \"app\"\nmigrations = { dir = \"db\", layout = \"rails\" }\n");
    let migration =
        |r: &Repository, name: &str| r.write(&format!("db/migrate/{name}.rb"), &format!("class {name}\nend\n"));
    let structure = |r: &Repository, tables: &[&str]| {
        let sql: String = tables.iter().map(|t| format!("CREATE TABLE public.{t} (id bigint NOT NULL);\n")).collect();
        r.write("db/structure.sql", &sql);
    };
    migration(&repository, "20240101000000_users");
    structure(&repository, &["users"]);
    repository.commit("first");
    repository.fork(
        |r| {
            migration(r, "20240103000000_orders");
            structure(r, &["orders", "users"]);
        },
        |r| migration(r, "20240102000000_carts"),
    );
    repository.expect("--base main", &["error order/out-of-order 20240102000000_carts"]);
    repository.git("merge --quiet --no-edit main");
    structure(&repository, &["carts", "orders", "users"]);
    repository.commit("dumped");
    let report = repository.report("--base main");
    assert_eq!(report["targets"][0]["migrations"]["new"], 1);
    let words = report["findings"][0]["consequence"].as_str().unwrap_or_default();
    assert!(words.contains("rails db:migrate: it applies whatever is not recorded"), "{words}");
    repository.repair(report["findings"][0]["fix"]["command"].as_str().expect("a repair"));
    repository.expect("--base main", &[]);
    // The dump is edited by every migration.
    repository.commit("renumbered");
    structure(&repository, &["users"]);
    repository.expect("--base HEAD", &[]);
    let class = "class 20240101000000_users";
    repository.write("db/migrate/20240101000000_users.rb", &format!("# people\n\n{class}\n  end\n"));
    repository.expect("--base HEAD", &["info order/edited-migration 20240101000000_users"]);
    repository.write("db/migrate/20240101000000_users.rb", &format!("{class}\n  drop_table :users\nend\n"));
    repository.expect("--base HEAD", &["error order/edited-migration 20240101000000_users"]);
    migration(&repository, "20240101000000_users");
    repository.git("rm --quiet --force db/migrate/20240103000000_orders.rb");
    repository.expect("--base HEAD", &["error order/deleted-migration 20240103000000_orders"]);
    migration(&repository, "20240101000000_aunts");
    repository.expect(
        "--base HEAD",
        &[
            "error order/deleted-migration 20240103000000_orders",
            "error order/duplicate-version 20240101000000_aunts",
            "error order/out-of-order 20240101000000_aunts",
        ],
    );
}
