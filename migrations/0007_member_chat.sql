-- The read models of all of member chat. Read models are rebuilt from the log: their rows and checkpoints start anew.
DROP TABLE member_list, conversation_list, conversation_list_participants, conversation_list_sites,
  timeline, timeline_conversations, timeline_participants;
DELETE FROM projection_checkpoints WHERE projection IN ('member_list', 'conversation_list', 'timeline');

-- member_list: the members of a site, as the roster and the owner see them.
CREATE TABLE member_list (
  site_id       text COLLATE "C" NOT NULL,
  member_id     text COLLATE "C" NOT NULL,
  display_name  text NOT NULL,
  avatar_url    text,
  community     boolean NOT NULL,
  pending       boolean NOT NULL,
  blocked       boolean NOT NULL DEFAULT false,
  muted         boolean NOT NULL DEFAULT false,
  removed       boolean NOT NULL DEFAULT false,
  registered_at timestamptz NOT NULL,
  -- What the member is in one word. The columns above stay apart, as a lifted block leads back to what was before.
  status        text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
    CASE WHEN removed THEN 'removed' WHEN blocked THEN 'blocked' WHEN pending THEN 'pending' ELSE 'active' END) STORED,
  PRIMARY KEY (site_id, member_id)
);
CREATE INDEX member_list_by_name ON member_list (site_id, display_name, member_id);
CREATE INDEX member_list_by_status ON member_list (site_id, status, display_name, member_id);
-- Roles and badges: by member to show them, by label to filter.
CREATE TABLE member_list_labels (
  site_id   text COLLATE "C" NOT NULL,
  member_id text COLLATE "C" NOT NULL,
  kind      text COLLATE "C" NOT NULL,      -- 'role' or 'badge'
  label     text COLLATE "C" NOT NULL,
  PRIMARY KEY (site_id, member_id, kind, label)
);
CREATE INDEX member_list_of_label ON member_list_labels (site_id, kind, label, member_id);
-- Who has blocked whom: looked up from both sides.
CREATE TABLE member_list_blocks (
  site_id text COLLATE "C" NOT NULL,
  blocker text COLLATE "C" NOT NULL,
  blocked text COLLATE "C" NOT NULL,
  PRIMARY KEY (site_id, blocker, blocked)
);
CREATE INDEX member_list_blocked_by ON member_list_blocks (site_id, blocked, blocker);
CREATE TABLE member_list_sites (
  site_id             text COLLATE "C" PRIMARY KEY,
  name                text,
  member_chat_enabled boolean NOT NULL DEFAULT false
);

-- conversation_list: each member's conversations, latest first. One row a conversation and one a participant, so that a
-- message costs one row write however large the group; what was said stands in the timeline only.
CREATE TABLE conversation_list (
  site_id           text COLLATE "C" NOT NULL,
  conversation_id   uuid NOT NULL,
  kind              text COLLATE "C" NOT NULL,
  name              text,                       -- of a group
  history           text COLLATE "C" NOT NULL,
  member_id         text COLLATE "C",           -- whose conversation with the business it is
  next_seat         bigint NOT NULL DEFAULT 0,
  participant_count int NOT NULL DEFAULT 0,
  closed            boolean NOT NULL DEFAULT false,
  last_log_number   bigint NOT NULL,            -- of the last message, else of the start; in no index, so that it moves cheaply
  PRIMARY KEY (site_id, conversation_id)
) WITH (fillfactor = 70);
CREATE TABLE conversation_list_participants (
  site_id           text COLLATE "C" NOT NULL,
  conversation_id   uuid NOT NULL,
  member_id         text COLLATE "C" NOT NULL,
  admin             boolean NOT NULL DEFAULT false,
  seat              bigint NOT NULL,
  reads_from        bigint NOT NULL,   -- the first log number this participant may read
  PRIMARY KEY (site_id, conversation_id, member_id)
);
CREATE INDEX conversation_list_of_member ON conversation_list_participants (site_id, member_id, conversation_id);
CREATE INDEX conversation_list_by_seat ON conversation_list_participants (site_id, conversation_id, seat);
-- The inbox of the staff: every conversation with the business, in its order.
CREATE TABLE conversation_list_inbox (
  site_id         text COLLATE "C" NOT NULL,
  conversation_id uuid NOT NULL,
  last_log_number bigint NOT NULL,
  PRIMARY KEY (site_id, conversation_id)
);
CREATE INDEX conversation_list_inbox_order ON conversation_list_inbox (site_id, last_log_number DESC, conversation_id DESC);
-- How a member keeps a conversation. Survives leaving and coming back, and is there for staff, who have no seat.
CREATE TABLE conversation_list_preferences (
  site_id         text COLLATE "C" NOT NULL,
  member_id       text COLLATE "C" NOT NULL,
  conversation_id uuid NOT NULL,
  muted           boolean NOT NULL DEFAULT false,
  archived        boolean NOT NULL DEFAULT false,
  pinned          boolean NOT NULL DEFAULT false,
  PRIMARY KEY (site_id, member_id, conversation_id)
);
CREATE TABLE conversation_list_sites (
  site_id             text COLLATE "C" PRIMARY KEY,
  name                text,
  member_chat_enabled boolean NOT NULL DEFAULT false
);

-- timeline: the messages of a conversation with their dense number, and from where each participant may read.
CREATE TABLE timeline (
  site_id         text COLLATE "C" NOT NULL,
  conversation_id uuid NOT NULL,
  seq             bigint NOT NULL,
  message_id      uuid NOT NULL,
  author_id       text COLLATE "C" NOT NULL,
  text            text NOT NULL,              -- empty when deleted
  reply_to        uuid,
  sent_at         timestamptz NOT NULL,
  edited_at       timestamptz,
  deleted         boolean NOT NULL DEFAULT false,
  log_number      bigint NOT NULL,
  PRIMARY KEY (site_id, conversation_id, seq)
);
CREATE UNIQUE INDEX timeline_message ON timeline (site_id, message_id);
-- Unread counts leave out what was deleted.
CREATE INDEX timeline_deleted ON timeline (site_id, conversation_id, seq) INCLUDE (author_id) WHERE deleted;
CREATE TABLE timeline_conversations (
  site_id         text COLLATE "C" NOT NULL,
  conversation_id uuid NOT NULL,
  kind            text COLLATE "C" NOT NULL,
  history         text COLLATE "C" NOT NULL,
  last_seq        bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (site_id, conversation_id)
) WITH (fillfactor = 70);
CREATE TABLE timeline_participants (
  site_id         text COLLATE "C" NOT NULL,
  conversation_id uuid NOT NULL,
  member_id       text COLLATE "C" NOT NULL,
  first_seq       bigint NOT NULL,
  PRIMARY KEY (site_id, conversation_id, member_id)
);
-- How far a member has read, and how many messages of their own stand after that. Survives leaving and coming back, and
-- is there for staff, who have no seat. No row: nothing read, nothing written.
CREATE TABLE timeline_readers (
  site_id         text COLLATE "C" NOT NULL,
  conversation_id uuid NOT NULL,
  member_id       text COLLATE "C" NOT NULL,
  read_seq        bigint NOT NULL DEFAULT 0,
  own_after       bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (site_id, conversation_id, member_id)
) WITH (fillfactor = 70);
CREATE TABLE timeline_reactions (
  site_id    text COLLATE "C" NOT NULL,
  message_id uuid NOT NULL,
  emoji      text COLLATE "C" NOT NULL,
  member_id  text COLLATE "C" NOT NULL,
  log_number bigint NOT NULL,             -- of the event: the order in which they came
  PRIMARY KEY (site_id, message_id, emoji, member_id)
);
