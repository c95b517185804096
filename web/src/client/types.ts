/** The shapes of the API, named as in its OpenAPI document. */

export type Status = 'active' | 'pending' | 'blocked' | 'removed';
export type Kind = 'group' | 'direct' | 'business';
export type History = 'since_joined' | 'all';

export interface Settings {
  approval: 'automatic' | 'manual';
  group_creation: 'members' | 'staff';
  max_participants: number;
}

export interface Site {
  id: string;
  name: string;
  locale: string;
  member_chat_enabled: boolean;
  settings: Settings;
}

export interface Member {
  id: string;
  display_name: string;
  avatar_url: string | null;
  roles: string[];
  badges: string[];
  /** These three: to owner and staff, and of oneself. */
  status?: Status;
  community?: boolean;
  muted?: boolean;
}

export interface Participant extends Member {
  admin: boolean;
}

export interface LastMessage {
  id: string;
  author: string;
  text: string;
  seq: number;
  sent_at: string;
  deleted: boolean;
  collapsed: boolean;
}

export interface Conversation {
  id: string;
  kind: Kind;
  name: string | null;
  image_url: string | null;
  /** The first five, by standing. */
  participants: string[];
  participant_count: number;
  admin: boolean;
  history: History | null;
  locked: boolean;
  closed: boolean;
  last_message: LastMessage | null;
  unread: number;
  last_seq: number;
  read_seq: number;
  muted: boolean;
  archived: boolean;
  pinned: boolean;
}

export interface Reaction {
  emoji: string;
  count: number;
  members: string[];
}

export interface ReplyPreview {
  id: string;
  author: string;
  text: string;
  deleted: boolean;
}

export interface Message {
  id: string;
  author: string;
  text: string;
  /** Dense per conversation. */
  seq: number;
  sent_at: string;
  edited_at?: string;
  deleted: boolean;
  reply_to?: string;
  reply_preview?: ReplyPreview;
  reactions: Reaction[];
  /** A block stands between reader and author. */
  collapsed: boolean;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface MessagePage {
  items: Message[];
  previous: string | null;
  next: string | null;
}

export interface Preferences {
  muted: boolean;
  archived: boolean;
  pinned: boolean;
}

/** One event of the live stream. */
export type Frame =
  | { kind: 'message.sent' | 'message.edited' | 'message.deleted' | 'message.reacted'; data: Message & { conversation_id: string } }
  | { kind: 'conversation.changed'; data: Conversation }
  | { kind: 'conversation.removed'; data: { id: string } }
  | { kind: 'read_marker.moved'; data: { conversation_id: string; message: string; seq: number; unread: number } }
  | { kind: 'member.changed'; data: Member | { id: string; gone: true } }
  | { kind: 'site.changed'; data: Pick<Site, 'id' | 'member_chat_enabled' | 'settings'> }
  | { kind: 'typing'; data: { conversation_id: string; member: string } }
  | { kind: 'ready' | 'reset'; data: unknown };
