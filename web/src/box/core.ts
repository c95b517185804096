/**
 * Runs behind a closed bubble: the store and its unread count. Opening it the first time loads the
 * panel.
 */
import { Problem } from '../client/problem.ts';
import { Store, type StoreOptions } from '../client/store.ts';
import { unreadTotal } from '../client/state.ts';
import { languageOf, t, useLanguage } from '../i18n/index.ts';
import type { Settings } from '../client/types.ts';
import { applyAppearance } from './appearance.ts';
import type { CaPanel } from './panel.ts';

/** What was on screen, to show it again to the same member only. */
export interface Screen {
  owner: string;
  conversation: string | undefined;
}

export interface Core {
  unread: number;
  label: string;
  /** Opens the panel, on a conversation or, without taking the focus, on an earlier screen. */
  open(conversation?: string, screen?: Screen): Promise<void>;
  close(): void;
  /** Returns what was on screen. */
  stop(): Screen | undefined;
  /** Stops and removes what the browser keeps for the member. */
  signOut(): void;
}

export async function start(
  host: HTMLElement,
  root: ShadowRoot,
  options: StoreOptions,
  changed: () => void,
): Promise<Core> {
  await useLanguage(languageOf(host));
  const store = new Store(options);
  const owner = (): string => [options.server, options.site, store.state.me].join(' ');
  let panel: CaPanel | undefined;
  let wanted = false;

  const core: Core = {
    unread: 0,
    label: t('open'),
    async open(conversation, screen) {
      wanted = true;
      const { CaPanel, allowPictures } = await import('./opened.ts').catch((error) => {
        store.report(new Problem(0, 'network'));
        throw error;
      });
      allowPictures([options.server, ...(host.getAttribute('picture-hosts')?.split(/\s+/) ?? [])]);
      if (screen) await started;
      if (!wanted) return;
      const isNew = !panel;
      panel ??= new CaPanel();
      panel.store = store;
      const id = conversation ?? (screen?.owner === owner() ? screen.conversation : undefined);
      if (id && (conversation || isNew)) panel.go({ name: 'conversation', id });
      if (!isNew) return;
      if (screen) await showUnfocused(root, panel);
      else {
        root.append(panel);
        panel.focus();
      }
    },
    close() {
      wanted = false;
      panel?.remove();
      panel = undefined;
    },
    stop() {
      const screen = panel && { owner: owner(), conversation: panel.showing };
      store.stop();
      language.disconnect();
      core.close();
      return screen;
    },
    signOut() {
      store.signOut();
      core.stop();
    },
  };

  let applied: Settings['appearance'] | undefined;
  const refresh = (): void => {
    const appearance = store.state.site?.settings.appearance;
    if (appearance && appearance !== applied) applyAppearance(root, (applied = appearance));
    core.unread = unreadTotal(store.state);
    core.label = core.unread ? `${t('open')}, ${t('unread', { n: core.unread })}` : t('open');
    changed();
  };
  store.addEventListener('change', refresh);
  store.addEventListener('problem', (event) => {
    const { code, detail } = (event as CustomEvent<Problem>).detail;
    // eslint-disable-next-line no-console -- for the developer of the page
    console.warn(code, detail);
    host.dispatchEvent(
      new CustomEvent('causerie-error', {
        detail: { code, detail },
        bubbles: true,
        composed: true,
      }),
    );
  });
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
  const started = store.start();
  return core;
}

/** The panel comes back without the reader's doing, so it leaves the focus where it is. */
async function showUnfocused(root: ShadowRoot, panel: CaPanel): Promise<void> {
  panel.focus = () => undefined;
  root.append(panel);
  await panel.updateComplete;
  delete (panel as { focus?: unknown }).focus;
}
