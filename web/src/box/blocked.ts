/** Whom I have blocked: the only place where a block is undone. */
import { html } from 'lit';
import type { Member } from '../client/types.ts';
import { t } from '../i18n/index.ts';
import { attempt } from '../ui/attempt.ts';
import { avatar } from '../ui/avatar.ts';
import { icon } from '../ui/icons.ts';
import { StorePart, define } from '../ui/part.ts';

export class CaBlocked extends StorePart {
  static override properties = { people: { state: true } };
  declare people: Member[] | undefined;

  protected override firstUpdated(): void {
    void attempt(
      this,
      this.store.api.listBlockedContacts().then((page) => void (this.people = page.items)),
    );
  }

  private async unblock(member: Member): Promise<void> {
    await attempt(
      this,
      this.store.api.setContactBlocked(member.id, false).then(() => {
        this.people = this.people?.filter((each) => each.id !== member.id);
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
        (each) =>
          html`<li class="ca-row">
            ${avatar(each.id, each.display_name, each.avatar_url)}<span
              class="ca-grow ca-clip"
              dir="auto"
              >${each.display_name}</span
            >
            <button class="ca-button" @click=${() => void this.unblock(each)}>
              ${t('unblock')}
            </button>
          </li>`,
      )}
    </ul>`;
  }
}

define('ca-blocked', CaBlocked);
