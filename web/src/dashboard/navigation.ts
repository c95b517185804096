/** The sections of the dashboard, with what waits in each. */
import { html, nothing, type TemplateResult } from 'lit';
import { unreadTotal } from '../client/state.ts';
import type { Store } from '../client/store.ts';
import { locale, number, t } from '../i18n/index.ts';
import { icon, type Icon } from '../ui/icons.ts';
import { dashboardText } from './texts.ts';

export type Section = 'inbox' | 'members' | 'groups' | 'settings';

const ICONS: { [section in Section]: Icon } = {
  inbox: 'inbox',
  members: 'people',
  groups: 'group',
  settings: 'settings',
};
const SECTIONS = Object.keys(ICONS) as Section[];

export const isSection = (name: string | undefined): name is Section =>
  SECTIONS.includes(name as Section);

/** The title of a section. */
export const sectionTitle = (section: Section): string =>
  dashboardText(section === 'groups' ? 'all_groups' : section);

export interface Navigation {
  store: Store;
  /** Only the owner sees the groups. */
  owner: boolean;
  /** Members who wait for approval. */
  pending: number;
  section: Section;
  addressOf(section: Section): string;
  onLanguage(): void;
  onSignOut: (() => void) | undefined;
}

export function navigation(given: Navigation): TemplateResult {
  const { state } = given.store;
  const unread = unreadTotal(state);
  const { pending } = given;
  const counts: { [section in Section]?: TemplateResult | undefined } = {
    inbox: unread ? count(unread, t('unread', { n: unread })) : undefined,
    members: pending ? count(pending, dashboardText('pending_count', { n: pending })) : undefined,
  };
  return html`<nav class="cd-nav" aria-label="Causerie">
    <p class="cd-site">
      <span class="cd-mark">${icon('chat')}</span
      ><span class="ca-clip" dir="auto">${state.site?.name ?? 'Causerie'}</span>
    </p>
    <ul>
      ${SECTIONS.filter((section) => given.owner || section !== 'groups').map(
        (section) =>
          html`<li>
            <a
              href=${given.addressOf(section)}
              aria-current=${given.section === section ? 'page' : nothing}
              >${icon(ICONS[section])}<span class="ca-grow ca-clip">${sectionTitle(section)}</span
              >${counts[section]}</a
            >
          </li>`,
      )}
    </ul>
    <div class="cd-low">
      <button class="ca-row" lang=${locale() === 'fr' ? 'en' : 'fr'} @click=${given.onLanguage}>
        ${dashboardText('language')}</button
      >${
        given.onSignOut
          ? html`<button class="ca-row" @click=${given.onSignOut}>
              ${dashboardText('signout')}
            </button>`
          : nothing
      }
    </div>
  </nav>`;
}

const count = (n: number, label: string): TemplateResult =>
  html`<span class="ca-count" aria-label=${label}>${number(n)}</span>`;
