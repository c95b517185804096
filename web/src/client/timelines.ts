/** What was said: which part of each conversation is loaded, and how it grows. A run of messages never has a hole. */
import { mergeMessages } from './reducer.ts';
import { withEntry, type Timeline } from './state.ts';
import type { Store } from './store.ts';

/** Messages of one page. Enough for two screens of a phone; the first paint waits for it. */
const PAGE_SIZE = 50;
const MAX_UNREAD_LOADED = 140;

export class Timelines {
  constructor(private readonly store: Store) {}

  /** Makes sure that the newest messages of a conversation are here. */
  open(id: string): Promise<void> {
    return this.store.runOnce(`open ${id}`, async () => {
      if (!this.store.state.conversations.has(id)) await this.store.fetchConversation(id);
      if (!this.store.state.timelines.has(id)) await this.reload(id);
      if (!this.store.state.participants.has(id)) await this.store.fetchParticipants(id);
    });
  }

  /** The newest page; what is loaded before it stays, where it joins on. */
  async reload(id: string, replace = false): Promise<void> {
    // All that is unread, where that is not much: the line above it should be there.
    const unread = this.store.state.conversations.get(id)?.unread ?? 0;
    const limit = unread > MAX_UNREAD_LOADED ? PAGE_SIZE : Math.max(PAGE_SIZE, unread + 10);
    const page = await this.store.api.listMessages(id, { limit });
    const before = this.store.state.timelines.get(id);
    const end = before?.next === null ? (before.messages.at(-1)?.seq ?? 0) : -1;
    const joins = !replace && before && page.items.length > 0 && page.items[0]!.seq <= end + 1;
    const timeline: Timeline = joins
      ? {
          messages: mergeMessages(before.messages, page.items),
          previous: before.previous,
          next: null,
        }
      : { messages: page.items, previous: page.previous, next: page.next };
    this.setTimeline(id, timeline);
  }

  loadOlder(id: string): Promise<void> {
    return this.loadPage(id, 'previous');
  }

  loadNewer(id: string): Promise<void> {
    return this.loadPage(id, 'next');
  }

  private loadPage(id: string, side: 'previous' | 'next'): Promise<void> {
    return this.store.runOnce(`${side} ${id}`, async () => {
      const cursor = this.store.state.timelines.get(id)?.[side];
      if (!cursor) return;
      const page = await this.store.api.listMessages(id, {
        [side === 'previous' ? 'before' : 'after']: cursor,
        limit: PAGE_SIZE,
      });
      const current = this.store.state.timelines.get(id);
      if (current?.[side] !== cursor) return;
      this.setTimeline(id, {
        ...current,
        messages: mergeMessages(current.messages, page.items),
        [side]: page[side],
      });
    });
  }

  /** Shows the part of a conversation that a message stands in. */
  async loadAround(id: string, message: string): Promise<void> {
    if (this.store.state.timelines.get(id)?.messages.some((candidate) => candidate.id === message))
      return;
    const page = await this.store.api.listMessages(id, { around: message, limit: PAGE_SIZE });
    this.setTimeline(id, { messages: page.items, previous: page.previous, next: page.next });
  }

  private setTimeline(id: string, timeline: Timeline): void {
    const loaded = new Set(timeline.messages.map((message) => message.id));
    this.store.update({
      timelines: withEntry(this.store.state.timelines, id, timeline),
      outbox: this.store.state.outbox.filter((pending) => !loaded.has(pending.id)),
    });
  }
}
