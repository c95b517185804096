import { css } from 'lit';

export const panelStyles = css`
  .ca-panel {
    position: fixed;
    z-index: 2147483000;
    inset-block-end: 96px;
    inset-inline-end: 24px;
    display: flex;
    flex-direction: column;
    overflow: hidden;
    inline-size: var(--causerie-width, 400px);
    block-size: min(var(--causerie-height, 680px), calc(100dvh - 120px));
    border-radius: var(--ca-radius);
    background: var(--ca-surface);
    color: var(--ca-text);
    border: 1px solid var(--ca-line);
    box-shadow: var(--ca-shadow);
    animation: ca-rise 0.18s ease-out;
    touch-action: pinch-zoom;
  }
  .ca-panel,
  .ca-panel * {
    overscroll-behavior: contain;
  }
  @keyframes ca-rise {
    from {
      opacity: 0;
      transform: translateY(10px);
    }
  }
  .ca-screen {
    display: flex;
    flex-direction: column;
    flex: 1;
    min-block-size: 0;
  }
  .ca-screen > .ca-head h2 {
    font-size: 16px;
  }
  .ca-screen > .ca-head {
    padding-inline-start: 16px;
  }
  .ca-screen > .ca-head:has(.ca-flip) {
    padding-inline-start: 10px;
  }
  .ca-front > .ca-head {
    gap: 2px;
    border: 0;
    background: var(--ca-accent);
    color: var(--ca-on-accent);
  }
  .ca-front > .ca-head h2 {
    font-size: 18px;
  }
  .ca-front > .ca-head .ca-iconbutton {
    color: inherit;
  }
  .ca-front > .ca-head .ca-iconbutton:hover {
    background: rgb(255 255 255 / 0.16);
  }
  .ca-front > .ca-head :focus-visible {
    outline-color: currentColor;
    outline-offset: -3px;
  }
  .ca-welcome {
    flex: none;
    padding: 12px 16px;
    border-block-end: 1px solid var(--ca-line);
    background: var(--ca-raised);
    white-space: pre-line;
    overflow-wrap: anywhere;
  }
  .ca-foot {
    display: flex;
    align-items: center;
    gap: 12px;
    flex: none;
    padding: 12px 16px calc(12px + env(safe-area-inset-bottom));
    border-block-start: 1px solid var(--ca-line);
  }
  .ca-toast {
    position: absolute;
    z-index: 3;
    inset-block-end: 84px;
    inset-inline: 20px;
    display: grid;
    justify-items: center;
    pointer-events: none;
  }
  .ca-toast span {
    padding: 10px 16px;
    border-radius: 12px;
    background: light-dark(#1f2826, #e9eeec);
    color: light-dark(#fff, #16201e);
    font-size: 13.5px;
    box-shadow: var(--ca-shadow);
  }
  .ca-joining {
    display: flex;
    gap: 12px;
    align-items: center;
    margin: 10px 16px 4px;
    padding: 12px 14px;
    border-radius: 14px;
    background: var(--ca-raised);
    font-size: 13.5px;
    line-height: 1.4;
  }
  .ca-bone {
    block-size: 46px;
    margin-block: 7px;
  }
  .ca-bone:nth-child(even) {
    inline-size: 84%;
  }
  @media (max-width: 520px), (max-height: 420px) {
    .ca-panel {
      inset: var(--ca-visible-top, 0) 0 auto;
      inline-size: 100%;
      block-size: var(--ca-visible-height, 100dvh);
      border-radius: 0;
      border: 0;
      animation: none;
    }
    .ca-head {
      padding-block-start: calc(10px + env(safe-area-inset-top));
    }
    textarea,
    .ca-field {
      font-size: 16px;
    }
  }
`;
