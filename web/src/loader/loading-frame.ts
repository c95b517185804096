/** What stands in for the panel until it has loaded, or when it cannot be loaded. */
const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

/** Sets attributes and appends children. */
export function build<E extends Element>(
  element: E,
  attributes: Record<string, string>,
  ...children: Element[]
): E {
  for (const name in attributes) element.setAttribute(name, attributes[name]!);
  element.append(...children);
  return element;
}

export const create = document.createElement.bind(document);
const createSvg = (tag: string) => document.createElementNS(SVG_NAMESPACE, tag);

export const icon = (path: string): Element =>
  build(
    createSvg('svg'),
    { viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    build(createSvg('path'), { d: path }),
  );

const TEXTS = {
  en: ['Close', 'Loading…', 'The chat didn’t load.', 'Try again'],
  fr: ['Fermer', 'Chargement…', 'Le chat n’a pas chargé.', 'Réessayer'],
} as const;

export class LoadingFrame {
  #text = build(create('p'), { role: 'status' });
  #close = build(create('button'), { class: 'frame-close' }, icon('M6 6l12 12M18 6L6 18'));
  #retry = create('button');
  #frame = build(
    create('div'),
    { class: 'frame', role: 'dialog', 'aria-label': 'Chat' },
    this.#close,
    this.#text,
  );
  hasFailed = false;

  constructor(close: () => void, retry: () => void) {
    this.#close.onclick = close;
    this.#retry.onclick = retry;
  }

  showIn(root: ShadowRoot, hasFailed = false): void {
    const language = root.host.closest<HTMLElement>('[lang]')?.lang || navigator.language;
    const [close, loading, failed, retry] = TEXTS[/^fr/i.test(language) ? 'fr' : 'en'];
    this.hasFailed = hasFailed;
    this.#close.ariaLabel = close;
    this.#text.textContent = hasFailed ? failed : loading;
    this.#retry.textContent = retry;
    if (hasFailed) this.#frame.append(this.#retry);
    else this.#retry.remove();
    if (this.#frame.isConnected) return;
    const hadFocus = root.activeElement;
    root.append(this.#frame);
    // The bubble may be hidden now.
    if (hadFocus) this.#close.focus();
  }

  remove(): void {
    this.hasFailed = false;
    this.#frame.remove();
  }
}
