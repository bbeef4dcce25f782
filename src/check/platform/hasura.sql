-- Hasura: the extension and the metadata schema that the graphql-engine keeps in the same database, in outline
-- (https://hasura.io/docs/2.0/deployment/postgres-requirements).
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE SCHEMA hdb_catalog;
CREATE FUNCTION hdb_catalog.gen_hasura_uuid() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';
CREATE TABLE hdb_catalog.event_log (
  id text PRIMARY KEY DEFAULT hdb_catalog.gen_hasura_uuid(), schema_name text NOT NULL, table_name text NOT NULL, trigger_name text NOT NULL,
  payload jsonb NOT NULL, delivered boolean NOT NULL DEFAULT false, error boolean NOT NULL DEFAULT false, tries integer NOT NULL DEFAULT 0,
  created_at timestamp DEFAULT now(), locked timestamp with time zone, next_retry_at timestamp, archived boolean NOT NULL DEFAULT false
);
CREATE TABLE hdb_catalog.event_invocation_logs (
  id text PRIMARY KEY DEFAULT hdb_catalog.gen_hasura_uuid(), trigger_name text, event_id text, status integer, request json, response json,
  created_at timestamp DEFAULT now()
);
CREATE TABLE hdb_catalog.hdb_scheduled_events (
  id text PRIMARY KEY DEFAULT hdb_catalog.gen_hasura_uuid(), webhook_conf json NOT NULL, scheduled_time timestamp with time zone NOT NULL,
  retry_conf json, payload json, header_conf json, status text NOT NULL DEFAULT 'scheduled', tries integer NOT NULL DEFAULT 0,
  created_at timestamp with time zone DEFAULT now(), next_retry_at timestamp with time zone, comment text
);
CREATE TABLE hdb_catalog.hdb_scheduled_event_invocation_logs (
  id text PRIMARY KEY DEFAULT hdb_catalog.gen_hasura_uuid(), event_id text, status integer, request json, response json,
  created_at timestamp with time zone DEFAULT now()
);
