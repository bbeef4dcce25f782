-- case: defaults that are no values of their type
CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (id int);
ALTER TABLE t ADD COLUMN a uuid DEFAULT 'nope'; ALTER TABLE t ADD COLUMN a uuid DEFAULT '{a0000000-0000-0000-0000-000000000000}'; ALTER TABLE t ADD COLUMN b jsonb DEFAULT '{a}'; ALTER TABLE t ADD COLUMN b jsonb DEFAULT '{"a": []}'; ALTER TABLE t ADD COLUMN c boolean DEFAULT 'maybe'; ALTER TABLE t ADD COLUMN c boolean DEFAULT 'tr'; ALTER TABLE t ADD COLUMN d mood DEFAULT 'happy'; ALTER TABLE t ADD COLUMN d mood DEFAULT 'ok';
ALTER TABLE t ADD COLUMN e int[] DEFAULT '[]'; ALTER TABLE t ADD COLUMN e int[] DEFAULT '{}'; ALTER TABLE t ADD COLUMN f mood[] DEFAULT '{ok,glad}'; ALTER TABLE t ADD COLUMN g timestamptz DEFAULT 'soon'; ALTER TABLE t ADD COLUMN h int DEFAULT ''; ALTER TABLE t ADD COLUMN i date DEFAULT '0000-00-00'; ALTER TABLE t ADD COLUMN j smallint DEFAULT 70000; ALTER TABLE t ADD COLUMN k numeric(3, 1) DEFAULT 1000; ALTER TABLE t ADD COLUMN l varchar(2) DEFAULT 'abc';
CREATE TABLE u (a smallint DEFAULT 70000, b varchar(2) DEFAULT 'abc'); CREATE TABLE v (a int DEFAULT 'abc'); ALTER TABLE t ALTER COLUMN id SET DEFAULT 'abc'; ALTER TABLE t ALTER COLUMN id SET DEFAULT ' 7 ';
-- case: values that a column does not take
CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN small AS varchar(3);
CREATE TABLE t (id uuid, n int, b boolean, j jsonb, m mood, d date, v varchar(3), c char(2), ts timestamptz, r numeric(4, 1), big bigint, s smallint, js json, a text[], ia int[], w small);
INSERT INTO t (id) VALUES ('g0000000-0000-0000-0000-000000000000'); INSERT INTO t (id) VALUES ('a0000000-0000-0000-0000-00000000000'); INSERT INTO t VALUES ('nope'); INSERT INTO t (n) VALUES (1), ('abc'); INSERT INTO t (n) VALUES (' 12 '), (1.5); INSERT INTO t (n) VALUES (3000000000); INSERT INTO t (b) VALUES ('maybe'); INSERT INTO t (b) VALUES ('on'), ('y'), ('TR'); INSERT INTO t (b) VALUES (1); INSERT INTO t (n) VALUES (true);
INSERT INTO t (j) VALUES ('{"a": 1,}'); INSERT INTO t (js) VALUES ('{a: 1}'); INSERT INTO t (m) VALUES ('happy'); INSERT INTO t (m) VALUES ('ok'); INSERT INTO t (m) SELECT 'happy'; INSERT INTO t (d) VALUES ('2024-02-30'); INSERT INTO t (d) VALUES ('tomorrow'), ('2024-02-28'), ('Feb 3 2024'); INSERT INTO t (d) VALUES ('hello'); INSERT INTO t (d) VALUES (5); INSERT INTO t (ts) VALUES ('2024-13-01');
INSERT INTO t (v) VALUES ('abcd'); INSERT INTO t (v) VALUES ('abc   '); INSERT INTO t (v) VALUES ('abcd'::varchar(3)); INSERT INTO t (c) VALUES ('abc'); INSERT INTO t (w) VALUES ('abcd'); INSERT INTO t (r) VALUES (12345); INSERT INTO t (r) VALUES (123.45); INSERT INTO t (s) VALUES (40000); INSERT INTO t (big) VALUES (99999999999999999999); INSERT INTO t (a) VALUES ('x'); INSERT INTO t (a) VALUES ('["a"]'); INSERT INTO t (ia) VALUES ('{1,b}'); INSERT INTO t (ia) VALUES ('{1, NULL}');
INSERT INTO t (m) VALUES ('glad'::mood); INSERT INTO t (v) VALUES ('1'::int); INSERT INTO t (v) VALUES ('x'::int);
UPDATE t SET id = 'nope' WHERE n = 12; UPDATE t SET m = 'happy'; UPDATE t SET m = 'sad', n = '5'; UPDATE t SET b = 0;
-- case: constants beside columns
CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (id uuid, n int, m mood, o mood NOT NULL DEFAULT 'ok'); CREATE TABLE u (m text);
UPDATE t SET n = 5 WHERE m = 'happy'; UPDATE t SET n = 5 WHERE m IN ('ok', 'happy'); DELETE FROM t WHERE id = 'nope'; DELETE FROM t USING u WHERE u.m = 'happy'; DELETE FROM t x USING u WHERE x.m = 'happy';
ALTER TABLE t ADD CHECK (id <> 'nope'); ALTER TABLE t ADD CHECK (m <> 'happy' OR n > 0); ALTER TABLE t ADD CHECK (m::text <> 'happy'); CREATE INDEX ON t (n) WHERE m = 'happy'; CREATE INDEX ON t (n) WHERE m = ANY (ARRAY['ok', 'happy']::mood[]); CREATE INDEX ON t ((m = 'happy')); CREATE INDEX i ON t (n) WHERE m = 'ok';
CREATE VIEW v AS SELECT * FROM t WHERE m = 'happy'; CREATE VIEW v AS SELECT * FROM u WHERE m = 'happy'; CREATE VIEW w AS SELECT 'happy'::mood AS x; CREATE POLICY p ON t USING (m = 'happy'); CREATE POLICY p ON t USING (EXISTS (SELECT 1 FROM t x WHERE x.m = 'happy')); CREATE POLICY p ON t USING (n BETWEEN '1' AND '5');
ALTER TABLE t ADD COLUMN g boolean GENERATED ALWAYS AS (m = 'happy') STORED; ALTER TABLE t ALTER COLUMN m TYPE text USING CASE WHEN m = 'happy' THEN 'a' ELSE 'b' END;
-- case: a new label is used in its transaction
CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (m mood);
BEGIN; ALTER TYPE mood ADD VALUE 'ok'; INSERT INTO t VALUES ('ok'); ROLLBACK;
BEGIN; ALTER TYPE mood ADD VALUE 'ok'; CREATE INDEX i ON t (m) WHERE m = 'ok'; ROLLBACK;
BEGIN; ALTER TYPE mood ADD VALUE 'ok'; UPDATE t SET m = 'sad' WHERE m::text = 'ok'; COMMIT; INSERT INTO t VALUES ('ok');
-- case: options of sequences that are none
CREATE SEQUENCE s OWNED BY id; CREATE SEQUENCE s START 1 START 2; CREATE SEQUENCE s OWNED BY NONE; ALTER SEQUENCE s OWNED BY t; ALTER SEQUENCE s CACHE 2 CACHE 3;
-- case: constants beside ANY
CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (n int, m mood, a text[]);
DELETE FROM t WHERE n = ANY ('{1,2}'); DELETE FROM t WHERE n = ANY ('{"1","2"}'); DELETE FROM t WHERE n = ANY ('{1,x}'); DELETE FROM t WHERE n = ANY ('1'); DELETE FROM t WHERE m = ANY ('{ok}'); DELETE FROM t WHERE m <> ALL ('{ok,glad}'); DELETE FROM t WHERE m = ANY (ARRAY['ok', 'glad']::mood[]); DELETE FROM t WHERE a = '{x}'; DELETE FROM t WHERE a = 'x'; DELETE FROM t WHERE 'x' = ANY (a);
-- case: numbers for columns that take none
CREATE TABLE t (b boolean, d date, u uuid); INSERT INTO t (b) VALUES (1.5); INSERT INTO t (b) VALUES (3000000000); INSERT INTO t (d) VALUES (-7); UPDATE t SET u = 99999999999999999999;
