/** The emoji picker and the quick reactions, in the system's font. Loaded on demand. */
import { html, nothing, render, type TemplateResult } from 'lit';
import type { BrowserStorage } from '../client/storage.ts';
import { locale, t } from '../i18n/index.ts';
import { adoptStyles } from './element.ts';
import { emojiStyles } from './emoji.styles.ts';
import { icon } from './icons.ts';
import { searchable } from './searchable.ts';

export type RecentEmoji = Pick<BrowserStorage, 'recentEmoji' | 'saveRecentEmoji'>;

/** As `scripts/emoji.mjs` writes them: an emoji, its name and further words, separated by `|`. */
interface Group {
  name: string;
  emoji: string[];
}

const QUICK = ['👍', '❤️', '😂', '😮', '🙏'];
/** Shown before any is used, and without a network. */
const COMMON = [
  '👍 ❤️ 😂 🎉 😮 🙏 🙂 😀 😄 😅 🤣 😉 😊 😍 😘 😎 🤔 🤗 😐 😴',
  '😢 😭 😡 🥳 🤩 🙄 👏 🙌 👋 💪 🤝 👌 ✌️ 🤞 👎 👀 🔥 ✨ ⭐ 💯',
  '✅ ❌ ❓ 💡 📌 📅 🌷 🌱 🌞 🌧️ ☕ 🍰 🍅 🥖 🎁 🎨 🐈 🐝 🏡 🚲',
].flatMap((line) => line.split(' '));
/** Of the tabs, in the order of the groups. */
const SYMBOLS = ['😀', '👋', '🐻', '🍎', '🚗', '⚽', '💡', '❤️', '🏁'];
const MAX_RECENT = 24;
const MAX_FOUND = 160;
const MARGIN_PX = 8;

const loadGroups = async (): Promise<Group[]> =>
  (await (locale() === 'fr' ? import('./emoji-fr.json') : import('./emoji-en.json'))).default;

const activeIn = (host: HTMLElement): Element | null =>
  (host.getRootNode() as ShadowRoot).activeElement;

/** The emoji whose words begin with all that is sought. */
function findEmoji(groups: readonly Group[], sought: string): string[] {
  const words = searchable(sought).split(/\s+/).filter(Boolean);
  return groups
    .flatMap(({ emoji }) => emoji)
    .filter((line) => {
      const text = searchable(line).replace(/[|’'-]/g, ' ');
      return words.every((word) => text.includes(` ${word}`));
    })
    .slice(0, MAX_FOUND);
}

/** Opens a dialog beside a button. Resolves to null if the user closes it. */
function openBeside(
  button: HTMLElement,
  label: string,
  fill: (host: HTMLElement, choose: (emoji: string) => void) => void,
): Promise<string | null> {
  const root = button.getRootNode() as ShadowRoot;
  adoptStyles(root, emojiStyles);
  const host = document.createElement('div');
  host.className = 'ca-menu ca-emoji';
  host.setAttribute('role', 'dialog');
  host.setAttribute('aria-label', label);
  host.popover = 'auto';
  return new Promise((resolve) => {
    let chosen: string | null = null;
    host.addEventListener('keydown', (event) => onKeydown(event, host));
    host.addEventListener('toggle', (event) => {
      if ((event as ToggleEvent).newState !== 'closed') return;
      if (host.contains(activeIn(host))) button.focus();
      host.remove();
      resolve(chosen);
    });
    (root.querySelector('[data-menus]') ?? root.lastElementChild ?? root).append(host);
    fill(host, (emoji) => {
      chosen = emoji;
      host.hidePopover();
    });
    host.showPopover();
    place(host, button);
    const touch = matchMedia('(pointer: coarse)').matches;
    host.querySelector<HTMLElement>(touch ? '.ca-emojione' : 'input, button')?.focus();
  });
}

/** Above the button or the composer, or below where the space is too small, and inside the panel. */
function place(host: HTMLElement, button: HTMLElement): void {
  const at = (button.closest('ca-composer') ?? button).getBoundingClientRect();
  const within = button.closest('ca-conversation')?.getBoundingClientRect();
  const { width, height } = host.getBoundingClientRect();
  const [start, end] = [within?.left ?? 0, within?.right ?? innerWidth];
  const left = Math.max(start + MARGIN_PX, Math.min(at.left, end - width - MARGIN_PX));
  const above = at.top - height - MARGIN_PX;
  const top = above < MARGIN_PX ? at.bottom + MARGIN_PX : above;
  host.style.left = `${Math.max(MARGIN_PX, Math.min(left, innerWidth - width - MARGIN_PX))}px`;
  host.style.top = `${Math.max(MARGIN_PX, Math.min(top, innerHeight - height - MARGIN_PX))}px`;
}

/** Arrow keys move among the emoji, among the tabs, and from the search to the emoji. */
function onKeydown(event: KeyboardEvent, host: HTMLElement): void {
  const { key } = event;
  const active = activeIn(host) as HTMLElement | null;
  const emoji = [...host.querySelectorAll<HTMLElement>('.ca-emojione')];
  const isSearch = active instanceof HTMLInputElement;
  const isTab = active?.role === 'tab';
  const all = isTab ? [...host.querySelectorAll<HTMLElement>('[role=tab]')] : emoji;
  const columns = emoji.filter(({ offsetTop }) => offsetTop === emoji[0]!.offsetTop).length;
  const forward = getComputedStyle(host).direction === 'rtl' ? -1 : 1;
  const step = {
    ArrowRight: isSearch ? 0 : forward,
    ArrowLeft: isSearch ? 0 : -forward,
    ArrowDown: isTab || isSearch ? 0 : columns,
    ArrowUp: isTab || isSearch ? 0 : -columns,
  }[key];
  const index = all.indexOf(active!);
  if (key === 'Escape') host.hidePopover();
  else if (isSearch && key === 'Enter') emoji[0]?.click();
  else if ((isSearch || isTab) && key === 'ArrowDown') emoji[0]?.focus();
  else if (isTab && step) all[(index + step + all.length) % all.length]!.click();
  else if (step && index + step < 0) host.querySelector('input')?.focus();
  else if (step) all[Math.min(all.length - 1, index + step)]?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const emojiButton = (line: string, choose: (emoji: string) => void): TemplateResult => {
  const [emoji, name] = line.split('|') as [string, string | undefined];
  return html`<button class="ca-emojione" title=${name ?? nothing} @click=${() => choose(emoji)}>
    ${emoji}
  </button>`;
};

export function pickEmoji(button: HTMLElement, storage: RecentEmoji): Promise<string | null> {
  return openBeside(button, t('emoji'), (host, close) => {
    const recent = storage.recentEmoji();
    const first = { name: t('recent'), emoji: [...new Set([...recent, ...COMMON])] };
    let groups: Group[] | undefined;
    let shown = 0;
    let sought = '';
    const choose = (emoji: string) => {
      storage.saveRecentEmoji([...new Set([emoji, ...recent])].slice(0, MAX_RECENT));
      close(emoji);
    };
    const draw = () => {
      const tabs = [first, ...(groups ?? [])];
      const listed = sought ? findEmoji(groups ?? [], sought) : tabs[shown]!.emoji;
      render(
        html`<input
            class="ca-field"
            type="search"
            autocomplete="off"
            aria-label=${t('search')}
            placeholder=${t('search')}
            .value=${sought}
            @input=${search}
          />
          <div class="ca-tabs" role="tablist" aria-label=${t('emoji')}>
            ${tabs.map(({ name }, index) => {
              const selected = !sought && index === shown;
              return html`<button
                role="tab"
                aria-selected=${selected}
                aria-label=${name}
                title=${name}
                tabindex=${index === shown ? 0 : -1}
                @click=${() => select(index)}
              >
                ${index ? SYMBOLS[index - 1] : icon('clock')}
              </button>`;
            })}
          </div>
          <div class="ca-emojis" role="tabpanel" aria-label=${sought || tabs[shown]!.name}>
            ${
              listed.length
                ? listed.map((line) => emojiButton(line, choose))
                : html`<p role="status">${t(groups ? 'emoji_none' : 'loading')}</p>`
            }
          </div>`,
        host,
      );
    };
    const search = (event: Event) => {
      sought = (event.target as HTMLInputElement).value.trim();
      draw();
    };
    const select = (index: number) => {
      [shown, sought] = [index, ''];
      draw();
      host.querySelectorAll<HTMLElement>('[role=tab]')[index]!.focus();
      host.querySelector('.ca-emojis')!.scrollTop = 0;
    };
    draw();
    // Without a network the common ones remain.
    loadGroups()
      .catch(() => [])
      .then((loaded) => {
        groups = loaded;
        if (host.isConnected) draw();
      });
  });
}

/** Five quick reactions, and the way to all others. */
export async function pickReaction(
  button: HTMLElement,
  storage: RecentEmoji,
): Promise<string | null> {
  const chosen = await openBeside(button, t('react'), (host, close) => {
    host.classList.add('ca-quick');
    render(
      html`${QUICK.map((emoji) => emojiButton(emoji, close))}<button
          class="ca-emojione"
          aria-label=${t('emoji')}
          title=${t('emoji')}
          @click=${() => close('')}
        >
          ${icon('plus')}
        </button>`,
      host,
    );
  });
  return chosen === '' ? pickEmoji(button, storage) : chosen;
}
