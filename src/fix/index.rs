//! Indexes.

use super::sql::with_options;
use super::{Maker, Phase};
use crate::model::{Index, IndexKey, IndexKeyPart, NullsOrder, QualifiedName, SortOrder};

impl Maker<'_> {
    pub(super) fn create_index(&mut self, table: &QualifiedName, index: &Index) {
        let keys: Option<Vec<String>> = index.keys.iter().map(|key| self.index_key(key)).collect();
        let (Some(keys), Some(predicate)) = (keys, index.predicate.known()) else { return };
        self.comment(&self.part("INDEX", table, &index.name), index.comment.as_ref());
        let unique = if index.unique { "UNIQUE " } else { "" };
        let (name, table) = (self.sql.name(&index.name), self.sql.relation(table));
        let mut sql = format!("CREATE {unique}INDEX {name} ON {table} USING {} ({})", index.method, keys.join(","));
        if !index.include.is_empty() {
            sql += &format!(" INCLUDE ({})", self.sql.names(&index.include));
        }
        if index.unique && index.nulls_not_distinct {
            sql += " NULLS NOT DISTINCT";
        }
        sql += &with_options(&index.options);
        if let Some(predicate) = predicate {
            sql += &format!(" WHERE {}", predicate.sql);
        }
        self.step(Phase::AddIndex, sql + ";");
    }

    pub(super) fn index_key(&self, key: &IndexKey) -> Option<String> {
        let mut sql = match &key.part {
            IndexKeyPart::Column(name) => self.sql.name(name),
            IndexKeyPart::Expr(expr) => format!("({})", expr.known()?.sql),
        };
        if let Some(collation) = &key.collation {
            sql += &format!(" COLLATE {collation}");
        }
        if let Some(opclass) = &key.opclass {
            sql += &format!(" {opclass}");
            if !key.opclass_options.is_empty() {
                let options: Vec<String> = key.opclass_options.iter().map(|(n, v)| format!("{n} = {v}")).collect();
                sql += &format!(" ({})", options.join(", "));
            }
        }
        if key.order == SortOrder::Descending {
            sql += " DESC";
        }
        sql += match key.nulls {
            Some(NullsOrder::First) => " NULLS FIRST",
            Some(NullsOrder::Last) => " NULLS LAST",
            None => "",
        };
        Some(sql)
    }

    pub(super) fn drop_index(&mut self, table: &QualifiedName, name: &str) {
        // An index lives in the schema of its table.
        let name = self.sql.relation(&QualifiedName::new(&table.schema, name));
        self.step(Phase::DropIndex, format!("DROP INDEX {name};"));
    }

    pub(super) fn rename_index(&mut self, table: &QualifiedName, from: &str, to: &str) {
        let from = self.sql.relation(&QualifiedName::new(&table.schema, from));
        let sql = format!("ALTER INDEX {from} RENAME TO {};", self.sql.name(to));
        self.step(Phase::Rename, sql);
    }
}
