import { expect, it } from 'vitest';
import { en } from './en.ts';
import { fill, useLanguage } from './index.ts';
import { fr } from './fr.ts';

const holes = (text: string): string[] =>
  [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();

it('both languages have the same keys and placeholders', () => {
  expect(Object.keys(fr).sort()).toEqual(Object.keys(en).sort());
  for (const key of Object.keys(en) as (keyof typeof en)[]) {
    expect(fr[key].split('|').length, key).toBe(en[key].split('|').length);
    expect(new Set(holes(fr[key])), key).toEqual(new Set(holes(en[key])));
    expect(fr[key].trim(), key).not.toBe('');
  }
});

it('uses the plural rules of the language', async () => {
  await useLanguage('fr');
  expect([0, 1, 2].map((n) => fill('{n} message|{n} messages', { n }))).toEqual([
    '0 message',
    '1 message',
    '2 messages',
  ]);
  await useLanguage('en');
  expect([0, 1, 2].map((n) => fill('{n} message|{n} messages', { n }))).toEqual([
    '0 messages',
    '1 message',
    '2 messages',
  ]);
});
