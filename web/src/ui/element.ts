/**
 * The base of all components. They render into the shadow root of `<causerie-chat>` or of the
 * dashboard instead of their own, so the page can style every `part`, and labels and focus work
 * across components. Each root adopts a component's styles once, which a strict CSP allows.
 */
import { LitElement, type CSSResult } from 'lit';
import type { Store } from '../client/store.ts';

export function adoptStyles(root: ShadowRoot | Document, ...styles: CSSResult[]): void {
  for (const { styleSheet } of styles)
    if (!root.adoptedStyleSheets.includes(styleSheet!))
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, styleSheet!];
}

export abstract class LightElement extends LitElement {
  static sheets: CSSResult[] = [];

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    adoptStyles(
      this.getRootNode() as ShadowRoot | Document,
      ...(this.constructor as typeof LightElement).sheets,
    );
    super.connectedCallback();
  }

  protected emit(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  protected focusOn(selector: string): void {
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(selector)?.focus());
  }
}

/** Renders again whenever the store's state changes. */
export abstract class StoreElement extends LightElement {
  declare store: Store;

  #changed = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    this.store.addEventListener('change', this.#changed);
    // An element that was moved in the page has missed changes.
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.store.removeEventListener('change', this.#changed);
  }
}

/** Ignores a second copy of the script on one page. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
