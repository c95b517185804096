import { expect, it } from 'vitest';
import { fill } from './index.ts';
import { isBlank, isolate } from './text.ts';

it('leaves left-to-right names unchanged', () => {
  for (const name of ['Zoé Martin', 'Łukasz', '山田', '👩‍🚀', '']) expect(isolate(name)).toBe(name);
});

it('isolates names that change the direction around them', () => {
  expect(isolate('דנה')).toBe('\u2068דנה\u2069');
  expect(isolate('Bob\u202e')).toBe('\u2068Bob\u2069');
  expect(isolate('a\u2069b')).toBe('\u2068ab\u2069');
  expect(fill('{a} is typing…', { a: 'سارة' })).toBe('\u2068سارة\u2069 is typing…');
  expect(fill('{name}: {text}', { name: 'Ana', text: 'שלום' })).toBe('Ana: \u2068שלום\u2069');
  expect(fill('{names} reacted', { names: ['דנה', 'Ana', 'רון'] })).toBe(
    '\u2068דנה\u2069, Ana, \u2068רון\u2069 reacted',
  );
});

it('detects text without visible characters', () => {
  for (const blank of [
    '',
    ' \n',
    '\u200b',
    '\ufeff',
    '\u3164',
    '\u2800',
    '\u00ad',
    '\u{e0020}',
    '\u202e',
    '\ufdd0',
    '\u{1d159}',
    '\u{13441}',
    '\u{16fe4}',
    '\u{10ffff}',
  ])
    expect(isBlank(blank), JSON.stringify(blank)).toBe(true);
  for (const shown of ['a', '👩‍🚀', 'نام\u200cها', '.', '0']) expect(isBlank(shown)).toBe(false);
});
