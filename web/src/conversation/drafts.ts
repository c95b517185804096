/** What a member has written and not sent: drafts, edits, and the message that they are about. */
import type { BrowserStorage } from '../client/storage.ts';

type Storage = Pick<BrowserStorage, 'draft' | 'saveDraft'>;

/** Survives a reload and differs between tabs. */
function tabId(): string {
  const key = 'causerie:tab';
  try {
    const id = sessionStorage.getItem(key) ?? crypto.randomUUID();
    sessionStorage.setItem(key, id);
    return id;
  } catch {
    return 'tab';
  }
}

/**
 * The draft of a conversation. Tabs share it until two of them write: the later one then keeps a copy
 * of its own, so that neither overwrites the other.
 */
export class Draft {
  text: string;
  readonly #own: string;
  #key: string;

  constructor(
    private readonly storage: Storage,
    private readonly conversation: string,
    tab = tabId(),
  ) {
    this.#own = `${conversation}@${tab}`;
    this.#key = storage.draft(this.#own) ? this.#own : conversation;
    this.text = storage.draft(this.#key);
  }

  save(text: string): void {
    const shared = this.storage.draft(this.conversation);
    if (this.#key !== this.#own && shared !== this.text) this.#key = this.#own;
    if (this.#key === this.#own || text || shared === this.text)
      this.storage.saveDraft(this.#key, text);
    this.text = text;
    if (!text) this.#key = this.conversation;
  }
}

/** The changed text of a message that is being edited; '' if it is unchanged. */
export const editDraft = (storage: Storage, conversation: string, message: string): string =>
  storage.draft(`${conversation}#${message}`);
export const saveEditDraft = (
  storage: Storage,
  conversation: string,
  message: string,
  text: string,
): void => storage.saveDraft(`${conversation}#${message}`, text);

/** The message that the composer is about. */
export interface About {
  kind: 'reply' | 'edit';
  message: string;
}
export function savedAbout(storage: Storage, conversation: string): About | undefined {
  const [kind, message] = storage.draft(`${conversation}#`).split(' ');
  return message && (kind === 'reply' || kind === 'edit') ? { kind, message } : undefined;
}
export const saveAbout = (storage: Storage, conversation: string, about?: About): void =>
  storage.saveDraft(`${conversation}#`, about ? `${about.kind} ${about.message}` : '');
