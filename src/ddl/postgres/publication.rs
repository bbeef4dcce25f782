//! Which tables a publication has, out of the statements that made it.

use pg_query::NodeEnum;
use pg_query::protobuf::{Node, PublicationObjSpecType};

use super::lexer::truncate;
use super::lower::strings;
use super::parse::raw_parse;
use super::refactor::WrittenName;
use super::walk::walk;

/// What one statement says of a publication's tables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PublicationChange {
    AllTables,
    /// CREATE … FOR, ALTER … ADD
    Add(Vec<PublicationObject>),
    Drop(Vec<PublicationObject>),
    Set(Vec<PublicationObject>),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PublicationObject {
    Table(WrittenName),
    TablesInSchema(String),
}

/// The changes of CREATE PUBLICATION and of ALTER PUBLICATION statements in a text, in order; `None` when one cannot be read.
#[must_use]
pub fn publication_changes(definition: &str) -> Option<Vec<PublicationChange>> {
    let statements = raw_parse(definition).ok()?;
    let mut changes = Vec::new();
    for node in statements.iter().filter_map(|s| s.stmt.as_deref()) {
        match node.node.as_ref()? {
            NodeEnum::CreatePublicationStmt(n) if n.for_all_tables => changes.push(PublicationChange::AllTables),
            NodeEnum::CreatePublicationStmt(n) => changes.push(PublicationChange::Add(objects(&n.pubobjects)?)),
            NodeEnum::AlterPublicationStmt(n) if n.pubobjects.is_empty() => {}
            NodeEnum::AlterPublicationStmt(n) => {
                let objects = objects(&n.pubobjects)?;
                // AlterPublicationAction: add, drop, set.
                changes.push(match n.action {
                    1 => PublicationChange::Add(objects),
                    2 => PublicationChange::Drop(objects),
                    3 => PublicationChange::Set(objects),
                    _ => return None,
                });
            }
            // RENAME and OWNER TO change no table.
            _ => {}
        }
    }
    Some(changes)
}

/// A table of a publication, and the columns that its column list and its WHERE name.
pub type PublishedTable = (WrittenName, Vec<String>);

/// The tables that a publication names after the statements of a text; `None` when one cannot be read.
#[must_use]
pub fn published_tables(definition: &str) -> Option<Vec<PublishedTable>> {
    let statements = raw_parse(definition).ok()?;
    let mut tables: Vec<PublishedTable> = Vec::new();
    for node in statements.iter().filter_map(|s| s.stmt.as_deref()) {
        let (objects, action) = match node.node.as_ref()? {
            NodeEnum::CreatePublicationStmt(n) => (&n.pubobjects, 1),
            NodeEnum::AlterPublicationStmt(n) if !n.pubobjects.is_empty() => (&n.pubobjects, n.action),
            _ => continue,
        };
        let named = objects.iter().filter_map(published_table);
        match action {
            2 => {
                let gone: Vec<PublishedTable> = named.collect();
                tables.retain(|(name, _)| !gone.iter().any(|(other, _)| other == name));
            }
            3 => tables = named.collect(),
            _ => tables.extend(named),
        }
    }
    Some(tables)
}

fn published_table(node: &Node) -> Option<PublishedTable> {
    let Some(NodeEnum::PublicationObjSpec(spec)) = node.node.as_ref() else { return None };
    let table = spec.pubtable.as_deref()?;
    let relation = table.relation.as_ref()?;
    let schema = (!relation.schemaname.is_empty()).then(|| truncate(&relation.schemaname).to_owned());
    let mut columns = strings(&table.columns);
    if let Some(condition) = table.where_clause.as_deref().and_then(|n| n.node.as_ref()) {
        walk(condition, &mut |node| {
            if let NodeEnum::ColumnRef(column) = node {
                columns.extend(strings(&column.fields).pop());
            }
            true
        });
    }
    Some(((schema, truncate(&relation.relname).to_owned()), columns))
}

fn objects(nodes: &[Node]) -> Option<Vec<PublicationObject>> {
    let object = |node: &Node| {
        let Some(NodeEnum::PublicationObjSpec(spec)) = node.node.as_ref() else { return None };
        match PublicationObjSpecType::try_from(spec.pubobjtype).unwrap_or_default() {
            PublicationObjSpecType::PublicationobjTable => {
                let relation = spec.pubtable.as_deref()?.relation.as_ref()?;
                let schema = (!relation.schemaname.is_empty()).then(|| truncate(&relation.schemaname).to_owned());
                Some(PublicationObject::Table((schema, truncate(&relation.relname).to_owned())))
            }
            PublicationObjSpecType::PublicationobjTablesInSchema => {
                Some(PublicationObject::TablesInSchema(truncate(&spec.name).to_owned()))
            }
            _ => None,
        }
    };
    nodes.iter().map(object).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_in_order() {
        let table =
            |schema: Option<&str>, name: &str| PublicationObject::Table((schema.map(str::to_owned), name.into()));
        let got = publication_changes(
            "CREATE PUBLICATION p FOR TABLE a; ALTER PUBLICATION p ADD TABLE s.b; ALTER PUBLICATION p DROP TABLE a",
        );
        let expect = vec![
            PublicationChange::Add(vec![table(None, "a")]),
            PublicationChange::Add(vec![table(Some("s"), "b")]),
            PublicationChange::Drop(vec![table(None, "a")]),
        ];
        assert_eq!(got, Some(expect));
        assert_eq!(
            publication_changes("CREATE PUBLICATION p FOR ALL TABLES"),
            Some(vec![PublicationChange::AllTables])
        );
    }
}
