/**
 * Runs behind a closed bubble: the store and its unread count. Opening it the first time loads the
 * panel.
 */
import { Store, type StoreOptions } from '../client/store.ts';
import { unreadTotal } from '../client/state.ts';
import { languageOf, t, useLanguage } from '../i18n/index.ts';
import type { CaPanel } from './panel.ts';

export interface Core {
  unread: number;
  label: string;
  open(): Promise<void>;
  close(): void;
  show(conversation: string): Promise<void>;
  stop(): void;
}

export async function start(
  host: HTMLElement,
  root: ShadowRoot,
  options: StoreOptions,
  changed: () => void,
): Promise<Core> {
  await useLanguage(languageOf(host));
  const store = new Store(options);
  let panel: CaPanel | undefined;
  let wanted = false;

  const core: Core = {
    unread: 0,
    label: t('open'),
    async open() {
      wanted = true;
      const { CaPanel, allowPictures } = await import('./panel.ts');
      allowPictures([options.server, ...(host.getAttribute('picture-hosts')?.split(/\s+/) ?? [])]);
      if (!wanted || panel) return;
      panel = new CaPanel();
      panel.store = store;
      root.append(panel);
      panel.focus();
    },
    close() {
      wanted = false;
      panel?.remove();
      panel = undefined;
    },
    async show(conversation) {
      await core.open();
      panel?.go({ name: 'conversation', id: conversation });
    },
    stop() {
      store.stop();
      language.disconnect();
      core.close();
    },
  };

  const refresh = (): void => {
    core.unread = unreadTotal(store.state);
    core.label = core.unread ? `${t('open')}, ${t('unread', { n: core.unread })}` : t('open');
    changed();
  };
  store.addEventListener('change', refresh);
  store.addEventListener('message', (event) => {
    const message = (event as CustomEvent).detail;
    // Sites may play a sound on this event, so it skips own, collapsed and muted messages.
    const muted = store.state.conversations.get(message.conversation_id)?.muted;
    if (message.author === store.state.me || message.collapsed || muted) return;
    const detail = { conversation: message.conversation_id, message: message.id };
    host.dispatchEvent(
      new CustomEvent('causerie-message', { detail, bubbles: true, composed: true }),
    );
  });

  const language = new MutationObserver(async () => {
    await useLanguage(languageOf(host));
    panel?.requestUpdate();
    for (const part of panel?.querySelectorAll<HTMLElement & { requestUpdate?(): void }>('*') ?? [])
      part.requestUpdate?.();
    refresh();
  });
  language.observe(document.documentElement, { attributeFilter: ['lang'] });
  language.observe(host, { attributeFilter: ['lang'] });

  refresh();
  void store.start();
  return core;
}
