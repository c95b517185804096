-- Where each read model has got to. Committed in the same transaction as its rows.
CREATE TABLE projection_checkpoints (
  projection     text COLLATE "C" PRIMARY KEY,
  log_number     bigint NOT NULL DEFAULT 0,
  transaction_id xid8 NOT NULL DEFAULT '0',
  position       bigint NOT NULL DEFAULT 0,
  updated_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- member_list: the members of a site, as the roster and the owner see them.
CREATE TABLE member_list (
  site_id       text COLLATE "C" NOT NULL,
  member_id     text COLLATE "C" NOT NULL,
  display_name  text NOT NULL,
  avatar_url    text,
  community     boolean NOT NULL,
  pending       boolean NOT NULL,
  blocked       boolean NOT NULL DEFAULT false,
  registered_at timestamptz NOT NULL,
  PRIMARY KEY (site_id, member_id)
);
CREATE INDEX member_list_by_name ON member_list (site_id, display_name, member_id);

-- conversation_list: each member's conversations, latest first. One row a conversation and one a participant, so that a
-- message costs one row write however large the group.
CREATE TABLE conversation_list (
  site_id           text COLLATE "C" NOT NULL,
  conversation_id   uuid NOT NULL,
  kind              text COLLATE "C" NOT NULL,
  name              text,
  history           text COLLATE "C" NOT NULL,
  next_seat         bigint NOT NULL DEFAULT 0,
  participant_count int NOT NULL DEFAULT 0,
  closed            boolean NOT NULL DEFAULT false,
  last_log_number   bigint NOT NULL,
  last_message_id   uuid,
  last_author_id    text COLLATE "C",
  last_text         text,
  last_sent_at      timestamptz,
  last_message_log_number bigint,
  PRIMARY KEY (site_id, conversation_id)
);
CREATE TABLE conversation_list_participants (
  site_id           text COLLATE "C" NOT NULL,
  conversation_id   uuid NOT NULL,
  member_id         text COLLATE "C" NOT NULL,
  admin             boolean NOT NULL DEFAULT false,
  seat              bigint NOT NULL,
  reads_from        bigint NOT NULL,   -- the first log number this participant may read
  PRIMARY KEY (site_id, conversation_id, member_id)
);
CREATE INDEX conversation_list_of_member ON conversation_list_participants (site_id, member_id);
CREATE TABLE conversation_list_sites (
  site_id             text COLLATE "C" PRIMARY KEY,
  member_chat_enabled boolean NOT NULL DEFAULT false
);

-- timeline: the messages of a conversation with their dense number, and from where each participant may read.
CREATE TABLE timeline (
  site_id         text COLLATE "C" NOT NULL,
  conversation_id uuid NOT NULL,
  seq             bigint NOT NULL,
  message_id      uuid NOT NULL,
  author_id       text COLLATE "C" NOT NULL,
  text            text NOT NULL,
  reply_to        uuid,
  sent_at         timestamptz NOT NULL,
  log_number      bigint NOT NULL,
  PRIMARY KEY (site_id, conversation_id, seq)
);
CREATE UNIQUE INDEX timeline_message ON timeline (site_id, message_id);
CREATE TABLE timeline_conversations (
  site_id         text COLLATE "C" NOT NULL,
  conversation_id uuid NOT NULL,
  last_seq        bigint NOT NULL DEFAULT 0,
  history         text COLLATE "C" NOT NULL,
  PRIMARY KEY (site_id, conversation_id)
);
CREATE TABLE timeline_participants (
  site_id         text COLLATE "C" NOT NULL,
  conversation_id uuid NOT NULL,
  member_id       text COLLATE "C" NOT NULL,
  first_seq       bigint NOT NULL,
  PRIMARY KEY (site_id, conversation_id, member_id)
);
