import type { Settings } from '../client/types.ts';
import type { StoreElement } from '../ui/element.ts';
import { toast, withErrorToast } from '../ui/toast.ts';
import { dashboardText } from './texts.ts';

/** Saves settings of the site and says so. Returns false, after a message, if that fails. */
export async function saveSettings(
  element: StoreElement,
  change: Partial<Settings>,
): Promise<boolean> {
  const { store } = element;
  const site = await withErrorToast(element, store.api.changeSettings(change));
  if (!site) return false;
  store.receive({ kind: 'site.changed', data: site });
  toast(element, dashboardText('saved'));
  return true;
}
