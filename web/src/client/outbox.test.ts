import { beforeEach, expect, it, vi } from 'vitest';
import { backoff } from './backoff.ts';
import { Problem } from './problem.ts';
import { BrowserStorage } from './storage.ts';
import { Store } from './store.ts';
import { uuidv7 } from './uuid.ts';

const stored = new Map<string, string>();
vi.stubGlobal('localStorage', {
  getItem: (key: string) => stored.get(key) ?? null,
  setItem: (key: string, value: string) => void stored.set(key, value),
  removeItem: (key: string) => void stored.delete(key),
});

const store = (): Store =>
  new Store({ server: 'http://localhost', site: 'demo', identify: () => 'a.b.c' });
beforeEach(() => {
  stored.clear();
  vi.useFakeTimers();
});

it('retries with the same id and in the order of writing', async () => {
  const one = store();
  const sent: string[] = [];
  let broken = true;
  one.api.sendMessage = vi.fn(async (_, id, text) => {
    sent.push(`${text} ${id}`);
    if (broken) throw new Problem(0, 'network');
    return { id } as never;
  });
  const first = one.outbox.send('c', 'first');
  const second = one.outbox.send('c', 'second');
  await vi.advanceTimersByTimeAsync(2_000);
  broken = false;
  await vi.advanceTimersByTimeAsync(40_000);
  expect(new Set(sent)).toEqual(new Set([`first ${first.id}`, `second ${second.id}`]));
  expect(sent.at(-2)).toBe(`first ${first.id}`);
  expect(sent.at(-1)).toBe(`second ${second.id}`);
  expect(one.storage.pendingMessages()).toEqual([]);
});

it('restores pending messages after a reload', () => {
  const one = store();
  one.api.sendMessage = () => new Promise(() => undefined);
  const pending = one.outbox.send('c', 'stored');
  expect(store().storage.pendingMessages()).toEqual([pending]);
});

it('marks a rejected message, sends the next, retries on demand', async () => {
  const one = store();
  let refuse = true;
  one.api.sendMessage = vi.fn(async (_, id, text) => {
    if (text === 'no' && refuse) throw new Problem(403, 'member.muted');
    return { id } as never;
  });
  const refused = one.outbox.send('c', 'no');
  one.outbox.send('c', 'yes');
  await vi.advanceTimersByTimeAsync(100);
  expect(
    one.state.outbox.map((pending) => [pending.text, pending.failed, pending.confirmed]),
  ).toEqual([
    ['no', 'member.muted', undefined],
    ['yes', undefined, true],
  ]);
  refuse = false;
  one.outbox.retry(refused.id);
  await vi.advanceTimersByTimeAsync(100);
  expect(one.state.outbox.find((pending) => pending.id === refused.id)?.confirmed).toBe(true);
});

it('does not restore a message that was discarded before it is rejected', async () => {
  const one = store();
  let reject = (_: Problem) => {};
  one.api.sendMessage = () => new Promise((_, rejected) => (reject = rejected));
  const discarded = one.outbox.send('c', 'no');
  one.outbox.discard(discarded.id);
  reject(new Problem(403, 'member.muted'));
  await vi.advanceTimersByTimeAsync(100);
  expect(one.state.outbox).toEqual([]);
  expect(one.storage.pendingMessages()).toEqual([]);
});

it('stores a draft per conversation', () => {
  const one = store();
  one.storage.saveDraft('a', 'half a');
  one.storage.saveDraft('b', 'half b');
  one.storage.saveDraft('a', '');
  expect([store().storage.draft('a'), store().storage.draft('b')]).toEqual(['', 'half b']);
});

it('backs off exponentially, with jitter and a limit', () => {
  expect(backoff(0, 0)).toBe(250);
  expect(backoff(3, 1)).toBe(4_000);
  expect(backoff(50, 1)).toBe(30_000);
});

it('creates ids that sort by time', () => {
  const ids = [1, 5, 1_700_000_000_000, 1_700_000_000_001].map((time) => uuidv7(time));
  expect(ids).toEqual([...ids].sort());
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it('keeps pending messages and drafts per member', () => {
  const [ada, bo] = [new BrowserStorage('demo', 'ada'), new BrowserStorage('demo', 'bo')];
  ada.saveDraft('c', 'of ada');
  ada.savePending({ id: '1', conversation: 'c', text: 'of ada', sent_at: '' });
  bo.saveDraft('c', 'of bo');
  expect([bo.pendingMessages(), bo.draft('c')]).toEqual([[], 'of bo']);
  ada.clear();
  expect([...stored.keys()]).toEqual(['causerie:demo:bo:drafts']);
});

it('does not send what another tab has discarded', async () => {
  const one = store();
  const sent: string[] = [];
  one.api.sendMessage = vi.fn(async (_, _id, text) => {
    sent.push(text);
    throw new Problem(0, 'network');
  });
  const pending = one.outbox.send('c', 'discarded elsewhere');
  await vi.advanceTimersByTimeAsync(10);
  store().storage.removePending(pending.id);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([sent.length, one.state.outbox]).toEqual([1, []]);
});

it('sends nothing after it was stopped, and keeps it', async () => {
  const one = store();
  let fail = (_: Problem) => {};
  const send = vi.fn(() => new Promise<never>((_, rejected) => (fail = rejected)));
  one.api.sendMessage = send;
  const pending = one.outbox.send('c', 'held');
  one.stop();
  fail(new Problem(0, 'network'));
  await vi.advanceTimersByTimeAsync(60_000);
  one.outbox.flush();
  expect(send).toHaveBeenCalledOnce();
  expect(one.storage.pendingMessages()).toEqual([pending]);
});

it('keeps a message pending while the member has no access', async () => {
  const one = store();
  one.api.sendMessage = vi.fn(async () => {
    throw new Problem(401, 'token.invalid');
  });
  one.outbox.send('c', 'later');
  await vi.advanceTimersByTimeAsync(100);
  expect(one.state.outbox.map(({ failed }) => failed)).toEqual([undefined]);
  one.stop();
});
