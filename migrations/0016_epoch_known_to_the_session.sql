-- Every append and every read of the log has to know whether the newest epoch is still the same and is this server's. The first
-- changes while a session lives; the second does not: a server outside of recovery stays on its timeline until it stops. So a
-- session finds out once, keeps the epoch as a setting of its own, and from then on compares numbers.
-- docs/adr/0022 has what it costs to ask each time.
CREATE OR REPLACE FUNCTION current_log_epoch() RETURNS int LANGUAGE plpgsql AS $$
DECLARE current int;
BEGIN
  -- A standby sees neither the locks of its primary, so it has no fence, nor what the primary is about to write.
  IF pg_is_in_recovery() THEN
    RAISE EXCEPTION 'this server is a standby: connect to the primary' USING ERRCODE = '25006';
  END IF;
  current := (SELECT newest.epoch FROM (SELECT * FROM log_epochs ORDER BY epoch DESC LIMIT 1) AS newest
               WHERE newest.timeline = wal_timeline() AND newest.system_identifier = (SELECT system_identifier FROM pg_control_system()));
  PERFORM set_config('causerie.epoch', coalesce(current::text, ''), false);
  RETURN current;
END $$;

-- The epoch that was this server's when this session last asked.
CREATE FUNCTION session_epoch() RETURNS int LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('causerie.epoch', true), '')::int
$$;

CREATE OR REPLACE FUNCTION append_first_events(
  p_epoch int, p_type text, p_ids text[], p_event_ids uuid[], p_event_types text[], p_versions text[], p_payloads jsonb[], p_metadata jsonb[],
  p_read_types text[], p_read_ids text[], p_read_versions bigint[], p_use_rows int[], p_use_reads int[],
  OUT xid text, OUT moved int[], OUT appended uuid[], OUT positions bigint[]
) LANGUAGE plpgsql
-- The arrays differ in length only. By default the planner plans batches of one each time (0.36 ms a call, 0.30 so).
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE moved_reads int[]; newest int;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'append needs READ COMMITTED' USING ERRCODE = 'CS002';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(7301, 1);   -- 'this transaction appends': the fence of read_log and the begin of an epoch look for it
  -- 1. locks, in one global order (DISTINCT keeps the sorted rows apart from the calls); none of this assigns a transaction id
  PERFORM pg_advisory_xact_lock_shared(l.key)
     FROM (SELECT DISTINCT hashtextextended(r.t || '/' || r.i, 7) AS key
             FROM unnest(p_read_types, p_read_ids) AS r(t, i) ORDER BY 1) AS l;
  -- 2. a new statement, so a new snapshot: which streams have changed? And has the epoch?
  SELECT array_agg(r.o), (SELECT max(l.epoch) FROM log_epochs l) INTO moved_reads, newest
    FROM unnest(p_read_types, p_read_ids, p_read_versions) WITH ORDINALITY AS r(t, i, v, o)
   WHERE r.v <> (SELECT coalesce(max(e.sequence), 0) FROM events e WHERE e.aggregate_type = r.t AND e.aggregate_id = r.i);
  IF newest IS DISTINCT FROM p_epoch OR newest IS DISTINCT FROM session_epoch() THEN
    PERFORM require_log_epoch(p_epoch);
  END IF;
  IF moved_reads IS NOT NULL THEN
    moved := (SELECT array_agg(DISTINCT u.w) FROM unnest(p_use_rows, p_use_reads) AS u(w, r) WHERE u.r = ANY (moved_reads));
  END IF;
  -- 3. the first write: the transaction id is assigned here
  WITH inserted AS (
    INSERT INTO events (epoch, aggregate_type, aggregate_id, sequence, event_id, event_type, event_version, payload, metadata)
    SELECT p_epoch, p_type, c.i, 1, c.e, c.et, c.ev, c.p, c.m
      FROM (SELECT generate_subscripts(p_ids, 1) AS o, unnest(p_ids) AS i, unnest(p_event_ids) AS e, unnest(p_event_types) AS et,
                   unnest(p_versions) AS ev, unnest(p_payloads) AS p, unnest(p_metadata) AS m) AS c
     WHERE moved IS NULL OR c.o <> ALL (moved)
     ORDER BY c.i     -- one order for all: two batches with the same ids would otherwise wait for each other
    ON CONFLICT (aggregate_type, aggregate_id, sequence) DO NOTHING
    RETURNING event_id, position)
  SELECT pg_current_xact_id_if_assigned()::text, array_agg(event_id), array_agg(position) INTO xid, appended, positions
    FROM inserted;
END $$;

CREATE OR REPLACE FUNCTION read_log(p_epoch int, p_xid text, p_position bigint, p_limit int)
RETURNS TABLE (
  epoch int, xid text, pos bigint, event_id uuid, aggregate_type text, aggregate_id text, sequence bigint,
  event_type text, event_version text, payload jsonb, metadata jsonb, recorded_at_us bigint
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  before pg_snapshot; next_xid bigint; oldest bigint; hidden boolean; newest int; last int; horizon xid8;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'read_log needs READ COMMITTED' USING ERRCODE = 'CS002';   -- each statement below needs its own snapshot
  END IF;
  SELECT coalesce(max(log_epochs.epoch), 0) INTO last FROM log_epochs;     -- 0. which epoch is appended to
  newest := CASE WHEN last = session_epoch() THEN last ELSE current_log_epoch() END;
  before := pg_current_snapshot();                                         -- 1. before looking at who is appending
  next_xid := pg_snapshot_xmax(before)::text::bigint;
  IF pg_snapshot_xmin(before) < pg_snapshot_xmax(before) THEN              -- 2. a transaction is at work: does it append?
    PERFORM pg_stat_clear_snapshot();     -- pg_stat_activity is cached for a transaction
    SELECT min(CASE WHEN full_xid > next_xid + 2147483648 THEN full_xid - 4294967296 ELSE full_xid END),
           bool_or(appending.hidden)
      INTO oldest, hidden
      FROM (SELECT (next_xid & ~4294967295::bigint) | a.backend_xid::text::bigint AS full_xid,
                   a.query = '<insufficient privilege>' AS hidden
              FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE l.locktype = 'advisory' AND l.classid = 7301 AND l.objid = 1 AND l.objsubid = 2 AND l.granted
               AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS appending;
    -- Another role's transaction id is hidden from a reader without pg_read_all_stats: such a reader would skip events.
    IF hidden THEN
      RAISE EXCEPTION 'read_log cannot see who appends: grant pg_read_all_stats to the reading role' USING ERRCODE = 'CS004';
    END IF;
  END IF;
  IF newest IS NULL THEN
    -- No process has entered this cluster or timeline yet: every row there is was appended elsewhere, or before.
    newest := last + 1;
    horizon := '0';
  ELSE
    horizon := least(next_xid, oldest)::text::xid8;
  END IF;
  RETURN QUERY                                                             -- 3. a new snapshot: all below the horizon is final
  SELECT events.epoch, events.transaction_id::text, events.position, events.event_id, events.aggregate_type, events.aggregate_id,
         events.sequence, events.event_type, events.event_version, events.payload, events.metadata,
         (extract(epoch FROM events.recorded_at) * 1000000)::bigint
    FROM events
   WHERE (events.epoch, events.transaction_id, events.position) > (p_epoch, p_xid::xid8, p_position)
     AND (events.epoch, events.transaction_id) < (newest, horizon)
   ORDER BY events.epoch, events.transaction_id, events.position
   LIMIT p_limit;
END $$;
