/** The panel behind the bubble: the stack of screens, the connection state and the focus. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Member } from '../client/types.ts';
import '../conversation/list.ts';
import { skeletonRows } from '../conversation/skeleton.ts';
import { Problem } from '../client/problem.ts';
import { loadScreenTexts, localized, t } from '../i18n/index.ts';
import { isolate } from '../i18n/text.ts';
import { announce } from '../ui/announce.ts';
import { withErrorToast } from '../ui/toast.ts';
import { backButton, closeButton, iconButton, menuButton } from '../ui/head-buttons.ts';
import { refuseFiles } from '../ui/files.ts';
import { icon } from '../ui/icons.ts';
import { isTypingElsewhere, keepTypingFromPage, shieldInputMethods } from '../ui/keys.ts';
import { StoreElement, define } from '../ui/element.ts';
import { theme } from '../ui/theme.ts';
import { panelStyles } from './panel.styles.ts';

export { allowPictures } from '../ui/avatar.ts';

type ScreenName =
  | 'unavailable'
  | 'search'
  | 'list'
  | 'archived'
  | 'conversation'
  | 'new'
  | 'group'
  | 'naming'
  | 'people'
  | 'add'
  | 'blocked';
export interface Screen {
  name: ScreenName;
  id?: string;
}

/** As in the styles of panel and loader. */
const COVERING = matchMedia('(max-width: 520px), (max-height: 420px)');
/** What is not needed to show the list. */
const PARTS = {
  conversation: () => import('../conversation/conversation.ts'),
  screens: () => Promise.all([import('./screens.ts'), loadScreenTexts()]).then(([part]) => part),
};
type Part = keyof typeof PARTS;
type Loaded = { [name in Part]?: Awaited<ReturnType<(typeof PARTS)[name]>> };

const TOAST_MS = 4_000;
const PRELOAD_DELAY_MS = 1_500;

export class CaPanel extends StoreElement {
  static override sheets = [theme, panelStyles];
  static override properties = {
    screens: { state: true },
    chosen: { state: true },
    busy: { state: true },
    notLoaded: { state: true },
    covers: { state: true },
    toast: { state: true },
  };
  declare screens: readonly Screen[];
  /** The members chosen for a new group, or to add to one. */
  declare chosen: readonly Member[];
  declare busy: boolean;
  declare toast: string;
  /** The part that could not be loaded. */
  declare notLoaded: Part | undefined;
  /** Whether the panel covers the page. */
  declare covers: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #loaded: Loaded = {};
  #loading = new Set<Part>();
  #cover: typeof import('./cover.ts') | undefined;
  #undoCover: (() => void) | undefined;

  constructor() {
    super();
    this.screens = [{ name: 'list' }];
    this.chosen = [];
    this.busy = this.covers = false;
    this.toast = '';
    this.addEventListener('ca-go', (event) => this.go((event as CustomEvent<Screen>).detail));
    this.addEventListener('ca-back', () => this.back());
    this.addEventListener('ca-announce', (event) =>
      announce(this, (event as CustomEvent<string>).detail),
    );
    this.addEventListener('ca-toast', (event) =>
      this.#showToast((event as CustomEvent<string>).detail),
    );
    shieldInputMethods(this);
    this.addEventListener('keydown', this.#onKeydown);
    keepTypingFromPage(this);
    refuseFiles(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    COVERING.addEventListener('change', this.#coverOrNot);
    void this.#coverOrNot();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    COVERING.removeEventListener('change', this.#coverOrNot);
    this.#uncover();
  }

  /** A phone that cannot load this part has the panel all the same. */
  #coverOrNot = async (): Promise<void> => {
    this.#uncover();
    this.covers = COVERING.matches;
    if (!this.covers) return;
    this.#cover ??= await import('./cover.ts').catch(() => undefined);
    if (this.isConnected && this.covers) this.#undoCover ??= this.#cover?.coverPage(this);
  };

  #uncover(): void {
    this.#undoCover?.();
    this.#undoCover = undefined;
  }

  /** The id of the conversation on screen. */
  get showing(): string | undefined {
    const screen = this.screens.at(-1)!;
    return screen.name === 'conversation' ? screen.id : undefined;
  }

  go(screen: Screen): void {
    const rest = screen.name === 'conversation' ? [{ name: 'list' } as Screen] : this.screens;
    if (screen.name === 'group' || screen.name === 'add') this.chosen = [];
    this.screens = screen.name === 'list' ? [screen] : [...rest, screen];
  }

  /** A failed load is repeated at the member's request. */
  async #load(part: Part): Promise<void> {
    if (this.#loading.has(part)) return;
    this.#loading.add(part);
    this.notLoaded = undefined;
    // The focused button may be about to disappear.
    const hadFocus = this.contains((this.getRootNode() as ShadowRoot).activeElement);
    try {
      this.#loaded = { ...this.#loaded, [part]: await PARTS[part]() };
      this.requestUpdate();
    } catch {
      this.notLoaded = part;
      this.store.report(new Problem(0, 'network'));
    }
    this.#loading.delete(part);
    if (hadFocus) this.focus();
  }

  back(): void {
    this.keepScreens(Math.max(1, this.screens.length - 1));
  }

  /** Goes back to an earlier screen; without any the panel closes. */
  keepScreens(count: number): void {
    if (count === 0) this.emit('ca-close');
    else if (count < this.screens.length) this.screens = this.screens.slice(0, count);
  }

  #showToast(text: string): void {
    this.toast = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.toast = ''), TOAST_MS);
  }

  #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.stopPropagation();
    // The focus may have left an open menu, which closes first.
    if (!this.querySelector(':popover-open')) this.emit('ca-close');
  };

  /** Does not take the focus from a field of the page. */
  override focus(): void {
    if (isTypingElsewhere(this)) return;
    const selectors = [
      'ca-conversation',
      'ca-picker, ca-search',
      '.ca-naming input',
      '.ca-item',
      '.ca-head button',
      'button',
    ];
    void this.updateComplete.then(async () => {
      for (const element of this.querySelectorAll<
        HTMLElement & { updateComplete?: Promise<unknown> }
      >('ca-list, ca-picker, ca-search, ca-naming, ca-conversation'))
        await element.updateComplete;
      const first = selectors
        .map((selector) => this.querySelector<HTMLElement>(selector))
        .find((element) => element);
      first?.focus();
    });
  }

  /** Loads what opens on demand, so that it opens at once and without a network. */
  protected override firstUpdated(): void {
    void PARTS.conversation().catch(() => undefined);
    setTimeout(() => {
      const modules = [
        import('./options.ts'),
        import('../conversation/menu.ts'),
        import('../conversation/message-menu.ts'),
        import('../ui/emoji.ts'),
        import('../ui/scroll.ts').then(({ keepScrollFromPage }) => keepScrollFromPage(this)),
        loadScreenTexts(),
      ];
      void Promise.allSettled(modules);
    }, PRELOAD_DELAY_MS);
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('screens')) return;
    this.focus();
    if (this.#undoCover) this.#cover?.matchHistory();
  }

  protected override render(): unknown {
    const { state } = this.store;
    const isUnavailable = state.phase === 'failed' || state.phase === 'barred';
    return html`<section
      class="ca-panel"
      part="panel"
      role="dialog"
      aria-modal=${this.covers ? 'true' : nothing}
      aria-label=${state.site?.name ? `${t('chat')} · ${isolate(state.site.name)}` : t('chat')}
    >
      <div role="status">${this.#offline()}</div>
      ${this.#screen(isUnavailable ? { name: 'unavailable' } : this.screens.at(-1)!)}
      <div class="ca-toast" part="toast" role="alert">
        ${this.toast ? html`<span>${this.toast}</span>` : nothing}
      </div>
      <div class="ca-sr" data-announcer aria-live="polite"></div>
      <div data-menus></div>
    </section>`;
  }

  #offline(): unknown {
    const { live, phase } = this.store.state;
    if (live || phase !== 'ready') return nothing;
    return html`<p class="ca-notice" part="offline">
      ${icon('wifi_off')}<span>${navigator.onLine ? t('reconnecting') : t('offline')}</span>
    </p>`;
  }

  head(title: string, ...actions: unknown[]): TemplateResult {
    const back = this.screens.length > 1 ? backButton(() => this.back()) : nothing;
    return html`<div class="ca-head" part="header">
      ${back}
      <h2 class="ca-grow ca-clip" dir="auto">${title}</h2>
      ${actions}${closeButton(() => this.emit('ca-close'))}
    </div>`;
  }

  #screen(screen: Screen): TemplateResult {
    const { name, id } = screen;
    if (name === 'list') return this.#list();
    if (name !== 'conversation') {
      const { screens } = this.#loaded;
      return screens ? screens.screenOnDemand(this, screen) : this.#toLoad('screens');
    }
    return this.#loaded.conversation
      ? html`<div class="ca-screen">
          <ca-conversation
            .store=${this.store}
            .conversation=${id}
            .back=${true}
            .closable=${true}
          ></ca-conversation>
        </div>`
      : this.#toLoad('conversation');
  }

  #toLoad(part: Part): TemplateResult {
    if (this.notLoaded !== part) void this.#load(part);
    return html`<div class="ca-screen">
      ${this.head(t('chat'))}
      <div class="ca-state" role="status">
        ${
          this.notLoaded === part
            ? html`${icon('wifi_off')}
                <h2>${t('not_loaded')}</h2>
                <button class="ca-button" @click=${() => this.#load(part)}>${t('retry')}</button>`
            : t('loading')
        }
      </div>
    </div>`;
  }

  #list(): TemplateResult {
    const { state } = this.store;
    const me = state.members.get(state.me);
    const mayJoin = me?.community === false && state.site?.member_chat_enabled;
    const { screens } = this.#loaded;
    if (mayJoin && !screens && this.notLoaded !== 'screens') void this.#load('screens');
    const ready = state.phase !== 'loading';
    const welcome = localized(state.site?.settings.appearance.welcome);
    return html`<div class="ca-screen ca-front">
      ${this.head(
        state.site?.name ?? t('chat'),
        ready
          ? [
              state.order.length
                ? iconButton('search', t('search_chats'), () => this.go({ name: 'search' }))
                : nothing,
              iconButton('pencil', t('new_chat'), () => this.go({ name: 'new' }), 'new'),
            ]
          : nothing,
        menuButton(t('options'), this.#options),
      )}
      ${
        ready
          ? html`${welcome ? html`<p class="ca-welcome" dir="auto">${welcome}</p>` : nothing}
              ${mayJoin ? screens?.joinBanner(this) : nothing}
              <ca-list .store=${this.store}></ca-list>`
          : html`<div class="ca-bar" role="status" aria-busy="true" aria-label=${t('loading')}>
              ${skeletonRows()}
            </div>`
      }
    </div>`;
  }

  #options = (button: HTMLElement): void => {
    const modules = Promise.all([import('./options.ts'), loadScreenTexts()]);
    void withErrorToast(
      this,
      modules.then(([{ optionsMenu }]) => optionsMenu(this, button)),
    );
  };
}

define('ca-panel', CaPanel);
