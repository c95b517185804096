import { css } from 'lit';

/** Tables of members and groups. */
export const memberStyles = css`
  ca-members {
    display: grid;
    gap: 14px;
  }
  .cd-tools {
    display: flex;
    flex-wrap: wrap;
    gap: 10px;
  }
  .cd-tools .cd-search {
    flex: 1 1 240px;
  }
  .cd-tools select.ca-field,
  .cd-tools input.cd-label {
    inline-size: auto;
    max-inline-size: 170px;
  }
  .cd-table {
    /* Contains the hidden heading of the last column. */
    position: relative;
    overflow-x: auto;
    padding: 0;
  }
  table {
    border-collapse: collapse;
    inline-size: 100%;
    font-size: 14.5px;
  }
  th {
    text-align: start;
    font-size: 12.5px;
    font-weight: 600;
    color: var(--ca-soft);
    padding: 12px 14px;
    border-block-end: 1px solid var(--ca-line);
    white-space: nowrap;
  }
  td {
    padding: 9px 14px;
    border-block-end: 1px solid var(--ca-line);
    vertical-align: middle;
  }
  tbody tr:last-child td {
    border-block-end: 0;
  }
  tbody tr:hover {
    background: var(--ca-raised);
  }
  tr:hover .ca-tag {
    background: var(--ca-hover);
  }
  .cd-who {
    display: flex;
    align-items: center;
    gap: 12px;
    min-inline-size: 190px;
    --ca-avatar: 36px;
  }
  .cd-who b {
    display: block;
    font-weight: 600;
  }
  .cd-who span span {
    font-size: 12.5px;
    color: var(--ca-soft);
  }
  .cd-labels {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
  }
  .cd-labels button.ca-tag {
    min-block-size: 24px;
    gap: 5px;
  }
  .cd-labels .ca-icon {
    inline-size: 11px;
    block-size: 11px;
  }
  .cd-status {
    display: inline-flex;
    align-items: center;
    gap: 7px;
    white-space: nowrap;
  }
  .cd-status::before {
    content: '';
    inline-size: 8px;
    block-size: 8px;
    border-radius: 50%;
    background: var(--ca-edge);
  }
  .cd-status[data-status='active']::before {
    background: light-dark(#1a8a5f, #4fd39d);
  }
  .cd-status[data-status='pending']::before {
    background: #e0a021;
  }
  .cd-status[data-status='blocked']::before {
    background: light-dark(#c8281e, #ff8a80);
  }
  .cd-extra {
    display: block;
    font-size: 12.5px;
    color: var(--ca-soft);
  }
  .cd-acts {
    display: flex;
    gap: 6px;
    align-items: center;
    justify-content: flex-end;
  }
  .cd-approve.ca-button {
    min-block-size: 34px;
    padding-inline: 14px;
    border-radius: 9px;
    font-size: 14px;
  }
  @media (max-width: 720px) {
    th,
    td {
      padding-inline: 8px;
    }
    .cd-who {
      min-inline-size: 120px;
      gap: 9px;
    }
    .cd-who span {
      overflow-wrap: anywhere;
    }
    .cd-who .ca-clip {
      white-space: normal;
    }
    .cd-wide {
      display: none;
    }
    .cd-tools {
      display: grid;
      grid-template-columns: 1fr 1fr;
    }
    .cd-tools .cd-search,
    .cd-tools select {
      grid-column: 1 / -1;
    }
    .cd-tools select.ca-field,
    .cd-tools input.cd-label {
      inline-size: 100%;
      max-inline-size: none;
    }
  }
`;
