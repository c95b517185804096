/** Placeholders for rows that are being loaded. */
import { html, type TemplateResult } from 'lit';

export const skeletonRows = (): TemplateResult[] =>
  [1, 2, 3, 4, 5].map(() => html`<div class="ca-bone"></div>`);
