import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Tokens } from './tokens.ts';

const NOW = 1_800_000_000_000;
const jwt = (values: object): string =>
  `h.${Buffer.from(JSON.stringify(values)).toString('base64url')}.s`;
/** A token of the service's time, which the reader's clock may not show. */
const issue = (lifetime: number, sub = 'ada') => {
  const iat = NOW / 1000 + performance.now() / 1000 - started / 1000;
  return jwt({ sub, iat, exp: iat + lifetime });
};
let started = 0;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  started = performance.now();
});
afterEach(() => vi.useRealTimers());

const HOUR = 3_600_000;
for (const [clock, offset] of [
  ['right', 0],
  ['two hours ahead', 2 * HOUR],
  ['two hours behind', -2 * HOUR],
] as const) {
  it(`renews a token by its age with a clock that is ${clock}`, async () => {
    vi.setSystemTime(NOW + offset);
    const identify = vi.fn(() => issue(300));
    const tokens = new Tokens(identify);
    for (let second = 0; second < 260; second += 10) {
      await tokens.current();
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(identify).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(15_000);
    await tokens.current();
    expect(identify).toHaveBeenCalledTimes(2);
  });
}

it('does not renew when the clock jumps', async () => {
  const identify = vi.fn(() => issue(300));
  const tokens = new Tokens(identify);
  await tokens.current();
  for (const jump of [HOUR, -HOUR, 24 * HOUR]) {
    vi.setSystemTime(NOW + jump);
    await tokens.current();
  }
  expect(identify).toHaveBeenCalledTimes(1);
});

it('renews a short token once in its life', async () => {
  const identify = vi.fn(() => issue(20));
  const tokens = new Tokens(identify);
  for (let second = 0; second < 100; second++) {
    await tokens.current();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(identify.mock.calls.length).toBeGreaterThan(4);
  expect(identify.mock.calls.length).toBeLessThan(8);
});

it('uses a token to its end while the page cannot renew it', async () => {
  let signedIn = true;
  const tokens = new Tokens(() => {
    if (!signedIn) throw new Error('no network');
    return issue(300);
  });
  const first = await tokens.current();
  signedIn = false;
  await vi.advanceTimersByTimeAsync(280_000);
  expect(await tokens.current()).toBe(first);
  await vi.advanceTimersByTimeAsync(30_000);
  await expect(tokens.current()).rejects.toMatchObject({ code: 'identity.unavailable' });
});

it('does not keep what is not a token, and asks again with backoff', async () => {
  for (const wrong of ['', 'undefined', '<!doctype html>', '{"token":"a.b.c"}', '"a.b.c"', {}, 7]) {
    const identify = vi.fn(() => wrong as string);
    const tokens = new Tokens(identify);
    for (let times = 0; times < 50; times++) {
      await expect(tokens.current(), String(wrong)).rejects.toMatchObject({
        code: 'identity.not_a_token',
        transient: true,
      });
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(identify.mock.calls.length, String(wrong)).toBeLessThan(8);
  }
});

it('fails if the page does not return in time', async () => {
  const tokens = new Tokens(() => new Promise(() => undefined));
  const failed = expect(tokens.current()).rejects.toMatchObject({ code: 'identity.unavailable' });
  await vi.advanceTimersByTimeAsync(31_000);
  await failed;
});

it('never uses the token of another member', async () => {
  let member = 'ada';
  const memberChanged = vi.fn();
  const tokens = new Tokens(() => issue(300, member), memberChanged);
  const first = await tokens.current();
  member = 'bo';
  await expect(tokens.after(first)).rejects.toMatchObject({ code: 'stopped' });
  expect(memberChanged).toHaveBeenCalledOnce();
  await expect(tokens.current()).rejects.toMatchObject({ code: 'stopped' });
});

it('shares one renewal between requests', async () => {
  const identify = vi.fn(() => issue(300));
  const tokens = new Tokens(identify);
  const first = await tokens.current();
  await vi.advanceTimersByTimeAsync(1_000);
  await Promise.all([tokens.after(first), tokens.after(first)]);
  expect(identify).toHaveBeenCalledTimes(2);
  await tokens.after(first);
  expect(identify).toHaveBeenCalledTimes(2);
});

it('calls the page no more after it was stopped', async () => {
  const identify = vi.fn(() => issue(300));
  const tokens = new Tokens(identify);
  tokens.stop();
  await expect(tokens.current()).rejects.toMatchObject({ code: 'stopped' });
  await expect(tokens.fresh()).rejects.toMatchObject({ code: 'stopped' });
  expect(identify).not.toHaveBeenCalled();
});
