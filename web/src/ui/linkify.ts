/** Finds addresses in plain text. Only http and https, and only what a URL parser agrees with. */
export type Piece = { text: string; href?: string };

const ADDRESS = /\bhttps?:\/\/[^\s<>"“”«»]+/gi;

export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    const href = safe(address);
    if (!href) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** The full stop after an address ends the sentence; a closing bracket belongs to it only if it was opened there. */
function trimmed(address: string): string {
  for (;;) {
    const last = address.at(-1)!;
    const open = { ')': '(', ']': '[', '}': '{' }[last];
    const unopened = open && address.split(open).length < address.split(last).length;
    if (!/[.,;:!?'’…]/.test(last) && !unopened) return address;
    address = address.slice(0, -1);
  }
}

function safe(address: string): string | undefined {
  try {
    const url = new URL(address);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
