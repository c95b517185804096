import { afterEach, expect, it, vi } from 'vitest';
import { Http } from './http.ts';
import { SILENCE_TIMEOUT_MS, Stream } from './stream.ts';

interface Line {
  headers: Record<string, string>;
  say(text: string): void;
  hangUp(): void;
}

/** Every connection that the stream makes, and what is said on it. */
function listening(refusals: Response[] = []) {
  const lines: Line[] = [];
  vi.stubGlobal(
    'fetch',
    async (_: string, init: { headers: Record<string, string>; signal: AbortSignal }) => {
      const refusal = refusals.shift();
      if (refusal) return refusal;
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      writer.closed.catch(() => undefined);
      const body = readable;
      init.signal.addEventListener(
        'abort',
        () => void writer.abort(new DOMException('', 'AbortError')).catch(() => undefined),
      );
      lines.push({
        headers: init.headers,
        say: (text) => void writer.write(new TextEncoder().encode(text)).catch(() => undefined),
        hangUp: () => void writer.close().catch(() => undefined),
      });
      return { ok: true, body, headers: new Headers() } as Response;
    },
  );
  const heard: string[] = [];
  const stream = new Stream(new Http('http://chat', () => 'a.b.c'), {
    frame: (frame) => heard.push(frame.kind),
    status: (status) => heard.push(status),
  });
  void stream.run();
  return { lines, heard, stream };
}
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('fetches everything at first, and resumes after a cut without doing so again', async () => {
  vi.useFakeTimers();
  const { lines, heard, stream } = listening();
  await settle();
  lines[0]!.say('event: ready\ndata: {}\nid: 1-1\n\n');
  await settle();
  expect(heard).toEqual(['live', 'reset']);
  lines[0]!.say('event: typing\ndata: {}\n\nevent: site.changed\ndata: {}\nid: 1-2\n\n');
  await settle();
  lines[0]!.hangUp();
  await settle(1_000);
  expect(heard).toEqual(['live', 'reset', 'typing', 'site.changed', 'disconnected']);
  expect(lines[1]!.headers['Last-Event-ID']).toBe('1-2');
  lines[1]!.say('event: ready\ndata: {}\nid: 1-2\n\n');
  await settle();
  expect(heard.slice(5)).toEqual(['live', 'ready']);
  lines[1]!.say('event: reset\ndata: {}\n\n');
  await settle();
  expect(heard.at(-1)).toBe('reset');
  stream.stop();
});

it('takes silence for a cut, and a heartbeat for a sign of life', async () => {
  vi.useFakeTimers();
  const { lines, heard, stream } = listening();
  await settle();
  lines[0]!.say('event: ready\ndata: {}\nid: 1-1\n\n');
  await settle(SILENCE_TIMEOUT_MS - 1_000);
  lines[0]!.say(': \n\n');
  await settle(SILENCE_TIMEOUT_MS - 1_000);
  expect(lines).toHaveLength(1);
  await settle(3_000);
  expect(heard).toContain('disconnected');
  expect(lines.length).toBeGreaterThan(1);
  stream.stop();
});

it('comes again no sooner than it was told to where it is refused for now', async () => {
  vi.useFakeTimers();
  const body = JSON.stringify({ code: 'stream.too_many' });
  const { lines, heard, stream } = listening([
    new Response(body, { status: 429, headers: { 'Retry-After': '20' } }),
  ]);
  await settle(19_900);
  expect(heard).toEqual(['disconnected']);
  expect(lines).toHaveLength(0);
  await settle(200);
  expect(lines).toHaveLength(1);
  stream.stop();
});
