/**
 * `/dashboard`, for owner and staff. The token comes from the page's function, the demo or a form,
 * never from the URL.
 */
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { unavailableScreen } from '../box/unavailable.ts';
import { claims, type Identify } from '../client/tokens.ts';
import { unreadTotal } from '../client/state.ts';
import { Store } from '../client/store.ts';
import '../conversation/conversation.ts';
import '../conversation/list.ts';
import { loadScreenTexts, number, t, useLanguage } from '../i18n/index.ts';
import { refuseFiles } from '../ui/files.ts';
import { icon, type Icon } from '../ui/icons.ts';
import { define } from '../ui/element.ts';
import { shieldInputMethods } from '../ui/keys.ts';
import { theme } from '../ui/theme.ts';
import { dashboardStyles } from './dashboard.styles.ts';
import './members.ts';
import './settings.ts';
import { dashboardText } from './texts.ts';

const SECTIONS: [Section, Icon][] = [
  ['inbox', 'inbox'],
  ['members', 'group'],
  ['settings', 'settings'],
];
type Section = 'inbox' | 'members' | 'settings';
const TOKEN_KEY = 'causerie:dashboard:token';
const TOAST_MS = 4_000;

export class Dashboard extends LitElement {
  static override styles = [theme, dashboardStyles];
  static override properties = {
    section: { state: true },
    conversation: { state: true },
    toast: { state: true },
    wrong: { state: true },
    ready: { state: true },
  };
  declare section: Section;
  declare conversation: string;
  declare toast: string;
  declare wrong: boolean;
  declare ready: boolean;
  #store: Store | undefined;
  #tokenRole = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.section = 'inbox';
    this.conversation = this.toast = '';
    this.wrong = this.ready = false;
    this.addEventListener('ca-toast', (event) =>
      this.#showToast((event as CustomEvent<string>).detail),
    );
    this.addEventListener(
      'ca-go',
      (event) => (this.conversation = (event as CustomEvent<{ id: string }>).detail.id),
    );
    this.addEventListener('cd-go', (event) => {
      this.conversation = (event as CustomEvent<{ id: string }>).detail.id;
      location.hash = 'inbox';
    });
    this.addEventListener('ca-back', () => (this.conversation = ''));
    shieldInputMethods(this);
    refuseFiles(this);
    addEventListener('hashchange', this.#route);
    void this.#start();
  }

  async #start(): Promise<void> {
    const language =
      localStorage.getItem('causerie:language') ??
      (navigator.language.startsWith('fr') ? 'fr' : 'en');
    await this.#setLanguage(language === 'fr' ? 'fr' : 'en');
    const pageIdentify = (window as { causerieIdentify?: Identify }).causerieIdentify;
    const storedToken = sessionStorage.getItem(TOKEN_KEY);
    if (pageIdentify) await this.#signIn(pageIdentify);
    else if (location.hash === '#demo' || storedToken === 'demo') {
      if (await this.#signIn(demoToken)) sessionStorage.setItem(TOKEN_KEY, 'demo');
    } else if (storedToken) await this.#signIn(() => storedToken);
    this.#route();
    this.ready = true;
  }

  async #setLanguage(language: 'fr' | 'en'): Promise<void> {
    await useLanguage(language);
    await loadScreenTexts();
    document.documentElement.lang = language;
    for (const element of this.renderRoot?.querySelectorAll<
      HTMLElement & { requestUpdate?(): void }
    >('*') ?? [])
      element.requestUpdate?.();
    this.requestUpdate();
  }

  #route = (): void => {
    const section = location.hash.slice(1) as Section;
    if (SECTIONS.some(([name]) => name === section)) this.section = section;
  };

  async #signIn(identify: Identify): Promise<boolean> {
    try {
      const { site, role } = claims(await identify());
      if (typeof site !== 'string') throw new Error('no token');
      this.#tokenRole = String(role);
      this.#store = new Store({ server: location.origin, site, identify, kind: 'business' });
      this.#store.addEventListener('change', () => this.requestUpdate());
      void this.#store.start();
      return true;
    } catch {
      this.wrong = true;
      return false;
    }
  }

  #showToast(text: string): void {
    this.toast = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.toast = ''), TOAST_MS);
  }

  #signInWithToken = async (event: Event): Promise<void> => {
    event.preventDefault();
    const token = this.renderRoot.querySelector('input')!.value.trim();
    if (await this.#signIn(() => token)) sessionStorage.setItem(TOKEN_KEY, token);
    this.requestUpdate();
  };

  #signOut = (): void => {
    sessionStorage.removeItem(TOKEN_KEY);
    this.#store?.stop();
    this.#store = undefined;
    this.requestUpdate();
  };

  protected override render(): unknown {
    if (!this.ready) return nothing;
    const store = this.#store;
    if (!store) return this.#signInForm();
    const { state } = store;
    const staff =
      this.#tokenRole === 'owner' ||
      this.#tokenRole === 'staff' ||
      state.members.get(state.me)?.roles.includes('staff');
    const failed = unavailableScreen(store, () => void store.start());
    const unread = unreadTotal(state);
    return html`<nav class="cd-nav" aria-label="Causerie">
        <p class="cd-site">
          <span class="cd-mark">${icon('chat')}</span
          ><span class="ca-clip" dir="auto">${state.site?.name ?? 'Causerie'}</span>
        </p>
        <ul>
          ${SECTIONS.map(
            ([name, symbol]) =>
              html`<li>
                <a href="#${name}" aria-current=${this.section === name ? 'page' : nothing}
                  >${icon(symbol)}<span class="ca-grow ca-clip">${dashboardText(name)}</span>${
                    name === 'inbox' && unread
                      ? html`<span class="ca-count" aria-label=${t('unread', { n: unread })}
                          >${number(unread)}</span
                        >`
                      : nothing
                  }</a
                >
              </li>`,
          )}
        </ul>
        <div class="cd-low">
          <button
            class="ca-row"
            lang=${document.documentElement.lang === 'fr' ? 'en' : 'fr'}
            @click=${this.#toggleLanguage}
          >
            ${dashboardText('language')}</button
          >${
            sessionStorage.getItem(TOKEN_KEY)
              ? html`<button class="ca-row" @click=${this.#signOut}>
                  ${dashboardText('signout')}
                </button>`
              : nothing
          }
        </div>
      </nav>
      <main class="cd-main ${this.section === 'inbox' ? 'cd-full' : ''}">
        ${
          state.phase === 'ready' && !state.live
            ? html`<p class="ca-notice" role="status">
                ${icon('wifi_off')}${navigator.onLine ? t('reconnecting') : t('offline')}
              </p>`
            : nothing
        }
        ${
          failed ??
          (state.phase === 'loading'
            ? html`<p class="ca-state">${t('loading')}</p>`
            : staff
              ? this.#body(store)
              : html`<div class="ca-state">
                  ${icon('lock')}
                  <h2>${dashboardText('not_staff')}</h2>
                </div>`)
        }
        <div class="cd-toast" role="alert">
          ${this.toast ? html`<span>${this.toast}</span>` : nothing}
        </div>
        <div data-menus></div>
      </main>`;
  }

  #toggleLanguage = (): void => {
    const language = document.documentElement.lang === 'fr' ? 'en' : 'fr';
    localStorage.setItem('causerie:language', language);
    void this.#setLanguage(language);
  };

  #body(store: Store): TemplateResult {
    const owner = this.#tokenRole === 'owner';
    if (this.section === 'settings')
      return html`<h1>${dashboardText('settings')}</h1>
        <ca-settings .store=${store} .owner=${owner}></ca-settings>`;
    if (this.section === 'members')
      return html`<h1>${dashboardText('members')}</h1>
        <ca-members .store=${store} .owner=${owner}></ca-members>`;
    return html`<div class="cd-inbox ${this.conversation ? 'cd-open' : ''}">
      <section class="cd-left">
        <h1>${dashboardText('inbox')}</h1>
        <ca-list .store=${store} .selected=${this.conversation} .inbox=${true}></ca-list>
      </section>
      <section class="cd-right" aria-label=${t('conversations')}>
        ${
          this.conversation
            ? html`<ca-conversation
                .store=${store}
                .conversation=${this.conversation}
                .back=${matchMedia('(max-width: 860px)').matches}
              ></ca-conversation>`
            : html`<div class="ca-state">
                ${icon('chat')}
                <h2>${dashboardText('pick_title')}</h2>
                <p>${dashboardText('pick_text')}</p>
              </div>`
        }
      </section>
    </div>`;
  }

  #signInForm(): TemplateResult {
    return html`<main class="cd-door">
      <form class="cd-card" @submit=${this.#signInWithToken}>
        <span class="cd-mark">${icon('chat')}</span>
        <h1>${dashboardText('token_title')}</h1>
        <p class="ca-soft">${dashboardText('token_text')}</p>
        <label
          >${dashboardText('token')}<input
            class="ca-field"
            type="password"
            autocomplete="off"
            required
        /></label>
        ${
          this.wrong
            ? html`<p class="ca-danger" role="alert">${dashboardText('not_staff')}</p>`
            : nothing
        }<button class="ca-button ca-primary">${dashboardText('enter')}</button>
      </form>
    </main>`;
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
