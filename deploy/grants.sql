-- The rights of the service role if another role owns the tables. The owner runs `causerie migrate`
-- and `causerie projections rebuild`. Run this file as the owner, after each migration:
--
--   psql "$OWNER_URL" --command "SET causerie.role = 'causerie_service'" --file deploy/grants.sql
--
-- The role can add events and never change them. One role for all processes needs no other rights.
-- If several roles append and read, a superuser must also `GRANT pg_read_all_stats` to each,
-- because a reader must see which appends are in flight.
DO $$
DECLARE
  service text := current_setting('causerie.role');
  log CONSTANT text[] := ARRAY['events', 'log_epochs'];
  read_only CONSTANT text[] := ARRAY['_sqlx_migrations', 'schema_support', 'conversation_id_key'];
  found record;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I, read_models TO %I', current_schema(), service);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA read_models TO %I', service);
  FOR found IN SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' LOOP
    EXECUTE format('GRANT %s ON %I.%I TO %I',
                   CASE WHEN found.relname = ANY (log) THEN 'SELECT, INSERT'
                        WHEN found.relname = ANY (read_only) THEN 'SELECT'
                        ELSE 'SELECT, INSERT, UPDATE, DELETE' END,
                   current_schema(), found.relname, service);
  END LOOP;
END $$;
