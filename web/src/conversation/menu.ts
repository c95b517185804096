/** "More actions" of a conversation. */
import type { Store } from '../client/store.ts';
import type { Conversation } from '../client/types.ts';
import { t } from '../i18n/index.ts';
import { withErrorToast, toast } from '../ui/toast.ts';
import { openDialog } from '../ui/dialog.ts';
import { chooseImage } from '../ui/image.ts';
import { openMenu } from '../ui/menu.ts';
import { nameOf, otherOf } from './names.ts';

export function conversationMenu(
  from: HTMLElement,
  store: Store,
  conversation: Conversation,
  button: HTMLElement,
): void {
  const { id, kind, admin, muted, pinned, archived, closed, image_url } = conversation;
  const { api, state } = store;
  const openScreen = (name: string) =>
    from.dispatchEvent(
      new CustomEvent('ca-go', { detail: { name, id }, bubbles: true, composed: true }),
    );
  const run = (work: Promise<unknown>) => void withErrorToast(from, work);
  const group = kind === 'group' && !closed;
  const other = otherOf(state, conversation);
  openMenu(button, t('more'), [
    group && { label: t('manage'), icon: 'group', run: () => openScreen('people') },
    group &&
      admin && {
        label: t('rename'),
        icon: 'pencil',
        run: () => void rename(from, store, conversation),
      },
    group &&
      admin && { label: t('change_image'), icon: 'camera', run: () => void image(from, store, id) },
    group &&
      admin &&
      !!image_url && {
        label: t('remove_image'),
        icon: 'close',
        run: () => run(api.removeGroupImage(id)),
      },
    group &&
      admin && {
        label: t('history'),
        icon: 'clock',
        run: () => void history(from, store, conversation),
      },
    {
      label: t(pinned ? 'unpin' : 'pin'),
      icon: 'pin',
      run: () => run(store.changePreferences(id, { pinned: !pinned })),
    },
    {
      label: t(muted ? 'unmute' : 'mute'),
      icon: 'bell_off',
      run: () => run(store.changePreferences(id, { muted: !muted })),
    },
    {
      label: t(archived ? 'unarchive' : 'archive'),
      icon: 'inbox',
      run: () => run(store.changePreferences(id, { archived: !archived })),
    },
    kind === 'direct' &&
      !!other && {
        label: t('block'),
        icon: 'ban',
        danger: true,
        run: () => void block(from, store, other, nameOf(store, other, conversation)),
      },
    group && {
      label: t('leave'),
      icon: 'leave',
      danger: true,
      run: () =>
        void confirmAndRun(from, t('leave'), t('leave_sure'), () =>
          api.setParticipant(id, 'me', false),
        ),
    },
    group &&
      admin && {
        label: t('delete_group'),
        icon: 'trash',
        danger: true,
        run: () =>
          void confirmAndRun(from, t('delete_group'), t('delete_group_sure'), () =>
            api.deleteGroup(id),
          ),
      },
  ]);
}

export async function confirmAndRun(
  from: HTMLElement,
  title: string,
  text: string,
  work: () => Promise<unknown>,
): Promise<boolean> {
  if ((await openDialog(from, { title, text, ok: title, danger: true })) === null) return false;
  return (
    (await withErrorToast(
      from,
      work().then(() => true),
    )) ?? false
  );
}

export async function block(
  from: HTMLElement,
  store: Store,
  id: string,
  name: string,
): Promise<void> {
  await confirmAndRun(from, t('block'), t('block_sure', { name }), () =>
    store.api.setContactBlocked(id, true),
  );
}

async function rename(from: HTMLElement, store: Store, { id, name }: Conversation): Promise<void> {
  const field = { label: t('group_name'), value: name ?? '', max: 100 };
  const newName = await openDialog(from, { title: t('rename'), ok: t('save'), field });
  if (newName) await withErrorToast(from, store.api.changeGroup(id, { name: newName }));
}

async function image(from: HTMLElement, store: Store, id: string): Promise<void> {
  const chosen = await chooseImage(from);
  if (chosen)
    await store.api.changeGroupImage(id, chosen).catch(() => toast(from, t('image_failed')));
}

async function history(from: HTMLElement, store: Store, conversation: Conversation): Promise<void> {
  const all = conversation.history === 'all';
  const next = all ? 'since_joined' : 'all';
  const label = (value: 'all' | 'since_joined') => t(`history_${value}`);
  const text = `${label(all ? 'all' : 'since_joined')} → ${label(next)}`;
  if ((await openDialog(from, { title: t('history'), text, ok: t('save') })) !== null) {
    await withErrorToast(from, store.api.changeGroup(conversation.id, { history: next }));
  }
}
