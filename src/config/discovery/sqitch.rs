//! Plans of sqitch: each is a target, whichever database its config names; those of other systems are named as not checked.

use super::layouts::is_test_data;
use super::systems::other_system;
use super::walk::Listing;
use super::{Found, names};
use crate::config::{MigrationsSource, Target};
use crate::migrations::layout::sqitch::{Project, project_of, projects};
use crate::source::{EntryKind, Tree, join_path, parent_path};

/// Adds a target for every plan.
pub(super) fn find(tree: &dyn Tree, listing: &Listing, found: &mut Found) {
    let configs = listing.files.iter().filter(|path| path.rsplit('/').next() == Some("sqitch.conf"));
    let mut all: Vec<Project> = configs.filter_map(|path| projects(tree, parent_path(path))).flatten().collect();
    for plan in listing.files.iter().filter(|path| path.rsplit('/').next() == Some("sqitch.plan")) {
        if !all.iter().any(|project| project.plan == *plan) {
            // One that no config names and that has no scripts was left behind.
            let is_kept = |project: &Project| matches!(tree.kind(&project.deploy), Ok(Some(EntryKind::Directory)));
            all.extend(project_of(tree, parent_path(plan)).filter(is_kept));
        }
    }
    for project in all {
        add(tree, listing, project, found);
    }
}

fn add(tree: &dyn Tree, listing: &Listing, project: Project, found: &mut Found) {
    let Project { plan, deploy, reworked, .. } = &project;
    if is_test_data(plan) || found.targets.iter().any(|t| t.migrations.as_ref().is_some_and(|m| m.dir == *deploy)) {
        return;
    }
    // The scripts that take back and that verify are no migrations of another runner.
    let beside = ["revert", "verify"].map(|name| join_path(parent_path(deploy), name));
    found.passed_over.extend(beside.into_iter().chain([deploy.clone(), reworked.clone()]));
    let system = project.engine.as_deref().filter(|engine| *engine != "pg");
    // The config may name an engine that is not used any more; the SQL does not lie.
    if let Some(system) = system.or_else(|| other_system(tree, listing, "sqitch", deploy)) {
        return found.not_checked(system.to_owned(), "");
    }
    found.targets.push(Target {
        name: names::from_path(parent_path(deploy)).unwrap_or_else(|| "sqitch".into()),
        why: format!("`{deploy}` is a folder of sqitch migrations: {plan} says in which order they are deployed"),
        dialect: "postgresql".into(),
        migrations: Some(MigrationsSource {
            dir: deploy.clone(),
            layout: Some("sqitch".into()),
            ..MigrationsSource::default()
        }),
        found_in: Some(plan.clone()),
        ..Target::default()
    });
}

#[cfg(test)]
mod tests {
    use super::super::{Gitignored, discover};
    use crate::source::{MemoryTree, SourceMap};

    fn check(files: &[(&str, &str)], expect: &[&str]) {
        let found = discover(&MemoryTree::new(files.iter().copied()), &SourceMap::default(), Gitignored::Keep);
        let dirs = found
            .targets
            .iter()
            .filter_map(|target| Some(format!("{} {}", target.name, target.migrations.as_ref()?.dir)));
        let all: Vec<String> =
            dirs.chain(found.not_checked.iter().map(|words| format!("not checked: {words}"))).collect();
        assert_eq!(all, expect);
    }

    #[test]
    fn a_plan_without_scripts_was_left_behind() {
        let plan = "%project=p\n\na 2024-01-01T00:00:00Z A <a@b>\n";
        check(
            &[
                ("sqitch.conf", "[core]\n\tengine = pg\n\ttop_dir = sql\n"),
                ("sqitch.plan", plan),
                ("sql/sqitch.plan", plan),
                ("sql/deploy/a.sql", "CREATE TABLE t (a int);"),
            ],
            &["sqitch sql/deploy"],
        );
    }

    #[test]
    fn each_plan_is_a_target() {
        let plan = "%project=p\n\na 2024-01-01T00:00:00Z A <a@b>\n";
        check(
            &[
                ("sqitch.conf", "[core]\n\tengine = pg\n"),
                ("sqitch.plan", plan),
                ("deploy/a.sql", "CREATE TABLE t (a int);"),
                ("revert/a.sql", "DROP TABLE t;"),
                ("verify/a.sql", "SELECT a FROM t;"),
            ],
            &["sqitch deploy"],
        );
        check(
            &[
                (
                    "sqitch.conf",
                    "[core]\n\tengine = pg\n[target \"one\"]\n\turi = db:pg:one\n\ttop_dir = one\n[target \"two\"]\n\turi = db:sqlite:two\n\ttop_dir = two\n",
                ),
                ("one/sqitch.plan", plan),
                ("one/deploy/a.sql", ""),
                ("two/sqitch.plan", plan),
                ("two/deploy/a.sql", ""),
                ("three/sqitch.plan", plan),
                ("three/deploy/a.sql", ""),
            ],
            &["one one/deploy", "three three/deploy", "not checked: sqlite"],
        );
        check(
            &[
                ("db/sqitch.conf", "[core]\n\tengine = pg\n\tplan_file = plans/main.plan\n\tdeploy_dir = up\n"),
                ("db/plans/main.plan", plan),
                ("db/up/a.sql", ""),
            ],
            &["sqitch db/up"],
        );
    }
}
