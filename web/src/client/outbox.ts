/** Sends in order, each message under one id for ever: sent twice, the service knows it for the same. */
import { Problem } from './http.ts';
import type { Pending } from './state.ts';
import type { Store } from './store.ts';
import { backoff } from './stream.ts';
import { uuidv7 } from './uuid.ts';

export class Outbox {
  private busy = new Set<string>();
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
    this.keep(pending);
    this.flush();
    return pending;
  }

  /** A refused message again, under its id. */
  retry(id: string): void {
    const pending = this.store.state.outbox.find((each) => each.id === id);
    if (!pending) return;
    const { failed: _, ...again } = pending;
    this.keep(again);
    this.flush();
  }

  discard(id: string): void {
    this.store.kept.dropPending(id);
    this.store.set({ outbox: this.store.state.outbox.filter((each) => each.id !== id) });
  }

  /** Starts what waits: one message at a time per conversation, so that they arrive as they were written. */
  flush(): void {
    this.attempts.clear();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    for (const conversation of new Set(this.store.state.outbox.map((each) => each.conversation))) {
      void this.work(conversation);
    }
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private keep(pending: Pending): void {
    this.store.kept.keepPending(pending);
    const { outbox } = this.store.state;
    const there = outbox.some((each) => each.id === pending.id);
    this.store.set({
      outbox: there
        ? outbox.map((each) => (each.id === pending.id ? pending : each))
        : [...outbox, pending],
    });
  }

  private async work(conversation: string): Promise<void> {
    if (this.busy.has(conversation)) return;
    this.busy.add(conversation);
    try {
      for (;;) {
        const next = this.store.state.outbox.find(
          (each) => each.conversation === conversation && !each.failed && !each.confirmed,
        );
        if (!next || !(await this.one(next))) return;
      }
    } finally {
      this.busy.delete(conversation);
    }
  }

  /** Whether to go on with the next. */
  private async one(pending: Pending): Promise<boolean> {
    const { id, conversation, text, reply_to } = pending;
    try {
      const answer = await this.store.api.sendMessage(conversation, id, text, reply_to);
      this.attempts.delete(conversation);
      this.sent(pending, answer.id);
      return true;
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(0, 'unexpected');
      if (!problem.passing) {
        this.keep({ ...pending, failed: problem.code });
        return true;
      }
      const attempt = this.attempts.get(conversation) ?? 0;
      this.attempts.set(conversation, attempt + 1);
      const wait = Math.max(problem.retryAfter * 1000, backoff(attempt));
      this.timers.set(
        conversation,
        setTimeout(() => void this.work(conversation), wait),
      );
      return false;
    }
  }

  /** Kept on screen until the stream has brought it with its place in the order; without a stream, fetched. */
  private sent(pending: Pending, id: string): void {
    this.store.kept.dropPending(id);
    const done = { ...pending, confirmed: true };
    if (!this.store.state.outbox.some((each) => each.id === id)) return;
    this.store.set({
      outbox: this.store.state.outbox.map((each) => (each.id === id ? done : each)),
    });
    if (!this.store.state.live)
      void this.store.timelines.reload(pending.conversation).catch(() => undefined);
  }
}
