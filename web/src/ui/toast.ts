/** Shows failures in a toast of the surrounding panel or dashboard. */
import { Problem } from '../client/problem.ts';
import { t } from '../i18n/index.ts';
import { refusalText } from '../conversation/names.ts';

export async function withErrorToast<T>(
  from: HTMLElement,
  work: Promise<T>,
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const code = error instanceof Problem ? error.code : undefined;
    toast(from, navigator.onLine ? refusalText(code) : t('offline_now'));
    return undefined;
  }
}

export function toast(from: HTMLElement, text: string): void {
  from.dispatchEvent(new CustomEvent('ca-toast', { detail: text, bubbles: true, composed: true }));
}
