// Waiting for what should come, and saying what was there instead.
import assert from 'node:assert/strict';

export async function until(what, look, within = 15_000) {
  const end = Date.now() + within;
  let seen;
  for (;;) {
    try {
      seen = await look();
      if (seen === true) return;
    } catch (error) {
      seen = error;
    }
    if (Date.now() > end)
      throw new Error(
        `${what}: not within ${within} ms, but ${seen instanceof Error ? seen.message : JSON.stringify(seen)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The last value has to be deeply equal to the expected one. */
export const comes = (what, look, expected, within) =>
  until(
    what,
    async () => {
      const seen = await look();
      try {
        assert.deepEqual(seen, expected);
        return true;
      } catch {
        return seen;
      }
    },
    within,
  );

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
