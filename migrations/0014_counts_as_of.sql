-- Unread counts and the last number of a conversation as of any event of the log (docs/adr/0023).
-- The log number of the deletion. Null: deleted before this migration, that is, before anything a stream still shows.
ALTER TABLE timeline ADD COLUMN deleted_log_number bigint;
DROP INDEX timeline_deleted;
CREATE INDEX timeline_deleted ON timeline (site_id, conversation_id, seq) INCLUDE (author_id, deleted_log_number)
  WHERE deleted;
-- The last event that changed a count for all readers (a message or a deletion), or for one (their marker). 0: not known.
ALTER TABLE timeline_conversations ADD COLUMN log_number bigint NOT NULL DEFAULT 0;
ALTER TABLE timeline_readers ADD COLUMN log_number bigint NOT NULL DEFAULT 0;
