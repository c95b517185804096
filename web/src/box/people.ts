/** The participants of a group, and what can be done with each. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Conversation, Participant } from '../client/types.ts';
import { block, confirmAndRun } from '../conversation/menu.ts';
import { t } from '../i18n/index.ts';
import { withErrorToast } from '../ui/toast.ts';
import { avatar } from '../ui/avatar.ts';
import { icon } from '../ui/icons.ts';
import { labelTags, tag } from '../ui/labels.ts';
import { openMenu } from '../ui/menu.ts';
import { searchable } from '../ui/searchable.ts';
import { StoreElement, define } from '../ui/element.ts';
import { searchField, searchStyles } from './search-field.ts';

const styles = css`
  ca-people {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    flex: 1;
  }
  .ca-act {
    padding: 12px 16px 4px;
  }
  .ca-name {
    display: block;
  }
  .ca-labels {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    margin-block-start: 2px;
  }
`;

/** The participants of smaller groups fit on a screen. */
const MAX_WITHOUT_SEARCH = 10;

export class CaPeople extends StoreElement {
  static override sheets = [searchStyles, styles];
  static override properties = { conversation: {}, q: { state: true } };
  declare conversation: string;
  declare q: string;

  constructor() {
    super();
    this.q = '';
  }

  protected override firstUpdated(): void {
    void withErrorToast(this, this.store.fetchParticipants(this.conversation));
  }

  protected override render(): unknown {
    const { state } = this.store;
    const conversation = state.conversations.get(this.conversation);
    if (!conversation)
      return html`<div class="ca-state">
        ${icon('lock')}
        <h2>${t('gone')}</h2>
      </div>`;
    const participants = state.participants.get(this.conversation) ?? [];
    const sought = searchable(this.q.trim());
    const shown = participants.filter(({ display_name }) =>
      searchable(display_name).includes(sought),
    );
    return html`${
      conversation.admin && !conversation.locked
        ? html`<div class="ca-act">
            <button
              class="ca-button ca-wide"
              @click=${() => this.emit('ca-go', { name: 'add', id: this.conversation })}
            >
              ${icon('plus')}${t('add_people')}
            </button>
          </div>`
        : nothing
    }
    ${participants.length > MAX_WITHOUT_SEARCH ? searchField(this.q, this.#search) : nothing}
    ${
      participants.length && !shown.length
        ? html`<div class="ca-state">
            ${icon('people')}
            <h2>${t('no_match')}</h2>
            <p>${t('no_match_text')}</p>
          </div>`
        : html`<ul class="ca-people" part="participants">
            ${shown.map((member) => this.#row(member, conversation))}
          </ul>`
    }`;
  }

  #search = (text: string): void => void (this.q = text);

  #row(member: Participant, conversation: Conversation): TemplateResult {
    const me = member.id === this.store.state.me;
    const labels = [
      ...(member.admin ? [tag(t('admin'))] : []),
      ...labelTags(this.store.state.site, member),
    ];
    return html`<li class="ca-row">
      ${avatar(member.id, member.display_name, member.avatar_url)}
      <span class="ca-grow"
        ><span class="ca-name ca-clip"
          ><bdi>${member.display_name}</bdi
          >${me ? html` <span class="ca-soft">(${t('you')})</span>` : nothing}</span
        >
        ${labels.length ? html`<span class="ca-labels">${labels}</span>` : nothing}</span
      >
      ${
        me
          ? nothing
          : html`<button
              class="ca-iconbutton"
              aria-haspopup="menu"
              aria-expanded="false"
              aria-label=${t('sent_by', { name: t('more'), text: member.display_name })}
              @click=${(event: Event) =>
                this.#menu(member, conversation, event.currentTarget as HTMLElement)}
            >
              ${icon('more')}
            </button>`
      }
    </li>`;
  }

  #menu(member: Participant, conversation: Conversation, button: HTMLElement): void {
    const { api } = this.store;
    const { id } = conversation;
    const refetchAfter = (work: Promise<unknown>) =>
      void withErrorToast(
        this,
        work.then(() => this.store.fetchParticipants(id)),
      );
    const write = async () => {
      const direct = await withErrorToast(this, api.startDirectConversation(member.id));
      if (direct) this.emit('ca-go', { name: 'conversation', id: direct.id });
    };
    const remove = async () => {
      const text = t('remove_sure', { name: member.display_name });
      if (
        await confirmAndRun(this, t('remove'), text, () => api.setParticipant(id, member.id, false))
      )
        refetchAfter(Promise.resolve());
    };
    openMenu(button, member.display_name, [
      { label: t('write'), icon: 'chat', run: () => void write() },
      conversation.admin && {
        label: t(member.admin ? 'revoke_admin' : 'make_admin'),
        icon: 'settings',
        run: () => refetchAfter(api.setAdmin(id, member.id, !member.admin)),
      },
      conversation.admin && {
        label: t('remove'),
        icon: 'close',
        danger: true,
        run: () => void remove(),
      },
      {
        label: t('block'),
        icon: 'ban',
        danger: true,
        run: () => void block(this, this.store, member.id, member.display_name),
      },
    ]);
  }
}

define('ca-people', CaPeople);
