//! Clauses of constraints, indexes and policies.

use super::writer::{Writer, list_options, with_options};
use crate::model::{
    Action, Check, Deferrable, Exclusion, ForeignKey, Index, IndexKey, IndexKeyPart, Key, Known, MatchKind, NullsOrder,
    Policy, QualifiedName, SortOrder,
};

impl Writer<'_> {
    pub(super) fn key_clause(&self, word: &str, key: &Key) -> String {
        let nulls = if key.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
        let mut text = format!("CONSTRAINT {} {word}{nulls} ({})", self.quote(&key.name), self.names(&key.columns));
        if !key.include.is_empty() {
            text.push_str(&format!(" INCLUDE ({})", self.names(&key.include)));
        }
        text.push_str(&with_options(&key.options));
        text.push_str(deferrable(key.deferrable));
        text
    }

    pub(super) fn check_clause(&self, check: &Check) -> Option<String> {
        let expr = check.expr.known()?;
        let mut text = format!("CONSTRAINT {} CHECK ({})", self.quote(&check.name), self.expr(expr));
        if check.no_inherit {
            text.push_str(" NO INHERIT");
        }
        if check.not_valid {
            text.push_str(" NOT VALID");
        }
        Some(text)
    }

    pub(super) fn foreign_key_clause(&self, key: &ForeignKey) -> String {
        let mut text = format!(
            "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {}",
            self.quote(&key.name),
            self.names(&key.columns),
            self.qualified(&key.ref_table)
        );
        if !key.ref_columns.is_empty() {
            text.push_str(&format!(" ({})", self.names(&key.ref_columns)));
        }
        if key.match_kind == MatchKind::Full {
            text.push_str(" MATCH FULL");
        }
        if key.on_update != Action::NoAction {
            text.push_str(&format!(" ON UPDATE {}", key.on_update.as_str().to_uppercase()));
        }
        if key.on_delete != Action::NoAction {
            text.push_str(&format!(" ON DELETE {}", key.on_delete.as_str().to_uppercase()));
            if !key.on_delete_columns.is_empty() {
                text.push_str(&format!(" ({})", self.names(&key.on_delete_columns)));
            }
        }
        text.push_str(deferrable(key.deferrable));
        if key.not_valid {
            text.push_str(" NOT VALID");
        }
        text
    }

    pub(super) fn exclusion_clause(&self, exclusion: &Exclusion) -> Option<String> {
        let mut elements = Vec::new();
        for (key, operator) in &exclusion.elements {
            elements.push(format!("{} WITH {operator}", self.index_key(key)?));
        }
        let mut text = format!(
            "CONSTRAINT {} EXCLUDE USING {} ({})",
            self.quote(&exclusion.name),
            exclusion.method,
            elements.join(", ")
        );
        if !exclusion.include.is_empty() {
            text.push_str(&format!(" INCLUDE ({})", self.names(&exclusion.include)));
        }
        if let Some(predicate) = &exclusion.predicate {
            text.push_str(&format!(" WHERE ({})", self.expr(predicate)));
        }
        text.push_str(deferrable(exclusion.deferrable));
        Some(text)
    }

    pub(super) fn index_key(&self, key: &IndexKey) -> Option<String> {
        let mut text = match &key.part {
            IndexKeyPart::Column(column) => self.quote(column),
            IndexKeyPart::Expr(Known::Known(expr)) => format!("({})", self.expr(expr)),
            IndexKeyPart::Expr(Known::Unknown(_)) => return None,
        };
        if let Some(collation) = &key.collation {
            text.push_str(&format!(" COLLATE {}", self.collation(collation)));
        }
        if let Some(opclass) = &key.opclass {
            text.push_str(&format!(" {opclass}"));
            if !key.opclass_options.is_empty() {
                text.push_str(&format!(" ({})", list_options(&key.opclass_options)));
            }
        }
        if key.order == SortOrder::Descending {
            text.push_str(" DESC");
        }
        match key.nulls {
            Some(NullsOrder::First) => text.push_str(" NULLS FIRST"),
            Some(NullsOrder::Last) => text.push_str(" NULLS LAST"),
            None => {}
        }
        Some(text)
    }

    /// A collation's name, which may carry its schema.
    pub(super) fn collation(&self, name: &str) -> String {
        let mut in_quotes = false;
        let parts = name.split(|c: char| {
            in_quotes ^= c == '"';
            c == '.' && !in_quotes
        });
        let quoted = |part: &str| if part.starts_with('"') { part.to_owned() } else { self.quote(part) };
        parts.map(quoted).collect::<Vec<_>>().join(".")
    }

    pub(super) fn index_statement(&self, table: &QualifiedName, index: &Index) -> Option<String> {
        let keys: Option<Vec<String>> = index.keys.iter().map(|k| self.index_key(k)).collect();
        let mut text = format!(
            "CREATE {}INDEX {} ON {}{} USING {} ({})",
            if index.unique { "UNIQUE " } else { "" },
            self.quote(&index.name),
            if index.only { "ONLY " } else { "" },
            self.qualified(table),
            index.method,
            keys?.join(", ")
        );
        if !index.include.is_empty() {
            text.push_str(&format!(" INCLUDE ({})", self.names(&index.include)));
        }
        if index.nulls_not_distinct {
            text.push_str(" NULLS NOT DISTINCT");
        }
        text.push_str(&with_options(&index.options));
        if let Some(predicate) = index.predicate.known()? {
            text.push_str(&format!(" WHERE {}", self.expr(predicate)));
        }
        Some(text)
    }

    pub(super) fn policy_statement(&self, table: &QualifiedName, policy: &Policy) -> Option<String> {
        let roles: Vec<String> = policy
            .roles
            .known()?
            .iter()
            .map(|r| match r.as_str() {
                "public" | "current_user" | "session_user" | "current_role" => r.to_uppercase(),
                other => self.quote(other),
            })
            .collect();
        let mut text = format!(
            "CREATE POLICY {} ON {} AS {} FOR {} TO {}",
            self.quote(&policy.name),
            self.qualified(table),
            if policy.permissive { "PERMISSIVE" } else { "RESTRICTIVE" },
            policy.command.as_str().to_uppercase(),
            roles.join(", ")
        );
        if let Some(using) = policy.using.known()? {
            text.push_str(&format!(" USING ({})", self.expr(using)));
        }
        if let Some(check) = policy.with_check.known()? {
            text.push_str(&format!(" WITH CHECK ({})", self.expr(check)));
        }
        Some(text)
    }
}

fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}
