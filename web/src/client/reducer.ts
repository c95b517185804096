/**
 * Folds one stream event into the state. Pure. For every kind of event a test checks that the
 * folded state equals a fetched one. `stale` names what the event alone does not determine; the
 * store fetches it.
 */
import { withEntry, type State, type Timeline } from './state.ts';
import type { Conversation, Frame, Member, Message } from './types.ts';

export type Stale = {
  conversation?: string;
  timelines?: true;
  participants?: string;
  roster?: true;
};

export const TYPING_EXPIRY_MS = 6_000;

export function fold(state: State, frame: Frame, now = 0): { state: State; stale?: Stale } {
  if (isMessageFrame(frame)) {
    const { conversation_id: id, log_number: at, ...message } = frame.data;
    if (!state.conversations.has(id)) return { state, stale: { conversation: id } };
    return {
      state:
        frame.kind === 'message.sent'
          ? withSentMessage(state, id, message, at)
          : withChangedMessage(state, id, message, at, frame.kind),
    };
  }
  switch (frame.kind) {
    case 'conversation.changed': {
      const { id } = frame.data;
      const isKnown = state.conversations.has(id);
      const stale = state.participants.has(id) ? { stale: { participants: id } } : {};
      return {
        state: {
          ...state,
          conversations: withEntry(
            state.conversations,
            id,
            withNewerCounts(state.conversations.get(id), frame.data),
          ),
          order: isKnown ? state.order : [id, ...state.order],
        },
        ...stale,
      };
    }
    case 'conversation.removed':
      return { state: withoutConversation(state, frame.data.id) };
    case 'read_marker.moved': {
      const { conversation_id: id, seq, unread, log_number } = frame.data;
      if (!isNewer(state.conversations.get(id), log_number)) return { state };
      return { state: withConversation(state, id, { read_seq: seq, unread, as_of: log_number }) };
    }
    case 'member.changed':
      if ('gone' in frame.data) return withoutMember(state, frame.data.id);
      // A block between the two may have ended. Their messages are then no longer collapsed and
      // count as unread.
      if (isCollapsed(state, frame.data.id) || reappears(state, frame.data.id))
        return { state: withMember(state, frame.data), stale: { timelines: true } };
      // The visible members depend on this member's own status, and no event lists them.
      return {
        state: withMember(state, frame.data),
        ...(frame.data.id === state.me ? { stale: { roster: true } } : {}),
      };
    case 'site.changed': {
      if (!state.site) return { state };
      const { member_chat_enabled, settings } = frame.data;
      const conversations = new Map<string, Conversation>();
      for (const [id, conversation] of state.conversations) {
        conversations.set(id, {
          ...conversation,
          locked: conversation.closed || (conversation.kind !== 'business' && !member_chat_enabled),
        });
      }
      return {
        state: { ...state, conversations, site: { ...state.site, member_chat_enabled, settings } },
        stale: { roster: true },
      };
    }
    case 'typing': {
      const { conversation_id: id, member } = frame.data;
      if (member === state.me) return { state };
      const until = withEntry(state.typing.get(id) ?? new Map(), member, now + TYPING_EXPIRY_MS);
      return { state: { ...state, typing: withEntry(state.typing, id, until) } };
    }
    default:
      return { state };
  }
}

type MessageFrame = Extract<Frame, { kind: `message.${string}` }>;
const isMessageFrame = (frame: Frame): frame is MessageFrame => frame.kind.startsWith('message.');

/**
 * Whether a frame is newer than the counts of a conversation, which may have been fetched
 * meanwhile.
 */
function isNewer(conversation: Conversation | undefined, logNumber: number): boolean {
  return conversation !== undefined && logNumber > conversation.as_of;
}

/** The received conversation, with the counts of the known one where those are newer. */
function withNewerCounts(known: Conversation | undefined, view: Conversation): Conversation {
  if (!known) return view;
  const activity = Math.max(known.activity, view.activity);
  if (view.as_of >= known.as_of) return { ...view, activity };
  const { last_message, last_seq, read_seq, unread, as_of } = known;
  return { ...view, last_message, last_seq, read_seq, unread, as_of, activity };
}

/** Adds conversations of a response. Those known keep newer counts. */
export function withListed(
  state: Pick<State, 'conversations' | 'order'>,
  items: readonly Conversation[],
): Pick<State, 'conversations' | 'order'> {
  const conversations = new Map(state.conversations);
  for (const item of items)
    conversations.set(item.id, withNewerCounts(conversations.get(item.id), item));
  const order = [...new Set([...state.order, ...items.map(({ id }) => id)])];
  order.sort((a, b) => conversations.get(b)!.activity - conversations.get(a)!.activity);
  return { conversations, order };
}

/**
 * Whether a participant becomes visible again. They may have unread messages that are not loaded.
 */
function reappears(state: State, id: string): boolean {
  return (
    id !== state.me &&
    !state.members.has(id) &&
    [...state.conversations.values()].some((conversation) => conversation.participants.includes(id))
  );
}

function isCollapsed(state: State, author: string): boolean {
  const is = (message: { author: string; collapsed: boolean } | null | undefined) =>
    message?.author === author && message.collapsed;
  for (const { last_message } of state.conversations.values()) if (is(last_message)) return true;
  for (const { messages } of state.timelines.values()) if (messages.some(is)) return true;
  return false;
}

function withConversation(state: State, id: string, change: Partial<Conversation>): State {
  const before = state.conversations.get(id);
  return before
    ? { ...state, conversations: withEntry(state.conversations, id, { ...before, ...change }) }
    : state;
}

function updateTimeline(state: State, id: string, change: (timeline: Timeline) => Timeline): State {
  const before = state.timelines.get(id);
  return before ? { ...state, timelines: withEntry(state.timelines, id, change(before)) } : state;
}

/** Messages sorted by `seq` without duplicates. Versions in `two` win. */
export function mergeMessages(one: readonly Message[], two: readonly Message[]): Message[] {
  const all = new Map<string, Message>();
  for (const message of one) all.set(message.id, message);
  for (const message of two) all.set(message.id, message);
  return [...all.values()].sort((a, b) => a.seq - b.seq);
}

function lastMessageOf(message: Message): Conversation['last_message'] {
  const { id, author, text, seq, sent_at, deleted, collapsed } = message;
  return { id, author, text, seq, sent_at, deleted, collapsed };
}

function withSentMessage(state: State, id: string, message: Message, at: number): State {
  const before = state.conversations.get(id)!;
  // Any message moves the conversation out of the archive, even if the counts are newer: archiving
  // it later has its own frame.
  let after = withConversation(state, id, {
    activity: Math.max(before.activity, at),
    archived: before.archived && before.muted,
  });
  // A conversation received earlier may include this message in its counts.
  if (isNewer(before, at)) {
    const unread =
      before.unread + (message.author === state.me || message.deleted || message.collapsed ? 0 : 1);
    after = withConversation(after, id, {
      last_message: lastMessageOf(message),
      last_seq: message.seq,
      unread,
      as_of: at,
    });
    after = { ...after, order: [id, ...after.order.filter((other) => other !== id)] };
  }
  // While an older part is shown, newer messages are fetched on scrolling.
  after = updateTimeline(after, id, (timeline) =>
    timeline.next
      ? timeline
      : { ...timeline, messages: mergeMessages(timeline.messages, [message]) },
  );
  const typing = after.typing.get(id);
  if (typing?.has(message.author)) {
    after = {
      ...after,
      typing: withEntry(after.typing, id, withEntry(typing, message.author, undefined)),
    };
  }
  return { ...after, outbox: after.outbox.filter((pending) => pending.id !== message.id) };
}

function withChangedMessage(
  state: State,
  id: string,
  message: Message,
  at: number,
  kind: Frame['kind'],
): State {
  const before = state.conversations.get(id)!;
  const change: Partial<Conversation> = {};
  if (before.last_message?.id === message.id) change.last_message = lastMessageOf(message);
  if (kind === 'message.deleted' && isNewer(before, at)) {
    change.as_of = at;
    if (message.author !== state.me && !message.collapsed && message.seq > before.read_seq)
      change.unread = Math.max(0, before.unread - 1);
  }
  return updateTimeline(withConversation(state, id, change), id, (timeline) => ({
    ...timeline,
    messages: timeline.messages.map((candidate) => {
      if (candidate.id === message.id) return message;
      if (candidate.reply_preview?.id !== message.id) return candidate;
      const { author, text, deleted } = message;
      return { ...candidate, reply_preview: { id: message.id, author, text, deleted } };
    }),
  }));
}

function withoutConversation(state: State, id: string): State {
  return {
    ...state,
    conversations: withEntry(state.conversations, id, undefined),
    order: state.order.filter((other) => other !== id),
    timelines: withEntry(state.timelines, id, undefined),
    participants: withEntry(state.participants, id, undefined),
    typing: withEntry(state.typing, id, undefined),
  };
}

function withMember(state: State, member: Member): State {
  const members = withEntry(state.members, member.id, member);
  const { display_name, avatar_url, roles, badges } = member;
  const participants = new Map(state.participants);
  for (const [id, list] of participants) {
    if (list.some((participant) => participant.id === member.id)) {
      participants.set(
        id,
        list.map((participant) =>
          participant.id === member.id
            ? { ...participant, display_name, avatar_url, roles, badges }
            : participant,
        ),
      );
    }
  }
  // A direct conversation has the name of the other member. In the inbox, a business conversation
  // has the name of the member who wrote.
  const conversations = new Map(state.conversations);
  for (const [id, conversation] of conversations) {
    const named =
      conversation.kind === 'direct' ||
      (conversation.kind === 'business' && !conversation.participants.includes(state.me));
    if (named && member.id !== state.me && conversation.participants.includes(member.id)) {
      conversations.set(id, { ...conversation, name: member.display_name });
    }
  }
  return { ...state, members, participants, conversations };
}

/** Only the service knows which messages of a member who is no longer visible are collapsed. */
function withoutMember(state: State, id: string): { state: State; stale: Stale } {
  return {
    state: { ...state, members: withEntry(state.members, id, undefined) },
    stale: { timelines: true },
  };
}
