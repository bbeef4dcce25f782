//! The server as a program sees it that runs inside it: what PL/pgSQL's interpreter needs of the replay.

use std::collections::BTreeSet;

use super::plpgsql::TableData;
use super::{Effect, Refusal};
use crate::ddl::{Name, Statement, TypeUse};
use crate::model::{Catalog, Function, QualifiedName, TypeName, Unknown};

/// A point to which [`Host::roll_back`] returns. Points nest; one is spent when it or an older one is rolled back to or released.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mark(pub(super) usize);

/// A server that statements run on.
pub trait Host {
    /// Runs one statement; `text` is its SQL, complete (for statements that were put together at run time there is no file to look it up in).
    /// A refused statement has changed nothing.
    ///
    /// # Errors
    /// When the server would refuse it for certain. Where the tool's own lack of knowledge may be the reason, that is recorded as opaque.
    fn apply(&mut self, statement: &Statement, text: &str) -> Result<Effect, Refusal>;

    /// Begins a subtransaction, as a PL/pgSQL block with an EXCEPTION clause does.
    fn mark(&mut self) -> Mark;

    /// Undoes everything since the mark, settings included.
    fn roll_back(&mut self, mark: Mark);

    /// Ends a subtransaction and keeps what it did.
    fn release(&mut self, mark: Mark);

    /// Everything that there is now; rows of pg_catalog and information_schema are made from it.
    fn catalog(&self) -> &Catalog;

    /// Schemas searched for names, in order, without those that do not exist.
    fn search_path(&self) -> Vec<String>;

    /// What `current_setting(name)` gives; `None` when that is not known.
    fn setting(&self, name: &str) -> Option<String>;

    /// The time at which migrations run, in microseconds since 1970; `None` when it is not told.
    fn now(&self) -> Option<i64>;

    /// Whether a role exists; `None` when that cannot be told. Roles that nothing creates count as absent.
    fn role_exists(&self, name: &str) -> Option<bool>;

    /// The relation that a name means now: table, view, sequence or index.
    fn relation(&self, name: &Name) -> Option<QualifiedName>;

    /// The columns of a relation in order, with their types where known; `None` when there is no such table or view, or its columns are not known.
    fn columns(&self, relation: &QualifiedName) -> Option<Vec<(String, Option<TypeName>)>>;

    /// The type that a written one means now.
    fn resolve_type(&self, ty: &TypeUse) -> Option<TypeName>;

    /// The functions that a call by this name with so many arguments may mean.
    fn functions(&self, name: &Name, arguments: usize) -> Vec<&Function>;

    /// Whether something opaque has run that may have created or dropped any object: an object that is not in the catalog may exist all the same.
    fn knows_all(&self) -> bool;

    /// Whether something opaque may have made, changed or dropped an object of this name, or a part of one.
    fn is_doubtful(&self, name: &str) -> bool;

    /// Whether [`Host::is_doubtful`] holds of any name.
    fn has_doubts(&self) -> bool;

    /// What is known of the rows of tables.
    fn data(&self) -> &TableData;

    /// Replaces what is known of rows; undone by [`Host::roll_back`] like everything else.
    fn set_data(&mut self, data: TableData);

    /// Records something whose effect cannot be told. `touches` narrows it.
    fn opaque(&mut self, unknown: Unknown, touches: Touches);
}

/// What something opaque may have changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Touches {
    /// Rows only, or nothing that the model holds.
    Nothing,
    Parts(TouchedParts),
    /// Anything.
    Anything,
}

/// Objects that something opaque may have changed, and no others.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TouchedParts {
    /// Columns or constraints of these.
    pub relations: Vec<QualifiedName>,
    /// Objects that may have come or gone, by name.
    pub names: BTreeSet<String>,
    /// Relations by name that may have gained or lost such an object: an index, a policy, a trigger, a foreign key.
    pub owners: BTreeSet<String>,
}

impl Touches {
    /// Columns or constraints of a relation.
    pub(super) fn relation(key: QualifiedName) -> Self {
        let owners = BTreeSet::from([key.name.clone()]);
        Self::Parts(TouchedParts { relations: vec![key], owners, ..TouchedParts::default() })
    }

    /// Nothing that is known by a name, and to be said all the same.
    pub(super) fn unnamed() -> Self {
        Self::Parts(TouchedParts::default())
    }

    /// Objects that may have come or gone.
    pub(super) fn names<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let names = names.into_iter().map(str::to_owned).collect();
        Self::Parts(TouchedParts { names, ..TouchedParts::default() })
    }

    /// Relations that may have gained or lost something.
    pub(super) fn owners<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let owners = names.into_iter().map(str::to_owned).collect();
        Self::Parts(TouchedParts { owners, ..TouchedParts::default() })
    }

    /// Both.
    #[must_use]
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Anything, _) | (_, Self::Anything) => Self::Anything,
            (Self::Nothing, other) | (other, Self::Nothing) => other,
            (Self::Parts(mut a), Self::Parts(b)) => {
                a.names.extend(b.names);
                a.owners.extend(b.owners);
                for relation in b.relations {
                    if !a.relations.contains(&relation) {
                        a.relations.push(relation);
                    }
                }
                Self::Parts(a)
            }
        }
    }
}
