// The mistakes of an integrator: what each shows is in the table of docs/embedding.md.
import { codeBlocks, read } from '../lib/documents.mjs';
import { expect, test } from '../lib/fixtures.mjs';
import { claimsOf, signed } from '../lib/jwt.mjs';
import { ownSite } from '../lib/own-site.mjs';

const SIGN_IN = 'Sign in to chat';
const UNAVAILABLE = 'Chat is unavailable';

/** The first cells of the table: `{ code, detail }`, both as the console shows them. */
const ROWS = read('embedding.md', 'Troubleshooting')
  .split('\n')
  .filter((line) => /^\| `/.test(line))
  .map((line) => line.split(' | ')[0])
  .map((cell) => ({
    code: /`([\w.]+)`/.exec(cell)[1],
    detail: /\*([^*]+)\*/.exec(cell)?.[1] ?? '',
  }));
const isDocumented = ({ code, detail }) =>
  ROWS.some((row) => row.code === code && detail.replaceAll('`', '').includes(row.detail));

const signedWith =
  (change, secret, algorithm) =>
  ({ site, stack }) => {
    const claims = { ...claimsOf(site.id, 'ana'), ...change };
    return signed(secret?.(stack.secret) ?? stack.secret, claims, algorithm);
  };
const response =
  (body, rest = {}) =>
  (given) => ({ body: body(signedWith({})(given)), ...rest });
const seconds = () => Math.floor(Date.now() / 1000);

/** By the code of the console: the responses of the token address. `undefined` removes a claim. */
const TOKEN_ADDRESS = {
  'identity.unavailable': {
    'signed out': response(() => '', { status: 401 }),
    'an error': response(() => 'no', { status: 500 }),
  },
  'identity.not_a_token': {
    'JSON with the token': response((token) => JSON.stringify({ token }), {
      type: 'application/json',
    }),
    'the token in quotation marks': response((token) => JSON.stringify(token)),
    'the value of a header': response((token) => `Bearer ${token}`),
    nothing: response(() => ''),
    'a login page': response(() => '<!doctype html><title>Sign in</title>', { type: 'text/html' }),
  },
};
const CLAIMS = {
  'token.invalid': {
    'another secret': signedWith({}, (secret) => `${secret}x`),
    'a newline after the secret': signedWith({}, (secret) => `${secret}\n`),
    HS512: signedWith({}, undefined, { alg: 'HS512', hash: 'sha512' }),
    'no aud': signedWith({ aud: undefined }),
    'another iss': signedWith({ iss: 'acme' }),
    'an expired token': signedWith({ exp: seconds() - 3600 }),
    'exp in milliseconds': signedWith({ exp: (seconds() + 300) * 1000 }),
    'no role': signedWith({ role: undefined }),
    'role admin': signedWith({ role: 'admin' }),
    'no site': signedWith({ site: undefined }),
    'a number as sub': signedWith({ sub: 42 }),
    'an address with + as sub': signedWith({ sub: 'amy+test@example.com' }),
  },
  'token.other_site': { 'another site': signedWith({ site: 'another' }) },
  'member.not_registered': { 'no name': signedWith({ sub: 'new', name: undefined }) },
};
const HARMLESS = {
  'exp with a fraction': signedWith({ exp: seconds() + 300.5 }),
  'a list as aud': signedWith({ aud: ['causerie', 'other'] }),
  'an empty name': signedWith({ sub: 'new', name: '' }),
  'a long name': signedWith({ sub: 'newer', name: 'n'.repeat(101) }),
  'a relative picture': signedWith({ picture: '/avatars/1.png' }),
};

/** A page of its own origin with the snippet of the document, and the mistake that it makes. */
const integrators = test.extend({
  integrator: async ({ stack, world, browser }, use) => {
    const site = await world.site({ ana: 'Ana Ruiz' });
    const snippet = codeBlocks('embedding.md').find(({ language }) => language === 'html').text;
    const here = { site, stack, attribute: site.id, token: signedWith({}) };
    const files = {
      get '/index.html'() {
        const page = `<!doctype html><html lang="en"><link rel="icon" href="data:,">${snippet}</html>`;
        return page
          .replaceAll('https://chat.example.com', stack.origin)
          .replace('"acme"', `"${here.attribute}"`);
      },
    };
    const own = await ownSite({ files, token: () => here.token(here) });
    const allow = (...origins) => site.as('operator', 'PATCH', '', { allowed_origins: origins });
    await allow(own.origin);
    const page = await browser.newPage();
    /** Opens the page; returns the code and detail of its warning, and the heading of the panel. */
    const visit = async (origin = own.origin) => {
      const warned = page.waitForEvent('console', (message) => message.type() === 'warning');
      await page.goto(origin);
      await page.locator('causerie-chat .bubble').click();
      const [code, ...detail] = (await warned).text().split(' ');
      const title = await page.locator('.ca-panel .ca-state h2').first().innerText();
      return { code, detail: detail.join(' '), title };
    };
    await use({ here, own, page, allow, visit });
    await page.close();
    own.close();
  },
});

async function showAsDocumented({ here, visit }, mistakes) {
  for (const [code, tokens] of Object.entries(mistakes))
    for (const [name, token] of Object.entries(tokens)) {
      here.token = token;
      const seen = await visit();
      expect.soft([seen.code, seen.title], name).toEqual([code, SIGN_IN]);
      expect.soft(isDocumented(seen), `${name}: ${seen.code} ${seen.detail}`).toBe(true);
    }
}

integrators('mistakes of the token address show as documented', ({ integrator }) =>
  showAsDocumented(integrator, TOKEN_ADDRESS),
);

integrators('mistakes of the claims show as documented', ({ integrator }) =>
  showAsDocumented(integrator, CLAIMS),
);

integrators('mistakes of the site show as documented', async ({ integrator }) => {
  const { here, own, allow, visit } = integrator;
  const shown = async (name, origin) => {
    const seen = await visit(origin);
    expect.soft([seen.code, seen.title], name).toEqual(['network', UNAVAILABLE]);
    expect.soft(isDocumented(seen), `${name}: ${seen.code} ${seen.detail}`).toBe(true);
  };
  await shown('localhost for 127.0.0.1', own.origin.replace('127.0.0.1', 'localhost'));
  here.attribute = 'nowhere';
  await shown('a site that does not exist');
  here.attribute = '';
  await shown('no site');
  here.attribute = here.site.id;
  await allow();
  await shown('an origin that is not allowed');
});

integrators('what a library may write is accepted', async ({ integrator }) => {
  const { here, own, page } = integrator;
  for (const [name, token] of Object.entries(HARMLESS)) {
    here.token = token;
    await page.goto(own.origin);
    await page.locator('causerie-chat .bubble').click();
    await expect(
      page.locator('.ca-panel [part="new"], .ca-panel .ca-notice').first(),
      name,
    ).toBeVisible();
    await expect(page.locator('.ca-panel').getByText(SIGN_IN), name).toHaveCount(0);
  }
});
