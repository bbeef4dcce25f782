//! PostgreSQL's own grammar; the only user of `pg_query`.
