use super::{LAYOUTS, LayoutSettings, by_name, detect, detect_marked};
use crate::source::{MemoryTree, SourceMap};

fn tree(files: &[(&str, &str)]) -> MemoryTree {
    MemoryTree::new(files.iter().map(|&(path, text)| (path, text)))
}

/// Which layout recognises `m`, and what it would run: a line for each migration, its version, its sections, and what is not usual.
fn check(files: &[(&str, &str)], expect: &str) {
    check_with(files, &LayoutSettings::default(), expect);
}

fn check_with(files: &[(&str, &str)], settings: &LayoutSettings, expect: &str) {
    let tree = tree(files);
    let (layout, evidence) = detect(&tree, "m").expect("a layout recognises it");
    let sources = SourceMap::default();
    let (set, problems) = layout.load(&tree, &sources, "m", settings);
    let mut lines = vec![format!("{}: {evidence}", layout.name)];
    for m in &set.migrations {
        let sections: Vec<String> =
            m.sections.iter().map(|&s| m.file_of(s).slice(s).trim().replace('\n', "|")).collect();
        let repeatable = if m.runs == crate::migrations::Runs::WhenChanged { " repeatable" } else { "" };
        lines.push(format!("{} {} {:?}{repeatable} <{}>", m.name, m.version, m.envelope, sections.join("> <")));
    }
    lines.extend(problems.iter().map(|p| {
        let file = sources.file(p.primary.span.file);
        format!("{} {}:{} {}", p.rule, file.path, file.line_column(p.primary.span.start).line, p.message)
    }));
    let expect: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(lines, expect);
}

#[test]
fn names_are_those_of_the_config() {
    let names: Vec<&str> = LAYOUTS.iter().map(|layout| layout.name).collect();
    let known = "drizzle prisma sqitch atlas supabase goose dbmate sql-migrate node-pg-migrate tern diesel hasura refinery flyway sqlx \
                 golang-migrate rails plain";
    assert_eq!(names.join(" "), known);
    assert!(names.iter().all(|name| by_name(name).is_some_and(|layout| layout.name == *name)));
}

#[test]
fn plain_is_no_mark() {
    let tree = tree(&[("m/b.sql", "B"), ("m/a.sql", "A"), ("m/readme.md", "")]);
    assert!(detect_marked(&tree, "m").is_none());
    check(
        &[("m/b.sql", "B"), ("m/a.sql", "A")],
        "plain: it holds 2 .sql files and no runner's marks
         a a None <A>
         b b None <B>",
    );
}

#[test]
fn plain_counts_running_numbers_and_refuses_what_undoes() {
    check(
        &[("m/10_c.sql", "C"), ("m/2-b.sql", "B")],
        "plain: it holds 2 .sql files and no runner's marks
         2-b 2-b None <B>
         10_c 10_c None <C>",
    );
    check(
        &[("m/20240101120000_b.sql", "B"), ("m/20240102_c.sql", "C")],
        "plain: it holds 2 .sql files and no runner's marks
         20240101120000_b 20240101120000_b None <B>
         20240102_c 20240102_c None <C>",
    );
    assert!(detect(&tree(&[("m/1_a.sql", ""), ("m/1_a_down.sql", "")]), "m").is_none());
    assert!(
        detect(&tree(&[("m/1_a.mysql.up.sql", ""), ("m/1_a.postgres.up.sql", "")]), "m")
            .is_some_and(|(l, _)| l.name == "plain")
    );
}

#[test]
fn an_explicit_list_keeps_its_order_and_misses_nothing_silently() {
    let settings =
        LayoutSettings { files: vec!["m/b.sql".into(), "x/c.sql".into(), "m/a.sql".into()], ..Default::default() };
    check_with(
        &[("m/b.sql", "B"), ("m/a.sql", "A")],
        &settings,
        "plain: it holds 2 .sql files and no runner's marks
         b b None <B>
         a a None <A>
         input/missing-file x/c.sql:1 `x/c.sql` is listed as a migration, and there is no such file",
    );
}

#[test]
fn sqlx_sorts_numbers_and_passes_over_downs() {
    check(
        &[
            ("Cargo.toml", "[dependencies]\nsqlx = \"0.8\"\n"),
            ("m/10_ten.sql", "-- no-transaction\nT"),
            ("m/2_two.up.sql", "U"),
            ("m/2_two.down.sql", "D"),
            ("m/notes.sql", "N"),
        ],
        "sqlx: `10_ten.sql` bears a version, and Cargo.toml names sqlx
         2_two.up 2 PerMigration <U>
         10_ten 10 ImplicitScript <-- no-transaction|T>",
    );
}

#[test]
fn diesel_takes_the_dashes_out_of_versions() {
    check(
        &[
            ("diesel.toml", ""),
            ("m/2017-09-23-000000_late/up.sql", "B"),
            ("m/20170309000000_early/up.sql", "A"),
            ("m/20170309000000_early/down.sql", "x"),
            ("m/2018-01-01-000000_alone/up.sql", "C"),
            ("m/2018-01-01-000000_alone/metadata.toml", "run_in_transaction = false"),
            // graph-node: a name without `_` is all version.
            ("m/2017-11-05-1715-update-users/up.sql", "D"),
        ],
        "diesel: `2017-09-23-000000_late` holds up.sql, and diesel.toml is there
         20170309000000_early 20170309000000 PerMigration <A>
         2017-09-23-000000_late 20170923000000 PerMigration <B>
         2017-11-05-1715-update-users 201711051715updateusers PerMigration <D>
         2018-01-01-000000_alone 20180101000000 ImplicitScript <C>",
    );
}

#[test]
fn goose_runs_what_stands_under_up() {
    check(
        &[
            ("m/2_b.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nU2\n"),
            ("m/1_a.sql", "-- +goose Up\n-- +goose StatementBegin\nU1;\n-- +goose StatementEnd\n-- +goose Down\nD1\n"),
        ],
        "goose: `1_a.sql` has the mark `-- +goose Up`
         1_a 1 PerMigration <-- +goose StatementBegin|U1;|-- +goose StatementEnd>
         2_b 2 None <U2>",
    );
}

#[test]
fn dbmate_and_its_options() {
    check(
        &[
            ("m/20240101_a.sql", "-- migrate:up\nU\n-- migrate:down\nD"),
            ("m/20240102_b.sql", "-- migrate:up transaction:false\nV\n\n-- migrate:down transaction:false\nE"),
        ],
        "dbmate: `20240101_a.sql` has the mark `-- migrate:up`
         20240101_a 20240101 PerMigration <U>
         20240102_b 20240102 ImplicitScript <V>",
    );
}

#[test]
fn dbmate_sorts_by_name() {
    check(
        &[("m/2_b.sql", "-- migrate:up\nB"), ("m/10c.sql", "-- migrate:up\nC"), ("m/1_a.sql", "-- migrate:up\nA")],
        "dbmate: `10c.sql` has the mark `-- migrate:up`
         10c 10 PerMigration <C>
         1_a 1 PerMigration <A>
         2_b 2 PerMigration <B>",
    );
}

#[test]
fn sql_migrate_sorts_names_without_numbers_last() {
    check(
        &[
            ("m/10_b.sql", "-- +migrate Up notransaction\nB"),
            ("m/9_a.sql", "-- +migrate Down\nx\n-- +migrate Up\nA"),
            ("m/init.sql", "-- +migrate Up\nI"),
        ],
        "sql-migrate: `10_b.sql` has the mark `-- +migrate Up`
         9_a 9 PerMigration <A>
         10_b 10 None <B>
         init init PerMigration <I>",
    );
}

#[test]
fn node_pg_migrate_takes_an_unmarked_file_whole() {
    check(
        &[
            ("m/1700000000001_a.sql", "-- Up Migration\nA\n-- Down Migration\nx"),
            ("m/1700000000002_b.sql", "B"),
            ("m/1700000000003_c.sql", "---- up migration\nC"),
        ],
        "node-pg-migrate: `1700000000001_a.sql` has the mark `-- Up Migration`
         1700000000001_a 1700000000001 AllPending <A>
         1700000000002_b 1700000000002 AllPending <B>
         1700000000003_c 1700000000003 AllPending <C>",
    );
}

#[test]
fn golang_migrate_runs_ups_by_number() {
    check(
        &[("m/000002_b.up.sql", "B"), ("m/000001_a.up.sql", "A"), ("m/000001_a.down.sql", "x"), ("m/x.sql", "x")],
        "golang-migrate: `000001_a.up.sql` is named as golang-migrate names its steps
         000001_a 000001 ImplicitScript <A>
         000002_b 000002 ImplicitScript <B>",
    );
}

#[test]
fn flyway_sorts_versions_by_parts_and_repeatables_last() {
    check(
        &[
            ("m/R__views.sql", "R"),
            ("m/V10__ten.sql", "V10"),
            ("m/V2_1__x.sql", "V2.1 ${owner}"),
            ("m/V2__x.sql", "V2"),
            ("m/V2__x.sql.conf", "executeInTransaction=false"),
            ("m/U2__x.sql", "undo"),
            ("m/2024/V3.0__sub.sql", "V3"),
        ],
        "flyway: `V10__ten.sql` is named as Flyway names migrations
         V2__x 2 None <V2>
         V2_1__x 2.1 PerMigration <V2.1 ${owner}>
         V3.0__sub 3.0 PerMigration <V3>
         V10__ten 10 PerMigration <V10>
         R__views R__views PerMigration repeatable <R>
         input/unresolved-placeholder m/V2_1__x.sql:1 `${owner}` has no value here, so what it stands for is not known",
    );
    let values = [("owner".to_owned(), "app".to_owned())].into();
    let settings = LayoutSettings { placeholders: values, ..LayoutSettings::default() };
    check_with(
        &[("m/B5__base.sql", "B5"), ("m/V5__old.sql", "x"), ("m/V6__new.sql", "V6 ${owner}")],
        &settings,
        "flyway: `V5__old.sql` is named as Flyway names migrations
         B5__base 5 PerMigration <B5>
         V6__new 6 PerMigration <V6 app>",
    );
}

#[test]
fn flyway_reads_several_locations_as_one_history() {
    let settings = LayoutSettings { more_dirs: vec!["n".into()], ..LayoutSettings::default() };
    check_with(
        &[
            ("m/V1__a.sql", "A"),
            ("m/V3__c.sql", "C"),
            ("n/V2__b.sql", "B"),
            ("n/R__v.sql", "V"),
            ("n/20240101__x.sql", "X"),
        ],
        &settings,
        "flyway: `V1__a.sql` is named as Flyway names migrations
         V1__a 1 PerMigration <A>
         V2__b 2 PerMigration <B>
         V3__c 3 PerMigration <C>
         R__v R__v PerMigration repeatable <V>",
    );
}

#[test]
fn flyway_may_have_an_empty_prefix() {
    let tree = MemoryTree::new([("m/20240101__x.sql", "X"), ("m/20230101__y.sql", "Y"), ("m/R__v.sql", "V")]);
    let layout = by_name("flyway").expect("it is known");
    let (set, problems) = layout.load(&tree, &SourceMap::default(), "m", &LayoutSettings::default());
    let names: Vec<&str> = set.migrations.iter().map(|migration| migration.name.as_str()).collect();
    assert_eq!((names, problems.len()), (vec!["20230101__y", "20240101__x", "R__v"], 0));
}

#[test]
fn tern_takes_back_below_a_line() {
    check(
        &[
            ("m/001_a.sql", "A\n---- create above / drop below ----\nundo"),
            ("m/002_b.sql", "---- tern: disable-tx ----\nB"),
            ("m/tern.conf", ""),
            ("m/shared/v.sql", "V"),
        ],
        "tern: `001_a.sql` has the line `---- create above / drop below ----`
         001_a 001 PerMigration <A>
         002_b 002 None <---- tern: disable-tx ----|B>",
    );
}

#[test]
fn refinery_needs_its_crate() {
    check(
        &[
            ("Cargo.toml", "[dependencies]\nrefinery = { version = \"0.8\" }"),
            ("m/V10__b.sql", "B"),
            ("m/V9__a.sql", "A"),
        ],
        "refinery: `V10__b.sql` bears a version, and Cargo.toml names refinery
         V9__a 9 PerMigration <A>
         V10__b 10 PerMigration <B>",
    );
}

#[test]
fn sql_migrate_ids_are_whole_file_names() {
    check(
        &[("m/1.sql", "-- +migrate Up\nB"), ("m/1-a.sql", "-- +migrate Up\nA"), ("m/02x.sql", "-- +migrate Up\nC")],
        "sql-migrate: `02x.sql` has the mark `-- +migrate Up`
         1-a 1 PerMigration <A>
         1 1 PerMigration <B>
         02x 02 PerMigration <C>",
    );
}

#[test]
fn node_pg_migrate_reads_dates_as_times() {
    // 20231114221320001 is 1700000000001 milliseconds.
    let up = |sql: &str| format!("-- Up Migration\n{sql}");
    let texts = [up("A"), up("B"), up("C")];
    check(
        &[
            ("m/1700000000000_a.sql", &texts[0]),
            ("m/20231114221320001_b.sql", &texts[1]),
            ("m/1700000000002_c.sql", &texts[2]),
        ],
        "node-pg-migrate: `1700000000000_a.sql` has the mark `-- Up Migration`
         1700000000000_a 1700000000000 AllPending <A>
         20231114221320001_b 20231114221320001 AllPending <B>
         1700000000002_c 1700000000002 AllPending <C>",
    );
}

#[test]
fn hasura_folders() {
    check(
        &[("m/1595524527514_b/up.sql", "B"), ("m/1595524527513_a/up.sql", "A"), ("m/1595524527513_a/down.sql", "x")],
        "hasura: `1595524527513_a` holds up.sql and bears milliseconds, as Hasura writes them
         1595524527513_a 1595524527513 PerMigration <A>
         1595524527514_b 1595524527514 PerMigration <B>",
    );
}

#[test]
fn rails_reads_the_structure() {
    check(
        &[
            ("m/structure.sql", "S"),
            ("m/migrate/20240102_b.rb", "class B"),
            ("m/migrate/20240101_a.rb", "class A"),
            ("m/migrate/concern.rb", ""),
        ],
        "rails: structure.sql stands beside migrate/
         20240101_a 20240101 None <>
         20240102_b 20240102 None <>
         structure structure None <S>",
    );
}

#[test]
fn supabase_is_told_by_its_config_or_its_folder() {
    let files = [
        ("supabase/config.toml", "project_id = \"x\""),
        ("supabase/migrations/20240102_b.sql", "B"),
        ("supabase/migrations/README.sql", "x"),
    ];
    let (layout, evidence) = detect_marked(&tree(&files), "supabase/migrations").expect("it is recognised");
    assert_eq!((layout.name, evidence.as_str()), ("supabase", "supabase/config.toml is Supabase's"));
    let (layout, evidence) = detect_marked(&tree(&files[1..]), "supabase/migrations").expect("it is recognised");
    let by_folder = "supabase/migrations is where Supabase's CLI keeps them";
    assert_eq!((layout.name, evidence.as_str()), ("supabase", by_folder));
    assert!(detect_marked(&tree(&files[2..]), "supabase/migrations").is_none(), "a file without a version");
    assert!(detect_marked(&tree(&[("other/migrations/1_a.sql", "A")]), "other/migrations").is_none());
    let (set, _) = layout.load(&tree(&files), &SourceMap::default(), "supabase/migrations", &LayoutSettings::default());
    assert_eq!(set.migrations.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), ["20240102_b"]);
}

const PLANNED: &str = "2024-01-02T03:04:05Z A B <a@b.example>";

/// A plan and its scripts in the folder `m`.
fn check_sqitch(lines: &[&str], files: &[(&'static str, &'static str)], expect: &str) {
    let lines: Vec<String> = lines.iter().map(|line| format!("{line} {PLANNED} # note")).collect();
    let plan = format!("%syntax-version=1.0.0\n%project=p\n\n{}\n", lines.join("\n"));
    let tree = MemoryTree::new(files.iter().copied().chain([("m/sqitch.plan", plan.as_str())]));
    let sources = SourceMap::default();
    let (layout, _) = detect_marked(&tree, "m").expect("it is recognised");
    let (set, problems) = layout.load(&tree, &sources, "m/deploy", &LayoutSettings::default());
    let sections = |m: &crate::migrations::Migration| {
        let texts = m.sections.iter().map(|&s| m.file_of(s).slice(s).trim().replace('\n', "|"));
        texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("> <")
    };
    let mut said: Vec<String> =
        set.migrations.iter().map(|m| format!("{} {} <{}>", m.name, m.file.path, sections(m))).collect();
    let plan = set.plan.expect("a plan");
    said.extend(plan.changes.iter().filter(|c| !c.has_script).map(|c| format!("missing {}", c.script)));
    said.extend(set.unlisted.iter().map(|unlisted| format!("unlisted {}", unlisted.name)));
    said.extend(problems.iter().map(|p| format!("{} {}", p.rule, p.message)));
    let expect: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(said, expect, "{lines:?}");
}

#[test]
fn sqitch_goes_by_its_plan() {
    check_sqitch(
        &["b", "+ x/a [b !c other:z @1]"],
        &[("m/deploy/x/a.sql", "A"), ("m/deploy/b.sql", "B"), ("m/deploy/c.sql", "C")],
        "b m/deploy/b.sql <B>
         x/a m/deploy/x/a.sql <A>
         unlisted c
         input/broken-journal `m/sqitch.plan` cannot be read by sqitch: Unknown change \"@1\" required by change \"x/a\"",
    );
    check_sqitch(&["a", "b"], &[("m/deploy/a.sql", "A")], "a m/deploy/a.sql <A>\nmissing m/deploy/b.sql");
}

#[test]
fn sqitch_knows_a_reworked_change_by_its_tag() {
    let files = [
        ("m/deploy/a.sql", "third"),
        ("m/deploy/a@v1.sql", "first"),
        ("m/deploy/a@v3.sql", "second"),
        ("m/deploy/b.sql", "B"),
    ];
    check_sqitch(
        &["a", "@v1", "b", "a [a@v1 b]", "@v2", "@v3", "a"],
        &files,
        "a m/deploy/a@v1.sql <first>
         b m/deploy/b.sql <B>
         a (reworked after @v1) m/deploy/a@v3.sql <second>
         a (reworked after @v3) m/deploy/a.sql <third>",
    );
    // Without any of them the first tag after the change is missed.
    check_sqitch(
        &["a", "@v1", "a"],
        &files[..1],
        "a (reworked after @v1) m/deploy/a.sql <third>\nmissing m/deploy/a@v1.sql",
    );
}

#[test]
fn sqitch_refuses_a_plan() {
    let refused = |message: &str| format!("input/broken-journal `m/sqitch.plan` cannot be read by sqitch: {message}");
    let files = [("m/deploy/a.sql", "A"), ("m/deploy/b.sql", "B")];
    let both = "a m/deploy/a.sql <A>\nb m/deploy/b.sql <B>\n";
    let before = refused("Change \"a\" planned before required change \"b\"");
    check_sqitch(&["a [b]", "b"], &files, &format!("{both}{before}"));
    check_sqitch(
        &["a", "b", "a"],
        &files,
        &format!("{both}{}", refused("Change \"a\" duplicates earlier declaration")),
    );
    check_sqitch(
        &["a", "b", "@v", "@v"],
        &files,
        &format!("{both}{}", refused("Tag \"v\" duplicates earlier declaration")),
    );
    check_sqitch(&["a", "b", "c 2024-01-01"], &files, &format!("{both}{}", refused("Missing timestamp")));
}

#[test]
fn sqitch_scripts_are_psqls() {
    let config = "[engine \"pg\"]\n\ttarget = db:pg:x\n[core]\n\tengine = pg\n\ttop_dir = m\n[engine \"pg.variables\"]\n\trole = app\n";
    check_sqitch(
        &["a"],
        &[
            ("sqitch.conf", config),
            (
                "m/deploy/a.sql",
                "\\set s store\nCREATE SCHEMA :s; \n\\i m/parts/x.sql\nGRANT :\"role\";\n\\ir ../parts/none.sql\nEND;",
            ),
            ("m/parts/x.sql", "SELECT :'s', :none;"),
        ],
        "a m/deploy/a.sql <\\set s store|CREATE SCHEMA store;> <SELECT 'store', :none;> <GRANT \"app\";> <END;>
         input/missing-file `m/parts/none.sql` is included here, and there is no such file",
    );
    check_sqitch(
        &["a"],
        &[("sqitch.conf", config), ("m/deploy/a.sql", "A;\n\\i ../out.sql\nB;")],
        "a m/deploy/a.sql <A;> <B;>
         input/missing-file `../out.sql` is not read: it lies outside the project",
    );
}

#[test]
fn sqitch_scripts_that_include_each_other_end() {
    let files = [("m/deploy/a.sql", "\\ir a.sql\n\\ir a.sql\n")];
    let tree =
        MemoryTree::new(files.into_iter().chain([("m/sqitch.plan", "%project=p\n\na 2024-01-01T00:00:00Z A <a@b>\n")]));
    let sources = SourceMap::default();
    let settings = LayoutSettings::default();
    let (set, problems) = by_name("sqitch").expect("a layout").load(&tree, &sources, "m/deploy", &settings);
    assert!(set.migrations.iter().all(|m| m.included.len() <= 1_000));
    let messages: Vec<&str> = problems.iter().map(|p| p.message.as_str()).collect();
    assert_eq!(messages, ["`a.sql` is not read: too many files include each other"]);
}

const ATLAS_SUM: &str = "h1:KcSE5jNtdi1a2rSbMnA1Xowhq6MT8H9t+X7f3EAx74s=\n1_a.sql h1:xrz5sszVyV5M/KHjzeB8D3iWCJMqUvmHmymaPTuzuew=\n2_b.sql h1:TlyqFSV483hVb413UnuEDs4O6hdSTqTbAaC7agMiaI4=\n";

#[test]
fn atlas_sums_are_checked() {
    // sha256("1_a.sql" "A\n") and, running on, "2_b.sql" "B\n"; then over names and sums. Computed with sha256sum and base64.
    let files = |b: &'static str| [("m/1_a.sql", "A\n"), ("m/2_b.sql", b), ("m/atlas.sum", ATLAS_SUM)];
    let head = "atlas: it has Atlas's atlas.sum
                1_a 1 PerMigration <A>\n";
    check(&files("B\n"), &format!("{head} 2_b 2 PerMigration <B>"));
    check(
        &files("C\n"),
        &format!(
            "{head} 2_b 2 PerMigration <C>
             input/checksum-mismatch m/atlas.sum:3 `2_b.sql` was edited after atlas.sum was written"
        ),
    );
    check(
        &[("m/1_a.sql", "A\n"), ("m/atlas.sum", ATLAS_SUM)],
        &format!("{head} input/checksum-mismatch m/atlas.sum:3 `2_b.sql` is in atlas.sum, and the file is gone"),
    );
    check(
        &[("m/1_a.sql", "A\n"), ("m/15_x.sql", "X"), ("m/2_b.sql", "B\n"), ("m/atlas.sum", ATLAS_SUM)],
        &format!(
            "{} input/checksum-mismatch m/atlas.sum:2 `15_x.sql` is not in atlas.sum",
            head.replace("1_a 1", "15_x 15 PerMigration <X>\n1_a 1") + "2_b 2 PerMigration <B>\n"
        ),
    );
}

#[test]
fn an_atlas_checkpoint_is_where_a_fresh_database_begins() {
    check(
        &[
            ("m/1_a.sql", "A"),
            ("m/2_c.sql", "-- atlas:checkpoint\n\nC"),
            ("m/3_d.sql", "-- atlas:txmode none\n\nD"),
            ("m/atlas.sum", ""),
        ],
        "atlas: it has Atlas's atlas.sum
         2_c 2 PerMigration <-- atlas:checkpoint||C>
         3_d 3 None <-- atlas:txmode none||D>
         input/checksum-mismatch m/atlas.sum:1 `1_a.sql` is not in atlas.sum",
    );
}

#[test]
fn atlas_runs_no_step_down() {
    let files = [("m/1_a.up.sql", "A"), ("m/1_a.down.sql", "B"), ("m/2_c.up.sql", "C"), ("m/atlas.sum", "")];
    let tree = tree(&files);
    let (set, _) =
        by_name("atlas").expect("it is a layout").load(&tree, &SourceMap::default(), "m", &LayoutSettings::default());
    let names: Vec<&str> = set.migrations.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["1_a", "2_c"]);
}

#[test]
fn flyway_opens_no_transaction_for_what_cannot_run_in_one() {
    check(
        &[
            ("m/V1__a.sql", "CREATE INDEX i ON t (a); -- not CONCURRENTLY"),
            ("m/V2__b.sql", "CREATE UNIQUE INDEX\n  CONCURRENTLY j ON t (b)"),
        ],
        "flyway: `V1__a.sql` is named as Flyway names migrations
         V1__a 1 PerMigration <CREATE INDEX i ON t (a); -- not CONCURRENTLY>
         V2__b 2 None <CREATE UNIQUE INDEX|  CONCURRENTLY j ON t (b)>",
    );
}
