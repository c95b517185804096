import { beforeAll, expect, it } from 'vitest';
import { useLanguage } from '../i18n/index.ts';
import { day, isSameDay, shortTime } from './time.ts';

beforeAll(() => useLanguage('en'));

const now = new Date(2026, 2, 4, 15, 30);
const at = (...parts: [number, number, number, number?, number?]): string =>
  new Date(...parts).toISOString();

it('formats a time by its distance from now', () => {
  expect(shortTime(at(2026, 2, 4, 15, 29), now)).toMatch(/3:29/);
  expect(shortTime(new Date(now.getTime() - 20_000).toISOString(), now)).toBe('just now');
  // The sender's clock may be ahead.
  expect(shortTime(new Date(now.getTime() + 90_000).toISOString(), now)).toBe('just now');
  expect(shortTime(at(2026, 2, 3, 23, 59), now)).toBe('Yesterday');
  expect(shortTime(at(2026, 1, 28, 9), now)).toBe('Sat');
  expect(shortTime(at(2026, 1, 1, 9), now)).toBe('Feb 1');
  expect(shortTime(at(2024, 1, 1, 9), now)).toBe('Feb 1, 2024');
});

it('separates days at midnight, not after 24 hours', () => {
  expect(day(at(2026, 2, 4, 0, 1), now)).toBe('Today');
  expect(day(at(2026, 2, 3, 23, 59), now)).toBe('Yesterday');
  expect(isSameDay(at(2026, 2, 3, 23, 59), at(2026, 2, 4, 0, 1))).toBe(false);
});
