/** Searches members by name to pick one or several. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Member } from '../client/types.ts';
import { t } from '../i18n/index.ts';
import { isolate } from '../i18n/text.ts';
import { avatar } from '../ui/avatar.ts';
import { icon } from '../ui/icons.ts';
import { labelTags } from '../ui/labels.ts';
import { StoreElement, define } from '../ui/element.ts';
import { searchField, searchStyles } from './search-field.ts';

const styles = css`
  ca-picker {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    flex: 1;
  }
  .ca-ways {
    padding-block: 8px 0;
  }
  .ca-ways .ca-icon {
    color: var(--ca-link);
  }
  .ca-way {
    --ca-avatar: 40px;
    font-weight: 600;
    min-block-size: 56px;
  }
  .ca-round {
    display: grid;
    place-items: center;
    inline-size: 40px;
    block-size: 40px;
    border-radius: 50%;
    background: var(--ca-raised);
    flex: none;
  }
  .ca-chosen {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    padding: 0 16px 8px;
    max-block-size: 104px;
    overflow-y: auto;
    flex: none;
  }
  .ca-chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    max-inline-size: 100%;
    min-block-size: 30px;
    padding-inline: 12px 8px;
    border-radius: 99px;
    background: var(--ca-raised);
    font-size: 13.5px;
  }
  .ca-chip .ca-icon {
    inline-size: 14px;
    block-size: 14px;
  }
  .ca-tick {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 24px;
    block-size: 24px;
    border: 1.5px solid var(--ca-edge);
    border-radius: 50%;
  }
  .ca-tick .ca-icon {
    inline-size: 15px;
    block-size: 15px;
    stroke-width: 2.6;
    visibility: hidden;
  }
  [aria-pressed='true'] > .ca-tick {
    background: var(--ca-accent);
    border-color: var(--ca-accent);
    color: var(--ca-on-accent);
  }
  [aria-pressed='true'] > .ca-tick .ca-icon {
    visibility: visible;
  }
`;

const SEARCH_DELAY_MS = 200;

export class CaPicker extends StoreElement {
  static override sheets = [searchStyles, styles];
  static override properties = {
    several: { type: Boolean },
    without: { attribute: false },
    chosen: { attribute: false },
    q: { state: true },
    found: { state: true },
  };
  declare several: boolean;
  /** Ids that are not offered. */
  declare without: readonly string[];
  declare chosen: readonly Member[];
  declare q: string;
  declare found: readonly Member[] | null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.q = '';
    this.found = null;
    this.chosen = [];
    this.without = [];
  }

  override focus(): void {
    this.querySelector('input')?.focus();
  }

  #search = (text: string): void => {
    this.q = text.trim();
    clearTimeout(this.#timer);
    if (!this.q) this.found = null;
    else this.#timer = setTimeout(() => void this.#fetchMatches(this.q), SEARCH_DELAY_MS);
  };

  async #fetchMatches(q: string): Promise<void> {
    const page = await this.store.api.listMembers({ q, limit: 50 }).catch(() => null);
    if (page && q === this.q) this.found = page.items;
  }

  #toggle(member: Member): void {
    if (!this.several) return this.emit('ca-pick', member);
    const isChosen = this.chosen.some((person) => person.id === member.id);
    this.emit(
      'ca-chosen',
      isChosen ? this.chosen.filter((person) => person.id !== member.id) : [...this.chosen, member],
    );
  }

  protected override render(): unknown {
    const { state } = this.store;
    const roster = [...state.members.values()].sort((a, b) =>
      a.display_name.localeCompare(b.display_name),
    );
    // The service lists all members for owner and staff, so members without chat are left out here.
    const reachable = (member: Member) =>
      member.id !== state.me &&
      !this.without.includes(member.id) &&
      member.community !== false &&
      (member.status ?? 'active') === 'active';
    const offered = (this.found ?? roster).filter(reachable);
    const memberChatOff = state.site?.member_chat_enabled === false;
    return html`${searchField(this.q, this.#search)}
    ${
      this.several && this.chosen.length
        ? html`<div
            class="ca-chosen"
            aria-label=${t('chosen', { n: this.chosen.length })}
            role="group"
          >
            ${this.chosen.map(
              (member) =>
                html`<button
                  class="ca-chip"
                  @click=${() => this.#toggle(member)}
                  aria-label="${t('remove')} ${isolate(member.display_name)}"
                >
                  <span class="ca-clip">${member.display_name}</span>${icon('close')}
                </button>`,
            )}
          </div>`
        : nothing
    }
    ${
      offered.length
        ? html`<ul class="ca-people">
            ${offered.map((member) => this.#row(member))}
          </ul>`
        : html`<div class="ca-state">
            ${icon('people')}
            <h2>${this.q ? t('no_match') : memberChatOff ? t('roster_off') : t('roster_empty')}</h2>
            ${this.q ? html`<p>${t('no_match_text')}</p>` : nothing}
          </div>`
    }`;
  }

  #row(member: Member): TemplateResult {
    const isChosen = this.chosen.some((other) => other.id === member.id);
    return html`<li>
      <button
        class="ca-row"
        aria-pressed=${this.several ? String(isChosen) : nothing}
        @click=${() => this.#toggle(member)}
      >
        ${avatar(member.id, member.display_name, member.avatar_url)}
        <span class="ca-grow ca-clip" dir="auto">${member.display_name}</span>
        ${labelTags(this.store.state.site, member).slice(0, 2)}
        ${this.several ? html`<span class="ca-tick">${icon('check')}</span>` : nothing}
      </button>
    </li>`;
  }
}

define('ca-picker', CaPicker);
