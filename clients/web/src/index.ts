/// <reference path="../causerie.d.ts" preserve="true" />

export interface LoadOptions {
  /** The origin of the service, such as `https://chat.example.com`. */
  server: string;
  /** Returns a token from your own back end. Keep the function: another one restarts the chat. */
  token: CauserieIdentify;
  /** Adds `<causerie-chat>` for this site to the page, unless the page has one. */
  site?: string;
  /** The nonce of the content security policy. */
  nonce?: string;
}

let loading: { address: string; done: Promise<void> } | undefined;
let identified: CauserieIdentify | undefined;

/**
 * Adds `causerie.js` to the page once, and sets the function that returns tokens. Resolves when
 * `<causerie-chat>` is defined. It can be called again after it rejected.
 */
export async function loadCauserie({ server, token, site, nonce }: LoadOptions): Promise<Causerie> {
  if (typeof document === 'undefined')
    throw new Error('loadCauserie needs a browser: call it in an effect, not while rendering');
  const address = addressOf(server);
  if (loading && loading.address !== address)
    throw new Error(`causerie.js is already loaded from ${loading.address}, not ${address}`);
  identify(token);
  loading ??= { address, done: load(address, nonce) };
  try {
    await loading.done;
  } catch (error) {
    loading = undefined;
    throw error;
  }
  if (site && !document.querySelector('causerie-chat')) {
    const chat = document.createElement('causerie-chat');
    chat.setAttribute('site', site);
    chat.setAttribute('server', new URL(address).origin);
    document.body.append(chat);
  }
  return window.causerie as Causerie;
}

/** Signs the member out, and removes drafts and unsent messages from the browser. */
export function resetCauserie(): void {
  identified = undefined;
  if (!window.causerie) return;
  if ('reset' in window.causerie) window.causerie.reset();
  else delete window.causerie;
}

function addressOf(server: string): string {
  if (!/^https?:\/\//.test(server) || !URL.canParse(server))
    throw new Error(`server is not an origin such as https://chat.example.com: ${server}`);
  return new URL('/causerie.js', server).href;
}

function identify(token: CauserieIdentify): void {
  if (token === identified) return;
  identified = token;
  if (window.causerie && 'identify' in window.causerie) window.causerie.identify(token);
  else window.causerie = { q: [token] };
}

async function load(address: string, nonce?: string): Promise<void> {
  if (customElements.get('causerie-chat')) return;
  const present = [...document.scripts].find((script) => script.src === address);
  const script = present ?? createScript(address, nonce);
  await new Promise<void>((resolve, reject) => {
    void customElements.whenDefined('causerie-chat').then(() => resolve());
    script.addEventListener('load', () => {
      if (customElements.get('causerie-chat')) resolve();
      else reject(new Error(`${address} is not the script of Causerie`));
    });
    script.addEventListener('error', () =>
      reject(new Error(`${address} did not load: check the address, and script-src of the policy`)),
    );
    if (!present) document.head.append(script);
  }).catch((error: unknown) => {
    script.remove();
    throw error;
  });
}

interface ScriptPolicy {
  createScriptURL(address: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
}
let policy: ScriptPolicy | undefined;

/** Under Trusted Types, the address of a script must come from a policy. */
function createScript(address: string, nonce = ''): HTMLScriptElement {
  const script = document.createElement('script');
  script.async = true;
  if (nonce) script.nonce = nonce;
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  try {
    policy ??= trustedTypes?.createPolicy('causerie', { createScriptURL: (text) => text });
  } catch {
    throw new Error('the content security policy lacks `causerie` in trusted-types');
  }
  script.src = policy?.createScriptURL(address) ?? address;
  return script;
}
