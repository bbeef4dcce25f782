-- case: policies and row level security
CREATE ROLE oracle_role; CREATE TABLE t (a int, o text); ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY; CREATE POLICY p1 ON t FOR SELECT USING (o = current_user); CREATE POLICY p2 ON t AS RESTRICTIVE FOR INSERT TO oracle_role WITH CHECK (a > 0); CREATE POLICY p3 ON t TO public, oracle_role USING (true) WITH CHECK (false); ALTER POLICY p1 ON t TO oracle_role USING (a > 1); CREATE POLICY p1 ON t; CREATE POLICY p4 ON t USING (z > 0); CREATE POLICY p4 ON nothing; ALTER POLICY nothing ON t USING (true); DROP POLICY nothing ON t; ALTER TABLE t NO FORCE ROW LEVEL SECURITY;
-- case: functions by signature
CREATE FUNCTION f(a int, b text DEFAULT 'x', OUT c int) LANGUAGE plpgsql AS $$ BEGIN c := a; END $$; CREATE FUNCTION f(a bigint) RETURNS SETOF int LANGUAGE sql AS 'SELECT 1'; CREATE OR REPLACE FUNCTION f(a bigint) RETURNS SETOF int LANGUAGE sql AS 'SELECT 2'; CREATE OR REPLACE FUNCTION f(a bigint) RETURNS text LANGUAGE sql AS 'SELECT ''x'''; CREATE PROCEDURE pr(x int) LANGUAGE plpgsql AS $$ BEGIN END $$; CREATE FUNCTION v(VARIADIC a int[]) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION tb() RETURNS TABLE (x int, y text) LANGUAGE sql AS 'SELECT 1, ''a'''; ALTER FUNCTION f(bigint) STABLE; ALTER FUNCTION f(bigint) SET search_path = public; ALTER FUNCTION f(bigint) OWNER TO postgres; COMMENT ON FUNCTION f(bigint) IS 'c'; ALTER FUNCTION nothing(int) STABLE; DROP PROCEDURE pr(int); CREATE FUNCTION bad(a nothing) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- case: triggers
CREATE TABLE t (a int, b int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t1 BEFORE INSERT OR UPDATE OF a ON t FOR EACH ROW WHEN (NEW.a > 0) EXECUTE PROCEDURE f(); CREATE CONSTRAINT TRIGGER t2 AFTER DELETE ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f('x'); CREATE OR REPLACE TRIGGER t1 AFTER INSERT ON t EXECUTE FUNCTION f(); ALTER TABLE t DISABLE TRIGGER t2; CREATE TRIGGER t1 AFTER INSERT ON t EXECUTE FUNCTION f(); CREATE TRIGGER t3 AFTER INSERT ON nothing EXECUTE FUNCTION f(); CREATE TRIGGER t3 AFTER INSERT ON t EXECUTE FUNCTION nothing(); CREATE TRIGGER t3 BEFORE UPDATE OF z ON t FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE t ENABLE TRIGGER nothing; CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER tv INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE t DISABLE TRIGGER ALL;
-- case: rules, aggregates, operators, casts
CREATE TABLE t (a int); CREATE TABLE log (a int); CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (NEW.a); CREATE RULE r2 AS ON DELETE TO t DO INSTEAD NOTHING; DROP RULE r2 ON t; CREATE FUNCTION add2(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2'; CREATE AGGREGATE total (int) (sfunc = add2, stype = int, initcond = '0'); CREATE OPERATOR ### (leftarg = int, rightarg = int, function = add2); CREATE VIEW v AS SELECT total(a) AS n FROM t;
-- case: functions in expressions of tables
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION ok(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE TABLE t (a int DEFAULT f(), b int CHECK (ok(b))); CREATE INDEX i ON t (ok(b)); CREATE DOMAIN d AS int CHECK (ok(VALUE)); CREATE POLICY p ON t USING (ok(a)); CREATE FUNCTION g(t) RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t'; CREATE VIEW v AS SELECT ok(a) AS x FROM t;
-- case: event triggers
CREATE FUNCTION ev() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION ev(); DROP EVENT TRIGGER et; DROP EVENT TRIGGER et;
-- case: bodies in SQL are read
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM nothing'; CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'WITH q AS (SELECT a FROM t) SELECT count(*) FROM q'; CREATE FUNCTION g() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM nothing); END'; SET check_function_bodies = off; CREATE FUNCTION h() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM nothing';
-- case: constraints are renamed by a regular expression, and triggers made for every table that a function names
CREATE TABLE a_deleted (id int, CONSTRAINT a_deleted_id_key UNIQUE (id)); CREATE TABLE b_deleted (id int UNIQUE); CREATE TABLE a (id int); CREATE TABLE b (id int);
CREATE FUNCTION gone() RETURNS SETOF name LANGUAGE sql AS $f$ SELECT c.relname FROM pg_catalog.pg_class c WHERE c.relkind IN ('r') AND c.relname OPERATOR(pg_catalog.~) '^(.+_deleted)$' COLLATE pg_catalog.default AND pg_catalog.pg_table_is_visible(c.oid) $f$;
DO $$ DECLARE n text; c record; BEGIN
  FOR n IN SELECT gone() LOOP EXECUTE format('CREATE INDEX %I ON %I (id)', split_part(n, '_deleted', 1) || '_gone', n); END LOOP;
  FOR c IN SELECT conname, conrelid, relname, conkey FROM pg_constraint JOIN pg_class r ON conrelid = r.oid WHERE contype = 'u' AND relname NOT LIKE 'pg\_%' ORDER BY 1 LOOP
    EXECUTE format('ALTER TABLE %I RENAME CONSTRAINT %I TO %I', c.relname, c.conname, regexp_replace(c.conname, '^' || c.relname || '_(.*)_key$', '\1_') ||
      (SELECT attname FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = c.conkey[1]) || substring(c.relname from '^.'));
  END LOOP;
END $$;
-- case: partitions move to a new parent by their bounds
CREATE TABLE e (at timestamptz, PRIMARY KEY (at)) PARTITION BY RANGE (at); CREATE INDEX e_new_i ON e (at);
CREATE TABLE e_1 PARTITION OF e FOR VALUES FROM ('20240101') TO ('2024-02-01 00:00'); CREATE TABLE e_d PARTITION OF e DEFAULT;
CREATE TABLE f (at timestamptz) PARTITION BY RANGE (at);
DO $$ DECLARE r record; BEGIN
  FOR r IN SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bound FROM pg_class c JOIN pg_inherits i ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent WHERE p.relname = 'e' ORDER BY c.relname LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF f %s', replace(r.relname, 'e_', 'f_'), r.bound);
    EXECUTE format('COMMENT ON TABLE %I IS %L', r.relname, r.bound);
  END LOOP;
END $$;
-- case: which triggers a relation has
CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a FROM t; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER g BEFORE INSERT ON v FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER g INSTEAD OF INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER g INSTEAD OF INSERT ON v EXECUTE FUNCTION f(); CREATE TRIGGER g INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER h BEFORE INSERT ON v EXECUTE FUNCTION f(); CREATE TRIGGER h BEFORE TRUNCATE ON t FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER h BEFORE UPDATE OF a, a ON t FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER h BEFORE INSERT OR UPDATE ON t FOR EACH ROW WHEN (OLD.a <> NEW.a) EXECUTE FUNCTION f(); CREATE TRIGGER h BEFORE DELETE ON t FOR EACH ROW WHEN (NEW.a > 1) EXECUTE FUNCTION f(); CREATE TRIGGER h BEFORE UPDATE ON t WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION f(); CREATE TRIGGER h BEFORE INSERT ON t REFERENCING NEW TABLE AS n EXECUTE FUNCTION f(); CREATE TRIGGER h AFTER INSERT OR UPDATE ON t REFERENCING NEW TABLE AS n EXECUTE FUNCTION f(); CREATE TRIGGER h AFTER INSERT ON t REFERENCING OLD TABLE AS o EXECUTE FUNCTION f(); CREATE TRIGGER h AFTER UPDATE OF a ON t REFERENCING NEW TABLE AS n EXECUTE FUNCTION f(); CREATE TRIGGER h AFTER INSERT ON t REFERENCING NEW TABLE AS n FOR EACH ROW EXECUTE FUNCTION f();
-- case: publications name columns
CREATE TABLE t (a int PRIMARY KEY, b int, c int); CREATE VIEW v AS SELECT a FROM t; CREATE PUBLICATION p FOR TABLE nowhere; CREATE PUBLICATION p FOR TABLE v; CREATE PUBLICATION p FOR TABLE t (a, x); CREATE PUBLICATION p FOR TABLE t (a, b); ALTER TABLE t DROP COLUMN b; ALTER TABLE t DROP COLUMN c; ALTER PUBLICATION q ADD TABLE t; ALTER PUBLICATION p ADD TABLE nowhere; DROP PUBLICATION q; DROP PUBLICATION p; ALTER TABLE t DROP COLUMN b; CREATE PUBLICATION r FOR TABLE t (a) WHERE (a > 0); ALTER PUBLICATION r SET TABLE t; ALTER TABLE t ADD COLUMN d int;
-- case: variables that RETURN names, FOREACH over slices
CREATE FUNCTION f() RETURNS text AS $$
DECLARE v text := 'x';
BEGIN
  IF v = 'y' THEN RETURN NULL; END IF; RETURN v;
END $$ LANGUAGE plpgsql; CREATE TABLE t (a text NOT NULL, b text); INSERT INTO t VALUES (f()); CREATE FUNCTION g() RETURNS SETOF text LANGUAGE plpgsql AS 'DECLARE v text := ''c''; BEGIN RETURN NEXT v; v := ''d''; RETURN NEXT v; END'; DO $$ DECLARE r text; BEGIN FOR r IN SELECT g() LOOP EXECUTE format('ALTER TABLE t ADD COLUMN %I int', r); END LOOP; END $$; CREATE FUNCTION h() RETURNS text LANGUAGE plpgsql AS $$ DECLARE v text; BEGIN RETURN v; END $$; INSERT INTO t VALUES (h()); DO $$ DECLARE pairs varchar[][] := ARRAY[['e', 'int'], ['f', 'text']]; p varchar[]; e text; BEGIN FOREACH p SLICE 1 IN ARRAY pairs LOOP EXECUTE format('ALTER TABLE t ADD COLUMN %I %s', p[1], p[2]); END LOOP; FOREACH e IN ARRAY ARRAY[['g'], ['h']] LOOP EXECUTE format('ALTER TABLE t ADD COLUMN %I int', e); END LOOP; END $$;
-- case: rows that a branch of unknown outcome may have written
CREATE TABLE t (k text, v int); CREATE TABLE r (v int NOT NULL); DO $$ BEGIN IF random() < 2 THEN INSERT INTO t VALUES ('a', 1); END IF; END $$; INSERT INTO r VALUES ((SELECT v FROM t WHERE k = 'a'));
-- case: variables of types that the schema has
CREATE DOMAIN u63 AS bigint CHECK (value >= 0); CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (a u63, m mood); DO $$ DECLARE low u63; high public.u63; m mood; all_moods public.mood[] := ARRAY['sad', 'ok']; BEGIN SELECT min(a), max(a) INTO low, high FROM t; IF low IS NULL THEN ALTER TABLE t ADD COLUMN empty int; END IF; FOREACH m IN ARRAY all_moods LOOP EXECUTE format('ALTER TABLE t ADD COLUMN %I int', m); END LOOP; END $$;
-- case: TRUNCATE has no rows
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TABLE t (a int); CREATE TRIGGER x BEFORE TRUNCATE ON t FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER x BEFORE TRUNCATE ON t FOR EACH STATEMENT EXECUTE FUNCTION f();
-- case: the condition of a trigger reads columns that there are
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED); CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.z IS NULL) EXECUTE FUNCTION f(); CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION f(); CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.b > 1) EXECUTE FUNCTION f(); CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.b > 1 AND NEW.a > 1) EXECUTE FUNCTION f(); CREATE TRIGGER y AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION f(); CREATE SCHEMA s; ALTER FUNCTION f SET SCHEMA s; CREATE TRIGGER z AFTER INSERT ON t EXECUTE FUNCTION f();
-- case: clauses of policies, functions of triggers
CREATE TABLE t (a int, b int UNIQUE); CREATE POLICY p ON t FOR INSERT USING (a > 0); CREATE POLICY p ON t FOR SELECT WITH CHECK (a > 0); CREATE POLICY p ON t FOR INSERT WITH CHECK (a > 0); ALTER POLICY p ON t USING (a > 0); CREATE POLICY q ON t FOR DELETE USING (a > 0); ALTER POLICY q ON t WITH CHECK (a > 0); ALTER POLICY q ON t USING (a > 1); CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t'; CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f(); CREATE FUNCTION h() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION h(); ALTER TRIGGER g ON t RENAME TO g; ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0); ALTER INDEX t_b_key RENAME TO k;
-- case: a count that a variable of type boolean takes, and text that a parameter of type text[] takes
CREATE FUNCTION has_column(ptable text, pcolumn text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE result bool;
BEGIN
  SELECT count(*) INTO result FROM information_schema.columns WHERE table_name = ptable AND column_name = pcolumn;
  RETURN result;
END $$;
CREATE PROCEDURE rename_if_there(ptable text, pcolumn text, new_name text) LANGUAGE plpgsql AS $$
BEGIN
  IF has_column(ptable, pcolumn) THEN
    EXECUTE format('ALTER TABLE %I RENAME COLUMN %I TO %I', ptable, pcolumn, new_name);
  END IF;
  IF NOT has_column(ptable, 'extra') THEN
    EXECUTE format('ALTER TABLE %I ADD COLUMN extra int', ptable);
  END IF;
END $$;
CREATE FUNCTION indexed(target regclass, columns text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF array_length(columns, 1) > 0 THEN
    EXECUTE 'CREATE INDEX ON ' || target || ' (' || array_to_string(columns, ', ') || ')';
  END IF;
END $$;
CREATE TABLE counted (data int, b int);
CALL rename_if_there('counted', 'data', 'renamed');
CALL rename_if_there('counted', 'missing', 'renamed_2');
SELECT indexed('counted', '{renamed,b}');
-- case: words that later servers reserve
CREATE TABLE system_user (id int PRIMARY KEY, json jsonb);
CREATE FUNCTION users_json() RETURNS TABLE (json jsonb) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT u.json FROM system_user u;
END $$;
CREATE VIEW user_json AS SELECT json FROM system_user;
-- case: a constraint trigger bears the name of a constraint
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TABLE t (a int UNIQUE); CREATE CONSTRAINT TRIGGER t_a_key AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER t_a_key AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
