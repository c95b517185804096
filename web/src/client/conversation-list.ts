/** The list of conversations: its first pages, and more on scrolling. */
import { allPages, type Api } from './api.ts';
import { withListed } from './reducer.ts';
import type { State } from './state.ts';
import type { Conversation, Kind } from './types.ts';

const PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 200;

type Listed = Pick<State, 'conversations' | 'order' | 'more' | 'moreArchived'>;

export interface ConversationListDependencies {
  state(): State;
  update(change: Partial<Listed>): void;
  listConversations: Api['listConversations'];
  runOnce(key: string, work: () => Promise<void>): Promise<void>;
}

export class ConversationList {
  constructor(
    private readonly kind: Kind | undefined,
    private readonly store: ConversationListDependencies,
  ) {}

  /** The first pages, and all conversations that are pinned or count as unread. */
  async fetchFirst(): Promise<Listed> {
    const [active, archived] = await Promise.all([this.#page({}), this.#page({ archived: true })]);
    const counted = active.next
      ? await Promise.all([this.#all({ pinned: true }), this.#all({ unread: true })])
      : [];
    const items = [...active.items, ...archived.items, ...counted.flat()];
    return {
      ...withListed({ conversations: new Map(), order: [] }, items),
      more: active.next ?? null,
      moreArchived: archived.next ?? null,
    };
  }

  loadMore(archived: boolean): Promise<void> {
    const key = archived ? 'moreArchived' : 'more';
    return this.store.runOnce(key, async () => {
      const cursor = this.store.state()[key];
      if (!cursor) return;
      const { items, next } = await this.#page({ archived, cursor });
      this.store.update({ ...withListed(this.store.state(), items), [key]: next ?? null });
    });
  }

  #page(values: { archived?: boolean; cursor?: string }) {
    return this.store.listConversations({ kind: this.kind, limit: PAGE_SIZE, ...values });
  }

  #all(values: { pinned?: boolean; unread?: boolean }): Promise<Conversation[]> {
    const { kind } = this;
    return allPages((cursor) =>
      this.store.listConversations({ kind, limit: MAX_PAGE_SIZE, cursor, ...values }),
    );
  }
}
