/** "Options" of the list of conversations. */
import { t } from '../i18n/index.ts';
import { openMenu } from '../ui/menu.ts';
import { setCommunity } from './community.ts';
import type { CaPanel } from './panel.ts';

export function optionsMenu(panel: CaPanel, button: HTMLElement): void {
  const { state } = panel.store;
  openMenu(button, t('options'), [
    { label: t('archived'), icon: 'inbox', run: () => panel.go({ name: 'archived' }) },
    { label: t('blocked_list'), icon: 'ban', run: () => panel.go({ name: 'blocked' }) },
    !!state.members.get(state.me)?.community && {
      label: t('leave_community'),
      icon: 'leave',
      danger: true,
      run: () => setCommunity(panel, false),
    },
  ]);
}
