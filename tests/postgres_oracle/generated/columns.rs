//! Types, expressions and column definitions.

use undrift::model::{Column, QualifiedName, Table};

use super::world::{World, quoted, type_of};

const TYPES: [&str; 21] = [
    "int",
    "text",
    "bigint",
    "varchar(20)",
    "varchar",
    "numeric(8, 2)",
    "numeric",
    "boolean",
    "timestamptz",
    "timestamp(3)",
    "date",
    "jsonb",
    "uuid",
    "text[]",
    "int[]",
    "char(3)",
    "smallint",
    "real",
    "interval",
    "bytea",
    "double precision",
];

/// A type: built-in, or one that the schema defines.
pub(crate) fn a_type(w: &mut World<'_>) -> String {
    let mut own: Vec<QualifiedName> = w.catalog.enums.keys().chain(w.catalog.domains.keys()).cloned().collect();
    own.extend(w.catalog.composites.keys().cloned());
    if !own.is_empty() && w.one_in(4) {
        let name = w.one_of(&own);
        return name + w.maybe(6, "[]");
    }
    w.pick(&TYPES).to_owned()
}

/// Whether a type's family takes numbers, texts, …
fn family(ty: &str) -> &'static str {
    match ty {
        t if t.ends_with("[]") => "array",
        t if t.starts_with("int") && t != "interval" || t.starts_with("bigint") || t.starts_with("smallint") => "int",
        t if t.starts_with("numeric") || t.starts_with("real") || t.starts_with("double") => "number",
        t if t.starts_with("char") || t.starts_with("varchar") || t.starts_with("text") => "text",
        t if t.starts_with("bool") => "boolean",
        t if t.starts_with("time") || t.starts_with("date") => "time",
        t if t.starts_with("json") => "json",
        t if t.starts_with("uuid") => "uuid",
        _ => "other",
    }
}

/// A default that a type takes; in a few cases one that it does not take.
pub(crate) fn a_default(w: &mut World<'_>, ty: &str) -> String {
    let family = if w.one_in(30) { "text" } else { family(ty) };
    let choices: &[&str] = match family {
        "int" => &["0", "7", "-1", "1 + 2", "(1)::bigint", "'5'", "length('abc')", "NULL"],
        "number" => &["0", "1.50", "'2'", "pi()", "-0.5", "1e3"],
        "text" => {
            &["'x'", "''", "'a' || 'b'", "upper('q')", "current_user", "'it''s'::text", "NULL", "'x'::varchar(5)"]
        }
        "boolean" => &["true", "false", "'t'", "NOT true", "1 = 1"],
        "time" => &["now()", "CURRENT_TIMESTAMP", "'2020-01-01'", "clock_timestamp()", "now() + interval '1 day'"],
        "json" => &["'{}'", "'[]'::jsonb", "jsonb_build_object()", "'{\"a\": 1}'"],
        "uuid" => &["gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'"],
        "array" if ty == "text[]" => &["'{}'", "ARRAY[]::text[]", "ARRAY['a', 'b']", "NULL"],
        "array" => &["'{}'", "NULL"],
        _ => &["NULL"],
    };
    let mut default = w.pick(choices).to_owned();
    if family == "other" && w.one_in(2) {
        let label =
            w.catalog.enums.values().find(|e| ty.ends_with(&e.name.name) || ty.ends_with(&quoted(&e.name.name)));
        let labels = label.and_then(|e| e.labels.known());
        if let Some(labels) = labels.filter(|l| !l.is_empty()) {
            default = format!("'{}'", w.pick(labels).value.replace('\'', "''"));
        }
    }
    default
}

/// An immutable expression over a column, of the column's own kind.
pub(crate) fn an_expression(w: &mut World<'_>, column: &Column) -> String {
    let name = quoted(&column.name);
    let choices: &[&str] = match family(&type_of(column)) {
        "int" => &["c + 1", "abs(c)", "c % 2", "-c", "c::text", "COALESCE(c, 0)", "c * c", "(c)::bigint"],
        "number" => &["c * 2", "round(c)", "c / 3.0", "COALESCE(c, 1)"],
        "text" => {
            &["lower(c)", "c || 'x'", "length(c)", "COALESCE(c, '')", "substr(c, 1, 2)", "c::text", "md5(c)", "trim(c)"]
        }
        "boolean" => &["NOT c", "c IS TRUE", "CASE WHEN c THEN 1 ELSE 0 END"],
        "json" => &["c ->> 'a'", "c -> 'a'", "(c ->> 'n')::int"],
        "array" => &["cardinality(c)", "c[1]", "array_length(c, 1)"],
        "time" => &["c", "COALESCE(c, c)", "c IS NULL"],
        _ => &["c IS NULL", "c"],
    };
    replaced(w.pick(choices), &name)
}

/// A condition over a column.
pub(crate) fn a_condition(w: &mut World<'_>, column: &Column) -> String {
    let name = quoted(&column.name);
    let choices: &[&str] = match family(&type_of(column)) {
        "int" => &[
            "c > 0",
            "c IN (1, 2, 3)",
            "c BETWEEN 1 AND 9",
            "c = ANY (ARRAY[1, 2])",
            "c <> 5 OR c IS NULL",
            "c >= '3'",
            "c NOT IN (4)",
        ],
        "number" => &["c > 0", "c >= 1.5", "c < 100 AND c > -100", "c BETWEEN 0.5 AND 2"],
        "text" => &[
            "c <> ''",
            "c = 'x'",
            "length(c) > 2",
            "c IN ('a', 'b')",
            "c LIKE 'a%'",
            "c ~ '^[a-z]+$'",
            "c = lower(c)",
            "char_length(c) <= 10",
            "c IN ('a')",
        ],
        "boolean" => &["c", "NOT c", "c = true", "c IS NOT TRUE"],
        "time" => &["c > '2020-01-01'", "c IS NOT NULL", "c >= '2000-01-01' AND c < '2100-01-01'"],
        "json" => &["c ? 'a'", "jsonb_typeof(c) = 'object'", "c @> '{}'", "(c ->> 'a') IS NOT NULL"],
        "array" => &["cardinality(c) > 0", "c IS NOT NULL"],
        "uuid" => &["c <> '00000000-0000-0000-0000-000000000000'", "c IS NOT NULL"],
        _ => &["c IS NOT NULL", "c IS NULL", "c = c"],
    };
    replaced(w.pick(choices), &name)
}

/// A condition over one or two columns of a table.
pub(crate) fn table_condition(w: &mut World<'_>, table: Option<&Table>) -> String {
    let Some(table) = table else { return "missing > 0".to_owned() };
    let Some(one) = w.column(table) else { return "missing IS NULL".to_owned() };
    let first = a_condition(w, one);
    let Some(other) = w.column(table).filter(|_| w.one_in(3)) else { return first };
    let second = a_condition(w, other);
    format!("({first}) {} ({second})", w.pick(&["AND", "OR"]))
}

/// `c` as a word of its own stands for the column.
fn replaced(pattern: &str, name: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '\'';
    let mut out = String::new();
    let mut before = ' ';
    let mut quoted = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        quoted ^= c == '\'';
        let alone = c == 'c' && !quoted && !is_word(before) && !chars.peek().is_some_and(|&n| is_word(n));
        if alone {
            out.push_str(name)
        } else {
            out.push(c)
        }
        before = c;
    }
    out
}

/// Columns of a statement that is being written, which no catalog has yet.
pub(crate) struct Draft {
    pub(crate) columns: Vec<(String, String)>,
}

impl Draft {
    /// A condition over one of its columns.
    pub(crate) fn condition(&self, w: &mut World<'_>) -> String {
        if self.columns.is_empty() {
            return "true".to_owned();
        }
        let (name, ty) = w.pick(&self.columns);
        let test = match family(&ty) {
            "int" | "number" => "> 0",
            "text" => "<> ''",
            "time" => "> '2020-01-01'",
            _ => "IS NOT NULL",
        };
        format!("{name} {test}")
    }

    pub(crate) fn some(&self, w: &mut World<'_>) -> String {
        let mut names: Vec<String> = Vec::new();
        for _ in 0..=w.below(2) {
            if let Some((name, _)) = self.columns.get(w.below(self.columns.len())).filter(|(n, _)| !names.contains(n)) {
                names.push(name.clone());
            }
        }
        if names.is_empty() { "missing".to_owned() } else { names.join(", ") }
    }
}

/// A column definition for CREATE TABLE and ADD COLUMN.
pub(crate) fn a_column(w: &mut World<'_>, draft: &mut Draft) -> String {
    let name = w.other_column(&draft.columns);
    let form = w.below(14);
    let (ty, tail) = match form {
        0..=8 => {
            let ty = a_type(w);
            let tail = if w.one_in(3) { format!(" DEFAULT {}", a_default(w, &ty)) } else { String::new() };
            (ty, tail)
        }
        9 => (w.pick(&["serial", "bigserial", "smallserial", "serial4"]).to_owned(), String::new()),
        10 => {
            let kind = w.pick(&["ALWAYS", "BY DEFAULT"]);
            let options =
                w.pick(&["", "", " (START WITH 5)", " (INCREMENT BY 2 MINVALUE -10)", " (SEQUENCE NAME own_seq)"]);
            (w.pick(&["int", "bigint", "smallint"]).to_owned(), format!(" GENERATED {kind} AS IDENTITY{options}"))
        }
        11 => {
            let of = draft.columns.iter().find(|(_, t)| matches!(family(t), "int" | "text")).cloned();
            let expr = match of {
                Some((c, t)) if family(&t) == "int" => format!("{c} + 1"),
                Some((c, _)) => format!("length({c})"),
                None => "1 + 1".to_owned(),
            };
            ("int".to_owned(), format!(" GENERATED ALWAYS AS ({expr}) STORED"))
        }
        12 => (
            w.pick(&["text", "varchar(9)", "text", "varchar(9)", "char(2)", "int"]).to_owned(),
            format!(" COLLATE {}", w.pick(&["\"C\"", "\"POSIX\""])),
        ),
        _ => ("int".to_owned(), format!(" CHECK ({name} {})", w.pick(&["> 0", "IS NOT NULL", "IN (1, 2)"]))),
    };
    let mut sql = format!("{name} {ty}{tail}");
    sql += w.maybe(4, " NOT NULL");
    sql += w.maybe(10, " UNIQUE");
    if draft.columns.is_empty() {
        sql += w.maybe(4, " PRIMARY KEY");
    }
    sql += w.maybe(60, " NULL");
    if w.one_in(10) {
        sql += &references(w);
    }
    draft.columns.push((name, ty));
    sql
}

/// `REFERENCES …` with its options.
pub(crate) fn references(w: &mut World<'_>) -> String {
    let target = w.tables().into_iter().find(|t| t.primary_key.is_some());
    let target = if w.one_in(2) { target } else { w.table() };
    let mut sql = format!(" REFERENCES {}", w.name_of(target));
    if w.one_in(3) {
        let key = target.and_then(|t| t.primary_key.as_ref().or(t.uniques.first()));
        let columns = key.map_or_else(
            || w.column_names(target),
            |k| k.columns.iter().map(|c| quoted(c)).collect::<Vec<_>>().join(", "),
        );
        sql += &format!(" ({columns})");
    }
    sql += w.pick(&["", "", " MATCH FULL", " MATCH SIMPLE"]);
    sql += w.pick(&["", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON DELETE RESTRICT", " ON DELETE SET DEFAULT"]);
    sql += w.pick(&["", "", " ON UPDATE CASCADE", " ON UPDATE NO ACTION"]);
    sql + deferrable(w)
}

pub(crate) fn deferrable(w: &mut World<'_>) -> &'static str {
    w.pick(&["", "", "", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED", " NOT DEFERRABLE", " INITIALLY DEFERRED"])
}
