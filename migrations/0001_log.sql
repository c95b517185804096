-- The log, its epochs, and what belongs to a log for good.

CREATE TABLE events (
  aggregate_type text COLLATE "C" NOT NULL,
  aggregate_id   text COLLATE "C" NOT NULL,          -- '<site>' or '<site>/<id>'
  sequence       bigint NOT NULL CHECK (sequence > 0),
  event_type     text COLLATE "C" NOT NULL,
  event_version  text COLLATE "C" NOT NULL,
  payload        jsonb NOT NULL,
  metadata       jsonb NOT NULL DEFAULT '{}',
  event_id       uuid NOT NULL DEFAULT gen_random_uuid(),
  epoch          int NOT NULL DEFAULT 0,
  transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
  position       bigint GENERATED ALWAYS AS IDENTITY,
  recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT events_stream PRIMARY KEY (aggregate_type, aggregate_id, sequence)
);
-- The order of the log, and the only other index: each one costs every message a write.
CREATE UNIQUE INDEX events_log ON events (epoch, transaction_id, position);
ALTER TABLE events SET (autovacuum_vacuum_insert_scale_factor = 0.02);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: % is refused', TG_ARGV[0], TG_OP USING ERRCODE = 'CS003';
END $$;
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('the log is append-only');

-- Transaction ids are comparable on one timeline of one cluster only. After a dump and restore,
-- logical replication, pg_upgrade, a failover or a point-in-time recovery they start elsewhere, so
-- each such change begins an epoch (docs/adr/0022). No row is renumbered.
CREATE TABLE log_epochs (
  epoch             int PRIMARY KEY CHECK (epoch BETWEEN 0 AND 65535),   -- a position token has 16 bits for it
  system_identifier bigint NOT NULL,     -- of the cluster that appends to this epoch
  timeline          int NOT NULL,        -- of its write-ahead log
  reason            text COLLATE "C" NOT NULL,
  began_at          timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The key of the ids of direct and business conversations (docs/adr/0024). It never changes: with
-- another key the service would not find the conversations that were started under this one.
CREATE TABLE conversation_id_key (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  key       bytea NOT NULL CHECK (octet_length(key) = 32)
);
REVOKE ALL ON conversation_id_key FROM PUBLIC;
-- gen_random_uuid() uses the strong random source of Postgres: 122 bits each.
INSERT INTO conversation_id_key (key)
VALUES (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
CREATE TRIGGER conversation_id_key_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON conversation_id_key
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('the key of conversation ids is never changed');

-- Which binaries may work on this schema: those that know the migration `oldest_binary` or a later
-- one. A binary that finds migrations it does not know reads it. A migration that older binaries
-- cannot work with raises the number.
CREATE TABLE schema_support (
  singleton     boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  oldest_binary bigint NOT NULL
);
INSERT INTO schema_support (oldest_binary) VALUES (4);

CREATE FUNCTION wal_timeline() RETURNS int LANGUAGE sql AS $$
  SELECT ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int
$$;

-- The epoch that this server appends to; null if the newest epoch is of another cluster or
-- timeline, or if there is none. Every append and every read must know it. A server outside of
-- recovery stays on its timeline until it stops, so a session stores the epoch as a setting of its
-- own and later compares numbers only (docs/adr/0022).
CREATE FUNCTION current_log_epoch() RETURNS int LANGUAGE plpgsql AS $$
DECLARE current int;
BEGIN
  -- A standby sees neither the locks of its primary, so it has no fence, nor what the primary is
  -- about to write.
  IF pg_is_in_recovery() THEN
    RAISE EXCEPTION 'this server is a standby: connect to the primary' USING ERRCODE = '25006';
  END IF;
  current := (SELECT newest.epoch FROM (SELECT * FROM log_epochs ORDER BY epoch DESC LIMIT 1) AS newest
               WHERE newest.timeline = wal_timeline()
                 AND newest.system_identifier = (SELECT system_identifier FROM pg_control_system()));
  PERFORM set_config('causerie.epoch', coalesce(current::text, ''), false);
  RETURN current;
END $$;

-- The result of the last call of current_log_epoch() in this session.
CREATE FUNCTION session_epoch() RETURNS int LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('causerie.epoch', true), '')::int
$$;

-- A decision made on the state of an earlier epoch may depend on events that were lost since.
CREATE FUNCTION require_log_epoch(p_epoch int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_epoch IS DISTINCT FROM current_log_epoch() THEN
    RAISE EXCEPTION 'the log is in another epoch than %: enter it and decide again', p_epoch USING ERRCODE = 'CS005';
  END IF;
END $$;

-- Whether an epoch contains rows that this cluster cannot have written yet: they came with a dump,
-- or the log alone was copied from another cluster and log_epochs does not know the epochs of its
-- rows. A cluster that was copied as files has the identifier of the one it was copied from. A
-- transaction sees its own rows too, whose id is not yet below the snapshot.
CREATE FUNCTION log_has_foreign_rows(p_epoch int) RETURNS boolean LANGUAGE sql AS $$
  SELECT EXISTS (SELECT 1 FROM events WHERE epoch > p_epoch)
      OR coalesce(max(transaction_id) >= pg_snapshot_xmax(pg_current_snapshot())
                  AND max(transaction_id) IS DISTINCT FROM pg_current_xact_id_if_assigned(), false)
    FROM events WHERE epoch = p_epoch
$$;

-- Begins an epoch. The caller holds the lock (7301, 1) exclusively, so no append is in flight. The
-- begin is an ordinary event, except that of epoch 0, which begins with an empty log.
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
            1 + (SELECT coalesce(max(sequence), 0) FROM events
                  WHERE aggregate_type = 'system' AND aggregate_id = 'causerie-system'),
            p_event_id, 'LogEpochBegan', '1',
            jsonb_build_object('type', 'LogEpochBegan', 'epoch', p_epoch, 'reason', p_reason, 'last_event_id', last.event_id),
            '{"actor": "causerie", "role": "system"}');
  END IF;
  RETURN p_epoch;
END $$;

-- The epoch to append to. Begins one if the newest is of another cluster or timeline.
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
  RETURN begin_log_epoch(greatest(newest.epoch, (SELECT max(epoch) FROM events), 0) + 1, reason, p_event_id);
END $$;

-- Begins an epoch on the same cluster and timeline: an operator accepts that events were lost. No
-- later event then gets the position of a lost one.
CREATE FUNCTION accept_log(p_event_id uuid) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  PERFORM enter_log_epoch(gen_random_uuid());
  PERFORM pg_advisory_xact_lock(7301, 1);
  RETURN begin_log_epoch((SELECT max(epoch) FROM log_epochs) + 1, 'accepted', p_event_id);
END $$;
