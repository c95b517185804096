/** Sends in order, each message under one id for ever: sent twice, the service knows it for the same. */
import { Problem } from './http.ts';
import type { Pending } from './state.ts';
import type { Store } from './store.ts';
import { backoff } from './stream.ts';
import { uuidv7 } from './uuid.ts';

export class Outbox {
  private sending = new Set<string>();
  private timers = new Map<string, ReturnType<typeof setTimeout>>();
  private attempts = new Map<string, number>();

  constructor(private readonly store: Store) {}

  send(conversation: string, text: string, reply_to?: string): Pending {
    const pending: Pending = {
      id: uuidv7(),
      conversation,
      text,
      sent_at: new Date().toISOString(),
      ...(reply_to ? { reply_to } : {}),
    };
    this.save(pending);
    this.flush();
    return pending;
  }

  /** A refused message again, under its id. */
  retry(id: string): void {
    const pending = this.store.state.outbox.find((queued) => queued.id === id);
    if (!pending) return;
    const { failed: _, ...unfailed } = pending;
    this.save(unfailed);
    this.flush();
  }

  discard(id: string): void {
    this.store.storage.removePending(id);
    this.store.update({ outbox: this.store.state.outbox.filter((pending) => pending.id !== id) });
  }

  /** Starts what waits: one message at a time per conversation, so that they arrive as they were written. */
  flush(): void {
    this.attempts.clear();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    for (const conversation of new Set(
      this.store.state.outbox.map((pending) => pending.conversation),
    )) {
      void this.sendQueued(conversation);
    }
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private save(pending: Pending): void {
    this.store.storage.savePending(pending);
    const { outbox } = this.store.state;
    const isQueued = outbox.some((queued) => queued.id === pending.id);
    this.store.update({
      outbox: isQueued
        ? outbox.map((queued) => (queued.id === pending.id ? pending : queued))
        : [...outbox, pending],
    });
  }

  private async sendQueued(conversation: string): Promise<void> {
    if (this.sending.has(conversation)) return;
    this.sending.add(conversation);
    try {
      for (;;) {
        const next = this.store.state.outbox.find(
          (pending) =>
            pending.conversation === conversation && !pending.failed && !pending.confirmed,
        );
        if (!next || !(await this.sendOne(next))) return;
      }
    } finally {
      this.sending.delete(conversation);
    }
  }

  /** Whether to go on with the next. */
  private async sendOne(pending: Pending): Promise<boolean> {
    const { id, conversation, text, reply_to } = pending;
    try {
      const sent = await this.store.api.sendMessage(conversation, id, text, reply_to);
      this.attempts.delete(conversation);
      this.confirm(pending, sent.id);
      return true;
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(0, 'unexpected');
      if (!problem.transient) {
        this.save({ ...pending, failed: problem.code });
        return true;
      }
      const attempt = this.attempts.get(conversation) ?? 0;
      this.attempts.set(conversation, attempt + 1);
      const wait = Math.max(problem.retryAfter * 1000, backoff(attempt));
      this.timers.set(
        conversation,
        setTimeout(() => void this.sendQueued(conversation), wait),
      );
      return false;
    }
  }

  /** Kept on screen until the stream has brought it with its place in the order; without a stream, fetched. */
  private confirm(pending: Pending, id: string): void {
    this.store.storage.removePending(id);
    const confirmed = { ...pending, confirmed: true };
    if (!this.store.state.outbox.some((queued) => queued.id === id)) return;
    this.store.update({
      outbox: this.store.state.outbox.map((queued) => (queued.id === id ? confirmed : queued)),
    });
    if (!this.store.state.live)
      void this.store.timelines.reload(pending.conversation).catch(() => undefined);
  }
}
