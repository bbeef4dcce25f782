//! Choices over what exists: names of the catalog as the statements so far leave it, now and then one that does not exist or is taken.

use undrift::ddl::postgres::PostgreSql;
use undrift::dialect::Dialect;
use undrift::model::{Catalog, Column, QualifiedName, Table, TableKind};

/// Longer than the server keeps, one of them in letters of two bytes so that the cut falls within a letter.
const LONG: [&str; 2] = [
    "a_name_that_is_longer_than_the_sixty_three_bytes_that_the_server_keeps_of_it",
    "ein_längerer_name_äöüäöüäöüäöüäöüäöüäöüäöü_der_gekürzt_wird",
];

pub(crate) struct World<'a> {
    numbers: std::slice::Iter<'a, u16>,
    pub(crate) catalog: &'a Catalog,
}

impl<'a> World<'a> {
    pub(crate) fn new(numbers: &'a [u16], catalog: &'a Catalog) -> Self {
        Self { numbers: numbers.iter(), catalog }
    }

    /// A number below a limit; when the numbers end, zero.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.numbers.next().map_or(0, |&n| usize::from(n) % limit.max(1))
    }

    /// True in one of so many cases.
    pub(crate) fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == many - 1
    }

    pub(crate) fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        assert!(!items.is_empty(), "there is something to choose from");
        items[self.below(items.len())].clone()
    }

    /// A word in one of so many cases, else nothing.
    pub(crate) fn maybe(&mut self, many: usize, word: &'static str) -> &'static str {
        if self.one_in(many) { word } else { "" }
    }

    /// A name for something new; it may be taken already.
    pub(crate) fn fresh(&mut self, names: &[&str]) -> String {
        if self.one_in(16) { quoted(LONG[self.below(LONG.len())]) } else { quoted(self.pick(names)) }
    }

    pub(crate) fn fresh_table(&mut self) -> String {
        let name = self.fresh(&["t", "u", "orders", "t_a", "Mixed Case", "items", "p", "log"]);
        let schema = if self.one_in(8) { self.schema() + "." } else { String::new() };
        schema + &name
    }

    /// A column's name that these do not have, but for a few cases.
    pub(crate) fn other_column(&mut self, taken: &[(String, String)]) -> String {
        let mut name = self.fresh_column();
        if !self.one_in(30) {
            for _ in 0..12 {
                if taken.iter().any(|(other, _)| *other == name) {
                    name = self.fresh_column();
                }
            }
        }
        name
    }

    pub(crate) fn fresh_column(&mut self) -> String {
        self.fresh(&["a", "b", "c", "id", "name", "Weird Col", "at", "kind", "d", "e"])
    }

    pub(crate) fn schema(&mut self) -> String {
        let schemas: Vec<String> = self.catalog.schemas.keys().cloned().collect();
        if schemas.is_empty() { "nowhere".to_owned() } else { quoted(&self.pick(&schemas)) }
    }

    /// How a name is written: mostly without its schema, where that is `public`.
    pub(crate) fn written(&mut self, name: &QualifiedName) -> String {
        if name.schema == "public" && !self.one_in(4) {
            return quoted(&name.name);
        }
        format!("{}.{}", quoted(&name.schema), quoted(&name.name))
    }

    /// One of these, or in a few cases something that does not exist.
    pub(crate) fn one_of(&mut self, names: &[QualifiedName]) -> String {
        if names.is_empty() || self.one_in(40) {
            return self.pick(&["missing", "public.missing", "nowhere.missing"]).to_owned();
        }
        let name = self.pick(names);
        self.written(&name)
    }

    pub(crate) fn tables(&self) -> Vec<&'a Table> {
        self.catalog.tables.values().filter(|t| t.name.schema != "pg_temp").collect()
    }

    /// A table there is; in a few cases `None`.
    pub(crate) fn table(&mut self) -> Option<&'a Table> {
        let tables = self.tables();
        (!tables.is_empty() && !self.one_in(40)).then(|| tables[self.below(tables.len())])
    }

    pub(crate) fn partitioned(&mut self) -> Option<&'a Table> {
        let tables: Vec<&Table> =
            self.tables().into_iter().filter(|t| matches!(t.kind, TableKind::Partitioned(_))).collect();
        (!tables.is_empty()).then(|| tables[self.below(tables.len())])
    }

    pub(crate) fn name_of(&mut self, table: Option<&Table>) -> String {
        match table {
            Some(table) => self.written(&table.name),
            None => "missing".to_owned(),
        }
    }

    /// A column of a table.
    pub(crate) fn column<'t>(&mut self, table: &'t Table) -> Option<&'t Column> {
        let columns = &table.columns;
        (!columns.is_empty() && !self.one_in(40)).then(|| &columns[self.below(columns.len())])
    }

    pub(crate) fn column_name(&mut self, table: Option<&Table>) -> String {
        table.and_then(|t| self.column(t)).map_or_else(|| "missing".to_owned(), |c| quoted(&c.name))
    }

    /// One to three columns of a table, each once.
    pub(crate) fn column_names(&mut self, table: Option<&Table>) -> String {
        let count = 1 + self.below(2) + usize::from(self.one_in(6));
        let mut names: Vec<String> = Vec::new();
        for _ in 0..count {
            let name = self.column_name(table);
            if !names.contains(&name) || self.one_in(30) {
                names.push(name);
            }
        }
        names.join(", ")
    }

    pub(crate) fn cascade(&mut self) -> &'static str {
        self.pick(&["", "", " CASCADE", " CASCADE", " RESTRICT"])
    }

    pub(crate) fn if_exists(&mut self) -> &'static str {
        self.maybe(5, "IF EXISTS ")
    }
}

/// A name as SQL.
pub(crate) fn quoted(name: &str) -> String {
    PostgreSql.quote_identifier(name)
}

/// The type of a column as text: `character varying`, `public.e`, `integer[]`.
pub(crate) fn type_of(column: &Column) -> String {
    let Some(ty) = column.ty.known() else { return String::new() };
    let schema = ty.schema.as_ref().map(|s| format!("{s}.")).unwrap_or_default();
    format!("{schema}{}{}", ty.name, if ty.array { "[]" } else { "" })
}
