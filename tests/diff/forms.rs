//! One schema as people write it and as `pg_dump` prints it: no difference.

use super::fixes::catalog_of;
use undrift::ddl::postgres::PostgreSql;
use undrift::diff::{Language, Pair, Scope, diff};

const DUMPED: &str = "
CREATE TABLE p (id integer, d timestamp with time zone, t text) PARTITION BY RANGE (d);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('2021-01-01 00:00:00+00');
CREATE TABLE h (id integer) PARTITION BY HASH (id);
CREATE TABLE h1 PARTITION OF h FOR VALUES WITH (modulus 4, remainder 0);
CREATE TABLE l (id integer, t text) PARTITION BY LIST (lower(t));
CREATE TABLE l1 PARTITION OF l FOR VALUES IN ('a', 'b');
CREATE TABLE l2 PARTITION OF l DEFAULT;
CREATE TABLE r (id integer) PARTITION BY RANGE (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (MINVALUE) TO (10);
CREATE TABLE o (id integer) WITH (fillfactor='70', autovacuum_enabled='false');
CREATE INDEX oi ON o USING btree (id) WITH (fillfactor='70');
CREATE VIEW v WITH (security_barrier='true') AS SELECT o.id FROM o;
ALTER TABLE ONLY o ADD CONSTRAINT o_pkey PRIMARY KEY (id) WITH (fillfactor='80');
CREATE FUNCTION public.g(a integer DEFAULT 1, b text DEFAULT NULL::text) RETURNS TABLE(x integer, y text)
    LANGUAGE sql IMMUTABLE
    AS $$ select 1, 'a' $$;
CREATE FUNCTION public.trg() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$BEGIN RETURN NEW; END$$;
CREATE TRIGGER tt AFTER INSERT OR UPDATE OF id ON public.o FOR EACH ROW WHEN ((new.id > 0)) EXECUTE FUNCTION public.trg('x', '1');
CREATE CONSTRAINT TRIGGER ct AFTER INSERT ON public.o DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.trg();
";

const WRITTEN: &str = "
create table p (id int, d timestamptz, t text) partition by range (d);
create table p1 partition of p for values from ('2020-01-01') to ('2021-01-01');
create table h (id int) partition by hash (id);
create table h1 partition of h for values with (MODULUS 4, REMAINDER 0);
create table l (id int, t text) partition by list (lower(t));
create table l1 partition of l for values in ('a','b');
create table l2 partition of l default;
create table r (id int) partition by range (id);
create table r1 partition of r for values from (minvalue) to ('10');
create table o (id int, primary key (id) with (fillfactor=80)) with (fillfactor=70, autovacuum_enabled=false);
create index oi on o (id) with (fillfactor=70);
create view v with (security_barrier) as select id from o;
create or replace function g(a int default 1, b text default null) returns table (x int, y text) as $$ select 1, 'a' $$ language sql immutable;
create function trg() returns trigger as $$BEGIN RETURN NEW; END$$ language plpgsql set search_path = public, pg_temp;
create trigger tt after insert or update of id on o for each row when (new.id > 0) execute procedure trg('x', 1);
create constraint trigger ct after insert on o deferrable initially deferred for each row execute function trg();
";

#[test]
fn what_the_server_prints_is_what_was_written() {
    let (dumped, written) = (catalog_of(DUMPED), catalog_of(WRITTEN));
    for catalogs in [Pair::new(&dumped, &written), Pair::new(&written, &dumped)] {
        let diff = diff(catalogs, &Language::everything(), &PostgreSql, &Scope::default());
        let differing: Vec<String> =
            diff.changes.iter().map(|c| format!("{} {:?}", c.object, c.delta.aspects())).collect();
        assert_eq!(differing, Vec::<String>::new());
    }
    assert_eq!((dumped.tables.len(), dumped.functions.len(), dumped.views.len()), (10, 2, 1));
}
