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
export const SILENCE_MS = 40_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Doubles up to the limit, and anywhere in its upper half, so that a restart is not met by everybody at once. */
export function backoff(attempt: number, random = Math.random()): number {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10));
  return wait / 2 + (wait / 2) * random;
}

export class Stream {
  private stopped = false;
  private abort = new AbortController();
  private wake: (() => void) | undefined;
  private last: string | undefined;
  private attempt = 0;

  constructor(
    private readonly http: Http,
    private readonly on: StreamEvents,
  ) {}

  async run(): Promise<void> {
    globalThis.addEventListener?.('online', this.again);
    globalThis.addEventListener?.('offline', this.cut);
    while (!this.stopped) {
      let wanted = 0;
      try {
        await this.once();
        if (!this.stopped) this.on.status('cut');
      } catch (error) {
        if (this.stopped) break;
        const refused = error instanceof Problem && !error.passing;
        // A service with too much to do, or a member with too many streams: nobody gains by asking before.
        if (error instanceof Problem) wanted = error.retryAfter * 1000;
        this.on.status(refused ? 'refused' : 'cut', error instanceof Problem ? error : undefined);
        if (refused) break;
      }
      if (this.stopped) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(wanted, backoff(this.attempt++)));
        this.wake = () => (clearTimeout(timer), resolve());
      });
    }
    globalThis.removeEventListener?.('online', this.again);
    globalThis.removeEventListener?.('offline', this.cut);
  }

  stop(): void {
    this.stopped = true;
    this.abort.abort();
    this.wake?.();
  }

  /** The browser knows before any silence tells: an open stream would hang until then. */
  private cut = (): void => this.abort.abort();

  /** Back online: no reason to wait for the rest of the pause. */
  private again = (): void => {
    this.attempt = 0;
    this.wake?.();
  };

  private async once(): Promise<void> {
    const abort = (this.abort = new AbortController());
    let timer = setTimeout(() => abort.abort(), SILENCE_MS);
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (this.last) headers['Last-Event-ID'] = this.last;
      const answer = await this.http.fetch('/stream', { headers, signal: abort.signal });
      const parse = sseParser((event) => this.take(event.kind, event.data, event.id));
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(), SILENCE_MS);
        parse(value);
      }
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  }

  private take(kind: string, data: string, id: string | undefined): void {
    if (kind === 'ready') {
      this.attempt = 0;
      this.on.status('live');
    }
    if (kind === 'reset') this.http.startsAt(id);
    else this.http.saw(id);
    // A stream that resumes has missed nothing; the first one starts at `ready`, and what was before is fetched.
    const anew = kind === 'reset' || (kind === 'ready' && !this.last);
    if (id) this.last = id;
    this.on.frame(
      anew ? { kind: 'reset', data: {} } : ({ kind, data: JSON.parse(data || 'null') } as Frame),
    );
  }
}
