import { expect, it } from 'vitest';
import { ConversationList } from './conversation-list.ts';
import { EMPTY, unreadTotal, type State } from './state.ts';
import type { Conversation } from './types.ts';

const conversation = (n: number, more: Partial<Conversation> = {}): Conversation =>
  ({
    id: `c${n}`,
    activity: n,
    unread: 0,
    as_of: 1,
    pinned: false,
    archived: false,
    ...more,
  }) as Conversation;

interface Filter {
  archived?: boolean;
  pinned?: boolean;
  unread?: boolean;
  cursor?: string;
  limit?: number;
}

/** Pages as the service's: with `unread` and `pinned` they may be empty and have a next one. */
function listOf(all: Conversation[]): { list: ConversationList; state: () => State } {
  let state: State = EMPTY;
  const latestFirst = all.toSorted((a, b) => b.activity - a.activity);
  const list = new ConversationList(undefined, {
    state: () => state,
    update: (change) => (state = { ...state, ...change }),
    runOnce: (_, work) => work(),
    listConversations: async (filter: Filter) => {
      const start = Number(filter.cursor ?? 0);
      const end = start + (filter.limit ?? 50);
      const items = latestFirst
        .filter((item) => item.archived === !!filter.archived)
        .slice(start, end)
        .filter((item) => !filter.pinned || item.pinned)
        .filter((item) => !filter.unread || item.unread > 0);
      return { items, next: end < all.length ? String(end) : null };
    },
  });
  return { list, state: () => state };
}

it('has unread and pinned conversations beyond the first page from the start', async () => {
  const all = Array.from({ length: 450 }, (_, n) => conversation(n));
  all[3] = conversation(3, { unread: 2 });
  all[120] = conversation(120, { pinned: true });
  const { list } = listOf(all);
  const listed = await list.fetchFirst();
  expect(unreadTotal({ ...EMPTY, ...listed })).toBe(2);
  expect(listed.conversations.get('c120')?.pinned).toBe(true);
  expect([listed.order.length, listed.order[0], listed.order.at(-1)]).toEqual([102, 'c449', 'c3']);
});

it('loads more of the list and of the archive, each in the order of activity', async () => {
  const all = Array.from({ length: 300 }, (_, n) => conversation(n, { archived: n % 2 === 0 }));
  all[1] = conversation(1, { unread: 1 });
  const { list, state } = listOf(all);
  Object.assign(state(), await list.fetchFirst());
  await list.loadMore(true);
  await list.loadMore(false);
  const order = state().order.map((id) => Number(id.slice(1)));
  expect(order).toEqual(Array.from({ length: 300 }, (_, n) => 299 - n));
});

it('keeps what arrived while a page was loading', async () => {
  const all = Array.from({ length: 201 }, (_, n) => conversation(n));
  const { list, state } = listOf(all);
  Object.assign(state(), await list.fetchFirst());
  const loading = list.loadMore(false);
  state().conversations = new Map([
    ...state().conversations,
    ['c5', conversation(5, { unread: 4, as_of: 9, activity: 500 })],
  ]);
  state().order = ['c5', ...state().order];
  await loading;
  expect(state().conversations.get('c5')?.unread).toBe(4);
  expect(state().order[0]).toBe('c5');
});
