/** Who types: told to others at most every few seconds, and forgotten when nothing more comes. */
import { withEntry } from './state.ts';
import type { Store } from './store.ts';

/** The service takes one a second; what it says is shown for six. */
const NOTIFY_INTERVAL_MS = 3_000;

export class Typing {
  private notifiedAt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly store: Store) {}

  notify(conversation: string): void {
    if (Date.now() - this.notifiedAt < NOTIFY_INTERVAL_MS || !this.store.state.live) return;
    this.notifiedAt = Date.now();
    this.store.api.showTyping(conversation).catch(() => undefined);
  }

  /** Sent: the next letter is news again. */
  reset(): void {
    this.notifiedAt = 0;
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  scheduleExpiry(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const now = Date.now();
      let typing = this.store.state.typing;
      let someLeft = false;
      for (const [id, members] of typing) {
        const current = new Map([...members].filter(([, until]) => until > now));
        someLeft ||= current.size > 0;
        if (current.size < members.size)
          typing = withEntry(typing, id, current.size ? current : undefined);
      }
      if (typing !== this.store.state.typing) this.store.update({ typing });
      if (someLeft) this.scheduleExpiry();
    }, 1_000);
  }
}
