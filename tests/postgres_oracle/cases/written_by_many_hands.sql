-- case: a collation with its schema
CREATE TABLE keys (
  id text COLLATE pg_catalog."default" PRIMARY KEY,
  code varchar(20) COLLATE pg_catalog."C" NOT NULL,
  other text COLLATE "C"
);
CREATE INDEX keys_code ON keys (code COLLATE pg_catalog."C");
CREATE DOMAIN tag AS text COLLATE pg_catalog."C";

-- case: operators that are words after DEFAULT
CREATE TABLE seen (
  at timestamp DEFAULT (now() AT TIME ZONE 'utc') NOT NULL,
  flag boolean DEFAULT (1 IN (1, 2)),
  many boolean DEFAULT (true AND NOT false),
  word text DEFAULT ' AT or (IS)'
);
CREATE DOMAIN moment AS timestamp DEFAULT (now() AT TIME ZONE 'utc');

-- case: functions in standard SQL that generated columns call
CREATE FUNCTION words(text) RETURNS text[] LANGUAGE sql IMMUTABLE
  RETURN ARRAY(SELECT DISTINCT a FROM unnest(string_to_array($1, ' ')) AS a WHERE a <> '');
CREATE FUNCTION second_word(text) RETURNS text LANGUAGE sql IMMUTABLE RETURN (words($1))[2];
CREATE TABLE lines (line text, word text GENERATED ALWAYS AS (second_word(line)) STORED);
CREATE FUNCTION lines_of(w text) RETURNS bigint LANGUAGE sql
  RETURN (SELECT count(*) FROM lines WHERE word = w);

-- case: a whole row in a view holds no column
CREATE TABLE posts (id int PRIMARY KEY, title text, author int);
CREATE VIEW counts AS SELECT p.author, count(p.*) AS n FROM posts p GROUP BY p.author;
ALTER TABLE posts ALTER COLUMN title TYPE varchar(100);

-- case: columns copied as the catalog prints their types
CREATE TABLE wide (a varchar(10), b numeric(12,2)[], c timestamp(3) with time zone, d numeric(5), e text, f char(4));
DO $$
DECLARE list text := ''; r record;
BEGIN
  FOR r IN SELECT attname, format_type(atttypid, atttypmod) AS ty FROM pg_attribute
           WHERE attrelid = 'wide'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum LOOP
    list := list || format('%I %s, ', r.attname, r.ty);
  END LOOP;
  EXECUTE 'CREATE TABLE wide_audit (' || list || 'changed timestamptz)';
END $$;

-- case: a function that gives rows is called
CREATE TABLE posts (id int PRIMARY KEY, title text, author int);
CREATE FUNCTION authors(i text) RETURNS TABLE (author int, n bigint) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
  SELECT p.author, count(*) FROM posts p GROUP BY p.author;
END $$;
UPDATE posts SET author = a.author FROM authors('x') a WHERE a.author = posts.author;

-- case: the sequence of a serial column
CREATE TABLE numbered (id serial, other int);
DO $$
DECLARE seq text := pg_get_serial_sequence('numbered', 'id');
BEGIN
  IF seq IS NOT NULL THEN
    ALTER TABLE numbered ALTER COLUMN id DROP DEFAULT;
    EXECUTE 'DROP SEQUENCE ' || seq;
  END IF;
  IF pg_get_serial_sequence('public.numbered', 'other') IS NULL THEN
    ALTER TABLE numbered ADD COLUMN last int;
  END IF;
END $$;

-- case: locks in a transaction
BEGIN;
CREATE TABLE half (a int);
COMMIT;
BEGIN;
LOCK TABLE half;
ALTER TABLE half ADD COLUMN b int;
COMMIT;

-- case: a type of rows, and functions that give it
CREATE TABLE links (id int, url text);
CREATE TYPE profile AS (name text, links links[]);
CREATE TYPE page AS (profiles profile[]);
CREATE FUNCTION pages() RETURNS SETOF page LANGUAGE plpgsql AS $$ BEGIN RETURN; END $$;

-- case: an index with a condition on a column that gets its own type again
CREATE TABLE messages (id int PRIMARY KEY, uid varchar);
CREATE UNIQUE INDEX messages_uid ON messages (id, uid) WHERE uid IS NOT NULL;
ALTER TABLE messages ALTER uid TYPE varchar COLLATE "C";

-- case: functions dropped by what the catalog says of them
CREATE FUNCTION f_of_a_name(a text, b text, c boolean, d bigint, e bigint, f bigint, g bigint, h bigint, i boolean) RETURNS int LANGUAGE sql AS 'SELECT 1';
DO $$ DECLARE r record; BEGIN
  FOR r IN SELECT p.oid::regprocedure AS sig FROM pg_proc p WHERE p.proname = 'f_of_a_name' LOOP
    EXECUTE format('DROP FUNCTION %s;', r.sig);
  END LOOP;
  IF position('-YB-' IN version()) = 0 THEN CREATE TABLE postgres_only (a int); END IF;
END $$;
