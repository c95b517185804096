/**
 * The element `<causerie-dashboard>`, for owner and staff. A token comes from a function of the
 * page, from a link (`#token=…`), the demo or a form.
 */
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { unavailableScreen } from '../box/unavailable.ts';
import { Problem } from '../client/problem.ts';
import { unreadTotal } from '../client/state.ts';
import { Store } from '../client/store.ts';
import type { Identify } from '../client/tokens.ts';
import { languageOf, loadScreenTexts, locale, t, useLanguage } from '../i18n/index.ts';
import { allowPictures } from '../ui/avatar.ts';
import { announce } from '../ui/announce.ts';
import { refuseFiles } from '../ui/files.ts';
import { icon } from '../ui/icons.ts';
import { define } from '../ui/element.ts';
import { shieldInputMethods } from '../ui/keys.ts';
import { theme } from '../ui/theme.ts';
import { dashboardStyles } from './dashboard.styles.ts';
import './groups.ts';
import './inbox.ts';
import './members.ts';
import { MemberCountsLoader } from './member-counts.ts';
import { isSection, navigation, sectionTitle, type Section } from './navigation.ts';
import { PageTitle } from './page-title.ts';
import { Session, storedToken, takeTokenOfLink, type Refusal } from './session.ts';
import './settings.ts';
import { signInForm } from './sign-in.ts';

const LANGUAGE_KEY = 'causerie:language';
const TOAST_MS = 4_000;
const RETRY_MS = 5_000;
/** Marks the entry of the browser's history that is above the inbox. */
const CONVERSATION_ENTRY = { causerie: 'conversation' };

export class Dashboard extends LitElement {
  static override styles = [theme, dashboardStyles];
  static override properties = {
    server: {},
    tokenFunction: { attribute: 'token-function' },
    section: { state: true },
    conversation: { state: true },
    toast: { state: true },
    refusal: { state: true },
    ready: { state: true },
  };
  /** The origin of the service; by default that of the page. */
  declare server: string | undefined;
  /** A function that returns tokens, or the name of a global one. */
  declare tokenFunction: Identify | string | undefined;
  declare section: Section;
  declare conversation: string;
  declare toast: string;
  declare refusal: Refusal | undefined;
  declare ready: boolean;
  #session: Session | undefined;
  #store: Store | undefined;
  #counts: MemberCountsLoader | undefined;
  #title = new PageTitle();
  #narrow = matchMedia('(max-width: 860px)');
  /** Whether the member has the role of staff, as far as known. */
  #isStaffMember = false;
  #toastTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  /** A page that declares no language shows that of the dashboard. */
  #ownsLanguage = !document.documentElement.lang;

  constructor() {
    super();
    this.section = 'inbox';
    this.conversation = this.toast = '';
    this.ready = false;
    this.addEventListener('ca-toast', (event) =>
      this.#showToast((event as CustomEvent<string>).detail),
    );
    this.addEventListener('ca-go', (event) =>
      this.#openConversation((event as CustomEvent<{ id: string }>).detail.id),
    );
    this.addEventListener('ca-back', () => this.#leaveConversation());
    this.addEventListener('ca-announce', (event) =>
      announce(this.renderRoot, (event as CustomEvent<string>).detail),
    );
    shieldInputMethods(this);
    refuseFiles(this);
    this.#narrow.addEventListener('change', () => this.requestUpdate());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.#route);
    addEventListener('popstate', this.#route);
    const linkToken = takeTokenOfLink();
    if (this.#store) return;
    void this.#start(linkToken);
  }

  /** An element that is only moved is connected again at once. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    queueMicrotask(() => {
      if (this.isConnected) return;
      removeEventListener('hashchange', this.#route);
      removeEventListener('popstate', this.#route);
      this.#close();
    });
  }

  async #start(linkToken: string): Promise<void> {
    allowPictures([this.#origin, ...(this.getAttribute('picture-hosts')?.split(/\s+/) ?? [])]);
    const chosen = localStorage.getItem(LANGUAGE_KEY);
    await this.#setLanguage(chosen === 'fr' || chosen === 'en' ? chosen : languageOf(this));
    const identify = this.#pageIdentify();
    if (linkToken && !identify) storedToken.set(linkToken);
    if (location.hash === '#demo') storedToken.set('demo');
    const stored = storedToken.get();
    this.#route();
    if (identify) await this.#open(new Session(identify, false));
    else if (stored === 'demo') await this.#open(new Session(demoToken, false));
    else if (stored) await this.#open(Session.pasted(stored));
    this.ready = true;
  }

  get #origin(): string {
    return this.server ? new URL(this.server, location.href).origin : location.origin;
  }

  /** The function is looked up for each call, because a page may define it after this script. */
  #pageIdentify(): Identify | undefined {
    const { tokenFunction } = this;
    const name = tokenFunction || ('causerieIdentify' in globalThis && 'causerieIdentify');
    if (typeof name !== 'string') return tokenFunction as Identify | undefined;
    return () => {
      const identify = (globalThis as Record<string, unknown>)[name];
      if (typeof identify !== 'function') throw new Error(`${name} is not a function`);
      return (identify as Identify)();
    };
  }

  async #setLanguage(language: 'fr' | 'en'): Promise<void> {
    await useLanguage(language);
    await loadScreenTexts();
    this.lang = language;
    if (this.#ownsLanguage) document.documentElement.lang = language;
    for (const element of this.renderRoot?.querySelectorAll<
      HTMLElement & { requestUpdate?(): void }
    >('*') ?? [])
      element.requestUpdate?.();
    this.requestUpdate();
  }

  #route = (): void => {
    const linkToken = takeTokenOfLink();
    if (linkToken && !this.#pageIdentify()) {
      storedToken.set(linkToken);
      void this.#open(Session.pasted(linkToken));
    }
    const [section, conversation = ''] = location.hash.slice(1).split('/');
    if (!isSection(section)) return;
    this.section = section;
    if (this.section === 'inbox') this.conversation = conversation;
  };

  /** The browser's Back leads from a conversation to the inbox. */
  #openConversation(id: string): void {
    if (this.section !== 'inbox') location.hash = 'inbox';
    const isOpen = this.section === 'inbox' && this.conversation;
    history[isOpen ? 'replaceState' : 'pushState'](CONVERSATION_ENTRY, '', `#inbox/${id}`);
    this.#route();
  }

  #leaveConversation(): void {
    if (history.state?.causerie === CONVERSATION_ENTRY.causerie) return history.back();
    history.replaceState(null, '', '#inbox');
    this.#route();
  }

  async #open(session: Session): Promise<void> {
    this.#close();
    this.#session = session;
    try {
      await session.identify();
    } catch (error) {
      this.refusal = session.refusalBy(new Problem(0, 'identity.unavailable', 0, String(error)));
      this.#retryTimer = setTimeout(this.#retry, RETRY_MS);
      return;
    }
    if (this.#session !== session) return;
    this.refusal = session.refusal();
    if (this.refusal) return;
    const store = new Store({
      server: this.#origin,
      site: session.site,
      identify: session.identify,
      kind: 'business',
      memberChanged: () => (session.isPasted ? this.#signOut() : void this.#open(session)),
    });
    this.#store = store;
    this.#counts = new MemberCountsLoader(
      store,
      () => this.#isStaff(store),
      () => this.requestUpdate(),
    );
    store.addEventListener('change', () => this.requestUpdate());
    void store.start();
  }

  #close(): void {
    clearTimeout(this.#retryTimer);
    this.#store?.stop();
    this.#store = undefined;
    this.#isStaffMember = false;
  }

  #retry = (): void => {
    const session = this.#session;
    if (this.#store) void this.#store.start();
    else if (session) void this.#open(session);
  };

  #showToast(text: string): void {
    this.toast = text;
    clearTimeout(this.#toastTimer);
    this.#toastTimer = setTimeout(() => (this.toast = ''), TOAST_MS);
  }

  /** A token that replaces an expired one continues on the same screen. */
  async #signInWithToken(token: string): Promise<void> {
    const session = Session.pasted(token);
    await session.identify();
    const current = this.#session;
    const site = this.#store?.state.site;
    this.refusal =
      session.refusal() ??
      (site && current && session.site !== current.site
        ? { reason: 'refused_other_site', values: { site: session.site, current: site.name } }
        : undefined);
    if (this.refusal) return;
    storedToken.set(token);
    if (this.#store && current?.member === session.member && current.site === session.site) {
      current.continueWith(session);
      await current.identify();
      void this.#store.start();
    } else await this.#open(session);
  }

  #signOut = (): void => {
    storedToken.remove();
    this.#store?.signOut();
    this.#close();
    this.#session = this.refusal = undefined;
    this.requestUpdate();
  };

  get #isOwner(): boolean {
    return this.#session?.role === 'owner';
  }

  #isStaff({ state }: Store): boolean {
    if (state.phase === 'ready')
      this.#isStaffMember = !!state.members.get(state.me)?.roles.includes('staff');
    return /^(owner|staff)$/.test(this.#session?.role ?? '') || this.#isStaffMember;
  }

  #currentRefusal(store: Store | undefined): Refusal | undefined {
    if (this.refusal || !store) return this.refusal;
    const { phase, problem } = store.state;
    if (phase === 'ready')
      return this.#isStaff(store) ? undefined : { reason: 'refused_not_staff' };
    return problem ? this.#session?.refusalBy(problem) : undefined;
  }

  protected override render(): unknown {
    if (!this.ready) return nothing;
    const store = this.#store;
    const refusal = this.#currentRefusal(store);
    const signIn = () =>
      signInForm({
        refusal,
        ...(this.#session?.isPasted === false
          ? {}
          : { onToken: (token: string) => void this.#signInWithToken(token) }),
        onRetry: this.#retry,
        onSignOut: storedToken.get() && store ? this.#signOut : undefined,
      });
    if (!store || (refusal && !(store.state.site && this.#isStaff(store))))
      return html`<main class="cd-door">${signIn()}</main>`;
    const { state } = store;
    return html`${navigation({
        store,
        owner: this.#isOwner,
        pending: this.#counts?.counts?.pending ?? 0,
        section: this.section,
        addressOf: this.#addressOf,
        onLanguage: this.#toggleLanguage,
        onSignOut: storedToken.get() ? this.#signOut : undefined,
      })}
      <main class="cd-main ${this.section === 'inbox' && !refusal ? 'cd-full' : ''}">
        ${
          state.phase === 'ready' && !state.live
            ? html`<p class="ca-notice" role="status">
                ${icon('wifi_off')}${navigator.onLine ? t('reconnecting') : t('offline')}
              </p>`
            : nothing
        }
        ${
          refusal
            ? signIn()
            : (unavailableScreen(store, this.#retry) ??
              (state.phase === 'loading'
                ? html`<p class="ca-state">${t('loading')}</p>`
                : this.#body(store)))
        }
        <div class="cd-toast" role="alert">
          ${this.toast ? html`<span>${this.toast}</span>` : nothing}
        </div>
        <div class="ca-sr" data-announcer aria-live="polite"></div>
        <div data-menus></div>
      </main>`;
  }

  /** Returns to the conversation that was open, where the list is beside it. */
  #addressOf = (section: Section): string => {
    const { conversation } = this;
    return section === 'inbox' && conversation && !this.#narrow.matches
      ? `#inbox/${conversation}`
      : `#${section}`;
  };

  #toggleLanguage = (): void => {
    const language = locale() === 'fr' ? 'en' : 'fr';
    localStorage.setItem(LANGUAGE_KEY, language);
    void this.#setLanguage(language);
  };

  #body(store: Store): TemplateResult {
    const { section } = this;
    const owner = this.#isOwner;
    const title = html`<h1>${sectionTitle(section)}</h1>`;
    if (section === 'settings')
      return html`${title}<ca-settings
          .store=${store}
          .owner=${owner}
          .counts=${this.#counts?.counts}
        ></ca-settings>`;
    if (section === 'members')
      return html`${title}<ca-members
          .store=${store}
          .owner=${owner}
          .counts=${this.#counts?.counts}
        ></ca-members>`;
    if (section === 'groups' && owner) return html`${title}<ca-groups .store=${store}></ca-groups>`;
    return html`<ca-inbox
      .store=${store}
      .conversation=${this.conversation}
      .narrow=${this.#narrow.matches}
    ></ca-inbox>`;
  }

  protected override updated(_: PropertyValues): void {
    const state = this.#store?.state;
    const isReading = this.section === 'inbox' && !!this.conversation && state?.phase === 'ready';
    this.toggleAttribute('reading', isReading);
    const waiting = state ? unreadTotal(state) + (this.#counts?.counts?.pending ?? 0) : 0;
    this.#title.showCount(waiting);
  }
}

/** Only `causerie dev` serves this. */
const demoToken = async (): Promise<string> =>
  (
    await (
      await fetch('/demo/token?member=patronne&role=owner&name=Sol%C3%A8ne%20Marchetti')
    ).json()
  ).token;

define('causerie-dashboard', Dashboard);
