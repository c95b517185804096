/** Screens that load after the panel first opens. */
import { html, type TemplateResult } from 'lit';
import { t } from '../i18n/index.ts';
import './blocked.ts';
import './naming.ts';
import { addingScreen, memberPicker, newChatScreen } from './new-chat.ts';
import type { CaPanel, Screen } from './panel.ts';
import './people.ts';
import './picker.ts';
import './search.ts';
import { unavailableScreen } from './unavailable.ts';

export { joinBanner } from './community.ts';

export function screenOnDemand(panel: CaPanel, { name, id = '' }: Screen): TemplateResult {
  const { store } = panel;
  switch (name) {
    case 'unavailable':
      return html`<div class="ca-screen">
        ${panel.head(t('chat'))}${unavailableScreen(
          store,
          () => void store.start(),
          (panel.getRootNode() as ShadowRoot).host.getAttribute('sign-in'),
        )}
      </div>`;
    case 'group':
      return memberPicker(panel, t('new_group'), t('next'), () => panel.go({ name: 'naming' }));
    case 'naming':
      return html`<div class="ca-screen">
        ${panel.head(t('name_group'))}<ca-naming
          .store=${store}
          .chosen=${panel.chosen}
        ></ca-naming>
      </div>`;
    case 'people':
      return html`<div class="ca-screen">
        ${panel.head(t('manage'))}<ca-people .store=${store} .conversation=${id}></ca-people>
      </div>`;
    case 'add':
      return addingScreen(panel, id);
    case 'archived':
      return html`<div class="ca-screen">
        ${panel.head(t('archived'))}<ca-list .store=${store} .archived=${true}></ca-list>
      </div>`;
    case 'search':
      return html`<div class="ca-screen">
        ${panel.head(t('search_chats'))}<ca-search class="ca-screen" .store=${store}></ca-search>
      </div>`;
    case 'blocked':
      return html`<div class="ca-screen">
        ${panel.head(t('blocked_list'))}<ca-blocked class="ca-screen" .store=${store}></ca-blocked>
      </div>`;
    default:
      return newChatScreen(panel);
  }
}
