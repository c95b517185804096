-- Group commit: many independent commands that each create a stream with one event; a verdict per row, in the order given.
-- reads = per command, the streams its decision depended on, with the version it saw (0: did not exist)
CREATE FUNCTION append_first_events(
  p_type text, p_ids text[], p_event_ids uuid[], p_event_types text[], p_versions text[], p_payloads jsonb[], p_metadata jsonb[],
  p_read_row int[], p_read_types text[], p_read_ids text[], p_read_versions bigint[]
) RETURNS TABLE (ord int, verdict text, xid text, pos bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE k bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'append needs READ COMMITTED' USING ERRCODE = 'CS002';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(7301, 1);   -- 'this transaction appends': what the reader's fence looks for
  FOR k IN SELECT DISTINCT hashtextextended(g.t || '/' || g.i, 7) FROM unnest(p_read_types, p_read_ids) AS g(t, i) ORDER BY 1
  LOOP PERFORM pg_advisory_xact_lock_shared(k); END LOOP;
  RETURN QUERY
  WITH command AS (
    SELECT u.o::int AS ord, u.* FROM unnest(p_ids, p_event_ids, p_event_types, p_versions, p_payloads, p_metadata)
      WITH ORDINALITY AS u(id, event_id, et, ev, p, m, o)
  ), read AS (
    SELECT * FROM unnest(p_read_row, p_read_types, p_read_ids, p_read_versions) AS x(r, t, i, v)
  ), current AS (            -- each stream read is probed once a batch
    SELECT d.t, d.i, (SELECT coalesce(max(e.sequence), 0) FROM events e WHERE e.aggregate_type = d.t AND e.aggregate_id = d.i) AS v
      FROM (SELECT DISTINCT t, i FROM read) AS d
  ), moved AS (
    SELECT DISTINCT read.r FROM read JOIN current USING (t, i) WHERE read.v <> current.v
  ), inserted AS (
    INSERT INTO events (aggregate_type, aggregate_id, sequence, event_id, event_type, event_version, payload, metadata)
    SELECT p_type, c.id, 1, c.event_id, c.et, c.ev, c.p, c.m
      FROM command c WHERE NOT EXISTS (SELECT 1 FROM moved WHERE moved.r = c.ord)
     ORDER BY c.id     -- one order for all: two batches with the same ids would otherwise wait for each other
    ON CONFLICT (aggregate_type, aggregate_id, sequence) DO NOTHING
    RETURNING event_id, position)
  SELECT c.ord,
         CASE WHEN moved.r IS NOT NULL THEN 'moved' WHEN inserted.position IS NULL THEN 'duplicate' ELSE 'ok' END,
         CASE WHEN inserted.position IS NOT NULL THEN pg_current_xact_id()::text END, inserted.position
    FROM command c LEFT JOIN moved ON moved.r = c.ord LEFT JOIN inserted ON inserted.event_id = c.event_id
   ORDER BY c.ord;
END $$;
