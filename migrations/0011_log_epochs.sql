-- Epochs: transaction ids are comparable on one timeline of one cluster only. After a dump and restore, logical replication,
-- pg_upgrade, a failover or a point-in-time recovery they start elsewhere. So the log's order becomes
-- (epoch, transaction_id, position), and each such change begins an epoch (docs/adr/0022). No row is renumbered.
CREATE TABLE log_epochs (
  epoch             int PRIMARY KEY CHECK (epoch BETWEEN 0 AND 65535),   -- a position token has 16 bits for it
  system_identifier bigint NOT NULL,     -- of the cluster that appends to this epoch
  timeline          int NOT NULL,        -- of its write-ahead log
  reason            text COLLATE "C" NOT NULL,
  began_at          timestamptz NOT NULL DEFAULT clock_timestamp()
);

ALTER TABLE events ADD COLUMN epoch int NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX events_log_with_epoch ON events (epoch, transaction_id, position);
DROP INDEX events_log;
ALTER INDEX events_log_with_epoch RENAME TO events_log;

ALTER TABLE projection_checkpoints ADD COLUMN epoch int NOT NULL DEFAULT 0;
ALTER TABLE projection_parked ADD COLUMN epoch int NOT NULL DEFAULT 0;

CREATE FUNCTION wal_timeline() RETURNS int LANGUAGE sql AS $$
  SELECT ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int
$$;

-- The epoch that this server appends to; null when the newest epoch is of another cluster or timeline, or when there is none.
CREATE FUNCTION current_log_epoch() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  -- A standby sees neither the locks of its primary, so it has no fence, nor what the primary is about to write.
  IF pg_is_in_recovery() THEN
    RAISE EXCEPTION 'this server is a standby: connect to the primary' USING ERRCODE = '25006';
  END IF;
  RETURN (SELECT newest.epoch FROM (SELECT * FROM log_epochs ORDER BY epoch DESC LIMIT 1) AS newest
           WHERE newest.timeline = wal_timeline() AND newest.system_identifier = (SELECT system_identifier FROM pg_control_system()));
END $$;

-- Begins an epoch. The caller holds the lock (7301, 1) exclusively, so no append is in flight. The beginning is an ordinary
-- event, except of the very first epoch: that one is the log from before there were epochs, or an empty log.
CREATE FUNCTION begin_log_epoch(p_epoch int, p_reason text, p_event_id uuid) RETURNS int LANGUAGE plpgsql AS $$
DECLARE last record;
BEGIN
  SELECT e.epoch, e.transaction_id, e.position, e.event_id INTO last
    FROM events e ORDER BY e.epoch DESC, e.transaction_id DESC, e.position DESC LIMIT 1;
  INSERT INTO log_epochs (epoch, system_identifier, timeline, reason)
  VALUES (p_epoch, (SELECT system_identifier FROM pg_control_system()), wal_timeline(), p_reason);
  IF p_epoch > 0 THEN
    INSERT INTO events (epoch, aggregate_type, aggregate_id, sequence, event_id, event_type, event_version, payload, metadata)
    VALUES (p_epoch, 'system', 'causerie-system',
            1 + (SELECT coalesce(max(sequence), 0) FROM events WHERE aggregate_type = 'system' AND aggregate_id = 'causerie-system'),
            p_event_id, 'LogEpochBegan', '1',
            jsonb_build_object('type', 'LogEpochBegan', 'epoch', p_epoch, 'reason', p_reason, 'last_event_id', last.event_id),
            '{"actor": "causerie", "role": "system"}');
  END IF;
  RETURN p_epoch;
END $$;

-- Whether an epoch holds rows that this cluster cannot have written yet: they came with a dump. A cluster that was copied as
-- files has the identifier of the one it was copied from, and a log from before there were epochs has none. A transaction
-- sees its own rows too, whose id a snapshot does not count as given out.
CREATE FUNCTION log_has_foreign_rows(p_epoch int) RETURNS boolean LANGUAGE sql AS $$
  SELECT coalesce(max(transaction_id) >= pg_snapshot_xmax(pg_current_snapshot())
                  AND max(transaction_id) IS DISTINCT FROM pg_current_xact_id_if_assigned(), false)
    FROM events WHERE epoch = p_epoch
$$;

-- The epoch to append to. Begins one where the newest is of another cluster or timeline.
CREATE FUNCTION enter_log_epoch(p_event_id uuid) RETURNS int LANGUAGE plpgsql AS $$
DECLARE current int; newest log_epochs; reason text;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'enter_log_epoch needs READ COMMITTED' USING ERRCODE = 'CS002';
  END IF;
  current := current_log_epoch();
  IF current IS NOT NULL AND NOT log_has_foreign_rows(current) THEN RETURN current; END IF;
  PERFORM pg_advisory_xact_lock(7301, 1);
  current := current_log_epoch();         -- a new statement: another process may have begun it
  IF current IS NOT NULL AND NOT log_has_foreign_rows(current) THEN RETURN current; END IF;
  SELECT * INTO newest FROM log_epochs ORDER BY epoch DESC LIMIT 1;
  IF newest.epoch IS NULL AND NOT log_has_foreign_rows(0) THEN RETURN begin_log_epoch(0, 'first', p_event_id); END IF;
  reason := CASE WHEN newest.system_identifier = (SELECT system_identifier FROM pg_control_system())
                  AND newest.timeline <> wal_timeline() THEN 'timeline' ELSE 'cluster' END;
  RETURN begin_log_epoch(coalesce(newest.epoch, 0) + 1, reason, p_event_id);
END $$;

-- An epoch on the same cluster and timeline: an operator accepts that events were lost, so that no position of a lost event
-- ever names another one.
CREATE FUNCTION accept_log(p_event_id uuid) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  PERFORM enter_log_epoch(gen_random_uuid());
  PERFORM pg_advisory_xact_lock(7301, 1);
  RETURN begin_log_epoch((SELECT max(epoch) FROM log_epochs) + 1, 'accepted', p_event_id);
END $$;

-- What an append checks first: a decision made on the state of an earlier epoch may have seen events that were lost since.
CREATE FUNCTION require_log_epoch(p_epoch int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_epoch IS DISTINCT FROM current_log_epoch() THEN
    RAISE EXCEPTION 'the log is in another epoch than %: enter it and decide again', p_epoch USING ERRCODE = 'CS005';
  END IF;
END $$;

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
  PERFORM pg_advisory_xact_lock_shared(7301, 1);   -- 'this transaction appends': the fence of read_log and the begin of an epoch look for it
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

-- reads = the streams that the decisions depended on, each with the version seen (0: did not exist), once a batch
-- uses  = which command (p_use_rows) depended on which of them (p_use_reads), both counted from 1
-- moved = commands of which a stream read has changed; appended = the events written; the rest existed already
CREATE FUNCTION append_first_events(
  p_epoch int, p_type text, p_ids text[], p_event_ids uuid[], p_event_types text[], p_versions text[], p_payloads jsonb[], p_metadata jsonb[],
  p_read_types text[], p_read_ids text[], p_read_versions bigint[], p_use_rows int[], p_use_reads int[],
  OUT xid text, OUT moved int[], OUT appended uuid[], OUT positions bigint[]
) LANGUAGE plpgsql
-- The arrays differ in length only. By default the planner plans batches of one each time (0.36 ms a call, 0.30 so).
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE moved_reads int[];
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'append needs READ COMMITTED' USING ERRCODE = 'CS002';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(7301, 1);   -- 'this transaction appends': the fence of read_log and the begin of an epoch look for it
  PERFORM require_log_epoch(p_epoch);
  -- 1. locks, in one global order (DISTINCT keeps the sorted rows apart from the calls); none of this assigns a transaction id
  PERFORM pg_advisory_xact_lock_shared(l.key)
     FROM (SELECT DISTINCT hashtextextended(r.t || '/' || r.i, 7) AS key
             FROM unnest(p_read_types, p_read_ids) AS r(t, i) ORDER BY 1) AS l;
  -- 2. a new statement, so a new snapshot: which streams have changed?
  moved_reads := (
    SELECT array_agg(r.o) FROM unnest(p_read_types, p_read_ids, p_read_versions) WITH ORDINALITY AS r(t, i, v, o)
     WHERE r.v <> (SELECT coalesce(max(e.sequence), 0) FROM events e WHERE e.aggregate_type = r.t AND e.aggregate_id = r.i));
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

-- Rows of earlier epochs are final: no transaction that appended to them can still be at work. The fence concerns the newest.
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
  SELECT current_log_epoch(), coalesce(max(log_epochs.epoch), 0) INTO newest, last FROM log_epochs;   -- 0. which epoch is appended to
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
    -- Another role's transaction id is hidden from a reader without pg_read_all_stats: a fence that cannot see is no fence.
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

DROP FUNCTION append_first_events(text, text[], uuid[], text[], text[], jsonb[], jsonb[], int[], text[], text[], bigint[]);   -- of 0005

-- For processes of the version before, which know no epochs: they work in the first epoch and stop in any other.
CREATE FUNCTION require_first_epoch() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM log_epochs WHERE epoch > 0) THEN
    RAISE EXCEPTION 'this log has epochs, which this version of the service does not know: start a newer one' USING ERRCODE = 'CS005';
  END IF;
  PERFORM enter_log_epoch(gen_random_uuid());
END $$;

CREATE OR REPLACE FUNCTION append_events(
  p_types text[], p_ids text[], p_sequences bigint[], p_event_ids uuid[],
  p_event_types text[], p_versions text[], p_payloads jsonb[], p_metadata jsonb[],
  p_read_types text[], p_read_ids text[], p_read_versions bigint[],
  p_guard_types text[], p_guard_ids text[]
) RETURNS TABLE (xid text, last_position bigint) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM require_first_epoch();
  RETURN QUERY SELECT * FROM append_events(0, p_types, p_ids, p_sequences, p_event_ids, p_event_types, p_versions, p_payloads,
    p_metadata, p_read_types, p_read_ids, p_read_versions, p_guard_types, p_guard_ids);
END $$;

CREATE OR REPLACE FUNCTION append_first_events(
  p_type text, p_ids text[], p_event_ids uuid[], p_event_types text[], p_versions text[], p_payloads jsonb[], p_metadata jsonb[],
  p_read_types text[], p_read_ids text[], p_read_versions bigint[], p_use_rows int[], p_use_reads int[],
  OUT xid text, OUT moved int[], OUT appended uuid[], OUT positions bigint[]
) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM require_first_epoch();
  SELECT f.* INTO xid, moved, appended, positions
    FROM append_first_events(0, p_type, p_ids, p_event_ids, p_event_types, p_versions, p_payloads, p_metadata,
      p_read_types, p_read_ids, p_read_versions, p_use_rows, p_use_reads) AS f;
END $$;

-- A cursor without an epoch is of the first one. From the start it reads the whole log, for a look with psql.
CREATE OR REPLACE FUNCTION read_log(p_xid text, p_position bigint, p_limit int)
RETURNS TABLE (
  xid text, pos bigint, event_id uuid, aggregate_type text, aggregate_id text, sequence bigint,
  event_type text, event_version text, payload jsonb, metadata jsonb, recorded_at_us bigint
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  IF p_xid <> '0' THEN PERFORM require_first_epoch(); END IF;
  RETURN QUERY SELECT r.xid, r.pos, r.event_id, r.aggregate_type, r.aggregate_id, r.sequence, r.event_type, r.event_version,
                      r.payload, r.metadata, r.recorded_at_us
                 FROM read_log(0, p_xid, p_position, p_limit) AS r;
END $$;
