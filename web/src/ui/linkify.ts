/**
 * Finds web addresses in plain text: http and https only, and only if the URL parser accepts them.
 */
export type TextPart = { text: string; href?: string };

/**
 * Up to white space, quotation marks, invisible characters or East Asian punctuation, which the URL
 * parser would take as part of the address: `。` even as a dot of the host name.
 */
const WEB_ADDRESS =
  /\bhttps?:\/\/[^\s<>"“”«»`\p{Default_Ignorable_Code_Point}\u3000-\u3004\u3008-\u3020\u3030\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+/giu;

/** A script without spaces, or an emoji, right after the letters and digits of an address. */
const TEXT_AFTER_ADDRESS =
  /(?<=[a-z0-9])[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Bopo}\p{sc=Thai}\p{Extended_Pictographic}].*$/iu;

/** Punctuation of the sentence after an address; `%`, `&`, `#`, `@`, `*` and `/` end some addresses. */
const PUNCTUATION_AT_END = /(?![%&#@*/])[\p{Po}\p{Pi}\p{Pf}\p{Ps}]+$/u;

const CLOSED_BY: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

export function linkify(text: string): TextPart[] {
  const pieces: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(WEB_ADDRESS)) {
    const address = withoutText(match[0]);
    const href = httpUrl(address);
    if (!href) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** An address without the text that follows it. */
function withoutText(match: string): string {
  let address = untilUnopenedBracket(match.replace(TEXT_AFTER_ADDRESS, ''));
  for (let before = ''; before !== address;) {
    before = address;
    address = address.replace(PUNCTUATION_AT_END, '');
  }
  return address;
}

function untilUnopenedBracket(address: string): string {
  const open: string[] = [];
  for (let at = 0; at < address.length; at++) {
    const char = address[at]!;
    const closing = CLOSED_BY[char];
    if (closing) open.push(closing);
    else if (/[)\]}]/.test(char) && open.pop() !== char) return address.slice(0, at);
  }
  return address;
}

function httpUrl(address: string): string | undefined {
  try {
    const url = new URL(address);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
