/** Chat settings: the member chat switch, approval, groups, appearance, badges. */
import { css, html, nothing } from 'lit';
import type { MemberCounts, Settings } from '../client/types.ts';
import { withErrorToast } from '../ui/toast.ts';
import { StoreElement, define } from '../ui/element.ts';
import './appearance.ts';
import './badge-settings.ts';
import { saveSettings } from './save-settings.ts';
import { dashboardText } from './texts.ts';

const styles = css`
  ca-settings {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr));
    gap: 18px;
    max-inline-size: 1400px;
  }
  ca-settings > .cd-across {
    grid-column: 1 / -1;
  }
  .cd-switchrow {
    display: flex;
    align-items: center;
    gap: 16px;
    padding: 16px 18px;
    border-radius: 14px;
    background: var(--ca-raised);
    font-weight: 600;
    margin-block: 16px;
  }
  .cd-switch {
    position: relative;
    inline-size: 50px;
    block-size: 30px;
    border-radius: 99px;
    background: var(--ca-edge);
    flex: none;
    transition: background 0.15s;
  }
  .cd-switch::after {
    content: '';
    position: absolute;
    inset-block-start: 3px;
    inset-inline-start: 3px;
    inline-size: 24px;
    block-size: 24px;
    border-radius: 50%;
    background: #fff;
    transition: translate 0.15s;
  }
  .cd-switch[aria-checked='true'] {
    background: var(--ca-accent);
  }
  .cd-switch[aria-checked='true']::after {
    translate: 20px 0;
  }
  .cd-switch[aria-checked='true']:dir(rtl)::after {
    translate: -20px 0;
  }
  .cd-means {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(240px, 1fr));
    gap: 14px;
  }
  .cd-mean {
    padding: 14px 16px;
    border-radius: 14px;
    border: 1px solid var(--ca-line);
    font-size: 14px;
  }
  .cd-mean b {
    display: block;
    margin-block-end: 3px;
  }
  .cd-mean[data-now] {
    border-color: var(--ca-link);
    box-shadow: inset 0 0 0 1px var(--ca-link);
  }
  .cd-options {
    display: flex;
    flex-wrap: wrap;
    gap: 14px;
    margin-block-start: 14px;
  }
  .cd-options label {
    display: grid;
    gap: 5px;
    font-size: 13.5px;
    font-weight: 600;
    flex: 1;
    min-inline-size: 200px;
  }
  .cd-options .ca-field {
    font-weight: 400;
  }
`;

export class CaSettings extends StoreElement {
  static override sheets = [styles];
  static override properties = { owner: { type: Boolean }, counts: {} };
  declare owner: boolean;
  declare counts: MemberCounts | undefined;

  async #switchMemberChat(on: boolean): Promise<void> {
    const site = await withErrorToast(this, this.store.api.switchMemberChat(on));
    if (site) this.store.receive({ kind: 'site.changed', data: site });
  }

  async #changeSettings(settings: Partial<Settings>): Promise<void> {
    await saveSettings(this, settings);
    // After a rejection the field shows the stored value again.
    this.requestUpdate();
  }

  protected override render(): unknown {
    const { site } = this.store.state;
    if (!site) return nothing;
    const on = site.member_chat_enabled;
    const { approval, group_creation, max_participants } = site.settings;
    const value = (event: Event) => (event.target as HTMLSelectElement).value;
    return html`${
        this.owner
          ? nothing
          : html`<p class="ca-notice cd-across">${dashboardText('owner_only')}</p>`
      }
      <section class="cd-card cd-across">
        <h2>${dashboardText('member_chat')}</h2>
        <p class="ca-soft">${dashboardText('member_chat_text')}</p>
        <div class="cd-switchrow">
          <span class="ca-grow" id="cd-enable">${dashboardText('enable')}</span>
          <button
            class="cd-switch"
            role="switch"
            aria-checked=${on}
            aria-labelledby="cd-enable"
            ?disabled=${!this.owner}
            @click=${() => void this.#switchMemberChat(!on)}
          ></button>
        </div>
        <div class="cd-means">
          <p class="cd-mean" ?data-now=${on}>
            <b>${dashboardText('on')}</b>${dashboardText('on_text')}
          </p>
          <p class="cd-mean" ?data-now=${!on}>
            <b>${dashboardText('off')}</b>${dashboardText('off_text')}
          </p>
        </div>
      </section>
      <section class="cd-card">
        <h2>${dashboardText('approval')}</h2>
        <div class="cd-options">
          <label
            >${dashboardText('approval_text')}<select
              class="ca-field"
              ?disabled=${!this.owner}
              .value=${approval}
              @change=${(event: Event) =>
                void this.#changeSettings({ approval: value(event) as Settings['approval'] })}
            >
              ${(['automatic', 'manual'] as const).map(
                (option) =>
                  html`<option value=${option} ?selected=${option === approval}>
                    ${dashboardText(`approval_${option}`)}
                  </option>`,
              )}
            </select></label
          >
        </div>
      </section>
      <section class="cd-card">
        <h2>${dashboardText('groups')}</h2>
        <div class="cd-options">
          <label
            >${dashboardText('groups_text')}<select
              class="ca-field"
              ?disabled=${!this.owner}
              @change=${(event: Event) =>
                void this.#changeSettings({
                  group_creation: value(event) as Settings['group_creation'],
                })}
            >
              ${(['members', 'staff'] as const).map(
                (option) =>
                  html`<option value=${option} ?selected=${option === group_creation}>
                    ${dashboardText(`groups_${option}`)}
                  </option>`,
              )}
            </select></label
          >
          <label
            >${dashboardText('largest')}<input
              class="ca-field"
              type="number"
              min="2"
              max="1000"
              ?disabled=${!this.owner}
              .value=${String(max_participants)}
              @change=${(event: Event) =>
                void this.#changeSettings({ max_participants: Number(value(event)) })}
          /></label>
        </div>
      </section>
      <section class="cd-card cd-across">
        <h2>${dashboardText('appearance')}</h2>
        <p class="ca-soft">${dashboardText('appearance_text')}</p>
        <ca-appearance .store=${this.store} .owner=${this.owner}></ca-appearance>
      </section>
      <section class="cd-card cd-across">
        <h2>${dashboardText('badges')}</h2>
        <p class="ca-soft">${dashboardText('badges_text')}</p>
        <ca-badges .store=${this.store} .owner=${this.owner} .counts=${this.counts}></ca-badges>
      </section>`;
  }
}

define('ca-settings', CaSettings);
