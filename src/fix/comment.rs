//! Comments: those of what is made, and those that differ.

use super::{Maker, Phase};
use crate::diff::{Item, Owner};
use crate::model::{Function, FunctionKind, QualifiedName, Table, View};

impl Maker<'_> {
    /// What a new object, or one that is made again, is commented with.
    pub(super) fn comment(&mut self, on: &str, comment: Option<&String>) {
        if comment.is_some() {
            self.set_comment(on, comment);
        }
    }

    /// Without a text, the comment goes.
    fn set_comment(&mut self, on: &str, comment: Option<&String>) {
        let text = comment.map_or_else(|| "NULL".to_owned(), |text| self.sql.literal(text));
        self.step(Phase::Comment, format!("COMMENT ON {on} IS {text};"));
    }

    /// The comment of something that is there on both sides becomes the declared one.
    pub(super) fn alter_comment(&mut self, declared: Item<'_>, owner: Option<Owner<'_>>) {
        let name = |name: &QualifiedName| self.sql.relation(name);
        let table = owner.map(|owner| owner.names().migrated);
        let (on, comment) = match (declared, table) {
            // They are not compared, or their text is all that is known of them.
            (Item::Schema(..) | Item::Extension(_) | Item::Other(_), _) => return,
            (Item::Enum(x), _) => (format!("TYPE {}", name(&x.name)), &x.comment),
            (Item::Domain(x), _) => (format!("DOMAIN {}", name(&x.name)), &x.comment),
            (Item::Composite(x), _) => (format!("TYPE {}", name(&x.name)), &x.comment),
            (Item::Sequence(x), _) => (format!("SEQUENCE {}", name(&x.name)), &x.comment),
            (Item::Table(x), _) => (format!("TABLE {}", name(&x.name)), &x.comment),
            (Item::View(x), _) => (self.view(x), &x.comment),
            (Item::Function(x), _) => (self.function(x), &x.comment),
            (Item::Column(x), Some(table)) => (self.part("COLUMN", table, &x.name), &x.comment),
            (Item::PrimaryKey(x) | Item::Unique(x), Some(table)) => {
                (self.part("CONSTRAINT", table, &x.name), &x.comment)
            }
            (Item::ForeignKey(x), Some(table)) => (self.part("CONSTRAINT", table, &x.name), &x.comment),
            (Item::Check(x), Some(table)) => (self.part("CONSTRAINT", table, &x.name), &x.comment),
            (Item::Exclusion(x), Some(table)) => (self.part("CONSTRAINT", table, &x.name), &x.comment),
            (Item::Index(x), Some(table)) => (self.part("INDEX", table, &x.name), &x.comment),
            (Item::Policy(x), Some(table)) => (self.part("POLICY", table, &x.name), &x.comment),
            (Item::Trigger(x), Some(table)) => (self.part("TRIGGER", table, &x.name), &x.comment),
            (_, None) => return,
        };
        self.set_comment(&on, comment.as_ref());
    }

    /// How COMMENT names what belongs to a table.
    pub(super) fn part(&self, word: &str, table: &QualifiedName, name: &str) -> String {
        match word {
            "COLUMN" => format!("COLUMN {}.{}", self.sql.relation(table), self.sql.name(name)),
            // An index lives in the schema of its table.
            "INDEX" => format!("INDEX {}", self.sql.relation(&QualifiedName::new(&table.schema, name))),
            _ => format!("{word} {} ON {}", self.sql.name(name), self.sql.relation(table)),
        }
    }

    /// `VIEW "v"`
    pub(super) fn view(&self, view: &View) -> String {
        let word = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
        format!("{word} {}", self.sql.qualified(&view.name))
    }

    /// `FUNCTION "f"(integer)`
    pub(super) fn function(&self, function: &Function) -> String {
        let word = match function.kind {
            FunctionKind::Procedure => "PROCEDURE",
            FunctionKind::Aggregate => "AGGREGATE",
            FunctionKind::Function | FunctionKind::Window => "FUNCTION",
        };
        let arguments: Vec<String> = function.arguments.iter().map(|ty| self.sql.ty(ty)).collect();
        format!("{word} {}({})", self.sql.relation(&function.name), arguments.join(", "))
    }

    /// Those of a new table, its columns and its keys; the rest of it is made by itself.
    pub(super) fn comments_of(&mut self, table: &Table) {
        self.comment(&format!("TABLE {}", self.sql.relation(&table.name)), table.comment.as_ref());
        for column in &table.columns {
            self.comment(&self.part("COLUMN", &table.name, &column.name), column.comment.as_ref());
        }
        for key in table.primary_key.iter().chain(&table.uniques) {
            self.comment(&self.part("CONSTRAINT", &table.name, &key.name), key.comment.as_ref());
        }
    }
}
