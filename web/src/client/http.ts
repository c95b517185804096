/**
 * Sends one request: adds the token, turns error responses into `Problem`, waits for read models.
 */
import type { Code } from './types.ts';

export type Identify = () => Promise<string> | string;

/** An error response, or no response at all (`status` 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: Code,
    readonly retryAfter = 0,
  ) {
    super(code);
  }

  /** Whether repeating the same request later may succeed. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Tokens are renewed this long before they expire, because clocks differ. */
const RENEWAL_MARGIN_S = 30;

export class Http {
  #token: Promise<string> | undefined;
  #expires = 0;
  /** The latest log position seen. Queries require read models at least this recent. */
  #position: string | undefined;

  constructor(
    readonly base: string,
    private readonly identify: Identify,
  ) {}

  /** A token, cached until it expires. `renew` after the service rejected the cached one. */
  async bearer(renew = false): Promise<string> {
    if (renew || !this.#token || Date.now() / 1000 > this.#expires - RENEWAL_MARGIN_S) {
      this.#expires = Infinity;
      const requested = (this.#token = Promise.resolve().then(this.identify));
      try {
        this.#expires = Number(claims(await requested).exp) || Infinity;
      } catch (error) {
        if (this.#token === requested) this.#token = undefined;
        throw error;
      }
    }
    return this.#token;
  }

  async fetch(path: string, init: RequestInit = {}, renewToken = false): Promise<Response> {
    let token: string;
    try {
      token = await this.bearer(renewToken);
    } catch {
      throw new Problem(0, 'identity.unavailable');
    }
    let response: Response;
    try {
      response = await fetch(this.base + path, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), Authorization: `Bearer ${token}` },
        credentials: 'omit',
        cache: 'no-store',
      });
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      throw new Problem(0, 'network');
    }
    if (response.ok) return response;
    if (response.status === 401 && !renewToken) return this.fetch(path, init, true);
    throw await problem(response);
  }

  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const init: RequestInit = { method };
    if (method === 'GET') return (await this.#getCurrent(path)).json() as Promise<T>;
    if (body instanceof Blob) {
      init.body = body;
      init.headers = { 'Content-Type': body.type };
    } else if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { 'Content-Type': 'application/json' };
    }
    const response = await this.fetch(path, init);
    this.observePosition(response.headers.get('Causerie-Position'));
    return (response.status === 204 ? undefined : await response.json()) as T;
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

async function problem(response: Response): Promise<Problem> {
  let code: Code = `http.${response.status}`;
  try {
    code = (await response.json()).code ?? code;
  } catch {
    // The body is not from the service, for example a proxy's error page.
  }
  return new Problem(response.status, code, Number(response.headers.get('Retry-After')) || 0);
}

/** The claims of a token, unverified: the service verifies them. */
export function claims(token: string): Record<string, unknown> {
  try {
    const part = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}
