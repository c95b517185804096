/** Numbers of members, fetched again after each change of a member. */
import type { Store } from '../client/store.ts';
import type { MemberCounts } from '../client/types.ts';

/** Changes within this time lead to one request. */
const DELAY_MS = 300;

export class MemberCountsLoader {
  counts: MemberCounts | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wasLive = false;

  constructor(
    private readonly store: Store,
    /** Only owner and staff may count members. */
    private readonly isAllowed: () => boolean,
    private readonly changed: () => void,
  ) {
    store.addEventListener('change', () => {
      const { live, phase } = store.state;
      // No event lists what changed while the stream was interrupted.
      if (phase === 'ready' && (!this.counts || (live && !this.#wasLive))) this.#loadSoon();
      this.#wasLive = live;
    });
    store.addEventListener('frame', (event) => {
      const { kind } = (event as CustomEvent<{ kind: string }>).detail;
      if (kind === 'member.changed') this.#loadSoon();
    });
  }

  #loadSoon(): void {
    if (this.#timer || !this.isAllowed()) return;
    this.#timer = setTimeout(() => void this.#load(), DELAY_MS);
  }

  async #load(): Promise<void> {
    this.#timer = undefined;
    // A failure needs no message: the next change fetches them again.
    const counts = await this.store.api.countMembers().catch(() => undefined);
    if (!counts) return;
    this.counts = counts;
    this.changed();
  }
}

/** Members of all states; removed ones do not count. */
export const memberTotal = ({ active, pending, blocked }: MemberCounts): number =>
  active + pending + blocked;
