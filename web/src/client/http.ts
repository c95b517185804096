/**
 * Sends one request: adds the token, turns error responses into `Problem`, waits for read models.
 */
import { observeServiceTime } from './clock.ts';
import { Problem, problemOf } from './problem.ts';
import { Slots } from './slots.ts';
import { Tokens, type Identify } from './tokens.ts';

/** After this time without a response a request has failed. Uploads may take longer. */
const REQUEST_TIMEOUT_MS = 30_000;

export class Http {
  readonly tokens: Tokens;
  #slots = new Slots();
  /** The latest log position seen. Queries require read models at least this recent. */
  #position: string | undefined;
  #stopped = false;

  constructor(
    readonly base: string,
    identify: Identify,
    memberChanged?: () => void,
  ) {
    this.tokens = new Tokens(identify, memberChanged);
  }

  /** Nothing is sent any more. Requests in flight end, with the token that they have. */
  stop(): void {
    this.#stopped = true;
    this.tokens.stop();
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const isQuery = (init.method ?? 'GET') === 'GET';
    await this.#slots.acquire(isQuery);
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), REQUEST_TIMEOUT_MS);
    if (init.body instanceof Blob) clearTimeout(timer);
    try {
      const response = await this.#send(path, { ...init, signal: abort.signal });
      // A body that never ends would hold its slot.
      return new Response(response.status === 204 ? null : await response.blob(), response);
    } catch (error) {
      throw error instanceof Problem ? error : new Problem(0, 'network');
    } finally {
      clearTimeout(timer);
      this.#slots.release();
    }
  }

  /** A response whose body arrives over time. Its token is not about to expire. */
  async open(path: string, init: RequestInit): Promise<Response> {
    return this.#send(path, init, await this.tokens.fresh());
  }

  async #send(path: string, init: RequestInit, token?: string): Promise<Response> {
    token ??= await this.tokens.current();
    for (let renewed = false; ; renewed = true) {
      // The member may have changed while the request waited for its token.
      if (this.#stopped) throw new Problem(0, 'stopped');
      let response: Response;
      try {
        response = await fetch(this.base + path, {
          ...init,
          headers: {
            ...(init.headers as Record<string, string>),
            Authorization: `Bearer ${token}`,
          },
          credentials: 'omit',
          cache: 'no-store',
        });
      } catch {
        throw new Problem(0, 'network');
      }
      observeServiceTime(Date.parse(response.headers.get('Date') ?? ''));
      if (response.ok) return response;
      const problem = await problemOf(response);
      if (renewed || problem.status !== 401 || !problem.bars) throw problem;
      token = await this.tokens.after(token);
    }
  }

  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const init: RequestInit = { method };
    if (method === 'GET') return parsed<T>(await this.#getCurrent(path));
    if (body instanceof Blob) {
      init.body = body;
      init.headers = { 'Content-Type': body.type };
    } else if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { 'Content-Type': 'application/json' };
    }
    const response = await this.fetch(path, init);
    this.observePosition(response.headers.get('Causerie-Position'));
    return response.status === 204 ? (undefined as T) : parsed<T>(response);
  }

  /** Positions arrive from the stream and from responses in any order; the latest counts. */
  observePosition(position: string | null | undefined): void {
    if (position && (!this.#position || isLater(position, this.#position)))
      this.#position = position;
  }

  /** After a failover of the database the service may be behind the positions seen before. */
  resetPosition(position: string | undefined): void {
    this.#position = position;
  }

  /** Requires the position seen. After some tries it accepts a stale response. */
  async #getCurrent(path: string, tries = 3): Promise<Response> {
    const headers: HeadersInit =
      this.#position && tries > 0 ? { 'Causerie-Min-Position': this.#position } : {};
    try {
      return await this.fetch(path, { headers });
    } catch (error) {
      if (tries === 0 || !(error instanceof Problem)) throw error;
      if (error.code === 'position.lost') this.resetPosition(undefined);
      else if (error.code !== 'read_model.behind') throw error;
      return this.#getCurrent(path, tries - 1);
    }
  }
}

/**
 * A position is two hexadecimal numbers, compared in order. In an unknown format the position
 * received last wins.
 */
function isLater(one: string, two: string): boolean {
  const padded = (position: string) =>
    position.replace(/[\da-f]+/g, (part) => part.padStart(16, '0'));
  return !/^[\da-f]+-[\da-f]+$/.test(one) || padded(one) >= padded(two);
}

/** A page of a proxy, for example to sign in to a network, is not a response of the service. */
async function parsed<T>(response: Response): Promise<T> {
  return response.json().catch(() => {
    throw new Problem(response.status, `http.${response.status}`);
  }) as Promise<T>;
}
