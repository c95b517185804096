/** The badges of the site: their labels in both languages, and their colours. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { MemberCounts, Site } from '../client/types.ts';
import { locale } from '../i18n/index.ts';
import { isBlank } from '../i18n/text.ts';
import { icon } from '../ui/icons.ts';
import { badgeLabel, badgeStyle } from '../ui/labels.ts';
import { limitInput } from '../ui/limit-input.ts';
import { toast } from '../ui/toast.ts';
import { StoreElement, define } from '../ui/element.ts';
import { MAX_LABEL_LENGTH, badgeOfText, newBadgeName, newBadgeStyle } from './badges.ts';
import { saveSettings } from './save-settings.ts';
import { dashboardText } from './texts.ts';

type Badges = Site['settings']['badges'];
type Style = Badges[string];
const NO_STYLE: Style = { label: { en: null, fr: null }, color: null };
/** What the field shows for a badge without a colour. */
const DEFAULT_COLOR = '#56625f';

const styles = css`
  ca-badges {
    display: grid;
    gap: 14px;
    margin-block-start: 14px;
  }
  .cd-badges {
    display: grid;
    gap: 12px;
  }
  .cd-badges li {
    display: grid;
    grid-template-columns: minmax(130px, 1fr) 2fr 2fr auto;
    align-items: end;
    gap: 10px;
  }
  .cd-badges label {
    display: grid;
    gap: 4px;
    font-size: 12.5px;
    color: var(--ca-soft);
  }
  .cd-badges .ca-field {
    color: var(--ca-text);
    font-size: 15px;
  }
  .cd-badge {
    display: grid;
    justify-items: start;
    gap: 4px;
    align-self: center;
    min-inline-size: 0;
    font-size: 12.5px;
    color: var(--ca-soft);
  }
  .cd-badge > * {
    max-inline-size: 100%;
  }
  .cd-badgecolor {
    display: flex;
    align-items: center;
    gap: 4px;
  }
  .cd-newbadge {
    display: flex;
    flex-wrap: wrap;
    gap: 10px;
  }
  .cd-newbadge .ca-field {
    flex: 1 1 200px;
    inline-size: auto;
    max-inline-size: 360px;
  }
  @media (max-width: 720px) {
    .cd-badges li {
      grid-template-columns: 1fr auto;
      padding-block-end: 12px;
      border-block-end: 1px solid var(--ca-line);
    }
    .cd-badges label {
      grid-column: 1 / -1;
    }
    .cd-badgecolor {
      grid-area: 1 / 2;
    }
  }
`;

export class CaBadges extends StoreElement {
  static override sheets = [styles];
  static override properties = { owner: { type: Boolean }, counts: {} };
  declare owner: boolean;
  declare counts: MemberCounts | undefined;

  get #badges(): Badges {
    return this.store.state.site?.settings.badges ?? {};
  }

  async #save(badges: Badges): Promise<void> {
    await saveSettings(this, { badges });
    this.requestUpdate();
  }

  #change(name: string, change: Partial<Style>): void {
    const style = { ...(this.#badges[name] ?? NO_STYLE), ...change };
    void this.#save({ ...this.#badges, [name]: style });
  }

  #changeLabel(name: string, language: 'en' | 'fr', event: Event): void {
    const text = (event.target as HTMLInputElement).value.trim();
    const { label } = this.#badges[name] ?? NO_STYLE;
    this.#change(name, { label: { ...label, [language]: isBlank(text) ? null : text } });
  }

  #remove(name: string): void {
    const { [name]: _removed, ...rest } = this.#badges;
    void this.#save(rest);
  }

  #add = (event: Event): void => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).querySelector('input')!;
    const text = field.value.trim();
    if (isBlank(text)) return;
    field.value = '';
    if (badgeOfText(this.#badges, text)) return toast(this, dashboardText('badge_exists'));
    this.#change(newBadgeName(this.#badges, text), newBadgeStyle(text));
  };

  protected override render(): unknown {
    const used = this.counts?.badges ?? {};
    const names = [...new Set([...Object.keys(this.#badges), ...Object.keys(used)])].sort(
      (one, other) =>
        badgeLabel(this.#badges, one).localeCompare(badgeLabel(this.#badges, other), locale()),
    );
    return html`${
        names.length
          ? html`<ul class="cd-badges">
              ${names.map((name) => this.#row(name, used[name] ?? 0))}
            </ul>`
          : nothing
      }
      <form class="cd-newbadge" @submit=${this.#add}>
        <input
          class="ca-field"
          aria-label=${dashboardText('new_badge')}
          placeholder=${dashboardText('new_badge')}
          ?disabled=${!this.owner}
          @input=${(event: InputEvent) => limitInput(event, MAX_LABEL_LENGTH)}
        /><button class="ca-button" ?disabled=${!this.owner}>${dashboardText('add')}</button>
      </form>`;
  }

  #row(name: string, members: number): TemplateResult {
    const { label, color } = this.#badges[name] ?? NO_STYLE;
    const field = (language: 'en' | 'fr') =>
      html`<label
        >${dashboardText(`label_${language}`)}<input
          class="ca-field"
          lang=${language}
          dir="auto"
          aria-label=${`${dashboardText(`label_${language}`)}, ${name}`}
          .value=${label[language] ?? ''}
          ?disabled=${!this.owner}
          @input=${(event: InputEvent) => limitInput(event, MAX_LABEL_LENGTH)}
          @change=${(event: Event) => this.#changeLabel(name, language, event)}
      /></label>`;
    return html`<li data-badge=${name}>
      <span class="cd-badge"
        ><span class="ca-tag ca-clip" dir="auto" .style=${badgeStyle(color)}
          >${badgeLabel(this.#badges, name)}</span
        ><span class="ca-clip"
          ><code>${name}</code> · ${dashboardText('count', { n: members })}</span
        ></span
      >${field('en')}${field('fr')}
      <span class="cd-badgecolor"
        ><input
          class="cd-color"
          type="color"
          aria-label=${`${dashboardText('color')}, ${name}`}
          .value=${color ?? DEFAULT_COLOR}
          ?disabled=${!this.owner}
          @change=${(event: Event) =>
            this.#change(name, { color: (event.target as HTMLInputElement).value.toLowerCase() })}
        /><button
          class="ca-iconbutton"
          aria-label=${`${dashboardText('reset_badge')}, ${name}`}
          title=${dashboardText('reset_badge')}
          ?disabled=${!this.owner || !(name in this.#badges)}
          @click=${() => this.#remove(name)}
        >
          ${icon('trash')}
        </button></span
      >
    </li>`;
  }
}

define('ca-badges', CaBadges);
