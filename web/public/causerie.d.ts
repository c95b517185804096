// Types of <causerie-chat> and window.causerie. The service serves this file as /causerie.d.ts: put a copy beside your sources.

/** Returns a token from your own back end. Called when one is needed. */
type CauserieIdentify = () => Promise<string> | string;

interface Causerie {
  /** Says how to get a token. Call it again when another member signs in, or out. */
  identify(how: CauserieIdentify): void;
  /** Opens the panel, on a conversation if its id is given. */
  open(conversation?: string): void;
  close(): void;
  /** Signs the member out and removes what the browser keeps for them. */
  reset(): void;
}

/** Attributes of `<causerie-chat>`. */
interface CauserieChatAttributes {
  site: string;
  server?: string;
  theme?: 'light' | 'dark';
  lang?: string;
  'page-title'?: 'off';
  'picture-hosts'?: string;
}

interface CauserieChatElement extends HTMLElement {
  readonly open: boolean;
  show(conversation?: string): Promise<void>;
  close(): void;
  toggle(): void;
  again(): void;
}

interface Window {
  /** Before the script has come, `{ q: [fn] }` keeps the function for it. */
  causerie?: Causerie | { q: CauserieIdentify[] };
}

interface HTMLElementTagNameMap {
  'causerie-chat': CauserieChatElement;
}

interface HTMLElementEventMap {
  'causerie-open': Event;
  'causerie-close': Event;
  'causerie-error': CustomEvent<{ code: string; detail: string }>;
  'causerie-message': CustomEvent<{ conversation: string; message: string }>;
}

interface WindowEventMap {
  'causerie-ready': Event;
}
