/** Placeholders for rows that are being loaded. */
import { html, type TemplateResult } from 'lit';

export const skeletonRows = (): TemplateResult[] =>
  [1, 2, 3, 4, 5].map((n) => html`<div class="ca-bone ca-bone-${n}"></div>`);
