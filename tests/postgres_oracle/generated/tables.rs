//! CREATE TABLE in its forms, partitions, inheritance.

use undrift::model::TableKind;

use super::columns::{Draft, a_column, deferrable, references, table_condition};
use super::world::{World, quoted, type_of};

pub(crate) fn create_table(w: &mut World<'_>) -> String {
    let mut draft = Draft { columns: Vec::new() };
    let mut parts: Vec<String> = Vec::new();
    for _ in 0..=w.below(5) {
        let column = a_column(w, &mut draft);
        parts.push(column);
    }
    for _ in 0..w.below(3) {
        let constraint = draft_constraint(w, &draft);
        // One primary key is enough, but for a few cases.
        let is_second = constraint.contains("PRIMARY KEY") && parts.iter().any(|part| part.contains("PRIMARY KEY"));
        if !is_second || w.one_in(20) {
            parts.push(constraint);
        }
    }
    if w.one_in(8) {
        let table = w.table();
        let options = [
            "",
            " INCLUDING ALL",
            " INCLUDING DEFAULTS",
            " INCLUDING CONSTRAINTS INCLUDING INDEXES",
            " INCLUDING ALL EXCLUDING INDEXES",
            " INCLUDING IDENTITY INCLUDING GENERATED",
            " INCLUDING COMMENTS INCLUDING INDEXES",
        ];
        parts.push(format!("LIKE {}{}", w.name_of(table), w.pick(&options)));
    }
    let mut tail = String::new();
    if w.one_in(8) {
        let parent = w.table();
        tail = format!(" INHERITS ({})", w.name_of(parent));
        if w.one_in(6) {
            let other = w.table();
            tail = format!(" INHERITS ({}, {})", w.name_of(parent), w.name_of(other));
        }
    } else if w.one_in(4) {
        let (column, _) = w.pick(&draft.columns);
        tail = match w.below(5) {
            0 | 1 => format!(" PARTITION BY RANGE ({column})"),
            2 => format!(" PARTITION BY LIST ({column})"),
            3 => format!(" PARTITION BY HASH ({column})"),
            _ => format!(" PARTITION BY RANGE ({})", draft.some(w)),
        };
    } else if w.one_in(10) {
        tail = w.pick(&[" WITH (fillfactor = 70)", " WITH (autovacuum_enabled = false)"]).to_owned();
    }
    let kind = w.pick(&["", "", "", "", "", "", "", "UNLOGGED ", "TEMP "]);
    // A temporary table goes before the others of its name; that is a thing of its own.
    let name = if kind == "TEMP " { "passing".to_owned() } else { w.fresh_table() };
    format!("CREATE {kind}TABLE {}{name} ({}){tail}", w.maybe(8, "IF NOT EXISTS "), parts.join(", "))
}

fn named(w: &mut World<'_>) -> String {
    if w.one_in(3) {
        format!("CONSTRAINT {} ", w.fresh(&["k", "k1", "t_pkey", "t_a_key", "t_a_check", "t_a_fkey", "Odd Name"]))
    } else {
        String::new()
    }
}

fn draft_constraint(w: &mut World<'_>, draft: &Draft) -> String {
    let name = named(w);
    let columns = draft.some(w);
    let body = match w.below(7) {
        0 | 1 => format!("PRIMARY KEY ({columns}){}", deferrable(w)),
        2 => format!("UNIQUE{} ({columns}){}", w.maybe(4, " NULLS NOT DISTINCT"), deferrable(w)),
        3 => format!("CHECK ({}){}", draft.condition(w), w.maybe(6, " NO INHERIT")),
        4 => format!("FOREIGN KEY ({columns}){}", references(w)),
        5 => format!("UNIQUE ({columns}) INCLUDE ({})", draft.some(w)),
        _ => format!(
            "EXCLUDE USING btree ({} WITH =){}",
            draft.columns.first().map_or("missing", |(n, _)| n),
            deferrable(w)
        ),
    };
    name + &body
}

/// A table constraint for ADD.
pub(crate) fn table_constraint(w: &mut World<'_>, table: Option<&undrift::model::Table>) -> String {
    let name = named(w);
    let columns = w.column_names(table);
    let body = match w.below(9) {
        0 | 1 => format!("PRIMARY KEY ({columns})"),
        2 => format!("UNIQUE{} ({columns}){}", w.maybe(4, " NULLS NOT DISTINCT"), deferrable(w)),
        3 | 4 => {
            format!("CHECK ({}){}{}", table_condition(w, table), w.maybe(8, " NO INHERIT"), w.maybe(4, " NOT VALID"))
        }
        5 => {
            let pair = fitting_reference(w, table);
            format!("FOREIGN KEY {pair}{}", w.maybe(4, " NOT VALID"))
        }
        6 => format!("FOREIGN KEY ({columns}){}{}", references(w), w.maybe(4, " NOT VALID")),
        7 => format!(
            "EXCLUDE USING {} ({} WITH {}){}",
            w.pick(&["btree", "btree", "gist", "hash"]),
            w.column_name(table),
            "=",
            w.maybe(4, " WHERE (true)")
        ),
        _ => {
            let index = table.and_then(|t| t.indexes.first()).map_or_else(|| "missing".to_owned(), |i| quoted(&i.name));
            let named = if name.is_empty() { String::new() } else { name.clone() };
            return format!("{named}{} USING INDEX {index}", w.pick(&["UNIQUE", "PRIMARY KEY"]));
        }
    };
    name + &body
}

/// `(columns) REFERENCES …` whose types fit, where there is such a key.
fn fitting_reference(w: &mut World<'_>, table: Option<&undrift::model::Table>) -> String {
    let mut found: Vec<String> = Vec::new();
    for target in w.tables() {
        for key in target.primary_key.iter().chain(&target.uniques).filter(|k| k.columns.len() == 1) {
            let wanted = target.column(&key.columns[0]).map(type_of);
            for column in table.iter().flat_map(|t| &t.columns).filter(|c| Some(type_of(c)) == wanted) {
                let name = format!("{}.{}", quoted(&target.name.schema), quoted(&target.name.name));
                found.push(format!("({}) REFERENCES {name} ({})", quoted(&column.name), quoted(&key.columns[0])));
            }
        }
    }
    if found.is_empty() {
        return format!("({}){}", w.column_names(table), references(w));
    }
    let mut sql = w.pick(&found);
    sql += w.pick(&["", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON UPDATE CASCADE ON DELETE RESTRICT"]);
    sql + deferrable(w)
}

pub(crate) fn create_table_as(w: &mut World<'_>) -> String {
    let name = w.fresh_table();
    let query = super::queries::query(w);
    let query = if query.contains(" FROM ") { query } else { format!("{query} LIMIT 1") };
    match w.below(4) {
        0 => format!("CREATE TABLE {}{name} AS {query} WITH NO DATA", w.maybe(5, "IF NOT EXISTS ")),
        _ => format!("CREATE TABLE {name} AS {query}"),
    }
}

fn bound(w: &mut World<'_>, key: &str, ty: &str) -> String {
    if w.one_in(5) {
        return "DEFAULT".to_owned();
    }
    let number = w.below(4);
    let value = |n: usize| match ty {
        t if t.starts_with("int")
            || t.starts_with("bigint")
            || t.starts_with("smallint")
            || t.starts_with("numeric") =>
        {
            (n * 10).to_string()
        }
        t if t.starts_with("timestamp") || t.starts_with("date") => format!("'202{n}-01-01'"),
        t if t.starts_with("double") || t.starts_with("real") => (n * 10).to_string(),
        t if t.starts_with("uuid") => format!("'0000000{n}-0000-0000-0000-000000000000'"),
        t if t.starts_with("jsonb") => format!("'{n}'"),
        t if t.starts_with("bool") => ["false", "true"][n % 2].to_owned(),
        t if t.starts_with("interval") => format!("'{} days'", n + 1),
        t if t.ends_with("[]") => format!("'{{{n}}}'"),
        _ => format!("'v{n}'"),
    };
    if key.starts_with("LIST") {
        let more = if w.one_in(3) { format!(", {}", value(number + 4)) } else { String::new() };
        format!("FOR VALUES IN ({}{more}{})", value(number), w.maybe(8, ", NULL"))
    } else if key.starts_with("HASH") {
        format!("FOR VALUES WITH (MODULUS {}, REMAINDER {})", w.pick(&[2, 4, 4, 3]), number)
    } else {
        let from = if w.one_in(8) { "MINVALUE".to_owned() } else { value(number) };
        let to = if w.one_in(8) { "MAXVALUE".to_owned() } else { value(number + 1) };
        format!("FOR VALUES FROM ({from}) TO ({to})")
    }
}

fn bound_of(w: &mut World<'_>, parent: Option<&undrift::model::Table>) -> String {
    let Some(parent) = parent else { return bound(w, "RANGE", "int") };
    let TableKind::Partitioned(key) = &parent.kind else { return bound(w, "RANGE", "int") };
    let ty = key.columns.first().and_then(|c| parent.column(c)).map(type_of).unwrap_or_default();
    bound(w, &key.sql.to_uppercase(), &ty)
}

pub(crate) fn create_partition(w: &mut World<'_>) -> String {
    let Some(parent) = w.partitioned() else { return create_table(w) };
    let bound = bound_of(w, Some(parent));
    let mut sub = String::new();
    if w.one_in(6) {
        sub = format!(" PARTITION BY {} ({})", w.pick(&["RANGE", "LIST", "HASH"]), w.column_name(Some(parent)));
    }
    let own = match w.below(8) {
        6 => format!(" (CHECK ({}))", table_condition(w, Some(parent))),
        7 => format!(" ({} NOT NULL)", w.column_name(Some(parent))),
        _ => String::new(),
    };
    format!("CREATE TABLE {} PARTITION OF {}{own} {bound}{sub}", w.fresh_table(), w.written(&parent.name))
}

pub(crate) fn attach(w: &mut World<'_>) -> String {
    let Some(parent) = w.partitioned() else { return create_table(w) };
    let child = w.table();
    let bound = bound_of(w, Some(parent));
    format!("ALTER TABLE {} ATTACH PARTITION {} {bound}", w.written(&parent.name), w.name_of(child))
}

/// A copy of a partitioned table that can be attached to it.
pub(crate) fn copy_of_partitioned(w: &mut World<'_>) -> String {
    let Some(parent) = w.partitioned() else { return create_table(w) };
    let options = w.pick(&["", " INCLUDING ALL", " INCLUDING DEFAULTS INCLUDING CONSTRAINTS"]);
    format!("CREATE TABLE {} (LIKE {}{options})", w.fresh_table(), w.written(&parent.name))
}

pub(crate) fn detach(w: &mut World<'_>) -> String {
    let child = w.tables().into_iter().find(|t| t.partition.is_some());
    let Some(partition) = child.and_then(|t| t.partition.as_ref()) else { return attach(w) };
    format!("ALTER TABLE {} DETACH PARTITION {}", w.written(&partition.parent), w.name_of(child))
}

pub(crate) fn inherit(w: &mut World<'_>) -> String {
    if w.one_in(3)
        && let Some(child) = w.tables().into_iter().find(|t| !t.inherits.is_empty())
    {
        let parent = w.pick(&child.inherits);
        return format!("ALTER TABLE {} NO INHERIT {}", w.written(&child.name), w.written(&parent));
    }
    let (child, parent) = (w.table(), w.table());
    format!("ALTER TABLE {} INHERIT {}", w.name_of(child), w.name_of(parent))
}
