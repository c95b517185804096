/** Pending messages and drafts survive a reload in localStorage, by site and member. */
import type { Pending } from './state.ts';

/** If localStorage is full, disabled or forbidden, values last as long as the page. */
export class BrowserStorage {
  readonly #fallback = new Map<string, string>();

  constructor(private readonly scope: string) {}

  #read<T>(name: string, empty: T): T {
    const key = `causerie:${this.scope}:${name}`;
    try {
      return JSON.parse(localStorage.getItem(key) ?? this.#fallback.get(key) ?? 'null') ?? empty;
    } catch {
      return empty;
    }
  }

  #write(name: string, value: unknown): void {
    const key = `causerie:${this.scope}:${name}`;
    const text = JSON.stringify(value);
    this.#fallback.set(key, text);
    try {
      localStorage.setItem(key, text);
    } catch {
      // `fallback` has the value.
    }
  }

  pendingMessages(): Pending[] {
    return this.#read<Pending[]>('outbox', []);
  }

  /** Other tabs of the same member share the list, so only this message is changed. */
  savePending(pending: Pending): void {
    const outbox = this.pendingMessages();
    const isStored = outbox.some((queued) => queued.id === pending.id);
    this.#write(
      'outbox',
      isStored
        ? outbox.map((queued) => (queued.id === pending.id ? pending : queued))
        : [...outbox, pending],
    );
  }

  removePending(id: string): void {
    this.#write(
      'outbox',
      this.pendingMessages().filter((pending) => pending.id !== id),
    );
  }

  draft(conversation: string): string {
    return this.#read<Record<string, string>>('drafts', {})[conversation] ?? '';
  }

  saveDraft(conversation: string, text: string): void {
    const drafts = this.#read<Record<string, string>>('drafts', {});
    if (text) drafts[conversation] = text;
    else delete drafts[conversation];
    this.#write('drafts', drafts);
  }
}
