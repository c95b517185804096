// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const SERVER = 'https://chat.example.com';
const script = () => document.querySelector<HTMLScriptElement>('script');
// happy-dom loads no script and reports it as loaded: only the events of a test arrive.
const dispatched = new WeakSet<Event>();
document.addEventListener(
  'load',
  (event) => dispatched.has(event) || event.stopImmediatePropagation(),
  true,
);
function dispatch(type: 'load' | 'error') {
  const event = new Event(type);
  dispatched.add(event);
  script()?.dispatchEvent(event);
}
/** As `causerie.js` does when it runs. */
function run() {
  const queued = (window.causerie as CauserieQueue | undefined)?.q[0];
  const causerie = { identify: vi.fn(), open: vi.fn(), close: vi.fn(), reset: vi.fn() };
  window.causerie = causerie;
  customElements.define('causerie-chat', class extends HTMLElement {});
  if (queued) causerie.identify(queued);
  dispatch('load');
  return causerie;
}

let client: typeof import('../dist/index.js');
beforeEach(async () => {
  document.head.replaceChildren();
  document.body.replaceChildren();
  delete window.causerie;
  // A registry cannot forget an element.
  const elements = new Map<string, CustomElementConstructor>();
  const waiting: (() => void)[] = [];
  vi.stubGlobal('customElements', {
    get: (name: string) => elements.get(name),
    define(name: string, element: CustomElementConstructor) {
      elements.set(name, element);
      for (const done of waiting) done();
    },
    whenDefined: () => new Promise<void>((resolve) => waiting.push(resolve)),
  });
  vi.resetModules();
  client = await import('../dist/index.js');
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test('the script is added once', async () => {
  const token = () => 'a.b.c';
  const both = [
    client.loadCauserie({ server: SERVER, token }),
    client.loadCauserie({ server: `${SERVER}/`, token }),
  ];
  expect(document.querySelectorAll('script')).toHaveLength(1);
  expect(script()!.src).toBe(`${SERVER}/causerie.js`);
  const causerie = run();
  expect(await Promise.all(both)).toEqual([causerie, causerie]);
  expect(causerie.identify).toHaveBeenCalledExactlyOnceWith(token);
  await client.loadCauserie({ server: SERVER, token });
  expect(causerie.identify, 'the same function does not restart the chat').toHaveBeenCalledOnce();
  const other = () => 'd.e.f';
  await client.loadCauserie({ server: SERVER, token: other });
  expect(causerie.identify).toHaveBeenLastCalledWith(other);
});

test('a script tag of the page is used', async () => {
  const own = document.createElement('script');
  own.src = `${SERVER}/causerie.js`;
  document.head.append(own);
  const loaded = client.loadCauserie({ server: SERVER, token: () => '' });
  expect(document.querySelectorAll('script')).toHaveLength(1);
  run();
  await loaded;
});

test('site adds the element, unless the page has one', async () => {
  const options = { server: SERVER, site: 'acme', token: () => '' };
  const loaded = client.loadCauserie(options);
  run();
  await loaded;
  await client.loadCauserie(options);
  const chats = [...document.querySelectorAll('causerie-chat')];
  expect(chats.map((chat) => [chat.getAttribute('site'), chat.getAttribute('server')])).toEqual([
    ['acme', SERVER],
  ]);
});

test('a script that does not load is reported, and can be retried', async () => {
  const first = client.loadCauserie({ server: SERVER, token: () => '' });
  dispatch('error');
  await expect(first).rejects.toThrow(/chat\.example\.com\/causerie\.js did not load.*script-src/);
  expect(script(), 'the script that failed').toBeNull();
  const second = client.loadCauserie({ server: SERVER, token: () => '' });
  run();
  await second;
});

test('another script at the address is reported', async () => {
  const loaded = client.loadCauserie({ server: SERVER, token: () => '' });
  dispatch('load');
  await expect(loaded).rejects.toThrow(/is not the script of Causerie/);
});

test('a server that is not an origin is reported', async () => {
  for (const server of ['', 'chat.example.com', '//chat.example.com', 'https://', 'file:///x'])
    await expect(client.loadCauserie({ server, token: () => '' }), server).rejects.toThrow(
      /server is not an origin/,
    );
  expect(script()).toBeNull();
});

test('two servers on one page are reported', async () => {
  void client.loadCauserie({ server: SERVER, token: () => '' });
  await expect(
    client.loadCauserie({ server: 'https://other.example.com', token: () => '' }),
  ).rejects.toThrow(/already loaded from https:\/\/chat\.example\.com/);
});

test('a policy of Trusted Types that is not allowed is reported', async () => {
  vi.stubGlobal('trustedTypes', {
    createPolicy() {
      throw new TypeError('disallowed');
    },
  });
  await expect(client.loadCauserie({ server: SERVER, token: () => '' })).rejects.toThrow(
    /lacks `causerie` in trusted-types/,
  );
});

test('a sign-out before the script has loaded removes the function', () => {
  void client.loadCauserie({ server: SERVER, token: () => '' });
  client.resetCauserie();
  expect(window.causerie).toBeUndefined();
});
