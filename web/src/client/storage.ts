/** Pending messages and drafts survive a reload in localStorage, by site and member. */
import type { Pending } from './state.ts';

/** If localStorage is full, disabled or forbidden, values last as long as the page. */
const unstored = new Map<string, string>();
const NAMES = ['outbox', 'drafts', 'emoji'] as const;
type Name = (typeof NAMES)[number];

export class BrowserStorage {
  constructor(
    private readonly site: string,
    readonly member: string,
  ) {}

  #key(name: Name): string {
    return `causerie:${this.site}:${this.member}:${name}`;
  }

  #read<T>(name: Name, empty: T): T {
    const key = this.#key(name);
    try {
      return JSON.parse(unstored.get(key) ?? localStorage.getItem(key) ?? 'null') ?? empty;
    } catch {
      return empty;
    }
  }

  #write(name: Name, value: unknown): void {
    const key = this.#key(name);
    const text = JSON.stringify(value);
    try {
      localStorage.setItem(key, text);
      unstored.delete(key);
    } catch {
      unstored.set(key, text);
    }
  }

  /** Removes everything of this member, for example after they have signed out. */
  clear(): void {
    for (const key of NAMES.map((name) => this.#key(name))) {
      unstored.delete(key);
      try {
        localStorage.removeItem(key);
      } catch {
        // Nothing is stored.
      }
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
    const outbox = this.pendingMessages();
    if (outbox.some((pending) => pending.id === id))
      this.#write(
        'outbox',
        outbox.filter((pending) => pending.id !== id),
      );
  }

  /** The latest first. */
  recentEmoji(): string[] {
    return this.#read<string[]>('emoji', []);
  }

  saveRecentEmoji(emoji: string[]): void {
    this.#write('emoji', emoji);
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
