/** The members that this member has blocked, with a button to unblock. */
import { html } from 'lit';
import type { Member } from '../client/types.ts';
import { t } from '../i18n/index.ts';
import { withErrorToast } from '../ui/toast.ts';
import { avatar } from '../ui/avatar.ts';
import { icon } from '../ui/icons.ts';
import { StoreElement, define } from '../ui/element.ts';

export class CaBlocked extends StoreElement {
  static override properties = { people: { state: true } };
  declare people: Member[] | undefined;

  protected override firstUpdated(): void {
    void withErrorToast(
      this,
      this.store.api.listBlockedContacts().then((page) => void (this.people = page.items)),
    );
  }

  async #unblock(member: Member): Promise<void> {
    await withErrorToast(
      this,
      this.store.api.setContactBlocked(member.id, false).then(() => {
        this.people = this.people?.filter((person) => person.id !== member.id);
      }),
    );
  }

  protected override render(): unknown {
    if (!this.people) return html`<div class="ca-state">${t('loading')}</div>`;
    if (!this.people.length)
      return html`<div class="ca-state">
        ${icon('people')}
        <h2>${t('blocked_none')}</h2>
      </div>`;
    return html`<ul class="ca-people">
      ${this.people.map(
        (member) =>
          html`<li class="ca-row">
            ${avatar(member.id, member.display_name, member.avatar_url)}<span
              class="ca-grow ca-clip"
              dir="auto"
              >${member.display_name}</span
            >
            <button class="ca-button" @click=${() => void this.#unblock(member)}>
              ${t('unblock')}
            </button>
          </li>`,
      )}
    </ul>`;
  }
}

define('ca-blocked', CaBlocked);
