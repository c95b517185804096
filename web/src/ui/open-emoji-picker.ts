import type { RecentEmoji } from './emoji.ts';
import { withErrorToast } from './toast.ts';

/**
 * Opens the emoji picker, or quick reactions that lead to it, loaded on first use to keep the box
 * small. Null if it is closed.
 */
export const openEmojiPicker = async (
  button: HTMLElement,
  storage: RecentEmoji,
  kind: 'pickEmoji' | 'pickReaction' = 'pickEmoji',
): Promise<string | null> =>
  (await withErrorToast(button, import('./emoji.ts')))?.[kind](button, storage) ?? null;
