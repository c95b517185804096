-- One command: any number of events and streams, atomic.
-- reads  = streams the decision depended on, with the version it saw (0: did not exist)
-- guards = streams changed here that other commands read as guards
CREATE FUNCTION append_events(
  p_types text[], p_ids text[], p_sequences bigint[], p_event_ids uuid[],
  p_event_types text[], p_versions text[], p_payloads jsonb[], p_metadata jsonb[],
  p_read_types text[], p_read_ids text[], p_read_versions bigint[],
  p_guard_types text[], p_guard_ids text[]
) RETURNS TABLE (xid text, last_position bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE k record;
BEGIN
  -- Another isolation level would read the snapshot from before the locks.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'append needs READ COMMITTED' USING ERRCODE = 'CS002';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(7301, 1);   -- 'this transaction appends': what the reader's fence looks for
  -- 1. locks, in one global order; none of this assigns a transaction id
  FOR k IN
    SELECT l.key, bool_or(l.exclusive) AS exclusive FROM (
      SELECT hashtextextended(r.t || '/' || r.i, 7) AS key, false AS exclusive FROM unnest(p_read_types, p_read_ids) AS r(t, i)
      UNION ALL
      SELECT hashtextextended(g.t || '/' || g.i, 7), true FROM unnest(p_guard_types, p_guard_ids) AS g(t, i)) AS l
    GROUP BY l.key ORDER BY l.key
  LOOP
    IF k.exclusive THEN PERFORM pg_advisory_xact_lock(k.key); ELSE PERFORM pg_advisory_xact_lock_shared(k.key); END IF;
  END LOOP;
  -- 2. a new statement, so a new snapshot: has anything that was read moved?
  PERFORM 1 FROM unnest(p_read_types, p_read_ids, p_read_versions) AS r(t, i, v)
   WHERE r.v <> (SELECT coalesce(max(e.sequence), 0) FROM events e WHERE e.aggregate_type = r.t AND e.aggregate_id = r.i);
  IF FOUND THEN RAISE EXCEPTION 'a stream that was read has moved' USING ERRCODE = 'CS001'; END IF;
  -- 3. the first write: the transaction id is assigned here
  RETURN QUERY
  WITH inserted AS (
    INSERT INTO events (aggregate_type, aggregate_id, sequence, event_id, event_type, event_version, payload, metadata)
    SELECT u.t, u.i, u.s, u.e, u.et, u.ev, u.p, u.m
      FROM unnest(p_types, p_ids, p_sequences, p_event_ids, p_event_types, p_versions, p_payloads, p_metadata)
           WITH ORDINALITY AS u(t, i, s, e, et, ev, p, m, o)
     ORDER BY u.o
    RETURNING position)
  SELECT pg_current_xact_id()::text, max(inserted.position) FROM inserted;
END $$;
