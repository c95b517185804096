-- The rights that a role of the service needs where another role owns the tables: that one runs `causerie migrate` and
-- `causerie projections rebuild`. Run it as the owner, after each migration:
--
--   psql "$OWNER_URL" --command "SET causerie.role = 'causerie_service'" --file deploy/grants.sql
--
-- Events are added and never changed. One role for all processes needs no more. Where several roles append and read, each also
-- needs `GRANT pg_read_all_stats`, which a superuser gives: a reader has to see which appends are in flight.
DO $$
DECLARE
  service text := current_setting('causerie.role');
  log CONSTANT text[] := ARRAY['events', 'log_epochs'];
  read_only CONSTANT text[] := ARRAY['_sqlx_migrations', 'schema_support', 'conversation_id_key'];
  found record;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), service);
  FOR found IN SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' LOOP
    EXECUTE format('GRANT %s ON %I.%I TO %I',
                   CASE WHEN found.relname = ANY (log) THEN 'SELECT, INSERT'
                        WHEN found.relname = ANY (read_only) THEN 'SELECT'
                        ELSE 'SELECT, INSERT, UPDATE, DELETE' END,
                   current_schema(), found.relname, service);
  END LOOP;
END $$;
