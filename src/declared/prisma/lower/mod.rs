//! A resolved schema as the catalog that Prisma's schema engine would create from it in an empty database.
//!
//! The rules are those of prisma-engines, `sql-schema-connector/src/sql_schema_calculator.rs`: views make nothing, ignored models are
//! made all the same, uniques are unique indexes, and defaults that the client fills in are none.

mod column;
mod join_table;
mod key;
mod relation;

pub(super) use relation::default_on_delete;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use super::connector::Connector;
use super::problems::Problems;
use super::schema::{Enum, FieldKind, Model, Schema};
use super::version::Version;
use crate::diagnostic::Aspect;
use crate::dialect::Dialect;
use crate::model::{
    Catalog, EnumLabel, EnumType, Extension, Known, Namespace, Origin, QualifiedName, Table, TypeName, Unknown,
};
use crate::source::Span;

/// The catalog, and what else the comparison has to know of it.
pub(super) struct Lowered {
    pub(super) catalog: Catalog,
    /// Columns of which the declaration leaves an aspect open.
    pub(super) open: BTreeSet<(QualifiedName, String, Aspect)>,
    /// Columns whose default is written `dbgenerated("…")`: the engine compares its text.
    pub(super) verbatim_defaults: BTreeSet<(QualifiedName, String)>,
    /// Tables whose foreign keys the engine never renames.
    pub(super) unnamed_foreign_keys: BTreeSet<QualifiedName>,
}

/// What all parts need.
struct Lowering<'a> {
    schema: &'a Schema,
    connector: &'static Connector,
    dialect: &'a dyn Dialect,
    problems: &'a Problems,
    version: Version,
    catalog: Catalog,
    open: BTreeSet<(QualifiedName, String, Aspect)>,
    /// Types by their SQL: a schema has many fields of few types, and the parser of the dialect is asked once for each.
    types: RefCell<HashMap<String, Option<TypeName>>>,
    verbatim_defaults: BTreeSet<(QualifiedName, String)>,
}

/// Lowers a schema. `unread` are top-level lines that could not be read: anything may be declared there.
pub(super) fn lower(
    schema: &Schema,
    unread: &[Span],
    connector: &'static Connector,
    dialect: &dyn Dialect,
    version: Version,
    problems: &Problems,
) -> Lowered {
    let catalog = Catalog::new_database();
    let mut lowering = Lowering {
        schema,
        connector,
        dialect,
        problems,
        version,
        catalog,
        open: BTreeSet::new(),
        types: RefCell::default(),
        verbatim_defaults: BTreeSet::new(),
    };
    lowering.extensions();
    for declared in &schema.enums {
        lowering.enumeration(declared);
    }
    let mut tables: Vec<Table> = schema.models.iter().filter(|m| !m.is_view).map(|m| lowering.table(m)).collect();
    if !schema.config.emulated_relations {
        relation::add_foreign_keys(&lowering, &mut tables);
    }
    tables.extend(join_table::all(&lowering));
    let unnamed_foreign_keys = tables.iter().filter(|t| is_pair(t)).map(|t| t.name.clone()).collect();
    lowering.schemas(&tables);
    for table in tables {
        lowering.catalog.tables.entry(table.name.clone()).or_insert(table);
    }
    lowering.catalog.unknown.extend(unread.iter().map(|&span| Unknown::new(span, "this line could not be read")));
    Lowered {
        catalog: lowering.catalog,
        open: lowering.open,
        verbatim_defaults: lowering.verbatim_defaults,
        unnamed_foreign_keys,
    }
}

/// The engine takes any table with just the columns `A` and `B` for a join table of its own.
fn is_pair(table: &Table) -> bool {
    table.columns.len() == 2 && table.column("A").is_some() && table.column("B").is_some()
}

impl Lowering<'_> {
    /// The engine makes the schemas that something lives in, and no others that the datasource names.
    fn schemas(&mut self, tables: &[Table]) {
        for schema in self.schema.config.schemas.iter().flatten() {
            let name = self.identifier(&schema.value);
            let is_used =
                tables.iter().any(|t| t.name.schema == name) || self.catalog.enums.keys().any(|e| e.schema == name);
            if !is_used {
                continue;
            }
            let namespace = Namespace { name, comment: None, origin: Some(Origin::at(schema.span)) };
            self.catalog.schemas.entry(namespace.name.clone()).or_insert(namespace);
        }
    }

    fn extensions(&mut self) {
        for declared in &self.schema.config.extensions {
            let extension = Extension {
                name: declared.name.clone(),
                schema: declared.schema.clone(),
                version: declared.version.clone(),
                comment: None,
                origin: Origin::at(declared.span),
            };
            self.catalog.extensions.entry(extension.name.clone()).or_insert(extension);
        }
    }

    /// An identifier as the server stores it.
    fn identifier(&self, name: &str) -> String {
        self.dialect.truncate_identifier(name).to_owned()
    }

    fn qualified(&self, schema: Option<&str>, name: &str) -> QualifiedName {
        let schema = schema.unwrap_or_else(|| self.dialect.default_schema());
        QualifiedName::new(self.identifier(schema), self.identifier(name))
    }

    fn table_name(&self, model: &Model) -> QualifiedName {
        self.qualified(model.schema.as_ref().map(|s| s.value.as_str()), &model.table)
    }

    fn enum_name(&self, declared: &Enum) -> QualifiedName {
        self.qualified(declared.schema.as_ref().map(|s| s.value.as_str()), &declared.db_name)
    }

    fn enumeration(&mut self, declared: &Enum) {
        let name = self.enum_name(declared);
        let labels = match declared.unread.first() {
            Some(&span) => Known::Unknown(Unknown::new(span, "a line of it could not be read")),
            None => Known::Known(
                declared.values.iter().map(|v| EnumLabel { value: v.label.clone(), span: v.span }).collect(),
            ),
        };
        let lowered = EnumType { name: name.clone(), labels, comment: None, origin: Origin::at(declared.span) };
        self.catalog.enums.entry(name).or_insert(lowered);
    }

    fn table(&mut self, model: &Model) -> Table {
        let mut table = Table::new(self.table_name(model), Origin::at(model.span));
        let unread = |span: Span| Unknown::new(span, "this line could not be read");
        table.unknown_columns.extend(model.unread.iter().copied().map(unread));
        table.unknown_constraints.extend(model.unread.iter().copied().map(unread));
        for field in &model.fields {
            match &field.kind {
                FieldKind::Scalar(scalar) => {
                    if let Some(column) = self.column(&table.name, field, scalar) {
                        table.columns.push(column);
                    }
                }
                FieldKind::Unknown => {
                    table.unknown_columns.push(Unknown::new(field.span, "its type is not declared"));
                    table.unknown_constraints.push(Unknown::new(field.span, "its type is not declared"));
                }
                FieldKind::Relation(_) => {}
            }
        }
        self.add_keys(model, &mut table);
        table
    }
}
