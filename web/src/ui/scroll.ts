/**
 * Keeps the wheel from the page unless something inside `root` scrolls. Where `overscroll-behavior`
 * applies to elements that do not scroll, the styles suffice.
 */
export function keepScrollFromPage(root: HTMLElement): void {
  root.addEventListener(
    'wheel',
    (event) => {
      const inside = event.composedPath().slice(0, event.composedPath().indexOf(root));
      const scrolls = inside.some(
        (element) =>
          element instanceof Element &&
          element.scrollHeight > element.clientHeight &&
          /auto|scroll/.test(getComputedStyle(element).overflowY),
      );
      // With Ctrl it zooms.
      if (!scrolls && !event.ctrlKey) event.preventDefault();
    },
    { passive: false },
  );
}
