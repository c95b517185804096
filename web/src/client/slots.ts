/**
 * Limits the requests in flight. Over HTTP/1.1 a browser opens six connections per host for all
 * tabs. The live stream has one of them, and one is left to the page.
 */
const MAX_REQUESTS = 4;
/** Queries leave a slot to commands, so that a message does not wait for slow lists. */
const MAX_QUERIES = 3;

export class Slots {
  #active = 0;
  #commands: (() => void)[] = [];
  #queries: (() => void)[] = [];

  /** Resolves when the request may start. Call `release` after it. */
  async acquire(isQuery: boolean): Promise<void> {
    const queue = isQuery ? this.#queries : this.#commands;
    const free = new Promise<void>((resolve) => queue.push(resolve));
    this.#startWaiting();
    await free;
  }

  release(): void {
    this.#active--;
    this.#startWaiting();
  }

  #startWaiting(): void {
    for (;;) {
      const next =
        (this.#active < MAX_REQUESTS && this.#commands.shift()) ||
        (this.#active < MAX_QUERIES && this.#queries.shift());
      if (!next) return;
      this.#active++;
      next();
    }
  }
}
