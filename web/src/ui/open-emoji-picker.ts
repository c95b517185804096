/** Loads the emoji picker on first use. */
export const openEmojiPicker = async (button: HTMLElement): Promise<string | null> =>
  (await import('./emoji.ts')).pickEmoji(button);
