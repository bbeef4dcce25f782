//! The included example: what undrift says of the broken studio, that it has nothing to say of the repaired one, and that the hook stops
//! the commit with which the trouble began.

#[path = "support/repository.rs"]
mod repository;

use repository::Repository;
use serde_json::Value;

const DATABASE: &str = "packages/database";
const TENANT: &str = "packages/database/drizzle/migrations/tenant";
const SCHEMA: &str = "packages/database/src/tenant/schema.ts";

/// One of the two in the first commit of a repository, with the hook installed.
fn studio(twin: &str) -> Repository {
    let repository = Repository::new();
    repository.copy(&format!("fixtures/studio/{twin}"));
    repository.git(&["add", "."]);
    repository.git(&["commit", "--quiet", "-m", "the studio"]);
    let installed = repository.undrift(&["hook", "install"]);
    assert!(installed.status.success(), "{installed:?}");
    repository
}

/// The JSON report of all migrations.
fn report(studio: &Repository) -> Value {
    let output = studio.undrift(&["check", "--all", "--format", "json"]);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
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
fn add_columns(studio: &Repository) {
    let before = "    pdfS3Key: text(\"pdf_s3_key\"),\n    sentAt: timestamp(\"sent_at\"),\n    billingName";
    let after = "    pdfS3Key: text(\"pdf_s3_key\"),\n    sentAt: timestamp(\"sent_at\"),\n    viewedAt: timestamp(\"viewed_at\"),\n    \
                 reminderCount: integer(\"reminder_count\").default(0).notNull(),\n    billingName";
    studio.edit(SCHEMA, before, after);
}

/// Writes the migration for them, and its entry in the journal.
fn add_migration(studio: &Repository) {
    studio.write(
        &format!("{TENANT}/0013_add_invoice_reminders.sql"),
        "ALTER TABLE \"invoices\" ADD COLUMN \"viewed_at\" timestamp;--> statement-breakpoint\n\
         ALTER TABLE \"invoices\" ADD COLUMN \"reminder_count\" integer DEFAULT 0 NOT NULL;",
    );
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
    studio.edit(&format!("{TENANT}/meta/_journal.json"), "    }\n  ]\n}", entry);
}

#[test]
fn the_broken_studio_tells_its_incidents() {
    let report = report(&studio("broken"));
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
    let studio = studio("repaired");
    let report = report(&studio);
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
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(printed.lines().count(), 2, "{printed}");
    assert!(printed.lines().all(|line| line.contains(" = ")), "{printed}");
}

#[test]
fn a_schema_without_its_migration_is_refused_and_with_it_passes() {
    let studio = studio("repaired");
    add_columns(&studio);
    studio.git(&["add", SCHEMA]);
    let (made, printed) = studio.commit(&[]);
    assert!(!made, "{printed}");
    for word in ["drift/missing-column", "viewed_at", "reminder_count", SCHEMA, "0000_outgoing_mastermind.sql"] {
        assert!(printed.contains(word), "{word} is missing in\n{printed}");
    }
    let command = "pnpm exec drizzle-kit generate --config=drizzle.tenant.config.ts";
    assert!(printed.contains(command), "{printed}");

    add_migration(&studio);
    studio.git(&["add", DATABASE]);
    let (made, printed) = studio.commit(&[]);
    assert!(made, "{printed}");
}

#[test]
fn what_is_staged_is_judged_and_nothing_else() {
    let studio = studio("repaired");
    // The schema is staged, its migration lies beside it unstaged.
    add_columns(&studio);
    add_migration(&studio);
    studio.git(&["add", SCHEMA]);
    let (made, printed) = studio.commit(&[]);
    assert!(!made && printed.contains("reminder_count"), "{printed}");

    // The migration is staged without its entry in the journal.
    studio.git(&["add", &format!("{TENANT}/0013_add_invoice_reminders.sql")]);
    let (made, printed) = studio.commit(&[]);
    assert!(!made && printed.contains("order/unjournaled-migration"), "{printed}");

    studio.git(&["add", DATABASE]);
    let (made, printed) = studio.commit(&[]);
    assert!(made, "{printed}");

    // An unfinished schema in the working tree does not hold up a commit of something else.
    studio.edit(SCHEMA, "viewedAt: timestamp(\"viewed_at\")", "seenAt: timestamp(\"seen_at\")");
    studio.write("NOTES.md", "Invoices are reminded twice.\n");
    studio.git(&["add", "NOTES.md"]);
    let (made, printed) = studio.commit(&[]);
    assert!(made, "{printed}");
}

#[test]
fn a_commit_on_top_of_the_broken_studio_hears_of_it() {
    let studio = studio("broken");
    add_columns(&studio);
    studio.git(&["add", SCHEMA]);
    let (made, printed) = studio.commit(&[]);
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
