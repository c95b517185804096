/** Whether the member looks at the page: it is visible and has the focus. */
export const hasAttention = (): boolean =>
  document.visibilityState === 'visible' && document.hasFocus();

/** Calls back when the member may have returned to the page. Returns a function that stops it. */
export function onAttention(callback: () => void): () => void {
  const notify = (): void => {
    if (hasAttention()) callback();
  };
  document.addEventListener('visibilitychange', notify);
  addEventListener('focus', notify);
  return () => {
    document.removeEventListener('visibilitychange', notify);
    removeEventListener('focus', notify);
  };
}
