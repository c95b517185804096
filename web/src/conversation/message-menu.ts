/** "Message actions": reply, copy, edit, delete. */
import type { Store } from '../client/store.ts';
import type { Conversation, Message } from '../client/types.ts';
import { t } from '../i18n/index.ts';
import { withErrorToast, toast } from '../ui/toast.ts';
import { openMenu } from '../ui/menu.ts';

export function messageMenu(
  from: HTMLElement,
  store: Store,
  conversation: Conversation,
  message: Message,
  button: HTMLElement,
  writable: boolean,
): void {
  const mine = message.author === store.state.me;
  const emit = (name: string) =>
    from.dispatchEvent(new CustomEvent(name, { detail: message, bubbles: true, composed: true }));
  const copy = () =>
    void navigator.clipboard?.writeText(message.text).then(
      () => toast(from, t('copied')),
      () => undefined,
    );
  openMenu(button, t('actions'), [
    writable && { label: t('reply'), icon: 'reply', run: () => emit('ca-reply') },
    { label: t('copy'), icon: 'copy', run: copy },
    mine && writable && { label: t('edit'), icon: 'pencil', run: () => emit('ca-edit') },
    (mine || conversation.admin) && {
      label: t('delete'),
      icon: 'trash',
      danger: true,
      run: () => void withErrorToast(from, remove(from, store, conversation.id, message.id)),
    },
  ]);
}

async function remove(
  from: HTMLElement,
  store: Store,
  conversation: string,
  message: string,
): Promise<void> {
  const { openDialog } = await import('../ui/dialog.ts');
  const confirmed = await openDialog(from, {
    title: t('delete'),
    text: t('delete_sure'),
    ok: t('delete'),
    danger: true,
  });
  if (confirmed === null) return;
  await store.applyCommand(conversation, message, store.api.deleteMessage(conversation, message));
}
