/** Searches the conversations by title. */
import { html, nothing, type PropertyValues } from 'lit';
import type { Conversation } from '../client/types.ts';
import { titleOf } from '../conversation/names.ts';
import { locale, t } from '../i18n/index.ts';
import { icon } from '../ui/icons.ts';
import { StoreElement, define } from '../ui/element.ts';
import { withErrorToast } from '../ui/toast.ts';

const ACCENTS = /\p{M}/gu;
const folded = (text: string): string =>
  text.normalize('NFD').replace(ACCENTS, '').toLocaleLowerCase(locale());

export class CaSearch extends StoreElement {
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
    const words = folded(this.q).split(/\s+/);
    return state.order
      .map((id) => state.conversations.get(id)!)
      .filter((conversation) => {
        const title = folded(titleOf(state, conversation));
        return words.every((word) => title.includes(word));
      });
  }

  #onInput = (event: Event): void => {
    this.q = (event.target as HTMLInputElement).value.trim();
  };

  /** Escape clears the search before it closes the panel. */
  #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.q) return;
    event.stopPropagation();
    this.q = '';
  };

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
    return html`<div class="ca-find">
        ${icon('search')}<input
          class="ca-field"
          type="search"
          autocomplete="off"
          aria-label=${t('search_chats')}
          placeholder=${t('search_chats')}
          .value=${this.q}
          @input=${this.#onInput}
          @keydown=${this.#onKeydown}
        />
      </div>
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
              <span class="ca-grow ca-soft ca-small"
                >${t('searched', { n: state.order.length })}</span
              ><button class="ca-button" @click=${this.#loadMore}>${t('search_more')}</button>
            </div>`
          : nothing
      }`;
  }
}

define('ca-search', CaSearch);
