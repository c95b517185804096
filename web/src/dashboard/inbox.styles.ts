import { css } from 'lit';

export const inboxStyles = css`
  ca-inbox {
    display: grid;
    grid-template-columns: minmax(280px, 360px) minmax(0, 1fr);
    flex: 1;
    min-block-size: 0;
  }
  .cd-left {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    background: var(--ca-surface);
    border-inline-end: 1px solid var(--ca-line);
  }
  .cd-left h1 {
    padding: 30px 18px 12px;
    margin: 0;
  }
  .cd-right {
    display: flex;
    flex-direction: column;
    min-inline-size: 0;
    min-block-size: 0;
    background: var(--ca-surface);
  }
  .cd-right ca-conversation {
    flex: 1;
  }
  .cd-right .ca-notice .ca-button {
    min-block-size: 34px;
  }
  .cd-inboxtools {
    display: flex;
    gap: 8px;
    padding: 0 14px 8px;
  }
  .cd-inboxtools .cd-search {
    flex: 1;
    min-inline-size: 0;
  }
  .cd-toggle.ca-button {
    border: 1px solid transparent;
    padding-inline: 14px;
  }
  .cd-toggle[aria-pressed='true'] {
    background: var(--ca-accent);
    color: var(--ca-on-accent);
  }
  ca-list.cd-short {
    flex: 0 1 auto;
  }
  .cd-more {
    padding: 12px 18px 4px;
    font-size: 13px;
    color: var(--ca-soft);
  }
  .cd-found {
    overflow-y: auto;
    flex: 1 1 30%;
    min-block-size: 120px;
  }
  .cd-found .ca-icon {
    color: var(--ca-soft);
  }
  @media (max-width: 860px) {
    ca-inbox {
      grid-template-columns: minmax(0, 1fr);
    }
    .cd-left {
      border: 0;
    }
    .cd-left h1 {
      padding: 16px 16px 8px;
    }
  }
`;
