import { expect, it } from 'vitest';
import { EMPTY, type State } from './state.ts';
import { Timelines } from './timelines.ts';
import type { Conversation, Message, MessagePage } from './types.ts';

const page = (...seqs: number[]): MessagePage => ({
  items: seqs.map((seq) => ({ id: `m${seq}`, seq }) as Message),
  previous: null,
  next: null,
});

/** Timelines of one conversation whose newest message has this `seq`. */
function timelinesOf(lastSeq: number, pages: MessagePage[], read: Partial<Conversation> = {}) {
  const conversation = { id: 'c', unread: 0, last_seq: lastSeq, ...read } as Conversation;
  const asked: unknown[] = [];
  let state: State = { ...EMPTY, conversations: new Map([['c', conversation]]) };
  let requests = 0;
  const timelines = new Timelines({
    state: () => state,
    update: (change) => (state = { ...state, ...change }),
    listMessages: async (_, range) => {
      asked.push(range);
      return pages[Math.min(requests++, pages.length - 1)]!;
    },
    fetchConversation: async () => undefined,
    fetchParticipants: async () => undefined,
    runOnce: (_, work) => work(),
  });
  const shown = () => state.timelines.get('c')?.messages.map((message) => message.seq);
  return { timelines, shown, asked, requests: () => requests };
}

it('fetches again if a message arrived during the first fetch', async () => {
  const { timelines, shown } = timelinesOf(2, [page(1), page(1, 2)]);
  await timelines.open('c');
  expect(shown()).toEqual([1, 2]);
});

it('fetches at most twice if the newest message is not visible', async () => {
  const { timelines, shown, requests } = timelinesOf(9, [page(1)]);
  await timelines.open('c');
  expect(shown()).toEqual([1]);
  expect(requests()).toBe(2);
});

it('fetches once if the page has the newest message', async () => {
  const { timelines, requests } = timelinesOf(2, [page(1, 2)]);
  await timelines.open('c');
  expect(requests()).toBe(1);
});

it('loads back to the read marker, or around it if it is far', async () => {
  const near = timelinesOf(100, [page(100)], { unread: 60, read_seq: 10 });
  await near.timelines.open('c');
  expect(near.asked).toEqual([{ limit: 100 }]);
  const far = timelinesOf(3000, [page(3000)], { unread: 2000, read_seq: 12 });
  await far.timelines.open('c');
  expect(far.asked).toEqual([{ around: '12', limit: 50 }]);
  far.asked.length = 0;
  await far.timelines.reload('c');
  expect(far.asked).toEqual([{ limit: 50 }]);
});
