/** How long a text stays for screen readers. */
const ANNOUNCED_MS = 10_000;

/**
 * Adds a text to the region `[data-announcer]`, which exists before its first text. No text replaces
 * another before it is heard.
 */
export function announce(root: ParentNode, text: string): void {
  const line = document.createElement('p');
  line.textContent = text;
  root.querySelector('[data-announcer]')?.append(line);
  setTimeout(() => line.remove(), ANNOUNCED_MS);
}
