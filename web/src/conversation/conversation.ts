/** One conversation: header, messages, composer. Shared by the chat box and the inbox. */
import { css, html, nothing, type PropertyValues } from 'lit';
import type { Frame, Message } from '../client/types.ts';
import { Problem } from '../client/problem.ts';
import { unreadTotal } from '../client/state.ts';
import { loadScreenTexts, t } from '../i18n/index.ts';
import { avatar } from '../ui/avatar.ts';
import { backButton, closeButton } from '../ui/head-buttons.ts';
import { icon } from '../ui/icons.ts';
import { labelTexts } from '../ui/labels.ts';
import { isTypingElsewhere } from '../ui/keys.ts';
import { toast, withErrorToast } from '../ui/toast.ts';
import { StoreElement, define } from '../ui/element.ts';
import type { CaComposer } from './composer.ts';
import './composer.ts';
import { saveAbout, savedAbout, type About } from './drafts.ts';
import './messages.ts';
import type { CaMessages } from './messages.ts';
import {
  nameOf,
  otherOf,
  pictureOf,
  refusalText,
  whyReadOnly,
  symbolOf,
  titleOf,
} from './names.ts';

const styles = css`
  ca-conversation {
    display: flex;
    flex-direction: column;
    block-size: 100%;
    min-block-size: 0;
    min-inline-size: 0;
  }
  ca-conversation .ca-head {
    gap: 4px;
  }
  ca-conversation .ca-head .ca-iconbutton {
    inline-size: 36px;
  }
  .ca-face {
    position: relative;
    display: flex;
    align-items: center;
    gap: 10px;
    padding: 2px 4px;
    border-radius: 12px;
  }
  .ca-face button {
    display: block;
    inline-size: 100%;
    text-align: inherit;
    outline-offset: -2px;
  }
  .ca-face:has(button):hover {
    cursor: pointer;
    background: var(--ca-hover);
  }
  .ca-refused {
    display: flex;
    gap: 10px;
    align-items: center;
    padding: 14px 18px;
    font-size: 13.5px;
    color: var(--ca-soft);
    border-block-start: 1px solid var(--ca-line);
    background: var(--ca-raised);
  }
`;

const RETRY_MS = 4_000;

/** Any other failure may pass. */
const isGone = ({ status, transient }: Problem): boolean =>
  !transient && (status === 403 || status === 404);

export class CaConversation extends StoreElement {
  static override sheets = [styles];
  static override properties = {
    conversation: {},
    back: { type: Boolean },
    closable: { type: Boolean },
    replying: { state: true },
    editing: { state: true },
    problem: { state: true },
  };
  declare conversation: string;
  /** Shows the back button. */
  declare back: boolean;
  /** Shows the button that closes the panel. */
  declare closable: boolean;
  declare replying: Message | undefined;
  declare editing: Message | undefined;
  declare problem: Problem | undefined;
  /** A conversation that was loaded and is gone shows a notice. */
  #wasLoaded = false;
  #focusWhenLoaded = false;

  constructor() {
    super();
    this.addEventListener(
      'ca-reply',
      (event) => (this.#about = [(event as CustomEvent).detail, undefined]),
    );
    this.addEventListener(
      'ca-edit',
      (event) => (this.#about = [undefined, (event as CustomEvent).detail]),
    );
    this.addEventListener('ca-about-done', () => (this.#about = [undefined, undefined]));
    this.addEventListener('ca-sent', () => void this.#messages?.jumpToEnd());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.store.addEventListener('message', this.#announce);
    this.store.addEventListener('frame', this.#onFrame);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.store.removeEventListener('message', this.#announce);
    this.store.removeEventListener('frame', this.#onFrame);
  }

  /** Focuses the composer. A new conversation is fetched first, so the focus may have to wait. */
  override focus(): void {
    if (isTypingElsewhere(this)) return;
    const composer = this.querySelector<CaComposer>('ca-composer');
    this.#focusWhenLoaded = !this.store.state.conversations.has(this.conversation);
    if (composer) void composer.updateComplete.then(() => composer.focus());
    else this.querySelector<HTMLElement>('.ca-head button')?.focus();
  }

  protected override updated(): void {
    if (this.#focusWhenLoaded && this.store.state.conversations.has(this.conversation))
      this.focus();
  }

  set #about([replying, editing]: [Message | undefined, Message | undefined]) {
    this.replying = replying;
    this.editing = editing;
    const about = editing ?? replying;
    const saved: About | undefined = about && {
      kind: editing ? 'edit' : 'reply',
      message: about.id,
    };
    saveAbout(this.store.storage, this.conversation, saved);
  }

  /** What the member was replying to or editing when they left the conversation. */
  async #restoreAbout(): Promise<void> {
    const { conversation, store } = this;
    const about = savedAbout(store.storage, conversation);
    if (!about) return;
    const message =
      this.#loadedMessage(about.message) ??
      (await store.api.listMessages(conversation, { around: about.message, limit: 1 })).items[0];
    const isCurrent = conversation === this.conversation && !this.editing && !this.replying;
    if (!isCurrent || message?.id !== about.message) return;
    if (message.deleted) this.#about = [undefined, undefined];
    else this.#about = about.kind === 'edit' ? [undefined, message] : [message, undefined];
  }

  /** The message that is replied to or edited was changed. */
  #refreshAbout(message: Message | undefined): void {
    const { editing, replying } = this;
    if (!message || message.id !== (editing ?? replying)?.id) return;
    if (!message.deleted) this.#about = editing ? [undefined, message] : [message, undefined];
    else {
      this.querySelector<CaComposer>('ca-composer')?.keepEdit();
      this.#about = [undefined, undefined];
      toast(this, t('message_deleted'));
    }
  }

  #onFrame = (event: Event): void => {
    const { kind, data } = (event as CustomEvent<Frame>).detail;
    if (kind === 'message.edited' || kind === 'message.deleted') this.#refreshAbout(data);
  };

  get #messages(): CaMessages | null {
    return this.querySelector('ca-messages');
  }

  /** Announces new messages of other members to screen readers. Nothing else is announced. */
  #announce = (event: Event): void => {
    const message = (event as CustomEvent<Message & { conversation_id: string }>).detail;
    const { state } = this.store;
    if (
      message.conversation_id !== this.conversation ||
      message.author === state.me ||
      message.collapsed
    )
      return;
    const name = nameOf(this.store, message.author, state.conversations.get(this.conversation));
    this.emit('ca-announce', t('sent_by', { name, text: message.text }));
  };

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('conversation')) {
      this.replying = this.editing = undefined;
      this.problem = undefined;
      this.#wasLoaded = false;
      this.#load();
    }
    this.#wasLoaded ||= this.store.state.conversations.has(this.conversation);
    const about = this.editing ?? this.replying;
    const current = about && this.#loadedMessage(about.id);
    if (current && current !== about) this.#refreshAbout(current);
  }

  #loadedMessage(id: string): Message | undefined {
    const timeline = this.store.state.timelines.get(this.conversation);
    return timeline?.messages.find((message) => message.id === id);
  }

  #load = (): void => {
    this.problem = undefined;
    const id = this.conversation;
    this.store.timelines.open(id).then(
      () => this.#restoreAbout().catch(() => undefined),
      (error) => {
        if (id !== this.conversation || !this.isConnected) return;
        this.problem = error instanceof Problem ? error : new Problem(0, 'unexpected');
        if (this.problem.transient) setTimeout(this.#retry, RETRY_MS);
      },
    );
  };

  #retry = (): void => {
    if (this.isConnected && this.problem?.transient) this.#load();
  };

  protected override render(): unknown {
    const { state } = this.store;
    const conversation = state.conversations.get(this.conversation);
    if (!conversation) return this.#notFound();
    const refused = whyReadOnly(state, conversation);
    const title = titleOf(state, conversation);
    const other = otherOf(state, conversation);
    const isWayIn = conversation.kind !== 'business' && !conversation.closed;
    return html`<div class="ca-head" part="conversation-header">
        ${this.#backButton()}
        <div class="ca-face ca-grow" @click=${isWayIn && this.#openPeople}>
          ${avatar(
            other ?? conversation.id,
            title,
            pictureOf(this.store, conversation),
            symbolOf(state, conversation),
          )}
          <div class="ca-grow">
            <h2 class="ca-clip" dir="auto">
              ${
                isWayIn
                  ? html`<button class="ca-clip" part="people" title=${t('manage')}>
                      ${title}
                    </button>`
                  : title
              }
            </h2>
            <p class="ca-clip">${this.#subtitle()}</p>
          </div>
        </div>
        <button
          class="ca-iconbutton"
          part="more"
          aria-label=${t('more')}
          title=${t('more')}
          aria-haspopup="menu"
          aria-expanded="false"
          @click=${this.#openMenu}
        >
          ${icon('more')}</button
        >${this.#closeButton()}
      </div>
      ${
        this.problem && !state.timelines.has(this.conversation)
          ? this.#loadingFailed(this.problem)
          : html`<ca-messages
              .store=${this.store}
              .conversation=${this.conversation}
            ></ca-messages>`
      }
      <p class="ca-typing" aria-hidden="true">${this.#typing()}</p>
      ${
        refused
          ? html`<p class="ca-refused" part="locked">${icon('lock')}<span>${refused}</span></p>`
          : html`<ca-composer
              .store=${this.store}
              .conversation=${this.conversation}
              .replying=${this.replying}
              .editing=${this.editing}
            ></ca-composer>`
      }`;
  }

  #loadingFailed(problem: Problem): unknown {
    return html`<div class="ca-state ca-grow" part="error">
      ${icon('wifi_off')}
      <h2>${t('failed_title')}</h2>
      <p>${refusalText(problem.code)}</p>
      <button class="ca-button" @click=${this.#load}>${t('retry')}</button>
    </div>`;
  }

  #openPeople = (): void => this.emit('ca-go', { name: 'people', id: this.conversation });

  /** Imported on demand, to keep it out of the first paint. */
  #openMenu = async (event: Event): Promise<void> => {
    const button = event.currentTarget as HTMLElement;
    const modules = Promise.all([import('./menu.ts'), loadScreenTexts()]);
    const [{ conversationMenu } = {}] = (await withErrorToast(this, modules)) ?? [{}];
    const conversation = this.store.state.conversations.get(this.conversation);
    if (conversation) conversationMenu?.(this, this.store, conversation, button);
  };

  #backButton(): unknown {
    const elsewhere = unreadTotal(this.store.state, this.conversation);
    return this.back ? backButton(() => this.emit('ca-back'), elsewhere) : nothing;
  }

  #closeButton(): unknown {
    return this.closable ? closeButton(() => this.emit('ca-close')) : nothing;
  }

  #notFound(): unknown {
    return html`<div class="ca-head">
        ${this.#backButton()}<span class="ca-grow"></span>${this.#closeButton()}
      </div>
      ${
        this.problem && !isGone(this.problem)
          ? this.#loadingFailed(this.problem)
          : this.problem || this.#wasLoaded
            ? this.#gone()
            : html`<div class="ca-state">${t('loading')}</div>`
      }`;
  }

  #gone(): unknown {
    return html`<div class="ca-state" part="gone" role="status">
      ${icon('lock')}
      <h2>${t('gone')}</h2>
      ${
        this.back
          ? html`<button class="ca-button" @click=${() => this.emit('ca-back')}>
              ${t('conversations')}
            </button>`
          : nothing
      }
    </div>`;
  }

  #subtitle(): string {
    const { state } = this.store;
    const conversation = state.conversations.get(this.conversation)!;
    if (conversation.kind === 'group')
      return t('participants', { n: conversation.participant_count });
    if (conversation.kind === 'business' && symbolOf(state, conversation))
      return t('business_note');
    const other = state.members.get(otherOf(state, conversation) ?? '');
    return labelTexts(state.site, other).join(' · ');
  }

  #typing(): string {
    const { state } = this.store;
    const conversation = state.conversations.get(this.conversation);
    // No member can type in a read-only conversation.
    if (!conversation || whyReadOnly(state, conversation)) return '';
    const names = [...(state.typing.get(this.conversation)?.keys() ?? [])].map((id) =>
      nameOf(this.store, id, conversation),
    );
    const [a = '', b = ''] = names;
    return names.length > 2
      ? t('typing_many')
      : names.length === 2
        ? t('typing_two', { a, b })
        : a
          ? t('typing_one', { a })
          : '';
  }
}

define('ca-conversation', CaConversation);
