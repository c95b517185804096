/** A search above a list. Escape clears it before it closes the panel. */
import { css, html, type TemplateResult } from 'lit';
import { t } from '../i18n/index.ts';
import { icon } from '../ui/icons.ts';

export function searchField(
  text: string,
  search: (text: string) => void,
  label = t('search'),
): TemplateResult {
  const clear = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !text) return;
    event.stopPropagation();
    search('');
  };
  return html`<div class="ca-find">
    ${icon('search')}<input
      class="ca-field"
      type="search"
      autocomplete="off"
      aria-label=${label}
      placeholder=${label}
      .value=${text}
      @input=${(event: Event) => search((event.target as HTMLInputElement).value)}
      @keydown=${clear}
    />
  </div>`;
}

export const searchStyles = css`
  .ca-find {
    position: relative;
    flex: none;
    padding: 12px 16px 8px;
  }
  .ca-find .ca-icon {
    position: absolute;
    inset-block-start: 23px;
    inset-inline-start: 29px;
    color: var(--ca-soft);
    pointer-events: none;
  }
  .ca-find .ca-field {
    padding-inline-start: 42px;
  }
  .ca-people {
    overflow-y: auto;
    flex: 1;
    padding-block: 2px 8px;
    scrollbar-width: thin;
    scrollbar-color: var(--ca-edge) transparent;
  }
`;
