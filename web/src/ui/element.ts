/**
 * The base of all components. They render without a shadow root of their own, into that of `<causerie-chat>` or of the
 * dashboard: so every `part` is reachable by `::part` of the page, and labels and focus need no tricks. Their styles
 * are adopted once per root, which a strict CSP allows.
 */
import { LitElement, type CSSResult } from 'lit';
import type { Store } from '../client/store.ts';

export abstract class LightElement extends LitElement {
  static sheets: CSSResult[] = [];

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    const root = this.getRootNode() as ShadowRoot | Document;
    for (const style of (this.constructor as typeof LightElement).sheets) {
      const sheet = style.styleSheet!;
      if (!root.adoptedStyleSheets.includes(sheet))
        root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    }
    super.connectedCallback();
  }

  protected emit(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  protected focusOn(selector: string): void {
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(selector)?.focus());
  }
}

/** A part that shows the state: rendered anew when it changes. */
export abstract class StoreElement extends LightElement {
  declare store: Store;

  #changed = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    this.store.addEventListener('change', this.#changed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.store.removeEventListener('change', this.#changed);
  }
}

/** Two copies of the script on one page are one too many, but no reason to throw. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
