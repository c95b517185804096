/** The session of the dashboard, and why a token is rejected. */
import { serviceNow } from '../client/clock.ts';
import { Problem } from '../client/problem.ts';
import { claims, type Identify } from '../client/tokens.ts';
import type { Texts } from './texts.ts';

/** Why access is refused: the key of a text, and its values. */
export interface Refusal {
  reason: Extract<keyof Texts, `refused_${string}`>;
  values?: Record<string, string>;
  /** The technical reason, by the service or the page's function. */
  detail?: string;
}

export class Session {
  /** The current token. */
  #token = '';

  constructor(
    private source: Identify,
    /** Whether the user enters the token, so that only they can renew it. */
    readonly isPasted: boolean,
  ) {}

  static pasted(token: string): Session {
    return new Session(() => token, true);
  }

  identify = async (): Promise<string> => (this.#token = await this.source());

  /** Continues with another token of the same member. */
  continueWith(other: Session): void {
    this.source = other.source;
  }

  get #claims(): Record<string, unknown> {
    return claims(this.#token);
  }
  get site(): string {
    const { site } = this.#claims;
    return typeof site === 'string' ? site : '';
  }
  get member(): string {
    return String(this.#claims['sub'] ?? '');
  }
  get role(): string {
    return String(this.#claims['role']);
  }

  /** What is wrong with the token before the service has seen it. */
  refusal(): Refusal | undefined {
    if (!this.site) return { reason: 'refused_not_a_token' };
    if (this.role === 'operator' || this.site === '*') return { reason: 'refused_operator' };
    return undefined;
  }

  /** Why the service or the page's function refuses access; undefined for other problems. */
  refusalBy({ code, detail }: Problem): Refusal | undefined {
    switch (code) {
      case 'token.invalid':
        return this.#isExpired(detail)
          ? { reason: 'refused_expired' }
          : { reason: 'refused_rejected', detail };
      case 'token.missing':
      case 'identity.not_a_token':
        return { reason: 'refused_not_a_token' };
      case 'identity.unavailable':
        return { reason: 'refused_no_token', detail };
      case 'token.other_site':
      case 'site.not_found':
        return { reason: 'refused_unknown_site', values: { site: this.site } };
      case 'member.not_registered':
        return { reason: 'refused_not_staff' };
      case 'member.blocked':
      case 'member.pending':
      case 'member.removed':
        return { reason: 'refused_member', detail };
      default:
        return undefined;
    }
  }

  #isExpired(detail: string): boolean {
    return /expired/.test(detail) || Number(this.#claims['exp']) * 1000 <= serviceNow();
  }
}

const TOKEN_KEY = 'causerie:dashboard:token';

/** The token that the user entered, for as long as the tab is open. */
export const storedToken = {
  get: (): string => sessionStorage.getItem(TOKEN_KEY) ?? '',
  set: (token: string): void => sessionStorage.setItem(TOKEN_KEY, token),
  remove: (): void => sessionStorage.removeItem(TOKEN_KEY),
};

/** The token of a link `/dashboard#token=…`. It is removed from the address. */
export function takeTokenOfLink(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return '';
  history.replaceState(null, '', location.pathname + location.search);
  return token.trim();
}
