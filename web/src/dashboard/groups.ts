/** The groups of the site, without their messages: for the owner. */
import { html, nothing, type TemplateResult } from 'lit';
import { serviceNow } from '../client/clock.ts';
import type { Group, Participant } from '../client/types.ts';
import { locale, number, t } from '../i18n/index.ts';
import { avatar } from '../ui/avatar.ts';
import { openDialog } from '../ui/dialog.ts';
import { StoreElement, define } from '../ui/element.ts';
import { icon } from '../ui/icons.ts';
import { exactTime } from '../ui/time.ts';
import { toast, withErrorToast } from '../ui/toast.ts';
import { groupStyles } from './groups.styles.ts';
import { memberStyles } from './members.styles.ts';
import { dashboardText } from './texts.ts';

const PAGE_SIZE = 50;
const MAX_ADMINS_SHOWN = 3;
const DAY_MS = 86_400_000;
const UNITS: [Intl.RelativeTimeFormatUnit, days: number][] = [
  ['year', 365],
  ['month', 30],
  ['week', 7],
  ['day', 1],
];

/** `3 weeks ago` */
export function ageOf(iso: string, now = serviceNow()): string {
  const days = Math.max(0, Math.floor((now - Date.parse(iso)) / DAY_MS));
  const [unit, length] = UNITS.find(([, size]) => days >= size) ?? UNITS.at(-1)!;
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  return format.format(-Math.floor(days / length), unit);
}

export class CaGroups extends StoreElement {
  static override sheets = [memberStyles, groupStyles];
  static override properties = {
    items: { state: true },
    next: { state: true },
    opened: { state: true },
    participants: { state: true },
  };
  declare items: Group[] | undefined;
  declare next: string | null;
  /** The id of the group whose details are shown. */
  declare opened: string;
  declare participants: readonly Participant[] | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  async #load(cursor?: string): Promise<void> {
    const { api } = this.store;
    const page = await withErrorToast(
      this,
      api.listGroups({ limit: PAGE_SIZE, ...(cursor && { cursor }) }),
    );
    if (!page) return;
    this.items = cursor ? [...(this.items ?? []), ...page.items] : page.items;
    this.next = page.next;
  }

  async #toggle({ id }: Group): Promise<void> {
    this.opened = this.opened === id ? '' : id;
    this.participants = undefined;
    if (!this.opened) return;
    const all = await withErrorToast(this, this.store.api.listAllParticipants(id));
    if (this.opened === id) this.participants = all;
  }

  async #delete(group: Group): Promise<void> {
    const confirmed = await openDialog(this, {
      title: dashboardText('group_delete'),
      text: dashboardText('group_delete_sure', { name: group.name, n: group.participant_count }),
      ok: dashboardText('group_delete'),
      danger: true,
    });
    if (confirmed === null) return;
    const { api } = this.store;
    const deleted = await withErrorToast(
      this,
      api.deleteGroup(group.id).then(() => true),
    );
    if (!deleted) return;
    this.items = this.items?.filter(({ id }) => id !== group.id);
    toast(this, dashboardText('group_deleted', { name: group.name }));
  }

  #nameOf(id: string): string {
    const member = this.store.members.get(id);
    return member ? member.display_name : member === null ? '…' : t('former');
  }

  #admins({ admins }: Group): string {
    const names = admins.slice(0, MAX_ADMINS_SHOWN).map((id) => this.#nameOf(id));
    const more = admins.length - names.length;
    const list = names.join(', ');
    return more > 0 ? `${list} ${dashboardText('and_more', { n: more })}` : list;
  }

  protected override render(): unknown {
    const { items } = this;
    if (!items) return html`<p class="ca-soft" role="status">${t('loading')}</p>`;
    if (!items.length)
      return html`<div class="ca-state cd-card">
        ${icon('group')}
        <h2>${dashboardText('no_groups')}</h2>
        <p>${dashboardText('no_groups_text')}</p>
      </div>`;
    return html`<p class="ca-soft">${dashboardText('groups_private')}</p>
      <p class="ca-soft ca-small" role="status">
        ${dashboardText(this.next ? 'group_count_more' : 'group_count', { n: items.length })}
      </p>
      <div class="cd-card cd-table">
        <table aria-label=${dashboardText('all_groups')}>
          <thead>
            <tr>
              <th scope="col">${dashboardText('name')}</th>
              <th scope="col" class="cd-number">${dashboardText('size')}</th>
              <th scope="col" class="cd-wide">${dashboardText('admins')}</th>
              <th scope="col" class="cd-wide">${dashboardText('created')}</th>
              <th scope="col"><span class="ca-sr">${dashboardText('actions')}</span></th>
            </tr>
          </thead>
          <tbody>
            ${items.map((group) => this.#row(group))}
          </tbody>
        </table>
      </div>
      ${
        this.next
          ? html`<div>
              <button class="ca-button" @click=${() => void this.#load(this.next!)}>
                ${dashboardText('more')}
              </button>
            </div>`
          : nothing
      }`;
  }

  #row(group: Group): TemplateResult {
    const { id, name, participant_count, created_at, image_url } = group;
    const isOpen = this.opened === id;
    return html`<tr>
        <td>
          <div class="cd-who">
            ${avatar(id, name, this.store.pictures.blobUrlOf(image_url), 'group')}<b
              class="ca-grow"
              dir="auto"
              >${name}</b
            >
          </div>
        </td>
        <td class="cd-number">${number(participant_count)}</td>
        <td class="cd-wide" dir="auto">${this.#admins(group)}</td>
        <td class="cd-wide">
          <time datetime=${created_at} title=${exactTime(created_at)}>${ageOf(created_at)}</time>
        </td>
        <td>
          <button
            class="ca-button cd-details"
            aria-expanded=${isOpen ? 'true' : 'false'}
            aria-label=${t('sent_by', { name: dashboardText('details'), text: name })}
            @click=${() => void this.#toggle(group)}
          >
            ${dashboardText('details')}
          </button>
        </td>
      </tr>
      ${
        isOpen
          ? html`<tr class="cd-detail">
              <td colspan="5">${this.#details(group)}</td>
            </tr>`
          : nothing
      }`;
  }

  #details(group: Group): TemplateResult {
    const { participants } = this;
    return html`<dl>
        <div>
          <dt>${dashboardText('created')}</dt>
          <dd>${exactTime(group.created_at)}</dd>
        </div>
        <div>
          <dt>${dashboardText('admins')}</dt>
          <dd dir="auto">${group.admins.map((id) => this.#nameOf(id)).join(', ')}</dd>
        </div>
        <div>
          <dt>${dashboardText('history')}</dt>
          <dd>${dashboardText(`history_${group.history}`)}</dd>
        </div>
        <div>
          <dt>${dashboardText('id')}</dt>
          <dd><code>${group.id}</code></dd>
        </div>
      </dl>
      <h2>${t('participants', { n: group.participant_count })}</h2>
      ${
        participants
          ? html`<ul class="cd-people">
              ${participants.map(
                (person) =>
                  html`<li>
                    ${avatar(person.id, person.display_name, person.avatar_url)}<span
                      class="ca-clip"
                      dir="auto"
                      >${person.display_name}</span
                    >${person.admin ? html`<span class="ca-tag">${dashboardText('admin')}</span>` : nothing}
                  </li>`,
              )}
            </ul>`
          : html`<p class="ca-soft">${t('loading')}</p>`
      }
      <button class="ca-button ca-danger" @click=${() => void this.#delete(group)}>
        ${icon('trash')}${dashboardText('group_delete')}
      </button>`;
  }
}

define('ca-groups', CaGroups);
