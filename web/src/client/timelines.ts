/** Loads the messages of conversations. A timeline is a run of messages without holes. */
import type { Api } from './api.ts';
import { Problem } from './problem.ts';
import { mergeMessages } from './reducer.ts';
import { withEntry, type State, type Timeline } from './state.ts';

/** Two screens of a phone: the first paint waits for this many messages. */
const PAGE_SIZE = 50;
/** With more unread messages, the page around the read marker is loaded instead of the end. */
const MAX_UNREAD_LOADED = 140;

export interface TimelineDependencies {
  state(): Pick<State, 'conversations' | 'timelines' | 'participants' | 'outbox'>;
  update(change: Partial<Pick<State, 'timelines' | 'participants' | 'outbox'>>): void;
  listMessages: Api['listMessages'];
  fetchConversation(id: string): Promise<unknown>;
  fetchParticipants(id: string): Promise<void>;
  runOnce(key: string, work: () => Promise<void>): Promise<void>;
}

export class Timelines {
  constructor(private readonly store: TimelineDependencies) {}

  /** Loads the messages where the member reads on, unless some are loaded. */
  open(id: string): Promise<void> {
    return this.store.runOnce(`open ${id}`, async () => {
      if (!this.store.state().conversations.has(id)) await this.store.fetchConversation(id);
      if (!this.store.state().timelines.has(id)) await this.reload(id, true);
      if (!this.store.state().participants.has(id)) await this.store.fetchParticipants(id);
    });
  }

  /**
   * Fetches the newest page. Older loaded messages stay if the page joins on to them, unless
   * `replace` is set: the page then reaches back to the read marker, or is around it.
   */
  async reload(id: string, replace = false): Promise<void> {
    const known = this.store.state().conversations.get(id);
    const unread = replace && known?.unread ? known.last_seq - known.read_seq : 0;
    const range =
      known && unread > MAX_UNREAD_LOADED
        ? { around: String(known.read_seq), limit: PAGE_SIZE }
        : { limit: Math.max(PAGE_SIZE, unread + 10) };
    let page = await this.store.listMessages(id, range);
    // A message that the stream delivered meanwhile had no timeline to join.
    const newest = this.store.state().conversations.get(id)?.last_seq ?? 0;
    if (page.next === null && newest > (page.items.at(-1)?.seq ?? 0)) {
      page = await this.store.listMessages(id, range);
    }
    const before = this.store.state().timelines.get(id);
    const end = before?.next === null ? (before.messages.at(-1)?.seq ?? 0) : -1;
    const joins = !replace && before && page.items.length > 0 && page.items[0]!.seq <= end + 1;
    const timeline: Timeline = joins
      ? {
          messages: mergeMessages(before.messages, page.items),
          previous: before.previous,
          next: null,
        }
      : { messages: page.items, previous: page.previous, next: page.next };
    this.#setTimeline(id, timeline);
  }

  /** Reloads what is loaded of conversations, messages and participants. */
  async reloadAll(): Promise<void> {
    const { timelines, participants } = this.store.state();
    await Promise.all([...timelines.keys()].map((id) => this.#reloadUnlessGone(id)));
    const others = [...participants.keys()].filter((id) => !timelines.has(id));
    for (const id of others) this.#forget(id);
  }

  /** The member may lose a conversation at any time, also after the list was fetched. */
  async #reloadUnlessGone(id: string): Promise<void> {
    if (!this.store.state().conversations.has(id)) return this.#forget(id);
    try {
      await Promise.all([this.reload(id, true), this.store.fetchParticipants(id)]);
    } catch (error) {
      const isGone =
        error instanceof Problem && (error.status === 403 || error.status === 404) && !error.bars;
      if (!isGone) throw error;
      this.#forget(id);
    }
  }

  #forget(id: string): void {
    const { timelines, participants } = this.store.state();
    this.store.update({
      timelines: withEntry(timelines, id, undefined),
      participants: withEntry(participants, id, undefined),
    });
  }

  loadOlder(id: string): Promise<void> {
    return this.#loadPage(id, 'previous');
  }

  loadNewer(id: string): Promise<void> {
    return this.#loadPage(id, 'next');
  }

  #loadPage(id: string, side: 'previous' | 'next'): Promise<void> {
    return this.store.runOnce(`${side} ${id}`, async () => {
      const cursor = this.store.state().timelines.get(id)?.[side];
      if (!cursor) return;
      const page = await this.store.listMessages(id, {
        [side === 'previous' ? 'before' : 'after']: cursor,
        limit: PAGE_SIZE,
      });
      const current = this.store.state().timelines.get(id);
      if (current?.[side] !== cursor) return;
      this.#setTimeline(id, {
        ...current,
        messages: mergeMessages(current.messages, page.items),
        [side]: page[side],
      });
    });
  }

  /** Replaces the timeline by the part of the conversation around a message. */
  async loadAround(id: string, message: string): Promise<void> {
    const loaded = this.store.state().timelines.get(id)?.messages;
    if (loaded?.some((candidate) => candidate.id === message)) return;
    const page = await this.store.listMessages(id, { around: message, limit: PAGE_SIZE });
    this.#setTimeline(id, { messages: page.items, previous: page.previous, next: page.next });
  }

  #setTimeline(id: string, timeline: Timeline): void {
    const loaded = new Set(timeline.messages.map((message) => message.id));
    const { timelines, outbox } = this.store.state();
    this.store.update({
      timelines: withEntry(timelines, id, timeline),
      outbox: outbox.filter((pending) => !loaded.has(pending.id)),
    });
  }
}
