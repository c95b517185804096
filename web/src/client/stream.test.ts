import { afterEach, expect, it, vi } from 'vitest';
import { Http } from './http.ts';
import { SILENCE_TIMEOUT_MS, Stream } from './stream.ts';

interface Connection {
  headers: Record<string, string>;
  write(text: string): void;
  hangUp(): void;
}

/** A running stream, its connections and what it has received. */
function startStream(responses: Response[] = []) {
  const connections: Connection[] = [];
  vi.stubGlobal(
    'fetch',
    async (_: string, init: { headers: Record<string, string>; signal: AbortSignal }) => {
      const response = responses.shift();
      if (response) return response;
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      writer.closed.catch(() => undefined);
      const body = readable;
      init.signal.addEventListener(
        'abort',
        () => void writer.abort(new DOMException('', 'AbortError')).catch(() => undefined),
      );
      connections.push({
        headers: init.headers,
        write: (text) => void writer.write(new TextEncoder().encode(text)).catch(() => undefined),
        hangUp: () => void writer.close().catch(() => undefined),
      });
      return { ok: true, body, headers: new Headers() } as Response;
    },
  );
  const received: string[] = [];
  const stream = new Stream(new Http('http://chat', () => 'a.b.c'), {
    frame: (frame) => received.push(frame.kind),
    status: (status) => received.push(status),
  });
  void stream.run();
  return { connections, received, stream };
}
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('resets on the first connection and resumes on later ones', async () => {
  vi.useFakeTimers();
  const { connections, received, stream } = startStream();
  await settle();
  connections[0]!.write('event: ready\ndata: {}\nid: 1-1\n\n');
  await settle();
  expect(received).toEqual(['live', 'reset']);
  connections[0]!.write('event: typing\ndata: {}\n\nevent: site.changed\ndata: {}\nid: 1-2\n\n');
  await settle();
  connections[0]!.hangUp();
  await settle(1_000);
  expect(received).toEqual(['live', 'reset', 'typing', 'site.changed', 'disconnected']);
  expect(connections[1]!.headers['Last-Event-ID']).toBe('1-2');
  connections[1]!.write('event: ready\ndata: {}\nid: 1-2\n\n');
  await settle();
  expect(received.slice(5)).toEqual(['live', 'ready']);
  connections[1]!.write('event: reset\ndata: {}\n\n');
  await settle();
  expect(received.at(-1)).toBe('reset');
  stream.stop();
});

it('reconnects after silence, which a heartbeat interrupts', async () => {
  vi.useFakeTimers();
  const { connections, received, stream } = startStream();
  await settle();
  connections[0]!.write('event: ready\ndata: {}\nid: 1-1\n\n');
  await settle(SILENCE_TIMEOUT_MS - 1_000);
  connections[0]!.write(': \n\n');
  await settle(SILENCE_TIMEOUT_MS - 1_000);
  expect(connections).toHaveLength(1);
  await settle(3_000);
  expect(received).toContain('disconnected');
  expect(connections.length).toBeGreaterThan(1);
  stream.stop();
});

it('waits for Retry-After before it reconnects', async () => {
  vi.useFakeTimers();
  const body = JSON.stringify({ code: 'stream.too_many' });
  const { connections, received, stream } = startStream([
    new Response(body, { status: 429, headers: { 'Retry-After': '20' } }),
  ]);
  await settle(19_900);
  expect(received).toEqual(['disconnected']);
  expect(connections).toHaveLength(0);
  await settle(200);
  expect(connections).toHaveLength(1);
  stream.stop();
});
