use super::*;
use crate::ddl::postgres::PostgreSql;
use crate::model::{Action, Expr, IndexKeyPart, Known, NullsOrder, SortOrder, Table};
use crate::source::MemoryTree;

const IMPORTS: &str = "import { sql, eq, and, or, isNull, isNotNull, inArray } from 'drizzle-orm'; import * as pg from 'drizzle-orm/pg-core'; \
    import { pgTable, pgSchema, pgEnum, pgSequence, pgView, pgMaterializedView, pgRole, pgPolicy, pgTableCreator, customType, serial, bigserial, \
    integer, bigint, smallint, boolean, text, varchar, char, numeric, real, doublePrecision, json, jsonb, date, time, timestamp, interval, uuid, \
    vector, geometry, bit, index, uniqueIndex, unique, primaryKey, foreignKey, check } from 'drizzle-orm/pg-core';";

/// The catalog of a schema, compact. Further files follow lines `//- path`; the entry is `schema.ts`.
pub(super) fn check_with(settings: &DrizzleSettings, schema: &str, expect: &str) {
    let mut files = vec![("schema.ts".to_owned(), IMPORTS.to_owned())];
    for line in schema.lines() {
        match line.trim().strip_prefix("//- ") {
            Some(path) => files.push((path.to_owned(), IMPORTS.to_owned())),
            None => {
                if let Some((_, text)) = files.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
    }
    let settings = DrizzleSettings { entries: vec!["schema.ts".into()], ..settings.clone() };
    let declared = load(&MemoryTree::new(files), &SourceMap::default(), &PostgreSql, &settings);
    let mut lines = dump(&declared.catalog);
    lines.extend(declared.problems.iter().map(|problem| format!("! {}", problem.message)));
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    let expect: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(lines, expect, "{schema}");
}

pub(super) fn check(schema: &str, expect: &str) {
    check_with(&DrizzleSettings::default(), schema, expect);
}

/// Each column as `t.c type …`, then constraints, then other objects.
fn dump(catalog: &Catalog) -> Vec<String> {
    let mut lines: Vec<String> =
        catalog.schemas.keys().filter(|name| *name != "public").map(|name| format!("schema {name}")).collect();
    for (name, found) in &catalog.enums {
        let labels = known(&found.labels, |labels| {
            labels.iter().map(|label| label.value.as_str()).collect::<Vec<_>>().join("|")
        });
        lines.push(format!("enum {name} {labels}"));
    }
    for table in catalog.tables.values() {
        dump_table(table, &mut lines);
    }
    for (name, sequence) in &catalog.sequences {
        let owner = sequence.owned_by.as_ref().map_or(String::new(), |(table, column)| format!(" of {table}.{column}"));
        let options = &sequence.options;
        let numbers = [options.start, options.increment, options.min, options.max, options.cache]
            .map(|n| n.map_or("-".into(), |n| n.to_string()));
        lines.push(format!(
            "sequence {name}{owner} {}{}",
            numbers.join(" "),
            if options.cycle { " cycle" } else { "" }
        ));
    }
    for (name, view) in &catalog.views {
        let kind = if view.materialized { "materialized view" } else { "view" };
        let existing = if view.existing { " existing" } else { "" };
        let data = if view.with_data { "" } else { " no data" };
        let options: String = view.options.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        lines.push(format!("{kind} {name}{existing}{data}{options} {}", known(&view.query, |query| query.sql.clone())));
    }
    lines.extend(catalog.roles.keys().map(|name| format!("role {name}")));
    lines
}

fn dump_table(table: &Table, lines: &mut Vec<String>) {
    let name = &table.name;
    if table.columns.is_empty() || table.row_level_security.enabled {
        lines.push(format!("table {name}{}", if table.row_level_security.enabled { " rls" } else { "" }));
    }
    for column in &table.columns {
        let mut line = format!("{name}.{} {}", column.name, known(&column.ty, ToString::to_string));
        if column.not_null == Known::Known(true) {
            line.push_str(" not null");
        }
        let default = known(&column.default, |default| {
            default.as_ref().map_or(String::new(), |default| default.expr.sql.clone())
        });
        if !default.is_empty() {
            line.push_str(&format!(" = {default}"));
        }
        let generated =
            known(&column.generated, |generated| generated.as_ref().map_or(String::new(), |g| g.expr.sql.clone()));
        if !generated.is_empty() {
            line.push_str(&format!(" as ({generated})"));
        }
        if let Some(identity) = &column.identity {
            line.push_str(&format!(
                " identity {} {}",
                if identity.always { "always" } else { "by default" },
                identity.sequence
            ));
        }
        lines.push(line);
    }
    if let Some(key) = &table.primary_key {
        lines.push(format!("primary key {} ({})", key.name, key.columns.join(",")));
    }
    for key in &table.uniques {
        let nulls = if key.nulls_not_distinct { " nulls not distinct" } else { "" };
        lines.push(format!("unique {} ({}){nulls}", key.name, key.columns.join(",")));
    }
    for key in &table.foreign_keys {
        let actions = [("delete", key.on_delete), ("update", key.on_update)];
        let actions = actions.iter().filter(|(_, action)| *action != Action::NoAction);
        let actions: String = actions.map(|(event, action)| format!(" on {event} {}", action.as_str())).collect();
        lines.push(format!(
            "fk {} ({}) -> {} ({}){actions}",
            key.name,
            key.columns.join(","),
            key.ref_table,
            key.ref_columns.join(",")
        ));
    }
    for found in &table.checks {
        lines.push(format!("check {} {}", found.name, known(&found.expr, |expr| expr.sql.clone())));
    }
    for index in &table.indexes {
        let keys = index.keys.iter().map(|key| {
            let mut text = match &key.part {
                IndexKeyPart::Column(column) => column.clone(),
                IndexKeyPart::Expr(expr) => format!("({})", known(expr, |expr| expr.sql.clone())),
            };
            text.extend(key.opclass.iter().map(|opclass| format!(" {opclass}")));
            text.push_str(if key.order == SortOrder::Descending { " desc" } else { "" });
            text.push_str(match key.nulls {
                Some(NullsOrder::First) => " nulls first",
                Some(NullsOrder::Last) => " nulls last",
                None => "",
            });
            text
        });
        let keys = keys.collect::<Vec<_>>().join(", ");
        let predicate = known(&index.predicate, |predicate| {
            predicate.as_ref().map_or(String::new(), |expr: &Expr| format!(" where {}", expr.sql))
        });
        let options: String = index.options.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        let unique = if index.unique { "unique " } else { "" };
        lines.push(format!("{unique}index {} {} ({keys}){options}{predicate}", index.name, index.method));
    }
    for policy in &table.policies {
        let expr = |word: &str, expr: &Known<Option<Expr>>| {
            known(expr, |e| e.as_ref().map_or(String::new(), |e| format!(" {word} {}", e.sql)))
        };
        let permissive = if policy.permissive { "" } else { "restrictive " };
        let roles = known(&policy.roles, |roles| roles.join(","));
        lines.push(format!(
            "policy {} {permissive}{} to {roles}{}{}",
            policy.name,
            policy.command.as_str(),
            expr("using", &policy.using),
            expr("check", &policy.with_check)
        ));
    }
    lines.extend(table.unknown_columns.iter().map(|unknown| format!("? columns: {}", unknown.reason)));
    lines.extend(table.unknown_constraints.iter().map(|unknown| format!("? constraints: {}", unknown.reason)));
}

fn known<T>(value: &Known<T>, print: impl FnOnce(&T) -> String) -> String {
    match value {
        Known::Known(value) => print(value),
        Known::Unknown(unknown) => format!("?({})", unknown.reason),
    }
}

/// One column `c` of a table `t`, without the `t.c`.
fn column(builder: &str, expect: &str) {
    check(&format!("export const t = pgTable('t', {{ c: {builder} }});"), &format!("t.c {expect}"));
}

#[test]
fn types() {
    for (builder, expect) in [
        ("integer()", "integer"),
        ("varchar({ length: 255 })", "character varying(255)"),
        ("varchar('c', { length: 10 }).array()", "character varying(10)[]"),
        ("char()", "character(1)"),
        ("numeric({ precision: 10, scale: 2 })", "numeric(10,2)"),
        ("numeric('c', { precision: 10 })", "numeric(10,0)"),
        ("pg.decimal()", "numeric"),
        ("timestamp({ precision: 3, withTimezone: true, mode: 'string' })", "timestamp(3) with time zone"),
        ("timestamp('c')", "timestamp without time zone"),
        ("time({ precision: 2 })", "time(2) without time zone"),
        ("interval({ fields: 'day to second', precision: 3 })", "interval day to second(3)"),
        ("vector({ dimensions: 3 })", "vector(3)"),
        ("geometry({ type: 'point', srid: 4326 })", "geometry(point)"),
        ("bit({ dimensions: 4 })", "bit(4)"),
        ("doublePrecision().$type<number>()", "double precision"),
        ("bigint({ mode: 'number' })", "bigint"),
        ("customType<{ data: Buffer }>({ dataType() { return 'bytea' } })('c')", "bytea"),
        ("customType({ dataType: (c) => `numeric(${c.p}, 1)` })({ p: 4 })", "numeric(4,1)"),
        ("customType({ dataType: () => 'text COLLATE \"C\"' })()", "text"),
        (
            "customType({ dataType: () => \"tsvector GENERATED ALWAYS AS (to_tsvector('english', a)) STORED\" })()",
            "tsvector as (to_tsvector('english', a))",
        ),
        ("customType({ dataType: () => 'integer NOT NULL DEFAULT 5' })()", "integer not null = 5"),
        ("pgEnum('e', ['a'])()", "e"),
        ("pgSchema('s').enum('e', ['a'])('c').array()", "s.e[]"),
    ] {
        column(builder, expect);
    }
}

#[test]
fn defaults() {
    for (builder, expect) in [
        ("text().default(\"it's\").notNull()", "text not null = 'it''s'"),
        ("integer().default(-1.5)", "integer = -1.5"),
        ("boolean().default(false)", "boolean = false"),
        ("numeric().default('0.10')", "numeric = '0.10'"),
        ("bigint({ mode: 'bigint' }).default(10n)", "bigint = 10"),
        ("timestamp().defaultNow()", "timestamp without time zone = now()"),
        ("uuid().defaultRandom()", "uuid = gen_random_uuid()"),
        ("timestamp().default(sql`CURRENT_TIMESTAMP`)", "timestamp without time zone = CURRENT_TIMESTAMP"),
        ("jsonb().default({ a: [1, 'x'], b: undefined })", "jsonb = '{\"a\":[1,\"x\"]}'::jsonb"),
        ("json().default([])", "json = '[]'::json"),
        ("jsonb().default('x')", "jsonb = 'x'"),
        ("text().array().default(['a', 'b c'])", "text[] = '{\"a\",\"b c\"}'"),
        ("integer().array().array().default([[1], [2]])", "integer[] = '{{1},{2}}'"),
        ("text().array().default([])", "text[] = '{}'"),
        ("date({ mode: 'date' }).default(new Date('2024-02-03'))", "date = '2024-02-03'"),
        (
            "timestamp().default(new Date('2024-01-01T10:20:30.456Z'))",
            "timestamp without time zone = '2024-01-01 10:20:30.456'",
        ),
        (
            "timestamp({ precision: 6 }).default(new Date(0))",
            "timestamp(6) without time zone = '1970-01-01T00:00:00.000Z'",
        ),
        ("text().default(null)", "text"),
        ("text().$default(() => 'x').$onUpdate(() => 'y')", "text"),
        ("text().notNull().default('x').array()", "text[]"),
        ("text().generatedAlwaysAs(sql`lower(a)`)", "text as (lower(a))"),
        ("text().generatedAlwaysAs(() => sql`upper(${t.c})`)", "text as (upper(\"t\".\"c\"))"),
    ] {
        column(builder, expect);
    }
}

#[test]
fn counting_columns() {
    check(
        "export const t = pgTable('t', { a: serial().primaryKey(), b: bigserial({ mode: 'bigint' }), c: integer().generatedAlwaysAsIdentity(),
            d: smallint().generatedByDefaultAsIdentity({ name: 'n', increment: -1, cycle: true }) });",
        "t.a integer not null = nextval('t_a_seq'::regclass)
         t.b bigint not null = nextval('t_b_seq'::regclass)
         t.c integer not null identity always t_c_seq
         t.d smallint not null identity by default n
         primary key t_pkey (a)
         sequence t_a_seq of t.a - - - - -
         sequence t_b_seq of t.b - - - - -
         sequence t_c_seq of t.c 1 1 1 2147483647 1
         sequence n of t.d -1 -1 -32768 -1 1 cycle",
    );
}

#[test]
fn keys_and_references() {
    check(
        "export const users = pgTable('users', { id: uuid().primaryKey(), email: text().notNull().unique(), nick: text().unique('nick_key', { nulls: 'not distinct' }),
            boss: uuid().references((): AnyPgColumn => users.id, { onDelete: 'set null' }) });
         export const members = pgTable('members', { user: uuid('user_id').references(() => users.id, { onDelete: 'cascade', onUpdate: 'restrict' }), org: uuid() },
            (t) => ({ pk: primaryKey({ columns: [t.user, t.org] }), u: unique().on(t.org, t.user).nullsNotDistinct(),
              f: foreignKey({ columns: [t.org], foreignColumns: [users.id], name: 'f' }).onDelete('cascade') }));",
        "users.id uuid not null
         users.email text not null
         users.nick text
         users.boss uuid
         primary key users_pkey (id)
         unique users_email_unique (email)
         unique nick_key (nick) nulls not distinct
         fk users_boss_users_id_fk (boss) -> users (id) on delete set null
         members.user_id uuid not null
         members.org uuid not null
         primary key members_user_id_org_pk (user_id,org)
         unique members_org_user_id_unique (org,user_id) nulls not distinct
         fk members_user_id_users_id_fk (user_id) -> users (id) on delete cascade on update restrict
         fk f (org) -> users (id) on delete cascade",
    );
}

#[test]
fn names_are_cut_to_63_bytes() {
    let table = "a".repeat(40);
    check(
        &format!(
            "export const t = pgTable('{table}', {{ {0}: integer('{0}').references(() => t.{0}).unique() }});",
            "b".repeat(30)
        ),
        &format!(
            "{table}.{0} integer
             unique {table}_{1} ({0})
             fk {table}_{1} ({0}) -> {table} ({0})",
            "b".repeat(30),
            "b".repeat(22)
        ),
    );
}

#[test]
fn indexes() {
    check(
        "export const t = pgTable('t', { a: text(), b: integer() }, (t) => [
            index().on(t.a, t.b), index('i1').on(t.a.desc(), t.b.asc().nullsFirst()), index('i2').on(t.a.desc().nullsFirst()),
            index('i3').on(sql`lower(${t.a})`), index('i4').using('gin', sql`${t.a} gin_trgm_ops`, t.b), index('i5').using('hnsw', t.a.op('vector_l2_ops')).with({ m: 16 }),
            uniqueIndex('i6').on(t.a).where(sql`${t.b} > 0`), uniqueIndex('i7').on(t.a).where(and(isNull(t.a), eq(t.b, 5))), index('i8').on(t.b).concurrently(), index('none'),
         ]);",
        "t.a text
         t.b integer
         index t_a_b_index btree (a, b)
         index i1 btree (a desc nulls last, b nulls first)
         index i2 btree (a desc)
         index i3 btree ((lower(\"a\")))
         index i4 gin (a gin_trgm_ops, b)
         index i5 hnsw (a vector_l2_ops) m=16
         unique index i6 btree (a) where \"t\".\"b\" > 0
         unique index i7 btree (a) where (\"t\".\"a\" is null and \"t\".\"b\" = 5)
         index i8 btree (b)",
    );
}

#[test]
fn sql_templates() {
    check(
        "const LIMIT = 10; const raw = sql.raw('now()');
         export const s = pgSchema('s'); export const e = pgEnum('e', ['x']);
         export const t = s.table('t', { a: integer(), b: text() }, (t) => [
            check('c1', sql`${t.a} < ${LIMIT} and ${t.b} <> ${'q'}`), check('c2', sql`${raw} > ${sql.identifier('b')} or ${t} is null`),
            check('c3', sql`${t.b}::${e} in ${['x', 'y']} ${sql.join([sql`and 1`, sql`= 1`], sql` `)}`), check('c4', or(inArray(t.b, ['x']), isNotNull(t.a))) ]);",
        "schema s
         enum e x
         s.t.a integer
         s.t.b text
         check c1 \"s\".\"t\".\"a\" < 10 and \"s\".\"t\".\"b\" <> 'q'
         check c2 now() > \"b\" or \"s\".\"t\" is null
         check c3 \"s\".\"t\".\"b\"::\"e\" in ('x', 'y') and 1 = 1
         check c4 (\"s\".\"t\".\"b\" in ('x') or \"s\".\"t\".\"a\" is not null)",
    );
}

#[test]
fn only_what_the_entry_exports() {
    check(
        "export * from './a'; export { b as c } from './a'; import { hidden } from './b'; const mine = pgSchema('mine'); export const x = mine.table('x', { id: integer().references(() => hidden.id) });
         const inner = pgTable('inner', {}); export const all = { inner };
         //- a.ts
         export const a = pgTable('a', { id: integer() }); export const b = pgTable('b', { id: integer() }); export default pgTable('d', {});
         //- b.ts
         export const hidden = pgTable('hidden', { id: integer() });",
        "b.id integer
         mine.x.id integer
         fk x_id_hidden_id_fk (id) -> hidden (id)
         a.id integer",
    );
}

#[test]
fn columns_behind_getters_are_made_anew_for_each_table() {
    check(
        "import { owned } from './helpers';
         export const a = pgTable('a', { ...owned, get n() { return integer('n').notNull(); } });
         export const b = pgTable('b', { ...owned });
         //- helpers.ts
         export const owned = { get id() { return uuid('id').notNull(); } };",
        "a.id uuid not null
         a.n integer not null
         b.id uuid not null",
    );
}

#[test]
fn helpers_and_spreads() {
    check(
        "import { stamps, id, tables } from './helpers'; const prefixed = pgTableCreator((name) => `app_${name}`);
         export const a = prefixed('a', { ...id(), ...stamps }, (t) => [index().on(t.createdAt)]);
         export const b = prefixed('b', (t) => ({ key: t.text().primaryKey(), ...stamps }));
         export const c = tables('c');
         //- helpers.ts
         export const stamps = { createdAt: timestamp('created_at').defaultNow().notNull() };
         export function id(name = 'id') { return { [name]: uuid(name).primaryKey() }; }
         export const tables = (name: string) => pgTable(name, { ...id('c_id'), ...stamps });",
        "app_a.id uuid not null
         app_a.created_at timestamp without time zone not null = now()
         primary key app_a_pkey (id)
         index app_a_created_at_index btree (created_at)
         app_b.key text not null
         app_b.created_at timestamp without time zone not null = now()
         primary key app_b_pkey (key)
         c.c_id uuid not null
         c.created_at timestamp without time zone not null = now()
         primary key c_pkey (c_id)",
    );
}

#[test]
fn shared_builders_are_one_object() {
    check(
        "const id = uuid(), name = text('name'), handle = text().unique();
         export const a = pgTable('a', { first: id, name, handle });
         export const b = pgTable('b', { second: id, name: name.notNull() });
         export const c = pgTable('c', { name, handle });",
        "a.first uuid
         a.name text
         a.handle text
         unique a_handle_unique (handle)
         b.first uuid
         b.name text not null
         c.name text not null
         c.handle text
         unique a_handle_unique (handle)",
    );
}

#[test]
fn casing() {
    let schema = "export const t = pgTable('myTable', { userID: integer().unique(), Explicit: text('Explicit'), otherId: integer().references(() => t.userID) },
        (t) => [index().on(t.userID), primaryKey({ columns: [t.userID, t.otherId] }), check('c', sql`${t.otherId} > 0`)]);";
    let settings = DrizzleSettings { casing: Some(Casing::Snake), ..DrizzleSettings::default() };
    check_with(
        &settings,
        schema,
        "myTable.user_id integer not null
         myTable.Explicit text
         myTable.other_id integer not null
         primary key myTable_user_id_other_id_pk (user_id,other_id)
         unique myTable_userID_unique (user_id)
         fk myTable_other_id_myTable_user_id_fk (other_id) -> myTable (user_id)
         check c \"myTable\".\"other_id\" > 0
         index myTable_user_id_index btree (user_id)",
    );
}

#[test]
fn version_1() {
    let settings = DrizzleSettings { v1: true, ..DrizzleSettings::default() };
    check_with(
        &settings,
        "import { snakeCase } from 'drizzle-orm/pg-core';
         export const t = snakeCase.table('t', { userId: integer().notNull().array('[][]').default([[1]]), other: integer().references(() => t.userId).unique() },
            (t) => [check('c', sql`${t.userId} is not null`), primaryKey({ columns: [t.other, t.userId] })]);
         export const r = pgTable.withRLS('r', { id: integer() });",
        "t.user_id integer[] not null = '{{1}}'
         t.other integer not null
         primary key t_pkey (other,user_id)
         unique t_other_key (other)
         fk t_other_t_user_id_fkey (other) -> t (user_id)
         check c \"user_id\" is not null
         table r rls
         r.id integer",
    );
}

#[test]
fn policies_and_roles() {
    check(
        "import { authUid, authenticatedRole, authUsers } from 'drizzle-orm/supabase'; import { crudPolicy } from 'drizzle-orm/neon';
         export const mine = pgRole('mine'); export const old = pgRole('old').existing();
         export const t = pgTable('t', { id: uuid().references(() => authUsers.id) }, (t) => [
            pgPolicy('p', { as: 'restrictive', for: 'select', to: [old, mine, 'public'], using: sql`${authUid} = ${t.id}` }), pgPolicy('q', { to: authenticatedRole, withCheck: sql`true` }) ]);
         export const linked = pgPolicy('l', { for: 'delete' }).link(u); export const u = pgTable('u', { id: integer() });
         export const v = pgTable('v', { id: integer() }); v.enableRLS();
         export const w = pgTable('w', { id: integer() }, () => [crudPolicy({ role: mine, read: true, modify: null })]);",
        "table t rls
         t.id uuid
         fk t_id_users_id_fk (id) -> auth.users (id)
         policy p restrictive select to mine,old,public using (select auth.uid()) = \"t\".\"id\"
         policy q all to authenticated check true
         table u rls
         u.id integer
         policy l delete to public
         table v rls
         v.id integer
         table w rls
         w.id integer
         policy crud-mine-policy-select select to mine using true
         role mine",
    );
}

#[test]
fn enums_sequences_views() {
    check(
        "enum Role { A = 'a', B = 'b' } export const role = pgEnum('role', Role); export const e2 = pgEnum('e2', [...['x'], 'y'] as const);
         export const s = pgSequence('s', { startWith: 5, increment: 2, maxValue: '100' });
         export const t = pgTable('t', { id: integer(), name: text() });
         export const v = pgView('v').with({ securityInvoker: true }).as((qb) => qb.select({ id: t.id, up: sql`upper(${t.name})`.as('up') }).from(t).where(eq(t.id, 1)));
         export const w = pgView('w', { id: integer() }).as(sql`select ${t.id} from ${t};`);
         export const m = pgMaterializedView('m').withNoData().as((qb) => qb.select().from(t)); export const x = pgView('x', {}).existing(); export const builder = pgView('none');",
        "enum role a|b
         enum e2 x|y
         t.id integer
         t.name text
         sequence s 5 2 1 100 1
         view v security_invoker=true select \"id\", upper(\"name\") as \"up\" from \"t\" where \"t\".\"id\" = 1
         view w select \"t\".\"id\" from \"t\"
         materialized view m no data select \"id\", \"name\" from \"t\"
         view x existing",
    );
}

#[test]
fn what_is_not_known_is_said() {
    check(
        "import { len, cols, col, extra } from '@acme/db';
         export const t = pgTable('t', { a: varchar({ length: len }), b: text().default(len), ...cols, c: col(), d: integer().references(() => col.id) }, () => [extra()]);
         export const e = pgEnum('e', len); export const u = pgTable(process.env.NAME!, {});",
        "enum e ?(it comes from the package `@acme/db`)
         t.a ?(it comes from the package `@acme/db`)
         t.b text = ?(it comes from the package `@acme/db`)
         t.d integer
         ? columns: it comes from the package `@acme/db`
         ? columns: it comes from the package `@acme/db`
         ? constraints: it comes from the package `@acme/db`
         ? constraints: it comes from the package `@acme/db`
         ! the type of `t.a` is not compared, because it comes from the package `@acme/db`
         ! the default of `t.b` is not compared, because it comes from the package `@acme/db`
         ! `t` may have constraints or indexes that are not compared, because it comes from the package `@acme/db`
         ! `t` may have constraints or indexes that are not compared, because it comes from the package `@acme/db`
         ! `t` may have columns that are not compared, because it comes from the package `@acme/db`
         ! `t` may have columns that are not compared, because it comes from the package `@acme/db`
         ! the list of values of `e` is not compared, because it comes from the package `@acme/db`
         ! a table whose name is not known is not compared, because the environment variable `NAME` is read at run time",
    );
    check(
        "export * from './none'; export { x } from './b';\n//- b.ts\nexport const y = (;",
        "! `b.ts` cannot be parsed: Unexpected token
         ! something that the schema exports is not compared, because `./none` is not in the project
         ! the export `x` is not compared, because `b.ts` cannot be parsed",
    );
}

#[test]
fn what_may_be_a_table_is_said() {
    check(
        "const pro = process.env.PRO === '1'; export const size = pro ? 1 : 2; export const name = pro ? 'a' : 'a';
         export const t = pro ? pgTable('t', {}) : null; const make = (n) => { if (pro) return null; return pgTable(n, {}); }; export const u = make('u');
         export const v = pgTable(name, { id: integer() }); export class Model {}",
        "a.id integer
         ! the export `t` is not compared, because the environment variable `PRO` is read at run time
         ! the export `u` is not compared, because the environment variable `PRO` is read at run time",
    );
}

#[test]
fn members_of_classes_and_namespaces_may_be_tables() {
    check(
        "class Store { static t = pgTable('t', { a: integer() }); } namespace Space { export const u = pgTable('u', {}); }
         export const t = Store.t; export const u = Space.u; export class Model {}",
        "t.a integer
         table u",
    );
}

#[test]
fn a_composite_key_keeps_its_name_beside_an_equal_unique() {
    check(
        "export const t = pgTable('t', { a: integer(), b: integer() }, (t) => [primaryKey({ columns: [t.a, t.b] }), unique('u').on(t.a, t.b)]);
         export const v = pgTable('v', { a: integer().primaryKey() }, (t) => [unique('w').on(t.a)]);",
        "t.a integer not null
         t.b integer not null
         primary key t_a_b_pk (a,b)
         v.a integer not null
         primary key w (a)",
    );
}

#[test]
fn version_1_leaves_the_name_of_a_unique_column_to_the_server() {
    check_with(
        &DrizzleSettings { v1: true, ..DrizzleSettings::default() },
        "export const t = pgTable('a_very_long_table_name_which_is_rather_long_really_yes', { other_long_column_name: integer().unique() });",
        "a_very_long_table_name_which_is_rather_long_really_yes.other_long_column_name integer
         unique a_very_long_table_name_which_is_rath_other_long_column_name_key (other_long_column_name)",
    );
}

#[test]
fn names_of_tables_in_names() {
    check(
        "import { getTableName } from 'drizzle-orm'; const u = pgTable('u', { id: integer() });
         export const t = pgTable('t', { a: integer() }, (t) => [index(`${getTableName(u)}_i`).on(t.a)]);",
        "t.a integer
         index u_i btree (a)",
    );
}

#[test]
fn names_of_tables_by_their_columns() {
    let source = "const by = (t: any, x: string) => `${(t.a as any).table?.[Symbol.for('drizzle:Name')] ?? ''}_${x}`;
        const prefixed = pgTableCreator((name) => `app_${name}`); const s = pgSchema('s');
        export const t = prefixed('t', { a: integer() }, (t) => [index(by(t, 'i')).on(t.a)]);
        export const u = s.table('u', { a: integer() }, (t) => [index(by(t, 'i')).on(t.a)]);";
    check(
        source,
        "app_t.a integer
         index app_t_i btree (a)
         s.u.a integer
         index u_i btree (a)",
    );
}

#[test]
fn conditions_of_indexes_before_drizzle_kit_0_22_are_not_compared() {
    let tree = MemoryTree::new([("package.json", r#"{"devDependencies": {"drizzle-kit": "^0.21.4"}}"#)]);
    check_with(
        &DrizzleSettings { kit: Kit::find(&tree, ""), ..DrizzleSettings::default() },
        "export const t = pgTable('t', { a: integer() }, (t) => [index('i').on(t.a).where(sql`${t.a} > 0`)]);",
        "t.a integer
         index i btree (a)?(drizzle-kit before 0.22 passes over it)",
    );
}

#[test]
fn sql_among_constraints_is_passed_over() {
    check(
        "export const t = pgTable('t', { a: integer() }, (t) => [sql`CONSTRAINT c UNIQUE (a)`, sql.raw('x'), index('i').on(t.a)]);",
        "t.a integer
         index i btree (a)",
    );
}

#[test]
fn an_operator_class_has_an_order_since_version_1() {
    for (v1, keys) in [(false, "s text_pattern_ops"), (true, "s text_pattern_ops desc nulls last")] {
        check_with(
            &DrizzleSettings { v1, ..DrizzleSettings::default() },
            "export const t = pgTable('t', { s: text() }, (t) => [index('i').on(t.s.desc().op('text_pattern_ops'))]);",
            &format!("t.s text\n index i btree ({keys})"),
        );
    }
}

#[test]
fn packages_and_files_by_an_import_map_of_deno() {
    let tree = MemoryTree::new([
        ("deno.json", r#"{ "imports": { "@/": "./db/", "orm": "npm:drizzle-orm@0.45" } }"#),
        (
            "schema.ts",
            "import { pgTable, text } from 'orm/pg-core'; import { e } from '@/e.ts'; export const t = pgTable('t', { a: text(), e: e() });",
        ),
        ("db/e.ts", "import { pgEnum } from 'npm:drizzle-orm@^0.45.1/pg-core'; export const e = pgEnum('e', ['x']);"),
    ]);
    let settings = DrizzleSettings { entries: vec!["schema.ts".into()], ..DrizzleSettings::default() };
    let declared = load(&tree, &SourceMap::default(), &PostgreSql, &settings);
    let columns: Vec<_> =
        declared.catalog.tables.values().flat_map(|table| &table.columns).map(|c| c.name.as_str()).collect();
    assert_eq!((columns, declared.problems.len()), (vec!["a", "e"], 0));
}

#[test]
fn hostile_templates_end() {
    check(
        "let q = sql`a`; for (let i = 0; i < 40; i++) q = sql`${q}${q}`; let deep = sql`a`; for (let i = 0; i < 9999; i++) deep = sql`${deep}`;
         export const t = pgTable('t', { a: integer().default(deep), b: integer().default(q) });",
        "t.a integer = ?(its SQL is nested too deeply)
         t.b integer = ?(its SQL is nested too deeply)
         ! the default of `t.a` is not compared, because its SQL is nested too deeply
         ! the default of `t.b` is not compared, because its SQL is nested too deeply",
    );
}

#[test]
fn a_schema_that_is_not_there() {
    let settings = DrizzleSettings { entries: vec!["db/schema.ts".into()], ..DrizzleSettings::default() };
    let declared = load(&MemoryTree::default(), &SourceMap::default(), &PostgreSql, &settings);
    let problems: Vec<_> = declared.problems.iter().map(|problem| (problem.rule, problem.message.as_str())).collect();
    assert_eq!(problems, [("input/missing-schema", "no schema file is found at `db/schema.ts`")]);
}
