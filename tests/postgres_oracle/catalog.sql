-- Every user object of the database as one line of text: kind, name, facts. Names come out qualified.
SET search_path = '';
WITH ns AS (
  SELECT oid, nspname FROM pg_catalog.pg_namespace
  WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND nspname NOT LIKE 'pg\_temp%' AND nspname NOT LIKE 'pg\_toast%'
), member AS (
  SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'
), rel AS (
  SELECT c.*, n.nspname || '.' || c.relname AS q
  FROM pg_catalog.pg_class c JOIN ns n ON n.oid = c.relnamespace
  WHERE NOT EXISTS (SELECT 1 FROM member m WHERE m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND m.objid = c.oid)
), line AS (
  SELECT 'schema ' || nspname || coalesce(' comment ' || pg_catalog.obj_description(oid, 'pg_namespace'), '') AS l FROM ns
    WHERE nspname <> 'public'
  UNION ALL SELECT 'extension ' || extname || ' in ' || extnamespace::pg_catalog.regnamespace FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'
  UNION ALL SELECT 'relation ' || q || ' ' || relkind::text || relpersistence::text || ' rls ' || relrowsecurity || relforcerowsecurity
      || coalesce(' of ' || (SELECT pg_catalog.string_agg(h.inhparent::pg_catalog.regclass::text, ',' ORDER BY h.inhseqno)
           FROM pg_catalog.pg_inherits h WHERE h.inhrelid = rel.oid), '')
      || coalesce(' by ' || CASE WHEN relkind = 'p' THEN pg_catalog.pg_get_partkeydef(oid) END, '')
      || coalesce(' bound ' || pg_catalog.pg_get_expr(relpartbound, oid), '')
      || coalesce(' options ' || (SELECT pg_catalog.string_agg(o, ',' ORDER BY o) FROM pg_catalog.unnest(reloptions) o), '')
      || coalesce(' comment ' || pg_catalog.obj_description(oid, 'pg_class'), '')
    FROM rel WHERE relkind <> 'S'
  UNION ALL SELECT 'column ' || q || '.' || attname || ' ' || pg_catalog.format_type(atttypid, atttypmod)
      || CASE WHEN attnotnull THEN ' not null' ELSE '' END || coalesce(' identity ' || nullif(attidentity::text, ''), '')
      || coalesce(' generated ' || nullif(attgenerated::text, ''), '')
      || coalesce(' = ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '')
      || CASE WHEN attcollation <> t.typcollation THEN ' collate ' || co.collname ELSE '' END
      || coalesce(' comment ' || pg_catalog.col_description(rel.oid, attnum), '')
    FROM rel JOIN pg_catalog.pg_attribute a ON a.attrelid = rel.oid AND attnum > 0 AND NOT attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = atttypid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = rel.oid AND d.adnum = attnum
    LEFT JOIN pg_catalog.pg_collation co ON co.oid = attcollation
    WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
  UNION ALL SELECT 'order ' || q || ' ' || pg_catalog.string_agg(attname, ',' ORDER BY attnum)
    FROM rel JOIN pg_catalog.pg_attribute a ON a.attrelid = rel.oid AND attnum > 0 AND NOT attisdropped
    WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'c') GROUP BY q
  UNION ALL SELECT 'constraint ' || coalesce(q, contypid::pg_catalog.regtype::text) || '.' || conname || ' ' || contype::text || ' '
      || pg_catalog.pg_get_constraintdef(k.oid) || ' valid ' || convalidated
      || coalesce(' comment ' || pg_catalog.obj_description(k.oid, 'pg_constraint'), '')
    FROM pg_catalog.pg_constraint k LEFT JOIN rel ON rel.oid = conrelid
    WHERE contype <> 't' AND connamespace IN (SELECT oid FROM ns)
      AND NOT EXISTS (SELECT 1 FROM member m WHERE m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND m.objid = contypid)
  UNION ALL SELECT 'index ' || pg_catalog.pg_get_indexdef(indexrelid) || ' valid ' || indisvalid
    FROM pg_catalog.pg_index JOIN rel ON rel.oid = indrelid
  UNION ALL SELECT 'sequence ' || q || ' ' || pg_catalog.format_type(seqtypid, NULL) || ' ' || seqstart || ' ' || seqincrement || ' '
      || seqmin || ' ' || seqmax || ' ' || seqcache || ' ' || seqcycle
      || coalesce(' owned ' || (SELECT d.refobjid::pg_catalog.regclass || '.' || a.attname FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
           WHERE d.objid = rel.oid AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')), '')
    FROM rel JOIN pg_catalog.pg_sequence ON seqrelid = rel.oid
  UNION ALL SELECT 'view ' || q || ' ' || pg_catalog.pg_get_viewdef(oid) FROM rel WHERE relkind IN ('v', 'm')
  UNION ALL SELECT 'enum ' || n.nspname || '.' || typname || ' '
      || (SELECT pg_catalog.string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_catalog.pg_enum WHERE enumtypid = t.oid)
    FROM pg_catalog.pg_type t JOIN ns n ON n.oid = typnamespace WHERE typtype = 'e'
  UNION ALL SELECT 'domain ' || n.nspname || '.' || typname || ' ' || pg_catalog.format_type(typbasetype, typtypmod) || ' ' || typnotnull
      || coalesce(' = ' || pg_catalog.pg_get_expr(typdefaultbin, 0), '')
    FROM pg_catalog.pg_type t JOIN ns n ON n.oid = typnamespace
    WHERE typtype = 'd' AND NOT EXISTS (SELECT 1 FROM member m WHERE m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND m.objid = t.oid)
  UNION ALL SELECT 'policy ' || q || '.' || polname || ' ' || polcmd::text || polpermissive
      || coalesce(' using ' || pg_catalog.pg_get_expr(polqual, polrelid), '') || coalesce(' check ' || pg_catalog.pg_get_expr(polwithcheck, polrelid), '')
      || ' to ' || (SELECT pg_catalog.string_agg(CASE WHEN x = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(x) END, ',' ORDER BY 1) FROM pg_catalog.unnest(polroles) x)
    FROM pg_catalog.pg_policy JOIN rel ON rel.oid = polrelid
  UNION ALL SELECT 'trigger ' || q || ' ' || pg_catalog.pg_get_triggerdef(t.oid) || ' ' || tgenabled::text
    FROM pg_catalog.pg_trigger t JOIN rel ON rel.oid = tgrelid WHERE NOT tgisinternal AND tgparentid = 0
  UNION ALL SELECT 'rule ' || pg_catalog.pg_get_ruledef(r.oid) FROM pg_catalog.pg_rewrite r JOIN rel ON rel.oid = ev_class WHERE rulename <> '_RETURN'
  UNION ALL SELECT 'function ' || n.nspname || '.' || proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ') '
      || coalesce(pg_catalog.pg_get_function_result(p.oid), '') || ' ' || prokind::text || ' ' || pg_catalog.md5(prosrc)
      || coalesce(' comment ' || pg_catalog.obj_description(p.oid, 'pg_proc'), '')
    FROM pg_catalog.pg_proc p JOIN ns n ON n.oid = pronamespace
    WHERE NOT EXISTS (SELECT 1 FROM member m WHERE m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND m.objid = p.oid)
)
SELECT pg_catalog.translate(l, E'\n', ' ') FROM line ORDER BY 1;
