import { expect, it } from 'vitest';
import { linkify } from './linkify.ts';

const links = (text: string) => linkify(text).flatMap((piece) => (piece.href ? [piece.href] : []));

it('keeps every character of the text', () => {
  for (const text of [
    '',
    'a https://b.c d',
    'https://a.b',
    'x http://',
    '<a href="https://a.b">c</a>',
  ]) {
    expect(
      linkify(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  }
});

it('links only http and https addresses', () => {
  expect(links('see https://example.org/a?b=c#d, and http://example.org.')).toEqual([
    'https://example.org/a?b=c#d',
    'http://example.org/',
  ]);
  expect(
    links(
      'javascript:alert(1) data:text/html,x vbscript:x file:///etc ftp://a.b jaVascript://%0aalert(1)',
    ),
  ).toEqual([]);
});

it('excludes punctuation at the end from a link', () => {
  expect(links('(https://example.org/a)')).toEqual(['https://example.org/a']);
  expect(links('https://example.org/a_(b)')).toEqual(['https://example.org/a_(b)']);
  expect(links('« https://example.org/é »…')).toEqual(['https://example.org/%C3%A9']);
});

it.each([
  ['see https://example.org。Next', 'https://example.org/'],
  ['https://example.org/a、https', 'https://example.org/a'],
  ['（https://example.org/a）', 'https://example.org/a'],
  ['「https://example.org/a」です', 'https://example.org/a'],
  ['https://example.org/a！', 'https://example.org/a'],
  ['https://example.org/aを見て', 'https://example.org/a'],
  ['https://example.orgを見て', 'https://example.org/'],
  ['https://example.org/a에서', 'https://example.org/a'],
  ['https://example.org/a👍', 'https://example.org/a'],
  ['[a](https://example.org/a)b', 'https://example.org/a'],
  ['(see https://example.org/a_(b)), then', 'https://example.org/a_(b)'],
  ['https://example.org/a\u200b.', 'https://example.org/a'],
  ['https://example.org/a؟', 'https://example.org/a'],
  ['https://example.org/a›.', 'https://example.org/a'],
  ['https://example.org/a/?', 'https://example.org/a/'],
  ['https://example.org/a?b=c&d=%20', 'https://example.org/a?b=c&d=%20'],
])('%s: the link ends where the address ends', (text, link) => {
  expect(links(text)).toEqual([link]);
});

it('keeps international paths and host names', () => {
  expect(linkify('https://example.org/wiki/日本')[0]!.text).toBe('https://example.org/wiki/日本');
  expect(links('https://日本語.jp/')).toEqual(['https://xn--wgv71a119e.jp/']);
  expect(links('https://example.org/café')).toEqual(['https://example.org/caf%C3%A9']);
});
