import { afterEach, expect, it, vi } from 'vitest';
import { Store } from './store.ts';
import type { Conversation } from './types.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const rejectRequests = (status: number, code: string): void => {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ code }), { status }));
};
const storeWithConversation = (): Store => {
  const store = new Store({ server: 'http://chat', site: 'a', identify: () => 'a.b.c' });
  store.update({
    phase: 'ready',
    conversations: new Map([['c', { id: 'c', unread: 1 } as Conversation]]),
    order: ['c'],
  });
  return store;
};

it('clears the state when the member loses access', async () => {
  vi.useFakeTimers();
  rejectRequests(403, 'member.blocked');
  const store = storeWithConversation();
  await store.start();
  await vi.advanceTimersByTimeAsync(10);
  expect(store.state.phase).toBe('barred');
  expect(store.state.problem?.code).toBe('member.blocked');
  expect([store.state.conversations.size, store.state.order.length]).toEqual([0, 0]);
  store.stop();
});

it('keeps the state during a transient failure', async () => {
  vi.useFakeTimers();
  rejectRequests(503, 'service.unavailable');
  const store = storeWithConversation();
  await store.start();
  await vi.advanceTimersByTimeAsync(10);
  expect(store.state.phase).toBe('ready');
  expect(store.state.live).toBe(false);
  expect(store.state.conversations.size).toBe(1);
  store.stop();
});

it('fetches all pages of participants', async () => {
  const participants = Array.from({ length: 3 }, (_, n) => ({ id: `m${n}` }));
  vi.stubGlobal('fetch', async (path: string) => {
    const at = Number(new URL(path).searchParams.get('cursor') ?? 0);
    return Response.json({ items: [participants[at]], next: at < 2 ? String(at + 1) : null });
  });
  const store = storeWithConversation();
  await store.fetchParticipants('c');
  expect(store.state.participants.get('c')?.map((member) => member.id)).toEqual(['m0', 'm1', 'm2']);
});

it('fetches again after a reset during a fetch', async () => {
  const paths: string[] = [];
  const pendingResponses: ((resolve: Response) => void)[] = [];
  vi.stubGlobal('fetch', (path: string) => {
    paths.push(new URL(path).pathname);
    return new Promise<Response>((resolve) =>
      pendingResponses.push(() => resolve(Response.json({ items: [], next: null }))),
    );
  });
  const store = storeWithConversation();
  const settle = async () => {
    for (let round = 0; round < 20; round++) {
      pendingResponses.splice(0).forEach((resolve) => resolve(undefined!));
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };
  store.receive({ kind: 'reset', data: {} });
  await new Promise((resolve) => setTimeout(resolve, 0));
  const once = paths.length;
  store.receive({ kind: 'reset', data: {} });
  expect(paths.length).toBe(once);
  await settle();
  expect(paths.length).toBe(2 * once);
  store.stop();
});
