//! The commands of a repair, so that they can be pasted where the person stands.

use crate::source::{Tree, parent_path};

/// What a command depends on: what git has under its care, and how a path is reached.
#[derive(Clone, Copy)]
pub struct Standpoint<'a> {
    /// Whether git tracks the file at a path of the project: `git mv` takes no other.
    pub is_tracked: &'a (dyn Fn(&str) -> bool + Send + Sync),
    /// A path of the project as it is reached from where commands are run.
    pub reached: &'a (dyn Fn(&str) -> String + Send + Sync),
}

/// At the project root, without git.
impl Default for Standpoint<'_> {
    fn default() -> Self {
        Self { is_tracked: &|_| false, reached: &str::to_owned }
    }
}

impl Standpoint<'_> {
    /// Brings files back as a commit has them.
    pub(super) fn restore(&self, commit: &str, paths: &[&str]) -> String {
        let words: Vec<String> = paths.iter().map(|path| self.word(path)).collect();
        format!("git checkout {commit} -- {}", words.join(" "))
    }

    /// Brings back a file that stood at another path in a commit.
    pub(super) fn show(&self, commit: &str, there: &str, here: &str) -> String {
        format!("git show {} > {}", quoted(&format!("{commit}:./{}", (self.reached)(there))), self.word(here))
    }

    /// Moves a migration: its file with the way back that stands beside it, or the folder that is its own.
    pub(super) fn relocate(&self, tree: &dyn Tree, old: &str, new: &str) -> Vec<String> {
        let (old_name, new_name) = (file_name(old), file_name(new));
        // A folder that is there already would take the other in.
        let is_free = || matches!(tree.kind(parent_path(new)), Ok(None));
        if old_name == new_name && parent_path(old) != parent_path(new) && is_free() {
            let is_tracked = (self.is_tracked)(old);
            return vec![self.rename(is_tracked, parent_path(old), parent_path(new))];
        }
        let mut commands = vec![self.rename((self.is_tracked)(old), old, new)];
        if let (Some(old), Some(new)) = (way_back(old), way_back(new))
            && matches!(tree.kind(&old), Ok(Some(_)))
        {
            commands.push(self.rename((self.is_tracked)(&old), &old, &new));
        }
        commands
    }

    fn rename(&self, is_tracked: bool, old: &str, new: &str) -> String {
        let program = if is_tracked { "git mv" } else { "mv" };
        format!("{program} {} {}", self.word(old), self.word(new))
    }

    /// A path as one word of a shell, as it is reached.
    pub(super) fn word(&self, path: &str) -> String {
        quoted(&(self.reached)(path))
    }
}

/// A text as one word of a shell.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | ',' | '@' | ':' | '%');
    match text.chars().all(is_plain) && !text.starts_with('-') && !text.is_empty() {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// The file that undoes a migration.
pub(super) fn way_back(up: &str) -> Option<String> {
    Some(format!("{}.down.sql", up.strip_suffix(".up.sql")?))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::Standpoint;
    use crate::source::MemoryTree;

    fn commands(old: &str, new: &str) -> String {
        let tree = MemoryTree::new([
            ("m/1_a.up.sql", ""),
            ("m/1_a.down.sql", ""),
            ("m/2_b.up.sql", ""),
            ("m/3_c/down.sql", ""),
        ]);
        let standpoint =
            Standpoint { is_tracked: &|path| !path.contains("fresh"), reached: &|path| format!("../{path}") };
        standpoint.relocate(&tree, old, new).join(" && ")
    }

    #[test]
    fn a_migration_moves_with_what_belongs_to_it() {
        let check = |old, new, expect| assert_eq!(commands(old, new), expect);
        check("m/1_a.sql", "m/2_a.sql", "git mv ../m/1_a.sql ../m/2_a.sql");
        check("m/1_fresh.sql", "m/2_fresh.sql", "mv ../m/1_fresh.sql ../m/2_fresh.sql");
        check("m/1_a/up.sql", "m/2_a/up.sql", "git mv ../m/1_a ../m/2_a");
        check("m/1_a/up.sql", "m/3_c/up.sql", "git mv ../m/1_a/up.sql ../m/3_c/up.sql");
        let both = "git mv ../m/1_a.up.sql ../m/3_a.up.sql && git mv ../m/1_a.down.sql ../m/3_a.down.sql";
        check("m/1_a.up.sql", "m/3_a.up.sql", both);
        check("m/2_b.up.sql", "m/3_b.up.sql", "git mv ../m/2_b.up.sql ../m/3_b.up.sql");
    }

    #[test]
    fn a_path_stays_one_word() {
        let word = |path: &str| Standpoint::default().word(path);
        assert_eq!(word("m/größe_1.sql"), "m/größe_1.sql");
        assert_eq!(word("m/my file.sql"), "'m/my file.sql'");
        assert_eq!(word("m/$(rm -rf x)'.sql"), r"'m/$(rm -rf x)'\''.sql'");
        assert_eq!(word("-f.sql"), "'-f.sql'");
    }
}
