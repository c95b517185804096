/**
 * Where the panel covers the page, as on a phone: the page behind it cannot be reached or scrolled,
 * and the panel fits into what an on-screen keyboard leaves visible.
 */
import { followHistory } from './back.ts';
import type { CaPanel } from './panel.ts';

export { matchHistory } from './back.ts';

const FOCUSABLE = 'button, a[href], input, textarea, select, [tabindex]';
/** A reader who has zoomed in moves the visible part over the panel. */
const MAX_SCALE = 1.01;

/** Returns a function that undoes everything. */
export function coverPage(panel: CaPanel): () => void {
  const root = panel.getRootNode() as ShadowRoot;
  const undo = [makeInert(root.host), lockScroll(), fitIntoViewport(panel), followHistory(panel)];
  const cycle = (event: KeyboardEvent): void => cycleFocus(event, panel, root);
  panel.addEventListener('keydown', cycle);
  return () => {
    panel.removeEventListener('keydown', cycle);
    for (const step of undo) step();
  };
}

/** Everything beside the element and its ancestors, also across shadow roots. */
function makeInert(element: Element): () => void {
  const changed: HTMLElement[] = [];
  for (let at: Node = element; at !== document.body && at.parentNode;) {
    const parent: Node = at.parentNode;
    for (const sibling of (parent as ParentNode).children ?? [])
      if (sibling !== at && sibling instanceof HTMLElement && !sibling.inert) {
        sibling.inert = true;
        changed.push(sibling);
      }
    at = parent instanceof ShadowRoot ? parent.host : parent;
  }
  return () => changed.forEach((sibling) => (sibling.inert = false));
}

function lockScroll(): () => void {
  const { style } = document.documentElement;
  const before = style.overflow;
  style.overflow = 'hidden';
  return () => (style.overflow = before);
}

function fitIntoViewport({ style }: HTMLElement): () => void {
  const viewport = window.visualViewport;
  const fit = (): void => {
    if (!viewport || viewport.scale > MAX_SCALE) return;
    style.setProperty('--ca-visible-top', `${viewport.offsetTop}px`);
    style.setProperty('--ca-visible-height', `${viewport.height}px`);
  };
  fit();
  viewport?.addEventListener('resize', fit);
  viewport?.addEventListener('scroll', fit);
  return () => {
    viewport?.removeEventListener('resize', fit);
    viewport?.removeEventListener('scroll', fit);
    style.removeProperty('--ca-visible-top');
    style.removeProperty('--ca-visible-height');
  };
}

function cycleFocus(event: KeyboardEvent, panel: CaPanel, root: ShadowRoot): void {
  // Menus and dialogs have their own rules.
  if (event.key !== 'Tab' || panel.querySelector(':popover-open, dialog[open]')) return;
  const reachable = [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (element) =>
      element.tabIndex >= 0 && !element.matches(':disabled') && element.checkVisibility(),
  );
  const [leaving, entering] = event.shiftKey
    ? [reachable[0], reachable.at(-1)]
    : [reachable.at(-1), reachable[0]];
  if (root.activeElement !== leaving) return;
  event.preventDefault();
  entering?.focus();
}
