/**
 * The tokens of one member, from the page's function. How long a token lives is measured by elapsed
 * time, because the reader's clock may be wrong. A token of another member is never used.
 */
import { backoff } from './backoff.ts';
import { observeServiceTime, serviceNow } from './clock.ts';
import { Problem } from './problem.ts';

export type Identify = () => Promise<string> | string;

/** A token is renewed this long before its end, or a fifth of its life. */
const MAX_RENEWAL_MARGIN_MS = 30_000;
/** `setTimeout` accepts less than 25 days. */
const MAX_LIFETIME_MS = 24 * 86_400_000;
const MIN_RENEWAL_INTERVAL_MS = 1_000;
const IDENTIFY_TIMEOUT_MS = 30_000;

interface Token {
  text: string;
  /** By `performance.now()`. */
  renewAt: number;
  expiresAt: number;
}

export class Tokens {
  #token: Token | undefined;
  #renewal: Promise<string> | undefined;
  #member: string | undefined;
  #failure: Problem | undefined;
  #failures = 0;
  #retryAt = 0;
  #stopped = false;

  constructor(
    private readonly identify: Identify,
    private readonly memberChanged: () => void = () => undefined,
  ) {}

  /** The current token. It is renewed in the background shortly before its end. */
  async current(): Promise<string> {
    this.#throwIfStopped();
    if (!this.#token || performance.now() >= this.#token.expiresAt) return this.#renew();
    if (this.renewalDelay() <= 0) this.#renew().catch(() => undefined);
    return this.#token.text;
  }

  /** A token that is not about to expire, for the stream, which ends with its token. */
  async fresh(): Promise<string> {
    this.#throwIfStopped();
    return this.#token && performance.now() < this.#token.renewAt
      ? this.#token.text
      : this.#renew();
  }

  /** The token after the one that the service rejected. */
  async after(rejected: string): Promise<string> {
    this.#throwIfStopped();
    return this.#token && this.#token.text !== rejected ? this.#token.text : this.#renew();
  }

  /** In ms; not positive if the token should be renewed now. */
  renewalDelay(): number {
    return Math.max(this.#token?.renewAt ?? 0, this.#retryAt) - performance.now();
  }

  /** Ends the wait after a failure. */
  retryNow(): void {
    this.#retryAt = 0;
  }

  /** The page's function is not called again. */
  stop(): void {
    this.#stopped = true;
    this.#token = undefined;
  }

  #throwIfStopped(): void {
    if (this.#stopped) throw new Problem(0, 'stopped');
  }

  #renew(): Promise<string> {
    if (this.#failure && performance.now() < this.#retryAt) return Promise.reject(this.#failure);
    this.#renewal ??= this.#request().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #request(): Promise<string> {
    try {
      const text = await this.#identified();
      this.#throwIfStopped();
      this.#accept(text);
      this.#failure = undefined;
      this.#failures = this.#retryAt = 0;
      return text;
    } catch (error) {
      this.#failure =
        error instanceof Problem ? error : new Problem(0, 'identity.unavailable', 0, String(error));
      this.#retryAt = performance.now() + backoff(this.#failures++);
      throw this.#failure;
    }
  }

  async #identified(): Promise<string> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error()), IDENTIFY_TIMEOUT_MS);
    });
    try {
      const text: unknown = await Promise.race([(async () => this.identify())(), timeout]);
      const token = typeof text === 'string' ? text.trim() : '';
      if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return token;
    } finally {
      clearTimeout(timer);
    }
    throw new Problem(0, 'identity.not_a_token');
  }

  #accept(text: string): void {
    const { sub, exp, iat } = claims(text);
    const member = String(sub ?? '');
    if (this.#member !== undefined && member !== this.#member) {
      this.stop();
      this.memberChanged();
      throw new Problem(0, 'stopped');
    }
    this.#member = member;
    const lifetime = Math.min(MAX_LIFETIME_MS, lifetimeOf(Number(exp) * 1000, Number(iat) * 1000));
    const margin = Math.min(MAX_RENEWAL_MARGIN_MS, lifetime / 5);
    const at = performance.now();
    this.#token = {
      text,
      renewAt: at + Math.max(MIN_RENEWAL_INTERVAL_MS, lifetime - margin),
      expiresAt: at + Math.max(MIN_RENEWAL_INTERVAL_MS, lifetime),
    };
  }
}

/** How long a token lives from now on, in ms. `exp` and `iat` in Unix ms, NaN if absent. */
function lifetimeOf(exp: number, iat: number): number {
  if (!(exp > 0)) return Infinity;
  // Where the `Date` header is not readable, a clock outside the life of a new token is wrong.
  if (serviceNow() > exp || serviceNow() < iat - MAX_RENEWAL_MARGIN_MS) observeServiceTime(iat);
  const rest = exp - serviceNow();
  if (iat > 0) return rest > 0 ? Math.min(rest, exp - iat) : exp - iat;
  // A token that seems to have expired is used until the service rejects it.
  return rest > 0 ? rest : Infinity;
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
