/** What was said: which part of each conversation is loaded, and how it grows. A run of messages never has a hole. */
import { merged } from './reducer.ts';
import { withEntry, type Timeline } from './state.ts';
import type { Store } from './store.ts';

/** Messages of one page. Enough for two screens of a phone; the first paint waits for it. */
const PAGE = 50;
const MOST_UNREAD = 140;

export class Timelines {
  constructor(private readonly store: Store) {}

  /** Makes sure that the newest messages of a conversation are here. */
  open(id: string): Promise<void> {
    return this.store.once(`open ${id}`, async () => {
      if (!this.store.state.conversations.has(id)) await this.store.fetchConversation(id);
      if (!this.store.state.timelines.has(id)) await this.reload(id);
      if (!this.store.state.participants.has(id)) await this.store.fetchParticipants(id);
    });
  }

  /** The newest page; what is loaded before it stays, where it joins on. */
  async reload(id: string, anew = false): Promise<void> {
    // All that is unread, where that is not much: the line above it should be there.
    const unread = this.store.state.conversations.get(id)?.unread ?? 0;
    const limit = unread > MOST_UNREAD ? PAGE : Math.max(PAGE, unread + 10);
    const page = await this.store.api.listMessages(id, { limit });
    const before = this.store.state.timelines.get(id);
    const end = before?.next === null ? (before.messages.at(-1)?.seq ?? 0) : -1;
    const joins = !anew && before && page.items.length > 0 && page.items[0]!.seq <= end + 1;
    const timeline: Timeline = joins
      ? { messages: merged(before.messages, page.items), previous: before.previous, next: null }
      : { messages: page.items, previous: page.previous, next: page.next };
    this.setTimeline(id, timeline);
  }

  older(id: string): Promise<void> {
    return this.page(id, 'previous');
  }

  newer(id: string): Promise<void> {
    return this.page(id, 'next');
  }

  private page(id: string, side: 'previous' | 'next'): Promise<void> {
    return this.store.once(`${side} ${id}`, async () => {
      const cursor = this.store.state.timelines.get(id)?.[side];
      if (!cursor) return;
      const page = await this.store.api.listMessages(id, {
        [side === 'previous' ? 'before' : 'after']: cursor,
        limit: PAGE,
      });
      const now = this.store.state.timelines.get(id);
      if (now?.[side] !== cursor) return;
      this.setTimeline(id, {
        ...now,
        messages: merged(now.messages, page.items),
        [side]: page[side],
      });
    });
  }

  /** Shows the part of a conversation that a message stands in. */
  async around(id: string, message: string): Promise<void> {
    if (this.store.state.timelines.get(id)?.messages.some((each) => each.id === message)) return;
    const page = await this.store.api.listMessages(id, { around: message, limit: PAGE });
    this.setTimeline(id, { messages: page.items, previous: page.previous, next: page.next });
  }

  private setTimeline(id: string, timeline: Timeline): void {
    const here = new Set(timeline.messages.map((each) => each.id));
    this.store.set({
      timelines: withEntry(this.store.state.timelines, id, timeline),
      outbox: this.store.state.outbox.filter((each) => !here.has(each.id)),
    });
  }
}
