import { afterEach, expect, it, vi } from 'vitest';
import { Store } from './store.ts';
import type { Conversation } from './types.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const refusing = (status: number, code: string): void => {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ code }), { status }));
};
const reading = (): Store => {
  const store = new Store({ server: 'http://chat', site: 'a', identify: () => 'a.b.c' });
  store.update({
    phase: 'ready',
    conversations: new Map([['c', { id: 'c', unread: 1 } as Conversation]]),
    order: ['c'],
  });
  return store;
};

it('keeps nothing in memory of what one may read no more', async () => {
  vi.useFakeTimers();
  refusing(403, 'member.blocked');
  const store = reading();
  await store.start();
  await vi.advanceTimersByTimeAsync(10);
  expect(store.state.phase).toBe('barred');
  expect(store.state.problem?.code).toBe('member.blocked');
  expect([store.state.conversations.size, store.state.order.length]).toEqual([0, 0]);
  store.stop();
});

it('keeps what is on screen through a failure that passes', async () => {
  vi.useFakeTimers();
  refusing(503, 'service.unavailable');
  const store = reading();
  await store.start();
  await vi.advanceTimersByTimeAsync(10);
  expect(store.state.phase).toBe('ready');
  expect(store.state.live).toBe(false);
  expect(store.state.conversations.size).toBe(1);
  store.stop();
});

it('knows all participants of a group that has more than one page of them', async () => {
  const seats = Array.from({ length: 3 }, (_, n) => ({ id: `m${n}` }));
  vi.stubGlobal('fetch', async (path: string) => {
    const at = Number(new URL(path).searchParams.get('cursor') ?? 0);
    return Response.json({ items: [seats[at]], next: at < 2 ? String(at + 1) : null });
  });
  const store = reading();
  await store.fetchParticipants('c');
  expect(store.state.participants.get('c')?.map((member) => member.id)).toEqual(['m0', 'm1', 'm2']);
});

it('fetches once more when a reset comes while it fetches', async () => {
  const asked: string[] = [];
  const answers: ((answer: Response) => void)[] = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(new URL(path).pathname);
    return new Promise<Response>((resolve) =>
      answers.push(() => resolve(Response.json({ items: [], next: null }))),
    );
  });
  const store = reading();
  const settle = async () => {
    for (let round = 0; round < 20; round++) {
      answers.splice(0).forEach((answer) => answer(undefined!));
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };
  store.receive({ kind: 'reset', data: {} });
  await new Promise((resolve) => setTimeout(resolve, 0));
  const once = asked.length;
  store.receive({ kind: 'reset', data: {} });
  expect(asked.length).toBe(once);
  await settle();
  expect(asked.length).toBe(2 * once);
  store.stop();
});
