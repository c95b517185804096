/**
 * `/causerie.js`: the bubble only. The store loads when the page is idle, the panel on first
 * opening. This file is on every page of the site, so it uses no library.
 */
import type { Core } from '../box/core.ts';
import css from './loader.css?inline';

declare const __CORE__: string;

type Identify = () => Promise<string> | string;
const script = document.currentScript as HTMLScriptElement | null;
/** The service's origin: the script's own. */
const SERVER = new URL(script?.src || location.href).origin;

let identify: Identify | undefined;
const boxes = new Set<CauserieChat>();

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';
function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG_NAMESPACE, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG_NAMESPACE, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

class CauserieChat extends HTMLElement {
  static observedAttributes = ['site', 'server'];
  #bubble = document.createElement('button');
  #badge = document.createElement('span');
  #core: Promise<Core> | undefined;
  #ready: Core | undefined;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    this.#bubble.className = 'bubble';
    this.#bubble.setAttribute('part', 'bubble-button');
    this.#bubble.setAttribute('aria-haspopup', 'dialog');
    this.#bubble.setAttribute('aria-expanded', 'false');
    this.#bubble.setAttribute('aria-label', 'Chat');
    this.#badge.className = 'badge';
    this.#badge.setAttribute('part', 'badge');
    this.#badge.hidden = true;
    this.#bubble.append(icon('M4 5h16v11H9l-5 4V5z'), this.#badge);
    this.#bubble.onclick = () => this.toggle();
    root.append(this.#bubble);
    root.addEventListener('ca-close', () => this.close());
  }

  connectedCallback(): void {
    boxes.add(this);
    this.#startWhenIdle();
  }

  disconnectedCallback(): void {
    boxes.delete(this);
    this.#stopCore();
  }

  attributeChangedCallback(_: string, before: string | null): void {
    if (before !== null && this.isConnected) this.again();
  }

  get open(): boolean {
    return this.hasAttribute('open');
  }

  toggle(): void {
    if (this.open) this.close();
    else void this.show();
  }

  /** Opens the panel, optionally on a conversation. */
  async show(conversation?: string): Promise<void> {
    this.setAttribute('open', '');
    this.#bubble.setAttribute('aria-expanded', 'true');
    const core = await this.#load();
    if (!this.open) return;
    await (conversation ? core?.show(conversation) : core?.open());
    this.dispatchEvent(new Event('causerie-open', { bubbles: true }));
  }

  close(): void {
    if (!this.open) return;
    this.removeAttribute('open');
    this.#bubble.setAttribute('aria-expanded', 'false');
    this.#ready?.close();
    this.#bubble.focus();
    this.dispatchEvent(new Event('causerie-close', { bubbles: true }));
  }

  /** Starts over after the member or the site changed. */
  again(): void {
    this.#stopCore();
    this.#startWhenIdle();
    if (this.open) void this.show();
  }

  #stopCore(): void {
    void this.#core?.then(
      (core) => core.stop(),
      () => undefined,
    );
    this.#core = this.#ready = undefined;
    this.#showUnread(0, 'Chat');
  }

  /** Starts when the page is idle or, with data saving, on first opening. */
  #startWhenIdle(): void {
    if (!identify || (navigator as { connection?: { saveData?: boolean } }).connection?.saveData)
      return;
    const loadWhenIdle = () => (window.requestIdleCallback ?? setTimeout)(() => void this.#load());
    if (document.readyState === 'complete') loadWhenIdle();
    else addEventListener('load', loadWhenIdle, { once: true });
  }

  #load(): Promise<Core | undefined> {
    if (!this.isConnected) return Promise.resolve(undefined);
    const server = this.getAttribute('server') || SERVER;
    this.#core ??= import(/* @vite-ignore */ new URL(__CORE__, server).href).then(
      async ({ start }) => {
        const options = {
          server,
          site: this.getAttribute('site') ?? '',
          identify: () => (identify ?? missingIdentify)(),
        };
        const core: Core = await start(
          this,
          this.shadowRoot!,
          options,
          () => this.#ready && this.#showUnread(this.#ready.unread, this.#ready.label),
        );
        this.#ready = core;
        this.#showUnread(core.unread, core.label);
        return core;
      },
    );
    // A failed import, for example offline, may be retried.
    this.#core.catch(() => (this.#core = undefined));
    return this.#core;
  }

  #showUnread(unread: number, label: string): void {
    this.#badge.hidden = unread === 0;
    this.#badge.textContent = unread > 99 ? '99+' : String(unread);
    this.#bubble.setAttribute('aria-label', label);
    if (this.getAttribute('page-title') === 'off') return;
    const title = document.title.replace(/^\(\d+\+?\) /, '');
    document.title = unread ? `(${this.#badge.textContent}) ${title}` : title;
  }
}

function missingIdentify(): never {
  throw new Error('causerie.identify() was not called');
}

const causerie = {
  /**
   * Sets the function that returns a token. It is called when a token is needed and before it
   * expires.
   */
  identify(how: Identify): void {
    identify = how;
    for (const box of boxes) box.again();
  },
  open: (conversation?: string) => boxes.forEach((box) => void box.show(conversation)),
  close: () => boxes.forEach((box) => box.close()),
};

// A page may have queued its function before this script loaded: `causerie = { q: [fn] }`.
const queued = (window as { causerie?: { q?: Identify[] } }).causerie?.q;
(window as { causerie?: unknown }).causerie = causerie;
if (!customElements.get('causerie-chat')) customElements.define('causerie-chat', CauserieChat);
if (queued?.[0]) causerie.identify(queued[0]);
dispatchEvent(new Event('causerie-ready'));
