/** The form for a token, with the reason why the previous token was rejected. */
import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../i18n/index.ts';
import { icon } from '../ui/icons.ts';
import type { Refusal } from './session.ts';
import { dashboardText } from './texts.ts';

export interface SignIn {
  refusal: Refusal | undefined;
  /** Absent if a function of the page provides the tokens. */
  onToken?: (token: string) => void;
  onRetry(): void;
  /** Present if there is a token to remove. */
  onSignOut: (() => void) | undefined;
}

export function signInForm({ refusal, onToken, onRetry, onSignOut }: SignIn): TemplateResult {
  const submit = (event: Event) => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).querySelector('input');
    if (!onToken || !field) return onRetry();
    onToken(field.value.trim());
    field.value = '';
  };
  return html`<form class="cd-card cd-signin" @submit=${submit}>
    <span class="cd-mark">${icon(refusal ? 'lock' : 'chat')}</span>
    <h1>${dashboardText(refusal?.reason === 'refused_expired' ? 'again_title' : 'token_title')}</h1>
    <div role="alert">
      ${
        refusal
          ? html`<p class="ca-danger">${dashboardText(refusal.reason, refusal.values)}</p>
              ${
                refusal.detail
                  ? html`<p class="ca-soft ca-small" lang="en" dir="auto">${refusal.detail}</p>`
                  : nothing
              }`
          : nothing
      }
    </div>
    ${
      onToken
        ? html`<p class="ca-soft">${dashboardText('token_text')}</p>
            <label
              >${dashboardText('token')}<input
                class="ca-field"
                type="password"
                autocomplete="off"
                required
            /></label>`
        : nothing
    }<button class="ca-button ca-primary">${onToken ? dashboardText('enter') : t('retry')}</button>
    ${
      onSignOut
        ? html`<button type="button" class="ca-button" @click=${onSignOut}>
            ${dashboardText('signout')}
          </button>`
        : nothing
    }
  </form>`;
}
