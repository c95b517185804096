/**
 * The messages of the member that are not in the timeline yet. They are sent in the order of writing;
 * a rejected message does not hold up later ones. A message keeps its id through retries, so the
 * service stores it once.
 */
import type { Api } from './api.ts';
import { backoff } from './backoff.ts';
import { serviceNow } from './clock.ts';
import { Problem } from './problem.ts';
import type { Pending, State } from './state.ts';
import type { BrowserStorage } from './storage.ts';
import { uuidv7 } from './uuid.ts';

export interface OutboxDependencies {
  state(): Pick<State, 'outbox' | 'live'>;
  update(change: Pick<State, 'outbox'>): void;
  /** The storage of the member whose messages these are. */
  storage(): Pick<BrowserStorage, 'pendingMessages' | 'savePending' | 'removePending'>;
  sendMessage: Api['sendMessage'];
  reloadTimeline(conversation: string): Promise<void>;
}

export class Outbox {
  #sending = new Set<string>();
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #attempts = new Map<string, number>();
  #stopped = false;

  constructor(private readonly store: OutboxDependencies) {}

  send(conversation: string, text: string, reply_to?: string): Pending {
    const pending: Pending = {
      id: uuidv7(serviceNow()),
      conversation,
      text,
      sent_at: new Date(serviceNow()).toISOString(),
      ...(reply_to ? { reply_to } : {}),
    };
    this.#save(pending);
    this.flush();
    return pending;
  }

  /** Sends a rejected message again, under the same id. */
  retry(id: string): void {
    const pending = this.store.state().outbox.find((queued) => queued.id === id);
    if (!pending) return;
    const { failed: _, ...unfailed } = pending;
    this.#save(unfailed);
    this.flush();
  }

  discard(id: string): void {
    this.store.storage().removePending(id);
    this.store.update({ outbox: this.store.state().outbox.filter((pending) => pending.id !== id) });
  }

  /** Sends all queued messages now, without waiting for retries. */
  flush(): void {
    this.#attempts.clear();
    this.#clearTimers();
    const conversations = this.store.state().outbox.map((pending) => pending.conversation);
    for (const conversation of new Set(conversations)) void this.#sendQueued(conversation);
  }

  /** Nothing is sent any more. What is not sent stays in the storage of its member. */
  stop(): void {
    this.#stopped = true;
    this.#clearTimers();
  }

  #clearTimers(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #save(pending: Pending): void {
    this.store.storage().savePending(pending);
    const { outbox } = this.store.state();
    const isQueued = outbox.some((queued) => queued.id === pending.id);
    this.store.update({
      outbox: isQueued
        ? outbox.map((queued) => (queued.id === pending.id ? pending : queued))
        : [...outbox, pending],
    });
  }

  /** One message at a time, so that they arrive in the order of writing. */
  async #sendQueued(conversation: string): Promise<void> {
    if (this.#sending.has(conversation)) return;
    this.#sending.add(conversation);
    try {
      for (;;) {
        const next = this.store
          .state()
          .outbox.find(
            (pending) =>
              pending.conversation === conversation && !pending.failed && !pending.confirmed,
          );
        if (this.#stopped || !next || !(await this.#sendOne(next))) return;
      }
    } finally {
      this.#sending.delete(conversation);
    }
  }

  /** Returns whether the next message may be sent now. */
  async #sendOne(pending: Pending): Promise<boolean> {
    const { id, conversation, text, reply_to } = pending;
    const stored = this.store.storage().pendingMessages();
    // Another tab has sent or discarded it, or the member has signed out there.
    if (!stored.some((message) => message.id === id)) return (this.discard(id), true);
    try {
      const sent = await this.store.sendMessage(conversation, id, text, reply_to);
      this.#attempts.delete(conversation);
      this.#confirm(pending, sent.id);
      return true;
    } catch (error) {
      if (this.#stopped) return false;
      const problem = error instanceof Problem ? error : new Problem(0, 'unexpected');
      // A member without access to the site may regain it.
      if (!problem.transient && !problem.bars) {
        const { outbox } = this.store.state();
        // The member may have discarded it meanwhile.
        if (outbox.some((queued) => queued.id === id))
          this.#save({ ...pending, failed: problem.code });
        return true;
      }
      const attempt = this.#attempts.get(conversation) ?? 0;
      this.#attempts.set(conversation, attempt + 1);
      const wait = Math.max(problem.retryAfter * 1000, backoff(attempt));
      this.#timers.set(
        conversation,
        setTimeout(() => void this.#sendQueued(conversation), wait),
      );
      return false;
    }
  }

  /**
   * A confirmed message stays until the stream delivers it with its `seq`. If the stream is down, the
   * timeline is loaded again.
   */
  #confirm(pending: Pending, id: string): void {
    this.store.storage().removePending(id);
    const confirmed = { ...pending, confirmed: true };
    const { outbox, live } = this.store.state();
    if (!outbox.some((queued) => queued.id === id)) return;
    this.store.update({ outbox: outbox.map((queued) => (queued.id === id ? confirmed : queued)) });
    if (!live) void this.store.reloadTimeline(pending.conversation).catch(() => undefined);
  }
}
