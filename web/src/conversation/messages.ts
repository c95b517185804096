/**
 * The messages of a conversation. The DOM holds a window of them that grows and shrinks at its
 * ends, and the first visible row keeps its place on screen. Rows are elements in document order
 * without absolute positions, so text search, selection and screen readers work and no heights are
 * estimated.
 */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Timeline } from '../client/state.ts';
import type { Message } from '../client/types.ts';
import { t } from '../i18n/index.ts';
import { withErrorToast } from '../ui/toast.ts';
import { openEmojiPicker } from '../ui/open-emoji-picker.ts';
import { icon } from '../ui/icons.ts';
import { hasAttention, onAttention } from '../ui/attention.ts';
import { StoreElement, define } from '../ui/element.ts';
import { day, isSameDay } from '../ui/time.ts';
import { messageRow, pendingRow, type MessageContext } from './message.ts';
import { messagesStyles } from './messages.styles.ts';
import { whyReadOnly } from './names.ts';
import { runPositions, type RunPosition } from './runs.ts';
import { skeletonRows } from './skeleton.ts';

/** Rows in the DOM at once, rows added at an end, and the distance to the end that adds them. */
const MAX_ROWS = 160;
const ROWS_PER_STEP = 50;
const WIDEN_WITHIN_PX = 900;
const AT_END_WITHIN_PX = 40;
/** How much of the messages before the unread line stays in view. */
const LINE_MARGIN_PX = 60;

export class CaMessages extends StoreElement {
  static override sheets = [messagesStyles];
  static override properties = {
    store: { attribute: false },
    conversation: {},
    active: { state: true },
    opened: { state: true },
    away: { state: true },
  };
  declare conversation: string;
  declare active: string;
  declare opened: ReadonlySet<string>;
  /** Whether the reader has scrolled away from the end. */
  declare away: boolean;

  /** The window as a range of `seq`. */
  #from = 0;
  #to = Infinity;
  /** The read marker that the unread line belongs to; Infinity without a line. */
  #unreadAfter = Infinity;
  #stopAttention: (() => void) | undefined;
  #isPlaced = false;
  #anchor: { id: string; top: number } | undefined;
  #resize = new ResizeObserver(() => this.away || this.scrollToEnd());

  constructor() {
    super();
    this.active = '';
    this.opened = new Set();
    this.away = false;
  }

  get scroller(): HTMLElement | null {
    return this.querySelector('.ca-scroll');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopAttention = onAttention(() => this.#markReadAtEnd());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    this.#stopAttention?.();
    this.#isPlaced = false; // An element that moves in the page loses its scroll position.
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('conversation')) {
      this.#from = 0;
      this.#to = Infinity;
      this.#unreadAfter = Infinity;
      this.#isPlaced = false;
      this.away = false;
    }
    const known = this.store.state.conversations.get(this.conversation);
    // What arrives while the member reads the end is read at once and needs no line.
    const isRead = this.#isPlaced && !this.away && hasAttention();
    if (known?.unread && !isRead) this.#unreadAfter = known.read_seq;
  }

  /** The first unread message of another member, if the messages before it are loaded. */
  #firstUnread({ messages, previous }: Timeline): Message | undefined {
    const isLoaded = previous === null || (messages[0]?.seq ?? 0) <= this.#unreadAfter + 1;
    if (!isLoaded) return undefined;
    return messages.find(
      ({ seq, author, deleted, collapsed }) =>
        seq > this.#unreadAfter && author !== this.store.state.me && !deleted && !collapsed,
    );
  }

  /** Remembers the first visible row before rendering and restores its place afterwards. */
  protected override update(changed: PropertyValues): void {
    const scroller = this.scroller;
    if (scroller && this.#isPlaced && !changed.has('conversation'))
      this.#anchor = this.#firstVisible(scroller);
    super.update(changed);
    this.#restoreScroll();
  }

  #firstVisible(scroller: HTMLElement): { id: string; top: number } | undefined {
    const { top } = scroller.getBoundingClientRect();
    for (const row of scroller.querySelectorAll<HTMLElement>('.ca-msg')) {
      const at = row.getBoundingClientRect();
      if (at.bottom > top + 1) return { id: row.dataset['id']!, top: at.top };
    }
    return undefined;
  }

  #restoreScroll(): void {
    const scroller = this.scroller;
    if (!scroller || !this.store.state.timelines.has(this.conversation)) return;
    if (!this.#isPlaced) {
      this.#isPlaced = true;
      this.#resize.disconnect();
      this.#resize.observe(scroller);
      this.#resize.observe(scroller.firstElementChild!);
      this.scrollToEnd();
      requestAnimationFrame(() => this.#onScroll());
    } else if (!this.away) this.scrollToEnd();
    else if (this.#anchor) {
      const row = scroller.querySelector(`[data-id="${CSS.escape(this.#anchor.id)}"]`);
      const moved = row ? row.getBoundingClientRect().top - this.#anchor.top : 0;
      // `scrollTop` rounds to whole pixels, so smaller corrections would add up.
      if (Math.abs(moved) >= 1) scroller.scrollTop += moved;
    }
  }

  /** Scrolls to the end, or only to the unread line if not all unread messages fit. */
  scrollToEnd(): void {
    const scroller = this.scroller;
    if (!scroller) return;
    const { conversations, timelines } = this.store.state;
    const { unread, read_seq } = conversations.get(this.conversation) ?? {};
    const line =
      unread && read_seq === this.#unreadAfter
        ? scroller.querySelector<HTMLElement>('.ca-new')
        : null;
    if (line && scroller.scrollHeight - line.offsetTop > scroller.clientHeight) {
      scroller.scrollTop = line.offsetTop - LINE_MARGIN_PX;
      this.away = true;
      return;
    }
    scroller.scrollTop = scroller.scrollHeight;
    this.away = timelines.get(this.conversation)?.next !== null;
    this.#markReadAtEnd();
  }

  #markReadAtEnd(): void {
    if (this.#isPlaced && !this.away && hasAttention()) this.store.markRead(this.conversation);
  }

  /** Widens the window near its ends and marks messages as read at the end. */
  #onScroll = (): void => {
    const scroller = this.scroller;
    const timeline = this.store.state.timelines.get(this.conversation);
    if (!scroller || !timeline || !this.#isPlaced) return;
    const below = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
    const all = timeline.messages;
    const { start, end } = this.#range(all);
    if (scroller.scrollTop < WIDEN_WITHIN_PX) {
      if (start > 0)
        this.#showRange(
          all,
          Math.max(0, start - ROWS_PER_STEP),
          Math.min(end, Math.max(0, start - ROWS_PER_STEP) + MAX_ROWS),
        );
      else if (timeline.previous)
        void this.store.timelines
          .loadOlder(this.conversation)
          .then(() => this.updateComplete)
          .then(this.#onScroll, () => undefined);
    }
    if (below < WIDEN_WITHIN_PX) {
      if (end < all.length)
        this.#showRange(
          all,
          Math.max(start, Math.min(all.length, end + ROWS_PER_STEP) - MAX_ROWS),
          Math.min(all.length, end + ROWS_PER_STEP),
        );
      else if (timeline.next)
        void this.store.timelines
          .loadNewer(this.conversation)
          .then(() => this.updateComplete)
          .then(this.#onScroll, () => undefined);
    }
    this.away = below > AT_END_WITHIN_PX || end < all.length || timeline.next !== null;
    if (this.away) return;
    this.#markReadAtEnd();
    // At the end the window shrinks to its default size.
    this.#to = Infinity;
  };

  #showRange(all: readonly Message[], start: number, end: number): void {
    this.#from = all[start]?.seq ?? 0;
    this.#to = end >= all.length ? Infinity : all[end - 1]!.seq;
    this.requestUpdate();
  }

  #range(all: readonly Message[]): { start: number; end: number } {
    const end =
      this.#to === Infinity ? all.length : all.findIndex((message) => message.seq > this.#to);
    const stop = end < 0 ? all.length : end;
    const start = this.#from
      ? Math.max(
          0,
          all.findIndex((message) => message.seq >= this.#from),
        )
      : this.#firstShown(all, stop);
    return { start: stop - start > MAX_ROWS ? stop - MAX_ROWS : start, end: stop };
  }

  /** At first some screens are rendered, or more if the unread line is near. */
  #firstShown(all: readonly Message[], stop: number): number {
    const some = Math.max(0, stop - ROWS_PER_STEP - 10);
    const line =
      this.#unreadAfter < Infinity ? all.findIndex(({ seq }) => seq > this.#unreadAfter) : -1;
    return line < 0 || stop - line > MAX_ROWS ? some : Math.min(some, Math.max(0, line - 10));
  }

  protected override render(): unknown {
    const { state } = this.store;
    const conversation = state.conversations.get(this.conversation);
    const timeline = state.timelines.get(this.conversation);
    if (!conversation || !timeline)
      return html`<div class="ca-bar" aria-hidden="true">${skeletonRows()}</div>`;
    const pending = timeline.next
      ? []
      : state.outbox.filter((queued) => queued.conversation === this.conversation);
    const all = timeline.messages;
    if (!all.length && !pending.length) {
      return html`<div class="ca-state" part="empty">
        ${icon('chat')}
        <h2>${t('first_message')}</h2>
        <p>${t('first_text')}</p>
      </div>`;
    }
    const { start, end } = this.#range(all);
    const shown = all.slice(start, end);
    const context = this.#context(shown);
    const line = this.#firstUnread(timeline)?.id;
    const waiting = end === all.length ? pending : [];
    const own = waiting.map((queued) => ({ ...queued, author: state.me }));
    const positions = runPositions([...shown, ...own], line);
    const unread = this.away ? conversation.unread : 0;
    return html`<div class="ca-scroll" @scroll=${this.#onScroll} @keydown=${this.#onKeydown}>
        <div class="ca-rows" role="log" aria-live="off" aria-label=${t('conversations')} part="log">
          ${
            start === 0 && timeline.previous
              ? html`<p class="ca-older">${t('loading_older')}</p>`
              : nothing
          }
          ${repeat(
            shown,
            (message) => message.id,
            (message, index) =>
              this.#row(message, shown[index - 1], message.id === line, positions[index]!, context),
          )}
          ${repeat(
            waiting,
            (queued) => queued.id,
            (queued, index) => pendingRow(queued, positions[shown.length + index]!, context),
          )}
        </div>
      </div>
      ${
        this.away
          ? html`<button
              class="ca-jump"
              part="jump"
              aria-label=${unread ? t('to_latest', { n: unread }) : t('jump')}
              @click=${this.jumpToEnd}
            >
              ${icon('down')}${
                unread ? html`<span>${t('to_latest', { n: unread })}</span>` : nothing
              }
            </button>`
          : nothing
      }`;
  }

  #row(
    message: Message,
    before: Message | undefined,
    line: boolean,
    position: RunPosition,
    context: MessageContext,
  ): TemplateResult {
    const otherDay = !before || !isSameDay(before.sent_at, message.sent_at);
    return html`${otherDay ? html`<div class="ca-day">${day(message.sent_at)}</div>` : nothing}
    ${
      line ? html`<div class="ca-new" part="new-line">${t('new_messages')}</div>` : nothing
    }${messageRow(message, position, context)}`;
  }

  #context(shown: readonly Message[]): MessageContext {
    const { state } = this.store;
    const conversation = state.conversations.get(this.conversation)!;
    const active = shown.some((message) => message.id === this.active)
      ? this.active
      : (shown.at(-1)?.id ?? '');
    const writable = whyReadOnly(state, conversation) === null;
    return {
      store: this.store,
      conversation,
      active,
      opened: this.opened,
      writable,
      on: {
        react: this.#react,
        pick: (message, button) =>
          void openEmojiPicker(button, this.store.storage, 'pickReaction').then(
            (emoji) => emoji && this.#react(message, emoji),
          ),
        reply: (message) => this.emit('ca-reply', message),
        menu: (message, button) => {
          const open = import('./message-menu.ts').then(({ messageMenu }) =>
            messageMenu(this, this.store, conversation, message, button, writable),
          );
          void withErrorToast(this, open);
        },
        goTo: (id) => void this.goTo(id),
        open: (id) => void (this.opened = new Set([...this.opened, id])),
        retry: (id) => this.store.outbox.retry(id),
        discard: (id) => this.store.outbox.discard(id),
      },
    };
  }

  #react = (message: Message, emoji: string): void => {
    const mine = message.reactions.some(
      (reaction) => reaction.emoji === emoji && reaction.members.includes(this.store.state.me),
    );
    const command = this.store.api.setReaction(this.conversation, message.id, emoji, !mine);
    void withErrorToast(this, this.store.applyCommand(this.conversation, message.id, command));
  };

  async goTo(id: string): Promise<void> {
    await withErrorToast(this, this.store.timelines.loadAround(this.conversation, id));
    const message = this.store.state.timelines
      .get(this.conversation)
      ?.messages.find((candidate) => candidate.id === id);
    if (!message) return;
    this.#from = Math.max(1, message.seq - ROWS_PER_STEP);
    this.#to = message.seq + ROWS_PER_STEP;
    this.away = true;
    this.requestUpdate();
    await this.updateComplete;
    const row = this.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
    row?.scrollIntoView({ block: 'center' });
    row?.classList.add('ca-flash');
    row?.addEventListener('animationend', () => row.classList.remove('ca-flash'), { once: true });
    this.active = id;
    row?.focus({ preventScroll: true });
    this.#onScroll();
  }

  jumpToEnd = async (): Promise<void> => {
    if (this.store.state.timelines.get(this.conversation)?.next)
      await withErrorToast(this, this.store.timelines.reload(this.conversation));
    this.#from = 0;
    this.#to = Infinity;
    this.away = false;
    this.requestUpdate();
    await this.updateComplete;
    this.scroller?.scrollTo(0, this.scroller.scrollHeight);
    this.#onScroll();
  };

  #onKeydown = (event: KeyboardEvent): void => {
    const rows = [...this.querySelectorAll<HTMLElement>('.ca-msg')];
    const now = rows.findIndex((row) => row === event.target);
    if (now < 0) return;
    const to = { ArrowUp: now - 1, ArrowDown: now + 1, Home: 0, End: rows.length - 1 }[event.key];
    const row = to === undefined ? undefined : rows[to];
    if (!row) return;
    event.preventDefault();
    this.active = row.dataset['id']!;
    row.focus();
  };
}

define('ca-messages', CaMessages);
