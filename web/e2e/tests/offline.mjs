// What loads on demand, without a network.
import { expect, test } from '../lib/fixtures.mjs';

const TWO = { ana: 'Ana Ruiz', bob: 'Bob Keane' };

test('emoji and actions open offline', async ({ browserErrors, world, newBox }) => {
  browserErrors.allow(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  const site = await world.site(TWO);
  await site.direct('ana', 'bob');
  const box = await newBox({ site, member: 'ana' });
  await box.openWith('Bob Keane');
  await expect
    .poll(() => box.visitor.requests.some((url) => /emoji-/.test(url)), 'loaded ahead')
    .toBe(true);
  await box.context.setOffline(true);
  await box.button('Emoji').click();
  await box.panel.getByRole('dialog', { name: 'Emoji' }).waitFor();
  await box.page.keyboard.press('Escape');
  await box.moreActions();
  await expect(box.menuitem('Mute')).toBeVisible();
});

test('offline, what cannot be opened says so', async ({ browserErrors, world, newBox }) => {
  browserErrors.allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch/);
  const site = await world.site(TWO);
  await site.direct('ana', 'bob');
  const box = await newBox({ site, member: 'ana' });
  await box.page.route(/assets\/(emoji|menu)/, (route) => route.abort());
  await box.openWith('Bob Keane');
  await box.context.setOffline(true);
  await box.button('Emoji').click();
  await expect(box.panel.locator('.ca-toast')).toContainText('You’re offline');
});

test('a screen that cannot be loaded says so, and loads when tried again', async ({
  browserErrors,
  world,
  newBox,
}) => {
  browserErrors.allow(/ERR_FAILED|Failed to fetch/);
  const site = await world.site(TWO);
  await site.send('bob', await site.direct('ana', 'bob'), 'before');
  const box = await newBox({ site, member: 'ana' });
  await box.page.evaluate(() => {
    globalThis.errors = [];
    document.addEventListener('causerie-error', ({ detail }) =>
      globalThis.errors.push(detail.code),
    );
  });
  const notFound = (route) => route.abort();
  await box.page.route(/assets\/screens-/, notFound);
  await box.open();
  await box.button('New chat').click();
  await box.panel.getByText('This part of the chat didn’t load').waitFor();
  expect(await box.page.evaluate(() => globalThis.errors)).toEqual(['network']);
  await box.button('Back').click();
  await box.item('Bob Keane').waitFor();
  await box.button('New chat').click();
  await box.page.unroute(/assets\/screens-/, notFound);
  await box.button('Try again').click();
  await box.panel.getByRole('searchbox').waitFor();
  await expect(box.panel.getByRole('searchbox'), 'the focus').toBeFocused();
});
