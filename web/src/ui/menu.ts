/** A popover menu beside its button, with arrow keys and Escape. Closing restores the focus. */
import { html, render, type TemplateResult } from 'lit';
import { icon, type Icon } from './icons.ts';

export interface MenuItem {
  label: string;
  icon?: Icon;
  danger?: boolean;
  run(): void;
}

const MARGIN_PX = 8;

export function openMenu(button: HTMLElement, label: string, items: (MenuItem | false)[]): void {
  const shown = items.filter((item) => item !== false);
  const host = document.createElement('div');
  host.className = 'ca-menu';
  host.setAttribute('part', 'menu');
  host.setAttribute('role', 'menu');
  host.setAttribute('aria-label', label);
  host.popover = 'auto';
  const close = (then?: () => void) => {
    host.hidePopover();
    if (then) then();
  };
  const menuItem = (item: MenuItem): TemplateResult =>
    html`<button
      role="menuitem"
      tabindex="-1"
      class=${item.danger ? 'ca-danger' : ''}
      @click=${() => close(item.run)}
    >
      ${item.icon ? icon(item.icon) : null}${item.label}
    </button>`;
  render(shown.map(menuItem), host);
  host.addEventListener('keydown', (event) => onKeydown(event, host, close));
  host.addEventListener('toggle', (event) => {
    if ((event as ToggleEvent).newState !== 'closed') return;
    button.setAttribute('aria-expanded', 'false');
    if (host.contains((host.getRootNode() as ShadowRoot).activeElement)) button.focus();
    host.remove();
  });
  const root = button.getRootNode() as ShadowRoot;
  (root.querySelector('[data-menus]') ?? root.lastElementChild ?? root).append(host);
  button.setAttribute('aria-expanded', 'true');
  host.showPopover();
  place(host, button.getBoundingClientRect());
  host.querySelector('button')?.focus();
}

function place(host: HTMLElement, at: DOMRect): void {
  const { width, height } = host.getBoundingClientRect();
  const below = at.bottom + height + MARGIN_PX <= innerHeight;
  const left = Math.min(Math.max(MARGIN_PX, at.right - width), innerWidth - width - MARGIN_PX);
  host.style.left = `${left}px`;
  host.style.top = `${Math.max(MARGIN_PX, below ? at.bottom + 4 : at.top - height - 4)}px`;
}

function onKeydown(event: KeyboardEvent, host: HTMLElement, close: () => void): void {
  const items = [...host.querySelectorAll<HTMLElement>('button')];
  const now = items.indexOf((host.getRootNode() as ShadowRoot).activeElement as HTMLElement);
  const to = {
    ArrowDown: now + 1,
    ArrowUp: now - 1 + items.length,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (to !== undefined) items[to % items.length]?.focus();
  else if (event.key !== 'Escape' && event.key !== 'Tab') return;
  else close();
  event.preventDefault();
  // Escape must not close the panel behind the menu.
  event.stopPropagation();
}
