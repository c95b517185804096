const MIN_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;

/**
 * Exponential backoff in ms with jitter in the upper half, so that clients do not reconnect at once
 * after a restart.
 */
export function backoff(attempt: number, random = Math.random()): number {
  const wait = Math.min(MAX_WAIT_MS, MIN_WAIT_MS * 2 ** Math.min(attempt, 10));
  return wait / 2 + (wait / 2) * random;
}
