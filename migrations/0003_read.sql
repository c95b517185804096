-- The only way to read the log in order, in one round trip. The fence (the visibility horizon of
-- the log) counts only transactions that append: each append holds the shared lock (7301, 1) from
-- before its transaction id is assigned until its commit is visible. Unrelated write transactions
-- do not hold the fence back, as they would hold pg_snapshot_xmin (docs/adr/0003). Rows of earlier
-- epochs are final: no transaction that appended to them can still be in progress.
CREATE FUNCTION read_log(p_epoch int, p_xid text, p_position bigint, p_limit int)
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
  -- 0. which epoch is appended to
  SELECT coalesce(max(log_epochs.epoch), 0) INTO last FROM log_epochs;
  newest := CASE WHEN last = session_epoch() THEN last ELSE current_log_epoch() END;
  -- 1. before looking for appends
  before := pg_current_snapshot();
  next_xid := pg_snapshot_xmax(before)::text::bigint;
  -- 2. a transaction is in progress: does it append? Usually none is, and locks and sessions need not be read.
  IF pg_snapshot_xmin(before) < pg_snapshot_xmax(before) THEN
    PERFORM pg_stat_clear_snapshot();     -- pg_stat_activity is cached for a transaction
    SELECT min(CASE WHEN full_xid > next_xid + 2147483648 THEN full_xid - 4294967296 ELSE full_xid END),
           bool_or(appending.hidden)
      INTO oldest, hidden
      FROM (SELECT (next_xid & ~4294967295::bigint) | a.backend_xid::text::bigint AS full_xid,
                   a.query = '<insufficient privilege>' AS hidden
              FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE l.locktype = 'advisory' AND l.classid = 7301 AND l.objid = 1 AND l.objsubid = 2 AND l.granted
               AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS appending;
    -- Another role's transaction id is hidden from a reader without pg_read_all_stats: such a
    -- reader would skip events.
    IF hidden THEN
      RAISE EXCEPTION 'read_log cannot see who appends: grant pg_read_all_stats to the reading role' USING ERRCODE = 'CS004';
    END IF;
  END IF;
  IF newest IS NULL THEN
    -- No process has entered this cluster or timeline yet: every row was appended elsewhere, or
    -- before.
    newest := last + 1;
    horizon := '0';
  ELSE
    horizon := least(next_xid, oldest)::text::xid8;
  END IF;
  -- 3. a new snapshot: all below the horizon is final
  RETURN QUERY
  SELECT events.epoch, events.transaction_id::text, events.position, events.event_id, events.aggregate_type, events.aggregate_id,
         events.sequence, events.event_type, events.event_version, events.payload, events.metadata,
         (extract(epoch FROM events.recorded_at) * 1000000)::bigint
    FROM events
   WHERE (events.epoch, events.transaction_id, events.position) > (p_epoch, p_xid::xid8, p_position)
     AND (events.epoch, events.transaction_id) < (newest, horizon)
   ORDER BY events.epoch, events.transaction_id, events.position
   LIMIT p_limit;
END $$;
