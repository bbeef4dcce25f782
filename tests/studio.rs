//! The included example: what undrift says of the broken studio, that it has nothing to say of the repaired one, and that the hook stops
//! the commit with which the trouble began.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const DATABASE: &str = "packages/database";
const TENANT: &str = "packages/database/drizzle/migrations/tenant";
const SCHEMA: &str = "packages/database/src/tenant/schema.ts";

/// A copy of one of the two, in a folder of its own.
struct Studio {
    folder: tempfile::TempDir,
}

impl Studio {
    fn new(twin: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/studio").join(twin), folder.path());
        Self { folder }
    }

    /// With its files in a first commit, and the hook installed.
    fn in_git(twin: &str) -> Self {
        let studio = Self::new(twin);
        studio.git(&["init", "--quiet", "--initial-branch=main"]);
        studio.git(&["add", "."]);
        studio.git(&["commit", "--quiet", "-m", "the studio"]);
        let installed = studio.undrift(&["hook", "install"]);
        assert!(installed.status.success(), "{}", text(&installed));
        studio
    }

    fn command(&self, program: &str) -> Command {
        let built = Path::new(env!("CARGO_BIN_EXE_undrift")).parent().expect("a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env_clear().env("PATH", format!("{}:{path}", built.display()));
        command.env("HOME", self.folder.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "Ada").env(format!("GIT_{role}_EMAIL"), "ada@example.org");
        }
        command
    }

    fn undrift(&self, arguments: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_undrift")).args(arguments).output().expect("it runs")
    }

    fn git(&self, arguments: &[&str]) {
        let output = self.command("git").args(arguments).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", text(&output));
    }

    /// Commits what is staged: whether the commit was made, and what was printed.
    fn commit(&self) -> (bool, String) {
        let output = self.command("git").args(["commit", "-m", "next"]).output().expect("git runs");
        (output.status.success(), text(&output))
    }

    fn edit(&self, path: &str, edit: impl FnOnce(String) -> String) {
        let path = self.folder.path().join(path);
        let before = std::fs::read_to_string(&path).expect("a file of the studio");
        let after = edit(before.clone());
        assert_ne!(before, after, "{} was edited", path.display());
        std::fs::write(path, after).expect("a file");
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.folder.path().join(path), text).expect("a file");
    }

    /// The JSON report of all migrations.
    fn report(&self) -> Value {
        let output = self.undrift(&["check", "--all", "--format", "json"]);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output)))
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder of the fixture") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

fn text(output: &Output) -> String {
    [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat()
}

/// `tenant error drift/missing-column invoices.sent_at`, sorted.
fn lines(report: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines: Vec<String> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| {
            let object = &finding["object"];
            let table = object["table"].as_str().map(|table| format!("{table}.")).unwrap_or_default();
            let parts = [&finding["target"], &finding["severity"], &finding["rule"]].map(word);
            format!("{} {table}{}", parts.join(" "), word(&object["name"])).trim_end().to_owned()
        })
        .collect();
    lines.sort();
    lines
}

/// Adds two columns to `invoices`.
fn add_columns(schema: String) -> String {
    schema.replacen(
        "  sentAt: timestamp(\"sent_at\"),\n",
        "  sentAt: timestamp(\"sent_at\"),\n  viewedAt: timestamp(\"viewed_at\"),\n  reminderCount: integer(\"reminder_count\").default(0).notNull(),\n",
        1,
    )
}

/// Writes the migration for them, and its entry in the journal.
fn add_migration(studio: &Studio) {
    studio.write(
        &format!("{TENANT}/0013_add_invoice_reminders.sql"),
        "ALTER TABLE \"invoices\" ADD COLUMN \"viewed_at\" timestamp;--> statement-breakpoint\n\
         ALTER TABLE \"invoices\" ADD COLUMN \"reminder_count\" integer DEFAULT 0 NOT NULL;",
    );
    studio.edit(&format!("{TENANT}/meta/_journal.json"), |journal| {
        let entry = r#"    },
    {
      "idx": 13,
      "version": "7",
      "when": 1768218765000,
      "tag": "0013_add_invoice_reminders",
      "breakpoints": true
    }
  ]
}"#;
        journal.replace("    }\n  ]\n}", entry)
    });
}

#[test]
fn the_broken_studio_tells_its_incidents() {
    let report = Studio::new("broken").report();
    let expected = [
        "master error drift/missing-column organizations.current_period_end",
        "master error drift/missing-column organizations.logo_url",
        "master error drift/missing-column organizations.stripe_customer_id",
        "master error drift/missing-column organizations.stripe_subscription_id",
        "master error drift/missing-column organizations.subscription_status",
        "tenant error drift/missing-column invoices.deposit_amount",
        "tenant error drift/missing-column invoices.deposit_paid_at",
        "tenant error drift/missing-column invoices.pdf_s3_key",
        "tenant error drift/missing-column invoices.remaining_balance",
        "tenant error drift/missing-column invoices.sent_at",
        "tenant error drift/missing-column invoices.stripe_deposit_payment_intent_id",
        "tenant error drift/missing-column quote_items.service_template_id",
        "tenant error drift/missing-foreign-key quote_items.quote_items_service_template_id_service_catalog_id_fk",
        "tenant error order/duplicate-version 0009_add_invoice_link_to_time_entries",
        "tenant error order/out-of-order 0009_add_expense_receipts",
        "tenant error order/unjournaled-migration 0010_add_invoices_columns",
        "tenant error order/unjournaled-migration 0011_add_pdf_s3_key_to_invoices",
        "tenant error replay/unknown-column quotes.sent_at",
        "tenant error replay/unknown-column sessions.project_id",
        "tenant warning drift/undeclared-column quote_items.service_id",
        "tenant warning drift/undeclared-foreign-key quote_items.quote_items_service_id_service_catalog_id_fk",
    ];
    assert_eq!(lines(&report), expected);
}

#[test]
fn the_repaired_studio_is_clean() {
    let studio = Studio::new("repaired");
    let report = studio.report();
    assert_eq!(lines(&report), Vec::<String>::new());
    let sizes: Vec<[u64; 6]> = report["targets"]
        .as_array()
        .expect("targets")
        .iter()
        .map(|target| {
            let (declared, migrations) = (&target["declared"], &target["migrations"]);
            [
                &declared["tables"],
                &declared["columns"],
                &migrations["tables"],
                &migrations["columns"],
                &migrations["count"],
                &target["unresolved"],
            ]
            .map(|n| n.as_u64().expect("a number"))
        })
        .collect();
    assert_eq!(sizes, [[7, 123, 7, 123, 2, 0], [31, 512, 31, 512, 13, 0]]);
    let output = studio.undrift(&["check", "--all"]);
    assert!(output.status.success(), "{}", text(&output));
    let printed = text(&output);
    assert_eq!(printed.lines().count(), 2, "{printed}");
    assert!(printed.lines().all(|line| line.contains(" = ")), "{printed}");
}

#[test]
fn a_schema_without_its_migration_is_refused_and_with_it_passes() {
    let studio = Studio::in_git("repaired");
    studio.edit(SCHEMA, add_columns);
    studio.git(&["add", SCHEMA]);
    let (made, printed) = studio.commit();
    assert!(!made, "{printed}");
    for word in ["drift/missing-column", "viewed_at", "reminder_count", SCHEMA, "0000_outgoing_mastermind.sql"] {
        assert!(printed.contains(word), "{word} is missing in\n{printed}");
    }
    let command = "pnpm exec drizzle-kit generate --config=drizzle.tenant.config.ts";
    assert!(printed.contains(command), "{printed}");

    add_migration(&studio);
    studio.git(&["add", DATABASE]);
    let (made, printed) = studio.commit();
    assert!(made, "{printed}");
}

#[test]
fn what_is_staged_is_judged_and_nothing_else() {
    let studio = Studio::in_git("repaired");
    // The schema is staged, its migration lies beside it unstaged.
    studio.edit(SCHEMA, add_columns);
    add_migration(&studio);
    studio.git(&["add", SCHEMA]);
    let (made, printed) = studio.commit();
    assert!(!made && printed.contains("reminder_count"), "{printed}");

    // The migration is staged without its entry in the journal.
    studio.git(&["add", &format!("{TENANT}/0013_add_invoice_reminders.sql")]);
    let (made, printed) = studio.commit();
    assert!(!made && printed.contains("order/unjournaled-migration"), "{printed}");

    studio.git(&["add", DATABASE]);
    let (made, printed) = studio.commit();
    assert!(made, "{printed}");

    // An unfinished schema in the working tree does not hold up a commit of something else.
    studio.edit(SCHEMA, |schema| schema.replace("viewedAt", "seenAt").replace("viewed_at", "seen_at"));
    studio.write("NOTES.md", "Invoices are reminded twice.\n");
    studio.git(&["add", "NOTES.md"]);
    let (made, printed) = studio.commit();
    assert!(made, "{printed}");
}

#[test]
fn a_commit_on_top_of_the_broken_studio_hears_of_it() {
    let studio = Studio::in_git("broken");
    studio.edit(SCHEMA, add_columns);
    studio.git(&["add", SCHEMA]);
    let (made, printed) = studio.commit();
    assert!(!made, "{printed}");
    assert!(printed.starts_with(&format!("{SCHEMA} is staged without a migration of tenant\n")), "{printed}");
    for word in
        ["8 columns of `invoices`", "deposit_amount", "5 columns of `organizations`", "0003_luxuriant_black_cat"]
    {
        assert!(printed.contains(word), "{word} is missing in\n{printed}");
    }
    // What was merged long ago is not put in order by a commit.
    assert!(!printed.contains("order/"), "{printed}");
}
