import { css } from 'lit';

export const emojiStyles = css`
  .ca-menu.ca-emoji:popover-open {
    display: flex;
    flex-direction: column;
    gap: 6px;
    inline-size: min(344px, calc(100vw - 16px));
    max-inline-size: none;
    padding: 8px;
    overflow: hidden;
  }
  .ca-menu.ca-quick:popover-open {
    flex-direction: row;
    gap: 2px;
    inline-size: auto;
    min-inline-size: 0;
    padding: 4px;
    border-radius: 99px;
  }
  .ca-emoji .ca-field {
    min-block-size: 38px;
    flex: none;
  }
  .ca-tabs {
    display: flex;
    flex: none;
    border-block-end: 1px solid var(--ca-line);
  }
  .ca-emojis {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(36px, 1fr));
    align-content: start;
    gap: 2px;
    block-size: 220px;
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--ca-edge) transparent;
  }
  .ca-emojis p {
    grid-column: 1 / -1;
    padding: 24px 8px;
    text-align: center;
    color: var(--ca-soft);
  }
  .ca-menu.ca-emoji button {
    display: grid;
    place-items: center;
    inline-size: auto;
    min-inline-size: 36px;
    min-block-size: 36px;
    padding: 0;
    font:
      20px/1 'Apple Color Emoji',
      'Segoe UI Emoji',
      'Noto Color Emoji',
      sans-serif;
  }
  .ca-menu.ca-quick button {
    border-radius: 50%;
  }
  .ca-menu.ca-emoji [role='tab'] {
    flex: 1;
    min-inline-size: 24px;
    min-block-size: 34px;
    border-block-end: 2px solid transparent;
    border-radius: 8px 8px 0 0;
    font-size: 16px;
  }
  .ca-menu.ca-emoji [aria-selected='true'] {
    border-block-end-color: var(--ca-link);
  }
`;
