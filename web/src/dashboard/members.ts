/** The table of site members: search, filters, moderation, roles and badges. */
import { html, nothing, type TemplateResult } from 'lit';
import { Problem } from '../client/problem.ts';
import type { MemberFilter } from '../client/api.ts';
import type { Code, Frame, Member, MemberCounts, Site } from '../client/types.ts';
import { locale, t } from '../i18n/index.ts';
import { toast, withErrorToast } from '../ui/toast.ts';
import { avatar } from '../ui/avatar.ts';
import { openDialog } from '../ui/dialog.ts';
import { icon } from '../ui/icons.ts';
import { badgeLabel, badgeStyle, roleName } from '../ui/labels.ts';
import { openMenu } from '../ui/menu.ts';
import { StoreElement, define } from '../ui/element.ts';
import {
  MAX_LABEL_LENGTH,
  badgeOfText,
  nameOfText,
  newBadgeName,
  newBadgeStyle,
} from './badges.ts';
import { filterSelect, memberSummary, type FilterKey } from './member-filters.ts';
import { memberStyles } from './members.styles.ts';
import { dashboardText } from './texts.ts';

const RELOAD_DELAY_MS = 220;

const STATUSES = ['active', 'pending', 'blocked', 'removed'] as const;

const REFUSAL_TEXTS: { [code in Code]?: Parameters<typeof dashboardText>[0] } = {
  'member.is_staff': 'staff_first',
  'role.reserved': 'reserved',
  'role.owner_only': 'owner_only',
  'id.invalid': 'label_bad',
  'body.invalid': 'label_bad',
};

export class CaMembers extends StoreElement {
  static override sheets = [memberStyles];
  static override properties = {
    owner: { type: Boolean },
    counts: {},
    items: { state: true },
    next: { state: true },
  };
  declare owner: boolean;
  declare counts: MemberCounts | undefined;
  declare items: Member[] | null;
  declare next: string | null;
  #filter: MemberFilter = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.store.addEventListener('frame', this.#onFrame);
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.store.removeEventListener('frame', this.#onFrame);
  }

  /** A member registered, or staff changed one elsewhere. */
  #onFrame = (event: Event): void => {
    const frame = (event as CustomEvent<Frame>).detail;
    if (frame.kind !== 'member.changed' || 'gone' in frame.data) return;
    const member = frame.data;
    if (this.items?.some((person) => person.id === member.id)) this.#replaceMember(member);
    else this.#reloadSoon();
  };

  #reloadSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#load(), RELOAD_DELAY_MS);
  }

  #replaceMember(member: Member): void {
    this.items = this.items?.map((person) => (person.id === member.id ? member : person)) ?? null;
  }

  async #load(cursor?: string): Promise<void> {
    try {
      const page = await this.store.api.listMembers({ ...this.#filter, cursor, limit: 50 });
      this.items = cursor ? [...(this.items ?? []), ...page.items] : page.items;
      this.next = page.next;
    } catch {
      toast(this, t('error'));
    }
  }

  #setFilter(key: 'q' | FilterKey, event: Event): void {
    this.#filter = { ...this.#filter, [key]: (event.target as HTMLInputElement).value.trim() };
    this.#reloadSoon();
  }

  async #run(work: Promise<Member>): Promise<void> {
    try {
      this.#replaceMember(await work);
    } catch (error) {
      const text = error instanceof Problem ? REFUSAL_TEXTS[error.code] : undefined;
      toast(this, text ? dashboardText(text) : t('error'));
    }
  }

  async #confirmAndRun(member: Member, verb: 'block' | 'remove'): Promise<void> {
    const text = dashboardText(`${verb}_sure`, { name: member.display_name });
    if (
      (await openDialog(this, {
        title: dashboardText(verb),
        text,
        ok: dashboardText(verb),
        danger: true,
      })) === null
    )
      return;
    await this.#run(
      verb === 'block'
        ? this.store.api.moderate(member.id, 'block')
        : this.store.api.removeMember(member.id),
    );
  }

  /** The name of a role or badge is made of the text. The owner’s text stays as a label of the badge. */
  async #addLabel(member: Member, kind: 'role' | 'badge'): Promise<void> {
    const title = dashboardText(`add_${kind}`);
    const held = new Set(kind === 'role' ? member.roles : member.badges);
    const choices = this.#known(kind)
      .filter(([name]) => !held.has(name))
      .map(([, label]) => label);
    const text = await openDialog(this, {
      title,
      text: dashboardText('label_hint'),
      ok: t('add'),
      field: { label: title, value: '', max: MAX_LABEL_LENGTH, choices },
    });
    if (!text) return;
    const { api } = this.store;
    if (kind === 'role') return this.#run(api.setRole(member.id, nameOfText(text), true));
    const name = badgeOfText(this.#badges, text) ?? (await this.#createBadge(text));
    if (name) await this.#run(api.setBadge(member.id, name, true));
  }

  async #createBadge(text: string): Promise<string | undefined> {
    const badges = this.#badges ?? {};
    if (!this.owner || nameOfText(text) === text) return nameOfText(text);
    const name = newBadgeName(badges, text);
    const change = { badges: { ...badges, [name]: newBadgeStyle(text) } };
    const site = await withErrorToast(this, this.store.api.changeSettings(change));
    if (!site) return undefined;
    this.store.receive({ kind: 'site.changed', data: site });
    return name;
  }

  get #badges(): Site['settings']['badges'] | undefined {
    return this.store.state.site?.settings.badges;
  }

  /** Names and texts of the roles or badges that members have or the settings list. */
  #known(kind: 'role' | 'badge'): [name: string, label: string][] {
    const counted = Object.keys(this.counts?.[`${kind}s`] ?? {});
    const chosen = this.#filter[kind];
    const names = new Set([
      ...counted,
      ...(kind === 'badge' ? Object.keys(this.#badges ?? {}) : []),
      ...(chosen ? [chosen] : []),
    ]);
    return [...names]
      .map((name): [string, string] => [name, this.#label(kind, name)])
      .sort(([, one], [, other]) => one.localeCompare(other, locale()));
  }

  #label(kind: 'role' | 'badge', name: string): string {
    if (kind === 'badge') return badgeLabel(this.#badges, name);
    return roleName(name);
  }

  async #write(member: Member): Promise<void> {
    const conversation = await this.store.api
      .startBusinessConversation(member.id)
      .catch(() => null);
    if (!conversation) return toast(this, t('error'));
    await this.store.fetchConversation(conversation.id).catch(() => undefined);
    this.emit('ca-go', { name: 'conversation', id: conversation.id });
  }

  #menu(member: Member, button: HTMLElement): void {
    const { api } = this.store;
    const { id, status, muted, roles } = member;
    const staff = roles.includes('staff');
    const there = status !== 'removed';
    openMenu(button, member.display_name, [
      status === 'pending' && {
        label: dashboardText('approve'),
        icon: 'check',
        run: () => void this.#run(api.moderate(id, 'approve')),
      },
      status === 'active' && {
        label: dashboardText('write'),
        icon: 'chat',
        run: () => void this.#write(member),
      },
      there && {
        label: dashboardText('add_role'),
        icon: 'plus',
        run: () => void this.#addLabel(member, 'role'),
      },
      there && {
        label: dashboardText('add_badge'),
        icon: 'plus',
        run: () => void this.#addLabel(member, 'badge'),
      },
      there &&
        this.owner && {
          label: dashboardText(staff ? 'end_staff' : 'make_staff'),
          icon: 'people',
          run: () => void this.#run(api.setRole(id, 'staff', !staff)),
        },
      there && {
        label: dashboardText(muted ? 'unmute' : 'mute'),
        icon: 'bell_off',
        run: () => void this.#run(api.moderate(id, muted ? 'unmute' : 'mute')),
      },
      status === 'blocked' && {
        label: dashboardText('unblock'),
        icon: 'check',
        run: () => void this.#run(api.moderate(id, 'unblock')),
      },
      there &&
        status !== 'blocked' && {
          label: dashboardText('block'),
          icon: 'ban',
          danger: true,
          run: () => void this.#confirmAndRun(member, 'block'),
        },
      there && {
        label: dashboardText('remove'),
        icon: 'trash',
        danger: true,
        run: () => void this.#confirmAndRun(member, 'remove'),
      },
    ]);
  }

  protected override render(): unknown {
    const { items } = this;
    const n = items?.length ?? 0;
    const select = (key: FilterKey, all: string, options: readonly [string, string][]) =>
      filterSelect(key, all, options, this.counts, (event) => this.#setFilter(key, event));
    return html`<div class="cd-tools" role="search">
        <div class="cd-search">
          ${icon('search')}<input
            class="ca-field"
            type="search"
            aria-label=${dashboardText('search')}
            placeholder=${dashboardText('search')}
            @input=${(event: Event) => this.#setFilter('q', event)}
          />
        </div>
        ${[
          select(
            'status',
            dashboardText('all_statuses'),
            STATUSES.map((status) => [status, dashboardText(status)]),
          ),
          select('role', dashboardText('all_roles'), this.#known('role')),
          select('badge', dashboardText('all_badges'), this.#known('badge')),
        ]}
      </div>
      <p class="ca-soft ca-small" role="status">
        ${items ? memberSummary(this.counts, this.#filter, n, !!this.next) : t('loading')}
      </p>
      ${
        items?.length
          ? html`<div class="cd-card cd-table">
              <table aria-label=${dashboardText('members')}>
                <thead>
                  <tr>
                    <th scope="col">${dashboardText('name')}</th>
                    <th scope="col">${dashboardText('status')}</th>
                    <th scope="col" class="cd-wide">${dashboardText('roles')}</th>
                    <th scope="col" class="cd-wide">${dashboardText('badges')}</th>
                    <th scope="col"><span class="ca-sr">${dashboardText('actions')}</span></th>
                  </tr>
                </thead>
                <tbody>
                  ${items.map((member) => this.#row(member))}
                </tbody>
              </table>
            </div>`
          : items
            ? html`<div class="cd-card ca-state">
                ${icon('people')}
                <h2>${dashboardText('none')}</h2>
                <p>${dashboardText('none_text')}</p>
              </div>`
            : nothing
      }
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

  #tag(member: Member, label: string, kind: 'role' | 'badge'): TemplateResult {
    const { api } = this.store;
    const shown = this.#label(kind, label);
    const remove = () =>
      void this.#run(
        kind === 'role'
          ? api.setRole(member.id, label, false)
          : api.setBadge(member.id, label, false),
      );
    return html`<button
      class="ca-tag"
      aria-label=${dashboardText('take', { label: shown })}
      title=${dashboardText('take', { label: shown })}
      .style=${kind === 'badge' ? badgeStyle(this.#badges?.[label]?.color) : ''}
      @click=${remove}
    >
      ${shown}${icon('close')}
    </button>`;
  }

  #row(member: Member): TemplateResult {
    const { api } = this.store;
    const status = member.status ?? 'active';
    const extra = [
      member.muted ? dashboardText('muted') : '',
      member.community === false ? dashboardText('outside') : '',
    ]
      .filter(Boolean)
      .join(' · ');
    const labels = (list: string[], kind: 'role' | 'badge') =>
      html`<div class="cd-labels">${list.map((label) => this.#tag(member, label, kind))}</div>`;
    return html`<tr>
      <td>
        <div class="cd-who">
          ${avatar(member.id, member.display_name, member.avatar_url)}<span class="ca-grow"
            ><b class="ca-clip" dir="auto">${member.display_name}</b><span>${member.id}</span></span
          >
        </div>
      </td>
      <td>
        <span class="cd-status" data-status=${status}>${dashboardText(status)}</span
        >${extra ? html`<span class="cd-extra">${extra}</span>` : nothing}
      </td>
      <td class="cd-wide">${labels(member.roles, 'role')}</td>
      <td class="cd-wide">${labels(member.badges, 'badge')}</td>
      <td>
        <div class="cd-acts">
          ${
            status === 'pending'
              ? html`<button
                  class="ca-button ca-primary cd-approve"
                  @click=${() => void this.#run(api.moderate(member.id, 'approve'))}
                >
                  ${dashboardText('approve')}
                </button>`
              : nothing
          }
          <button
            class="ca-iconbutton"
            aria-haspopup="menu"
            aria-expanded="false"
            aria-label=${t('sent_by', { name: t('more'), text: member.display_name })}
            @click=${(event: Event) => this.#menu(member, event.currentTarget as HTMLElement)}
          >
            ${icon('more')}
          </button>
        </div>
      </td>
    </tr>`;
  }
}

define('ca-members', CaMembers);
