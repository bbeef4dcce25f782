-- case: the search path
CREATE SCHEMA s; SET search_path TO s, public; CREATE TABLE t (id serial PRIMARY KEY, a int); CREATE TABLE public.t (b int); ALTER TABLE t ADD COLUMN c int; CREATE TYPE e AS ENUM ('x'); CREATE TABLE public.u (e e DEFAULT 'x'); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT a FROM t'; CREATE VIEW v AS SELECT * FROM t; RESET search_path; ALTER TABLE t ADD COLUMN d int; CREATE INDEX i ON s.t (a); SET search_path = nowhere; CREATE TABLE x (a int); SET search_path = ''; CREATE TABLE y (a int); SELECT pg_catalog.set_config('search_path', 's', false); CREATE TABLE z (a int, CHECK (a > 0)); CREATE VIEW zz AS SELECT a FROM z;
-- case: rollback undoes
BEGIN; CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN b int; ROLLBACK; CREATE TABLE t (c int); BEGIN; ALTER TABLE t RENAME TO u; CREATE TYPE e AS ENUM ('x'); DROP TABLE u; ROLLBACK; ALTER TABLE t ADD COLUMN d int; BEGIN; CREATE INDEX i ON t (c); COMMIT;
-- case: savepoints
BEGIN; CREATE TABLE t (a int); SAVEPOINT s; ALTER TABLE t ADD COLUMN b int; CREATE TABLE u (a int); ROLLBACK TO s; ALTER TABLE t ADD COLUMN c int; SAVEPOINT s2; ALTER TABLE t ADD COLUMN d int; RELEASE SAVEPOINT s2; COMMIT; ALTER TABLE t ADD COLUMN e int;
-- case: data statements
CREATE TABLE t (a int, b text); CREATE TABLE u (a int); INSERT INTO t (a, b) VALUES (1, 'x'); INSERT INTO t (a, z) VALUES (1, 'x'); UPDATE t SET z = 1; UPDATE t SET a = 2 WHERE z = 1; DELETE FROM nothing; INSERT INTO u SELECT a FROM t; INSERT INTO u SELECT a FROM nothing; DELETE FROM t WHERE zz > 0; TRUNCATE t; TRUNCATE nothing; INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING;
-- case: comments on what is not there
CREATE TABLE t (a int); COMMENT ON TABLE nothing IS 'x'; COMMENT ON COLUMN t.z IS 'x'; COMMENT ON SCHEMA public IS 'p'; COMMENT ON TYPE nothing IS 'x'; COMMENT ON CONSTRAINT c ON nothing IS 'x';
-- case: savepoints outside a transaction
SAVEPOINT s; ROLLBACK TO s; RELEASE s; CREATE TABLE t (a int);
-- case: transactions that are read only
CREATE TABLE t (a int); CREATE TEMP TABLE s (a int); BEGIN READ ONLY; DROP TABLE t; COMMIT; BEGIN; SET TRANSACTION READ ONLY; INSERT INTO s VALUES (1); INSERT INTO t VALUES (1); ROLLBACK; SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; CREATE TABLE u (a int); CREATE TABLE u AS SELECT 1 AS a; ALTER TABLE t ADD COLUMN b int; SELECT 1; BEGIN READ WRITE; ALTER TABLE t ADD COLUMN b int; COMMIT; CREATE INDEX i ON t (a); SET default_transaction_read_only = off; CREATE INDEX i ON t (a);
-- case: transactions in a chain
CREATE TABLE t (a int); SET default_transaction_read_only = on; BEGIN READ WRITE; CREATE TABLE u (a int); COMMIT AND CHAIN; CREATE TABLE v (a int); ROLLBACK AND CHAIN; CREATE TABLE w (a int); COMMIT; CREATE TABLE x (a int);
-- case: what hangs on temporary things goes with them
CREATE TEMP TABLE t (a int); CREATE DOMAIN d AS t[]; CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE RULE r AS ON INSERT TO t DO NOTHING; CREATE TABLE u (a int);
-- case: SET LOCAL is for a transaction
CREATE SCHEMA s; SET LOCAL search_path = s; CREATE TABLE t (a int); SELECT set_config('search_path', 's', true); CREATE TABLE u (a int); BEGIN; SET LOCAL search_path = s; CREATE TABLE v (a int); COMMIT; CREATE TABLE w (a int);
-- case: savepoints that there are not
BEGIN; CREATE TABLE t (a int); RELEASE a; COMMIT; BEGIN; SAVEPOINT a; CREATE TABLE u (a int); ROLLBACK TO a; RELEASE a; CREATE TABLE v (a int); COMMIT; BEGIN; ROLLBACK TO b; COMMIT;
