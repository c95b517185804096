-- Group commit again, for less work a batch: each stream read comes once, the answer is one row, and four short statements
-- stand in for one of seven parts. The function of 0005 stays for processes of the version before, until all are replaced.
--
-- reads = the streams that the decisions depended on, each with the version seen (0: did not exist), once a batch
-- uses  = which command (p_use_rows) depended on which of them (p_use_reads), both counted from 1
-- moved = commands of which a stream read has moved; appended = the events written; the rest existed already
CREATE FUNCTION append_first_events(
  p_type text, p_ids text[], p_event_ids uuid[], p_event_types text[], p_versions text[], p_payloads jsonb[], p_metadata jsonb[],
  p_read_types text[], p_read_ids text[], p_read_versions bigint[], p_use_rows int[], p_use_reads int[],
  OUT xid text, OUT moved int[], OUT appended uuid[], OUT positions bigint[]
) LANGUAGE plpgsql
-- The arrays differ in length only. Left to itself the planner plans batches of one anew each time (0.36 ms a call, 0.30 so).
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE moved_reads int[];
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'append needs READ COMMITTED' USING ERRCODE = 'CS002';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(7301, 1);   -- 'this transaction appends': what the reader's fence looks for
  -- 1. locks, in one global order (DISTINCT keeps the sorted rows apart from the calls); none of this assigns a transaction id
  PERFORM pg_advisory_xact_lock_shared(l.key)
     FROM (SELECT DISTINCT hashtextextended(r.t || '/' || r.i, 7) AS key
             FROM unnest(p_read_types, p_read_ids) AS r(t, i) ORDER BY 1) AS l;
  -- 2. a new statement, so a new snapshot: what has moved?
  moved_reads := (
    SELECT array_agg(r.o) FROM unnest(p_read_types, p_read_ids, p_read_versions) WITH ORDINALITY AS r(t, i, v, o)
     WHERE r.v <> (SELECT coalesce(max(e.sequence), 0) FROM events e WHERE e.aggregate_type = r.t AND e.aggregate_id = r.i));
  IF moved_reads IS NOT NULL THEN
    moved := (SELECT array_agg(DISTINCT u.w) FROM unnest(p_use_rows, p_use_reads) AS u(w, r) WHERE u.r = ANY (moved_reads));
  END IF;
  -- 3. the first write: the transaction id is assigned here
  WITH inserted AS (
    INSERT INTO events (aggregate_type, aggregate_id, sequence, event_id, event_type, event_version, payload, metadata)
    SELECT p_type, c.i, 1, c.e, c.et, c.ev, c.p, c.m
      FROM (SELECT generate_subscripts(p_ids, 1) AS o, unnest(p_ids) AS i, unnest(p_event_ids) AS e, unnest(p_event_types) AS et,
                   unnest(p_versions) AS ev, unnest(p_payloads) AS p, unnest(p_metadata) AS m) AS c
     WHERE moved IS NULL OR c.o <> ALL (moved)
     ORDER BY c.i     -- one order for all: two batches with the same ids would otherwise wait for each other
    ON CONFLICT (aggregate_type, aggregate_id, sequence) DO NOTHING
    RETURNING event_id, position)
  SELECT pg_current_xact_id_if_assigned()::text, array_agg(event_id), array_agg(position) INTO xid, appended, positions
    FROM inserted;
END $$;
