/** Site members: who is there, and who may chat. */
import { html, nothing, type TemplateResult } from 'lit';
import { Problem } from '../client/http.ts';
import type { MemberFilter } from '../client/api.ts';
import type { Code, Frame, Member } from '../client/types.ts';
import { t } from '../i18n/index.ts';
import { isolate } from '../i18n/written.ts';
import { toast } from '../ui/attempt.ts';
import { avatar } from '../ui/avatar.ts';
import { ask } from '../ui/dialog.ts';
import { icon } from '../ui/icons.ts';
import { openMenu } from '../ui/menu.ts';
import { StorePart, define } from '../ui/part.ts';
import { memberStyles } from './members.styles.ts';
import { d } from './texts.ts';

const LABEL = '[a-z0-9][a-z0-9_\\-]{0,31}';
const WAIT_MS = 220;

const SAID: { [code in Code]?: Parameters<typeof d>[0] } = {
  'member.is_staff': 'staff_first',
  'role.reserved': 'reserved',
  'role.owner_only': 'owner_only',
  'id.invalid': 'label_bad',
  'body.invalid': 'label_bad',
};

export class CaMembers extends StorePart {
  static override sheets = [memberStyles];
  static override properties = {
    owner: { type: Boolean },
    items: { state: true },
    next: { state: true },
  };
  declare owner: boolean;
  declare items: Member[] | null;
  declare next: string | null;
  private filter: MemberFilter = {};
  private timer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.store.addEventListener('frame', this.frame);
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.store.removeEventListener('frame', this.frame);
  }

  /** Somebody has come, or another of the staff has done something. */
  private frame = (event: Event): void => {
    const frame = (event as CustomEvent<Frame>).detail;
    if (frame.kind !== 'member.changed' || 'gone' in frame.data) return;
    const member = frame.data;
    if (this.items?.some((each) => each.id === member.id)) this.put(member);
    else this.soon();
  };

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.load(), WAIT_MS);
  }

  private put(member: Member): void {
    this.items = this.items?.map((each) => (each.id === member.id ? member : each)) ?? null;
  }

  private async load(cursor?: string): Promise<void> {
    try {
      const page = await this.store.api.listMembers({ ...this.filter, cursor, limit: 50 });
      this.items = cursor ? [...(this.items ?? []), ...page.items] : page.items;
      this.next = page.next;
    } catch {
      toast(this, t('error'));
    }
  }

  private set(key: 'q' | 'status' | 'role' | 'badge', event: Event): void {
    this.filter = { ...this.filter, [key]: (event.target as HTMLInputElement).value.trim() };
    this.soon();
  }

  private async run(work: Promise<Member>): Promise<void> {
    try {
      this.put(await work);
    } catch (error) {
      const said = error instanceof Problem ? SAID[error.code] : undefined;
      toast(this, said ? d(said) : t('error'));
    }
  }

  private async sure(member: Member, verb: 'block' | 'remove'): Promise<void> {
    const text = d(`${verb}_sure`, { name: member.display_name });
    if ((await ask(this, { title: d(verb), text, ok: d(verb), danger: true })) === null) return;
    await this.run(
      verb === 'block'
        ? this.store.api.moderate(member.id, 'block')
        : this.store.api.removeMember(member.id),
    );
  }

  private async label(member: Member, kind: 'role' | 'badge'): Promise<void> {
    const title = d(`add_${kind}`);
    const field = { label: title, value: '', max: 32, pattern: LABEL };
    const answer = await ask(this, { title, text: d('label_hint'), ok: t('add'), field });
    if (!answer) return;
    const { api } = this.store;
    await this.run(
      kind === 'role'
        ? api.setRole(member.id, answer, true)
        : api.setBadge(member.id, answer, true),
    );
  }

  private async write(member: Member): Promise<void> {
    const conversation = await this.store.api
      .startBusinessConversation(member.id)
      .catch(() => null);
    if (!conversation) return toast(this, t('error'));
    await this.store.fetchConversation(conversation.id).catch(() => undefined);
    this.tell('cd-go', { name: 'inbox', id: conversation.id });
  }

  private menu(member: Member, button: HTMLElement): void {
    const { api } = this.store;
    const { id, status, muted, roles } = member;
    const staff = roles.includes('staff');
    const there = status !== 'removed';
    openMenu(button, member.display_name, [
      status === 'pending' && {
        label: d('approve'),
        icon: 'check',
        run: () => void this.run(api.moderate(id, 'approve')),
      },
      status === 'active' && {
        label: d('write'),
        icon: 'chat',
        run: () => void this.write(member),
      },
      there && { label: d('add_role'), icon: 'plus', run: () => void this.label(member, 'role') },
      there && { label: d('add_badge'), icon: 'plus', run: () => void this.label(member, 'badge') },
      there &&
        this.owner && {
          label: d(staff ? 'end_staff' : 'make_staff'),
          icon: 'people',
          run: () => void this.run(api.setRole(id, 'staff', !staff)),
        },
      there && {
        label: d(muted ? 'unmute' : 'mute'),
        icon: 'bell_off',
        run: () => void this.run(api.moderate(id, muted ? 'unmute' : 'mute')),
      },
      status === 'blocked' && {
        label: d('unblock'),
        icon: 'check',
        run: () => void this.run(api.moderate(id, 'unblock')),
      },
      there &&
        status !== 'blocked' && {
          label: d('block'),
          icon: 'ban',
          danger: true,
          run: () => void this.sure(member, 'block'),
        },
      there && {
        label: d('remove'),
        icon: 'trash',
        danger: true,
        run: () => void this.sure(member, 'remove'),
      },
    ]);
  }

  protected override render(): unknown {
    const { items } = this;
    const n = items?.length ?? 0;
    return html`<div class="cd-tools" role="search">
        <div class="cd-search">
          ${icon('search')}<input
            class="ca-field"
            type="search"
            aria-label=${d('search')}
            placeholder=${d('search')}
            @input=${(event: Event) => this.set('q', event)}
          />
        </div>
        <select
          class="ca-field"
          aria-label=${d('status')}
          @change=${(event: Event) => this.set('status', event)}
        >
          <option value="">${d('all_statuses')}</option>
          ${(['active', 'pending', 'blocked', 'removed'] as const).map(
            (each) => html`<option value=${each}>${d(each)}</option>`,
          )}
        </select>
        <input
          class="ca-field cd-label"
          aria-label=${d('role')}
          placeholder=${d('role')}
          @input=${(event: Event) => this.set('role', event)}
        />
        <input
          class="ca-field cd-label"
          aria-label=${d('badge')}
          placeholder=${d('badge')}
          @input=${(event: Event) => this.set('badge', event)}
        />
      </div>
      <p class="ca-soft ca-small" role="status">
        ${items ? d(this.next ? 'count_more' : 'count', { n }) : t('loading')}
      </p>
      ${
        items?.length
          ? html`<div class="cd-card cd-table">
              <table aria-label=${d('members')}>
                <thead>
                  <tr>
                    <th scope="col">${d('name')}</th>
                    <th scope="col">${d('status')}</th>
                    <th scope="col" class="cd-wide">${d('roles')}</th>
                    <th scope="col" class="cd-wide">${d('badges')}</th>
                    <th scope="col"><span class="ca-sr">${d('actions')}</span></th>
                  </tr>
                </thead>
                <tbody>
                  ${items.map((each) => this.line(each))}
                </tbody>
              </table>
            </div>`
          : items
            ? html`<div class="cd-card ca-state">
                ${icon('people')}
                <h2>${d('none')}</h2>
                <p>${d('none_text')}</p>
              </div>`
            : nothing
      }
      ${
        this.next
          ? html`<div>
              <button class="ca-button" @click=${() => void this.load(this.next!)}>
                ${d('more')}
              </button>
            </div>`
          : nothing
      }`;
  }

  private tag(member: Member, label: string, kind: 'role' | 'badge'): TemplateResult {
    const { api } = this.store;
    const shown = label === 'staff' ? t('staff') : label;
    const take = () =>
      void this.run(
        kind === 'role'
          ? api.setRole(member.id, label, false)
          : api.setBadge(member.id, label, false),
      );
    return html`<button
      class="ca-tag"
      aria-label=${d('take', { label: shown })}
      title=${d('take', { label: shown })}
      @click=${take}
    >
      ${shown}${icon('close')}
    </button>`;
  }

  private line(each: Member): TemplateResult {
    const { api } = this.store;
    const status = each.status ?? 'active';
    const extra = [each.muted ? d('muted') : '', each.community === false ? d('outside') : '']
      .filter(Boolean)
      .join(' · ');
    const labels = (list: string[], kind: 'role' | 'badge') =>
      html`<div class="cd-labels">${list.map((label) => this.tag(each, label, kind))}</div>`;
    return html`<tr>
      <td>
        <div class="cd-who">
          ${avatar(each.id, each.display_name, each.avatar_url)}<span class="ca-grow"
            ><b class="ca-clip" dir="auto">${each.display_name}</b><span>${each.id}</span></span
          >
        </div>
      </td>
      <td>
        <span class="cd-status" data-status=${status}>${d(status)}</span
        >${extra ? html`<span class="cd-extra">${extra}</span>` : nothing}
      </td>
      <td class="cd-wide">${labels(each.roles, 'role')}</td>
      <td class="cd-wide">${labels(each.badges, 'badge')}</td>
      <td>
        <div class="cd-acts">
          ${
            status === 'pending'
              ? html`<button
                  class="ca-button ca-primary cd-approve"
                  @click=${() => void this.run(api.moderate(each.id, 'approve'))}
                >
                  ${d('approve')}
                </button>`
              : nothing
          }
          <button
            class="ca-iconbutton"
            aria-haspopup="menu"
            aria-expanded="false"
            aria-label="${t('more')}: ${isolate(each.display_name)}"
            @click=${(event: Event) => this.menu(each, event.currentTarget as HTMLElement)}
          >
            ${icon('more')}
          </button>
        </div>
      </td>
    </tr>`;
  }
}

define('ca-members', CaMembers);
