import { css } from 'lit';

export const messagesStyles = css`
  ca-messages {
    position: relative;
    display: block;
    flex: 1;
    min-block-size: 0;
  }
  .ca-scroll {
    position: absolute;
    inset: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    overflow-anchor: none;
    padding: 16px 14px 10px;
    scrollbar-width: thin;
    scrollbar-color: var(--ca-edge) transparent;
  }
  .ca-scroll:focus-visible {
    outline-offset: -3px;
  }
  .ca-rows {
    display: flex;
    flex-direction: column;
    min-block-size: 100%;
    justify-content: flex-end;
  }
  .ca-day,
  .ca-new {
    display: flex;
    align-items: center;
    gap: 12px;
    margin: 14px 0 8px;
    font-size: 12.5px;
    font-weight: 550;
    color: var(--ca-soft);
  }
  .ca-day::before,
  .ca-day::after,
  .ca-new::before {
    content: '';
    flex: 1;
    block-size: 1px;
    background: var(--ca-line);
  }
  .ca-new {
    color: var(--ca-link);
  }
  .ca-new::before {
    background: currentColor;
    opacity: 0.5;
  }
  .ca-msg {
    position: relative;
    display: flex;
    gap: 8px;
    margin-block-start: 2px;
    border-radius: 12px;
    scroll-margin: 20px;
  }
  .ca-msg.ca-first {
    margin-block-start: 10px;
  }
  .ca-msg:focus-visible {
    outline-offset: 1px;
  }
  .ca-msg.ca-flash .ca-bubble {
    animation: ca-flash 1.6s ease-out;
  }
  @keyframes ca-flash {
    from {
      box-shadow: 0 0 0 3px var(--ca-link);
    }
    to {
      box-shadow: 0 0 0 3px transparent;
    }
  }
  .ca-mine {
    flex-direction: row-reverse;
  }
  .ca-side {
    --ca-avatar: 30px;
    inline-size: 30px;
    flex: none;
    padding-block-start: 20px;
  }
  .ca-column {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    flex: 1;
    min-inline-size: 0;
  }
  .ca-beside {
    display: flex;
    align-items: center;
    gap: 4px;
    max-inline-size: 100%;
  }
  .ca-mine .ca-beside {
    flex-direction: row-reverse;
  }
  .ca-mine .ca-column {
    align-items: flex-end;
  }
  .ca-author {
    display: flex;
    gap: 6px;
    align-items: center;
    max-inline-size: 100%;
    padding-inline: 4px;
    margin-block-end: 2px;
    font-size: 12.5px;
    font-weight: 600;
    color: var(--ca-soft);
  }
  .ca-author .ca-tag {
    line-height: 17px;
    font-size: 11px;
    padding-inline: 7px;
  }
  .ca-bubble {
    min-inline-size: 0;
    max-inline-size: 560px;
    padding: 7px 11px;
    /* An edge in forced colours. */
    border: 1px solid transparent;
    border-radius: 6px 16px 16px 6px;
    background: var(--ca-raised);
    overflow-wrap: anywhere;
    /* Stacked marks stay in their bubble; the margin is for the outlines of links. */
    overflow: clip;
    overflow-clip-margin: 4px;
  }
  .ca-bubble:dir(rtl) {
    border-radius: 16px 6px 6px 16px;
  }
  .ca-first .ca-bubble {
    border-start-start-radius: 16px;
  }
  .ca-last .ca-bubble {
    border-end-start-radius: 16px;
  }
  .ca-mine .ca-bubble {
    background: var(--ca-accent);
    color: var(--ca-on-accent);
    border-radius: 16px 6px 6px 16px;
  }
  .ca-mine .ca-bubble:dir(rtl) {
    border-radius: 6px 16px 16px 6px;
  }
  .ca-mine.ca-first .ca-bubble {
    border-start-end-radius: 16px;
  }
  .ca-mine.ca-last .ca-bubble {
    border-end-end-radius: 16px;
  }
  .ca-text {
    white-space: pre-wrap;
  }
  .ca-big {
    background: none !important;
    color: inherit !important;
    padding: 0 4px;
  }
  .ca-big .ca-text {
    font-size: 34px;
    line-height: 1.2;
  }
  .ca-text a {
    color: inherit;
    text-decoration: underline;
    text-underline-offset: 2px;
  }
  .ca-time {
    display: inline-flex;
    gap: 4px;
    align-items: center;
    float: inline-end;
    margin-block: 6px -2px;
    margin-inline: 12px -2px;
    unicode-bidi: plaintext;
    font-size: 11.5px;
    line-height: 1.3;
    font-variant-numeric: tabular-nums;
    color: var(--ca-soft);
  }
  .ca-mine .ca-time {
    color: inherit;
    opacity: 0.86;
  }
  .ca-bubble.ca-big .ca-time {
    color: var(--ca-soft);
    opacity: 1;
  }
  .ca-mark,
  .ca-alert {
    display: flex;
  }
  .ca-mark .ca-icon {
    inline-size: 15px;
    block-size: 15px;
  }
  .ca-pending .ca-bubble {
    filter: saturate(0.55);
  }
  .ca-deleted {
    font-style: italic;
    opacity: 0.86;
  }
  .ca-inline {
    text-decoration: underline;
    text-underline-offset: 2px;
    font-weight: 600;
    min-block-size: 24px;
    padding-inline: 2px;
  }
  .ca-alert,
  .ca-failed {
    color: var(--ca-danger);
  }
  .ca-failed {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 10px;
    align-items: center;
    justify-content: flex-end;
    font-size: 12.5px;
    padding: 3px 4px;
  }
  .ca-quote {
    display: block;
    inline-size: 100%;
    margin: 1px 0 6px;
    padding: 3px 10px;
    border: 1px solid transparent;
    border-inline-start: 3px solid currentColor;
    border-radius: 6px;
    font-size: 13px;
    line-height: 1.35;
    min-block-size: 24px;
    background: rgb(127 127 127 / 0.14);
  }
  .ca-quote b,
  .ca-quote span {
    display: block;
  }
  .ca-reactions {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    margin: 3px 2px 0;
  }
  .ca-reaction {
    display: inline-flex;
    gap: 4px;
    align-items: center;
    min-inline-size: 24px;
    min-block-size: 26px;
    padding-inline: 8px;
    border-radius: 99px;
    border: 1px solid var(--ca-line);
    background: var(--ca-surface);
    font-size: 13px;
  }
  .ca-reaction:disabled {
    opacity: 1;
  }
  .ca-reaction[aria-pressed='true'] {
    border-color: var(--ca-link);
    color: var(--ca-link);
    font-weight: 600;
  }
  /*
   * Beside the bubble. Where both do not fit, the text has two lines, and so have the actions.
   */
  .ca-aside {
    position: sticky;
    inset-block: 4px;
    min-inline-size: 56px;
    margin-block: -2px;
    text-align: center;
    font-size: 11px;
    line-height: 12px;
    color: var(--ca-soft);
    opacity: 0;
    pointer-events: none;
  }
  .ca-actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
  }
  .ca-actions .ca-iconbutton {
    inline-size: 28px;
    block-size: 26px;
    border-radius: 8px;
  }
  .ca-actions .ca-icon {
    inline-size: 17px;
    block-size: 17px;
  }
  .ca-msg:focus-within .ca-aside {
    opacity: 1;
    pointer-events: auto;
  }
  @media (hover: hover) {
    .ca-msg:hover .ca-aside {
      opacity: 1;
      pointer-events: auto;
    }
  }
  .ca-jump {
    position: absolute;
    inset-block-end: 14px;
    inset-inline-end: 16px;
    display: flex;
    align-items: center;
    gap: 6px;
    min-block-size: 40px;
    min-inline-size: 40px;
    justify-content: center;
    border-radius: 99px;
    background: var(--ca-surface);
    border: 1px solid var(--ca-line);
    box-shadow: var(--ca-shadow);
    font-size: 13.5px;
    font-weight: 600;
  }
  .ca-jump:has(span) {
    padding-inline: 12px 16px;
  }
  /* In the padding above the rows, so that the rows do not move when it disappears. */
  .ca-older {
    position: absolute;
    inset: 2px 0 auto;
    text-align: center;
    font-size: 12px;
    line-height: 16px;
    color: var(--ca-soft);
  }
  .ca-typing {
    block-size: 20px;
    padding-inline: 18px;
    font-size: 12.5px;
    line-height: 18px;
    color: var(--ca-soft);
    flex: none;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`;
