/** The panel behind the bubble: the stack of screens, the connection state and the focus. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Member } from '../client/types.ts';
import '../conversation/conversation.ts';
import '../conversation/list.ts';
import { skeletonRows } from '../conversation/skeleton.ts';
import { t } from '../i18n/index.ts';
import { isolate } from '../i18n/text.ts';
import { withErrorToast } from '../ui/toast.ts';
import { backButton, closeButton } from '../ui/head-buttons.ts';
import { refuseFiles } from '../ui/files.ts';
import { icon } from '../ui/icons.ts';
import { isTypingElsewhere, keepTypingFromPage, shieldInputMethods } from '../ui/keys.ts';
import { StoreElement, define } from '../ui/element.ts';
import { theme } from '../ui/theme.ts';
import { unavailableScreen } from './unavailable.ts';
import { panelStyles } from './panel.styles.ts';

export { allowPictures } from '../ui/avatar.ts';

type ScreenName =
  'list' | 'archived' | 'conversation' | 'new' | 'group' | 'naming' | 'people' | 'add' | 'blocked';
interface Screen {
  name: ScreenName;
  id?: string;
}

const TOAST_MS = 4_000;
const PRELOAD_DELAY_MS = 1_500;

export class CaPanel extends StoreElement {
  static override sheets = [theme, panelStyles];
  static override properties = {
    screens: { state: true },
    chosen: { state: true },
    busy: { state: true },
    toast: { state: true },
  };
  declare screens: readonly Screen[];
  /** The members chosen for a new group, or to add to one. */
  declare chosen: readonly Member[];
  declare busy: boolean;
  declare toast: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lazy: typeof import('./screens.ts') | undefined;

  constructor() {
    super();
    this.screens = [{ name: 'list' }];
    this.chosen = [];
    this.busy = false;
    this.toast = '';
    this.addEventListener('ca-go', (event) => this.go((event as CustomEvent<Screen>).detail));
    this.addEventListener('ca-back', () => this.back());
    this.addEventListener('ca-toast', (event) =>
      this.#showToast((event as CustomEvent<string>).detail),
    );
    shieldInputMethods(this);
    this.addEventListener('keydown', this.#onKeydown);
    keepTypingFromPage(this);
    refuseFiles(this);
  }

  /** The id of the conversation on screen. */
  get showing(): string | undefined {
    const screen = this.screens.at(-1)!;
    return screen.name === 'conversation' ? screen.id : undefined;
  }

  go(screen: Screen): void {
    const { name } = screen;
    if (name === 'list' || name === 'conversation' || name === 'archived')
      return this.#show(screen);
    void withErrorToast(
      this,
      import('./screens.ts').then((lazy) => {
        this.#lazy = lazy;
        this.#show(screen);
      }),
    );
  }

  #show(screen: Screen): void {
    const rest = screen.name === 'conversation' ? [{ name: 'list' } as Screen] : this.screens;
    if (screen.name === 'group' || screen.name === 'add') this.chosen = [];
    this.screens = screen.name === 'list' ? [screen] : [...rest, screen];
  }

  back(): void {
    this.screens = this.screens.length > 1 ? this.screens.slice(0, -1) : this.screens;
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
      'ca-picker',
      '.ca-naming input',
      '.ca-item',
      '.ca-head button',
      'button',
    ];
    void this.updateComplete.then(async () => {
      for (const element of this.querySelectorAll<
        HTMLElement & { updateComplete?: Promise<unknown> }
      >('ca-list, ca-picker, ca-naming, ca-conversation'))
        await element.updateComplete;
      const first = selectors
        .map((selector) => this.querySelector<HTMLElement>(selector))
        .find((element) => element);
      first?.focus();
    });
  }

  /** Loads what opens on demand, so that it opens at once and without a network. */
  protected override firstUpdated(): void {
    setTimeout(() => {
      const modules = [
        import('./options.ts'),
        import('../conversation/menu.ts'),
        import('../conversation/message-menu.ts'),
        import('../ui/emoji.ts'),
      ];
      void Promise.allSettled(modules);
    }, PRELOAD_DELAY_MS);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('screens')) this.focus();
  }

  protected override render(): unknown {
    const { state } = this.store;
    const failed = unavailableScreen(this.store, () => void this.store.start());
    return html`<section
      class="ca-panel"
      part="panel"
      role="dialog"
      aria-label=${state.site?.name ? `${t('chat')} · ${isolate(state.site.name)}` : t('chat')}
    >
      ${
        failed
          ? html`<div class="ca-screen">${this.head(t('chat'))}${failed}</div>`
          : html`${this.#offline()}${this.#screen(this.screens.at(-1)!)}`
      }
      <div class="ca-toast" part="toast" role="alert">
        ${this.toast ? html`<span>${this.toast}</span>` : nothing}
      </div>
      <div data-menus></div>
    </section>`;
  }

  #offline(): unknown {
    const { live, phase } = this.store.state;
    if (live || phase !== 'ready') return nothing;
    return html`<p class="ca-notice" part="offline" role="status">
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

  #screen({ name, id = '' }: Screen): TemplateResult {
    const { store } = this;
    switch (name) {
      case 'conversation':
        return html`<div class="ca-screen">
          <ca-conversation
            .store=${store}
            .conversation=${id}
            .back=${true}
            .closable=${true}
          ></ca-conversation>
        </div>`;
      case 'new':
        return this.#lazy!.newChatScreen(this);
      case 'group':
        return this.#lazy!.memberPicker(this, t('new_group'), t('next'), () =>
          this.go({ name: 'naming' }),
        );
      case 'naming':
        return html`<div class="ca-screen">
          ${this.head(t('name_group'))}<ca-naming
            .store=${store}
            .chosen=${this.chosen}
          ></ca-naming>
        </div>`;
      case 'people':
        return html`<div class="ca-screen">
          ${this.head(t('manage'))}<ca-people .store=${store} .conversation=${id}></ca-people>
        </div>`;
      case 'add': {
        const participants = store.state.participants.get(id) ?? [];
        return this.#lazy!.memberPicker(
          this,
          t('add_people'),
          t('add'),
          () => void this.#add(id),
          participants.map((member) => member.id),
        );
      }
      case 'blocked':
        return html`<div class="ca-screen">
          ${this.head(t('blocked_list'))}<ca-blocked class="ca-screen" .store=${store}></ca-blocked>
        </div>`;
      default:
        return this.#list(name === 'archived');
    }
  }

  #list(archived: boolean): TemplateResult {
    const { state } = this.store;
    const site = state.site?.name ?? t('chat');
    if (archived)
      return html`<div class="ca-screen">
        ${this.head(t('archived'))}<ca-list .store=${this.store} .archived=${true}></ca-list>
      </div>`;
    const options = html`<button
      class="ca-iconbutton"
      aria-haspopup="menu"
      aria-expanded="false"
      aria-label=${t('options')}
      title=${t('options')}
      @click=${this.#options}
    >
      ${icon('more')}
    </button>`;
    const me = state.members.get(state.me);
    return html`<div class="ca-screen">
      ${this.head(site, options)}
      ${
        state.phase === 'loading'
          ? html`<div class="ca-bar" role="status" aria-busy="true" aria-label=${t('loading')}>
              ${skeletonRows()}
            </div>`
          : html` ${
                me?.community === false && state.site?.member_chat_enabled
                  ? html`<div class="ca-joining">
                      <span class="ca-grow">${t('join_text')}</span
                      ><button class="ca-button ca-primary" @click=${() => this.setCommunity(true)}>
                        ${t('join')}
                      </button>
                    </div>`
                  : nothing
              }
              <ca-list .store=${this.store}></ca-list>
              <div class="ca-foot">
                <button
                  class="ca-button ca-primary ca-wide"
                  part="new"
                  @click=${() => this.go({ name: 'new' })}
                >
                  ${icon('plus')}${t('new_chat')}
                </button>
              </div>`
      }
    </div>`;
  }

  #options = (event: Event): void => {
    const button = event.currentTarget as HTMLElement;
    const open = import('./options.ts').then(({ optionsMenu }) => optionsMenu(this, button));
    void withErrorToast(this, open);
  };

  setCommunity(on: boolean): void {
    void withErrorToast(
      this,
      this.store.api
        .setCommunity(on)
        .then((me) => this.store.receive({ kind: 'member.changed', data: me })),
    );
  }

  async start(command: Promise<{ id: string }>): Promise<void> {
    const conversation = await withErrorToast(this, command);
    if (conversation) this.go({ name: 'conversation', id: conversation.id });
  }

  async #add(id: string): Promise<void> {
    this.busy = true;
    await withErrorToast(
      this,
      Promise.all(this.chosen.map((member) => this.store.api.setParticipant(id, member.id, true))),
    );
    this.busy = false;
    this.back();
  }
}

define('ca-panel', CaPanel);
