/** One message. A template instead of an element, because a list renders many at once. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Pending } from '../client/state.ts';
import type { Store } from '../client/store.ts';
import type { Conversation, Message } from '../client/types.ts';
import { t } from '../i18n/index.ts';
import { avatar } from '../ui/avatar.ts';
import { isOnlyEmoji } from '../ui/graphemes.ts';
import { icon } from '../ui/icons.ts';
import { labelTags } from '../ui/labels.ts';
import { linkify } from '../ui/linkify.ts';
import { timeOfDay, exactTime } from '../ui/time.ts';
import { nameOf, personOf, refusalText } from './names.ts';
import type { RunPosition } from './runs.ts';

export interface MessageContext {
  store: Store;
  conversation: Conversation;
  /** The row in the tab order. The arrow keys change it. */
  active: string;
  /** Ids of collapsed messages that the reader has opened. */
  opened: ReadonlySet<string>;
  writable: boolean;
  on: {
    react(message: Message, emoji: string): void;
    pick(message: Message, button: HTMLElement): void;
    reply(message: Message): void;
    menu(message: Message, button: HTMLElement): void;
    goTo(id: string): void;
    open(id: string): void;
    retry(id: string): void;
    discard(id: string): void;
  };
}

/** Text with links. It renders as text nodes only, so markup in it never runs. */
export const linkedText = (text: string): unknown[] =>
  linkify(text).map((piece) =>
    piece.href
      ? html`<a href=${piece.href} target="_blank" rel="noopener noreferrer nofollow ugc"
          >${piece.text}</a
        >`
      : piece.text,
  );

const runClasses = ({ first, last }: RunPosition): string =>
  `${first ? 'ca-first' : ''} ${last ? 'ca-last' : ''}`;

export function messageRow(
  message: Message,
  position: RunPosition,
  context: MessageContext,
): TemplateResult {
  const { first, last } = position;
  const { store, conversation, active, opened, on } = context;
  const { state } = store;
  const mine = message.author === state.me;
  const name = nameOf(store, message.author, conversation);
  const hidden = message.collapsed && !opened.has(message.id);
  const person = personOf(state, message.author, conversation.id);
  // The only other participant is named above the conversation.
  const isNamed =
    conversation.kind === 'group' ||
    (conversation.kind === 'business' && !conversation.participants.includes(message.author));
  const tab = active === message.id ? 0 : -1;
  const body = message.deleted
    ? html`<span class="ca-deleted">${t('message_deleted')}</span>`
    : hidden
      ? html`<span class="ca-deleted"
          >${t('collapsed')}
          <button class="ca-inline" tabindex=${tab} @click=${() => on.open(message.id)}>
            ${t('show')}
          </button></span
        >`
      : html`<span class="ca-text" dir="auto">${linkedText(message.text)}</span>`;
  return html`<div
    class="ca-msg ${mine ? 'ca-mine' : ''} ${runClasses(position)}"
    part="message ${mine ? 'message-own' : 'message-other'}"
    role="article"
    aria-label=${spokenMessage(message, mine ? t('you') : name, !!hidden, context)}
    data-id=${message.id}
    tabindex=${tab}
    @contextmenu=${(event: PointerEvent) => onLongPress(event, message, context)}
  >
    ${
      mine || !isNamed
        ? nothing
        : html`<span class="ca-side"
            >${first ? avatar(message.author, name, person?.avatar_url) : nothing}</span
          >`
    }
    <div class="ca-column">
      ${
        first && !mine && isNamed
          ? html`<div class="ca-author">
              <span class="ca-clip" dir="auto">${name}</span
              >${labelTags(store.state.site, person).slice(0, 2)}
            </div>`
          : nothing
      }
      <div class="ca-beside">
        <div class="ca-bubble ${isOnlyEmoji(message.text) ? 'ca-big' : ''}" part="bubble">
          ${
            message.reply_to && !message.deleted && !hidden ? quote(message, context) : nothing
          }${body}${details(message, mine, last)}
        </div>
        ${aside(message, !message.deleted && !hidden, last, context, tab)}
      </div>
      ${
        message.reactions.length && !message.deleted && !hidden
          ? reactions(message, context, tab)
          : nothing
      }
    </div>
  </div>`;
}

const timeElement = ({ sent_at }: { sent_at: string }): TemplateResult =>
  html`<time datetime=${sent_at} title=${exactTime(sent_at)}>${timeOfDay(sent_at)}</time>`;

/** In the bubble: whether the message is edited and, once per run, when it was sent. */
function details(message: Message, mine: boolean, last: boolean): unknown {
  const isEdited = message.edited_at && !message.deleted;
  if (!last && !isEdited) return nothing;
  return html`<span class="ca-time"
    >${isEdited ? t('edited') : nothing}${isEdited && last ? ' · ' : nothing}${
      last ? timeElement(message) : nothing
    }${last && mine && !message.deleted ? mark('check', t('sent')) : nothing}</span
  >`;
}

const mark = (symbol: 'check' | 'clock', title: string): TemplateResult =>
  html`<span class="ca-mark" title=${title}>${icon(symbol)}</span>`;

/** Beside the bubble on hover and focus: the actions, and the time if the bubble does not show it. */
function aside(
  message: Message,
  hasActions: boolean,
  last: boolean,
  context: MessageContext,
  tab: number,
): TemplateResult {
  return html`<div class="ca-aside">
    ${hasActions ? actions(message, context, tab) : nothing}${last ? nothing : timeElement(message)}
  </div>`;
}

/** Links keep the browser's own menu. */
function onLongPress(event: PointerEvent, message: Message, { on }: MessageContext): void {
  if (event.pointerType !== 'touch' || (event.target as Element).closest('a')) return;
  const row = event.currentTarget as HTMLElement;
  const button = row.querySelector<HTMLElement>('.ca-actions button:last-child');
  if (!button) return;
  event.preventDefault();
  on.menu(message, button);
}

/** What a screen reader says of a message: author, text, what else is shown of it, time. */
function spokenMessage(
  message: Message,
  name: string,
  hidden: boolean,
  { store, conversation }: MessageContext,
): string {
  const nameOrYou = (id: string) =>
    id === store.state.me ? t('you') : nameOf(store, id, conversation);
  const time = timeOfDay(message.sent_at);
  if (hidden || message.deleted) {
    const text = t(message.deleted ? 'message_deleted' : 'collapsed');
    return `${t('sent_by', { name, text })}, ${time}`;
  }
  const quoted = message.reply_preview;
  return [
    t('sent_by', { name, text: message.text }),
    message.edited_at && t('edited'),
    quoted &&
      t('sent_by', {
        name: t('replying', { name: nameOrYou(quoted.author) }),
        text: quoted.deleted ? t('message_deleted') : quoted.text,
      }),
    ...message.reactions.map(({ emoji, members }) =>
      t('reacted', { names: members.map(nameOrYou), emoji }),
    ),
    time,
    message.author === store.state.me && t('sent'),
  ]
    .filter(Boolean)
    .join(', ');
}

function quote(message: Message, { store, conversation, on }: MessageContext): TemplateResult {
  const preview = message.reply_preview;
  const text = preview ? (preview.deleted ? t('message_deleted') : preview.text) : '…';
  return html`<button class="ca-quote" tabindex="-1" @click=${() => on.goTo(message.reply_to!)}>
    ${
      preview
        ? html`<b class="ca-clip" dir="auto"
            >${
              preview.author === store.state.me
                ? t('you')
                : nameOf(store, preview.author, conversation)
            }</b
          >`
        : nothing
    }
    <span class="ca-clip" dir="auto">${text}</span>
  </button>`;
}

function reactions(
  message: Message,
  { store, conversation, writable, on }: MessageContext,
  tab: number,
): TemplateResult {
  return html`<div class="ca-reactions" role="group" aria-label=${t('reactions')}>
    ${message.reactions.map(({ emoji, count, members }) => {
      const names = members.map((id) =>
        id === store.state.me ? t('you') : nameOf(store, id, conversation),
      );
      return html`<button
        class="ca-reaction"
        part="reaction"
        tabindex=${tab}
        aria-pressed=${members.includes(store.state.me)}
        ?disabled=${!writable}
        title=${t('reacted', { names, emoji })}
        @click=${() => on.react(message, emoji)}
      >
        ${emoji} <span>${count}</span>
      </button>`;
    })}
  </div>`;
}

function actions(message: Message, { writable, on }: MessageContext, tab: number): TemplateResult {
  const button = (
    label: string,
    symbol: 'smile' | 'reply' | 'more',
    run: (button: HTMLElement) => void,
  ) =>
    html`<button
      class="ca-iconbutton"
      tabindex=${tab}
      aria-label=${label}
      title=${label}
      @click=${(event: Event) => run(event.currentTarget as HTMLElement)}
    >
      ${icon(symbol)}
    </button>`;
  return html`<div class="ca-actions">
    ${writable ? button(t('react'), 'smile', (at) => on.pick(message, at)) : nothing}
    ${writable ? button(t('reply'), 'reply', () => on.reply(message)) : nothing}
    ${button(t('actions'), 'more', (at) => on.menu(message, at))}
  </div>`;
}

export function pendingRow(
  pending: Pending,
  position: RunPosition,
  { on }: MessageContext,
): TemplateResult {
  const { failed, confirmed } = pending;
  const status = t(failed ? 'failed' : confirmed ? 'sent' : 'sending');
  const isTimed = position.last || failed;
  return html`<div
    class="ca-msg ca-mine ${runClasses(position)} ${confirmed ? '' : 'ca-pending'}"
    part="message message-own"
    role="article"
    aria-label="${t('sent_by', { name: t('you'), text: pending.text })}, ${timeOfDay(
      pending.sent_at,
    )}, ${status}"
    data-id=${pending.id}
    tabindex="-1"
  >
    <div class="ca-column">
      <div class="ca-beside">
        <div class="ca-bubble" part="bubble">
          <span class="ca-text" dir="auto">${linkedText(pending.text)}</span>
          <span class="ca-time"
            >${isTimed ? timeElement(pending) : nothing}${
              failed || (confirmed && !position.last)
                ? nothing
                : mark(confirmed ? 'check' : 'clock', status)
            }</span
          >
        </div>
        ${failed ? html`<span class="ca-alert">${icon('alert')}</span>` : nothing}
      </div>
      ${
        failed
          ? html`<div class="ca-failed">
              <span>${status} · ${refusalText(failed)}</span>
              <button class="ca-inline" @click=${() => on.retry(pending.id)}>${t('retry')}</button>
              <button class="ca-inline" @click=${() => on.discard(pending.id)}>
                ${t('discard')}
              </button>
            </div>`
          : nothing
      }
    </div>
  </div>`;
}
