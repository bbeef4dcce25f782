//! Findings as a check would make them, without a check.

use crate::diagnostic::{Aspect, Counts, Diagnostic, Finding, Fix, Label, Severity};
use crate::model::{ObjectKind, ObjectRef, QualifiedName};
use crate::report::{DeclaredSummary, MigrationsSummary, ReportInput, StatementsSummary, TargetSummary};
use crate::source::{SourceMap, Span};

pub(super) const SCHEMA: &str = "packages/database/src/tenant/schema.ts";
pub(super) const CREATE: &str = "packages/database/drizzle/tenant/0000_outgoing_mastermind.sql";
pub(super) const ALTER: &str = "packages/database/drizzle/tenant/0004_cuddly_vermin.sql";

pub(super) const ASPECTS: [Aspect; 28] = [
    Aspect::Type,
    Aspect::Nullability,
    Aspect::Default,
    Aspect::Identity,
    Aspect::Generated,
    Aspect::Collation,
    Aspect::Columns,
    Aspect::Actions,
    Aspect::Deferrable,
    Aspect::Validity,
    Aspect::Expression,
    Aspect::Values,
    Aspect::ValuesOrder,
    Aspect::Method,
    Aspect::Predicate,
    Aspect::RowLevelSecurity,
    Aspect::Form,
    Aspect::Include,
    Aspect::Sort,
    Aspect::Opclass,
    Aspect::Unique,
    Aspect::NullsNotDistinct,
    Aspect::Options,
    Aspect::Command,
    Aspect::Roles,
    Aspect::Comment,
    Aspect::Definition,
    Aspect::Name,
];

/// The files of a small project; CRLF in one, letters beyond ASCII in both.
pub(super) fn sources() -> SourceMap {
    let sources = SourceMap::default();
    let schema = r#"export const invoices = pgTable("invoices", {
  id: uuid("id").primaryKey(),
  depositAmount: numeric("deposit_amount", { precision: 10, scale: 2 }),
  depositPaidAt: timestamp("deposit_paid_at"), // Anzahlung für März erhalten
  remainingBalance: numeric("remaining_balance", { precision: 10, scale: 2 }),
	pdfS3Key: text("pdf_s3_key"),
  sentAt: timestamp("sent_at"),
  währung: varchar("währung", { length: 3 }),
});
"#;
    sources.add(SCHEMA, schema.to_owned());
    sources.add(
        CREATE,
        "CREATE TABLE \"invoices\" (\r\n\t\"id\" uuid PRIMARY KEY,\r\n\t\"währung\" varchar(10)\r\n);\r\n".to_owned(),
    );
    sources.add(ALTER, "ALTER TABLE \"invoices\" ALTER COLUMN \"währung\" SET DATA TYPE varchar(10);".to_owned());
    sources
}

/// A label on the first occurrence of `word` in a file.
pub(super) fn label(sources: &SourceMap, path: &str, word: &str, text: &str) -> Label {
    let file = sources.by_path(path).expect("a file of the sample");
    let at = file.text.find(word).expect("a word of the sample");
    Label::new(Span::new(file.id, at, at + word.len()), text)
}

pub(super) fn column(name: &str) -> ObjectRef {
    ObjectRef::part(ObjectKind::Column, &QualifiedName::public("invoices"), name)
}

pub(super) fn finding(diagnostic: Diagnostic) -> Finding {
    let fingerprint = format!("{:016x}", diagnostic.message.len() * 7919 + diagnostic.primary.span.start as usize);
    Finding { diagnostic, fingerprint, sequence: 0 }
}

/// The six forgotten columns and their company.
pub(super) fn stories(sources: &SourceMap) -> Vec<Finding> {
    let created = || label(sources, CREATE, "CREATE TABLE \"invoices\" (", "`invoices` is created here");
    let missing = [
        ("depositAmount", "deposit_amount", "numeric(10,2)"),
        ("depositPaidAt", "deposit_paid_at", "timestamp"),
        ("remainingBalance", "remaining_balance", "numeric(10,2)"),
        ("pdfS3Key", "pdf_s3_key", "text"),
        ("sentAt", "sent_at", "timestamp"),
    ];
    let mut out = Vec::new();
    for (key, name, ty) in missing {
        let mut d = Diagnostic::new(
            "drift/missing-column",
            Severity::Error,
            format!("`invoices.{name}` is declared, and no migration creates it"),
            label(sources, SCHEMA, key, "declared here"),
        );
        d.target = "tenant".into();
        d.object = Some(column(name));
        d.declared = Some(ty.into());
        d.consequence = Some(format!("every query that selects invoices fails: column \"{name}\" does not exist"));
        d.related = vec![created(), label(sources, ALTER, "ALTER TABLE \"invoices\"", "last changed here")];
        d.fix = Some(Fix {
            sql: Some(format!("ALTER TABLE \"invoices\" ADD COLUMN \"{name}\" {ty};")),
            command: Some("pnpm exec drizzle-kit generate --config=drizzle.tenant.config.ts".into()),
        });
        out.push(finding(d));
    }
    let mut changed = Diagnostic::new(
        "drift/changed-column",
        Severity::Error,
        "`invoices.währung` is varchar(3) in the schema and varchar(10) after 0004_cuddly_vermin",
        label(sources, SCHEMA, "währung", "varchar(3)"),
    );
    changed.target = "tenant".into();
    changed.object = Some(column("währung"));
    changed.aspects = vec![Aspect::Type];
    changed.declared = Some("varchar(3)".into());
    changed.migrated = Some("varchar(10)".into());
    changed.related = vec![
        label(sources, ALTER, "ALTER TABLE", "varchar(10) since this statement"),
        label(sources, CREATE, "\"währung\"", "the column is created here"),
    ];
    out.push(finding(changed));
    let mut unresolved = Diagnostic::new(
        "input/unresolved",
        Severity::Warning,
        "`clients.metadata` has a type from an imported package (`@acme/columns`): its type is not compared",
        label(sources, SCHEMA, "id: uuid", ""),
    );
    unresolved.target = "master".into();
    out.push(finding(unresolved));
    let mut renamed = Diagnostic::new(
        "drift/changed-index",
        Severity::Info,
        "the index on `invoices.id` is named `a` in the schema and `b` in the migrations",
        label(sources, SCHEMA, "primaryKey", ""),
    );
    renamed.target = "tenant".into();
    renamed.aspects = vec![Aspect::Name];
    out.push(finding(renamed));
    out
}

/// Every aspect with every severity, with none, one and two further places.
pub(super) fn every_kind(sources: &SourceMap) -> Vec<Finding> {
    let mut out = Vec::new();
    for (i, aspect) in ASPECTS.into_iter().enumerate() {
        for severity in [Severity::Error, Severity::Warning, Severity::Info] {
            let mut d = Diagnostic::new(
                "drift/changed-column",
                severity,
                format!("`größe` no. {} differs: {} {}", out.len(), aspect.as_str(), severity.as_str()),
                label(sources, SCHEMA, "währung", ""),
            );
            d.aspects = vec![aspect];
            let places =
                [label(sources, CREATE, "\"währung\"", "here"), label(sources, ALTER, "SET DATA TYPE varchar(10)", "")];
            d.related = places.into_iter().take((i + out.len()) % 3).collect();
            out.push(finding(d));
        }
    }
    out
}

pub(super) fn input(sources: &SourceMap, findings: Vec<Finding>) -> ReportInput<'_> {
    let of = |severity| findings.iter().filter(|f| f.diagnostic.severity == severity).count();
    let counts = Counts {
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        infos: of(Severity::Info),
        ..Counts::default()
    };
    let target = |name: &str, tables, columns, migrations, new, unresolved| TargetSummary {
        name: name.into(),
        dialect: "postgresql".into(),
        declared: Some(DeclaredSummary { kind: "drizzle".into(), files: vec![SCHEMA.into()], tables, columns }),
        migrations: Some(MigrationsSummary {
            layout: "drizzle".into(),
            dir: "packages/database/drizzle/tenant".into(),
            count: migrations,
            new,
            statements: StatementsSummary { applied: 5 * migrations, carried: migrations, opaque: unresolved },
            tables,
            columns,
        }),
        unresolved,
    };
    ReportInput {
        tells_scope: false,
        targets: vec![target("master", 1, 123, 1, 0, 1), target("tenant", 31, 512, 12, 1, 0)],
        findings,
        sources,
        counts,
        scope: "new since origin/main".into(),
        new_migrations: 1,
        not_checked: Vec::new(),
        staged: Vec::new(),
    }
}
