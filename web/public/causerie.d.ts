// Types of <causerie-chat> and window.causerie. The service serves this file as /causerie.d.ts: copy
// it to your sources.

/** Returns a token from your own back end. Called whenever the chat needs one. */
type CauserieIdentify = () => Promise<string> | string;

/** `window.causerie`, for all chats of the page. */
interface Causerie {
  /** Sets the function that returns tokens. Call it again when another member signs in. */
  identify(how: CauserieIdentify): void;
  /** Opens the panel, on a conversation if its id is given. */
  open(conversation?: string): void;
  close(): void;
  /** Signs the member out, and removes drafts and unsent messages from the browser. */
  reset(): void;
}

/** What a page sets before `causerie.js` has loaded: the function, stored for it. */
interface CauserieQueue {
  q: CauserieIdentify[];
}

/** Attributes of `<causerie-chat>`. */
interface CauserieChatAttributes {
  /** The id of the site. */
  site: string;
  /** The origin of the service; by default the origin of `causerie.js`. */
  server?: string;
  /** By default the setting of the reader's system. */
  theme?: 'light' | 'dark';
  /** By default the nearest `lang` above the element, then that of the browser. */
  lang?: string;
  /** `off`: the title of the page does not show the number of unread messages. */
  'page-title'?: 'off';
  /** Origins, separated by spaces, from which pictures of members may be loaded. */
  'picture-hosts'?: string;
  /** The address of the page where members sign in: visitors who are not signed in get a link. */
  'sign-in'?: string;
}

/** Custom properties that style the chat, on `<causerie-chat>` or any ancestor. */
interface CauserieCustomProperties {
  '--causerie-accent'?: string;
  '--causerie-on-accent'?: string;
  '--causerie-link'?: string;
  '--causerie-surface'?: string;
  '--causerie-raised'?: string;
  '--causerie-text'?: string;
  '--causerie-text-soft'?: string;
  '--causerie-line'?: string;
  '--causerie-font'?: string;
  '--causerie-radius'?: string;
  '--causerie-width'?: string;
  '--causerie-height'?: string;
}

interface CauserieChatElement extends HTMLElement {
  /** Whether the panel is open. */
  readonly open: boolean;
  /** Opens the panel, on a conversation if its id is given. */
  show(conversation?: string): Promise<void>;
  /** Closes the panel. */
  close(): void;
  toggle(): void;
  /** Restarts the chat. */
  again(): void;
}

/** `detail` of `causerie-error`. */
interface CauserieErrorDetail {
  /** A code of the API, `identity.unavailable`, `identity.not_a_token` or `network`. */
  code: string;
  detail: string;
}

/** `detail` of `causerie-message`: the ids of the conversation and the message. */
interface CauserieMessageDetail {
  conversation: string;
  message: string;
}

/** Events of `<causerie-chat>`. They bubble, so the document and the window receive them too. */
interface CauserieEventMap {
  'causerie-open': Event;
  'causerie-close': Event;
  'causerie-error': CustomEvent<CauserieErrorDetail>;
  'causerie-message': CustomEvent<CauserieMessageDetail>;
}

interface Window {
  causerie?: Causerie | CauserieQueue;
}

declare var causerie: Causerie | CauserieQueue | undefined;

interface HTMLElementTagNameMap {
  'causerie-chat': CauserieChatElement;
}

interface HTMLElementEventMap extends CauserieEventMap {}
interface DocumentEventMap extends CauserieEventMap {}
interface WindowEventMap extends CauserieEventMap {
  /** `causerie.js` has loaded. */
  'causerie-ready': Event;
}
