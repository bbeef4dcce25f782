//! A script in; tables with their columns, refusals and what is opaque out.

use crate::replay::{ReplaySettings, replay_scripts};
use crate::source::SourceMap;

fn outcome(sql: &str) -> String {
    outcome_at(sql, None)
}

fn outcome_at(sql: &str, now: Option<i64>) -> String {
    let map = SourceMap::default();
    let file = map.add("m.sql", sql.to_owned());
    let settings = ReplaySettings {
        settings: [("app.mode".to_owned(), "test".to_owned())].into(),
        now,
        ..ReplaySettings::default()
    };
    let replayed = replay_scripts(&[file], &settings);
    let mut out: Vec<String> = Vec::new();
    for (name, table) in &replayed.catalog.tables {
        let columns: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
        let unknown = if table.unknown_columns.is_empty() { "" } else { ", …" };
        out.push(format!("{name}({}{unknown})", columns.join(",")));
    }
    out.extend(replayed.catalog.enums.keys().map(|name| format!("enum {name}")));
    out.extend(replayed.issues.iter().map(|i| format!("! {}", i.message)));
    out.extend(replayed.opaque.iter().map(|o| format!("? {}", o.reason)));
    out.join("; ")
}

fn check(sql: &str, expect: &str) {
    assert_eq!(outcome(sql), expect, "{sql}");
}

#[test]
fn an_extension_that_the_server_may_have_is_there() {
    // coop-mediation-numerique: whichever extension it is, the tables are moved by a loop over the catalog.
    check(
        "CREATE TABLE a (id int); DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'vector') THEN \
         RAISE NOTICE 'it is'; EXECUTE 'CREATE EXTENSION IF NOT EXISTS vector'; ELSE CREATE EXTENSION citext; END IF; END $$; \
         CREATE TABLE b (v vector(3), c citext); CREATE SCHEMA s; DO $$ DECLARE o record; BEGIN FOR o IN SELECT tablename FROM pg_tables \
         WHERE schemaname = 'public' LOOP EXECUTE format('ALTER TABLE public.%I SET SCHEMA s', o.tablename); END LOOP; END $$",
        "s.a(id); s.b(v,c)",
    );
    // What else the branch does is not known all the same.
    check(
        "CREATE TABLE a (id int); DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'vector') THEN \
         CREATE EXTENSION vector; ALTER TABLE a ADD COLUMN v vector(3); END IF; END $$",
        "a(id, …); ? whether `EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = \
         'vector')` holds is not known: it reads `pg_catalog.pg_available_extensions`",
    );
}

#[test]
fn aggregates_of_the_schema_give_one_row() {
    // guardian/service-catalogue: `CALL __test()` was refused, for two rows in a subquery.
    check(
        "CREATE AGGREGATE joined(text) (sfunc = textcat, stype = text, initcond = ''); DO $$ BEGIN \
         CASE WHEN (SELECT joined(a) FROM (VALUES ('x'), ('y')) d(a)) <> 'xy' THEN RAISE EXCEPTION 'no'; ELSE END CASE; END $$",
        "",
    );
    check(
        "DO $$ BEGIN IF (SELECT bit_and(a) FROM (VALUES (1), (3)) d(a)) <> 1 THEN RAISE EXCEPTION 'no'; END IF; END $$",
        "",
    );
}

#[test]
fn guards_ask_the_catalog() {
    // nexusnote: the dimensions of a vector are its modifier.
    check(
        "CREATE EXTENSION vector; CREATE TABLE t (a vector(3)); DO $$ BEGIN IF (SELECT format_type(atttypid, atttypmod) <> 'vector(3)' \
         FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'a') THEN DROP TABLE t; END IF; END $$",
        "t(a)",
    );
    check(
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'role') THEN CREATE TYPE role AS ENUM ('a'); END IF; END $$;
         DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'role') THEN CREATE TABLE never (a int); END IF; END $$;",
        "enum role",
    );
    check(
        "CREATE TABLE t (a int);
         DO $$ BEGIN
           IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'b') THEN
             ALTER TABLE t ADD COLUMN b int;
           END IF;
           IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'a' AND is_nullable = 'YES') THEN
             ALTER TABLE t DROP COLUMN a;
           END IF;
         END $$;",
        "t(b)",
    );
    check(
        "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0));
         DO $$ BEGIN
           IF EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'c' AND conrelid = 't'::regclass) THEN
             ALTER TABLE t ADD x int;
           END IF;
           IF to_regclass('public.missing') IS NULL THEN ALTER TABLE t ADD y int; END IF;
           IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'anon') THEN ALTER TABLE t ADD z int; END IF;
           IF current_setting('app.mode', true) = 'test' THEN ALTER TABLE t ADD m int; END IF;
         END $$;",
        "t(a,x,y,m)",
    );
}

#[test]
fn literals_beside_names_are_cut() {
    // lobehub: names of Drizzle's foreign keys are longer than the server keeps.
    let name = "t_a_of_a_table_with_quite_a_long_name_b_of_another_long_name_id_fk";
    let guarded = |guard: &str, expect: &str| {
        let sql = format!(
            "CREATE TABLE t (a int CONSTRAINT {name} CHECK (a > 0));
             DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM {guard}) THEN ALTER TABLE t ADD x int; END IF; END $$;"
        );
        check(&sql, expect);
    };
    guarded(&format!("pg_constraint WHERE conname = '{name}'"), "t(a)");
    guarded(&format!("pg_constraint c WHERE '{name}' = c.conname"), "t(a)");
    guarded(&format!("pg_constraint WHERE conname IN ('x', '{name}')"), "t(a)");
    guarded(&format!("pg_constraint WHERE conname = ANY ('{{{name}}}')"), "t(a)");
    guarded(&format!("information_schema.table_constraints WHERE constraint_name = '{name}'"), "t(a)");
    // Of another type it stays as long as it is.
    guarded(&format!("pg_constraint WHERE conname = '{name}'::text"), "t(a,x)");
    guarded(&format!("pg_constraint WHERE conname IN ('x', '{name}'::text)"), "t(a,x)");
    guarded(&format!("pg_constraint WHERE conname = ANY (ARRAY['{name}'])"), "t(a,x)");
    guarded(&format!("pg_constraint WHERE conname LIKE '{name}'"), "t(a,x)");
    // A column of the project's own that is only called like one.
    check(
        &format!(
            "CREATE TABLE log (table_name text); INSERT INTO log VALUES ('{name}');
             DO $$ BEGIN IF EXISTS (SELECT 1 FROM log WHERE table_name = '{name}') THEN CREATE TABLE t (a int); END IF; END $$;"
        ),
        "log(table_name); t(a)",
    );
}

#[test]
fn partitions_that_nobody_wrote_to_are_empty() {
    // manifold: a column is tightened where no row lacks it.
    let tables = "CREATE TABLE p (a int, b int) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p FOR VALUES IN (1);
        CREATE TABLE r PARTITION OF p FOR VALUES IN (2);";
    let guard = |of: &str| {
        format!(
            "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM {of} WHERE b IS NULL) THEN ALTER TABLE p ADD c int; END IF; END $$;"
        )
    };
    check(&format!("{tables} {}", guard("p")), "p(a,b,c); q(a,b,c); r(a,b,c)");
    check(&format!("{tables} INSERT INTO r VALUES (2, 1); {}", guard("q")), "p(a,b,c); q(a,b,c); r(a,b,c)");
    for (written, read) in [("p", "p"), ("q", "p"), ("p", "q")] {
        let sql = format!("{tables} INSERT INTO {written} VALUES (1, 1); {}", guard(read));
        assert!(outcome(&sql).starts_with("p(a,b") && outcome(&sql).contains("? "), "{}", outcome(&sql));
    }
}

#[test]
fn handlers_undo_and_go_on() {
    check(
        "CREATE TABLE t (a int);
         DO $$ BEGIN CREATE TABLE t (b int); EXCEPTION WHEN duplicate_table THEN NULL; END $$;
         DO $$ BEGIN ALTER TABLE t ADD b int; ALTER TABLE t ADD a int; EXCEPTION WHEN OTHERS THEN ALTER TABLE t ADD c int; END $$;",
        "t(a,c)",
    );
    check(
        "DO $$ BEGIN ALTER TABLE t ADD b int; EXCEPTION WHEN duplicate_column THEN NULL; END $$;",
        "! relation \"t\" does not exist",
    );
    check("DO $$ BEGIN RAISE EXCEPTION 'no % here', 1 + 1; END $$;", "! no 2 here");
    check("DO $$ BEGIN retur; END $$;", "! syntax error at or near \"retur\"");
}

#[test]
fn loops_and_execute() {
    check(
        "CREATE TABLE a (id int); CREATE TABLE b (id int);
         DO $$ DECLARE r record; BEGIN
           FOR r IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename LOOP
             EXECUTE format('ALTER TABLE %I ADD COLUMN %I text', r.tablename, r.tablename || '_note');
           END LOOP;
         END $$;",
        "a(id,a_note); b(id,b_note)",
    );
    check(
        "DO $$ DECLARE names text[] := ARRAY['x', 'Y']; n text; BEGIN
           FOREACH n IN ARRAY names LOOP EXECUTE 'CREATE TABLE ' || quote_ident(n) || ' (a int)'; END LOOP;
           FOR i IN 1..2 LOOP EXECUTE format('CREATE TABLE p_%s (a int)', i); END LOOP;
         END $$;",
        "x(a); Y(a); p_1(a); p_2(a)",
    );
    check(
        "CREATE TABLE t (a int);
         DO $$ DECLARE i int := 0; BEGIN
           WHILE i < 5 LOOP i := i + 1; CONTINUE WHEN i = 2; EXIT WHEN i = 4; EXECUTE 'ALTER TABLE t ADD c' || i || ' int'; END LOOP;
         END $$;",
        "t(a,c1,c3)",
    );
    check("DO $$ BEGIN EXECUTE 'CREATE TABLE x'; END $$;", "! syntax error at end of input");
}

#[test]
fn functions_are_run_where_they_are_called() {
    check(
        "CREATE TABLE t (a int);
         CREATE FUNCTION add_col(name text, ty text DEFAULT 'int') RETURNS void AS $$
         BEGIN EXECUTE format('ALTER TABLE t ADD %I %s', name, ty); END $$ LANGUAGE plpgsql;
         SELECT add_col('x'); SELECT add_col('y', 'text');
         DO $$ BEGIN PERFORM add_col('z'); END $$;
         CREATE PROCEDURE p() LANGUAGE sql AS 'ALTER TABLE t DROP COLUMN a';
         CALL p();",
        "t(x,y,z)",
    );
}

#[test]
fn bodies_are_checked_when_they_are_created() {
    check(
        "CREATE FUNCTION f() RETURNS int AS $$ BEGIN RETUR 1; END $$ LANGUAGE plpgsql;",
        "! syntax error at or near \"RETUR\"",
    );
    check(
        "SET check_function_bodies = off;
         CREATE FUNCTION f() RETURNS int AS $$ BEGIN RETUR 1; END $$ LANGUAGE plpgsql;",
        "",
    );
    check(
        "CREATE SCHEMA s; CREATE TABLE s.t (a int);
         DO $$ DECLARE r s.t; BEGIN SELECT * INTO r FROM s.t; IF r.a IS NULL THEN ALTER TABLE s.t ADD b int; END IF; END $$;",
        "s.t(a,b)",
    );
}

#[test]
fn rows_of_constants_are_followed() {
    check(
        "CREATE TABLE version (stage int NOT NULL, other int DEFAULT 7);
         INSERT INTO version (stage) VALUES (0);
         CREATE FUNCTION migrate() RETURNS void AS $$
         DECLARE next int;
         BEGIN
           SELECT stage + 1 INTO next FROM version;
           IF next = 1 THEN
             EXECUTE 'CREATE TABLE one (a int)';
             UPDATE version SET stage = next;
           END IF;
         END $$ LANGUAGE plpgsql;
         SELECT migrate();
         SELECT migrate();
         DO $$ BEGIN IF (SELECT stage + other FROM version) = 8 THEN CREATE TABLE two (b int); END IF; END $$;",
        "version(stage,other); one(a); two(b)",
    );
    check(
        "CREATE TABLE t (a int);
         DO $$ BEGIN IF EXISTS (SELECT 1 FROM t WHERE a IS NULL) THEN RAISE EXCEPTION 'bad rows'; END IF; END $$;",
        "t(a)",
    );
}

#[test]
fn statements_on_empty_tables_change_nothing() {
    check(
        "CREATE TABLE t (a int); CREATE TABLE u (b int);
         DO $$ DECLARE n int; m int; BEGIN
           LOOP
             WITH batch AS (SELECT a FROM t LIMIT 10) UPDATE t SET a = 1 FROM batch WHERE batch.a = t.a;
             GET DIAGNOSTICS n = ROW_COUNT;
             EXIT WHEN n = 0;
           END LOOP;
           WITH moved AS (INSERT INTO u SELECT a FROM t RETURNING b) SELECT count(*) INTO m FROM moved;
           IF m = 0 AND NOT FOUND IS NULL THEN ALTER TABLE t ADD done int; END IF;
         END $$;",
        "t(a,done); u(b)",
    );
}

#[test]
fn publications_know_their_tables() {
    check(
        "CREATE TABLE t (a int); CREATE TABLE u (a int);
         CREATE PUBLICATION p FOR TABLE t;
         DO $$ BEGIN
           IF EXISTS (SELECT 1 FROM pg_publication_tables WHERE pubname = 'p' AND tablename = 't') THEN ALTER TABLE t ADD b int; END IF;
           IF NOT EXISTS (SELECT 1 FROM pg_publication_tables WHERE pubname = 'p' AND tablename = 'u') THEN
             ALTER PUBLICATION p ADD TABLE u; ALTER TABLE u ADD b int;
           END IF;
           IF EXISTS (SELECT 1 FROM pg_publication_tables WHERE tablename = 'u') THEN ALTER TABLE u ADD c int; END IF;
         END $$;",
        "t(a,b); u(a,b,c)",
    );
}

#[test]
fn triggers_that_change_the_schema_are_opaque() {
    check(
        "CREATE TABLE t (a int);
         CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN EXECUTE 'CREATE TABLE x (a int)'; RETURN NEW; END $$ LANGUAGE plpgsql;
         CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
         UPDATE t SET a = 1;
         INSERT INTO t VALUES (1);",
        "t(a); ? a trigger of `t` changes the schema",
    );
}

#[test]
fn what_cannot_be_told_is_opaque() {
    check(
        "CREATE TABLE t (a int);
         DO $$ BEGIN IF now() > '2030-01-01' THEN ALTER TABLE t ADD b int; END IF; END $$;",
        "t(a, …); ? whether `now() > '2030-01-01'` holds is not known: it asks for the time",
    );
    check(
        "CREATE TABLE t (a int);
         DO $$ BEGIN IF now() > '2030-01-01' THEN UPDATE t SET a = 1; END IF; EXECUTE 'GRANT ALL ON t TO ' || current_user;
           EXECUTE format('ALTER DATABASE %I SET x = 1', current_database()); END $$;",
        "t(a)",
    );
    check(
        "CREATE TABLE t (a timestamptz);
         INSERT INTO t VALUES (now());
         DO $$ DECLARE x text; BEGIN SELECT a INTO x FROM t; EXECUTE 'CREATE TABLE ' || x || ' (a int)'; END $$;",
        "t(a); ? the text that EXECUTE runs is not known: it asks for the time",
    );
    check(
        "CREATE TABLE t (a int); DO $$ BEGIN LOOP NULL; END LOOP; END $$;",
        "t(a); ? it runs too many statements to follow",
    );
}

#[test]
fn rows_of_a_query_are_no_expression() {
    check(
        "CREATE TABLE t (a int);
         CREATE FUNCTION f(i text) RETURNS TABLE (n bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT count(*) FROM t; END $$;
         UPDATE t SET a = f.n FROM f('1 day') f;",
        "t(a)",
    );
}

#[test]
fn types_are_copied_with_their_modifiers() {
    check(
        "CREATE TABLE t (a varchar(10), b numeric(12,2));
         DO $$ DECLARE ty text; BEGIN
           SELECT format_type(atttypid, atttypmod) INTO ty FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'b';
           IF ty = 'numeric(12,2)' THEN ALTER TABLE t ADD c int; END IF;
         END $$;",
        "t(a,b,c)",
    );
}

#[test]
fn serial_columns_know_their_sequence() {
    check(
        "CREATE TABLE t (id serial, a int);
         DO $$ BEGIN IF pg_get_serial_sequence('t', 'id') = 'public.t_id_seq' AND pg_get_serial_sequence('t', 'a') IS NULL
           THEN ALTER TABLE t ADD b int; END IF; END $$;",
        "t(id,a,b)",
    );
}

#[test]
fn a_known_extension_brings_no_other_type() {
    check(
        "CREATE EXTENSION citext;
         DO $$ BEGIN IF to_regtype('public.nobody') IS NULL THEN CREATE TABLE t (a int); END IF; END $$;",
        "t(a)",
    );
}

#[test]
fn names_are_made_with_regular_expressions() {
    check(
        r"CREATE TABLE a_one (id int); CREATE TABLE a_two (id int); CREATE TABLE b_1 (id int);
         DO $$ DECLARE t record; BEGIN
           FOR t IN SELECT tablename FROM pg_tables WHERE tablename ~ '^a_[a-z]+$' ORDER BY 1 LOOP
             EXECUTE format('ALTER TABLE %I RENAME TO %I', t.tablename, regexp_replace(t.tablename, '^a_(\w+)$', '\1_a'));
           END LOOP;
         END $$;",
        "one_a(id); two_a(id); b_1(id)",
    );
}

#[test]
fn functions_give_rows() {
    let tables = "CREATE TABLE a_deleted (id int); CREATE TABLE b_deleted (id int); CREATE TABLE a (id int);";
    let each =
        "DO $$ DECLARE t text; BEGIN FOR t IN SELECT gone() LOOP EXECUTE format('DROP TABLE %I', t); END LOOP; END $$;";
    check(
        &format!("{tables} CREATE FUNCTION gone() RETURNS SETOF name LANGUAGE sql AS $f$
            SELECT relname FROM pg_catalog.pg_class WHERE relkind IN ('r') AND relname OPERATOR(pg_catalog.~) '_deleted$' $f$; {each}"),
        "a(id)",
    );
    check(
        &format!(
            "{tables} CREATE FUNCTION gone() RETURNS SETOF name LANGUAGE plpgsql AS $f$ BEGIN
            RETURN NEXT 'a'; RETURN QUERY SELECT tablename FROM pg_tables WHERE tablename LIKE 'b%'; END $f$; {each}"
        ),
        "a_deleted(id)",
    );
    check(
        "CREATE FUNCTION wanted() RETURNS TABLE (name text, size int) LANGUAGE sql AS $f$ VALUES ('x', 1), ('y', 2) $f$;
         DO $$ DECLARE r record; BEGIN
           FOR r IN SELECT * FROM wanted() w WHERE w.size > 1 LOOP EXECUTE 'CREATE TABLE ' || r.name || ' (a int)'; END LOOP;
         END $$;",
        "y(a)",
    );
    // A function that one of them calls keeps its rows to itself.
    check(
        "CREATE FUNCTION one() RETURNS text LANGUAGE sql AS $f$ SELECT 'z' $f$;
         CREATE FUNCTION wanted() RETURNS SETOF text LANGUAGE plpgsql AS $f$ BEGIN RETURN QUERY SELECT one() || '1'; END $f$;
         DO $$ DECLARE n text; BEGIN FOR n IN SELECT wanted() LOOP EXECUTE 'CREATE TABLE ' || n || ' (a int)'; END LOOP; END $$;",
        "z1(a)",
    );
    check(
        "DO $$ DECLARE n text; BEGIN FOR n IN SELECT 't' || x FROM (SELECT unnest(ARRAY[1, 2]) AS x) q LOOP
           EXECUTE 'CREATE TABLE ' || n || ' (a int)'; END LOOP; END $$;",
        "t1(a); t2(a)",
    );
}

#[test]
fn columns_of_one_table_are_asked_for_beside_views_that_are_not_known() {
    check(
        "CREATE TABLE t (a int); CREATE VIEW v AS SELECT * FROM pg_stat_activity;
         DO $$ DECLARE r record; BEGIN
           FOR r IN SELECT oid AS id FROM pg_class WHERE relname = 't' LOOP
             IF (SELECT attname FROM pg_attribute WHERE attrelid = r.id AND attnum = 1) = 'a' THEN ALTER TABLE t ADD b int; END IF;
           END LOOP;
         END $$;",
        "t(a,b)",
    );
}

#[test]
fn what_is_named_by_the_day_is_of_the_day_that_is_told() {
    let sql = "CREATE TABLE e (at timestamptz NOT NULL) PARTITION BY RANGE (at);
         CREATE FUNCTION parts(parent text, day date) RETURNS void LANGUAGE plpgsql AS $f$ DECLARE name text; BEGIN
           FOR i IN 0..1 LOOP
             name := parent || '_' || to_char(day + i, 'YYYY_MM_DD');
             IF NOT EXISTS (SELECT 1 FROM pg_tables WHERE tablename = name) THEN
               EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name, parent, day + i, day + i + 1);
             END IF;
           END LOOP;
         END $f$;
         SELECT parts('e', CURRENT_DATE); SELECT parts('e', DATE 'tomorrow');
         DO $$ DECLARE r record; BEGIN
           FOR r IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'e'::regclass
             AND to_date(right(c.relname, 10), 'YYYY_MM_DD') > now() + interval '1 day' LOOP
             EXECUTE format('ALTER TABLE e DETACH PARTITION %I; ALTER TABLE %I ADD COLUMN later int', r.relname, r.relname);
           END LOOP;
         END $$;";
    // 2024-02-28 13:00
    let day = Some(1_709_125_200_000_000);
    assert_eq!(outcome_at(sql, day), "e(at); e_2024_02_28(at); e_2024_02_29(at); e_2024_03_01(at,later)");
    let unknown = outcome_at(sql, None);
    assert!(unknown.starts_with("e(at); ? ") && unknown.contains("it asks for the time"), "{unknown}");
    // What a server refuses on one day it may accept on another.
    let refused =
        outcome_at("DO $$ BEGIN IF now() > '2024-01-01' THEN RAISE EXCEPTION 'too late'; END IF; END $$;", day);
    assert_eq!(refused, "? it depends on the day: too late");
}

#[test]
fn partitions_move_to_a_new_parent_by_their_bounds() {
    check(
        "CREATE TABLE e (at timestamptz PRIMARY KEY) PARTITION BY RANGE (at);
         CREATE TABLE e_1 PARTITION OF e FOR VALUES FROM ('20240101') TO ('2024-02-01');
         DO $$ DECLARE r record; BEGIN
           FOR r IN SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bound FROM pg_class c JOIN pg_inherits i ON c.oid = i.inhrelid
             JOIN pg_class p ON p.oid = i.inhparent WHERE p.relname = 'e' ORDER BY c.relname LOOP
             IF r.bound <> $b$FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2024-02-01 00:00:00+00')$b$ THEN
               RAISE EXCEPTION '%', r.bound;
             END IF;
             EXECUTE format('CREATE TABLE %I (at timestamptz) PARTITION BY RANGE (at)', 'new_' || r.relname);
             EXECUTE format('CREATE TABLE %I PARTITION OF %I %s', r.relname || '_new', 'new_' || r.relname, r.bound);
           END LOOP;
         END $$;",
        "e(at); e_1(at); new_e_1(at); e_1_new(at)",
    );
}

#[test]
fn of_functions_of_one_name_the_one_that_fits_is_run() {
    // cas-cif: one takes an array where the other has a default.
    check(
        "CREATE TABLE t (a int);
         CREATE FUNCTION widen(tbl text, col text, kind text DEFAULT 'int') RETURNS void AS $$
           BEGIN EXECUTE format('ALTER TABLE %I ADD %I ' || kind, tbl, col); END $$ LANGUAGE plpgsql;
         CREATE FUNCTION widen(tbl text, cols text[], kind text DEFAULT 'int') RETURNS void AS $$
           BEGIN FOR i IN 1..array_length(cols, 1) LOOP PERFORM widen(tbl, cols[i], kind); END LOOP; END $$ LANGUAGE plpgsql;
         CREATE FUNCTION widen(tbl text, col text, kind text, more text) RETURNS void AS $$
           BEGIN EXECUTE format('DROP TABLE %I', tbl); END $$ LANGUAGE plpgsql;
         SELECT widen('t', 'b'); SELECT widen('t', ARRAY['c', 'd'], 'text');",
        "t(a,b,c,d)",
    );
    // cas-cif: arguments by name.
    for call in [
        "SELECT f('t', second => false)",
        "CALL p('t', second => false)",
        "DO $$ BEGIN PERFORM f(tbl => 't', second => false); END $$",
    ] {
        check(
            &format!(
                "CREATE TABLE t (a int);
                 CREATE FUNCTION f(tbl text, first bool DEFAULT true, second bool DEFAULT true) RETURNS void AS $$ BEGIN
                   IF first THEN EXECUTE format('ALTER TABLE %I ADD b int', tbl); END IF;
                   IF second THEN EXECUTE format('ALTER TABLE %I ADD c int', tbl); END IF; END $$ LANGUAGE plpgsql;
                 CREATE PROCEDURE p(tbl text, first bool DEFAULT true, second bool DEFAULT true) AS $$
                   BEGIN PERFORM f(tbl, first, second); END $$ LANGUAGE plpgsql;
                 {call}"
            ),
            "t(a,b)",
        );
    }
    check(
        "CREATE FUNCTION f() RETURNS bigint AS 'SELECT count(*) FROM public.missing, other' LANGUAGE sql SET search_path = elsewhere",
        "! relation \"public.missing\" does not exist",
    );
}

#[test]
fn what_the_server_prints_of_objects() {
    // G-SIPRO: a constraint is found by what it says.
    check(
        r#"CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE t (a int UNIQUE, "bC" int REFERENCES u ON DELETE CASCADE, CONSTRAINT k UNIQUE ("bC", a));
         DO $$ DECLARE n text; BEGIN
           SELECT conname INTO n FROM pg_constraint WHERE conrelid = 't'::regclass AND contype = 'u' AND pg_get_constraintdef(oid) LIKE '%"bC"%';
           EXECUTE format('ALTER TABLE t RENAME CONSTRAINT %I TO found', n);
           IF (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f') = 'FOREIGN KEY ("bC") REFERENCES u(id) ON DELETE CASCADE' THEN
             ALTER TABLE t ADD x int;
           END IF;
           IF (SELECT indexdef FROM pg_indexes WHERE indexname = 'found') = 'CREATE UNIQUE INDEX found ON public.t USING btree ("bC", a)' THEN
             ALTER TABLE t ADD y int;
           END IF;
         END $$"#,
        "u(id); t(a,bC,x,y)",
    );
    // community-archive: functions are dropped by their arguments.
    check(
        "CREATE FUNCTION f(a text, b int[]) RETURNS int AS 'SELECT 1' LANGUAGE sql; CREATE FUNCTION f(a text) RETURNS int AS 'SELECT 1' LANGUAGE sql;
         DO $$ DECLARE r record; BEGIN
           FOR r IN SELECT n.nspname, p.proname, pg_get_function_identity_arguments(p.oid) AS args FROM pg_proc p
             JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.proname = 'f' LOOP
             IF r.args IN ('a text, b integer[]', 'a text') THEN EXECUTE format('DROP FUNCTION %I.%I(%s)', r.nspname, r.proname, r.args); END IF;
           END LOOP;
           IF NOT EXISTS (SELECT 1 FROM pg_proc WHERE proname = 'f') THEN CREATE TABLE gone (a int); END IF;
         END $$",
        "gone(a)",
    );
}

#[test]
fn columns_of_an_index_are_joined_by_their_numbers() {
    // PrairieLearn: an index that no constraint owns is replaced by one.
    let guard = "DO $$ BEGIN IF EXISTS (
           SELECT 1 FROM pg_class AS c JOIN pg_index AS i ON (i.indrelid = c.oid) JOIN pg_class AS c2 ON (c2.oid = i.indexrelid)
             JOIN LATERAL generate_subscripts(i.indkey, 1) AS subs(sub) ON TRUE
             JOIN pg_attribute AS a ON (a.attrelid = c.oid AND a.attnum = i.indkey[sub])
             LEFT JOIN pg_constraint AS con ON (con.conrelid = i.indrelid AND con.conindid = i.indexrelid)
           WHERE c.relname = 't' AND c2.relname = 'k' AND a.attname = 'b' AND con.contype IS DISTINCT FROM 'u') THEN
           DROP INDEX k; ALTER TABLE t ADD c int; END IF; END $$";
    check(&format!("CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX k ON t (a, b); {guard}"), "t(a,b,c)");
    check(&format!("CREATE TABLE t (a int, b int, CONSTRAINT k UNIQUE (a, b)); {guard}"), "t(a,b)");
    check(&format!("CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX k ON t (a); {guard}"), "t(a,b)");
}

#[test]
fn what_is_not_told_of_one_object_leaves_the_others_known() {
    let unknown = "CREATE TABLE t (a int);
         DO $$ BEGIN IF random() > 0.5 THEN CREATE TYPE e AS ENUM ('a'); CREATE INDEX i ON t (a); END IF; END $$;";
    let reason = "? whether `random() > 0.5` holds is not known: it asks for a random value";
    check(
        &format!(
            "{unknown} CREATE TABLE u (a int);
             DO $$ BEGIN
               IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'f') THEN ALTER TABLE u ADD b int; END IF;
               IF to_regclass('v') IS NULL THEN ALTER TABLE u ADD c int; END IF;
             END $$"
        ),
        &format!("t(a, …); u(a,b,c); {reason}"),
    );
    check(
        &format!(
            "{unknown} DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_type WHERE typname = 'e') THEN DROP TABLE t; END IF; END $$"
        ),
        &format!(
            "t(a, …); {reason}; ? whether `EXISTS (SELECT 1 FROM pg_type WHERE typname = 'e')` holds is not known: \
             an earlier statement may have made an object like this"
        ),
    );
    // Neither is refused for certain: the type and the index may be there, or not.
    check(
        &format!("{unknown} CREATE TABLE w (a e); DROP INDEX i"),
        &format!(
            "t(a, …); {reason}; ? type \"e\" does not exist, as far as is known here; ? index \"i\" does not exist, as far as is known here"
        ),
    );
    check(&format!("{unknown} CREATE TABLE w (a f)"), &format!("t(a, …); ! type \"f\" does not exist; {reason}"));
}
