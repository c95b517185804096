/** One request with identity, problem answers and patience. Knows nothing of what is asked. */
import type { Code } from './types.ts';

export type Identify = () => Promise<string> | string;

/** An answer that says no, or (`status` 0) no answer at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: Code,
    readonly retryAfter = 0,
  ) {
    super(code);
  }

  /** Whether the same request may succeed later without anybody doing anything. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Tokens are asked for again a little before they expire: clocks differ. */
const EARLY_S = 30;

export class Http {
  private token: Promise<string> | undefined;
  private expires = 0;
  /** What the stream has shown of the log, and what was done here: no query may answer with less. */
  private seen: string | undefined;

  constructor(
    readonly base: string,
    private readonly identify: Identify,
  ) {}

  /** A token, kept until it expires; `anew` after the service refused it. */
  async bearer(anew = false): Promise<string> {
    if (anew || !this.token || Date.now() / 1000 > this.expires - EARLY_S) {
      this.expires = Infinity;
      const asked = (this.token = Promise.resolve().then(this.identify));
      try {
        this.expires = Number(claims(await asked).exp) || Infinity;
      } catch (error) {
        if (this.token === asked) this.token = undefined;
        throw error;
      }
    }
    return this.token;
  }

  async fetch(path: string, init: RequestInit = {}, anew = false): Promise<Response> {
    let token: string;
    try {
      token = await this.bearer(anew);
    } catch {
      throw new Problem(0, 'identity.unavailable');
    }
    let answer: Response;
    try {
      answer = await fetch(this.base + path, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), Authorization: `Bearer ${token}` },
        credentials: 'omit',
        cache: 'no-store',
      });
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      throw new Problem(0, 'network');
    }
    if (answer.ok) return answer;
    if (answer.status === 401 && !anew) return this.fetch(path, init, true);
    throw await problem(answer);
  }

  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const init: RequestInit = { method };
    if (method === 'GET') return (await this.fresh(path)).json() as Promise<T>;
    if (body instanceof Blob) {
      init.body = body;
      init.headers = { 'Content-Type': body.type };
    } else if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { 'Content-Type': 'application/json' };
    }
    const answer = await this.fetch(path, init);
    this.saw(answer.headers.get('Causerie-Position'));
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  /** Positions come from the stream and from answers, in no order: the latest counts. */
  saw(position: string | null | undefined): void {
    if (position && (!this.seen || later(position, this.seen))) this.seen = position;
  }

  /** The service may have lost what was seen, in a failover of its database. From here on only this counts. */
  startsAt(position: string | undefined): void {
    this.seen = position;
  }

  /** A query that waits for its read model; after a while an answer that is late is better than none. */
  private async fresh(path: string, tries = 3): Promise<Response> {
    const headers: HeadersInit =
      this.seen && tries > 0 ? { 'Causerie-Min-Position': this.seen } : {};
    try {
      return await this.fetch(path, { headers });
    } catch (error) {
      if (tries === 0 || !(error instanceof Problem)) throw error;
      if (error.code === 'position.lost') this.startsAt(undefined);
      else if (error.code !== 'read_model.behind') throw error;
      return this.fresh(path, tries - 1);
    }
  }
}

/** A position is two hexadecimal numbers, the first before the second. Of a shape not known yet, the last one heard counts. */
function later(one: string, two: string): boolean {
  const padded = (position: string) =>
    position.replace(/[\da-f]+/g, (part) => part.padStart(16, '0'));
  return !/^[\da-f]+-[\da-f]+$/.test(one) || padded(one) >= padded(two);
}

async function problem(answer: Response): Promise<Problem> {
  let code: Code = `http.${answer.status}`;
  try {
    code = (await answer.json()).code ?? code;
  } catch {
    // A proxy's page, not our service's answer: the status has to do.
  }
  return new Problem(answer.status, code, Number(answer.headers.get('Retry-After')) || 0);
}

/** What a token says of its bearer. Not checked here: the service does that. */
export function claims(token: string): Record<string, unknown> {
  try {
    const part = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}
