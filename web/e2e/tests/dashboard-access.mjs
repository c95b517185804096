// Signing in to the dashboard: what is wrong with a token, and how to continue with another.
import { expect, test } from '../lib/fixtures.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };
const REFUSED = /status of 40[134]/;

const owner = (site) => ({ site: site.id, member: 'owner', role: 'owner' });
const seconds = (count) => new Promise((resolve) => setTimeout(resolve, count * 1_000));

async function enter(page, token) {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('the form says why a token gives no access', async ({
  browserErrors,
  stack,
  world,
  newVisitor,
  shot,
}) => {
  browserErrors.allow(REFUSED);
  const site = await world.site(TWO);
  const visitor = await newVisitor({ site, path: '/dashboard' });
  const { page } = visitor;
  const alert = page.getByRole('alert');
  const expired = await stack.token({ ...owner(site), ttl: '1s' });
  const operator = await stack.token({ site: '*', member: 'operator', role: 'operator' });
  const unknown = await stack.token({ site: 'nowhere', member: 'owner', role: 'owner' });
  const valid = await stack.token(owner(site));
  await seconds(2);
  for (const [token, text] of [
    ['no token at all', 'not a token'],
    ['a.b.c', 'not a token'],
    [operator, 'an operator’s token'],
    [unknown, 'does not exist here'],
    [`${valid.slice(0, -6)}AAAAAA`, 'rejects this token'],
    [await stack.token({ site: site.id, member: 'ana' }), 'not belong to the owner or staff'],
    [expired, 'has expired'],
  ]) {
    await enter(page, token);
    await expect(alert.filter({ hasText: text }), text).toBeVisible();
  }
  await shot({ page, visitor }, 'dashboard-refused');
  await enter(page, valid);
  await page.getByText('All quiet').waitFor();
});

test('a token that expired is replaced on the same screen', async ({
  browserErrors,
  stack,
  world,
  newDashboard,
  shot,
}) => {
  browserErrors.allow(REFUSED);
  const site = await world.site(TWO);
  const other = await world.site(TWO);
  const business = await site.business('ana');
  await site.send('ana', business, 'Is the gate open?');
  const desk = await newDashboard({ site, ttl: '8s', section: `inbox/${business}` });
  const { page } = desk;
  const message = page.locator('.ca-msg').filter({ hasText: 'Is the gate open?' });
  await message.waitFor();
  await page.getByRole('alert').filter({ hasText: 'has expired' }).waitFor({ timeout: 30_000 });
  await expect(message).toHaveCount(0);
  await shot(desk, 'dashboard-expired');
  await enter(page, await stack.token(owner(other)));
  await page.getByRole('alert').filter({ hasText: `another site, “` }).waitFor();
  await enter(page, await stack.token(owner(site)));
  await message.waitFor();
  await page.reload();
  await message.waitFor();
});

test('a link signs in, and its token leaves the address', async ({ stack, world, newVisitor }) => {
  const site = await world.site(TWO);
  const token = await stack.token(owner(site));
  const visitor = await newVisitor({ site, path: `/dashboard#token=${token}` });
  const { page } = visitor;
  await page.getByText('All quiet').waitFor();
  expect(page.url()).toBe(`${stack.origin}/dashboard`);
  await page.goBack();
  expect(page.url(), 'no entry of the history has the token').not.toContain('token');
  await page.goForward();
  await page.reload();
  await page.getByText('All quiet').waitFor();
  const second = await world.site(TWO, { name: 'Second site' });
  await page.goto(`${stack.origin}/dashboard#token=${await stack.token(owner(second))}`);
  await page.getByRole('navigation').getByText('Second site').waitFor();
  expect(page.url()).not.toContain('token');
});

test('signing out removes the token and what the browser stores', async ({
  world,
  newDashboard,
}) => {
  const site = await world.site(TWO);
  const business = await site.business('ana');
  await site.send('ana', business, 'Is the gate open?');
  const desk = await newDashboard({ site, section: `inbox/${business}` });
  await desk.page.getByRole('textbox', { name: 'Write a message' }).fill('half a draft');
  await desk.button('Sign out').click();
  await desk.page.getByRole('heading', { name: 'Owner and staff' }).waitFor();
  const stored = () => desk.page.evaluate(() => Object.keys(localStorage));
  await expect.poll(stored).toEqual([]);
});

/** The dashboard in a page of another host. */
function embedded({ stack, site, newVisitor }, { lang = 'en', ...more } = {}) {
  const query = new URLSearchParams({ ...owner(site), lang, ...more });
  const origin = stack.elsewhere;
  return newVisitor({ site, origin, path: `/host/dashboard?${query}`, lang });
}

test('the dashboard works in a page of another host', async ({
  stack,
  world,
  newVisitor,
  shot,
}) => {
  const site = await world.site(TWO, { origins: [stack.elsewhere] });
  const business = await site.business('ana');
  await site.send('ana', business, 'Is the gate open?');
  const visitor = await embedded({ stack, site, newVisitor }, { lang: 'fr' });
  const { page } = visitor;
  await page.locator('.ca-item').filter({ hasText: 'Ana Ruiz' }).click();
  await page.getByRole('textbox', { name: 'Écrire un message' }).fill('Since eight.');
  await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await expect
    .poll(async () => (await site.readAll('ana', business)).map(({ text }) => text))
    .toEqual(['Is the gate open?', 'Since eight.']);
  await expect(page.getByRole('button', { name: 'Se déconnecter' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Membres du site' }).click();
  await page.locator('tbody tr').nth(1).waitFor();
  await shot({ page, visitor }, 'dashboard-embedded');
});

test('a token of a function is renewed before its end', async ({ stack, world, newVisitor }) => {
  const site = await world.site(TWO, { origins: [stack.elsewhere] });
  const business = await site.business('ana');
  await site.send('ana', business, 'Is the gate open?');
  const visitor = await embedded({ stack, site, newVisitor }, { ttl: '10s' });
  const { page } = visitor;
  await page.locator('.ca-item').filter({ hasText: 'Ana Ruiz' }).click();
  const message = page.locator('.ca-msg').filter({ hasText: 'Is the gate open?' });
  await message.waitFor();
  await page.evaluate(() => {
    globalThis.formsSeen = 0;
    const { shadowRoot } = document.querySelector('causerie-dashboard');
    new MutationObserver(() => {
      if (shadowRoot.querySelector('.cd-signin, .ca-notice')) globalThis.formsSeen += 1;
    }).observe(shadowRoot, { childList: true, subtree: true });
  });
  const tokens = () => visitor.requests.filter((url) => url.includes('/host/token')).length;
  const before = tokens();
  await expect.poll(tokens, { timeout: 40_000 }).toBeGreaterThan(before + 2);
  await site.send('ana', business, 'Hello?');
  await page.locator('.ca-msg').filter({ hasText: 'Hello?' }).waitFor();
  await expect(message).toBeVisible();
  expect(await page.evaluate(() => globalThis.formsSeen), 'forms and notices').toBe(0);
});

test('a function without a token is named, and tried again', async ({
  browserErrors,
  stack,
  world,
  newVisitor,
}) => {
  browserErrors.allow(/status of 401/);
  const site = await world.site(TWO, { origins: [stack.elsewhere] });
  const visitor = await embedded({ stack, site, newVisitor });
  const { page } = visitor;
  await page.getByText('All quiet').waitFor();
  let isSignedIn = false;
  await page.route('**/host/token?*', (route) =>
    isSignedIn ? route.continue() : route.fulfill({ status: 401, body: 'sign in first' }),
  );
  await page.reload();
  await page.getByRole('alert').filter({ hasText: 'no token: 401' }).waitFor();
  await expect(page.getByLabel('Token'), 'no field').toHaveCount(0);
  isSignedIn = true;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('All quiet').waitFor();
});
