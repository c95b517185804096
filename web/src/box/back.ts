/**
 * The browser's Back closes one screen after the other where the panel covers the page. Each screen
 * has an entry of the history with the page's own address and state.
 */
import type { CaPanel } from './panel.ts';

/** After a reload the entries of before belong to no panel. */
const SESSION = Math.random().toString(36);

interface Entry {
  causerie?: { session: string; depth: number };
}

let panel: CaPanel | undefined;
/** A move that the browser has not made yet. */
let isMoving = false;
let historyLength = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Returns a function that ends it and removes the entries. */
export function followHistory(followed: CaPanel): () => void {
  panel = followed;
  addEventListener('popstate', onPopState);
  addEventListener('pagehide', forget);
  matchHistory();
  return () => {
    panel = undefined;
    // An element that only moves in the page is followed again at once.
    timer = setTimeout(matchHistory);
  };
}

const depthNow = (): number => {
  const entry = (history.state as Entry | null)?.causerie;
  return entry?.session === SESSION ? entry.depth : 0;
};

/** Makes as many entries as there are screens. */
export function matchHistory(): void {
  clearTimeout(timer);
  if (isMoving) return;
  const screens = panel?.screens.length ?? 0;
  let depth = depthNow();
  if (depth > screens) {
    isMoving = true;
    history.go(screens - depth);
  }
  while (depth < screens) {
    const state = typeof history.state === 'object' ? history.state : {};
    history.pushState({ ...state, causerie: { session: SESSION, depth: ++depth } }, '');
  }
  historyLength = history.length;
}

function onPopState(): void {
  if (isMoving) {
    isMoving = false;
    return matchHistory();
  }
  // The page has added an entry, such as one with another fragment.
  if (history.length !== historyLength) historyLength = history.length;
  else panel?.keepScreens(depthNow());
}

/** A page in the back/forward cache keeps its entries. */
function forget(): void {
  clearTimeout(timer);
  isMoving = false;
}
