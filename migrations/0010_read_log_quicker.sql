-- Most reads come when no transaction is at work at all: then everything below the next transaction id is final, and nobody
-- need be looked for. The look at locks and sessions is nine tenths of what a read of a few events costs.
CREATE OR REPLACE FUNCTION read_log(p_xid text, p_position bigint, p_limit int)
RETURNS TABLE (
  xid text, pos bigint, event_id uuid, aggregate_type text, aggregate_id text, sequence bigint,
  event_type text, event_version text, payload jsonb, metadata jsonb, recorded_at_us bigint
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  before pg_snapshot; next_xid bigint; oldest bigint; hidden boolean;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'read_log needs READ COMMITTED' USING ERRCODE = 'CS002';   -- each statement below needs its own snapshot
  END IF;
  before := pg_current_snapshot();                                         -- 1. before looking at who is appending
  next_xid := pg_snapshot_xmax(before)::text::bigint;
  IF pg_snapshot_xmin(before) < pg_snapshot_xmax(before) THEN              -- 2. somebody is at work: who appends?
    PERFORM pg_stat_clear_snapshot();     -- pg_stat_activity is cached for a transaction
    SELECT min(CASE WHEN full_xid > next_xid + 2147483648 THEN full_xid - 4294967296 ELSE full_xid END),
           bool_or(appending.hidden)
      INTO oldest, hidden
      FROM (SELECT (next_xid & ~4294967295::bigint) | a.backend_xid::text::bigint AS full_xid,
                   a.query = '<insufficient privilege>' AS hidden
              FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE l.locktype = 'advisory' AND l.classid = 7301 AND l.objid = 1 AND l.objsubid = 2 AND l.granted
               AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS appending;
    -- Another role's transaction id is hidden from a reader without pg_read_all_stats: a fence that cannot see is no fence.
    IF hidden THEN
      RAISE EXCEPTION 'read_log cannot see who appends: grant pg_read_all_stats to the reading role' USING ERRCODE = 'CS004';
    END IF;
  END IF;
  RETURN QUERY                                                             -- 3. a new snapshot: all below the horizon is final
  SELECT events.transaction_id::text, events.position, events.event_id, events.aggregate_type, events.aggregate_id,
         events.sequence, events.event_type, events.event_version, events.payload, events.metadata,
         (extract(epoch FROM events.recorded_at) * 1000000)::bigint
    FROM events
   WHERE (events.transaction_id, events.position) > (p_xid::xid8, p_position)
     AND events.transaction_id < least(next_xid, oldest)::text::xid8
   ORDER BY events.transaction_id, events.position
   LIMIT p_limit;
END $$;
