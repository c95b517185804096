import { expect, it } from 'vitest';
import { charCount, isOnlyEmoji } from './graphemes.ts';
import { cutText } from './limit-input.ts';

it('shows one to three emoji of any form large', () => {
  for (const text of ['👍', '👩‍👩‍👧‍👦', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🇫🇷 🇩🇪', '1️⃣2️⃣', '❤️', '🧑🏽‍🚀👍🏿 🎉'])
    expect(isOnlyEmoji(text), text).toBe(true);
  for (const text of ['', ' ', 'a', '👍a', '12', '👍👍👍👍', '©', '🇫'])
    expect(isOnlyEmoji(text), text).toBe(false);
});

it('cuts names at the service’s limit between graphemes', () => {
  expect(charCount('👍'.repeat(100))).toBe(100);
  expect(cutText('👍'.repeat(101), 100)).toBe('👍'.repeat(100));
  expect(cutText('🇫🇷'.repeat(51), 99)).toBe('🇫🇷'.repeat(49));
  expect(cutText('short', 100)).toBe('short');
});
