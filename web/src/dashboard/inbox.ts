/** The inbox: conversations of members with the business, and the open one. */
import { html, nothing, type TemplateResult } from 'lit';
import { inOrder } from '../client/state.ts';
import type { Conversation, Member } from '../client/types.ts';
import '../conversation/conversation.ts';
import '../conversation/list.ts';
import { otherOf } from '../conversation/names.ts';
import { t } from '../i18n/index.ts';
import { avatar } from '../ui/avatar.ts';
import { StoreElement, define } from '../ui/element.ts';
import { icon } from '../ui/icons.ts';
import { toast, withErrorToast } from '../ui/toast.ts';
import { inboxStyles } from './inbox.styles.ts';
import { dashboardText } from './texts.ts';

const SEARCH_DELAY_MS = 220;
const MAX_FOUND = 50;

export class CaInbox extends StoreElement {
  static override sheets = [inboxStyles];
  static override properties = {
    conversation: {},
    narrow: { type: Boolean },
    found: { state: true },
    unreadOnly: { state: true },
  };
  declare conversation: string;
  /** Shows either the list or the conversation. */
  declare narrow: boolean;
  /** The members that the search found; undefined without a search. */
  declare found: Member[] | undefined;
  declare unreadOnly: boolean;
  /** Those shown by the filter stay until it is turned off, also once they are read. */
  #unread = new Set<string>();
  #query = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  #search = (event: Event): void => {
    this.#query = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#find(this.#query), SEARCH_DELAY_MS);
  };

  async #find(q: string): Promise<void> {
    if (!q) return void (this.found = undefined);
    const { api } = this.store;
    const page = await withErrorToast(this, api.listMembers({ q, limit: MAX_FOUND }));
    if (page && q === this.#query) this.found = page.items;
  }

  #toggleUnread = (): void => {
    this.unreadOnly = !this.unreadOnly;
    this.#unread.clear();
  };

  #accepts = (conversation: Conversation): boolean => {
    if (this.unreadOnly && conversation.unread) this.#unread.add(conversation.id);
    if (this.unreadOnly && !this.#unread.has(conversation.id)) return false;
    const other = otherOf(this.store.state, conversation);
    return !this.found || this.found.some(({ id }) => id === other);
  };

  async #write(member: Member): Promise<void> {
    const { store } = this;
    const started = await withErrorToast(this, store.api.startBusinessConversation(member.id));
    if (!started) return;
    await store.fetchConversation(started.id).catch(() => undefined);
    this.emit('ca-go', { name: 'conversation', id: started.id });
  }

  async #unblock(member: Member): Promise<void> {
    const changed = await withErrorToast(this, this.store.api.moderate(member.id, 'unblock'));
    if (!changed) return;
    this.store.receive({ kind: 'member.changed', data: changed });
    toast(this, dashboardText('active'));
  }

  protected override render(): unknown {
    const { conversation } = this;
    return html`<section class="cd-left" ?hidden=${this.narrow && !!conversation}>
        <h1>${dashboardText('inbox')}</h1>
        ${this.#tools()} ${this.#results()}
      </section>
      <section
        class="cd-right"
        aria-label=${t('conversations')}
        ?hidden=${this.narrow && !conversation}
      >
        ${this.narrow ? html`<h1 class="ca-sr">${dashboardText('inbox')}</h1>` : nothing}
        ${
          conversation
            ? html`${this.#memberNotice(conversation)}<ca-conversation
                  .store=${this.store}
                  .conversation=${conversation}
                  .back=${this.narrow}
                ></ca-conversation>`
            : html`<div class="ca-state">
                ${icon('chat')}
                <h2>${dashboardText('pick_title')}</h2>
                <p>${dashboardText('pick_text')}</p>
              </div>`
        }
      </section>`;
  }

  #tools(): TemplateResult {
    return html`<div class="cd-inboxtools" role="search">
      <div class="cd-search">
        ${icon('search')}<input
          class="ca-field"
          type="search"
          aria-label=${dashboardText('search_inbox')}
          placeholder=${dashboardText('search_inbox')}
          @input=${this.#search}
        />
      </div>
      <button
        class="ca-button cd-toggle"
        aria-pressed=${this.unreadOnly ? 'true' : 'false'}
        @click=${this.#toggleUnread}
      >
        ${dashboardText('unread_only')}
      </button>
    </div>`;
  }

  #results(): TemplateResult {
    const { state } = this.store;
    const isFiltered = this.unreadOnly || this.found;
    const all = inOrder(state).filter(({ archived }) => !archived);
    const shown = isFiltered ? all.filter(this.#accepts) : all;
    const others = new Set(shown.map((conversation) => otherOf(state, conversation)));
    const more = this.unreadOnly
      ? []
      : (this.found ?? []).filter(({ id }) => id !== state.me && !others.has(id));
    const list = html`<ca-list
      class=${more.length ? 'cd-short' : ''}
      .store=${this.store}
      .selected=${this.conversation}
      .inbox=${true}
      .items=${isFiltered ? shown : undefined}
    ></ca-list>`;
    return html`${
      isFiltered
        ? html`<p class="ca-sr" role="status">
            ${dashboardText('conversation_count', { n: shown.length })}
          </p>`
        : nothing
    }
    ${
      shown.length || !isFiltered
        ? list
        : more.length
          ? nothing
          : html`<div class="ca-state">
              ${icon('search')}
              <h2>${dashboardText(this.found ? 'none' : 'none_unread')}</h2>
            </div>`
    }
    ${
      more.length
        ? html`<h2 class="cd-more">${dashboardText('members')}</h2>
            <ul class="cd-found">
              ${more.map(
                (member) =>
                  html`<li>
                    <button class="ca-row" @click=${() => void this.#write(member)}>
                      ${avatar(member.id, member.display_name, member.avatar_url)}
                      <span class="ca-grow ca-clip" dir="auto">${member.display_name}</span>
                      ${icon('chat')}
                    </button>
                  </li>`,
              )}
            </ul>`
        : nothing
    }`;
  }

  /** The service accepts messages to a member without access, who cannot read them. */
  #memberNotice(id: string): TemplateResult | typeof nothing {
    const { store } = this;
    const conversation = store.state.conversations.get(id);
    const other = conversation && otherOf(store.state, conversation);
    const member = other ? store.members.get(other) : undefined;
    const status = member?.status ?? 'active';
    if (!member || status === 'active') return nothing;
    return html`<p class="ca-notice" role="status">
      ${icon(status === 'pending' ? 'clock' : 'ban')}<span class="ca-grow"
        >${dashboardText(`no_access_${status}`, { name: member.display_name })}</span
      >${
        status === 'blocked'
          ? html`<button class="ca-button" @click=${() => void this.#unblock(member)}>
              ${dashboardText('unblock')}
            </button>`
          : nothing
      }
    </p>`;
  }
}

define('ca-inbox', CaInbox);
