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
function timelinesOf(lastSeq: number, pages: MessagePage[]) {
  const conversation = { id: 'c', unread: 0, last_seq: lastSeq } as Conversation;
  let state: State = { ...EMPTY, conversations: new Map([['c', conversation]]) };
  let requests = 0;
  const timelines = new Timelines({
    state: () => state,
    update: (change) => (state = { ...state, ...change }),
    listMessages: async () => pages[Math.min(requests++, pages.length - 1)]!,
    fetchConversation: async () => undefined,
    fetchParticipants: async () => undefined,
    runOnce: (_, work) => work(),
  });
  const shown = () => state.timelines.get('c')?.messages.map((message) => message.seq);
  return { timelines, shown, requests: () => requests };
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
