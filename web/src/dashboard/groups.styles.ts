import { css } from 'lit';

export const groupStyles = css`
  ca-groups {
    display: grid;
    gap: 14px;
  }
  .cd-number {
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  .cd-details.ca-button {
    min-block-size: 34px;
    padding-inline: 14px;
    border-radius: 9px;
    font-size: 14px;
  }
  .cd-detail td > * {
    margin-block: 8px;
  }
  .cd-detail h2 {
    font-size: 14.5px;
  }
  .cd-detail dl {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(220px, 100%), 1fr));
    gap: 10px 24px;
  }
  .cd-detail dt {
    font-size: 12.5px;
    color: var(--ca-soft);
  }
  .cd-detail dd {
    overflow-wrap: anywhere;
  }
  .cd-people {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(200px, 100%), 1fr));
    gap: 8px 16px;
    max-block-size: 320px;
    overflow-y: auto;
    --ca-avatar: 28px;
  }
  .cd-people li {
    display: flex;
    align-items: center;
    gap: 9px;
    min-inline-size: 0;
  }
`;
