/** What the client knows. Plain data, replaced and never changed in place. */
import type { Code, Conversation, Member, Message, Participant, Site } from './types.ts';
import type { Problem } from './http.ts';

/** What is loaded of a conversation: a run of messages without holes. */
export interface Timeline {
  /** By `seq`. */
  messages: readonly Message[];
  /** Where to go on towards the past; null at the beginning. */
  previous: string | null;
  /** Where to go on towards the present; null when the newest is here. */
  next: string | null;
}

/** A message that the service has not confirmed. */
export interface Pending {
  id: string;
  conversation: string;
  text: string;
  reply_to?: string;
  sent_at: string;
  /** The code of the refusal; none while it is still on its way. */
  failed?: Code;
  /** The service has it; the stream has not brought it yet. */
  confirmed?: boolean;
}

export interface State {
  phase: 'loading' | 'ready' | 'failed' | 'barred';
  /** Why not, when `failed` or `barred`. */
  problem: Problem | null;
  /** Whether the live stream is there. */
  live: boolean;
  me: string;
  site: Site | null;
  members: ReadonlyMap<string, Member>;
  conversations: ReadonlyMap<string, Conversation>;
  /** Latest first. */
  order: readonly string[];
  /** Where the list of conversations goes on. */
  more: string | null;
  timelines: ReadonlyMap<string, Timeline>;
  participants: ReadonlyMap<string, readonly Participant[]>;
  /** Until when, in ms: by conversation and member. */
  typing: ReadonlyMap<string, ReadonlyMap<string, number>>;
  outbox: readonly Pending[];
}

export const EMPTY: State = {
  phase: 'loading',
  problem: null,
  live: false,
  me: '',
  site: null,
  members: new Map(),
  conversations: new Map(),
  order: [],
  more: null,
  timelines: new Map(),
  participants: new Map(),
  typing: new Map(),
  outbox: [],
};

/** A copy of a map with one entry replaced, or without it. */
export function withEntry<V>(
  map: ReadonlyMap<string, V>,
  key: string,
  value: V | undefined,
): ReadonlyMap<string, V> {
  const copy = new Map(map);
  if (value === undefined) copy.delete(key);
  else copy.set(key, value);
  return copy;
}

/** Unread messages over all conversations that want to be noticed. */
export function unreadTotal(state: State): number {
  let total = 0;
  for (const conversation of state.conversations.values())
    if (!conversation.muted && !conversation.archived) total += conversation.unread;
  return total;
}
