import { afterEach, expect, it, vi } from 'vitest';
import { Store } from './store.ts';
import type { Conversation } from './types.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const problem = (status: number, code: string): Response =>
  new Response(JSON.stringify({ code }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });
const rejectRequests = (status: number, code: string): void => {
  vi.stubGlobal('fetch', async () => problem(status, code));
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
  store.receive({ kind: 'reset', data: {} });
  await settle();
  const once = new Set(paths).size;
  expect([once, paths.length]).toEqual([4, 10]);
  store.stop();
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
/** Responds to a path with JSON or a status; to other paths with an empty page. */
const respond = (responses: Record<string, unknown>): void => {
  vi.stubGlobal('fetch', async (url: string) => {
    const path = new URL(url).pathname.replace('/v1/sites/a', '');
    const body = responses[path] ?? { items: [], next: null, previous: null };
    return typeof body === 'number' ? problem(body, 'conversation.not_found') : Response.json(body);
  });
};

it('goes on after an event that arrived during a fetch and requires another', async () => {
  respond({});
  const store = storeWithConversation();
  const kinds: string[] = [];
  store.addEventListener('frame', (event) => kinds.push((event as CustomEvent).detail.kind));
  const typing = { kind: 'typing', data: { conversation_id: 'c', member: 'bob' } } as const;
  store.receive({ kind: 'reset', data: {} });
  store.receive({ kind: 'member.changed', data: { id: 'bob', gone: true } });
  store.receive(typing);
  await settled();
  store.receive(typing);
  expect(kinds).toEqual(['member.changed', 'typing', 'typing']);
  store.stop();
});

it('lists a conversation once that is archived during a fetch', async () => {
  respond({ '/conversations': { items: [{ id: 'c' }], next: null } });
  const store = storeWithConversation();
  await store.refetch();
  expect(store.state.order).toEqual(['c']);
});

it('fetches the participants of open conversations again', async () => {
  respond({
    '/conversations': { items: [{ id: 'c' }], next: null },
    '/conversations/c/participants': { items: [{ id: 'bob', admin: true }], next: null },
  });
  const store = storeWithConversation();
  await store.timelines.open('c');
  store.update({ participants: new Map([['c', []]]) });
  await store.refetch();
  expect(store.state.participants.get('c')).toEqual([{ id: 'bob', admin: true }]);
});

it('drops an open conversation that is lost during a fetch', async () => {
  const responses: Record<string, unknown> = {
    '/conversations': { items: [{ id: 'c' }], next: null },
  };
  respond(responses);
  const store = storeWithConversation();
  await store.timelines.open('c');
  responses['/conversations/c/messages'] = 404;
  await store.refetch();
  expect([store.state.phase, store.state.timelines.size]).toEqual(['ready', 0]);
});

it('keeps the state when a proxy responds instead of the service', async () => {
  vi.useFakeTimers();
  for (const [status, body] of [
    [404, '<html>'],
    [403, '{"code":"blocked_by_firewall"}'],
    [401, ''],
    [403, '{"code":403}'],
    [200, '<html>'],
  ] as const) {
    vi.stubGlobal('fetch', async () => new Response(body, { status }));
    const store = storeWithConversation();
    await store.start();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(store.state.phase, body).toBe('ready');
    expect(store.state.live, body).toBe(false);
    expect(store.state.conversations.size, body).toBe(1);
    store.stop();
  }
});

it('hides short interruptions of the stream', async () => {
  vi.useFakeTimers();
  rejectRequests(503, 'service.busy');
  const store = storeWithConversation();
  store.update({ live: true });
  await store.start();
  await vi.advanceTimersByTimeAsync(1_500);
  expect(store.state.live).toBe(true);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(store.state.live).toBe(false);
  store.stop();
});

it('reports a problem once until it has passed', async () => {
  vi.useFakeTimers();
  const store = new Store({ server: 'http://chat', site: 'a', identify: () => '<html>' });
  const codes: string[] = [];
  store.addEventListener('problem', (event) => codes.push((event as CustomEvent).detail.code));
  await store.start();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(codes).toEqual(['identity.not_a_token']);
  store.stop();
});

it('stops when the page returns the token of another member', async () => {
  vi.useFakeTimers();
  const jwt = (sub: string): string =>
    `h.${Buffer.from(JSON.stringify({ sub })).toString('base64url')}.s`;
  const tokens: string[] = [];
  vi.stubGlobal('fetch', async (_: string, init: { headers: Record<string, string> }) => {
    tokens.push(init.headers['Authorization']!);
    return problem(401, 'token.invalid');
  });
  let member = 'ada';
  const memberChanged = vi.fn();
  const store = new Store({
    server: 'http://chat',
    site: 'a',
    identify: () => jwt(member),
    memberChanged,
  });
  await store.http.tokens.current();
  member = 'bo';
  await store.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(memberChanged).toHaveBeenCalledOnce();
  expect(new Set(tokens)).toEqual(new Set([`Bearer ${jwt('ada')}`]));
});

it('does nothing after it was stopped', async () => {
  vi.useFakeTimers();
  const requests = vi.fn(async () => problem(503, 'service.busy'));
  vi.stubGlobal('fetch', requests);
  const identify = vi.fn(() => 'a.b.c');
  const store = new Store({ server: 'http://chat', site: 'a', identify });
  await store.start();
  store.update({ phase: 'ready' });
  store.outbox.send('c', 'not sent');
  await vi.advanceTimersByTimeAsync(1_000);
  store.stop();
  const [sent, identified] = [requests.mock.calls.length, identify.mock.calls.length];
  store.outbox.flush();
  store.typing.notify('c');
  void store.start();
  await expect(store.api.getSite()).rejects.toMatchObject({ code: 'stopped' });
  await vi.advanceTimersByTimeAsync(120_000);
  expect([requests.mock.calls.length, identify.mock.calls.length]).toEqual([sent, identified]);
});
