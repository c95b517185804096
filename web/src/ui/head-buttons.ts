// The buttons in the head of a screen.
import { html, type TemplateResult } from 'lit';
import { t } from '../i18n/index.ts';
import { icon } from './icons.ts';

export const backButton = (onBack: () => void): TemplateResult =>
  html`<button
    type="button"
    class="ca-iconbutton"
    aria-label=${t('back')}
    title=${t('back')}
    @click=${onBack}
  >
    <span class="ca-flip">${icon('back')}</span>
  </button>`;

export const closeButton = (onClose: () => void): TemplateResult =>
  html`<button
    type="button"
    class="ca-iconbutton"
    part="close"
    aria-label=${t('close')}
    title=${t('close')}
    @click=${onClose}
  >
    ${icon('close')}
  </button>`;
