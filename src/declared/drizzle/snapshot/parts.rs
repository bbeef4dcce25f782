//! Columns and what else belongs to a table.

use super::super::indexes::{as_written, written_keys};
use super::super::lower::key;
use super::super::sequences;
use super::{Json, Reader, is_true, text};
use crate::model::{
    Action, Check, Column, Default, Deferrable, Expr, ForeignKey, Generated, Identity, Index, IndexKey, Key, Known,
    MatchKind, NullsOrder, Origin, Policy, PolicyCommand, QualifiedName, SortOrder, TypeName, Unknown,
};
use crate::source::Span;

impl Reader<'_> {
    /// A column; its sequence goes into the catalog.
    pub(super) fn column(&mut self, table: &QualifiedName, object: Json<'_, '_>) -> Option<Column> {
        let (name, span) = (self.cut(text(object, "name")?), object.span());
        let written = text(object, "type").unwrap_or_default();
        let (ty, serial) = self.column_type(object, written);
        let mut column = Column {
            name: name.clone(),
            ty,
            not_null: Known::Known(serial || is_true(object, "notNull") || is_true(object, "primaryKey")),
            default: Known::Known(default_of(object)),
            identity: None,
            generated: Known::Known(None),
            collation: None,
            comment: None,
            inherited: false,
            origin: Origin::at(span),
        };
        if let Some(sql) = object.get("generated").and_then(|generated| text(generated, "as")) {
            let generated = Generated { expr: Expr::new(sql, span), stored: true };
            column.generated = Known::Known(Some(generated));
        }
        let place = sequences::Place { table, column: &name, span };
        let (mut sequence, ty) = (None, column.ty.known().cloned());
        if serial && column.default == Known::Known(None) {
            let (default, owned) = sequences::serial(&self.catalog, self.dialect, place, ty.as_ref());
            column.default = Known::Known(Some(default));
            sequence = Some(owned);
        }
        if let Some(identity) = object.get("identity").filter(|identity| identity.members().next().is_some()) {
            let default = format!("{}_{name}_seq", table.name);
            let own = QualifiedName::new(&table.schema, self.cut(text(identity, "name").unwrap_or(&default)));
            let options = sequence_options(identity, ty.filter(|ty| ty.name != "bigint"));
            let always = text(identity, "type") == Some("always");
            column.identity = Some(Box::new(Identity { always, sequence: own.clone(), options: options.clone() }));
            column.not_null = Known::Known(true);
            sequence = Some(sequences::owned(own, options, place, true));
        }
        self.catalog.sequences.extend(sequence.map(|sequence| (sequence.name.clone(), sequence)));
        if is_true(object, "primaryKey") {
            self.keyed.push((name.clone(), span));
        }
        Some(column)
    }

    /// The type, and whether it is `serial` or its kin.
    fn column_type(&self, object: Json<'_, '_>, written: &str) -> (Known<TypeName>, bool) {
        let (base, brackets) = written.split_at(written.find('[').unwrap_or(written.len()));
        let is_array = !brackets.is_empty() || object.get("dimensions").and_then(Json::as_i64).is_some_and(|n| n > 0);
        let defined = match text(object, "typeSchema").filter(|schema| !schema.is_empty()) {
            Some(schema) => Some(QualifiedName::new(self.cut(schema), self.cut(base))),
            // Before version 7 an enum is named without its schema.
            None => self.catalog.enums.keys().find(|name| name.name == base).cloned(),
        };
        let (base, serial) = match base.to_lowercase().as_str() {
            "serial" => ("integer", true),
            "bigserial" => ("bigint", true),
            "smallserial" => ("smallint", true),
            _ => (base, false),
        };
        let ty = defined.map(|name| TypeName::defined(&name)).or_else(|| self.dialect.parse_type(base));
        let ty = match ty {
            Some(ty) => Known::Known(if is_array { ty.array_of() } else { ty }),
            None => Known::Unknown(Unknown::new(object.span(), format!("`{written}` is no type that can be read"))),
        };
        (ty, serial)
    }

    /// Names under a key, as the server has them.
    fn names(&self, object: Json<'_, '_>, keys: [&str; 2]) -> Vec<String> {
        let list = keys.iter().find_map(|key| object.get(key)?.as_array());
        list.into_iter().flatten().filter_map(Json::as_str).map(|name| self.cut(name)).collect()
    }

    /// A primary key or unique constraint.
    pub(super) fn key(&self, object: Json<'_, '_>) -> Option<Key> {
        let columns = self.names(object, ["columns", "columns"]);
        let mut key = key(self.cut(text(object, "name")?), true, columns, object.span());
        key.nulls_not_distinct = is_true(object, "nullsNotDistinct");
        Some(key)
    }

    pub(super) fn foreign_key(&self, object: Json<'_, '_>) -> Option<ForeignKey> {
        let schema = text(object, "schemaTo").filter(|schema| !schema.is_empty());
        let schema = self.cut(schema.unwrap_or(self.dialect.default_schema()));
        Some(ForeignKey {
            name: self.cut(text(object, "name")?),
            named: true,
            columns: self.names(object, ["columnsFrom", "columns"]),
            ref_table: QualifiedName::new(schema, self.cut(text(object, "tableTo")?)),
            ref_columns: self.names(object, ["columnsTo", "columnsTo"]),
            ref_index: None,
            on_delete: action(object, "onDelete"),
            on_update: action(object, "onUpdate"),
            on_delete_columns: Vec::new(),
            match_kind: MatchKind::Simple,
            deferrable: Deferrable::No,
            not_valid: false,
            comment: None,
            inherited: false,
            origin: Origin::at(object.span()),
        })
    }

    pub(super) fn check(&self, object: Json<'_, '_>) -> Option<Check> {
        let span = object.span();
        Some(Check {
            name: self.cut(text(object, "name")?),
            named: true,
            expr: Known::Known(Expr::new(text(object, "value")?, span)),
            no_inherit: false,
            not_valid: false,
            set_for: Vec::new(),
            comment: None,
            inherited: false,
            origin: Origin::at(span),
        })
    }

    pub(super) fn index(&self, object: Json<'_, '_>) -> Option<Index> {
        let span = object.span();
        let method = text(object, "method").unwrap_or("btree").to_owned();
        let keys = object.get("columns")?.as_array()?.flat_map(|key| self.index_keys(key, &method, span)).collect();
        let predicate = text(object, "where").map(|sql| Expr::new(sql, span));
        Some(Index {
            name: self.cut(text(object, "name")?),
            named: true,
            unique: is_true(object, "isUnique"),
            nulls_not_distinct: false,
            method,
            keys,
            include: Vec::new(),
            predicate: Known::Known(predicate),
            options: object.get("with").map(options).unwrap_or_default(),
            only: false,
            set_for: Vec::new(),
            comment: None,
            column_names: None,
            partition_of: None,
            origin: Origin::at(span),
        })
    }

    fn index_keys(&self, key: Json<'_, '_>, method: &str, span: Span) -> Vec<IndexKey> {
        // Version 5 has names only.
        let Some(written) = key.as_str().or_else(|| text(key, "expression")).or_else(|| text(key, "value")) else {
            return Vec::new();
        };
        if is_true(key, "isExpression") {
            return written_keys(self.dialect, written.to_owned(), method, span);
        }
        let mut column = IndexKey::column(self.cut(written));
        let opclass = key.get("opclass");
        column.opclass = opclass.and_then(|class| class.as_str().or_else(|| text(class, "name"))).map(str::to_owned);
        if key.get("asc").and_then(Json::as_bool) == Some(false) {
            column.order = SortOrder::Descending;
        }
        column.nulls = match (text(key, "nulls"), key.get("nullsFirst").and_then(Json::as_bool)) {
            (Some("first"), _) | (None, Some(true)) => Some(NullsOrder::First),
            (Some(_), _) | (None, Some(false)) => Some(NullsOrder::Last),
            (None, None) => None,
        };
        as_written(&mut column, key.get("nullsFirst").is_some());
        vec![column]
    }

    pub(super) fn policy(&self, object: Json<'_, '_>) -> Option<Policy> {
        let span = object.span();
        let word = |key: &str| text(object, key).unwrap_or_default().to_lowercase();
        let mut roles: Vec<String> = self.names(object, ["to", "roles"]);
        if roles.is_empty() {
            roles.push("public".into());
        }
        roles.sort();
        let expression = |key: &str| Known::Known(text(object, key).map(|sql| Expr::new(sql, span)));
        Some(Policy {
            name: self.cut(text(object, "name")?),
            permissive: word("as") != "restrictive",
            command: match word("for").as_str() {
                "select" => PolicyCommand::Select,
                "insert" => PolicyCommand::Insert,
                "update" => PolicyCommand::Update,
                "delete" => PolicyCommand::Delete,
                _ => PolicyCommand::All,
            },
            roles: Known::Known(roles),
            using: expression("using"),
            with_check: expression("withCheck"),
            comment: None,
            origin: Origin::at(span),
        })
    }
}

/// A default is SQL text, or a number or a boolean as JSON has them.
fn default_of(object: Json<'_, '_>) -> Option<Default> {
    let default = object.get("default")?;
    // Early versions 8 kept the text with its type.
    let default = default.get("value").unwrap_or(default);
    let sql = match (default.as_str(), default.as_number(), default.as_bool()) {
        (Some(text), ..) => text.to_owned(),
        (_, Some(number), _) => number.to_owned(),
        (.., Some(value)) => value.to_string(),
        _ => return None,
    };
    (!sql.eq_ignore_ascii_case("null")).then(|| Default::new(Expr::new(sql, object.span())))
}

fn action(object: Json<'_, '_>, key: &str) -> Action {
    match text(object, key).unwrap_or_default().to_lowercase().as_str() {
        "restrict" => Action::Restrict,
        "cascade" => Action::Cascade,
        "set null" => Action::SetNull,
        "set default" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

/// Options of a sequence; drizzle-kit keeps numbers as text.
pub(super) fn sequence_options(object: Json<'_, '_>, data_type: Option<TypeName>) -> crate::model::SequenceOptions {
    sequences::options(data_type, is_true(object, "cycle"), |name| {
        let name = if name == "cache" && object.get("cache").is_none() { "cacheSize" } else { name };
        let value = object.get(name)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    })
}

/// Storage parameters: `{ "fillfactor": 70 }`.
pub(super) fn options(object: Json<'_, '_>) -> Vec<(String, String)> {
    let value = |value: Json<'_, '_>| {
        let word = value.as_bool().map(|value| value.to_string());
        word.or_else(|| value.as_number().or_else(|| value.as_str()).map(str::to_owned))
    };
    object.members().filter_map(|(name, of)| Some((super::super::indexes::snake(name), value(of)?))).collect()
}
