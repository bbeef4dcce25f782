//! A script in; tables with their columns, refusals and what is opaque out.

use crate::replay::{ReplaySettings, replay_scripts};
use crate::source::SourceMap;

fn outcome(sql: &str) -> String {
    let map = SourceMap::default();
    let file = map.add("m.sql", sql.to_owned());
    let settings =
        ReplaySettings { settings: [("app.mode".to_owned(), "test".to_owned())].into(), ..ReplaySettings::default() };
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
fn guards_ask_the_catalog() {
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
