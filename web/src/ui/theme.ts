/** Colours, sizes and shared element styles. */
import { css } from 'lit';
import { avatarStyles } from './avatar.ts';

export const theme = css`
  :host {
    color-scheme: light dark;
    --ca-accent: var(--causerie-accent, light-dark(#0b6b62, #0e7a6f));
    --ca-on-accent: var(--causerie-on-accent, #fff);
    --ca-link: var(--causerie-link, light-dark(#0b6b62, #5fd3c4));
    --ca-surface: var(--causerie-surface, light-dark(#fff, #15181b));
    --ca-raised: var(--causerie-raised, light-dark(#f3f5f5, #212629));
    --ca-hover: light-dark(#eaeeed, #2b3134);
    --ca-text: var(--causerie-text, light-dark(#1a2120, #e9eeec));
    --ca-soft: var(--causerie-text-soft, light-dark(#56625f, #a3b0ac));
    --ca-line: var(--causerie-line, light-dark(#e0e6e4, #2e3538));
    --ca-edge: light-dark(#84908d, #6f7b78);
    --ca-danger: light-dark(#b3261e, #ffb4ab);
    --ca-warn: light-dark(#fff4dc, #3a2f14);
    --ca-on-warn: light-dark(#6b4700, #ffdf9e);
    --ca-radius: var(--causerie-radius, 18px);
    --ca-font: var(
      --causerie-font,
      system-ui,
      -apple-system,
      'Segoe UI',
      Roboto,
      'Noto Sans',
      sans-serif
    );
    --ca-shadow:
      0 12px 40px light-dark(rgb(15 30 28 / 0.18), rgb(0 0 0 / 0.55)), 0 2px 8px rgb(0 0 0 / 0.08);
    font: 400 15px/1.45 var(--ca-font);
    color: var(--ca-text);
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  [hidden] {
    display: none !important;
  }
  button,
  input,
  textarea,
  select {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
  }
  button {
    border: 0;
    background: none;
    padding: 0;
    cursor: pointer;
    text-align: start;
  }
  button:disabled {
    cursor: default;
    opacity: 0.5;
  }
  :focus-visible {
    outline: 2px solid var(--ca-link);
    outline-offset: 2px;
  }
  .ca-icon {
    inline-size: 20px;
    block-size: 20px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
    flex: none;
  }
  .ca-flip {
    display: grid;
    place-items: center;
  }
  .ca-more {
    stroke-width: 3;
  }
  [dir='rtl'] .ca-flip,
  :host(:dir(rtl)) .ca-flip {
    transform: scaleX(-1);
  }
  .ca-sr {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .ca-clip {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    min-inline-size: 0;
  }
  /* A name in another direction stays at its picture. */
  .ca-clip[dir='auto'] {
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  .ca-grow {
    flex: 1;
    min-inline-size: 0;
  }
  .ca-soft {
    color: var(--ca-soft);
  }
  .ca-small {
    font-size: 13px;
  }
  .ca-iconbutton {
    display: inline-grid;
    place-items: center;
    inline-size: 40px;
    block-size: 40px;
    border-radius: 12px;
    color: var(--ca-soft);
    flex: none;
  }
  .ca-back {
    display: flex;
    position: relative;
  }
  .ca-back .ca-count {
    pointer-events: none;
    position: absolute;
    inset-block-start: 0;
    inset-inline-start: 22px;
    min-inline-size: 18px;
    block-size: 18px;
    padding-inline: 5px;
    font-size: 11px;
  }
  .ca-iconbutton:hover:not(:disabled) {
    background: var(--ca-hover);
    color: var(--ca-text);
  }
  .ca-button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-block-size: 42px;
    padding-inline: 18px;
    border-radius: 12px;
    font-weight: 600;
    background: var(--ca-raised);
  }
  .ca-button:hover:not(:disabled) {
    background: var(--ca-hover);
  }
  .ca-button.ca-primary {
    background: var(--ca-accent);
    color: var(--ca-on-accent);
  }
  .ca-button.ca-primary:hover:not(:disabled) {
    background: var(--ca-accent);
    filter: brightness(1.08);
  }
  .ca-button.ca-danger {
    color: var(--ca-danger);
  }
  .ca-button.ca-wide {
    inline-size: 100%;
  }
  .ca-field {
    inline-size: 100%;
    min-block-size: 42px;
    padding: 9px 14px;
    border: 1px solid var(--ca-edge);
    border-radius: 12px;
    background: var(--ca-surface);
  }
  .ca-field::placeholder {
    color: var(--ca-soft);
    opacity: 1;
  }
  .ca-field:focus {
    outline: 2px solid var(--ca-link);
    outline-offset: -1px;
    border-color: transparent;
  }
  .ca-row {
    display: flex;
    align-items: center;
    gap: 12px;
    inline-size: 100%;
    padding: 9px 16px;
    text-align: start;
    border-radius: 0;
  }
  button.ca-row:hover:not(:disabled) {
    background: var(--ca-hover);
  }
  button.ca-row:focus-visible {
    outline-offset: -2px;
  }
  .ca-tag {
    display: inline-flex;
    align-items: center;
    padding: 0 8px;
    border-radius: 99px;
    font-size: 12px;
    line-height: 20px;
    font-weight: 500;
    background: var(--ca-raised);
    color: var(--ca-soft);
    white-space: nowrap;
  }
  .ca-count {
    display: inline-grid;
    place-items: center;
    min-inline-size: 20px;
    block-size: 20px;
    padding-inline: 6px;
    border-radius: 99px;
    background: var(--ca-accent);
    color: var(--ca-on-accent);
    font-size: 12px;
    font-weight: 700;
  }
  .ca-state {
    display: grid;
    justify-items: center;
    align-content: center;
    gap: 8px;
    block-size: 100%;
    padding: 32px 28px;
    text-align: center;
  }
  .ca-state > .ca-icon {
    inline-size: 44px;
    block-size: 44px;
    stroke-width: 1.3;
    color: var(--ca-soft);
    margin-block-end: 6px;
  }
  .ca-state h2 {
    font-size: 17px;
    font-weight: 650;
  }
  .ca-state p {
    color: var(--ca-soft);
    max-inline-size: 32ch;
    text-wrap: balance;
  }
  .ca-state .ca-button {
    margin-block-start: 10px;
  }
  .ca-notice {
    display: flex;
    gap: 10px;
    align-items: center;
    padding: 8px 16px;
    font-size: 13.5px;
    line-height: 1.35;
    background: var(--ca-warn);
    color: var(--ca-on-warn);
  }
  .ca-notice .ca-icon {
    inline-size: 18px;
    block-size: 18px;
  }
  .ca-menu {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: 6px;
    min-inline-size: 200px;
    max-inline-size: 300px;
    border: 1px solid var(--ca-line);
    border-radius: 14px;
    background: var(--ca-surface);
    color: var(--ca-text);
    box-shadow: var(--ca-shadow);
    overflow: auto;
    max-block-size: 80vh;
  }
  .ca-menu button {
    display: flex;
    align-items: center;
    gap: 10px;
    inline-size: 100%;
    min-block-size: 38px;
    padding-inline: 12px;
    border-radius: 9px;
  }
  .ca-menu button:hover,
  .ca-menu button:focus-visible {
    background: var(--ca-hover);
    outline-offset: -2px;
  }
  .ca-menu .ca-danger {
    color: var(--ca-danger);
  }
  .ca-head {
    display: flex;
    align-items: center;
    gap: 10px;
    flex: none;
    padding: 10px 10px;
    border-block-end: 1px solid var(--ca-line);
    min-block-size: 62px;
  }
  .ca-head h2 {
    font-size: 15.5px;
    font-weight: 650;
    line-height: 1.3;
  }
  .ca-head p {
    font-size: 12.5px;
    color: var(--ca-soft);
    line-height: 1.35;
  }
  .ca-head .ca-avatar {
    --ca-avatar: 38px;
  }
  .ca-bar {
    display: grid;
    gap: 10px;
    padding: 4px 16px;
  }
  .ca-bone {
    border-radius: 8px;
    background: var(--ca-raised);
    animation: ca-breathe 1.4s ease-in-out infinite alternate;
  }
  @keyframes ca-breathe {
    from {
      opacity: 1;
    }
    to {
      opacity: 0.45;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 0.01ms !important;
      animation-iteration-count: 1 !important;
      transition: none !important;
      scroll-behavior: auto !important;
    }
  }
  ${avatarStyles}
  /* The system replaces the colours of surfaces that have no edge. */
  @media (forced-colors: active) {
    button,
    .ca-avatar,
    .ca-bubble,
    .ca-chip,
    .ca-count,
    .ca-faces li,
    .ca-notice,
    .ca-refused,
    .ca-bone,
    .ca-tag,
    .ca-toast span {
      border: 1px solid;
    }
    [aria-current='true'],
    [aria-pressed='true'] {
      border: 3px solid Highlight;
    }
  }
`;
