/**
 * One live stream per browser and member, shared by the tabs of the site: over HTTP/1.1 a stream
 * per tab would occupy all connections of the browser. A Web Lock elects the leader, the tab with
 * the connection. It passes every event on through a BroadcastChannel. Every message has the id of
 * the event before it, so a tab that has missed one fetches its state again.
 */
import type { Http } from './http.ts';
import { Stream, type StreamEvents } from './stream.ts';
import type { Frame } from './types.ts';

type Note =
  /** Of a follower: the leader responds with its state. */
  | { type: 'probe' }
  | { type: 'state'; live: boolean; last: string | undefined }
  | { type: 'frame'; frame: Frame; before: string | undefined; last: string | undefined }
  /** The member has signed out in another tab. */
  | { type: 'signed-out' };

/** A visible follower that has not heard from the leader probes it, then replaces it. */
const PROBE_INTERVAL_MS = 5_000;
const PROBE_TIMEOUT_MS = 2_500;

export interface SharedStreamEvents extends StreamEvents {
  signedOut(): void;
}

export class SharedStream {
  #stopped = false;
  #isJoined = false;
  /** Set in the leader. */
  #stream: Stream | undefined;
  #isLive = false;
  #lastEventId: string | undefined;
  #channel: BroadcastChannel | undefined;
  #waiting: AbortController | undefined;
  #heardAt = -PROBE_INTERVAL_MS;
  #probing: ReturnType<typeof setInterval> | undefined;
  #listening = new AbortController();

  constructor(
    private readonly http: Http,
    /** Of the service, the site and the member. */
    private readonly name: string,
    private readonly on: SharedStreamEvents,
  ) {}

  run(): void {
    this.#join();
    const { signal } = this.#listening;
    const listen = (target: EventTarget | undefined, type: string, listener: () => void): void =>
      target?.addEventListener?.(type, listener, { signal });
    listen(globalThis.document, 'visibilitychange', this.#probe);
    // A frozen or cached page would hold the lock without receiving anything.
    listen(globalThis.document, 'freeze', this.#leave);
    listen(globalThis.document, 'resume', this.#join);
    listen(globalThis as never, 'pagehide', this.#leave);
    listen(globalThis as never, 'pageshow', this.#join);
  }

  stop(): void {
    this.#stopped = true;
    this.#listening.abort();
    this.#leave();
  }

  /** Notifies the other tabs that the member has signed out. */
  signOut(): void {
    this.#post({ type: 'signed-out' });
  }

  #leave = (): void => {
    this.#isJoined = false;
    this.#stream?.stop();
    this.#stream = undefined;
    this.#isLive = false;
    this.#waiting?.abort();
    clearInterval(this.#probing);
    this.#channel?.close();
    this.#channel = undefined;
  };

  #join = (): void => {
    if (this.#stopped || this.#isJoined) return;
    this.#isJoined = true;
    // Insecure pages have no locks.
    if (!globalThis.navigator?.locks || !globalThis.BroadcastChannel) return void this.#lead();
    this.#channel = new BroadcastChannel(this.name);
    this.#channel.onmessage = ({ data }) => this.#hear(data as Note);
    this.#probing = setInterval(this.#probe, PROBE_INTERVAL_MS);
    this.#probe();
    void this.#contend();
  };

  /** Waits to be the leader, and leads. */
  async #contend(steal = false): Promise<void> {
    this.#waiting?.abort();
    const { signal } = (this.#waiting = new AbortController());
    const options: LockOptions = steal ? { steal } : { signal };
    try {
      await navigator.locks.request(this.name, options, () =>
        signal.aborted ? undefined : this.#lead(),
      );
    } catch (error) {
      if (signal.aborted || this.#stopped) return;
      // Pages without an origin of their own have no locks.
      if ((error as Error).name !== 'AbortError') return void this.#lead();
      // Another tab has replaced this one, which was not responding.
      this.#stream?.stop();
      this.#stream = undefined;
      this.#post({ type: 'probe' });
    }
    if (!signal.aborted) void this.#contend();
  }

  /** Resolves when the lead of this tab ends. */
  async #lead(): Promise<void> {
    const stream = new Stream(
      this.http,
      {
        frame: (frame, before) => {
          this.#lastEventId = stream.lastEventId;
          this.#post({ type: 'frame', frame, before, last: stream.lastEventId });
          this.on.frame(frame);
        },
        status: (status, problem) => {
          this.#isLive = status === 'live';
          // The event that made it live comes first.
          queueMicrotask(() => this.#postState());
          this.on.status(status, problem);
        },
      },
      this.#lastEventId,
    );
    this.#stream = stream;
    this.#isLive = false;
    this.#postState();
    await stream.run();
    if (this.#stream === stream) this.#stream = undefined;
  }

  #post(note: Note): void {
    this.#channel?.postMessage(note);
  }

  #postState(): void {
    if (this.#stream) this.#post({ type: 'state', live: this.#isLive, last: this.#lastEventId });
  }

  #hear(note: Note): void {
    if (note.type === 'signed-out') return this.on.signedOut();
    if (note.type === 'probe') return this.#postState();
    // A leader that was replaced while it did not respond may still send something.
    if (this.#stream) return;
    this.#heardAt = performance.now();
    if (note.type === 'state' && !note.live) return this.on.status('disconnected');
    const isMissing =
      (note.type === 'frame' ? note.before : note.last) !== this.#lastEventId ||
      (note.type === 'frame' && note.frame.kind === 'reset');
    this.#lastEventId = note.last;
    this.http.observePosition(note.last);
    this.on.status('live');
    if (isMissing) this.on.frame({ kind: 'reset', data: {} });
    else if (note.type === 'frame') this.on.frame(note.frame);
  }

  #probe = (): void => {
    const isQuiet = (): boolean =>
      !this.#stream && !this.#stopped && globalThis.document?.visibilityState !== 'hidden';
    if (!isQuiet() || performance.now() - this.#heardAt < PROBE_INTERVAL_MS) return;
    const probedAt = performance.now();
    this.#post({ type: 'probe' });
    setTimeout(
      () => {
        if (isQuiet() && this.#channel && this.#heardAt < probedAt) void this.#contend(true);
      },
      PROBE_TIMEOUT_MS * (1 + Math.random()),
    );
  };
}
