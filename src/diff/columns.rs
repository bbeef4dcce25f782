//! Columns: type, nullability, default, identity, generated, collation.

use super::differ::{ColumnTypes, Differ, Reading};
use super::matching::by_key;
use super::{Item, Owner, Pair};
use crate::diagnostic::Aspect;
use crate::model::{Column, Default, Expr, Generated, Identity, Known, SequenceOptions, Table, TypeName};

impl<'a> Differ<'a, '_> {
    pub(super) fn columns(&mut self, tables: Pair<&'a Table>, types: ColumnTypes<'_>) {
        let owner = Some(Owner::Table(tables));
        let matching = by_key(tables.map(|t| &t.columns), |c| c.name.as_str());
        let reading = tables.map(|t| Reading::of(&t.unknown_columns));
        let parents = self.parents(tables);
        // What a parent lacks is said of the parent, and mended there.
        let lacks = |parent: &Pair<&Table>, name: &str| parent.map(|table| table.column(name).is_some());
        for column in matching.declared {
            let is_parents = |parent: &Pair<&Table>| lacks(parent, &column.name) == Pair::new(true, false);
            if !(column.inherited && parents.iter().any(is_parents)) {
                self.missing(Item::Column(column), owner, reading.migrated);
            }
        }
        for column in matching.migrated {
            let is_parents = |parent: &Pair<&Table>| lacks(parent, &column.name) == Pair::new(false, true);
            if !(column.inherited && parents.iter().any(is_parents)) {
                self.undeclared(Item::Column(column), owner, reading.declared);
            }
        }
        for pair in matching.both {
            let mut aspects = self.column_aspects(tables, pair, types);
            if pair.both(|column| column.inherited) && !aspects.is_empty() {
                for &parent in &parents {
                    let columns = parent.map(|table| table.column(&pair.declared.name));
                    let Some(columns) = columns.present() else { continue };
                    let of_parent = self.column_aspects(parent, columns, ColumnTypes::of(parent));
                    aspects.retain(|aspect| !of_parent.contains(aspect));
                }
            }
            let open = &self.language.open;
            if !open.is_empty() {
                let table = tables.declared;
                aspects.retain(|&aspect| !open.contains(&(table.name.clone(), pair.declared.name.clone(), aspect)));
            }
            self.changed(pair.map(Item::Column), owner, aspects);
        }
    }

    /// The tables of which both sides make a table a partition or child.
    fn parents(&self, tables: Pair<&Table>) -> Vec<Pair<&'a Table>> {
        let names = tables.map(|table| table.inherits.iter().chain(table.partition.as_ref().map(|p| &p.parent)));
        let migrated: Vec<_> = names.migrated.collect();
        let both = names.declared.filter(|name| migrated.contains(name));
        both.filter_map(|name| self.catalogs.map(|catalog| catalog.tables.get(name)).present()).collect()
    }

    fn column_aspects(&self, tables: Pair<&Table>, pair: Pair<&Column>, types: ColumnTypes<'_>) -> Vec<Aspect> {
        let mut aspects = Vec::new();
        let counts = pair.map(counts_up);
        let counting_is_equal = self.language.counting_forms_equal && counts.both(|counts| counts);
        if pair.map(|c| &c.ty).known().is_some_and(|types| !self.same_column_type(types)) {
            aspects.push(Aspect::Type);
        }
        if self.nullability_differs(pair) {
            aspects.push(Aspect::Nullability);
        }
        if !counting_is_equal && self.default_differs(tables, pair, types) {
            aspects.push(Aspect::Default);
        }
        if !counting_is_equal && identity_differs(pair) {
            aspects.push(Aspect::Identity);
        }
        if self.language.generated_columns && self.generated_differs(pair, types) {
            aspects.push(Aspect::Generated);
        }
        // Drizzle says a collation in a custom type alone: what it does not say is not its own.
        if (self.language.collations || pair.declared.collation.is_some()) && pair.map(|c| &c.collation).differs() {
            aspects.push(Aspect::Collation);
        }
        if self.language.comments && pair.map(|c| &c.comment).differs() {
            aspects.push(Aspect::Comment);
        }
        aspects
    }

    fn nullability_differs(&self, pair: Pair<&Column>) -> bool {
        let is_array = |column: &Column| column.ty.known().is_some_and(|ty| ty.array);
        if !self.language.array_nullability && pair.either(is_array) {
            return false;
        }
        pair.map(|c| &c.not_null).known().is_some_and(|facts| facts.differs())
    }

    fn same_column_type(&self, types: Pair<&TypeName>) -> bool {
        if self.same_type(types) {
            return true;
        }
        if let Some(base) = self.base_of_domain(types.migrated) {
            return self.same_column_type(Pair::new(types.declared, base));
        }
        if self.language.loose_time_precision && same_but_for_time_precision(types) {
            return true;
        }
        // A tool that has no word for either type keeps no record of them that could differ.
        self.language.named_types.is_some_and(|named| {
            let has_a_word = |ty: &TypeName| ty.schema.is_some() || named.contains(&ty.name.as_str());
            !types.either(has_a_word) && !types.map(|ty| ty.array).differs()
        })
    }

    /// To a tool that knows no domains, a column of one is a column of the type beneath it.
    fn base_of_domain(&self, ty: &TypeName) -> Option<&TypeName> {
        if self.language.domains || ty.array {
            return None;
        }
        self.catalogs.migrated.domains.get(&ty.qualified()?).map(|domain| &domain.base).filter(|base| *base != ty)
    }

    fn default_differs(&self, tables: Pair<&Table>, pair: Pair<&Column>, types: ColumnTypes<'_>) -> bool {
        let Some(defaults) = pair.map(|c| &c.default).known() else { return false };
        let column_types = pair.map(|c| c.ty.known());
        let ty = column_types.declared.or(column_types.migrated);
        if !self.language.generated_columns && pair.migrated.generated.known().is_some_and(Option::is_some) {
            // The server keeps the expression where it keeps defaults, and a tool without a word for it takes it for one. It can only be
            // declared in the server's own printing, so that what is declared so is taken for the same; a constant is another default.
            let column = (tables.declared.name.clone(), pair.declared.name.clone());
            return defaults.declared.is_none() || !self.language.verbatim_defaults.contains(&column);
        }
        match (&defaults.declared, &defaults.migrated) {
            (None, None) => false,
            (Some(one), None) | (None, Some(one)) => !self.is_null(&one.expr, ty),
            (Some(declared), Some(migrated)) => {
                let exprs = Pair::new(&declared.expr, &migrated.expr);
                let column = || (tables.declared.name.clone(), pair.declared.name.clone());
                if exprs.both(is_current_time)
                    && !exprs.declared.sql.eq_ignore_ascii_case(&exprs.migrated.sql)
                    && self.language.verbatim_defaults.contains(&column())
                {
                    return true;
                }
                if self.same_expression(exprs, ty, types) || self.owned_sequences(tables, pair, exprs) {
                    return false;
                }
                if self.language.loose_time_defaults && ty.is_some_and(is_time) && is_unseen_time(exprs) {
                    return false;
                }
                // Where the types differ that is said already; the default is then read as either type.
                !(column_types.differs() && self.same_expression(exprs, column_types.migrated, types))
            }
        }
    }

    /// `DEFAULT NULL` is no default.
    fn is_null(&self, expr: &Expr, ty: Option<&TypeName>) -> bool {
        self.dialect.same_expression(expr, &Expr::new("NULL", expr.span), ty, &|_: &str| None)
    }

    /// Both defaults take the next value of the sequence that belongs to the column; its name is nobody's concern.
    fn owned_sequences(&self, tables: Pair<&Table>, columns: Pair<&Column>, exprs: Pair<&Expr>) -> bool {
        exprs.both(is_nextval)
            && self.catalogs.zip(tables).zip(columns).both(|((catalog, table), column)| {
                let Some(Default { expr, .. }) = column.default.known().and_then(Option::as_ref) else { return false };
                let owned = catalog.sequences.values().filter(|sequence| {
                    sequence.owned_by.as_ref().is_some_and(|(owner, name)| *owner == table.name && *name == column.name)
                });
                owned.into_iter().any(|sequence| expr.sql.contains(&sequence.name.name))
            })
    }

    fn generated_differs(&self, pair: Pair<&Column>, types: ColumnTypes<'_>) -> bool {
        let Some(generated) = pair.map(|c| &c.generated).known() else { return false };
        match (&generated.declared, &generated.migrated) {
            (None, None) => false,
            (Some(declared), Some(migrated)) => {
                let facts = Pair::new(declared, migrated);
                let ty = pair.declared.ty.known();
                facts.map(|g: &Generated| g.stored).differs()
                    || !self.same_expression(facts.map(|g| &g.expr), ty, types)
            }
            _ => true,
        }
    }
}

/// Whether the column takes its values from a sequence.
fn counts_up(column: &Column) -> bool {
    let default = column.default.known().and_then(Option::as_ref);
    column.identity.is_some() || default.is_some_and(|default| is_nextval(&default.expr))
}

/// The time at which the transaction began, in either spelling.
fn is_current_time(expr: &Expr) -> bool {
    expr.sql.eq_ignore_ascii_case("now()") || expr.sql.eq_ignore_ascii_case("current_timestamp")
}

fn is_nextval(expr: &Expr) -> bool {
    let text = expr.sql.trim_start();
    text.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("nextval"))
}

/// A constant time, whatever the server has; and a list of times where the server has a list with anything in it.
fn is_unseen_time(exprs: Pair<&Expr>) -> bool {
    let text = exprs.map(|expr| expr.sql.trim_start());
    let is_list = |text: &str| text.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("array["));
    let is_empty = |text: &str| text.get(6..).is_some_and(|rest| rest.trim_start().starts_with(']'));
    text.declared.starts_with('\'') || text.both(is_list) && !is_empty(text.migrated)
}

fn is_time(ty: &TypeName) -> bool {
    ty.name == "date" || ty.name.starts_with("timestamp ") || ty.name.starts_with("time ")
}

/// No precision is precision 6, and a declared type without precision agrees with any.
fn same_but_for_time_precision(types: Pair<&TypeName>) -> bool {
    let bare = types.map(|ty| (&ty.schema, &ty.name, ty.array));
    let precision = types.map(|ty| ty.modifiers.first().map_or("6", String::as_str));
    !bare.differs() && is_time(types.declared) && (types.declared.modifiers.is_empty() || !precision.differs())
}

fn identity_differs(pair: Pair<&Column>) -> bool {
    let bigint = TypeName::built_in("bigint");
    let options = pair.map(|column| {
        let identity: &Identity = column.identity.as_ref()?;
        Some((identity.always, essential_options(&identity.options, Some(column.ty.known().unwrap_or(&bigint)))))
    });
    options.differs()
}

/// The options that differ from what the server takes where nothing is written, for the type and direction; the type itself where `column`
/// does not say it.
pub(super) fn essential_options(options: &SequenceOptions, column: Option<&TypeName>) -> SequenceOptions {
    let bigint = TypeName::built_in("bigint");
    let data_type = options.data_type.as_ref().or(column).unwrap_or(&bigint);
    let increment = options.increment.unwrap_or(1);
    let (lowest, highest) = match data_type.name.as_str() {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let default_min = if increment > 0 { 1 } else { lowest };
    let default_max = if increment > 0 { highest } else { -1 };
    let default_start =
        if increment > 0 { options.min.unwrap_or(default_min) } else { options.max.unwrap_or(default_max) };
    SequenceOptions {
        data_type: column.is_none().then(|| data_type.clone()),
        start: options.start.filter(|&start| start != default_start),
        increment: Some(increment),
        min: options.min.filter(|&min| min != default_min),
        max: options.max.filter(|&max| max != default_max),
        cache: options.cache.filter(|&cache| cache != 1),
        cycle: options.cycle,
    }
}

/// A column whose rows must bring a value of their own.
#[must_use]
pub fn wants_a_value(column: &Column) -> bool {
    column.not_null == Known::Known(true)
        && matches!(column.default, Known::Known(None))
        && column.identity.is_none()
        && matches!(column.generated, Known::Known(None))
}
