//! Types, domains, sequences, indexes, functions, triggers, policies, sessions and transactions.

use undrift::model::{Table, TableKind};

use super::columns::{a_default, a_type, an_expression, table_condition};
use super::world::{World, quoted};

pub(crate) fn create_type(w: &mut World<'_>) -> String {
    let name = w.fresh(&["e", "kind", "status", "t", "Big Type"]);
    let name = if w.one_in(8) { format!("{}.{name}", w.schema()) } else { name };
    match w.below(6) {
        0..=2 => format!(
            "CREATE TYPE {name} AS ENUM ({})",
            w.pick(&["'a', 'b'", "'x'", "'a', 'b', 'c', 'D e'", "'a', 'b', 'c'", "'q', 'r'", "", "'a', 'a'"])
        ),
        3 => format!("CREATE TYPE {name} AS (x {}, y {})", a_type(w), a_type(w)),
        _ => {
            let base = a_type(w);
            let mut sql = format!("CREATE DOMAIN {name} AS {base}");
            if w.one_in(3) {
                sql += &format!(" DEFAULT {}", a_default(w, &base));
            }
            sql += w.maybe(4, " NOT NULL");
            sql += w.pick(&[
                "",
                " CHECK (VALUE IS NOT NULL)",
                " CONSTRAINT dc CHECK (VALUE = VALUE)",
                " CHECK (length(VALUE::text) > 1)",
            ]);
            sql
        }
    }
}

pub(crate) fn alter_type(w: &mut World<'_>) -> String {
    let enums: Vec<_> = w.catalog.enums.values().collect();
    let composites: Vec<_> = w.catalog.composites.values().collect();
    if !composites.is_empty() && w.one_in(3) {
        let ty = w.pick(&composites);
        let attribute =
            ty.attributes.get(w.below(ty.attributes.len())).map_or_else(|| "missing".to_owned(), |(n, _)| quoted(n));
        let name = w.written(&ty.name);
        return match w.below(5) {
            0 => format!("ALTER TYPE {name} ADD ATTRIBUTE {} {}{}", w.fresh_column(), a_type(w), w.cascade()),
            1 => format!("ALTER TYPE {name} DROP ATTRIBUTE {}{attribute}{}", w.if_exists(), w.cascade()),
            2 => format!("ALTER TYPE {name} RENAME ATTRIBUTE {attribute} TO {}{}", w.fresh_column(), w.cascade()),
            _ => format!("ALTER TYPE {name} ALTER ATTRIBUTE {attribute} TYPE {}{}", a_type(w), w.cascade()),
        };
    }
    if enums.is_empty() {
        return create_type(w);
    }
    let ty = w.pick(&enums);
    let name = w.written(&ty.name);
    let labels = ty.labels.known().cloned().unwrap_or_default();
    let label = labels.get(w.below(labels.len())).map_or_else(|| "none".to_owned(), |l| l.value.replace('\'', "''"));
    let fresh = w.pick(&["n1", "n2", "a", "N 3", "it''s"]);
    match w.below(5) {
        0 => format!("ALTER TYPE {name} ADD VALUE {}'{fresh}' BEFORE '{label}'", w.maybe(3, "IF NOT EXISTS ")),
        1 => format!("ALTER TYPE {name} ADD VALUE '{fresh}' AFTER '{label}'"),
        2 => format!("ALTER TYPE {name} ADD VALUE {}'{fresh}'", w.maybe(3, "IF NOT EXISTS ")),
        _ => format!("ALTER TYPE {name} RENAME VALUE '{label}' TO '{fresh}'"),
    }
}

pub(crate) fn alter_domain(w: &mut World<'_>) -> String {
    let domains: Vec<_> = w.catalog.domains.values().collect();
    if domains.is_empty() {
        return create_type(w);
    }
    let domain = w.pick(&domains);
    let check = domain.checks.first().map_or_else(|| "missing".to_owned(), |c| quoted(&c.name));
    let name = w.written(&domain.name);
    match w.below(8) {
        0 => format!("ALTER DOMAIN {name} SET NOT NULL"),
        1 => format!("ALTER DOMAIN {name} DROP NOT NULL"),
        2 => format!("ALTER DOMAIN {name} SET DEFAULT {}", a_default(w, &domain.base.name)),
        3 => format!("ALTER DOMAIN {name} DROP DEFAULT"),
        4 => format!(
            "ALTER DOMAIN {name} ADD {}CHECK (VALUE IS NOT NULL){}",
            w.maybe(2, "CONSTRAINT dc "),
            w.maybe(3, " NOT VALID")
        ),
        5 => format!("ALTER DOMAIN {name} DROP CONSTRAINT {}{check}", w.if_exists()),
        6 => format!("ALTER DOMAIN {name} RENAME CONSTRAINT {check} TO {}", w.fresh(&["dc", "dc2"])),
        _ => format!("ALTER DOMAIN {name} VALIDATE CONSTRAINT {check}"),
    }
}

pub(crate) fn sequence(w: &mut World<'_>) -> String {
    let options = w.pick(&[
        "",
        " START 5",
        " AS smallint",
        " INCREMENT BY -1",
        " MINVALUE 0 MAXVALUE 100 CYCLE",
        " CACHE 7",
        " MAXVALUE 9223372036854775807",
    ]);
    let names: Vec<_> = w.catalog.sequences.keys().cloned().collect();
    let table = w.table();
    let owner = if w.one_in(4) { "NONE".to_owned() } else { format!("{}.{}", w.name_of(table), w.column_name(table)) };
    match w.below(6) {
        0 | 1 => format!(
            "CREATE SEQUENCE {}{}{options}",
            w.maybe(5, "IF NOT EXISTS "),
            w.fresh(&["s", "t_a_seq", "t_id_seq"])
        ),
        2 => format!("CREATE SEQUENCE {} OWNED BY {owner}", w.fresh(&["s", "t_a_seq", "t_id_seq"])),
        3 => format!("ALTER SEQUENCE {} OWNED BY {owner}", w.one_of(&names)),
        4 => format!("ALTER SEQUENCE {}{}", w.one_of(&names), if options.is_empty() { " RESTART" } else { options }),
        _ => {
            let sequence = w.one_of(&names);
            format!(
                "ALTER TABLE {} ALTER {} SET DEFAULT nextval('{}')",
                w.name_of(table),
                w.column_name(table),
                sequence.replace('\'', "''")
            )
        }
    }
}

pub(crate) fn create_index(w: &mut World<'_>) -> String {
    let table = w.table();
    let mut keys: Vec<String> = Vec::new();
    for _ in 0..=w.below(2) {
        let column = table.and_then(|t| w.column(t));
        let key = match column.filter(|_| w.one_in(4)) {
            Some(column) => format!("({})", an_expression(w, column)),
            None => column.map_or_else(|| "missing".to_owned(), |c| quoted(&c.name)),
        };
        let collate = w.maybe(16, " COLLATE \"C\"");
        let opclass = w.maybe(16, " text_pattern_ops");
        keys.push(format!("{key}{collate}{opclass}{}", w.pick(&["", "", " DESC", " NULLS FIRST", " DESC NULLS LAST"])));
    }
    let name = if w.one_in(3) { String::new() } else { w.fresh(&["i", "j", "t_a_idx", "t_a_key"]) };
    let method = w.pick(&["", "", "", " USING btree", " USING hash", " USING gin", " USING brin", " USING gist"]);
    let include = if w.one_in(6) { format!(" INCLUDE ({})", w.column_names(table)) } else { String::new() };
    let nulls = w.maybe(10, " NULLS NOT DISTINCT");
    let options = w.maybe(12, " WITH (fillfactor = 60)");
    let predicate = if w.one_in(4) { format!(" WHERE {}", table_condition(w, table)) } else { String::new() };
    let unique = w.maybe(3, "UNIQUE ");
    let exists = if name.is_empty() { "" } else { w.maybe(8, "IF NOT EXISTS ") };
    let concurrently = w.maybe(16, "CONCURRENTLY ");
    let only = w.maybe(16, "ONLY ");
    format!(
        "CREATE {unique}INDEX {concurrently}{exists}{name} ON {only}{}{method} ({}){include}{nulls}{options}{predicate}",
        w.name_of(table),
        keys.join(", ")
    )
}

/// An index on a materialized view, or one index attached to another.
pub(crate) fn other_index(w: &mut World<'_>) -> String {
    let views: Vec<_> = w.catalog.views.values().filter(|v| v.materialized).collect();
    if !views.is_empty() && w.one_in(2) {
        let view = w.pick(&views);
        let column =
            view.columns.known().and_then(|c| c.first()).map_or_else(|| "missing".to_owned(), |c| quoted(&c.name));
        return format!("CREATE {}INDEX ON {} ({column})", w.maybe(2, "UNIQUE "), w.written(&view.name));
    }
    let only: Vec<_> =
        w.tables().into_iter().flat_map(|t| t.indexes.iter().filter(|i| i.only).map(move |i| (t, i))).collect();
    let (Some((t, parent)), Some(table)) = (only.first(), w.table()) else { return create_index(w) };
    let child = table.indexes.first().map_or_else(|| "missing".to_owned(), |i| quoted(&i.name));
    format!(
        "ALTER INDEX {}.{} ATTACH PARTITION {}.{child}",
        quoted(&t.name.schema),
        quoted(&parent.name),
        quoted(&table.name.schema)
    )
}

pub(crate) fn function(w: &mut World<'_>) -> String {
    let name = w.fresh(&["f", "g", "touch"]);
    let replace = w.maybe(2, "OR REPLACE ");
    let table = w.table();
    match w.below(5) {
        0 => {
            format!("CREATE {replace}FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
        }
        1 => format!(
            "CREATE {replace}FUNCTION {name}(x int, y text DEFAULT 'q') RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT x + 1 $$"
        ),
        2 => format!(
            "CREATE {replace}FUNCTION {name}(r {}) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'x'; END $$",
            w.name_of(table)
        ),
        3 => format!(
            "CREATE {replace}FUNCTION {name}() RETURNS SETOF {} LANGUAGE sql STABLE AS $$ SELECT * FROM {} $$",
            w.name_of(table),
            w.name_of(table)
        ),
        _ => format!(
            "CREATE {replace}FUNCTION {name}(a {}) RETURNS {} LANGUAGE sql AS $$ SELECT NULL::text $$",
            a_type(w),
            w.pick(&["text", "text", "varchar"])
        ),
    }
}

pub(crate) fn trigger(w: &mut World<'_>) -> String {
    let table = w.table();
    let on = w.name_of(table);
    let name = w.fresh(&["tg", "tg2"]);
    match w.below(6) {
        0 => format!("DROP TRIGGER {}{name} ON {on}{}", w.if_exists(), w.cascade()),
        1 => format!("ALTER TRIGGER {name} ON {on} RENAME TO {}", w.fresh(&["tg2", "tg3"])),
        2 => {
            let when = table
                .and_then(|t| w.column(t))
                .map_or_else(String::new, |c| format!(" WHEN (OLD.{0} IS DISTINCT FROM NEW.{0})", quoted(&c.name)));
            format!(
                "CREATE TRIGGER {name} BEFORE UPDATE OF {} ON {on} FOR EACH ROW{when} EXECUTE FUNCTION trig()",
                w.column_name(table)
            )
        }
        3 => format!(
            "CREATE CONSTRAINT TRIGGER {name} AFTER INSERT ON {on} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION trig()"
        ),
        _ => format!(
            "CREATE {}TRIGGER {name} {} {} ON {on} FOR EACH {} EXECUTE FUNCTION {}()",
            w.maybe(3, "OR REPLACE "),
            w.pick(&["BEFORE", "AFTER"]),
            w.pick(&["INSERT", "INSERT OR UPDATE", "DELETE", "TRUNCATE"]),
            w.pick(&["ROW", "STATEMENT"]),
            w.pick(&["trig", "trig", "f", "missing"])
        ),
    }
}

pub(crate) fn policy(w: &mut World<'_>) -> String {
    let table: Option<&Table> = w.table();
    let on = w.name_of(table);
    let existing: Vec<_> = table.map(|t| t.policies.iter().map(|p| quoted(&p.name)).collect()).unwrap_or_default();
    let name = if existing.is_empty() || w.one_in(3) { w.fresh(&["p", "p2", "Own rows"]) } else { w.pick(&existing) };
    let using = table_condition(w, table);
    match w.below(7) {
        0 => format!("DROP POLICY {}{name} ON {on}", w.if_exists()),
        1 => format!("ALTER POLICY {name} ON {on} RENAME TO {}", w.fresh(&["p2", "p3"])),
        2 => format!("ALTER POLICY {name} ON {on} USING ({using})"),
        3 => format!("CREATE POLICY {name} ON {on} FOR INSERT WITH CHECK ({using})"),
        4 => format!(
            "CREATE POLICY {name} ON {on} AS RESTRICTIVE FOR UPDATE TO public USING ({using}) WITH CHECK (true)"
        ),
        5 => format!("CREATE POLICY {name} ON {on} FOR SELECT USING (EXISTS (SELECT 1 FROM {on} x WHERE true))"),
        _ => format!("CREATE POLICY {name} ON {on} USING ({using})"),
    }
}

pub(crate) fn schema(w: &mut World<'_>) -> String {
    format!("CREATE SCHEMA {}{}", w.maybe(3, "IF NOT EXISTS "), w.fresh(&["s1", "Other Schema", "other"]))
}

pub(crate) fn search_path(w: &mut World<'_>) -> String {
    let schema = w.schema();
    match w.below(5) {
        0 => format!("SET search_path = {schema}"),
        1 => format!("SET search_path TO {schema}, public"),
        2 => "SET search_path = nowhere, public".to_owned(),
        3 => format!("SET LOCAL search_path = {schema}"),
        _ => "RESET search_path".to_owned(),
    }
}

pub(crate) fn transaction(w: &mut World<'_>) -> String {
    let words =
        ["BEGIN", "BEGIN", "COMMIT", "COMMIT", "ROLLBACK", "SAVEPOINT a", "ROLLBACK TO a", "RELEASE a", "SAVEPOINT b"];
    w.pick(&words).to_owned()
}

/// Rows, which decide whether a later statement can run at all.
pub(crate) fn rows(w: &mut World<'_>) -> String {
    let table = w.table().filter(|t| t.partition.is_none() && !matches!(t.kind, TableKind::Partitioned(_)));
    let name = w.name_of(table);
    match w.below(4) {
        0 => format!("DELETE FROM {name}"),
        1 => format!("TRUNCATE {name}{}", w.cascade()),
        _ => format!("INSERT INTO {name} DEFAULT VALUES"),
    }
}
