-- The log: the one truth. Its first seven columns are postgres-es' own; the rest have defaults.
CREATE TABLE events (
  aggregate_type text COLLATE "C" NOT NULL,
  aggregate_id   text COLLATE "C" NOT NULL,          -- '<site>' or '<site>/<id>'
  sequence       bigint NOT NULL CHECK (sequence > 0),
  event_type     text COLLATE "C" NOT NULL,
  event_version  text COLLATE "C" NOT NULL,
  payload        jsonb NOT NULL,
  metadata       jsonb NOT NULL DEFAULT '{}',
  event_id       uuid NOT NULL DEFAULT gen_random_uuid(),
  position       bigint GENERATED ALWAYS AS IDENTITY,
  transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
  recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT events_stream PRIMARY KEY (aggregate_type, aggregate_id, sequence)
);
CREATE UNIQUE INDEX events_log ON events (transaction_id, position);   -- the only other index
ALTER TABLE events SET (autovacuum_vacuum_insert_scale_factor = 0.02);

-- What has been said stays said.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the log is append-only: % is refused', TG_OP USING ERRCODE = 'CS003';
END $$;
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
