/** Why a request failed. Only errors of the service itself count as its decision. */
import type { Code } from './types.ts';

/** Codes that end the access of a member until staff, the operator or the page changes something. */
const BARRING_CODE =
  /^(token\..+|member\.(blocked|not_registered|pending|removed)|site\.(closed|not_found))$/;

/** An error response, or no response of the service (`status` 0 or a code `http.…`). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: Code,
    readonly retryAfter = 0,
    readonly detail = '',
  ) {
    super(code);
  }

  /** Whether repeating the same request later may succeed. */
  get transient(): boolean {
    return (
      this.status === 0 ||
      this.status === 429 ||
      this.status >= 500 ||
      this.code.startsWith('http.')
    );
  }

  /** Whether the service denies the member access to the site. */
  get bars(): boolean {
    return BARRING_CODE.test(this.code);
  }
}

export async function problemOf(response: Response): Promise<Problem> {
  const { status, headers } = response;
  const retryAfter = Number(headers.get('Retry-After')) || 0;
  const body = await response.json().catch(() => null);
  // A proxy's error page is not a response of the service, whatever its status.
  const isOfService =
    headers.get('Content-Type')?.startsWith('application/problem+json') &&
    /^([a-z_]+\.[a-z_]+|internal)$/.test(body?.code);
  return isOfService
    ? new Problem(status, body.code, retryAfter, body.detail)
    : new Problem(status, `http.${status}`, retryAfter);
}
