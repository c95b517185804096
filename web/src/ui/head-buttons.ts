// The buttons in the head of a screen.
import { html, nothing, type TemplateResult } from 'lit';
import { number, t } from '../i18n/index.ts';
import { icon, type Icon } from './icons.ts';

export const iconButton = (
  symbol: Icon,
  label: string,
  onClick: () => void,
  part?: string,
): TemplateResult =>
  html`<button
    type="button"
    class="ca-iconbutton"
    part=${part ?? nothing}
    aria-label=${label}
    title=${label}
    @click=${onClick}
  >
    ${icon(symbol)}
  </button>`;

export const closeButton = (onClose: () => void): TemplateResult =>
  iconButton('close', t('close'), onClose, 'close');

/** Opens a menu beside itself. */
export const menuButton = (label: string, open: (button: HTMLElement) => void): TemplateResult =>
  html`<button
    type="button"
    class="ca-iconbutton"
    aria-haspopup="menu"
    aria-expanded="false"
    aria-label=${label}
    title=${label}
    @click=${(event: Event) => open(event.currentTarget as HTMLElement)}
  >
    ${icon('more')}
  </button>`;

/** With the number of unread messages on the screen before. */
export const backButton = (onBack: () => void, unread = 0): TemplateResult =>
  html`<span class="ca-back"
    ><button
      type="button"
      class="ca-iconbutton"
      aria-label=${t('back')}
      aria-description=${unread ? t('unread', { n: unread }) : nothing}
      title=${t('back')}
      @click=${onBack}
    >
      <span class="ca-flip">${icon('back')}</span></button
    >${
      unread
        ? html`<span class="ca-count" aria-hidden="true"
            >${unread > 99 ? '99+' : number(unread)}</span
          >`
        : nothing
    }</span
  >`;
