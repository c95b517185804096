/**
 * The live stream over fetch, because EventSource cannot send an Authorization header. It resumes
 * after the last event, backs off between attempts and reconnects after silence.
 */
import { Problem, type Http } from './http.ts';
import { sseParser } from './sse.ts';
import type { Frame } from './types.ts';

export interface StreamEvents {
  frame(frame: Frame): void;
  /**
   * `live` after `ready`; `disconnected` while reconnecting; `refused` if the service denies
   * access.
   */
  status(status: 'live' | 'disconnected' | 'refused', problem?: Problem): void;
}

/**
 * The service sends a comment every 15 s. After this time without any byte the connection is dead.
 */
export const SILENCE_TIMEOUT_MS = 40_000;
const MIN_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;

/**
 * Exponential backoff in ms with jitter in the upper half, so that clients do not reconnect at once
 * after a restart.
 */
export function backoff(attempt: number, random = Math.random()): number {
  const wait = Math.min(MAX_WAIT_MS, MIN_WAIT_MS * 2 ** Math.min(attempt, 10));
  return wait / 2 + (wait / 2) * random;
}

export class Stream {
  #stopped = false;
  #abort = new AbortController();
  #endWait: (() => void) | undefined;
  #lastEventId: string | undefined;
  #attempt = 0;

  constructor(
    private readonly http: Http,
    private readonly on: StreamEvents,
  ) {}

  async run(): Promise<void> {
    globalThis.addEventListener?.('online', this.#reconnectNow);
    globalThis.addEventListener?.('offline', this.#abortStream);
    while (!this.#stopped) {
      let retryAfterMs = 0;
      try {
        await this.#connect();
        if (!this.#stopped) this.on.status('disconnected');
      } catch (error) {
        if (this.#stopped) break;
        const refused = error instanceof Problem && !error.transient;
        // An overloaded service or a limit on streams sets `Retry-After`.
        if (error instanceof Problem) retryAfterMs = error.retryAfter * 1000;
        this.on.status(
          refused ? 'refused' : 'disconnected',
          error instanceof Problem ? error : undefined,
        );
        if (refused) break;
      }
      if (this.#stopped) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(retryAfterMs, backoff(this.#attempt++)));
        this.#endWait = () => (clearTimeout(timer), resolve());
      });
    }
    globalThis.removeEventListener?.('online', this.#reconnectNow);
    globalThis.removeEventListener?.('offline', this.#abortStream);
  }

  stop(): void {
    this.#stopped = true;
    this.#abort.abort();
    this.#endWait?.();
  }

  /** The browser reports `offline` long before the silence timeout. */
  #abortStream = (): void => this.#abort.abort();

  /** Ends the wait between attempts. */
  #reconnectNow = (): void => {
    this.#attempt = 0;
    this.#endWait?.();
  };

  async #connect(): Promise<void> {
    const abort = (this.#abort = new AbortController());
    let timer = setTimeout(() => abort.abort(), SILENCE_TIMEOUT_MS);
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (this.#lastEventId) headers['Last-Event-ID'] = this.#lastEventId;
      const response = await this.http.fetch('/stream', { headers, signal: abort.signal });
      const parse = sseParser((event) => this.#receive(event.kind, event.data, event.id));
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(), SILENCE_TIMEOUT_MS);
        parse(value);
      }
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  }

  #receive(kind: string, data: string, id: string | undefined): void {
    if (kind === 'ready') {
      this.#attempt = 0;
      this.on.status('live');
    }
    if (kind === 'reset') this.http.resetPosition(id);
    else this.http.observePosition(id);
    // A resumed stream misses nothing. The first one starts at `ready`, and the store fetches what
    // was before.
    const isReset = kind === 'reset' || (kind === 'ready' && !this.#lastEventId);
    if (id) this.#lastEventId = id;
    this.on.frame(
      isReset ? { kind: 'reset', data: {} } : ({ kind, data: JSON.parse(data || 'null') } as Frame),
    );
  }
}
