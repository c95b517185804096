/** Files that are dropped or pasted. Messages have no attachments. */
import { t } from '../i18n/index.ts';
import { toast } from './toast.ts';

/** Says that files cannot be sent. Without this the browser leaves the page for a dropped file. */
export function refuseFiles(root: HTMLElement): void {
  const refuse = (event: DragEvent | ClipboardEvent, data: DataTransfer | null): void => {
    // Some programs add a picture of the text that they copy.
    const types = data?.types ?? [];
    if (!types.includes('Files') || types.includes('text/plain')) return;
    event.preventDefault();
    if (event.type !== 'dragover') toast(root, t('no_files'));
  };
  root.addEventListener('dragover', (event) => refuse(event, event.dataTransfer));
  root.addEventListener('drop', (event) => refuse(event, event.dataTransfer));
  root.addEventListener('paste', (event) => refuse(event, event.clipboardData));
}
