-- The read models. All of this schema can be dropped, or left out of a dump: `causerie migrate`
-- creates it again (migrations/README.md) and the projectors fill it from the log.
CREATE SCHEMA read_models;

-- How far each read model has read the log. Committed in the same transaction as its rows.
CREATE TABLE read_models.projection_checkpoints (
  projection     text COLLATE "C" PRIMARY KEY,
  log_number     bigint NOT NULL DEFAULT 0,
  epoch          int NOT NULL DEFAULT 0,
  transaction_id xid8 NOT NULL DEFAULT '0',
  position       bigint NOT NULL DEFAULT 0,
  updated_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- References to events that a projection could not apply, and to later events of the same key that
-- wait behind them, in order.
CREATE TABLE read_models.projection_parked (
  projection     text COLLATE "C" NOT NULL,
  log_number     bigint NOT NULL,
  epoch          int NOT NULL DEFAULT 0,
  transaction_id xid8 NOT NULL,
  position       bigint NOT NULL,
  key            text COLLATE "C" NOT NULL,        -- the conversation, member or site of the event
  error          text,                             -- null: the event waits and has not been tried
  parked_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (projection, log_number)
);
CREATE INDEX projection_parked_keys ON read_models.projection_parked (projection, key);

-- member_list: the members of a site.
CREATE TABLE read_models.member_list (
  site_id        text COLLATE "C" NOT NULL,
  member_id      text COLLATE "C" NOT NULL,
  display_name   text NOT NULL,
  -- The name folded by the projector, so that case, accents and the locale of the database make no
  -- difference. `search_version` names the rules; the projector rewrites keys of other rules at its
  -- start.
  search_name    text COLLATE "C" NOT NULL DEFAULT '',
  search_version int NOT NULL DEFAULT 0,
  avatar_url     text,
  community      boolean NOT NULL,
  pending        boolean NOT NULL,
  blocked        boolean NOT NULL DEFAULT false,
  muted          boolean NOT NULL DEFAULT false,
  removed        boolean NOT NULL DEFAULT false,
  registered_at  timestamptz NOT NULL,
  -- Derived from the columns above, which stay separate because a lifted block restores what was
  -- before.
  status         text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
    CASE WHEN removed THEN 'removed' WHEN blocked THEN 'blocked' WHEN pending THEN 'pending' ELSE 'active' END) STORED,
  PRIMARY KEY (site_id, member_id)
);
CREATE INDEX member_list_by_name ON read_models.member_list (site_id, search_name, member_id);
CREATE INDEX member_list_by_status ON read_models.member_list (site_id, status, search_name, member_id);
-- Roles and badges: by member to show them, by label to filter.
CREATE TABLE read_models.member_list_labels (
  site_id   text COLLATE "C" NOT NULL,
  member_id text COLLATE "C" NOT NULL,
  kind      text COLLATE "C" NOT NULL,      -- 'role' or 'badge'
  label     text COLLATE "C" NOT NULL,
  PRIMARY KEY (site_id, member_id, kind, label)
);
CREATE INDEX member_list_of_label ON read_models.member_list_labels (site_id, kind, label, member_id);
-- Blocks between members: looked up from both sides.
CREATE TABLE read_models.member_list_blocks (
  site_id text COLLATE "C" NOT NULL,
  blocker text COLLATE "C" NOT NULL,
  blocked text COLLATE "C" NOT NULL,
  PRIMARY KEY (site_id, blocker, blocked)
);
CREATE INDEX member_list_blocked_by ON read_models.member_list_blocks (site_id, blocked, blocker);
CREATE TABLE read_models.member_list_sites (
  site_id             text COLLATE "C" PRIMARY KEY,
  name                text,
  member_chat_enabled boolean NOT NULL DEFAULT false,
  closed              boolean NOT NULL DEFAULT false
);

-- conversation_list: each member's conversations, latest first. One row per conversation and one
-- per participant, so that a message costs one row write in groups of any size; texts are in the
-- timeline only.
CREATE TABLE read_models.conversation_list (
  site_id           text COLLATE "C" NOT NULL,
  conversation_id   uuid NOT NULL,
  kind              text COLLATE "C" NOT NULL,
  name              text,                       -- of a group
  image_id          uuid,                       -- of a group
  history           text COLLATE "C" NOT NULL,
  member_id         text COLLATE "C",           -- the member of a conversation with the business
  last_join_number  bigint NOT NULL DEFAULT 0,
  participant_count int NOT NULL DEFAULT 0,
  closed            boolean NOT NULL DEFAULT false,
  last_log_number   bigint NOT NULL,            -- of the last message, else of the start; in no index, so that an update is cheap
  created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (site_id, conversation_id)
) WITH (fillfactor = 70);
-- Open groups only: none of these columns changes with a message.
CREATE INDEX conversation_list_groups ON read_models.conversation_list (site_id, created_at DESC, conversation_id DESC)
  WHERE kind = 'group' AND NOT closed;
CREATE TABLE read_models.conversation_list_participants (
  site_id           text COLLATE "C" NOT NULL,
  conversation_id   uuid NOT NULL,
  member_id         text COLLATE "C" NOT NULL,
  admin             boolean NOT NULL DEFAULT false,
  join_number       bigint NOT NULL,             -- counts the participants in the order in which they joined
  joined_log_number bigint NOT NULL DEFAULT 0,   -- joining counts as activity: the member's list is ordered by it
  reads_from        bigint NOT NULL,             -- the first log number this participant may read
  PRIMARY KEY (site_id, conversation_id, member_id)
);
CREATE INDEX conversation_list_of_member ON read_models.conversation_list_participants (site_id, member_id, conversation_id);
CREATE INDEX conversation_list_by_join_number
  ON read_models.conversation_list_participants (site_id, conversation_id, join_number);
-- The inbox of the staff: every conversation with the business, in its order.
CREATE TABLE read_models.conversation_list_inbox (
  site_id         text COLLATE "C" NOT NULL,
  conversation_id uuid NOT NULL,
  last_log_number bigint NOT NULL,
  PRIMARY KEY (site_id, conversation_id)
);
CREATE INDEX conversation_list_inbox_order
  ON read_models.conversation_list_inbox (site_id, last_log_number DESC, conversation_id DESC);
-- A member's preferences for a conversation. They survive leaving and joining again, and staff, who
-- are not participants of conversations with the business, have them too.
CREATE TABLE read_models.conversation_list_preferences (
  site_id         text COLLATE "C" NOT NULL,
  member_id       text COLLATE "C" NOT NULL,
  conversation_id uuid NOT NULL,
  muted           boolean NOT NULL DEFAULT false,
  archived        boolean NOT NULL DEFAULT false,
  pinned          boolean NOT NULL DEFAULT false,
  PRIMARY KEY (site_id, member_id, conversation_id)
);
-- A message takes the conversation out of the archive of members who have not muted it.
CREATE INDEX conversation_list_archived ON read_models.conversation_list_preferences (site_id, conversation_id)
  WHERE archived AND NOT muted;
CREATE TABLE read_models.conversation_list_sites (
  site_id             text COLLATE "C" PRIMARY KEY,
  name                text,
  member_chat_enabled boolean NOT NULL DEFAULT false,
  closed              boolean NOT NULL DEFAULT false
);

-- timeline: the messages of a conversation with their dense number, and from where each participant
-- may read.
CREATE TABLE read_models.timeline (
  site_id            text COLLATE "C" NOT NULL,
  conversation_id    uuid NOT NULL,
  seq                bigint NOT NULL,
  message_id         uuid NOT NULL,
  author_id          text COLLATE "C" NOT NULL,
  text               text NOT NULL,              -- empty when deleted
  reply_to           uuid,
  sent_at            timestamptz NOT NULL,
  edited_at          timestamptz,
  deleted            boolean NOT NULL DEFAULT false,
  log_number         bigint NOT NULL,
  deleted_log_number bigint,                     -- of the deletion: counts as of any event need it (docs/adr/0023)
  PRIMARY KEY (site_id, conversation_id, seq)
);
CREATE UNIQUE INDEX timeline_message ON read_models.timeline (site_id, message_id);
-- Unread counts leave out deleted messages.
CREATE INDEX timeline_deleted ON read_models.timeline (site_id, conversation_id, seq)
  INCLUDE (author_id, deleted_log_number) WHERE deleted;
CREATE TABLE read_models.timeline_conversations (
  site_id         text COLLATE "C" NOT NULL,
  conversation_id uuid NOT NULL,
  kind            text COLLATE "C" NOT NULL,
  history         text COLLATE "C" NOT NULL,
  last_seq        bigint NOT NULL DEFAULT 0,
  log_number      bigint NOT NULL DEFAULT 0,     -- the last event that changed a count for all readers; 0: none
  PRIMARY KEY (site_id, conversation_id)
) WITH (fillfactor = 70);
CREATE TABLE read_models.timeline_participants (
  site_id         text COLLATE "C" NOT NULL,
  conversation_id uuid NOT NULL,
  member_id       text COLLATE "C" NOT NULL,
  first_seq       bigint NOT NULL,
  PRIMARY KEY (site_id, conversation_id, member_id)
);
-- How far a member has read, and how many messages of their own follow. The row survives leaving
-- and joining again, and staff have one too. No row: nothing read, nothing written.
CREATE TABLE read_models.timeline_readers (
  site_id         text COLLATE "C" NOT NULL,
  conversation_id uuid NOT NULL,
  member_id       text COLLATE "C" NOT NULL,
  read_seq        bigint NOT NULL DEFAULT 0,
  own_after       bigint NOT NULL DEFAULT 0,
  log_number      bigint NOT NULL DEFAULT 0,     -- the last event that moved this marker; 0: none
  PRIMARY KEY (site_id, conversation_id, member_id)
) WITH (fillfactor = 70);
CREATE TABLE read_models.timeline_reactions (
  site_id    text COLLATE "C" NOT NULL,
  message_id uuid NOT NULL,
  emoji      text COLLATE "C" NOT NULL,
  member_id  text COLLATE "C" NOT NULL,
  log_number bigint NOT NULL,             -- of the event: reactions are shown in this order
  PRIMARY KEY (site_id, message_id, emoji, member_id)
);
