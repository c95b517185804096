/** The screens that pick members: "New chat", a new group, more participants. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Member } from '../client/types.ts';
import { t } from '../i18n/index.ts';
import { icon } from '../ui/icons.ts';
import { withErrorToast } from '../ui/toast.ts';
import { joinButton } from './community.ts';
import type { CaPanel } from './panel.ts';

/** Starts a conversation and opens it. */
async function open(panel: CaPanel, command: Promise<{ id: string }>): Promise<void> {
  const conversation = await withErrorToast(panel, command);
  if (conversation) panel.go({ name: 'conversation', id: conversation.id });
}

export function newChatScreen(panel: CaPanel): TemplateResult {
  const { store } = panel;
  const { state } = store;
  const me = state.members.get(state.me);
  const off = !state.site?.member_chat_enabled || me?.community === false;
  const groups =
    !off && (state.site?.settings.group_creation !== 'staff' || me?.roles.includes('staff'));
  return html`<div class="ca-screen">
    ${panel.head(t('new_chat'))}
    <div class="ca-ways">
      ${
        groups
          ? html`<button class="ca-row ca-way" @click=${() => panel.go({ name: 'group' })}>
              <span class="ca-round">${icon('group')}</span>${t('new_group')}
            </button>`
          : nothing
      }
      ${
        me
          ? html`<button
              class="ca-row ca-way"
              @click=${() => open(panel, store.api.startBusinessConversation())}
            >
              <span class="ca-round">${icon('store')}</span
              >${t('write_business', { site: state.site?.name ?? '' })}
            </button>`
          : nothing
      }
    </div>
    ${
      off
        ? html`<div class="ca-state">
            ${icon('lock')}
            <h2>${state.site?.member_chat_enabled ? t('not_in_community') : t('roster_off')}</h2>
            <p>${state.site?.member_chat_enabled ? t('join_text') : t('locked')}</p>
            ${state.site?.member_chat_enabled ? joinButton(panel) : nothing}
          </div>`
        : html`<ca-picker
            .store=${store}
            @ca-pick=${(event: CustomEvent<Member>) =>
              open(panel, store.api.startDirectConversation(event.detail.id))}
          ></ca-picker>`
    }
  </div>`;
}

export function memberPicker(
  panel: CaPanel,
  title: string,
  ok: string,
  next: () => void,
  without: string[] = [],
): TemplateResult {
  const n = panel.chosen.length;
  return html`<div class="ca-screen">
    ${panel.head(title)}
    <ca-picker
      .store=${panel.store}
      .several=${true}
      .chosen=${panel.chosen}
      .without=${without}
      @ca-chosen=${(event: CustomEvent<Member[]>) => (panel.chosen = event.detail)}
    ></ca-picker>
    <div class="ca-foot">
      <span class="ca-grow ca-soft ca-small" aria-live="polite"
        >${n ? t('chosen', { n }) : t('pick_members')}</span
      >
      <button class="ca-button ca-primary" ?disabled=${!n || panel.busy} @click=${next}>
        ${ok}
      </button>
    </div>
  </div>`;
}

/** The screen that adds members to a group. */
export function addingScreen(panel: CaPanel, id: string): TemplateResult {
  const { store } = panel;
  const add = async () => {
    const added = panel.chosen.map((member) => store.api.setParticipant(id, member.id, true));
    panel.busy = true;
    await withErrorToast(panel, Promise.all(added));
    panel.busy = false;
    panel.back();
  };
  const participants = store.state.participants.get(id) ?? [];
  const without = participants.map((member) => member.id);
  return memberPicker(panel, t('add_people'), t('add'), () => void add(), without);
}
