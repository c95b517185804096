/** How the chat looks on the pages of the site: colour, corner, welcome text, with a preview. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Site } from '../client/types.ts';
import { locale, t } from '../i18n/index.ts';
import { contrast, textOn } from '../ui/color.ts';
import { icon } from '../ui/icons.ts';
import { limitInput } from '../ui/limit-input.ts';
import { StoreElement, define } from '../ui/element.ts';
import { appearanceStyles } from './appearance.styles.ts';
import { saveSettings } from './save-settings.ts';
import { dashboardText } from './texts.ts';

type Appearance = Site['settings']['appearance'];
type Language = 'en' | 'fr';
const LANGUAGES: Language[] = ['en', 'fr'];
/** `--ca-accent` of the light theme. */
const DEFAULT_ACCENT = '#0b6b62';
const MAX_WELCOME_LENGTH = 200;

export class CaAppearance extends StoreElement {
  static override sheets = [appearanceStyles];
  static override properties = {
    owner: { type: Boolean },
    draft: { state: true },
    language: { state: true },
  };
  declare owner: boolean;
  /** What is entered and not saved yet. */
  declare draft: Appearance | undefined;
  /** The language of the preview: that of the text edited last. */
  declare language: Language | undefined;

  get #current(): Appearance {
    return this.draft ?? this.store.state.site!.settings.appearance;
  }

  #edit(change: Partial<Appearance>): void {
    this.draft = { ...this.#current, ...change };
  }

  #editWelcome(language: Language, event: InputEvent): void {
    limitInput(event, MAX_WELCOME_LENGTH);
    const text = (event.target as HTMLTextAreaElement).value;
    this.language = language;
    this.#edit({ welcome: { ...this.#current.welcome, [language]: text } });
  }

  #save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { accent, position, welcome } = this.#current;
    const text = (language: Language) => welcome[language]?.trim() || null;
    const appearance = { accent, position, welcome: { en: text('en'), fr: text('fr') } };
    if (await saveSettings(this, { appearance })) this.draft = undefined;
  };

  protected override render(): unknown {
    if (!this.store.state.site) return nothing;
    const { position } = this.#current;
    return html`<form class="cd-appearance" @submit=${this.#save}>
        <fieldset ?disabled=${!this.owner}>
          ${this.#accent()}
          <div class="cd-setting" role="radiogroup" aria-labelledby="cd-position">
            <span id="cd-position">${dashboardText('position')}</span>
            <div class="cd-choices">
              ${(['left', 'right'] as const).map(
                (corner) =>
                  html`<label
                    ><input
                      type="radio"
                      name="position"
                      .checked=${position === corner}
                      @change=${() => this.#edit({ position: corner })}
                    />${dashboardText(`position_${corner}`)}</label
                  >`,
              )}
            </div>
          </div>
          ${LANGUAGES.map((language) => this.#welcome(language))}
          <div class="ca-ends">
            ${
              this.draft
                ? html`<button
                    type="button"
                    class="ca-button"
                    @click=${() => (this.draft = undefined)}
                  >
                    ${t('cancel')}
                  </button>`
                : nothing
            }
            <button class="ca-button ca-primary" ?disabled=${!this.draft}>
              ${dashboardText('save')}
            </button>
          </div>
        </fieldset>
      </form>
      ${this.#preview()}`;
  }

  #accent(): TemplateResult {
    const { accent } = this.#current;
    const color = accent ?? DEFAULT_ACCENT;
    const text = textOn(color);
    const ratio = contrast(color, text).toLocaleString(locale(), { maximumFractionDigits: 1 });
    return html`<div class="cd-setting">
      <label for="cd-accent">${dashboardText('accent')}</label>
      <div class="cd-choices">
        <input
          id="cd-accent"
          class="cd-color"
          type="color"
          .value=${color}
          aria-describedby="cd-contrast"
          @input=${(event: Event) =>
            this.#edit({ accent: (event.target as HTMLInputElement).value.toLowerCase() })}
        />
        <code>${color}</code>
        ${
          accent
            ? html`<button
                type="button"
                class="ca-button"
                @click=${() => this.#edit({ accent: null })}
              >
                ${dashboardText('accent_default')}
              </button>`
            : nothing
        }
      </div>
      <p id="cd-contrast" class="ca-soft" role="status">
        ${dashboardText(text === '#ffffff' ? 'contrast_white' : 'contrast_black', { ratio })}
      </p>
    </div>`;
  }

  #welcome(language: Language): TemplateResult {
    return html`<label class="cd-setting"
      >${dashboardText(`welcome_${language}`)}<textarea
        class="ca-field"
        rows="2"
        lang=${language}
        dir="auto"
        .value=${this.#current.welcome[language] ?? ''}
        @input=${(event: InputEvent) => this.#editWelcome(language, event)}
        @focus=${() => (this.language = language)}
      ></textarea>
    </label>`;
  }

  /** A picture of the chat box. The fields say the same to screen readers. */
  #preview(): TemplateResult {
    const { accent, position, welcome } = this.#current;
    const language = this.language ?? (locale() === 'fr' ? 'fr' : 'en');
    const text = welcome[language] || welcome[language === 'fr' ? 'en' : 'fr'];
    return html`<div
      class="cd-preview"
      data-position=${position}
      aria-hidden="true"
      .style=${accent ? `--cd-accent:${accent};--cd-on-accent:${textOn(accent)}` : ''}
    >
      <div class="cd-previewpanel">
        <b class="ca-clip" dir="auto">${this.store.state.site!.name}</b>
        ${text ? html`<p lang=${language} dir="auto">${text}</p>` : nothing}
        <span class="cd-other">${dashboardText('preview_other')}</span>
        <span class="cd-own">${dashboardText('preview_own')}</span>
      </div>
      <span class="cd-bubble">${icon('chat')}</span>
    </div>`;
  }
}

define('ca-appearance', CaAppearance);
