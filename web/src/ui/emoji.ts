/** A small choice of emoji in the system's font. Nothing is fetched. */
import { html, render } from 'lit';
import { t } from '../i18n/index.ts';

const EMOJI = [
  '👍 ❤️ 😂 🎉 😮 🙏 🙂 😀 😄 😅 🤣 😉 😊 😍 😘 😎 🤔 🤗 😐 😴',
  '😢 😭 😡 🥳 🤩 🙄 👏 🙌 👋 💪 🤝 👌 ✌️ 🤞 👎 👀 🔥 ✨ ⭐ 💯',
  '✅ ❌ ❓ 💡 📌 📅 🌷 🌱 🌞 🌧️ ☕ 🍰 🍅 🥖 🎁 🎨 🐈 🐝 🏡 🚲',
].flatMap((line) => line.split(' '));

/** Opens the picker beside a button. Resolves to null if the user closes it. */
export function pickEmoji(button: HTMLElement): Promise<string | null> {
  const host = document.createElement('div');
  host.className = 'ca-menu ca-emoji';
  host.setAttribute('role', 'dialog');
  host.setAttribute('aria-label', t('emoji'));
  host.popover = 'auto';
  return new Promise((resolve) => {
    let chosen: string | null = null;
    const choose = (emoji: string) => {
      chosen = emoji;
      host.hidePopover();
    };
    render(
      EMOJI.map(
        (emoji) =>
          html`<button class="ca-emojione" @click=${() => choose(emoji)}>${emoji}</button>`,
      ),
      host,
    );
    host.addEventListener('keydown', (event) => {
      const buttons = [...host.querySelectorAll('button')];
      const now = buttons.indexOf(
        (host.getRootNode() as ShadowRoot).activeElement as HTMLButtonElement,
      );
      const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
      if (event.key === 'Escape') host.hidePopover();
      else if (step) buttons[Math.min(buttons.length - 1, Math.max(0, now + step))]?.focus();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    host.addEventListener('toggle', (event) => {
      if ((event as ToggleEvent).newState !== 'closed') return;
      if (host.contains((host.getRootNode() as ShadowRoot).activeElement)) button.focus();
      host.remove();
      resolve(chosen);
    });
    const root = button.getRootNode() as ShadowRoot;
    (root.querySelector('[data-menus]') ?? root.lastElementChild ?? root).append(host);
    host.showPopover();
    const at = button.getBoundingClientRect();
    const { width, height } = host.getBoundingClientRect();
    host.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
    host.style.top = `${Math.max(8, at.top - height - 6 > 0 ? at.top - height - 6 : at.bottom + 6)}px`;
    host.querySelector('button')?.focus();
  });
}
