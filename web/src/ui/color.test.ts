import { expect, test } from 'vitest';
import { MIN_TEXT_CONTRAST, contrast, readableOn, textOn } from './color.ts';

const COLORS = ['#000000', '#ffffff', '#ffeb3b', '#00ff00', '#7b1fa2', '#777777', '#15181b'];

test('contrast is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 1);
  expect(contrast('#7b1fa2', '#7b1fa2')).toBe(1);
});

test('text on a colour is the readable one of black and white', () => {
  expect(textOn('#ffeb3b')).toBe('#000000');
  expect(textOn('#0b6b62')).toBe('#ffffff');
  for (const color of COLORS)
    expect(contrast(color, textOn(color))).toBeGreaterThanOrEqual(MIN_TEXT_CONTRAST);
});

test('any colour becomes readable on both surfaces, a readable one stays', () => {
  for (const surface of ['#ffffff', '#15181b'])
    for (const color of COLORS)
      expect(contrast(readableOn(color, surface), surface)).toBeGreaterThanOrEqual(
        MIN_TEXT_CONTRAST,
      );
  expect(readableOn('#0b6b62', '#ffffff')).toBe('#0b6b62');
});
