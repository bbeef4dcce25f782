//! ALTER TYPE … RENAME VALUE carried into texts: the server keeps a label's number, so its constants print the new word.

use super::rewrite::{Slot, put_text, splice, texts_of};
use super::state::State;
use crate::dialect::{NameKind, NamesIn, SqlForm};
use crate::model::{Expr, Known, QualifiedName};

impl State {
    /// Carries a renamed label into the defaults, checks, predicates, policies and views that hold it.
    pub(super) fn rewrite_label(&mut self, ty: &QualifiedName, from: &str, to: &str) {
        let old = self.dialect.quote_literal(from);
        let mut edits: Vec<(QualifiedName, Vec<(Slot, String)>)> = Vec::new();
        for table in self.catalog.tables.values() {
            let mut own: Vec<(Slot, String)> = Vec::new();
            for (slot, sql, form) in texts_of(table).into_iter().filter(|(_, sql, _)| sql.contains(&old)) {
                let of_type = match slot {
                    Slot::Default(i) => self.is_of_type(table.columns[i].ty.known(), ty),
                    _ => false,
                };
                if let Some(new) = self.relabelled(sql, form, Some(&table.name), ty, (&old, to), of_type) {
                    own.push((slot, new));
                }
            }
            if !own.is_empty() {
                edits.push((table.name.clone(), own));
            }
        }
        for (table, own) in edits {
            if let Some(table) = self.table_mut(&table) {
                for (slot, sql) in own {
                    put_text(table, slot, sql);
                }
            }
        }
        let views: Vec<(QualifiedName, String)> = self
            .catalog
            .views
            .values()
            .filter_map(|v| v.query.known().filter(|q| q.sql.contains(&old)).map(|q| (v, q)))
            .filter_map(|(v, q)| {
                let new = self.relabelled(&q.sql, SqlForm::Statement, None, ty, (&old, to), false)?;
                Some((v.name.clone(), new))
            })
            .collect();
        for (view, sql) in views {
            if let Some(Known::Known(query)) = self.view_mut(&view).map(|v| &mut v.query) {
                query.sql = sql;
            }
        }
        let domains: Vec<QualifiedName> = self
            .catalog
            .domains
            .values()
            .filter(|d| d.default.as_ref().is_some_and(|e| e.sql.contains(&old)) && self.is_of_type(Some(&d.base), ty))
            .map(|d| d.name.clone())
            .collect();
        let new = self.dialect.quote_literal(to);
        for domain in domains {
            if let Some(Expr { sql, .. }) = self.domain_mut(&domain).and_then(|d| d.default.as_mut()) {
                *sql = sql.replace(&old, &new);
            }
        }
    }

    fn is_of_type(&self, ty: Option<&crate::model::TypeName>, is: &QualifiedName) -> bool {
        ty.is_some_and(|t| self.base_type(t).qualified().as_ref() == Some(is))
    }

    /// Constants that are the label: those cast to the type, those compared with a column of the type (the column nearest before them),
    /// and all of them where the text as a whole is of the type.
    fn relabelled(
        &self,
        sql: &str,
        form: SqlForm,
        on: Option<&QualifiedName>,
        ty: &QualifiedName,
        (old, to): (&str, &str),
        of_type: bool,
    ) -> Option<String> {
        let names = self.names_in(sql, form)?;
        let new = self.dialect.quote_literal(to);
        let edits = sql
            .match_indices(old)
            .filter(|&(at, _)| of_type || self.label_at(&names, sql, at..at + old.len(), on, ty))
            .map(|(at, _)| (at..at + old.len(), new.clone()))
            .collect();
        splice(sql, edits)
    }

    fn label_at(
        &self,
        names: &NamesIn,
        sql: &str,
        constant: std::ops::Range<usize>,
        on: Option<&QualifiedName>,
        ty: &QualifiedName,
    ) -> bool {
        let after = sql[constant.end..].trim_start();
        if after.starts_with("::") {
            let cast = names.uses.iter().find(|u| u.kind == NameKind::Type && u.range.start >= constant.end);
            let meant =
                cast.and_then(|u| super::dependencies::name_of(&u.parts, self.now)).and_then(|n| self.find_type(&n));
            return meant.as_ref() == Some(ty);
        }
        let before = names.uses.iter().rev().find(|u| u.kind == NameKind::Column && u.range.end <= constant.start);
        before
            .and_then(|u| self.column_meant(names, u.scope, &u.parts, on).ok().flatten())
            .is_some_and(|(relation, column)| self.is_of_type(self.column_type(&relation, &column).as_ref(), ty))
    }
}
