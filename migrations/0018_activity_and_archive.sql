-- Coming into a conversation counts as its activity for the member: their list is ordered by it. Rows of before have the
-- event that they read from, or 0; a rebuild of conversation_list knows all.
ALTER TABLE conversation_list_participants ADD COLUMN joined_log_number bigint NOT NULL DEFAULT 0;
UPDATE conversation_list_participants SET joined_log_number = reads_from WHERE reads_from > 0;
-- A message takes the conversation out of the archives of those who want notice of it.
CREATE INDEX conversation_list_archived ON conversation_list_preferences (site_id, conversation_id)
  WHERE archived AND NOT muted;
