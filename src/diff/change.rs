//! Differences as data: what differs, in which direction, and both sides of it. Words and SQL for them are made elsewhere.

use super::Pair;
use crate::diagnostic::Aspect;
use crate::model::{
    Check, Column, CompositeType, Domain, EnumType, Exclusion, Extension, ForeignKey, Function, Index, Key, Namespace,
    ObjectKind, ObjectRef, OpaqueObject, Origin, Policy, Sequence, Table, Trigger, View,
};

/// One difference between the declared and the migrated side.
#[derive(Clone, PartialEq, Debug)]
pub struct Change<'a> {
    /// The declared name where there is one.
    pub object: ObjectRef,
    pub delta: Delta<Item<'a>>,
    /// What a part belongs to, on both sides.
    pub owner: Option<Owner<'a>>,
}

/// What a column, constraint, index, policy or trigger belongs to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Owner<'a> {
    Table(Pair<&'a Table>),
    View(Pair<&'a View>),
}

/// The direction of a difference.
#[derive(Clone, PartialEq, Debug)]
pub enum Delta<T> {
    /// Declared, and not migrated.
    Missing(T),
    /// Migrated, and not declared.
    Undeclared(T),
    /// On both sides, differing in these aspects: sorted, at least one.
    Changed { pair: Pair<T>, aspects: Vec<Aspect> },
}

/// An object of the model, by reference.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Item<'a> {
    /// Not every side has an entry for a schema that objects live in.
    Schema(&'a str, Option<&'a Namespace>),
    Extension(&'a Extension),
    Enum(&'a EnumType),
    Domain(&'a Domain),
    Composite(&'a CompositeType),
    Sequence(&'a Sequence),
    Table(&'a Table),
    Column(&'a Column),
    PrimaryKey(&'a Key),
    Unique(&'a Key),
    ForeignKey(&'a ForeignKey),
    Check(&'a Check),
    Exclusion(&'a Exclusion),
    Index(&'a Index),
    Policy(&'a Policy),
    Trigger(&'a Trigger),
    View(&'a View),
    Function(&'a Function),
    /// Carried without being understood.
    Other(&'a OpaqueObject),
}

impl<'a> Item<'a> {
    /// The kind in the contract's words; it has none for exclusion constraints, which count as the indexes they are made of.
    #[must_use]
    pub fn kind(&self) -> ObjectKind {
        match self {
            Self::Schema(..) => ObjectKind::Schema,
            Self::Extension(_) => ObjectKind::Extension,
            Self::Enum(_) => ObjectKind::Enum,
            Self::Domain(_) => ObjectKind::Domain,
            Self::Composite(_) | Self::Other(_) => ObjectKind::Type,
            Self::Sequence(_) => ObjectKind::Sequence,
            Self::Table(_) => ObjectKind::Table,
            Self::Column(_) => ObjectKind::Column,
            Self::PrimaryKey(_) => ObjectKind::PrimaryKey,
            Self::Unique(_) => ObjectKind::Unique,
            Self::ForeignKey(_) => ObjectKind::ForeignKey,
            Self::Check(_) => ObjectKind::Check,
            Self::Exclusion(_) | Self::Index(_) => ObjectKind::Index,
            Self::Policy(_) => ObjectKind::Policy,
            Self::Trigger(_) => ObjectKind::Trigger,
            Self::View(view) if view.materialized => ObjectKind::MaterializedView,
            Self::View(_) => ObjectKind::View,
            Self::Function(_) => ObjectKind::Function,
        }
    }

    /// Where it comes from; of a schema that only its objects imply, nothing.
    #[must_use]
    pub fn origin(&self) -> Option<&'a Origin> {
        Some(match *self {
            Self::Schema(_, namespace) => namespace?.origin.as_ref()?,
            Self::Extension(x) => &x.origin,
            Self::Enum(x) => &x.origin,
            Self::Domain(x) => &x.origin,
            Self::Composite(x) => &x.origin,
            Self::Sequence(x) => &x.origin,
            Self::Table(x) => &x.origin,
            Self::Column(x) => &x.origin,
            Self::PrimaryKey(x) | Self::Unique(x) => &x.origin,
            Self::ForeignKey(x) => &x.origin,
            Self::Check(x) => &x.origin,
            Self::Exclusion(x) => &x.origin,
            Self::Index(x) => &x.origin,
            Self::Policy(x) => &x.origin,
            Self::Trigger(x) => &x.origin,
            Self::View(x) => &x.origin,
            Self::Function(x) => &x.origin,
            Self::Other(x) => &x.origin,
        })
    }

    /// The object's own name, without schema and table.
    #[must_use]
    pub fn name(&self) -> &'a str {
        match *self {
            Self::Schema(name, _) => name,
            Self::Extension(x) => &x.name,
            Self::Enum(x) => &x.name.name,
            Self::Domain(x) => &x.name.name,
            Self::Composite(x) => &x.name.name,
            Self::Sequence(x) => &x.name.name,
            Self::Table(x) => &x.name.name,
            Self::Column(x) => &x.name,
            Self::PrimaryKey(x) | Self::Unique(x) => &x.name,
            Self::ForeignKey(x) => &x.name,
            Self::Check(x) => &x.name,
            Self::Exclusion(x) => &x.name,
            Self::Index(x) => &x.name,
            Self::Policy(x) => &x.name,
            Self::Trigger(x) => &x.name,
            Self::View(x) => &x.name.name,
            Self::Function(x) => &x.name.name,
            Self::Other(x) => &x.name,
        }
    }
}

impl<T: Copy> Delta<T> {
    #[must_use]
    pub fn declared(&self) -> Option<T> {
        match self {
            Self::Missing(item) => Some(*item),
            Self::Undeclared(_) => None,
            Self::Changed { pair, .. } => Some(pair.declared),
        }
    }

    #[must_use]
    pub fn migrated(&self) -> Option<T> {
        match self {
            Self::Missing(_) => None,
            Self::Undeclared(item) => Some(*item),
            Self::Changed { pair, .. } => Some(pair.migrated),
        }
    }

    /// Empty unless changed.
    #[must_use]
    pub fn aspects(&self) -> &[Aspect] {
        match self {
            Self::Changed { aspects, .. } => aspects,
            _ => &[],
        }
    }
}

/// What the comparison gives, in a fixed order: by kind of object, then in the order of the sides' lists.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Diff<'a> {
    pub changes: Vec<Change<'a>>,
    /// Migrated objects that the declared language has no words for, or that the project says live in SQL only.
    pub unmanaged: Vec<Unmanaged<'a>>,
}

/// An object that is nobody's drift.
#[derive(Clone, PartialEq, Debug)]
pub struct Unmanaged<'a> {
    /// PostgreSQL's words: `trigger`, `event trigger`, `exclusion constraint`.
    pub what: String,
    pub object: ObjectRef,
    pub origin: Option<&'a Origin>,
}
