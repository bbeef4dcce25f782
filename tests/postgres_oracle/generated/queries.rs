//! Queries for views, materialized views and CREATE TABLE AS.

use undrift::model::Column;

use super::columns::{a_condition, an_expression};
use super::world::{World, quoted};

/// A relation to select from, with its columns.
fn source(w: &mut World<'_>) -> (String, Vec<Column>) {
    let views: Vec<_> = w.catalog.views.values().filter(|v| v.name.schema != "pg_temp").collect();
    if !views.is_empty() && w.one_in(3) {
        let view = w.pick(&views);
        return (w.written(&view.name), view.columns.known().cloned().unwrap_or_default());
    }
    let table = w.table();
    (w.name_of(table), table.map(|t| t.columns.clone()).unwrap_or_default())
}

pub(crate) fn query(w: &mut World<'_>) -> String {
    let (from, columns) = source(w);
    let Some(first) = columns.get(w.below(columns.len())).cloned() else { return format!("SELECT * FROM {from}") };
    let name = quoted(&first.name);
    let other = columns[w.below(columns.len())].clone();
    let condition = if w.one_in(3) { format!(" WHERE {}", a_condition(w, &other)) } else { String::new() };
    match w.below(10) {
        0 => format!("SELECT * FROM {from}{condition}"),
        1 => format!("SELECT {name} FROM {from}{condition}"),
        2 => format!("SELECT {name}, {} AS x FROM {from}{condition}", an_expression(w, &other)),
        3 => format!("SELECT r.* FROM {from} r{}", w.maybe(3, " LIMIT 5")),
        4 => format!("SELECT {name}, count(*) AS n FROM {from} GROUP BY {name}"),
        5 => {
            let (joined, others) = source(w);
            let wanted = others.first().map_or_else(|| "missing".to_owned(), |c| quoted(&c.name));
            // What NATURAL joins by follows from the columns at the time, and the replay does not keep that.
            let join = w.pick(&["CROSS JOIN", "LEFT JOIN", "JOIN"]);
            let on = if join == "CROSS JOIN" { "" } else { " ON true" };
            format!("SELECT l.{name}, r.{wanted} AS other FROM {from} l {join} {joined} r{on}")
        }
        6 => format!("WITH q AS (SELECT * FROM {from}) SELECT q.{name} FROM q"),
        7 => format!("SELECT {name} FROM {from} UNION ALL SELECT {name} FROM {from}"),
        8 => format!("SELECT {name} AS y, row_number() OVER (ORDER BY {name}) AS z FROM {from}"),
        _ => format!("SELECT DISTINCT {} FROM {from}", an_expression(w, &first)),
    }
}

pub(crate) fn create_view(w: &mut World<'_>) -> String {
    let query = query(w);
    let name = w.fresh(&["v", "w", "v2", "t", "Mixed View"]);
    match w.below(9) {
        // A view that reads itself is of no use.
        0 | 1 if !query.contains(&name) => format!("CREATE OR REPLACE VIEW {name} AS {query}"),
        2 | 3 => format!(
            "CREATE MATERIALIZED VIEW {}{name} AS {query}{}",
            w.maybe(4, "IF NOT EXISTS "),
            w.maybe(3, " WITH NO DATA")
        ),
        4 => format!("CREATE VIEW {name} (one) AS {query}"),
        5 => format!(
            "CREATE VIEW {name} WITH ({}) AS {query}",
            w.pick(&["security_barrier = true", "security_invoker", "security_invoker = false"])
        ),
        6 => format!("CREATE VIEW {name} AS {query} WITH {}CHECK OPTION", w.pick(&["", "LOCAL ", "CASCADED "])),
        _ => format!("CREATE VIEW {name} AS {query}"),
    }
}
