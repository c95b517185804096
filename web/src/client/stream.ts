/**
 * The live stream over fetch, because EventSource cannot send an Authorization header. It resumes
 * after the last event, backs off between attempts and reconnects after silence.
 */
import { backoff } from './backoff.ts';
import type { Http } from './http.ts';
import { Problem } from './problem.ts';
import { sseParser } from './sse.ts';
import type { Frame } from './types.ts';

export interface StreamEvents {
  /** `before` is the id of the event before it. */
  frame(frame: Frame, before?: string): void;
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
type Timer = ReturnType<typeof setTimeout>;

export class Stream {
  #stopped = false;
  #abort = new AbortController();
  #endWait: (() => void) | undefined;
  #attempt = 0;
  /** Whether the connection ends only because its token does. */
  #isRenewal = false;

  constructor(
    private readonly http: Http,
    private readonly on: StreamEvents,
    /** The id of the last event received. The stream resumes after it. */
    public lastEventId?: string,
  ) {}

  async run(): Promise<void> {
    globalThis.addEventListener?.('online', this.#reconnectNow);
    globalThis.addEventListener?.('offline', this.#abortStream);
    while (!this.#stopped) {
      let retryAfterMs = 0;
      this.#isRenewal = false;
      try {
        await this.#connect();
        if (this.#isRenewal) continue;
        if (!this.#stopped) this.on.status('disconnected');
      } catch (error) {
        if (this.#stopped) break;
        if (this.#isRenewal) continue;
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
        const wait = Math.max(retryAfterMs, backoff(this.#attempt++));
        const timer = setTimeout(resolve, wait);
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
    const timers: { silence?: Timer; renewal?: Timer } = {};
    const expectBytes = (): void => {
      clearTimeout(timers.silence);
      timers.silence = setTimeout(() => abort.abort(), SILENCE_TIMEOUT_MS);
    };
    // The service ends the stream with its token.
    const renewInTime = (): void => {
      const delay = Math.max(1_000, this.http.tokens.renewalDelay());
      timers.renewal = setTimeout(async () => {
        const renewed = await this.http.tokens.fresh().catch(() => undefined);
        if (abort.signal.aborted) return;
        if (!renewed) return renewInTime();
        this.#isRenewal = true;
        abort.abort();
      }, delay);
    };
    expectBytes();
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (this.lastEventId) headers['Last-Event-ID'] = this.lastEventId;
      const response = await this.http.open('/stream', { headers, signal: abort.signal });
      renewInTime();
      const parse = sseParser((event) => this.#receive(event.kind, event.data, event.id));
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        expectBytes();
        parse(value);
      }
    } finally {
      clearTimeout(timers.silence);
      clearTimeout(timers.renewal);
      abort.abort();
    }
  }

  #receive(kind: string, data: string, id: string | undefined): void {
    if (this.#stopped) return;
    if (kind === 'ready') {
      this.#attempt = 0;
      this.on.status('live');
    }
    if (kind === 'reset') this.http.resetPosition(id);
    else this.http.observePosition(id);
    // A resumed stream misses nothing. The first one starts at `ready`, and the store fetches what
    // was before.
    const isReset = kind === 'reset' || (kind === 'ready' && !this.lastEventId);
    const before = this.lastEventId;
    if (id) this.lastEventId = id;
    this.on.frame(
      isReset ? { kind: 'reset', data: {} } : ({ kind, data: JSON.parse(data || 'null') } as Frame),
      before,
    );
  }
}
