//! Tables: first the bare ones, then what is put on them.

use super::writer::{Writer, list_options, sequence_options, with_options};
use crate::model::{
    Column, Expr, Identity, Known, Persistence, QualifiedName, SequenceOptions, Table, TableKind, TypeName,
};
use crate::source::Span;

impl Writer<'_> {
    /// CREATE TABLE with columns, the defaults and checks that need no function, and no keys.
    pub(super) fn create_table(&mut self, table: &Table) {
        let path = self.path_of(table.origin.created).to_vec();
        self.under(&path);
        let mut elements: Vec<String> = Vec::new();
        for column in &table.columns {
            elements.extend(self.column(table, column, &path));
        }
        for check in table.checks.iter().filter(|c| !c.not_valid && !self.waits_check(table, c, &path)) {
            elements.extend(self.check_clause(check));
        }
        let what = match (&table.kind, table.persistence) {
            (TableKind::Foreign { .. }, _) => "FOREIGN TABLE",
            (_, Persistence::Unlogged) => "UNLOGGED TABLE",
            (_, Persistence::Temporary) => "TEMPORARY TABLE",
            (_, Persistence::Permanent) => "TABLE",
        };
        let mut sql = format!("CREATE {what} {} (\n  {}\n)", self.qualified(&table.name), elements.join(",\n  "));
        match &table.kind {
            TableKind::Partitioned(key) => sql.push_str(&format!(" PARTITION BY {}", key.sql)),
            TableKind::Foreign { server, options } => {
                sql.push_str(&format!(" SERVER {}", self.quote(server)));
                if !options.is_empty() {
                    let listed: Vec<String> =
                        options.iter().map(|(k, v)| format!("{} {}", self.quote(k), self.literal(v))).collect();
                    sql.push_str(&format!(" OPTIONS ({})", listed.join(", ")));
                }
            }
            TableKind::Ordinary => {}
        }
        sql.push_str(&with_options(&table.options));
        self.statement(&sql);
        for column in &table.columns {
            self.identity_apart(column);
        }
        // A parent's check must be there before the child becomes one.
        for check in table.checks.iter().filter(|c| self.waits_for_path_alone(table, c, &path)).collect::<Vec<_>>() {
            let own = self.path_of(check.expr.known().map_or(check.origin.created, |e| e.span)).to_vec();
            self.under(&own);
            if let Some(clause) = self.check_clause(check) {
                self.statement(&format!("ALTER TABLE {} ADD {clause}", self.qualified(&table.name)));
            }
        }
        self.under(&path);
        for parent in &table.inherits {
            let sql = format!("ALTER TABLE {} INHERIT {}", self.qualified(&table.name), self.qualified(parent));
            self.statement(&sql);
        }
        if let Some((parent, Known::Known(bound))) = table.partition.as_ref().map(|p| (&p.parent, &p.bound)) {
            let sql = format!(
                "ALTER TABLE {} ATTACH PARTITION {} {bound}",
                self.qualified(parent),
                self.qualified(&table.name)
            );
            self.statement(&sql);
        }
    }

    /// What an identity column's definition cannot say of its sequence: another type than the column's (which LIKE and ALTER SEQUENCE give it), and
    /// a name that a type has, too (which RENAME gives it).
    fn identity_apart(&mut self, column: &Column) {
        let Some(identity) = &column.identity else { return };
        let made = self.name_when_made(&identity.sequence);
        if has_other_type(column, identity) {
            let ty = identity.options.data_type.as_ref().map_or("bigint", |ty| ty.name.as_str());
            let options = sequence_options(&SequenceOptions { data_type: None, ..identity.options.clone() }, true);
            self.statement(&format!("ALTER SEQUENCE {} AS {ty}{options}", self.qualified(&made)));
        }
        if made != identity.sequence {
            let to = self.quote(&identity.sequence.name);
            self.statement(&format!("ALTER SEQUENCE {} RENAME TO {to}", self.qualified(&made)));
        }
    }

    /// The name under which an identity column's sequence can be made: its own, unless a type has that.
    fn name_when_made(&self, sequence: &QualifiedName) -> QualifiedName {
        let catalog = self.catalog;
        let is_type = |name: &QualifiedName| catalog.enums.contains_key(name) || catalog.domains.contains_key(name);
        let is_taken = |name: &QualifiedName| is_type(name) || name != sequence && catalog.sequences.contains_key(name);
        let mut name = sequence.clone();
        for number in 1_u32.. {
            if !is_taken(&name) {
                break;
            }
            name.name = format!("identity_{number}");
        }
        name
    }

    /// The type under which a column is made: the oldest that something on it remembers.
    fn first_type<'c>(&self, table: &'c Table, column: &'c Column) -> Option<&'c TypeName> {
        let by_default = match &column.default {
            Known::Known(Some(default)) => default.set_for.as_deref(),
            _ => None,
        };
        let remembered = table
            .checks
            .iter()
            .flat_map(|c| &c.set_for)
            .chain(table.indexes.iter().flat_map(|i| &i.set_for))
            .find(|(c, _)| *c == column.name)
            .map(|(_, ty)| ty);
        by_default.or(remembered).or(column.ty.known())
    }

    /// One column's definition; nothing when its type is not known.
    pub(super) fn column(&self, table: &Table, column: &Column, path: &[String]) -> Option<String> {
        let ty = self.first_type(table, column)?;
        let mut text = format!("{} {}", self.quote(&column.name), self.ty(ty));
        if let Some(collation) = &column.collation {
            text.push_str(&format!(" COLLATE {}", self.collation(collation)));
        }
        if let Known::Known(Some(generated)) = &column.generated {
            text.push_str(&format!(
                " GENERATED ALWAYS AS ({}) {}",
                self.expr(&generated.expr),
                if generated.stored { "STORED" } else { "VIRTUAL" }
            ));
        }
        if let Some(identity) = &column.identity {
            text.push_str(&format!(
                " GENERATED {} AS IDENTITY (SEQUENCE NAME {}{})",
                if identity.always { "ALWAYS" } else { "BY DEFAULT" },
                self.qualified(&self.name_when_made(&identity.sequence)),
                if has_other_type(column, identity) {
                    String::new()
                } else {
                    sequence_options(&identity.options, false)
                }
            ));
        }
        if let Known::Known(Some(default)) = &column.default
            && !self.waits(&default.expr, path)
        {
            text.push_str(&format!(" DEFAULT {}", self.default(&default.expr)));
        }
        if column.not_null == Known::Known(true) && !self.is_not_null_alone(table, column) {
            text.push_str(" NOT NULL");
        }
        Some(text)
    }

    /// Whether a column is NOT NULL and a child's is not, which comes of ALTER TABLE ONLY and of a column that the child had before.
    fn is_not_null_alone(&self, table: &Table, column: &Column) -> bool {
        let may_be_null = |child: &Table| child.column(&column.name).is_some_and(|c| c.not_null == Known::Known(false));
        column.not_null == Known::Known(true)
            && self.catalog.tables.values().any(|child| child.inherits.contains(&table.name) && may_be_null(child))
    }

    /// Whether an expression cannot stand in CREATE TABLE: it calls a function, names an identity column's sequence, which another table may bring,
    /// or was written under another search path.
    fn waits(&self, expr: &Expr, path: &[String]) -> bool {
        self.path_of(expr.span) != path || self.needs_functions(&expr.sql) || self.names_identity(&expr.sql)
    }

    fn names_identity(&self, sql: &str) -> bool {
        sql.contains("nextval")
            && self.catalog.sequences.values().any(|s| s.identity && sql.contains(s.name.name.as_str()))
    }

    fn waits_check(&self, table: &Table, check: &crate::model::Check, path: &[String]) -> bool {
        let Known::Known(expr) = &check.expr else { return true };
        // One that is older than a column's type must be made before the type changes, and so in CREATE TABLE.
        let older = !check.set_for.is_empty();
        // One that is younger than a type change must come after it.
        let younger = check.set_for.is_empty() && self.retyped(table).next().is_some();
        !older && (younger || self.waits(expr, path))
    }

    /// An inherited check that could stand in CREATE TABLE, had it been written under the same search path.
    fn waits_for_path_alone(&self, table: &Table, check: &crate::model::Check, path: &[String]) -> bool {
        let Known::Known(expr) = &check.expr else { return false };
        let has_parent = !table.inherits.is_empty() || table.partition.is_some();
        let is_new = check.set_for.is_empty() && self.retyped(table).next().is_none();
        check.inherited
            && has_parent
            && is_new
            && !check.not_valid
            && self.path_of(expr.span) != path
            && !self.needs_functions(&expr.sql)
            && !self.names_identity(&expr.sql)
    }

    /// Columns that are made under an older type, with the type they have now.
    fn retyped<'t>(&'t self, table: &'t Table) -> impl Iterator<Item = (&'t Column, &'t TypeName)> {
        table.columns.iter().filter_map(|c| {
            let now = c.ty.known()?;
            (self.first_type(table, c) != Some(now)).then_some((c, now))
        })
    }

    /// Indexes older than a column's type, then the change of type.
    pub(super) fn retype(&mut self, table: &Table) {
        let retyped: Vec<(String, TypeName)> =
            self.retyped(table).map(|(c, ty)| (c.name.clone(), ty.clone())).collect();
        for index in table.indexes.iter().filter(|i| !i.set_for.is_empty()) {
            if let Some(sql) = self.index_statement(&table.name, index) {
                self.statement(&sql);
            }
        }
        for (column, ty) in retyped {
            let ty = self.ty(&ty);
            let column_sql = self.quote(&column);
            // What is worked out is worked out anew, and takes no USING.
            let is_generated = table.column(&column).is_some_and(|c| matches!(c.generated, Known::Known(Some(_))));
            let using = if is_generated { String::new() } else { format!(" USING {column_sql}::text::{ty}") };
            let sql = format!(
                "ALTER TABLE {} ALTER COLUMN {column_sql} SET DATA TYPE {ty}{using}",
                self.qualified(&table.name),
            );
            self.statement(&sql);
        }
    }

    /// Defaults and checks that had to wait.
    pub(super) fn late_parts(&mut self, table: &Table) {
        let path = self.path_of(table.origin.created).to_vec();
        let name = self.qualified(&table.name);
        for column in &table.columns {
            if self.is_not_null_alone(table, column) {
                let column = self.quote(&column.name);
                self.statement(&format!("ALTER TABLE ONLY {name} ALTER COLUMN {column} SET NOT NULL"));
            }
            if let Known::Known(Some(default)) = &column.default
                && self.waits(&default.expr, &path)
            {
                let own = self.path_of(default.expr.span).to_vec();
                self.under(&own);
                let sql = format!(
                    "ALTER TABLE ONLY {name} ALTER COLUMN {} SET DEFAULT {}",
                    self.quote(&column.name),
                    self.expr(&default.expr)
                );
                self.statement(&sql);
            }
        }
        for check in table.checks.iter().filter(|c| !c.inherited || table.partition.is_none()) {
            let waits = check.not_valid || self.waits_check(table, check, &path);
            if !waits || self.waits_for_path_alone(table, check, &path) {
                continue;
            }
            let span = check.expr.known().map_or(check.origin.created, |e: &Expr| e.span);
            let own = self.path_of(span).to_vec();
            self.under(&own);
            if let Some(clause) = self.check_clause(check) {
                self.statement(&format!("ALTER TABLE {name} ADD {clause}"));
            }
        }
    }

    /// Primary key, unique and exclusion constraints.
    pub(super) fn keys(&mut self, table: &Table, only_new: bool) {
        let name = self.qualified(&table.name);
        let skip = |w: &Self, origin: &crate::model::Origin| only_new && w.is_prelude(origin);
        if let Some(key) = table.primary_key.as_ref().filter(|k| !skip(self, &k.origin)) {
            let sql = format!("ALTER TABLE {name} ADD {}", self.key_clause("PRIMARY KEY", key));
            self.statement(&sql);
        }
        for key in table.uniques.iter().filter(|k| !(only_new && self.is_prelude(&k.origin))).collect::<Vec<_>>() {
            let sql = format!("ALTER TABLE {name} ADD {}", self.key_clause("UNIQUE", key));
            self.statement(&sql);
        }
        for exclusion in
            table.exclusions.iter().filter(|k| !(only_new && self.is_prelude(&k.origin))).collect::<Vec<_>>()
        {
            self.under_path_of(exclusion.origin.created);
            if let Some(clause) = self.exclusion_clause(exclusion) {
                self.statement(&format!("ALTER TABLE {name} ADD {clause}"));
            }
        }
    }

    pub(super) fn under_path_of(&mut self, span: Span) {
        let path = self.path_of(span).to_vec();
        self.under(&path);
    }

    /// Comments of a table and its parts, and what is left of its storage parameters.
    pub(super) fn table_comments(&mut self, table: &Table) {
        let name = self.qualified(&table.name);
        self.comment(&format!("TABLE {name}"), table.comment.as_ref());
        for column in &table.columns {
            let on = format!("COLUMN {name}.{}", self.quote(&column.name));
            self.comment(&on, column.comment.as_ref());
        }
        let constraints: Vec<(String, Option<String>)> = (table.primary_key.iter().chain(&table.uniques))
            .map(|k| (k.name.clone(), k.comment.clone()))
            .chain(table.foreign_keys.iter().map(|k| (k.name.clone(), k.comment.clone())))
            .chain(table.checks.iter().map(|k| (k.name.clone(), k.comment.clone())))
            .chain(table.exclusions.iter().map(|k| (k.name.clone(), k.comment.clone())))
            .collect();
        for (constraint, comment) in constraints {
            let on = format!("CONSTRAINT {} ON {name}", self.quote(&constraint));
            self.comment(&on, comment.as_ref());
        }
        let own = table.indexes.iter().map(|i| (&i.name, &i.comment));
        let of_keys = table.primary_key.iter().chain(&table.uniques).map(|k| (&k.name, &k.index_comment));
        let of_exclusions = table.exclusions.iter().map(|e| (&e.name, &e.index_comment));
        for (index, comment) in own.chain(of_keys).chain(of_exclusions).collect::<Vec<_>>() {
            let on = format!("INDEX {}.{}", self.quote(&table.name.schema), self.quote(index));
            self.comment(&on, comment.as_ref());
        }
        for policy in &table.policies {
            let on = format!("POLICY {} ON {name}", self.quote(&policy.name));
            self.comment(&on, policy.comment.as_ref());
        }
        for trigger in &table.triggers {
            let on = format!("TRIGGER {} ON {name}", self.quote(&trigger.name));
            self.comment(&on, trigger.comment.as_ref());
        }
    }

    /// Parts that migrations put on a table of the prelude.
    pub(super) fn change_prelude_table(&mut self, table: &Table) {
        let name = self.qualified(&table.name);
        for column in table.columns.iter().filter(|c| !self.is_prelude(&c.origin)).collect::<Vec<_>>() {
            let path = self.path_of(column.origin.created).to_vec();
            self.under(&path);
            if let Some(definition) = self.column(table, column, &path) {
                self.statement(&format!("ALTER TABLE {name} ADD COLUMN {definition}"));
            }
        }
        for check in table.checks.iter().filter(|c| !self.is_prelude(&c.origin)).collect::<Vec<_>>() {
            if let Some(clause) = self.check_clause(check) {
                self.statement(&format!("ALTER TABLE {name} ADD {clause}"));
            }
        }
        self.keys(table, true);
        if !table.options.is_empty() && table.origin.changed.iter().any(|s| !self.context.prelude.contains(&s.file)) {
            self.statement(&format!("ALTER TABLE {name} SET ({})", list_options(&table.options)));
        }
    }
}

/// Whether an identity column's sequence is of another type than the column.
fn has_other_type(column: &Column, identity: &Identity) -> bool {
    let counts_in = identity.options.data_type.as_ref().map_or("bigint", |ty| ty.name.as_str());
    column.ty.known().is_some_and(|ty| ty.name != counts_in)
}
