import { expect, it } from 'vitest';
import { en as ofPanel } from './en.ts';
import { fr as frenchOfPanel } from './fr.ts';
import { fill, loadScreenTexts, t, useLanguage } from './index.ts';
import { screensEn } from './screens.en.ts';
import { screensFr } from './screens.fr.ts';
import { dashboardText } from '../dashboard/texts.ts';

const en = { ...ofPanel, ...screensEn };
const fr = { ...frenchOfPanel, ...screensFr };

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

it('keeps French punctuation on the line of its word', async () => {
  await useLanguage('fr');
  const dashboard = ['block_sure', 'remove_sure'] as const;
  for (const text of [...Object.values(fr), ...dashboard.map((key) => dashboardText(key))]) {
    expect(text).not.toMatch(/[ \w}][!?;:»]|« /);
    expect(text).not.toMatch(/\u00a0[!?;]|\u202f:/);
  }
});

it('groups digits as the language does', async () => {
  await useLanguage('fr');
  expect(fill('{n} membre|{n} membres', { n: 6000 })).toBe('6\u202f000 membres');
  await useLanguage('en');
  expect(fill('{n} member|{n} members', { n: 6000 })).toBe('6,000 members');
});

it('has the texts of menus and screens once they are loaded, in any language', async () => {
  await useLanguage('en');
  await loadScreenTexts();
  expect([t('chat'), t('rename')]).toEqual(['Chat', 'Rename']);
  await useLanguage('fr');
  expect([t('back'), t('rename')]).toEqual(['Retour', 'Renommer']);
});
