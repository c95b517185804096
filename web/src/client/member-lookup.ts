/** Members who are not on the first page of the roster. */
import type { Api } from './api.ts';
import { withEntry, type State } from './state.ts';
import type { Member } from './types.ts';

export interface MemberLookupDependencies {
  state(): Pick<State, 'members' | 'phase'>;
  update(change: Partial<Pick<State, 'members'>>): void;
  getMember: Api['getMember'];
}

export class MemberLookup {
  #unknown = new Map<string, null | undefined>();
  /** One at a time: a list may have many unknown authors. */
  #fetching: Promise<void> = Promise.resolve();

  constructor(private readonly store: MemberLookupDependencies) {}

  /** Null while the member is fetched; undefined if this member may not see them. */
  get(id: string): Member | null | undefined {
    const { members, phase } = this.store.state();
    const known = members.get(id);
    if (known || phase !== 'ready' || this.#unknown.has(id)) return known ?? this.#unknown.get(id);
    this.#unknown.set(id, null);
    this.#fetching = this.#fetching.then(() => this.#fetch(id));
    return null;
  }

  /** Fetches unknown members again when they are next asked for. */
  clear(): void {
    this.#unknown.clear();
  }

  async #fetch(id: string): Promise<void> {
    const found = await this.store.getMember(id).catch(() => undefined);
    this.#unknown.set(id, undefined);
    this.store.update(found ? { members: withEntry(this.store.state().members, id, found) } : {});
  }
}
