/** Limits of text fields in the service's unit. */
import { charCount, graphemes } from './graphemes.ts';

/** The whole graphemes at the start of a text that fit the service's limit. */
export function cutText(text: string, maxChars: number): string {
  if (charCount(text) <= maxChars) return text;
  let cut = '';
  for (const grapheme of graphemes(text)) {
    if (charCount(cut + grapheme) > maxChars) break;
    cut += grapheme;
  }
  return cut;
}

/** Limits a field as `maxlength` does, which counts UTF-16 code units instead. */
export function limitInput(event: InputEvent, maxChars: number): void {
  const field = event.target as HTMLInputElement;
  if (!event.isComposing && charCount(field.value) > maxChars)
    field.value = cutText(field.value, maxChars);
}
