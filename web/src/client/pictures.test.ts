import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Http } from './http.ts';
import { Pictures } from './pictures.ts';

const url = (group: string, image: string): string =>
  `/v1/sites/a/conversations/${group}/image/${image}`;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

let requests: { path: string; init: RequestInit }[];
let status: number;
let created: number;
let revoked: string[];
let changed: ReturnType<typeof vi.fn<() => void>>;
let pictures: Pictures;

beforeEach(() => {
  requests = [];
  status = 200;
  created = 0;
  revoked = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    requests.push({ path, init });
    return new Response(status === 200 ? 'an image' : '{"code":"group.image_not_found"}', {
      status,
      headers: { 'Content-Type': 'application/problem+json' },
    });
  });
  vi.spyOn(URL, 'createObjectURL').mockImplementation(() => `blob:${++created}`);
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation((address) => void revoked.push(address));
  changed = vi.fn<() => void>();
  pictures = new Pictures(new Http('https://chat/below/v1/sites/a', () => 'a.b.c'), changed);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('fetches an image once, with the token', async () => {
  expect(pictures.blobUrlOf(url('g', '1'))).toBeUndefined();
  expect(pictures.blobUrlOf(url('g', '1'))).toBeUndefined();
  await settled();
  expect(pictures.blobUrlOf(url('g', '1'))).toBe('blob:1');
  expect(changed).toHaveBeenCalledOnce();
  expect(requests.map((request) => request.path)).toEqual([
    `https://chat/below${url('g', '1')}?size=small`,
  ]);
  expect(requests[0]!.init.headers).toEqual({ Authorization: 'Bearer a.b.c' });
});

it('revokes a URL when the image changes, and all on clear', async () => {
  pictures.blobUrlOf(url('g', '1'));
  await settled();
  pictures.blobUrlOf(url('h', '1'));
  await settled();
  pictures.blobUrlOf(url('g', '2'));
  expect(revoked).toEqual(['blob:1']);
  await settled();
  expect(pictures.blobUrlOf(url('g', '2'))).toBe('blob:3');
  pictures.clear();
  expect(revoked.sort()).toEqual(['blob:1', 'blob:2', 'blob:3']);
});

it('drops an image that loads after clear', async () => {
  pictures.blobUrlOf(url('g', '1'));
  pictures.clear();
  await settled();
  expect([created, changed.mock.calls.length]).toEqual([0, 0]);
});

it('retries after a transient failure, not after a 404', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  for (const [response, times] of [
    [503, 2],
    [404, 1],
  ] as const) {
    requests = [];
    status = response;
    for (const time of [0, 9_000, 11_000]) {
      now.mockReturnValue(time);
      pictures.blobUrlOf(url(`g${response}`, '1'));
      await settled();
    }
    expect(requests.length, String(response)).toBe(times);
  }
});

it('ignores URLs of other sites', () => {
  for (const other of [
    null,
    undefined,
    '',
    'https://a.example/x.png',
    '/v1/sites/b/conversations/g/image/1',
  ]) {
    expect(pictures.blobUrlOf(other)).toBeUndefined();
  }
  expect(requests).toEqual([]);
});
