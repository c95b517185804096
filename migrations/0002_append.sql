-- The only ways to write to the log. Both take the shared lock (7301, 1) before their transaction
-- id is assigned, which read_log and the begin of an epoch look for, and both check in a new
-- statement, after the locks on the streams that were read, that these have not changed.

-- One command: any number of events and streams, atomic.
-- reads  = streams the decision depended on, with the version it saw (0: did not exist)
-- guards = streams changed here that other commands read as guards
CREATE FUNCTION append_events(
  p_epoch int, p_types text[], p_ids text[], p_sequences bigint[], p_event_ids uuid[],
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
  PERFORM pg_advisory_xact_lock_shared(7301, 1);
  PERFORM require_log_epoch(p_epoch);
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
  -- 2. a new statement, so a new snapshot: has a stream changed since it was read?
  PERFORM 1 FROM unnest(p_read_types, p_read_ids, p_read_versions) AS r(t, i, v)
   WHERE r.v <> (SELECT coalesce(max(e.sequence), 0) FROM events e WHERE e.aggregate_type = r.t AND e.aggregate_id = r.i);
  IF FOUND THEN RAISE EXCEPTION 'a stream that was read has changed' USING ERRCODE = 'CS001'; END IF;
  -- 3. the first write: the transaction id is assigned here
  RETURN QUERY
  WITH inserted AS (
    INSERT INTO events (epoch, aggregate_type, aggregate_id, sequence, event_id, event_type, event_version, payload, metadata)
    SELECT p_epoch, u.t, u.i, u.s, u.e, u.et, u.ev, u.p, u.m
      FROM unnest(p_types, p_ids, p_sequences, p_event_ids, p_event_types, p_versions, p_payloads, p_metadata)
           WITH ORDINALITY AS u(t, i, s, e, et, ev, p, m, o)
     ORDER BY u.o
    RETURNING position)
  SELECT pg_current_xact_id()::text, max(inserted.position) FROM inserted;
END $$;

-- Group commit: many independent commands, each of which creates a stream with one event.
-- reads     = the streams that the decisions depended on, each once, with the version seen (0: did not exist)
-- uses      = which command (p_use_rows) depended on which of them (p_use_reads), both counted from 1
-- conflicts = commands of which a stream read has changed; appended = the events written; the rest existed already
CREATE FUNCTION append_first_events(
  p_epoch int, p_type text, p_ids text[], p_event_ids uuid[], p_event_types text[], p_versions text[],
  p_payloads jsonb[], p_metadata jsonb[],
  p_read_types text[], p_read_ids text[], p_read_versions bigint[], p_use_rows int[], p_use_reads int[],
  OUT xid text, OUT conflicts int[], OUT appended uuid[], OUT positions bigint[]
) LANGUAGE plpgsql
-- The arrays differ in length only. By default the planner plans batches of one event each time.
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE changed_reads int[]; newest int;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'append needs READ COMMITTED' USING ERRCODE = 'CS002';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(7301, 1);
  -- 1. locks, in one global order (DISTINCT separates the sorted rows from the calls); none of this assigns a transaction id
  PERFORM pg_advisory_xact_lock_shared(l.key)
     FROM (SELECT DISTINCT hashtextextended(r.t || '/' || r.i, 7) AS key
             FROM unnest(p_read_types, p_read_ids) AS r(t, i) ORDER BY 1) AS l;
  -- 2. a new statement, so a new snapshot: which streams have changed? And has the epoch?
  SELECT array_agg(r.o), (SELECT max(l.epoch) FROM log_epochs l) INTO changed_reads, newest
    FROM unnest(p_read_types, p_read_ids, p_read_versions) WITH ORDINALITY AS r(t, i, v, o)
   WHERE r.v <> (SELECT coalesce(max(e.sequence), 0) FROM events e WHERE e.aggregate_type = r.t AND e.aggregate_id = r.i);
  IF newest IS DISTINCT FROM p_epoch OR newest IS DISTINCT FROM session_epoch() THEN
    PERFORM require_log_epoch(p_epoch);
  END IF;
  IF changed_reads IS NOT NULL THEN
    conflicts := (SELECT array_agg(DISTINCT u.w) FROM unnest(p_use_rows, p_use_reads) AS u(w, r)
                   WHERE u.r = ANY (changed_reads));
  END IF;
  -- 3. the first write: the transaction id is assigned here
  WITH inserted AS (
    INSERT INTO events (epoch, aggregate_type, aggregate_id, sequence, event_id, event_type, event_version, payload, metadata)
    SELECT p_epoch, p_type, c.i, 1, c.e, c.et, c.ev, c.p, c.m
      FROM (SELECT generate_subscripts(p_ids, 1) AS o, unnest(p_ids) AS i, unnest(p_event_ids) AS e, unnest(p_event_types) AS et,
                   unnest(p_versions) AS ev, unnest(p_payloads) AS p, unnest(p_metadata) AS m) AS c
     WHERE conflicts IS NULL OR c.o <> ALL (conflicts)
     ORDER BY c.i     -- one order for all: two batches with the same ids would otherwise wait for each other
    ON CONFLICT (aggregate_type, aggregate_id, sequence) DO NOTHING
    RETURNING event_id, position)
  SELECT pg_current_xact_id_if_assigned()::text, array_agg(event_id), array_agg(position) INTO xid, appended, positions
    FROM inserted;
END $$;
