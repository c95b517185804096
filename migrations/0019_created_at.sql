-- When a conversation was created, for the list of a site's groups.
ALTER TABLE conversation_list ADD COLUMN created_at timestamptz NOT NULL DEFAULT clock_timestamp();
UPDATE conversation_list c SET created_at = e.recorded_at
  FROM events e
 WHERE e.aggregate_type = 'conversation' AND e.aggregate_id = c.site_id || '/' || c.conversation_id AND e.sequence = 1;
-- Open groups only: none of these columns changes with a message.
CREATE INDEX conversation_list_groups ON conversation_list (site_id, created_at DESC, conversation_id DESC)
  WHERE kind = 'group' AND NOT closed;
