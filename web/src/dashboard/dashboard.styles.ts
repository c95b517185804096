import { css } from 'lit';

export const dashboardStyles = css`
  :host {
    --cd-height: var(--causerie-dashboard-height, 100dvh);
    display: grid !important;
    grid-template-columns: 268px minmax(0, 1fr);
    min-block-size: var(--cd-height);
  }
  .cd-nav {
    display: flex;
    flex-direction: column;
    gap: 18px;
    padding: 22px 14px 14px;
    background: var(--ca-surface);
    border-inline-end: 1px solid var(--ca-line);
    position: sticky;
    inset-block-start: 0;
    block-size: var(--cd-height);
  }
  .cd-site {
    display: flex;
    align-items: center;
    gap: 11px;
    padding-inline: 8px;
    font-weight: 650;
    font-size: 16px;
    line-height: 1.25;
  }
  .cd-site .ca-clip {
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .cd-mark {
    display: grid;
    place-items: center;
    inline-size: 36px;
    block-size: 36px;
    border-radius: 11px;
    background: var(--ca-accent);
    color: var(--ca-on-accent);
    flex: none;
  }
  .cd-nav ul {
    display: grid;
    gap: 3px;
  }
  .cd-nav a {
    display: flex;
    align-items: center;
    gap: 12px;
    min-block-size: 42px;
    padding-inline: 12px;
    border-radius: 11px;
    color: var(--ca-soft);
    text-decoration: none;
    font-weight: 500;
  }
  .cd-nav a:hover {
    background: var(--ca-hover);
    color: var(--ca-text);
  }
  .cd-nav a[aria-current] {
    background: var(--ca-raised);
    color: var(--ca-text);
    font-weight: 600;
  }
  .cd-nav a[aria-current] .ca-icon {
    color: var(--ca-link);
  }
  .cd-low {
    margin-block-start: auto;
    font-size: 14px;
    color: var(--ca-soft);
  }
  .cd-low .ca-row {
    border-radius: 10px;
    padding-inline: 12px;
    min-block-size: 36px;
  }
  .cd-main {
    padding: 32px clamp(18px, 4vw, 48px) 60px;
    min-inline-size: 0;
  }
  .cd-main.cd-full {
    padding: 0;
    display: flex;
    flex-direction: column;
    block-size: var(--cd-height);
  }
  h1 {
    font-size: 25px;
    line-height: 1.2;
    font-weight: 680;
    margin-block-end: 22px;
    letter-spacing: -0.01em;
  }
  .cd-card {
    padding: 22px 24px;
    border-radius: 18px;
    background: var(--ca-surface);
    border: 1px solid var(--ca-line);
  }
  .cd-card h2 {
    font-size: 17px;
    font-weight: 650;
    margin-block-end: 3px;
  }
  .cd-card.ca-state {
    padding-block: 56px;
  }
  .cd-search {
    position: relative;
  }
  .cd-search .ca-icon {
    position: absolute;
    inset-block-start: 11px;
    inset-inline-start: 13px;
    color: var(--ca-soft);
  }
  .cd-search .ca-field {
    padding-inline-start: 42px;
  }
  .cd-toast {
    position: fixed;
    inset-block-end: 28px;
    inset-inline: 20px;
    display: grid;
    justify-items: center;
    pointer-events: none;
  }
  .cd-toast span {
    padding: 10px 16px;
    border-radius: 12px;
    background: light-dark(#1f2826, #e9eeec);
    color: light-dark(#fff, #16201e);
    box-shadow: var(--ca-shadow);
  }
  .cd-door {
    grid-column: 1 / -1;
    display: grid;
    place-items: center;
    padding: 20px;
  }
  .cd-signin {
    display: grid;
    gap: 14px;
    inline-size: min(420px, 100%);
  }
  .cd-main .cd-signin {
    margin: 24px auto;
  }
  .cd-signin h1 {
    margin: 4px 0 0;
  }
  .cd-signin p {
    overflow-wrap: anywhere;
  }
  .cd-signin label {
    display: grid;
    gap: 6px;
    font-weight: 600;
    font-size: 14px;
  }
  .ca-choices {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    max-block-size: 180px;
    overflow-y: auto;
  }
  .ca-choices .ca-tag {
    min-block-size: 28px;
    padding-inline: 12px;
    border: 1px solid var(--ca-edge);
    color: var(--ca-text);
  }
  .ca-choices .ca-tag:hover {
    background: var(--ca-hover);
  }
  .ca-danger {
    color: var(--ca-danger);
  }
  /* Narrow: the name above, the sections as tabs at the thumb, the page between them. */
  @media (max-width: 860px) {
    :host {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: auto 1fr;
      --cd-tabs: calc(62px + env(safe-area-inset-bottom));
    }
    .cd-nav {
      position: static;
      block-size: auto;
      flex-direction: row;
      align-items: center;
      gap: 8px;
      padding: 10px 10px 10px 16px;
      border-inline-end: 0;
      border-block-end: 1px solid var(--ca-line);
    }
    .cd-site {
      flex: 1;
      min-inline-size: 0;
      padding: 0;
      font-size: 15px;
    }
    .cd-site .ca-clip {
      white-space: nowrap;
    }
    .cd-mark {
      inline-size: 32px;
      block-size: 32px;
    }
    .cd-low {
      margin: 0;
      display: flex;
    }
    .cd-low .ca-row {
      inline-size: auto;
      white-space: nowrap;
      padding-inline: 10px;
    }
    .cd-nav ul {
      position: fixed;
      z-index: 2;
      inset: auto 0 0;
      grid-auto-flow: column;
      grid-auto-columns: minmax(0, 1fr);
      padding: 4px 6px env(safe-area-inset-bottom);
      block-size: var(--cd-tabs);
      background: var(--ca-surface);
      border-block-start: 1px solid var(--ca-line);
    }
    .cd-nav a {
      position: relative;
      flex-direction: column;
      justify-content: center;
      gap: 2px;
      padding: 0 4px;
      font-size: 12px;
      text-align: center;
    }
    .cd-nav a .ca-grow {
      flex: none;
      max-inline-size: 100%;
      white-space: normal;
      line-height: 1.15;
    }
    .cd-nav a[aria-current] {
      background: none;
      color: var(--ca-link);
    }
    .cd-nav a .ca-count {
      position: absolute;
      inset-block-start: 3px;
      inset-inline-start: calc(50% + 6px);
    }
    .cd-main {
      padding: 20px 16px calc(var(--cd-tabs) + 24px);
    }
    h1 {
      font-size: 22px;
      margin-block-end: 16px;
    }
    .cd-main.cd-full {
      block-size: calc(var(--cd-height) - 57px - var(--cd-tabs));
    }
    /* An open conversation is the whole screen. */
    :host([reading]) .cd-nav {
      display: none;
    }
    :host([reading]) .cd-main.cd-full {
      block-size: var(--cd-height);
      grid-row: 1 / -1;
    }
    .cd-card {
      padding: 18px 16px;
    }
    .cd-card.cd-table {
      padding: 0;
    }
  }
  @media (max-width: 360px) {
    .cd-nav a {
      font-size: 11px;
      padding: 0 1px;
    }
  }
`;
