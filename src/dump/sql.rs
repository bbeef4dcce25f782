//! The whole catalog as SQL, in an order that a server takes.

use super::DumpContext;
use super::order::{self, UserType};
use super::writer::{Writer, sequence_options};
use crate::dialect::Dialect;
use crate::model::{Catalog, Function, Known, ObjectKind, QualifiedName, Sequence, Table, TypeName};

/// SQL that makes the catalog in an empty database.
#[must_use]
pub fn to_sql(catalog: &Catalog, context: &DumpContext, dialect: &dyn Dialect) -> String {
    let mut w = Writer::new(catalog, context, dialect);
    // What is loaded into a new database begins with the server's own search path.
    w.under(&context.default_path);
    w.prelude_drops();
    w.roles_and_schemas();
    // A type may bear the name of a sequence that is there; a sequence is not made under the name of a type.
    w.sequences();
    w.user_types();
    let tables = order::tables(catalog);
    w.carried_before_tables();
    let (read, unread): (Vec<&Function>, Vec<&Function>) =
        catalog.functions.iter().filter(|f| !w.is_prelude(&f.origin)).partition(|f| is_read_when_made(catalog, f));
    let (bound, free): (Vec<&Function>, Vec<&Function>) = unread.into_iter().partition(|f| w.needs_relations(f));
    // Bodies are not looked into yet, so most functions can stand before the tables, whose expressions may call them.
    for function in free {
        w.function(function);
    }
    for table in &tables {
        if w.is_prelude(&table.origin) {
            w.change_prelude_table(table);
        } else {
            w.create_table(table);
        }
    }
    w.row_types();
    let (late, early): (Vec<&Function>, Vec<&Function>) = bound.into_iter().partition(|f| names_a_view(catalog, f));
    for function in early {
        w.function(function);
    }
    w.carried_after_functions();
    let own: Vec<&Table> = tables.iter().copied().filter(|t| !w.is_prelude(&t.origin)).collect();
    for table in &own {
        w.retype(table);
        w.late_parts(table);
    }
    w.domain_checks();
    // Partitions first, so that the parents' keys and indexes find theirs.
    for table in own.iter().rev() {
        w.keys(table, false);
    }
    w.views();
    for function in late.into_iter().chain(read) {
        w.function(function);
    }
    for table in tables.iter().rev() {
        w.indexes(table);
    }
    for table in &tables {
        w.attached_indexes(table);
    }
    w.foreign_keys(&tables);
    w.owned_sequences();
    w.triggers_and_policies(&tables);
    w.refresh_views();
    w.carried_at_the_end();
    w.comments(&tables);
    w.finish()
}

/// Whether a function is written as statements, not as text: all that it names must be there. One that a view calls cannot wait for the views.
fn is_read_when_made(catalog: &Catalog, function: &Function) -> bool {
    let definition = function.definition.to_ascii_lowercase();
    let words: Vec<&str> = definition.split_whitespace().collect();
    let called = format!("{}(", function.name.name);
    words.windows(2).any(|pair| pair == ["begin", "atomic"])
        && !catalog.views.values().filter_map(|view| view.query.known()).any(|query| query.sql.contains(&called))
}

fn names_a_view(catalog: &Catalog, function: &Function) -> bool {
    let view = |t: &TypeName| t.qualified().is_some_and(|q| catalog.views.contains_key(&q));
    function.arguments.iter().chain(&function.returns).any(view)
}

/// Carried objects that tables may need.
fn before_tables(what: &str) -> bool {
    matches!(
        what,
        "type"
            | "collation"
            | "foreign data wrapper"
            | "server"
            | "user mapping"
            | "text search dictionary"
            | "text search configuration"
    )
}

/// Carried objects that may stand on tables and views.
fn at_the_end(what: &str) -> bool {
    matches!(what, "rule" | "event trigger" | "publication" | "subscription" | "statistics")
}

impl Writer<'_> {
    /// What migrations dropped of the prelude.
    fn prelude_drops(&mut self) {
        for dropped in &self.catalog.dropped {
            if !self.is_prelude(&dropped.origin) || self.context.prelude.contains(&dropped.dropped.file) {
                continue;
            }
            let object = &dropped.object;
            let name = match &object.schema {
                Some(schema) => QualifiedName::new(schema, &object.name),
                None => QualifiedName::public(&object.name),
            };
            let word = match object.kind {
                ObjectKind::Table => "TABLE",
                ObjectKind::View => "VIEW",
                ObjectKind::MaterializedView => "MATERIALIZED VIEW",
                ObjectKind::Sequence => "SEQUENCE",
                ObjectKind::Enum | ObjectKind::Type => "TYPE",
                ObjectKind::Domain => "DOMAIN",
                ObjectKind::Schema => {
                    let sql = format!("DROP SCHEMA IF EXISTS {} CASCADE", self.quote(&object.name));
                    self.statement(&sql);
                    continue;
                }
                ObjectKind::Extension => {
                    let sql = format!("DROP EXTENSION IF EXISTS {} CASCADE", self.quote(&object.name));
                    self.statement(&sql);
                    continue;
                }
                ObjectKind::Column => {
                    let table = object.table.clone().unwrap_or_default();
                    let table = QualifiedName::new(&name.schema, table);
                    if self.catalog.tables.contains_key(&table) {
                        let sql = format!(
                            "ALTER TABLE {} DROP COLUMN IF EXISTS {} CASCADE",
                            self.qualified(&table),
                            self.quote(&object.name)
                        );
                        self.statement(&sql);
                    }
                    continue;
                }
                _ => continue,
            };
            let sql = format!("DROP {word} IF EXISTS {} CASCADE", self.qualified(&name));
            self.statement(&sql);
        }
        if !self.catalog.schemas.contains_key("public") {
            self.statement("DROP SCHEMA public");
        }
    }

    fn roles_and_schemas(&mut self) {
        for (role, origin) in &self.catalog.roles {
            if self.is_prelude(origin) {
                continue;
            }
            let sql = format!(
                "DO $role$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {}) THEN CREATE ROLE {}; END IF; END $role$",
                self.literal(role),
                self.quote(role)
            );
            self.statement(&sql);
        }
        for schema in self.catalog.schemas.values() {
            let made = schema.origin.as_ref().is_some_and(|o| !self.is_prelude(o));
            if made {
                let sql = format!("CREATE SCHEMA {}", self.quote(&schema.name));
                self.statement(&sql);
            }
            self.comment(&format!("SCHEMA {}", self.quote(&schema.name)), schema.comment.as_ref());
        }
        for extension in self.catalog.extensions.values() {
            if self.is_prelude(&extension.origin) {
                continue;
            }
            let mut sql = format!("CREATE EXTENSION IF NOT EXISTS {}", self.quote(&extension.name));
            if let Some(schema) = &extension.schema {
                sql.push_str(&format!(" WITH SCHEMA {}", self.quote(schema)));
            }
            self.statement(&sql);
        }
    }

    fn user_types(&mut self) {
        for found in self.catalog.enums.values() {
            let Known::Known(labels) = &found.labels else { continue };
            let labels: Vec<String> = labels.iter().map(|l| self.literal(&l.value)).collect();
            if !self.is_prelude(&found.origin) {
                let sql = format!("CREATE TYPE {} AS ENUM ({})", self.qualified(&found.name), labels.join(", "));
                self.statement(&sql);
            } else if !found.origin.changed.is_empty() {
                for label in labels {
                    let sql = format!("ALTER TYPE {} ADD VALUE IF NOT EXISTS {label}", self.qualified(&found.name));
                    self.statement(&sql);
                }
            }
            self.comment(&format!("TYPE {}", self.qualified(&found.name)), found.comment.as_ref());
        }
        for object in
            self.catalog.opaque.iter().filter(|o| o.what == "type" && !self.is_prelude(&o.origin)).collect::<Vec<_>>()
        {
            self.carried(object);
        }
        let of_rows = order::of_rows(self.catalog);
        for ty in order::types(self.catalog).iter().filter(|ty| !of_rows.contains(ty.name())) {
            self.user_type(ty);
        }
    }

    /// Types that hold rows of tables, after those.
    fn row_types(&mut self) {
        let of_rows = order::of_rows(self.catalog);
        for ty in order::types(self.catalog).iter().filter(|ty| of_rows.contains(ty.name())) {
            self.user_type(ty);
        }
    }

    fn user_type(&mut self, ty: &UserType<'_>) {
        match ty {
            UserType::Composite(composite) if !self.is_prelude(&composite.origin) => {
                let attributes: Vec<String> = composite
                    .attributes
                    .iter()
                    .filter_map(|(name, ty)| ty.known().map(|ty| format!("{} {}", self.quote(name), self.ty(ty))))
                    .collect();
                let sql = format!("CREATE TYPE {} AS ({})", self.qualified(&composite.name), attributes.join(", "));
                self.statement(&sql);
                self.comment(&format!("TYPE {}", self.qualified(&composite.name)), composite.comment.as_ref());
            }
            UserType::Domain(domain) if !self.is_prelude(&domain.origin) => self.domain(domain),
            _ => {}
        }
    }

    fn domain(&mut self, domain: &crate::model::Domain) {
        self.under_path_of(domain.origin.created);
        let mut sql = format!("CREATE DOMAIN {} AS {}", self.qualified(&domain.name), self.ty(&domain.base));
        if let Some(collation) = &domain.collation {
            sql.push_str(&format!(" COLLATE {}", self.collation(collation)));
        }
        if let Some(default) = &domain.default {
            sql.push_str(&format!(" DEFAULT {}", self.default(default)));
        }
        if domain.not_null {
            sql.push_str(" NOT NULL");
        }
        for check in &domain.checks {
            let early = check.expr.known().is_some_and(|e| !self.needs_functions(&e.sql)) && !check.not_valid;
            if let Some(clause) = self.check_clause(check).filter(|_| early) {
                sql.push_str(&format!(" {clause}"));
            }
        }
        self.statement(&sql);
        self.comment(&format!("DOMAIN {}", self.qualified(&domain.name)), domain.comment.as_ref());
    }

    fn domain_checks(&mut self) {
        for domain in self.catalog.domains.values().filter(|d| !self.is_prelude(&d.origin)).collect::<Vec<_>>() {
            for check in &domain.checks {
                let early = check.expr.known().is_some_and(|e| !self.needs_functions(&e.sql)) && !check.not_valid;
                if let Some(clause) = self.check_clause(check).filter(|_| !early) {
                    self.under_path_of(check.origin.created);
                    let sql = format!("ALTER DOMAIN {} ADD {clause}", self.qualified(&domain.name));
                    self.statement(&sql);
                }
            }
        }
    }

    fn sequences(&mut self) {
        for sequence in self.catalog.sequences.values() {
            if sequence.identity || self.is_prelude(&sequence.origin) {
                continue;
            }
            let sql = format!(
                "CREATE SEQUENCE {}{}",
                self.qualified(&sequence.name),
                sequence_options(&sequence.options, true)
            );
            self.statement(&sql);
            self.comment(&format!("SEQUENCE {}", self.qualified(&sequence.name)), sequence.comment.as_ref());
        }
    }

    fn owned_sequences(&mut self) {
        let owned = |s: &&Sequence| !s.identity;
        for sequence in self.catalog.sequences.values().filter(owned) {
            if self.is_prelude(&sequence.origin) {
                continue;
            }
            if let Some((table, column)) = &sequence.owned_by {
                let sql = format!(
                    "ALTER SEQUENCE {} OWNED BY {}.{}",
                    self.qualified(&sequence.name),
                    self.qualified(table),
                    self.quote(column)
                );
                self.statement(&sql);
            }
        }
    }

    fn carried_before_tables(&mut self) {
        for object in self.catalog.opaque.iter().filter(|o| o.what != "type" && before_tables(&o.what)) {
            if !self.is_prelude(&object.origin) {
                self.carried(object);
            }
        }
    }

    fn carried_after_functions(&mut self) {
        for object in self.catalog.opaque.iter().filter(|o| !before_tables(&o.what) && !at_the_end(&o.what)) {
            if !self.is_prelude(&object.origin) {
                self.carried(object);
            }
        }
    }

    fn carried_at_the_end(&mut self) {
        for object in self.catalog.opaque.iter().filter(|o| at_the_end(&o.what)) {
            if !self.is_prelude(&object.origin) {
                self.carried(object);
            }
        }
    }

    fn views(&mut self) {
        let reads = self.reads_of_views();
        let views = order::views(self.catalog, &reads);
        for view in views {
            if self.is_prelude(&view.origin) {
                if view.origin.changed.iter().any(|s| !self.context.prelude.contains(&s.file)) {
                    self.view_options(view);
                }
                continue;
            }
            self.view(view);
        }
        for view in self.catalog.views.values() {
            for index in view.indexes.iter().filter(|i| !self.is_prelude(&i.origin)).collect::<Vec<_>>() {
                self.under_path_of(index.origin.created);
                if let Some(sql) = self.index_statement(&view.name, index) {
                    self.statement(&sql);
                }
            }
        }
    }

    fn indexes(&mut self, table: &Table) {
        for index in
            table.indexes.iter().filter(|i| i.set_for.is_empty() && !self.is_prelude(&i.origin)).collect::<Vec<_>>()
        {
            self.under_path_of(index.origin.created);
            if let Some(sql) = self.index_statement(&table.name, index) {
                self.statement(&sql);
            }
        }
    }

    /// Indexes of partitions that were attached to one made with ONLY.
    fn attached_indexes(&mut self, table: &Table) {
        for index in table.indexes.iter().filter(|i| i.only) {
            let parent = QualifiedName::new(&table.name.schema, &index.name);
            for below in self.catalog.tables.values() {
                for child in below.indexes.iter().filter(|i| i.partition_of.as_ref() == Some(&parent)) {
                    let name = QualifiedName::new(&below.name.schema, &child.name);
                    let sql =
                        format!("ALTER INDEX {} ATTACH PARTITION {}", self.qualified(&parent), self.qualified(&name));
                    self.statement(&sql);
                }
            }
        }
    }

    /// Foreign keys; those that a partition has from its parent come with the parent's.
    fn foreign_keys(&mut self, tables: &[&Table]) {
        for table in tables {
            for key in
                table.foreign_keys.iter().filter(|k| !k.inherited && !self.is_prelude(&k.origin)).collect::<Vec<_>>()
            {
                let sql = format!("ALTER TABLE {} ADD {}", self.qualified(&table.name), self.foreign_key_clause(key));
                self.statement(&sql);
            }
        }
    }

    fn triggers_and_policies(&mut self, tables: &[&Table]) {
        for table in tables {
            for trigger in table.triggers.iter().filter(|t| !self.is_prelude(&t.origin)).collect::<Vec<_>>() {
                self.trigger(&table.name, trigger);
            }
        }
        for view in self.catalog.views.values() {
            for trigger in view.triggers.iter().filter(|t| !self.is_prelude(&t.origin)).collect::<Vec<_>>() {
                self.trigger(&view.name, trigger);
            }
        }
        for table in tables {
            let name = self.qualified(&table.name);
            let changed = table.origin.changed.iter().any(|s| !self.context.prelude.contains(&s.file));
            if !self.is_prelude(&table.origin) || changed {
                if table.row_level_security.enabled {
                    self.statement(&format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"));
                }
                if table.row_level_security.forced {
                    self.statement(&format!("ALTER TABLE {name} FORCE ROW LEVEL SECURITY"));
                }
            }
            for policy in table.policies.iter().filter(|p| !self.is_prelude(&p.origin)).collect::<Vec<_>>() {
                self.under_path_of(policy.origin.created);
                if let Some(sql) = self.policy_statement(&table.name, policy) {
                    self.statement(&sql);
                }
            }
        }
    }

    fn comments(&mut self, tables: &[&Table]) {
        for table in tables {
            if !self.is_prelude(&table.origin) {
                self.table_comments(table);
            }
        }
    }
}
