/** Keys typed in the box: some belong to an input method, and none of them to the page. */

/**
 * Whether an input method handles the key. WebKit, and some input methods elsewhere, send the Enter
 * that confirms a word after the composition has ended. It then has only the key code 229.
 */
const isInputMethodKey = (event: KeyboardEvent): boolean =>
  event.isComposing || event.keyCode === 229;

const MODIFIERS = new Set(['Alt', 'AltGraph', 'Control', 'Meta', 'Shift']);

/** AltGr types characters, although some systems report it as Ctrl+Alt. */
const isShortcut = (event: KeyboardEvent): boolean =>
  MODIFIERS.has(event.key) ||
  ((event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState('AltGraph'));

const isEditable = (target: EventTarget | null): target is HTMLElement =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input, textarea, select'));

/**
 * Keeps the keys of an input method from every handler inside `root`, so that the Enter that confirms
 * a word sends nothing and the Escape that cancels it closes nothing.
 */
export function shieldInputMethods(root: EventTarget): void {
  root.addEventListener(
    'keydown',
    (event) => {
      const key = event as KeyboardEvent;
      if (!isInputMethodKey(key)) return;
      key.stopPropagation();
      const field = key.composedPath()[0];
      const submits = key.key === 'Enter' && field instanceof HTMLInputElement;
      if (submits || key.key === 'Escape') key.preventDefault();
    },
    true,
  );
}

/**
 * Keeps typed characters from the page. Its listeners see the host element as the target, not the
 * field, and would take a letter for a shortcut.
 */
export function keepTypingFromPage(root: EventTarget): void {
  for (const type of ['keydown', 'keypress', 'keyup'])
    root.addEventListener(type, (event) => {
      const key = event as KeyboardEvent;
      if (isEditable(key.target) && !isShortcut(key)) key.stopPropagation();
    });
}

/** Whether the focus is in a field of the page, which must not lose it. */
export function isTypingElsewhere(element: Element): boolean {
  const root = element.getRootNode();
  const active = document.activeElement;
  return (
    root instanceof ShadowRoot &&
    active !== root.host &&
    (isEditable(active) || active instanceof HTMLIFrameElement)
  );
}
