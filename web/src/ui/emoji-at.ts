/** The emoji picker, fetched when it is first asked for. */
export const openEmojiPicker = async (button: HTMLElement): Promise<string | null> =>
  (await import('./emoji.ts')).pickEmoji(button);
