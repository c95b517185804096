/** The screen for a chat that cannot be used, with the reason; undefined if it can. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Store } from '../client/store.ts';
import { t, type TextKey } from '../i18n/index.ts';
import { icon, type Icon } from '../ui/icons.ts';

/** `signIn` is the address of the site's page to sign in. */
export function unavailableScreen(
  store: Store,
  retry: () => void,
  signIn?: string | null,
): TemplateResult | undefined {
  const { phase, problem } = store.state;
  if (phase !== 'failed' && phase !== 'barred') return undefined;
  const code = problem?.code;
  const signin = /^(token|identity)\.|^member\.not_registered$/.test(code ?? '');
  const [symbol, about]: [Icon, string] =
    code === 'member.pending'
      ? ['clock', 'pending']
      : signin
        ? ['people', 'signin']
        : phase === 'barred'
          ? ['ban', 'barred']
          : ['wifi_off', 'failed'];
  return html`<div class="ca-state" part="failure" role="status">
    ${icon(symbol)}
    <h2>${t(`${about}_title` as TextKey)}</h2>
    <p>${t(`${about}_text` as TextKey)}</p>
    ${
      signin && isWebAddress(signIn)
        ? html`<a class="ca-button ca-primary" href=${signIn}>${t('signin')}</a>`
        : nothing
    }
    ${
      phase === 'failed'
        ? html`<button class="ca-button" @click=${retry}>${t('retry')}</button>`
        : nothing
    }
  </div>`;
}

const isWebAddress = (address: string | null | undefined): address is string =>
  !!address &&
  /^https?:/.test(
    URL.canParse(address, location.href) ? new URL(address, location.href).protocol : '',
  );
