import { expect, test } from 'vitest';
import { contrast, readableUnderWhite, textOn } from './color.ts';

test('contrast is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 1);
  expect(contrast('#7b1fa2', '#7b1fa2')).toBe(1);
});

test('text on a colour is the readable one of black and white', () => {
  expect(textOn('#ffeb3b')).toBe('#000000');
  expect(textOn('#0b6b62')).toBe('#ffffff');
});

test('a darkened colour is readable, a dark one stays', () => {
  for (const color of ['#ffffff', '#ffeb3b', '#00ff00', '#777777'])
    expect(contrast(readableUnderWhite(color), '#ffffff')).toBeGreaterThanOrEqual(4.5);
  expect(readableUnderWhite('#0b6b62')).toBe('#0b6b62');
});
