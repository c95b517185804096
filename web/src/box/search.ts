/** Searches the conversations by title. */
import { html, nothing, type PropertyValues } from 'lit';
import { inOrder } from '../client/state.ts';
import type { Conversation } from '../client/types.ts';
import { titleOf } from '../conversation/names.ts';
import { t } from '../i18n/index.ts';
import { icon } from '../ui/icons.ts';
import { StoreElement, define } from '../ui/element.ts';
import { searchable } from '../ui/searchable.ts';
import { withErrorToast } from '../ui/toast.ts';
import { searchField, searchStyles } from './search-field.ts';

export class CaSearch extends StoreElement {
  static override sheets = [searchStyles];
  static override properties = { q: { state: true } };
  declare q: string;

  constructor() {
    super();
    this.q = '';
  }

  override focus(): void {
    this.querySelector('input')?.focus();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('q') && this.q)
      this.emit('ca-announce', t('found', { n: this.#found().length }));
  }

  #found(): Conversation[] {
    const { state } = this.store;
    const words = searchable(this.q).split(/\s+/);
    return inOrder(state).filter((conversation) => {
      const title = searchable(titleOf(state, conversation));
      return words.every((word) => title.includes(word));
    });
  }

  #search = (text: string): void => void (this.q = text.trim());

  #loadMore = (): void => {
    const { conversations, state } = this.store;
    const pages = [
      ...(state.more ? [conversations.loadMore(false)] : []),
      ...(state.moreArchived ? [conversations.loadMore(true)] : []),
    ];
    void withErrorToast(this, Promise.all(pages));
  };

  protected override render(): unknown {
    const { state } = this.store;
    const found = this.#found();
    return html`${searchField(this.q, this.#search, t('search_chats'))}
    ${
      found.length
        ? html`<ca-list .store=${this.store} .items=${found}></ca-list>`
        : html`<div class="ca-state ca-grow">
            ${icon('search')}
            <h2>${t('found', { n: 0 })}</h2>
          </div>`
    }
    ${
      state.more || state.moreArchived
        ? html`<div class="ca-foot">
            <span class="ca-grow ca-soft ca-small">${t('searched', { n: state.order.length })}</span
            ><button class="ca-button" @click=${this.#loadMore}>${t('search_more')}</button>
          </div>`
        : nothing
    }`;
  }
}

define('ca-search', CaSearch);
