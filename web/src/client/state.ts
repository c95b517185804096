/** The client's state: plain data, replaced and never mutated. */
import type { Code, Conversation, Member, Message, Participant, Site } from './types.ts';
import type { Problem } from './problem.ts';

/** The loaded messages of a conversation, contiguous. */
export interface Timeline {
  /** Sorted by `seq`. */
  messages: readonly Message[];
  /** Cursor towards older messages; null at the beginning. */
  previous: string | null;
  /** Cursor towards newer messages; null if the newest is loaded. */
  next: string | null;
}

/** A message of the member that is not in the timeline yet. */
export interface Pending {
  id: string;
  conversation: string;
  text: string;
  reply_to?: string;
  sent_at: string;
  /** The error code of a rejected message. */
  failed?: Code;
  /** Stored by the service, not yet delivered by the stream. */
  confirmed?: boolean;
}

export interface State {
  phase: 'loading' | 'ready' | 'failed' | 'barred';
  /** The reason for `failed` and `barred`. */
  problem: Problem | null;
  /** Whether the live stream is connected. */
  live: boolean;
  me: string;
  site: Site | null;
  members: ReadonlyMap<string, Member>;
  conversations: ReadonlyMap<string, Conversation>;
  /** Conversation ids, the one with the latest activity first. */
  order: readonly string[];
  /** Cursors for more conversations; null if all are loaded. */
  more: string | null;
  moreArchived: string | null;
  timelines: ReadonlyMap<string, Timeline>;
  participants: ReadonlyMap<string, readonly Participant[]>;
  /** Until when, by `performance.now()`, a member is shown as typing, by conversation and member. */
  typing: ReadonlyMap<string, ReadonlyMap<string, number>>;
  outbox: readonly Pending[];
}

/** What a member without access to the site must not see. */
export const NO_CONTENT = {
  members: new Map(),
  conversations: new Map(),
  order: [],
  timelines: new Map(),
  participants: new Map(),
  typing: new Map(),
} satisfies Partial<State>;

export const EMPTY: State = {
  ...NO_CONTENT,
  phase: 'loading',
  problem: null,
  live: false,
  me: '',
  site: null,
  more: null,
  moreArchived: null,
  outbox: [],
};

/** A copy of a map with one entry replaced or, for `undefined`, removed. */
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

/** The conversations, the one with the latest activity first. */
export const inOrder = ({ order, conversations }: State): Conversation[] =>
  order.map((id) => conversations.get(id)!);

/** Unread messages of the conversations that are neither muted nor archived, except one. */
export function unreadTotal(state: State, except = ''): number {
  let total = 0;
  for (const { id, muted, archived, unread } of state.conversations.values())
    if (!muted && !archived && id !== except) total += unread;
  return total;
}
