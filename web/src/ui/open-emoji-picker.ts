import { withErrorToast } from './toast.ts';

/** Opens the emoji picker, which is loaded on first use to keep the box small. Null if it is closed. */
export const openEmojiPicker = async (button: HTMLElement): Promise<string | null> =>
  (await withErrorToast(button, import('./emoji.ts')))?.pickEmoji(button) ?? null;
