-- Where the log alone was copied from another cluster, log_epochs does not know the epochs of its rows: a new epoch has to
-- come after those too, or what is appended would stand before what was copied.
CREATE OR REPLACE FUNCTION log_has_foreign_rows(p_epoch int) RETURNS boolean LANGUAGE sql AS $$
  SELECT EXISTS (SELECT 1 FROM events WHERE epoch > p_epoch)
      OR coalesce(max(transaction_id) >= pg_snapshot_xmax(pg_current_snapshot())
                  AND max(transaction_id) IS DISTINCT FROM pg_current_xact_id_if_assigned(), false)
    FROM events WHERE epoch = p_epoch
$$;

CREATE OR REPLACE FUNCTION enter_log_epoch(p_event_id uuid) RETURNS int LANGUAGE plpgsql AS $$
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
