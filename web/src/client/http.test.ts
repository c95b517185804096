import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Http } from './http.ts';
import { claims } from './tokens.ts';

const jwt = (values: object): string =>
  `h.${Buffer.from(JSON.stringify(values)).toString('base64url')}.s`;
const response = (
  status: number,
  body: unknown = {},
  headers: Record<string, string> = {},
): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  });

let asked: { path: string; headers: Record<string, string> }[];
let responses: (() => Response)[];

beforeEach(() => {
  asked = [];
  responses = [];
  vi.stubGlobal('fetch', async (path: string, init: { headers: Record<string, string> }) => {
    asked.push({ path, headers: init.headers });
    return (responses.shift() ?? (() => response(200)))();
  });
});
afterEach(() => vi.unstubAllGlobals());

it('decodes claims of a token, and nothing from other strings', () => {
  expect(claims(jwt({ sub: 'zoe', name: 'Zoé Nguyễn' }))).toEqual({
    sub: 'zoe',
    name: 'Zoé Nguyễn',
  });
  expect(claims('no token')).toEqual({});
});

it('renews a rejected token once', async () => {
  const identify = vi.fn(() => jwt({ exp: 9e9 }));
  const http = new Http('http://chat', identify);
  responses = [() => response(401, { code: 'token.invalid' }), () => response(200, { id: 'me' })];
  expect(await http.json('GET', '/members/me')).toEqual({ id: 'me' });
  expect(identify).toHaveBeenCalledTimes(2);
  responses = [
    () => response(401, { code: 'token.invalid' }),
    () => response(401, { code: 'token.invalid' }),
  ];
  await expect(http.json('GET', '/members/me')).rejects.toMatchObject({
    status: 401,
    code: 'token.invalid',
  });
});

it('requires the latest position seen or written in queries', async () => {
  const http = new Http('http://chat', () => 'a.b.c');
  responses = [() => response(200, {}, { 'Causerie-Position': '7a-1f' })];
  await http.json('PUT', '/groups/g', {});
  http.observePosition('79-ff');
  await http.json('GET', '/conversations');
  expect(asked.at(-1)!.headers['Causerie-Min-Position']).toBe('7a-1f');
  http.observePosition('7a-20');
  http.observePosition('100-1');
  await http.json('GET', '/conversations');
  expect(asked.at(-1)!.headers['Causerie-Min-Position']).toBe('100-1');
});

it('compares positions of any length exactly', async () => {
  const http = new Http('http://chat', () => 'a.b.c');
  http.observePosition('40000000000009-1');
  http.observePosition('40000000000008-2');
  await http.json('GET', '/conversations');
  expect(asked.at(-1)!.headers['Causerie-Min-Position']).toBe('40000000000009-1');
});

it('drops a position that the service has lost', async () => {
  const http = new Http('http://chat', () => 'a.b.c');
  http.observePosition('7a-20');
  responses = [() => response(409, { code: 'position.lost' }), () => response(200, { items: [] })];
  expect(await http.json('GET', '/conversations')).toEqual({ items: [] });
  expect(asked.map(({ headers }) => headers['Causerie-Min-Position'])).toEqual([
    '7a-20',
    undefined,
  ]);
  http.resetPosition('70-1');
  await http.json('GET', '/conversations');
  expect(asked.at(-1)!.headers['Causerie-Min-Position']).toBe('70-1');
});

it('accepts a stale response after some tries', async () => {
  const http = new Http('http://chat', () => 'a.b.c');
  http.observePosition('7a-1f');
  const behind = () => response(503, { code: 'read_model.behind' });
  responses = [behind, behind, behind, () => response(200, { items: [] })];
  expect(await http.json('GET', '/conversations')).toEqual({ items: [] });
  expect(asked.at(-1)!.headers['Causerie-Min-Position']).toBeUndefined();
});

it('classifies problems as transient or permanent', async () => {
  const http = new Http('http://chat', () => 'a.b.c');
  responses = [() => response(429, { code: 'rate.exceeded' }, { 'Retry-After': '3' })];
  await expect(http.json('PUT', '/x')).rejects.toMatchObject({
    transient: true,
    retryAfter: 3,
    code: 'rate.exceeded',
  });
  responses = [() => response(403, { code: 'member.muted' })];
  await expect(http.json('PUT', '/x')).rejects.toMatchObject({
    transient: false,
    code: 'member.muted',
  });
  responses = [() => new Response('<html>', { status: 502 })];
  await expect(http.json('PUT', '/x')).rejects.toMatchObject({ transient: true, code: 'http.502' });
  const unknown = new Http('http://chat', () => Promise.reject(new Error('signed out')));
  await expect(unknown.json('GET', '/x')).rejects.toMatchObject({
    status: 0,
    code: 'identity.unavailable',
    detail: 'Error: signed out',
  });
});

it('takes only the codes of the service for its decision', async () => {
  const http = new Http('http://chat', () => 'a.b.c');
  for (const [body, code, transient, bars] of [
    [{ code: 'member.blocked' }, 'member.blocked', false, true],
    [{ code: 'conversation.not_found' }, 'conversation.not_found', false, false],
    [{ code: 'NOT_FOUND' }, 'http.403', true, false],
    [{ code: 403 }, 'http.403', true, false],
    [null, 'http.403', true, false],
  ] as const) {
    responses = [() => response(403, body)];
    await expect(http.json('PUT', '/x')).rejects.toMatchObject({ code, transient, bars });
  }
  responses = [() => Response.json({ code: 'member.blocked' }, { status: 403 })];
  await expect(http.json('GET', '/x')).rejects.toMatchObject({ code: 'http.403', transient: true });
  responses = [() => new Response('<html>', { status: 200 })];
  await expect(http.json('GET', '/x')).rejects.toMatchObject({ code: 'http.200', transient: true });
});

it('recognises all error codes of the service', async () => {
  const { readFileSync } = await import('node:fs');
  const reference = readFileSync(
    new URL('../../../contracts/problems.md', import.meta.url),
    'utf8',
  );
  const codes = [...reference.matchAll(/^\| `([a-z_.]+)` \|/gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(80);
  const http = new Http('http://chat', () => 'a.b.c');
  for (const code of codes) {
    responses = [() => response(400, { code })];
    await expect(http.json('PUT', '/x')).rejects.toMatchObject({ code });
  }
});

it('leaves connections to the page, and one to commands', async () => {
  let inFlight = 0;
  const finish: (() => void)[] = [];
  vi.stubGlobal('fetch', () => {
    inFlight++;
    return new Promise((resolve) =>
      finish.push(() => (inFlight--, resolve(Response.json({ items: [] })))),
    );
  });
  const http = new Http('http://chat', () => 'a.b.c');
  const all = [1, 2, 3, 4, 5, 6].map((n) => http.json('GET', `/${n}`));
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(inFlight).toBe(3);
  all.push(http.json('PUT', '/x', {}), http.json('PUT', '/y', {}));
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(inFlight).toBe(4);
  for (let round = 0; round < 9; round++) {
    finish.splice(0).forEach((end) => end());
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(all);
});

it('gives up a request without a response', async () => {
  vi.useFakeTimers();
  vi.stubGlobal(
    'fetch',
    (_: string, { signal }: RequestInit) =>
      new Promise((_resolve, reject) =>
        signal!.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
      ),
  );
  const request = new Http('http://chat', () => 'a.b.c').json('GET', '/x');
  const failed = expect(request).rejects.toMatchObject({ code: 'network', transient: true });
  await vi.advanceTimersByTimeAsync(31_000);
  await failed;
  vi.useRealTimers();
});
