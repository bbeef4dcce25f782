//! Migrations in Ruby: their classes bear the names of their files.

use crate::migrations::Migration;

/// Whether a migration differs from what it was under another name in nothing but that its class bears the new name.
///
/// Source: rails/rails `activerecord/lib/active_record/migration.rb` (`MigrationProxy`: the file's name, camelized, is the class's).
pub(super) fn follows_its_name(now: &Migration, before: &Migration) -> bool {
    if !now.file.path.ends_with(".rb") || now.name == before.name {
        return false;
    }
    let (Some(new), Some(old)) = (class_of(now), class_of(before)) else { return false };
    let lines = |migration: &Migration, class: &str| -> Vec<String> {
        migration
            .file
            .text
            .lines()
            .map(|line| line.replacen(class, "", usize::from(declares(line).is_some())))
            .collect()
    };
    lines(now, new) == lines(before, old)
}

/// The class that bears the name of its file; inflections may write it in other capitals: `CreateAPIKeys` of `create_api_keys`.
fn class_of(migration: &Migration) -> Option<&str> {
    let class = migration.file.text.lines().find_map(declares)?;
    let (_, name) = migration.name.split_once('_')?;
    class.eq_ignore_ascii_case(&name.replace('_', "")).then_some(class)
}

/// `CreateUsers` of `class CreateUsers < ActiveRecord::Migration[7.0]`
fn declares(line: &str) -> Option<&str> {
    line.strip_prefix("class ")?.split([' ', '<', ';']).next()
}
