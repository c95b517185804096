/** Who types: told to others at most every few seconds, and forgotten when nothing more comes. */
import { withEntry } from './state.ts';
import type { Store } from './store.ts';

/** The service takes one a second; what it says is shown for six. */
const TELL_EVERY_MS = 3_000;

export class Typing {
  private told = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly store: Store) {}

  tell(conversation: string): void {
    if (Date.now() - this.told < TELL_EVERY_MS || !this.store.state.live) return;
    this.told = Date.now();
    this.store.api.showTyping(conversation).catch(() => undefined);
  }

  /** Sent: the next letter is news again. */
  reset(): void {
    this.told = 0;
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  expireLater(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const now = Date.now();
      let typing = this.store.state.typing;
      let left = false;
      for (const [id, members] of typing) {
        const still = new Map([...members].filter(([, until]) => until > now));
        left ||= still.size > 0;
        if (still.size < members.size)
          typing = withEntry(typing, id, still.size ? still : undefined);
      }
      if (typing !== this.store.state.typing) this.store.set({ typing });
      if (left) this.expireLater();
    }, 1_000);
  }
}
