/** Joining and leaving the community of the site. */
import { html, type TemplateResult } from 'lit';
import { t } from '../i18n/index.ts';
import { withErrorToast } from '../ui/toast.ts';
import type { CaPanel } from './panel.ts';

export function setCommunity(panel: CaPanel, on: boolean): void {
  const { store } = panel;
  void withErrorToast(
    panel,
    store.api.setCommunity(on).then((me) => store.receive({ kind: 'member.changed', data: me })),
  );
}

export const joinButton = (panel: CaPanel): TemplateResult =>
  html`<button class="ca-button ca-primary" @click=${() => setCommunity(panel, true)}>
    ${t('join')}
  </button>`;

/** Above the list of a member outside the community. */
export const joinBanner = (panel: CaPanel): TemplateResult =>
  html`<div class="ca-joining">
    <span class="ca-grow">${t('join_text')}</span>${joinButton(panel)}
  </div>`;
