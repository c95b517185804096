/**
 * Finds web addresses in plain text: http and https only, and only if the URL parser accepts them.
 */
export type TextPart = { text: string; href?: string };

const WEB_ADDRESS = /\bhttps?:\/\/[^\s<>"“”«»]+/gi;

export function linkify(text: string): TextPart[] {
  const pieces: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(WEB_ADDRESS)) {
    const address = withoutTrailingPunctuation(match[0]);
    const href = httpUrl(address);
    if (!href) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/**
 * Punctuation at the end belongs to the sentence, and so does a bracket that the address does not
 * open.
 */
function withoutTrailingPunctuation(address: string): string {
  for (;;) {
    const last = address.at(-1)!;
    const open = { ')': '(', ']': '[', '}': '{' }[last];
    const unopened = open && address.split(open).length < address.split(last).length;
    if (!/[.,;:!?'’…]/.test(last) && !unopened) return address;
    address = address.slice(0, -1);
  }
}

function httpUrl(address: string): string | undefined {
  try {
    const url = new URL(address);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
