//! Unique constraints and indexes, which may stand for each other.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::differ::{ColumnTypes, Differ, Reading};
use super::matching::{Matching, by_key};
use super::{Item, NameDrift, Owner, Pair};
use crate::diagnostic::Aspect;
use crate::model::{Deferrable, Expr, Index, IndexKey, IndexKeyPart, Key, Known};

/// A unique constraint or an index, seen as the index that it is or makes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum IndexLike<'a> {
    Constraint(&'a Key),
    Index(&'a Index),
    /// To a tool that takes INCLUDE columns for keys.
    IndexOfAll(&'a Index),
}

impl<'a> IndexLike<'a> {
    fn item(self) -> Item<'a> {
        match self {
            Self::Constraint(key) => Item::Unique(key),
            Self::Index(index) | Self::IndexOfAll(index) => Item::Index(index),
        }
    }

    fn name(self) -> &'a str {
        self.item().name()
    }

    fn is_constraint(self) -> bool {
        matches!(self, Self::Constraint(_))
    }

    fn is_unique(self) -> bool {
        match self {
            Self::Constraint(_) => true,
            Self::Index(index) | Self::IndexOfAll(index) => index.unique,
        }
    }

    fn method(self) -> &'a str {
        match self {
            Self::Constraint(_) => "btree",
            Self::Index(index) | Self::IndexOfAll(index) => &index.method,
        }
    }

    fn keys(self) -> Cow<'a, [IndexKey]> {
        match self {
            Self::Constraint(key) => Cow::Owned(key.columns.iter().map(IndexKey::column).collect()),
            Self::Index(index) => Cow::Borrowed(&index.keys),
            Self::IndexOfAll(index) => {
                index.keys.iter().cloned().chain(index.include.iter().map(IndexKey::column)).collect()
            }
        }
    }

    fn include(self) -> BTreeSet<&'a str> {
        let columns = match self {
            Self::Constraint(key) => &key.include,
            Self::Index(index) | Self::IndexOfAll(index) => &index.include,
        };
        columns.iter().map(String::as_str).collect()
    }

    fn predicate(self) -> Option<&'a Known<Option<Expr>>> {
        match self {
            Self::Constraint(_) => None,
            Self::Index(index) | Self::IndexOfAll(index) => Some(&index.predicate),
        }
    }

    fn is_partial(self) -> bool {
        self.predicate().is_some_and(|predicate| !matches!(predicate, Known::Known(None)))
    }

    fn nulls_not_distinct(self) -> bool {
        match self {
            Self::Constraint(key) => key.nulls_not_distinct,
            Self::Index(index) | Self::IndexOfAll(index) => index.unique && index.nulls_not_distinct,
        }
    }

    fn deferrable(self) -> Deferrable {
        match self {
            Self::Constraint(key) => key.deferrable,
            Self::Index(_) | Self::IndexOfAll(_) => Deferrable::No,
        }
    }

    fn options(self) -> BTreeSet<(&'a str, &'a str)> {
        let options = match self {
            Self::Constraint(key) => &key.options,
            Self::Index(index) | Self::IndexOfAll(index) => &index.options,
        };
        options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    fn comment(self) -> Option<&'a str> {
        match self {
            Self::Constraint(key) => key.comment.as_deref(),
            Self::Index(index) | Self::IndexOfAll(index) => index.comment.as_deref(),
        }
    }

    /// Came with the parent of a partition, or is the partition's part of a parent's.
    fn is_inherited(self) -> bool {
        match self {
            Self::Constraint(key) => key.inherited,
            Self::Index(index) | Self::IndexOfAll(index) => index.partition_of.is_some(),
        }
    }

    /// Names of the keys that are plain columns; what two equal ones have in common.
    fn columns(self) -> Vec<&'a str> {
        match self {
            Self::Constraint(key) => key.columns.iter().map(String::as_str).collect(),
            Self::Index(index) => index.keys.iter().map(column_of).collect(),
            Self::IndexOfAll(index) => {
                index.keys.iter().map(column_of).chain(index.include.iter().map(String::as_str)).collect()
            }
        }
    }
}

fn column_of(key: &IndexKey) -> &str {
    match &key.part {
        IndexKeyPart::Column(name) => name,
        IndexKeyPart::Expr(_) => "",
    }
}

impl<'a> Differ<'a, '_> {
    /// Unique constraints and indexes of one owner.
    pub(super) fn indexes(
        &mut self,
        lists: Pair<Vec<IndexLike<'a>>>,
        owner: Owner<'a>,
        reading: Pair<Reading>,
        types: ColumnTypes<'_>,
    ) {
        let lists = if self.language.include_columns_are_keys {
            lists.map(|list| list.into_iter().map(with_all_columns).collect())
        } else {
            lists
        };
        let as_one = self.language.unique_index_is_constraint;
        let mut matching = by_key(lists.as_ref(), |x| (x.is_constraint(), x.name()));
        matching.pair_more(
            |x| x.name(),
            |pair| as_one || pair.map(|x| x.is_constraint()).differs() && pair.both(|x| x.is_unique()),
        );
        let same_content = |pair: Pair<&IndexLike<'a>>| {
            (as_one || !pair.map(|x| x.is_constraint()).differs())
                && !pair.map(|x| x.is_partial()).differs()
                && self.index_aspects(pair.map(|x| *x), types).iter().all(|&aspect| aspect == Aspect::Name)
        };
        matching.pair_more(|x| (x.columns(), x.is_unique()), same_content);
        if self.language.duplicate_indexes_are_one {
            drop_duplicates(&mut matching, &lists, &same_content);
        }
        for pair in &matching.both {
            let pair = self.first_of_equals(&lists, pair.map(|x| *x), types);
            let mut aspects = self.index_aspects(pair, types);
            if aspects.contains(&Aspect::Name) && self.renaming_is_unstable(&lists, pair) {
                aspects.retain(|&aspect| aspect != Aspect::Name);
            }
            self.changed(pair.map(IndexLike::item), Some(owner), aspects);
        }
        for one in matching.declared {
            self.missing(one.item(), Some(owner), reading.migrated);
        }
        for one in matching.migrated.into_iter().filter(|x| !x.is_inherited()) {
            self.undeclared(one.item(), Some(owner), reading.declared);
        }
    }

    /// To a tool that takes equal indexes for one, the first that is declared is the one.
    fn first_of_equals(
        &self,
        lists: &Pair<Vec<IndexLike<'a>>>,
        pair: Pair<IndexLike<'a>>,
        types: ColumnTypes<'_>,
    ) -> Pair<IndexLike<'a>> {
        let is_equal = |declared: IndexLike<'a>| {
            let aspects = self.index_aspects(Pair::new(declared, pair.migrated), types);
            aspects.iter().all(|&aspect| aspect == Aspect::Name)
        };
        if !self.language.duplicate_indexes_are_one || !is_equal(pair.declared) {
            return pair;
        }
        let columns = pair.declared.columns();
        let first = lists.declared.iter().copied().find(|&x| x.columns() == columns && is_equal(x));
        Pair::new(first.unwrap_or(pair.declared), pair.migrated)
    }

    /// A tool that takes equal indexes for one does not rename where it cannot tell which.
    fn renaming_is_unstable(&self, lists: &Pair<Vec<IndexLike<'a>>>, pair: Pair<IndexLike<'a>>) -> bool {
        self.language.names == NameDrift::Renamed
            && self.language.duplicate_indexes_are_one
            && lists
                .migrated
                .iter()
                .filter(|x| x.columns() == pair.migrated.columns() && x.is_unique() == pair.migrated.is_unique())
                .count()
                > 1
    }

    fn index_aspects(&self, pair: Pair<IndexLike<'a>>, types: ColumnTypes<'_>) -> Vec<Aspect> {
        let can = self.language;
        let mut aspects = Vec::new();
        let mut note = |differs: bool, aspect: Aspect| {
            if differs {
                aspects.push(aspect);
            }
        };
        note(pair.map(IndexLike::name).differs(), Aspect::Name);
        note(!can.unique_index_is_constraint && pair.map(IndexLike::is_constraint).differs(), Aspect::Form);
        note(pair.map(IndexLike::is_unique).differs(), Aspect::Unique);
        note(pair.map(|x| self.seen_method(x)).differs(), Aspect::Method);
        note(can.include_columns && pair.map(IndexLike::include).differs(), Aspect::Include);
        note(can.nulls_not_distinct && pair.map(IndexLike::nulls_not_distinct).differs(), Aspect::NullsNotDistinct);
        note(can.deferrable && pair.map(IndexLike::deferrable).differs(), Aspect::Deferrable);
        note(can.index_key_options && pair.map(IndexLike::options).differs(), Aspect::Options);
        note(can.comments && pair.map(IndexLike::comment).differs(), Aspect::Comment);
        note(can.partial_indexes && self.predicate_differs(pair, types), Aspect::Predicate);
        aspects.extend(self.key_aspects(pair, types));
        aspects
    }

    fn seen_method(&self, index: IndexLike<'a>) -> &'a str {
        let method = index.method();
        let is_named = self.language.named_index_methods.as_ref().is_none_or(|named| named.contains(&method));
        if is_named { method } else { "btree" }
    }

    fn predicate_differs(&self, pair: Pair<IndexLike<'a>>, types: ColumnTypes<'_>) -> bool {
        let none = Known::Known(None);
        let Some(predicates) = pair.map(|x| x.predicate().unwrap_or(&none)).known() else { return false };
        match predicates.map(Option::as_ref).present() {
            Some(exprs) => !self.same_expression(exprs, None, types),
            None => predicates.map(Option::is_some).differs(),
        }
    }

    fn key_aspects(&self, pair: Pair<IndexLike<'a>>, types: ColumnTypes<'_>) -> Vec<Aspect> {
        let keys = pair.map(IndexLike::keys);
        let is_expression = |keys: &[IndexKey]| keys.iter().any(|k| matches!(k.part, IndexKeyPart::Expr(_)));
        if !self.language.expression_indexes && is_expression(&keys.migrated) {
            return Vec::new();
        }
        if keys.as_ref().map(|keys| keys.len()).differs() {
            return vec![Aspect::Columns];
        }
        let mut aspects = Vec::new();
        for (declared, migrated) in keys.declared.iter().zip(keys.migrated.iter()) {
            aspects.extend(self.one_key_aspects(Pair::new(declared, migrated), pair.declared.method(), types));
        }
        aspects
    }

    fn one_key_aspects(&self, keys: Pair<&IndexKey>, method: &str, types: ColumnTypes<'_>) -> Vec<Aspect> {
        let mut aspects = Vec::new();
        match (&keys.declared.part, &keys.migrated.part) {
            (IndexKeyPart::Column(declared), IndexKeyPart::Column(migrated)) => {
                if declared != migrated {
                    return vec![Aspect::Columns];
                }
            }
            (IndexKeyPart::Expr(declared), IndexKeyPart::Expr(migrated)) => {
                let exprs = Pair::new(declared, migrated).known();
                if exprs.is_some_and(|exprs| !self.same_expression(exprs, None, types)) {
                    aspects.push(Aspect::Expression);
                }
            }
            _ => return vec![Aspect::Columns],
        }
        let can = self.language;
        let nulls = keys.map(IndexKey::nulls_first);
        if keys.map(|k| k.order).differs() || can.index_key_options && nulls.differs() {
            aspects.push(Aspect::Sort);
        }
        let sees_opclass = can.index_key_options
            || can.opclasses_beyond_btree && (method != "btree" || keys.declared.opclass.is_some());
        if sees_opclass && self.opclass_differs(keys, method, types) {
            aspects.push(Aspect::Opclass);
        }
        if can.collations && keys.map(|k| &k.collation).differs() {
            aspects.push(Aspect::Collation);
        }
        aspects
    }

    pub(super) fn opclass_differs(&self, keys: Pair<&IndexKey>, method: &str, types: ColumnTypes<'_>) -> bool {
        let ty = match &keys.declared.part {
            IndexKeyPart::Column(name) => types.get(name),
            IndexKeyPart::Expr(_) => None,
        };
        // The schema only says where an extension was installed.
        let names = keys.map(|k| k.opclass.as_deref().map(|name| name.rsplit('.').next().unwrap_or(name)));
        if !names.differs() {
            return keys.map(|k| &k.opclass_options).differs();
        }
        match (names.declared, names.migrated) {
            (Some(name), None) | (None, Some(name)) => {
                ty.is_some_and(|ty| !self.dialect.is_default_opclass(method, name, ty))
            }
            _ => true,
        }
    }

    pub(super) fn index_beyond_language(&self, index: &Index) -> Option<&'static str> {
        let can = self.language;
        if !can.partial_indexes && IndexLike::Index(index).is_partial() {
            return Some("partial index");
        }
        let is_expression = index.keys.iter().any(|k| matches!(k.part, IndexKeyPart::Expr(_)));
        (!can.expression_indexes && is_expression).then_some("expression index")
    }
}

fn with_all_columns(index: IndexLike<'_>) -> IndexLike<'_> {
    match index {
        IndexLike::Index(index) if !index.include.is_empty() => IndexLike::IndexOfAll(index),
        other => other,
    }
}

/// Takes out what equals one that is paired already.
fn drop_duplicates<'x, 'a>(
    matching: &mut Matching<'x, IndexLike<'a>>,
    lists: &'x Pair<Vec<IndexLike<'a>>>,
    is_same: &impl Fn(Pair<&IndexLike<'a>>) -> bool,
) {
    matching
        .declared
        .retain(|&x| !lists.migrated.iter().any(|y| x.columns() == y.columns() && is_same(Pair::new(x, y))));
    matching
        .migrated
        .retain(|&y| !lists.declared.iter().any(|x| x.columns() == y.columns() && is_same(Pair::new(x, y))));
}
