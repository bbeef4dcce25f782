//! Keys of a partitioned table on its partitions (`DefineIndex`, `AttachPartitionEnsureIndexes`).

use super::partitions::check_partition_key;
use super::refusal::Ran;
use super::state::State;
use crate::model::{Key, QualifiedName};

impl State {
    /// A key on a partitioned table is made on each partition too, under names of their own.
    pub(super) fn key_to_partitions(&mut self, table: &QualifiedName, key: &Key, primary: bool) -> Ran<()> {
        for partition in self.partitions_of(table) {
            self.take_or_clone_key(&partition, key, primary)?;
            if primary {
                for column in &key.columns {
                    self.set_not_null(&partition, column, true)?;
                }
            }
            self.key_to_partitions(&partition, key, primary)?;
        }
        Ok(())
    }

    /// An equal key that a partition has and that is no other key's becomes the parent's; else one is made (`AttachPartitionEnsureIndexes`).
    pub(super) fn take_or_clone_key(&mut self, partition: &QualifiedName, key: &Key, primary: bool) -> Ran<()> {
        let is_equal = |own: &Key| {
            let parts = |k: &Key| (k.columns.clone(), k.include.clone(), k.nulls_not_distinct);
            !own.inherited && parts(own) == parts(key)
        };
        let now = self.now;
        if let Some(table) = self.table(partition) {
            if primary && table.primary_key.as_ref().is_some_and(|own| own.inherited || !is_equal(own)) {
                return Ok(());
            }
            let has = if primary { table.primary_key.is_some() } else { table.uniques.iter().any(is_equal) };
            if has && let Some(table) = self.table_mut(partition) {
                let mut keys: Box<dyn Iterator<Item = &mut Key>> = match primary {
                    true => Box::new(table.primary_key.iter_mut()),
                    false => Box::new(table.uniques.iter_mut()),
                };
                if let Some(own) = keys.find(|own| is_equal(own)) {
                    own.inherited = true;
                    own.origin.touch(now);
                }
                return Ok(());
            }
        }
        self.clone_key(partition, key, primary)
    }

    pub(super) fn clone_key(&mut self, partition: &QualifiedName, key: &Key, primary: bool) -> Ran<()> {
        if let Some(found) = self.table(partition) {
            check_partition_key(found, &key.columns, if primary { "PRIMARY KEY" } else { "UNIQUE" }, self.now)?;
        }
        let name = if primary {
            self.choose_primary_key_name(partition)
        } else {
            self.choose_index_name(partition, &self.columns_of_key(key), "key")
        };
        let (comment, index_comment, origin) = (None, None, self.origin());
        let clone = Key { name, named: false, inherited: true, comment, index_comment, origin, ..key.clone() };
        if primary {
            self.put_primary_key(partition, clone);
        } else {
            self.put_unique(partition, clone);
        }
        Ok(())
    }
}
