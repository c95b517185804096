import { css } from 'lit';

export const appearanceStyles = css`
  ca-appearance {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(320px, 100%), 1fr));
    gap: 24px;
    margin-block-start: 14px;
  }
  .cd-appearance fieldset {
    display: grid;
    gap: 18px;
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  .cd-setting {
    display: grid;
    justify-items: start;
    gap: 6px;
    font-size: 13.5px;
  }
  .cd-setting > :is(label, span),
  label.cd-setting {
    font-weight: 600;
  }
  .cd-setting .ca-field {
    font-weight: 400;
    font-size: 15px;
  }
  .cd-choices {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 18px;
  }
  .cd-choices label {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    min-block-size: 32px;
  }
  .cd-choices input[type='radio'] {
    inline-size: 18px;
    block-size: 18px;
    accent-color: var(--ca-accent);
  }
  .cd-color {
    inline-size: 54px;
    block-size: 42px;
    padding: 3px;
    border: 1px solid var(--ca-edge);
    border-radius: 12px;
    background: var(--ca-surface);
    cursor: pointer;
  }
  .cd-preview {
    --cd-accent: var(--ca-accent);
    --cd-on-accent: var(--ca-on-accent);
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    gap: 12px;
    min-block-size: 320px;
    padding: 18px;
    border: 1px solid var(--ca-line);
    border-radius: 14px;
    background: var(--ca-raised);
    align-items: flex-end;
  }
  .cd-preview[data-position='left'] {
    align-items: flex-start;
  }
  .cd-preview:dir(rtl) {
    direction: ltr;
  }
  .cd-previewpanel {
    display: grid;
    gap: 10px;
    inline-size: min(270px, 100%);
    padding: 16px;
    border: 1px solid var(--ca-line);
    border-radius: 16px;
    background: var(--ca-surface);
    box-shadow: var(--ca-shadow);
    font-size: 14px;
  }
  .cd-previewpanel p {
    color: var(--ca-soft);
    overflow-wrap: anywhere;
    white-space: pre-line;
  }
  .cd-previewpanel span {
    padding: 7px 12px;
    border: 1px solid transparent;
    border-radius: 14px;
    justify-self: start;
    background: var(--ca-raised);
  }
  .cd-previewpanel .cd-own {
    justify-self: end;
    background: var(--cd-accent);
    color: var(--cd-on-accent);
  }
  .cd-bubble {
    display: grid;
    place-items: center;
    inline-size: 52px;
    block-size: 52px;
    border: 1px solid transparent;
    border-radius: 50%;
    background: var(--cd-accent);
    color: var(--cd-on-accent);
  }
`;
