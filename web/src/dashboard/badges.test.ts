import { expect, test } from 'vitest';
import { badgeLabel } from '../ui/labels.ts';
import { badgeOfText, nameOfText, newBadgeName } from './badges.ts';

const BADGES = {
  'vip-gold': { label: { en: 'VIP Gold', fr: 'VIP Or' }, color: '#ffd700' },
  bees: { label: { en: null, fr: 'Abeilles' }, color: null },
  plain: { label: { en: null, fr: null }, color: null },
};

test('a name is made of a free text', () => {
  for (const [text, name] of [
    ['VIP Gold', 'vip-gold'],
    ['  Été & hiver ! ', 'ete-hiver'],
    ['_a_b', 'a_b'],
    ['beekeeper', 'beekeeper'],
    ['x'.repeat(60), 'x'.repeat(32)],
    ['ﬁrst №1', 'first-no1'],
  ])
    expect(nameOfText(text!)).toBe(name);
});

test('every text has a valid name', () => {
  for (const text of ['会員', '🐝', '--', 'ß', `${'a'.repeat(31)} b`, 'Ünï cödé', '9'])
    expect(nameOfText(text), text).toMatch(/^[a-z0-9][a-z0-9_-]{0,31}$/);
  expect(nameOfText('会員')).not.toBe(nameOfText('会長'));
});

test('a new badge does not take the name of another', () => {
  expect(newBadgeName(BADGES, 'Vip gold!')).toBe('vip-gold-2');
  expect(newBadgeName({ [`${'a'.repeat(32)}`]: BADGES.plain }, 'a'.repeat(40))).toBe(
    `${'a'.repeat(30)}-2`,
  );
});

test('a badge is found by its name and by its labels', () => {
  expect(badgeOfText(BADGES, ' vip gold')).toBe('vip-gold');
  expect(badgeOfText(BADGES, 'ABEILLES')).toBe('bees');
  expect(badgeOfText(BADGES, 'plain')).toBe('plain');
  expect(badgeOfText(BADGES, 'VIP')).toBeUndefined();
});

test('a label falls back to the other language and the name', () => {
  expect(badgeLabel(BADGES, 'vip-gold')).toBe('VIP Gold');
  expect(badgeLabel(BADGES, 'bees')).toBe('Abeilles');
  expect(badgeLabel(BADGES, 'plain')).toBe('plain');
  expect(badgeLabel(undefined, 'other')).toBe('other');
});
