/** The message field: grows with the text, saves a draft, replies and edits. */
import { css, html, nothing, type PropertyValues } from 'lit';
import type { Message } from '../client/types.ts';
import { t } from '../i18n/index.ts';
import { isBlank } from '../i18n/text.ts';
import { toast, withErrorToast } from '../ui/toast.ts';
import { openEmojiPicker } from '../ui/open-emoji-picker.ts';
import { charCount } from '../ui/graphemes.ts';
import { icon } from '../ui/icons.ts';
import { StoreElement, define } from '../ui/element.ts';
import { Draft, editDraft, saveEditDraft } from './drafts.ts';
import { nameOf } from './names.ts';

/** The service's limit, in Unicode scalar values. */
const MAX_TEXT_CHARS = 4000;
const MAX_HEIGHT_PX = 148;

const styles = css`
  ca-composer {
    display: block;
    flex: none;
    border-block-start: 1px solid var(--ca-line);
    padding: 10px 12px calc(10px + env(safe-area-inset-bottom));
  }
  .ca-about {
    display: flex;
    align-items: center;
    gap: 10px;
    padding: 0 4px 8px;
    font-size: 13px;
  }
  .ca-about .ca-icon {
    color: var(--ca-link);
    inline-size: 18px;
  }
  .ca-about b,
  .ca-about span {
    display: block;
  }
  .ca-about .ca-iconbutton {
    inline-size: 30px;
    block-size: 30px;
  }
  .ca-writing {
    display: flex;
    align-items: flex-end;
    gap: 4px;
    padding: 3px;
    border: 1px solid var(--ca-edge);
    border-radius: 22px;
    background: var(--ca-surface);
  }
  .ca-writing:focus-within {
    outline: 2px solid var(--ca-link);
    outline-offset: -1px;
    border-color: transparent;
  }
  .ca-writing textarea {
    flex: 1;
    min-inline-size: 0;
    resize: none;
    border: 0;
    outline: 0;
    background: none;
    padding: 8px 4px 8px 2px;
    min-block-size: 38px;
    line-height: 22px;
    overflow-y: auto;
    scrollbar-width: thin;
  }
  .ca-writing textarea::placeholder {
    color: var(--ca-soft);
    opacity: 1;
  }
  .ca-writing .ca-iconbutton {
    inline-size: 38px;
    block-size: 38px;
    border-radius: 50%;
  }
  .ca-send.ca-iconbutton:not(:disabled) {
    background: var(--ca-accent);
    color: var(--ca-on-accent);
  }
  .ca-over {
    padding: 6px 8px 0;
    font-size: 12.5px;
    color: var(--ca-danger);
  }
`;

export class CaComposer extends StoreElement {
  static override sheets = [styles];
  static override properties = {
    conversation: {},
    replying: { attribute: false },
    editing: { attribute: false },
    text: { state: true },
    saving: { state: true },
  };
  declare conversation: string;
  declare replying: Message | undefined;
  declare editing: Message | undefined;
  declare text: string;
  /** Whether an edit is being saved. */
  declare saving: boolean;
  #draft!: Draft;

  constructor() {
    super();
    this.text = '';
    this.saving = false;
  }

  get area(): HTMLTextAreaElement | null {
    return this.querySelector('textarea');
  }

  override focus(): void {
    this.area?.focus();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { storage } = this.store;
    if (changed.has('conversation')) {
      this.#draft = new Draft(storage, this.conversation);
      this.text = this.#draft.text;
    }
    const before = changed.get('editing') as Message | undefined;
    const { editing } = this;
    if (!changed.has('editing')) return;
    if (!editing) this.text = this.#draft.text;
    else if (before?.id !== editing.id)
      this.text = editDraft(storage, this.conversation, editing.id) || editing.text;
    else if (this.text === before.text) this.text = editing.text;
    else if (editing.text !== before.text) toast(this, t('edited_elsewhere'));
  }

  protected override updated(changed: PropertyValues): void {
    const { area } = this;
    if (!area) return;
    if (changed.has('text')) {
      area.style.height = 'auto';
      area.style.height = `${Math.min(MAX_HEIGHT_PX, area.scrollHeight)}px`;
    }
    if ((changed.has('editing') && this.editing) || (changed.has('replying') && this.replying))
      area.focus();
  }

  #onInput = (event: Event): void => {
    this.text = (event.target as HTMLTextAreaElement).value;
    const { editing, conversation } = this;
    if (editing) {
      const text = this.text === editing.text ? '' : this.text;
      return saveEditDraft(this.store.storage, conversation, editing.id, text);
    }
    this.#draft.save(this.text);
    if (!isBlank(this.text)) this.store.typing.notify(this.conversation);
  };

  #onKeydown = (event: KeyboardEvent): void => {
    // The Enter of an on-screen keyboard begins a new line.
    const touch = matchMedia('(pointer: coarse)').matches;
    const sends = event.ctrlKey || event.metaKey || (!event.shiftKey && !touch);
    if (event.key === 'Enter' && sends) {
      event.preventDefault();
      this.#send();
    } else if (event.key === 'Escape' && (this.editing || this.replying)) {
      event.stopPropagation();
      this.#cancel();
    } else if (event.key === 'ArrowUp' && !this.text && !this.editing) {
      const { timelines, me } = this.store.state;
      const last = timelines
        .get(this.conversation)
        ?.messages.findLast((message) => message.author === me && !message.deleted);
      if (last) this.emit('ca-edit', last);
      event.preventDefault();
    }
  };

  #cancel = (): void => {
    if (this.editing) saveEditDraft(this.store.storage, this.conversation, this.editing.id, '');
    this.emit('ca-about-done');
  };

  /** The message that is edited was deleted: its new text becomes a draft. */
  keepEdit(): void {
    const { editing, text, conversation } = this;
    if (!editing) return;
    saveEditDraft(this.store.storage, conversation, editing.id, '');
    if (text !== editing.text)
      this.#draft.save([this.#draft.text, text].filter(Boolean).join('\n'));
  }

  /** Ends the edit only when it is saved. */
  async #save(editing: Message, text: string): Promise<void> {
    const { store, conversation } = this;
    if (text !== editing.text) {
      this.saving = true;
      const command = store.api.editMessage(conversation, editing.id, text);
      const saved = store.applyCommand(conversation, editing.id, command).then(() => true);
      const isSaved = await withErrorToast(this, saved);
      this.saving = false;
      if (!isSaved) return;
    }
    saveEditDraft(store.storage, conversation, editing.id, '');
    if (this.editing?.id === editing.id) this.emit('ca-about-done');
  }

  #send = (): void => {
    const text = this.text.trim();
    if (isBlank(text) || charCount(text) > MAX_TEXT_CHARS) return;
    const { editing, replying, conversation } = this;
    this.area?.focus();
    if (editing) return void (this.saving || this.#save(editing, text));
    this.emit('ca-about-done');
    this.text = '';
    this.#draft.save('');
    this.store.outbox.send(conversation, text, replying?.id);
    this.store.typing.reset();
    this.emit('ca-sent');
  };

  #insertEmoji = async (event: Event): Promise<void> => {
    const emoji = await openEmojiPicker(event.currentTarget as HTMLElement, this.store.storage);
    const { area } = this;
    if (!emoji || !area) return;
    area.setRangeText(emoji, area.selectionStart, area.selectionEnd, 'end');
    area.dispatchEvent(new Event('input'));
    area.focus();
  };

  protected override render(): unknown {
    const { state } = this.store;
    const about = this.editing ?? this.replying;
    const excess = charCount(this.text.trim()) - MAX_TEXT_CHARS;
    const conversation = state.conversations.get(this.conversation);
    return html`${
        about
          ? html`<div class="ca-about">
              ${icon(this.editing ? 'pencil' : 'reply')}
              <span class="ca-grow"
                ><b class="ca-clip"
                  >${
                    this.editing
                      ? t('editing')
                      : t('replying', {
                          name:
                            about.author === state.me
                              ? t('you')
                              : nameOf(this.store, about.author, conversation),
                        })
                  }</b
                ><span class="ca-clip ca-soft" dir="auto">${about.text}</span></span
              >
              <button class="ca-iconbutton" aria-label=${t('cancel')} @click=${this.#cancel}>
                ${icon('close')}
              </button>
            </div>`
          : nothing
      }
      <div class="ca-writing" part="composer">
        <button
          class="ca-iconbutton"
          aria-label=${t('emoji')}
          title=${t('emoji')}
          @click=${this.#insertEmoji}
        >
          ${icon('smile')}
        </button>
        <textarea
          part="input"
          rows="1"
          dir="auto"
          aria-label=${t('write')}
          placeholder=${t('write')}
          .value=${this.text}
          @input=${this.#onInput}
          @keydown=${this.#onKeydown}
        ></textarea>
        <button
          class="ca-iconbutton ca-send"
          part="send"
          aria-label=${t('send')}
          title=${t('send')}
          ?disabled=${isBlank(this.text) || excess > 0 || this.saving}
          @click=${this.#send}
        >
          <span class="ca-flip">${icon(this.editing ? 'check' : 'send')}</span>
        </button>
      </div>
      ${
        excess > 0
          ? html`<p class="ca-over" role="alert">${t('too_long', { n: excess })}</p>`
          : nothing
      }`;
  }
}

define('ca-composer', CaComposer);
