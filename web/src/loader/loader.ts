/**
 * `/causerie.js`: the bubble only. The store loads when the page is idle, the panel on first
 * opening. This file is on every page of the site, so it uses no library.
 */
import type { Core, Screen } from '../box/core.ts';
import css from './loader.css?inline';
import { build, create, icon, LoadingFrame } from './loading-frame.ts';

declare const __CORE__: string;

type Identify = () => Promise<string> | string;
const script = document.currentScript as HTMLScriptElement | null;
/** The service's origin: the script's own. */
const SERVER = new URL(script?.src || location.href).origin;
/** After this time a panel that is still loading shows a frame. */
const FRAME_DELAY_MS = 150;
const RETRY_MS = 5_000;

let identify: Identify | undefined;
const boxes = new Set<CauserieChat>();
/** The unread count that the title of the page begins with. */
let titlePrefix = '';
/** Failed imports of the core. */
let failures = 0;

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

class CauserieChat extends HTMLElement {
  static observedAttributes = ['site', 'server', 'open'];
  #badge = build(create('span'), { class: 'badge', part: 'badge', hidden: '' });
  #bubble = build(
    create('button'),
    {
      class: 'bubble',
      part: 'bubble-button',
      'aria-haspopup': 'dialog',
      'aria-expanded': 'false',
      'aria-label': 'Chat',
    },
    icon('M4 5h16v11H9l-5 4V5z'),
    this.#badge,
  );
  #frame = new LoadingFrame(
    () => this.#closeByReader(),
    () => void this.show(),
  );
  #core: Promise<Core> | undefined;
  #ready: Core | undefined;
  /** What the stopped core showed. */
  #screen: Screen | undefined;
  /** The conversation to open once the panel has loaded. */
  #wanted: string | undefined;
  #isOpen = false;
  /** Whether the panel is on screen, and whether the page knows that it has opened. */
  #isShown = false;
  #isAnnounced = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    this.#bubble.onclick = () => this.toggle();
    root.append(this.#bubble);
    root.addEventListener('ca-close', () => this.#closeByReader());
  }

  connectedCallback(): void {
    boxes.add(this);
    // The core still runs if the element has only moved.
    if (!this.#core) this.start();
  }

  disconnectedCallback(): void {
    // A page that replaces its body puts the element back at once.
    setTimeout(() => {
      if (this.isConnected) return;
      boxes.delete(this);
      this.halt();
    });
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (name !== 'open') {
      if (before !== null && before !== after && this.isConnected) this.again();
    } else if (this.#isOpen === (after === null)) {
      // A page that updates its markup removes what it does not know, or restores it from a copy.
      if (this.#isOpen) this.setAttribute('open', '');
      else if (this.isConnected) void this.show();
    }
  }

  get open(): boolean {
    return this.hasAttribute('open');
  }

  toggle(): void {
    if (this.open && !this.#frame.hasFailed) this.close();
    else void this.show();
  }

  /** Opens the panel, optionally on a conversation. */
  async show(conversation?: string): Promise<void> {
    this.#wanted = conversation ?? this.#wanted;
    this.#isOpen = true;
    this.setAttribute('open', '');
    this.#bubble.ariaExpanded = 'true';
    clearTimeout(this.#retry);
    const frame = setTimeout(() => this.#frame.showIn(this.shadowRoot!), FRAME_DELAY_MS);
    try {
      const core = await this.#load();
      if (!core || !this.open) return;
      await core.open(this.#wanted, this.#screen);
      if (core !== this.#ready || !this.open) return;
      this.#isShown = true;
      this.#wanted = this.#screen = undefined;
      this.#frame.remove();
      if (this.#isAnnounced) return;
      this.#isAnnounced = true;
      this.dispatchEvent(new Event('causerie-open', { bubbles: true }));
    } catch {
      if (!this.open) return;
      this.#frame.showIn(this.shadowRoot!, true);
      this.#retry = setTimeout(() => this.retry(), RETRY_MS);
    } finally {
      clearTimeout(frame);
    }
  }

  close(): void {
    if (!this.open) return;
    // Only a focus that would be lost moves.
    const hadFocus = !!this.shadowRoot!.activeElement;
    clearTimeout(this.#retry);
    this.#wanted = this.#screen = undefined;
    this.#isOpen = this.#isShown = false;
    this.removeAttribute('open');
    this.#bubble.ariaExpanded = 'false';
    this.#frame.remove();
    this.#ready?.close();
    if (hadFocus) this.#bubble.focus();
    if (!this.#isAnnounced) return;
    this.#isAnnounced = false;
    this.dispatchEvent(new Event('causerie-close', { bubbles: true }));
  }

  #closeByReader(): void {
    this.close();
    this.#bubble.focus();
  }

  /** Starts over after the member or the site changed. */
  again(): void {
    this.halt();
    this.start();
  }

  /** Loads what could not be loaded. */
  retry(): void {
    if (this.open) void (this.#isShown || this.show());
    else if (identify && !this.#core) this.#load().catch(() => undefined);
  }

  halt(): void {
    this.#screen = this.#ready?.stop() ?? this.#screen;
    void this.#core?.then(
      (core) => core.stop(),
      () => undefined,
    );
    this.#core = this.#ready = undefined;
    this.#isShown = false;
    this.#showUnread(0, 'Chat');
  }

  start(): void {
    if (this.open) void this.show();
    else this.#startWhenIdle();
  }

  /** Closes, and removes what the browser keeps for the member. */
  signOut(): void {
    this.close();
    void (this.#core ?? Promise.reject())
      .then(
        (core) => core.signOut(),
        () => forgetMembers(this.getAttribute('site')),
      )
      .catch(() => undefined);
    this.#core = this.#ready = undefined;
    this.#showUnread(0, 'Chat');
  }

  /** Starts when the page is idle or, with data saving, on first opening. */
  #startWhenIdle(): void {
    if (!identify || (navigator as { connection?: { saveData?: boolean } }).connection?.saveData)
      return;
    const loadWhenIdle = () => (window.requestIdleCallback ?? setTimeout)(() => this.retry());
    if (document.readyState === 'complete') loadWhenIdle();
    else addEventListener('load', loadWhenIdle, { once: true });
  }

  get #server(): string {
    return this.getAttribute('server') || SERVER;
  }

  #import(): Promise<typeof import('../box/core.ts')> {
    // Browsers cache a failed import by its address.
    const query = failures ? `?${failures}` : '';
    return import(/* @vite-ignore */ new URL(__CORE__ + query, this.#server).href);
  }

  async #load(): Promise<Core | undefined> {
    if (!this.isConnected) return undefined;
    const loading = (this.#core ??= this.#startCore());
    try {
      const core = await loading;
      if (this.#core !== loading) return undefined;
      this.#ready = core;
      this.#showUnread(core.unread, core.label);
      return core;
    } catch (error) {
      failures++;
      if (this.#core === loading) this.#core = undefined;
      throw error;
    }
  }

  async #startCore(): Promise<Core> {
    const options = {
      server: this.#server,
      site: this.getAttribute('site') ?? '',
      // The function of this member: a later one belongs to another.
      identify: identify ?? missingIdentify,
      memberChanged: () => this.again(),
    };
    const { start } = await this.#import();
    return start(this, this.shadowRoot!, options, () => {
      if (this.#ready) this.#showUnread(this.#ready.unread, this.#ready.label);
    });
  }

  #showUnread(unread: number, label: string): void {
    this.#badge.hidden = unread === 0;
    this.#badge.textContent = unread > 99 ? '99+' : String(unread);
    this.#bubble.ariaLabel = label;
    if (this.getAttribute('page-title') === 'off') return;
    const { title } = document;
    const own = title.startsWith(titlePrefix) ? title.slice(titlePrefix.length) : title;
    titlePrefix = unread ? `(${this.#badge.textContent}) ` : '';
    if (title !== titlePrefix + own) document.title = titlePrefix + own;
  }
}

/** Without a running core the member is unknown. */
function forgetMembers(site: string | null): void {
  for (const key of Object.keys(localStorage))
    if (key.startsWith(`causerie:${site}:`)) localStorage.removeItem(key);
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
  /** Signs the member out and removes what the browser keeps for them. */
  reset(): void {
    identify = undefined;
    for (const box of boxes) box.signOut();
  },
};

addEventListener('online', () => boxes.forEach((box) => box.retry()));
// Another member may have signed in before the page comes back from the back/forward cache.
addEventListener('pagehide', ({ persisted }) => persisted && boxes.forEach((box) => box.halt()));
addEventListener('pageshow', ({ persisted }) => persisted && boxes.forEach((box) => box.start()));

// A page may have queued its function before this script loaded: `causerie = { q: [fn] }`.
const queued = (window as { causerie?: { q?: Identify[] } }).causerie?.q;
(window as { causerie?: unknown }).causerie = causerie;
if (!customElements.get('causerie-chat')) customElements.define('causerie-chat', CauserieChat);
if (queued?.[0]) causerie.identify(queued[0]);
dispatchEvent(new Event('causerie-ready'));
