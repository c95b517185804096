import type { RecentEmoji } from './emoji.ts';
import { loadScreenTexts } from '../i18n/index.ts';
import { withErrorToast } from './toast.ts';

/**
 * Opens the emoji picker, or quick reactions that lead to it, loaded on first use to keep the box
 * small. Null if it is closed.
 */
export const openEmojiPicker = async (
  button: HTMLElement,
  storage: RecentEmoji,
  kind: 'pickEmoji' | 'pickReaction' = 'pickEmoji',
): Promise<string | null> => {
  const parts = Promise.all([import('./emoji.ts'), loadScreenTexts()]);
  const [picker] = (await withErrorToast(button, parts)) ?? [];
  return picker?.[kind](button, storage) ?? null;
};
