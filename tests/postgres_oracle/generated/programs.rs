//! DO blocks as migrations write them: guards, handlers, loops over constants, EXECUTE.

use super::world::{World, quoted};
use super::{alter, columns, objects, tables};

/// A statement that may stand in a program.
fn inner(w: &mut World<'_>) -> String {
    let writes = [
        tables::create_table,
        alter::alter_table,
        alter::alter_table,
        alter::rename_part,
        alter::drop,
        objects::create_type,
        objects::create_index,
        objects::policy,
        alter::comment,
    ];
    let write = w.pick(&writes);
    write(w).replace("CONCURRENTLY ", "")
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

pub(crate) fn block(w: &mut World<'_>) -> String {
    let table = w.table();
    let name = w.name_of(table);
    let body = match w.below(7) {
        0 => {
            let conditions = ["duplicate_object", "duplicate_table", "undefined_column", "undefined_table", "OTHERS"];
            let (statement, condition) = (inner(w), w.pick(&conditions));
            format!("BEGIN {statement}; EXCEPTION WHEN {condition} THEN NULL; END")
        }
        1 => {
            let column = w.fresh_column();
            let ty = columns::a_type(w);
            let bare = column.trim_matches('"');
            let known = table.map_or_else(|| "missing".to_owned(), |t| t.name.name.clone());
            format!(
                "BEGIN IF {}EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = {} AND column_name = '{bare}') \
                 THEN ALTER TABLE {name} ADD COLUMN {column} {ty}; END IF; END",
                w.pick(&["NOT ", "NOT ", ""]),
                literal(&known)
            )
        }
        2 => {
            let ty = w.pick(&["e", "kind", "status"]);
            format!(
                "BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = '{ty}') THEN CREATE TYPE {ty} AS ENUM ('a', 'b'); END IF; END"
            )
        }
        3 => {
            let known = table.map_or_else(|| "missing".to_owned(), |t| t.name.name.clone());
            let schema = table.map_or_else(|| "public".to_owned(), |t| t.name.schema.clone());
            format!(
                "DECLARE c text; BEGIN FOREACH c IN ARRAY ARRAY['a', 'added', 'Weird Col'] LOOP \
                 EXECUTE format('ALTER TABLE %I.%I ADD COLUMN IF NOT EXISTS %I int', {}, {}, c); END LOOP; END",
                literal(&schema),
                literal(&known)
            )
        }
        4 => {
            let constraint = w.fresh(&["k", "k2", "t_pkey", "t_a_key"]);
            let bare = literal(constraint.trim_matches('"'));
            let condition = columns::table_condition(w, table);
            format!(
                "BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = {bare}) \
                 THEN ALTER TABLE {name} ADD CONSTRAINT {constraint} CHECK ({condition}); END IF; END"
            )
        }
        5 => {
            let statement = inner(w);
            format!("BEGIN EXECUTE {}; END", literal(&statement))
        }
        _ => {
            let (first, second) = (inner(w), inner(w));
            let test = match table {
                Some(t) => format!("to_regclass({}) IS NOT NULL", literal(&quoted(&t.name.name))),
                None => "false".to_owned(),
            };
            format!("BEGIN IF {test} THEN {first}; ELSE {second}; END IF; END")
        }
    };
    format!("DO $do$ {body} $do$")
}
