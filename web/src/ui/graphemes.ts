/** Characters as readers count them, and as the service counts them. */
const segmenter = typeof Intl.Segmenter === 'function' ? new Intl.Segmenter() : undefined;

export function* graphemes(text: string): Generator<string> {
  if (!segmenter) yield* text;
  else for (const { segment } of segmenter.segment(text)) yield segment;
}

/** The service's unit: Unicode scalar values. */
export const charCount = (text: string): number => [...text].length;

const EMOJI = /^(?![©®™])(\p{Extended_Pictographic}|\p{RI}\p{RI}|[\d#*]\ufe0f?\u20e3)/u;

/** Whether a text is one to three emoji, which are shown large. */
export function isOnlyEmoji(text: string): boolean {
  const found: string[] = [];
  for (const grapheme of graphemes(text)) {
    if (!grapheme.trim()) continue;
    if (found.length === 3 || !EMOJI.test(grapheme)) return false;
    found.push(grapheme);
  }
  return found.length > 0;
}
