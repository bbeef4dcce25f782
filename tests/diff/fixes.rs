//! The SQL that closes differences, run on a real server: a database in the migrated state, after the script, is like one that was made as
//! declared.

use super::catalogs::a_catalog;
use super::server;
use undrift::ddl::postgres::PostgreSql;
use undrift::declared::sql::{SqlSettings, load};
use undrift::diff::{Language, Pair, Scope, diff};
use undrift::fix::Fixes;
use undrift::model::Catalog;
use undrift::source::{MemoryTree, SourceMap};

/// Pairs of made-up catalogs.
const PAIRS: u32 = 100;

fn script(declared: &Catalog, migrated: &Catalog) -> String {
    let catalogs = Pair::new(declared, migrated);
    let diff = diff(catalogs, &Language::everything(), &PostgreSql, &Scope::default());
    Fixes::new(catalogs, &PostgreSql).script(&diff).join("\n")
}

/// What the server has, a fact a line; the order of columns is left out, since nothing can be added before others.
const FACTS: &str = "
SELECT concat_ws(' ', 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid))
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped AND relnamespace::regnamespace::text IN ('public', 'app')
UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE connamespace::regnamespace::text IN ('public', 'app') AND contype <> 'n'
UNION ALL SELECT concat_ws(' ', 'index', indexdef) FROM pg_indexes WHERE schemaname IN ('public', 'app')
UNION ALL SELECT concat_ws(' ', 'table', oid::regclass, relkind, relrowsecurity)
FROM pg_class WHERE relnamespace::regnamespace::text IN ('public', 'app') AND relkind IN ('r', 'v', 'm')
UNION ALL SELECT concat_ws(' ', 'view', viewname, definition) FROM pg_views WHERE schemaname IN ('public', 'app')
UNION ALL SELECT concat_ws(' ', 'enum', enumtypid::regtype, string_agg(enumlabel, ',' ORDER BY enumsortorder)) FROM pg_enum GROUP BY enumtypid
UNION ALL SELECT concat_ws(' ', 'policy', schemaname, tablename, policyname, permissive, roles, cmd, qual, with_check) FROM pg_policies
UNION ALL SELECT concat_ws(' ', 'sequence', schemaname, sequencename, start_value, min_value, max_value, increment_by) FROM pg_sequences
UNION ALL SELECT concat_ws(' ', 'schema', nspname) FROM pg_namespace
ORDER BY 1;";

#[test]
fn a_script_brings_the_migrated_state_to_the_declared_one() {
    let Some(server) = server::Server::start() else { return };
    let numbers = |seed: u32| -> Vec<u16> {
        // A plain linear congruence: the same catalogs at every run.
        let next = |n: &u32| Some(n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
        std::iter::successors(Some(seed), next).skip(1).take(200).map(|n| (n >> 16) as u16).collect()
    };
    let empty = Catalog::new_database();
    let mut statements = 0;
    server.create_database("fixes");
    // Nothing stays, so one database serves all.
    let run = |sql: &str| server.psql("fixes", &format!("BEGIN;\n{sql}\n{FACTS}\nROLLBACK;"));
    for pair in 0..PAIRS {
        let (declared, migrated) = (a_catalog(&numbers(pair * 2)), a_catalog(&numbers(pair * 2 + 1)));
        let made = run(&script(&declared, &empty));
        let before = script(&migrated, &empty);
        let closing = script(&declared, &migrated);
        statements += closing.lines().count();
        let mended = run(&format!("{before}\n{closing}"));
        assert_eq!(made, mended, "\n-- before\n{before}\n-- closing\n{closing}");
        assert!(!made.contains("ERROR"), "{made}");
    }
    assert!(statements > 200, "only {statements} statements were tried");
}

/// What SQL declares.
pub(crate) fn catalog_of(sql: &str) -> Catalog {
    let settings = SqlSettings { entries: vec!["schema.sql".into()], ..SqlSettings::default() };
    load(&MemoryTree::new([("schema.sql", sql)]), &SourceMap::default(), &settings).0.catalog
}

/// Brings a database with what `before` makes to what `after` makes.
fn check_closing(server: &server::Server, database: &str, before: &str, after: &str) {
    let closing = script(&catalog_of(after), &catalog_of(before));
    let run = |sql: &str| server.psql(database, &format!("BEGIN;\n{sql}\n{FACTS}\nROLLBACK;"));
    let mended = run(&format!("{before}\n{closing}"));
    // What `SELECT setval(…)` prints is no fact.
    let facts: Vec<&str> = mended.lines().filter(|line| line.parse::<i64>().is_err()).collect();
    assert_eq!(run(after).lines().collect::<Vec<_>>(), facts, "{closing}");
    assert!(!mended.contains("ERROR"), "{mended}");
}

#[test]
fn views_over_a_column_whose_type_changes_are_made_again() {
    let Some(server) = server::Server::start() else { return };
    let sql = |ty: &str, limit: u8| {
        format!(
            "CREATE TABLE t (a {ty}, b integer);\nCREATE VIEW z AS SELECT a FROM t WHERE b > {limit};\nCREATE VIEW y AS SELECT a FROM z;"
        )
    };
    server.create_database("views");
    check_closing(&server, "views", &sql("integer", 1), &sql("bigint", 2));
}

#[test]
fn what_stands_on_a_column_whose_type_changes_is_made_again() {
    let Some(server) = server::Server::start() else { return };
    let sql = |ty: &str| {
        format!(
            "CREATE TABLE t (id integer PRIMARY KEY, a {ty}, b integer, g integer GENERATED ALWAYS AS (a * 2) STORED, \
             h integer GENERATED ALWAYS AS (b + 1) STORED);\n\
             CREATE INDEX t_g ON t (g);\n\
             CREATE POLICY own ON t USING (a > 0);\nCREATE POLICY other ON t USING (b > 0);\n\
             CREATE TABLE u (x integer);\nCREATE POLICY far ON u USING (x IN (SELECT a FROM t));\n\
             CREATE TRIGGER same BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();"
        )
    };
    server.create_database("retyped");
    check_closing(&server, "retyped", &sql("integer"), &sql("smallint"));
}

#[test]
fn a_serial_column_becomes_an_identity_that_counts_on() {
    let Some(server) = server::Server::start() else { return };
    let sql = |id: &str| format!("CREATE TABLE t (id {id} PRIMARY KEY);");
    let identity = sql("integer GENERATED BY DEFAULT AS IDENTITY");
    server.create_database("counting");
    check_closing(&server, "counting", &sql("serial"), &identity);
    check_closing(&server, "counting", &identity, &sql("serial"));
    let closing = script(&catalog_of(&identity), &catalog_of(&sql("serial")));
    let next = server.psql(
        "counting",
        &format!(
            "BEGIN;\n{}\nINSERT INTO t VALUES (7);\n{closing}\nINSERT INTO t DEFAULT VALUES RETURNING id;\nROLLBACK;",
            sql("serial")
        ),
    );
    assert!(next.lines().any(|line| line.trim() == "8"), "{next}");
}

#[test]
fn columns_of_partitions_and_children_are_changed_at_their_parents() {
    let Some(server) = server::Server::start() else { return };
    let sql = |columns: &str, of_child: &str| {
        format!(
            "CREATE TABLE p (id integer NOT NULL, {columns}) PARTITION BY RANGE (id);\n\
             CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2);\n\
             CREATE TABLE q ({columns});\nCREATE TABLE r ({of_child}) INHERITS (q);"
        )
    };
    server.create_database("parents");
    let check = |before: &str, after: &str| check_closing(&server, "parents", before, after);
    check(&sql("a integer", "z text"), &sql("a integer, b text", "z text"));
    check(&sql("a integer, b text", "z text"), &sql("b text", "z integer[]"));
    check(&sql("a integer, b text", "z text"), &sql("a bigint, b text NOT NULL DEFAULT 'x'", "z text"));
}

#[test]
fn foreign_keys_over_what_changes_are_made_again() {
    let Some(server) = server::Server::start() else { return };
    let sql = |ty: &str, key: &str, name: &str| {
        format!(
            "CREATE TABLE a (id {ty} NOT NULL);\n{key};\nCREATE TABLE b (a_id {ty});\n\
             ALTER TABLE b ADD CONSTRAINT {name} FOREIGN KEY (a_id) REFERENCES a (id) ON DELETE CASCADE;"
        )
    };
    let primary = "ALTER TABLE a ADD CONSTRAINT a_pkey PRIMARY KEY (id)";
    let unique = "CREATE UNIQUE INDEX a_id_key ON a (id)";
    server.create_database("keys");
    let check = |before: &str, after: &str| check_closing(&server, "keys", before, after);
    check(&sql("integer", primary, "fk"), &sql("integer", unique, "fk"));
    check(&sql("integer", unique, "fk"), &sql("integer", primary, "renamed"));
    check(&sql("text", primary, "fk"), &sql("uuid", primary, "fk"));
    check(&sql("integer", primary, "fk"), &sql("bigint", primary, "fk"));
    // The foreign key goes with what it stood on.
    check(&sql("integer", primary, "fk"), "CREATE TABLE a (id integer NOT NULL);\nCREATE TABLE b (a_id integer);");
}

#[test]
fn a_table_whose_indexes_keep_their_names_under_another_name() {
    let Some(server) = server::Server::start() else { return };
    let sql = |table: &str| {
        format!(
            "CREATE TABLE {table} (id integer CONSTRAINT key PRIMARY KEY, a text CONSTRAINT own UNIQUE);\n\
             CREATE INDEX by_a ON {table} (a);\nCREATE TABLE b (id integer REFERENCES {table} (id));"
        )
    };
    server.create_database("lent");
    check_closing(&server, "lent", &sql("before"), &sql("after"));
}

#[test]
fn a_sequence_whose_table_goes() {
    let Some(server) = server::Server::start() else { return };
    server.create_database("lone");
    let serial = |table: &str| {
        format!(
            "CREATE SEQUENCE numbers;\nCREATE TABLE {table} (id bigint DEFAULT nextval('numbers') NOT NULL);\n\
             ALTER SEQUENCE numbers OWNED BY {table}.id;"
        )
    };
    check_closing(&server, "lone", &serial("t"), "CREATE SEQUENCE numbers;");
    check_closing(&server, "lone", "CREATE SEQUENCE numbers;", &serial("t"));
}

#[test]
fn a_table_in_the_place_of_a_view() {
    let Some(server) = server::Server::start() else { return };
    let base = "CREATE TABLE base (id integer);";
    let over = "CREATE VIEW over AS SELECT id FROM ranks;";
    server.create_database("ranks");
    let view = format!("{base}\nCREATE MATERIALIZED VIEW ranks AS SELECT id FROM base;\n{over}");
    let table = format!("{base}\nCREATE TABLE ranks (id integer);\n{over}");
    check_closing(&server, "ranks", &view, &table);
}

/// What only SQL declares.
const MORE_FACTS: &str = "
SELECT concat_ws(' ', 'function', pg_get_functiondef(oid)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT concat_ws(' ', 'relation', oid::regclass, relkind, relpersistence, relforcerowsecurity, reloptions, pg_get_expr(relpartbound, oid))
FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT concat_ws(' ', 'parent', inhrelid::regclass, inhparent::regclass) FROM pg_inherits
UNION ALL SELECT concat_ws(' ', 'owner', objid::regclass, refobjid::regclass, refobjsubid) FROM pg_depend WHERE deptype = 'a' AND classid = 'pg_class'::regclass
UNION ALL SELECT concat_ws(' ', 'column', attrelid::regclass, attname) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
UNION ALL SELECT concat_ws(' ', 'sequence', seqrelid::regclass, seqincrement, seqstart) FROM pg_sequence
UNION ALL SELECT concat_ws(' ', 'comment', type, identity, d.description)
FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid)
WHERE schema = 'public' OR identity LIKE '%public%' AND type <> 'schema'
ORDER BY 1;";

const AS_DECLARED: &str = "
CREATE TABLE base (id integer);
CREATE UNLOGGED TABLE fast (id integer) WITH (fillfactor = 70);
CREATE TABLE child (id integer) INHERITS (base);
CREATE TABLE parts (id integer) PARTITION BY RANGE (id);
CREATE TABLE part (id integer);
ALTER TABLE parts ATTACH PARTITION part FOR VALUES FROM (1) TO (2);
CREATE SEQUENCE numbers OWNED BY base.id;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO 'public' AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE OF id ON base FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW named (one, two) WITH (security_barrier) AS SELECT id, id + 1 AS more FROM base WITH LOCAL CHECK OPTION;
CREATE MATERIALIZED VIEW kept AS SELECT id FROM base;
CREATE TABLE counted (n serial PRIMARY KEY, CONSTRAINT positive CHECK (n > 0));
ALTER SEQUENCE counted_n_seq INCREMENT BY 5;
ALTER TABLE counted FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE counted IS 'it''s counted';
COMMENT ON COLUMN counted.n IS 'by fives';
COMMENT ON CONSTRAINT positive ON counted IS 'none below';
COMMENT ON FUNCTION touch() IS 'touches';
COMMENT ON TRIGGER touched ON base IS 'when touched';
COMMENT ON VIEW named IS 'both';
COMMENT ON SEQUENCE numbers IS 'numbers';
CREATE TABLE new (id integer PRIMARY KEY, CHECK (id > 0));
COMMENT ON TABLE new IS 'is new';
COMMENT ON COLUMN new.id IS 'of the new';
COMMENT ON CONSTRAINT new_id_check ON new IS 'as ever';
";

const AS_MIGRATED: &str = "
CREATE TABLE base (id integer);
CREATE TABLE fast (id integer) WITH (autovacuum_enabled = false);
CREATE TABLE child (id integer);
CREATE TABLE parts (id integer) PARTITION BY RANGE (id);
CREATE TABLE part (id integer);
ALTER TABLE parts ATTACH PARTITION part FOR VALUES FROM (1) TO (3);
CREATE SEQUENCE numbers;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touched AFTER UPDATE ON base FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW named AS SELECT id, id + 1 AS more FROM base;
CREATE VIEW kept AS SELECT id FROM base;
CREATE TABLE counted (n serial PRIMARY KEY, CONSTRAINT positive CHECK (n > 0));
COMMENT ON COLUMN counted.n IS 'by ones';
COMMENT ON COLUMN base.id IS 'base';
COMMENT ON FUNCTION touch() IS 'is touched';
";

#[test]
fn what_only_sql_declares_is_closed() {
    let Some(server) = server::Server::start() else { return };
    server.create_database("more");
    let run = |sql: &str| server.psql("more", &format!("BEGIN;\n{sql}\n{MORE_FACTS}\nROLLBACK;"));
    for (declared, migrated) in [(AS_DECLARED, AS_MIGRATED), (AS_MIGRATED, AS_DECLARED)] {
        let closing = script(&catalog_of(declared), &catalog_of(migrated));
        let mended = run(&format!("{migrated}\n{closing}"));
        assert_eq!(run(declared), mended, "{closing}");
        assert!(!mended.contains("ERROR"), "{mended}\n{closing}");
    }
}
