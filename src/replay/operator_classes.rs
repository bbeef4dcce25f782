//! Operator classes of indexes: those that a type has by default for a method, and those that are written (`ComputeIndexAttrs`, `ResolveOpClass` in
//! src/backend/commands/indexcmds.c).

use super::IssueKind;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::CreateIndex;
use crate::model::{IndexKey, IndexKeyPart, Known, ObjectKind, ObjectRef, QualifiedName, Table, TypeName};
use crate::source::Span;

impl State {
    /// Types without a default operator class for a method, and operator classes of extensions that nobody created.
    pub(super) fn check_opclasses(&self, table: &Table, def: &CreateIndex) -> Ran<()> {
        for key in &def.keys {
            check_opclass_options(key, def.table.span)?;
            if let Some(opclass) = &key.opclass {
                self.check_opclass_exists(opclass, &def.method, def.table.span)?;
            }
        }
        self.check_key_opclasses(&table.name, &def.keys, &def.method, def.table.span)
    }

    /// Each key's type has the operator class that is written, or one by default; and a collation only where it takes one.
    pub(super) fn check_key_opclasses(
        &self,
        table: &QualifiedName,
        keys: &[IndexKey],
        method: &str,
        span: Span,
    ) -> Ran<()> {
        let Some(table) = self.table(table) else { return Ok(()) };
        for key in keys {
            let ty = match &key.part {
                IndexKeyPart::Column(column) => table.column(column).and_then(|c| c.ty.known().cloned()),
                IndexKeyPart::Expr(Known::Known(expr)) => self.type_of_expression(&table.name, &expr.sql),
                IndexKeyPart::Expr(Known::Unknown(_)) => None,
            };
            let Some(ty) = &ty else { continue };
            self.check_collatable(Some(ty), key.collation.as_deref(), span)?;
            match &key.opclass {
                Some(opclass) => self.check_opclass_takes(opclass, ty, span)?,
                None => self.check_default_opclass(ty, method, span)?,
            }
        }
        Ok(())
    }

    pub(super) fn check_key_types(&self, table: &Table, columns: &[String], span: Span) -> Ran<()> {
        for column in columns {
            if let Some(ty) = table.column(column).and_then(|c| c.ty.known()) {
                self.check_default_opclass(ty, "btree", span)?;
            }
        }
        Ok(())
    }

    fn check_default_opclass(&self, ty: &TypeName, method: &str, span: Span) -> Ran<()> {
        let base = self.base_type(ty);
        let is_own = base
            .qualified()
            .filter(|_| !base.array)
            .is_some_and(|name| self.catalog.enums.contains_key(&name) || self.catalog.composites.contains_key(&name));
        // An enum or a composite type has its order and a hash.
        let lacks_own =
            is_own && matches!(method, "gin" | "gist" | "brin" | "spgist") && !self.brings_opclasses(method);
        if !lacks_own && (base.schema.is_some() || self.has_default_opclass(&base, method)) {
            return Ok(());
        }
        let base = crate::ddl::postgres::format_type(&base);
        let message = format!("data type {base} has no default operator class for access method \"{method}\"");
        Err(Refusal::new(IssueKind::InvalidDefinition, "42704", message).at(span).uncertain_if(!self.knows_all))
    }

    /// Whether something may have brought operator classes for types of the schema's own.
    fn brings_opclasses(&self, method: &str) -> bool {
        let extension = format!("btree_{method}");
        self.catalog.opaque.iter().any(|o| o.what == "operator class")
            || self.catalog.extensions.contains_key(&extension)
            || !self.extensions_known()
    }

    /// Whether it may have one; `false` only where that is certain.
    fn has_default_opclass(&self, ty: &TypeName, method: &str) -> bool {
        let extended = |names: &[&str]| {
            self.catalog.extensions.keys().any(|e| names.contains(&e.as_str())) || !self.extensions_known()
        };
        let made_by_hand = self.catalog.opaque.iter().any(|o| o.what == "operator class");
        if made_by_hand {
            return true;
        }
        match method {
            "btree" => {
                ty.array
                    || !matches!(
                        ty.name.as_str(),
                        "json" | "xml" | "point" | "line" | "lseg" | "box" | "path" | "polygon" | "circle"
                    )
            }
            "gin" => {
                let scalar = super::casts::family_of_built_in(&ty.name).is_some();
                ty.array || !scalar || matches!(ty.name.as_str(), "jsonb" | "tsvector") || extended(&["btree_gin"])
            }
            "gist" => {
                let scalar = super::casts::family_of_built_in(&ty.name).is_some() && !ty.name.ends_with("range");
                let is_own = !ty.array && (!scalar || matches!(ty.name.as_str(), "tsvector" | "tsquery"));
                is_own || extended(&["btree_gist", "intarray"])
            }
            "brin" => {
                let lacks = matches!(
                    ty.name.as_str(),
                    "boolean"
                        | "json"
                        | "jsonb"
                        | "xml"
                        | "money"
                        | "tsvector"
                        | "tsquery"
                        | "point"
                        | "line"
                        | "polygon"
                );
                !lacks && !ty.array
            }
            "hash" => {
                ty.array || !matches!(ty.name.as_str(), "json" | "xml" | "money" | "bit" | "bit varying" | "point")
            }
            _ => true,
        }
    }

    /// Refuses a built-in operator class for patterns on a type that is none of its own.
    fn check_opclass_takes(&self, opclass: &str, ty: &TypeName, span: Span) -> Ran<()> {
        let bare = opclass.rsplit('.').next().unwrap_or(opclass).trim_matches('"');
        let takes: &[&str] = match bare {
            "text_pattern_ops" | "varchar_pattern_ops" => &["text", "character varying"],
            "bpchar_pattern_ops" => &["text", "character varying", "character", "bpchar"],
            _ => return Ok(()),
        };
        let base = self.base_type(ty);
        let is_known = base.array || self.family(&base).is_some();
        if !is_known || !base.array && base.schema.is_none() && takes.contains(&base.name.as_str()) {
            return Ok(());
        }
        let shown = TypeName { modifiers: Vec::new(), ..ty.clone() };
        let message = format!("operator class \"{bare}\" does not accept data type {shown}");
        Err(self.refuse(IssueKind::InvalidType, "42804", message).at(span))
    }

    fn check_opclass_exists(&self, opclass: &str, method: &str, span: Span) -> Ran<()> {
        let bare = opclass.rsplit('.').next().unwrap_or(opclass).trim_matches('"');
        let extension = match bare {
            "gin_trgm_ops" | "gist_trgm_ops" => "pg_trgm",
            "vector_l2_ops" | "vector_ip_ops" | "vector_cosine_ops" | "vector_l1_ops" | "halfvec_l2_ops"
            | "halfvec_cosine_ops" => "vector",
            "gin__int_ops" | "gist__int_ops" => "intarray",
            _ => return Ok(()),
        };
        if self.catalog.extensions.contains_key(extension) || !self.extensions_known() {
            return Ok(());
        }
        let message = format!("operator class \"{bare}\" does not exist for access method \"{method}\"");
        Err(Refusal::new(IssueKind::UnknownObject, "42704", message)
            .at(span)
            .of(ObjectRef::bare(ObjectKind::Extension, extension))
            .uncertain_if(!self.knows_all))
    }
}

/// Options of BRIN's operator classes within their bounds (brin_bloom.c, brin_minmax_multi.c).
fn check_opclass_options(key: &IndexKey, span: Span) -> Ran<()> {
    for (name, value) in &key.opclass_options {
        let bounds = match name.as_str() {
            "n_distinct_per_range" => -1.0..=2_147_483_647.0,
            "false_positive_rate" => 0.0001..=0.25,
            "values_per_range" => 8.0..=256.0,
            _ => continue,
        };
        if value.parse::<f64>().is_ok_and(|number| !bounds.contains(&number)) {
            let message = format!("value {value} out of bounds for option \"{name}\"");
            return Err(Refusal::new(IssueKind::InvalidDefinition, "22023", message).at(span));
        }
    }
    Ok(())
}
