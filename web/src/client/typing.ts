/** Notifies others that this member types, and expires what others have sent. */
import type { Api } from './api.ts';
import { withEntry, type State } from './state.ts';

/** The service accepts one notification a second. Receivers show it for `TYPING_EXPIRY_MS`. */
const NOTIFY_INTERVAL_MS = 3_000;

export interface TypingDependencies {
  state(): Pick<State, 'typing' | 'live'>;
  update(change: Pick<State, 'typing'>): void;
  showTyping: Api['showTyping'];
}

export class Typing {
  #notifiedAt = -NOTIFY_INTERVAL_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly store: TypingDependencies) {}

  notify(conversation: string): void {
    if (performance.now() - this.#notifiedAt < NOTIFY_INTERVAL_MS || !this.store.state().live)
      return;
    this.#notifiedAt = performance.now();
    this.store.showTyping(conversation).catch(() => undefined);
  }

  /** After a message was sent, the next letter notifies at once. */
  reset(): void {
    this.#notifiedAt = -NOTIFY_INTERVAL_MS;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  scheduleExpiry(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const now = performance.now();
      const before = this.store.state().typing;
      let typing = before;
      let someLeft = false;
      for (const [id, members] of typing) {
        const current = new Map([...members].filter(([, until]) => until > now));
        someLeft ||= current.size > 0;
        if (current.size < members.size)
          typing = withEntry(typing, id, current.size ? current : undefined);
      }
      if (typing !== before) this.store.update({ typing });
      if (someLeft) this.scheduleExpiry();
    }, 1_000);
  }
}
