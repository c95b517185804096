/** The live stream over fetch: EventSource cannot send an Authorization header. Resumes, backs off, notices silence. */
import { Problem, type Http } from './http.ts';
import { sseParser } from './sse.ts';
import type { Frame } from './types.ts';

export interface StreamEvents {
  frame(frame: Frame): void;
  /** `live` after `ready`; `cut` while trying again; `refused` when the service says that this caller may not. */
  status(status: 'live' | 'cut' | 'refused', problem?: Problem): void;
}

/** The service sends a comment every 15 s: two and a half missed ones mean that nobody is there. */
export const SILENCE_TIMEOUT_MS = 40_000;
const MIN_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;

/** Doubles up to the limit, and anywhere in its upper half, so that a restart is not met by everybody at once. */
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
        if (!this.#stopped) this.on.status('cut');
      } catch (error) {
        if (this.#stopped) break;
        const refused = error instanceof Problem && !error.transient;
        // A service with too much to do, or a member with too many streams: nobody gains by asking before.
        if (error instanceof Problem) retryAfterMs = error.retryAfter * 1000;
        this.on.status(refused ? 'refused' : 'cut', error instanceof Problem ? error : undefined);
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

  /** The browser knows before any silence tells: an open stream would hang until then. */
  #abortStream = (): void => this.#abort.abort();

  /** Back online: no reason to wait for the rest of the pause. */
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
    // A stream that resumes has missed nothing; the first one starts at `ready`, and what was before is fetched.
    const isReset = kind === 'reset' || (kind === 'ready' && !this.#lastEventId);
    if (id) this.#lastEventId = id;
    this.on.frame(
      isReset ? { kind: 'reset', data: {} } : ({ kind, data: JSON.parse(data || 'null') } as Frame),
    );
  }
}
