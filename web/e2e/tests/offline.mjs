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
