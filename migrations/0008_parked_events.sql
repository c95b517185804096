-- Events that a projection could not apply, and those of the same key that wait behind them, in order. They stand in the
-- log: kept here is where, and why. An empty error says that the event itself has not been tried yet.
CREATE TABLE projection_parked (
  projection     text COLLATE "C" NOT NULL,
  log_number     bigint NOT NULL,
  transaction_id xid8 NOT NULL,
  position       bigint NOT NULL,
  key            text COLLATE "C" NOT NULL,        -- what it belongs to: a conversation, a member, a site
  error          text,
  parked_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (projection, log_number)
);
CREATE INDEX projection_parked_keys ON projection_parked (projection, key);
