/** The list of conversations. Shared by the chat box and the inbox. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { inOrder } from '../client/state.ts';
import type { Conversation } from '../client/types.ts';
import { t } from '../i18n/index.ts';
import { withErrorToast } from '../ui/toast.ts';
import { avatar } from '../ui/avatar.ts';
import { icon } from '../ui/icons.ts';
import { StoreElement, define } from '../ui/element.ts';
import { exactTime, shortTime } from '../ui/time.ts';
import { nameOf, otherOf, pictureOf, shortNameOf, symbolOf, titleOf } from './names.ts';

const styles = css`
  ca-list {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    flex: 1;
  }
  .ca-items {
    overflow-y: auto;
    flex: 1;
    padding-block: 6px;
    scrollbar-width: thin;
    scrollbar-color: var(--ca-edge) transparent;
  }
  .ca-item {
    --ca-avatar: 46px;
    padding-block: 10px;
  }
  .ca-item[aria-current='true'] {
    background: var(--ca-raised);
  }
  .ca-line {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .ca-line .ca-icon {
    inline-size: 15px;
    block-size: 15px;
    color: var(--ca-soft);
  }
  .ca-unread .ca-title {
    font-weight: 650;
  }
  .ca-when {
    font-size: 12.5px;
    color: var(--ca-soft);
    white-space: nowrap;
  }
  .ca-preview {
    font-size: 13.5px;
    color: var(--ca-soft);
  }
  .ca-unread .ca-preview {
    color: var(--ca-text);
  }
  .ca-unread .ca-when {
    color: var(--ca-link);
    font-weight: 600;
  }
  .ca-quiet.ca-count {
    background: var(--ca-soft);
    color: var(--ca-surface);
  }
`;

export class CaList extends StoreElement {
  static override sheets = [styles];
  static override properties = {
    selected: {},
    archived: { type: Boolean },
    inbox: { type: Boolean },
    items: { attribute: false },
  };
  declare selected: string;
  declare archived: boolean;
  declare inbox: boolean;
  /** The conversations to show, instead of those of the list or the archive. */
  declare items: readonly Conversation[] | undefined;

  /** Updates the relative times every minute. */
  #refreshTimer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#refreshTimer = setInterval(() => this.requestUpdate(), 60_000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#refreshTimer);
  }

  #shown(): Conversation[] {
    const all = inOrder(this.store.state).filter(
      (conversation) => conversation.archived === !!this.archived,
    );
    return [
      ...all.filter((conversation) => conversation.pinned),
      ...all.filter((conversation) => !conversation.pinned),
    ];
  }

  #loadMoreNearEnd = (event: Event): void => {
    const { scrollHeight, clientHeight, scrollTop } = event.target as HTMLElement;
    if (scrollHeight - clientHeight - scrollTop < 400)
      void withErrorToast(this, this.store.conversations.loadMore(!!this.archived));
  };

  protected override render(): unknown {
    const items = this.items ?? this.#shown();
    if (!items.length) {
      const [title, text] = this.archived
        ? [t('empty_archive'), '']
        : this.inbox
          ? [t('empty_inbox_title'), t('empty_inbox_text')]
          : [t('empty_title'), t('empty_text')];
      return html`<div class="ca-state" part="empty">
        ${icon(this.inbox ? 'inbox' : 'chat')}
        <h2>${title}</h2>
        <p>${text}</p>
      </div>`;
    }
    return html`<ul
      class="ca-items"
      part="conversations"
      aria-label=${t('conversations')}
      @scroll=${this.#loadMoreNearEnd}
    >
      ${repeat(
        items,
        (conversation) => conversation.id,
        (conversation) => this.#item(conversation),
      )}
    </ul>`;
  }

  #item(conversation: Conversation): TemplateResult {
    const { state } = this.store;
    const title = titleOf(state, conversation);
    const when = conversation.last_message?.sent_at;
    const noun =
      conversation.kind === 'group'
        ? t('group')
        : conversation.kind === 'business'
          ? t('business_note')
          : '';
    return html`<li>
      <button
        class="ca-row ca-item ${conversation.unread ? 'ca-unread' : ''}"
        part="conversation"
        aria-current=${this.selected === conversation.id ? 'true' : nothing}
        @click=${() => this.emit('ca-go', { name: 'conversation', id: conversation.id })}
      >
        ${avatar(
          otherOf(state, conversation) ?? conversation.id,
          title,
          pictureOf(this.store, conversation),
          symbolOf(state, conversation),
        )}
        <span class="ca-grow">
          <span class="ca-line"
            ><span class="ca-title ca-clip ca-grow" dir="auto">${title}</span>
            ${noun ? html`<span class="ca-sr">${noun}</span>` : nothing}
            ${
              conversation.pinned ? html`<span title=${t('pinned')}>${icon('pin')}</span>` : nothing
            }${
              conversation.muted
                ? html`<span title=${t('muted')}>${icon('bell_off')}</span>`
                : nothing
            }
            ${conversation.locked ? icon('lock') : nothing}
            ${
              when
                ? html`<time class="ca-when" datetime=${when} title=${exactTime(when)}
                    >${shortTime(when)}</time
                  >`
                : nothing
            }</span
          >
          <span class="ca-line"
            ><span class="ca-preview ca-clip ca-grow" dir="auto"
              >${this.#preview(conversation)}</span
            >
            ${
              conversation.unread
                ? html`<span
                    class="ca-count ${conversation.muted ? 'ca-quiet' : ''}"
                    aria-label=${t('unread', { n: conversation.unread })}
                    >${conversation.unread > 99 ? '99+' : conversation.unread}</span
                  >`
                : nothing
            }</span
          >
        </span>
      </button>
    </li>`;
  }

  #preview(conversation: Conversation): string {
    const { state } = this.store;
    const typing = [...(state.typing.get(conversation.id)?.keys() ?? [])][0];
    if (typing) return t('typing_one', { a: nameOf(this.store, typing, conversation) });
    const pending = state.outbox.findLast((item) => item.conversation === conversation.id);
    if (pending) return t('you_said', { text: pending.text });
    const last = conversation.last_message;
    if (!last) return t('no_messages');
    const text = last.deleted
      ? t('message_deleted')
      : last.collapsed
        ? '…'
        : last.text.replace(/\s+/g, ' ');
    if (last.author === state.me) return t('you_said', { text });
    return conversation.kind === 'group'
      ? t('sent_by', { name: shortNameOf(this.store, last.author, conversation), text })
      : text;
  }
}

define('ca-list', CaList);
